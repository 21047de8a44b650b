"""What becomes of invoices: reviewed, issued, paid, cancelled, exported; and the monthly run on request."""

from __future__ import annotations

import datetime as dt
from typing import Any

import models
from engine import One, key_of
from models.access import Capability
from models.billing import BILLED, bill, month_of
from models.events import EventKind, announce
from models.invoices import NEXT, SEEN_BY_BILLED, TO_PAY, InvoiceStatus, PaymentState
from models.jobs import enqueue
from models.numbers import Series, next_number
from models.tenants import today
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import (
    NO_CUSTOMER,
    Change,
    ErrorCode,
    Occasion,
    Problems,
    Warned,
    WarningCode,
    check_creates,
    check_version,
    refuse,
    revise,
)
from resolvers.invoices import InvoiceLine
from resolvers.money import DIGITS, minor_units
from resolvers.services import Service

NO_INVOICE = "There is no such invoice, or none that you may know of."
NOT_YOURS = "Your role does not let you manage invoices here."
REASON = 500
#: In which money may come in.
OWED = (PaymentState.DUE, PaymentState.PARTIALLY_PAID, PaymentState.OVERDUE)


@InvoiceLine.field
def service(line: InvoiceLine) -> One:
    return Service.each(id=line.service_id).first()


async def advance_invoice(viewer: Viewer, occasion: Occasion, *, invoice_id: str, to: InvoiceStatus) -> Change:
    """One step on: PROFORMA to READY once the month is over, READY to ISSUABLE, ISSUABLE to ISSUED."""
    invoice, customer = await _managed(viewer, invoice_id)
    check_version(invoice, occasion)
    if to is InvoiceStatus.CANCELLED:
        refuse(ErrorCode.INVALID, "Cancel it with cancelInvoice, which takes a reason.", "to")
    if invoice.status == to.name:
        change = await _change(viewer, occasion, invoice, "advanceInvoice", f"found the invoice of {customer.name} {to.name}")
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, f"It was {to.name} already.", ("input", "to")))
        return change
    _check_step(invoice, to, "to")
    before = _told(invoice)
    issuer = await models.Tenant.get(id=invoice.issuer_id)
    if to is InvoiceStatus.READY and month_of(issuer, occasion.now) <= invoice.billing_month:
        refuse(ErrorCode.INVALID_STATE, f"{invoice.billing_month} is not over: a PROFORMA becomes READY after its month.", "to")
    values = await _issued(invoice, customer, issuer, occasion.now) if to is InvoiceStatus.ISSUED else {}
    await revise(invoice, occasion, status=to.name, **values)
    said = f"issued {invoice.number} to {customer.name}" if invoice.number else f"made the invoice of {customer.name} {to.name}"
    return await _change(viewer, occasion, invoice, "advanceInvoice", said, before)


async def cancel_invoice(viewer: Viewer, occasion: Occasion, *, invoice_id: str, reason: str) -> Change:
    """Withdraws an invoice; one that is issued together with a credit note of all of it."""
    invoice, customer = await _managed(viewer, invoice_id)
    problems = Problems()
    why = texts.line(reason)
    if not why:
        problems.add(ErrorCode.REQUIRED, "Say why: the reason stands on the credit note.", "reason")
    elif len(why) > REASON:
        problems.add(ErrorCode.INVALID, f"At most {REASON} characters fit.", "reason")
    if InvoiceStatus.CANCELLED not in NEXT[InvoiceStatus[invoice.status]]:
        problems.add(ErrorCode.INVALID_STATE, _allowed(invoice), "invoiceId")
    elif invoice.status == InvoiceStatus.ISSUED.name and invoice.due_minor < invoice.total_minor:
        problems.add(ErrorCode.INVALID_STATE, "Some of it is paid: an invoice is cancelled before that.", "invoiceId")
    problems.stop()
    check_version(invoice, occasion)
    before, note = _told(invoice), None
    if invoice.status == InvoiceStatus.ISSUED.name:
        note = await _credited(invoice, why, occasion.now)
    await revise(invoice, occasion, status=InvoiceStatus.CANCELLED.name, cancelled_at=occasion.now, due_minor=0,
                 payment_state=PaymentState.NOT_DUE.name)
    said = f"cancelled the invoice {invoice.number or 'of ' + invoice.billing_month} of {customer.name}"
    change = await _change(viewer, occasion, invoice, "cancelInvoice",
                           f"{said} with the credit note {note.number}" if note else said, before)
    change.records["credit_note"] = note
    return change


async def record_payment(viewer: Viewer, occasion: Occasion, *, invoice_id: str, amount: str,
                         currency: str | None = None) -> Change:
    """Notes money that came in for an issued invoice: no more than is still to be paid."""
    invoice, customer = await _managed(viewer, invoice_id)
    problems = Problems()
    if currency is not None and currency != invoice.currency:
        problems.add(ErrorCode.CURRENCY_MISMATCH, f"The invoice is in {invoice.currency}.", "currency")
    minor = minor_units(amount, invoice.currency)
    owed = PaymentState[invoice.payment_state]
    if minor is None:
        digits = DIGITS.get(invoice.currency, 2)
        problems.add(ErrorCode.INVALID, f"Give an amount such as {'125.' + '0' * digits if digits else '125'}: "
                     f"{invoice.currency} has {digits} decimals.", "amount")
    elif minor <= 0:
        problems.add(ErrorCode.INVALID, "A payment is more than nothing.", "amount")
    if invoice.status != InvoiceStatus.ISSUED.name or owed not in OWED:
        problems.add(ErrorCode.INVALID_STATE, f"The invoice is {invoice.status} and {owed.name}: payments are recorded of ISSUED "
                     f"ones that are {', '.join(state.name for state in OWED)}.", "invoiceId")
    elif minor is not None and minor > invoice.due_minor:
        problems.add(ErrorCode.INVALID, "It is more than is still to be paid: see amountDue.", "amount")
    problems.stop()
    check_version(invoice, occasion)
    assert minor is not None
    before, due = _told(invoice), invoice.due_minor - minor
    payment = await models.Payment.create(
        tenant_id=invoice.tenant_id, issuer_id=invoice.issuer_id, invoice_id=invoice.id, amount_minor=minor,
        currency=invoice.currency, paid_at=occasion.now, recorded_by_id=viewer.user_id)
    state = PaymentState.PAID if due == 0 else owed if owed is PaymentState.OVERDUE else PaymentState.PARTIALLY_PAID
    await revise(invoice, occasion, due_minor=due, payment_state=state.name)
    change = await _change(viewer, occasion, invoice, "recordPayment",
                           f"recorded a payment of {invoice.number} by {customer.name}", before)
    change.records["payment"] = payment
    return change


async def generate_invoices(viewer: Viewer, occasion: Occasion, *, billing_month: str,
                            customer_ids: list[str] | None = None) -> Change:
    """The monthly run on request: of some customers at once, of all of them in the background."""
    problems = Problems()
    check_creates(problems, occasion)
    assert viewer.current
    issuer = await models.Tenant.get(id=viewer.current.tenant_id)
    if billing_month > month_of(issuer, occasion.now):
        problems.add(ErrorCode.INVALID, f"{billing_month} has not begun.", "billingMonth")
    if customer_ids == []:
        problems.add(ErrorCode.INVALID, "Name at least one customer, or none at all for every one.", "customerIds")
    elif customer_ids is None and not viewer.may(Capability.INVOICE_MANAGE, issuer.path):
        problems.add(ErrorCode.FORBIDDEN, NOT_YOURS, requires=Capability.INVOICE_MANAGE)
    customers = [await _billed_here(viewer, id, problems, n) for n, id in enumerate(customer_ids or ())]
    problems.stop()
    change = Change(tenant=issuer, action="generateInvoices", summary=f"generated the invoices of {billing_month}",
                    resource=f"ten_{issuer.id}", records={"invoices": []}, on_behalf=viewer.acting_id is not None)
    if customer_ids is None:
        await enqueue("bill-customers", {"issuer": issuer.id, "month": billing_month, "anew": True},
                      key=f"bill-customers/{issuer.id}/{billing_month}/{occasion.request_id}", due=occasion.now)
        return change
    billed = await bill(issuer, billing_month, {customer.id for customer in customers if customer}, occasion.now, anew=True)
    change.records["invoices"] = list(billed.invoices)
    if not billed.made and not billed.changed:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "Every invoice was there already, or there is nothing to bill.",
                                      ("input", "customerIds")))
    return change


async def _billed_here(viewer: Viewer, id: str, problems: Problems, n: int) -> models.Customer | None:
    """A customer whose invoices the tenant issues in which the viewer acts."""
    assert viewer.current
    customer = await models.Customer.get_or_none(id=key_of("cus", id))
    place = await models.Tenant.get(id=customer.id) if customer else None
    path = ("customerIds", str(n))
    if customer is None or place is None or not viewer.may(Capability.CUSTOMER_VIEW, place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, *path)
    elif not viewer.may(Capability.INVOICE_MANAGE, place.path):
        problems.add(ErrorCode.FORBIDDEN, NOT_YOURS, *path, requires=Capability.INVOICE_MANAGE)
    elif customer.issuer_id != viewer.current.tenant_id:
        problems.add(ErrorCode.INVALID, "Another tenant bills it: switch into that one.", *path)
    elif customer.status not in BILLED:
        problems.add(ErrorCode.INVALID_STATE, f"It is {customer.status} and not billed.", *path)
    return customer


async def _managed(viewer: Viewer, invoice_id: str) -> tuple[models.Invoice, models.Customer]:
    """An invoice that the viewer may manage, locked, and whom it bills."""
    found = await models.Invoice.get_or_none(id=key_of("bil", invoice_id))
    place = await models.Tenant.get(id=found.tenant_id) if found else None
    if found is None or place is None or not may_know(viewer, found, place):
        refuse(ErrorCode.NOT_FOUND, NO_INVOICE, "invoiceId")
    if found.issuer_id != _here(viewer) or not viewer.may(Capability.INVOICE_MANAGE, place.path):
        refuse(ErrorCode.FORBIDDEN, NOT_YOURS, "invoiceId", requires=Capability.INVOICE_MANAGE)
    invoice = await models.Invoice.filter(id=found.id).select_for_update(no_key=True).get()
    return invoice, await models.Customer.get(id=invoice.tenant_id)


def may_know(viewer: Viewer, invoice: models.Invoice, place: models.Tenant) -> bool:
    """As `Invoice.visible` has it: whoever may see none of a customer's invoices is not told that there is one (D-12)."""
    billed = invoice.tenant_id == _here(viewer) and InvoiceStatus[invoice.status] in SEEN_BY_BILLED
    return viewer.may(Capability.INVOICE_VIEW, place.path) and (billed or invoice.issuer_id == _here(viewer))


def _here(viewer: Viewer) -> int | None:
    return viewer.current.tenant_id if viewer.current else None


def _check_step(invoice: models.Invoice, to: InvoiceStatus, field: str) -> None:
    if not invoice.may_become(to):
        refuse(ErrorCode.INVALID_STATE, _allowed(invoice), field)


def _allowed(invoice: models.Invoice) -> str:
    following = " or ".join(status.name for status in NEXT[InvoiceStatus[invoice.status]])
    return f"The invoice is {invoice.status}: " + (f"it becomes {following}." if following else "it stays so.")


async def _issued(invoice: models.Invoice, customer: models.Customer, issuer: models.Tenant, now: dt.datetime) -> dict[str, Any]:
    """What an invoice gets when it is issued: a number of its year, its date, and who bills whom as they are called now."""
    day = today(issuer, now)
    return {
        "number": await next_number(issuer.id, Series.INVOICE, day.year), "issued_at": now,
        "due_on": day + dt.timedelta(days=TO_PAY), "due_minor": invoice.total_minor,
        "payment_state": (PaymentState.DUE if invoice.total_minor else PaymentState.PAID).name, "issuer_name": issuer.name,
        "billed_name": customer.name, "billed_address": address_of(customer)}


def address_of(customer: models.Customer) -> str | None:
    """Where a customer is, as far as it is recorded: a line for each part."""
    town = " ".join(filter(None, (customer.address_postal_code, customer.address_city)))
    country = customer.address_country or customer.country
    return "\n".join(filter(None, (customer.address_line1, customer.address_line2, town, customer.address_state_or_province,
                                   country)))[:500] or None


async def _credited(invoice: models.Invoice, reason: str, now: dt.datetime) -> models.CreditNote:
    issuer = await models.Tenant.get(id=invoice.issuer_id)
    return await models.CreditNote.create(
        tenant_id=invoice.tenant_id, issuer_id=invoice.issuer_id, invoice_id=invoice.id,
        number=await next_number(issuer.id, Series.CREDIT_NOTE, today(issuer, now).year),
        subtotal_minor=invoice.subtotal_minor, tax_minor=invoice.tax_minor, total_minor=invoice.total_minor,
        currency=invoice.currency, reason=reason, issued_at=now)


async def _change(viewer: Viewer, occasion: Occasion, invoice: models.Invoice, action: str, summary: str,
                  before: dict[str, Any] | None = None) -> Change:
    """Written down where the viewer acts: billing is the issuer's affair. Told without amounts."""
    assert viewer.current
    after = _told(invoice)
    if before is not None:
        await announce(EventKind.INVOICE_CHANGED, invoice.tenant_id, occasion.now, about=f"bil_{invoice.id}",
                       actor=await models.User.get_or_none(id=viewer.user_id), facts=after)
    return Change(tenant=await models.Tenant.get(id=viewer.current.tenant_id), action=action, summary=summary,
                  resource=f"bil_{invoice.id}", records={"invoice": invoice}, before=before, after=after if before else None,
                  on_behalf=viewer.acting_id is not None)


def _told(invoice: models.Invoice) -> dict[str, Any]:
    return {"status": invoice.status, "paymentState": invoice.payment_state, "number": invoice.number,
            "billingMonth": invoice.billing_month}
