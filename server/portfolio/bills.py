"""The demo story's invoices: their lines, their numbers in the order of issue, and what takes a cancelled one back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from models import CreditNote, Customer, Invoice, InvoiceLine, NumberSeries, Payment, Service, Tenant
from models.invoices import ONE, TO_PAY, InvoiceKind, InvoiceLineKind, InvoiceStatus, PaymentState
from models.numbers import Series, written
from models.records import id_of
from models.services import BillingState
from models.taxes import tax_on
from server.portfolio.scenes import Bill

NUMBERED = (InvoiceStatus.ISSUED, InvoiceStatus.CANCELLED)
SETTLED = (PaymentState.NOT_DUE, PaymentState.PAID)


class Bills:
    """What the story tells of invoices. `tell` each of them, then `give_numbers`."""

    def __init__(self, now: dt.datetime, customers: Mapping[str | None, Customer], issuers: Mapping[int, Tenant],
                 services: Sequence[Service]):
        self.now, self.customers, self.issuers, self.services = now, customers, issuers, services
        self.invoices: list[Invoice] = []
        self.lines: list[InvoiceLine] = []
        self.notes: list[CreditNote] = []
        self.payments: list[Payment] = []
        self.series: list[NumberSeries] = []

    def tell(self, bill: Bill, number: int) -> Invoice:
        customer = self.customers[bill.company]
        issuer = self.issuers[customer.issuer_id]
        month = months_before(self.now.astimezone(ZoneInfo(issuer.time_zone)), bill.months)
        tax = tax_on(bill.subtotal, bill.tax * 100)
        issued = None
        if bill.status in NUMBERED:
            issued = min((month + dt.timedelta(days=31, hours=8)).astimezone(dt.UTC), self.now - dt.timedelta(hours=3))
        invoice = Invoice(
            id=id_of("invoice", f"{bill.company}/INV-{number:04}"), tenant_id=customer.id, issuer_id=customer.issuer_id,
            kind=(InvoiceKind.SINGLE if bill.what else InvoiceKind.MONTHLY).name, billing_month=f"{month:%Y-%m}",
            status=bill.status.name, payment_state=bill.paid.name, currency=customer.currency, subtotal_minor=bill.subtotal,
            tax_basis_points=bill.tax * 100, tax_minor=tax, total_minor=bill.subtotal + tax,
            due_minor=_due(bill, bill.subtotal + tax), issued_at=issued, due_on=self._due_on(bill, issued),
            cancelled_at=issued + dt.timedelta(days=2) if issued and bill.status is InvoiceStatus.CANCELLED else None,
            issuer_name=issuer.name if issued else None, billed_name=customer.name if issued else None,
            billed_address=f"{customer.country}\n{customer.email}" if issued else None)
        lines = self._lines(bill, invoice)
        invoice.line_count = len(lines)
        self.invoices.append(invoice)
        self.lines += lines
        if issued and bill.paid in (PaymentState.PAID, PaymentState.PARTIALLY_PAID):
            self.payments.append(Payment(
                id=id_of("payment", str(invoice.id)), tenant_id=invoice.tenant_id, issuer_id=invoice.issuer_id,
                invoice_id=invoice.id, amount_minor=invoice.total_minor - invoice.due_minor, currency=invoice.currency,
                paid_at=min(issued + dt.timedelta(days=9), self.now)))
        return invoice

    def _due_on(self, bill: Bill, issued: dt.datetime | None) -> dt.date | None:
        if issued is None:
            return None
        due = (issued + dt.timedelta(days=TO_PAY)).date()
        return min(due, (self.now - dt.timedelta(days=3)).date()) if bill.paid is PaymentState.OVERDUE else due

    def _lines(self, bill: Bill, invoice: Invoice) -> list[InvoiceLine]:
        """One for each service that is billed, where these add up to it; else one for all."""
        billed = [service for service in self.services
                  if (service.tenant_id, service.billing_state) == (invoice.tenant_id, BillingState.BILLED.name)]
        billed.sort(key=lambda service: (service.name_key, service.id))
        if bill.what or sum(service.monthly_charge_minor or 0 for service in billed) != bill.subtotal:
            what = bill.what or f"Services of {invoice.billing_month}"
            kind = InvoiceLineKind.ONE_OFF if bill.what else InvoiceLineKind.SUBSCRIPTION
            return [line(invoice.id, 1, kind, what, bill.subtotal, invoice.currency)]
        return [line(invoice.id, n, InvoiceLineKind.SUBSCRIPTION, f"{service.name}: {service.product}",
                     service.monthly_charge_minor or 0, invoice.currency, service.id) for n, service in enumerate(billed, 1)]

    def give_numbers(self) -> None:
        """By issuer and year in the order of issue, and to the credit notes of those that were cancelled."""
        given: Counter[tuple[int, Series, int]] = Counter()

        def following(issuer: int, series: Series, at: dt.datetime) -> str:
            given[issuer, series, at.year] += 1
            return written(series, at.year, given[issuer, series, at.year])
        issued = [(invoice.issued_at, invoice) for invoice in self.invoices if invoice.issued_at]
        for at, invoice in sorted(issued, key=lambda pair: (pair[0], pair[1].id)):
            invoice.number = following(invoice.issuer_id, Series.INVOICE, at)
        for cancelled, invoice in ((invoice.cancelled_at, invoice) for _, invoice in issued):
            if cancelled is None:
                continue
            self.notes.append(CreditNote(
                id=id_of("credit note", str(invoice.id)), tenant_id=invoice.tenant_id, issuer_id=invoice.issuer_id,
                invoice_id=invoice.id, number=following(invoice.issuer_id, Series.CREDIT_NOTE, cancelled),
                subtotal_minor=invoice.subtotal_minor, tax_minor=invoice.tax_minor, total_minor=invoice.total_minor,
                currency=invoice.currency, reason="A circuit was billed that had been given up.",
                issued_at=cancelled))
        self.series = [NumberSeries(id=id_of("series", f"{issuer}/{series.name}/{year}"), issuer_id=issuer, series=series.name,
                                    year=year, given=count) for (issuer, series, year), count in given.items()]


def line(invoice_id: int, position: int, kind: InvoiceLineKind, description: str, amount: int, currency: str,
         service_id: int | None = None) -> InvoiceLine:
    return InvoiceLine(id=id_of("line", f"{invoice_id}/{position}"), invoice_id=invoice_id, position=position, kind=kind.name,
                       description=description, quantity_milli=ONE, unit_price_minor=amount, amount_minor=amount,
                       currency=currency, service_id=service_id)


def _due(bill: Bill, total: int) -> int:
    if bill.paid in SETTLED:
        return 0
    return total // 2 if bill.paid is PaymentState.PARTIALLY_PAID else total


def months_before(now: dt.datetime, months: int) -> dt.datetime:
    """The first moment of the month so many months before that of `now`."""
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=years, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
