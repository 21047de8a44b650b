"""From an event of a customer to those who want to hear of it: notifications in the portal, and letters."""

from __future__ import annotations

import datetime as dt

import models
from engine import key_of
from letters.customers import customer_changed, title
from letters.letter import Letter
from letters.services import service_deleted, service_provisioned
from models.access import TenantKind
from models.contacts import to_write_to
from models.events import EventKind, tell_company
from models.invoices import InvoiceStatus
from models.letters import LetterStatus
from models.notifications import KEPT, forget, wanted
from models.records import id_of
from resolvers.texts import mailable

#: What a customer sees of its own invoices (D-12).
SHOWN_TO_BILLED = (InvoiceStatus.ISSUED.name, InvoiceStatus.CANCELLED.name)


async def notify(event: models.Event, now: dt.datetime) -> None:
    """Writes the notifications and the letters of one event, in the unit of work under way."""
    customer = await models.Customer.get_or_none(id=event.tenant_id)
    if customer is None or event.kind is None:
        return
    kind = EventKind[event.kind]
    for company, is_partner in await companies_told(customer):
        wants = await wanted(company.id, customer.id, kind, is_partner=is_partner)
        if not (wants.in_app or wants.email) or not (is_partner or await _is_for_the_customer(event, kind)):
            continue
        if wants.in_app:
            await _tell(event, kind, customer, company, is_partner, now)
        if wants.email:
            await _write(event, kind, customer, company, now)


async def companies_told(customer: models.Customer) -> list[tuple[models.Tenant, bool]]:
    """Who hears of a customer, highest first, and whether as its partner: the one that looks after it, an end customer
    itself, and of a sub-account the customer above it."""
    tenant = await models.Tenant.get(id=customer.id)
    found = [(await models.Tenant.get(id=customer.issuer_id), True)]
    if tenant.sub_account:
        found.append((await models.Tenant.get(id=tenant.parent_id), False))
    if tenant.kind == TenantKind.CUSTOMER.name:
        found.append((tenant, False))
    return found


async def forget_old(now: dt.datetime) -> None:
    """Removes the notifications of what is long past."""
    await forget(now - KEPT)


async def _is_for_the_customer(event: models.Event, kind: EventKind) -> bool:
    """Whether the customer itself may know: of invoices it does once they are issued."""
    return kind is not EventKind.INVOICE_CHANGED or await models.Invoice.exists(
        id=key_of("bil", event.about), status__in=SHOWN_TO_BILLED)


async def _tell(event: models.Event, kind: EventKind, customer: models.Customer, company: models.Tenant, is_partner: bool,
                now: dt.datetime) -> None:
    notification = models.Notification(
        tenant_id=customer.id, told_id=company.id, event_key=event.reference, kind=kind.name, for_admins=not is_partner,
        title=title(kind, customer=customer.name, subject=_name(event)), about=event.about, at=event.at)
    await notification.number()
    await tell_company(company.id, now, about=f"ntf_{notification.id}")


async def _write(event: models.Event, kind: EventKind, customer: models.Customer, company: models.Tenant,
                 now: dt.datetime) -> None:
    for contact in await to_write_to(company.id, kind):
        id = id_of("letter", f"{event.reference}/{contact.id}")  # one for each event and contact, however often it is tried
        if await models.OutboundEmail.exists(id=id):
            continue
        letter = _letter(event, kind, contact, customer, company)
        await models.OutboundEmail(
            id=id, tenant_id=customer.id, about_id=event.reference, kind=letter.kind, recipient=mailable(contact.email),
            subject=letter.subject, body=letter.body, status=LetterStatus.QUEUED.name, written_at=now,
            next_try_at=now).post()


def _letter(event: models.Event, kind: EventKind, contact: models.Contact, customer: models.Customer,
            company: models.Tenant) -> Letter:
    of_service = {EventKind.SERVICE_PROVISIONED: service_provisioned, EventKind.SERVICE_DELETED: service_deleted}.get(kind)
    if of_service is not None:
        return of_service(name=contact.name, customer=customer.name, service=_name(event) or "A service",
                          company=company.name, at=event.at)
    return customer_changed(kind, name=contact.name, customer=customer.name, company=company.name, at=event.at)


def _name(event: models.Event) -> str | None:
    """What the thing was called that it happened to, as its event says."""
    name = event.facts.get("name")
    return name if isinstance(name, str) and name else None
