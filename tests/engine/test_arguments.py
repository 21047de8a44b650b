"""Arguments as resolvers get them: what shapes a plan is a plain value, everything else is bound when it runs."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import FieldNode, GraphQLError, build_schema, parse

from engine.arguments import arguments_of
from engine.errors import BadRequest
from engine.expr import Bound
from engine.plan import fetcher
from tests.engine.conftest import Stage
from tests.engine.world import NOW

FIELDS = build_schema("type Query { list(words: [String!], word: String, size: Int, flag: Boolean!): Int }").query_type.fields


def given(text: str, values: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the one field of a document."""
    node: Any = parse(text).definitions[0]
    field: FieldNode = node.selection_set.selections[0]
    return arguments_of(FIELDS["list"].args, field, values)


def fetched(bound: Bound, values: dict[str, Any]) -> Any:
    return fetcher(bound)(values, {}.get, NOW)


def test_sizes_and_switches_are_known_while_planning_and_texts_are_not() -> None:
    args = given('query($n: Int) { list(word: "a", size: $n, flag: false) }', {"n": 3})
    assert (args["size"], args["flag"], args["words"]) == (3, False, None)
    assert isinstance(args["word"], Bound) and fetched(args["word"], {}) == "a"


def test_a_variable_within_a_list_is_read_anew_each_time() -> None:
    """A plan made for one request serves the next one, whose variables are others."""
    bound = given('query($w: String!) { list(words: ["a", $w]) }', {"w": "mine"})["words"]
    assert fetched(bound, {"w": "mine"}) == ["a", "mine"]
    assert fetched(bound, {"w": "yours"}) == ["a", "yours"]


@pytest.mark.parametrize("text", [
    'query($x: String = "b") { list(words: ["a", $x]) }', "query($x: Boolean = true) { list(flag: $x) }"])
def test_null_where_it_must_not_be_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="null"):
        given(text, {"x": None})


async def test_more_ids_than_a_request_may_name_are_refused(stage: Stage) -> None:
    asked, ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", stage.ids["ten"] * 4
    assert len((await stage.read(asked, "platform admin", ids=ids[:100]))["nodes"]) == 100
    with pytest.raises(GraphQLError, match="101 items in one list; the limit is 100"):
        await stage.answer(asked, "platform admin", {"ids": ids[:101]})
