"""Brings a database up to date: every migration that it lacks, all of them or none."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor import BaseSchemaEditor, SqliteSchemaEditor
from tortoise.transactions import in_transaction

from models.database import private, sqlite_path, tortoise_config
from models.rebuild import Editor
from models.snapshot import make_tables
from models.wall import EVERYWHERE, SETTING, admit, is_walled, raise_wall

log = logging.getLogger(__name__)

CONNECTION = "migrations"
MIGRATIONS = "models.migrations"
#: By this number processes take turns on PostgreSQL; nothing else there locks by it.
TURN = 0x7E4A_4E57
#: How a migration's name ends that the version before it need not know of: it only adds, and that version works on. The name is
#: all of it that the version before finds in the database.
ADDITIVE = "_additive"
#: How long to wait for another process that migrates the same SQLite file, in ms.
PATIENCE = 120_000
#: A SQLite file of so many bytes is looked through at each start; that takes a second or two.
LOOKED_THROUGH = 256 << 20

#: For Tortoise's own command line, which drafts migrations; see docs/migrations.md. It opens no database.
DRAFTING = tortoise_config("sqlite://drafting.sqlite", ["models"])


class CannotUpgrade(Exception):
    """The database stays as it was. The message says why and what to do."""


async def upgrade(database_url: str, *, migrations: str = MIGRATIONS, login: str | None = None) -> list[str]:
    """Apply what the database lacks of the migrations in that package, in one transaction; the names of those applied.

    An empty one gets those that are in the package's snapshot all at once. Two processes at a time take turns. A SQLite
    file that has something in it is first copied to `<file>-before-<first migration>`; let no other process write to it
    meanwhile. On PostgreSQL the second wall is raised as well, and `login`, the server's name there, may use its doors; where
    all that is done, anybody may ask. Raises CannotUpgrade.
    """
    path = sqlite_path(database_url)
    if path:
        os.makedirs(path.parent, exist_ok=True)
        private(path)
    async with _connected(database_url) as connection:
        if path:
            await _look_through(connection, path)
        if ahead := await _ahead(connection, migrations):
            log.warning("A newer version has added to the database what this one need not know: %s", ", ".join(ahead))
            return []
        if path:
            # Off, or dropping a table that is made anew would delete its children. Too late inside the transaction.
            await connection.execute_query("PRAGMA foreign_keys=OFF")
            # Or a table that is made anew could not take its name while a trigger of another one speaks of it.
            await connection.execute_query("PRAGMA legacy_alter_table=ON")
            await connection.execute_query(f"PRAGMA busy_timeout={PATIENCE}")
            await _copy(connection, migrations, path)
        if not path and migrations == MIGRATIONS and login is None:
            if await _is_done(connection):
                return []
            await _check_may_change(connection)
        async with in_transaction(CONNECTION) as transaction:
            await _take_turn(transaction, path is None)
            applied = await _apply(_Executor(transaction, _apps(migrations)), migrations)
            if path:
                await _check_references(transaction)
            elif migrations == MIGRATIONS:
                await _wall(transaction, login)
        return applied


async def pending(database_url: str, *, migrations: str = MIGRATIONS) -> list[str]:
    """The names of the migrations that the database lacks. Raises CannotUpgrade where unknown ones did more than add."""
    async with _connected(database_url) as connection:
        return await _pending(_Executor(connection, _apps(migrations)))


class _Executor(MigrationExecutor):
    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:
        made = super()._schema_editor(atomic, collect_sql)
        return Editor(self.connection, atomic, collect_sql) if isinstance(made, SqliteSchemaEditor) else made


@asynccontextmanager
async def _connected(database_url: str) -> AsyncIterator[BaseDBAsyncClient]:
    """A connection of its own, without the models: those of the day are not those of a migration."""
    config = tortoise_config(database_url, [], connection=CONNECTION, size=1, command_timeout=None)
    async with TortoiseContext() as context:
        await context.connections._init(config["connections"], False)
        yield context.connections.get(CONNECTION)


def _apps(migrations: str) -> dict[str, dict[str, Any]]:
    return {"models": {"models": [], "default_connection": CONNECTION, "migrations": migrations}}


async def _pending(executor: MigrationExecutor) -> list[str]:
    await executor.loader.build_graph()
    applied = {key.name for key in executor.loader.applied_migrations}
    names = [key.name for key in executor._full_plan()]
    lacking, unknown = [name for name in names if name not in applied], sorted(applied - set(names))
    if unknown and (lacking or not all(name.endswith(ADDITIVE) for name in unknown)):
        raise CannotUpgrade(f"The database was written by a newer version: it has {', '.join(unknown)}. "
                            "Update Tenantry, or go back to a copy of the database made before.")
    return lacking


async def _ahead(connection: BaseDBAsyncClient, migrations: str) -> list[str]:
    """The migrations of a newer version that the database has, where they only add."""
    executor = _Executor(connection, _apps(migrations))
    if await _pending(executor):
        return []
    applied, known = executor.loader.applied_migrations, executor.loader.disk_migrations
    return sorted(key.name for key in applied if key not in known)


async def _apply(executor: MigrationExecutor, migrations: str) -> list[str]:
    begun: list[str] = []

    def note(event: str, _app: str, name: str) -> None:
        if event == "apply_start":
            begun.append(name)

    # First, for asking a table that is not there would break PostgreSQL's transaction.
    await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
    names = await _pending(executor)
    try:
        if not executor.loader.applied_migrations:
            begun += await make_tables(executor.connection, migrations, names)
            for name in begun:
                await executor.recorder.record_applied("models", name)
        await executor.migrate(progress=note, direction="forward")
    except Exception as error:
        what = f"Migration {begun[-1]}" if begun else "Making the tables"
        raise CannotUpgrade(f"{what} failed, and nothing was changed: {error}") from error
    return begun


async def _is_done(connection: BaseDBAsyncClient) -> bool:
    """Whether there is nothing to do: then nobody needs to be the owner."""
    there = await connection.execute_query_dict("select to_regclass('tortoise_migrations') is not null as there")
    return there[0]["there"] and not await _pending(_Executor(connection, _apps(MIGRATIONS))) and await is_walled(connection)


async def _check_may_change(connection: BaseDBAsyncClient) -> None:
    sql = "select has_schema_privilege(current_schema(), 'create') as may, session_user::text as login"
    [found] = await connection.execute_query_dict(sql)
    if not found["may"]:
        raise CannotUpgrade(f"The database is not up to date, and {found['login']} may not change its tables. Give its owner's "
                            "address as TENANTRY_OWNER_URL, here or to `python -m server migrate`.")


async def _wall(transaction: BaseDBAsyncClient, login: str | None) -> None:
    try:
        await raise_wall(transaction)
        await admit(transaction, login)
    except OperationalError as error:
        raise CannotUpgrade(f"The roles of the server could not be made, and nothing was changed: {error}. Migrate as a role "
                            "that owns the database and may create roles; docs/deployment.md shows how.") from error


async def _take_turn(transaction: BaseDBAsyncClient, is_postgres: bool) -> None:
    """Wait until nobody else migrates this database. The turn ends with the transaction."""
    if is_postgres:
        await transaction.execute_query_dict(
            f"SELECT pg_advisory_xact_lock({TURN}), set_config('{SETTING}', '{EVERYWHERE}', true)")
    else:
        await transaction.execute_query("CREATE TABLE turn (taken INT)")
        await transaction.execute_query("DROP TABLE turn")


async def _check_references(transaction: BaseDBAsyncClient) -> None:
    broken = await transaction.execute_query_dict("PRAGMA foreign_key_check")
    if broken:
        rows = sorted({f"rows of {row['table']} refer to missing rows of {row['parent']}" for row in broken})
        raise CannotUpgrade("\n".join(["The migrations would lose rows, and nothing was changed:", *rows]))


async def _look_through(connection: BaseDBAsyncClient, path: Path) -> None:
    """Rather no start than one on pages that cannot be read, of which somebody hears when they are asked for."""
    sql = "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size"
    [found] = await connection.execute_query_dict(sql)
    if found["bytes"] <= LOOKED_THROUGH:
        [found] = await connection.execute_query_dict("PRAGMA quick_check(1)")
        if (told := found["quick_check"]) != "ok":
            raise CannotUpgrade(f"{path} is damaged: {told}. Put a backup in its place; docs/backup.md shows how.")


async def _copy(connection: BaseDBAsyncClient, migrations: str, path: Path) -> None:
    """Keep the file as it is now, unless there is nothing in it or nothing to do."""
    executor = _Executor(connection, _apps(migrations))
    names = await _pending(executor)
    if not names or not executor.loader.applied_migrations:
        return
    kept, half = f"{path}-before-{names[0]}", f"{path}-before-{names[0]}.{os.getpid()}"
    private(half)
    try:
        await connection.execute_query("VACUUM INTO ?", [half])
        if await _pending(executor) == names:  # else another process was faster, and has made its own copy
            os.replace(half, kept)
    finally:
        with suppress(FileNotFoundError):
            os.remove(half)
