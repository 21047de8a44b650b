"""What is stored under a server, looked at from beside it."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import asyncpg

from models.database import sqlite_path
from tests.servers import Server

#: Written beside or before a change on purpose, whatever becomes of it: tries to sign in, and signs of activity.
#: And what jobs write after the commit.
BESIDE = {"tortoise_migrations", "sign_in_attempt", "notification", "spending"}
ACTIVITY = {"last_seen_at", "last_active_at", "last_activity_at"}
POSTED = {("outbound_email", column) for column in ("status", "attempts", "sent_at", "link", "next_try_at")}
POSTED |= {("job", column) for column in ("state", "token", "attempts", "next_try_at", "lease_until", "error", "finished_at")}

Contents = dict[str, set[tuple[Any, ...]]]
#: By table: how many rows appeared, and how many went. A changed row does both.
Changes = dict[str, tuple[int, int]]


class Stored:
    """The database of a server, read beside it through a connection of its own."""

    def __init__(self, connection: sqlite3.Connection | asyncpg.Connection):
        self._connection = connection
        self._columns: dict[str, list[str]] = {}

    @property
    def is_file(self) -> bool:
        return isinstance(self._connection, sqlite3.Connection)

    @classmethod
    async def under(cls, server: Server) -> Stored:
        return await cls.of(server.database_url)

    @classmethod
    async def of(cls, database_url: str) -> Stored:
        if path := sqlite_path(database_url):
            return cls(sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False))
        return cls(await asyncpg.connect(database_url))

    async def close(self) -> None:
        if isinstance(self._connection, sqlite3.Connection):
            self._connection.close()
        else:
            await self._connection.close()

    async def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of one statement, with parameters written $1, $2."""
        if isinstance(self._connection, sqlite3.Connection):
            named = {str(number): value for number, value in enumerate(values, 1)}
            return self._connection.execute(sql, named).fetchall()
        return [tuple(row) for row in await self._connection.fetch(sql, *values)]

    async def contents(self) -> Contents:
        """Every row of every table, without `ACTIVITY`, what becomes of a letter or a job after the commit, and what the
        calendar asks for."""
        self._columns = self._columns or await self._read_columns()
        return {table: set(await self.rows(f'SELECT {", ".join(columns)} FROM "{table}"'
                                           + (" WHERE key NOT LIKE '%@%'" if table == "job" else "")))
                for table, columns in self._columns.items()}

    async def settled(self) -> Contents:
        """The contents as soon as no job that a change asked for at once is left, and they stay as they are."""
        last = None
        while True:
            while await self.rows("SELECT 1 FROM job WHERE state IN ('QUEUED', 'RUNNING') AND key NOT LIKE '%@%' "  # noqa: ASYNC110
                                  "AND name <> 'set-up-service'"):
                await asyncio.sleep(0.02)
            now = await self.contents()
            if now == last:
                return now
            last = now
            await asyncio.sleep(0.03)

    async def _read_columns(self) -> dict[str, list[str]]:
        if isinstance(self._connection, sqlite3.Connection):
            listed = await self.rows("SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
                                     "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1, c.cid")
        else:
            listed = await self.rows("SELECT table_name::text, column_name::text FROM information_schema.columns "
                                     "WHERE table_schema = 'public' ORDER BY 1, ordinal_position")
        found: dict[str, list[str]] = {}
        for table, column in listed:
            if table not in BESIDE and column not in ACTIVITY and (table, column) not in POSTED:
                found.setdefault(table, []).append(f'"{column}"')
        return found


def changes(before: Contents, after: Contents) -> Changes:
    """What happened between two looks."""
    both = {table: (len(after[table] - before[table]), len(before[table] - after[table])) for table in before}
    return {table: change for table, change in both.items() if change != (0, 0)}
