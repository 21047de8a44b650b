"""PostgreSQL's own say: what a mistake of ours could not do, since no role that we serve by may (docs/decisions/0033-second-wall.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from models import belonging
from models.database import tortoise_config
from models.transaction import sql_rows, unit_of_work
from models.wall import GUARDED, OF_NOBODY, READER, ROLES, WRITER
from tests import servers
from tests.api.test_examples import TEXTS
from tests.api.test_who_sees_what import LISTED, PAGE
from tests.attacks.pointing import PERSON, POINTED_AT, POINTING
from tests.client import SIGN_IN, Person
from tests.conftest import Serve
from tests.edge.test_lifecycle import PRODUCTION
from tests.forked import command
from tests.servers import Server

Create = Callable[[str], Awaitable[str]]
BRIGHTLINE, COASTAL, HARBOR, ACME, DELTA = "Brightline Partners", "Coastal IT", "Harbor Distribution", "Acme Corporation", "Delta Retail"
ADDED = """insert into customer_tag (id, tenant_id, name, name_key) values (1, $1, 'x', 'x')"""


@asynccontextmanager
async def undone(server: Server, role: str, within: int | str | None) -> AsyncIterator[asyncpg.Connection]:
    """As the server writes or reads, in a transaction that leaves nothing."""
    connection = await asyncpg.connect(server.database_url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(f"set local role {role}")
        await connection.execute("select set_config('app.tenant', $1, true)", "" if within is None else str(within))
        yield connection
        await transaction.rollback()
    finally:
        await connection.close()


@pytest.fixture
async def ids(postgres_story: Server) -> dict[str, int]:
    connection = await asyncpg.connect(postgres_story.database_url)
    try:
        return {row["name"]: row["id"] for row in await connection.fetch("select id, name from tenant")}
    finally:
        await connection.close()


@pytest.mark.case(38, 55)
async def test_no_change_reaches_rows_of_another_branch_nor_any_without_a_tenant(postgres_story: Server, ids: dict[str, int]) -> None:
    touched = "update customer set phone = '1' where id = any($1) returning id"
    both = [ids[ACME], ids[DELTA]]
    for within, reached in ((ids[BRIGHTLINE], {ids[ACME]}), (ids[COASTAL], {ids[DELTA]}), (ids[HARBOR], set(both)),
                            (ids[DELTA], {ids[DELTA]}), ("*", set(both)), (None, set()), (1, set())):
        async with undone(postgres_story, WRITER, within) as connection:
            assert {row["id"] for row in await connection.fetch(touched, both)} == reached
        for tenant in both:
            async with undone(postgres_story, WRITER, within) as connection:
                if tenant in reached:
                    assert await connection.execute(ADDED, tenant) == "INSERT 0 1"
                else:
                    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                        await connection.execute(ADDED, tenant)
                    await connection.execute("rollback")


@pytest.mark.case(38)
async def test_no_row_points_at_one_of_another_tenant(postgres_story: Server, ids: dict[str, int]) -> None:
    """Row-level security says nothing of it, since the keys are checked without it: here the writer may write everywhere."""
    assert {*(key.name for key in belonging.KEYS), "acting_session_same_person"} == set(POINTING)
    own, other = ids[BRIGHTLINE], ids[COASTAL]
    async with undone(postgres_story, WRITER, "*") as connection:
        people = [await connection.fetchval("select id from app_user where tenant_id = $1 limit 1", tenant) for tenant in (own, other)]
        for id, tenant, person in ((1, own, people[0]), (2, other, people[1])):
            for statement in POINTED_AT:
                await connection.execute(statement.format(id=id, tenant=tenant, person=person))
        for name, (what, statement) in POINTING.items():
            within, across = [statement.format(tenant=own, at=at) for at in (people if what == PERSON else (1, 2))]
            await connection.execute("savepoint pointing")
            assert await connection.execute(within) == "INSERT 0 1", name
            await connection.execute("rollback to savepoint pointing")
            with pytest.raises(asyncpg.ForeignKeyViolationError, match=f'"{name}"'):
                await connection.execute(across)
            await connection.execute("rollback to savepoint pointing")
        with pytest.raises(asyncpg.ForeignKeyViolationError, match="payment_invoice_within"):  # nor is another paid than who billed
            await connection.execute("insert into payment (id, tenant_id, issuer_id, invoice_id, amount_minor, currency, paid_at)"
                                     f" values (9, {own}, {other}, 1, 1, 'EUR', now())")


@pytest.mark.case(56)
async def test_a_pooled_connection_forgets_for_whom_it_wrote(postgres_story: Server, ids: dict[str, int]) -> None:
    said = partial(sql_rows, "select pg_backend_pid() as pid, current_setting('app.tenant', true) as within")

    async def failing() -> None:
        await said()
        raise LookupError
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(postgres_story.database_url, ["models"], connection="walled", size=1, role=WRITER))
        [first] = await unit_of_work(said, within=ids[BRIGHTLINE])
        assert first["within"] == str(ids[BRIGHTLINE])
        with pytest.raises(LookupError):
            await unit_of_work(failing, within=ids[BRIGHTLINE])
        for found in (await unit_of_work(said), await said()):
            assert (found[0]["pid"], found[0]["within"]) == (first["pid"], "")


async def test_a_row_cannot_be_moved_to_another_branch(postgres_story: Server, ids: dict[str, int]) -> None:
    async with undone(postgres_story, WRITER, ids[BRIGHTLINE]) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("update contract set tenant_id = $1 where tenant_id = $2", ids[DELTA], ids[ACME])
        await connection.execute("rollback")


async def test_what_is_above_is_written_only_where_a_change_beneath_shows(postgres_story: Server, ids: dict[str, int]) -> None:
    async with undone(postgres_story, WRITER, ids[ACME]) as connection:
        assert await connection.fetch("update access_grant set role = 'ADMIN' where tenant_id = $1 returning id", ids[BRIGHTLINE]) == []
        assert await connection.fetch("update customer set source_failed = 1 where id = $1 returning id", ids[BRIGHTLINE])


@pytest.mark.parametrize("role", [READER, GUARDED])
async def test_who_reads_can_write_nothing_whatever_is_set(postgres_story: Server, role: str) -> None:
    async with undone(postgres_story, role, "*") as connection:
        for table in await connection.fetchval("select array_agg(tablename::text) from pg_tables where schemaname = 'public'"):
            for right in ("insert", "update", "delete", "truncate"):
                assert not await connection.fetchval("select has_table_privilege($1, $2)", table, right), (table, right)


async def test_guarded_reads_find_nothing_of_another_branch(postgres_story: Server, ids: dict[str, int]) -> None:
    everything = "select name from customer where id = any($1) order by 1"
    both = [ids[ACME], ids[DELTA]]
    for within, seen in ((ids[BRIGHTLINE], [ACME]), (ids[COASTAL], [DELTA]), ("*", [ACME, DELTA]), (None, [])):
        async with undone(postgres_story, GUARDED, within) as connection:
            assert [row["name"] for row in await connection.fetch(everything, both)] == seen


async def test_guarded_reads_from_beneath_find_no_money_of_those_above(postgres_story: Server, ids: dict[str, int]) -> None:
    rows = " union all ".join(f"select '{table}' as name from {table} where {column} = $1" for table, column in {
        "tenant": "id", "customer": "id", "contract": "tenant_id", "invoice": "tenant_id", "service": "tenant_id"}.items())
    above, beneath, found = ids["Echo Health"], ids["Echo Clinic North"], []
    for within in ("*", above, beneath):
        async with undone(postgres_story, GUARDED, within) as connection:
            found.append({row["name"] for row in await connection.fetch(rows, above)})
    everything, own, from_beneath = found
    assert everything == own > {"tenant", "customer"} == from_beneath


@pytest.mark.case(57)
async def test_every_table_of_a_tenant_stands_behind_the_wall_and_no_role_may_step_over_it(postgres_story: Server) -> None:
    connection = await asyncpg.connect(postgres_story.database_url)
    try:
        tables = await connection.fetch("""select relname, relrowsecurity and relforcerowsecurity as walled, (select count(*)
            from pg_policy where polrelid = c.oid) as policies from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace""")
        open_ = {t["relname"] for t in tables if not (t["walled"] and t["policies"] == 5)}
        assert open_ == OF_NOBODY | {"tortoise_migrations"}
        for role in ROLES:
            assert not await connection.fetchval(
                "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin from pg_roles where rolname = $1", role)
            assert not await connection.fetchval("select bool_or(relowner = $1::regrole) from pg_class", role)
    finally:
        await connection.close()


async def test_a_table_of_somebody_elses_is_told_by_its_name_with_the_remedy(create_postgres: Create) -> None:
    url = await create_postgres("shared")
    connection = await asyncpg.connect(url)
    await connection.execute("create table guest (id int)")
    refused = await command("migrate", TENANTRY_DATABASE_URL=url)
    assert (refused.returncode, 'alter table "guest" set schema' in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
    await connection.execute('create schema beside; alter table "guest" set schema beside')
    assert (await command("migrate", TENANTRY_DATABASE_URL=url)).returncode == 0
    await connection.close()


async def test_reads_under_row_level_security_answer_everybody_just_the_same(postgres_story: Server, serve: Serve) -> None:
    guarded = await serve(postgres_story.database_url, TENANTRY_GUARDED_READS="true", TENANTRY_JOBS="false")
    asked = [PAGE, *(text for text in TEXTS if "\nmutation " not in text and "\nsubscription " not in text)]
    for email in LISTED:
        token = await Person(postgres_story, email).token()
        for text in asked:
            here, there = [await Person(server, email, token=token).raw(text) for server in (postgres_story, guarded)]
            assert here[::2] == there[::2], (email, text)


async def test_production_serves_as_a_login_of_its_own_that_the_owner_lets_in(create_postgres: Create, tmp_path: Path) -> None:
    above = await create_postgres("deployed")
    name = urlsplit(above).path[1:]
    owner, app = f"{name}_owner", f"{name}_app"
    connection = await asyncpg.connect(above)
    there = await connection.fetchval("select exists (select from pg_roles where rolname = $1)", WRITER)
    for statement in (f"create role {owner} login createrole", f"create role {app} login", f"alter database {name} owner to {owner}",
                      *([f"grant {', '.join(ROLES)} to {owner} with admin option"] if there else [])):
        await connection.execute(statement)
    own, let_in = (urlsplit(above)._replace(netloc=f"{who}@{urlsplit(above).netloc.rpartition('@')[2]}").geturl() for who in (owner, app))
    settings = {**PRODUCTION, "TENANTRY_DATABASE_URL": let_in, "TENANTRY_PORT": "0"}
    try:
        refused = await command("migrate", **settings)
        assert (refused.returncode, "TENANTRY_OWNER_URL" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
        migrated = await command("migrate", **settings, TENANTRY_OWNER_URL=own)
        assert migrated.returncode == 0, migrated.stderr
        refused = await command("serve", **{**settings, "TENANTRY_DATABASE_URL": own})
        assert (refused.returncode, f"{owner} owns the database" in refused.stderr) == (1, True), refused.stderr
        assert await connection.fetchval("select count(*) from pg_tables where tableowner = $1", app) == 0
        server = await servers.start(let_in, tmp_path / "server.log", bare=True, **PRODUCTION)
        answer = await Person(server).ask(SIGN_IN, {"input": {"email": "a@b.example", "password": "wrong"}})
        await server.stop()
        assert [e["code"] for e in answer["data"]["signIn"]["userErrors"]] == ["INVALID"]
    finally:
        await connection.execute(f"reassign owned by {owner} to current_user; drop owned by {owner}; drop owned by {app}; "
                                 f"drop role {owner}; drop role {app}")
        await connection.close()
