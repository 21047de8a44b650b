"""A server that answers a committed list of documents, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.documents import Documents
from engine.measure import Limits
from schema import build_schema
from server.__main__ import TOLD
from server.texts import UnfitManifest, trusted
from tests.client import PASSWORD, SIGN_IN, Person
from tests.conftest import Serve
from tests.edge.test_persisted import ADMIN, ROSA, WATCH, get, global_enterprises, named, post, sha256
from tests.live import Stream, socket, streamed
from tests.servers import Server

REVENUE = 'query Revenue { customers(search: "Global Enterprises") { nodes { mrr { currency } } } }'
NAMES = "query Names { customers { totalCount } } query Me { viewer { user { email } } }"
WATCHED = WATCH % "Watch"
SEARCH = '{ customers(search: "Global Enterprises") { nodes { id } } }'
LISTED = {sha256(text): text for text in (REVENUE, NAMES, WATCHED)} | {
    f"sha256:{sha256(SEARCH)}": SEARCH, "sign-in/1": SIGN_IN}


class Reader(Person):
    """Somebody who names documents instead of sending them."""

    async def post(self, body: bytes, *, headers: Any = None) -> Any:
        asked = orjson.loads(body)
        ids = {text: id for id, text in LISTED.items()}
        if asked.get("query") in ids and "extensions" not in asked:
            asked["documentId"] = ids[asked.pop("query")]
        return await super().post(orjson.dumps(asked), headers=headers)

    async def token(self) -> str | None:
        if self._token is None and self.email is not None:
            answer = await Reader(self.server).ask(SIGN_IN, {"input": {"email": self.email, "password": PASSWORD}})
            self._token = answer["data"]["signIn"]["token"]
        return self._token


@pytest.fixture(scope="module")
async def listed(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("trusted")
    (folder / "documents.json").write_bytes(orjson.dumps(LISTED))
    return await serve(f"sqlite://{folder / 'tenantry.sqlite'}", TENANTRY_TRUSTED_DOCUMENTS=str(folder / "documents.json"))


@pytest.mark.case(18)
async def test_a_listed_document_is_answered_by_either_name_and_for_each_as_they_may_see(listed: Server) -> None:
    admin, rosa, hash = Reader(listed, ADMIN), Reader(listed, ROSA), sha256(REVENUE)
    seen = {"data": {"customers": {"nodes": [{"mrr": {"currency": "EUR"}}]}}}
    for asked in ({"documentId": hash}, {"documentId": f"sha256:{hash}"}, named(hash), {"documentId": hash, "query": REVENUE}):
        assert (await post(admin, asked)).json == (await get(admin, asked)).json == seen
        assert (await post(rosa, asked)).json["data"] == {"customers": {"nodes": [{"mrr": None}]}}
        assert (await post(Person(listed), asked)).code == "UNAUTHENTICATED"
    for asked in ({"documentId": sha256(SEARCH)}, {"documentId": f"sha256:{sha256(SEARCH)}"}, named(sha256(SEARCH))):
        assert (await post(admin, asked)).json["data"]["customers"]["nodes"]
    me = {"documentId": sha256(NAMES), "operationName": "Me"}
    assert (await post(rosa, me)).json["data"]["viewer"]["user"]["email"] == ROSA


@pytest.mark.parametrize("asked", [
    {"query": "{ __typename }"}, {"query": REVENUE}, {"documentId": "unknown"}, {"documentId": 1}, {}, {"query": 1},
    {"query": "{ __schema { queryType { name } } }"}, named(sha256("{ __typename }"), query="{ __typename }"),
    named(sha256("{ __typename }")), {"documentId": sha256(REVENUE), "query": "{ __typename }"}],
    ids=["text", "listed text", "another id", "no id", "nothing", "no text", "introspection", "registering", "hash", "both"])
async def test_everything_else_is_told_so_with_the_remedy(listed: Server, asked: dict[str, Any]) -> None:
    answers = [await post(Reader(listed, ADMIN), {**asked, "extensions": asked.get("extensions", {})})]
    answers += [await get(Reader(listed, ADMIN), asked)] if 1 not in asked.values() else []
    for answer in answers:
        assert (answer.status, answer.code) == (400, "DOCUMENT_NOT_TRUSTED")
        assert "`documentId`" in answer.json["errors"][0]["message"]
    assert (await post(Person(listed), named(sha256("{ __typename }")))).code == "DOCUMENT_NOT_TRUSTED", "nothing is registered"


async def test_subscriptions_are_named_likewise(listed: Server) -> None:
    admin = Reader(listed, ADMIN)
    asked = {"documentId": sha256(WATCHED), "variables": {"id": await global_enterprises(admin)}}
    response = await streamed(admin, asked)
    assert (await Stream(response).told()) == {"progress": 0.6}
    response.close()
    assert (await streamed(admin, {"query": WATCHED, "variables": asked["variables"]})).status == 400
    async with socket(listed) as line:
        await line.greet(await admin.token())
        await line.say(id="1", type="subscribe", payload=asked)
        assert (await line.hear())["payload"]["data"]["onboardingProgress"] == {"progress": 0.6}
        await line.say(id="2", type="subscribe", payload={"query": WATCHED, "variables": asked["variables"]})
        assert (await line.hear())["payload"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def test_there_is_no_graphiql_beside_a_list(listed: Server) -> None:
    async with listed.http.get(listed.graphql, headers={"Accept": "text/html"}) as response:
        assert response.status == 404


# -- what cannot be served is told before anything is

@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(build_schema()._schema, Limits(), frozenset())


@pytest.mark.parametrize(("content", "told"), [
    (None, "cannot be read"), (b"{", "cannot be read"), (b"[]", "JSON object"), (b"{}", "JSON object"), (b'{"a": 1}', "JSON object"),
    (b'{"a": "{ customers"}', "The document a of the list"), (b'{"a": "{ nothing }"}', "nothing"), (b'{"a": ""}', "cannot be run"),
    (b'{"a": "query A { __typename } query B { nothing }"}', "nothing"),
    (b'{"a": "fragment F on Query { __typename }"}', "cannot be run"),
    (b'{"a": "{ ...F } fragment F on Query { __schema { queryType { name } } }"}', "asks for the schema")])
def test_a_list_that_cannot_be_served_is_told_at_the_start(
    documents: Documents, tmp_path: Path, content: bytes | None, told: str
) -> None:
    file = tmp_path / "documents.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UnfitManifest, match=told):
        trusted(file, documents)
    assert UnfitManifest in TOLD, "in one sentence, without the way through the code"
