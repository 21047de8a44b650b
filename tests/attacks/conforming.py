"""Whether an answer is one that schema.graphql allows to its document, with errors that docs/errors.md lists."""

from __future__ import annotations

from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLScalarType,
    NameNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    execute_sync,
    is_abstract_type,
    is_specified_scalar_type,
    parse,
    print_ast,
    visit,
)

import schema
from server.errors import STATUS
from tests.servers import ROOT

SCHEMA = build_schema((ROOT / "schema.graphql").read_text())
OURS = schema.build_schema()._schema.type_map


def _as_read(scalar: GraphQLScalarType) -> Any:
    """The value as it is, if the scalar would take it back."""
    def written(value: Any) -> Any:
        OURS[scalar.name].coerce_input_value(value)  # type: ignore[attr-defined]
        return value
    return written


for type_ in SCHEMA.type_map.values():
    if isinstance(type_, GraphQLScalarType) and not is_specified_scalar_type(type_):
        type_.coerce_output_value = _as_read(type_)  # type: ignore[method-assign]


def telling(document: str) -> str:
    """The document asking for __typename wherever objects of several types may stand, without which nobody can check its answer."""
    known = TypeInfo(SCHEMA)

    class Telling(Visitor):
        def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode | None:
            if not is_abstract_type(known.get_parent_type()):
                return None
            return SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")), *node.selections))
    return print_ast(visit(parse(document), TypeInfoVisitor(known, Telling())))


def conforms(document: str, status: int, body: bytes) -> str:
    """The answer's code; fails where the answer is none that a client was promised."""
    answer = orjson.loads(body)
    assert answer.keys() <= {"data", "errors", "extensions"}, answer
    codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
    assert all(STATUS.get(code, 500) < 500 for code in codes), answer
    if answer.get("data") is None:
        assert status == STATUS[codes[0]], (status, answer)
        return str(codes[0])
    assert status == 200, (status, answer)
    # graphql-core, which finds each field in the answer, comes to the same answer and has nothing to complain of
    again = execute_sync(SCHEMA, parse(document), answer["data"], field_resolver=lambda source, info, **_: source[info.path.key])
    assert not again.errors, again.errors
    assert orjson.dumps(again.data) == orjson.dumps(answer["data"])
    return codes[0] if codes else "OK"
