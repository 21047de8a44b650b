"""A selection and a standing become a plan: one SQL statement whose single value is the answer's JSON text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import orjson
from graphql import FieldNode, GraphQLEnumType

from engine.arguments import arguments_of, written
from engine.bind import Bindings, Field
from engine.dialects import Dialect
from engine.documents import collect
from engine.expr import JSON, Bound, Call, Const, Expr, Held, Sure
from engine.notes import SILENT, Notes
from engine.pages import PageWriter
from engine.permission import Permission, Policy
from engine.results import Computed, Many, One, Page, Several
from engine.rows import Row
from engine.sql import Writer
from engine.text import Text

Nodes = list[FieldNode]
QUOTED_BARE = ("ID", "Decimal")  # text that JSON never has to escape


class Plan:
    """What is kept: the statement, how to fill its parameters, and what to do with its answer."""

    def __init__(self, sql: str, planner: Planner, prefix: int = 0):
        self.sql = sql
        self.marks = [(mark.encode(), entry) for mark, entry in planner.doors.marks]
        self.steps = planner.steps
        self.paths = [path[prefix:] for path in planner.paths]
        self._params = [_binder(p, planner.dialect) for p in planner.write.params]
        self._checks = [_binder(p, planner.dialect) for p in planner.checks]

    def arguments(self, values: dict[str, Any], tell: Callable[[Any], Any], now: dt.datetime) -> list[Any]:
        """The statement's parameters. `tell` says what the statement is told of the viewer."""
        for check in self._checks:
            check(values, tell, now)
        return [bind(values, tell, now) for bind in self._params]


def _binder(bound: Bound, dialect: Dialect) -> Callable[[dict[str, Any], Callable[[Any], Any], dt.datetime], Any]:
    fetch = fetcher(bound)
    convert, bind, type_ = bound.convert, dialect.bind, bound.type

    def value(values: dict[str, Any], tell: Callable[[Any], Any], now: dt.datetime) -> Any:
        found = fetch(values, tell, now)
        return bind(convert(found) if convert and found is not None else found, type_)
    return value


def fetcher(bound: Bound) -> Callable[[dict[str, Any], Callable[[Any], Any], dt.datetime], Any]:
    """How a bound value is found when the statement runs."""
    kind, *rest = bound.slot
    if kind == "lit":
        return lambda values, tell, now: rest[0]
    if kind == "node":
        return lambda values, tell, now: written(rest[0], rest[1], values)
    if kind == "viewer":
        return lambda values, tell, now: tell(rest[0])
    if kind == "now" and rest:
        return lambda values, tell, now: (now, tell(rest[0]))
    if kind == "now":
        return lambda values, tell, now: now
    name, *path = rest

    def variable(values: dict[str, Any], tell: Callable[[Any], Any], now: dt.datetime) -> Any:
        found = values.get(name)
        for key in path:
            found = None if found is None else found.get(key) if isinstance(found, dict) else found[key]
        return found
    return variable


class Planner:
    """Compiles selections for one standing into one statement.

    typed  adds "__is" to every object: for Strawberry's executor, which must tell an interface's types apart
    """

    def __init__(self, bindings: Bindings, dialect: Dialect, policy: Policy, standing: Any, fragments: Any,
                 values: dict[str, Any], typed: bool = False, notes: Notes = SILENT):
        self.bindings, self.dialect, self.fragments, self.values, self.typed = bindings, dialect, fragments, values, typed
        self.notes = notes
        self.doors = Permission(policy, standing, bindings, notes)
        self.write = Writer(dialect, self.doors, notes)
        self.steps: list[Computed] = []
        self.paths: list[list[str]] = []
        self.checks: list[Bound] = []

    # -- selections

    def select(self, type_: str, nodes: Nodes) -> dict[str, Nodes]:
        """What is selected of a type, merged by response key."""
        graphql: Any = self.bindings.schema.type_map[type_]
        names = {type_, *(i.name for i in graphql.interfaces)}
        return collect(self.fragments, [n.selection_set for n in nodes if n.selection_set], names.__contains__, self.values)

    def object(self, type_: str, row: Row, nodes: Nodes, path: list[str]) -> Text:
        def put(text: Text, key: str, group: Nodes) -> None:
            self.field(text, type_, row, group, [*path, key])
        return self.braces(self.select(type_, nodes), put, type_, self.typed)

    def braces(self, selected: dict[str, Nodes], put: Callable[[Text, str, Nodes], None], type_: str,
               typed: bool = False) -> Text:
        text = Text().say("{")
        if typed:
            text.say(f'"__is":"{type_}"' + ("," if selected else ""))
        for n, (key, group) in enumerate(selected.items()):
            text.say(("," if n else "") + f'"{key}":')
            if group[0].name.value == "__typename":
                text.say(f'"{type_}"')
            else:
                put(text, key, group)
        return text.say("}")

    # -- fields

    def field(self, text: Text, type_: str, row: Row, nodes: Nodes, path: list[str]) -> None:
        """One field: its value where the viewer may see it, else a null that says why."""
        declared = self.bindings.types[type_][nodes[0].name.value]
        test = self.doors.allowed(row, declared.requires) if declared.requires else True
        self.notes.field(path, declared, self.doors.given(row), test)
        if test is False:
            self._refuse(text, row, declared, path)
            return
        inner = Text()
        if declared.requires:
            with self.doors.proving(row, declared.requires):
                self._value_when(inner, declared, row, nodes, path)
        else:
            self._value_when(inner, declared, row, nodes, path)
        if isinstance(test, Expr):
            refused = self._refuse(Text(), row, declared, path)
            text.put(f"case when {self.write.expr(test)} then {inner.sql(self.dialect)} else {refused.sql(self.dialect)} end")
        else:
            text.add(inner)

    def _refuse(self, text: Text, row: Row, declared: Field, path: list[str]) -> Text:
        mark = self.doors.refusal(row, path, str(declared.requires))
        return text.say(mark.value) if isinstance(mark, Const) else text.put(self.write.expr(mark))

    def _value_when(self, text: Text, declared: Field, row: Row, nodes: Nodes, path: list[str]) -> None:
        """The value, unless the row's own condition withholds it."""
        if declared.when is None:
            self.value(text, declared, row, nodes, path)
            return
        inner = Text()
        self.value(inner, declared, row, nodes, path)
        holds = self.write.expr(getattr(row, declared.when)())
        mark = self.doors.mark(path, str(declared.requires), declared.metadata["otherwise"])
        text.put(f"case when {holds} then {inner.sql(self.dialect)} else {self.dialect.literal(mark)} end")

    def value(self, text: Text, declared: Field, row: Row, nodes: Nodes, path: list[str]) -> None:
        args = arguments_of(declared.graphql.args, nodes[0], self.values)
        found = declared.derive(row, args)
        match found:
            case Expr():
                self.leaf(text, found, declared)
            case Computed():
                self.computed(text, found, path)
            case Page():
                text.put(PageWriter(self, found, declared.metadata["paged"], args, nodes, path).sql())
            case None | Row() | One():
                self.item(text, found, nodes, path)
            case Several():
                text.say("[")
                for n, item in enumerate(i for i in found.items if not self._is_left_out(i)):
                    self.item(text.say("," if n else ""), item, nodes, path)
                text.say("]")

    def _is_left_out(self, item: Row | One | None) -> bool:
        """Whether an object of a list is known while planning to be absent."""
        present = item._present if isinstance(item, Row) else None
        if isinstance(present, Call) and present.name == "not" and isinstance(present.args[0], Held):
            return self.doors.allowed(present.args[0].row, present.args[0].name) is True
        return isinstance(present, Held) and self.doors.allowed(present.row, present.name) is False

    def item(self, text: Text, found: Row | One | None, nodes: Nodes, path: list[str]) -> None:
        """An object or a list of them."""
        match found:
            case None:
                text.say("null")
            case Many():
                self.many(text, found, nodes, path)
            case One():
                text.put(self.one(found, nodes, path))
            case Row():
                inner = self.object(self.bindings.rows[type(found)], found, nodes, path)
                if found._present is None:
                    text.add(inner)
                else:
                    text.put(f"case when {self.write.expr(found._present)} then {inner.sql(self.dialect)} else 'null' end")

    def leaf(self, text: Text, e: Expr, declared: Field) -> None:
        e = e.value if isinstance(e, Sure) else e
        if isinstance(e, Const):
            text.say(orjson.dumps(e.value).decode())
            return
        bare = isinstance(declared.named, GraphQLEnumType) or declared.named.name in QUOTED_BARE
        if bare and not e.nullable and e.type != JSON:
            text.say('"').put(self.write.expr(e)).say('"')
        else:
            text.put(self.write.json(e))

    def computed(self, text: Text, found: Computed, path: list[str]) -> None:
        """The number of a Python function and the values that it needs, in place of its result."""
        text.say(f"[{len(self.steps)}")
        self.steps.append(found)
        if path not in self.paths:
            self.paths.append(path)
        for need in found.needs:
            text.say(",").put(self.write.json(need))
        text.say("]")

    def one(self, found: One, nodes: Nodes, path: list[str]) -> str:
        self.notes.objects(path, found)
        self.doors.conditions(found.rows)  # what is inside may rely on the door
        item = self.object(self.bindings.rows[type(found.item)], found.item, nodes, path).sql(self.dialect)
        order = f" order by {self.write.order(found.rows)}" if found.rows.orders else ""
        return f"coalesce((select {item} {self.write.source(found.rows)}{order} limit 1), 'null')"

    def many(self, text: Text, found: Many, nodes: Nodes, path: list[str]) -> None:
        rows = found.rows
        self.notes.objects(path, found)
        self.doors.conditions(rows)
        item = self.object(self.bindings.rows[type(found.item)], found.item, nodes, path).sql(self.dialect)
        limit = "" if rows.limit is None else \
            f" limit {rows.limit if isinstance(rows.limit, int) else self.write.bound(rows.limit)}"
        text.say("[").put(f"(select coalesce({self.dialect.aggregate}(x.j, ','), '') from (select {item} as j "
                          f"{self.write.source(rows)} order by {self.write.order(rows)}{limit}) x)").say("]")


