"""Several processes at one port: all answer, one that dies is replaced, and all end together."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import asyncpg
import orjson
import psutil
import pytest
from aiohttp import ClientError, ClientSession, TCPConnector

from tests import servers
from tests.api.test_links import Desk
from tests.client import PASSWORD, SIGN_IN, Person, without_cost
from tests.edge.test_lifecycle import MANY
from tests.edge.wire import head, send, wired
from tests.forked import command
from tests.live import listening
from tests.servers import Server

SOMEBODY = "regular@brightline.example"
READ = "{ customers { totalCount } }"
THE_READ = {"data": {"customers": {"totalCount": 2}}}
Create = Callable[[str], Awaitable[str]]


@pytest.fixture(scope="module")
async def pair(create_postgres: Create, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server of two processes."""
    server = await servers.start(await create_postgres("pair"), tmp_path_factory.mktemp("pair") / "server.log", "--workers", "2", bare=True,
                                 TENANTRY_BODY_SECONDS="3")
    yield server
    await server.stop()


def workers(server: Server) -> dict[int, psutil.Process]:
    """The processes that answer, by their ids."""
    return {each.pid: each for each in psutil.Process(server.process.pid).children()}


async def figures(server: Server, name: str) -> dict[str, float]:
    """By the worker's number, of whichever worker answers."""
    text = (await send(server, method="GET", path="/metrics")).body.decode()
    return {number: float(value) for number, value in re.findall(rf'^{name}{{(?:.*,)?worker="(\d)"}} (\S+)', text, re.M)}


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.05)


async def all_gone(processes: Iterable[psutil.Process]) -> None:
    async def gone() -> bool:
        return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)
    with suppress(psutil.NoSuchProcess):
        await until(gone)


async def ask_anew(server: Server, token: str) -> dict:
    """A read over a connection of its own."""
    async with ClientSession(connector=TCPConnector(force_close=True)) as http, http.post(
            server.graphql, json={"query": READ}, headers={"Authorization": f"Bearer {token}"}) as response:
        return orjson.loads(without_cost(await response.read()))


async def test_sqlite_takes_one_worker_only(tmp_path: Path) -> None:
    ended = await command("serve", "--workers", "2", TENANTRY_DATABASE_URL=f"sqlite://{tmp_path}/tenantry.sqlite", TENANTRY_PORT="0")
    assert ended.returncode == 1
    assert "TENANTRY_DATABASE_URL" in ended.stderr and "--workers" in ended.stderr
    assert not (tmp_path / "tenantry.sqlite").exists()


async def test_each_of_two_workers_answers_and_tells_the_figures_of_both(pair: Server) -> None:
    assert len(workers(pair)) == 2
    assert len(re.findall("Listening on", pair.log.read_text())) == 1
    token = await Person(pair, SOMEBODY).token()

    async def both() -> bool:
        answers = await asyncio.gather(*(ask_anew(pair, token) for _ in range(20)))
        assert answers == [THE_READ] * 20
        counted = await figures(pair, "tenantry_requests_total")
        return counted.keys() == {"1", "2"} and min(counted.values()) > 10
    await until(both)


async def test_what_one_worker_writes_the_subscribers_of_all_workers_hear_of(pair: Server) -> None:
    admin = Person(pair, "admin@brightline.example")
    desk, told = Desk(admin, pair), []
    async with AsyncExitStack() as stack:
        async def spread() -> bool:
            told.append(await stack.enter_async_context(listening(admin)))
            return min((await figures(pair, "tenantry_subscriptions_open")).values()) > 0 and len(told) > 2
        await until(spread)
        grant = (await desk.link("unlinked@brightline.example", "Acme Corporation"))["grant"]["id"]
        began = monotonic()
        for stream in told:
            assert (await stream.told())["subject"] == {"__typename": "AccessGrant", "id": grant}
        assert monotonic() - began < 2  # by the bell, not by looking
        await desk.unlink(grant)


@pytest.mark.case(157)
async def test_a_worker_that_is_killed_costs_no_more_than_what_it_was_doing_and_is_replaced(pair: Server) -> None:
    token, before = await Person(pair, SOMEBODY).token(), workers(pair)
    over, failed, answered = asyncio.Event(), [], [0, 0]

    async def client(number: int) -> None:
        while not over.is_set():
            try:
                assert await ask_anew(pair, token) == THE_READ
                answered[over_one_dead] += 1
            except ClientError:
                failed.append(number)

    over_one_dead = 0
    clients = [asyncio.create_task(client(number)) for number in range(8)]

    async def some() -> bool:
        return answered[over_one_dead] > 50
    await until(some)
    killed = min(before)
    before[killed].kill()
    over_one_dead = 1
    await until(some)

    async def replaced() -> bool:
        return len(set(workers(pair)) - {killed}) == 2 and len(await figures(pair, "process_start_time_seconds")) == 2
    await until(replaced)
    over.set()
    await asyncio.gather(*clients)
    assert len(failed) == len(set(failed)), "somebody was refused twice"
    assert re.search(r"Worker \d ended with -9 and is replaced", pair.log.read_text())


async def test_sigterm_ends_all_workers_and_lets_what_is_under_way_finish(pair: Server) -> None:
    """The last one who asks this server."""
    crew = workers(pair)
    async with wired(pair) as (_, writer):  # somebody who never comes to the end
        writer.write(head({"Content-Length": "1000", "Content-Type": "application/json"}) + b"{")
        under_way = [asyncio.create_task(Person(pair).ask(SIGN_IN, {"input": {"email": email, "password": PASSWORD}}))
                     for email in MANY]
        await asyncio.sleep(0.2)
        assert not all(task.done() for task in under_way)
        pair.process.send_signal(signal.SIGTERM)
        for answer in await asyncio.gather(*under_way):
            assert answer["data"]["signIn"]["token"]
        async with asyncio.timeout(30):
            assert await pair.process.wait() == 0
    await all_gone(crew.values())
    with pytest.raises(ClientError):
        await Person(pair).ask("{ __typename }")
    assert "Traceback" not in pair.recent_log()


@pytest.mark.case(157)
async def test_a_worker_that_hangs_is_replaced_and_none_outlives_the_process_that_watches(create_postgres: Create, tmp_path: Path) -> None:
    server = await servers.start(await create_postgres("orphans"), tmp_path / "server.log", "--workers", "2",
                                 TENANTRY_SHUTDOWN_SECONDS="1")
    hung = min(workers(server))

    async def replaced() -> bool:
        return hung not in workers(server) and len(workers(server)) == 2
    workers(server)[hung].suspend()
    await until(replaced)
    assert re.search(r"Worker \d has said nothing for 6 s and is killed", server.log.read_text())
    crew = workers(server)
    server.process.kill()
    await server.process.wait()
    await all_gone(crew.values())
    await server.http.close()


async def test_a_server_whose_workers_cannot_start_ends_and_says_why(create_postgres: Create) -> None:
    """Its login, which the owner admits, may connect five times; each worker wants to read through eight connections."""
    url = await create_postgres("few")
    role, connection = urlsplit(url).path.strip("/"), await asyncpg.connect(url)
    await connection.execute(f"drop role if exists {role}")
    await connection.execute(f"create role {role} login connection limit 5")
    await connection.close()
    ended = await command("serve", "--workers", "2", TENANTRY_PORT="0", TENANTRY_OWNER_URL=url,
                          TENANTRY_DATABASE_URL=url.replace("postgres@", f"{role}@", 1))
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    told = {line for line in ended.stderr.splitlines() if "TENANTRY_READ_CONNECTIONS" in line}
    assert len(told) == 1 and "too many connections" in told.pop()
    assert re.search(r"Worker \d ended with 1 before it answered", ended.stderr)
    assert "Listening" not in ended.stdout
