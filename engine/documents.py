"""Documents: parsed, measured and validated once, then kept with the plans made for them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

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
from engine.measure import Limits, longest_list, measure, parsed, too_much

if TYPE_CHECKING:
    from engine.cost import Estimate

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

#: Arguments by which a root field names one object, or several.
IDS = ("id", "root", "ids")


class Latest(Generic[K, V]):
    """A mapping that keeps what was used last, up to a size: so many entries, or so much as `weigh` says of their values.

    `evicted` is told of each value that had to go. An entry's weight must not change while it is kept.
    """

    def __init__(self, size: int, weigh: Callable[[V], int] = lambda _: 1, evicted: Callable[[V], None] = lambda _: None):
        self.size, self.weight, self._weigh, self._evicted = size, 0, weigh, evicted
        self.hits = self.misses = self.evictions = 0
        self._kept: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        value = self._kept.get(key)
        if value is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> V:
        self.drop(key)
        self._kept[key] = value
        self.weight += self._weigh(value)
        while self.weight > self.size:
            self.evictions += 1
            self._evicted(self.drop(next(iter(self._kept))))  # type: ignore[arg-type]
        return value

    def drop(self, key: K) -> V | None:
        """Lets go of an entry, where there is one."""
        value = self._kept.pop(key, None)
        if value is not None:
            self.weight -= self._weigh(value)
        return value

    def drop_where(self, unwanted: Callable[[K], bool]) -> None:
        for key in [key for key in self._kept if unwanted(key)]:
            self.drop(key)


class Plans:
    """What was planned for one document, kept among the plans for all of them."""

    def __init__(self, kept: Latest[tuple[Plans, Any], Any]):
        self._kept = kept

    def get(self, key: Any) -> Any:
        return self._kept.get((self, key))

    def put(self, key: Any, plan: T) -> T:
        self._kept.put((self, key), plan)
        return plan

    def forget(self) -> None:
        """A plan holds on to its document, so none may outlive it."""
        self._kept.drop_where(lambda key: key[0] is self)


class Document:
    """One operation of one text. `errors` says why it cannot be run."""

    plans: Plans

    def __init__(self, schema: GraphQLSchema, text: str, name: str | None, limits: Limits, compiled: frozenset[str]):
        self.schema, self.text, self.limits = schema, text, limits
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
        nodes = list(self._root_nodes(operation.selection_set, set()))
        self.roots = {node.name.value for node in nodes}
        #: Root fields that name objects, by the keys under which they are answered.
        self.by_id = [(node.alias.value if node.alias else node.name.value, node) for node in nodes
                      if any(argument.name.value in IDS for argument in node.arguments or ())]
        #: What it costs, by the shape of its variables.
        self.estimates: Latest[tuple[Any, ...], Estimate] = Latest(16)
        #: Whether the engine answers all of it; else Strawberry executes it and asks the engine for parts.
        self.compiled = self.kind == "query" and self.roots <= compiled

    def _root_nodes(self, selections: SelectionSetNode, seen: set[str]) -> Iterator[FieldNode]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._root_nodes(node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                yield from self._root_nodes(self.fragments[node.name.value].selection_set, seen)

    def coerce(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Checked variables: quickly where each is plain, else by graphql-core, which also words the errors."""
        if not self.types:
            return {}
        if not self.defaults:
            quick = self._plainly(raw)
            if quick is not None:
                return quick
        for name in self.types:
            if (items := longest_list(raw.get(name))) > self.limits.items:
                raise too_much("items", items, self.limits.items, f"${name}")
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
    """The documents used last, and the plans used last. Weights are bytes of memory, as measured on typical ones."""

    DOCUMENTS, PLANS = 64 << 20, 32 << 20

    def __init__(self, schema: GraphQLSchema, limits: Limits, compiled: frozenset[str]):
        self.schema, self.limits, self.compiled = schema, limits, compiled
        self.kept: Latest[tuple[str, str | None], Document] = Latest(
            self.DOCUMENTS, lambda document: 20_000 + 60 * len(document.text), lambda document: document.plans.forget())
        self.plans: Latest[tuple[Plans, Any], Any] = Latest(self.PLANS, lambda plan: 2_500 + 2 * len(plan.sql))

    def get(self, text: str, name: str | None) -> Document:
        document = self.kept.get((text, name))
        if document is None:
            document = Document(self.schema, text, name, self.limits, self.compiled)
            document.plans = Plans(self.plans)
            self.kept.put((text, name), document)
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
