"""Clients who leave in the middle of a change, and a server that dies in one: nothing half-done, and on it goes."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter

import orjson
import pytest

from schema import build_schema
from tests import servers
from tests.client import Person
from tests.conftest import DATABASES
from tests.edge.business import BUSINESS, Business
from tests.edge.everything import ADMIN, MUTATIONS, Everything, Ready
from tests.edge.stored import Stored, changes
from tests.edge.wire import head, wired
from tests.servers import Server

STEPS = (0.0, 0.5)
"""Parts of the time that the whole mutation takes, after which the client leaves."""
AGAIN = 5
"""How often it is tried once more where the server was done each time before the client had left."""


@pytest.fixture(scope="module", params=DATABASES)
async def everything(request: pytest.FixtureRequest, serve, create_postgres, tmp_path_factory) -> AsyncIterator[Everything]:
    """A server to which nobody else writes."""
    url = (await create_postgres("faults") if request.param == "postgres"
           else f"sqlite://{tmp_path_factory.mktemp('faults') / 'tenantry.sqlite'}")
    server = await serve(url)
    stored = await Stored.under(server)
    yield Everything(server, stored)
    await stored.close()


@pytest.fixture(scope="module")
async def business(everything: Everything) -> Business:
    return Business(everything)


def test_every_mutation_is_tried() -> None:
    assert set(MUTATIONS) | set(BUSINESS) == set(build_schema()._schema.mutation_type.fields)
    assert not set(MUTATIONS) & set(BUSINESS)


@pytest.mark.parametrize("mutation", [*MUTATIONS, *BUSINESS])
@pytest.mark.case(133)
async def test_a_client_who_leaves_in_the_middle_leaves_nothing_half_done(everything: Everything, business: Business,
                                                                         mutation: str) -> None:
    server, stored = everything.server, everything.stored

    async def prepare() -> Ready:
        return await (MUTATIONS[mutation](everything) if mutation in MUTATIONS else BUSINESS[mutation](business))
    await (await prepare()).made()  # the first of its kind also begins a chain or a counter
    ready, before, begun = await prepare(), await stored.settled(), perf_counter()
    await ready.made()
    took = perf_counter() - begun
    whole = changes(before, await stored.settled())
    assert "audit_entry" in whole

    gone: list[bool] = []
    for number, step in enumerate((*STEPS, *[0.0] * AGAIN)):
        if number >= len(STEPS) and any(gone):
            break
        ready, before, request_id = await prepare(), await stored.settled(), f"left-{mutation}-{number}"
        await leave(server, ready, request_id, took * step)
        await asyncio.sleep(took + 0.1)  # it may still be made
        done = changes(before, await stored.settled())
        entries = await stored.rows("SELECT operation FROM audit_entry WHERE request_id = $1", request_id)
        assert (done, entries) in [({}, []), (whole, [(mutation,)])]
        gone.append(is_gone(server, request_id))
    assert any(gone), "nobody left before the end"
    await answers_on(everything)


async def leave(server: Server, ready: Ready, request_id: str, after: float) -> None:
    """Sends a mutation whole, and is gone `after` seconds."""
    body = orjson.dumps({"query": ready.query, "variables": {"input": ready.input}})
    token = await ready.person.token()
    async with wired(server) as (_, writer):
        writer.write(head({"Content-Type": "application/json", "Content-Length": str(len(body)), "X-Request-Id": request_id,
                           **({"Authorization": f"Bearer {token}"} if token else {})}) + body)
        await writer.drain()
        await asyncio.sleep(after)
        writer.transport.abort()


def is_gone(server: Server, request_id: str) -> bool:
    """Whether the server noticed that the client of a request had left."""
    lines = (orjson.loads(line) for line in server.log.read_text().splitlines() if request_id in line)
    return any(line.get("code") == "CLIENT_GONE" for line in lines)


async def answers_on(everything: Everything) -> None:
    async with asyncio.timeout(10):
        await (await everything.invite_user()).made()
        answer = await everything.somebody(ADMIN).ask("{ customers { totalCount } }")
        assert answer["data"]["customers"]["totalCount"] > 0


# -- a server that dies

INVITE = ("mutation($input: InviteUserInput!, $options: MutationOptions) { inviteUser(input: $input, options: $options) "
          "{ auditEntryId userErrors { code message } } }")
ROUNDS = 2
WRITERS = 8


@pytest.fixture(params=DATABASES)
async def database_url(request: pytest.FixtureRequest, create_postgres, tmp_path: Path) -> str:
    """An empty database."""
    return await create_postgres("killed") if request.param == "postgres" else f"sqlite://{tmp_path / 'tenantry.sqlite'}"


@pytest.mark.case(134)
async def test_what_was_acknowledged_survives_kill_9_and_nothing_is_half_done(database_url: str, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    sent: list[str] = []
    for round_ in range(ROUNDS):
        server = await servers.start(database_url, tmp_path / f"{round_}.log")
        try:
            await write_until_killed(server, round_, sent, acknowledged)
        finally:
            await server.http.close()
    server = await servers.start(database_url, tmp_path / "last.log")
    try:
        stored = await Stored.under(server)
        await all_or_nothing(stored, sent, acknowledged)
        await answers_on(Everything(server, stored))
        await stored.close()
    finally:
        await server.stop()
    assert len(acknowledged) > ROUNDS * WRITERS


async def write_until_killed(server: Server, round_: int, sent: list[str], acknowledged: list[str]) -> None:
    """Several people invite others; the server is killed at some moment after the first answers."""
    person = Person(server, ADMIN)
    tenant, enough = (await person.ask("{ viewer { currentTenant { id } } }"))["data"]["viewer"], asyncio.Event()
    at_least = len(acknowledged) + WRITERS + 4

    async def writer(number: int) -> None:
        for n in range(1000):
            email = f"killed-{round_}-{number}-{n}@brightline.example"
            invited = {"tenantId": tenant["currentTenant"]["id"], "email": email, "firstName": "New",
                       "lastName": "Person", "role": "REGULAR"}
            sent.append(email)
            answer = await person.ask(INVITE, {"input": invited, "options": {"idempotencyKey": email}},
                                      headers={"X-Request-Id": email.partition("@")[0]})
            assert answer["data"]["inviteUser"]["auditEntryId"], answer
            acknowledged.append(email)
            if len(acknowledged) >= at_least:
                enough.set()

    writers = [asyncio.create_task(writer(number)) for number in range(WRITERS)]
    async with asyncio.timeout(60):
        await enough.wait()
    await asyncio.sleep(random.uniform(0, 0.1))
    server.process.kill()
    await server.process.wait()
    ended = await asyncio.gather(*writers, return_exceptions=True)
    assert not any(isinstance(end, AssertionError) for end in ended), ended


async def all_or_nothing(stored: Stored, sent: list[str], acknowledged: list[str]) -> None:
    """Each invitation is there with its letter, its line of activity, its key and its entry in the trail, or not at all."""
    kept = {name: {value for [value] in await stored.rows(sql)} for name, sql in {
        "invitation": "SELECT email FROM invitation",
        "letter": "SELECT recipient FROM outbound_email",
        "key": "SELECT key FROM idempotency_record WHERE answer IS NOT NULL",
        "audit": "SELECT request_id || '@brightline.example' FROM audit_entry WHERE operation = 'inviteUser'",
    }.items()}
    mine = {name: {email for email in emails if email in set(sent)} for name, emails in kept.items()}
    assert mine["invitation"] == mine["letter"] == mine["key"] == mine["audit"]
    assert set(acknowledged) <= mine["invitation"]
    [[lines]] = await stored.rows("SELECT count(*) FROM activity_event WHERE action = 'inviteUser'")
    assert lines == len(mine["invitation"])
    chains = "SELECT tenant_id, seq, prev_hash, hash FROM audit_entry ORDER BY tenant_id, seq"
    last: dict[int, tuple[int, str]] = {}
    for tenant_id, seq, before, hash_ in await stored.rows(chains):
        number, end = last.get(tenant_id, (0, "0" * 64))
        assert (seq, before) == (number + 1, end)
        last[tenant_id] = (seq, hash_)
    heads = await stored.rows("SELECT tenant_id, seq, hash FROM audit_head WHERE seq > 0")
    assert {tenant_id: (seq, hash_) for tenant_id, seq, hash_ in heads} == last
    if stored.is_file:
        assert await stored.rows("PRAGMA integrity_check") == [("ok",)]
        assert await stored.rows("PRAGMA foreign_key_check") == []
