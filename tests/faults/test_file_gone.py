"""A SQLite file that is taken away from the running server, or that is broken or read-only when it starts: no change is
acknowledged that nobody would find again."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientError

from tests.client import Person
from tests.conftest import Serve
from tests.edge.wire import send
from tests.faults.told import ADMIN, Told, answers_on
from tests.forked import command, environment
from tests.servers import ROOT, Server, start
from tests.stored import furnish

READ = "{ customers { totalCount } }"


@pytest.fixture(scope="module")
async def kept(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Server, Told, Path]]:
    path, told = tmp_path_factory.mktemp("gone") / "tenantry.sqlite", Told()
    server = await serve(f"sqlite://{path}")
    await answers_on(server, told, "there@brightline.example")
    yield server, told, path
    await told.held(server.database_url)


async def status(server: Server, path: str) -> int:
    return (await send(server, method="GET", path=path)).status


async def refuses_changes(server: Server, told: Told, email: str) -> None:
    answer = await told.invite(server, email)
    assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE", answer
    assert (await status(server, "/ready"), await status(server, "/live")) == (503, 200)
    assert (await Person(server, ADMIN).raw(READ))[0] == 200  # of what was acknowledged it knows still


async def killed(server: Server) -> None:
    server.process.kill()
    await server.process.wait()
    await server.http.close()


@pytest.mark.case(144)
@pytest.mark.parametrize("ending", ["", "-wal"])
async def test_a_file_that_is_moved_away_takes_no_changes_until_it_is_back(kept: tuple[Server, Told, Path], ending: str) -> None:
    server, told, path = kept
    file, email, before = Path(f"{path}{ending}"), f"moved{ending}@brightline.example", server.log.read_text()
    away = file.rename(path.parent / "away")
    await refuses_changes(server, told, email)
    assert server.log.read_text().removeprefix(before).count("removed or replaced while it is in use") == 1
    away.rename(file)
    assert await status(server, "/ready") == 200
    await told.insist(server, email)


@pytest.mark.case(144)
async def test_a_file_in_whose_place_another_one_was_put_is_not_written_to(kept: tuple[Server, Told, Path]) -> None:
    server, told, path = kept
    away = path.rename(path.parent / "away")
    shutil.copyfile(away, path)
    other = path.read_bytes()
    await refuses_changes(server, told, "replaced@brightline.example")
    assert path.read_bytes() == other
    away.rename(path)
    await answers_on(server, told, "replaced@brightline.example")


@pytest.mark.case(144)
async def test_nothing_is_acknowledged_that_went_into_a_deleted_file(tmp_path: Path) -> None:
    path, told = tmp_path / "tenantry.sqlite", Told()
    server = await start(f"sqlite://{path}", tmp_path / "server.log")
    names = [Path(f"{path}{ending}") for ending in ("", "-wal")]

    async def writer(number: int) -> None:
        for n in range(200):
            with suppress(ClientError):
                await told.invite(server, f"deleted-{number}-{n}@brightline.example")
            if not path.exists():
                return
    await answers_on(server, told, "first@brightline.example")
    writers = [asyncio.create_task(writer(number)) for number in range(3)]
    while len(told.acknowledged) < 8:  # noqa: ASYNC110 - until there is something to lose
        await asyncio.sleep(0.01)
    found = tmp_path / "found.sqlite"
    for name in names:  # what somebody would find who looks for the file by another name that it has
        os.link(name, str(name).replace("tenantry", "found"))
    for name in names:
        name.unlink()
    await asyncio.gather(*writers)
    acknowledged = len(told.acknowledged)
    await refuses_changes(server, told, "late@brightline.example")
    assert len(told.acknowledged) == acknowledged
    await killed(server)
    await told.held(f"sqlite://{found}")


@pytest.mark.case(144)
async def test_a_file_with_a_broken_page_is_not_served(tmp_path: Path) -> None:
    path = tmp_path / "tenantry.sqlite"
    await furnish(f"sqlite://{path}", story=True)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)
    for words in ("serve", "migrate"):
        refused = await command(words, TENANTRY_DATABASE_URL=f"sqlite://{path}", TENANTRY_PORT="0")
        assert (refused.returncode, "is damaged" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False), refused.stderr


@pytest.mark.case(144)
async def test_a_page_that_breaks_under_the_server_is_told_as_no_fault_of_who_asks(tmp_path: Path) -> None:
    path = tmp_path / "tenantry.sqlite"
    server = await start(f"sqlite://{path}", tmp_path / "server.log")
    token = await Person(server, ADMIN).token()
    with path.open("r+b") as file:
        file.seek(16 * 4096)
        file.write(b"\xff" * (path.stat().st_size - 16 * 4096))
    answers = [await Person(server, ADMIN, token=token).raw(text) for text in (READ, "{ invoices { totalCount } }")]
    await killed(server)
    assert [answer[0] for answer in answers] == [503, 503], answers
    assert "is damaged" in server.log.read_text()


MOUNT = "mount -t tmpfs -o size=64m none {there}"
SERVE = "cp {file} {there}/tenantry.sqlite && mount -o remount,ro {there} && exec {python} -m server serve"


@pytest.mark.case(144)
async def test_a_file_system_that_is_read_only_is_told_at_the_start(tmp_path: Path) -> None:
    file, there = tmp_path / "tenantry.sqlite", tmp_path / "there"
    there.mkdir()
    await furnish(f"sqlite://{file}", story=False)
    mount, serve = [line.format(there=there, file=file, python=sys.executable) for line in (MOUNT, SERVE)]
    if (await apart(mount))[0]:
        pytest.skip("a file system is made read-only in a name space of mounts, which takes root")
    code, told = await apart(f"{mount} && {serve}", TENANTRY_DATABASE_URL=f"sqlite://{there}/tenantry.sqlite", TENANTRY_PORT="0")
    assert (code, "cannot be used" in told, "Read-only" in told, "Traceback" in told) == (1, True, True, False), told


async def apart(line: str, **settings: str) -> tuple[int | None, str]:
    """The shell's line, among mounts of its own: how it ended, and what it said of errors."""
    process = await asyncio.create_subprocess_exec("unshare", "-m", "sh", "-c", line, cwd=ROOT, env=environment(**settings),
                                                   stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE)
    _, told = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, told.decode()
