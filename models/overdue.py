"""Invoices that were not paid in time."""

from __future__ import annotations

import datetime as dt

from tortoise.expressions import F

from models.events import EventKind, announce
from models.invoices import Invoice, InvoiceStatus, PaymentState
from models.tenants import Tenant, today

#: Invoices that are looked at in one go.
AT_ONCE = 500


async def note_overdue(now: dt.datetime) -> int:
    """Makes OVERDUE what was DUE by a day that is over for its issuer, in the unit of work under way; how many at most
    AT_ONCE there were."""
    ahead = (now.astimezone(dt.UTC) + dt.timedelta(hours=14)).date()  # nobody's day is later
    late = await Invoice.filter(status=InvoiceStatus.ISSUED.name, payment_state=PaymentState.DUE.name, due_on__lt=ahead).order_by(
        "due_on", "id").limit(AT_ONCE).select_for_update(no_key=True)
    issuers = {tenant.id: tenant for tenant in await Tenant.filter(id__in={invoice.issuer_id for invoice in late})}
    noted = [invoice for invoice in late if invoice.due_on and invoice.due_on < today(issuers[invoice.issuer_id], now)]
    await Invoice.filter(id__in=[invoice.id for invoice in noted]).update(
        payment_state=PaymentState.OVERDUE.name, version=F("version") + 1, updated_at=now)
    for invoice in noted:
        await announce(EventKind.INVOICE_CHANGED, invoice.tenant_id, now, about=f"bil_{invoice.id}",
                       facts={"status": invoice.status, "paymentState": PaymentState.OVERDUE.name, "number": invoice.number})
    return len(noted)
