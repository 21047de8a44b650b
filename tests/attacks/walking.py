"""Every way through the schema to a protected field, up to a length, made out of the schema and what its fields declare."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from models.access import Capability
from schema import build_schema

SCHEMA = build_schema()._schema
#: What one document may hold, with room for what stands around it.
TOKENS, FIELDS, ALIASES = 950, 480, 25
WORD = re.compile(r'"[^"]*"|\w+|[^\s,\w]')
#: Rows of each page: a page of the usual size in a page in a page would cost too much.
ROWS = 3


class Step(NamedTuple):
    """One field on the way: of which type it is asked, how it is written, and its name in the answer."""

    of: str
    field: str
    given: str = ""
    alias: str = ""

    @property
    def key(self) -> str:
        return self.alias or self.field

    @property
    def text(self) -> str:
        return (f"{self.alias}: " if self.alias else "") + self.field + self.given


Path = tuple[Step, ...]


def needed(field: GraphQLField) -> str | None:
    """The capability without which a field gives no value: its own, or that of the invoices whose money it shows."""
    declared = field.extensions["strawberry-definition"].metadata or {}
    return declared.get("requires") or (Capability.INVOICE_VIEW.name if declared.get("financial") else None)


def protected(lacking: set[str]) -> set[tuple[str, str]]:
    """The fields that give nothing to somebody who lacks those capabilities everywhere."""
    return {(type_.name, name) for type_ in SCHEMA.type_map.values()
            if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__")
            for name, field in type_.fields.items() if needed(field) in lacking}


def paths(root: GraphQLObjectType, wanted: set[tuple[str, str]], length: int, ids: Mapping[str, str],
          only: Collection[str] | None = None) -> Iterator[Path]:
    """Every path of at most so many fields from a root to a protected field; `ids` has one global id for each type.

    only  the fields by which they may begin; any where it is not given
    """
    for name, field in root.fields.items():
        if only is not None and name not in only:
            continue
        for step in _steps(root, name, field, ids):
            if (root.name, name) in wanted:
                yield (step,)
            if length > 1:
                for inner in _inside(step, field):
                    yield from ((step, *path) for path in paths(inner, wanted, length - 1, ids))


def _inside(step: Step, field: GraphQLField) -> list[GraphQLObjectType]:
    named = get_named_type(field.type)
    if isinstance(named, GraphQLInterfaceType):
        possible = SCHEMA.get_possible_types(named)
        return [type_ for type_ in possible if step.alias in ("", type_.name)]
    return [named] if isinstance(named, GraphQLObjectType) else []


def _steps(type_: GraphQLObjectType, name: str, field: GraphQLField, ids: Mapping[str, str]) -> Iterator[Step]:
    named = get_named_type(field.type)
    given = {argument: _given(type_.name, name, argument, ids) for argument, each in field.args.items()
             if is_required_argument(each)}
    if "first" in field.args:
        given["first"] = str(ROWS)
    if "options" in field.args:
        given["options"] = "$options"
    if isinstance(named, GraphQLInterfaceType) and "id" in given:  # one for each type of object
        for possible, id in ids.items():
            yield Step(type_.name, name, f'(id: "{id}")', possible)
    else:
        yield Step(type_.name, name, f"({', '.join(f'{a}: {v}' for a, v in given.items())})" if given else "")


def _given(type_: str, field: str, argument: str, ids: Mapping[str, str]) -> str:
    if argument == "ids":
        return "[" + ", ".join(f'"{id}"' for id in ids.values()) + "]"
    if argument == "input":
        return "$input"
    if argument == "capability":
        return Capability.FINANCIALS_VIEW.name
    of = {"id": {"tenant": "Tenant", "customer": "Customer", "reportRun": "ReportRun"}.get(field, ""),
          "tenant": "Tenant", "of": "Customer", "customerId": "Customer"}.get(argument, "")
    return {"includeCancelled": "true", "hideInactive": "true", "token": '"none"', "filter": '{name: "a"}', "document": '"{ __typename }"'}.get(
        argument, f'"{ids.get(of, "none")}"')


# -- documents

Tree = dict[Step, "Tree"]


def documents(found: Iterable[Path], around: str = "query {{ {} }}") -> Iterator[tuple[str, list[Path]]]:
    """The paths as few documents, each within the limits, with the paths in it."""
    tree: Tree = {}
    held: list[Path] = []
    weights: list[tuple[int, int, int]] = []
    for path in found:
        if held and any(sum(w) > most for w, most in zip(zip(*weights, strict=True), (TOKENS, FIELDS, ALIASES), strict=True)):
            yield around.format(written(tree)), held
            tree, held, weights = {}, [], []
        at = tree
        for step in path:
            if step not in at:
                is_last = step is path[-1]
                weights.append((3 + is_last + len(WORD.findall(step.text)), 1 + is_last, bool(step.alias)))
            at = at.setdefault(step, {})
        held.append(path)
    if held:
        yield around.format(written(tree)), held


def written(tree: Tree, abstract: bool = False) -> str:
    """A selection; of what may be of several types, in a fragment for each."""
    of: dict[str, list[str]] = {}
    for step, inner in tree.items():
        named = get_named_type(SCHEMA.type_map[step.of].fields[step.field].type)
        below = written(inner, isinstance(named, GraphQLInterfaceType)) if inner else "__typename"
        of.setdefault(step.of, []).append(step.text if is_leaf_type(named) else f"{step.text} {{ {below} }}")
    return " ".join(f"... on {name} {{ {' '.join(fields)} }}" if abstract else " ".join(fields) for name, fields in of.items())


def values(data: Any, path: Path) -> Iterator[Any]:
    """What an answer has at the end of a path, in each object on the way; nothing where there is none. An empty list is
    something: it says that there are none."""
    if not path:
        if data is not None:
            yield data
    elif isinstance(data, list):
        for each in data:
            yield from values(each, path)
    elif isinstance(data, dict) and path[0].key in data:
        yield from values(data[path[0].key], path[1:])


def told(path: Path) -> str:
    return ".".join(step.key for step in path)
