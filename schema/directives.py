"""How a field is shown: its description, who may see it, and the directives that say so in the SDL."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location

from engine.bind import shows
from engine.cost import Cost
from engine.relay import page_arguments
from models.access import Capability as Capability_
from models.access import WithheldReason as WithheldReason_
from schema.enums import described

Capability = described(Capability_)
WithheldReason = described(WithheldReason_)


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], description="Needs the capability on the object's tenant. "
                             "Without it the field is null, nothing else changes, and `extensions.withheld` says so.")
class Requires:
    capability: Capability_ = strawberry.directive_field(name="capability")


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], description="Money, or a figure from which money can be "
                                                                                "inferred.")
class Financial:
    pass


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], description="What the mutation does cannot be undone.")
class Irreversible:
    reason: str = strawberry.directive_field(name="reason")


#: What arguments of these names mean wherever they stand; a field says otherwise by `arguments=`.
ARGUMENTS = {
    "id": "Its global id.",
    "kind": "Only those of this kind.",
    "status": "Only those of these statuses; all where it is not given.",
    "role": "Only those who hold this role at home.",
    "active": "Only those who may sign in, or only those who may not.",
    "billing_month": "Only those of this month: 2026-11.",
    "customer": "The global id of one customer, to see its own only.",
    "actor": "The global id of one person, for what they did only.",
    "since": "Only what happened at this moment or later.",
    "until": "Only what happened before this moment.",
    "tenant": "The global id of the tenant.",
    "of": "The global id of a customer or tenant.",
    "capability": "What to ask about.",
    "source": "Only those that came about in this way.",
    "financial_only": "Only fields that show money, or tell of it.",
    "locale": "The reader's language: de-DE. English where it is not given.",
}


class _Arguments(FieldExtension):
    """Describes a field's arguments, and adds those of a connection."""

    def __init__(self, described: dict[str, str], paged: int | None):
        self.described, self.paged = {**ARGUMENTS, **described}, paged

    def apply(self, field: Any) -> None:
        for argument in field.arguments:
            argument.description = argument.description or self.described.get(argument.python_name)
        if self.paged:
            field.arguments = [*field.arguments, *page_arguments(self.paged)]

    def resolve(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs)


def shown(description: str, *, requires: Capability_ | None = None, financial: bool = False, paged: int | None = None,
          open_because: str = "", when: str | None = None, otherwise: WithheldReason_ | None = None,
          cost: int | None = None, rows: int | None = None, counted_by: str = "",
          arguments: dict[str, str] | None = None, name: str | None = None) -> Any:
    """A field that the engine reads: a column or a method of the row that its type shows.

    requires      the capability without which it is null and withheld
    when          a method of the row that must hold besides; `otherwise` is the reason given where it does not
    paged         rows on a page where the client does not say; makes the field a connection
    open_because  why money needs no `requires` here
    cost          its weight in the operation's cost, for each row
    rows          how many rows a list without pages is taken to have in that, where the argument `counted_by` does not say
    arguments     what its arguments mean, by Python name, where ARGUMENTS does not say it
    name          what GraphQL calls it, where its row cannot call it so

    Above a method, the method's parameters are the field's arguments and its body is never run.
    """
    directives: list[object] = []
    if requires:
        description += f" Requires {requires.name}; null when withheld."
        directives.append(Requires(capability=requires))
    if otherwise:
        description += f" Null also for {otherwise.name}: {otherwise.value[0].lower()}{otherwise.value[1:]}"
    if financial:
        directives.append(Financial())
    if cost is not None or paged or rows:
        directives.append(Cost(weight=1 if cost is None else cost, assumed=paged or rows,
                               multipliers=["first", "last"] if paged else [counted_by] if counted_by else None))
    metadata = {"shown": True, "requires": requires and requires.name, "open_because": open_because, "financial": financial,
                "paged": paged, "when": when, "otherwise": otherwise and otherwise.name}
    return strawberry.field(description=description, name=name, directives=directives, metadata=metadata,
                            extensions=[_Arguments(arguments or {}, paged)])


def stated(description: str, because: str, *, cost: int | None = None, arguments: dict[str, str] | None = None) -> Any:
    """Above a plain resolver: a field that is open to everybody who is signed in, and why it may be."""
    return strawberry.field(description=description, metadata={"open_because": because},
                            extensions=[_Arguments(arguments or {}, None)],
                            directives=[] if cost is None else [Cost(weight=cost)])


__all__ = ["Capability", "Cost", "Financial", "Irreversible", "Requires", "WithheldReason", "shown", "shows", "stated"]
