"""Reads on SQLite: one read-only connection in a thread of its own, beside the connection that writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from os import PathLike
from pathlib import Path
from queue import Empty
from typing import Any, Literal

import orjson

from engine.deadlines import Deadlines
from engine.drivers.reader import Job, Reader, refuse
from engine.errors import BadRequest, Unavailable, UnfitDatabase


class SQLiteDatabase:
    """A file read by one thread; with a second one SQLite's locks cost more than it brings.

    Whatever writes to the file in this process must do it through apsw, too: two copies of SQLite in one process do
    not see each other's locks, and a read then sees pages of commits made while it ran.
    """

    dialect_name: Literal["sqlite"] = "sqlite"

    def __init__(self, path: Path, waiting: int, acquire_timeout: float, statement_timeout: float):
        self._path, self._room, self._limit = path, waiting, statement_timeout
        self._patience = Deadlines(acquire_timeout, self._lose_patience)
        self._loop = asyncio.get_running_loop()
        self._reader: Reader | None = None
        self._closed = False
        self.refused = 0

    @classmethod
    async def open(cls, path: str | PathLike[str], waiting: int = 1000, acquire_timeout: float = 2.0,
                   statement_timeout: float = 5.0) -> SQLiteDatabase:
        """Open a file that exists, to read only.

        At most `waiting` callers queue, each at most `acquire_timeout` seconds; a statement runs at most
        `statement_timeout` seconds. Raises UnfitDatabase, naming the path, where there is no database.
        """
        database = cls(Path(path), waiting, acquire_timeout, statement_timeout)
        try:
            await database.rows("select count(*) from sqlite_schema", ())
        except Unavailable as error:
            await database.close()
            raise UnfitDatabase(f"{path} cannot be read as a database ({error.__cause__}). "
                                "Migrate first, or name another file.") from error
        return database

    @property
    def free(self) -> int:
        """1 while nothing is read."""
        return int(self._reader is None or self._reader.job is None)

    @property
    def waiting(self) -> int:
        """How many reads wait for their turn."""
        return 0 if self._reader is None else self._reader.jobs.qsize()

    async def value(self, sql: str, args: Sequence[Any], within: int | str | None = None) -> bytes:
        [(answer,)] = await self._ask(_as_blob(sql), args)
        if type(answer) is not bytes:
            raise TypeError(f"The statement must give one text, not {type(answer).__name__}: {sql[:200]}")
        return answer

    async def rows(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        return await self._ask(sql, args)

    async def close(self) -> None:
        self._closed = True
        if (reader := self._reader) is not None:
            _refuse_all(reader, Unavailable())
            reader.jobs.put(None)
            await reader.ended.wait()

    async def _ask(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        reader = self._running()
        if reader.jobs.qsize() >= self._room:
            self.refused += 1
            raise Unavailable
        job = Job(sql, [_bound(arg) for arg in args], self._loop.create_future())
        self._patience.begin(job)
        reader.jobs.put(job)
        try:
            rows: list[tuple[Any, ...]] = await job.future
        finally:
            self._patience.end(job)
        return rows

    def _running(self) -> Reader:
        if self._closed:
            raise Unavailable
        if self._reader is None:
            self._reader = Reader(self._path, self._limit, self._loop, self._reader_ended)
            self._reader.start()
        return self._reader

    def _lose_patience(self, job: Job) -> None:
        if not job.begun:
            self.refused += 1
            refuse(job.future, Unavailable())

    def _reader_ended(self, reader: Reader, error: Exception) -> None:
        """On the loop, so no caller can queue at a reader that is gone: the next one starts another."""
        self._reader = None
        _refuse_all(reader, error)


def _refuse_all(reader: Reader, error: Exception) -> None:
    if (running := reader.job) is not None:
        refuse(running.future, error)
    while True:
        try:
            job = reader.jobs.get_nowait()
        except Empty:
            return
        if job is not None:
            refuse(job.future, error)


@lru_cache(maxsize=500)
def _as_blob(sql: str) -> str:
    """The same text as bytes, so that nothing decodes it: 3 instead of 60 µs for 72 kB of other than ASCII."""
    return f"select cast((\n{sql}\n) as blob)"


def _bound(value: Any) -> Any:
    """A value as SQLite takes it: lists as JSON for json_each, moments as Tortoise stores them."""
    if isinstance(value, str):
        if "\0" in value:
            raise BadRequest("A text holds U+0000. Leave that character out.")
        return value
    if isinstance(value, list | tuple):
        return _json(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _json(values: Sequence[Any]) -> str:
    try:
        text = orjson.dumps(values).decode()
    except orjson.JSONEncodeError as error:
        if "surrogates" not in str(error):
            raise
        raise BadRequest("A text holds half a surrogate pair. Leave such characters out.") from error
    if "\\u0000" in text:
        for value in values:
            _bound(value)
    return text
