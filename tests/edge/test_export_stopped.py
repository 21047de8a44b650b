"""Exports across processes: killed in the middle, and written by one to be sent by another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from models.files import StoredFile
from models.jobs import Job, JobState
from tests import servers
from tests.client import Person
from tests.exporting import asked, csv_rows, ended, fetched, fill, linked, run_of
from tests.forked import Forked, environment
from tests.stored import connected

ADMIN, MANY = "admin@brightline.example", 6_000


@pytest.mark.row("S5.69")
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_export_that_was_killed_half_way_is_written_whole_by_the_next_server(
        kind: str, tmp_path: Path, create_postgres: Callable[[str], Awaitable[str]]) -> None:
    url = f"sqlite://{tmp_path}/tenantry.sqlite" if kind == "sqlite" else await create_postgres("export_stopped")
    first = await servers.start(url, tmp_path / "first.log")
    async with connected(url) as connection:
        await fill(connection, MANY)
    admin = Person(first, ADMIN)
    payload = await asked(admin)
    while (await run_of(admin, payload["run"]["id"]))["status"] == "QUEUED":  # type: ignore[index]
        pass
    first.process.kill()
    await first.process.wait()
    await first.http.close()
    async with connected(url):
        assert await Job.filter(key__startswith="write-report", state=JobState.RUNNING.name).exists()
        assert not await StoredFile.filter(sealed_at__not_isnull=True).exists()
        long_ago = (await Job.get(key__startswith="write-report")).due
        await Job.filter(key__startswith="write-report").update(lease_until=long_ago)  # rather than wait for its end
    second = await servers.start(url, tmp_path / "second.log")
    try:
        admin = Person(second, ADMIN)
        run = await ended(admin, payload["run"]["id"])
        assert (run["status"], run["rows"]) == ("SUCCEEDED", MANY + 5)
        status, _, body = await fetched(admin, (await linked(admin, payload["run"]["id"]))["url"])
        names = [row[0] for row in csv_rows(body)[1:]]
        assert status == 200 and len(names) == len(set(names)) == MANY + 5
        async with connected(url):
            assert await StoredFile.all().count() == 1
    finally:
        await second.stop()


@pytest.mark.row("S5.69")
async def test_what_one_process_writes_another_one_sends(create_postgres: Callable[[str], Awaitable[str]], tmp_path: Path) -> None:
    url = await create_postgres("export_elsewhere")
    server = await servers.start(url, tmp_path / "server.log", TENANTRY_JOBS="false")
    worker = None
    try:
        admin = Person(server, ADMIN)
        payload = await asked(admin)
        worker = Forked(["work"], environment(TENANTRY_DATABASE_URL=url), tmp_path / "worker.log")
        assert (await ended(admin, payload["run"]["id"]))["status"] == "SUCCEEDED"
        status, _, body = await fetched(admin, (await linked(admin, payload["run"]["id"]))["url"])
        assert status == 200 and len(csv_rows(body)) == 6
    finally:
        if worker is not None:
            worker.terminate()
            assert await worker.wait() == 0
        await server.stop()
