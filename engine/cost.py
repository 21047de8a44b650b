"""What an operation costs, worked out before it is executed: from its text, the schema's weights and its page sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import strawberry
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from strawberry.schema_directive import Location

from engine.documents import Document, collect
from engine.relay import PAGE_LIMIT

#: Nothing is counted further than an Int of GraphQL can say.
MOST = 2**31 - 1
ROWS = {"nodes", "edges"}

Nodes = Sequence[FieldNode | OperationDefinitionNode]


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], description="How much the field counts towards an "
                             "operation's cost: its weight for each row that a multiplying argument asks for, or that is "
                             "assumed where none is given.")
class Cost:
    weight: int = strawberry.directive_field(name="weight")
    multipliers: list[str] | None = strawberry.directive_field(name="multipliers", default=None)
    assumed: int | None = strawberry.directive_field(name="assumed", default=None)


class Estimate(NamedTuple):
    """The points of one operation, and the most objects that its answer can hold."""

    points: int = 0
    nodes: int = 0


class Share(NamedTuple):
    """What one field adds to an operation's points, by its path of response keys."""

    path: str
    points: int


class Estimator:
    """Knows what the operations of one schema cost. An answer's data play no part, nor does who asks.

    Where nothing is declared a field at the root weighs 1, an object that has a table weighs 1, and everything else nothing.
    """

    def __init__(self, schema: GraphQLSchema, tables: frozenset[str]):
        self.schema, self.tables = schema, tables
        self._roots = {type_ for type_ in (schema.query_type, schema.mutation_type, schema.subscription_type) if type_}

    def estimate(self, document: Document, values: dict[str, Any]) -> Estimate:
        """Kept with the document for each shape of its variables, which is what its plans are kept by. Raises BadRequest."""
        shape = document.shape(values)
        kept = document.estimates.get(shape)
        return document.estimates.put(shape, self._counted(document, values).estimate) if kept is None else kept

    def shares(self, document: Document, values: dict[str, Any]) -> list[Share]:
        """The same field by field, the dearest first; what costs nothing is left out."""
        return sorted(self._counted(document, values).shares, key=lambda share: -share.points)

    def _counted(self, document: Document, values: dict[str, Any]) -> _Count:
        root = {"query": self.schema.query_type, "mutation": self.schema.mutation_type,
                "subscription": self.schema.subscription_type}[document.kind]
        return _Walk(self, document, values).object(root, [document.operation], 1, "")

    def weight(self, parent: GraphQLObjectType, field: GraphQLField) -> Cost:
        declared = field.extensions["strawberry-definition"]
        for directive in declared.directives:
            if isinstance(directive, Cost):
                return directive
        if parent.name.endswith(("Connection", "Edge")):
            return FREE  # their field has been charged for them
        return ONE if parent in self._roots or self.is_stored(get_named_type(field.type)) else FREE

    def is_stored(self, type_: Any) -> bool:
        """Whether its objects have a table."""
        if is_abstract_type(type_):
            return any(possible.name in self.tables for possible in self.schema.get_possible_types(type_))
        return type_.name in self.tables


FREE, ONE = Cost(weight=0), Cost(weight=1)


class _Count:
    """What was counted in a part of a document."""

    def __init__(self) -> None:
        self.points = self.nodes = 0
        self.shares: list[Share] = []

    @property
    def estimate(self) -> Estimate:
        return Estimate(min(self.points, MOST), min(self.nodes, MOST))

    def add(self, other: _Count) -> None:
        self.points += other.points
        self.nodes += other.nodes
        self.shares += other.shares


class _Walk:
    """One operation with its variables."""

    def __init__(self, estimator: Estimator, document: Document, values: dict[str, Any]):
        self.estimator, self.schema, self.fragments, self.values = estimator, estimator.schema, document.fragments, values

    def object(self, type_: Any, nodes: Nodes, times: int, path: str) -> _Count:
        """What is selected of an object that occurs so many times; where its type is open, of the dearest type."""
        if not is_abstract_type(type_):
            return self._fields(type_, self._select(type_, nodes), times, path)
        ways: dict[tuple[int, ...], tuple[Any, dict[str, list[FieldNode]]]] = {}
        for possible in self.schema.get_possible_types(type_):
            selected = self._select(possible, nodes)
            ways.setdefault(tuple(id(node) for group in selected.values() for node in group), (possible, selected))
        counts = [self._fields(possible, selected, times, path) for possible, selected in ways.values()]
        dearest = max(counts, key=lambda count: count.points)
        dearest.nodes = max(count.nodes for count in counts)
        return dearest

    def _select(self, type_: GraphQLObjectType, nodes: Nodes) -> dict[str, list[FieldNode]]:
        names = {type_.name, *(interface.name for interface in type_.interfaces)}
        return collect(self.fragments, [n.selection_set for n in nodes if n.selection_set], names.__contains__, self.values)

    def _fields(self, type_: GraphQLObjectType, selected: dict[str, list[FieldNode]], times: int, path: str) -> _Count:
        count = _Count()
        for key, nodes in selected.items():
            if not nodes[0].name.value.startswith("__"):
                count.add(self._field(type_, nodes, times, f"{path}.{key}" if path else key))
        return count

    def _field(self, parent: GraphQLObjectType, nodes: list[FieldNode], times: int, path: str) -> _Count:
        field, count = parent.fields[nodes[0].name.value], _Count()
        type_, cost = get_named_type(field.type), self.estimator.weight(parent, field)
        rows = self._rows(cost, type_, nodes)
        if cost.weight:
            count.points = cost.weight * rows * times
            count.shares.append(Share(path, min(count.points, MOST)))
        if self._holds_objects(type_, cost, nodes):
            count.nodes = rows * times
        if is_composite_type(type_):
            count.add(self.object(type_, nodes, times * rows, path))
        return count

    def _rows(self, cost: Cost, type_: Any, nodes: list[FieldNode]) -> int:
        """How many rows a field gives at most: what its multiplying arguments say, or what is assumed without them."""
        if type_.name.endswith("Connection") and not self._asks_for_rows(type_, nodes):
            return 1  # a total is counted once, whatever the page
        sizes = [size for a in nodes[0].arguments or () if a.name.value in (cost.multipliers or ())
                 if (size := self._size(a.value)) is not None]
        return min(max(1, *sizes), PAGE_LIMIT) if sizes else cost.assumed or 1

    def _holds_objects(self, type_: Any, cost: Cost, nodes: list[FieldNode]) -> bool:
        if type_.name.endswith("Connection"):
            return self._asks_for_rows(type_, nodes)
        return self.estimator.is_stored(type_) and cost is not FREE

    def _asks_for_rows(self, connection: Any, nodes: list[FieldNode]) -> bool:
        return any(group[0].name.value in ROWS for group in self._select(connection, nodes).values())

    def _size(self, node: Any) -> int | None:
        """The size that an argument gives: a number, or how long a list is."""
        if isinstance(node, VariableNode):
            value = self.values.get(node.name.value)
            return len(value) if isinstance(value, list) else value
        if isinstance(node, IntValueNode):
            return int(node.value)
        return len(node.values) if isinstance(node, ListValueNode) else None
