"""What a client gave as input, as use cases and fingerprints take it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import Enum
from typing import Any

import strawberry


def by_name(input: Any) -> dict[str, Any]:
    """An input's fields as a use case takes them."""
    return {f.name: value_of(getattr(input, f.name)) for f in dataclasses.fields(input)}


def value_of(given: Any) -> Any:
    """What was given, inputs within it by name; None for what was not."""
    if isinstance(given, list):
        return [value_of(value) for value in given]
    if dataclasses.is_dataclass(given):
        return by_name(given)
    return None if given is strawberry.UNSET else given


def plain(given: Any) -> Any:
    """A given value as JSON has it."""
    match given:
        case dict():
            return {name: plain(value) for name, value in given.items()}
        case list():
            return [plain(value) for value in given]
        case Enum():
            return given.name
        case dt.datetime() | dt.date():
            return given.isoformat()
    return given
