"""The databases that are compared, filled with the same data."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import asyncpg

from benchmarks.data import People, make
from benchmarks.servers import taking_part
from tests.postgres import Postgres

DATABASES = ("postgres", "sqlite")


@asynccontextmanager
async def database(kind: str, customers: int, folder: Path) -> AsyncIterator[tuple[dict[str, str], People]]:
    """A database with the data: each server's URL for it, and who asks. A SQLite file belongs to one process, so each
    server gets its own copy."""
    print(f"  {kind}: making {customers} customers", file=sys.stderr)
    if kind == "sqlite":
        people = await make(f"sqlite://{quote(str(folder / 'data.sqlite'))}", customers)
        for name in taking_part(kind):
            shutil.copyfile(folder / "data.sqlite", folder / f"{name}.sqlite")
        yield {name: f"sqlite://{quote(str(folder / f'{name}.sqlite'))}" for name in taking_part(kind)}, people
        return
    server, name = Postgres(), f"tenantry_benchmark_{os.getpid()}"
    try:
        url = await server.create(name)
        yield dict.fromkeys(taking_part(kind), url), await make(url, customers)
        await _drop(server.address, name)
    finally:
        server.stop()


async def _drop(address: str, name: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(f'drop database "{name}" with (force)')
    await connection.close()


async def postgres_version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("show server_version"))
    finally:
        await connection.close()
