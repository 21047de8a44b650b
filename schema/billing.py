"""What becomes of invoices."""

from __future__ import annotations

import strawberry

import models.reports
from engine.bind import answered
from resolvers import billing, papers
from schema.invoices import CreditNote, Invoice, InvoiceStatus, Payment
from schema.mutations import changes
from schema.payloads import MutationPayload
from schema.reports import FileFormat, ReportRun
from schema.scalars import BillingMonth, Decimal

MANAGED = "Requires INVOICE_MANAGE on the customer, acting in the tenant that issues its invoices."


@strawberry.input(description="How far an invoice is to go.")
class AdvanceInvoiceInput:
    invoice_id: strawberry.ID = strawberry.field(description="The invoice.")
    to: InvoiceStatus = strawberry.field(description="READY, ISSUABLE or ISSUED: the step after the one at which it stands.")


@strawberry.type(description="The invoice, one step on.")
class AdvanceInvoicePayload(MutationPayload):
    invoice: Invoice | None = answered("The invoice; null where nothing was done.")


@strawberry.input(description="Which invoice to withdraw.")
class CancelInvoiceInput:
    invoice_id: strawberry.ID = strawberry.field(description="The invoice.")
    reason: str = strawberry.field(description="Why: up to 500 characters. It stands on the credit note.")


@strawberry.type(description="The invoice withdrawn, and what takes it back.")
class CancelInvoicePayload(MutationPayload):
    invoice: Invoice | None = answered("The invoice; null where nothing was done.")
    credit_note: CreditNote | None = answered("The credit note of all of it; null where the invoice was not issued yet, or "
                                              "nothing was done.")


@strawberry.input(description="What came in for which invoice.")
class RecordPaymentInput:
    invoice_id: strawberry.ID = strawberry.field(description="The invoice.")
    amount: Decimal = strawberry.field(description="How much, in the invoice's currency and with no more decimals than that "
                                       "has: \"125.50\".")
    currency: str | None = strawberry.field(default=strawberry.UNSET, description="The currency of the amount, to have it "
                                            "checked: ISO 4217. The invoice's where it is not given.")


@strawberry.type(description="The payment, and what is left to pay.")
class RecordPaymentPayload(MutationPayload):
    payment: Payment | None = answered("The payment; null where nothing was done.")
    invoice: Invoice | None = answered("The invoice; null where nothing was done.")


@strawberry.input(description="Whose invoices of which month to make.")
class GenerateInvoicesInput:
    billing_month: BillingMonth = strawberry.field(description="The month; none that has yet to begin.")
    customer_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 100 customers; all whom the viewer's tenant bills where it is not given.")


@strawberry.type(description="The monthly invoices of the customers named.")
class GenerateInvoicesPayload(MutationPayload):
    invoices: list[Invoice] | None = answered("Theirs, whether made now or before; none of customers who have nothing to pay. "
                                              "Null where no customer was named (look for them in `Query.invoices`), or "
                                              "nothing was done.")


@strawberry.input(description="Which invoice to have as a document.")
class ExportInvoiceInput:
    invoice_id: strawberry.ID = strawberry.field(description="An invoice that was issued; one cancelled since says so.")
    format: FileFormat = strawberry.field(description="PDF.")


@strawberry.type(description="The document, which is written in the background.")
class ExportInvoicePayload(MutationPayload):
    run: ReportRun | None = answered("The report that becomes the document; `downloadReport` leads to its file once it has "
                                     "SUCCEEDED. Null where nothing was done.")


@strawberry.type
class BillingMutations:
    advance_invoice = changes(
        billing.advance_invoice, input=AdvanceInvoiceInput, payload=AdvanceInvoicePayload,
        description="Takes an invoice one step on: PROFORMA to READY (once its month is over), READY to ISSUABLE (reviewed), "
        "ISSUABLE to ISSUED. Issuing gives it the issuer's next number and a due date, copies names and address onto it, and "
        "freezes it for good. Another step answers INVALID_STATE, which names those allowed. " + MANAGED,
        irreversible="an issued invoice never changes; it can be cancelled with a credit note.")
    cancel_invoice = changes(
        billing.cancel_invoice, input=CancelInvoiceInput, payload=CancelInvoicePayload,
        description="Withdraws an invoice that is READY or ISSUABLE, or one that is ISSUED, with a credit note of all of it. "
        "Answers INVALID_STATE for a PROFORMA, which disappears by itself, and once payments are recorded. " + MANAGED,
        irreversible="a cancelled invoice stays cancelled.")
    record_payment = changes(
        billing.record_payment, input=RecordPaymentInput, payload=RecordPaymentPayload,
        description="Notes money that came in for an issued invoice, which becomes PARTIALLY_PAID or PAID. More than is still to "
        "be paid, or too many decimals, answers INVALID; another currency CURRENCY_MISMATCH. Send an idempotency key, or a "
        "request that comes twice pays twice. " + MANAGED,
        irreversible="payments are kept as they were recorded.")
    generate_invoices = changes(
        billing.generate_invoices, input=GenerateInvoicesInput, payload=GenerateInvoicesPayload,
        description="Makes the monthly invoices of customers, or brings proformas up to date: one for each customer and month, "
        "READY where the month is over, else PROFORMA. What is READY or further is left as it is, and doing it again makes none. "
        "An invoice that was cancelled is made anew. Without `customerIds` it is done in the background. " + MANAGED)
    export_invoice = changes(
        papers.export_invoice, input=ExportInvoiceInput, payload=ExportInvoicePayload,
        description="Has an issued invoice written as a PDF: names and amounts as they were issued, whatever has changed since. "
        "Both who issued it and who was billed may ask. Requires DOCUMENT_DOWNLOAD on the customer, also when it is fetched. "
        f"LIMIT_EXCEEDED while {models.reports.MOST_OF_A_TENANT} reports of the tenant are under way.")
