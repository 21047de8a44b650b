"""Invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.invoices
from resolvers import invoices
from schema.directives import shown, shows
from schema.enums import described
from schema.money import Money
from schema.nodes import Node, Versioned
from schema.scalars import JSON, BillingMonth, Date, DateTime
from schema.tenants import Tenant

if TYPE_CHECKING:
    from schema.customers import Customer

InvoiceStatus = described(models.invoices.InvoiceStatus)
PaymentState = described(models.invoices.PaymentState)
BEHIND_INVOICE_VIEW = "invoices are seen by those who hold INVOICE_VIEW only"


@shows(invoices.Invoice)
class Invoice(Node, Versioned):
    """A bill. Seen by those who hold INVOICE_VIEW on the customer, and act in the tenant that issues it or, once it is issued
    or cancelled, in the one that is billed."""

    number: str | None = shown("Its number, without gaps for its issuer; null until issued.")
    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown(
        "Who is billed; null where it is the viewer's own company and that is a partner.")
    issuer: Tenant | None = shown("Who bills; null where the viewer may not see them.")
    billing_month: BillingMonth = shown("The month it is for.")
    status: InvoiceStatus = shown("Where it stands.")
    payment_state: PaymentState = shown("How far it is paid.")
    subtotal: Money = shown("The lines' sum.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    tax: Money = shown("The tax on it.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    total: Money = shown("Lines and tax.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    amount_due: Money = shown("What is still to be paid.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    issued_at: DateTime | None = shown("When it was issued; null until then.")
    due_on: Date | None = shown("When it is to be paid by; null until issued.")
    cancelled_at: DateTime | None = shown("When it was withdrawn; null otherwise.")


@shows(invoices.AppliedFilter)
class AppliedFilter:
    """One criterion of a list, as the list's field takes it."""

    key: str = shown("The argument's name.")
    label: str = shown("What to call it on screen, in English.")
    value: JSON = shown("The argument's value.")


@shows(invoices.InvoiceStatusGroup)
class InvoiceStatusGroup:
    """A customer's invoices of one month and one status."""

    status: InvoiceStatus = shown("The status.")
    count: int = shown("How many; never 0.")
    total: Money = shown("What they add up to.", financial=True, open_because=BEHIND_INVOICE_VIEW)
    reviewable: bool = shown("Whether the viewer's tenant has these to review.")

    @shown("The invoices themselves, at most `first` of them: 20 where it is not given, 100 at most.",
           arguments={"first": "How many, 1 to 100."})
    def invoices(self, first: int | None = None) -> list[Invoice]: ...


@shows(invoices.InvoiceSummary)
class InvoiceSummary:
    """A customer's invoices of one month, by status."""

    billing_month: BillingMonth = shown("The month.")
    groups: list[InvoiceStatusGroup] = shown("One entry for each status that occurs, in the order in which invoices pass "
                                             "through them.")
    total_issuable_remaining: Money = shown("What is not yet issued: proforma, ready and issuable.", financial=True,
                                            open_because=BEHIND_INVOICE_VIEW)
    all_invoices_filter: list[AppliedFilter] = shown("The arguments with which `Query.invoices` lists all of the month's "
                                                     "invoices.")

    @shown("What all of them add up to, whatever their status; cancelled ones too unless told otherwise.", financial=True,
           open_because=BEHIND_INVOICE_VIEW, arguments={"include_cancelled": "Whether cancelled invoices count."})
    def total_possible_revenue(self, include_cancelled: bool = True) -> Money: ...


