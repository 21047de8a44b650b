"""Documents named by their hash: whoever sent one first, each who names it gets what they would get by sending it."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from server.texts import NotRegistered, Registered
from tests.client import Person
from tests.edge.wire import Reply, send
from tests.live import Stream, figure, socket, streamed
from tests.servers import Server

JSON, MODERN = "application/json", "application/graphql-response+json"
REVENUE = '{ customers(search: "%s") { nodes { mrr { amount } } } }'
ANYBODY, ADMIN, ROSA = None, "admin@brightline.example", "regular@brightline.example"
WATCH = "subscription %s($id: ID!) { onboardingProgress(customerId: $id) { progress } }"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def named(hash: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}, **more}


def both(query: str, **more: Any) -> dict[str, Any]:
    return named(sha256(query), query=query, **more)


async def post(person: Person, asked: dict[str, Any], accept: str = MODERN) -> Reply:
    status, headers, body = await person.post(orjson.dumps(asked), headers={"Accept": accept})
    return Reply(status, {name.lower(): value for name, value in headers.items()}, body)


async def get(person: Person, asked: dict[str, Any]) -> Reply:
    parameters = {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in asked.items()}
    token = await person.token()
    return await send(person.server, headers={"Accept": MODERN, **({"Authorization": f"Bearer {token}"} if token else {})},
                      method="GET", path=f"/graphql?{urlencode(parameters)}")


async def global_enterprises(person: Person) -> str:
    answer = await person.ask('{ customers(search: "Global Enterprises") { nodes { id } } }')
    [customer] = answer["data"]["customers"]["nodes"]
    return customer["id"]


# -- the protocol

async def test_a_hash_is_unknown_until_its_document_came_along_once(sqlite_story: Server) -> None:
    admin, query = Person(sqlite_story, ADMIN), "query Once { customers { totalCount } }"
    hits = await figure(sqlite_story, 'tenantry_cache_hits_total{cache="persisted"}')
    unknown, older = await post(admin, named(sha256(query))), await post(admin, named(sha256(query)), JSON)
    assert (unknown.status, older.status) == (400, 200)
    assert unknown.json == older.json == {"errors": [{"message": "PersistedQueryNotFound", "extensions": {
        "code": "PERSISTED_QUERY_NOT_FOUND",
        "remedy": "Send the document as `query` beside its hash, once; after that its hash alone will do."}}]}
    answers = [await post(admin, both(query)), await post(admin, named(sha256(query))), await get(admin, named(sha256(query))),
               await post(admin, named(sha256(query), query="")), await post(admin, both(query))]
    assert [answer.json for answer in answers] == [{"data": {"customers": {"totalCount": 5}}}] * 5
    assert await figure(sqlite_story, 'tenantry_cache_hits_total{cache="persisted"}') == hits + 4


async def test_a_hash_may_be_registered_by_get(sqlite_story: Server) -> None:
    admin, query = Person(sqlite_story, ADMIN), "query ByGet { customers { totalCount } }"
    assert (await get(admin, named(sha256(query)))).code == "PERSISTED_QUERY_NOT_FOUND"
    assert (await get(admin, both(query))).json == (await get(admin, named(sha256(query)))).json \
        == {"data": {"customers": {"totalCount": 5}}}


async def test_variables_an_operations_name_and_explain_go_with_a_hash(sqlite_story: Server) -> None:
    admin = Person(sqlite_story, ADMIN)
    query = "query A($s: String) { customers(search: $s) { totalCount } } query B { __typename }"
    for asked in (both(query, operationName="B"), named(sha256(query), operationName="A", variables={"s": "Acme"})):
        asked["extensions"]["explain"] = True
        answer = orjson.loads((await post(admin, asked)).body)
    assert answer["data"] == {"customers": {"totalCount": 1}}
    assert "select" in str(answer["extensions"]["explain"])


# -- what is kept is a text: rights come with each request

@pytest.mark.case(18)
async def test_each_sees_by_a_hash_what_they_may_see_and_no_more(story: Server) -> None:
    query = REVENUE % "Global Enterprises"
    admin, rosa = Person(story, ADMIN), Person(story, ROSA)
    seen = (await post(admin, both(query))).json
    assert seen["data"]["customers"]["nodes"][0]["mrr"]["amount"]
    less = (await post(rosa, named(sha256(query)))).json
    assert less["data"] == {"customers": {"nodes": [{"mrr": None}]}}
    assert less["extensions"]["withheld"][0]["reason"] == "SUPPORT_ROLE"
    nothing = await post(Person(story), named(sha256(query)))
    assert (nothing.status, nothing.code) == (401, "UNAUTHENTICATED")
    assert (await post(admin, named(sha256(query)))).json == seen


async def test_a_mutation_named_in_an_address_changes_nothing(sqlite_story: Server) -> None:
    admin, query = Person(sqlite_story, ADMIN), "mutation { signOut(input: {}, options: {dryRun: true}) { dryRun } }"
    assert (await post(admin, both(query))).json["data"] == {"signOut": {"dryRun": True}}
    refused = await get(admin, named(sha256(query)))
    assert (refused.status, refused.code) == (405, "METHOD_NOT_ALLOWED")


# -- what is not kept

@pytest.mark.parametrize("extension", [
    1, "hash", [], {}, {"version": 1}, {"version": 1, "sha256Hash": None}, {"version": 2, "sha256Hash": "a" * 64},
    {"version": 1, "sha256Hash": "a" * 63}, {"version": 1, "sha256Hash": "A" * 64}, {"version": 1, "sha256Hash": "a" * 64}])
async def test_a_hash_that_is_none_or_not_the_documents_gets_400_and_registers_nothing(
    sqlite_story: Server, extension: Any
) -> None:
    answer = await post(Person(sqlite_story), {"query": "{ __typename }", "extensions": {"persistedQuery": extension}}, JSON)
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert "`extensions.persistedQuery`" in answer.json["errors"][0]["message"]
    assert (await post(Person(sqlite_story), named("a" * 64))).code == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{" + "a" * 30_000 + "}"])
async def test_a_document_that_cannot_be_run_is_not_kept(sqlite_story: Server, query: str) -> None:
    nobody = Person(sqlite_story)
    assert (await post(nobody, both(query))).code.startswith("DOCUMENT_")
    assert (await post(nobody, named(sha256(query)))).code == "PERSISTED_QUERY_NOT_FOUND"


async def test_without_a_list_a_document_has_no_id(sqlite_story: Server) -> None:
    answer = await post(Person(sqlite_story), {"documentId": sha256("{ __typename }")})
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert "`extensions.persistedQuery`" in answer.json["errors"][0]["message"]


async def test_the_hash_is_that_of_the_text_as_it_was_written(sqlite_story: Server) -> None:
    query = unicodedata.normalize("NFD", '{ customers(search: "Söhne") { totalCount } }')
    admin = Person(sqlite_story, ADMIN)
    assert query != unicodedata.normalize("NFC", query)
    for asked in (both(query), named(sha256(query))):
        assert (await post(admin, asked)).json == {"data": {"customers": {"totalCount": 1}}}


def test_only_so_much_is_kept_and_what_was_used_last() -> None:
    texts = Registered(4_000)
    queries = [f"{{ a{n} }}" for n in range(20)]
    for query in queries:
        texts.keep(sha256(query), query)
        assert texts.meant(None, None, named(sha256(queries[0]))["extensions"]["persistedQuery"]).text == queries[0]
    [kept] = texts.caches.values()
    assert 1 < len(kept) < 20 and kept.weight <= 4_000
    with pytest.raises(NotRegistered):
        texts.meant(None, None, named(sha256(queries[1]))["extensions"]["persistedQuery"])


# -- streams and sockets

async def test_a_subscription_over_a_socket_may_be_named(sqlite_story: Server) -> None:
    admin, query = Person(sqlite_story, ADMIN), WATCH % "BySocket"
    variables = {"id": await global_enterprises(admin)}
    async with socket(sqlite_story) as line:
        await line.greet(await admin.token())
        await line.say(id="1", type="subscribe", payload=named(sha256(query), variables=variables))
        refused = await line.hear()
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "PERSISTED_QUERY_NOT_FOUND")
        for id, asked in (("2", both(query, variables=variables)), ("3", named(sha256(query), variables=variables))):
            await line.say(id=id, type="subscribe", payload=asked)
            told = await line.hear()
            assert (told["id"], told["payload"]["data"]["onboardingProgress"]["progress"]) == (id, 0.6)


async def test_a_subscription_as_a_stream_may_be_named(sqlite_story: Server) -> None:
    admin, query = Person(sqlite_story, ADMIN), WATCH % "ByStream"
    variables = {"id": await global_enterprises(admin)}
    refused = await streamed(admin, named(sha256(query), variables=variables))
    assert (refused.status, orjson.loads(await refused.read())["errors"][0]["message"]) == (400, "PersistedQueryNotFound")
    for asked in (both(query, variables=variables), named(sha256(query), variables=variables)):
        response = await streamed(admin, asked)
        assert (await Stream(response).told()) == {"progress": 0.6}
        response.close()
