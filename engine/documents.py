"""Documents: parsed, measured and validated once, then kept with the plans made for them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_operation_ast,
    type_from_ast,
    validate,
)
from graphql.execution.values import get_variable_values

from engine.arguments import shape_of, tells_plans_apart
from engine.errors import BadRequest
from engine.measure import Limits, measure, parsed

K = TypeVar("K")
V = TypeVar("V")


class Latest(Generic[K, V]):
    """A mapping that keeps what was used last, up to a size: so many entries, or so much as `weigh` says of their keys."""

    def __init__(self, size: int, weigh: Callable[[K], int] = lambda _: 1):
        self.size, self._weigh, self._weight = size, weigh, 0
        self._kept: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> V:
        if key not in self._kept:
            self._weight += self._weigh(key)
        self._kept[key] = value
        while self._weight > self.size:
            self._weight -= self._weigh(self._kept.popitem(last=False)[0])
        return value


class Document:
    """One operation of one text. `errors` says why it cannot be run."""

    PLANS = 100

    def __init__(self, schema: GraphQLSchema, text: str, name: str | None, limits: Limits, compiled: frozenset[str]):
        self.schema, self.text, self.limits = schema, text, limits
        self.plans: Latest[Any, Any] = Latest(self.PLANS)
        self.errors: list[GraphQLError] = []
        try:
            self.ast: DocumentNode = parsed(text, limits)
            self.errors = measure(self.ast, limits) or validate(schema, self.ast, max_errors=limits.errors,
                                                                hide_suggestions=not limits.suggestions)
            if not self.errors:
                self._prepare(name, compiled)
        except GraphQLError as error:
            self.errors = [error]

    def _prepare(self, name: str | None, compiled: frozenset[str]) -> None:
        operation = get_operation_ast(self.ast, name)
        if operation is None:
            raise GraphQLError("The document has several operations, or none of that name: give operationName.")
        self.operation: OperationDefinitionNode = operation
        self.kind = operation.operation.value
        self.fragments = {d.name.value: d for d in self.ast.definitions if isinstance(d, FragmentDefinitionNode)}
        variables = operation.variable_definitions or ()
        self.types: dict[str, Any] = {v.variable.name.value: type_from_ast(self.schema, v.type) for v in variables}
        self.telling = [(n, t) for n, t in self.types.items() if tells_plans_apart(t)]
        self.plain = [(n, _check(t), isinstance(t, GraphQLNonNull)) for n, t in self.types.items()]
        self.defaults = any(v.default_value is not None for v in variables)
        self.roots = self._root_fields(operation.selection_set, set())
        #: Whether the engine answers all of it; else Strawberry executes it and asks the engine for parts.
        self.compiled = self.kind == "query" and self.roots <= compiled

    def _root_fields(self, selections: SelectionSetNode, seen: set[str]) -> set[str]:
        found: set[str] = set()
        for node in selections.selections:
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                found |= self._root_fields(node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                found |= self._root_fields(self.fragments[node.name.value].selection_set, seen)
        return found

    def coerce(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Checked variables: quickly where each is plain, else by graphql-core, which also words the errors."""
        if not self.types:
            return {}
        if not self.defaults:
            quick = self._plainly(raw)
            if quick is not None:
                return quick
        result = get_variable_values(self.schema, self.operation.variable_definitions or (), raw,
                                     hide_suggestions=not self.limits.suggestions)
        if isinstance(result, list):
            raise result[0]
        return dict(result.coerced)

    def _plainly(self, raw: dict[str, Any]) -> dict[str, Any] | None:
        out: dict[str, Any] = {}
        for name, check, needed in self.plain:
            value = raw.get(name)
            if value is None:
                if needed:
                    return None
                if name in raw:
                    out[name] = None
            elif check is None or not check(value):
                return None
            else:
                out[name] = value
        return out

    def shape(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """What of the variables tells plans apart: never a value that is bound."""
        return tuple([shape_of(t, values[n]) if n in values else "absent" for n, t in self.telling])


class Documents:
    """The documents used last. A parsed document takes some twenty times the memory of its text, so texts are weighed."""

    CHARACTERS, EACH = 1_000_000, 1_000

    def __init__(self, schema: GraphQLSchema, limits: Limits, compiled: frozenset[str]):
        self.schema, self.limits, self.compiled = schema, limits, compiled
        self._kept: Latest[tuple[str, str | None], Document] = Latest(
            self.CHARACTERS, lambda key: len(key[0]) + self.EACH)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, text: str, name: str | None) -> Document:
        document = self._kept.get((text, name))
        if document is None:
            document = Document(self.schema, text, name, self.limits, self.compiled)
            self._kept.put((text, name), document)
        return document


def collect(fragments: dict[str, FragmentDefinitionNode], sets: list[SelectionSetNode], applies: Callable[[str], bool],
            values: dict[str, Any]) -> dict[str, list[FieldNode]]:
    """Selections merged by response key, in the order that GraphQL prescribes."""
    out: dict[str, list[FieldNode]] = {}

    def walk(selection_set: SelectionSetNode, visited: set[str]) -> None:
        for node in selection_set.selections:
            if node.directives and not _included(node.directives, values):
                continue
            if isinstance(node, FieldNode):
                out.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            target: Any = node
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in visited:
                    continue
                visited.add(node.name.value)
                target = fragments[node.name.value]
            if target.type_condition is None or applies(target.type_condition.name.value):
                walk(target.selection_set, visited)

    visited: set[str] = set()
    for selection_set in sets:
        walk(selection_set, visited)
    return out


def _included(directives: Any, values: dict[str, Any]) -> bool:
    for directive in directives:
        if directive.name.value in ("skip", "include"):
            node = directive.arguments[0].value
            on = values.get(node.name.value) if isinstance(node, VariableNode) else node.value
            if on is None:
                raise BadRequest(f"@{directive.name.value}(if:) needs true or false.")
            if bool(on) == (directive.name.value == "skip"):
                return False
    return True


def _check(type_: Any) -> Callable[[Any], bool] | None:
    named = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return {"Int": lambda v: type(v) is int and -2**31 <= v < 2**31, "ID": lambda v: type(v) is str,
            "Boolean": lambda v: type(v) is bool}.get(getattr(named, "name", ""))
