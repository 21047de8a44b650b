"""What a write answers: the change that it made, or all the problems that stopped it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NoReturn

from models.access import Capability
from models.records import Record, Versioned
from models.tenants import Tenant
from models.users import User
from models.viewers import Viewer


class ErrorCode(Enum):
    """Why a change was refused. The value says what to do about it."""

    FORBIDDEN = "The viewer may see the object but lacks the capability that `requiredCapability` names."
    NOT_FOUND = "There is no such object, or none that the viewer may know of."
    REQUIRED = "The field must be given."
    INVALID = "The value does not fit; the message says what would."
    TOO_SHORT = "Give a longer value; the message says how long."
    WEAK_PASSWORD = "Choose a password that meets the policy in the message."
    EMAIL_TAKEN = "Somebody here has the address already."
    INVALID_STATE = "The object's status does not allow it."
    VERSION_CONFLICT = "Somebody changed the object meanwhile: read it again, then repeat with its version."
    IDEMPOTENCY_MISMATCH = "The idempotency key was used for another request: take a new key."
    LINK_EXPIRED = "The link is unknown, used, revoked or too old: ask for a new one."
    CANNOT_LINK_ADMIN = "Admins see every customer already and are not linked."
    CURRENCY_MISMATCH = "The amount is not in the currency in which the customer is billed."
    LAST_ADMIN = "Somebody must stay administrator."
    LIMIT_EXCEEDED = "There are as many as there may be; the message says how many, and what to do."


class WarningCode(Enum):
    """What to know about a change that was made. The value says what it means."""

    EMAIL_DOMAIN_MISMATCH = "The address is not of the company's domain."
    WEBSITE_MISSING = "The company has no web site by which it might be verified."
    DESCRIPTION_EMPTY = "Nothing is noted about the customer."
    ALREADY_DONE = "Everything was so already; nothing was changed."


#: What is hidden and what is absent are told in the same words, wherever they are asked for.
NO_CUSTOMER, NO_TENANT, NO_PERSON = (
    f"There is no such {what}, or none that you may know of." for what in ("customer", "tenant", "person"))


@dataclass(frozen=True)
class Problem:
    """One rule that the input breaks. `path` leads from the mutation's arguments to the value: input, userId."""

    code: ErrorCode
    message: str
    path: Sequence[str]
    requires: Capability | None = None


@dataclass(frozen=True)
class Warned:
    """Something to know about a change that was made all the same."""

    code: WarningCode
    message: str
    path: Sequence[str]


class Refused(Exception):
    """Nothing was done. Carries every problem, not the first.

    afterwards  what is kept of the refusal itself, in a transaction of its own
    """

    def __init__(self, *problems: Problem, afterwards: Callable[[], Awaitable[None]] | None = None):
        super().__init__(", ".join(p.message for p in problems))
        self.problems = list(problems)
        self.afterwards = afterwards


@dataclass
class Problems:
    """Collects what is wrong, so that all of it is told at once."""

    found: list[Problem] = field(default_factory=list)
    at: tuple[str, ...] = ("input",)

    def within(self, *path: str) -> Problems:
        """The same problems, for an input within the input: what is added there has the longer path."""
        return Problems(self.found, (*self.at, *path))

    def add(self, code: ErrorCode, message: str, *path: str, requires: Capability | None = None) -> None:
        """`path` without the leading "input", or whatever this is within."""
        self.found.append(Problem(code, message, (*self.at, *path), requires))

    def stop(self) -> None:
        """Refuses if anything was found."""
        if self.found:
            raise Refused(*self.found)


def refuse(code: ErrorCode, message: str, *path: str, requires: Capability | None = None) -> NoReturn:
    raise Refused(Problem(code, message, ("input", *path), requires))


@dataclass(frozen=True)
class Occasion:
    """The circumstances of one write: when, why, against which version, and where links in letters lead."""

    now: dt.datetime
    request_id: str
    base_url: str
    reason: str | None = None
    if_version: int | None = None
    user_agent: str | None = None
    network: str | None = None
    dry_run: bool = False


@dataclass
class Change:
    """What was done. Written to the activity log of `tenant` and to its audit chain; `records` is read back.

    tenant    None where the answer must not tell whether anybody is concerned: nothing is written down, but where it is done
    records   payload field -> the stored record that it shows, or whose id it tells where the record is gone; or all
              records of one kind that its list shows
    texts     payload field -> text shown once and never stored, such as a new token
    viewer    who reads the payload, where the change made somebody else of them (sign-in, switch)
    actor     who did it, where nobody was signed in (accepting an invitation)
    resource  global id of what was changed
    activity  False where people need no line about it (signing in)
    on_behalf whether somebody from above did it inside the tenant's own account
    """

    tenant: Tenant | None
    action: str
    summary: str
    resource: str
    records: dict[str, Record | Sequence[Record] | None] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    warnings: list[Warned] = field(default_factory=list)
    viewer: Viewer | None = None
    actor: User | None = None
    activity: bool = True
    on_behalf: bool = False


def check_version(record: Versioned, occasion: Occasion) -> None:
    """Refuses where the caller has not seen the record's present version. Ask only who may see the record."""
    if occasion.if_version is not None and record.version != occasion.if_version:
        raise Refused(_outdated(record.version))


def check_creates(problems: Problems, occasion: Occasion) -> None:
    """Notes a version where nothing that exists is changed: no version could ever fit."""
    if occasion.if_version is not None:
        problems.found.append(Problem(ErrorCode.INVALID, "Nothing that has a version is changed here: leave it out.",
                                      ("options", "ifVersion")))


async def revise(record: Versioned, occasion: Occasion, **values: Any) -> None:
    """Changes a record as it was read and raises its version; refuses if somebody else changed it meanwhile."""
    values |= {"version": record.version + 1, "updated_at": occasion.now}
    if not await type(record).filter(id=record.id, version=record.version).update(**values):
        await record.refresh_from_db(fields=["version"])
        raise Refused(_outdated(record.version))
    record.update_from_dict(values)


def _outdated(version: int) -> Problem:
    return Problem(ErrorCode.VERSION_CONFLICT, f"Somebody changed the object meanwhile; its version is {version} now.",
                   ("options", "ifVersion"))
