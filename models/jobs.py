"""Jobs: work written in the transaction of what calls for it, and done afterwards, each by one worker at a time."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tortoise import fields

from models.audit import canonical
from models.bells import ring
from models.records import Record, new_id
from models.transaction import on_postgres, sql_rows

BELL = "jobs"
ERROR, KEY = 300, 200


class JobState(Enum):
    """Where a job stands."""

    QUEUED = "Waits for its moment, or for its next try."
    RUNNING = "A worker has it, for as long as its lease lasts."
    DONE = "Done."
    DEAD = "Given up after its last try; `error` says why."


class Job(Record):
    """One piece of work. `due` is the moment it is about and stays; `next_try_at` is when it may be begun.

    `token` rises each time that a worker takes it: what an earlier one still does is refused (fencing).
    """

    name = fields.CharField(60)
    #: Who asks again under the same key asks for nothing more.
    key = fields.CharField(KEY, unique=True)
    args = fields.TextField()
    due = fields.DatetimeField()
    state = fields.CharField(20)
    token = fields.IntField()
    attempts = fields.IntField()
    next_try_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    error = fields.CharField(ERROR, null=True)
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "job"
        indexes = (("state", "next_try_at", "id"), ("name", "due"))


class LeaseLost(Exception):
    """Another worker has the job by now, or did it: nothing more may be done for it here."""


class NotYet(Exception):
    """A job finds that its turn has not come: it is put back for a moment, and this was no try. Nothing was done."""


async def enqueue(name: str, args: dict[str, Any] | None = None, *, key: str | None = None, due: dt.datetime,
                  state: JobState = JobState.QUEUED) -> None:
    """Asks for a job in the unit of work under way: it is done after the commit, not before `due`, or never if the unit
    is rolled back.

    `args` are JSON values. A `key` that was used before does nothing; without one the job has a key of its own.
    """
    made = new_id()
    job = Job(id=made, name=name, key=_short(key or f"{name}/{made}"), args=canonical(args or {}), due=due, state=state.name,
              token=0, attempts=0, next_try_at=due)
    await Job.bulk_create([job], ignore_conflicts=True)
    ring(BELL)


@dataclass(frozen=True)
class Claim:
    """A job in the hands of one worker. `key` names it for good: the same at every try. `base_url` is where people reach the
    server, for links in letters."""

    id: int
    name: str
    key: str
    due: dt.datetime
    args: dict[str, Any]
    token: int
    attempts: int
    base_url: str = ""

    async def finish(self, now: dt.datetime, patience: float = 30.0) -> None:
        """Says that it is done, in the unit of work under way: either all that the unit does and this, or nothing.

        No other worker can take it before the unit ends. PostgreSQL ends a unit that does nothing for `patience` seconds and
        one more, in which the unit may end by its own limit: that of a process that hangs. Raises LeaseLost.
        """
        cut = ", set_config('idle_in_transaction_session_timeout', $4, true)" if on_postgres() else ", $4"
        if not await sql_rows(
                "update job set state = 'DONE', finished_at = $3, lease_until = null, error = null "
                f"where id = $1 and token = $2 and state = 'RUNNING' returning id{cut}",
                self.id, self.token, now, f"{(patience + 1) * 1000:.0f}"):
            raise LeaseLost(self.key)

    async def close(self, now: dt.datetime) -> None:
        """As `finish`, for work that ran outside of a unit; nothing happens where it said `finish` itself."""
        if not await sql_rows(
                "update job set state = 'DONE', finished_at = coalesce(finished_at, $3), lease_until = null, error = null "
                "where id = $1 and token = $2 and state in ('RUNNING', 'DONE') returning id", self.id, self.token, now):
            raise LeaseLost(self.key)

    async def renew(self, until: dt.datetime) -> bool:
        """Keeps it for longer; whether it is still there to be kept."""
        return bool(await sql_rows("update job set lease_until = $3 where id = $1 and token = $2 and state = 'RUNNING' "
                                   "returning id", self.id, self.token, until))

    async def postpone(self, until: dt.datetime, error: str | None, *, tried: bool = True) -> bool:
        """Puts it back, to be tried again; whether it was still here. `tried`: whether this counts as a try."""
        return bool(await sql_rows(
            "update job set state = 'QUEUED', next_try_at = $3, lease_until = null, error = $4, attempts = attempts - $5 "
            "where id = $1 and token = $2 and state = 'RUNNING' returning id", self.id, self.token, until, error, int(not tried)))

    async def bury(self, now: dt.datetime, error: str) -> bool:
        """Gives it up; whether it was still here."""
        return bool(await sql_rows(
            "update job set state = 'DEAD', finished_at = $3, lease_until = null, error = $4 "
            "where id = $1 and token = $2 and state = 'RUNNING' returning id", self.id, self.token, now, error))


async def claim(names: Collection[str], now: dt.datetime, until: dt.datetime, most: int) -> list[Claim]:
    """Takes jobs of these names that are due, the longest waiting first, and keeps them for this worker until `until`."""
    listed = ", ".join(f"${place}" for place in range(3, len(names) + 3))
    skip = "for update skip locked" if on_postgres() else ""
    rows = await sql_rows(
        f"""with found as materialized (select id from job where state = 'QUEUED' and next_try_at <= $1
 and name in ({listed}) order by next_try_at, id limit {most} {skip})
 update job set state = 'RUNNING', token = token + 1, attempts = attempts + 1, lease_until = $2
 where id in (select id from found) and state = 'QUEUED' returning id, name, key, due, args, token, attempts""",
        now, until, *names) if names and most > 0 else []
    return sorted((Claim(**{**row, "due": _moment(row["due"]), "args": json.loads(row["args"])}) for row in rows),
                  key=lambda claim: (claim.due, claim.id))


async def rescue(now: dt.datetime) -> int:
    """Puts back the jobs whose workers let their leases lapse; how many. One that a worker just finishes stays with it."""
    skip = "for update skip locked" if on_postgres() else ""
    return len(await sql_rows(
        f"""with found as materialized (select id from job where state = 'RUNNING' and lease_until < $1 {skip})
 update job set state = 'QUEUED', lease_until = null, next_try_at = $1
 where id in (select id from found) and state = 'RUNNING' returning id""", now))


@dataclass(frozen=True)
class Backlog:
    """What there is to do: how many jobs by their state, those DONE left out, and the seconds for which the longest waiting
    one has been due."""

    jobs: dict[str, int]
    oldest: float


async def backlog(now: dt.datetime) -> Backlog:
    rows = await sql_rows("select state, count(*) as jobs, min(next_try_at) as next from job "
                          "where state in ('QUEUED', 'RUNNING', 'DEAD') group by state")
    found = {row["state"]: row for row in rows}
    waits = (now - _moment(found["QUEUED"]["next"])).total_seconds() if "QUEUED" in found else 0.0
    return Backlog({state.name: found[state.name]["jobs"] if state.name in found else 0
                    for state in JobState if state is not JobState.DONE}, max(0.0, waits))


async def newest_due(name: str) -> dt.datetime | None:
    """The latest moment for which a job of the name was ever asked."""
    [row] = await sql_rows("select max(due) as due from job where name = $1", name)
    return row["due"] and _moment(row["due"])


def _short(key: str) -> str:
    """A key of any length as one that can be stored: jobs that ask for the next one make theirs longer and longer."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return key if len(key) <= KEY else f"{key[:KEY - len(digest) - 1]}/{digest}"


def _moment(stored: dt.datetime | str) -> dt.datetime:
    """SQLite keeps moments as text."""
    return dt.datetime.fromisoformat(stored) if isinstance(stored, str) else stored
