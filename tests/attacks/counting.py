"""Every total of the schema beside the rows that it counts: which there are, asked in as few documents as they fit in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import GraphQLObjectType, get_named_type

from engine.rows import BY_TAG
from tests.attacks.listing import PAGING, samples
from tests.attacks.walking import SCHEMA, _steps

#: Types of numbers, and the types of objects of which no number tells of anything stored.
NUMBERS, OF_DOCUMENTS = {"Int", "Float", "Decimal", "Money"}, {"RateLimit", "CostEstimate", "FieldCost"}
#: Lists in a document, and rows in all of them: as many as an operation may have, with room for the objects.
LISTS, MOST = 10, 9500
#: Customers of whom all is asked at once.
CUSTOMERS = 5
TAGS = {row.__name__: tag for tag, row in BY_TAG.items()}
ROWS = "totalCount nodes { __typename } pageInfo { hasNextPage endCursor }"


class List(NamedTuple):
    """A list of a type, with its arguments but for the page's."""

    of: str
    field: str
    given: str

    def text(self, after: str = "") -> str:
        page = "first: 100" + (f', after: "{after}"' if after else "")
        return f"{self.field}({', '.join(filter(None, [page, self.given]))}) {{ {ROWS} }}"


def numbers() -> Iterator[tuple[str, str]]:
    """Every number that a type has, by itself or as money."""
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__") and type_.name not in OF_DOCUMENTS:
            for name, field in type_.fields.items():
                if get_named_type(field.type).name in NUMBERS:
                    yield type_.name, name


def lists(ids: Mapping[str, str], *, plain: bool = False) -> Iterator[List]:
    """Every list with a total: plain, and by each of its arguments alone unless only that is wanted."""
    for type_ in SCHEMA.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.endswith("Payload"):
            continue
        for name, field in type_.fields.items():
            if get_named_type(field.type).name.endswith("Connection"):
                [step, *_] = _steps(type_, name, field, ids)
                needed = ", ".join(each for each in step.given[1:-1].split(", ") if each and not each.startswith("first"))
                yield List(type_.name, name, needed)
                for argument, each in field.args.items():
                    if not plain and argument not in PAGING and argument not in needed:
                        for value in samples(each.type, ids):
                            yield List(type_.name, name, f"{argument}: {value}")


def documents(found: Sequence[List], ids: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, dict[str, Any], list[List]]]:
    """Document, variables, and the lists in it, which it calls a0, a1 …"""
    for type_ in dict.fromkeys(each.of for each in found):
        own = [each for each in found if each.of == type_]
        some = [own[at:at + LISTS] for at in range(0, len(own), LISTS)]
        for held in some:
            inside = " ".join(f"a{n}: {each.text()}" for n, each in enumerate(held))
            if type_ == "Query":
                yield f"{{ {inside} }}", {}, held
            elif type_ == "Viewer":
                yield f"{{ viewer {{ {inside} }} }}", {}, held
            else:
                every = ids.get(TAGS[type_ if type_ in TAGS else part(type_)[0]], [])
                many = min(MOST // (100 * len(held)), 100)
                for at in range(0, len(every), many):
                    yield f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {_of(type_, inside)} }} }}", {"ids": list(every[at:at + many])}, held


def part(type_: str) -> tuple[str, str]:
    """Of what an object without an id is a part, and by which field."""
    return next((above, name) for above in TAGS for name, field in SCHEMA.type_map[above].fields.items()
                if get_named_type(field.type).name == type_ and not field.args)


def _of(type_: str, inside: str) -> str:
    if type_ in TAGS:
        return f"... on {type_} {{ id {inside} }}"
    above, name = part(type_)
    return f"... on {above} {{ id part: {name} {{ {inside} }} }}"


def objects(data: Any, type_: str) -> list[dict[str, Any]]:
    """The objects of an answer whose lists were asked, with the ids by which they were."""
    if type_ in ("Query", "Viewer"):
        found = data if type_ == "Query" else data["viewer"]
        return [found] if found else []  # some hold nothing anywhere, and are no viewer
    return [each | (each.get("part") or {}) for each in data["nodes"] if each and each.get("part", each)]


def following(each: List, object_: dict[str, Any], cursor: str) -> str:
    """The page after: a document, in which the list is called a0."""
    inside = f"a0: {each.text(cursor)}"
    if each.of == "Query":
        return f"{{ {inside} }}"
    return f"{{ viewer {{ {inside} }} }}" if each.of == "Viewer" else \
        f'{{ nodes(ids: ["{object_["id"]}"]) {{ {_of(each.of, inside)} }} }}'


#: Customers, with all that is counted and all that it is counted of.
BESIDE = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { mrr { amount }
  contracts(first: 100) { totalCount nodes { id status } } contractSummary { total hasMore firstThree { id } byStatus { status count } }
  invoices(first: 100) { nodes { status billingMonth total { amount } } }
  invoiceSummary { billingMonth totalIssuableRemaining { amount } all: totalPossibleRevenue { amount }
    live: totalPossibleRevenue(includeCancelled: false) { amount } groups { status count total { amount } invoices(first: 100) { id } } }
  users(first: 100, active: true) { totalCount } services(first: 100) { nodes { status billingState kind cloudConnection monthlyCharge { amount } } }
  dashboard { users serviceStatus { status count } }
  summary { mrr { amount } mrrPendingEntry { amount } ports virtualCircuits cloudConnections }
  onboarding { progress requiredTasks completedTasks tasks { required status } } } } }"""
