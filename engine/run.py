"""From a document and a viewer to bytes; and the same reads for what Strawberry executes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any, Protocol

import orjson
from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLSchema, get_named_type

from engine.bind import Bindings
from engine.cost import Estimator
from engine.dialects import DIALECTS
from engine.documents import Document, Documents, collect
from engine.drivers import Database
from engine.errors import TooLarge
from engine.expr import BOOL, INT, INTS, Bound, Call, Expr
from engine.live import ABOUT, Live, Root, Told
from engine.measure import Limits
from engine.notes import SILENT, Notes
from engine.permission import Policy
from engine.plan import Plan, Planner, fetcher
from engine.proviso import Lapsed, Proviso
from engine.results import One
from engine.rows import Row, tag_of
from engine.text import Text


class Viewer(Protocol):
    """Somebody asking: `standing` shapes plans; equal standings share them."""

    @property
    def standing(self) -> Any: ...

    @property
    def writes_within(self) -> int | str | None: ...


class Engine:
    """Reads, for one schema, one database and one policy."""

    def __init__(self, schema: GraphQLSchema, database: Database, policy: Policy, limits: Limits | None = None):
        self.bindings, self.database, self.policy = Bindings(schema), database, policy
        self.documents = Documents(schema, limits or Limits(), self.bindings.compiled)
        #: What answers kept back, by capability and reason.
        self.withheld: Counter[tuple[str, str]] = Counter()
        self.costs = Estimator(schema, self.bindings.stored)
        rows = {name: row for row, name in self.bindings.rows.items()}
        self._query = rows["Query"]
        self._roots = {name.lower(): (name, rows[name]) for name in ("Query", "Subscription") if name in rows}

    # -- the short path

    async def answer(self, document: Document, values: dict[str, Any], viewer: Viewer, now: dt.datetime,
                     proviso: Proviso | None = None) -> bytes:
        """The whole answer to a query that the engine compiles, as JSON bytes. Raises Lapsed."""
        return envelope(*await self.read(document, values, viewer, now, proviso))

    async def tell(self, document: Document, root: Root, values: dict[str, Any], told: Told, viewer: Viewer,
                   now: dt.datetime, proviso: Proviso | None = None) -> bytes | None:
        """A subscription's answer to one event; None where there is nothing of it that the viewer may know of. Raises
        Lapsed."""
        body, withheld = await self.read(document, told.bound(values), viewer, now, proviso)
        return None if body == b'{"%b":null}' % root.key.encode() else envelope(body, withheld)

    async def read(self, document: Document, values: dict[str, Any], viewer: Viewer, now: dt.datetime,
                   proviso: Proviso | None) -> tuple[bytes, list[dict[str, str]]]:
        """The data of an answer as JSON, and what of it was withheld. Raises Lapsed."""
        plan = self.plan(document, values, viewer, proviso)
        arguments = self.arguments(plan, values, viewer, now)
        text = await self.database.value(plan.sql, [*arguments, *proviso.args] if proviso else arguments, viewer.writes_within)
        return self.finished(plan, text, values, viewer, now)

    def finished(self, plan: Plan, text: bytes, values: dict[str, Any], viewer: Viewer,
                 now: dt.datetime) -> tuple[bytes, list[dict[str, str]]]:
        """The data as JSON, and what of it was withheld. Raises Lapsed."""
        if not text:
            raise Lapsed
        body, withheld = finish(plan, text, self.documents.limits.answer_bytes)
        self._count(withheld)
        if plan.steps:
            data = orjson.loads(body)
            compute(plan, data, self._teller(values, viewer, now))
            body = orjson.dumps(data)
        return body, withheld

    def _count(self, withheld: list[dict[str, str]]) -> None:
        for entry in withheld:
            self.withheld[entry["capability"], entry["reason"]] += 1

    def plan(self, document: Document, values: dict[str, Any], viewer: Viewer, proviso: Proviso | None = None) -> Plan:
        """The plan of a compiled query or subscription: made once for each standing and shape of the variables."""
        about = values.get(ABOUT)
        key = (viewer.standing, document.shape(values), proviso and proviso.sql, about and tag_of(about))
        plan: Plan | None = document.plans.get(key)
        if plan is None:
            planner, text = self.written(document, values, viewer)
            if proviso is not None:
                text = proviso.guarding(text, len(planner.write.params))
            plan = document.plans.put(key, Plan(f"select {text}", planner))
        return plan

    def written(self, document: Document, values: dict[str, Any], viewer: Viewer,
                notes: Notes = SILENT) -> tuple[Planner, str]:
        """The SQL expression of the answer to a compiled query or subscription, and the planner that knows what is in it."""
        planner = self._planner(document, values, viewer, notes=notes)
        name, root = self._roots[document.kind]
        row = root(root.told(Told(about=values.get(ABOUT)))) if issubclass(root, Live) else root()
        text = planner.object(name, row, [document.operation], [])  # type: ignore[list-item]
        return planner, text.sql(planner.dialect)

    def _planner(self, document: Document, values: dict[str, Any], viewer: Viewer, typed: bool = False,
                 notes: Notes = SILENT) -> Planner:
        return Planner(self.bindings, DIALECTS[self.database.dialect_name], self.policy, viewer.standing,
                       document.fragments, values, typed, notes)

    def arguments(self, plan: Plan, values: dict[str, Any], viewer: Viewer, now: dt.datetime) -> list[Any]:
        return plan.arguments(values, partial(self.policy.value, viewer), now)

    def _teller(self, values: dict[str, Any], viewer: Viewer, now: dt.datetime) -> Any:
        return lambda bound: fetcher(bound)(values, partial(self.policy.value, viewer), now)

    # -- the same reads, for what Strawberry executes: mutations, and documents that introspect

    def attach(self, schema: GraphQLSchema) -> None:
        """Every type that shows a row answers out of what the engine read; the roots ask the engine."""
        for type_ in schema.type_map.values():
            if isinstance(type_, GraphQLEnumType):
                type_.coerce_output_value = _enum_name  # type: ignore[method-assign, assignment]
            if not isinstance(type_, GraphQLObjectType):
                continue
            read = type_.name in self.bindings.types or type_.name.endswith(("Connection", "Edge")) or type_.name == "PageInfo"
            for field in type_.fields.values():
                metadata = getattr(field.extensions.get("strawberry-definition"), "metadata", None) or {}
                if type_.name == "Query":
                    if metadata.get("shown"):
                        field.resolve = self._read_root
                elif read:
                    type_.is_type_of = None
                    field.resolve = _by_response_key
                elif metadata.get("answered"):
                    field.resolve = _by_answer
        for interface in ("Node", "Versioned"):
            if interface in schema.type_map:
                schema.type_map[interface].resolve_type = lambda value, info, type_: value["__is"]  # type: ignore[attr-defined]

    async def _read_root(self, _: Any, info: Any, /, **__: Any) -> Any:
        def write(planner: Planner, path: list[str]) -> Text:
            text = Text()
            planner.field(text, "Query", self._query(), info.field_nodes, path)
            return text
        return await self._read(info, [str(info.path.key)], write, info.context.values, info.context.viewer)

    async def read_payload(self, info: Any, sources: dict[str, tuple[type[Row], int | list[int]] | Row | None],
                           viewer: Viewer, connection: Any = None) -> dict[str, Any]:
        """A payload's objects by response key, read back as the viewer may see them.

        sources     payload field (Python name) -> (row class, primary key), or (row class, primary keys) for a list in
                    that order without those that the viewer may not see, or a row without a table
        connection  Tortoise's, to read inside its open transaction
        """
        payload = get_named_type(info.return_type)
        python_names = {name: f.extensions["strawberry-definition"].python_name for name, f in payload.fields.items()}
        document: Document = info.context.document
        names = {payload.name, *(i.name for i in payload.interfaces)}
        selected = collect(document.fragments, [n.selection_set for n in info.field_nodes], names.__contains__,
                           info.context.values)
        found: dict[str, Any] = {}
        for key, nodes in selected.items():
            source = sources.get(python_names.get(nodes[0].name.value, ""))
            if source is None:
                continue

            def write(planner: Planner, path: list[str], source: Any = source, nodes: Any = nodes) -> Text:
                text = Text()
                planner.item(text, _stored(*source) if isinstance(source, tuple) else source, nodes, path)
                return text
            keys = source[1] if isinstance(source, tuple) else None
            values = {**info.context.values, "/key": keys,
                      "/places": list(range(len(keys))) if isinstance(keys, list) else None}
            found[key] = await self._read(info, [str(info.path.key), key], write, values, viewer, connection)
        return found

    async def _read(self, info: Any, path: list[str], write: Any, values: dict[str, Any], viewer: Viewer,
                    connection: Any = None) -> Any:
        document: Document = info.context.document
        key = (viewer.standing, document.shape(values), *path)
        plan: Plan | None = document.plans.get(key)
        if plan is None:
            planner = self._planner(document, values, viewer, typed=True)
            text: Text = write(planner, path)
            plan = document.plans.put(key, Plan(f"select {text.sql(planner.dialect)}", planner, len(path)))
        arguments = self.arguments(plan, values, viewer, info.context.now)
        if connection is None:
            answer = await self.database.value(plan.sql, arguments, viewer.writes_within)
        else:
            rows = await connection.execute_query_dict(plan.sql, arguments)
            answer = next(iter(rows[0].values())).encode()
        body, withheld = finish(plan, answer, document.limits.answer_bytes)
        info.context.withheld.extend(withheld)
        self._count(withheld)
        data = orjson.loads(body)
        compute(plan, data, self._teller(values, viewer, info.context.now))
        return data


def _stored(row: type[Row], keys: int | list[int]) -> One:
    """The row with a key, or those with some keys in the order of the keys."""
    if isinstance(keys, int):
        return row.each(id=Bound(("var", "/key"), INT)).first()
    given, places = Bound(("var", "/key"), INTS), Bound(("var", "/places"), INTS)

    def place(found: Row) -> Expr:
        return Call("mask", [found.id, given, places], INT, False)
    return row.each().where(lambda found: Call("member", [found.id, given], BOOL, False)).by(place).all()


def envelope(body: bytes, withheld: list[dict[str, str]], more: bytes = b"") -> bytes:
    """The answer as a client gets it; `more` are members of its `extensions`."""
    if withheld:
        more = b'"withheld":%b%b%b' % (orjson.dumps(withheld), b"," if more else b"", more)
    return b'{"data":%b,"extensions":{%b}}' % (body, more) if more else b'{"data":%b}' % body


def _by_response_key(source: Any, info: Any, /, **_: Any) -> Any:
    return source[info.path.key]


def _by_answer(source: Any, info: Any, /, **_: Any) -> Any:
    return source.answers.get(info.path.key)


def _enum_name(value: Any) -> str:
    return value if isinstance(value, str) else str(value.name)


def finish(plan: Plan, text: bytes, limit: int) -> tuple[bytes, list[dict[str, str]]]:
    """Reads the marks out of an answer: what was withheld, each once. Raises TooLarge."""
    if len(text) > limit:
        raise TooLarge(limit)
    withheld: list[dict[str, str]] = []
    if b"\n" in text:
        for mark, entry in plan.marks:
            if mark in text:
                withheld.append(entry)
                text = text.replace(mark, b"null")
    return text, withheld


def compute(plan: Plan, data: Any, tell: Any) -> None:
    """Puts the results of Python functions where SQL put what they need."""
    args = [{n: tell(a) if isinstance(a, Bound) else a for n, a in step.args.items()} for step in plan.steps]

    def visit(at: Any, path: list[str]) -> None:
        if isinstance(at, list):
            for item in at:
                visit(item, path)
        elif at is not None and path[0] in at:  # absent where a fragment selects it of another type
            if len(path) > 1:
                visit(at[path[0]], path[1:])
            elif at[path[0]] is not None:
                step, *needs = at[path[0]]
                at[path[0]] = plan.steps[step].run(*needs, **args[step])
    for path in plan.paths:
        visit(data, path)
