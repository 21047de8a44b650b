"""A place to try jobs: kinds of them, a clock that a test turns, and a table of what they did."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.registry import Registry
from jobs.running import Ended, ask_for_dates, run, run_due, take
from jobs.worker import Worker
from models.jobs import Claim, Job, enqueue
from models.transaction import settle, sql_rows, unit_of_work
from tests.stored import stored

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR, DAY = (dt.timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86_400))


@pytest.fixture(scope="session")
async def jobs_postgres(create_postgres) -> str:
    return await create_postgres("jobs")


@pytest.fixture(params=["sqlite", "postgres"])
def jobs_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/jobs.sqlite" if request.param == "sqlite" else request.getfixturevalue("jobs_postgres")


@pytest.fixture
async def jobs_database(jobs_url: str) -> AsyncIterator[str]:
    """A database without a job, and a table of effects."""
    async with stored(jobs_url):
        await sql_rows("create table if not exists effect (key text)")
        await sql_rows("delete from effect")
        await Job.all().delete()
        yield jobs_url
        await settle()
        await sql_rows("drop table effect")


async def effects() -> list[str]:
    return sorted(row["key"] for row in await sql_rows("select key from effect"))


async def leave_effect(job: Claim, now: dt.datetime) -> None:
    await sql_rows("insert into effect (key) values ($1)", job.key)


@dataclass
class Clock:
    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Workshop:
    """Kinds of jobs, and a clock that moves only when a test says so."""

    kinds: Registry = field(default_factory=Registry)
    clock: Clock = field(default_factory=Clock)

    async def ask(self, name: str = "effect", key: str | None = None, due: dt.datetime | None = None,
                  args: dict[str, Any] | None = None) -> None:
        await unit_of_work(lambda: enqueue(name, args, key=key, due=due or self.clock.now))

    async def run_due(self) -> list[Exception | None]:
        return [ended.error for ended in await run_due(self.clock.now, kinds=self.kinds, clock=self.clock)]

    async def run(self, job: Claim) -> Ended:
        return await run(job, self.kinds[job.name], self.clock.now, self.clock)

    async def ask_for_dates(self, name: str) -> None:
        await ask_for_dates(self.kinds[name], self.clock.now)

    async def take(self) -> Claim:
        [job] = await take(self.clock.now, 1, "", self.kinds, self.clock)
        return job


@pytest.fixture
def workshop() -> Workshop:
    made = Workshop()
    made.kinds.job("effect")(leave_effect)
    return made


@dataclass
class AtWork:
    """Workers of this process, on the wall clock."""

    workers: list[Worker]
    tasks: list[asyncio.Task[None]]

    async def end(self, patience_over: float = 10) -> None:
        for worker in self.workers:
            worker.close()
        async with asyncio.timeout(patience_over):
            await asyncio.gather(*self.tasks)


def at_work(kinds: Registry, number: int = 1, *, patience: float = 5, pause: float = 60) -> AtWork:
    """They look for work when they hear of it, and hardly by themselves."""
    workers = [Worker("http://localhost", kinds=kinds, pause=pause) for _ in range(number)]
    return AtWork(workers, [asyncio.create_task(worker.work(patience)) for worker in workers])


async def until(count: int) -> None:
    async with asyncio.timeout(20):
        while len(await effects()) < count:  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.02)
