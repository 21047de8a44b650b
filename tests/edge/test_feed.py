"""The feed of events: nothing is lost and nothing comes twice, whatever writers, listeners and the database do."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import socket as sockets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest

from models.bells import listen
from models.cleaning import OUTDATED
from models.events import CHANNEL, Event, EventKind, Happened, Topic, announce
from models.transaction import settle, unit_of_work
from server.live.feed import ROOM, Feed, Lagging, Listener
from tests.api.test_links import ACME
from tests.api.test_subscriptions import customer
from tests.client import Person
from tests.live import EVENTS, SOON, figure, happen, listening, reached
from tests.servers import Server
from tests.stored import read, stored

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
TENANT = 4611686018427387905


class Undone(Exception):
    """The change is rolled back."""


@asynccontextmanager
async def running(feed: Feed) -> AsyncIterator[None]:
    """The feed at work, from where the table ends now."""
    await feed.read()
    with listen(CHANNEL, feed.wake):
        task = asyncio.create_task(feed.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, sqlite_path: Path,
              create_postgres: Callable[[str], Awaitable[str]]) -> AsyncIterator[str]:
    """A migrated database of each kind, connected."""
    url = f"sqlite://{sqlite_path}" if request.param == "sqlite" else await create_postgres("feed")
    async with stored(url) as connection:
        await Event.all().using_db(connection).delete()
        yield url
        await settle()


async def write(number: int, *, keep: bool = True, hold: float = 0.0) -> None:
    """One event of customer `number`, told by a unit that lasts a while and is perhaps undone."""
    async def work() -> None:
        await announce(EventKind.UPDATED, number, NOW)
        await asyncio.sleep(hold)
        if not keep:
            raise Undone
    await unit_of_work(work)


async def heard(listener: Listener, count: int) -> list[Happened]:
    found = []
    async with asyncio.timeout(SOON):
        while len(found) < count:
            if event := await listener.next(1.0):
                found.append(event)
    return found


async def test_twelve_writers_who_give_up_now_and_then_lose_nothing_and_double_nothing(url: str) -> None:
    chance, kept = random.Random(7), []

    async def writer(number: int) -> None:
        for turn in range(12):
            keep, name = chance.random() > 0.2, number * 1000 + turn
            try:
                await write(name, keep=keep, hold=chance.random() * 0.02)
            except Undone:
                continue
            kept.append(name)
    async with read(url) as database:
        feed, found = Feed(database), []
        with feed.listening(lambda _: True) as listener:
            async def hear() -> None:
                while True:
                    if event := await listener.next(60):
                        found.append(event.tenant_id)
            async with running(feed):
                hearing = asyncio.create_task(hear())
                await asyncio.gather(*(writer(number) for number in range(1, 13)))
                async with asyncio.timeout(SOON):
                    while len(found) < len(kept):  # noqa: ASYNC110
                        await asyncio.sleep(0.02)
                await asyncio.sleep(0.2)
                hearing.cancel()
    assert 80 < len(kept) < 144
    assert sorted(found) == sorted(kept)


async def test_a_commit_that_comes_late_is_told_after_those_that_overtook_it(
        create_postgres: Callable[[str], Awaitable[str]]) -> None:
    url = await create_postgres("late")
    async with stored(url), read(url) as database:
        feed = Feed(database)
        with feed.listening(lambda _: True) as listener:
            async with running(feed):
                slow = asyncio.create_task(write(1, hold=0.3))
                await asyncio.sleep(0.1)
                await write(2)
                assert [event.tenant_id for event in await heard(listener, 1)] == [2]
                await slow
                [late] = await heard(listener, 1)
                assert late.tenant_id == 1
        await settle()


async def test_a_commit_under_way_when_the_feed_begins_is_told_as_well(create_postgres: Callable[[str], Awaitable[str]]) -> None:
    url = await create_postgres("begin")
    async with stored(url), read(url) as database:
        await write(1)
        slow = asyncio.create_task(write(2, hold=0.3))
        await asyncio.sleep(0.1)
        await write(3)
        feed = Feed(database)
        with feed.listening(lambda _: True) as listener:
            async with running(feed):
                await slow
                assert [event.tenant_id for event in await heard(listener, 1)] == [2]
                assert await listener.next(0.3) is None
        await settle()


async def test_what_happened_before_is_not_told(url: str) -> None:
    await write(1)
    async with read(url) as database:
        feed = Feed(database)
        with feed.listening(lambda _: True) as listener:
            async with running(feed):
                await write(2)
                assert [event.tenant_id for event in await heard(listener, 1)] == [2]


async def test_a_number_that_was_never_committed_is_forgotten(create_postgres: Callable[[str], Awaitable[str]]) -> None:
    url = await create_postgres("forget")
    async with stored(url), read(url) as database:
        feed = Feed(database, horizon=0.2)
        await feed.read()
        with pytest.raises(Undone):
            await write(1, keep=False)
        await write(2)
        await feed.read()
        assert len(feed.passed_over) == 1
        await asyncio.sleep(0.25)
        await feed.read()
        assert not feed.passed_over
        await settle()


async def test_the_feed_reads_on_after_its_connections_were_cut(create_postgres: Callable[[str], Awaitable[str]]) -> None:
    url = await create_postgres("cut")
    async with stored(url) as connection, read(url) as database:
        feed = Feed(database)
        with feed.listening(lambda _: True) as listener:
            async with running(feed):
                for number in range(1, 4):
                    await connection.execute_query(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
                        "and pid <> pg_backend_pid() and query like '%from event%'")
                    await write(number)
                assert [event.tenant_id for event in await heard(listener, 3)] == [1, 2, 3]
        await settle()


async def test_events_are_deleted_after_a_week_but_for_the_newest(url: str) -> None:
    for number in range(1, 4):
        await write(number)
    [events] = [outdated for outdated in OUTDATED if outdated.table == "event"]
    await unit_of_work(lambda: events.delete_some(NOW + dt.timedelta(days=7)))
    assert await Event.all().count() == 3
    await unit_of_work(lambda: events.delete_some(NOW + dt.timedelta(days=7, seconds=1)))
    assert [event.tenant_id for event in await Event.all()] == [3]
    async with read(url) as database:
        feed = Feed(database)
        with feed.listening(lambda _: True) as listener:
            async with running(feed):
                await write(4)
                assert [event.tenant_id for event in await heard(listener, 1)] == [4]


# -- those who listen

def happened(number: int) -> Happened:
    return Happened(number, number, Topic.CUSTOMER.name, EventKind.UPDATED.name, TENANT, None, None)


@pytest.mark.case(82)
async def test_a_slow_listener_is_told_that_it_lags_and_the_others_lose_nothing(url: str) -> None:
    async with read(url) as database:
        feed = Feed(database)
        with feed.listening(lambda _: True) as slow, feed.listening(lambda _: True) as quick:
            async with running(feed):
                for number in range(1, ROOM + 11):
                    await write(number)
                    assert (await heard(quick, 1))[0].tenant_id == number
            told = await heard(slow, ROOM)
            assert [event.tenant_id for event in told] == list(range(1, ROOM + 1))
            slow.last = told[-1]
            with pytest.raises(Lagging) as lagging:
                await slow.next(0)
    [last] = await Event.filter(tenant_id=ROOM)
    assert lagging.value.more == {"last": f"cev_{last.reference}"}


async def test_a_listener_that_is_closed_hears_nothing_more() -> None:
    listener = Listener(lambda _: True)
    listener.put(happened(1))
    listener.close()
    assert await listener.next(5) is None


# -- whole servers

@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(82)
async def test_a_client_that_does_not_read_is_told_that_it_lags_and_another_loses_nothing(server: Server) -> None:
    admin, times = Person(server, "admin@brightline.example"), 320
    acme, token = await customer(admin, ACME), await admin.token()
    heavy = " ".join(f"a{n}: accessGrants {{ nodes {{ id capabilities user {{ email displayName }} }} }}" for n in range(14))
    body = orjson.dumps({"query": f"subscription {{ customerEvents {{ reference customer {{ {heavy} }} }} }}"})
    address = server.url.removeprefix("http://").split(":")
    before = await figure(server, "tenantry_subscriptions_open")
    with sockets.socket() as deaf:
        deaf.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        deaf.connect((address[0], int(address[1])))
        deaf.sendall(b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
                     b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n%b" % (token.encode(), len(body), body))
        async with listening(admin, EVENTS, {"ids": [acme]}) as quick:
            await reached(server, "tenantry_subscriptions_open", before + 2)
            for _ in range(times // 80):  # at each look of the feed, which hears no bell of another process
                await happen(server, EventKind.UPDATED, acme, times=80)
                for _ in range(80):
                    assert (await quick.told())["kind"] == "UPDATED"
        deaf.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 1 << 20)
        deaf.setblocking(False)
        said = b""
        async with asyncio.timeout(SOON):
            while b"event: complete" not in said and said.count(b"event: next") < times:
                said += await asyncio.get_running_loop().sock_recv(deaf, 1 << 16)
    assert ROOM < said.count(b"event: next") < times
    last = orjson.loads(said.split(b"data: ")[-2].split(b"\n")[0])["errors"][0]
    assert last["extensions"]["code"] == "LAGGING"
    assert last["extensions"]["last"] in said.split(b"data: ")[-3].decode()
