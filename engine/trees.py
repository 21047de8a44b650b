"""The first of some rows in the order of their tree, and whatever stands above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expr import AtOrAbove
from engine.leads import Leads

if TYPE_CHECKING:
    from engine.sql import Writer

#: What a node that reaches a tenant says of who stands above it; a list of links is nobody's id.
ABOVE = "case when y.node = -y.tenant_id then y.tenant_id else y.node end"


class TreeWriter:
    """Writes which tenants are at or above rows.

    A row of the tree is shown because it is one of them, or for the first of them beneath it. So the first rows of a page need no
    more of them than the page is long.
    """

    def __init__(self, write: Writer, e: AtOrAbove):
        self.write, self.dialect, self.rows, self.e = write, write.dialect, e.rows, e
        self.table = str(type(e.rows.row).tree._meta.db_table)
        self.order = f"order by {{0}}.tree_key limit {e.first}"
        self.columns = "r.id as tenant_id, r.tree_key"

    def sql(self) -> str:
        then, closure = self.dialect.then, self.write.doors.closure
        self.write.doors.conditions(self.rows)
        return (f"({self.write.expr(self.e.tenant)} in (select a.id from ({self._first()}) k "
                f"{then} {closure} y on y.tenant_id = k.tenant_id {then} {self.table} a on a.id = {ABOVE} "
                f"where {' and '.join(self._bounds('a'))}))")

    def _first(self) -> str:
        """The first of them, found from what leads to them, else by way of the viewer's places, else in the whole tree."""
        leads = Leads(self.write, self.rows)
        outer, tests = self.dialect.gated(leads.gate) if leads else ("", [])
        walks = self._walks(outer, tests)
        if not leads:
            return self._joined(walks)
        source, reached = leads.led()
        source += f" {self.dialect.then} {self.table} r on r.id = {self.write.alias(self.rows.row)}n.tenant_id"
        led = self._ordered(source, [*reached, *self.write.tests(self.rows), *self._bounds("r")])
        return f"{leads.begin()} {self._joined([led, *walks])}"

    def _joined(self, many: list[str]) -> str:
        return " union all ".join(f"select * from ({each}) f" for each in many)

    def _ordered(self, source: str, tests: list[str]) -> str:
        return f"select {self.columns} from {source} where {' and '.join(tests)} {self.order.format('r')}"

    def _walks(self, outer: str, tests: list[str]) -> list[str]:
        """Beneath a tenant they lie together in the order of the tree; those of a list of links are sorted."""
        way, name, closure = self.write.doors.way(self.rows), f"{self.write.alias(self.rows.row)}n", self.write.doors.closure
        if way is None:
            return [self._ordered(f"{outer}{self.table} r", [*tests, *self._tests()])]
        places = outer + self.write.places(way, self.write.alias(self.rows.row))
        top = f"(select {{0}} from {self.table} p where p.id = {name}.node)"
        key = top.format("p.tree_key")
        start = self.dialect.later(key, self.write.expr(self.e.after)) if self.e.after is not None else key
        spans = [f"r.tree_key > {start}", f"r.tree_key < {key}||{self.dialect.last}"]
        listed = [f"x.node = {name}.node", f"{top.format('count(*)')} = 0"]
        return [self.dialect.merged(places, self.columns, f"{self.table} r", [*tests, *spans, *self._tests()], self.order),
                self.dialect.merged(places, self.columns, f"{closure} x {self.dialect.then} {self.table} r on r.id = x.tenant_id",
                                    [*tests, *listed, *self._tests()], self.order)]

    def _tests(self) -> list[str]:
        return [*self._bounds("r"), *self.write.of_row(self.rows, "r.id")]

    def _bounds(self, alias: str) -> list[str]:
        """The part of the tree that is shown, from where the page begins: the index is to begin there, not with the part."""
        key, start, end = f"{alias}.tree_key", self.write.expr(self.e.start), self.write.expr(self.e.end)
        if self.e.after is None:
            return [f"{key} >= {start}", f"{key} < {end}"]
        return [f"{key} > {self.write.expr(self.e.after)}", f"not ({key} < {start})", f"{key} < {end}"]
