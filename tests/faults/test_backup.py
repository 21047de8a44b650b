"""A backup taken under load holds one moment of the database, and is put back only where it can do no harm."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import ClientError
from typer.testing import CliRunner

from models.locks import FileInUse
from server.__main__ import commands
from server.backup import BackupRefused, back_up, restore
from server.settings import Settings
from tests import servers
from tests.conftest import DATABASES
from tests.faults.told import Told, answers_on
from tests.servers import Server
from tests.stored import furnish

Create = Callable[[str], Awaitable[str]]


async def backup(url: str, file: Path) -> int:
    return await back_up(Settings(database_url=url), file)


async def put_back(url: str, file: Path) -> None:
    await restore(Settings(database_url=url), file)


@asynccontextmanager
async def busy(server: Server, told: Told, name: str) -> AsyncIterator[None]:
    """Meanwhile several people invite others as fast as they are answered."""
    over = asyncio.Event()

    async def writer(number: int) -> None:
        n = 0
        while not over.is_set():
            with suppress(ClientError):
                await told.invite(server, f"{name}-{number}-{n}@brightline.example")
            n += 1
    writers = [asyncio.create_task(writer(number)) for number in range(4)]
    while len(told.acknowledged) < 4:  # noqa: ASYNC110 - until there is something to lose
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*writers)


@pytest.mark.case(156)
@pytest.mark.parametrize("kind", DATABASES)
async def test_a_backup_taken_under_load_is_put_back_sound_with_all_that_was_acknowledged_before_it(
        kind: str, create_postgres: Create, tmp_path: Path) -> None:
    on_postgres = kind == "postgres"
    url = await create_postgres("backed_up") if on_postgres else f"sqlite://{tmp_path / 'tenantry.sqlite'}"
    other = await create_postgres("put_back") if on_postgres else f"sqlite://{tmp_path / 'other.sqlite'}"
    file, told = tmp_path / "backup", Told()
    server = await servers.start(url, tmp_path / "server.log")
    try:
        async with busy(server, told, "load"):
            before = set(told.acknowledged)
            assert await backup(url, file) == file.stat().st_size > 100_000
            with pytest.raises((BackupRefused, FileInUse), match=r"in use|has tables in it"):
                await put_back(url, file)
        await told.held(url)
    finally:
        await server.stop()
    assert file.stat().st_mode & 0o077 == 0, "nobody else may read it"
    await put_back(other, file)
    if not on_postgres:
        assert (tmp_path / "other.sqlite").stat().st_mode & 0o077 == 0, "nor what was put back"
    then = Told(told.sent, before, told.tenant)
    await then.held(other)
    again = await servers.start(other, tmp_path / "again.log", bare=True)
    try:
        await answers_on(again, then, "after@brightline.example")
    finally:
        await again.stop()
    await then.held(other)


async def test_neither_a_backup_nor_a_database_is_ever_overwritten(sqlite_path: Path, tmp_path: Path) -> None:
    url, file = f"sqlite://{sqlite_path}", tmp_path / "backup"
    await furnish(url, story=False)
    await backup(url, file)
    before = file.read_bytes(), sqlite_path.read_bytes()
    with pytest.raises(BackupRefused, match="is there already"):
        await backup(url, file)
    with pytest.raises(BackupRefused, match="never overwrites"):
        await put_back(url, file)
    assert (file.read_bytes(), sqlite_path.read_bytes()) == before
    assert [name for name in os.listdir(tmp_path) if "restoring" in name or name.startswith("backup.")] == []


async def test_what_is_no_backup_or_does_not_hold_together_is_not_put_back(sqlite_path: Path, tmp_path: Path) -> None:
    new, file = tmp_path / "new.sqlite", tmp_path / "backup"
    for text, told in ((b"Dear reader", "is no backup"), (b"PGDMP and so on", "is a backup of PostgreSQL")):
        (tmp_path / "letter").write_bytes(text)
        with pytest.raises(BackupRefused, match=told):
            await put_back(f"sqlite://{new}", tmp_path / "letter")
    await furnish(f"sqlite://{sqlite_path}", story=True)
    await backup(f"sqlite://{sqlite_path}", file)
    with sqlite3.connect(file) as changed:
        changed.execute("update customer set mrr_minor = mrr_minor + 1 where name = 'Acme Corporation'")
    with pytest.raises(BackupRefused, match=r"(?s)was not put back.*MRR"):
        await put_back(f"sqlite://{new}", file)
    assert not new.exists()
    with pytest.raises(BackupRefused, match="There is no database"):
        await backup(f"sqlite://{tmp_path / 'nowhere.sqlite'}", tmp_path / "empty")
    assert not (tmp_path / "empty").exists()


def test_the_command_line_tells_what_it_did_and_why_it_refuses(sqlite_path: Path, tmp_path: Path) -> None:
    asyncio.run(furnish(f"sqlite://{sqlite_path}", story=False))
    here, there = ({"TENANTRY_DATABASE_URL": f"sqlite://{path}"} for path in (sqlite_path, tmp_path / "new.sqlite"))
    ended = [CliRunner().invoke(commands, [command, str(tmp_path / "backup")], env=where)
             for command, where in (("backup", here), ("backup", here), ("restore", here), ("restore", there))]
    assert [each.exit_code for each in ended] == [0, 1, 1, 0], [each.output for each in ended]
    assert "bytes" in ended[0].stdout and "is there already" in ended[1].stderr
    assert "never overwrites" in ended[2].stderr and "verified" in ended[3].stdout
