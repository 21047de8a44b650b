"""What customers of the naive server have: a resolver for each field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import strawberry
from strawberry.types import Info

import models
from benchmarks.peers.asked import asked
from models.access import Capability
from models.invoices import NOT_YET_ISSUED, InvoiceStatus
from resolvers.money import DIGITS


def moment(value: dt.datetime | None) -> str | None:
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


@strawberry.type
class Money:
    minor: strawberry.Private[int]
    code: strawberry.Private[str]

    @strawberry.field
    def amount(self) -> str:
        return str(Decimal(self.minor).scaleb(-DIGITS.get(self.code, 2)))

    @strawberry.field
    def currency(self) -> str:
        return self.code


def money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor=minor, code=currency)


@strawberry.type
class User:
    record: strawberry.Private[models.User]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"usr_{self.record.id}")

    @strawberry.field
    def display_name(self) -> str:
        return self.record.display_name

    @strawberry.field
    def email(self) -> str:
        return self.record.email

    @strawberry.field
    def active(self) -> bool:
        return self.record.active

    @strawberry.field
    def last_active_at(self) -> str | None:
        return moment(self.record.last_active_at)


@strawberry.type
class Contract:
    record: strawberry.Private[models.Contract]
    path: strawberry.Private[str]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"con_{self.record.id}")

    @strawberry.field
    def number(self) -> str:
        return self.record.number

    @strawberry.field
    def status(self) -> str:
        return self.record.status

    @strawberry.field
    def starts_on(self) -> str:
        return self.record.starts_on.isoformat()

    @strawberry.field
    def title(self) -> str:
        return self.record.title

    @strawberry.field
    def ends_on(self) -> str | None:
        return day(self.record.ends_on)

    @strawberry.field
    def value(self, info: Info) -> Money | None:
        if not asked(info).sees(info, Capability.FINANCIALS_VIEW, self.path):
            return None
        return money(self.record.value_minor, self.record.currency)


@strawberry.type
class Invoice:
    record: strawberry.Private[models.Invoice]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"bil_{self.record.id}")

    @strawberry.field
    def number(self) -> str | None:
        return self.record.number

    @strawberry.field
    def status(self) -> str:
        return self.record.status

    @strawberry.field
    def total(self) -> Money | None:
        return money(self.record.total_minor, self.record.currency)

    @strawberry.field
    def billing_month(self) -> str:
        return self.record.billing_month

    @strawberry.field
    def due_on(self) -> str | None:
        return day(self.record.due_on)


@strawberry.type
class Service:
    record: strawberry.Private[models.Service]
    path: strawberry.Private[str]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"svc_{self.record.id}")

    @strawberry.field
    def name(self) -> str:
        return self.record.name

    @strawberry.field
    def product(self) -> str:
        return self.record.product

    @strawberry.field
    def status(self) -> str:
        return self.record.status

    @strawberry.field
    def monthly_charge(self, info: Info) -> Money | None:
        if not asked(info).sees(info, Capability.FINANCIALS_VIEW, self.path):
            return None
        return money(self.record.monthly_charge_minor, self.record.currency)


@strawberry.type
class ContractConnection:
    nodes: list[Contract]


@strawberry.type
class InvoiceConnection:
    nodes: list[Invoice]


@strawberry.type
class ServiceConnection:
    nodes: list[Service]
    total_count: int


@strawberry.type
class UserConnection:
    nodes: list[User]
    total_count: int


@strawberry.type
class StatusCount:
    status: str
    count: int


@strawberry.type
class ContractSummary:
    tenant_id: strawberry.Private[int]

    @strawberry.field
    async def by_status(self, info: Info) -> list[StatusCount]:
        found = await asked(info).load.contract_counts.load(self.tenant_id)
        return [StatusCount(status=row["status"], count=row["count"]) for row in found]

    @strawberry.field
    async def total(self, info: Info) -> int:
        return sum(row["count"] for row in await asked(info).load.contract_counts.load(self.tenant_id))


@strawberry.type
class InvoiceStatusGroup:
    status: str
    invoices: strawberry.Private[list[models.Invoice]]
    code: strawberry.Private[str]

    @strawberry.field
    def count(self) -> int:
        return len(self.invoices)

    @strawberry.field
    def total(self) -> Money:
        return Money(minor=sum(each.total_minor for each in self.invoices), code=self.code)


@strawberry.type
class InvoiceSummary:
    billing_month: str
    invoices: strawberry.Private[list[models.Invoice]]
    code: strawberry.Private[str]

    @strawberry.field
    def groups(self) -> list[InvoiceStatusGroup]:
        found = [(status.name, [each for each in self.invoices if each.status == status.name]) for status in InvoiceStatus]
        return [InvoiceStatusGroup(status=status, invoices=each, code=self.code) for status, each in found if each]

    @strawberry.field
    def total_issuable_remaining(self) -> Money:
        open_ = [status.name for status in NOT_YET_ISSUED]
        return Money(minor=sum(each.total_minor for each in self.invoices if each.status in open_), code=self.code)


@strawberry.type
class CustomerSummary:
    record: strawberry.Private[models.Customer]
    path: strawberry.Private[str]

    @strawberry.field
    def ports(self) -> int:
        return self.record.ports

    @strawberry.field
    def virtual_circuits(self) -> int:
        return self.record.virtual_circuits

    @strawberry.field
    def cloud_connections(self) -> int:
        return self.record.cloud_connections

    @strawberry.field
    def last_activity_at(self) -> str | None:
        return moment(self.record.last_activity_at)

    @strawberry.field
    def last_order_at(self) -> str | None:
        return moment(self.record.last_order_at)

    @strawberry.field
    def mrr_pending_entry(self, info: Info) -> Money | None:
        if not asked(info).sees(info, Capability.FINANCIALS_VIEW, self.path):
            return None
        return money(self.record.mrr_pending_minor, self.record.currency)
