"""What a person keeps of the customer list."""

from __future__ import annotations

from typing import Any

import strawberry

import models.lists
from engine.bind import answered
from models.viewers import Viewer
from resolvers import lists
from resolvers.change import Change, Occasion
from schema.customers import Customer
from schema.directives import shown, shows
from schema.enums import described
from schema.filters import CustomerFilter
from schema.mutations import changes
from schema.nodes import Node
from schema.payloads import MutationPayload
from schema.scalars import JSON
from schema.variables import as_sent

CustomerColumn = described(models.lists.CustomerColumn)
Density = described(models.lists.Density)


@shows(lists.SavedFilter)
class SavedFilter(Node):
    """A filter of the customer list under a name. Known to its own person only, wherever they act."""

    name: str = shown("What its person calls it.")
    filter: JSON = shown("The filter, as `Query.customers` takes it: send it back as a variable.")


@shows(lists.ListPreferences)
class ListPreferences:
    """How the viewer likes the customer list: theirs on every device, and wherever they act."""

    shown_columns: list[CustomerColumn] = shown("The columns to show, in this order.", name="columns")
    density: Density = shown("How closely the rows stand.")
    hide_inactive: bool = shown("Whether the list begins without dormant customers: a portal gives it to "
                                "`Query.customers`, which does not look here by itself.")
    saved_filters: list[SavedFilter] = shown("Filters under a name, by that name; at most 50.", rows=50)


@strawberry.input(description="How the list shall look. What is not given stays as it is.")
class SetListPreferencesInput:
    columns: list[CustomerColumn] | None = strawberry.field(
        default=strawberry.UNSET, description="The columns to show, in this order, each once; at least one.")
    density: Density | None = strawberry.field(default=strawberry.UNSET, description="How closely the rows stand.")
    hide_inactive: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether the list begins "
                                                  "without dormant customers.")


@strawberry.type(description="How the list looks now.")
class SetListPreferencesPayload(MutationPayload):
    preferences: ListPreferences | None = answered("All that the viewer keeps of the list.")


@strawberry.input(description="A filter and its name.")
class SaveFilterInput:
    name: str = strawberry.field(description="1 to 100 characters. A filter of the same name, without regard to case, is "
                                 "replaced.")
    filter: CustomerFilter = strawberry.field(description="The filter.")


@strawberry.type(description="The filter that was saved.")
class SaveFilterPayload(MutationPayload):
    filter: SavedFilter | None = answered("The filter; null where nothing was done.")
    preferences: ListPreferences | None = answered("All that the viewer keeps of the list.")


@strawberry.input(description="Which filter to forget.")
class DeleteFilterInput:
    filter_id: strawberry.ID = strawberry.field(description="One of `ListPreferences.savedFilters`.")


@strawberry.type(description="What is left.")
class DeleteFilterPayload(MutationPayload):
    preferences: ListPreferences | None = answered("All that the viewer keeps of the list.")


@strawberry.input(description="Which customer to pin.")
class PinCustomerInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")


@strawberry.type(description="The customer that was pinned.")
class PinCustomerPayload(MutationPayload):
    customer: Customer | None = answered("The customer; null where nothing was done.")


@strawberry.input(description="Which customer to unpin.")
class UnpinCustomerInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")


@strawberry.type(description="The customer that was unpinned.")
class UnpinCustomerPayload(MutationPayload):
    customer: Customer | None = answered("The customer; null where nothing was done.")


async def save_filter(viewer: Viewer, occasion: Occasion, *, name: str, filter: Any) -> Change:
    """The filter is kept as it was sent: a client sends it again to the list."""
    return await lists.save_filter(viewer, occasion, name=name, filter=as_sent(filter))


@strawberry.type
class ListMutations:
    set_list_preferences = changes(
        lists.set_list_preferences, input=SetListPreferencesInput, payload=SetListPreferencesPayload,
        description="Chooses columns, density and hiding of dormant customers, for this person alone and wherever they act.")
    save_filter = changes(
        save_filter, input=SaveFilterInput, payload=SaveFilterPayload,
        description="Keeps a filter of the customer list under a name, for this person alone. LIMIT_EXCEEDED beyond 50.")
    delete_filter = changes(
        lists.delete_filter, input=DeleteFilterInput, payload=DeleteFilterPayload,
        description="Forgets one of this person's filters.")
    pin_customer = changes(
        lists.pin_customer, input=PinCustomerInput, payload=PinCustomerPayload,
        description="Keeps a customer at hand in `Viewer.pinnedCustomers`, for this person alone. Whoever loses access to it "
        "no longer finds it there. LIMIT_EXCEEDED beyond 100.")
    unpin_customer = changes(
        lists.unpin_customer, input=UnpinCustomerInput, payload=UnpinCustomerPayload,
        description="No longer keeps a customer at hand.")
