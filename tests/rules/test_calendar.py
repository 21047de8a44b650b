"""Periodic jobs: one effect for each due date, whoever asks for it and however often."""

import asyncio
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models.jobs
from jobs.schedule import Daily, Every, between
from models.jobs import Claim
from tests.workshop import DAY, MINUTE, NOW, Workshop, effects, leave_effect

MOMENTS = st.timedeltas(-10_000 * DAY, 30_000 * DAY).map(NOW.__add__)


@given(MOMENTS, st.one_of(st.builds(Daily, st.integers(0, 23), st.integers(0, 59)), st.builds(Every, minutes=st.integers(1, 3000)),
                 st.builds(Every, days=st.integers(1, 40), seconds=st.integers(0, 90))))
def test_between_two_due_dates_there_is_no_third(now: dt.datetime, schedule: Daily | Every) -> None:
    newest = schedule.newest(now)
    assert newest <= now < schedule.after(newest)
    assert schedule.newest(newest) == newest
    assert schedule.newest(schedule.after(newest)) == schedule.after(newest)
    assert list(between(schedule, newest, now)) == []
    earlier = schedule.newest(newest - 3 * DAY)
    dates = list(between(schedule, earlier, now))
    assert dates == sorted(set(dates))
    assert dates == [] if earlier == newest else dates[-1] == newest


@pytest.mark.case(152)
def test_a_date_is_the_same_wherever_the_clock_stands() -> None:
    there = dt.timezone(dt.timedelta(hours=5, minutes=30))
    assert Daily(2).newest(NOW.astimezone(there)) == Daily(2).newest(NOW) == NOW.replace(hour=2)
    assert Every(hours=1).newest(NOW.astimezone(there)) == NOW


@pytest.mark.case(152)
async def test_twenty_schedulers_and_two_workers_make_one_effect_of_each_date(jobs_database: str, workshop: Workshop) -> None:
    workshop.kinds.periodic("daily", Daily(2))(leave_effect)
    await asyncio.gather(*(workshop.ask_for_dates("daily") for _ in range(20)))
    assert await workshop.run_due() == []
    expected = []
    for _ in range(20):
        workshop.clock.now += DAY
        expected.append(f"daily@{Daily(2).newest(workshop.clock.now).isoformat()}")
        await asyncio.gather(*(workshop.ask_for_dates("daily") for _ in range(20)))
        await asyncio.gather(workshop.run_due(), workshop.run_due())
    assert await effects() == expected


@pytest.mark.parametrize("missed", [False, True])
@pytest.mark.case(151)
async def test_dates_missed_while_nobody_worked_count_all_or_the_newest_alone(
        jobs_database: str, workshop: Workshop, missed: bool) -> None:
    dates = []

    @workshop.kinds.periodic("daily", Daily(2), missed=missed)
    async def daily(job: Claim, now: dt.datetime) -> None:
        dates.append((job.due, now))

    await workshop.ask_for_dates("daily")
    workshop.clock.now += 4 * DAY
    await workshop.ask_for_dates("daily")
    await workshop.run_due()
    at_two = NOW.replace(hour=2)
    assert dates == [(at_two + n * DAY, NOW + 4 * DAY) for n in (range(1, 5) if missed else [4])]


async def test_the_first_date_is_not_lost_when_two_workers_meet_the_job_on_either_side_of_it(
        jobs_database: str, workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.kinds.periodic("hourly", Every(hours=1))(leave_effect)
    read = models.jobs.newest_due

    async def read_just_before_the_other(name: str) -> dt.datetime | None:
        found = await read(name)
        monkeypatch.undo()
        workshop.clock.now = NOW - MINUTE
        await workshop.ask_for_dates("hourly")
        return found

    monkeypatch.setattr(models.jobs, "newest_due", read_just_before_the_other)
    await workshop.ask_for_dates("hourly")
    workshop.clock.now = NOW
    assert await workshop.run_due() == [None]
    assert await effects() == ["hourly@2026-11-22T08:00:00+00:00"]


async def test_a_date_before_the_job_was_known_does_not_count_and_the_first_after_it_does(
        jobs_database: str, workshop: Workshop) -> None:
    workshop.kinds.periodic("hourly", Every(hours=1))(leave_effect)
    await workshop.ask_for_dates("hourly")
    assert await workshop.run_due() == []
    workshop.clock.now += dt.timedelta(hours=1)
    await workshop.ask_for_dates("hourly")
    assert await workshop.run_due() == [None]
    assert await effects() == ["hourly@2026-11-22T09:00:00+00:00"]
