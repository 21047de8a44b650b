"""GraphQL over HTTP: bodies too large or too slow, and letters that no database keeps."""

import asyncio
import gzip
import json
import os
import socket
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from multidict import MultiDict

from engine.measure import Limits, parsed
from server.requests import from_address, from_body
from server.texts import Registered
from tests.client import PASSWORD, SIGN_IN, Person
from tests.conftest import Serve
from tests.edge.posting import HELLO, JSON, post
from tests.edge.wire import head, reply, send, wired
from tests.servers import Server

# -- bodies too large, or too slow (trap 19)

LARGE = b'{"query":"{ __typename }","variables":{"a":"' + b"x" * 140_000 + b'"}}'


async def test_a_body_that_says_it_is_too_large_gets_413_before_it_is_sent(sqlite_server: Server) -> None:
    async with wired(sqlite_server) as (reader, writer):
        writer.write(head({"Content-Type": JSON, "Content-Length": "10000000"}) + b"{")
        answer = await reply(reader)
        assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")
        assert await asyncio.wait_for(reader.read(), 10) == b""


@pytest.mark.case(122, 125)
async def test_a_body_that_turns_out_too_large_gets_413(sqlite_server: Server) -> None:
    async with wired(sqlite_server) as (reader, writer):
        chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(LARGE), LARGE)
        writer.write(head({"Content-Type": JSON, "Transfer-Encoding": "chunked"}) + chunk)
        answer = await reply(reader)
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")


@pytest.mark.case(125)
async def test_a_packed_body_is_refused_and_not_unpacked(sqlite_server: Server) -> None:
    packed = gzip.compress(b'{"query":"{ __typename }","variables":{"a":"' + b"x" * 120_000_000 + b'"}}')
    assert len(packed) < 131_072
    before = worked(sqlite_server)
    for body in (packed, packed, packed, packed, b"no gzip at all"):
        answer = await send(sqlite_server, body, {"Content-Type": JSON, "Content-Encoding": "gzip"})
        assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert worked(sqlite_server) - before < 1, "seconds of the processor: it was unpacked"
    assert (await send(sqlite_server, b'{"query":"{ __typename }"}', {"Content-Type": JSON, "Content-Encoding": "identity"})).status == 200


@pytest.mark.parametrize("sent", [
    b"GET /live HTTP/1.1\nHost: x\n\n", b"GET /live HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"GET /live HTTP/1.1\r\nHost: x\r\nExpect: much\r\n\r\n",
    b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"], ids=["no HTTP", "two hosts", "expecting", "WebSocket"])
async def test_no_answer_tells_versions_of_what_it_was_made_by(sqlite_server: Server, sent: bytes) -> None:
    async with wired(sqlite_server) as (reader, writer):
        writer.write(sent)
        async with asyncio.timeout(10):
            answer = await reader.readuntil(b"\r\n\r\n")
    assert b"\r\nServer: Tenantry\r\n" in answer and b"ython" not in answer and b"aiohttp" not in answer


def worked(server: Server) -> float:
    """Seconds for which a server has had the processor."""
    times = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.case(126)
async def test_one_connection_more_than_there_may_be_is_told_so_and_closed_and_there_is_room_again(
    serve: Serve, sqlite_path: Path
) -> None:
    server = await serve(f"sqlite://{sqlite_path}", TENANTRY_CONNECTIONS="3")
    await server.http.close()  # that of the tests' own
    asked = head({"Content-Type": JSON, "Content-Length": "28"}) + b'{"query":"{ __typename }"}  '
    async with wired(server), wired(server), wired(server) as (reader, writer):
        writer.write(asked)
        assert (await reply(reader)).status == 200
        async with wired(server) as (fourth, beyond):
            beyond.write(asked)
            answer = await reply(fourth)
            assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "OVERLOADED", "5")
            assert "as many connections as it may have" in answer.json["errors"][0]["message"]
            assert await asyncio.wait_for(fourth.read(), 10) == b""
    async with asyncio.timeout(10):
        while (await post(server, HELLO)).status == 503:  # noqa: ASYNC110 - until it notices
            await asyncio.sleep(0.05)
        assert (await post(server, HELLO)).status == 200


@pytest.fixture(scope="module")
async def hasty_server(serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server with little patience."""
    path = tmp_path_factory.mktemp("hasty") / "tenantry.sqlite"
    return await serve(f"sqlite://{path}", TENANTRY_BODY_SECONDS="0.5", TENANTRY_REQUEST_SECONDS="0.02",
                       TENANTRY_IDLE_SECONDS="1")


@pytest.mark.xdist_group("hasty")
@pytest.mark.case(126)
async def test_a_body_that_drips_gets_408_and_the_connection_is_closed(hasty_server: Server) -> None:
    async with wired(hasty_server) as (reader, writer):
        writer.write(head({"Content-Type": JSON, "Content-Length": "1000"}))
        dripping = asyncio.create_task(drip(writer))
        answer = await reply(reader)
        assert (answer.status, answer.code) == (408, "BODY_TOO_SLOW")
        assert await asyncio.wait_for(reader.read(), 10) == b""
        dripping.cancel()


async def drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b" ")
        await asyncio.sleep(0.05)


@pytest.mark.xdist_group("hasty")
@pytest.mark.parametrize("sent", [b"", b"POST /graphql HTTP/1.1\r\nHost: x\r\nA: ", b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n"],
                         ids=["nothing", "half a head", "one request"])
@pytest.mark.case(126)
async def test_a_connection_on_which_no_whole_request_comes_is_closed(hasty_server: Server, sent: bytes) -> None:
    async with wired(hasty_server) as (reader, writer):
        writer.write(sent)
        dripping = asyncio.create_task(drip(writer)) if sent.endswith(b": ") else None
        await asyncio.wait_for(reader.read(), 10)
        if dripping:
            dripping.cancel()


@pytest.mark.xdist_group("hasty")
@pytest.mark.case(127)
async def test_a_client_who_does_not_read_loses_the_connection(hasty_server: Server) -> None:
    body = orjson.dumps({"query": f"{{ {' '.join(f'a{n}: __typename' for n in range(20))} }}"})
    asked = head({"Content-Type": JSON, "Content-Length": str(len(body))}) + body

    def ask_on_and_on() -> None:
        place = urlsplit(hasty_server.url)
        with socket.create_connection((place.hostname, place.port), timeout=30) as client:
            client.sendall(asked * 30_000)
    with pytest.raises(ConnectionError):
        await asyncio.to_thread(ask_on_and_on)


@pytest.mark.xdist_group("hasty")
async def test_an_answer_that_takes_too_long_gets_504_and_the_next_one_is_served(hasty_server: Server) -> None:
    # nobody's password takes as long to check as the product has it; those of the tests' story do not
    sign_in = {"query": SIGN_IN, "variables": {"input": {"email": "nobody@x.example", "password": PASSWORD}}}
    answer = await post(hasty_server, sign_in)
    assert (answer.status, answer.code) == (504, "TIMEOUT")
    assert "idempotency" in answer.json["errors"][0]["message"]
    async with asyncio.timeout(10):
        while (await post(hasty_server, HELLO)).status != 200:  # the limit is short for a busy machine
            pass


# -- U+0000 and half surrogates (trap 18)

UNFIT = {"U+0000": "\\u0000", "half a pair": "\\ud800", "the other half": "\\udc00"}


@pytest.mark.parametrize("escape", UNFIT.values(), ids=UNFIT)
@pytest.mark.parametrize(("variables", "named"), [
    ('{"search":"a%sb"}', "variables.search"), ('{"input":{"email":"%s"}}', "variables.input.email"),
    ('{"ids":["fine","%s"]}', "variables.ids.1"), ('{"%s":1}', "variables")])
@pytest.mark.case(104)
async def test_a_variable_that_no_database_can_keep_is_refused_by_name(
    server: Server, escape: str, variables: str, named: str
) -> None:
    answer = await post(server, ('{"query":"{ __typename }","variables":' + variables % escape + "}").encode())
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert f"`{named}`" in answer.json["errors"][0]["message"]


@pytest.mark.parametrize("query", ['{ __type(name: "a\\u0000") { name } }', '{ __type(name: "a\\u{0}") { name } }',
                                   '{ __type(name: """\0""") { name } }', "{ __typename } # \0",
                                   '{ __type(name: "\\ud800") { name } }'])
@pytest.mark.case(104)
async def test_neither_is_there_a_way_through_the_document(server: Server, query: str) -> None:
    answer = await post(server, {"query": query})
    assert answer.status == 400
    assert answer.code in ("BAD_REQUEST", "DOCUMENT_SYNTAX")


@pytest.mark.case(105)
async def test_a_search_finds_a_name_however_its_letters_were_composed(server: Server) -> None:
    person = Person(server, "admin@brightline.example")
    query = 'query($s: String!) { a: customers(search: $s) { totalCount } b: customers(search: "SO\\u0308HNE") { totalCount } }'
    answer = await person.ask(query, {"s": "So\u0308hne"})
    assert answer["data"] == {"a": {"totalCount": 1}, "b": {"totalCount": 1}}


@pytest.mark.parametrize("composed", ["\u00f6", "\u30ac"])
def test_texts_arrive_composed_whichever_way_they_take(composed: str) -> None:
    apart = unicodedata.normalize("NFD", composed)
    assert apart != composed
    for body in (orjson.dumps({**HELLO, "variables": {apart: [{"a": apart}]}}),
                 json.dumps({**HELLO, "variables": {apart: [{"a": apart}]}}).encode()):
        assert from_body(body, Registered(1)).variables == {composed: [{"a": composed}]}
    variables = json.dumps({apart: apart})
    assert from_address(MultiDict(query="{ a }", variables=variables), Registered(1)).variables == {composed: composed}
    document = parsed("{ a(b: " + json.dumps(apart) + ") }", Limits())
    assert document.definitions[0].selection_set.selections[0].arguments[0].value.value == composed
