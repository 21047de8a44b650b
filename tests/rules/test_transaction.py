"""A unit of work is stored whole or not at all, whoever leaves and whatever fails."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.transactions import in_transaction

from models.database import tortoise_config
from models.transaction import (
    UNITS,
    Contended,
    UnitTimedOut,
    after_commit,
    settle,
    sql_rows,
    unit_of_work,
)
from tests.rules.steps import cancelled_at, steps_of

SOON = 2.0  # seconds within which what is not stuck answers


class Account(Model):
    owner = fields.CharField(20, primary_key=True)
    balance = fields.IntField()

    class Meta:
        table = "account"


@pytest.fixture(scope="session")
async def bank_url(create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return await create_postgres("bank")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/bank.sqlite" if request.param == "sqlite" else request.getfixturevalue("bank_url")


@asynccontextmanager
async def bank(url: str, size: int = 4) -> AsyncIterator[Any]:
    """Tortoise on an emptied bank in which Ann has 100 and Ben nothing. Gives the connection."""
    name = url.partition(":")[0] + "_bank"
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(url, [__name__], connection=name, size=size))
        await context.generate_schemas()
        await Account.all().delete()
        await Account.create(owner="Ann", balance=100)
        await Account.create(owner="Ben", balance=0)
        yield context.connections.get(name)
        await settle()


async def transfer() -> str:
    """Ann gives Ben 10, in two statements with a savepoint between them."""
    await sql_rows("UPDATE account SET balance = balance - 10 WHERE owner = $1", "Ann")
    async with in_transaction():
        await sql_rows("UPDATE account SET balance = balance + 10 WHERE owner = $1", "Ben")
    return "given"


async def balances() -> list[int]:
    async with asyncio.timeout(SOON):
        return [account.balance for account in await Account.all().order_by("owner")]


async def works() -> bool:
    """Whether the next unit can be done, and soon."""
    try:
        async with asyncio.timeout(SOON):
            return await unit_of_work(transfer) == "given"
    except TimeoutError:
        return False


async def bare() -> None:
    async with in_transaction():
        await transfer()


async def test_a_unit_is_stored_and_gives_its_result(url: str) -> None:
    async with bank(url):
        assert await unit_of_work(transfer) == "given"
        assert await balances() == [90, 10]


async def test_an_error_undoes_the_whole_unit(url: str) -> None:
    async def fails() -> None:
        await transfer()
        raise LookupError("no Cid")

    async with bank(url):
        with pytest.raises(LookupError, match="no Cid"):
            await unit_of_work(fails)
        assert await balances() == [100, 0]
        assert await works()


async def test_a_caller_who_leaves_at_any_step_leaves_nothing_half_done(url: str) -> None:
    async with bank(url, size=1):
        steps = await steps_of(lambda: unit_of_work(transfer))
        assert steps > 4
        for step in range(1, steps + 1):
            await cancelled_at(step, lambda: unit_of_work(transfer), whom="caller")
            await settle()
            ann, ben = await balances()
            assert (ann, ben) == (90 - 10 * step, 10 + 10 * step), f"step {step}"
        assert await works()


async def test_even_a_unit_cancelled_itself_harms_no_other(url: str) -> None:
    async with bank(url, size=1):
        for step in range(1, await steps_of(lambda: unit_of_work(transfer)) + 1):
            before = await balances()
            await cancelled_at(step, lambda: unit_of_work(transfer), whom="unit")
            after = await balances()
            assert after in (before, [before[0] - 10, before[1] + 10]), f"step {step}"
            assert await works(), f"step {step}"


async def test_without_units_one_caller_who_leaves_stops_everybody(url: str) -> None:
    """The harm that the unit of work is there to prevent: Tortoise alone keeps its connection for ever."""
    async with bank(url, size=1) as connection:
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
async def test_a_unit_out_of_time_is_undone_and_the_next_one_works(url: str, limit: float) -> None:
    async def slowly() -> None:
        while True:
            await transfer()

    async with bank(url, size=1):
        with pytest.raises(UnitTimedOut, match="nothing of it was stored"):
            await unit_of_work(slowly, limit=limit)
        assert await balances() == [100, 0]
        assert await works()


async def test_a_statement_without_end_is_stopped_at_the_limit(url: str) -> None:
    async def endless() -> None:
        await transfer()
        await sql_rows("""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)
                          UPDATE account SET balance = (SELECT max(i) FROM n)""")

    async with bank(url):
        with pytest.raises(UnitTimedOut):
            async with asyncio.timeout(SOON):
                await unit_of_work(endless, limit=0.1)
        assert await balances() == [100, 0]
        assert await works()


async def test_a_time_limit_of_the_works_own_is_its_own_error(url: str) -> None:
    async def impatient() -> None:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(1)

    async with bank(url):
        with pytest.raises(TimeoutError):
            await unit_of_work(impatient)


async def test_a_dry_run_gives_the_result_and_leaves_nothing(url: str) -> None:
    woken: list[str] = []

    async def work() -> list[int]:
        after_commit(lambda: woken.append("woken"))
        await transfer()
        return await balances()

    async with bank(url):
        assert await unit_of_work(work, dry_run=True) == [90, 10]
        assert await balances() == [100, 0]
        assert woken == []


async def test_a_constraint_checked_only_at_the_commit_undoes_the_unit(url: str) -> None:
    """On SQLite the next BEGIN would otherwise commit what was refused, or wait for ever."""
    async with bank(url) as connection:
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
        bank_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """PostgreSQL rolls such a transaction back and answers its COMMIT without an error."""
    async def careless() -> None:
        await transfer()
        try:
            await Account.create(owner="Ann", balance=1)
        except IntegrityError:
            return

    async with bank(bank_url, size=1):
        with pytest.raises(Exception, match="current transaction is aborted"):
            await unit_of_work(careless)
        assert await works()
        assert "active transaction" not in caplog.text, "the pool got a connection that was not rolled back"


async def test_what_waits_for_the_commit_is_called_once_and_after_it(url: str, tmp_path: Path) -> None:
    seen: list[Any] = []

    def wake() -> None:
        if url.startswith("sqlite"):
            other = apsw.Connection(str(tmp_path / "bank.sqlite"))
            seen.append(other.execute("SELECT balance FROM account WHERE owner = 'Ben'").get)
            other.close()
        else:
            seen.append(10)

    async def work() -> None:
        after_commit(wake)
        await transfer()
        assert seen == []

    async with bank(url):
        await unit_of_work(work)
        assert seen == [10]


async def test_what_waits_for_the_commit_is_not_called_after_an_error(url: str) -> None:
    woken: list[str] = []

    async def fails() -> None:
        after_commit(lambda: woken.append("woken"))
        raise LookupError

    async with bank(url):
        with pytest.raises(LookupError):
            await unit_of_work(fails)
        assert woken == []


async def test_a_failure_after_the_commit_is_logged_and_the_commit_stands(
        url: str, caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> str:
        after_commit(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
        return await transfer()

    async with bank(url):
        with caplog.at_level(logging.ERROR, logger="models.transaction"):
            assert await unit_of_work(work) == "given"
        assert "the commit stands" in caplog.text
        assert await balances() == [90, 10]


async def test_a_task_started_after_the_commit_may_do_units_of_its_own(url: str) -> None:
    tasks: list[asyncio.Task[str]] = []

    async def work() -> None:
        after_commit(lambda: tasks.append(asyncio.get_running_loop().create_task(unit_of_work(transfer))))
        await transfer()

    async with bank(url):
        await unit_of_work(work)
        assert await tasks[0] == "given"
        assert await balances() == [80, 20]


async def test_units_do_not_nest_and_tasks_started_inside_one_are_refused(url: str) -> None:
    async def nested() -> None:
        await unit_of_work(transfer)

    async def leaking() -> None:
        await asyncio.gather(unit_of_work(transfer))

    async with bank(url):
        for work in (nested, leaking):
            with pytest.raises(RuntimeError, match="A unit of work is open here"):
                await unit_of_work(work)
        with pytest.raises(RuntimeError, match="inside of a unit"):
            after_commit(print)
        assert await balances() == [100, 0]


async def test_a_task_that_outlives_its_unit_cannot_wait_for_its_commit(url: str) -> None:
    over = asyncio.Event()
    late: list[asyncio.Task[None]] = []

    async def register() -> None:
        await over.wait()
        after_commit(print)

    async def work() -> None:
        late.append(asyncio.create_task(register()))

    async with bank(url):
        await unit_of_work(work)
        over.set()
        with pytest.raises(RuntimeError, match="inside of a unit"):
            await late[0]


async def test_settling_waits_for_the_units_whose_callers_have_left(url: str) -> None:
    async def slowly() -> None:
        await asyncio.sleep(0.05)
        await transfer()

    async with bank(url):
        caller = asyncio.create_task(unit_of_work(slowly))
        await asyncio.sleep(0.01)
        caller.cancel()
        assert len(UNITS) == 1
        await settle()
        assert not UNITS
        assert await balances() == [90, 10]


async def test_guarded_updates_lose_nothing_where_reading_first_does(url: str) -> None:
    async def read_then_write() -> None:
        ann = await Account.get(owner="Ann")
        await asyncio.sleep(0.005)
        ann.balance -= 1
        await ann.save()

    async def guarded() -> bool:
        return bool(await sql_rows("UPDATE account SET balance = balance - 1 WHERE owner = 'Ann' AND balance > 0 "
                                   "RETURNING owner"))

    async with bank(url):
        await asyncio.gather(*[read_then_write() for _ in range(20)])
        assert (await balances())[0] > 80
        await Account.filter(owner="Ann").update(balance=15)
        done = await asyncio.gather(*[unit_of_work(guarded) for _ in range(20)])
        assert done.count(True) == 15
        assert (await balances())[0] == 0


async def test_a_deadlock_is_tried_again_and_both_units_are_stored(bank_url: str) -> None:
    attempts: list[str] = []
    met = asyncio.Barrier(2)

    async def give(giver: str, taker: str) -> None:
        await sql_rows("SET LOCAL deadlock_timeout = '20ms'")
        await sql_rows("UPDATE account SET balance = balance - 10 WHERE owner = $1", giver)
        attempts.append(giver)
        if len(attempts) <= 2:
            await met.wait()
        await sql_rows("UPDATE account SET balance = balance + 10 WHERE owner = $1", taker)

    async with bank(bank_url):
        await asyncio.gather(unit_of_work(lambda: give("Ann", "Ben")), unit_of_work(lambda: give("Ben", "Ann")))
        assert await balances() == [100, 0]
        assert len(attempts) == 3


async def test_colliding_serializable_units_are_all_stored_once(bank_url: str) -> None:
    woken: list[str] = []

    async def give() -> None:
        await sql_rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        after_commit(lambda: woken.append("woken"))
        ann = await Account.get(owner="Ann")
        await asyncio.sleep(0.005)
        await Account.filter(owner="Ann").update(balance=ann.balance - 1)

    async with bank(bank_url):
        await asyncio.gather(*[unit_of_work(give, tries=20) for _ in range(4)])
        assert (await balances())[0] == 96
        assert len(woken) == 4


async def test_a_unit_that_always_collides_is_given_up_with_advice(bank_url: str) -> None:
    attempts: list[None] = []

    async def collides() -> None:
        attempts.append(None)
        await sql_rows("DO $$ BEGIN RAISE EXCEPTION 'collision' USING ERRCODE = '40001'; END $$")

    async with bank(bank_url):
        with pytest.raises(Contended, match="Ask again"):
            await unit_of_work(collides)
        assert len(attempts) == 3


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
