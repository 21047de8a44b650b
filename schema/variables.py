"""Inputs as a client would send them again: what is kept of a filter or an order."""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import Enum
from typing import Any

import strawberry

from engine.arguments import camel


def as_sent(given: Any) -> Any:
    """An input as the JSON of a variable: GraphQL's names, nothing that was not given."""
    match given:
        case Enum():
            return given.name
        case dt.datetime() | dt.date():
            return given.isoformat()
        case list():
            return [as_sent(value) for value in given]
        case dict():
            return {name: as_sent(value) for name, value in given.items()}
    if not dataclasses.is_dataclass(given):
        return given
    told = {camel(field.name): getattr(given, field.name) for field in dataclasses.fields(given)}
    return {name: as_sent(value) for name, value in told.items() if value is not strawberry.UNSET}
