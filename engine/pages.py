"""Connections: one page of rows as one subselect, found by key and never by counting rows off."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import FieldNode

from engine.builders import every
from engine.cursors import Order
from engine.errors import BadRequest
from engine.expr import Bound, Column, Expr, Op, Tuple
from engine.leads import Leads
from engine.relay import PAGE_LIMIT
from engine.results import Page
from engine.rows import table
from engine.search import NEAR, Search, Source
from engine.sql import MASK
from engine.text import Text

if TYPE_CHECKING:
    from engine.plan import Planner

Nodes = list[FieldNode]


class PageWriter:
    """Writes one connection.

    The rows of the page are selected innermost, with the one after them where `pageInfo` wants to know of it;
    numbered around that; and made JSON outermost, so that the database can stop after the page's last row.
    """

    def __init__(self, planner: Planner, found: Page, default: int, args: dict[str, Any], nodes: Nodes, path: list[str]):
        self.planner, self.write, self.dialect = planner, planner.write, planner.dialect
        self.row, self.rows, self.path, self.about = found.item, found.rows, path, found.about
        self.type = planner.bindings.rows[type(found.item)]
        first, last = args.get("first"), args.get("last")
        if first is not None and last is not None:
            raise BadRequest(f"Give `first` or `last` of {'.'.join(path)}, not both.")
        self.backwards, self.size = last is not None, page_size(last if first is None else first, default, ".".join(path))
        self.after, self.before = args.get("after"), args.get("before")
        planner.doors.conditions(self.rows)  # what is inside may rely on the door
        self.keys = self.write.keys(self.rows, self.row)
        self.alias = self.write.alias(self.row)
        self.selected = planner.select(f"{self.type}Connection", nodes)
        looks_around = self._looks_around()
        self.reads_rows = looks_around or any(g[0].name.value in ("edges", "nodes") for g in self.selected.values())
        self.numbered = looks_around or self.backwards
        planner.notes.page(self)

    @cached_property
    def order(self) -> Order:
        return Order([(f"{'-' if down else ''}{label}", key) for label, key, down in self.keys])

    def _looks_around(self) -> bool:
        """Whether something is asked that the rows of the page alone do not tell."""
        groups = [g for g in self.selected.values() if g[0].name.value == "pageInfo"]
        told = {"__typename", "hasNextPage" if self.backwards else "hasPreviousPage"}
        return any(part[0].name.value not in told for g in groups for part in self.planner.select("PageInfo", g).values())

    # -- the page

    def sql(self) -> str:
        body = self.planner.braces(self.selected, self._part, f"{self.type}Connection")
        if self.reads_rows:
            return f"(select {body.sql(self.dialect)} from ({self._page()}) {self.alias})"
        for cursor in (self.after, self.before):
            if cursor is not None:  # judged although nothing is looked for
                self.planner.checks.append(self.order.bounds(cursor)[0])
        return body.sql(self.dialect)

    def _page(self) -> str:
        size = self.size + self.numbered
        leads = None if self.runs_by_name and self._is_searched() else Leads(self.write, self.rows)
        page = self._led(leads, size) if leads else self._walked(size)
        if self.numbered:
            page = f"select {self.alias}.*, row_number() over () as n, count(*) over () as m from ({page}) {self.alias}"
        return page + (" order by n desc" if self.backwards else "")

    def _walked(self, size: int, gate: str = "") -> str:
        if self.runs_by_name:
            return self._by_name(size, gate)
        gate, limit = self.dialect.gated_page(gate, size) if gate else ("", str(size))
        source, order = self.write.source(self.rows, self._between(), gate), self.write.order(self.rows, self.backwards)
        return f"select {self.write.columns(self.rows)} {source} order by {order} limit {limit}"

    def _led(self, leads: Leads, size: int) -> str:
        """The page twice: from what leads to its rows where few do, else as without."""
        source, tests = leads.led()
        tests += self.write.tests(self.rows, self._between())
        order = self.write.order(self.rows, self.backwards)
        walked = self._walked(size, leads.gate)
        led = f"select {self.write.columns(self.rows)} from {source} where {' and '.join(tests)} order by {order} limit {size}"
        return f"{leads.begin()} select * from ({led}) l union all select * from ({walked}) w"

    @property
    def runs_by_name(self) -> bool:
        """Whether the closure or the parts of names, from which the rows are found, have them in their order."""
        (_, first, down), *others = self.keys
        return ((self.write.doors.way(self.rows) is not None or self._is_searched()) and not down and len(others) == 1
                and isinstance(first, Column) and first.row is self.row and first.name == type(self.row).ranked)

    def _is_searched(self) -> bool:
        return self.rows.words is not None and type(self.row).parts is not None

    def _by_name(self, size: int, gate: str = "") -> str:
        """The page's keys, merged out of the closure from as many as each place has, and then their rows."""
        alias, place = self.alias, type(self.row).place
        outer, tests = self.dialect.gated(gate) if gate else ("", [])
        for sign, cursor in ((">", self.after), ("<", self.before)):
            if cursor is not None:
                bounds = ", ".join(map(self.write.expr, self.order.bounds(cursor)))
                tests.append(f"(r.name_key, r.tenant_id) {sign} ({bounds})")
        down = " desc" if self.backwards else ""
        order = f"order by {{0}}.name_key{down}, {{0}}.tenant_id{down} limit {size}"
        if self.dialect.has_lateral and not self._is_searched():
            return self._at_each_place(tests, order)
        found = self._searched(tests, order) if self._is_searched() else self._of_places(outer, tests, order)
        columns = self.write.columns(self.rows).replace(f"{alias}n.", f"{alias}k.")
        return (f"select {columns} from ({found}) {alias}k {self.dialect.then} {table(self.row)} {alias} "
                f"on {alias}.{place} = {alias}k.tenant_id {order.format(f'{alias}k')}")

    def _at_each_place(self, tests: list[str], order: str) -> str:
        """The same at once, where a subselect may refer to what stands beside it: each row is looked up only once."""
        way, alias, row = self.write.doors.way(self.rows), self.alias, type(self.row)
        assert way is not None
        tests = [f"r.node = {alias}n.node", *tests, *self.write.tests(self.rows)]
        columns = self.write.columns(self.rows)
        inner = dict.fromkeys([f"{alias}.{row.place}", f"{alias}.{row.ranked}", *columns.split(", ")])
        return (f"select {columns} from {self.write.places(way, alias)} cross join lateral "
                f"(select {', '.join(name for name in inner if name.startswith(f'{alias}.'))} from {self.write.doors.closure} r "
                f"join {table(self.row)} {alias} on {alias}.{row.place} = r.tenant_id where {' and '.join(tests)} "
                f"{order.format('r')}) {alias} {order.format(alias).replace('tenant_id', row.place)}")

    def _of_places(self, outer: str, tests: list[str], order: str) -> str:
        way, name = self.write.doors.way(self.rows), f"{self.alias}n"
        assert way is not None
        return self.dialect.merged(outer + self.write.places(way, self.alias), f"r.tenant_id, r.name_key, {name}.{MASK}",
                                   f"{self.write.doors.closure} r", [f"r.node = {name}.node", *tests, *self._of_row("r")], order)

    def _searched(self, tests: list[str], order: str) -> str:
        """The page's keys, found by the letters that their names must have."""
        words, way, closure, alias = self.rows.words, self.write.doors.way(self.rows), self.write.doors.closure, self.alias
        assert words is not None
        search = Search(self.dialect, str(type(self.row).parts._meta.db_table), self.write.bound(words.longest),
                        self.write.bound(words.others), self.write.bound(words.parts), order)
        if way is None:
            every = f"(select {type(self.row).place} as tenant_id, {type(self.row).ranked} as name_key from {table(self.row)}) r"
            return search.sql("true", Source("", [*tests, *self._of_row("r")]), Source(every, [*tests, *self._of_row("r")]))
        nodes, places, node = self.write.nodes(way), self.write.places(way, alias), f"{alias}n.node"
        mask = self.dialect.mask("x.node", nodes, self.write.masks(way))
        reached = f"from {closure} x where x.tenant_id = r.tenant_id and {self.dialect.within('x.node', nodes)}"
        known = " and ".join([reached, *(test.replace(f"{alias}n.{MASK}", mask) for test in self._of_row("x"))])
        far = f"select 1 from {places} {self.dialect.then} {closure} c on c.node = {node} limit {NEAR + 1}"
        return search.sql(
            f"(select count(*) > {NEAR} from ({far}) c)",
            Source("", [*tests, f"(select true {known} limit 1)"], f"(select {mask} {reached} limit 1)"),
            Source(f"{closure} r", [f"r.node = {node}", *tests, *self._of_row("r")], f"{alias}n.{MASK}",
                   f" {self.dialect.then} {places} on true"))

    def _of_row(self, key: str) -> list[str]:
        """What must hold of the row itself, found by the tenant of a key."""
        return self.write.of_row(self.rows, f"{key}.tenant_id")

    def _between(self) -> Expr | None:
        """That rows lie after one cursor and before another."""
        found = [self._beyond(cursor, down) for cursor, down in ((self.after, False), (self.before, True))
                 if cursor is not None]
        return every(*found) if found else None

    def _beyond(self, cursor: Bound, before: bool) -> Expr:
        """Rows that come after the one a cursor names, or before it."""
        bounds, ways = self.order.bounds(cursor), {down for _, _, down in self.keys}
        if len(ways) == 1 and not any(key.nullable for _, key, _ in self.keys):
            return self._at_once(">" if ways.pop() == before else "<", bounds)
        beyond: Expr | None = None
        for (_, key, down), bound in reversed(list(zip(self.keys, bounds, strict=True))):
            further: Expr = key > bound if down == before else key < bound
            same: Expr = key == bound
            if key.nullable:  # nulls come last, whichever way the key runs
                further = further | (~bound.is_null() & key.is_null() if not before else bound.is_null() & ~key.is_null())
                same = same | (key.is_null() & bound.is_null())
            beyond = further if beyond is None else further | (same & beyond)
        assert beyond is not None  # the id is always a key
        return beyond

    def _at_once(self, sign: str, bounds: list[Bound]) -> Expr:
        """The same as one comparison of rows, from which an index begins; on SQLite only one of plain columns does."""
        first = self.keys[0][1]
        beyond = Op(sign, Tuple([key for _, key, _ in self.keys]), Tuple(bounds))
        return beyond if isinstance(first, Column) else Op(f"{sign}=", first, bounds[0]) & beyond

    # -- its parts

    def _part(self, text: Text, key: str, nodes: Nodes) -> None:
        match nodes[0].name.value:
            case "edges":
                edge = self.planner.select(f"{self.type}Edge", nodes)
                path = [*self.path, key]
                text.say("[").put(self._items(self.planner.braces(
                    edge, lambda t, k, g: self._edge(t, g, [*path, k]), f"{self.type}Edge"))).say("]")
            case "nodes":
                text.say("[").put(self._items(self.planner.object(self.type, self.row, nodes, [*self.path, key]))).say("]")
            case "pageInfo":
                text.add(self.planner.braces(self.planner.select("PageInfo", nodes), self._info, "PageInfo"))
            case "totalCount":
                text.put(self.dialect.json(self.write.count(self.rows), "int"))
            case _ if self.about is not None:
                self.planner.field(text, f"{self.type}Connection", self.about, nodes, [*self.path, key])

    def _items(self, item: Text) -> str:
        kept = f" filter (where {self.alias}.n <= {self.size})" if self.numbered else ""
        return f"coalesce({self.dialect.aggregate}({item.sql(self.dialect)}, ','){kept}, '')"

    def _edge(self, text: Text, nodes: Nodes, path: list[str]) -> None:
        if nodes[0].name.value == "cursor":
            text.say('"').put(self._cursor()).say('"')
        else:
            text.add(self.planner.object(self.type, self.row, nodes, path))

    def _cursor(self) -> str:
        return self.order.text(self.dialect, [self.write.expr(key) for _, key, _ in self.keys])

    def _info(self, text: Text, key: str, nodes: Nodes) -> None:
        more = self.dialect.json(f"(coalesce(max({self.alias}.m), 0) > {self.size})", "bool")
        newest = self.dialect.least(f"{self.alias}.m", str(self.size))
        start, end = (newest, "1") if self.backwards else ("1", newest)
        match nodes[0].name.value:
            case "hasNextPage":
                text.say("true" if self.before is not None else "false") if self.backwards else text.put(more)
            case "hasPreviousPage":
                text.put(more) if self.backwards else text.say("true" if self.after is not None else "false")
            case "startCursor":
                text.put(self._cursor_at(start))
            case "endCursor":
                text.put(self._cursor_at(end))

    def _cursor_at(self, n: str) -> str:
        cursor = self.dialect.concat(["'\"'", self._cursor(), "'\"'"])
        return f"coalesce(max(case when {self.alias}.n = {n} and {self.alias}.n <= {self.size} then {cursor} end), 'null')"


def page_size(given: int | None, default: int = 20, of: str = "a list") -> int:
    """How many rows are asked for, if that is allowed."""
    if given is None:
        return default
    if not 1 <= given <= PAGE_LIMIT:
        raise BadRequest(f"`first` and `last` of {of} lie between 1 and {PAGE_LIMIT}, not {given}. "
                         "Ask for further pages with `after`.")
    return given
