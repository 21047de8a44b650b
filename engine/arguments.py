"""Arguments: what of them is known while planning, what is bound later, and what tells plans apart."""

from __future__ import annotations

from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    VariableNode,
    get_named_type,
    print_ast,
    value_from_ast,
)
from graphql.pyutils import Undefined

from engine.errors import BadRequest
from engine.expr import DATE, TEXT, TEXTS, TIME, Bound
from engine.rows import tag_of

BOUND_TYPES = {"DateTime": TIME, "Date": DATE}


def decides(type_: Any) -> bool:
    """Enums, booleans and integers (page sizes) are known while planning; every other scalar is bound."""
    named = get_named_type(type_)
    return isinstance(named, GraphQLEnumType) or named.name in ("Boolean", "Int")


def tells_plans_apart(type_: Any) -> bool:
    """A variable that is always given and always bound does not."""
    if not isinstance(type_, GraphQLNonNull):
        return True
    named = get_named_type(type_)
    return decides(type_) or isinstance(named, GraphQLInputObjectType) or named.name == "ID"


def shape_of(type_: Any, value: Any) -> Any:
    """A value as far as a plan depends on it: decided values whole, ids by their tag, others by being there."""
    type_ = _bare(type_)
    if value is None:
        return "null"
    if isinstance(type_, GraphQLScalarType):
        return tag_of(value) if type_.name == "ID" else value if decides(type_) else "given"
    if isinstance(type_, GraphQLList):
        items = value if isinstance(value, list | tuple) else [value]
        return tuple(shape_of(type_.of_type, item) for item in items) if _by_item(type_) else "given"
    if isinstance(type_, GraphQLInputObjectType):
        return tuple((name, shape_of(field.type, value[name])) for name, field in type_.fields.items() if name in value)
    return value


def arguments_of(graphql_args: dict[str, Any], node: FieldNode, values: dict[str, Any]) -> dict[str, Any]:
    """A field's arguments by Python name: enum members, booleans and integers; Bound for the rest; None: not given."""
    given = {a.name.value: a.value for a in node.arguments or ()}
    return {snake(name): _argument(argument, given.get(name), values) for name, argument in graphql_args.items()}


def _argument(argument: Any, node: Any, values: dict[str, Any]) -> Any:
    if node is None or isinstance(node, VariableNode) and node.name.value not in values:
        default = argument.default_value
        return None if default is Undefined else known(argument.type, default, ("lit", default))
    return _from_node(argument.type, node, values)


def _from_node(type_: Any, node: Any, values: dict[str, Any]) -> Any:
    """An argument as the document writes it; variables may stand anywhere inside."""
    if isinstance(type_, GraphQLNonNull) and isinstance(node, VariableNode) and values.get(node.name.value) is None:
        raise BadRequest(f"${node.name.value} must not be null where it is used. "
                         "Give it a value, or leave it out where it has a default.")
    type_ = _bare(type_)
    if isinstance(node, VariableNode):
        name = node.name.value
        return known(type_, values.get(name), ("var", name))
    if isinstance(node, NullValueNode):
        return None
    if isinstance(type_, GraphQLList) and _by_item(type_):
        items = node.values if isinstance(node, ListValueNode) else [node]
        return [_from_node(type_.of_type, item, values) for item in items]
    if isinstance(type_, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        given = {f.name.value: f.value for f in node.fields}
        return {snake(name): _argument(field, given.get(name), values) for name, field in type_.fields.items()}
    if isinstance(node, ListValueNode) and any(isinstance(item, VariableNode) for item in node.values):
        return known(type_, written(node, type_, values), ("node", node, type_))
    literal = written(node, type_, values)
    return known(type_, literal, ("lit", literal))


def written(node: Any, type_: Any, values: dict[str, Any]) -> Any:
    """The value of a literal, in which variables may stand."""
    value = value_from_ast(node, type_, values)
    if value is Undefined:
        raise BadRequest(f"{print_ast(node):.60} holds null where it must not. Give every variable in it a value.")
    return value


def known(type_: Any, value: Any, slot: tuple[Any, ...]) -> Any:
    """A value as resolvers get it while planning."""
    type_ = _bare(type_)
    if value is None or value is Undefined:
        return None
    if isinstance(type_, GraphQLList):
        if not _by_item(type_):
            return Bound(("lit", tuple(value)) if slot[0] == "lit" else slot, TEXTS)
        items = list(value) if isinstance(value, list | tuple) else None
        if items is None:
            return [known(type_.of_type, value, slot)]
        return [known(type_.of_type, item, _inside(slot, item, n)) for n, item in enumerate(items)]
    if isinstance(type_, GraphQLInputObjectType):
        values = value if isinstance(value, dict) else vars(value)
        return {snake(name): known(field.type, values.get(name, _default(field)), _inside(slot, values.get(name), name))
                for name, field in type_.fields.items()}
    if isinstance(type_, GraphQLEnumType):
        return member(type_, value)
    if decides(type_):
        return value
    return Bound(slot, BOUND_TYPES.get(type_.name, TEXT), tag=tag_of(value) if type_.name == "ID" else "")


def member(type_: Any, value: Any) -> Any:
    """The domain's own enum member behind a GraphQL enum's value."""
    enum = type_.extensions["strawberry-definition"].wrapped_cls
    return value if isinstance(value, enum) else enum(getattr(value, "value", value))


def _inside(slot: tuple[Any, ...], value: Any, key: Any) -> tuple[Any, ...]:
    return (*slot, key) if slot[0] == "var" else ("lit", value)


def _default(field: Any) -> Any:
    return None if field.default_value is Undefined else field.default_value


def _by_item(type_: Any) -> bool:
    """Lists of ids, inputs or decided values are taken apart while planning; lists of other scalars are bound whole."""
    named = get_named_type(type_)
    return decides(type_) or named.name == "ID" or isinstance(named, GraphQLInputObjectType)


def _bare(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
