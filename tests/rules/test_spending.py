"""The ledger of what was spent, as the statement itself keeps it, on both databases."""

import asyncio

import pytest

from models.spending import Spending, forget_spending, settle_up
from models.transaction import sql_rows, unit_of_work

RATE = 10.0


async def pass_by(seconds: float) -> None:
    await sql_rows("update spending set at = at - $1 returning who", seconds)


@pytest.mark.case(151)
async def test_what_processes_charge_adds_up_and_leaks_by_the_databases_clock(jobs_database: str) -> None:
    await Spending.all().delete()
    assert await settle_up({"usr_1/2": 100, "usr_3/2": 7}, RATE) == {"usr_1/2": 100, "usr_3/2": 7}
    level = (await settle_up({"usr_1/2": 50.5}, RATE))["usr_1/2"]
    assert 140 < level <= 150.5
    await pass_by(10)
    level = (await settle_up({"usr_1/2": 0}, RATE))["usr_1/2"]
    assert 30 < level <= 50.5
    await pass_by(1000)
    assert await settle_up({"usr_1/2": 5}, RATE) == {"usr_1/2": 5}, "an empty bucket does not run into debt"
    await pass_by(-3600)
    assert await settle_up({"usr_1/2": 5}, RATE) == {"usr_1/2": 10}, "a clock that was put back fills nothing"


async def test_processes_that_tell_the_same_buckets_at_once_do_not_wait_in_a_circle(jobs_database: str) -> None:
    await Spending.all().delete()
    names = [f"usr_{n}/1" for n in range(30)]
    either = dict.fromkeys(names, 1.0), dict.fromkeys(reversed(names), 1.0)
    await asyncio.gather(*(settle_up(either[n % 2], 1e-9) for n in range(20)))
    assert {round(row.points, 3) for row in await Spending.all()} == {20.0}


async def test_buckets_of_which_nothing_was_taken_for_a_day_are_forgotten(jobs_database: str) -> None:
    await Spending.all().delete()
    await settle_up({"old": 5}, RATE)
    await pass_by(90_000)
    await settle_up({"young": 5}, RATE)
    assert await unit_of_work(forget_spending) == 1
    assert [row.who for row in await Spending.all()] == ["young"]
