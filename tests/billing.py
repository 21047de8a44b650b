"""A reseller of one's own with customers, services and people, so that tests of money leave the demo people's alone."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from models import AccessGrant, Customer, Invoice, InvoiceLine, Service, Tenant, User
from models.access import Role, TenantKind
from models.reach import list_links
from models.records import name_key
from models.services import tally
from models.tenants import plant
from models.transaction import unit_of_work
from tests.client import Person
from tests.servers import Server
from tests.stored import connected

_serial = itertools.count(1)
MONEY = "{ amount currency }"
ERRORS = "userErrors { code message path requiredCapability } warnings { code path } auditEntryId"
INVOICE = f"""id version number kind status paymentState billingMonth subtotal {MONEY} tax {MONEY} taxRate total {MONEY}
  amountDue {MONEY} issuedAt dueOn cancelledAt issuerName billedName billedAddress customer {{ name }} issuer {{ name }}
  lines {{ nodes {{ kind description quantity unitPrice {MONEY} amount {MONEY} service {{ name }} }} }}
  usageBreakdown {{ nodes {{ description }} }} payments {{ nodes {{ id amount {MONEY} paidAt }} }}
  creditNotes {{ id number amount {MONEY} reason }}"""
PAYLOADS = {
    "advanceInvoice": f"invoice {{ {INVOICE} }}",
    "cancelInvoice": f"invoice {{ {INVOICE} }} creditNote {{ id number amount {MONEY} reason issuedAt invoice {{ id }} }}",
    "recordPayment": f"payment {{ id amount {MONEY} invoice {{ id }} }} invoice {{ {INVOICE} }}",
    "exportInvoice": "run { id kind format status fileName customer { name } }",
    "generateInvoices": f"invoices {{ {INVOICE} }}",
}


async def bill(person: Person, name: str, input: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What the mutation of that name answered."""
    kind = name[0].upper() + name[1:]
    answer = await person.ask(f"mutation($input: {kind}Input!, $options: MutationOptions) {{ {name}(input: $input, "
                              f"options: $options) {{ {PAYLOADS[name]} {ERRORS} }} }}",
                              {"input": input, "options": options or None})
    assert answer.get("data"), answer
    return answer["data"][name]


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["code"], ".".join(error["path"][1:])) for error in payload["userErrors"]]


@dataclass
class Shop:
    """A reseller beneath Harbor Distribution; `admin` is its administrator."""

    server: Server
    tenant: Tenant
    admin: Person
    customers: dict[str, Customer] = field(default_factory=dict)

    async def customer(self, *charges: int, country: str | None = "DE", name: str | None = None,
                       beneath: Customer | None = None) -> str:
        """A customer with a billed service for each charge, in minor units; its global id."""
        name = name or f"Client {next(_serial)}"
        async with connected(self.server.database_url):
            above = await Tenant.get(id=beneath.id) if beneath else self.tenant
            customer = await _company(above, self.tenant.id, TenantKind.CUSTOMER, name, country, self.tenant.currency)
            for n, charge in enumerate(charges, 1):
                await service(customer, f"Port {n}", charge)
            await tally([customer.id])
        self.customers[name] = customer
        return f"cus_{customer.id}"

    async def invoice(self, *amounts: int, customer: str | None = None, status: str = "READY", **more: Any) -> str:
        """An invoice with a line for each amount, as a table has it; its global id."""
        owner = int((customer or await self.customer())[4:])
        subtotal = sum(amounts)
        values = {"billing_month": "2026-09", "kind": "SINGLE", "payment_state": "NOT_DUE", "due_minor": 0, **more}
        async with connected(self.server.database_url):
            invoice = await Invoice.create(
                tenant_id=owner, issuer_id=self.tenant.id, status=status, currency=self.tenant.currency,
                line_count=len(amounts), subtotal_minor=subtotal, tax_basis_points=0, tax_minor=0, total_minor=subtotal, **values)
            await InvoiceLine.bulk_create([InvoiceLine(
                invoice_id=invoice.id, position=n, kind="ONE_OFF", description=f"Thing {n}", quantity_milli=1000,
                unit_price_minor=amount, amount_minor=amount, currency=self.tenant.currency)
                for n, amount in enumerate(amounts, 1)])
        return f"bil_{invoice.id}"

    async def issued(self, *amounts: int, **more: Any) -> dict[str, Any]:
        """An invoice that has just been issued."""
        id = await self.invoice(*amounts, status="ISSUABLE", **more)
        return await self.done("advanceInvoice", {"invoiceId": id, "to": "ISSUED"})

    async def done(self, name: str, input: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The invoice after a mutation of the administrator's that must succeed."""
        payload = await bill(self.admin, name, input, **options)
        assert payload["userErrors"] == [], payload
        return payload["invoice"]

    async def person(self, role: Role, customer: str | None = None, linked: bool = False) -> Person:
        """Somebody who holds the role at a customer, or is linked to it from the reseller, or is at home in the reseller."""
        async with connected(self.server.database_url):
            home = await Tenant.get(id=int(customer[4:])) if customer and not linked else self.tenant
            return await _person(self.server, home, role, int(customer[4:]) if linked and customer else None)

    async def read(self, id: str, person: Person | None = None) -> dict[str, Any] | None:
        answer = await (person or self.admin).ask(
            f"query($id: ID!) {{ node(id: $id) {{ ... on Invoice {{ {INVOICE} }} }} }}", {"id": id})
        return answer["data"]["node"]


async def service(customer: Customer, name: str, charge: int, **more: Any) -> Service:
    """A service of the customer that is billed unless told otherwise. Call it inside `connected`."""
    long_ago = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    values = {"billing_state": "BILLED", "status": "RUNNING", "provisioned_at": long_ago, "ordered_at": long_ago, **more}
    return await Service.create(tenant_id=customer.id, kind="PORT", name=name, name_key=name_key(name), product="Access port 1G",
                                monthly_charge_minor=charge, currency=customer.currency, **values)


async def shop(server: Server, *, zone: str = "UTC", currency: str = "EUR", country: str | None = "NL") -> Shop:
    async with connected(server.database_url):
        harbor = await Tenant.get(name="Harbor Distribution")
        name = f"Counter {next(_serial)}"
        await _company(harbor, harbor.id, TenantKind.RESELLER, name, country, currency, zone)
        tenant = await Tenant.get(name=name)
        return Shop(server, tenant, await _person(server, tenant, Role.ADMIN, None))


@pytest.fixture
async def own(server: Server) -> Shop:
    """A reseller with nothing yet."""
    return await shop(server)


async def _company(above: Tenant, issuer: int, kind: TenantKind, name: str, country: str | None, currency: str,
                   zone: str | None = None) -> Customer:
    now = dt.datetime.now(dt.UTC)
    tenant = Tenant.beneath(above, kind=kind, name=name, currency=currency, time_zone=zone)
    customer = Customer(id=tenant.id, tenant_id=tenant.id, name=name, name_key=name_key(name), status="ACTIVE",
                        status_changed_at=now, issuer_id=issuer, country=country, currency=currency, created_at=now,
                        email=f"office@{tenant.id}.example", mrr_minor=0, mrr_pending_minor=0)

    async def store() -> Customer:
        await plant([tenant])
        await customer.save(force_create=True)
        return customer
    return await unit_of_work(store, tries=8)


async def _person(server: Server, home: Tenant, role: Role, linked: int | None) -> Person:
    """With the password of the demo people, which takes long to hash."""
    email = f"{role.name.lower()}{next(_serial)}@shops.example"
    known = await User.get(email="admin@brightline.example")
    user = User(tenant_id=home.id, email=email, email_norm=email, first_name="Ann", last_name="Lee", name_key="ann lee",
                password_hash=known.password_hash, email_verified=True, active=True, language="en",
                invited_at=known.invited_at, created_at=known.created_at)

    async def store() -> None:
        await user.save(force_create=True)
        at_home = Role.REGULAR if linked else role
        await AccessGrant.create(user_id=user.id, tenant_id=home.id, role=at_home.name, source="HOME")
        if linked:
            await AccessGrant.create(user_id=user.id, tenant_id=linked, role=role.name, source="LINKED")
        await list_links([user.id])
    await unit_of_work(store, tries=8)
    return Person(server, email)
