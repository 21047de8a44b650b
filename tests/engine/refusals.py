"""What a document may be refused for, told from its text alone.

The engine refuses while planning, before it knows whether there is a row for which the fault would matter; the reference
refuses only where it meets such a row. So the engine's refusals lie between the reference's and these.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from graphql import DirectiveNode, FieldNode, GraphQLError, TypeInfo, TypeInfoVisitor, Visitor, visit
from graphql.execution.values import get_argument_values, get_variable_values

from engine.documents import Document


def possible_refusals(document: Document, raw: dict[str, Any], good_cursors: Collection[str]) -> set[str]:
    """Codes with which the document may be refused; cursors but the good ones may be broken."""
    variables = get_variable_values(document.schema, document.operation.variable_definitions or (), raw)
    if isinstance(variables, list):
        return {"BAD_REQUEST"}
    found: set[str] = set()
    if "\\x00" in repr(raw):
        found.add("BAD_REQUEST")

    class Faults(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            field = types.get_field_def()
            if field is not None:
                self.judge(field, node)

        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            self.judge(types.get_directive(), node)

        def judge(self, definition: Any, node: Any) -> None:
            try:
                args = get_argument_values(definition, node, variables)
            except GraphQLError:
                found.add("BAD_REQUEST")
                return
            sizes = [args[name] for name in ("first", "last") if args.get(name) is not None]
            if len(sizes) > 1 or any(not 1 <= size <= 100 for size in sizes):
                found.add("BAD_REQUEST")
            if _criteria(args.get("filter")) > 50 or len(str(args.get("search") or "").split()) > 12:
                found.add("BAD_REQUEST")
            if any(args.get(name) not in (None, *good_cursors) for name in ("after", "before")):
                found.add("INVALID_CURSOR")

    types = TypeInfo(document.schema)
    visit(document.ast, TypeInfoVisitor(types, Faults()))
    return found


def _criteria(filter: Any) -> int:
    """How many a filter of customers has, those within others among them."""
    if isinstance(filter, list):
        return sum(map(_criteria, filter))
    return sum(value is not None for value in filter.values()) + sum(map(_criteria, filter.values())) if isinstance(filter, dict) else 0
