"""The domain's enums as GraphQL enums: the docstring describes the type, each member's value describes the member."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

import strawberry

E = TypeVar("E", bound=type[Enum])


def described(enum: E, name: str | None = None) -> E:
    """A domain enum, known to GraphQL by its members' names."""
    said, _, _ = " ".join((enum.__doc__ or "").split()).partition(" The value says")
    decorated = strawberry.enum(enum, name=name, description=said)
    definition = decorated.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = enum[value.name].value
    return decorated
