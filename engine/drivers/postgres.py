"""Reads on PostgreSQL: a pool that never resets, never waits in vain and never hands on a doubtful connection."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Literal, TypeVar

import asyncpg

from engine.drivers.turns import Turns
from engine.errors import BadRequest, EngineError, TimedOut, Unavailable, UnfitDatabase

T = TypeVar("T")

BYTE_ORDER = {"c", "posix", "ucs_basic", "c.utf8", "pg_c_utf8", "pg_unicode_fast"}
"""Collations, lower case and without hyphens, that compare text as its bytes."""

COLLATION = """select current_database(), pg_encoding_to_char(encoding), coalesce(d ->> 'datlocprovider', 'c'),
 coalesce(d ->> 'datlocale', d ->> 'daticulocale', datcollate) from pg_database, to_jsonb(pg_database) d
 where datname = current_database()"""

PROBE = 2.0
"""Seconds that a doubtful connection gets to show that it is sound."""

LOST = (OSError, asyncpg.PostgresConnectionError, asyncpg.InternalClientError, asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError)


class _DeadError(Exception):
    """A connection turned out to be lost before it was asked anything."""


class PostgresDatabase:
    """A fixed number of connections. After any failure one is set aside until it is known to be sound, or replaced."""

    dialect_name: Literal["postgres"] = "postgres"

    def __init__(self, url: str, turns: Turns[asyncpg.Connection], statement_timeout: float, role: str | None = None,
                 setting: str | None = None):
        self._url, self._turns, self._statement_timeout = url, turns, statement_timeout
        self._role, self._setting = role, setting
        self._connections: set[asyncpg.Connection] = set()
        self._mending: set[asyncio.Task[None]] = set()
        self._closed = False

    @classmethod
    async def open(cls, url: str, size: int = 8, waiting: int = 1000, acquire_timeout: float = 2.0,
                   statement_timeout: float = 5.0, role: str | None = None, setting: str | None = None) -> PostgresDatabase:
        """Connect `size` times.

        `url` is postgres://user:password@host:port/database or postgres://user@/database?host=/directory/of/the/socket.
        At most `waiting` callers queue, each at most `acquire_timeout` seconds; a statement runs at most
        `statement_timeout` seconds. The connections take on the `role`. With a `setting` each read says in it for whom it
        is, in a transaction of its own, which is slower. Raises Unavailable, or UnfitDatabase for a wrong encoding or
        collation.
        """
        database = cls(url, Turns(waiting, acquire_timeout), statement_timeout, role, setting)
        try:
            for _ in range(size):
                database._turns.give(await database._connect())
            await database._check()
        except BaseException as error:
            await database.close()
            if isinstance(error, LOST):
                raise Unavailable("PostgreSQL cannot be reached. Look whether it runs and the URL is right.") from error
            raise
        return database

    @property
    def free(self) -> int:
        """How many connections wait for a read."""
        return self._turns.free

    @property
    def waiting(self) -> int:
        """How many reads wait for a connection."""
        return self._turns.waiting

    @property
    def refused(self) -> int:
        """How many reads got none in time."""
        return self._turns.refused

    async def value(self, sql: str, args: Sequence[Any], within: int | str | None = None) -> bytes:
        answer = await self._ask(lambda connection: self._guarded(connection, connection.fetchval, sql, args, within))
        if type(answer) is not bytes:
            raise TypeError(f"The statement must give one text, not {type(answer).__name__}: {sql[:200]}")
        return answer

    async def rows(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        found = await self._ask(lambda connection: self._guarded(connection, connection.fetch, sql, args, "*"))
        return [tuple(map(_plain, row)) for row in found]

    async def _guarded(self, connection: asyncpg.Connection, ask: Callable[..., Awaitable[T]], sql: str, args: Sequence[Any],
                       within: int | str | None) -> T:
        """Without asyncpg's own transactions: after a BEGIN that was cancelled it would take every later one for a savepoint."""
        if self._setting is None:
            return await ask(sql, *args)
        said = "" if within is None else str(within).replace("'", "''")
        await connection.execute(f"begin; set local {self._setting} = '{said}'")
        answer = await ask(sql, *args)
        await connection.execute("commit")
        return answer

    async def close(self) -> None:
        self._closed = True
        self._turns.close()
        for task in self._mending:
            task.cancel()
        await asyncio.gather(*self._mending, return_exceptions=True)
        for connection in self._connections:
            try:
                await connection.close(timeout=PROBE)
            except Exception:
                connection.terminate()
        self._connections.clear()

    async def _ask(self, question: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """A read changes nothing, so what a lost connection left unanswered is asked once again, on one that lives."""
        try:
            return await self._ask_once(question)
        except LOST:
            pass

        async def probed(connection: asyncpg.Connection) -> T:
            try:
                await connection.execute("select 1")
            except LOST as error:
                raise _DeadError from error
            return await question(connection)

        for _ in range(len(self._connections) + 1):  # where one was lost, the others may be lost as well
            try:
                return await self._ask_once(probed)
            except _DeadError:
                continue
            except LOST as error:
                raise Unavailable from error
        raise Unavailable

    async def _ask_once(self, question: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        connection = await self._turns.take()
        while connection.is_closed():
            self._set_aside(connection)
            connection = await self._turns.take()
        try:
            answer = await question(connection)
        except BaseException as error:
            self._set_aside(connection)
            if connection.is_closed() and isinstance(error, asyncpg.InterfaceError):
                raise ConnectionError(str(error)) from error  # it was lost before it could be asked
            told = self._told(error)
            if told is None:
                raise
            raise told from error
        self._turns.give(connection)
        return answer

    def _told(self, error: BaseException) -> EngineError | None:
        if self._closed and isinstance(error, Exception):
            return Unavailable()
        if isinstance(error, asyncpg.QueryCanceledError | TimeoutError):
            return TimedOut(self._statement_timeout)
        if isinstance(error, asyncpg.CharacterNotInRepertoireError) or isinstance(error.__cause__, UnicodeEncodeError):
            return BadRequest("A text holds U+0000 or half a surrogate pair. Leave such characters out.")
        if isinstance(error, asyncpg.DataError) and isinstance(error.__cause__, OverflowError):
            return BadRequest("A number is out of range. Write one of at most 64 bits.")
        return None

    def _set_aside(self, connection: asyncpg.Connection) -> None:
        if not self._closed:
            task = asyncio.get_running_loop().create_task(self._mend(connection))
            self._mending.add(task)
            task.add_done_callback(self._mending.discard)

    async def _mend(self, connection: asyncpg.Connection) -> None:
        """Asking for a state proves nothing while a cancelled statement is in flight: probe first, then look."""
        try:
            async with asyncio.timeout(PROBE):
                with suppress(asyncpg.PostgresError):
                    await connection.execute("select 1")
                if connection.is_in_transaction():
                    await connection.execute("rollback")
            if connection.is_closed():
                raise ConnectionError
        except Exception:
            connection.terminate()
            self._connections.discard(connection)
            connection = await self._replacement()
        self._turns.give(connection)

    async def _replacement(self) -> asyncpg.Connection:
        pause = 0.05
        while True:
            try:
                return await self._connect()
            except Exception:  # whatever it is, the slot must not be lost
                await asyncio.sleep(pause * random.uniform(0.5, 1))
                pause = min(pause * 2, 1.0)

    async def _connect(self) -> asyncpg.Connection:
        settings = {"application_name": "engine", "timezone": "UTC", "default_transaction_read_only": "on",
                    "jit": "off", "plan_cache_mode": "force_generic_plan",
                    "statement_timeout": f"{self._statement_timeout * 1000:.0f}",
                    **({"role": self._role} if self._role else {})}
        # the client's own limit is for a server that has fallen silent
        connection = await asyncpg.connect(
            self._url, server_settings=settings, timeout=5, command_timeout=self._statement_timeout + 1,
            statement_cache_size=512, max_cacheable_statement_size=1 << 18, max_cached_statement_lifetime=0)
        try:
            for text in ("text", "varchar"):
                await connection.set_type_codec(text, schema="pg_catalog", encoder=str.encode, decoder=bytes,
                                                format="binary")
            # bytea otherwise could not be told from text that stayed bytes
            await connection.set_type_codec("bytea", schema="pg_catalog", encoder=bytes, decoder=memoryview,
                                            format="binary")
        except BaseException:
            connection.terminate()
            raise
        self._connections.add(connection)
        return connection

    async def _check(self) -> None:
        [(name, encoding, provider, collation)] = await self.rows(COLLATION, ())
        if encoding != "UTF8" or not in_byte_order(provider, collation):
            raise UnfitDatabase(
                f'The database "{name}" has encoding {encoding} and sorts text by "{collation}"; pages and cursors '
                f'need UTF8 and the order of bytes. Make it anew: create database "{name}" template template0 '
                "encoding 'UTF8' lc_collate 'C' lc_ctype 'C'; then migrate.")


def in_byte_order(provider: str, collation: str) -> bool:
    """Whether a database's locale provider (c: libc, b: builtin, i: ICU) and locale compare text as its bytes."""
    return provider != "i" and collation.lower().replace("-", "") in BYTE_ORDER


def _plain(value: Any) -> Any:
    if type(value) is bytes:
        return value.decode()
    return bytes(value) if type(value) is memoryview else value
