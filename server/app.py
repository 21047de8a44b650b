"""The server from start to end: what is opened, in which order, what answers where, and how it stops."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from aiohttp import web
from prometheus_client import ProcessCollector

from engine.drivers import Database
from engine.run import Engine
from jobs.registry import JOBS, Registry
from jobs.worker import Worker
from resolvers.exports import read_through
from resolvers.policy import AccessPolicy
from schema import build_schema
from server.admission import Admission
from server.background import background, heard
from server.database import is_empty, is_there
from server.demo import no_demo, told_of_demo
from server.denials import Denials, written
from server.door import Door
from server.endpoint import Endpoint
from server.exchange import Exchanges
from server.figures import of_caches, of_denials, of_jobs, of_lanes, of_rates, of_reads, of_subscriptions
from server.files import Files
from server.graphql import GraphQL
from server.live.feed import Feed
from server.live.subscriptions import Subscriptions
from server.metrics import CONTENT_TYPE, Metrics
from server.opening import CannotServe, address, bound, connected, reading
from server.pages import add_pages
from server.portfolio.story import PASSWORD, known_passwords, load_story, sign_ins
from server.rates import Rates, shared
from server.sessions import Sessions
from server.settings import Settings
from server.texts import Registered, Texts, trusted

READY_WITHIN = 1.0
#: Connections taken in one turn of the loop. The loop takes one for each socket: alone, hundreds who come while there is
#: much to do wait for seconds before they are even heard.
AT_ONCE = 16


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Prints "Listening on …" once requests are answered."""
    stop = stop_signal()
    with bound(settings) as door:
        async with connected(settings):
            await welcome(settings, settings.base_url or address(door))
            async with answering(settings, door):
                print(f"Listening on {address(door)}", flush=True)
                await stop.wait()


async def work(settings: Settings) -> None:
    """Do what outlives requests, without answering any, until SIGTERM or SIGINT. Raises CannotServe on SQLite."""
    if not settings.on_postgres:
        raise CannotServe("A SQLite file belongs to one process: `python -m server serve` does its background work as well. "
                          "For processes of their own set TENANTRY_DATABASE_URL to a postgres:// address.")
    stop = stop_signal()
    base_url = settings.base_url or f"http://{settings.host}:{settings.port}"
    async with connected(settings), reading(settings) as database:
        read_through(Engine(build_schema()._schema, database, AccessPolicy(), settings.limits))
        async with background(settings, Worker(base_url)):
            print("Working", flush=True)
            await stop.wait()


class Site:
    """What answers at which address."""

    def __init__(self, settings: Settings, base_url: str, database: Database, worker: Worker):
        schema = build_schema()
        engine = Engine(schema._schema, database, AccessPolicy(), settings.limits)
        read_through(engine)
        self.settings, self.database, self.worker, self.ready = settings, database, worker, True
        admission = Admission(settings)
        sessions = Sessions(database)
        listed = settings.trusted_documents
        texts: Texts = Registered(settings.persisted_bytes) if listed is None else trusted(listed, engine.documents)
        self.rates = Rates(settings.cost_maximum, settings.cost_limit, settings.cost_restore_rate)
        self.denials = Denials()
        graphql = GraphQL(schema, engine, sessions, texts, self.rates, self.denials, explains=settings.explains)
        self.feed = Feed(database)
        self.live = Subscriptions(graphql, self.feed, admission, settings)
        self.metrics = Metrics(partial(of_lanes, admission), partial(of_reads, database),
                               partial(of_caches, engine.documents, texts), partial(of_subscriptions, self.live),
                               partial(of_jobs, worker), partial(of_rates, self.rates), partial(of_denials, engine, self.denials),
                               ProcessCollector(registry=None).collect)
        #: What /metrics says.
        self.told = self.metrics.text
        exchanges = Exchanges(base_url, self.metrics, settings.log_requests, settings.proxies)
        self.app = web.Application(middlewares=[exchanges.middleware()], client_max_size=settings.body_bytes)
        page = add_pages(self.app, graphiql=settings.shows_graphiql, listed=listed is not None,
                         demo=no_demo if settings.production else told_of_demo)
        endpoint = Endpoint(graphql, exchanges, admission, settings, page, self.live)
        self.app.on_shutdown.append(self.complete)
        self.app.router.add_post("/graphql", endpoint.post)
        self.app.router.add_get("/graphql", endpoint.get, allow_head=False)
        self.app.router.add_get("/files/{secret}", Files(sessions, exchanges.safe).get, allow_head=False)
        self.app.router.add_get("/live", self.is_live)
        self.app.router.add_get("/ready", self.is_ready)
        self.app.router.add_get("/metrics", self.figures)

    async def is_live(self, _: web.Request) -> web.Response:
        """200 as long as the process can answer at all."""
        return web.json_response({"live": True})

    async def is_ready(self, _: web.Request) -> web.Response:
        """200 while requests are welcome and the database answers within a second, else 503."""
        answers = self.ready and is_there() and await self._database_answers()
        return web.json_response({"ready": answers}, status=200 if answers else 503,
                                 headers={} if answers else {"Retry-After": "1"})

    async def complete(self, _: web.Application) -> None:
        """The end of what would stay: subscriptions are completed, WebSockets closed."""
        self.live.close()
        await asyncio.gather(*(socket.leave() for socket in list(self.live.sockets)), return_exceptions=True)

    async def _database_answers(self) -> bool:
        with suppress(Exception):
            async with asyncio.timeout(READY_WITHIN):
                return bool(await self.database.rows("select 1", ()))
        return False

    async def figures(self, _: web.Request) -> web.Response:
        """What was counted, for Prometheus."""
        return web.Response(body=self.told(), headers={"Content-Type": CONTENT_TYPE})


# -- while the server runs

@asynccontextmanager
async def answering(settings: Settings, door: socket.socket) -> AsyncIterator[Site]:
    """The site, open, with what goes on beside requests. Needs the models connected."""
    base_url = settings.base_url or address(door)
    async with reading(settings) as database:
        worker = Worker(base_url, kinds=JOBS if settings.jobs else Registry())
        site = Site(settings, base_url, database, worker)
        async with background(settings, worker), heard(site.feed), shared(site.rates), \
                written(site.denials), listening(site, door):
            yield site


@asynccontextmanager
async def listening(site: Site, door: socket.socket) -> AsyncIterator[None]:
    """Requests are answered inside. At the end: not ready, no new connections or jobs, then what is under way is finished."""
    # A client who leaves stops the read made for them; changes run to their end all the same. A packed body is refused, and
    # not unpacked even to be thrown away: a small one could take a second.
    runner = web.AppRunner(site.app, access_log=None, handler_cancellation=True, auto_decompress=False, lingering_time=1.0,
                           keepalive_timeout=site.settings.idle_seconds,
                           shutdown_timeout=site.settings.finishing_seconds)
    await runner.setup()
    assert runner.server
    open_, loop = Door(runner.server, site.settings.connections), asyncio.get_running_loop()
    doors: list[asyncio.Server] = []
    try:
        for each in (door, *(door.dup() for _ in range(AT_ONCE - 1))):
            doors.append(await loop.create_server(open_, sock=each, backlog=1024))
        yield
    finally:
        site.ready = False
        site.worker.close()
        for listener in doors:
            listener.close()
        await runner.cleanup()


# -- the beginning

async def welcome(settings: Settings, base_url: str) -> None:
    """In development: load the demo story into an empty database, and tell people how to come in."""
    if settings.production:
        if known := await known_passwords():
            raise CannotServe(f"Everybody knows the demo story's password, and {known[0]} still has it: production does not "
                         "start on this database.")
        return
    if await is_empty():
        await load_story(dt.datetime.now(dt.UTC))
    if known := await known_passwords():
        print(f"\nSign in at {base_url}/graphql with the password {PASSWORD} as")
        for person in sign_ins():
            if person.email in known:
                links = "".join(f", {role.name} of {name}" for name, role in person.links)
                print(f"  {person.email:<28} {person.role.name} at {person.tenant}{links}")
        print(flush=True)


def stop_signal() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
