"""Inputs as a client would send them again: what is kept of a filter or an order."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

from engine.arguments import camel


def as_sent(given: Any) -> Any:
    """What a use case is given as the JSON of a variable: GraphQL's names, and nothing that was not given."""
    match given:
        case Enum():
            return given.name
        case dt.datetime() | dt.date():
            return given.isoformat()
        case list():
            return [as_sent(value) for value in given]
        case dict():
            return {camel(name): as_sent(value) for name, value in given.items() if value is not None}
    return given
