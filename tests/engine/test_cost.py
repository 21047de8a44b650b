"""What operations cost: the weights that the schema declares, times the rows that their pages can have."""

import re
from random import Random

import pytest
from graphql import GraphQLError
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.printer import print_schema

from engine.cost import MOST, Estimator
from engine.documents import Document, Documents
from engine.errors import BadRequest
from engine.measure import Limits
from engine.run import Engine
from resolvers.policy import AccessPolicy
from schema import build_schema
from tests.engine.documents import Author

IDS = {"cus": ["cus_4611686018427387904"], "ten": ["ten_4611686018427387904"]}
PAGE = re.compile(r"\b(first|last): ?(\d+)")


class Nothing:
    """A database that nobody asks."""

    dialect_name = "sqlite"


ENGINE = Engine(build_schema()._schema, Nothing(), AccessPolicy(), Limits(fields=5000, depth=40, document_bytes=100_000, tokens=20_000))
COSTS: Estimator = ENGINE.costs
DOCUMENTS: Documents = ENGINE.documents
ROOTS = sorted(ENGINE.bindings.compiled - {"__typename"})


def found(text: str) -> Document:
    document = DOCUMENTS.get(text, None)
    assert not document.errors, document.errors
    return document


def cost(text: str, **variables: object) -> tuple[int, int]:
    document = found(text)
    return COSTS.estimate(document, document.coerce(variables))


def shares(text: str, **variables: object) -> dict[str, int]:
    document = found(text)
    return {share.path: share.points for share in COSTS.shares(document, document.coerce(variables))}


# -- what the rules say

@pytest.mark.parametrize(("text", "points", "nodes"), [
    ("{ customers(first: 50) { nodes { name mrr { amount } } } }", 100, 50),
    ("{ customers { nodes { name } } }", 100, 50),
    ("{ customers(last: 7) { edges { cursor node { name } } } }", 14, 7),
    ("{ customers(first: 50) { totalCount } }", 2, 0),
    ("{ customers(first: 50) { nodes { name contracts(first: 3) { totalCount nodes { id } } } } }", 250, 200),
    ("{ customers(first: 10) { nodes { id primaryAdmin { email } } } }", 30, 20),
    ('{ customer(id: "cus_1") { name } }', 1, 1),
    ("{ viewer { user { email } } }", 2, 1),
    ('{ nodes(ids: ["cus_1", "cus_2", "ten_1"]) { id } }', 3, 3),
    ("{ customerTree { rows(first: 10) { tenant { name } } } }", 21, 10),
    ("mutation { signOut(input: {}) { userErrors { code } } }", 10, 0),
    ("subscription { customerEvents { kind customer { name } } }", 2, 2),
    ("{ __schema { types { name fields { name } } } }", 0, 0),
    ("{ __typename rateLimit { remaining } estimateCost(document: \"{ a }\") { points } }", 0, 0),
    ("{ a: customers(first: 1) { nodes { id } } b: customers(first: 1) { nodes { id } } }", 4, 2),
    ("{ ...F ...F } fragment F on Query { customers(first: 1) { nodes { id } } }", 2, 1),
    ("{ customers(first: 1) @skip(if: true) { nodes { id } } }", 0, 0),
    # of the types that it may be, the dearest
    ('{ node(id: "x") { id ... on Customer { contracts(first: 5) { nodes { id } } } ... on User { homeTenant { id } } } }', 6, 6),
    # what cannot be is refused later, and costs what is nearest to it
    ("{ customers(first: 0) { nodes { id } } }", 2, 1),
    ("{ customers(first: 5000) { nodes { id } } }", 200, 100),
])
def test_an_operation_costs_what_its_pages_can_hold(text: str, points: int, nodes: int) -> None:
    assert cost(text) == (points, nodes)


def test_page_sizes_and_lists_come_from_variables_too() -> None:
    page = "query($n: Int) { customers(first: $n) { nodes { id } } }"
    assert [cost(page, n=n)[0] for n in (1, 10, 100)] == [2, 20, 200]
    assert cost(page)[0] == cost(page, n=None)[0] == 100
    assert cost("query($n: Int = 4) { customers(first: $n) { nodes { id } } }")[0] == 8
    ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert [cost(ids, ids=["cus_1"] * n)[0] for n in (1, 5)] == [1, 5]
    either = "query($x: Boolean!) { customers(first: 1) @include(if: $x) { nodes { id } } viewer { company: user { id } } }"
    assert (cost(either, x=True)[0], cost(either, x=False)[0]) == (4, 2)


def test_what_costs_most_comes_first_and_by_its_path() -> None:
    text = "{ all: customers(first: 50) { nodes { name few: contracts(first: 3) { nodes { id } } } } }"
    assert list(shares(text).items()) == [("all.nodes.few", 150), ("all", 100)]


@pytest.mark.case(121)
def test_pages_within_pages_are_counted_as_far_as_a_number_goes() -> None:
    inner = "nodes { id }"
    for _ in range(5):
        inner = f"nodes {{ customer {{ contracts(first: 100) {{ {inner} }} }} }}"
    assert cost("{ contracts(first: 100) { %s } }" % inner) == (MOST, MOST)


def test_each_weight_is_in_the_sdl() -> None:
    printed = print_schema(build_schema())
    assert '@cost(weight: 2, multipliers: ["first", "last"], assumed: 50)' in printed
    assert 'rateLimit: RateLimit! @cost(weight: 0' in printed


# -- what holds of any document

def written(seed: int, budget: int) -> tuple[str, Document, dict[str, object]] | None:
    """Some document with values that fit; None where its author wrote what cannot be."""
    text, values = Author(Random(seed), budget, ENGINE.bindings.schema, IDS, ROOTS).document()
    document = DOCUMENTS.get(text, None)
    if document.errors:
        return None
    try:
        fitting = document.coerce(values)
        COSTS.estimate(document, fitting)
    except (BadRequest, GraphQLError):
        return None
    return text, document, fitting


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**63), st.integers(1, 60))
def test_an_operation_costs_what_its_fields_cost_together(seed: int, budget: int) -> None:
    if some := written(seed, budget):
        _, document, values = some
        parts = COSTS.shares(document, values)
        assert min(sum(part.points for part in parts), MOST) == COSTS.estimate(document, values).points
        assert all(part.points > 0 for part in parts)
        assert [part.points for part in parts] == sorted((part.points for part in parts), reverse=True)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**63), st.integers(1, 60), st.integers(1, 60))
def test_larger_pages_never_cost_less(seed: int, budget: int, more: int) -> None:
    if some := written(seed, budget):
        text, document, values = some
        larger = DOCUMENTS.get(PAGE.sub(lambda size: f"{size[1]}: {int(size[2]) + more}", text), None)
        assert not larger.errors
        assert COSTS.estimate(larger, values).points >= COSTS.estimate(document, values).points
        assert COSTS.estimate(larger, values).nodes >= COSTS.estimate(document, values).nodes
