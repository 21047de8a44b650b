"""Everything in which PostgreSQL and SQLite differ: one method for each function that expressions may call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import orjson

from engine.expr import BOOL, DATE, INT, INTS, JSON, PLAIN, TEXT, TEXTS, TIME


class Dialect:
    """What the two share."""

    name = ""
    aggregate = "string_agg"
    #: Joins what comes next to what stands before, in this order where the database keeps to one.
    then = "join"
    #: Whether a subselect may refer to what stands before it in the same "from".
    has_lateral = True
    #: Whether it weighs by statistics how to read, so that only an order makes it take an index for a few rows.
    weighs = True
    #: The letter behind which no other comes.
    last = ""

    def placeholder(self, n: int, type: str) -> str:
        raise NotImplementedError

    def bind(self, value: Any, type: str) -> Any:
        """A Python value as the driver wants it."""
        return value

    def places(self, nodes: str, masks: str, name: str) -> str:
        """A source of rows of that name: each node with its mask, which are two bound lists."""
        raise NotImplementedError

    def mask(self, node: str, nodes: str, masks: str) -> str:
        """What a node is marked with."""
        raise NotImplementedError

    def each(self, values: str, name: str, column: str) -> str:
        """A source of rows of that name: the values of a bound list of texts, as that column."""
        raise NotImplementedError

    def rows_of(self, keys: str, key: str, table: str, name: str, place: str) -> str:
        """Keys, and of each the row of a table that has it in the column `place`: never the other way about."""
        raise NotImplementedError

    def below(self, key: str, id: str, end: str) -> str:
        """Whether a key comes before another; ids are larger than 0."""
        return f"{key} < {end}"

    def merged(self, outer: str, columns: str, rows: str, tests: Sequence[str], order: str) -> str:
        """Rows called r for each row of `outer`, in an order: for each no more than are wanted.

        `tests` say which; `order` has {0} for what is ordered, and a limit.
        """
        raise NotImplementedError

    def gated(self, test: str) -> tuple[str, list[str]]:
        """A condition that is decided once, before any row is read: what comes before all sources of rows, and tests."""
        return "", [test]

    def gated_page(self, test: str, size: int) -> tuple[str, str]:
        """The same for rows in the order of an index: the gate of their source, and their limit."""
        return test, str(size)

    def later(self, x: str, y: str) -> str:
        """The later of two texts."""
        return f"greatest({x}, {y})"

    def contains(self, text: str, part: str) -> str:
        """Whether a part is in a text."""
        raise NotImplementedError

    def contains_all(self, text: str, part: str, others: str) -> str:
        """Whether a part and all of a bound list of others are in a text: the one first, for mostly there are no others."""
        missing = f"select 1 from {self.each(others, 'o', 'part')} where not {self.contains(text, 'o.part')}"
        return f"({self.contains(text, part)} and not exists ({missing}))"

    def position(self, text: str, part: str) -> str:
        """Where a part first is in a text, from 1; 0 where it is not."""
        raise NotImplementedError

    def within(self, node: str, nodes: str) -> str:
        """Whether a node is one of a bound list. Written so that the tenant is looked up first."""
        raise NotImplementedError

    def some(self, source: str) -> str:
        """Whether there is such a row, looked for by what stands around it: never all of them at once, to be kept at hand."""
        return f"exists (select 1 {source})"

    def inside(self, mask: str, group: int) -> str:
        """Whether the bit of a group is set."""
        return f"({mask} & {1 << group} <> 0)"

    def literal(self, value: Any, type: str = "") -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"

    def coalesce(self, *xs: str) -> str:
        return f"coalesce({', '.join(xs)})"

    def same(self, x: str) -> str:
        return x

    def is_null(self, x: str) -> str:
        return f"({x} is null)"

    def global_id(self, tag: str, id: str) -> str:
        return f"({tag}||{id})"

    def concat(self, parts: Sequence[str]) -> str:
        """Joins texts none of which is null."""
        return "||".join(parts)

    def json(self, x: str, type: str) -> str:
        """A value that is not null, as JSON text."""
        raise NotImplementedError

    def exact(self, x: str, type: str) -> str:
        """A value as JSON text from which `bind` finds its way back to the very same value: for cursors."""
        return self.json(x, type)

    def hex(self, text: str) -> str:
        """A text's UTF-8 bytes in hexadecimal, lower case."""
        raise NotImplementedError

    def sum(self, x: str) -> str:
        return f"coalesce(sum({x}), 0)"

    def least(self, x: str, y: str) -> str:
        return f"least({x}, {y})"


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


DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (Postgres(), SQLite())}
