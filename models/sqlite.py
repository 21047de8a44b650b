"""Tortoise's SQLite connection on apsw, the copy of SQLite through which the engine reads.

Two copies of SQLite in one process do not see each other's locks: beside a writer on Python's own `sqlite3`, a read
through apsw saw pages of commits made while it ran. So apsw writes, too. Tortoise and aiosqlite stay as they are;
they get a connection that behaves like that of `sqlite3` as far as they use it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import aiosqlite
import apsw
import orjson
from tortoise.backends.sqlite.client import SqliteClient

from models.moved import Opened


class Client(SqliteClient):
    """What Tortoise asks for by the name of this module."""

    async def create_connection(self, with_db: bool) -> None:
        if self._connection is None:
            connection = aiosqlite.Connection(partial(Connection, self.filename), iter_chunk_size=64)  # type: ignore[arg-type]
            self._connection = await connection
            for pragma, value in self.pragmas.items():
                await connection.execute_fetchall(f"PRAGMA {pragma}={value}")
            await self._post_connect()

    def is_there(self) -> bool:
        """Whether the file is still the one that was opened."""
        return self._connection is None or self._connection._conn.opened.is_there()  # type: ignore[attr-defined]


client_class = Client


class Row:
    """A row by position and by name of column. Iterates over its values, as the rows of `sqlite3` and asyncpg do."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: tuple[Any, ...]):
        self._places, self._values = places, values

    def __getitem__(self, key: str | int) -> Any:
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Row({dict(zip(self._places, self._values, strict=True))})"

    def keys(self) -> Iterable[str]:
        return self._places.keys()


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    """Tortoise knows the errors of `sqlite3`: IntegrityError for a broken constraint, OperationalError for the rest."""
    try:
        yield
    except apsw.Error as error:
        broken = isinstance(error, apsw.ConstraintError | apsw.MismatchError)
        told = (sqlite3.IntegrityError if broken else sqlite3.OperationalError)(str(error))
        told.sqlite_errorcode = getattr(error, "extendedresult", 0)
        raise told from error


class Connection:
    """The part of `sqlite3.Connection` that aiosqlite and Tortoise use; all but `interrupt` on aiosqlite's thread."""

    def __init__(self, path: str):
        self._apsw = apsw.Connection(path, statementcachesize=500)
        self._apsw.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)  # a join is planned once, not for each value bound to it
        self._apsw.convert_binding = _bindable
        self.opened = Opened(path)
        self.total_changes = 0

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        """All rows at once: a statement left half-read would keep its locks."""
        with _as_sqlite3():
            cursor = self._apsw.execute(sql, values)
            try:
                places = {column[0]: place for place, column in enumerate(cursor.get_description())}
            except apsw.ExecutionCompleteError:  # it has no rows to give
                places = {}
            rows = [Row(places, row) for row in cursor.fetchall()]
        self._count()
        return Cursor(self, rows)

    def executemany(self, sql: str, many: Iterable[Sequence[Any]]) -> Cursor:
        with _as_sqlite3():
            self._apsw.executemany(sql, many).fetchall()
        self._count()
        return Cursor(self, [])

    def executescript(self, sql: str) -> Cursor:
        return self.execute(sql)

    def commit(self) -> None:
        if self._apsw.in_transaction:
            self.opened.check()
            self.execute("COMMIT")
            self.opened.check()

    def rollback(self) -> None:
        if self._apsw.in_transaction:
            self.execute("ROLLBACK")

    def interrupt(self) -> None:
        self._apsw.interrupt()

    def close(self) -> None:
        self._apsw.close()

    def _count(self) -> None:
        before, self.total_changes = self.total_changes, self._apsw.total_changes()
        if self.total_changes != before and not self._apsw.in_transaction:  # a change of its own
            self.opened.check()


class Cursor:
    """The rows that a statement gave."""

    def __init__(self, connection: Connection, rows: list[Row]):
        self._connection, self._rows = connection, rows

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        self._rows = self._connection.execute(sql, values).fetchall()
        return self

    def fetchone(self) -> Row | None:
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        self._rows = []


def _bindable(_cursor: apsw.Cursor, _place: int, value: Any) -> str:
    """Moments (in UTC, so that they sort), dates and decimals as the texts that Tortoise reads back; lists as JSON."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return orjson.dumps(value).decode()
    raise TypeError(f"SQLite cannot store a {type(value).__name__}")
