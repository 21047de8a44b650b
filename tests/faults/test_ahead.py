"""Servers of the version before, on a database that a newer one has migrated: as it is while a new version is rolled out."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

import pytest
from tortoise import fields
from tortoise.migrations import operations as ops

from models.migrations._steps import Step, add_constraints, create_indexes
from models.upgrade import ADDITIVE, CannotUpgrade, pending, upgrade
from models.wall import FOUND
from tests.conftest import Serve
from tests.edge.wire import send
from tests.faults.told import Told, answers_on
from tests.forked import command
from tests.rules.migrating import NAMES, Packages, packages
from tests.servers import Server, start
from tests.stored import connected, furnish

__all__ = ["packages"]
#: A column of a table that every request reads, a table of which this version does not know whose its rows are, and an index.
ADDED = """ops.AddField("User", "pronouns", fields.CharField(max_length=20, null=True)),
           ops.AddField("Invitation", "colour", fields.CharField(max_length=20, db_default="green")),
           ops.RunSQL("CREATE TABLE newer (id BIGINT PRIMARY KEY)"), ops.RunSQL("CREATE INDEX by_colour ON invitation (colour)")"""
#: By which a newer version tells that the wall is as it raises it.
WALL = "as a newer version raises it"
COLOURS = "select count(*) as n from invitation where colour = 'green' and email like '%-ahead@brightline.example'"


async def newer(url: str, packages: Packages, name: str) -> list[str]:
    """What the next version's `migrate` does."""
    return await upgrade(url, migrations=packages(**{f"m{name}": ADDED}))


@pytest.mark.case(155)
async def test_servers_of_the_version_before_serve_on_and_start_again_while_a_new_one_is_rolled_out(
        create_postgres: Callable[[str], Awaitable[str]], packages: Packages, serve: Serve) -> None:
    url, told = await create_postgres("ahead"), Told()
    running = await serve(url)
    await answers_on(running, told, "before-ahead@brightline.example")
    assert await newer(url, packages, f"0099_more{ADDITIVE}") == [f"0099_more{ADDITIVE}"]
    async with connected(url) as connection:
        await connection.execute_query(f"comment on function app_scope() is '{WALL}'")
    await answers_on(running, told, "running-ahead@brightline.example")
    again = await serve(url)
    await answers_on(again, told, "again-ahead@brightline.example")
    assert f"0099_more{ADDITIVE}" in again.log.read_text()
    assert (await send(running, method="GET", path="/ready")).status == 200
    migrated = await command("migrate", TENANTRY_DATABASE_URL=url)  # nor does the version before undo anything
    assert (migrated.returncode, "up to date" in migrated.stdout) == (0, True), migrated.stderr
    await told.held(url)
    async with connected(url) as connection:
        assert (await connection.execute_query_dict(COLOURS))[0]["n"] == 3
        assert (await connection.execute_query_dict(FOUND))[0]["text"] == WALL


@pytest.mark.case(155)
async def test_the_version_before_starts_on_a_file_that_a_newer_one_added_to(
        sqlite_path: Path, packages: Packages, tmp_path: Path) -> None:
    """Going back from an update. Two versions at a time are not to be had there: the file belongs to one process."""
    url, told = f"sqlite://{sqlite_path}", Told()
    await furnish(url, story=True)
    await newer(url, packages, f"0099_more{ADDITIVE}")
    server: Server = await start(url, tmp_path / "server.log")
    await answers_on(server, told, "back-ahead@brightline.example")
    await server.stop()
    await told.held(url)
    async with connected(url) as connection:
        assert (await connection.execute_query_dict(COLOURS))[0]["n"] == 1


@pytest.mark.case(155)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_the_version_before_does_not_start_on_what_was_changed_and_says_by_what(
        kind: str, sqlite_path: Path, create_postgres: Callable[[str], Awaitable[str]], packages: Packages) -> None:
    url = f"sqlite://{sqlite_path}" if kind == "sqlite" else await create_postgres("changed")
    await furnish(url, story=False)
    await upgrade(url, migrations=packages(m0098_more_additive='ops.RunSQL("CREATE TABLE more (id INT)")', m0099_changed=ADDED))
    for words in ("serve", "migrate"):
        refused = await command(words, TENANTRY_DATABASE_URL=url, TENANTRY_PORT="0")
        assert (refused.returncode, "0099_changed" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False), refused.stderr
    with pytest.raises(CannotUpgrade, match="newer version"):
        await pending(url)


def only_adds(operation: object, made: set[str]) -> bool:
    """A column that may be left out, an index, or whatever is said of tables that were `made` just now."""
    if isinstance(operation, Step):
        return operation.binds <= made
    if isinstance(operation, ops.AddField):
        return bool(operation.field.null or operation.field.has_db_default()) and not operation.field.unique
    return isinstance(operation, ops.CreateModel | ops.AddIndex)


def test_a_migration_that_says_that_it_only_adds_does_nothing_else() -> None:
    unique = create_indexes({"x": 'CREATE UNIQUE INDEX "x" ON "contact" (name)'})
    checked = add_constraints({"contact": {"x": "check (name <> 'x')"}})
    for fits in (ops.AddField("User", "pronouns", fields.TextField(null=True)), create_indexes({"x": 'CREATE INDEX "x" ON "contact" (name)'})):
        assert only_adds(fits, set())
    for other in (ops.AddField("User", "pronouns", fields.TextField()), ops.RemoveField("User", "email"), ops.RunSQL("select 1"),
                  ops.AddField("User", "nick", fields.CharField(9, null=True, unique=True)), unique, checked):
        assert not only_adds(other, set())
    assert only_adds(unique, {"contact"}) and only_adds(checked, {"contact"})
    for name in NAMES:
        if name.endswith(ADDITIVE):
            operations = import_module(f"models.migrations.{name}").Migration.operations
            made = {each.options["table"] for each in operations if isinstance(each, ops.CreateModel)}
            assert [each.describe() for each in operations if not only_adds(each, made)] == [], name
