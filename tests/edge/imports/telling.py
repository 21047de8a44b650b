"""The story as files, and what an import told of itself."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from models.inspection import tables as models_with_tables
from server.portfolio.importing import Summary, import_portfolio
from server.portfolio.reading import ImportRefused
from server.portfolio.story import tell
from tests.edge.portfolios import Table, tables

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=3)
#: Of the story's password, worked out once.
PASSWORD_HASH = "$argon2id$v=19$m=65536,t=3,p=4$1qyXGQIqi5FtWWNUk8zEMQ$Zrq29N9ADEH16brL9GcsZYKvkq5j+ASfj4Fr2aA0E3g"


def story() -> dict[str, Table]:
    return tables(tell(NOW, PASSWORD_HASH))


def one(table: Table, **known_by: Any) -> dict[str, Any]:
    """The only line with these cells."""
    [line] = [line for line in table if known_by.items() <= line.items()]
    return line


async def contents(connection: BaseDBAsyncClient) -> dict[str, list[str]]:
    """Every row of every table."""
    return {table: sorted(repr(dict(row)) for row in await connection.execute_query_dict(f'SELECT * FROM "{table}"'))
            for table in (model._meta.db_table for model in models_with_tables())}


async def refusal(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    """File, line, column and reason of every problem."""
    with pytest.raises(ImportRefused) as refused:
        await import_portfolio(folder, now=NOW)
    return [(bad.file, bad.line, bad.column, bad.reason) for bad in refused.value.problems]


def counts(summary: Summary) -> dict[str, tuple[int, int, int]]:
    return {file.removesuffix(".csv"): (count.new, count.changed, count.same) for file, count in summary.files.items()}
