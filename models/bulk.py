"""Many rows at a time: by COPY on PostgreSQL, one prepared statement over and over on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tortoise.models import Model
from tortoise.transactions import in_transaction


async def pour(model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, each {column: value} with the same columns in the same order, all or none.

    Values are stored as they are: of the model neither defaults nor validators are asked.
    """
    if not rows:
        return
    table, columns = model._meta.db_table, list(rows[0])
    async with in_transaction() as transaction:
        if transaction.capabilities.dialect == "sqlite":
            names, places = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
            await transaction.execute_many(f'INSERT INTO "{table}" ({names}) VALUES ({places})',
                                           [list(row.values()) for row in rows])
        else:
            await transaction._connection.copy_records_to_table(
                table, columns=columns, records=[tuple(row.values()) for row in rows])
