"""Reads on PostgreSQL: the settings they rely on, and connections that get lost."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import asyncpg
import pytest

from engine.drivers import PostgresDatabase
from engine.drivers.postgres import in_byte_order
from engine.errors import TimedOut, Unavailable, UnfitDatabase

SOON = 3.0  # seconds within which lost connections are replaced


@asynccontextmanager
async def opened(url: str, size: int = 1, **limits: float) -> AsyncIterator[PostgresDatabase]:
    database = await PostgresDatabase.open(url, size=size, **limits)  # type: ignore[arg-type]
    try:
        yield database
    finally:
        await database.close()


async def all_back(database: PostgresDatabase, size: int) -> None:
    async with asyncio.timeout(SOON):
        while database.free < size:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_statements_are_planned_once_and_read_only(postgres_url: str) -> None:
    async with opened(postgres_url, statement_timeout=2.5) as database:
        names = ["plan_cache_mode", "jit", "default_transaction_read_only", "TimeZone", "statement_timeout"]
        found = dict(await database.rows("select name, setting from pg_settings where name = any($1::text[])", [names]))
        assert found == {"plan_cache_mode": "force_generic_plan", "jit": "off", "default_transaction_read_only": "on",
                         "TimeZone": "UTC", "statement_timeout": "2500"}


async def test_a_long_statement_is_prepared_once(postgres_url: str) -> None:
    """asyncpg alone prepares a statement of over 15 kB again for each read."""
    async with opened(postgres_url) as database:
        text = "x" * 100_000
        for _ in range(3):
            await database.value(f"select '{text}' || $1::text", ["y"])
        assert await database.rows("select count(*) from pg_prepared_statements where length(statement) > 100000",
                                   []) == [(1,)]


async def test_raw_bytes_are_told_from_text(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        assert await database.rows("select $1::bytea, 'é'::varchar, 'é'::name", [b"\xff\0"]) == [(b"\xff\0", "é", "é")]


@pytest.mark.case(138)
async def test_a_read_is_asked_again_when_its_idle_connection_was_lost(postgres_url: str) -> None:
    operator = await asyncpg.connect(postgres_url)
    async with opened(postgres_url, size=3) as database:
        for _ in range(60):
            await operator.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                                   "where application_name = 'engine' and datname = current_database()")
            answers = await asyncio.gather(*[database.value("select $1::text", [f"{n}"]) for n in range(10)])
            assert answers == [f"{n}".encode() for n in range(10)]
        await all_back(database, 3)
    await operator.close()


async def test_a_read_cut_twice_is_told_to_come_back(postgres_url: str) -> None:
    async with opened(postgres_url, size=2) as database:
        with pytest.raises(Unavailable):
            await database.rows("select pg_terminate_backend(pg_backend_pid())", [])
        await all_back(database, 2)
        assert await database.value("select 'on'", []) == b"on"


class Network:
    """A proxy between the reads and the server. The connection that is asked for SILENCE passes nothing on, until `up`."""

    SILENCE = b"select 'silence'"

    def __init__(self, server: str):
        self.parts, self.up = urlsplit(server), asyncio.Event()
        self.relays: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[str]:
        """The URL of the server through the proxy."""
        direct = await asyncpg.connect(self.parts.geturl())
        self.address = direct._addr
        await direct.close()
        async with await asyncio.start_server(self.serve, "127.0.0.1", 0) as proxy:
            host = f"{self.parts.netloc.rpartition('@')[0]}@127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
            yield f"postgres://{host}{self.parts.path}"
            self.up.set()
            await asyncio.gather(*self.relays)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await (asyncio.open_unix_connection(self.address) if isinstance(self.address, str)
                        else asyncio.open_connection(*self.address))
        self.relays += [asyncio.create_task(self.relay(reader, behind[1])),
                        asyncio.create_task(self.relay(behind[0], writer))]

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if self.SILENCE in data:
                    await self.up.wait()
                writer.write(data)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.case(139)
async def test_a_server_that_falls_silent_does_not_hold_its_callers(postgres_url: str) -> None:
    network = Network(postgres_url)
    async with network.connected() as url, opened(url, statement_timeout=0.1) as database:
        with pytest.raises(TimedOut):
            await database.value("select 'silence'", [])
        network.up.set()
        await all_back(database, 1)
        assert await database.value("select 'on'", []) == b"on"


async def test_a_connection_in_doubt_is_handed_to_nobody(postgres_url: str) -> None:
    network = Network(postgres_url)
    async with network.connected() as url, opened(url, size=2) as database:
        leaving = asyncio.ensure_future(database.value("select 'silence'", []))
        await asyncio.sleep(0.02)
        leaving.cancel()
        for _ in range(4):
            async with asyncio.timeout(1):
                assert await database.value("select 'on'", []) == b"on"
        assert leaving.cancelled()
        network.up.set()
        await all_back(database, 2)


async def test_a_connection_lost_just_before_it_is_asked_counts_as_lost(postgres_url: str) -> None:
    async def lost(connection: asyncpg.Connection) -> str:
        connection.terminate()
        return await connection.fetchval("select 'on'")

    async with opened(postgres_url, size=2) as database:
        with pytest.raises(Unavailable):
            await database._ask(lost)
        await all_back(database, 2)


async def test_a_server_out_of_reach_is_named_as_such() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"postgres://ann@127.0.0.1:{free.getsockname()[1]}/tenantry"
    with pytest.raises(Unavailable, match="cannot be reached"):
        await PostgresDatabase.open(url)


async def test_a_database_of_another_encoding_is_refused_with_the_remedy(
        create_postgres: Callable[[str], Awaitable[str]]) -> None:
    url = await create_postgres("unfit")
    parts = urlsplit(url)
    operator = await asyncpg.connect(parts._replace(path="/postgres").geturl())
    try:
        await operator.execute(f'drop database "{parts.path[1:]}"')
        await operator.execute(f"create database \"{parts.path[1:]}\" template template0 encoding 'LATIN1' "
                               "lc_collate 'C' lc_ctype 'C'")
    finally:
        await operator.close()
    with pytest.raises(UnfitDatabase, match=r"encoding LATIN1 .* create database"):
        await PostgresDatabase.open(url)


@pytest.mark.parametrize(("provider", "collation", "fits"), [
    ("c", "C", True), ("c", "POSIX", True), ("c", "C.UTF-8", True), ("c", "C.utf8", True), ("b", "C.UTF-8", True),
    ("b", "PG_UNICODE_FAST", True), ("c", "en_US.UTF-8", False), ("i", "en-US", False), ("i", "C", False),
])
def test_only_collations_that_compare_bytes_are_accepted(provider: str, collation: str, fits: bool) -> None:
    assert in_byte_order(provider, collation) is fits
