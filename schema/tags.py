"""Tags of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.bind import answered
from resolvers import tags
from schema.directives import shown, shows
from schema.mutations import changes
from schema.nodes import Node
from schema.payloads import MutationPayload

if TYPE_CHECKING:
    from schema.customers import Customer


@shows(tags.Tag)
class Tag(Node):
    """A word by which a partner sorts its customers. The customers themselves do not see it."""

    name: str = shown("The word, as it was first written; case does not tell tags apart.")


@strawberry.input(description="Which tags a customer shall have and lose.")
class SetCustomerTagsInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    add: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Tags to put on it, each of 1 to 50 "
                                             "characters; those that it has already stay.")
    remove: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Tags to take off it; those that it has "
                                                "not are passed over.")


@strawberry.type(description="The customer with its tags.")
class SetCustomerTagsPayload(MutationPayload):
    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = answered(
        "The customer; null where nothing was done.")


@strawberry.type
class TagMutations:
    set_customer_tags = changes(
        tags.set_customer_tags, input=SetCustomerTagsInput, payload=SetCustomerTagsPayload,
        description="Puts tags on a customer and takes others off, all together or not at all. A customer has at most 50. Needs "
        "TAGS_MANAGE on it.")
