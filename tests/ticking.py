"""The clock of the background work: a test turns it on as far as it likes, beside the running server."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import cache
from typing import Any

from engine.run import Engine
from jobs import JOBS
from jobs.registry import Kind, Registry
from jobs.running import run_due
from models.jobs import Claim, Job, JobState
from models.signing import use_keys
from models.transaction import settle, unit_of_work
from resolvers.exports import read_through
from resolvers.policy import AccessPolicy
from schema import build_schema
from server.opening import reading
from server.settings import Settings
from tests.forked import GUARDED
from tests.servers import Server
from tests.stored import connected

#: Not done unless they are named: with the clock far ahead, everybody's sign-in would be among what they delete; and
#: exports are written by processes that answer requests.
UNASKED = {"clean-up", "write-report"}
PATIENCE = 30  # seconds for what the server's own worker has in hand


async def tick(server: Server, now: dt.datetime, *names: str) -> int:
    """Runs on the server's database every periodic job at its newest due date, and then every queued job due at `now`,
    until none is left; how many there were. With `names`, of these jobs only.

    It is a world of its own: the dates that the server itself keeps are not touched, and the same date may be run again.
    `now` is not before the present, or the server would do the work first, at its own time. Jobs run one after the other,
    and a periodic job that fails is raised, as are those queued.
    """
    if now < dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1):
        raise ValueError("The clock is only turned on")
    kinds = Registry({name: kind for name, kind in JOBS.items() if (name in names if names else name not in UNASKED)})
    assert not names or len(kinds) == len(set(names)), f"There are jobs called {sorted(JOBS)}, not {names}"
    settings = Settings(database_url=server.database_url, read_connections=1, guarded_reads=GUARDED)
    use_keys(*settings.keys)
    async with connected(server.database_url), reading(settings) as database:
        read_through(Engine(_schema(), database, AccessPolicy(), settings.limits))
        periodic = [kind for kind in kinds.values() if kind.schedule]
        for kind in periodic:
            await _once(kind, now, server.url)
        ended = await run_due(now, base_url=server.url, kinds=kinds)
        async with asyncio.timeout(PATIENCE):
            while await Job.filter(state=JobState.RUNNING.name, name__in=list(kinds)).exists():  # noqa: ASYNC110 - by the server
                await asyncio.sleep(0.05)
        await settle()
        read_through(None)
    if failed := [end.error for end in ended if end.error]:
        raise ExceptionGroup("Jobs failed", failed)
    return len(periodic) + len(ended)


@cache
def _schema() -> Any:
    return build_schema()._schema


async def _once(kind: Kind, now: dt.datetime, base_url: str) -> None:
    """Not as a row: the server's worker would count it among the dates that were asked for."""
    assert kind.schedule is not None
    due = kind.schedule.newest(now)
    job = Claim(0, kind.name, f"{kind.name}@{due.isoformat()}", due, {}, 1, 1, base_url)
    if kind.outside:
        await kind.work(job, now)
    else:
        await unit_of_work(lambda: kind.work(job, now), limit=kind.lease, tries=8)
