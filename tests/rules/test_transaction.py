"""A unit of work is stored whole or not at all, whoever leaves and whatever fails."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import apsw
import pytest
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from models.transaction import UNITS, UnitTimedOut, after_commit, settle, sql_rows, unit_of_work
from tests.rules.bank import SOON, Account, balances, bank, transfer, works
from tests.rules.steps import cancelled_at, steps_of


async def test_a_unit_is_stored_and_gives_its_result(bank_url: str) -> None:
    async with bank(bank_url):
        assert await unit_of_work(transfer) == "given"
        assert await balances() == [90, 10]


async def test_an_error_undoes_the_whole_unit(bank_url: str) -> None:
    async def fails() -> None:
        await transfer()
        raise LookupError("no Cid")

    async with bank(bank_url):
        with pytest.raises(LookupError, match="no Cid"):
            await unit_of_work(fails)
        assert await balances() == [100, 0]
        assert await works()


@pytest.mark.case(133)
async def test_a_caller_who_leaves_at_any_step_leaves_nothing_half_done(bank_url: str) -> None:
    async with bank(bank_url, size=1):
        steps = await steps_of(lambda: unit_of_work(transfer))
        assert steps > 4
        for step in range(1, steps + 1):
            await cancelled_at(step, lambda: unit_of_work(transfer), whom="caller")
            await settle()
            ann, ben = await balances()
            assert (ann, ben) == (90 - 10 * step, 10 + 10 * step), f"step {step}"
        assert await works()


@pytest.mark.case(133)
async def test_even_a_unit_cancelled_itself_harms_no_other(bank_url: str) -> None:
    async with bank(bank_url, size=1):
        for step in range(1, await steps_of(lambda: unit_of_work(transfer)) + 1):
            before = await balances()
            await cancelled_at(step, lambda: unit_of_work(transfer), whom="unit")
            after = await balances()
            assert after in (before, [before[0] - 10, before[1] + 10]), f"step {step}"
            assert await works(), f"step {step}"


async def bare() -> None:
    async with in_transaction():
        await transfer()


@pytest.mark.case(133)
async def test_without_units_one_caller_who_leaves_stops_everybody(bank_url: str) -> None:
    """The harm that the unit of work is there to prevent: Tortoise alone keeps its connection for ever."""
    async with bank(bank_url, size=1) as connection:
        harmed = False
        for step in range(1, await steps_of(bare, whole=True) + 1):
            await cancelled_at(step, bare, whom="caller", whole=True)
            try:
                async with asyncio.timeout(0.3):
                    await Account.all().count()
            except TimeoutError:
                harmed = True
                break
        if pool := getattr(connection, "_pool", None):
            pool.terminate()
        assert harmed


@pytest.mark.parametrize("limit", [0.0, 0.0003, 0.001, 0.002, 0.004])
async def test_a_unit_out_of_time_is_undone_and_the_next_one_works(bank_url: str, limit: float) -> None:
    async def slowly() -> None:
        while True:
            await transfer()

    async with bank(bank_url, size=1):
        with pytest.raises(UnitTimedOut, match="nothing of it was stored"):
            await unit_of_work(slowly, limit=limit)
        assert await balances() == [100, 0]
        assert await works()


async def test_a_statement_without_end_is_stopped_at_the_limit(bank_url: str) -> None:
    async def endless() -> None:
        await transfer()
        await sql_rows("""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)
                          UPDATE account SET balance = (SELECT max(i) FROM n)""")

    async with bank(bank_url):
        with pytest.raises(UnitTimedOut):
            async with asyncio.timeout(SOON):
                await unit_of_work(endless, limit=0.1)
        assert await balances() == [100, 0]
        assert await works()


async def test_a_time_limit_of_the_works_own_is_its_own_error(bank_url: str) -> None:
    async def impatient() -> None:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(1)

    async with bank(bank_url):
        with pytest.raises(TimeoutError):
            await unit_of_work(impatient)


async def test_a_dry_run_gives_the_result_and_leaves_nothing(bank_url: str) -> None:
    woken: list[str] = []

    async def work() -> list[int]:
        after_commit(lambda: woken.append("woken"))
        await transfer()
        return await balances()

    async with bank(bank_url):
        assert await unit_of_work(work, dry_run=True) == [90, 10]
        assert await balances() == [100, 0]
        assert woken == []


async def test_a_constraint_checked_only_at_the_commit_undoes_the_unit(bank_url: str) -> None:
    """On SQLite the next BEGIN would otherwise commit what was refused, or wait for ever."""
    async with bank(bank_url) as connection:
        await connection.execute_script("DROP TABLE IF EXISTS card; CREATE TABLE card (owner VARCHAR(20) "
                                        "REFERENCES account (owner) DEFERRABLE INITIALLY DEFERRED)")

        async def card_of_nobody() -> None:
            await transfer()
            await sql_rows("INSERT INTO card VALUES ('Cid')")

        with pytest.raises(Exception, match=r"(?i)foreign key"):
            await unit_of_work(card_of_nobody)
        assert await balances() == [100, 0]
        assert await works()
        assert await sql_rows("SELECT * FROM card") == []


async def test_an_error_swallowed_inside_is_not_taken_for_success(
        bank_postgres: str, caplog: pytest.LogCaptureFixture) -> None:
    """PostgreSQL rolls such a transaction back and answers its COMMIT without an error."""
    async def careless() -> None:
        await transfer()
        try:
            await Account.create(owner="Ann", balance=1)
        except IntegrityError:
            return

    async with bank(bank_postgres, size=1):
        with pytest.raises(Exception, match="current transaction is aborted"):
            await unit_of_work(careless)
        assert await works()
        assert "active transaction" not in caplog.text, "the pool got a connection that was not rolled back"


async def test_what_waits_for_the_commit_is_called_once_and_after_it(bank_url: str, tmp_path: Path) -> None:
    seen: list[Any] = []

    def wake() -> None:
        if bank_url.startswith("sqlite"):
            other = apsw.Connection(str(tmp_path / "bank.sqlite"))
            seen.append(other.execute("SELECT balance FROM account WHERE owner = 'Ben'").get)
            other.close()
        else:
            seen.append(10)

    async def work() -> None:
        after_commit(wake)
        await transfer()
        assert seen == []

    async with bank(bank_url):
        await unit_of_work(work)
        assert seen == [10]


async def test_what_waits_for_the_commit_is_not_called_after_an_error(bank_url: str) -> None:
    woken: list[str] = []

    async def fails() -> None:
        after_commit(lambda: woken.append("woken"))
        raise LookupError

    async with bank(bank_url):
        with pytest.raises(LookupError):
            await unit_of_work(fails)
        assert woken == []


async def test_a_failure_after_the_commit_is_logged_and_the_commit_stands(
        bank_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> str:
        after_commit(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
        return await transfer()

    async with bank(bank_url):
        with caplog.at_level(logging.ERROR, logger="models.transaction"):
            assert await unit_of_work(work) == "given"
        assert "the commit stands" in caplog.text
        assert await balances() == [90, 10]


async def test_a_task_started_after_the_commit_may_do_units_of_its_own(bank_url: str) -> None:
    tasks: list[asyncio.Task[str]] = []

    async def work() -> None:
        after_commit(lambda: tasks.append(asyncio.get_running_loop().create_task(unit_of_work(transfer))))
        await transfer()

    async with bank(bank_url):
        await unit_of_work(work)
        assert await tasks[0] == "given"
        assert await balances() == [80, 20]


async def test_units_do_not_nest_and_tasks_started_inside_one_are_refused(bank_url: str) -> None:
    async def nested() -> None:
        await unit_of_work(transfer)

    async def leaking() -> None:
        await asyncio.gather(unit_of_work(transfer))

    async with bank(bank_url):
        for work in (nested, leaking):
            with pytest.raises(RuntimeError, match="A unit of work is open here"):
                await unit_of_work(work)
        with pytest.raises(RuntimeError, match="inside of a unit"):
            after_commit(print)
        assert await balances() == [100, 0]


async def test_a_task_that_outlives_its_unit_cannot_wait_for_its_commit(bank_url: str) -> None:
    over = asyncio.Event()
    late: list[asyncio.Task[None]] = []

    async def register() -> None:
        await over.wait()
        after_commit(print)

    async def work() -> None:
        late.append(asyncio.create_task(register()))

    async with bank(bank_url):
        await unit_of_work(work)
        over.set()
        with pytest.raises(RuntimeError, match="inside of a unit"):
            await late[0]


async def test_settling_waits_for_the_units_whose_callers_have_left(bank_url: str) -> None:
    async def slowly() -> None:
        await asyncio.sleep(0.05)
        await transfer()

    async with bank(bank_url):
        caller = asyncio.create_task(unit_of_work(slowly))
        await asyncio.sleep(0.01)
        caller.cancel()
        assert len(UNITS) == 1
        await settle()
        assert not UNITS
        assert await balances() == [90, 10]
