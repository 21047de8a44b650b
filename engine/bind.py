"""Ties Strawberry's types to rows, and refuses at start-up whatever could leak or break later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, dataclass_transform

import strawberry
from graphql import GraphQLEnumType, GraphQLField, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, get_named_type

from engine.arguments import camel, decides, known, snake
from engine.expr import BOOL, Bound, Expr
from engine.relay import PAGING
from engine.results import Computed, Many, One, Page, Several
from engine.rows import Row, global_id

RELAY = ("Connection", "Edge", "PageInfo")


@dataclass_transform(kw_only_default=True)
def shows(row: type[Row], *, interfaces: tuple[type, ...] = ()) -> Callable[[type], type]:
    """This GraphQL type shows the fields of that row. Its docstring is its description."""
    def decorate(cls: type) -> type:
        cls.__row__ = row  # type: ignore[attr-defined]
        return strawberry.type(cls, description=" ".join((cls.__doc__ or "").split()))
    return decorate


def answered(description: str) -> Any:
    """A payload's object: a changed record, read back through the engine as the viewer may see it."""
    return strawberry.field(description=description, metadata={"answered": True},
                            resolver=_read_back)  # replaced by Engine.attach


def _read_back() -> Any:
    raise AssertionError("Engine.attach has not been called")


class DeclarationError(Exception):
    """A field's declaration is unsafe or does not fit its row."""


@dataclass
class Field:
    """One field of a type: where it comes from and what it needs."""

    name: str
    python_name: str
    graphql: GraphQLField
    metadata: dict[str, Any]

    @property
    def requires(self) -> str | None:
        return self.metadata.get("requires")

    @property
    def when(self) -> str | None:
        """The row's method that must hold besides; `otherwise` is the reason given where it does not."""
        return self.metadata.get("when")

    @property
    def named(self) -> Any:
        return get_named_type(self.graphql.type)

    @property
    def nullable(self) -> bool:
        return not isinstance(self.graphql.type, GraphQLNonNull)

    def derive(self, row: Row, args: dict[str, Any]) -> Any:
        """What the row's method or column of this name is."""
        if self.name == "id" and row.tag:
            return global_id(row)
        source = getattr(row, self.python_name)
        given = {name: value for name, value in args.items() if name not in self._paging and value is not None}
        return source(**given) if callable(source) else source

    @property
    def _paging(self) -> tuple[str, ...]:
        return PAGING if self.metadata.get("paged") else ()


class Bindings:
    """Every type that shows a row, by GraphQL name and by row."""

    def __init__(self, schema: GraphQLSchema):
        self.schema = schema
        self.types: dict[str, dict[str, Field]] = {}
        self.rows: dict[type[Row], str] = {}
        for type_ in schema.type_map.values():
            row = getattr(_origin(type_), "__row__", None)
            if isinstance(type_, GraphQLObjectType) and row is not None:
                self.rows[row] = type_.name
                self.types[type_.name] = {name: _field(name, f) for name, f in type_.fields.items()}
        Checks(self).run()

    def field_of(self, row: Row, python_name: str) -> Field:
        return self.types[self.rows[type(row)]][camel(python_name)]

    def row_for(self, model: type) -> type[Row]:
        """The row class that shows a model's records."""
        return next(row for row in self.rows if row.model is model)

    @property
    def stored(self) -> frozenset[str]:
        """The types whose objects have a table."""
        return frozenset(name for row, name in self.rows.items() if row.model is not None)

    @property
    def compiled(self) -> frozenset[str]:
        """The root fields that the engine answers by itself."""
        return frozenset(name for name, f in self.types["Query"].items() if f.metadata.get("shown")) | {"__typename"}


class Checks:
    """Runs every declaration once, with and without its arguments. The first that is unsafe stops the start."""

    def __init__(self, bindings: Bindings):
        self.bindings, self.seen = bindings, set[str]()

    def run(self) -> None:
        for type_ in self.bindings.schema.type_map.values():
            if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
                self.classified(type_)
        for row, name in self.bindings.rows.items():
            if row.model is not None or name in ("Query", "Subscription"):
                self.type(name, row())

    def classified(self, type_: GraphQLObjectType) -> None:
        """Default deny: a field without `shown`, `answered` or a type that says why it is open stops the start."""
        open_because = getattr(_origin(type_), "open_because", "")
        for name, f in type_.fields.items():
            metadata = f.extensions["strawberry-definition"].metadata or {}
            where = f"{type_.name}.{name}"
            if not open_because and not metadata.keys() & {"shown", "answered", "changes", "open_because"}:
                raise DeclarationError(f"{where} is not classified: declare it with shown(…), or say why its type is open")
            if metadata.get("requires") and isinstance(f.type, GraphQLNonNull):
                raise DeclarationError(f"{where} needs {metadata['requires']} and so must be nullable")

    def type(self, name: str, row: Row) -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        for f in self.bindings.types[name].values():
            if f.metadata.get("shown"):
                self.field(f"{name}.{f.name}", f, row)

    def field(self, where: str, f: Field, row: Row) -> None:
        if f.named.name == "Money" and not f.requires and not f.metadata.get("open_because"):
            raise DeclarationError(f"{where} is money: give requires=… or say why it is open")
        if f.when is not None and not f.nullable:
            raise DeclarationError(f"{where} may be withheld and so must be nullable")
        if f.when is not None and not (f.requires and f.metadata.get("otherwise")):
            raise DeclarationError(f"{where} depends on {f.when}: give requires=… and otherwise=…, which the viewer is told")
        for given in (False, True):
            args = {snake(n): _sample(n, a) for n, a in f.graphql.args.items() if given or isinstance(a.type, GraphQLNonNull)}
            try:
                value = f.derive(row, args)
            except Exception as error:
                raise DeclarationError(f"{where}: {error!r}") from error
            self.value(where, f, value)

    def value(self, where: str, f: Field, value: Any) -> None:
        kind = f.graphql.type.of_type if isinstance(f.graphql.type, GraphQLNonNull) else f.graphql.type
        connection = f.named.name.endswith("Connection")
        match value:
            case Expr() if value.nullable and not f.nullable:
                raise DeclarationError(f"{where} is non-null but its source may be null")
            case Expr() if f.named.name == "Boolean" and value.type != BOOL:
                raise DeclarationError(f"{where} is a Boolean but its source is {value.type}")
            case Expr() | Computed() if connection or f.named.name in self.bindings.types:
                raise DeclarationError(f"{where} is an object but its source is a value")
            case Page() if not connection:
                raise DeclarationError(f"{where} must be a connection")
            case Several() | Many() if not isinstance(kind, GraphQLList):
                raise DeclarationError(f"{where} must be a list")
            case One() if not isinstance(value, Many | Page) and not f.nullable and not where.startswith("Subscription."):
                raise DeclarationError(f"{where} may find nothing, so it must be nullable")
            case Row() if value._present is not None and not f.nullable and not isinstance(kind, GraphQLList):
                raise DeclarationError(f"{where} may be absent, so it must be nullable")
            case Expr() | Computed() | One() | Several() | Row() | None:
                pass
            case _:
                raise DeclarationError(f"{where} has no source: {value!r}")
        items = value.items if isinstance(value, Several) else [value, value.about] if isinstance(value, Page) else [value]
        for item in (i.item if isinstance(i, One) else i for i in items):
            if isinstance(item, Row):
                if type(item) not in self.bindings.rows:
                    raise DeclarationError(f"{where}: no type shows {type(item).__name__}")
                self.type(self.bindings.rows[type(item)], item)


def _origin(type_: Any) -> Any:
    return getattr(type_.extensions.get("strawberry-definition"), "origin", None)


def _field(name: str, graphql: GraphQLField) -> Field:
    declared = graphql.extensions["strawberry-definition"]
    return Field(name, declared.python_name, graphql, dict(declared.metadata or {}))


def _sample(name: str, argument: Any) -> Any:
    type_ = argument.type.of_type if isinstance(argument.type, GraphQLNonNull) else argument.type
    named = get_named_type(type_)
    if isinstance(named, GraphQLEnumType):
        value: Any = next(iter(named.values.values())).value
    elif decides(type_):
        value = 1
    else:
        value = {} if hasattr(named, "fields") else "sample"
    if isinstance(type_, GraphQLList):
        value = [value]
    found = known(type_, value, ("lit", value))
    return Bound(("sample", name), found.type) if isinstance(found, Bound) else found
