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
        self.order = f"order by tree_key limit {e.first}"

    def sql(self) -> str:
        self.write.doors.conditions(self.rows)
        above = (f"select {ABOVE} from ({self._first()}) k {self.dialect.then} {self.write.doors.closure} y "
                 f"on y.tenant_id = k.tenant_id where {' and '.join(self._bounds(self._key_of(ABOVE)))}")
        return f"({self.write.expr(self.e.tenant)} in ({above}))"

    def _first(self) -> str:
        """The first of them, found from what leads to them, else by way of the viewer's places, else in the whole tree."""
        leads = Leads(self.write, self.rows)
        walks = self._walks(*(self.dialect.gated(leads.gate) if leads else ("", [])))
        if not leads:
            return self._joined(walks)
        source, reached = leads.led()
        id = f"{self.write.alias(self.rows.row)}n.tenant_id"
        led = (f"select {self._columns(id)} from {source} "
               f"where {' and '.join([*reached, *self.write.tests(self.rows), *self._bounds(self._key_of(id))])} {self.order}")
        return f"{leads.begin()} {self._joined([led, *walks])}"

    def _joined(self, many: list[str]) -> str:
        return " union all ".join(f"select * from ({each}) f" for each in many)

    def _walks(self, outer: str, gates: list[str]) -> list[str]:
        """Beneath a tenant they lie together in the order of the tree; those of a list of links are sorted."""
        way, name, closure = self.write.doors.way(self.rows), f"{self.write.alias(self.rows.row)}n", self.write.doors.closure
        columns = "r.id as tenant_id, r.tree_key"
        tests = [*gates, *self._bounds("r.tree_key", "r.id"), *self.write.of_row(self.rows, "r.id")]
        if way is None:
            return [f"select {columns} from {outer}{self.table} r where {' and '.join(tests)} {self.order}"]
        places = outer + self.write.places(way, self.write.alias(self.rows.row))
        key = self._key_of(f"{name}.node")
        start = self.dialect.later(key, self.write.expr(self.e.after)) if self.e.after is not None else key
        spans = [f"r.tree_key > {start}", self.dialect.below("r.tree_key", "r.id", f"{key}||{self.dialect.last}")]
        listed = [*gates, f"x.node = {name}.node", f"{key} is null", *self._bounds(self._key_of("x.tenant_id")),
                  *self.write.of_row(self.rows, "x.tenant_id")]
        return [self.dialect.merged(places, columns, f"{self.table} r", [*spans, *tests], self.order),
                self.dialect.merged(places, self._columns("x.tenant_id"), f"{closure} x", listed, self.order)]

    def _columns(self, id: str) -> str:
        return f"{id}, {self._key_of(id)} as tree_key"

    def _key_of(self, id: str) -> str:
        """The place in the tree of a tenant that is found already: looked up, for nobody to begin with all in the bounds."""
        return f"(select p.tree_key from {self.table} p where p.id = {id})"

    def _bounds(self, key: str, id: str = "") -> list[str]:
        """The part of the tree that is shown, from where the page begins: the index is to begin there, not with the part."""
        start, end = self.write.expr(self.e.start), self.write.expr(self.e.end)
        below = self.dialect.below(key, id, end) if id else f"{key} < {end}"
        if self.e.after is None:
            return [f"{key} >= {start}", below]
        return [f"{key} > {self.write.expr(self.e.after)}", f"not ({key} < {start})", below]
