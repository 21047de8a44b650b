"""What happened, as it is told to those who listen: one row for each thing, written in the transaction that did it."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.jobs import enqueue
from models.records import new_id
from models.transaction import after_commit
from models.users import User


class EventKind(Enum):
    """What happened to a customer. The value says when it is told."""

    CREATED = "The customer came into being: its first administrator accepted the invitation."
    UPDATED = "What is written down about the customer changed, such as its name, address or tags."
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
    ACCESS = "The one person whose sign-in ended or whose rights changed; told to nobody, but looked at anew."


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


async def announce(kind: EventKind, tenant_id: int, now: dt.datetime, *, about: str | None = None,
                   actor: User | None = None, facts: dict[str, Any] | None = None) -> None:
    """Tells of something that happened to a customer, in the unit of work that did it.

    `tenant_id` is the customer's. Who hears of it must be allowed to see the customer and the object `about`.
    """
    event = Event(topic=Topic.CUSTOMER.name, kind=kind.name, tenant_id=tenant_id, about=about,
                  actor_id=actor and actor.id, at=now, facts=facts or {})
    await _tell(event)
    await enqueue("notify", {"event": event.id}, key=f"notify/{event.id}", due=now)


async def tell(topic: Topic, user_id: int, now: dt.datetime, *, about: str | None = None) -> None:
    """Tells one person of something, in the unit of work that did it."""
    await _tell(Event(topic=topic.name, user_id=user_id, about=about, at=now, facts={}))


async def tell_company(tenant_id: int, now: dt.datetime, *, about: str) -> None:
    """Tells a company's people of a notification, in the unit of work that wrote it. `about` is its global id."""
    await _tell(Event(topic=Topic.NOTIFICATION.name, tenant_id=tenant_id, about=about, at=now, facts={}))


async def _tell(event: Event) -> None:
    await event.save(force_create=True)
    after_commit(_ring)


def _ring() -> None:
    pass
