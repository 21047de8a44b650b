"""What happened, as it is told to those who listen: one row for each thing, written in the transaction that did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from enum import Enum
from typing import Any, NamedTuple

from tortoise import fields
from tortoise.models import Model

from models.bells import ring
from models.jobs import enqueue
from models.records import new_id
from models.users import User

#: The bell that is rung for each commit that left events to tell.
CHANNEL = "events"


class EventKind(Enum):
    """What happened to a customer. The value says when it is told."""

    CREATED = "The customer came into being: its first administrator accepted the invitation."
    UPDATED = ("What is written down about the customer changed, such as its name, address or contacts; not its tags, which are "
               "the partner's own affair.")
    STATUS_CHANGED = "The customer's status changed."
    ONBOARDING_CHANGED = "The onboarding began, ended, or went forwards or back."
    SOURCE_DATA_CHANGED = "What the customer's feeds report of themselves changed."
    SERVICE_PROVISIONED = "A service was added."
    SERVICE_DELETED = "A service was removed."
    INVOICE_CHANGED = "An invoice was made, or its status, sums or payments changed."
    ACCESS_CHANGED = "Somebody gained, lost or changed a role on the customer."


class Topic(Enum):
    """Whom an event is for."""

    CUSTOMER = "Everybody who may see the customer and what the event is about."
    NOTIFICATION = "The people of the company, `tenant_id`, that a notification tells; each sees it or not when reading it."
    ACTING_ENDED = "The one person whose stay in another tenant is over."
    ACCESS = "The one person whose sign-in or key (`about`) ended, or whose rights changed; all they listen to is looked at anew."


class Event(Model):
    """One thing that happened.

    Ids rise in the order of writing, which on PostgreSQL is not that of the commits: see docs/decisions/0019. They tell
    how many events there are, so they never leave the server: outside, `reference` names the event.
    `about` is a global id. `facts` hold names and states, never money.
    """

    numbered = True

    id = fields.BigIntField(primary_key=True)
    reference = fields.BigIntField(default=new_id, unique=True)
    topic = fields.CharField(20)
    kind = fields.CharField(30, null=True)
    tenant_id = fields.BigIntField(null=True)
    user_id = fields.BigIntField(null=True)
    about = fields.CharField(40, null=True)
    actor_id = fields.BigIntField(null=True)
    at = fields.DatetimeField()
    facts: Any = fields.JSONField(default=dict)

    class Meta:
        table = "event"
        indexes = (("at",),)


class Happened(NamedTuple):
    """An event as the feed reads it."""

    id: int
    reference: int
    topic: str
    kind: str | None
    tenant_id: int | None
    user_id: int | None
    about: str | None
    #: What tells most of those apart whom it does not concern, of a notification as of the event that it is about: the
    #: customer's path, the kind, and whether it is for administrators alone.
    path: str | None = None
    subject: str | None = None
    for_admins: bool | None = None


async def announce(kind: EventKind, tenant_id: int, now: dt.datetime, *, about: str | None = None,
                   actor: User | None = None, facts: dict[str, Any] | None = None) -> None:
    """Tells of something that happened to a customer, in the unit of work that did it.

    `tenant_id` is the customer's. Who hears of it must be allowed to see the customer and the object `about`.
    """
    event = Event(topic=Topic.CUSTOMER.name, kind=kind.name, tenant_id=tenant_id, about=about,
                  actor_id=actor and actor.id, at=now, facts=facts or {})
    await _tell(event)
    await enqueue("notify", {"event": event.id}, key=f"notify/{event.id}", due=now)


async def tell(topic: Topic, people: Iterable[int], now: dt.datetime, *, about: str | None = None) -> None:
    """Tells people of something, by their ids, in the unit of work that did it."""
    await _tell(*[Event(topic=topic.name, user_id=id, about=about, at=now, facts={}) for id in people])


async def tell_company(tenant_id: int, now: dt.datetime, *, about: str) -> None:
    """Tells a company's people of a notification, in the unit of work that wrote it. `about` is its global id."""
    await _tell(Event(topic=Topic.NOTIFICATION.name, tenant_id=tenant_id, about=about, at=now, facts={}))


async def _tell(*events: Event) -> None:
    for event in events:
        await event.save(force_create=True)
    with suppress(RuntimeError):  # outside of a unit, as in an import, the feed finds it when it looks next
        ring(CHANNEL)
