"""Every list and every total that the schema has, with every argument that it takes, as few documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.attacks.walking import FIELDS, SCHEMA, TOKENS, WORD, Path, Step, _steps

#: What a filter or a search by an amount would be tried with, beside what names it.
TEXTS = {"String": ['"125"', '"1.00"', '"12500"', '"Pine"', '""'], "Boolean": ["true", "false"], "Int": ["1"],
         "DateTime": ['"2026-11-01T00:00:00Z"'], "Date": ['"2026-11-01"'], "BillingMonth": ['"2026-10"'],
         "CountryCode": ['"NL"'], "LanguageTag": ['"de"'], "Decimal": ['"1.00"']}
PAGING = ("first", "after", "last", "before")


def ways(ids: Mapping[str, str]) -> dict[str, Path]:
    """The shortest way from the root to an object of each type that has one."""
    found: dict[str, Path] = {SCHEMA.query_type.name: ()}
    at = [SCHEMA.query_type]
    for type_ in at:
        for name, field in type_.fields.items():
            for step in _steps(type_, name, field, ids):
                named = get_named_type(field.type)
                kinds = [SCHEMA.type_map[step.alias]] if isinstance(named, GraphQLInterfaceType) and step.alias else [named]
                for kind in kinds:
                    if isinstance(kind, GraphQLObjectType) and kind.name not in found and not kind.name.startswith("__"):
                        found[kind.name] = (*found[type_.name], step)
                        at.append(kind)
    return found


def lists(ids: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Each list of each type, by each of its arguments alone: the way to its object, and the field as it is written."""
    for name, way in ways(ids).items():
        for field_name, field in SCHEMA.type_map[name].fields.items():
            if name.endswith(("Connection", "Edge")) or not _is_list(field):
                continue
            for n, given in enumerate(_arguments(name, field_name, field, ids)):
                yield way, f"{field_name}{f'({given})' if given else ''} {_selection(field, 1 if n == 0 else 0)}"


def _is_list(field: GraphQLField) -> bool:
    type_ = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    named = get_named_type(type_)
    return (isinstance(type_, GraphQLList) and not is_leaf_type(named)) or named.name in ("CustomerTree", "InvoiceSummary") \
        or named.name.endswith("Connection")


def _arguments(type_: str, name: str, field: GraphQLField, ids: Mapping[str, str]) -> Iterator[str]:
    [step, *_] = _steps(SCHEMA.type_map[type_], name, field, ids)
    plain = step.given[1:-1]
    yield plain
    for argument, each in field.args.items():
        if argument not in PAGING and not (is_required_argument(each) and argument in plain):
            for value in samples(each.type, ids):
                yield ", ".join(filter(None, [plain, f"{argument}: {value}"]))


def samples(type_: Any, ids: Mapping[str, str], depth: int = 0) -> list[str]:
    """Literals of a type: each value of an enumeration, and each field of an input by itself."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLList):
        return [f"[{each}]" for each in samples(inner.of_type, ids, depth)]
    if isinstance(inner, GraphQLEnumType):
        return list(inner.values)
    if isinstance(inner, GraphQLInputObjectType):
        if depth > 1:
            return ["{}"]
        needed = {name: samples(f.type, ids, depth + 1) for name, f in inner.fields.items() if isinstance(f.type, GraphQLNonNull)}
        if needed:
            found = [""]
            for name, values in needed.items():
                found = [f"{so_far}{name}: {value}, " for so_far in found for value in values]
            return [f"{{{each}}}" for each in found]
        return [f"{{{name}: {value}}}" for name, f in inner.fields.items() for value in samples(f.type, ids, depth + 1)]
    return TEXTS.get(inner.name) or [f'"{id}"' for id in ids.values()][:6]


def _selection(field: GraphQLField, depth: int) -> str:
    named = get_named_type(field.type)
    if named.name.endswith("Connection"):
        node = get_named_type(named.fields["nodes"].type)
        beside = " ".join(_leaves(named, 0))
        return f"{{ {beside} pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{ {' '.join(_leaves(node, depth))} }} }} }}"
    if isinstance(named, GraphQLInterfaceType):
        return "{ __typename id }"
    return f"{{ {' '.join(_leaves(named, depth))} }}"


def _leaves(type_: GraphQLObjectType, depth: int) -> list[str]:
    """The values of an object, and those of the objects in it that are no lists."""
    found = ["__typename"]
    for name, field in type_.fields.items():
        named = get_named_type(field.type)
        if any(is_required_argument(each) for each in field.args.values()):
            continue
        if is_leaf_type(named):
            found.append(name)
        elif named.name == "Money":
            found.append(f"{name} {{ amount formatted }}")
        elif depth and isinstance(named, GraphQLObjectType) and not _is_list(field):
            found.append(f"{name} {{ {' '.join(_leaves(named, 0))} }}")
    return found


def documents(ids: Mapping[str, str]) -> Iterator[str]:
    """All of them: those of one way in one document, under aliases, as far as it holds them."""
    by_way: dict[Path, list[str]] = {}
    for way, text in lists(ids):
        by_way.setdefault(way, []).append(text)
    for way, texts in by_way.items():
        held: list[str] = []
        for text in texts:
            words = sum(len(WORD.findall(each)) for each in [*held, text]) + 12 * len(way)
            fields = sum(len(each.split()) for each in [*held, text])
            if held and (words > TOKENS - 60 or fields > FIELDS or len(held) >= 18):
                yield _around(way, held)
                held = []
            held.append(text)
        yield _around(way, held)


def _around(way: Path, texts: list[str]) -> str:
    inside = " ".join(f"a{n}: {text}" for n, text in enumerate(texts))
    for step in reversed(way):
        named = get_named_type(SCHEMA.type_map[step.of].fields[step.field].type)
        fragment = step.alias if isinstance(named, GraphQLInterfaceType) else ""
        inside = f"{step.text} {{ {f'... on {fragment} {{ {inside} }}' if fragment else inside} }}"
    return f"{{ {inside} }}"


__all__ = ["Step", "documents", "lists", "ways"]
