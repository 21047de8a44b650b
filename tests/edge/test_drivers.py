"""How a statement that reads is run, on both databases: in turn, within its limits, and as bytes."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import apsw
import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.drivers import Database, PostgresDatabase, SQLiteDatabase
from engine.drivers.turns import Turns
from engine.errors import BadRequest, TimedOut, Unavailable
from models.wall import SETTING

Open = Callable[..., Any]

SOON = 2.0  # seconds within which what is not stuck answers


@pytest.fixture(scope="session")
async def reads_url(create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return await create_postgres("reads")


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """`async with opened(acquire_timeout=0.1) as database` reads, through one connection unless told otherwise."""
    path = tmp_path_factory.mktemp("reads") / "reads.sqlite"
    apsw.Connection(str(path)).close()
    url = "" if request.param == "sqlite" else request.getfixturevalue("reads_url")
    setting = {"setting": SETTING} if "security" in request.param else {}

    @asynccontextmanager
    async def open_(size: int = 1, **limits: Any) -> AsyncIterator[Database]:
        database: Database = await (PostgresDatabase.open(url, size=size, **setting, **limits) if url
                                    else SQLiteDatabase.open(path, **limits))
        try:
            yield database
        finally:
            await database.close()

    return open_


def parameter(database: Database, n: int, kind: str) -> str:
    return f"${n}::{kind}" if database.dialect_name == "postgres" else f"?{n}"


async def echo(database: Database, text: str) -> bytes:
    async with asyncio.timeout(SOON):
        return await database.value(f"select {parameter(database, 1, 'text')} || '.'", [text])


async def slow(database: Database, text: str, seconds: float) -> bytes:
    """The text, after about so long."""
    if database.dialect_name == "postgres":
        return await database.value("select $1::text || '.' from pg_sleep($2::float8)", [text, seconds])
    return await database.value(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2) "
        "select ?1 || substr('.', 1, max(i)) from n", [text, int(seconds * 5e6)])


def reading(read: Awaitable[bytes]) -> asyncio.Task[bytes]:
    return asyncio.ensure_future(read)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=20))
@settings(max_examples=20, deadline=None)
async def test_text_comes_as_the_bytes_it_was_given_as(opened: Open, texts: list[str]) -> None:
    async with opened() as database:
        for text in [*texts, "é😀" * 30_000]:
            assert await echo(database, text) == (text + ".").encode()


async def test_rows_give_text_as_str_and_numbers_as_numbers(opened: Open) -> None:
    async with opened() as database:
        text, number = parameter(database, 1, "text"), parameter(database, 2, "bigint")
        found = await database.rows(f"select {text}, {number}, null, 3 > 2 union all select 'b', -1, null, false",
                                    ["é", 2**62])
        assert found == [("é", 2**62, None, True), ("b", -1, None, False)]
        assert await database.rows("select 1 where 1 = 0", []) == []


@pytest.mark.parametrize("bad", ["a\0", "\ud800", ["a\0"], ["\udfff"], 2**64])
async def test_what_no_database_can_hold_is_a_bad_request(opened: Open, bad: Any) -> None:
    async with opened() as database:
        kind = {str: "text", list: "text[]", int: "bigint"}[type(bad)]
        with pytest.raises(BadRequest, match=r"Leave|at most 64 bits"):
            await database.rows(f"select {parameter(database, 1, kind)}", [bad])
        assert await echo(database, "on") == b"on."


async def test_a_fault_in_a_statement_is_no_news_for_clients_and_harms_no_other(opened: Open) -> None:
    async with opened() as database:
        with pytest.raises((apsw.SQLError, asyncpg.UndefinedColumnError), match="nowhere"):
            await database.value("select nowhere", [])
        with pytest.raises(TypeError, match="one text, not NoneType"):
            await database.value("select null", [])
        assert await echo(database, "on") == b"on."


async def test_a_read_cannot_write(opened: Open) -> None:
    async with opened() as database:
        with pytest.raises((apsw.ReadOnlyError, asyncpg.ReadOnlySQLTransactionError)):
            await database.rows("create table t (a int)", [])


async def test_a_statement_over_its_limit_is_stopped_and_told_so(opened: Open) -> None:
    async with opened(statement_timeout=0.1) as database:
        with pytest.raises(TimedOut, match=r"longer than 0\.1 s") as refused:
            async with asyncio.timeout(SOON):
                await slow(database, "a", 60)
        assert refused.value.code == "TIMEOUT"
        assert await echo(database, "on") == b"on."


async def test_first_come_is_first_served(opened: Open) -> None:
    served: list[str] = []

    async def ask(name: str) -> None:
        served.append((await slow(database, name, 0.002)).decode())

    async with opened() as database:
        first = [reading(ask(f"{n}")) for n in range(6)]
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*first, *[ask(f"later {n}") for n in range(6)])
    assert served == [*[f"{n}." for n in range(6)], *[f"later {n}." for n in range(6)]]


@pytest.mark.case(140)
async def test_who_waits_too_long_is_told_to_come_back(opened: Open) -> None:
    async with opened(acquire_timeout=0.05) as database:
        long = reading(slow(database, "long", 0.4))
        await asyncio.sleep(0.01)
        with pytest.raises(Unavailable) as refused:
            await echo(database, "waiting")
        assert not long.done()
        assert (refused.value.code, refused.value.retry_after) == ("UNAVAILABLE", 1.0)
        assert await long == b"long."


@pytest.mark.case(140)
async def test_who_finds_the_waiting_room_full_is_refused_at_once(opened: Open) -> None:
    async with opened(waiting=2) as database:
        first = reading(slow(database, "0", 0.2))
        await asyncio.sleep(0.05)
        waiting = [reading(echo(database, "1")), reading(echo(database, "2"))]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await echo(database, "3")
        assert await asyncio.gather(first, *waiting) == [b"0.", b"1.", b"2."]


async def test_a_caller_who_leaves_stops_the_statement(opened: Open) -> None:
    async with opened(statement_timeout=60) as database:
        long = reading(slow(database, "long", 60))
        await asyncio.sleep(0.05)
        long.cancel()
        assert await echo(database, "next") == b"next."


async def test_a_caller_who_leaves_the_queue_holds_up_nobody(opened: Open) -> None:
    async with opened() as database:
        first = reading(slow(database, "0", 0.05))
        leaving, staying = reading(echo(database, "1")), reading(echo(database, "2"))
        await asyncio.sleep(0.01)
        leaving.cancel()
        assert await asyncio.gather(first, staying) == [b"0.", b"2."]
        assert leaving.cancelled()


async def test_a_connection_handed_to_a_caller_who_is_just_leaving_goes_to_the_next() -> None:
    turns: Turns[str] = Turns(room=2, patience=SOON)
    leaving, staying = asyncio.ensure_future(turns.take()), asyncio.ensure_future(turns.take())
    await asyncio.sleep(0)
    turns.give("connection")
    leaving.cancel()
    assert await staying == "connection"
    assert leaving.cancelled()


async def test_closing_refuses_those_who_wait_and_those_who_come(opened: Open) -> None:
    async with opened() as database:
        running = reading(slow(database, "0", 30))
        waiting = reading(echo(database, "1"))
        await asyncio.sleep(0.02)
        async with asyncio.timeout(2 * SOON):
            await database.close()
        for refused in (waiting, running, echo(database, "2")):
            with pytest.raises(Unavailable):
                await refused


@pytest.mark.parametrize("opened", ["sqlite", "postgres", "postgres under row-level security"], indirect=True)
@pytest.mark.parametrize("seed", range(5))
async def test_whatever_callers_do_no_answer_is_wrong_and_no_connection_lost(opened: Open, seed: int) -> None:
    """Half of the callers leave at a random moment, some ask in vain or too much, and connections are cut."""
    chance = random.Random(seed)
    size, wrong, right = 3, [], []

    async def ask(n: int) -> None:
        await asyncio.sleep(chance.random() * 0.2)
        kind = chance.choice(["echo", "echo", "echo", "slow", "slow", "fault", "cut" if seed % 2 else "fault"])
        try:
            if kind == "fault":
                await database.value("select nowhere", [])
            elif kind == "cut" and database.dialect_name == "postgres" and n % 5 == 0:
                await database.rows("select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
                                    "'engine' and datname = current_database() and pid % 3 = $1::int", [n % 3])
            else:
                answer = await (echo(database, f"é{n}") if kind == "echo" else slow(database, f"é{n}", 0.01))
                (right if answer == f"é{n}.".encode() else wrong).append((n, answer))
        except (apsw.SQLError, asyncpg.UndefinedColumnError, Unavailable, TimedOut):
            pass

    async with opened(size=size, statement_timeout=0.5) as database:
        callers = [reading(ask(n)) for n in range(120)]
        for caller in callers[::2]:
            asyncio.get_running_loop().call_later(chance.random() * 0.25, caller.cancel)
        faults = [fault for fault in await asyncio.gather(*callers, return_exceptions=True)
                  if isinstance(fault, Exception)]
        assert (wrong, faults) == ([], [])
        assert len(right) > 20
        if isinstance(database, PostgresDatabase):
            async with asyncio.timeout(SOON):
                while database.free < size:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        in_transaction = "pg_current_xact_id_if_assigned()::text" if database.dialect_name == "postgres" else "null"
        again = await asyncio.gather(*[database.rows(f"select 1, {in_transaction}", []) for _ in range(3 * size)])
        assert again == [[(1, None)]] * 3 * size
