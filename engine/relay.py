"""The GraphQL types that all connections share, and the interface of everything that has an id."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

PAGE_LIMIT = 100
PAGING = ("first", "after", "last", "before")
T = TypeVar("T")


@strawberry.interface(description="Anything with a global id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Unique among all objects, opaque, and never reused.",
                                         metadata={"shown": True})


@strawberry.type(description="Where a page lies among its rows.")
class PageInfo:
    open_because: ClassVar[str] = "says nothing of the rows beyond the page itself"
    has_next_page: bool = strawberry.field(
        description="Whether rows follow this page. Going backwards: whether `before` was given.")
    has_previous_page: bool = strawberry.field(
        description="Whether rows precede this page. Going forwards: whether `after` was given.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last row, for `after` of the next page; null on an empty page.")


@strawberry.type(description="One row of a page.")
class Edge(Generic[T]):
    open_because: ClassVar[str] = "holds a row that has passed the viewer's door"
    cursor: str = strawberry.field(
        description="Marks the row's place in this order, even after it is renamed or deleted. Opaque.")
    node: T = strawberry.field(description="The row.")


@strawberry.type(description="A page of rows in a stable order.")
class Connection(Generic[T]):
    open_because: ClassVar[str] = "holds rows that have passed the viewer's door"
    edges: list[Edge[T]] = strawberry.field(description="The page's rows with their cursors.")
    nodes: list[T] = strawberry.field(description="The page's rows.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="How many rows there are on all pages, as far as the viewer may see them.")


def page_arguments(default: int) -> list[StrawberryArgument]:
    """first, after, last, before: for a field whose page has `default` rows where neither first nor last is given."""
    def argument(name: str, kind: type, text: str) -> StrawberryArgument:
        return StrawberryArgument(name, name, StrawberryAnnotation(kind | None), description=text)
    return [argument("first", int, f"How many rows from the start, 1 to {PAGE_LIMIT}; {default} when neither `first` nor "
                     "`last` is given."),
            argument("after", str, "Only rows after this cursor."),
            argument("last", int, f"How many rows from the end, 1 to {PAGE_LIMIT}."),
            argument("before", str, "Only rows before this cursor.")]
