"""What the fields of invoices mean, who sees which, and what they add to a customer."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import models
from engine import (
    TEXT,
    Bound,
    Case,
    Const,
    Expr,
    Many,
    One,
    Page,
    Row,
    Rows,
    Several,
    Sum,
    fixed,
    global_id,
    held,
    now,
    page_size,
    rank,
)
from engine.builders import literal_null
from engine.expr import lift
from models.access import Capability
from models.invoices import NOT_YET_ISSUED, SEEN_BY_BILLED, InvoiceStatus
from resolvers.criteria import AppliedFilter
from resolvers.customers import HERE, Customer
from resolvers.money import Money, money
from resolvers.tenants import Tenant

STATUSES = list(InvoiceStatus)


class Invoice(Row, of=models.Invoice, tag="bil", place="tenant_id", needs=Capability.INVOICE_VIEW):
    def visible(self) -> Expr:
        """All of them to the tenant that issues, issued and cancelled ones to the one that is billed (D-12)."""
        return (self.issuer_id == HERE) | ((self.tenant_id == HERE) & self.status.one_of(SEEN_BY_BILLED))

    def customer(self) -> One:
        return Customer.each(id=self.tenant_id).first()

    def issuer(self) -> One:
        return Tenant.each(id=self.issuer_id).first()

    def subtotal(self) -> Money:
        return money(self.subtotal_minor, self.currency)

    def tax(self) -> Money:
        return money(self.tax_minor, self.currency)

    def total(self) -> Money:
        return money(self.total_minor, self.currency)

    def amount_due(self) -> Money:
        return money(self.due_minor, self.currency)

    def tax_rate(self) -> Expr:
        return Case([(self.tax_basis_points.is_null(), Const(None, TEXT))], fixed(self.tax_basis_points, 2))

    def lines(self) -> Page:
        return InvoiceLine.each(invoice_id=self.id).by("position").open().page()

    def usage_breakdown(self) -> Page:
        return (InvoiceLine.each(invoice_id=self.id).where(lambda line: ~line.service_id.is_null())
                .by("position").open().page())

    def credit_notes(self) -> Many:
        return CreditNote.each(invoice_id=self.id).open().all()

    def next_status(self) -> Expr:
        """The step of `advanceInvoice` that is open to the viewer: only the issuer takes any."""
        closed = self.billing_month < month_now()
        mine = (self.issuer_id == HERE) & held(self, Capability.INVOICE_MANAGE)
        return Case([(mine & (self.status == InvoiceStatus.PROFORMA) & closed, lift(InvoiceStatus.READY)),
                     (mine & (self.status == InvoiceStatus.READY), lift(InvoiceStatus.ISSUABLE)),
                     (mine & (self.status == InvoiceStatus.ISSUABLE), lift(InvoiceStatus.ISSUED))], literal_null(TEXT))

    def downloadable(self) -> Expr:
        return ~self.number.is_null() & held(self, Capability.DOCUMENT_DOWNLOAD)

    def payments(self) -> Page:
        return Payment.each(invoice_id=self.id).by("paid_at").open().page()


class InvoiceLine(Row, of=models.InvoiceLine):
    """Reached by way of its invoice only, and seen by whoever sees that."""

    def quantity(self) -> Expr:
        return fixed(self.quantity_milli, 3)

    def unit_price(self) -> Money:
        return money(self.unit_price_minor, self.currency)

    def amount(self) -> Money:
        return money(self.amount_minor, self.currency)


class CreditNote(Row, of=models.CreditNote, tag="cdn", place="tenant_id", needs=Capability.INVOICE_VIEW):
    def visible(self) -> Expr:
        return of_issuer_or_billed(self)

    def customer(self) -> One:
        return Customer.each(id=self.tenant_id).first()

    def invoice(self) -> One:
        return Invoice.each(id=self.invoice_id).first()

    def amount(self) -> Money:
        return money(self.total_minor, self.currency)


class Payment(Row, of=models.Payment, tag="pay", place="tenant_id", needs=Capability.INVOICE_VIEW):
    def visible(self) -> Expr:
        return of_issuer_or_billed(self)

    def invoice(self) -> One:
        return Invoice.each(id=self.invoice_id).first()

    def amount(self) -> Money:
        return money(self.amount_minor, self.currency)


def of_issuer_or_billed(document: CreditNote | Payment) -> Expr:
    """Of issued invoices only, so both of them may see it."""
    return (document.issuer_id == HERE) | (document.tenant_id == HERE)


def found(statuses: list[InvoiceStatus] | None = None, **equals: Expr) -> Rows[Invoice]:
    """Invoices, newest month first."""
    rows = Invoice.each(**equals)
    if statuses is not None:
        rows = rows.where(lambda invoice: invoice.status.one_of(statuses))
    return rows.by("-billing_month")


class InvoiceStatusGroup(Row):
    """The invoices of one month and one status, within an InvoiceSummary."""

    def total(self) -> Money:
        return money(self.total_minor, self.currency)

    def invoices(self, first: int | None = None) -> Many:
        return found(tenant_id=self.id, billing_month=self.month, status=self.status).all(limit=page_size(first))

    def reviewable(self) -> Expr:
        """Only the issuer reviews, and only an invoice of a closed month that is not yet reviewed."""
        return (self.issuer_id == HERE) & (self.status == InvoiceStatus.READY)


class InvoiceSummary(Row):
    """A customer's invoices of one month; `month` is a value of its own, the rest is the customer's."""

    def billing_month(self) -> Expr:
        return self.month

    def groups(self) -> Many:
        return found(tenant_id=self.id, billing_month=self.month).grouped(
            "status", into=lambda invoice, count: InvoiceStatusGroup.part(
                self, status=invoice.status, count=count, total_minor=Sum(invoice.total_minor)),
            by=lambda invoice: rank(invoice.status, STATUSES))

    def total_possible_revenue(self, include_cancelled: bool = True) -> Money:
        """Every status counts, cancelled ones too unless told otherwise (D-13)."""
        return self._sum([s for s in STATUSES if include_cancelled or s is not InvoiceStatus.CANCELLED])

    def total_issuable_remaining(self) -> Money:
        return self._sum(list(NOT_YET_ISSUED))

    def all_invoices_filter(self) -> Several:
        """What `Query.invoices` takes to list the same invoices: no status among it."""
        return Several([AppliedFilter.record(key=Const("customer"), label=Const("Customer"), value=global_id(self, Customer)),
                        AppliedFilter.record(key=Const("billingMonth"), label=Const("Billing month"), value=self.month)])

    def _sum(self, statuses: list[InvoiceStatus]) -> Money:
        rows = found(statuses, tenant_id=self.id, billing_month=self.month)
        return money(rows.total(lambda invoice: invoice.total_minor), self.currency)


def billing_seen_here(customer: Customer) -> Expr:
    """Whether the viewer acts in the tenant that issues the customer's invoices, or in the one that is billed."""
    return (customer.issuer_id == HERE) | (customer.id == HERE)


Customer.field(billing_seen_here)


@Customer.field
def invoices(customer: Customer, status: list[InvoiceStatus] | None = None, billing_month: Expr | None = None) -> Page:
    return found(status, **_month(billing_month), tenant_id=customer.id).page()


@Customer.field
def invoice_summary(customer: Customer, billing_month: Expr | None = None) -> InvoiceSummary:
    return InvoiceSummary.part(customer, month=month_now() if billing_month is None else billing_month)


def all_invoices(customer: Bound | None = None, status: list[InvoiceStatus] | None = None,
                 billing_month: Expr | None = None) -> Page:
    """Every invoice that the viewer may see, or one customer's."""
    if customer is None:
        return found(status, **_month(billing_month)).by_place().page()
    return found(status, **_month(billing_month), tenant_id=Customer.key_in(customer)).page()


def _month(month: Expr | None) -> dict[str, Expr]:
    return {} if month is None else {"billing_month": month}


def month_now() -> Expr:
    """The current billing month where the viewer acts."""
    return now(TEXT, month_here, "billing zone")


def month_here(found: tuple[dt.datetime, str]) -> str:
    """The billing month of a moment, by the zone of who bills where the viewer acts: a page shows invoices of one issuer."""
    moment, zone = found
    return month_of(moment, zone)


def month_of(moment: dt.datetime, zone: str = "UTC") -> str:
    """The billing month of a moment in a zone: YYYY-MM."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m")
