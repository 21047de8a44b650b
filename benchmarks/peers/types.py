"""The naive server's tenants and customers, as far as the benchmark asks for them: a resolver for each field."""

from __future__ import annotations

import strawberry
from strawberry.types import Info

import models
from benchmarks.peers.asked import asked
from benchmarks.peers.parts import (
    Contract,
    ContractConnection,
    ContractSummary,
    CustomerSummary,
    Invoice,
    InvoiceConnection,
    InvoiceSummary,
    Money,
    Service,
    ServiceConnection,
    User,
    UserConnection,
    moment,
    money,
)
from models.access import Capability, TenantKind
from models.invoices import SEEN_BY_BILLED
from resolvers.invoices import month_of

Kind = strawberry.enum(TenantKind, name="TenantKind")


@strawberry.type
class Customer:
    record: strawberry.Private[models.Customer]

    @property
    def path(self) -> str:
        return str(self.record.tenant.path)

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
    def reference(self) -> str | None:
        return self.record.reference

    @strawberry.field
    def website(self) -> str | None:
        return self.record.website

    @strawberry.field
    def phone(self) -> str | None:
        return self.record.phone

    @strawberry.field
    def email(self) -> str | None:
        return self.record.email

    @strawberry.field
    def country(self) -> str | None:
        return self.record.country

    @strawberry.field
    def mrr(self, info: Info) -> Money | None:
        if not asked(info).sees(info, Capability.FINANCIALS_VIEW, self.path):
            return None
        return money(self.record.mrr_minor, self.record.currency)

    @strawberry.field
    def summary(self, info: Info) -> CustomerSummary | None:
        if not asked(info).sees(info, Capability.CUSTOMER_SUMMARY_VIEW, self.path):
            return None
        return CustomerSummary(record=self.record, path=self.path)

    @strawberry.field
    async def primary_admin(self, info: Info) -> User | None:
        found = await asked(info).load.primary_admin.load(self.record.id)
        return User(record=found) if found and asked(info).may(Capability.USER_VIEW, self.path) else None

    @strawberry.field
    async def contracts(self, info: Info, first: int) -> ContractConnection | None:
        if not asked(info).sees(info, Capability.CONTRACT_VIEW, self.path):
            return None
        found = await asked(info).load.contracts.load(self.record.id)
        return ContractConnection(nodes=[Contract(record=each, path=self.path) for each in found[:first]])

    @strawberry.field
    async def invoices(self, info: Info, first: int) -> InvoiceConnection | None:
        found = await self._billed(info)
        return None if found is None else InvoiceConnection(nodes=[Invoice(record=each) for each in found[:first]])

    @strawberry.field
    async def invoice_summary(self, info: Info) -> InvoiceSummary | None:
        found, month = await self._billed(info), month_of(asked(info).load.now)
        if found is None:
            return None
        return InvoiceSummary(billing_month=month, invoices=[each for each in found if each.billing_month == month],
                              code=self.record.currency)

    async def _billed(self, info: Info) -> list[models.Invoice] | None:
        request, here = asked(info), asked(info).viewer.current
        if not request.sees(info, Capability.INVOICE_VIEW, self.path):
            return None
        if here is None or here.tenant_id not in (self.record.issuer_id, self.record.id):
            request.withhold(info, Capability.INVOICE_VIEW, self.path, "TENANT_KIND")
            return None
        billed = [status.name for status in SEEN_BY_BILLED]
        return [each for each in await request.load.invoices.load(self.record.id)
                if each.issuer_id == here.tenant_id or (each.tenant_id == here.tenant_id and each.status in billed)]

    @strawberry.field
    def contract_summary(self, info: Info) -> ContractSummary | None:
        if not asked(info).sees(info, Capability.CONTRACT_VIEW, self.path):
            return None
        return ContractSummary(tenant_id=self.record.id)

    @strawberry.field
    async def users(self, info: Info, first: int) -> UserConnection | None:
        if not asked(info).sees(info, Capability.USER_VIEW, self.path):
            return None
        found = await asked(info).load.users.load(self.record.id)
        return UserConnection(nodes=[User(record=each) for each in found[:first]], total_count=len(found))

    @strawberry.field
    async def services(self, info: Info, first: int) -> ServiceConnection | None:
        if not asked(info).sees(info, Capability.SERVICE_VIEW, self.path):
            return None
        found = await asked(info).load.services.load(self.record.id)
        return ServiceConnection(nodes=[Service(record=each, path=self.path) for each in found[:first]], total_count=len(found))

    @strawberry.field
    async def sub_accounts(self, info: Info, first: int) -> CustomerConnection:
        beneath = await asked(info).load.children.load((self.record.id, None))
        seen = [each.id for each in beneath if asked(info).may(Capability.CUSTOMER_VIEW, each.path)]
        found = await asked(info).load.customer.load_many(seen[:first])
        return CustomerConnection(nodes=[Customer(record=each) for each in found if each])


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class CustomerConnection:
    nodes: list[Customer]
    page_info: PageInfo | None = None


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
