"""How the engine runs a statement that reads: one interface, PostgreSQL and SQLite behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from engine.drivers.postgres import PostgresDatabase
from engine.drivers.sqlite import SQLiteDatabase

__all__ = ["Database", "PostgresDatabase", "SQLiteDatabase"]


class Database(Protocol):
    """Reads, each on a connection of its own turn, first come, first served.

    Arguments are None, bool, int, float, str, bytes, date and datetime (with a zone), or a list of these; a text may
    not hold U+0000 or half a surrogate pair (BadRequest). Raises TimedOut past the statement's limit and Unavailable
    when the database is out of reach or too many wait. A caller who is cancelled stops its statement.
    """

    @property
    def dialect_name(self) -> Literal["postgres", "sqlite"]: ...

    @property
    def free(self) -> int:
        """How many connections wait for a read."""

    @property
    def waiting(self) -> int:
        """How many reads wait for a connection."""

    @property
    def refused(self) -> int:
        """How many reads were told UNAVAILABLE because none came free in time, since the start."""

    async def value(self, sql: str, args: Sequence[Any], within: int | str | None = None) -> bytes:
        """The one text of the one row, as UTF-8, never decoded on the way. A database that guards its rows itself gives
        those of the tenant `within`, and of those above and beneath."""

    async def rows(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        """All rows of a small result: text as str, numbers as int or float."""

    async def close(self) -> None:
        """Let go of every connection; callers still waiting are told UNAVAILABLE."""
