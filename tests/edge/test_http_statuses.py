"""GraphQL over HTTP: which status an answer has, and what may be asked by GET."""

from urllib.parse import urlencode

import orjson
import pytest

from tests.client import Person
from tests.edge.posting import EVERY_KIND, JSON, MODERN, SOMEBODY, fresh_token, post
from tests.edge.wire import send
from tests.servers import Server

# -- statuses

REFUSED_BY_GRAPHQL = [
    ({"query": "{"}, "DOCUMENT_SYNTAX"),
    ({"query": "{ nothing }"}, "DOCUMENT_INVALID"),
    ({"query": "query A { __typename } query B { __typename }"}, "DOCUMENT_INVALID"),
    ({"query": "query A { __typename }", "operationName": "B"}, "DOCUMENT_INVALID"),
    ({"query": "query($n: String!) { __type(name: $n) { name } }"}, "VARIABLES_INVALID"),
    ({"query": "query($n: String!) { __type(name: $n) { name } }", "variables": {"n": 1}}, "VARIABLES_INVALID"),
]


@pytest.mark.parametrize(("asked", "code"), REFUSED_BY_GRAPHQL, ids=range(len(REFUSED_BY_GRAPHQL)))
async def test_what_graphql_refuses_gets_400_or_for_older_clients_200_and_never_data(
    server: Server, asked: dict, code: str
) -> None:
    modern, older = await post(server, asked, MODERN), await post(server, asked, JSON)
    assert (modern.status, older.status) == (400, 200)
    assert modern.body == older.body
    assert modern.code == code
    assert "data" not in modern.json


@pytest.mark.case(118)
async def test_at_most_five_errors_of_a_document_are_told(server: Server) -> None:
    answer = await post(server, {"query": "{" + " ".join(f"f{n}" for n in range(15)) + "}"})
    assert len(answer.json["errors"]) == 5


async def test_a_stranger_may_look_at_the_schema_and_at_who_they_are(server: Server) -> None:
    stranger = Person(server)
    assert "errors" not in await stranger.ask("{ __schema { queryType { name } } viewer { user { id } } }")


@EVERY_KIND
@pytest.mark.parametrize("query", ["{ customers { totalCount } }", "{ viewer { user { id } } customers { totalCount } }",
                                   "query A { ...F } fragment F on Query { __typename ... { customer(id: 1) { id } } }",
                                   "mutation { switchBack(input: {}) { dryRun } }"])
async def test_a_stranger_gets_401_for_anything_else(server: Server, query: str, accept: str) -> None:
    status, _, body = await Person(server).raw(query, headers={"Accept": accept})
    assert status == 401
    assert orjson.loads(body)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert b"data" not in body


@pytest.mark.parametrize("given", ["Bearer nonsense", "Bearer", "Basic dXNlcjpwYXNz", "nonsense", "Bearer \xff"])
async def test_a_token_that_opens_nothing_gets_401_even_for_what_strangers_may_ask(server: Server, given: str) -> None:
    answer = await post(server, {"query": "{ viewer { user { id } } }"}, Authorization=given)
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")


# -- GET

def address(**parameters: str) -> str:
    return f"/graphql?{urlencode(parameters)}"


async def get(server: Server, path: str, accept: str = MODERN, **headers: str):
    return await send(server, headers={"Accept": accept, **headers}, method="GET", path=path)


@EVERY_KIND
async def test_a_query_may_be_asked_by_get(server: Server, accept: str) -> None:
    query = "query Type($name: String!) { __type(name: $name) { name } }"
    answer = await get(server, address(query=query, variables='{"name":"Customer"}', operationName="Type"), accept)
    assert (answer.status, answer.json) == (200, {"data": {"__type": {"name": "Customer"}}})


async def test_a_get_reads_what_the_person_sees(server: Server) -> None:
    token = await Person(server, SOMEBODY).token()
    answer = await get(server, address(query="{ customers { totalCount } }"), Authorization=f"Bearer {token}")
    assert answer.json == {"data": {"customers": {"totalCount": 2}}}


@pytest.mark.case(77)
async def test_a_mutation_by_get_gets_405_and_changes_nothing(server: Server) -> None:
    token = await Person(server, SOMEBODY, token=await fresh_token(server)).token()
    answer = await get(server, address(query="mutation { signOut(input: {}) { dryRun } }"), Authorization=f"Bearer {token}")
    assert (answer.status, answer.code, answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    assert (await Person(server, token=token).ask("{ viewer { user { email } } }"))["data"]["viewer"]["user"]


@pytest.mark.parametrize("path", ["/graphql", "/graphql?query=", "/graphql?query=%7Ba%7D&query=%7Bb%7D",
                                  address(query="{ __typename }", variables="[1]"),
                                  address(query="{ __typename }", variables="{"),
                                  address(query="{ __typename }", extensions="1"),
                                  address(query="{ __typename }", operationName="{}"),
                                  address(query="{ __typename }\0")])
async def test_a_get_that_is_no_request_gets_400(sqlite_server: Server, path: str) -> None:
    answer = await get(sqlite_server, path)
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")


async def test_somebody_who_looks_with_a_browser_gets_a_page(sqlite_server: Server) -> None:
    answer = await get(sqlite_server, "/graphql", "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
