"""Reads on SQLite: beside the connection that writes, in a thread that may die."""

import asyncio
import ctypes
import logging
import random
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import apsw
import pytest
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.models import Model

from engine.drivers import SQLiteDatabase
from engine.errors import TimedOut, Unavailable, UnfitDatabase
from models.database import tortoise_config
from models.transaction import sql_rows, unit_of_work

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
CASKS = 2000


class Cask(Model):
    id = fields.IntField(primary_key=True)
    litres = fields.IntField()
    label = fields.TextField()

    class Meta:
        table = "cask"


@asynccontextmanager
async def cellar(path: Path) -> AsyncIterator[SQLiteDatabase]:
    """Casks of 100 litres each, written by Tortoise, and reads beside it."""
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(f"sqlite://{path}", [__name__], connection="cellar"))
        await context.generate_schemas()
        await sql_rows("with recursive n(i) as (select 1 union all select i + 1 from n where i < $1) "
                       "insert into cask select i, 100, $2 from n", CASKS, "x" * 500)
        database = await SQLiteDatabase.open(path)
        try:
            yield database
        finally:
            await database.close()


@pytest.mark.case(97, 142)
async def test_a_read_sees_one_moment_however_much_is_written_meanwhile(tmp_path: Path) -> None:
    """With a second copy of SQLite doing the writes, reads saw parts of later commits."""
    chance = random.Random(1)
    done = asyncio.Event()
    commits = 0

    async def draw() -> None:
        casks = chance.sample(range(1, CASKS + 1), 40)
        for change, some in ((-1, casks[:20]), (1, casks[20:])):
            await sql_rows("update cask set litres = litres + $1 where id in (select value from json_each($2))",
                           change, str(some))

    async def write() -> None:
        nonlocal commits
        while not done.is_set():
            await unit_of_work(draw)
            commits += 1

    async with cellar(tmp_path / "cellar.sqlite") as database:
        for setting in ("synchronous = off", "wal_autocheckpoint = 20"):  # many commits, and a log soon used again
            await sql_rows(f"pragma {setting}")
        sums: set[bytes] = set()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            tasks.create_task(write())
            while len(sums) < 2 and commits < 500:
                # each row costs a walk over others: a read lasts as long as several commits
                sums.add(await database.value(
                    "select sum(litres + length(label) - 500 + (select 0 * count(*) from cask b where b.id < a.id % 100))"
                    " || '' from cask a", []))
            done.set()
        assert sums == {b"%d" % (100 * CASKS)}


async def test_a_read_sees_what_was_committed_before_it(tmp_path: Path) -> None:
    async with cellar(tmp_path / "cellar.sqlite") as database:
        for litres in range(200):
            await unit_of_work(lambda litres=litres: sql_rows("update cask set litres = $1 where id = 1", litres))
            assert await database.rows("select litres from cask where id = 1", []) == [(litres,)]


@pytest.mark.case(142)
async def test_no_read_keeps_the_log_from_being_emptied(tmp_path: Path) -> None:
    async with cellar(tmp_path / "cellar.sqlite") as database:
        await database.value("select 'a' union all select 'b'", [])
        with pytest.raises(apsw.SQLError):
            await database.rows("select * from nowhere", [])
        left = asyncio.ensure_future(database.rows(ENDLESS + ", cask", []))
        await asyncio.sleep(0.02)
        left.cancel()
        await database.rows("select * from cask", [])
        [checkpoint] = await sql_rows("pragma wal_checkpoint(truncate)")
        assert checkpoint["busy"] == 0


async def test_lists_and_moments_are_bound_as_they_are_stored(tmp_path: Path) -> None:
    async with cellar(tmp_path / "cellar.sqlite") as database:
        assert await database.rows("select value ->> 0, value ->> 1 from json_each(?1)", [[[1, "é"], [2, None]]]) == [
            (1, "é"), (2, None)]
        assert await database.rows("select value from json_each(?1)", [("a\\u0000", '"')]) == [("a\\u0000",), ('"',)]
        east = timezone(timedelta(hours=2))
        assert await database.rows("select ?1, ?2, ?3", [datetime(2026, 1, 1, 1, 30, tzinfo=east), date(2026, 1, 1),
                                                         datetime(2026, 1, 1, 0, 0, 0, 7, UTC)]) == [
            ("2025-12-31 23:30:00+00:00", "2026-01-01", "2026-01-01 00:00:00.000007+00:00")]


@pytest.mark.parametrize("content", [None, b"not a database " * 100])
async def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cellar.sqlite"
    if content:
        path.write_bytes(content)
    with pytest.raises(UnfitDatabase, match=r"cellar\.sqlite cannot be read .* Migrate first"):
        await SQLiteDatabase.open(path)
    assert path.exists() == bool(content)


async def test_a_thread_that_dies_fails_its_callers_and_the_next_read_starts_another(
        tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with cellar(tmp_path / "cellar.sqlite") as database:
        running = asyncio.ensure_future(database.rows(ENDLESS, []))
        waiting = asyncio.ensure_future(database.rows("select 1", []))
        await asyncio.sleep(0.02)
        [thread] = [thread for thread in threading.enumerate() if thread.name == "reader of cellar.sqlite"]
        with caplog.at_level(logging.ERROR, logger="engine.drivers.reader"):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))
            for caller in (running, waiting):
                with pytest.raises(Unavailable):
                    async with asyncio.timeout(2):
                        await caller
        assert "the next read starts another" in caplog.text
        assert await database.rows("select 1", []) == [(1,)]


async def test_the_limit_counts_from_when_a_statement_begins(tmp_path: Path) -> None:
    async with cellar(tmp_path / "cellar.sqlite"):
        database = await SQLiteDatabase.open(tmp_path / "cellar.sqlite", statement_timeout=0.1)
        try:
            first = asyncio.ensure_future(database.rows(ENDLESS, []))
            second = database.rows("select 1", [])
            with pytest.raises(TimedOut):
                await first
            assert await second == [(1,)]
        finally:
            await database.close()


async def test_a_statement_is_planned_once_whatever_is_bound(tmp_path: Path) -> None:
    """Left to itself SQLite plans a join anew for each value that is bound: ten times what running it takes."""
    plannings: list[int] = []

    def planning(action: int, *_: object) -> int:
        plannings.append(action)
        return apsw.SQLITE_OK

    path = tmp_path / "cellar.sqlite"
    apsw.Connection(str(path)).execute("create table cellar (id integer primary key, name text);"
                                       "create table cask (id integer primary key, cellar_id integer)")
    hooks = [lambda connection: connection.set_authorizer(planning)]
    apsw.connection_hooks.extend(hooks)
    try:
        database = await SQLiteDatabase.open(path)
    finally:
        apsw.connection_hooks.remove(*hooks)
    planned = []
    for cask in (1, 2, 3):
        plannings.clear()
        await database.rows("select name from cask k join cellar c on c.id = k.cellar_id where k.id = ?1", [cask])
        planned.append(bool(plannings))
    await database.close()
    assert planned == [True, False, False]
