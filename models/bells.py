"""Bells: rung after a commit, heard at once by those who wait for its work, in this process and in all others.

A bell may be lost when a process dies or its connection does, so those who listen also look by themselves now and then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from uuid import uuid4

import asyncpg

from models.transaction import UNITS, after_commit, on_postgres, sql_rows

log = logging.getLogger(__name__)

Wake = Callable[[], None]

#: The one channel of PostgreSQL by which processes ring one another.
WIRE = "tenantry_bells"
#: Who rings: a process does not hear itself twice.
MYSELF = uuid4().hex
#: Seconds between two notifications of a process. One in each business transaction would make the commits queue up.
APART = 0.01
#: Seconds between two looks whether the connection that hears is still there, and before it is made anew.
LOOK, ANEW = 20.0, 1.0
PATIENCE = 10.0  # seconds for each
#: How asyncpg says that a connection is lost or cannot be had.
LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

_waiting: dict[str, list[Wake]] = {}
_untold: set[str] = set()


def ring(channel: str) -> None:
    """Wakes those who listen to `channel` once the unit of work under way is committed; on PostgreSQL in every process.
    """
    after_commit(partial(_rung, channel))


@contextmanager
def listen(channel: str, wake: Wake) -> Iterator[None]:
    """Calls `wake`, which must be quick, after each commit that rang `channel`; once too often does happen."""
    _waiting.setdefault(channel, []).append(wake)
    try:
        yield
    finally:
        _waiting[channel].remove(wake)


@asynccontextmanager
async def hearing(postgres_url: str | None) -> AsyncIterator[None]:
    """Hears meanwhile what other processes ring, on a connection of its own; without a URL there are no others."""
    ears = asyncio.create_task(_hear(postgres_url), name="hearing bells") if postgres_url else None
    try:
        yield
    finally:
        if ears:
            ears.cancel()
            with suppress(asyncio.CancelledError):
                await ears


async def _hear(postgres_url: str) -> None:
    while True:
        try:
            await _hear_once(postgres_url)
        except LOST as error:
            log.warning("Bells of other processes cannot be heard (%s); it is tried again", type(error).__name__)
        await asyncio.sleep(ANEW)


async def _hear_once(postgres_url: str) -> None:
    """Until the connection is lost."""
    connection = await asyncpg.connect(postgres_url, timeout=PATIENCE, command_timeout=PATIENCE,
                                       server_settings={"application_name": "tenantry"})
    try:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(WIRE, lambda _connection, _pid, _channel, word: _heard(word))
        for channel in _waiting:  # nothing was heard until now
            _wake(channel)
        while not lost.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), LOOK)
            await connection.execute("select 1")
    finally:
        connection.terminate()


def _heard(word: str) -> None:
    channel, _, whose = word.partition(" ")
    if whose != MYSELF:
        _wake(channel)


def _wake(channel: str) -> None:
    for wake in tuple(_waiting.get(channel, ())):
        wake()


def _rung(channel: str) -> None:
    _wake(channel)
    if on_postgres():
        if not _untold:
            telling = asyncio.get_running_loop().create_task(_tell(), name="bells")
            UNITS.add(telling)  # so that the connections stay open for it
            telling.add_done_callback(UNITS.discard)
        _untold.add(channel)


async def _tell() -> None:
    """Outside of any transaction, and all that was rung in a while at once."""
    await asyncio.sleep(APART)
    words = [f"{channel} {MYSELF}" for channel in sorted(_untold)]
    _untold.clear()
    try:
        await sql_rows("select pg_notify($1, word) from unnest($2::text[]) word", WIRE, words)
    except Exception as error:
        log.warning("Other processes could not be told of new work (%s) and find it by themselves", type(error).__name__)
