"""The monthly run: what customers' billed services cost in a month, as one invoice for each customer (I19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tortoise.expressions import F

from models.customers import Customer, CustomerStatus
from models.events import EventKind, announce
from models.invoices import (
    ONE,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceLineKind,
    InvoiceStatus,
    PaymentState,
)
from models.services import BillingState, Service
from models.taxes import tax_on, tax_rate
from models.tenants import Tenant, today
from models.transaction import hold

#: Whose customers' services are billed.
BILLED = [status.name for status in CustomerStatus
          if status not in (CustomerStatus.INVITED, CustomerStatus.DELETED, CustomerStatus.DISCONNECTED)]
PROFORMA, READY, CANCELLED = (status.name for status in (
    InvoiceStatus.PROFORMA, InvoiceStatus.READY, InvoiceStatus.CANCELLED))
#: Customers that are billed in one transaction.
AT_ONCE = 500
DESCRIPTION = 500


@dataclass
class Billed:
    """What a run did: the monthly invoices of the customers, as they are now, and which of them it made or changed."""

    invoices: list[Invoice] = field(default_factory=list)
    made: list[Invoice] = field(default_factory=list)
    changed: list[Invoice] = field(default_factory=list)


def month_of(tenant: Tenant, now: dt.datetime) -> str:
    """The billing month that it is for the tenant at a moment: YYYY-MM."""
    return f"{today(tenant, now):%Y-%m}"


def end_of(month: str, tenant: Tenant) -> dt.datetime:
    """The moment at which a month is over for the tenant."""
    year, number = map(int, month.split("-"))
    return dt.datetime(year + number // 12, number % 12 + 1, 1, tzinfo=ZoneInfo(tenant.time_zone))


async def customers_of(issuer_id: int, after: int = 0) -> list[int]:
    """Some of the customers that an issuer bills, in the order of their ids: AT_ONCE, or as many as there are."""
    found = Customer.filter(issuer_id=issuer_id, id__gt=after, status__in=BILLED).order_by("id").limit(AT_ONCE)
    return [customer.id for customer in await found.only("id")]


async def issuers() -> list[Tenant]:
    """Every tenant that bills customers."""
    ids = await Customer.filter(status__in=BILLED).distinct().values_list("issuer_id", flat=True)
    return await Tenant.filter(id__in=ids).order_by("id")


async def running() -> list[tuple[int, str]]:
    """Every (issuer, month) that still has proformas of the monthly run."""
    found = Invoice.filter(kind=InvoiceKind.MONTHLY.name, status=PROFORMA).distinct()
    return sorted(await found.values_list("issuer_id", "billing_month"))


async def bill(issuer: Tenant, month: str, customer_ids: Collection[int], now: dt.datetime, *, anew: bool = False) -> Billed:
    """Brings the monthly invoices of these customers up to what their services cost, in the unit of work under way.

    While the month runs they are PROFORMA, after it READY; what is READY or further is left as it is. Who has nothing to
    pay for gets none. One that was cancelled is made anew only if told so.
    """
    await hold("tenant", [issuer.id])  # one run at a time, or two would make the same invoice
    closed = month_of(issuer, now) > month
    customers = await Customer.filter(id__in=customer_ids, issuer_id=issuer.id, status__in=BILLED).order_by("id")
    ids = [customer.id for customer in customers]
    services = await _services(ids, end_of(month, issuer) if closed else None)
    there, withdrawn = await _there(ids, month)
    seller = await Customer.get_or_none(id=issuer.id)
    lines_there = await _lines([invoice.id for invoice in there.values() if invoice.status == PROFORMA])
    billed = Billed()
    gone: list[Invoice] = []
    written: list[InvoiceLine] = []
    for customer in customers:
        invoice = there.get(customer.id)
        if invoice is not None and invoice.status != PROFORMA:
            billed.invoices.append(invoice)
            continue
        owed = [service for service in services.get(customer.id, ()) if service.currency == customer.currency]
        if not owed:
            gone += [invoice] if invoice else []
            continue
        if invoice is None and customer.id in withdrawn and not anew:
            continue
        is_new = invoice is None
        if invoice is None:
            invoice = _begun(issuer, customer, month)
        lines = _written(invoice, owed)
        rate = tax_rate(seller.country if seller else None, customer.country)
        if is_new or closed or rate != invoice.tax_basis_points or _told(lines) != _told(lines_there.get(invoice.id, ())):
            _add_up(invoice, lines, rate)
            invoice.status, invoice.updated_at = READY if closed else PROFORMA, now
            (billed.made if is_new else billed.changed).append(invoice)
            written += lines
        billed.invoices.append(invoice)
    await _store(billed, gone, written)
    if closed:
        for invoice in (*billed.made, *billed.changed):
            await announce(EventKind.INVOICE_CHANGED, invoice.tenant_id, now, about=f"bil_{invoice.id}",
                           facts={"status": READY, "billingMonth": month})
    return billed


async def _services(customer_ids: Collection[int], before: dt.datetime | None) -> dict[int, list[Service]]:
    """What is billed of each customer; of a month that is over, only what was there when it ended."""
    found: dict[int, list[Service]] = {}
    for service in await Service.filter(tenant_id__in=customer_ids, billing_state=BillingState.BILLED.name,
                                        monthly_charge_minor__gt=0).order_by("tenant_id", "name_key", "id"):
        if before is None or service.provisioned_at is None or service.provisioned_at < before:
            found.setdefault(service.tenant_id, []).append(service)
    return found


async def _there(customer_ids: Collection[int], month: str) -> tuple[dict[int, Invoice], set[int]]:
    """The customers' monthly invoices of a month, locked, and who has one that was cancelled."""
    found = await Invoice.filter(tenant_id__in=customer_ids, billing_month=month,
                                 kind=InvoiceKind.MONTHLY.name).order_by("id").select_for_update(no_key=True)
    return ({invoice.tenant_id: invoice for invoice in found if invoice.status != CANCELLED},
            {invoice.tenant_id for invoice in found if invoice.status == CANCELLED})


async def _lines(invoice_ids: Collection[int]) -> dict[int, list[InvoiceLine]]:
    found: dict[int, list[InvoiceLine]] = {}
    for line in await InvoiceLine.filter(invoice_id__in=invoice_ids).order_by("invoice_id", "position"):
        found.setdefault(line.invoice_id, []).append(line)
    return found


def _begun(issuer: Tenant, customer: Customer, month: str) -> Invoice:
    return Invoice(tenant_id=customer.id, issuer_id=issuer.id, kind=InvoiceKind.MONTHLY.name, billing_month=month,
                   status=PROFORMA, payment_state=PaymentState.NOT_DUE.name, currency=customer.currency)


def _written(invoice: Invoice, services: Sequence[Service]) -> list[InvoiceLine]:
    """A line for each service: its whole monthly charge, whenever in the month it entered billing."""
    return [InvoiceLine(
        invoice_id=invoice.id, position=position, kind=InvoiceLineKind.SUBSCRIPTION.name,
        description=f"{service.name}: {service.product}"[:DESCRIPTION], quantity_milli=ONE,
        unit_price_minor=service.monthly_charge_minor, amount_minor=service.monthly_charge_minor,
        currency=invoice.currency, service_id=service.id) for position, service in enumerate(services, 1)]


def _told(lines: Iterable[InvoiceLine]) -> list[tuple[object, ...]]:
    return [(line.position, line.description, line.quantity_milli, line.unit_price_minor, line.amount_minor, line.service_id)
            for line in lines]


def _add_up(invoice: Invoice, lines: Sequence[InvoiceLine], rate: int) -> None:
    """The invoice's sums, exactly: lines, tax on their sum, and both (I6)."""
    invoice.line_count = len(lines)
    invoice.subtotal_minor = sum(line.amount_minor for line in lines)
    invoice.tax_basis_points = rate
    invoice.tax_minor = tax_on(invoice.subtotal_minor, rate)
    invoice.total_minor = invoice.subtotal_minor + invoice.tax_minor
    invoice.due_minor = 0


async def _store(billed: Billed, gone: Sequence[Invoice], lines: Sequence[InvoiceLine]) -> None:
    if old := [invoice.id for invoice in (*billed.changed, *gone)]:
        await InvoiceLine.filter(invoice_id__in=old).delete()
    if gone:
        await Invoice.filter(id__in=[invoice.id for invoice in gone]).delete()
    await Invoice.bulk_create(billed.made, batch_size=200)
    for invoice in billed.changed:
        await Invoice.filter(id=invoice.id).update(
            version=F("version") + 1, updated_at=invoice.updated_at, status=invoice.status, line_count=invoice.line_count,
            subtotal_minor=invoice.subtotal_minor, tax_basis_points=invoice.tax_basis_points, tax_minor=invoice.tax_minor,
            total_minor=invoice.total_minor)
        invoice.version += 1
    await InvoiceLine.bulk_create(lines, batch_size=500)
