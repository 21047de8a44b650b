"""What the peers share: the database, the session check that Tenantry makes, and how they are started."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from typing import Any

import uvloop
from aiohttp import web

from engine.drivers import Database, PostgresDatabase, SQLiteDatabase
from engine.proviso import Proviso
from models.database import sqlite_path
from models.viewers import Viewer
from server.database import connect, disconnect
from server.sessions import Sessions

#: Where a peer finds its database and says on which port it listens.
DATABASE_URL, CONNECTIONS = "BENCH_DATABASE_URL", 8
SESSIONS: web.AppKey[Sessions] = web.AppKey("sessions", Sessions)
READS: web.AppKey[Database] = web.AppKey("reads", object)  # type: ignore[arg-type]


async def viewer_of(request: web.Request, now: dt.datetime) -> Viewer:
    """Who asks, by the very check that Tenantry makes."""
    return await request.app[SESSIONS].viewer_of(_token(request), now)


async def read(request: web.Request, now: dt.datetime, asking: Callable[[Viewer], tuple[str, list[Any]]]) -> bytes:
    """What a statement gives to whoever asks; as at Tenantry it says itself whether they still are whom they were."""
    token, sessions, database = _token(request), request.app[SESSIONS], request.app[READS]
    asker = sessions.remembered(token, now)
    while True:
        asker = asker or await sessions.recognised(token, now)
        sql, args = asking(asker.viewer)
        if asker.proviso is None:
            raise web.HTTPUnauthorized
        if found := await database.value(_guarded(sql, len(args), asker.proviso.sql), [*args, *asker.proviso.args]):
            return found
        asker = None


@lru_cache
def _guarded(sql: str, parameters: int, condition: str) -> str:
    return f"select {Proviso(condition, ()).guarding(f'({sql})', parameters)}"


def _token(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else None


async def _databases(app: web.Application) -> AsyncIterator[None]:
    url = os.environ[DATABASE_URL]
    path = sqlite_path(url)
    reads: Database = await (SQLiteDatabase.open(path) if path else PostgresDatabase.open(url, CONNECTIONS))
    await connect(url, size=CONNECTIONS)
    app[READS], app[SESSIONS] = reads, Sessions(reads)
    yield
    await reads.close()
    await disconnect()


def serve(routes: Callable[[web.Application], None]) -> None:
    """Serves what `routes` adds to an application, on a free port, until SIGTERM."""
    app = web.Application()
    app.cleanup_ctx.append(_databases)
    routes(app)
    uvloop.run(_serve(app))


async def _serve(app: web.Application) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"Listening on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()
