"""Contacts: whom to reach at a company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.contacts
import models.events
from engine.bind import answered
from resolvers import contacts
from schema.addresses import Address, AddressInput
from schema.directives import shown, shows
from schema.enums import described
from schema.mutations import changes
from schema.nodes import Node, Versioned
from schema.payloads import MutationPayload
from schema.scalars import EmailAddress, PhoneNumber

if TYPE_CHECKING:
    from schema.tenants import Tenant
    from schema.users import User

ContactType = described(models.contacts.ContactType)
CustomerEventKind = described(models.events.EventKind, name="CustomerEventKind")


@shows(contacts.Contact)
class Contact(Node, Versioned):
    """Somebody to reach at a company. A contact is no user: it signs in nowhere, and most users are no contacts. Seen by
    those who hold USER_VIEW on the company."""

    tenant: Annotated["Tenant", strawberry.lazy("schema.tenants")] | None = shown("The company.")
    type: ContactType = shown("What the contact is there for.")
    name: str = shown("The name of a person or an office.")
    email: EmailAddress = shown("Where letters go.")
    phone: PhoneNumber | None = shown("The direct number; null where none is recorded.")
    address: Address | None = shown("Where it differs from the company's; null where none is recorded.")
    user: Annotated["User", strawberry.lazy("schema.users")] | None = shown(
        "The person of the company as whom the contact signs in; null where it is nobody's, or the viewer may not see them.")
    subscribed_to: list[CustomerEventKind] = shown(
        "What an ADMIN contact is written to about, as far as its company wants letters of it: "
        "`notificationPreferences`. Contacts of other types get no letters.")


@strawberry.input(description="A contact. On a change, what is left out is emptied, except `subscribedTo`.")
class ContactInput:
    name: str = strawberry.field(description="The name of a person or an office, 200 characters at most.")
    email: EmailAddress = strawberry.field(description="Where letters go. A company has an address once for each type.")
    type: ContactType = strawberry.field(
        default=models.contacts.ContactType.PRIMARY,
        description="What the contact is there for. A company has one PRIMARY contact at most.")
    phone: PhoneNumber | None = strawberry.field(default=strawberry.UNSET, description="The direct number.")
    address: AddressInput | None = strawberry.field(
        default=strawberry.UNSET, description="Where it differs from the company's.")
    user_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The person of the company as whom the contact signs in.")
    subscribed_to: list[CustomerEventKind] | None = strawberry.field(
        default=strawberry.UNSET, description="What to write to the contact about. Where it is not given a new ADMIN "
        "contact gets SERVICE_PROVISIONED and SERVICE_DELETED, another none, and an existing one keeps what it has.")


@strawberry.input(description="Which contact of which company to write down.")
class UpsertContactInput:
    tenant_id: strawberry.ID = strawberry.field(description="The company.")
    contact: ContactInput = strawberry.field(description="The contact as it shall be.")
    contact_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The contact to change; a new one is added where it is not given.")


@strawberry.type(description="The contact as it is now.")
class UpsertContactPayload(MutationPayload):
    contact: Contact | None = answered("The contact; null where nothing was done.")


@strawberry.input(description="Which contact to take out.")
class DeleteContactInput:
    contact_id: strawberry.ID = strawberry.field(description="The contact.")


@strawberry.type(description="The end of a contact.")
class DeleteContactPayload(MutationPayload):
    deleted_id: strawberry.ID | None = strawberry.field(
        description="The global id of the contact that is gone; null where nothing was done.")


@strawberry.type
class ContactMutations:
    upsert_contact = changes(
        contacts.upsert_contact, input=UpsertContactInput, payload=UpsertContactPayload,
        description="Adds a contact to a company, or changes one; `options.ifVersion` goes for a change only. Requires "
        "COMPANY_PROFILE_EDIT for the company in which the viewer acts, CUSTOMER_EDIT for one beneath it. INVALID_STATE "
        "for a second PRIMARY contact, EMAIL_TAKEN where the company has a contact of the type with the address.")
    delete_contact = changes(
        contacts.delete_contact, input=DeleteContactInput, payload=DeleteContactPayload,
        description="Takes a contact out: no more letters are written to it. Requires what upsertContact takes.")


__all__ = ["Contact", "ContactMutations", "ContactType", "CustomerEventKind"]
