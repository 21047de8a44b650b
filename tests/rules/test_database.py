"""Where things are stored: database URLs, the settings of each database, and who may open a file."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.models import Model

from models.database import sqlite_path, tortoise_config
from models.locks import FileInUse, lock_file
from models.transaction import sql_rows


class Note(Model):
    id = fields.IntField(primary_key=True)
    text = fields.TextField()
    day = fields.DateField(null=True)
    moment = fields.DatetimeField(null=True)
    amount = fields.DecimalField(max_digits=10, decimal_places=2, null=True)
    data = fields.JSONField(null=True)
    picture = fields.BinaryField(null=True)

    class Meta:
        table = "note"
        unique_together = [("text", "day")]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/notes.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@asynccontextmanager
async def notes(url: str) -> AsyncIterator[Any]:
    name = url.partition(":")[0] + "_notes"
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(url, [__name__], connection=name))
        await context.generate_schemas()
        await Note.all().delete()
        yield context.connections.get(name)


def test_a_url_of_sqlite_names_an_absolute_or_a_relative_file() -> None:
    assert sqlite_path("sqlite:///var/lib/tenantry.sqlite") == Path("/var/lib/tenantry.sqlite")
    assert sqlite_path("sqlite://data/tenantry.sqlite") == Path("data/tenantry.sqlite")
    assert sqlite_path("sqlite:///with%20space/t.sqlite") == Path("/with space/t.sqlite")
    assert sqlite_path("postgres://ann@host/tenantry") is None


@pytest.mark.parametrize(("url", "remedy"), [
    ("mysql://host/db", "sqlite:// or postgres://"),
    ("tenantry.sqlite", "sqlite:// or postgres://"),
    ("sqlite://", "names a file"),
    ("sqlite://:memory:", "names a file"),
    ("postgres://ann@host", "names a database"),
    ("postgres://ann@host/", "names a database"),
])
def test_a_url_of_no_database_is_refused_with_the_remedy(url: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        tortoise_config(url, ["models"])


def test_a_url_of_postgresql_may_name_a_host_or_the_directory_of_a_socket() -> None:
    def credentials(url: str) -> dict[str, Any]:
        return tortoise_config(url, ["models"])["connections"]["default"]["credentials"]

    tcp = credentials("postgres://ann:s%40crt@db.example:5433/tenantry?sslmode=require")
    assert {key: tcp[key] for key in ("host", "port", "user", "password", "database", "ssl")} == {
        "host": "db.example", "port": 5433, "user": "ann", "password": "s@crt", "database": "tenantry",
        "ssl": "require"}
    socket = credentials("postgresql://ann@/tenantry?host=%2Frun%2Fpostgresql")
    assert (socket["host"], socket["user"], socket["database"]) == ("/run/postgresql", "ann", "tenantry")


async def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    async with notes(f"sqlite://{tmp_path}/notes.sqlite"):
        async def pragma(name: str) -> Any:
            [row] = await sql_rows(f"PRAGMA {name}")
            return next(iter(row.values()))

        assert await pragma("journal_mode") == "wal"
        assert await pragma("synchronous") == 2, "FULL"
        assert await pragma("foreign_keys") == 1
        assert await pragma("busy_timeout") == 5000
        assert await pragma("journal_size_limit") == 64 << 20


async def test_every_kind_of_value_comes_back_as_it_was_stored(url: str) -> None:
    kept = {"text": "Größe ' \" \\ 😀", "day": date(2026, 2, 28), "moment": datetime(2026, 2, 28, 23, 59, 1, 5, UTC),
            "amount": Decimal("12.30"), "data": {"a": [1, None, "é"]}, "picture": b"\x00\xff"}
    async with notes(url):
        note = await Note.create(**kept)
        [again] = await Note.filter(moment__gte=kept["moment"], day=kept["day"])
        assert again.id == note.id
        assert {key: getattr(again, key) for key in kept} == kept
        assert await Note.all().values_list("text", flat=True) == [kept["text"]]
        assert await Note.filter(text__contains="😀").update(text="new") == 1
        await Note.bulk_create([Note(text=f"n{n}", day=kept["day"]) for n in range(3)])
        assert await Note.filter(text__startswith="n").order_by("-id").values_list("text", flat=True) == [
            "n2", "n1", "n0", "new"]


async def test_moments_sort_whatever_zone_they_were_given_in(url: str) -> None:
    async with notes(url):
        early, late = datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9))), datetime(2026, 1, 1, 1, tzinfo=UTC)
        await Note.create(text="late", moment=late)
        await sql_rows("INSERT INTO note (text, moment) VALUES ($1, $2)", "early", early)
        assert await Note.all().order_by("moment").values_list("text", flat=True) == ["early", "late"]
        assert await Note.filter(moment=early.astimezone(UTC)).count() == 1


async def test_a_list_is_bound_as_each_database_takes_it(url: str) -> None:
    async with notes(url):
        sql = ("SELECT value FROM json_each($1)" if url.startswith("sqlite") else "SELECT unnest($1::text[]) AS value")
        assert await sql_rows(sql, ["a", "é"]) == [{"value": "a"}, {"value": "é"}]


async def test_statements_report_their_rows_and_how_many_they_changed(url: str) -> None:
    async with notes(url) as connection:
        await Note.create(text="a", day=date(2026, 1, 1))
        assert await sql_rows("UPDATE note SET text = $2 WHERE text = $1 RETURNING text", "a", "b") == [{"text": "b"}]
        assert await sql_rows("UPDATE note SET text = $2 WHERE text = $1 RETURNING text", "a", "c") == []
        assert await sql_rows("SELECT $2 || $1 || $2 AS x", "-", "+") == [{"x": "+-+"}]
        count, rows = await connection.execute_query("SELECT text, id FROM note")
        assert (count, rows[0]["text"], rows[0][0], next(iter(rows[0]))) == (1, "b", "b", "b")
        assert (await connection.execute_query("UPDATE note SET text = 'd'"))[0] == 1


async def test_errors_are_those_that_tortoise_knows(url: str) -> None:
    async with notes(url):
        await Note.create(text="a", day=date(2026, 1, 1))
        with pytest.raises(IntegrityError, match=r"(?i)unique"):
            await Note.create(text="a", day=date(2026, 1, 1))
        with pytest.raises(OperationalError, match="nowhere"):
            await sql_rows("SELECT * FROM nowhere")
        assert await Note.all().count() == 1


HOLDER = "import sys, time; from pathlib import Path; from models.locks import lock_file; " \
         "kept = lock_file(Path(sys.argv[1])); print('locked', flush=True); time.sleep(60)"


@pytest.mark.case(85, 144)
def test_a_second_process_is_refused_the_file_and_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "tenantry.sqlite"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        with pytest.raises(FileInUse, match=f"in use by process {holder.pid}"):
            lock_file(path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with lock_file(path) as lock:
            assert Path(lock.name).read_text() == str(os.getpid())
            with pytest.raises(FileInUse, match=f"in use by process {os.getpid()}"):
                lock_file(path)
        lock_file(path).close()
