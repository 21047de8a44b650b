"""Workers: woken by bells, and finishing what they have in hand."""

import asyncio
import datetime as dt
from functools import partial

import pytest

from jobs.schedule import Every
from jobs.worker import OUTSIDE
from models.bells import listen, ring
from models.jobs import Claim, Job, JobState, enqueue, rescue
from models.transaction import settle, unit_of_work
from tests.workshop import MINUTE, SECOND, Workshop, at_work, effects, leave_effect, until


async def test_two_workers_do_each_of_many_jobs_once(jobs_database: str, workshop: Workshop) -> None:
    working = at_work(workshop.kinds, 2)
    keys = [f"job {number:03}" for number in range(60)]
    now = dt.datetime.now(dt.UTC)
    await asyncio.gather(*(workshop.ask(key=key, due=now) for key in keys))
    await until(len(keys))
    await working.end()
    assert await effects() == keys
    assert {job.attempts for job in await Job.all()} == {1}
    done = [worker.tally.tries["effect", "done"] for worker in working.workers]
    assert sum(done) == len(keys)


async def test_a_worker_is_woken_within_a_second_without_looking_by_itself(jobs_database: str, workshop: Workshop) -> None:
    working = at_work(workshop.kinds)
    await asyncio.sleep(0.5)
    await workshop.ask(due=dt.datetime.now(dt.UTC))
    async with asyncio.timeout(1):
        await until(1)
    await working.end()


async def test_a_worker_that_stops_finishes_what_it_has_in_hand_and_takes_nothing_new(jobs_database: str, workshop: Workshop) -> None:
    begun = asyncio.Event()

    @workshop.kinds.job("slow", outside=True)
    async def slow(job: Claim, now: dt.datetime) -> None:
        begun.set()
        await asyncio.sleep(0.5)
        await leave_effect(job, now)

    working = at_work(workshop.kinds)
    await workshop.ask("slow", "in hand", dt.datetime.now(dt.UTC))
    await begun.wait()
    working.workers[0].close()
    await workshop.ask("slow", "new", dt.datetime.now(dt.UTC))
    await working.end()
    assert await effects() == ["in hand"]
    assert (await Job.get(key="new")).state == "QUEUED"


@pytest.mark.parametrize("outside", [False, True])
async def test_a_worker_leaves_to_the_lease_what_takes_too_long_at_the_end(
        jobs_database: str, workshop: Workshop, outside: bool) -> None:
    begun = asyncio.Event()

    @workshop.kinds.job("endless", outside=outside)
    async def endless(job: Claim, now: dt.datetime) -> None:
        begun.set()
        if not outside:
            await leave_effect(job, now)
        await asyncio.sleep(60)

    working = at_work(workshop.kinds, patience=0.2)
    await workshop.ask("endless", due=dt.datetime.now(dt.UTC))
    await begun.wait()
    await working.end(3)
    async with asyncio.timeout(3):
        await settle()
    assert await effects() == []
    job = await Job.get()
    assert (job.state, job.attempts) == ("RUNNING", 1)
    assert await rescue(dt.datetime.now(dt.UTC) + 2 * MINUTE) == 1


async def test_long_jobs_do_not_hold_up_short_ones(jobs_database: str, workshop: Workshop) -> None:
    begun, over = [], asyncio.Event()

    @workshop.kinds.job("export", outside=True)
    async def export(job: Claim, now: dt.datetime) -> None:
        begun.append(job.key)
        await over.wait()

    for number in range(10):
        await workshop.ask("export", f"export {number}", dt.datetime.now(dt.UTC))
    working = at_work(workshop.kinds)
    await workshop.ask(key="letter", due=dt.datetime.now(dt.UTC))
    await until(1)
    assert len(begun) == OUTSIDE
    over.set()
    async with asyncio.timeout(20):
        while await Job.exclude(state="DONE").exists():  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.02)
    await working.end()
    assert sorted(begun) == [f"export {number}" for number in range(10)]


async def test_a_worker_keeps_the_calendar_by_itself(jobs_database: str, workshop: Workshop) -> None:
    workshop.kinds.periodic("often", Every(seconds=1))(leave_effect)
    working = at_work(workshop.kinds, 2, pause=0.1)
    await until(2)
    await working.end()
    found = await effects()
    assert len(found) == len(set(found)) == await Job.filter(name="often", attempts=1).count()


async def test_a_worker_says_what_is_left_to_do(jobs_database: str, workshop: Workshop) -> None:
    now = dt.datetime.now(dt.UTC)
    workshop.kinds.clear()  # it knows none of them
    for number, state in enumerate([JobState.QUEUED, JobState.QUEUED, JobState.DEAD, JobState.RUNNING, JobState.DONE]):
        due = now - 90 * SECOND + number * MINUTE
        await unit_of_work(partial(enqueue, "effect", due=due, state=state))
    working = at_work(workshop.kinds)
    await asyncio.sleep(0.3)
    await working.end()
    backlog = working.workers[0].tally.backlog
    assert backlog.jobs == {"QUEUED": 2, "RUNNING": 1, "DEAD": 1}
    assert 90 <= backlog.oldest < 100


async def test_a_bell_rings_after_the_commit_and_not_without_one(jobs_database: str) -> None:
    heard = []
    with listen("tests", lambda: heard.append(1)):
        async def change() -> None:
            ring("tests")
            assert heard == []
        await unit_of_work(change)
        assert heard == [1]
        heard.clear()
        await unit_of_work(change, dry_run=True)
        assert heard == []
    await unit_of_work(change)
    assert heard == []
