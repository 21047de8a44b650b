"""What a process of ours holds while it runs: the port, the SQLite file, the models' connections, the engine's."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import apsw
from asyncpg import PostgresError, TooManyConnectionsError
from tortoise.exceptions import BaseORMException

from engine.drivers import Database, PostgresDatabase, SQLiteDatabase
from engine.errors import Unavailable
from models.database import sqlite_path
from models.locks import lock_file
from models.signing import use_keys
from models.transaction import use_limits
from models.wall import GUARDED, READER, SETTING, WRITER
from server.database import connect, disconnect, migrate
from server.settings import Settings

#: How drivers say that there is no such database, or none for us.
NOT_THERE = (OSError, PostgresError, apsw.Error, BaseORMException, Unavailable)


class CannotServe(Exception):
    """The server does not start like this; the message says what to change."""


@contextmanager
def bound(settings: Settings) -> Iterator[socket.socket]:
    """The port, taken before anything is done, and not yet listened to."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        door = socket.socket(family, kind, protocol)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # who takes nothing of an answer for so long is gone: it is kept for nobody
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(settings.idle_seconds * 1000))
        door.bind(address)
    except OSError as error:
        raise CannotServe(f"Nothing can be served at {settings.host}, port {settings.port}: {error.strerror}. Set "
                          "TENANTRY_HOST and TENANTRY_PORT; port 0 takes any that is free.") from error
    with door:
        yield door


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """A SQLite file, for this process alone. Raises FileInUse, or CannotServe where there can be none."""
    path = sqlite_path(settings.database_url)
    if path is None:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = lock_file(path)
    except OSError as error:
        raise unusable(settings, error) from error
    with lock:
        yield


async def upgraded(settings: Settings) -> list[str]:
    """Brings the database up to date; the names of what was done. Raises CannotServe where it is out of reach."""
    try:
        return await migrate(settings.owner_url or settings.database_url, settings.login if settings.owner_url else None)
    except NOT_THERE as error:
        raise unusable(settings, error) from error


@asynccontextmanager
async def connected(settings: Settings, *, upgrade: bool = True, role: str | None = WRITER) -> AsyncIterator[None]:
    """The models on their database, and what is signed on its keys; ends after the last change. The database is brought
    up to date first, unless somebody has done so. Without the `role` it is whoever the URL names: for an operator's own
    commands."""
    use_keys(*settings.keys)
    use_limits(work=settings.change_seconds, turn=settings.turn_seconds)
    with held(settings):
        if upgrade:
            await upgraded(settings)
        try:
            await connect(settings.database_url, size=settings.write_connections, role=role, apart=settings.production)
        except NOT_THERE as error:
            raise unusable(settings, error) from error
        try:
            yield
        finally:
            await disconnect()


def unusable(settings: Settings, error: Exception) -> CannotServe:
    """What to tell of a database that is out of reach."""
    place = urlsplit(settings.database_url)._replace(query="")
    place = place._replace(netloc=place.netloc.rpartition("@")[2])
    too_many = next((each for each in (error, error.__cause__) if isinstance(each, TooManyConnectionsError)), None)
    remedy = ("Set TENANTRY_DATABASE_URL to one that is there and that this process may write to." if too_many is None else
              f"Each process opens {settings.read_connections} connections for reads and up to {settings.write_connections} for "
              "changes: set TENANTRY_READ_CONNECTIONS and TENANTRY_WRITE_CONNECTIONS lower, start fewer --workers, or let "
              "PostgreSQL allow more.")
    return CannotServe(f"The database {place.geturl()} cannot be used: {str(too_many or error).removesuffix('.')}. {remedy}")


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Database]:
    """The engine's own way to the same database."""
    path, waits = sqlite_path(settings.database_url), (settings.acquire_seconds, settings.statement_seconds)
    database: Database
    if path is None:
        try:
            role, setting = (GUARDED, SETTING) if settings.guarded_reads else (READER, None)
            database = await PostgresDatabase.open(settings.database_url, settings.read_connections, 1000, *waits, role, setting)
        except Unavailable as error:
            raise unusable(settings, error) from error
    else:
        database = await SQLiteDatabase.open(path, acquire_timeout=waits[0], statement_timeout=waits[1])
    try:
        yield database
    finally:
        await database.close()


def address(door: socket.socket) -> str:
    host, port, *_ = door.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
