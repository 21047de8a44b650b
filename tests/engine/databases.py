"""Databases for these tests: made, filled by plain SQL, and read whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import apsw
import asyncpg
from tortoise.models import Model

from engine.drivers import Database
from engine.expr import BOOL, DATE, TIME
from engine.rows import Row
from models.database import sqlite_path
from tests.stored import furnish

Records = list[dict[str, Any]]


async def create(url: str, rows: Mapping[type[Model], Records]) -> str:
    """Makes every table in an empty database and puts the rows in."""
    assert await furnish(url, story=False)
    for model, records in rows.items():
        if records:
            names = list(records[0])
            places = ", ".join(f"${n + 1}" for n in range(len(names)))
            await change(url, f"insert into {model._meta.db_table} ({', '.join(names)}) values ({places})",
                         [list(record.values()) for record in records])
    return url


async def change(url: str, sql: str, many: Iterable[Sequence[Any]] = ((),)) -> None:
    """Runs one statement that writes, once for each list of values ($1, $2 …)."""
    if path := sqlite_path(url):
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(20_000)  # a server may be writing there
        with connection:
            connection.executemany(sql, [[_stored(v) for v in values] for values in many])
        connection.close()
    else:
        server = await asyncpg.connect(url)
        await server.executemany(sql, many)
        await server.close()


def _stored(value: Any) -> Any:
    """As Tortoise stores it in SQLite."""
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date) else value


async def tables_of(database: Database) -> dict[type[Model], Records]:
    """Every table that some row class reads, as plain Python values."""
    found: dict[type[Model], Records] = {}
    for row in Row.__subclasses__():
        if row.model is not None and row.model not in found:
            names = list(row.columns)
            records = await database.rows(f"select {', '.join(names)} from {row.model._meta.db_table} order by {'id' if 'id' in names else names[0]}", ())
            found[row.model] = [{name: _plain(value, row.columns[name][0]) for name, value in zip(names, record, strict=True)}
                                for record in records]
    return found


def _plain(value: Any, type_: str) -> Any:
    if value is None or not isinstance(value, str | int):
        return value
    match type_:
        case _ if type_ == BOOL:
            return bool(value)
        case _ if type_ == TIME:
            return dt.datetime.fromisoformat(str(value))
        case _ if type_ == DATE:
            return dt.date.fromisoformat(str(value))
    return value
