"""Everything in which PostgreSQL and SQLite differ: one method for each function that expressions may call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


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
