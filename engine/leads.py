"""Rows of which few others tell: where hardly any row meets a filter, what meets it is looked for first, and then the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.rows import Rows, table
from engine.search import Search

if TYPE_CHECKING:
    from engine.sql import Writer

#: No more than so many others lead to rows; where there are more, the viewer's own rows are gone through.
FEW = 500
#: Of so many conditions that lead to rows, the first to have few is taken.
ASKED = 4


class Leads:
    """Two ways to the same rows, of which the database takes one: from the others (`led`), or by whatever way it would have
    without them (where `gate` lets it)."""

    def __init__(self, write: Writer, rows: Rows[Any]):
        self.write, self.dialect, self.rows = write, write.dialect, rows
        parts = type(rows.row).parts
        self.by_words = rows.words is not None and parts is not None
        self.others = rows.leads[:ASKED] if rows.sought else []
        self.named = [f"lead{n}" for n in range(len(self.others) + (self.by_words and rows.sought))]

    def __bool__(self) -> bool:
        return bool(self.named)

    def begin(self) -> str:
        """The others, counted no further than need be, and of the first that are few the tenants in which they lie."""
        texts = [" union all ".join(map(self._of, others)) for others in self.others]
        if len(self.named) > len(texts):
            texts.append(self._with_words())
        each = [f"{name}(tenant_id) as materialized ({text})" for name, text in zip(self.named, texts, strict=True)]
        first = " union all ".join(f"select tenant_id from {name} where {self._is_first(n)}" for n, name in enumerate(self.named))
        return f"with {', '.join(each)}, led(tenant_id) as materialized (select distinct tenant_id from ({first}) l)"

    def led(self) -> tuple[str, list[str]]:
        """The rows to which they lead, as what stands behind "from", and what must hold for the viewer to reach them."""
        write, alias, row, way = self.write, self.write.alias(self.rows.row), type(self.rows.row), self.write.doors.way(self.rows)
        source, reached = f"led {alias}n", []
        if way is not None:
            nodes = write.nodes(way)
            mask = (f"(select {self.dialect.mask('x.node', nodes, write.masks(way))} from {write.doors.closure} x "
                    f"where x.tenant_id = l.tenant_id and {self.dialect.within('x.node', nodes)} limit 1)")
            source, reached = f"(select l.tenant_id, {mask} as mask from led l) {alias}n", [f"{alias}n.mask is not null"]
        return self.dialect.rows_of(source, f"{alias}n.tenant_id", table(self.rows.row), alias, row.place), reached

    @property
    def gate(self) -> str:
        """Whether none of them has few: a condition that is decided once."""
        return f"not ({' or '.join(f'({self._is_few(n)})' for n in range(len(self.named)))})"

    def _of(self, rows: Rows[Any]) -> str:
        keys = ", ".join(self.write.expr(key) for _, key, _ in self.write.keys(rows, rows.row))  # nulls where the index has them
        order = f" order by {keys}" if self.dialect.weighs else ""
        place = f"{self.write.alias(rows.row)}.{type(rows.row).place}"
        return f"select * from (select {place} as tenant_id {self.write.source(rows)}{order} limit {FEW + 1}) o"

    def _with_words(self) -> str:
        words = self.rows.words
        assert words is not None
        search = Search(self.dialect, str(type(self.rows.row).parts._meta.db_table), "", "", self.write.bound(words.parts), "")
        return f"with {search.rarest()} {search.tenants(FEW + 1)}"

    def _is_few(self, n: int) -> str:
        few = f"(select count(*) from {self.named[n]}) <= {FEW}"
        if n < len(self.others) or self.rows.words is None:
            return few
        parts = self.dialect.each(self.write.bound(self.rows.words.parts), "p", "letters")
        return f"{few} and exists (select 1 from {parts})"

    def _is_first(self, n: int) -> str:
        return " and ".join([*(f"not ({self._is_few(m)})" for m in range(n)), self._is_few(n)])
