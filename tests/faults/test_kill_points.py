"""A server killed at each step of a write: what it acknowledged is there once, what it did not is whole or not at all, and the
client who asks again under the same key gets it made once."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientError

from tests import servers
from tests.faults.proxy import Change, Fate, Proxy
from tests.faults.told import Told, answers_on
from tests.forked import Forked
from tests.stored import furnish

#: Where it dies, by the statement before which it does.
POINTS = {
    "the key is claimed": 'INSERT INTO "idempotency_record"',
    "the effect is stored": 'INSERT INTO "invitation"',
    "the letter is stored": 'INSERT INTO "outbound_email"',
    "the activity is stored": 'INSERT INTO "activity_event"',
    "the audit entry is stored": 'INSERT INTO "audit_entry"',
    "the answer is kept": 'UPDATE "idempotency_record"',
    "it is committed": "COMMIT",
}
COMMITTED = "it is committed, before anybody is told"
#: All of them by hand (TENANTRY_EXAMPLES), the most telling ones in the suite.
FEW = ("the audit entry is stored", "it is committed", COMMITTED)
CHOSEN = [*POINTS, COMMITTED] if "TENANTRY_EXAMPLES" in os.environ else list(FEW)


async def killed(server: servers.Server, told: Told, email: str) -> None:
    """The client hears nothing, and the process is gone."""
    with suppress(ClientError):
        await told.invite(server, email)
    async with asyncio.timeout(20):
        await server.process.wait()
    await server.http.close()
    assert email not in told.acknowledged


@pytest.mark.case(134)
async def test_a_server_on_sqlite_killed_at_each_step_of_a_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, told = f"sqlite://{tmp_path / 'tenantry.sqlite'}", Told()
    await furnish(url, story=True)
    emails = {point: f"died-{number}@brightline.example" for number, point in enumerate(CHOSEN)}
    for point, email in emails.items():
        how = {"DIE_AFTER": "COMMIT"} if point == COMMITTED else {"DIE_BEFORE": POINTS[point]}
        with monkeypatch.context() as patched:
            patched.setattr(servers, "Forked", partial(Forked, program="tests.faults.dying"))
            server = await servers.start(url, tmp_path / f"{email}.log", **how)
        await killed(server, told, email)
        await told.held(url)
    server = await servers.start(url, tmp_path / "last.log")
    try:
        for email in emails.values():
            await answers_on(server, told, email)
        await told.held(url)
    finally:
        await server.stop()


@pytest.mark.case(134)
async def test_a_server_on_postgres_killed_at_each_step_of_a_write(
        create_postgres: Callable[[str], Awaitable[str]], tmp_path: Path) -> None:
    url, told = await create_postgres("kill_points"), Told()
    await furnish(url, story=True)
    proxy = Proxy(url)
    await proxy.open()
    emails = {point: f"died-{number}@brightline.example" for number, point in enumerate(CHOSEN)}
    try:
        for point, email in emails.items():
            server = await servers.start(proxy.url, tmp_path / f"{email}.log")
            met: list[str] = []

            async def die(_: int, sql: str) -> Fate:
                if not sql.startswith(POINTS.get(point, "COMMIT")):  # noqa: B023
                    return Fate.PASSES
                met.append(sql)  # noqa: B023
                if point == COMMITTED:  # noqa: B023
                    asyncio.get_running_loop().call_later(0.2, server.process.kill)  # noqa: B023
                    return Fate.UNHEARD
                server.process.kill()  # noqa: B023
                return Fate.CUT
            proxy.meet = Change(die)
            await killed(server, told, email)
            proxy.meet = None
            assert met, point
            await told.held(url)
        server = await servers.start(proxy.url, tmp_path / "last.log")
        try:
            for email in emails.values():
                await answers_on(server, told, email)
            await told.held(url)
        finally:
            await server.stop()
    finally:
        await proxy.close()
