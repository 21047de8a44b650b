"""Jobs: written with the change that calls for them, done once, tried again, given up; periodic ones once for each date."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.registry import Registry
from jobs.running import run_due, take
from models.jobs import Claim, Job, enqueue
from models.transaction import settle, sql_rows, unit_of_work
from tests.stored import stored

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
SECOND, MINUTE, DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture(scope="session")
async def jobs_postgres(create_postgres) -> str:
    return await create_postgres("jobs")


@pytest.fixture(params=["sqlite", "postgres"])
def jobs_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/jobs.sqlite" if request.param == "sqlite" else request.getfixturevalue("jobs_postgres")


@pytest.fixture
async def database(jobs_url: str) -> AsyncIterator[str]:
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

    async def take(self) -> Claim:
        [job] = await take(self.clock.now, 1, "", self.kinds, self.clock)
        return job


@pytest.fixture
def workshop() -> Workshop:
    made = Workshop()
    made.kinds.job("effect")(leave_effect)
    return made


# -- asking

async def test_a_job_is_done_once_with_its_arguments_and_not_before_it_is_due(database: str, workshop: Workshop) -> None:
    told = []

    @workshop.kinds.job("tell")
    async def tell(job: Claim, now: dt.datetime, name: str, number: int) -> None:
        told.append((job.key, job.due, now, name, number))

    await workshop.ask("tell", "the key", NOW + MINUTE, {"name": "Straße", "number": 7})
    assert await workshop.run_due() == [] == told
    workshop.clock.now += 2 * MINUTE
    assert await workshop.run_due() == [None]
    assert told == [("the key", NOW + MINUTE, NOW + 2 * MINUTE, "Straße", 7)]
    assert await workshop.run_due() == []
    job = await Job.get()
    assert (job.state, job.attempts, job.finished_at) == ("DONE", 1, NOW + 2 * MINUTE)
