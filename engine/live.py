"""Subscriptions: a root whose one field is read anew for each event, and what an event binds."""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.arguments import arguments_of, snake
from engine.documents import Document, collect
from engine.expr import INT, TEXT, Bound, Expr
from engine.rows import Row, tag_of

EVENT, ABOUT = "/event", "/about"


class Told(NamedTuple):
    """What a subscription is told of: the key of an event's row, and the global id of what it is about."""

    event: int | None = None
    about: str | None = None

    def bound(self, values: dict[str, Any]) -> dict[str, Any]:
        """The variables of a document, with the event's."""
        return {**values, EVENT: self.event, ABOUT: self.about}


class Live(Row):
    """The root of subscriptions. Its fields find `event` or what it is `about`, whose tag is known while planning; a field
    that finds nothing, or nothing that the viewer may know of, tells nothing."""

    def __init__(self, values: dict[str, Expr] | None = None, host: Row | None = None, present: Expr | None = None):
        super().__init__(values or self.told(Told()), host, present)

    @staticmethod
    def told(of: Told) -> dict[str, Expr]:
        return {"event": Bound(("var", EVENT), INT), "about": Bound(("var", ABOUT), TEXT, tag=tag_of(of.about))}


class Root(NamedTuple):
    """What one document subscribes to: the field, the key under which it is answered, and what it is given."""

    field: str
    key: str
    arguments: dict[str, Any]


def root_of(document: Document, values: dict[str, Any]) -> Root:
    """The one field of a valid subscription."""
    type_: Any = document.schema.subscription_type
    found = collect(document.fragments, [document.operation.selection_set], {type_.name}.__contains__, values)
    [(key, nodes)] = found.items()
    given = arguments_of(type_.fields[nodes[0].name.value].args, nodes[0], values)
    return Root(snake(nodes[0].name.value), key, {name: _plain(value, values) for name, value in given.items()})


def _plain(value: Any, values: dict[str, Any]) -> Any:
    """An argument as it is, now that nothing has to be planned with it."""
    if isinstance(value, list):
        return [_plain(item, values) for item in value]
    if not isinstance(value, Bound):
        return value
    kind, *rest = value.slot
    if kind == "lit":
        return rest[0]
    found: Any = values
    for key in rest:
        found = found[key]
    return found
