"""A server that runs out of disk or of file descriptors, whose database file is held by somebody, or whose database is killed:
it says so, loses nothing, and answers on when there is enough again."""

import asyncio
import resource
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import psutil
import pytest

from models.database import sqlite_path
from tests import servers
from tests.client import Person
from tests.conftest import Serve
from tests.edge.wire import send, wired
from tests.faults.told import ADMIN, Told, answers_on
from tests.postgres import _installed
from tests.servers import Server

READ = "{ customers { totalCount } }"


@pytest.fixture(scope="module")
async def starved(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Server, Told]]:
    server, told = await serve(f"sqlite://{tmp_path_factory.mktemp('starved') / 'tenantry.sqlite'}"), Told()
    await answers_on(server, told, "fed@brightline.example")
    yield server, told
    await told.held(server.database_url)


def limit(server: Server, what: int, most: int) -> None:
    _, hard = resource.prlimit(server.process.pid, what)
    resource.prlimit(server.process.pid, what, (most, hard))


@pytest.mark.case(143)
async def test_a_full_disk_refuses_changes_with_advice_and_goes_on_reading(starved: tuple[Server, Told]) -> None:
    """No file may grow: neither the database nor the log of the server."""
    server, told = starved
    while server.log.stat().st_size < 4096:  # no line of it shall be cut
        await Person(server, ADMIN).ask(READ)
    limit(server, resource.RLIMIT_FSIZE, 4096)
    try:
        answers = [await told.invite(server, f"full-{n}@brightline.example") for n in range(3)]
        assert [answer["errors"][0]["extensions"]["code"] for answer in answers] == ["UNAVAILABLE"] * 3
        assert (await Person(server, ADMIN).raw(READ))[0] == 200
        assert (await send(server, method="GET", path="/live")).status == 200
    finally:
        limit(server, resource.RLIMIT_FSIZE, resource.RLIM_INFINITY)
    for n in range(3):
        await answers_on(server, told, f"full-{n}@brightline.example")
    await told.held(server.database_url)


@pytest.mark.case(142)
async def test_a_long_transaction_of_another_program_delays_changes_and_no_read(starved: tuple[Server, Told]) -> None:
    server, told = starved
    other = sqlite3.connect(sqlite_path(server.database_url), isolation_level=None, timeout=20)
    other.execute("begin immediate")
    other.execute("update tenant set name = name")
    waiting = asyncio.create_task(told.insist(server, "waits@brightline.example", seconds=60))
    begun = monotonic()
    for _ in range(20):
        assert (await Person(server, ADMIN).raw(READ))[0] == 200
    assert monotonic() - begun < 4 and not waiting.done()
    other.execute("commit")
    other.close()
    await waiting
    await told.held(server.database_url)


@pytest.mark.case(157)
async def test_a_server_without_file_descriptors_answers_on_once_there_are_some(starved: tuple[Server, Told]) -> None:
    server, told = starved
    limit(server, resource.RLIMIT_NOFILE, psutil.Process(server.process.pid).num_fds() + 8)
    try:
        async with AsyncExitStack() as stack:
            for _ in range(40):
                await stack.enter_async_context(wired(server))
            await asyncio.sleep(0.3)
            assert server.process.returncode is None
        async with asyncio.timeout(20):
            while True:
                with suppress(OSError, asyncio.IncompleteReadError):
                    if (await send(server, method="GET", path="/ready")).status == 200:
                        break
                await asyncio.sleep(0.05)
    finally:
        limit(server, resource.RLIMIT_NOFILE, resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[1])
    await answers_on(server, told, "descriptors@brightline.example")


# -- PostgreSQL itself

class Own:
    """A PostgreSQL of a test's own, as it comes: what it has committed is on the disk.

    With a `small` folder there is, for it alone, a disk of a few MB at that place.
    """

    def __init__(self, folder: Path, small: Path | None = None):
        folder.chmod(0o755)
        self.data = folder / "data"
        self._installed = _installed(folder).get_server(self.data, cleanup_mode=None, start=False)
        self._installed.ensure_pgdata_inited()
        self.url = f"postgres://postgres@/postgres?host={self.data}"
        self._small = small
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        command, user = [self._installed.bin_path / "postgres", "-D", self.data, "-k", self.data, "-h", ""], self._installed.system_user
        if self._small:
            self._small.mkdir()
            mounting = f"mount -t tmpfs -o size=40m,mode=700,uid={user} none {self._small} && exec setpriv --reuid={user} --clear-groups \"$@\""
            command, user = ["unshare", "-m", "sh", "-c", mounting, "sh", *command], None
        self._process = subprocess.Popen(command, user=user, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
        async with asyncio.timeout(60):
            while True:
                with suppress(OSError, asyncpg.PostgresError):
                    await (await asyncpg.connect(self.url)).close()
                    return
                await asyncio.sleep(0.1)

    @property
    def disk(self) -> Path:
        """The small disk, as it is seen from here."""
        assert self._process and self._small
        return Path(f"/proc/{self._process.pid}/root{self._small}")

    def end(self, number: int) -> None:
        """The whole of it, by a signal."""
        assert self._process
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.send_signal(number)
        for child in children if number == signal.SIGKILL else ():
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._process.wait(30)
        psutil.wait_procs(children, 5)


@pytest.mark.case(135)
async def test_what_was_acknowledged_survives_kill_9_of_postgres(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="tenantry-killed-") as folder:  # where the user of PostgreSQL may look
        await survives(Own(Path(folder)), tmp_path / "server.log")


async def survives(postgres: Own, log: Path) -> None:
    told, over = Told(), asyncio.Event()
    await postgres.start()
    connection = await asyncpg.connect(postgres.url)
    await connection.execute("create database own template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'")
    await connection.close()
    url = postgres.url.replace("/postgres?", "/own?")
    server = await servers.start(url, log, bare=True, TENANTRY_READ_CONNECTIONS="2")

    async def writer(number: int) -> None:
        for n in range(1000):
            if over.is_set():
                return
            await told.invite(server, f"postgres-{number}-{n}@brightline.example")
    try:
        await answers_on(server, told, "before@brightline.example")
        writers = [asyncio.create_task(writer(number)) for number in range(4)]
        async with asyncio.timeout(60):
            while len(told.acknowledged) < 12:  # noqa: ASYNC110 - until there is something to lose
                await asyncio.sleep(0.02)
        postgres.end(signal.SIGKILL)
        over.set()
        await asyncio.gather(*writers)
        assert (await send(server, method="GET", path="/ready")).status == 503
        await postgres.start()
        await told.insist(server, "afterwards@brightline.example", seconds=60)
        await told.held(url)
    finally:
        await server.stop()
        postgres.end(signal.SIGINT)


def may_mount() -> bool:
    return subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0


@pytest.mark.case(143)
async def test_postgres_on_a_full_disk_refuses_changes_with_advice_and_goes_on_reading(tmp_path: Path) -> None:
    if not may_mount():
        pytest.skip("a small disk is mounted in a name space of mounts, which takes root")
    with tempfile.TemporaryDirectory(prefix="tenantry-full-") as folder:
        await fills(Own(Path(folder), Path(folder) / "small"), tmp_path / "server.log")


async def fills(postgres: Own, log: Path) -> None:
    told = Told()
    await postgres.start()
    connection = await asyncpg.connect(postgres.url)
    try:
        await connection.execute(f"create tablespace small location '{postgres._small}'")
        await connection.execute("create database own tablespace small template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'")
        server = await servers.start(postgres.url.replace("/postgres?", "/own?"), log, bare=True, TENANTRY_READ_CONNECTIONS="2")
        try:
            await answers_on(server, told, "room@brightline.example")
            ballast = postgres.disk / "ballast"
            with ballast.open("wb", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(bytes(4096))
            answers: list[Any] = []
            while len(answers) < 200 and not any("errors" in answer for answer in answers):  # until the pages that there are are full
                answers.append(await told.invite(server, f"filling-{len(answers)}@brightline.example"))
            assert answers[-1]["errors"][0]["extensions"]["code"] == "UNAVAILABLE", answers[-1]
            assert "DiskFull" in server.log.read_text()
            assert (await Person(server, ADMIN).raw(READ))[0] == 200
            ballast.unlink()
            await answers_on(server, told, told.sent[-1])
            await told.held(server.database_url)
        finally:
            await server.stop()
    finally:
        await connection.close()
        postgres.end(signal.SIGINT)
