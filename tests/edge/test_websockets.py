"""WebSockets that speak graphql-transport-ws, and server-sent events: every rule of the two protocols, and every bound."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import orjson
import pytest

from models.events import EventKind
from tests.api.test_links import ACME, anew
from tests.api.test_subscriptions import OUT, customer
from tests.client import Person
from tests.conftest import Serve
from tests.edge.test_cookies import browser_signs_in
from tests.live import EVENTS, SOON, Stream, asked_for, figure, happen, listening, reached, socket
from tests.servers import Server

ADMIN = "admin@brightline.example"


@pytest.fixture
def admin(server: Server) -> Person:
    return Person(server, ADMIN)


@pytest.fixture(scope="module")
async def strict(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server with narrow bounds."""
    file = Path(tmp_path_factory.mktemp("strict")) / "tenantry.sqlite"
    return await serve(f"sqlite://{file}", TENANTRY_SUBSCRIPTIONS_EACH="3", TENANTRY_SUBSCRIPTIONS_CONNECTED="2",
                       TENANTRY_GREETING_SECONDS="0.5", TENANTRY_KEEP_ALIVE_SECONDS="0.3", TENANTRY_BODY_BYTES="4096")


async def opened(server: Server, number: int) -> None:
    """Waits until so many more subscriptions than before listen."""
    await reached(server, "tenantry_subscriptions_open", number)


# -- the protocol

async def test_a_subscription_tells_until_the_client_completes_it(server: Server, admin: Person) -> None:
    acme, before = await customer(admin, ACME), await figure(server, "tenantry_subscriptions_open")
    async with socket(server) as line:
        await line.greet(await admin.token())
        await line.subscribe("one", variables={"ids": [acme]})
        await opened(server, before + 1)
        await happen(server, EventKind.UPDATED, acme)
        told = await line.hear()
        assert (told["id"], told["type"]) == ("one", "next")
        assert told["payload"]["data"]["customerEvents"]["customer"]["name"] == ACME
        await line.say(id="one", type="complete")
        await line.say(type="ping")
        assert await line.hear() == {"type": "pong"}
        await happen(server, EventKind.UPDATED, acme)
        await line.subscribe("one", "subscription { nonsense }")
        assert (await line.hear())["type"] == "error"  # and nothing of the event before it


async def test_many_subscriptions_share_a_connection(server: Server, admin: Person) -> None:
    acme, before = await customer(admin, ACME), await figure(server, "tenantry_subscriptions_open")
    async with socket(server) as line:
        await line.greet(await admin.token())
        for id, kind in (("a", "UPDATED"), ("b", "STATUS_CHANGED"), ("c", "UPDATED")):
            await line.subscribe(id, variables={"kinds": [kind]})
        await opened(server, before + 3)
        await happen(server, EventKind.UPDATED, acme)
        assert {(await line.hear())["id"], (await line.hear())["id"]} == {"a", "c"}


@pytest.mark.parametrize(("query", "code"), [
    ("subscription { nonsense }", "DOCUMENT_INVALID"), ("subscription {", "DOCUMENT_SYNTAX"),
    ("subscription { notifications { id } actingSessionEnded { id } }", "DOCUMENT_INVALID"),
    ("subscription($id: ID!) { onboardingProgress(customerId: $id) { status } }", "VARIABLES_INVALID"),
    ("subscription($no: Boolean = false) { notifications @include(if: $no) { id } }", "DOCUMENT_INVALID"),
    ("{ viewer { user { email } } }", "BAD_REQUEST"), ("mutation { signOut(input: {}) { done } }", "BAD_REQUEST"),
])
@pytest.mark.case(83)
async def test_what_cannot_be_subscribed_to_is_refused_by_its_code(admin: Person, query: str, code: str) -> None:
    async with socket(admin.server) as line:
        await line.greet(await admin.token())
        await line.subscribe("x", query)
        answer = await line.hear()
        assert (answer["id"], answer["type"], answer["payload"][0]["extensions"]["code"]) == ("x", "error", code)
        await line.say(type="ping")
        assert await line.hear() == {"type": "pong"}


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("text", "code"), [
    ("nonsense", 4400), ("[]", 4400), ('{"type": "start"}', 4400), ('{"type": 1}', 4400), ('{"type": "subscribe"}', 4400),
    ('{"type": "subscribe", "id": "", "payload": {}}', 4400), ('{"type": "ping", "type": "pong"}', 4400),
    ("[" * 60_000, 4400), ('{"type": "ping", "payload": ' + '{"a":' * 20_000 + "1" + "}" * 20_001, 4400),
    ('{"type": "subscribe", "id": "1", "payload": null}', 4400), ('{"type": "connection_init"}', 4429),
])
@pytest.mark.case(82)
async def test_a_message_that_breaks_the_protocol_ends_the_connection(admin: Person, text: str, code: int) -> None:
    async with socket(admin.server) as line:
        await line.greet(await admin.token())
        await line.socket.send_str(text)
        assert (await line.end())[0] == code


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(82)
async def test_bytes_are_no_message(admin: Person) -> None:
    async with socket(admin.server) as line:
        await line.socket.send_bytes(b'{"type": "ping"}')
        assert (await line.end())[0] == 4400


@pytest.mark.case(82)
async def test_an_id_in_use_ends_the_connection(admin: Person) -> None:
    async with socket(admin.server) as line:
        await line.greet(await admin.token())
        await line.subscribe("same")
        await line.subscribe("same")
        assert await line.end() == (4409, "Subscriber for same already exists")


@pytest.mark.case(82)
async def test_another_sub_protocol_is_not_spoken(server: Server) -> None:
    async with socket(server, protocols=("graphql-ws",)) as line:
        assert (await line.end())[0] == 4406


# -- who

@pytest.mark.case(82)
async def test_nobody_subscribes_before_saying_who_they_are(server: Server) -> None:
    async with socket(server) as line:
        await line.subscribe("1")
        assert (await line.end())[0] == 4401


@pytest.mark.parametrize("token", [None, "", "nonsense"])
@pytest.mark.case(82)
async def test_a_token_that_opens_nothing_ends_the_connection(server: Server, token: str | None) -> None:
    async with socket(server) as line:
        await line.say(type="connection_init", payload={} if token is None else {"token": token})
        assert (await line.end())[0] == 4401


async def test_the_token_may_come_as_other_requests_have_it(admin: Person) -> None:
    token = await admin.token()
    async with socket(admin.server, Authorization=f"Bearer {token}") as line:
        await line.greet()
    async with socket(admin.server) as line:
        await line.say(type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert await line.hear() == {"type": "connection_ack"}


@pytest.mark.case(78)
async def test_a_browsers_cookie_counts_for_pages_of_this_site_only(server: Server) -> None:
    name, value = await browser_signs_in(server)
    cookie = f"{name}={value}"
    async with socket(server, Cookie=cookie, Origin=server.url) as line:
        await line.greet()
    for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        async with socket(server, Cookie=cookie, **origin) as line:
            await line.say(type="connection_init")
            assert (await line.end())[0] == 4403
    async with socket(server, Cookie=cookie, Origin="https://evil.example") as line:
        await line.greet(value)  # who has the token itself needs no cookie


@pytest.mark.case(82)
async def test_the_end_of_the_session_ends_its_subscriptions_and_nothing_else(server: Server, admin: Person) -> None:
    person, before = await anew(server, ADMIN), await figure(server, "tenantry_subscriptions_open")
    async with socket(server) as line, listening(admin) as other:
        await line.greet(await person.token())
        await line.subscribe("1")
        await opened(server, before + 2)
        await person.ask(OUT)
        answer = await line.hear()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")
        await line.subscribe("2")
        assert (await line.hear())["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        await happen(server, EventKind.UPDATED, await customer(admin, ACME))
        assert (await other.told())["kind"] == "UPDATED"


async def test_a_connection_that_names_another_tenant_than_its_session_hears_nothing(admin: Person) -> None:
    async with socket(admin.server) as line:
        await line.say(type="connection_init", payload={"token": await admin.token(), "tenant": "ten_4611686018427387904"})
        assert await line.hear() == {"type": "connection_ack"}
        await line.subscribe("1")
        assert (await line.hear())["payload"][0]["extensions"]["code"] == "CONTEXT_SUPERSEDED"


# -- bounds

@pytest.mark.case(82)
async def test_whoever_does_not_greet_in_time_is_cut_off(strict: Server) -> None:
    async with socket(strict) as line:
        assert (await line.end())[0] == 4408


@pytest.mark.case(82)
async def test_a_message_that_is_too_long_ends_the_connection(strict: Server) -> None:
    token = await Person(strict, ADMIN).token()
    async with socket(strict) as line:
        await line.greet(token)
        await line.say(type="ping", payload={"x": "x" * 5000})
        assert (await line.end())[0] == 1009


@pytest.mark.case(82)
@pytest.mark.case(124)
async def test_a_connection_and_a_person_have_only_so_many_subscriptions(strict: Server) -> None:
    admin, other = Person(strict, ADMIN), Person(strict, "admin@coastal.example")
    token, _ = await admin.token(), await other.token()
    async with socket(strict) as line, listening(admin), listening(admin):
        await line.greet(token)
        await line.subscribe("1")
        await opened(strict, 3)
        await line.subscribe("2")
        answer = await line.hear()
        assert (answer["id"], answer["payload"][0]["extensions"]["code"]) == ("2", "SUBSCRIPTION_LIMIT")
        response = await asked_for(admin, EVENTS)
        assert response.status == 429
        assert (await response.json(content_type=None))["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_LIMIT"
        async with listening(other):
            pass  # others have theirs
    async with asyncio.timeout(SOON):
        while await figure(strict, "tenantry_subscriptions_open"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    async with socket(strict) as line:
        await line.greet(token)
        for id in "123":
            await line.subscribe(id)
        assert (await line.hear())["id"] == "3"


async def test_an_idle_subscription_takes_no_lane(strict: Server) -> None:
    async with listening(Person(strict, ADMIN)), asyncio.timeout(SOON):
        while await figure(strict, "tenantry_requests_under_way"):  # noqa: ASYNC110 - it takes one as it begins
            await asyncio.sleep(0.02)


# -- server-sent events

async def test_a_stream_has_the_headers_and_shape_of_server_sent_events(strict: Server) -> None:
    admin = Person(strict, ADMIN)
    response = await asked_for(admin, EVENTS)
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert (response.headers["Cache-Control"], response.headers["X-Accel-Buffering"]) == ("no-store", "no")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r"[0-9a-f]{24}", response.headers["X-Request-Id"])
    stream = Stream(response)
    assert [await stream.block() for _ in range(3)] == [":\n\n"] * 3  # signs of life
    await happen(strict, EventKind.UPDATED, await customer(admin, ACME))
    while (block := await stream.block()) == ":\n\n":
        pass
    head, data, *rest = block.split("\n")
    assert (head, rest) == ("event: next", ["", ""])
    assert orjson.loads(data.removeprefix("data: "))["data"]["customerEvents"]["kind"] == "UPDATED"
    response.close()


async def test_what_cannot_be_streamed_is_answered_like_any_request(server: Server, admin: Person) -> None:
    async def refused(person: Person, query: str, **headers: str) -> tuple[int, str]:
        response = await asked_for(person, query, **headers)
        return response.status, (await response.json(content_type=None))["errors"][0]["extensions"]["code"]
    assert await refused(admin, "subscription { nonsense }") == (400, "DOCUMENT_INVALID")
    assert await refused(admin, "subscription { nonsense }", Accept="text/event-stream, application/json") == (
        200, "DOCUMENT_INVALID")
    assert await refused(Person(server), EVENTS) == (401, "UNAUTHENTICATED")
    assert await refused(Person(server, token="nonsense"), EVENTS) == (401, "UNAUTHENTICATED")
    assert await refused(admin, EVENTS, Accept="application/json") == (406, "NOT_ACCEPTABLE")
    name, value = await browser_signs_in(server)
    assert await refused(Person(server), EVENTS, Cookie=f"{name}={value}") == (403, "CSRF_REFUSED")


async def test_a_client_that_takes_either_gets_queries_as_json(admin: Person) -> None:
    response = await asked_for(admin, "{ viewer { user { email } } }", Accept="text/event-stream, application/json")
    assert (response.status, response.content_type) == (200, "application/json")
    assert (await response.json())["data"]["viewer"]["user"]["email"] == ADMIN


# -- the end

@pytest.mark.case(148)
async def test_a_server_that_stops_completes_every_subscription(serve: Serve, tmp_path: Path) -> None:
    server = await serve(f"sqlite://{tmp_path / 'tenantry.sqlite'}")
    admin = Person(server, ADMIN)
    async with socket(server) as line, listening(admin) as stream:
        await line.greet(await admin.token())
        await line.subscribe("1")
        await opened(server, 2)
        server.process.terminate()
        assert await stream.next() is None
        assert await line.hear() == {"id": "1", "type": "complete"}
        assert (await line.end())[0] == 1001
        await line.socket.close()
        async with asyncio.timeout(5):
            assert await server.process.wait() == 0
