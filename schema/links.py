"""Linking people to customers."""

from __future__ import annotations

import strawberry

from engine.bind import answered
from resolvers import links
from schema.customers import Customer
from schema.grants import AccessGrant
from schema.mutations import changes
from schema.payloads import MutationPayload
from schema.scalars import DateTime
from schema.tenants import Role


@strawberry.input(description="Whom to link to which customer.")
class LinkUserInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    user_id: strawberry.ID = strawberry.field(description="Somebody of a partner above it who is no admin there; nobody "
                                             "links themselves.")
    role: Role | None = strawberry.field(default=strawberry.UNSET, description="ADMIN, REGULAR, READ_ONLY or SUPPORT; "
                                         "SUPPORT where none is given.")
    expires_at: DateTime | None = strawberry.field(default=strawberry.UNSET, description="When the link ends by "
                                                   "itself; never where not given.")


@strawberry.type(description="The link.")
class LinkUserPayload(MutationPayload):
    grant: AccessGrant | None = answered("The link; null where nothing was done.")
    customer: Customer | None = answered("The customer; null where nothing was done.")


@strawberry.input(description="What a linked person becomes.")
class ChangeLinkedRoleInput:
    grant_id: strawberry.ID = strawberry.field(description="The link, from `Customer.accessGrants`.")
    role: Role = strawberry.field(description="ADMIN, REGULAR, READ_ONLY or SUPPORT.")


@strawberry.type(description="The link with its new role.")
class ChangeLinkedRolePayload(MutationPayload):
    grant: AccessGrant | None = answered("The link; null where nothing was done.")


@strawberry.input(description="Which link to take away.")
class UnlinkUserInput:
    grant_id: strawberry.ID = strawberry.field(description="The link, from `Customer.accessGrants`.")


@strawberry.type(description="The customer without the link.")
class UnlinkUserPayload(MutationPayload):
    customer: Customer | None = answered("The customer; null where nothing was done.")


@strawberry.type
class LinkMutations:
    link_user = changes(
        links.link_user, input=LinkUserInput, payload=LinkUserPayload,
        description="Lets a person of the partner see a customer and enter it. Felt by their next request. Linking "
        "somebody who is linked changes nothing and warns ALREADY_DONE; with another role it answers INVALID_STATE. "
        "An admin of the partner answers CANNOT_LINK_ADMIN: they see every customer already. Nobody grants more than "
        "they hold. Requires ACCESS_LINK_MANAGE on the customer.")
    change_linked_role = changes(
        links.change_linked_role, input=ChangeLinkedRoleInput, payload=ChangeLinkedRolePayload,
        description="Gives somebody else who is linked another role. Felt by their next request; acting sessions that the new "
        "role does not carry in full end. Requires ACCESS_LINK_MANAGE on the customer.")
    unlink_user = changes(
        links.unlink_user, input=UnlinkUserInput, payload=UnlinkUserPayload,
        description="Takes a link away. Felt by the person's next request; their acting session in the customer ends. "
        "Requires ACCESS_LINK_MANAGE on the customer.")
