"""Units of work that want the same rows at the same moment."""

import asyncio
from pathlib import Path

import apsw
import pytest

from models.transaction import Contended, after_commit, sql_rows, unit_of_work
from tests.rules.bank import Account, balances, bank


@pytest.mark.case(84)
async def test_guarded_updates_lose_nothing_where_reading_first_does(bank_url: str) -> None:
    async def read_then_write() -> None:
        ann = await Account.get(owner="Ann")
        await asyncio.sleep(0.005)
        ann.balance -= 1
        await ann.save()

    async def guarded() -> bool:
        return bool(await sql_rows("UPDATE account SET balance = balance - 1 WHERE owner = 'Ann' AND balance > 0 "
                                   "RETURNING owner"))

    async with bank(bank_url):
        await asyncio.gather(*[read_then_write() for _ in range(20)])
        assert (await balances())[0] > 80
        await Account.filter(owner="Ann").update(balance=15)
        done = await asyncio.gather(*[unit_of_work(guarded) for _ in range(20)])
        assert done.count(True) == 15
        assert (await balances())[0] == 0


@pytest.mark.case(99)
async def test_a_deadlock_is_tried_again_and_both_units_are_stored(bank_postgres: str) -> None:
    attempts: list[str] = []
    met = asyncio.Barrier(2)

    async def give(giver: str, taker: str) -> None:
        await sql_rows("SET LOCAL deadlock_timeout = '20ms'")
        await sql_rows("UPDATE account SET balance = balance - 10 WHERE owner = $1", giver)
        attempts.append(giver)
        if len(attempts) <= 2:
            await met.wait()
        await sql_rows("UPDATE account SET balance = balance + 10 WHERE owner = $1", taker)

    async with bank(bank_postgres):
        await asyncio.gather(unit_of_work(lambda: give("Ann", "Ben")), unit_of_work(lambda: give("Ben", "Ann")))
        assert await balances() == [100, 0]
        assert len(attempts) == 3


@pytest.mark.case(100)
async def test_colliding_serializable_units_are_all_stored_once(bank_postgres: str) -> None:
    woken: list[str] = []

    async def give() -> None:
        await sql_rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        after_commit(lambda: woken.append("woken"))
        ann = await Account.get(owner="Ann")
        await asyncio.sleep(0.005)
        await Account.filter(owner="Ann").update(balance=ann.balance - 1)

    async with bank(bank_postgres):
        await asyncio.gather(*[unit_of_work(give, tries=20) for _ in range(4)])
        assert (await balances())[0] == 96
        assert len(woken) == 4


async def test_a_unit_that_always_collides_is_given_up_with_advice(bank_postgres: str) -> None:
    attempts: list[None] = []

    async def collides() -> None:
        attempts.append(None)
        await sql_rows("DO $$ BEGIN RAISE EXCEPTION 'collision' USING ERRCODE = '40001'; END $$")

    async with bank(bank_postgres):
        with pytest.raises(Contended, match="Ask again"):
            await unit_of_work(collides)
        assert len(attempts) == 3


@pytest.mark.case(86)
async def test_a_write_by_another_program_between_read_and_write_is_met_by_trying_again(tmp_path: Path) -> None:
    """SQLite's deferred BEGIN then answers "database is locked" at once, whatever the busy timeout."""
    path = tmp_path / "bank.sqlite"
    attempts: list[int] = []

    async def read_then_write() -> None:
        [ann] = await sql_rows("SELECT balance FROM account WHERE owner = 'Ann'")
        attempts.append(ann["balance"])
        if len(attempts) == 1:
            other.execute("UPDATE account SET balance = 50 WHERE owner = 'Ann'")
        await sql_rows("UPDATE account SET balance = $1 WHERE owner = 'Ann'", ann["balance"] - 10)

    async with bank(f"sqlite://{path}"):
        other = apsw.Connection(str(path))
        try:
            await unit_of_work(read_then_write)
        finally:
            other.close()
        assert attempts == [100, 50]
        assert await balances() == [40, 0]
