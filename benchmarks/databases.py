"""The databases that are compared, filled with the same data."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

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


@asynccontextmanager
async def kept(kind: str, customers: int, folder: Path, months: int) -> AsyncIterator[tuple[str, People]]:
    """A database for one server, whose data stay in the folder, given from the root: its URL, and who asks. What is there
    already is used.

    On a PostgreSQL of one's own the database stays there instead, as tenantry_scale_<customers>.
    """
    print(f"  {kind}: {customers} customers", file=sys.stderr)
    if kind == "sqlite":
        url = f"sqlite://{quote(str(folder / f'{customers}.sqlite'))}"
        yield url, await make(url, customers, months)
        return
    server, name = Postgres(kept=folder / "postgres"), f"tenantry_scale_{customers}"
    try:
        url = urlsplit(server.address)._replace(path=f"/{name}").geturl()
        if not await _is_there(server.address, name):
            url = await server.create(name)
        yield url, await make(url, customers, months)
    finally:
        server.stop()


async def _is_there(address: str, name: str) -> bool:
    connection = await asyncpg.connect(address)
    try:
        return bool(await connection.fetchval("select count(*) from pg_database where datname = $1", name))
    finally:
        await connection.close()


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
