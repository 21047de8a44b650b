"""Notifications: what a company's people are told in the portal, how far each has read, and who wants which."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tortoise import fields

from models.events import EventKind
from models.records import Record, Versioned, refers_to
from models.transaction import hold, sql_rows


@dataclass(frozen=True)
class Wanted:
    """Whether a company wants letters and notifications of one kind of event."""

    email: bool
    in_app: bool


#: In the portal people hear of these kinds unless their company has said otherwise, and of the others if it has.
IN_APP = frozenset({EventKind.CREATED, EventKind.STATUS_CHANGED, EventKind.ONBOARDING_CHANGED,
                    EventKind.SOURCE_DATA_CHANGED, EventKind.SERVICE_PROVISIONED, EventKind.SERVICE_DELETED})
#: The kinds of which a partner gets letters unless it has said otherwise. An end customer gets none of itself.
LETTERS = frozenset({EventKind.SERVICE_PROVISIONED, EventKind.SERVICE_DELETED})


def unless_said(kind: EventKind, *, is_partner: bool) -> Wanted:
    """What a company wants as long as it has not said anything."""
    return Wanted(email=is_partner and kind in LETTERS, in_app=kind in IN_APP)


class NotificationPreference(Versioned):
    """What a company wants to hear of one kind of event. `told` is the company, `tenant` the customer that it is about;
    the company itself stands for all customers of which it has said nothing else."""

    told = refers_to("Tenant")
    told_id: int
    tenant = refers_to("Tenant")
    tenant_id: int
    event = fields.CharField(30)
    email = fields.BooleanField()
    in_app = fields.BooleanField()

    class Meta:
        table = "notification_preference"
        unique_together = (("told_id", "tenant_id", "event"),)


class Notification(Record):
    """An event as one company is told of it: one row, however many people the company has.

    Who of them sees it is decided when they read. `tenant` is the customer that it is about, `told` the company, and
    `seq` its place among all that the company was ever told: rows are numbered in the order of their commits, so
    that whoever has read up to a number has missed none below it.
    """

    tenant = refers_to("Tenant")
    tenant_id: int
    told = refers_to("Tenant")
    told_id: int
    seq = fields.BigIntField()
    #: The reference of its event.
    event_key = fields.BigIntField()
    kind = fields.CharField(30)
    #: Whether it is for those only who administer the customer: its own people, not its partner's.
    for_admins = fields.BooleanField()
    title = fields.CharField(300)
    about = fields.CharField(40, null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "notification"
        unique_together = (("told_id", "seq"), ("event_key", "told_id"))
        indexes = (("tenant_id", "told_id", "seq"), ("at",))

    async def number(self) -> None:
        """Saves it as the next that its company is told. Holds the company's row until the unit ends."""
        await hold("tenant", [self.told_id])
        [last] = await sql_rows("select coalesce(max(seq), 0) as seq from notification where told_id = $1", self.told_id)
        self.seq = last["seq"] + 1
        await self.save(force_create=True)


class ReadMark(Record):
    """That a person had read, at a moment, all that a company had been told up to a number.

    Marks only ever rise, and old ones stay: of those that reach a notification the lowest says when it was read.
    """

    user = refers_to("User")
    user_id: int
    told = refers_to("Tenant")
    told_id: int
    up_to = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta:
        table = "notification_read"
        unique_together = (("user_id", "told_id", "up_to"),)


#: How long a notification stays.
KEPT = dt.timedelta(days=180)


async def wanted(told_id: int, customer_id: int, kind: EventKind, *, is_partner: bool) -> Wanted:
    """What a company wants to hear of an event of a customer: what it said of that one, else of all, else the usual."""
    said = {each.tenant_id: Wanted(each.email, each.in_app) for each in await NotificationPreference.filter(
        told_id=told_id, tenant_id__in=[customer_id, told_id], event=kind.name)}
    return said.get(customer_id) or said.get(told_id) or unless_said(kind, is_partner=is_partner)


async def forget(before: dt.datetime) -> None:
    """Removes notifications of events before a moment. The last of each company stays, from which the next is numbered."""
    await sql_rows("""delete from notification where at < $1 and seq < (select max(n.seq) from notification n
        where n.told_id = notification.told_id)""", before)
