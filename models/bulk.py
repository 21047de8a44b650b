"""Many rows at a time: by COPY on PostgreSQL, one prepared statement over and over on SQLite."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.transactions import in_transaction

#: Seconds that one statement may take.
LONGEST = 3600
#: Kibibytes of pages that SQLite keeps while it is filled, and otherwise. Indexes in no order are read back page by page.
FILLING, USUAL = 65_536, 2_000


class Clash(Exception):
    """The database refuses rows that break a constraint, and has stored none of them."""


async def pour(model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, each {column: value} with the same columns in the same order, all or none.

    Values are stored as they are: of the model neither defaults nor validators are asked. Raises Clash.
    """
    if not rows:
        return
    table, columns = model._meta.db_table, list(rows[0])
    async with _refusing(table), in_transaction() as transaction:
        if transaction.capabilities.dialect == "sqlite":
            names, places = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
            await transaction.execute_many(f'INSERT INTO "{table}" ({names}) VALUES ({places})',
                                           [list(row.values()) for row in rows])
        elif await _guarded(transaction, table):  # COPY knows nothing of row-level security
            names, places = ", ".join(f'"{column}"' for column in columns), ", ".join(f"${n + 1}" for n in range(len(columns)))
            await transaction._connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})',
                                                      [tuple(row.values()) for row in rows], timeout=LONGEST)
        else:
            await transaction._connection.copy_records_to_table(
                table, columns=columns, records=[tuple(row.values()) for row in rows], timeout=LONGEST)


async def _guarded(transaction: Any, table: str) -> bool:
    [found] = await transaction.execute_query_dict("select row_security_active($1::text) as active", [table])
    return bool(found["active"])


async def amend(model: type[Model], changes: Sequence[tuple[int, dict[str, Any]]], now: dt.datetime) -> None:
    """Write (id, {column: value}) into versioned rows, each of which goes up by a version, all or none. Raises Clash."""
    alike: dict[tuple[str, ...], list[list[Any]]] = {}
    for id, values in changes:
        alike.setdefault(tuple(values), []).append([*values.values(), now, id])
    async with _refusing(model._meta.db_table), in_transaction() as transaction:
        sign = "?" if transaction.capabilities.dialect == "sqlite" else "$"
        for columns, rows in alike.items():
            places = ", ".join(f'"{column}" = {sign}{n}' for n, column in enumerate((*columns, "updated_at"), 1))
            await transaction.execute_many(f'UPDATE "{model._meta.db_table}" SET {places}, version = version + 1 '
                                           f"WHERE id = {sign}{len(columns) + 2}", rows)


async def make_room() -> None:
    """Before many rows: let SQLite keep more of the indexes that they go into. `settle_in` ends it."""
    [connection] = get_connections().all()
    if connection.capabilities.dialect == "sqlite":
        await connection.execute_query(f"PRAGMA cache_size = -{FILLING}")


async def settle_in(models: Iterable[type[Model]]) -> None:
    """After many rows: let PostgreSQL know what is in these tables, without which its first plans are poor ones."""
    [connection] = get_connections().all()
    if connection.capabilities.dialect == "sqlite":
        await connection.execute_query(f"PRAGMA cache_size = -{USUAL}")
    else:
        async with connection.acquire_connection() as postgres:
            for model in models:
                await postgres.execute(f'VACUUM (ANALYZE) "{model._meta.db_table}"', timeout=LONGEST)


@asynccontextmanager
async def _refusing(table: str) -> AsyncIterator[None]:
    try:
        yield
    except (IntegrityError, asyncpg.IntegrityConstraintViolationError) as error:
        raise Clash(f"{table}: {error}") from error


def row_of(record: Model, now: dt.datetime) -> dict[str, Any]:
    """A record not yet saved as a row for `pour`: every column, the time of the change among them."""
    row = {column: getattr(record, name) for name, column in type(record)._meta.fields_db_projection.items()}
    return {**row, "updated_at": now} if "updated_at" in row else row


def blank(model: type[Model]) -> dict[str, Any]:
    """A row for `pour` with nothing in it but what the model says of a row of which nothing else is said."""
    fields = ((column, model._meta.fields_map[name]) for name, column in model._meta.fields_db_projection.items())
    return {column: None if callable(field.default) else field.default for column, field in fields}
