"""Jobs: written with the change that calls for them, done once, tried again, given up."""

import asyncio
import datetime as dt

import pytest

from jobs.registry import LONGEST_UNIT, Registry
from jobs.running import CLAIMED, PAUSE, run_due
from models.jobs import Claim, Job, LeaseLost, enqueue, rescue
from models.transaction import UnitTimedOut, sql_rows, unit_of_work
from tests.workshop import DAY, MINUTE, NOW, SECOND, Workshop, effects, leave_effect

# -- asking

async def test_a_job_is_done_once_with_its_arguments_and_not_before_it_is_due(jobs_database: str, workshop: Workshop) -> None:
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


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_change_that_is_not_made_asks_for_nothing(jobs_database: str, workshop: Workshop, dry_run: bool) -> None:
    async def change() -> None:
        await enqueue("effect", due=NOW)
        assert await Job.exists()
        if not dry_run:
            raise RuntimeError("rolled back")

    if dry_run:
        await unit_of_work(change, dry_run=True)
    else:
        with pytest.raises(RuntimeError, match="rolled back"):
            await unit_of_work(change)
    assert not await Job.exists()
    assert await workshop.run_due() == []


async def test_a_job_is_asked_for_in_a_unit_of_work_only(jobs_database: str) -> None:
    with pytest.raises(RuntimeError):
        await enqueue("effect", due=NOW)


async def test_the_same_key_again_asks_for_nothing_more_not_even_when_it_is_done(jobs_database: str, workshop: Workshop) -> None:
    await workshop.ask(key="once")
    await workshop.ask(key="once")
    assert await workshop.run_due() == [None]
    await workshop.ask(key="once")
    assert await workshop.run_due() == []
    assert await effects() == ["once"]


async def test_long_keys_tell_jobs_apart_as_well(jobs_database: str, workshop: Workshop) -> None:
    for end in ("a", "b", "a"):
        await workshop.ask(key=f"{'long ' * 100}{end}")
    assert await workshop.run_due() == [None, None]
    assert [len(key) for key in await effects()] == [200, 200]


async def test_jobs_that_this_version_does_not_know_stay_for_one_that_does(jobs_database: str, workshop: Workshop) -> None:
    await workshop.ask("from a later version")
    await workshop.ask()
    assert await workshop.run_due() == [None]
    workshop.kinds.job("from a later version")(leave_effect)
    assert await workshop.run_due() == [None]


async def test_what_a_job_asks_for_in_turn_is_done_only_if_the_job_is(jobs_database: str, workshop: Workshop) -> None:
    @workshop.kinds.job("first", tries=2)
    async def first(job: Claim, now: dt.datetime) -> None:
        await enqueue("effect", key=f"{job.key}, then", due=now)
        if job.attempts == 1:
            raise RuntimeError("half-way")

    await workshop.ask("first", "first")
    assert [type(error) for error in await workshop.run_due()] == [RuntimeError]
    assert await effects() == []
    workshop.clock.now += MINUTE
    assert await workshop.run_due() == [None, None]
    assert await effects() == ["first, then"]


# -- failing

@pytest.mark.case(146)
async def test_what_a_job_did_before_it_failed_is_undone_and_it_is_tried_again_later_and_later_until_it_is_given_up(
        jobs_database: str, workshop: Workshop) -> None:
    @workshop.kinds.job("fails", tries=4)
    async def fails(job: Claim, now: dt.datetime) -> None:
        await leave_effect(job, now)
        raise ValueError("the password is hunter2")

    await workshop.ask("fails", "hopeless")
    for number in range(1, 4):
        assert [type(error) for error in await workshop.run_due()] == [ValueError]
        job, longest = await Job.get(), PAUSE * 2 ** (number - 1) * SECOND
        assert (job.state, job.attempts, job.due, job.finished_at) == ("QUEUED", number, NOW, None)
        assert longest / 2 <= job.next_try_at - workshop.clock.now <= longest
        assert await workshop.run_due() == []
        workshop.clock.now = job.next_try_at
    assert [type(error) for error in await workshop.run_due()] == [ValueError]
    workshop.clock.now += 365 * DAY
    assert await workshop.run_due() == []
    job = await Job.get()
    assert (job.state, job.attempts) == ("DEAD", 4)
    assert job.error.startswith("ValueError at tests/rules/test_jobs.py:")
    assert "hunter2" not in job.error
    assert await effects() == []


async def test_the_reason_is_told_in_words_where_they_are_ours(jobs_database: str, workshop: Workshop) -> None:
    @workshop.kinds.job("slow", lease=0.05, tries=1)
    async def slow(job: Claim, now: dt.datetime) -> None:
        await leave_effect(job, now)
        await asyncio.sleep(5)

    await workshop.ask("slow")
    assert [type(error) for error in await workshop.run_due()] == [UnitTimedOut]
    assert (await Job.get()).error == ("UnitTimedOut: The change took longer than 0.05 s, and nothing of it was stored. "
                                       "Ask for less at a time.")
    assert await effects() == []


@pytest.mark.case(146)
async def test_a_job_whose_worker_is_gone_at_every_try_is_given_up(jobs_database: str, workshop: Workshop) -> None:
    workshop.kinds.clear()
    workshop.kinds.job("deadly", tries=3)(leave_effect)
    await workshop.ask("deadly")
    for number in range(1, 4):
        assert (await workshop.take()).attempts == number  # and is killed
        workshop.clock.now += (CLAIMED + 1) * SECOND
        assert await rescue(workshop.clock.now) == 1
    [error] = await workshop.run_due()
    assert type(error).__name__ == "NeverEnded"
    assert (await Job.get()).state == "DEAD"
    assert await effects() == []


def test_a_unit_of_work_cannot_be_made_as_long_as_one_likes() -> None:
    with pytest.raises(ValueError, match="outside"):
        Registry().job("long", lease=LONGEST_UNIT + 1)
    Registry().job("long", lease=LONGEST_UNIT + 1, outside=True)


# -- leases and fences

@pytest.mark.case(145)
async def test_a_worker_that_comes_back_too_late_is_shut_out(jobs_database: str, workshop: Workshop) -> None:
    await workshop.ask(key="contested")
    late = await workshop.take()
    assert await workshop.run_due() == []
    assert await rescue(workshop.clock.now) == 0
    workshop.clock.now += (CLAIMED + 1) * SECOND
    assert await rescue(workshop.clock.now) == 1
    in_time = await workshop.take()
    assert (in_time.key, in_time.token, in_time.attempts) == ("contested", late.token + 1, 2)
    for _ in range(2):
        assert isinstance((await workshop.run(late)).error, LeaseLost)
    assert await effects() == []
    assert (await workshop.run(in_time)).error is None
    assert isinstance((await workshop.run(late)).error, LeaseLost)
    assert isinstance((await workshop.run(in_time)).error, LeaseLost)
    assert await effects() == ["contested"]


async def test_a_worker_that_fails_too_late_changes_nothing(jobs_database: str, workshop: Workshop) -> None:
    @workshop.kinds.job("slow", outside=True, tries=1)
    async def slow(job: Claim, now: dt.datetime) -> None:
        await sql_rows("update job set token = token + 1")  # another one has it
        raise RuntimeError("too late")

    await workshop.ask("slow")
    assert [type(error) for error in await workshop.run_due()] == [RuntimeError]
    assert (await Job.get()).state == "RUNNING"


@pytest.mark.case(151)
async def test_nobody_else_takes_a_job_while_its_unit_runs_whatever_the_clock_says(jobs_database: str, workshop: Workshop) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    @workshop.kinds.job("slow")
    async def slow(job: Claim, now: dt.datetime) -> None:
        await leave_effect(job, now)
        begun.set()
        await go_on.wait()

    await workshop.ask("slow", "slow")
    running = asyncio.create_task(workshop.run_due())
    await begun.wait()
    rescued = asyncio.create_task(rescue(NOW + DAY))
    if jobs_database.startswith("postgres"):
        assert await asyncio.wait_for(rescued, 5) == 0  # without waiting for it
    go_on.set()
    assert await running == [None]
    assert await rescued == 0  # SQLite has one connection
    assert await effects() == ["slow"]


async def test_a_long_job_keeps_its_lease_until_it_is_done(jobs_database: str, workshop: Workshop) -> None:
    @workshop.kinds.job("long", lease=0.6, outside=True)
    async def long(job: Claim, now: dt.datetime) -> None:
        for _ in range(15):
            await asyncio.sleep(0.1)
            assert await rescue(dt.datetime.now(dt.UTC)) == 0
        await leave_effect(job, now)

    await workshop.ask("long", "long")
    [ended] = await run_due(NOW, kinds=workshop.kinds)
    assert ended.error is None
    assert await effects() == ["long"]
    job = await Job.get()
    assert (job.state, job.attempts, job.lease_until) == ("DONE", 1, None)


async def test_a_job_that_loses_its_lease_is_stopped(jobs_database: str, workshop: Workshop) -> None:
    @workshop.kinds.job("long", lease=0.3, outside=True)
    async def long(job: Claim, now: dt.datetime) -> None:
        await sql_rows("update job set state = 'QUEUED', lease_until = null")
        await asyncio.sleep(5)
        await leave_effect(job, now)

    await workshop.ask("long")
    job = await workshop.take()
    async with asyncio.timeout(3):
        assert isinstance((await workshop.run(job)).error, LeaseLost)
    assert (await Job.get()).state == "QUEUED"
    assert await effects() == []


async def test_a_job_outside_may_store_its_result_and_that_it_is_done_together(jobs_database: str, workshop: Workshop) -> None:
    @workshop.kinds.job("export", outside=True)
    async def export(job: Claim, now: dt.datetime) -> None:
        async def store() -> None:
            await job.finish(now)
            await leave_effect(job, now)
        await unit_of_work(store)

    await workshop.ask("export", "the file")
    late = await workshop.take()
    workshop.clock.now += (CLAIMED + 1) * SECOND
    assert await rescue(workshop.clock.now) == 1
    assert await workshop.run_due() == [None]
    assert isinstance((await workshop.run(late)).error, LeaseLost)
    assert await effects() == ["the file"]
