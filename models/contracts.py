"""Contracts between a customer and the partner that looks after it."""

from __future__ import annotations

import calendar
import datetime as dt
from enum import Enum

from tortoise import fields

from models.records import Versioned, refers_to


class ContractStatus(Enum):
    """Where a contract stands."""

    DRAFT = "Being drawn up."
    PENDING_ACCEPTANCE = "Waiting for the customer's word."
    SCHEDULED = "Accepted; begins on its start date."
    ACTIVE = "In force."
    EXPIRED = "Ended on its end date."
    TERMINATED = "Ended early."


#: Live ones first, ended ones last (D-11).
LIVELIEST = (ContractStatus.ACTIVE, ContractStatus.PENDING_ACCEPTANCE, ContractStatus.SCHEDULED, ContractStatus.DRAFT,
             ContractStatus.EXPIRED, ContractStatus.TERMINATED)

#: The steps that a contract may take.
NEXT: dict[ContractStatus, frozenset[ContractStatus]] = {
    ContractStatus.DRAFT: frozenset({ContractStatus.PENDING_ACCEPTANCE, ContractStatus.TERMINATED}),
    ContractStatus.PENDING_ACCEPTANCE: frozenset({ContractStatus.SCHEDULED, ContractStatus.TERMINATED}),
    ContractStatus.SCHEDULED: frozenset({ContractStatus.ACTIVE, ContractStatus.TERMINATED}),
    ContractStatus.ACTIVE: frozenset({ContractStatus.EXPIRED, ContractStatus.TERMINATED}),
    ContractStatus.EXPIRED: frozenset(),
    ContractStatus.TERMINATED: frozenset(),
}
#: What a contract becomes by its dates, and by nobody's hand.
BY_DATE = frozenset({ContractStatus.ACTIVE, ContractStatus.EXPIRED})


class Contract(Versioned):
    """An agreement. `tenant` is the customer's."""

    tenant = refers_to("Tenant")
    tenant_id: int
    number = fields.CharField(50)
    title = fields.CharField(200)
    status = fields.CharField(20)
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)
    renewal_on = fields.DateField(null=True)
    auto_renew = fields.BooleanField(default=False, db_default=False)
    value_minor = fields.BigIntField(null=True)
    currency = fields.CharField(3)
    #: Where the signed document is kept.
    document_url = fields.CharField(500, null=True)
    accepted_at = fields.DatetimeField(null=True)
    terminated_at = fields.DatetimeField(null=True)
    #: The one that it renews: each is renewed once.
    predecessor = refers_to("Contract", null=True)
    predecessor_id: int | None

    class Meta:
        table = "contract"
        unique_together = (("tenant_id", "number"),)
        indexes = (("tenant_id", "status"),)


def begun(starts_on: dt.date, today: dt.date) -> ContractStatus:
    """What an accepted contract is on a day."""
    return ContractStatus.ACTIVE if starts_on <= today else ContractStatus.SCHEDULED


def term_after(starts_on: dt.date, ends_on: dt.date) -> tuple[dt.date, dt.date]:
    """The term of the same length that follows: as many calendar months where the term is of whole months (the 28 days of a
    February are one), else as many days. First and last day."""
    following = ends_on + dt.timedelta(days=1)
    most = (following.year - starts_on.year) * 12 + following.month - starts_on.month
    for months in (most, most - 1):  # one less from a day that the last month does not have
        if months > 0 and _months_later(starts_on, months) == following:
            return following, _months_later(following, months) - dt.timedelta(days=1)
    return following, following + (ends_on - starts_on)


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month; where that month has no such day, the first of the next."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day > calendar.monthrange(years, month + 1)[1]:
        return _months_later(day.replace(day=1), months + 1)
    return day.replace(year=years, month=month + 1)
