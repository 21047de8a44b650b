"""Criteria of a list, told back as its field takes them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import orjson

from engine import JSON, Bound, Const, Expr, Row
from engine.arguments import camel


class AppliedFilter(Row):
    """One criterion of a list."""


def applied(criteria: Mapping[str, Any], labels: Mapping[str, str]) -> list[AppliedFilter]:
    """Each criterion that is given, by the name of its argument; put together again they are the arguments."""
    return [AppliedFilter.record(key=Const(camel(name)), label=Const(labels[name]), value=as_json(value))
            for name, value in criteria.items() if value is not None]


def as_json(value: Any) -> Expr:
    """An argument as JSON, whatever of it is known only when the statement runs."""
    pieces = _merged(_pieces(value))
    if len(pieces) == 1:
        return pieces[0] if isinstance(pieces[0], Expr) else Const(orjson.loads(pieces[0]), JSON)
    text: Expr = Const("")
    for piece in pieces:
        text = text + piece
    return text.typed(JSON)


def _pieces(value: Any) -> list[str | Bound]:
    match value:
        case Bound():
            return [value.further(_dumped, JSON)]
        case dict():
            given = [(camel(name), _pieces(inner)) for name, inner in value.items() if inner is not None]
            return ["{", *_joined([[f'"{name}":', *inner] for name, inner in given]), "}"]
        case list():
            return ["[", *_joined([_pieces(item) for item in value]), "]"]
        case Enum():
            return [_dumped(value.name)]
    return [_dumped(value)]


def _joined(items: list[list[str | Bound]]) -> list[str | Bound]:
    return [piece for n, item in enumerate(items) for piece in ([",", *item] if n else item)]


def _merged(pieces: list[str | Bound]) -> list[str | Bound]:
    merged: list[str | Bound] = []
    for piece in pieces:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


def _dumped(value: Any) -> str:
    return orjson.dumps(value).decode()
