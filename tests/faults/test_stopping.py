"""SIGTERM when it suits nobody: under open subscriptions, twice, and while the server still starts."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests import servers
from tests.client import Person
from tests.faults.told import ADMIN, Told, answers_on
from tests.forked import Forked
from tests.live import reached, socket

LINES, EACH = 5, 20


@pytest.mark.case(148, 149)
async def test_sigterm_completes_a_hundred_subscriptions_and_finishes_what_is_under_way_though_it_comes_twice(
        sqlite_path: Path, tmp_path: Path) -> None:
    url, told = f"sqlite://{sqlite_path}", Told()
    server = await servers.start(url, tmp_path / "server.log")
    await answers_on(server, told, "before@brightline.example")
    token = await Person(server, ADMIN).token()
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(socket(server)) for _ in range(LINES)]
        for line in lines:
            await line.greet(token)
            for n in range(EACH):
                await line.subscribe(str(n), "subscription { customerEvents { kind } }")
        await reached(server, "tenantry_subscriptions_open", LINES * EACH)
        changes = [asyncio.create_task(told.invite(server, f"under-way-{n}@brightline.example")) for n in range(4)]
        await asyncio.sleep(0.01)
        for _ in range(2):
            server.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.01)
        for line in lines:
            heard = [message for message in [await line.hear() for _ in range(EACH)] if message["type"] == "complete"]
            assert {message["id"] for message in heard} == {str(n) for n in range(EACH)}
            assert (await line.end())[0] == 1001
            await line.socket.close()
        async with asyncio.timeout(20):
            assert await server.process.wait() == 0
    await asyncio.gather(*changes, return_exceptions=True)
    await server.http.close()
    await told.held(url)


@pytest.mark.case(149)
async def test_sigterm_while_it_starts_leaves_a_database_on_which_the_next_one_starts(sqlite_path: Path, tmp_path: Path) -> None:
    url, told = f"sqlite://{sqlite_path}", Told()
    for n, pause in enumerate((0.1, 0.6)):
        environment = dict(os.environ) | {"TENANTRY_DATABASE_URL": url, "TENANTRY_PORT": "0"}
        process = Forked(["serve"], environment, tmp_path / f"{n}.log")
        await asyncio.sleep(pause)
        process.terminate()
        async with asyncio.timeout(30):
            assert await process.wait() in (0, -signal.SIGTERM)
    server = await servers.start(url, tmp_path / "last.log", bare=True)
    try:
        await answers_on(server, told, "afterwards@brightline.example")
        await told.held(url)
    finally:
        await server.stop()
