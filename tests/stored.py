"""A migrated database of either kind, connected for one test."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext

from models.database import sqlite_path, tortoise_config
from models.upgrade import upgrade

#: What a migrated SQLite file holds: made once, written for each test that wants a new one.
MIGRATED: list[bytes] = []


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[BaseDBAsyncClient]:
    """The models on the database, for the code inside. Tortoise keeps SQL by the connection's name: one for each kind."""
    name = re.match(r"\w+", url)[0] + "_stored"
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(url, ["models"], connection=name))
        yield context.connections.get(name)


@asynccontextmanager
async def stored(url: str) -> AsyncIterator[BaseDBAsyncClient]:
    """As `connected`, after every migration."""
    path = sqlite_path(url)
    is_new = path is not None and not path.exists()
    if path and is_new and MIGRATED:
        path.write_bytes(MIGRATED[0])
    else:
        await upgrade(url)
    if path and is_new and not MIGRATED:
        async with connected(url) as connection:
            await connection.execute_query("PRAGMA wal_checkpoint(TRUNCATE)")
        MIGRATED.append(path.read_bytes())
    async with connected(url) as connection:
        yield connection
