"""Invoices as documents: who may have one, what is printed on it, and the printing."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import partial

from babel import Locale

import models
from engine import key_of
from letters.paper import Paper, PaperLine
from models.access import Capability
from models.files import StoredFile
from models.invoices import ONE
from models.jobs import enqueue
from models.reports import (
    MEDIA_TYPES,
    UNDER_WAY,
    FileFormat,
    ReportKind,
    ReportRun,
    ReportRunStatus,
    begin_run,
    in_pieces,
    no_room,
)
from models.tenants import today
from models.transaction import unit_of_work
from models.viewers import Viewer
from models.wall import EVERYWHERE
from resolvers.billing import NO_INVOICE, may_know
from resolvers.change import Change, ErrorCode, Occasion, Problems, check_creates, refuse
from resolvers.money import formatted

JOB = "print-invoice"


async def export_invoice(viewer: Viewer, occasion: Occasion, *, invoice_id: str, format: FileFormat) -> Change:
    """Has an issued invoice printed in the background; `downloadReport` leads to the file."""
    problems = Problems()
    check_creates(problems, occasion)
    invoice = await models.Invoice.get_or_none(id=key_of("bil", invoice_id))
    place = await models.Tenant.get(id=invoice.tenant_id) if invoice else None
    if invoice is None or place is None or not may_know(viewer, invoice, place):
        refuse(ErrorCode.NOT_FOUND, NO_INVOICE, "invoiceId")
    if not viewer.may(Capability.DOCUMENT_DOWNLOAD, place.path):
        refuse(ErrorCode.FORBIDDEN, "Your role does not let you download invoices.", "invoiceId",
               requires=Capability.DOCUMENT_DOWNLOAD)
    if format is not FileFormat.PDF:
        problems.add(ErrorCode.INVALID, "An invoice is exported as PDF.", "format")
    if invoice.number is None:
        problems.add(ErrorCode.INVALID_STATE, f"The invoice is {invoice.status} and has no number: issued ones are exported.",
                     "invoiceId")
    if viewer.user_id is None:
        problems.add(ErrorCode.INVALID, "Documents are made for people, who sign in.", "invoiceId")
    problems.stop()
    assert viewer.current
    if full := await no_room(viewer, each=False):
        refuse(ErrorCode.LIMIT_EXCEEDED, full)
    customer = await models.Customer.get(id=invoice.tenant_id)
    run = await begin_run(viewer, occasion.now, kind=ReportKind.BILLING, format=format,
                          file_name=f"Invoice {invoice.number} {customer.name}", customer_id=customer.id)
    await enqueue(JOB, {"run": run.id, "invoice": invoice.id}, key=f"{JOB}/{run.id}", due=occasion.now)
    return Change(tenant=await models.Tenant.get(id=viewer.current.tenant_id), action="exportInvoice",
                  summary=f"asked for the invoice {invoice.number} of {customer.name} as PDF", resource=f"bil_{invoice.id}",
                  records={"run": run}, on_behalf=viewer.acting_id is not None)


async def print_invoice(run_id: int, invoice_id: int, now: dt.datetime) -> None:
    """Writes the document of a run, once: not in a unit of work, since drawing it takes a while."""
    content = await pdf_of(await models.Invoice.get(id=invoice_id))
    await unit_of_work(partial(_kept, run_id, content, now), within=EVERYWHERE)


async def _kept(run_id: int, content: bytes, now: dt.datetime) -> None:
    run = await ReportRun.filter(id=run_id, status__in=UNDER_WAY).select_for_update(no_key=True).first()
    if run is None:
        return
    file = await StoredFile.begin(MEDIA_TYPES[FileFormat[run.format]], now)
    for piece in in_pieces(content):
        await file.add(piece)
    user = await models.User.get(id=run.requested_by_id)
    await run.go(ReportRunStatus.RUNNING, started_at=now, file_id=file.id)
    await run.succeed(file, None, user.access_version, None, now)


async def pdf_of(invoice: models.Invoice) -> bytes:
    """An issued invoice as a document, the same bytes each time while it is not cancelled."""
    from letters.printing import invoice_pdf  # noqa: PLC0415 - slow to load: only those wait who print
    return await asyncio.to_thread(invoice_pdf, await paper_of(invoice))


async def paper_of(invoice: models.Invoice) -> Paper:
    """What is printed: names as they were at issue, or as they are now where an import brought the invoice without."""
    assert invoice.number
    issuer, customer = await models.Tenant.get(id=invoice.issuer_id), await models.Customer.get(id=invoice.tenant_id)
    note = await models.CreditNote.get_or_none(invoice_id=invoice.id)
    issued_at = invoice.issued_at or invoice.updated_at

    def money(minor: int) -> str:
        return formatted(minor, invoice.currency, "en")
    lines = [PaperLine(line.description, quantity(line.quantity_milli), money(line.unit_price_minor), money(line.amount_minor))
             for line in await models.InvoiceLine.filter(invoice_id=invoice.id).order_by("position")]
    rate = f" {invoice.tax_basis_points / 100:g} %" if invoice.tax_basis_points is not None else ""
    facts = [("Billing month", invoice.billing_month), ("Issued", f"{today(issuer, issued_at)}"),
             *([("To be paid by", f"{invoice.due_on}")] if invoice.due_on else [])]
    return Paper(
        title=f"Invoice {invoice.number}", issuer=invoice.issuer_name or issuer.name,
        billed=[invoice.billed_name or customer.name, *_address(invoice.billed_address)], facts=facts, lines=lines,
        sums=[("Subtotal", money(invoice.subtotal_minor)), (f"Tax{rate}", money(invoice.tax_minor)),
              ("Total", money(invoice.total_minor))],
        notes=[f"Cancelled by the credit note {note.number}: {note.reason}"] if note else [], issued_at=issued_at)


def quantity(milli: int) -> str:
    """Without zeros at the end: 1, or 1.5."""
    return f"{milli // ONE}.{milli % ONE:03}".rstrip("0").rstrip(".")


def _address(address: str | None) -> list[str]:
    """Its lines; a country by its English name."""
    names = Locale("en").territories
    return [names.get(line, line) if len(line) == 2 else line for line in (address or "").splitlines()]
