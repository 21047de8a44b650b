"""The naive server's types, as far as the benchmark asks for them: a resolver for each field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import strawberry
from strawberry.types import Info

import models
from benchmarks.peers.asked import asked
from models.access import Capability, TenantKind
from models.invoices import SEEN_BY_BILLED
from resolvers.money import DIGITS

Kind = strawberry.enum(TenantKind, name="TenantKind")


def moment(value: dt.datetime | None) -> str | None:
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


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


@strawberry.type
class Contract:
    record: strawberry.Private[models.Contract]

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


@strawberry.type
class ContractConnection:
    nodes: list[Contract]


@strawberry.type
class InvoiceConnection:
    nodes: list[Invoice]


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


@strawberry.type
class CustomerSummary:
    record: strawberry.Private[models.Customer]

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


@strawberry.type
class Customer:
    record: strawberry.Private[models.Customer]

    @property
    def path(self) -> str:
        return self.record.tenant.path

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"cus_{self.record.id}")

    @strawberry.field
    def name(self) -> str:
        return self.record.name

    @strawberry.field
    def status(self) -> str:
        return self.record.status

    @strawberry.field
    def created_at(self) -> str | None:
        return moment(self.record.created_at)

    @strawberry.field
    def mrr(self, info: Info) -> Money | None:
        if not asked(info).sees(info, Capability.FINANCIALS_VIEW, self.path):
            return None
        return money(self.record.mrr_minor, self.record.currency)

    @strawberry.field
    def summary(self, info: Info) -> CustomerSummary | None:
        if not asked(info).sees(info, Capability.CUSTOMER_SUMMARY_VIEW, self.path):
            return None
        return CustomerSummary(record=self.record)

    @strawberry.field
    async def primary_admin(self, info: Info) -> User | None:
        found = await asked(info).load.primary_admin.load(self.record.id)
        return User(record=found) if found and asked(info).may(Capability.USER_VIEW, self.path) else None

    @strawberry.field
    async def contracts(self, info: Info, first: int) -> ContractConnection | None:
        if not asked(info).sees(info, Capability.CONTRACT_VIEW, self.path):
            return None
        found = await asked(info).load.contracts.load(self.record.id)
        return ContractConnection(nodes=[Contract(record=each) for each in found[:first]])

    @strawberry.field
    async def invoices(self, info: Info, first: int) -> InvoiceConnection | None:
        request, here = asked(info), asked(info).viewer.current
        if not request.sees(info, Capability.INVOICE_VIEW, self.path):
            return None
        if here is None or here.tenant_id not in (self.record.issuer_id, self.record.id):
            request.withhold(info, Capability.INVOICE_VIEW, self.path, "TENANT_KIND")
            return None
        billed = [status.name for status in SEEN_BY_BILLED]
        found = [each for each in await request.load.invoices.load(self.record.id)
                 if each.issuer_id == here.tenant_id or (each.tenant_id == here.tenant_id and each.status in billed)]
        return InvoiceConnection(nodes=[Invoice(record=each) for each in found[:first]])

    @strawberry.field
    def contract_summary(self, info: Info) -> ContractSummary | None:
        if not asked(info).sees(info, Capability.CONTRACT_VIEW, self.path):
            return None
        return ContractSummary(tenant_id=self.record.id)


@strawberry.type
class CustomerConnection:
    nodes: list[Customer]


@strawberry.type
class TenantConnection:
    nodes: list[Tenant]


@strawberry.type
class Tenant:
    record: strawberry.Private[models.Tenant]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"ten_{self.record.id}")

    @strawberry.field
    def name(self) -> str:
        return self.record.name

    @strawberry.field
    async def children(self, info: Info, first: int, kind: Kind | None = None) -> TenantConnection:  # type: ignore[valid-type]
        found = await asked(info).load.children.load((self.record.id, kind and kind.name))  # type: ignore[attr-defined]
        known = [each for each in found if asked(info).viewer.knows(each.path)]
        return TenantConnection(nodes=[Tenant(record=each) for each in known[:first]])

    @strawberry.field
    async def customer(self, info: Info) -> Customer | None:
        if not asked(info).may(Capability.CUSTOMER_VIEW, self.record.path):
            return None
        found = await asked(info).load.customer.load(self.record.id)
        return Customer(record=found) if found else None
