"""How SQLite spells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import orjson

from engine.dialects.base import Dialect
from engine.expr import BOOL, DATE, INT, INTS, JSON, PLAIN, TEXTS, TIME


class SQLite(Dialect):
    """SQLite 3.44 and later, as apsw brings it."""

    name = "sqlite"
    aggregate = "group_concat"
    then = "cross join"
    has_lateral = False
    weighs = False
    last = "char(1114111)"

    def placeholder(self, n: int, type: str) -> str:
        return f"?{n}"

    def bind(self, value: Any, type: str) -> Any:
        if type in (INTS, TEXTS) and value is not None:
            return orjson.dumps(value).decode()
        if isinstance(value, dt.datetime):
            return value.astimezone(dt.UTC).isoformat(" ")
        return value.isoformat() if isinstance(value, dt.date) else value

    def contains(self, text: str, part: str) -> str:
        return f"(instr({text}, {part}) > 0)"

    def position(self, text: str, part: str) -> str:
        return f"instr({text}, {part})"

    def member(self, x: str, values: str) -> str:
        return f"({x} in (select value from json_each({values})))"

    def places(self, nodes: str, masks: str, name: str) -> str:
        return f"(select value as node, {masks} ->> key as mask from json_each({nodes})) {name}"

    def mask(self, node: str, nodes: str, masks: str) -> str:
        return f"(select {masks} ->> key from json_each({nodes}) where value = {node})"

    def each(self, values: str, name: str, column: str) -> str:
        return f"(select value as {column} from json_each({values})) {name}"

    def rows_of(self, keys: str, key: str, table: str, name: str, place: str) -> str:
        return f"{keys} cross join {table} {name} on {name}.{place} = {key}"

    def merged(self, outer: str, columns: str, rows: str, tests: Sequence[str], order: str) -> str:
        # it leaves the inner loop when the limit is reached
        return f"select {columns} from {outer} cross join {rows} where {' and '.join(tests)} {order.format('r')}"

    def gated(self, test: str) -> tuple[str, list[str]]:
        return f"(select 1 as one where {test}) g cross join ", []

    def gated_page(self, test: str, size: int) -> tuple[str, str]:
        return "", f"(case when {test} then {size} else 0 end)"

    def later(self, x: str, y: str) -> str:
        return f"max({x}, {y})"

    def within(self, node: str, nodes: str) -> str:
        return f"+{node} in (select value from json_each({nodes}))"

    def fixed(self, minor: str, digits: str) -> str:
        if digits == "0":
            return f"cast({minor} as text)"
        unit = 10 ** int(digits)
        return f"printf('%s%d.%0{digits}d', iif({minor}<0, '-', ''), abs({minor})/{unit}, abs({minor})%{unit})"

    def concat(self, parts: Sequence[str], width: int = 100) -> str:
        if len(parts) <= 2:
            return "||".join(parts)
        if len(parts) <= width:
            return f"concat({', '.join(parts)})"
        return self.concat([self.concat(parts[n:n + width]) for n in range(0, len(parts), width)])

    def hex(self, text: str) -> str:
        return f"lower(hex({text}))"

    def least(self, x: str, y: str) -> str:
        return f"min({x}, {y})"

    def json(self, x: str, type: str) -> str:
        if type == TIME:
            return f"""strftime('"%Y-%m-%dT%H:%M:%SZ"', {x})"""
        if type in (DATE, PLAIN):
            return f"""('"'||{x}||'"')"""
        if type == BOOL:
            return f"case {x} when true then 'true' when false then 'false' end"
        return f"{x}" if type in (INT, JSON) else f"json_quote({x})"

    def exact(self, x: str, type: str) -> str:
        return f"json_quote({x})" if type in (TIME, DATE) else self.json(x, type)
