"""Setting up customers, and changing their details."""

from __future__ import annotations

import strawberry

from engine.bind import answered
from resolvers import registering, texts
from schema.addresses import AddressInput
from schema.customers import Customer
from schema.mutations import changes
from schema.payloads import MutationPayload
from schema.scalars import URL, CountryCode, EmailAddress, PhoneNumber
from schema.users import User


@strawberry.input(description="A company's first administrator.")
class AdminUserInput:
    first_name: str = strawberry.field(description="Given name, 100 characters at most.")
    last_name: str = strawberry.field(description="Family name, 100 characters at most.")
    email: EmailAddress = strawberry.field(description="What they sign in with, and where letters go. Nobody else has it.")
    password: str = strawberry.field(
        description=f"Their first password. {texts.POLICY} It stands in no letter: theirs has a link to one "
        "of their own. Signed in with this one they hold nothing until they have changed it by `changePassword`.")


@strawberry.input(description="A company to set up.")
class CreateCustomerInput:
    company_name: str = strawberry.field(description="Its legal name, as it stands on invoices; 200 characters at most.")
    admin: AdminUserInput = strawberry.field(description="Its first administrator.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The tenant above it; the one in which the viewer acts where it is not given. "
        "Beneath the platform or a distributor the company becomes a reseller, beneath a reseller a customer, beneath a "
        "customer a sub-account.")
    website: URL | None = strawberry.field(default=strawberry.UNSET, description="Its web site: https://acmecorp.example.")
    phone: PhoneNumber | None = strawberry.field(default=strawberry.UNSET, description="Its main number.")
    country: CountryCode | None = strawberry.field(default=strawberry.UNSET, description="Where it is.")
    address: AddressInput | None = strawberry.field(default=strawberry.UNSET, description="Its postal address.")
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it does and what was agreed, for partners only; 5,000 characters at most.")


@strawberry.type(description="What createCustomer answers.")
class CreateCustomerPayload(MutationPayload):
    customer: Customer | None = answered("The new customer; null where nothing was done.")
    user: User | None = answered("Its administrator; null where nothing was done.")


@strawberry.input(description="A customer's new details. What is not given stays as it is; an empty text empties.")
class UpdateCustomerInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer, or the viewer's own company.")
    company_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its legal name, 200 characters at most. Invoices issued keep the old one.")
    website: URL | None = strawberry.field(default=strawberry.UNSET, description="Its web site: https://acmecorp.example.")
    phone: PhoneNumber | None = strawberry.field(default=strawberry.UNSET, description="Its main number.")
    country: CountryCode | None = strawberry.field(default=strawberry.UNSET, description="Where it is.")
    address: AddressInput | None = strawberry.field(default=strawberry.UNSET, description="Its postal address, in whole.")
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="Notes for partners only; refused to the customer itself.")


@strawberry.type(description="What updateCustomer answers.")
class UpdateCustomerPayload(MutationPayload):
    customer: Customer | None = answered("The customer; null where nothing was done.")


@strawberry.type
class RegisteringMutations:
    create_customer = changes(
        registering.create_customer, input=CreateCustomerInput, payload=CreateCustomerPayload,
        first={"hashed": registering.hash_first},
        description="Sets up a customer with its first administrator, whose letter has a link to a password of their own. "
        "`inviteCustomer` does the same without a password. Requires CUSTOMER_CREATE on the tenant above it. All that is wrong "
        "is told at once; EMAIL_TAKEN where somebody has the address; a rehearsal tells that of people whom the viewer may list. "
        "LIMIT_EXCEEDED for a quarter of an hour once ten addresses of people whom the viewer may not list were tried. Warns of "
        "what a careful partner would still fill in.")
    update_customer = changes(
        registering.update_customer, input=UpdateCustomerInput, payload=UpdateCustomerPayload,
        description="Changes a customer's details. Requires CUSTOMER_EDIT on it; COMPANY_PROFILE_EDIT for one's own company. "
        "NOT_FOUND for companies above and beside the viewer's.")
