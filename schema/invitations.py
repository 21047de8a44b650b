"""Invitations: how customers and people come in."""

from __future__ import annotations

import strawberry

import models.invitations
from engine.bind import answered
from resolvers import acceptance, invitations, inviting, texts
from schema.customers import Customer, CustomerAccountType
from schema.directives import shown, shows
from schema.enums import described
from schema.mutations import changes
from schema.nodes import Node, Versioned
from schema.payloads import MutationPayload
from schema.scalars import DateTime, EmailAddress, LanguageTag
from schema.tenants import Role, Tenant
from schema.users import User

InvitationPurpose = described(models.invitations.InvitationPurpose)
InvitationStatus = described(models.invitations.InvitationStatus)


@shows(invitations.Invitation)
class Invitation(Node, Versioned):
    """An address asked to join, by a letter with a secret link that works once, for 72 hours. Until it is accepted
    neither the customer nor the person exists. Seen by those who hold USER_INVITE on the tenant that is joined."""

    purpose: InvitationPurpose = shown("Whether it makes a customer or a person.")
    account_type: CustomerAccountType = shown("What the first administrator signs in with elsewhere.")
    email: EmailAddress = shown("The address invited.")
    tenant: Tenant | None = shown("The tenant that is joined: above the new customer, or the person's own.")
    organization_name: str | None = shown("The company's name as the inviter knows it; null for a person.")
    domain: str | None = shown("The company's internet domain; null where none was given.")
    first_name: str | None = shown("Given name; null for a customer.")
    last_name: str | None = shown("Family name; null for a customer.")
    role: Role = shown("What the person will be.")
    invited_by: User | None = shown("Who vouches for it: the inviter, or whoever sent it again; null where the viewer "
                                    "may not see the person.")
    invited_at: DateTime = shown("When it was made.")
    status: InvitationStatus = shown("Where it stands.")
    expires_at: DateTime = shown("Until when its link works.")
    accepted_at: DateTime | None = shown("When it was accepted; null until then.")
    sent_count: int = shown("How many letters it has sent.")
    customer: Customer | None = shown("The customer that accepting it made; null until then.")
    user: User | None = shown("The person whom accepting it made; null until then.")


@shows(invitations.InvitationOffer)
class InvitationOffer:
    """An invitation as its letter told it, for the page on which it is accepted."""

    purpose: InvitationPurpose = shown("Whether it makes a customer or a person.")
    email: EmailAddress = shown("The address invited, with which the person will sign in.")
    company: str | None = shown("The company that is joined, or that will look after the new customer.")
    inviter: str | None = shown("Who invited, by name.")
    organization_name: str | None = shown("The new customer's name as the inviter knows it; null for a person.")
    first_name: str | None = shown("Given name; null where the letter did not know it.")
    last_name: str | None = shown("Family name; null where the letter did not know it.")
    role: Role = shown("What the person will be.")
    expires_at: DateTime = shown("Until when the link works.")


@strawberry.input(description="Whom to invite as a customer.")
class InviteCustomerInput:
    account_type: CustomerAccountType = strawberry.field(
        description="What the first administrator signs in with elsewhere.")
    email: EmailAddress = strawberry.field(description="Where the letter goes: the first administrator's address.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The tenant above the new customer; the one in which the viewer acts "
        "where it is not given. Beneath the platform or a distributor the customer becomes a reseller, beneath a "
        "reseller a customer, beneath a customer a sub-account.")
    organization_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="The company's name, 200 characters at most; the domain stands for it "
        "where it is not given. Whoever accepts may correct it.")
    domain: str | None = strawberry.field(
        default=strawberry.UNSET, description="The company's internet domain: acmecorp.example. An address elsewhere "
        "is invited all the same, with a warning.")


@strawberry.input(description="Whom to invite into a tenant.")
class InviteUserInput:
    tenant_id: strawberry.ID = strawberry.field(description="The tenant to which the person will belong.")
    email: EmailAddress = strawberry.field(description="Where the letter goes, and what the person will sign in with.")
    first_name: str = strawberry.field(description="Given name, 100 characters at most.")
    last_name: str = strawberry.field(description="Family name, 100 characters at most.")
    role: Role = strawberry.field(description="What the person will be: a role that exists for the tenant's kind, and "
                                  "that gives nothing the viewer does not hold there. ADMIN takes USER_GRANT_ADMIN.")
    language: LanguageTag | None = strawberry.field(
        default=strawberry.UNSET, description="The language they would rather read.")


@strawberry.input(description="How somebody accepts an invitation.")
class AcceptInvitationInput:
    token: str = strawberry.field(description="What follows \"invitation=\" in the link of the letter.")
    password: str | None = strawberry.field(
        default=strawberry.UNSET, description=f"The password to sign in with. {texts.POLICY}")
    first_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Given name; the one in the invitation where it is not given.")
    last_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Family name; the one in the invitation where it is not given.")
    organization_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="The new customer's name; the one in the invitation where it is not "
                                              "given.")


@strawberry.input(description="Which invitation to send again.")
class ResendInvitationInput:
    invitation_id: strawberry.ID = strawberry.field(description="The invitation.")


@strawberry.input(description="Which invitation to take back.")
class RevokeInvitationInput:
    invitation_id: strawberry.ID = strawberry.field(description="The invitation.")


@strawberry.type(description="What inviteCustomer answers.")
class InviteCustomerPayload(MutationPayload):
    invitation: Invitation | None = answered("The invitation.")


@strawberry.type(description="What inviteUser answers.")
class InviteUserPayload(MutationPayload):
    invitation: Invitation | None = answered("The invitation.")


@strawberry.type(description="What acceptInvitation answers. Its objects are null to whoever is not signed in: sign in "
                 "with the address invited and the password chosen, then ask for them.")
class AcceptInvitationPayload(MutationPayload):
    invitation: Invitation | None = answered("The invitation; null where the viewer may not see it.")
    customer: Customer | None = answered("The new customer; null for a person, and where the viewer may not see it.")
    user: User | None = answered("The new person; null where the viewer may not see them.")


@strawberry.type(description="What resendInvitation answers.")
class ResendInvitationPayload(MutationPayload):
    invitation: Invitation | None = answered("The invitation.")


@strawberry.type(description="What revokeInvitation answers.")
class RevokeInvitationPayload(MutationPayload):
    invitation: Invitation | None = answered("The invitation.")


@strawberry.type(name="Mutation")
class InvitationMutations:
    invite_customer = changes(
        inviting.invite_customer, input=InviteCustomerInput, payload=InviteCustomerPayload,
        description="Asks an address to set up a customer's account, by letter. The customer exists once somebody has "
        "accepted. Requires CUSTOMER_CREATE on the tenant above it. EMAIL_TAKEN where somebody whom the viewer may see "
        "has the address; INVALID_STATE where the address is invited there already: send that invitation again; or where five "
        "letters went to it within a day, of the tenant or of the viewer. LIMIT_EXCEEDED beyond 1,000 of the viewer's in a day.")
    invite_user = changes(
        inviting.invite_user, input=InviteUserInput, payload=InviteUserPayload,
        description="Asks a person to join a tenant, by letter. They exist once they have accepted. Requires "
        "USER_INVITE on the tenant. EMAIL_TAKEN, INVALID_STATE and LIMIT_EXCEEDED as for inviteCustomer.")
    accept_invitation = changes(
        acceptance.accept_invitation, input=AcceptInvitationInput, payload=AcceptInvitationPayload, open=True,
        first={"hashed": acceptance.hash_chosen},
        description="Follows the link of a letter, without being signed in: makes the customer with its first "
        "administrator, or the person. A link that is unknown, used, taken back or too old, or whose inviter may no "
        "longer invite, is LINK_EXPIRED.")
    resend_invitation = changes(
        inviting.resend_invitation, input=ResendInvitationInput, payload=ResendInvitationPayload,
        description="Sends a new link, which works for 72 hours from now, and kills the old one; also after the "
        "invitation has expired. Whoever sends it vouches for it from then on. Requires what inviting takes. "
        "INVALID_STATE once it is accepted or taken back, and after five letters to the address within a day; LIMIT_EXCEEDED "
        "as for inviteCustomer.")
    revoke_invitation = changes(
        inviting.revoke_invitation, input=RevokeInvitationInput, payload=RevokeInvitationPayload,
        description="Takes an open invitation back: its link no longer works. Requires what inviting takes. "
        "INVALID_STATE once it is accepted or expired.")
