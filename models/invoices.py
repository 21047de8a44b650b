"""Invoices: what a partner bills a customer for a month."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from models.records import Versioned, refers_to


class InvoiceStatus(Enum):
    """Where an invoice stands."""

    PROFORMA = "Informative, rebuilt daily while the month runs."
    READY = "The month has closed."
    ISSUABLE = "Reviewed."
    ISSUED = "Numbered, sent and never changed again."
    CANCELLED = "Withdrawn; an issued one with a full credit note."


class PaymentState(Enum):
    """How far an invoice is paid."""

    NOT_DUE = "Not yet issued or not yet due."
    DUE = "Waiting for payment."
    PARTIALLY_PAID = "Paid in part."
    PAID = "Paid in full."
    OVERDUE = "Past its due date."
    WRITTEN_OFF = "Given up."


#: What the billed tenant sees; the issuer sees all (D-12).
SEEN_BY_BILLED = (InvoiceStatus.ISSUED, InvoiceStatus.CANCELLED)
NOT_YET_ISSUED = (InvoiceStatus.PROFORMA, InvoiceStatus.READY, InvoiceStatus.ISSUABLE)


class Invoice(Versioned):
    """A bill. `tenant` is the customer's, `issuer` the partner that bills; amounts are minor units of `currency`."""

    tenant = refers_to("Tenant")
    tenant_id: int
    issuer = refers_to("Tenant")
    issuer_id: int
    number = fields.CharField(50, null=True)
    billing_month = fields.CharField(7)
    status = fields.CharField(20)
    payment_state = fields.CharField(20)
    currency = fields.CharField(3)
    subtotal_minor = fields.BigIntField()
    tax_minor = fields.BigIntField()
    total_minor = fields.BigIntField()
    due_minor = fields.BigIntField()
    issued_at = fields.DatetimeField(null=True)
    due_on = fields.DateField(null=True)
    cancelled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "invoice"
        unique_together = (("issuer_id", "number"),)
