"""Invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.invoices
from engine.relay import Connection
from resolvers import invoices
from schema.criteria import AppliedFilter
from schema.directives import shown, shows
from schema.enums import described
from schema.money import Money
from schema.nodes import Node, Versioned
from schema.scalars import BillingMonth, Date, DateTime, Decimal
from schema.tenants import Tenant

if TYPE_CHECKING:
    from schema.customers import Customer
    from schema.services import Service

InvoiceKind = described(models.invoices.InvoiceKind)
InvoiceLineKind = described(models.invoices.InvoiceLineKind)
InvoiceStatus = described(models.invoices.InvoiceStatus)
PaymentState = described(models.invoices.PaymentState)
BEHIND_INVOICE_VIEW = "invoices are seen by those who hold INVOICE_VIEW only"


@shows(invoices.InvoiceLine)
class InvoiceLine:
    """What an invoice charges for. Lines add up to the subtotal, exactly."""

    kind: InvoiceLineKind = shown("What sort of charge it is.")
    description: str = shown("What it is for.")
    quantity: Decimal = shown("How many or how much, with three decimals: \"1.000\".")
    unit_price: Money = shown("What one costs.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    amount: Money = shown("Quantity times price, rounded to the currency; negative where something is taken off.",
                          financial=True, open_because=BEHIND_INVOICE_VIEW)
    service: Annotated["Service", strawberry.lazy("schema.services")] | None = shown(
        "The service that it is for; null where it is for none, or for one that the viewer may not see.")


@shows(invoices.CreditNote)
class CreditNote(Node):
    """Takes back an issued invoice, all of it. Seen by those who hold INVOICE_VIEW on the customer, and act in the tenant that
    issued it or in the one that was billed."""

    number: str = shown("Its number, without gaps for its issuer and year: CN-2026-0001.")
    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown(
        "Who was billed; null where it is the viewer's own company and that is a partner.")
    invoice: Annotated["Invoice", strawberry.lazy("schema.invoices")] | None = shown("The invoice that it takes back.")
    amount: Money = shown("The invoice's total.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    reason: str = shown("Why the invoice was withdrawn.")
    issued_at: DateTime = shown("When it was issued.")


@shows(invoices.Payment)
class Payment(Node):
    """Money that came in for an invoice. Seen like the invoice."""

    invoice: Annotated["Invoice", strawberry.lazy("schema.invoices")] | None = shown("What it pays for.")
    amount: Money = shown("How much.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    paid_at: DateTime = shown("When it was recorded.")


@shows(invoices.Invoice)
class Invoice(Node, Versioned):
    """A bill. Seen by those who hold INVOICE_VIEW on the customer, and act in the tenant that issues it or, once it is issued
    or cancelled, in the one that is billed."""

    kind: InvoiceKind = shown("Whether it is the month's or for something of its own.")
    number: str | None = shown("Its number, without gaps for its issuer and year: 2026-0001; null until issued.")
    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown(
        "Who is billed; null where it is the viewer's own company and that is a partner.")
    issuer: Tenant | None = shown("Who bills; null where the viewer may not see them.")
    billing_month: BillingMonth = shown("The month it is for.")
    status: InvoiceStatus = shown("Where it stands.")
    payment_state: PaymentState = shown("How far it is paid.")
    subtotal: Money = shown("The lines' sum.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    tax_rate: Decimal | None = shown("The tax in per cent: \"21.00\"; null where it was worked out elsewhere and came by import.")
    tax: Money = shown("The tax on the subtotal, worked out once and rounded half up.", financial=True,
                       open_because=BEHIND_INVOICE_VIEW)
    total: Money = shown("Lines and tax.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    amount_due: Money = shown("What is still to be paid.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    issued_at: DateTime | None = shown("When it was issued; null until then.")
    due_on: Date | None = shown("When it is to be paid by; null until issued.")
    cancelled_at: DateTime | None = shown("When it was withdrawn; null otherwise.")
    issuer_name: str | None = shown("What the issuer was called when it was issued; null until then.")
    billed_name: str | None = shown("What the customer was called when it was issued, whatever its name is now; null until then.")
    billed_address: str | None = shown("Where the customer was when it was issued, a line for each part; null until then, or "
                                       "where nothing was recorded.")
    next_status: InvoiceStatus | None = shown("What the viewer may make of it now by `advanceInvoice`; null where there is no "
                                              "such step, or where they do not manage invoices in the tenant that issues it.")
    downloadable: bool = shown("Whether the viewer may have it as a document by `exportInvoice`: it has a number, and they hold "
                               "DOCUMENT_DOWNLOAD.")
    lines: Connection[InvoiceLine] = shown("What it charges for, in its order.", paged=100)
    usage_breakdown: Connection[InvoiceLine] = shown("What each service adds to it: the lines that are for one.", paged=100)
    payments: Connection[Payment] = shown("What was paid of it, oldest first.", paged=20)
    credit_notes: list[CreditNote] = shown("The credit note that took it back; empty unless it was issued and then cancelled.")


@shows(invoices.InvoiceStatusGroup)
class InvoiceStatusGroup:
    """A customer's invoices of one month and one status."""

    status: InvoiceStatus = shown("The status.")
    count: int = shown("How many; never 0.")
    total: Money = shown("What they add up to.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    reviewable: bool = shown("Whether the viewer's tenant has these to review.")

    @shown("The invoices themselves, at most `first` of them: 20 where it is not given, 100 at most.",
           arguments={"first": "How many, 1 to 100."}, rows=20, counted_by="first")
    def invoices(self, first: int | None = None) -> list[Invoice]: ...


@shows(invoices.InvoiceSummary)
class InvoiceSummary:
    """A customer's invoices of one month, by status."""

    billing_month: BillingMonth = shown("The month.")
    groups: list[InvoiceStatusGroup] = shown("One entry for each status that occurs, in the order in which invoices pass "
                                             "through them.", rows=6)
    total_issuable_remaining: Money = shown("What is not yet issued: proforma, ready and issuable.", financial=True,
                                            open_because=BEHIND_INVOICE_VIEW)
    all_invoices_filter: list[AppliedFilter] = shown("The arguments with which `Query.invoices` lists all of the month's "
                                                     "invoices.")

    @shown("What all of them add up to, whatever their status; cancelled ones too unless told otherwise.", financial=True,
           open_because=BEHIND_INVOICE_VIEW, arguments={"include_cancelled": "Whether cancelled invoices count."})
    def total_possible_revenue(self, include_cancelled: bool = True) -> Money: ...


