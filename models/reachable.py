"""What errors say about the database itself: that it is out of reach, or cannot store anything just now."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
from tortoise.exceptions import DBConnectionError

#: SQLite's own numbers: READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
UNWRITABLE = {8, 10, 11, 13, 14, 26}
#: Classes of PostgreSQL's: connections, resources such as disk and memory, an operator who stops it.
CLASSES = ("08", "53", "57P")
LOST = (ConnectionError, DBConnectionError, asyncpg.PostgresConnectionError, asyncpg.InternalClientError)


def out_of_reach(error: BaseException | None) -> bool:
    """Whether it is the database that failed, and not what it was asked."""
    return any(_is_the_databases(each) for each in because(error))


def because(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those behind it."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _is_the_databases(error: BaseException) -> bool:
    return (isinstance(error, LOST) or str(getattr(error, "sqlstate", None) or "").startswith(CLASSES)
            or getattr(error, "sqlite_errorcode", 0) & 0xFF in UNWRITABLE
            or (isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)))
