"""Expressions and rows as SQL text. Knows nothing of GraphQL or JSON; asks `doors` what a viewer may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from engine.builders import ascending, viewers
from engine.dialects import Dialect
from engine.expr import (
    INTS,
    Among,
    AtOrAbove,
    Bound,
    Call,
    Case,
    Column,
    Const,
    Count,
    Exists,
    Expr,
    Held,
    Inside,
    Op,
    Scalar,
    Seen,
    Sum,
    Sure,
    Tuple,
    Within,
)
from engine.leads import Leads
from engine.notes import SILENT, Notes
from engine.rows import Row, Rows, keys_of, table
from engine.trees import TreeWriter

MASK = "mask"


class Doors(Protocol):
    """What stands between a viewer and rows or values."""

    closure: str

    def conditions(self, rows: Rows[Any]) -> list[Expr]: ...
    def way(self, rows: Rows[Any]) -> Within | None: ...
    def seen(self, e: Seen) -> Expr: ...
    def held(self, e: Held) -> Expr: ...


class Writer:
    """Writes one statement and remembers its parameters, numbered as they first appear."""

    def __init__(self, dialect: Dialect, doors: Doors, notes: Notes = SILENT):
        self.dialect, self.doors, self.notes = dialect, doors, notes
        self.params: list[Bound] = []
        self.used: dict[int, dict[str, None]] = {}
        self._numbers: dict[Any, int] = {}
        self._aliases: dict[int, str] = {}
        self._inner: set[int] = set()

    # -- expressions

    def expr(self, e: Expr) -> str:
        match e:
            case Column():
                self.used.setdefault(e.row._serial, {})[e.name] = None
                return f"{self.alias(e.row)}.{e.name}"
            case Const():
                return self.dialect.literal(e.value, e.type)
            case Bound():
                return self.bound(e)
            case Op():
                return f"({self.expr(e.left)} {e.op} {self.expr(e.right)})"
            case Case():
                cases = " ".join(f"when {self.expr(test)} then {self.expr(value)}" for test, value in e.cases)
                return f"case {cases} else {self.expr(e.default)} end"
            case Scalar(value=Count()):
                return self.count(e.rows)
            case Scalar():
                order, limit = "", ""
                if not isinstance(e.value, Sum):
                    order, limit = f" order by {self.order(e.rows)}" if e.rows.orders else "", " limit 1"
                return f"(select {self.expr(e.value)} {self.source(e.rows)}{order}{limit})"
            case Exists():
                return f"exists (select 1 {self.source(e.rows)})"
            case Among():
                return f"({self.expr(e.value)} in (select {self.expr(e.of)} {self.source(e.rows)}))"
            case AtOrAbove():
                return TreeWriter(self, e).sql()
            case Count():
                return "count(*)"
            case Sum():
                return self.dialect.sum(self.expr(e.value))
            case Sure():
                return self.expr(e.value)
            case Tuple():
                return f"({', '.join(map(self.expr, e.values))})"
            case Within():
                nodes = self.bound(viewers(("nodes", e.group), INTS))
                return self.dialect.some(f"from {self.doors.closure} x where x.tenant_id = {self.expr(e.tenant)} "
                                         f"and {self.dialect.within('x.node', nodes)}")
            case Inside():
                return self.dialect.inside(self._mask(e.row), e.group)
            case Seen():
                return self.expr(self.doors.seen(e))
            case Held():
                return self.expr(self.doors.held(e))
            case Call(name="not"):
                return f"(not {self.expr(e.args[0])})"
            case Call():
                return str(getattr(self.dialect, e.name)(*[self.expr(a) for a in e.args]))
        raise TypeError(type(e))

    def bound(self, e: Bound) -> str:
        key = (e.slot, e.type, e.convert)
        if key not in self._numbers:
            self.params.append(e)
            self._numbers[key] = len(self.params)
        return self.dialect.placeholder(self._numbers[key], e.type)

    def json(self, e: Expr) -> str:
        """A value as JSON text, "null" where it is null."""
        text = self.dialect.json(self.expr(e), e.type)
        return f"coalesce({text}, 'null')" if e.nullable else text

    # -- rows

    def alias(self, row: Row) -> str:
        return self._aliases.setdefault(row._serial, f"{row.tag or 'x'}{len(self._aliases) + 1}")

    def count(self, rows: Rows[Any]) -> str:
        leads = Leads(self, rows)
        if not leads:
            return f"(select count(*) {self.source(rows)})"
        source, reached = leads.led()
        return (f"({leads.begin()} select (select count(*) from {source}{_where([*reached, *self.tests(rows)])}) "
                f"+ (select count(*) {self.source(rows, gate=leads.gate)}))")

    def source(self, rows: Rows[Any], extra: Expr | None = None, gate: str = "") -> str:
        """from … where … group by …: the viewer's door first, then the rule's own conditions. Nothing where a gate is shut."""
        way, alias, group = self.doors.way(rows), self.alias(rows.row), ""
        if rows.group is not None:
            group = f" group by {self.expr(rows.group)}"
        outer, gates = self.dialect.gated(gate) if gate else ("", [])
        tests = _where([*gates, *self.tests(rows, extra)])
        if way is None:
            return f"from {outer}{table(rows.row)} {alias}{tests}{group}"
        then, place = self.dialect.then, type(rows.row).place
        return (f"from {outer}{self.places(way, alias)} {then} {self.doors.closure} {alias}r on {alias}r.node = {alias}n.node "
                f"{then} {table(rows.row)} {alias} on {alias}.{place} = {alias}r.tenant_id"
                f"{tests}{group}")

    def of_row(self, rows: Rows[Any], tenant: str) -> list[str]:
        """What must hold of the row itself, found by its tenant."""
        tests, alias = self.tests(rows), self.alias(rows.row)
        return [f"(select {' and '.join(tests)} from {table(rows.row)} {alias} "
                f"where {alias}.{type(rows.row).place} = {tenant})"] if tests else []

    def tests(self, rows: Rows[Any], extra: Expr | None = None) -> list[str]:
        """What must hold of rows, as seen where they are looked for."""
        tests = [*self.doors.conditions(rows), *rows.wheres, *([extra] if extra is not None else [])]
        with self._looking_for(rows):
            written = [self.expr(test) for test in tests]
        self.notes.tests(rows, written)
        return written

    def columns(self, rows: Rows[Any]) -> str:
        """What is needed further out of the rows, selected where they are looked for."""
        alias, names = self.alias(rows.row), self.used.get(rows.row._serial, {})
        return ", ".join(f"{alias}n.{MASK}" if name == MASK else f"{alias}.{name}" for name in names) or "1 as one"

    @contextmanager
    def _looking_for(self, rows: Rows[Any]) -> Iterator[None]:
        self._inner.add(rows.row._serial)
        yield
        self._inner.discard(rows.row._serial)

    def places(self, way: Within, alias: str) -> str:
        """The viewer's places, each with its mask, as a source of rows."""
        return self.dialect.places(self.nodes(way), self.masks(way), f"{alias}n")

    def nodes(self, way: Within) -> str:
        return self.bound(viewers(("nodes", way.group), INTS))

    def masks(self, way: Within) -> str:
        return self.bound(viewers(("masks", way.group), INTS))

    def _mask(self, row: Row) -> str:
        if row._serial in self._inner:
            return f"{self.alias(row)}n.{MASK}"
        self.used.setdefault(row._serial, {})[MASK] = None
        return f"{self.alias(row)}.{MASK}"

    def order(self, rows: Rows[Any], backwards: bool = False) -> str:
        """The order with nulls last, or all of it turned round."""
        keys = self.keys(rows, rows.row)[:1 if rows.group is not None else None]
        parts = []
        with self._looking_for(rows):
            for _, key, down in keys:
                if key.nullable:
                    parts.append(self.expr(key.is_null()) + (" desc" if backwards else ""))
                parts.append(self.expr(key) + (" desc" if down != backwards else ""))
        return ", ".join(parts)

    def keys(self, rows: Rows[Any], row: Row) -> list[tuple[str, Expr, bool]]:
        """The order without keys that a withheld field has made constant: PostgreSQL refuses those."""
        return [(label, *ascending(key, down)) for label, key, down in keys_of(rows, row) if not self.constant(key)]

    def constant(self, e: Expr) -> bool:
        match e:
            case Const():
                return True
            case Seen():
                return self.constant(self.doors.seen(e))
            case Sure():
                return self.constant(e.value)
        return False


def _where(tests: list[str]) -> str:
    return f" where {' and '.join(tests)}" if tests else ""


