"""What a document may ask for: measured before anything else is done, in time linear in its text (trap 2)."""

import pytest
from graphql import GraphQLError, get_introspection_query, parse

from engine.documents import Document
from engine.measure import MANY, Limits, Measurement, measure, parsed
from schema import build_schema
from tests.client import Person
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
    ("{ " + "a " * 999 + "}", "more than 1000 tokens"),
    ("# x\n" * 1001 + "{ a }", "more than 1000 tokens"),
    ("{a" * 400 + "}" * 400, "nested too deeply"),
    ("{ a(b: " + "[" * 900 + "]" * 90 + ") }", "nested too deeply"),
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
