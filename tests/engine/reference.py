"""The reference: the same declarations executed by graphql-core, field by field. No SQL, no plans.

Shared with the engine: what `resolvers/` and `schema/` declare, the classes of expressions, and how a cursor is spelt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    execute,
    get_named_type,
)

from engine.arguments import snake
from engine.bind import Bindings, Field
from engine.cursors import Order
from engine.documents import Document
from engine.errors import EngineError
from engine.expr import DATE, JSON, TEXT, TEXTS, TIME, Bound, Const, Expr
from engine.results import Computed, Many, One, Page, Several
from engine.rows import Row, tag_of
from models.viewers import Viewer
from tests.engine.evaluation import Env, Evaluation, Keys, Records

PAGING = ("first", "after", "last", "before")


class Item(NamedTuple):
    """An object of the answer: its row, the records it is made of, its GraphQL type."""

    row: Row
    env: Env
    type: str


class Answer(NamedTuple):
    """Data, what was withheld as (path, capability, reason), and what was refused: the code by the path, "" for all of it."""

    data: Any
    withheld: set[tuple[str, str, str]]
    refused: dict[str, str]
    #: What was written for a cursor ("~7.1": that of the seventh record) and the cursor that it stood for.
    cursors: dict[str, str]


class Reference(Evaluation):
    """Answers documents. `schema` must be its own: its fields are given resolvers."""

    def __init__(self, schema: GraphQLSchema, tables: dict[Any, Records], dialect: str):
        super().__init__(Bindings(schema), tables)
        self.schema, self.dialect = schema, dialect
        own = [type_ for type_ in schema.type_map.values() if not type_.name.startswith("__")]  # those belong to every schema
        for type_ in own:
            if isinstance(type_, GraphQLEnumType):
                type_.coerce_output_value = lambda value: value  # type: ignore[method-assign]
            elif isinstance(type_, GraphQLInterfaceType):
                type_.resolve_type = lambda item, info, type_: item.type
            elif isinstance(type_, GraphQLObjectType):
                type_.is_type_of = None
                for name, field in type_.fields.items():
                    declared = self.bindings.types.get(type_.name, {}).get(name)
                    of_page = declared is None or not declared.metadata.get("shown") and declared.name != "id"
                    field.resolve = (lambda page, info, **_: page[info.field_name]) if of_page else self._resolver(declared)

    def answer(self, document: Document, values: dict[str, Any], viewer: Viewer, now: dt.datetime) -> Answer:
        self.viewer, self.now = viewer, now
        self.withheld: set[tuple[str, str, str]] = set()
        self.cursors: dict[str, str] = {}
        root = Item(next(row for row, name in self.bindings.rows.items() if name == "Query")(), {}, "Query")
        result: Any = execute(self.schema, document.ast, root_value=root, variable_values=values)
        return Answer(result.data, self.withheld, {_path(error.path or ()): _code(error) for error in result.errors or []},
                      self.cursors)

    # -- fields

    def _resolver(self, declared: Field) -> Any:
        def resolve(item: Any, info: Any, **args: Any) -> Any:
            item = item["about"] if isinstance(item, dict) else item  # what a connection tells beside its page
            if self.shows(declared, item.row, item.env):
                return self.shown(self.derived(declared, item, args), item, declared, args)
            is_held = self.holds(str(declared.requires), item.row, item.env)
            reason = declared.metadata["otherwise"] if is_held else self.reason(declared.metadata["requires"], item.row, item.env)
            self.withheld.add((_path(info.path.as_list()), str(declared.requires), reason))
            return None
        return resolve

    def derived(self, declared: Field, item: Item, args: dict[str, Any]) -> Any:
        """What the row's method or column of the field's name is."""
        if declared.name == "id" and item.row.tag:
            return Const(f"{item.row.tag}_{self.value(item.row.id, item.env)}")
        source = getattr(item.row, declared.python_name)
        if not callable(source):
            return source
        paging = PAGING if declared.metadata.get("paged") else ()
        given = {snake(name): _argument(argument.type, args.get(name))
                 for name, argument in declared.graphql.args.items() if name not in paging}
        return source(**{name: value for name, value in given.items() if value is not None})

    def shown(self, found: Any, item: Item, declared: Field, args: dict[str, Any]) -> Any:
        match found:
            case None:
                return None
            case Expr():
                value = self.value(found, item.env)
                is_text = found.type == JSON and not isinstance(found, Const)
                return orjson.loads(value) if is_text and value is not None else value
            case Computed():
                named = {n: self.value(a, item.env) if isinstance(a, Expr) else a for n, a in found.args.items()}
                return found.run(*[self.value(need, item.env) for need in found.needs], **named)
            case Several():
                objects = [self.shown(each, item, declared, args) for each in found.items]
                some_may_be_null = not isinstance(_bare(declared.graphql.type).of_type, GraphQLNonNull)
                return objects if some_may_be_null else [each for each in objects if each is not None]
            case Page():
                return self.page(found, item, declared, args)
            case Many() if found.rows.group is not None:
                return [self.item(found.item, {**group[0], "group": group}) for group in self.groups(found.rows, item.env)]
            case Many():
                return [self.item(found.item, env) for env in self.rows(found.rows, item.env)][:found.rows.limit]
            case One():
                return next((self.item(found.item, env) for env in self.rows(found.rows, item.env)), None)
            case Row():
                is_absent = found._present is not None and self.value(found._present, item.env) is not True
                return None if is_absent else self.item(found, item.env)
        raise TypeError(type(found))

    def item(self, row: Row, env: Env) -> Item:
        return Item(row, env, self.bindings.rows[type(row)])

    # -- pages

    def page(self, found: Page, item: Item, declared: Field, args: dict[str, Any]) -> Any:
        first, after, last, before = map(args.get, PAGING)
        if not self.tables[type(found.item).model]:  # no record that "~7.1" might name: it is left out
            after, before = (None if cursor and cursor.startswith("~") else cursor for cursor in (after, before))
        size = last if last is not None else first if first is not None else declared.metadata["paged"]
        if first is not None and last is not None or not 1 <= size <= 100:
            raise GraphQLError("No such page.", extensions={"code": "BAD_REQUEST"})
        keys, listed = self.keys(found.rows), self.rows(found.rows, item.env)
        lowest, highest = (None if cursor is None else self.place(cursor, keys, found, item) for cursor in (after, before))
        kept = [env for env in listed
                if (lowest is None or self.compare(keys, self.values(keys, env), lowest) > 0)
                and (highest is None or self.compare(keys, self.values(keys, env), highest) < 0)]
        shown, more = kept[:size] if last is None else kept[-size:], len(kept) > size
        nodes, cursors = [self.item(found.item, env) for env in shown], [self.cursor(keys, env) for env in shown]
        about = self.item(found.about, item.env) if found.about is not None else None
        return {"about": about, "nodes": nodes, "edges": [{"cursor": c, "node": n} for c, n in zip(cursors, nodes, strict=True)],
                "totalCount": len(listed), "pageInfo": {
                    "hasNextPage": more if last is None else before is not None,
                    "hasPreviousPage": more if last is not None else after is not None,
                    "startCursor": cursors[0] if cursors else None, "endCursor": cursors[-1] if cursors else None}}

    def place(self, cursor: str, keys: Keys, found: Page, item: Item) -> list[Any]:
        """The values of the keys that a cursor names. "~7.1" names the table's seventh record, whoever may see it."""
        if cursor.startswith("~"):
            records = self.tables[type(found.item).model]
            env = {**item.env, found.item._serial: records[int(cursor[1:].partition(".")[0]) % len(records)]}
            self.cursors[cursor] = self.cursor(keys, env)
            return self.values(keys, env)
        values = self.order(keys).values(cursor)
        parse = {TIME: dt.datetime.fromisoformat, DATE: dt.date.fromisoformat}
        return [parse[key.type](value) if key.type in parse and value is not None else value
                for (_, key, _), value in zip(keys, values, strict=True)]

    def cursor(self, keys: Keys, env: Env) -> str:
        return orjson.dumps([self.order(keys).sign, *(self._exact(value) for value in self.values(keys, env))]).hex()

    def _exact(self, value: Any) -> Any:
        """Moments as the database's own text."""
        if isinstance(value, dt.datetime):
            return value.isoformat(" ") if self.dialect == "sqlite" else value.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        return value.isoformat() if isinstance(value, dt.date) else value

    def order(self, keys: Keys) -> Order:
        return Order([(f"{'-' if down else ''}{label}", key) for label, key, down in keys])


def _path(keys: Iterable[Any]) -> str:
    return ".".join(key for key in keys if isinstance(key, str))


def _code(error: GraphQLError) -> str:
    """The code of a refusal; a fault of the reference itself is no refusal."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, EngineError | GraphQLError):
        raise cause
    code = getattr(cause, "code", None) or (error.extensions or {}).get("code")
    if code is None and not error.message.startswith(("Argument ", "Variable ")):
        raise error
    return code or "BAD_REQUEST"


def _argument(type_: Any, value: Any) -> Any:
    """An argument as resolvers get it: enum members, booleans and integers as they are, all others bound."""
    type_, named = _bare(type_), get_named_type(type_)
    if value is None:
        return None
    if isinstance(named, GraphQLInputObjectType) and isinstance(type_, GraphQLList):
        return [_argument(type_.of_type, each) for each in value]
    if isinstance(named, GraphQLInputObjectType):
        return {snake(name): _argument(field.type, value.get(name)) for name, field in named.fields.items()}
    if isinstance(type_, GraphQLList) and (named.name in ("ID", "Int", "Boolean") or isinstance(named, GraphQLEnumType)):
        return [_argument(type_.of_type, each) for each in value]
    if isinstance(named, GraphQLEnumType):
        enum = named.extensions["strawberry-definition"].wrapped_cls
        return value if isinstance(value, enum) else enum(value)
    if named.name in ("Int", "Boolean"):
        return value
    kind = TEXTS if isinstance(type_, GraphQLList) else {"DateTime": TIME, "Date": DATE}.get(named.name, TEXT)
    return Bound(("lit", value), kind, tag=tag_of(value) if named.name == "ID" else "")


def _bare(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_
