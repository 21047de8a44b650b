"""Cursors: the seen sort values of a row and its id, opaque. Nothing in one is withheld from its reader."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from engine.dialects import Dialect
from engine.errors import InvalidCursor
from engine.expr import BOOL, DATE, INT, PLAIN, TEXT, TIME, Bound, Expr


def _moment(text: str) -> dt.datetime:
    """A moment as cursors hold it: with its offset. Whatever else a database would take is none of ours."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(dt.UTC)


READ: dict[str, Callable[[str], Any]] = {TIME: _moment, DATE: dt.date.fromisoformat}


class Order:
    """The order of a list, as its cursors know it: (label, type, nullable) of each key, the id last."""

    def __init__(self, keys: Sequence[tuple[str, Expr]]):
        self.types = [(e.type, e.nullable) for _, e in keys]
        self.sign = f"{zlib.crc32('/'.join(label for label, _ in keys).encode()):08x}"

    def text(self, dialect: Dialect, values: Sequence[str]) -> str:
        """SQL for the cursor of a row whose keys are written as `values`."""
        parts = [f"'[\"{self.sign}\"'"]
        for sql, (type, nullable) in zip(values, self.types, strict=True):
            exact = dialect.exact(sql, type)
            parts += ["','", f"coalesce({exact}, 'null')" if nullable else exact]
        return dialect.hex(dialect.concat([*parts, "']'"]))

    def bounds(self, cursor: Bound) -> list[Bound]:
        """The keys' values, read out of a cursor when the statement runs."""
        return [Bound(cursor.slot, type, self._reader(n), nullable) for n, (type, nullable) in enumerate(self.types)]

    def _reader(self, n: int) -> Callable[[Any], Any]:
        return lambda cursor: self.values(cursor)[n]

    def values(self, cursor: Any) -> list[Any]:
        """The values inside a cursor of this very order; anything else is an InvalidCursor."""
        try:
            sign, *values = orjson.loads(bytes.fromhex(cursor))
            fits = sign == self.sign and len(values) == len(self.types)
        except (ValueError, TypeError):
            fits = False
        if not fits or not all(_fits(v, *t) for v, t in zip(values, self.types, strict=True)):
            raise InvalidCursor
        found: list[Any] = values
        return found


def _fits(value: Any, type: str, nullable: bool) -> bool:
    if value is None:
        return nullable
    if type == INT:
        return isinstance(value, int) and not isinstance(value, bool) and -2**63 < value < 2**63
    if type == BOOL:
        return isinstance(value, bool)
    if not isinstance(value, str) or "\x00" in value:
        return False
    try:
        return type in (TEXT, PLAIN) or bool(READ[type](value))
    except (ValueError, OverflowError):
        return False
