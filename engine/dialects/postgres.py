"""How PostgreSQL spells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from engine.dialects.base import Dialect
from engine.expr import BOOL, DATE, INT, INTS, JSON, PLAIN, TEXT, TEXTS, TIME


class Postgres(Dialect):
    """PostgreSQL 14 and later. The database must have the collation C, so that text sorts by code point."""

    name = "postgres"
    casts = {INT: "bigint", TEXT: "text", PLAIN: "text", BOOL: "boolean", TIME: "timestamptz", DATE: "date",
             JSON: "text", INTS: "bigint[]", TEXTS: "text[]"}
    last = "chr(1114111)"

    def placeholder(self, n: int, type: str) -> str:
        return f"${n}::{self.casts[type]}"

    def bind(self, value: Any, type: str) -> Any:
        if type == TIME and isinstance(value, str):
            return dt.datetime.fromisoformat(value)
        if type == DATE and isinstance(value, str):
            return dt.date.fromisoformat(value)
        return value

    def literal(self, value: Any, type: str = "") -> str:
        if value is None and type:
            return f"null::{self.casts[type]}"
        return super().literal(value)

    def contains(self, text: str, part: str) -> str:
        return f"(strpos({text}, {part}) > 0)"

    def position(self, text: str, part: str) -> str:
        return f"strpos({text}, {part})"

    def member(self, x: str, values: str) -> str:
        return f"({x} = any({values}))"

    def places(self, nodes: str, masks: str, name: str) -> str:
        return f"unnest({nodes}, {masks}) {name}(node, mask)"

    def mask(self, node: str, nodes: str, masks: str) -> str:
        return f"({masks})[array_position({nodes}, {node})]"

    def each(self, values: str, name: str, column: str) -> str:
        return f"unnest({values}) {name}({column})"

    def rows_of(self, keys: str, key: str, table: str, name: str, place: str) -> str:
        return f"{keys} cross join lateral (select * from {table} z where z.{place} = {key} offset 0) {name}"

    def below(self, key: str, id: str, end: str) -> str:
        # a range of unknown ends is taken for a two-hundredth of all, which would be sorted instead of walked in order
        return f"({key}, {id}) < ({end}, 0)"

    def merged(self, outer: str, columns: str, rows: str, tests: Sequence[str], order: str) -> str:
        return (f"select r.* from {outer} cross join lateral (select {columns} from {rows} where {' and '.join(tests)} "
                f"{order.format('r')}) r {order.format('r')}")

    def within(self, node: str, nodes: str) -> str:
        return f"{node} + 0 = any({nodes})"

    def some(self, source: str) -> str:
        return f"coalesce((select true {source} limit 1), false)"

    def fixed(self, minor: str, digits: str) -> str:
        return f"({minor})::text" if digits == "0" else f"(({minor}) * 0.{'0' * (int(digits) - 1)}1)::text"

    def hex(self, text: str) -> str:
        return f"encode(convert_to({text}, 'UTF8'), 'hex')"

    def sum(self, x: str) -> str:
        return f"coalesce(sum({x}), 0)::bigint"

    def json(self, x: str, type: str) -> str:
        if type == TIME:
            return f"""to_char({x} at time zone 'UTC', '"\\""YYYY-MM-DD"T"HH24:MI:SS"Z\\""')"""
        if type in (DATE, PLAIN):
            return f"""('"'||{x}||'"')"""
        return f"({x})::text" if type in (INT, BOOL, JSON) else f"to_json({x})::text"

    def exact(self, x: str, type: str) -> str:
        if type == TIME:
            return f"""to_char({x} at time zone 'UTC', '"\\""YYYY-MM-DD"T"HH24:MI:SS.US"+00:00\\""')"""
        return self.json(x, type)
