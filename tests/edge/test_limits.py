"""What a document may ask for: measured before anything else is done, in time linear in its text (trap 2)."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import GraphQLError, get_introspection_query, parse

from engine.documents import Document
from engine.measure import MANY, Limits, Measurement, measure, parsed
from schema import build_schema
from tests.client import PASSWORD, SIGN_IN, Person
from tests.conftest import Serve
from tests.servers import Server

LIMITS = Limits()


def doubled(times: int) -> str:
    """A document of some hundred bytes that comes to 2 to the power of `times` aliased fields."""
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(times)]
    return f"{{ ...F0 }} {' '.join(fragments)} fragment F{times} on Query {{ a: __typename }}"


def broken(text: str, limits: Limits = LIMITS) -> dict[str, int]:
    """The limits that a document breaks, with what was measured."""
    return {error.extensions["limit"]: error.extensions["measured"] for error in measure(parsed(text, limits), limits)}


# -- trap 2

@pytest.mark.case(116)
def test_fragments_that_double_each_other_are_visited_once_each() -> None:
    visits = []
    for times in (4, 8, 16):
        measurement = Measurement(parse(doubled(times)))
        values = measurement.values()
        visits.append(measurement.visited)
        assert values["fields"] == values["aliases"] == values["roots"] == 2**times
    assert visits[1] - visits[0] == (visits[2] - visits[1]) / 2, "every further fragment costs the same"
    assert visits[-1] < 100


def test_nothing_is_counted_further_than_an_answer_can_say() -> None:
    assert Measurement(parse(doubled(60))).values()["fields"] == MANY


@pytest.mark.case(116)
async def test_a_document_of_doubled_fragments_is_refused_before_it_is_validated(server: Server) -> None:
    status, _, _ = answer = await Person(server).raw(doubled(40))
    assert status == 400
    assert b"DOCUMENT_LIMIT" in answer[2]
    assert b"1,000,000 or more aliases" in answer[2]


def test_fragments_in_a_circle_are_measured_and_left_to_validation() -> None:
    circle = "{ ...A } fragment A on Query { ...B __typename } fragment B on Query { ...A }"
    assert broken(circle) == {}
    document = Document(build_schema()._schema, circle, None, LIMITS, frozenset())
    assert "itself" in document.errors[0].message


# -- each limit, at it and beyond

def nested(levels: int) -> str:
    return "{ a " * levels + "}" * levels


AT_THE_LIMIT = {
    "depth": (nested(12), nested(13)),
    "fields": ("{ a { " + "b " * 499 + "} }", "{ a { " + "b " * 500 + "} }"),
    "aliases": ("{ a { " + "c: b " * 30 + "} }", "{ a { " + "c: b " * 31 + "} }"),
    "directives": ("{ a { " + "b @skip(if: true) " * 50 + "} }", "{ a { " + "b @skip(if: true) " * 51 + "} }"),
    "roots": ("{ " + "a " * 20 + "}", "{ " + "a " * 21 + "}"),
    "definitions": ("{ a } " * 60, "{ a } " * 61),
    "items": ("{ a(b: [" + "1 " * 100 + "]) }", "{ a(b: {c: [" + "1 " * 101 + "]}) }"),
}


@pytest.mark.parametrize("limit", AT_THE_LIMIT)
@pytest.mark.case(117, 118, 119, 124)
def test_a_document_may_reach_a_limit_and_not_pass_it(limit: str) -> None:
    within, beyond = AT_THE_LIMIT[limit]
    assert broken(within) == {}
    assert broken(beyond) == {limit: getattr(LIMITS, limit) + 1}


def test_every_broken_limit_is_told_with_its_value_and_a_remedy() -> None:
    errors = measure(parsed("{ " + "a: b " * 40 + "}", LIMITS), LIMITS)
    assert [e.extensions for e in errors] == [
        {"code": "DOCUMENT_LIMIT", "limit": "aliases", "measured": 40, "allowed": 30},
        {"code": "DOCUMENT_LIMIT", "limit": "roots", "measured": 40, "allowed": 20}]
    assert errors[0].message == ("The document has 40 aliases; the limit is 30. "
                                 "Ask for lists instead, or split it into several requests.")


@pytest.mark.parametrize(("text", "limit"), [
    ("{ a(b: " + "[" * 13 + "1" + "]" * 13 + ") }", "depth"),
    ("{ a(b: " + "{c: " * 13 + "1" + "}" * 13 + ") }", "depth"),
    ("query($a: " + "[" * 13 + "Int" + "]" * 13 + ") { a(b: $a) }", "depth"),
    ("query" + " @skip(if: true)" * 51 + " { a }", "directives"),
    ("query($a: Int" + " @skip(if: true)" * 51 + ") { a(b: $a) }", "directives"),
    ("{ ...F } fragment F on Query" + " @skip(if: true)" * 51 + " { a }", "directives"),
    ("{ a { ...F ...F } } fragment F on A { " + "b: c " * 16 + "}", "aliases"),
    ("{ ... { ... on Query { " + "a " * 21 + "} } }", "roots"),
    ("{ ...F ...F } fragment F on Query { " + "a " * 11 + "}", "roots"),
    ("query A { a } query B { " + "a " * 21 + "}", "roots"),
    ("{ a { ...F } } fragment F on A " + nested(12), "depth"),
])
def test_nothing_is_overlooked(text: str, limit: str) -> None:
    assert limit in broken(text)


@pytest.mark.parametrize(("text", "told"), [
    ("#" + "x" * 20_000 + "\n{ a }", "20,007 bytes; the limit is 20,000"),
    ("# " + "é" * 10_000 + "\n{ a }", "20,008 bytes; the limit is 20,000"),
    ("{ " + "a " * 999 + "}", "1,001 words and signs; the limit is 1,000"),
    ("# x\n" * 1001 + "{ a }", "1,001 words and signs"),
    ("{a" * 400 + "}" * 400, "1,000,000 or more levels"),
    ("{ a(b: " + "[" * 900 + "]" * 90 + ") }", "1,000,000 or more levels"),
])
@pytest.mark.case(119)
def test_a_document_too_large_to_be_parsed_is_refused_all_the_same(text: str, told: str) -> None:
    with pytest.raises(GraphQLError, match=told) as refused:
        parsed(text, LIMITS)
    assert refused.value.extensions["code"] == "DOCUMENT_LIMIT"


def test_a_chain_of_fragments_too_long_to_follow_is_told_as_depth() -> None:
    links = 5000
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(links))
    document = parse(f"{{ ...F0 }} {chain} fragment F{links} on Query {{ a }}")
    assert [e.extensions["limit"] for e in measure(document, LIMITS)] == ["depth"]

# -- each over HTTP: where it stands, and where a setting puts it

TOO_LONG = {"document_bytes": "#" + "x" * 20_000 + "\n{ a }", "tokens": "{ " + "a " * 999 + "}"}
#: Settings as narrow as the story's people can still sign in with, and what is too much for each, though not by itself.
NARROW = {
    "document_bytes": ("600", "{ a } #" + "x" * 600),
    "tokens": ("60", "{ a { " + "b " * 57 + "} }"),
    "depth": ("3", nested(4)),
    "fields": ("20", "{ a { " + "b " * 20 + "} }"),
    "aliases": ("2", "{ a { " + "c: b " * 3 + "} }"),
    "directives": ("2", "{ a { " + "b @skip(if: true) " * 3 + "} }"),
    "roots": ("2", "{ a b c }"),
    "definitions": ("2", "{ a } " * 3),
    "items": ("4", "{ a(b: [1 2 3 4 5]) }"),
}
NAMES = {"document_bytes": "TENANTRY_DOCUMENT_BYTES", "items": "TENANTRY_LIST_ITEMS"}
IDS = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"


@pytest.fixture(scope="module")
async def narrow(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    settings = {NAMES.get(limit, f"TENANTRY_DOCUMENT_{limit.upper()}"): value for limit, (value, _) in NARROW.items()}
    return await serve(f"sqlite://{tmp_path_factory.mktemp('narrow')}/tenantry.sqlite", **settings, TENANTRY_BODY_BYTES="2000",
                       TENANTRY_ANSWER_BYTES="200", TENANTRY_COST_MAXIMUM="150")


async def refusal(server: Server, text: str, **variables: object) -> tuple[int, dict[str, Any]]:
    status, _, body = await Person(server).raw(text, variables)
    return status, orjson.loads(body)["errors"][0]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(117, 118, 119, 121, 124)
async def test_every_limit_of_a_document_is_told_over_http_before_it_is_known_who_asks(server: Server) -> None:
    for limit, beyond in {**TOO_LONG, **{limit: beyond for limit, (_, beyond) in AT_THE_LIMIT.items()}}.items():
        status, error = await refusal(server, beyond)
        told, most = error["extensions"], getattr(LIMITS, limit)
        assert (status, told["code"], told["limit"], told["allowed"]) == (400, "DOCUMENT_LIMIT", limit, most), error
        assert told["measured"] > most and f"{most:,}" in error["message"] and error["message"].count(".") >= 2, "and a remedy"
    for limit, (within, _) in AT_THE_LIMIT.items():
        status, error = await refusal(server, within)
        assert (status, error["extensions"]["code"]) == (400, "DOCUMENT_INVALID"), limit
    status, error = await refusal(server, IDS, ids=["cus_1"] * 101)
    assert (status, error["extensions"]) == (400, {"code": "DOCUMENT_LIMIT", "limit": "items", "measured": 101, "allowed": 100})
    assert "$ids has 101 items in one list" in error["message"]
    assert (await refusal(server, IDS, ids=["cus_1"] * 100))[1]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.case(117, 118, 119, 121, 122, 124, 125)
async def test_every_limit_is_where_its_setting_puts_it(narrow: Server) -> None:
    for limit, (most, beyond) in NARROW.items():
        status, error = await refusal(narrow, beyond)
        assert (status, error["extensions"]["limit"], error["extensions"]["allowed"]) == (400, limit, int(most)), error
    status, error = await refusal(narrow, IDS, ids=["cus_1"] * 5)
    assert (status, error["extensions"]["limit"]) == (400, "items")
    status, error = await refusal(narrow, "{ __typename }", a="x" * 2000)
    assert (status, error["extensions"]["code"]) == (413, "BODY_TOO_LARGE") and "2000" in error["message"]


@pytest.mark.case(121, 132)
async def test_an_answer_beyond_its_limit_is_refused_whole_and_what_costs_too_much_is_not_begun(narrow: Server) -> None:
    admin = Person(narrow, "admin@brightline.example")
    status, _, body = await admin.raw("{ customers(first: 50) { nodes { id name } } }")
    [error] = orjson.loads(body)["errors"]
    assert (status, error["extensions"]["code"]) == (400, "ANSWER_TOO_LARGE") and b'"data"' not in body
    assert "larger than 200 bytes" in error["message"] and "fewer" in error["message"]
    assert (await admin.raw("{ customers(first: 50) { nodes { id name } } }", headers={"Accept": "application/json"}))[0] == 200
    assert "errors" not in await admin.ask("{ customers(first: 1) { nodes { id name } } }")
    status, _, body = await admin.raw("{ customers(first: 99) { nodes { id name } } }")
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (400, "QUERY_TOO_EXPENSIVE")


async def test_a_change_has_so_long_in_the_database_and_no_longer(serve: Serve, sqlite_path: Path) -> None:
    hasty = await serve(f"sqlite://{sqlite_path}", TENANTRY_CHANGE_SECONDS="0.0001")
    status, _, body = await Person(hasty).raw(SIGN_IN, {"input": {"email": "admin@brightline.example", "password": PASSWORD}})
    [error] = orjson.loads(body)["errors"]
    assert (status, error["extensions"]["code"]) == (504, "TIMEOUT")
    assert "longer than 0.0001 s, and nothing of it was stored" in error["message"]


# -- introspection

FULL = get_introspection_query(descriptions=True, specified_by_url=True, directive_is_repeatable=True,
                               schema_description=True, input_value_deprecation=True)


async def test_tools_can_read_the_whole_schema(server: Server) -> None:
    answer = await Person(server).ask(FULL)
    assert "errors" not in answer
    assert any(t["name"] == "Customer" for t in answer["data"]["__schema"]["types"])


@pytest.mark.case(120)
async def test_introspection_in_circles_is_refused(server: Server) -> None:
    circle = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    answer = await Person(server).ask(circle)
    assert answer["errors"][0]["extensions"]["code"] == "DOCUMENT_INVALID"
    assert "data" not in answer


@pytest.mark.case(120)
def test_introspection_is_not_endless_either() -> None:
    assert "depth" in broken("{ __schema { types { " + "ofType { " * 25 + "name" + " }" * 25 + " } } }")


# -- what is said of a wrong document

@pytest.mark.case(23)
@pytest.mark.parametrize(("limits", "said"), [(Limits(), True), (Limits(suggestions=False), False)])
def test_only_development_suggests_what_was_perhaps_meant(limits: Limits, said: bool) -> None:
    schema = build_schema()._schema
    wrong = ["{ custmers { totalCount } }", "{ customers(frist: 1) { totalCount } }",
             "{ customers(sort: {key: NAMES}) { totalCount } }", "{ __type(name: 1) { nme } }"]
    messages = [e.message for text in wrong for e in Document(schema, text, None, limits, frozenset()).errors]
    assert len(messages) >= len(wrong)
    assert any("Did you mean" in message for message in messages) == said
    with pytest.raises(GraphQLError) as refused:
        Document(schema, "query($s: CustomerSort) { customers(sort: $s) { totalCount } }", None, limits,
                 frozenset()).coerce({"s": {"key": "NAMES"}})
    assert ("Did you mean" in refused.value.message) == said
