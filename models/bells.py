"""Bells: rung after a commit, heard at once by those who wait for its work, in this process and in all others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

from models.transaction import UNITS, after_commit, on_postgres, sql_rows

log = logging.getLogger(__name__)

Wake = Callable[[], None]

#: The one channel of PostgreSQL by which processes ring one another.
WIRE = "tenantry_bells"
#: Who rings: a process does not hear itself twice.
MYSELF = uuid4().hex
#: Seconds between two notifications of a process. One in each business transaction would make the commits queue up.
APART = 0.01

_waiting: dict[str, list[Wake]] = {}
_untold: set[str] = set()


def ring(channel: str) -> None:
    """Wakes those who listen to `channel` once the unit of work under way is committed; on PostgreSQL in every process.

    A bell may be lost when a process dies just then, so those who listen also look by themselves every few seconds.
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


def heard(word: str) -> None:
    """What another process rang, as it came over the wire."""
    channel, _, whose = word.partition(" ")
    if whose != MYSELF:
        _wake(channel)


def wake_all() -> None:
    """After a time in which nothing could be heard."""
    for channel in _waiting:
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
