"""The unit of work: one change, whole or not at all, whatever becomes of the caller."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

from models.reachable import because, out_of_reach
from models.wall import SETTING, Within

T = TypeVar("T")

log = logging.getLogger(__name__)

UNITS: set[asyncio.Task[Any]] = set()
"""The units under way, those included whose callers have left."""

SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
BUSY = sqlite3.SQLITE_BUSY
"""Tortoise's BEGIN is deferred on SQLite: a transaction that has read cannot write after another connection wrote. The
server has one writing connection and its file to itself (models.locks), so only other programs can bring this about, and
trying again is the cure. With BEGIN IMMEDIATE it would be the BEGIN that fails."""

_SECONDS = {"work": 10.0, "turn": 5.0}
"""How long a unit's work may take, unless the unit says so itself; and how long it waits for its turn."""


class UnitTimedOut(Exception):
    """The work took longer than its limit in seconds. Nothing of it was stored."""

    code = "TIMEOUT"

    def __init__(self, limit: float):
        self.message = f"The change took longer than {limit:g} s, and nothing of it was stored. Ask for less at a time."
        super().__init__(self.message)


class Contended(Exception):
    """Others changed the same rows at the same moment, each time it was tried. Nothing was stored."""

    code = "UNAVAILABLE"
    message = "Others are changing the same things just now, and nothing was stored. Ask again in a second."
    retry_after = 1.0

    def __init__(self) -> None:
        super().__init__(self.message)


class Crowded(Exception):
    """So many units wait for a connection that this one did not get its turn. Nothing was stored."""

    code = "UNAVAILABLE"
    message = "More changes wait than the database can take just now, and nothing was stored. Ask again in a few seconds."
    retry_after = 5.0

    def __init__(self) -> None:
        super().__init__(self.message)


class Doubtful(Exception):
    """The connection was lost while the database was told to commit: only it knows whether it did."""

    code = "UNAVAILABLE"
    message = ("The connection to the database was lost at the last moment: the change may be made all the same. Send it again "
               "with the same idempotency key, or look first.")
    retry_after = 1.0

    def __init__(self) -> None:
        super().__init__(self.message)


@dataclass(eq=False)
class _Unit:
    """What waits for the commit of the attempt under way."""

    wakes: list[Callable[[], None]] = field(default_factory=list)
    over: bool = False
    connection: TransactionalDBClient | None = None
    #: Whether the work is done, and all that is left is to commit.
    done: bool = False


class _DryRun(Exception):
    def __init__(self, result: Any):
        self.result = result


_ROOMS: WeakKeyDictionary[BaseDBAsyncClient, asyncio.Semaphore] = WeakKeyDictionary()
_UNIT: ContextVar[_Unit | None] = ContextVar("unit", default=None)


def use_limits(*, work: float, turn: float) -> None:
    """From now on, for every unit of this process that has no limit of its own: seconds for its work, and for its turn."""
    _SECONDS.update(work=work, turn=turn)


async def unit_of_work(work: Callable[[], Awaitable[T]], *, within: Within = None, dry_run: bool = False, tries: int = 3,
                       limit: float | None = None) -> T:
    """Run `work` in one transaction of its own and return its result after the commit.

    A caller who is cancelled leaves it running to its end: cancelling a BEGIN or a COMMIT would cost the connection.
    It waits a few seconds for its turn (Crowded). `work` gets `limit` seconds, those of `use_limits` where none are given
    (UnitTimedOut), and runs again, `tries` times in all, when the database gave way to another transaction (then Contended):
    so it does nothing but change the database, and calls `after_commit` for the rest. A connection that was lost before it was
    asked anything is replaced; one lost at the commit leaves it open what became of it (Doubtful). With `dry_run` its result is
    returned and nothing is stored. Units do not nest.

    `within` names the tenant for which it writes: PostgreSQL takes rows of that tenant, of those beneath it, and, of what
    shows there, of those above (models/wall.py). Of any other tenant it takes EVERYWHERE, and without it of none.
    """
    if _UNIT.get() is not None:
        raise RuntimeError("A unit of work is open here: do it there, or start the task after the commit")
    task = asyncio.create_task(_attempts(work, within, dry_run, tries, limit or _SECONDS["work"]), name="unit of work")
    UNITS.add(task)
    task.add_done_callback(_forget)
    return await asyncio.shield(task)


def after_commit(wake: Callable[[], None]) -> None:
    """Call `wake` once the unit of work under way is committed; never, if it is rolled back or a dry run."""
    unit = _UNIT.get()
    if unit is None or unit.over:
        raise RuntimeError("after_commit is for the inside of a unit of work")
    unit.wakes.append(wake)


async def sql_rows(sql: str, *args: Any) -> list[dict[str, Any]]:
    """The rows that a statement gives, RETURNING included, in the unit under way or, outside of one, by itself.

    Parameters are written $1, $2 … on both databases; a list is an array on PostgreSQL, and JSON text on SQLite.
    """
    [connection] = get_connections().all()
    if not on_postgres():
        sql = re.sub(r"\$(\d+)", r"?\1", sql)
    return await connection.execute_query_dict(sql, list(args))


def on_postgres() -> bool:
    """Whether the models are on PostgreSQL."""
    return get_connections().all()[0].capabilities.dialect != "sqlite"


async def hold(table: str, ids: Collection[int]) -> None:
    """Keeps others from changing these rows, or from holding them, until the unit under way ends; waits for those who do.

    SQLite has one writer at a time as it is.
    """
    if ids and on_postgres():
        await sql_rows(f'select id from "{table}" where id = any($1) order by id for no key update', sorted(ids))


def connection() -> TransactionalDBClient:
    """The connection of the unit of work under way, for reading by SQL what it wrote so far."""
    unit = _UNIT.get()
    if unit is None or unit.over or unit.connection is None:
        raise RuntimeError("There is no unit of work under way here")
    return unit.connection


async def settle() -> None:
    """Wait for every unit under way. Await it at shutdown, before the connections are closed."""
    while UNITS:
        await asyncio.wait(set(UNITS))


def _forget(task: asyncio.Task[Any]) -> None:
    UNITS.discard(task)
    if not task.cancelled():
        task.exception()  # the caller, if there is one still, has it from the shield


async def _attempts(work: Callable[[], Awaitable[T]], within: Within, dry_run: bool, tries: int, limit: float) -> T:
    for failed in range(tries):
        unit = _Unit()
        try:
            result = await _attempt(unit, work, within, dry_run, limit)
        except _DryRun as rehearsed:
            return rehearsed.result  # type: ignore[no-any-return]
        except Exception as error:
            lost = out_of_reach(error)
            if lost and unit.done and on_postgres():
                raise Doubtful from error
            begun = unit.connection is not None
            if not _gave_way(error) and (begun or not lost or failed + 1 == tries):
                raise
            if failed + 1 == tries:
                raise Contended from error
            await asyncio.sleep(random.random() * 0.02 * 2**failed)
        else:
            _wake(unit)
            return result
    raise ValueError("tries must be at least 1")


async def _attempt(unit: _Unit, work: Callable[[], Awaitable[T]], within: Within, dry_run: bool, limit: float) -> T:
    token = _UNIT.set(unit)
    try:
        async with _turn(), _transaction() as opened:
            unit.connection = opened
            result = await _limited(partial(_for, within, opened, work), limit, opened)
            if not _is_sqlite(opened):
                # an error that the work swallowed broke the transaction, and COMMIT would say nothing of it
                await opened.execute_query("SET CONSTRAINTS ALL IMMEDIATE")
            if dry_run:
                raise _DryRun(result)
            unit.done = True
            return result
    finally:
        unit.over = True
        _UNIT.reset(token)


async def _for(within: Within, opened: TransactionalDBClient, work: Callable[[], Awaitable[T]]) -> T:
    """The work, once PostgreSQL knows for whom it is."""
    if within is not None and not _is_sqlite(opened):
        await opened.execute_query_dict(f"select set_config('{SETTING}', $1, true)", [str(within)])
    return await work()


async def _limited(work: Callable[[], Awaitable[T]], limit: float, connection: TransactionalDBClient) -> T:
    """The limit is for the work alone, never for BEGIN, COMMIT or ROLLBACK."""
    try:
        async with asyncio.timeout(limit) as clock:
            return await work()
    except TimeoutError as error:
        if not clock.expired():
            raise
        if _is_sqlite(connection):
            await connection._connection.interrupt()  # its thread still runs the statement
        raise UnitTimedOut(limit) from error


@asynccontextmanager
async def _turn() -> AsyncIterator[None]:
    """A place among those who may have a connection at a time. The pool itself lets everybody wait for ever."""
    [client] = get_connections().all()
    room = _ROOMS.get(client) or _ROOMS.setdefault(client, asyncio.Semaphore(getattr(client, "pool_maxsize", 1)))
    try:
        async with asyncio.timeout(_SECONDS["turn"]):
            await room.acquire()
    except TimeoutError:
        raise Crowded from None
    try:
        yield
    finally:
        room.release()


@asynccontextmanager
async def _transaction() -> AsyncIterator[TransactionalDBClient]:
    """Tortoise's transaction, mended where it would keep its connection (a BEGIN that fails), leave its work to be
    committed by the next BEGIN (a COMMIT that fails, SQLite), or not roll back (TransactionManagementError)."""
    context = in_transaction()
    try:
        connection = await context.__aenter__()
    except BaseException as error:
        if hasattr(context, "token"):  # it holds the connection
            await context.__aexit__(TransactionManagementError, error, None)
        raise
    async with AsyncExitStack() as stack:
        stack.push_async_exit(context)
        try:
            yield connection
            if _is_sqlite(connection):
                await connection.commit()
        except TransactionManagementError:
            await connection.rollback()
            raise


def _is_sqlite(connection: TransactionalDBClient) -> bool:
    return connection.capabilities.dialect == "sqlite"


def _gave_way(error: BaseException | None) -> bool:
    """Whether the database undid this transaction for the sake of another one."""
    return any(getattr(each, "sqlstate", None) in (SERIALIZATION_FAILURE, DEADLOCK)
               or getattr(each, "sqlite_errorcode", 0) & 0xFF == BUSY for each in because(error))


def _wake(unit: _Unit) -> None:
    for wake in unit.wakes:
        try:
            wake()
        except Exception:
            log.exception("What was to follow a commit failed; the commit stands")
