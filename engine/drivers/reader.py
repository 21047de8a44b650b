"""The thread that reads a SQLite file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

import apsw

from engine.errors import BadRequest, TimedOut, TooLarge, Unavailable

log = logging.getLogger(__name__)

STEPS = 2000
"""Steps of SQLite's machine, well under a millisecond, between two looks at the clock and at the caller."""

BROKEN = (apsw.NotADBError, apsw.CorruptError)
OUT_OF_REACH = (apsw.BusyError, apsw.LockedError, apsw.CantOpenError, apsw.IOError, *BROKEN)


class Job:
    """One statement, and the future of the caller who waits for its rows."""

    __slots__ = ("args", "begun", "future", "sql")

    def __init__(self, sql: str, args: list[Any], future: asyncio.Future[Any]):
        self.sql, self.args, self.future, self.begun = sql, args, future, False


class Reader(Thread):
    """Runs jobs one by one until it gets None; says so on the loop when it ends, however it ends."""

    def __init__(self, path: Path, limit: float, loop: asyncio.AbstractEventLoop,
                 when_ended: Callable[[Reader, Exception], None]):
        super().__init__(name=f"reader of {path.name}", daemon=True)
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()
        self.job: Job | None = None
        self.ended = asyncio.Event()
        self._path, self._limit, self._loop, self._when_ended = path, limit, loop, when_ended
        self._deadline = 0.0

    def run(self) -> None:
        error = Unavailable()
        try:
            self._read_on()
        except apsw.Error as fault:
            error.__cause__ = fault
        except BaseException:
            log.exception("The reader of %s stopped; the next read starts another", self._path)
        finally:
            with suppress(RuntimeError):  # the loop may be gone
                self._loop.call_soon_threadsafe(self._end, error)

    def _end(self, error: Exception) -> None:
        self._when_ended(self, error)
        self.ended.set()

    def _read_on(self) -> None:
        connection = apsw.Connection(str(self._path), flags=apsw.SQLITE_OPEN_READONLY, statementcachesize=500)
        try:
            connection.set_busy_timeout(1000)
            connection.execute("pragma query_only = on")
            # else SQLite plans a join anew for each value that is bound, which takes ten times as long as running it
            connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
            connection.set_progress_handler(self._is_over, STEPS)
            while (job := self.jobs.get()) is not None:
                self.job = job
                if not job.future.done():
                    self._run(connection, job)
                self.job = None
        finally:
            connection.close()

    def _run(self, connection: apsw.Connection, job: Job) -> None:
        job.begun, self._deadline = True, monotonic() + self._limit
        try:
            # to the last row, always: an open read keeps the log from being checkpointed
            rows = connection.execute(job.sql, job.args).fetchall()
        except Exception as error:
            self._loop.call_soon_threadsafe(refuse, job.future, self._told(error))
        else:
            self._loop.call_soon_threadsafe(_answer, job.future, rows)

    def _is_over(self) -> bool:
        return monotonic() > self._deadline or self.job is None or self.job.future.done()

    def _told(self, error: Exception) -> Exception:
        if isinstance(error, apsw.InterruptError):
            return TimedOut(self._limit)
        if isinstance(error, apsw.TooBigError):
            return TooLarge()
        if isinstance(error, UnicodeEncodeError):
            return BadRequest("A text holds half a surrogate pair. Leave such characters out.")
        if isinstance(error, OverflowError):
            return BadRequest("A number is out of range. Write one of at most 64 bits.")
        if isinstance(error, OUT_OF_REACH):
            if isinstance(error, BROKEN):
                log.error("%s is damaged: %s", self._path, error)
            told = Unavailable()
            told.__cause__ = error
            return told
        return error


def refuse(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _answer(future: asyncio.Future[Any], rows: list[tuple[Any, ...]]) -> None:
    if not future.done():
        future.set_result(rows)
