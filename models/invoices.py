"""Invoices: what a partner bills a customer for a month, what stands on them, and what became of them."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from models.records import Record, Versioned, refers_to


class InvoiceStatus(Enum):
    """Where an invoice stands."""

    PROFORMA = "Informative, rebuilt daily while the month runs."
    READY = "The month has closed."
    ISSUABLE = "Reviewed."
    ISSUED = "Numbered, sent and never changed again."
    CANCELLED = "Withdrawn; an issued one with a full credit note."


class PaymentState(Enum):
    """How far an invoice is paid."""

    NOT_DUE = "Nothing to pay: not yet issued, or withdrawn."
    DUE = "Waiting for payment."
    PARTIALLY_PAID = "Paid in part."
    PAID = "Paid in full."
    OVERDUE = "Past its due date."
    WRITTEN_OFF = "Given up."


class InvoiceKind(Enum):
    """What an invoice is for."""

    MONTHLY = "A customer's services of a month, by the monthly run: one for each customer and month."
    SINGLE = "Something of its own, beside the month's."


class InvoiceLineKind(Enum):
    """What a line of an invoice charges for. Tax is no line: it is worked out on the sum of them."""

    SUBSCRIPTION = "A service's charge for the month."
    USAGE = "What was used, by the measure."
    ONE_OFF = "Something that is charged once."
    DISCOUNT = "Taken off the sum: a negative amount."


#: Which status may follow which. An issued invoice is cancelled only together with a full credit note.
NEXT = {
    InvoiceStatus.PROFORMA: (InvoiceStatus.READY,),
    InvoiceStatus.READY: (InvoiceStatus.ISSUABLE, InvoiceStatus.CANCELLED),
    InvoiceStatus.ISSUABLE: (InvoiceStatus.ISSUED, InvoiceStatus.CANCELLED),
    InvoiceStatus.ISSUED: (InvoiceStatus.CANCELLED,),
    InvoiceStatus.CANCELLED: (),
}
#: Which payment state may follow which. A part payment leaves an OVERDUE invoice OVERDUE: it is still past its date.
NEXT_PAYMENT = {
    PaymentState.NOT_DUE: (PaymentState.DUE, PaymentState.PAID),
    PaymentState.DUE: (PaymentState.PARTIALLY_PAID, PaymentState.PAID, PaymentState.OVERDUE),
    PaymentState.PARTIALLY_PAID: (PaymentState.PAID,),
    PaymentState.OVERDUE: (PaymentState.PAID, PaymentState.WRITTEN_OFF),
    PaymentState.PAID: (),
    PaymentState.WRITTEN_OFF: (),
}
#: What the billed tenant sees; the issuer sees all (D-12).
SEEN_BY_BILLED = (InvoiceStatus.ISSUED, InvoiceStatus.CANCELLED)
NOT_YET_ISSUED = (InvoiceStatus.PROFORMA, InvoiceStatus.READY, InvoiceStatus.ISSUABLE)
#: In which nothing of an invoice changes any more but what was paid, and that it is cancelled (I7).
FINAL = SEEN_BY_BILLED
#: Days after it is issued within which an invoice is to be paid.
TO_PAY = 30
#: A line's quantity is stored in thousandths.
ONE = 1000


class Invoice(Versioned):
    """A bill. `tenant` is the customer's, `issuer` the partner that bills; amounts are minor units of `currency`."""

    tenant = refers_to("Tenant")
    tenant_id: int
    issuer = refers_to("Tenant")
    issuer_id: int
    kind = fields.CharField(20, default=InvoiceKind.SINGLE.name, db_default=InvoiceKind.SINGLE.name)
    number = fields.CharField(50, null=True)
    billing_month = fields.CharField(7)
    status = fields.CharField(20)
    payment_state = fields.CharField(20)
    currency = fields.CharField(3)
    #: How many lines it has; once issued it takes no more than these.
    line_count = fields.IntField(default=0, db_default=0)
    subtotal_minor = fields.BigIntField()
    #: In hundredths of a per cent; null where the tax was worked out elsewhere.
    tax_basis_points = fields.IntField(null=True)
    tax_minor = fields.BigIntField()
    total_minor = fields.BigIntField()
    due_minor = fields.BigIntField()
    issued_at = fields.DatetimeField(null=True)
    due_on = fields.DateField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    #: Who billed whom, as they were called when it was issued.
    issuer_name = fields.CharField(200, null=True)
    billed_name = fields.CharField(200, null=True)
    billed_address = fields.CharField(500, null=True)

    class Meta:
        table = "invoice"
        unique_together = (("issuer_id", "number"),)

    def may_become(self, status: InvoiceStatus) -> bool:
        return status in NEXT[InvoiceStatus[self.status]]


class InvoiceLine(Record):
    """What an invoice charges for. They add up to its subtotal; `service` may be gone while the line stays."""

    invoice = refers_to("Invoice")
    invoice_id: int
    #: From 1 up to the invoice's `line_count`.
    position = fields.IntField()
    kind = fields.CharField(20)
    description = fields.CharField(500)
    quantity_milli = fields.BigIntField()
    unit_price_minor = fields.BigIntField()
    amount_minor = fields.BigIntField()
    currency = fields.CharField(3)
    service_id = fields.BigIntField(null=True)

    class Meta:
        table = "invoice_line"
        unique_together = (("invoice_id", "position"),)


class CreditNote(Record):
    """Takes back an issued invoice in full. Never changed."""

    tenant = refers_to("Tenant")
    tenant_id: int
    issuer = refers_to("Tenant")
    issuer_id: int
    invoice = refers_to("Invoice", unique=True)
    invoice_id: int
    number = fields.CharField(50)
    subtotal_minor = fields.BigIntField()
    tax_minor = fields.BigIntField()
    total_minor = fields.BigIntField()
    currency = fields.CharField(3)
    reason = fields.CharField(500)
    issued_at = fields.DatetimeField()

    class Meta:
        table = "credit_note"
        unique_together = (("issuer_id", "number"),)
        indexes = (("tenant_id", "issued_at"),)


class Payment(Record):
    """Money that came in for an invoice. Never changed."""

    tenant = refers_to("Tenant")
    tenant_id: int
    issuer = refers_to("Tenant")
    issuer_id: int
    invoice = refers_to("Invoice")
    invoice_id: int
    amount_minor = fields.BigIntField()
    currency = fields.CharField(3)
    paid_at = fields.DatetimeField()
    recorded_by_id = fields.BigIntField(null=True)

    class Meta:
        table = "payment"
        indexes = (("invoice_id", "paid_at"),)
