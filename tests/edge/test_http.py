"""GraphQL over HTTP: what is a request, and which headers it and its answer have."""

import re

import orjson
import pytest

from tests.client import PASSWORD, SIGN_IN
from tests.edge.posting import EVERY_KIND, HELLO, JSON, MODERN, SOMEBODY, post
from tests.edge.wire import head, reply, send, wired
from tests.servers import Server

# -- bodies (trap 14)

MALFORMED = {
    "nothing": b"",
    "no JSON": b'{ "not a JSON',
    "a number": b"1",
    "a string": b'"{ __typename }"',
    "null": b"null",
    "an empty list": b"[]",
    "a batch": b'[{"query":"{ __typename }"}]',
    "Latin-1": '{"query":"{ __typename }","variables":{"a":"é"}}'.encode("latin-1"),
    "UTF-16": '{"query":"{ __typename }"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"query":"{ __typename }"}',
    "deep lists": b"[" * 100_000,
    "deep lists in variables": b'{"query":"{ __typename }","variables":{"a":"\xc3\xa9","b":' + b"[" * 800 + b"]" * 800 + b"}}",
    "a long number": b'{"query":"{ __typename }","variables":{"a":' + b"9" * 5000 + b"}}",
    "a number without end": b'{"query":"{ __typename }","variables":{"a":Infinity}}',
    "a number out of range": b'{"query":"{ __typename }","variables":{"a":1e999}}',
    "two queries": b'{"query":"{ __typename }","query":"{ __schema { queryType { name } } }"}',
    "a variable twice": b'{"query":"{ __typename }","variables":{"a":1,"a":2}}',
    "more than one value": b'{"query":"{ __typename }"} {}',
    "no query": b'{"qeury":"{ __typename }"}',
    "an empty query": b'{"query":""}',
}
WRONG = [({"ob": "ject"}, "object"), (0, "number"), (False, "boolean"), (["list"], "list"), ("text", "string")]
WRONG_PARAMETERS = [(name, value, kind) for name in ("query", "operationName", "variables", "extensions")
                    for value, kind in WRONG
                    if (name in ("query", "operationName")) != (kind == "string")
                    and (name in ("query", "operationName") or kind != "object")]


@EVERY_KIND
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.case(101, 102, 123)
async def test_what_is_no_request_gets_400_and_a_reason(server: Server, body: bytes, accept: str) -> None:
    answer = await post(server, body, accept)
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert "data" not in answer.json
    assert len(answer.json["errors"][0]["message"]) > 15


@EVERY_KIND
@pytest.mark.parametrize(("name", "value", "kind"), WRONG_PARAMETERS, ids=[f"{n}: {k}" for n, _, k in WRONG_PARAMETERS])
async def test_a_parameter_of_the_wrong_kind_gets_400_naming_it(
    sqlite_server: Server, name: str, value: object, kind: str, accept: str
) -> None:
    answer = await post(sqlite_server, {**HELLO, name: value}, accept)
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert f"`{name}`" in answer.json["errors"][0]["message"]


@EVERY_KIND
@pytest.mark.parametrize("name", ["variables", "operationName", "extensions"])
async def test_a_parameter_that_is_null_is_as_good_as_none(sqlite_server: Server, name: str, accept: str) -> None:
    answer = await post(sqlite_server, {**HELLO, name: None}, accept)
    assert (answer.status, answer.json) == (200, {"data": {"__typename": "Query"}})


@EVERY_KIND
async def test_variables_extensions_and_an_operation_name_are_taken(sqlite_server: Server, accept: str) -> None:
    query = "query Other { __typename } query Type($name: String!) { __type(name: $name) { name } }"
    asked = {"query": query, "operationName": "Type", "variables": {"name": "Customer"}, "extensions": {"some": 1}}
    answer = await post(sqlite_server, asked, accept)
    assert answer.json == {"data": {"__type": {"name": "Customer"}}}


@pytest.mark.parametrize("name", ["<b>bold</b>", "a" * 1000, "a\r\nInjected: yes", "1st", " "])
@pytest.mark.case(114)
async def test_an_operation_name_that_is_no_name_is_refused_without_an_echo(sqlite_server: Server, name: str) -> None:
    answer = await post(sqlite_server, {**HELLO, "operationName": name})
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert name.strip() == "" or name not in answer.body.decode()


# -- headers

@pytest.mark.parametrize("kind", [None, "text/plain", "application/jsonx", "application/x-www-form-urlencoded",
                                  "multipart/form-data; boundary=x", f"{JSON}; charset=latin-1", f"{JSON}; a=b",
                                  f"{JSON}, text/plain"])
@pytest.mark.case(77)
@pytest.mark.case(103)
async def test_a_body_that_is_not_declared_as_json_gets_415(sqlite_server: Server, kind: str | None) -> None:
    answer = await send(sqlite_server, orjson.dumps(HELLO), {"Content-Type": kind} if kind else {})
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("kind", [JSON, f"{JSON}; charset=utf-8", f'{JSON};charset="UTF-8"', "Application/JSON"])
async def test_json_may_be_declared_in_several_ways(sqlite_server: Server, kind: str) -> None:
    assert (await send(sqlite_server, orjson.dumps(HELLO), {"Content-Type": kind})).status == 200


@pytest.mark.parametrize(("accept", "kind"), [
    (None, JSON),
    ("*/*", JSON),
    (JSON, JSON),
    (MODERN, MODERN),
    (f"{MODERN}; charset=utf-8, {JSON}; charset=utf-8", MODERN),
    (f"{JSON}, {MODERN}", MODERN),
    (f"{JSON}, {MODERN};q=0.9", JSON),
    (f"{JSON}, */*", JSON),
    (f"text/html, {MODERN};q=0.1, */*;q=0.01", MODERN),
    (f"{MODERN}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", MODERN),
    ("application/*;q=0.5", JSON),
])
async def test_the_answer_is_of_the_kind_that_the_client_likes_best(
    sqlite_server: Server, accept: str | None, kind: str
) -> None:
    headers = {"Content-Type": JSON, **({"Accept": accept} if accept else {})}
    answer = await send(sqlite_server, orjson.dumps(HELLO), headers)
    assert (answer.status, answer.headers["content-type"]) == (200, f"{kind}; charset=utf-8")


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream", f"{JSON};q=0", f"{MODERN}; charset=utf-16", ","])
async def test_a_client_who_takes_neither_kind_gets_406(sqlite_server: Server, accept: str) -> None:
    answer = await post(sqlite_server, HELLO, accept)
    assert (answer.status, answer.code) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/graphql?query=%7B__typename%7D", 200), ("POST", "/graphql", 415), ("PUT", "/graphql", 405),
    ("GET", "/nothing/here", 404), ("GET", "/live", 200), ("GET", "/ready", 200), ("GET", "/metrics", 200)])
@pytest.mark.case(81)
async def test_every_answer_carries_the_headers_that_keep_browsers_safe(
    sqlite_server: Server, method: str, path: str, status: int
) -> None:
    answer = await send(sqlite_server, method=method, path=path)
    assert answer.status == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'; frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "aiohttp" not in answer.headers["server"]
    assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["x-request-id"])


async def test_a_request_keeps_the_id_that_it_came_with(sqlite_server: Server) -> None:
    answer = await post(sqlite_server, HELLO, X_Request_Id="order-17.retry_2")
    assert answer.headers["x-request-id"] == "order-17.retry_2"


@pytest.mark.parametrize("given", ["a b", "<script>", "x" * 65, 'a"b', "é"])
async def test_an_id_that_could_do_harm_in_a_log_is_replaced(sqlite_server: Server, given: str) -> None:
    answer = await post(sqlite_server, HELLO, X_Request_Id=given)
    assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["x-request-id"])


async def test_a_client_may_call_itself_what_it_likes(server: Server) -> None:
    sign_in = orjson.dumps({"query": SIGN_IN, "variables": {"input": {"email": SOMEBODY, "password": PASSWORD}}})
    async with wired(server) as (reader, writer):
        agent = b"User-Agent: " + b"\xff\xfe" * 300 + b"\r\n\r\n"
        top = head({"Content-Type": JSON, "Content-Length": str(len(sign_in))}).removesuffix(b"\r\n")
        writer.write(top + agent + sign_in)
        assert (await reply(reader)).json["data"]["signIn"]["token"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
async def test_other_methods_get_405_and_the_ones_there_are(sqlite_server: Server, method: str) -> None:
    async with wired(sqlite_server) as (reader, writer):
        writer.write(head({"Content-Length": "0", "Connection": "close"}, method))
        answer = (await reader.read()).decode()
    assert answer.startswith("HTTP/1.1 405 ")
    assert "Allow: GET, POST" in answer
