"""Contacts: who sees those of a company, and how they are written down, changed and taken out."""

from __future__ import annotations

from typing import Any, TypedDict

import models
from engine import JSON, Expr, One, Page, Row, key_of
from engine.expr import Column
from models.access import Capability
from models.contacts import MOST, SUBSCRIBED, ContactType, subscription
from models.events import EventKind, announce
from models.records import name_key
from models.transaction import hold
from models.users import normal_email
from models.viewers import Viewer
from resolvers import texts
from resolvers.addresses import Address, address_columns
from resolvers.change import NO_TENANT, Change, ErrorCode, Occasion, Problems, check_creates, check_version, refuse, revise
from resolvers.customers import Customer
from resolvers.tenants import Tenant
from resolvers.users import User

NO_CONTACT = "There is no such contact, or none that you may know of."
NO_USER = "There is no such person at the company, or none that you may know of."
NOT_YOURS = "Your role does not let you change the contacts here."


class Contact(Row, of=models.Contact, tag="cnt", place="tenant_id", needs=Capability.USER_VIEW):
    """Known to whoever sees the company's people."""

    def tenant(self) -> One:
        return Tenant.each(id=self.tenant_id).first()

    def address(self) -> Address:
        return Address.of(self)

    def user(self) -> One:
        return User.each(id=self.user_id).first()

    def subscribed_to(self) -> Expr:
        return Column(self, "subscribed_to", JSON, False)


@Customer.field
@Tenant.field
def contacts(account: Customer | Tenant, type: ContactType | None = None) -> Page:
    found = Contact.each(tenant_id=account.id)
    if type is not None:
        found = found.where(lambda contact: contact.type == type)
    return found.by("name_key").page()


@Customer.field
def primary_contact(customer: Customer) -> One:
    return Contact.each(tenant_id=customer.id, type=ContactType.PRIMARY).first()


class GivenContact(TypedDict):
    """A contact as it was typed."""

    type: ContactType
    name: str
    email: str
    phone: str | None
    address: dict[str, str | None] | None
    user_id: str | None
    subscribed_to: list[EventKind] | None


async def upsert_contact(viewer: Viewer, occasion: Occasion, *, tenant_id: str, contact: GivenContact,
                         contact_id: str | None = None) -> Change:
    """Writes down a new contact of a company, or writes an existing one anew (S1.44)."""
    problems = Problems()
    place = await _place(viewer, tenant_id, problems)
    old = await _of(place, contact_id, problems) if place and contact_id else None
    if not contact_id:
        check_creates(problems, occasion)
    values = await _values(viewer, problems, place, contact, old)
    problems.stop()
    assert place
    if old is None:
        made = await models.Contact.create(tenant_id=place.id, **values, updated_at=occasion.now)
        change = _change(viewer, place, made, "upsertContact", f"added {made.name} as {made.type} contact")
    else:
        check_version(old, occasion)
        before = _told(old)
        await revise(old, occasion, **values)
        change = _change(viewer, place, old, "upsertContact", f"changed the {old.type} contact {old.name}")
        change.before, made = before, old
    change.after = _told(made)
    await _announce(viewer, occasion, place, f"cnt_{made.id}")
    return change


async def delete_contact(viewer: Viewer, occasion: Occasion, *, contact_id: str) -> Change:
    """Takes a contact out for good: it is written to no more."""
    found = await models.Contact.get_or_none(id=key_of("cnt", contact_id))
    place = await models.Tenant.get(id=found.tenant_id) if found else None
    if found is None or place is None or not viewer.may(Capability.USER_VIEW, place.path):
        refuse(ErrorCode.NOT_FOUND, NO_CONTACT, "contactId")
    needed = _needed(viewer, place)
    if not viewer.may(needed, place.path):
        refuse(ErrorCode.FORBIDDEN, NOT_YOURS, "contactId", requires=needed)
    await hold("tenant", [place.id])
    contact = await models.Contact.get_or_none(id=found.id)  # as it is now that nobody else can change it
    if contact is None:
        refuse(ErrorCode.NOT_FOUND, NO_CONTACT, "contactId")
    check_version(contact, occasion)
    await contact.delete()
    change = _change(viewer, place, contact, "deleteContact", f"took out the {contact.type} contact {contact.name}")
    change.records, change.before = {"deleted_id": contact}, _told(contact)
    await _announce(viewer, occasion, place, None)  # of what is gone nobody could be shown anything
    return change


def _needed(viewer: Viewer, place: models.Tenant) -> Capability:
    own = viewer.current is not None and viewer.current.tenant_id == place.id
    return Capability.COMPANY_PROFILE_EDIT if own else Capability.CUSTOMER_EDIT


async def _place(viewer: Viewer, tenant_id: str, problems: Problems) -> models.Tenant | None:
    """The company whose contacts the viewer may change, locked: they change one at a time."""
    place = await models.Tenant.get_or_none(id=key_of("ten", tenant_id))
    if place is None or not viewer.knows(place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_TENANT, "tenantId")
        return None
    needed = _needed(viewer, place)
    if not viewer.may(needed, place.path):
        problems.add(ErrorCode.FORBIDDEN, NOT_YOURS, "tenantId", requires=needed)
        return None
    await hold("tenant", [place.id])
    return place


async def _of(place: models.Tenant, contact_id: str, problems: Problems) -> models.Contact | None:
    found = await models.Contact.get_or_none(id=key_of("cnt", contact_id), tenant_id=place.id)
    if found is None:
        problems.add(ErrorCode.NOT_FOUND, NO_CONTACT, "contactId")
    return found


async def _values(viewer: Viewer, problems: Problems, place: models.Tenant | None, given: GivenContact,
                  old: models.Contact | None) -> dict[str, Any]:
    """A contact's columns as they were typed, and what is wrong with them."""
    kind = given["type"]
    name = texts.required_name(_Within(problems, "contact"), "name", given["name"], 200)
    email = texts.email_address(_Within(problems, "contact"), "email", given["email"])
    columns: dict[str, Any] = {
        "type": kind.name, "name": name, "name_key": name_key(name), "email": email, "phone": given["phone"],
        "email_norm": normal_email(email or ""), **address_columns(problems, ("contact", "address"), given["address"])}
    columns["user_id"] = await _person(viewer, problems, place, given["user_id"]) if given["user_id"] else None
    if given["subscribed_to"] is not None or old is None:
        asked = given["subscribed_to"]
        columns["subscribed_to"] = subscription(SUBSCRIBED.get(kind, ()) if asked is None else asked)
    if place is not None:
        await _check_room(problems, place, kind, str(columns["email_norm"]), old)
    return columns


async def _check_room(problems: Problems, place: models.Tenant, kind: ContactType, email_norm: str,
                      old: models.Contact | None) -> None:
    others = models.Contact.filter(tenant_id=place.id).exclude(id=old.id if old else 0)
    if kind is ContactType.PRIMARY and await others.filter(type=kind.name).exists():
        problems.add(ErrorCode.INVALID_STATE, "The company has a primary contact already: change that one, or its type.",
                     "contact", "type")
    elif await others.filter(type=kind.name, email_norm=email_norm).exists():
        problems.add(ErrorCode.EMAIL_TAKEN, f"The company has a {kind.name} contact with the address already.",
                     "contact", "email")
    if old is None and await others.count() >= MOST:
        problems.add(ErrorCode.INVALID_STATE, f"A company has at most {MOST} contacts: take one out first.", "contact")


async def _person(viewer: Viewer, problems: Problems, place: models.Tenant | None, user_id: str) -> int | None:
    """Somebody of the company whom the viewer may see."""
    if place is None:
        return None
    key = key_of("usr", user_id)
    if not viewer.may(Capability.USER_VIEW, place.path) or not await models.User.exists(id=key, tenant_id=place.id):
        problems.add(ErrorCode.NOT_FOUND, NO_USER, "contact", "userId")
    return key


class _Within(Problems):
    """Problems with a part of the input."""

    def __init__(self, problems: Problems, part: str):
        super().__init__(problems.found)
        self.part = part

    def add(self, code: ErrorCode, message: str, *path: str, requires: Capability | None = None) -> None:
        super().add(code, message, self.part, *path, requires=requires)


async def _announce(viewer: Viewer, occasion: Occasion, place: models.Tenant, about: str | None) -> None:
    if await models.Customer.exists(id=place.id):
        actor = await models.User.get_or_none(id=viewer.user_id)
        await announce(EventKind.UPDATED, place.id, occasion.now, about=about, actor=actor)


def _change(viewer: Viewer, place: models.Tenant, contact: models.Contact, action: str, summary: str) -> Change:
    return Change(tenant=place, action=action, summary=summary, resource=f"cnt_{contact.id}", records={"contact": contact},
                  on_behalf=viewer.home is None or viewer.home.tenant_id != place.id)


def _told(contact: models.Contact) -> dict[str, object]:
    """For the audit trail, which is never erased: nothing by which the person is reached."""
    return {"type": contact.type, "subscribedTo": contact.subscribed_to, "user": contact.user_id and f"usr_{contact.user_id}"}
