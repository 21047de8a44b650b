"""Migrations keep every row, run whole or not at all, and leave the database guarding what was declared."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import require_context
from tortoise.exceptions import BaseORMException, IntegrityError
from tortoise.migrations.autodetector import MigrationAutodetector

from models import catalogue
from models.catalogue import CHECKS, INDEXES, KEYS
from models.inspection import Incomplete, assert_catalogue
from models.upgrade import CannotUpgrade, pending, upgrade
from tests.rules.migrating import NAMES, WRITTEN, Packages, apart, contents, made, snapshot
from tests.stored import connected, furnish, stored

POPULATED = (Path(__file__).parent / "populated.sql").read_text()


async def execute(connection: BaseDBAsyncClient, sql: str) -> None:
    await connection.execute_query(sql)


async def fill(connection: BaseDBAsyncClient) -> None:
    """Statements beneath "-- since" or "-- until" a migration are for databases that have it, or lack it."""
    applied = {row["name"] for row in await connection.execute_query_dict("SELECT name FROM tortoise_migrations")}
    for statement in POPULATED.split(";\n"):
        said = re.match(r"-- (since|until) (\w+)", statement.strip())
        if statement.strip() and (said is None or (said[1] == "since") == (said[2] in applied)):
            await execute(connection, statement)


async def populate(url: str) -> None:
    async with connected(url) as connection:
        await fill(connection)


def kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether every row is there still, with every value that it had in the columns that there still are."""
    def there(table: str, row: dict[str, Any]) -> bool:
        return any({name: value for name, value in row.items() if name in now}.items() <= now.items() for now in after[table])
    return all(len(rows) <= len(after[table]) and all(there(table, row) for row in rows) for table, rows in before.items())


# -- nothing is lost

async def test_every_later_migration_keeps_every_row_and_together_they_make_what_the_snapshot_makes(
        url: str, packages: Packages, tmp_path: Path, create_postgres: Callable[[str], Awaitable[str]]) -> None:
    """Where only the snapshot lags behind, run `make snapshot`."""
    await upgrade(url, migrations=packages(upto=1))
    await populate(url)
    before = await contents(url)
    assert [table for table, rows in before.items() if not rows] == []
    assert await upgrade(url) == NAMES[1:]
    assert kept(before, await contents(url))
    async with connected(url) as connection:
        await assert_catalogue(connection)
    # PostgreSQL words some checks anew when it reads what it has written, and from then on no more.
    again = f"sqlite://{tmp_path / 'again'}" if url.startswith("sqlite") else await create_postgres("again")
    package = packages(snapshot=False)
    (tmp_path / package / snapshot(url).name).write_text(made(url))
    await upgrade(again, migrations=package)
    if WRITTEN:
        snapshot(url).write_text(made(again))
    assert made(again) == snapshot(url).read_text()


async def test_a_new_database_is_made_from_the_snapshot_and_migrating_it_again_changes_nothing(url: str) -> None:
    assert await pending(url) == NAMES
    assert await upgrade(url) == NAMES
    assert made(url) == snapshot(url).read_text()
    assert not any((await contents(url)).values())
    await populate(url)
    before = await contents(url)
    assert await upgrade(url) == []
    assert await pending(url) == []
    assert await contents(url) == before


async def test_a_new_database_gets_migrations_later_than_the_snapshot_as_well(url: str, packages: Packages) -> None:
    later = packages(m0099_later='ops.RunSQL("CREATE TABLE later (id INT)")')
    assert await upgrade(url, migrations=later) == [*NAMES, "0099_later"]
    assert "later" in made(url)
    assert await pending(url, migrations=later) == []


async def test_altering_a_parent_keeps_its_children_indexes_checks_and_triggers(
        url: str, packages: Packages) -> None:
    """SQLite makes the table anew for it, and with foreign keys on, dropping the old one deletes the children."""
    await furnish(url, story=False)
    await populate(url)
    async with connected(url) as connection:
        if url.startswith("sqlite"):
            await execute(connection, "CREATE TRIGGER keep AFTER DELETE ON customer BEGIN SELECT 1; END")
    before = await contents(url)
    altered = 'ops.AlterField("Customer", "website", fields.CharField(max_length=500, null=True)), ' \
              'ops.AlterField("User", "job_function", fields.TextField(null=True)), ' \
              'ops.AlterField("LoginSession", "user_agent", fields.CharField(max_length=900, null=True)), ' \
              'ops.AlterField("Invoice", "billed_name", fields.CharField(max_length=300, null=True))'
    assert await upgrade(url, migrations=packages(m0099_alter=altered)) == ["0099_alter"]
    assert await contents(url) == before
    async with connected(url) as connection:
        await assert_catalogue(connection)
        if url.startswith("sqlite"):
            assert await connection.execute_query_dict("SELECT 1 FROM sqlite_master WHERE name = 'keep'")


async def test_a_sqlite_file_is_copied_first(sqlite_path: Path, packages: Packages) -> None:
    url = f"sqlite://{sqlite_path}"
    await upgrade(url, migrations=packages(upto=1))
    assert list(sqlite_path.parent.glob("*-before-*")) == []  # there was nothing to keep
    await populate(url)
    await upgrade(url, migrations=packages(upto=2))
    [copy] = sqlite_path.parent.glob("*-before-*")
    assert copy.name == f"{sqlite_path.name}-before-{NAMES[1]}"
    for file in sqlite_path.parent.glob(f"{sqlite_path.name}*"):
        assert file.stat().st_mode & 0o077 == 0, f"others may read {file.name}"
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM tenant").fetchone() == (4,)
        assert connection.execute("SELECT name FROM tortoise_migrations").fetchall() == [(NAMES[0],)]
    connection.close()


async def test_a_migration_that_orphans_rows_is_refused(sqlite_path: Path, packages: Packages) -> None:
    url = f"sqlite://{sqlite_path}"
    await upgrade(url, migrations=packages(upto=1))
    await populate(url)
    with pytest.raises(CannotUpgrade, match="rows of customer refer to missing rows of tenant"):
        await upgrade(url, migrations=packages(upto=1, m0099_lose='ops.RunSQL("DELETE FROM tenant WHERE id = 3")'))
    assert len((await contents(url))["tenant"]) == 4


# -- all or none

@pytest.mark.case(155)
async def test_a_migration_that_fails_undoes_those_before_it_and_can_be_run_again(
        url: str, packages: Packages) -> None:
    await upgrade(url, migrations=packages(upto=1))
    await populate(url)
    before = await contents(url)
    good = 'ops.RunSQL("UPDATE tenant SET name = \'changed\'")'
    bad = 'ops.RunSQL("CREATE TABLE half (id INT)"), ops.RunSQL("INSERT INTO half SELECT 1 FROM nowhere")'
    with pytest.raises(CannotUpgrade, match=r"0099_bad failed, and nothing was changed.*nowhere"):
        await upgrade(url, migrations=packages(upto=1, m0098_good=good, m0099_bad=bad))
    assert await contents(url) == before
    assert await upgrade(url, migrations=packages(upto=1, m0098_good=good, m0099_bad='ops.RunSQL("CREATE TABLE half (id INT)")')
                         ) == ["0098_good", "0099_bad"]


@pytest.mark.case(155)
async def test_a_migration_killed_half_way_leaves_nothing_and_can_be_run_again(
        url: str, packages: Packages, tmp_path: Path) -> None:
    wait = f"lambda apps, editor: (open({str(tmp_path / 'there')!r}, 'w').close(), asyncio.sleep(60))[1]"
    slow = packages(upto=1, m0099_slow=f'ops.RunSQL("UPDATE tenant SET name = \'changed\'"), ops.RunPython({wait})')
    await upgrade(url, migrations=packages(upto=1))
    await populate(url)
    before = await contents(url)
    process = apart(url, slow, tmp_path, tmp_path / "told")
    while not (tmp_path / "there").exists():
        assert process.is_alive()
        await asyncio.sleep(0.02)
    process.kill()
    await asyncio.to_thread(process.join)
    assert await contents(url) == before
    quick = packages(upto=1, m0099_slow='ops.RunSQL("UPDATE tenant SET name = \'changed\'")')
    assert await upgrade(url, migrations=quick) == ["0099_slow"]


@pytest.mark.case(155)
async def test_two_processes_at_once_take_turns(url: str, tmp_path: Path) -> None:
    both = [apart(url, "models.migrations", tmp_path, tmp_path / f"told{n}") for n in range(2)]
    for process in both:
        await asyncio.to_thread(process.join)
    assert {(tmp_path / f"told{n}").read_text() for n in range(2)} == {"", "\n".join(NAMES)}
    async with connected(url) as connection:
        await assert_catalogue(connection)


@pytest.mark.case(155)
async def test_a_database_of_a_newer_version_is_refused(url: str, packages: Packages) -> None:
    await upgrade(url, migrations=packages(upto=1, m0099_newer='ops.RunSQL("CREATE TABLE newer (id INT)")'))
    with pytest.raises(CannotUpgrade, match="written by a newer version: it has 0099_newer"):
        await upgrade(url)
    with pytest.raises(CannotUpgrade, match="0099_newer"):
        await pending(url)


# -- what is declared is there

async def test_the_models_and_the_migrations_agree(sqlite_path: Path) -> None:
    async with stored(f"sqlite://{sqlite_path}"):
        config = {"models": {"models": ["models"], "default_connection": "sqlite_stored",
                             "migrations": "models.migrations"}}
        found = await MigrationAutodetector(require_context().apps, config).changes()
        assert [operation.describe() for writer in found for operation in writer.operations] == []


async def test_the_database_has_all_that_is_declared(url: str) -> None:
    async with stored(url) as connection:
        await assert_catalogue(connection)


async def test_whatever_is_missing_is_named(url: str) -> None:
    async with stored(url) as connection:
        await execute(connection, 'DROP INDEX "access_grant_one_live"')
        await execute(connection, 'DROP INDEX "idx_service_tenant__f847bf"')
        if url.startswith("postgres"):
            await execute(connection, "CREATE SEQUENCE counting")
            await execute(connection, "ALTER TABLE contract ALTER COLUMN id SET DEFAULT nextval('counting')")
            await execute(connection, 'ALTER TABLE invoice DROP CONSTRAINT "invoice_sum"')
            await execute(connection, "ALTER TABLE service DROP COLUMN product CASCADE")
        with pytest.raises(Incomplete) as refusal:
            await assert_catalogue(connection)
    told = "\n".join(refusal.value.lacking)
    assert "access_grant lacks access_grant_one_live: CREATE UNIQUE INDEX" in told
    assert "service lacks an index by tenant_id, name_key, id" in told
    if url.startswith("postgres"):
        assert "invoice lacks invoice_sum: check (subtotal_minor + tax_minor = total_minor)" in told
        assert "service lacks the column product" in told
        assert "contract numbers its rows" in told
    assert "python -m server migrate" in str(refusal.value)


async def test_a_constraint_that_says_something_else_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is after somebody adds to an enum and forgets the migration."""
    grown = [catalogue.check(check.table, check.name.removeprefix("invoice_"), "status in ('PROFORMA', 'PAID')")
             if check.name == "invoice_status_known" else check for check in CHECKS]
    monkeypatch.setattr("models.inspection.CHECKS", tuple(grown))
    async with stored(url) as connection:
        with pytest.raises(Incomplete, match=r"invoice has another invoice_status_known: .*'PROFORMA', 'READY'"):
            await assert_catalogue(connection)


# -- and in force

TOO_MUCH = 10**15 + 1
#: What breaks each constraint.
BREAKS = {
    "contract_status_known": "UPDATE contract SET status = 'LIVELY' WHERE id = 31",
    "access_grant_role_known": "UPDATE access_grant SET role = 'EMPEROR' WHERE id = 21",
    "invoice_due_minor_amount": f"UPDATE invoice SET due_minor = {TOO_MUCH} WHERE id = 41",
    "contract_value_minor_amount": f"UPDATE contract SET value_minor = -{TOO_MUCH} WHERE id = 31",
    "invoice_sum": "UPDATE invoice SET total_minor = 5501 WHERE id = 41",
    "invoice_numbered": "UPDATE invoice SET number = NULL WHERE id = 41",
    "invoice_billing_month_form": "UPDATE invoice SET billing_month = '2026-13' WHERE id = 41",
    "invoice_taxed": "UPDATE invoice SET tax_basis_points = 1900 WHERE id = 42",
    "invoice_owes_no_more": "UPDATE invoice SET due_minor = 5501 WHERE id = 41",
    "invoice_one_monthly": "UPDATE invoice SET kind = 'MONTHLY', billing_month = '2026-01'",
    "invoice_line_multiplied": "UPDATE invoice_line SET amount_minor = 5001 WHERE id = 44",
    "payment_of_something": "INSERT INTO payment (id, amount_minor, currency, paid_at, invoice_id, issuer_id, tenant_id)"
        " VALUES (47, 0, 'JPY', '2026-01-01 00:00:00+00:00', 41, 2, 3)",
    "customer_currency_code": "UPDATE customer SET currency = 'eur' WHERE id = 3",
    "customer_ports_least": "UPDATE customer SET ports = -1 WHERE id = 3",
    "tenant_one_platform": "UPDATE tenant SET kind = 'PLATFORM', parent_id = NULL, level = 0 WHERE id = 2",
    "tenant_root": "UPDATE tenant SET parent_id = NULL WHERE id = 2",
    "customer_tenant": "UPDATE customer SET tenant_id = 4 WHERE id = 3",
    "access_grant_one_live": "UPDATE access_grant SET revoked_at = NULL WHERE id = 22",
    "acting_session_one_active":
        "INSERT INTO acting_session (id, tenant_id, role, status, started_at, ends_at, actor_id, login_session_id,"
        " target_id) SELECT 82, tenant_id, role, status, started_at, ends_at, actor_id, login_session_id, 2"
        " FROM acting_session",
    "acting_session_same_person": "UPDATE acting_session SET actor_id = 12, tenant_id = 3 WHERE id = 81",
    "invitation_one_pending":
        "INSERT INTO invitation (id, version, updated_at, purpose, account_type, email, email_norm, role,"
        " invited_by_id, invited_at, status, token_hash, expires_at, sent_count, tenant_id)"
        " SELECT 62, version, updated_at, purpose, account_type, email, email_norm, role, invited_by_id, invited_at,"
        " status, 'z', expires_at, sent_count, tenant_id FROM invitation",
    "session_token_same_sign_in": "UPDATE session_token SET login_session_id = 72 WHERE hash = 'c'",
}


@pytest.mark.case(90)
async def test_the_database_refuses_what_must_never_be(url: str) -> None:
    told = {}
    async with stored(url) as connection:
        await fill(connection)
        for name, statement in BREAKS.items():
            try:
                await execute(connection, statement)
            except IntegrityError as error:
                told[name] = str(error)
    assert set(told) == set(BREAKS)
    if url.startswith("postgres"):
        assert [name for name, text in told.items() if f'"{name}"' not in text] == []


@pytest.mark.case(90)
async def test_money_that_overflows_is_refused_and_not_rounded(url: str) -> None:
    """SQLite would store 9.22e18 as a float without a word."""
    async with stored(url) as connection:
        await fill(connection)
        with pytest.raises(BaseORMException, match=r"out of range|service_monthly_charge_minor_amount"):
            await execute(connection, f"UPDATE service SET monthly_charge_minor = {2**63 - 1} + monthly_charge_minor")


async def test_rows_that_may_well_be_twice_are_not_refused(url: str) -> None:
    async with stored(url) as connection:
        await fill(connection)
        await execute(connection, "UPDATE access_grant SET revoked_at = granted_at WHERE id = 23")
        await execute(connection, "UPDATE access_grant SET revoked_at = NULL WHERE id = 22")
        await execute(connection, "UPDATE acting_session SET status = 'SUPERSEDED' WHERE id = 81")
        await execute(connection, "UPDATE customer SET mrr_minor = NULL WHERE id = 3")


def test_every_declared_name_is_declared_once() -> None:
    names = [declared.name for declared in (*CHECKS, *KEYS, *INDEXES)]
    assert len(names) == len(set(names))
    assert all(len(name) <= 63 for name in names)  # PostgreSQL cuts what is longer
