"""A migrated database of either kind, connected for one test."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext

from models.database import tortoise_config
from models.upgrade import upgrade


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
    await upgrade(url)
    async with connected(url) as connection:
        yield connection
