"""Databases of either kind: connected, migrated, or with the demo story in them.

A run migrates an empty database once, and loads the story once: that takes seconds, and to copy what came of it milliseconds.
"""

import datetime as dt
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from argon2 import PasswordHasher
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext

from engine.drivers import Database, PostgresDatabase, SQLiteDatabase
from models.database import sqlite_path, tortoise_config
from models.upgrade import upgrade
from models.users import User
from models.wall import GUARDED as GUARDED_ROLE
from models.wall import READER, SETTING
from server.portfolio.story import PASSWORD, load_story
from tests.forked import GUARDED

#: The folder that all processes of a run share.
VARIABLE = "TENANTRY_TEST_COPIES"
#: The story's password is checked a thousand times in a run. What it must cost stands in the hash; as the product makes them,
#: each check takes a sixth of a second.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def shared() -> Iterator[None]:
    """Around the whole run: a folder for what is copied."""
    with tempfile.TemporaryDirectory(prefix="tenantry-copies-") as folder:
        os.environ[VARIABLE] = folder
        yield
        del os.environ[VARIABLE]


#: A query of the models, from when they were made ready for connections of that name.
_ready: dict[str, object] = {}
#: By URL, what stays connected, as soon as it is.
_kept: dict[str, BaseDBAsyncClient | None] = {}


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[BaseDBAsyncClient]:
    """The models on the database, for the code inside. Tortoise keeps SQL by the connection's name: one for each kind."""
    name = re.match(r"\w+", url)[0] + "_stored"
    async with TortoiseContext() as context:
        # That takes longer than most of what is done then, and stays as it is until somebody does it for another kind.
        is_ready = _ready.get(name) is User._meta.basequery
        await context.init(config=tortoise_config(url, ["models"], connection=name), init_connections=not is_ready)
        _ready[name] = User._meta.basequery
        client = _kept.get(url) or context.connections.get(name)
        if url not in _kept:
            yield client
            return
        _kept[url] = client
        context.connections.set(name, client)
        try:
            yield client
        finally:
            context.connections.discard(name)  # or it would be closed


@asynccontextmanager
async def kept(url: str) -> AsyncIterator[None]:
    """Inside, all looks into a PostgreSQL database share their connections: each new one is a process, and takes its time."""
    _kept[url] = None
    try:
        yield
    finally:
        if client := _kept.pop(url):
            await client.close()


async def furnish(url: str, *, story: bool) -> bool:
    """Fill a database that is empty, or not there yet, with every table and perhaps the story; False where it had tables."""
    path = sqlite_path(url)
    return await _furnish_file(path, story) if path else await _furnish_postgres(url, story)


async def _furnish_file(path: Path, story: bool) -> bool:
    if path.exists() and path.stat().st_size:
        return False
    made = Path(os.environ[VARIABLE]) / ("story.sqlite" if story else "tables.sqlite")
    with _turn(made.name):
        if not made.exists():
            draft = made.with_suffix(".draft")
            await _fill(f"sqlite://{draft}", story)
            draft.rename(made)
    shutil.copyfile(made, path)
    return True


async def _furnish_postgres(url: str, story: bool) -> bool:
    name = urlsplit(url).path[1:]
    database = await asyncpg.connect(url)
    try:
        if await database.fetchval("select exists(select from pg_tables where schemaname = 'public')"):
            return False
    finally:
        await database.close()
    made = f"tenantry_copied_{'story' if story else 'tables'}"
    server = await asyncpg.connect(urlsplit(url)._replace(path="/postgres").geturl())
    try:
        with _turn(made):
            if not await server.fetchval("select exists(select from pg_database where datname = $1)", made):
                draft = f"{made}_draft"
                await server.execute(f'drop database if exists "{draft}" with (force)')
                await server.execute(f'create database "{draft}" template "{name}"')
                await _fill(urlsplit(url)._replace(path=f"/{draft}").geturl(), story)
                await server.execute(f'alter database "{draft}" rename to "{made}"')
            await server.execute(f'drop database "{name}" with (force)')
            await server.execute(f'create database "{name}" template "{made}" strategy file_copy')
    finally:
        await server.close()
    return True


async def _fill(url: str, story: bool) -> None:
    await upgrade(url)
    async with connected(url) as connection:
        if story:
            await load_story(dt.datetime.now(dt.UTC))
            await User.all().update(password_hash=QUICK.hash(PASSWORD))
        if sqlite_path(url):
            await connection.execute_query("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _turn(name: str) -> Iterator[None]:
    """One process at a time."""
    with (Path(os.environ[VARIABLE]) / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@asynccontextmanager
async def stored(url: str) -> AsyncIterator[BaseDBAsyncClient]:
    """As `connected`, after every migration."""
    await furnish(url, story=False) or await upgrade(url)
    async with connected(url) as connection:
        yield connection


@asynccontextmanager
async def read(url: str, size: int = 2) -> AsyncIterator[Database]:
    """The engine's own way to a database that has every table, as the server goes it."""
    path = sqlite_path(url)
    role, setting = (GUARDED_ROLE, SETTING) if GUARDED else (READER, None)
    database: Database = await (SQLiteDatabase.open(path) if path else
                                PostgresDatabase.open(url, size=size, role=role, setting=setting))
    try:
        yield database
    finally:
        await database.close()
