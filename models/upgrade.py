"""Brings a database up to date: every migration that it lacks, all of them or none."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor import BaseSchemaEditor, SqliteSchemaEditor
from tortoise.transactions import in_transaction

from models.database import sqlite_path, tortoise_config
from models.rebuild import Editor
from models.snapshot import make_tables

CONNECTION = "migrations"
#: By this number processes take turns on PostgreSQL; nothing else there locks by it.
TURN = 0x7E4A_4E57
#: How long to wait for another process that migrates the same SQLite file, in ms.
PATIENCE = 120_000

#: For Tortoise's own command line, which drafts migrations; see docs/migrations.md. It opens no database.
DRAFTING = tortoise_config("sqlite://drafting.sqlite", ["models"])


class CannotUpgrade(Exception):
    """The database stays as it was. The message says why and what to do."""


async def upgrade(database_url: str, *, migrations: str = "models.migrations") -> list[str]:
    """Apply what the database lacks of the migrations in that package, in one transaction; the names of those applied.

    An empty one gets those that are in the package's snapshot all at once. Two processes at a time take turns. A SQLite
    file that has something in it is first copied to `<file>-before-<first migration>`; let no other process write to it
    meanwhile. Raises CannotUpgrade.
    """
    path = sqlite_path(database_url)
    if path:
        os.makedirs(path.parent, exist_ok=True)
    async with _connected(database_url) as connection:
        if path:
            # Off, or dropping a table that is made anew would delete its children. Too late inside the transaction.
            await connection.execute_query("PRAGMA foreign_keys=OFF")
            # Or a table that is made anew could not take its name while a trigger of another one speaks of it.
            await connection.execute_query("PRAGMA legacy_alter_table=ON")
            await connection.execute_query(f"PRAGMA busy_timeout={PATIENCE}")
            await _copy(connection, migrations, path)
        async with in_transaction(CONNECTION) as transaction:
            await _take_turn(transaction, path is None)
            applied = await _apply(_Executor(transaction, _apps(migrations)), migrations)
            if path:
                await _check_references(transaction)
        return applied


async def pending(database_url: str, *, migrations: str = "models.migrations") -> list[str]:
    """The names of the migrations that the database lacks. Raises CannotUpgrade where it has unknown ones."""
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
    if unknown := sorted(applied - set(names)):
        raise CannotUpgrade(f"The database was written by a newer version: it has {', '.join(unknown)}. "
                            "Update Tenantry, or go back to a copy of the database made before.")
    return [name for name in names if name not in applied]


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


async def _take_turn(transaction: BaseDBAsyncClient, is_postgres: bool) -> None:
    """Wait until nobody else migrates this database. The turn ends with the transaction."""
    if is_postgres:
        await transaction.execute_query_dict(f"SELECT pg_advisory_xact_lock({TURN})")
    else:
        await transaction.execute_query("CREATE TABLE turn (taken INT)")
        await transaction.execute_query("DROP TABLE turn")


async def _check_references(transaction: BaseDBAsyncClient) -> None:
    broken = await transaction.execute_query_dict("PRAGMA foreign_key_check")
    if broken:
        rows = sorted({f"rows of {row['table']} refer to missing rows of {row['parent']}" for row in broken})
        raise CannotUpgrade("\n".join(["The migrations would lose rows, and nothing was changed:", *rows]))


async def _copy(connection: BaseDBAsyncClient, migrations: str, path: Path) -> None:
    """Keep the file as it is now, unless there is nothing in it or nothing to do."""
    executor = _Executor(connection, _apps(migrations))
    names = await _pending(executor)
    if not names or not executor.loader.applied_migrations:
        return
    kept, half = f"{path}-before-{names[0]}", f"{path}-before-{names[0]}.{os.getpid()}"
    try:
        await connection.execute_query("VACUUM INTO ?", [half])
        if await _pending(executor) == names:  # else another process was faster, and has made its own copy
            os.replace(half, kept)
    finally:
        with suppress(FileNotFoundError):
            os.remove(half)
