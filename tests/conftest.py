"""What every test can ask for: databases of both kinds, servers on them, and (from tests/browser.py) a browser."""

import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from models.reach import unlike
from tests import servers
from tests.postgres import Postgres
from tests.scheduling import DATABASES, ByDatabase, rank, workers
from tests.servers import Server
from tests.stored import connected, kept, shared

pytest_plugins = ["tests.billing", "tests.browser", "tests.tried"]

# That the machine is busy is no finding.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

POSTGRES = Postgres(in_memory=True)
KEPT = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if sys.dont_write_bytecode and not hasattr(config, "workerinput"):
        # a hundred processes import the same modules: let them share the compiled ones where the environment keeps none
        folder = KEPT.enter_context(tempfile.TemporaryDirectory(prefix="tenantry-compiled-"))
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
    if not hasattr(config, "workerinput"):
        KEPT.enter_context(shared())
    # The workers of a parallel run share one server, so the process above them starts it.
    if config.getoption("numprocesses", None) and not config.option.collectonly:
        POSTGRES.start()


def pytest_unconfigure() -> None:
    POSTGRES.stop()
    KEPT.close()


def pytest_xdist_auto_num_workers() -> int:
    return workers()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByDatabase:
    return ByDatabase(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show under a test that failed what went wrong on its server."""
    report = yield
    if report.failed:
        used = {id(value): value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Server)}
        report.sections += [(f"log of {server.url}", server.trouble()) for server in used.values()]
    return report


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    """Where a new SQLite database may be made."""
    return tmp_path / "tenantry.sqlite"


@pytest.fixture(scope="session")
def create_postgres(worker_id: str) -> Callable[[str], Awaitable[str]]:
    """`await create_postgres("money")` makes an empty PostgreSQL database of this worker and returns its URL."""

    async def create(name: str) -> str:
        return await POSTGRES.create(f"tenantry_{worker_id}_{name}")

    return create


@pytest.fixture(scope="session")
async def postgres_url(create_postgres: Callable[[str], Awaitable[str]]) -> str:
    """This worker's own PostgreSQL database, empty at first."""
    return await create_postgres("tests")


Serve = Callable[..., Awaitable[Server]]


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Serve]:
    """Inside, `await serve(database_url, TENANTRY_…="…")` starts one more server; they stop at the end."""
    started: list[Server] = []

    async def start(database_url: str, **settings: str) -> Server:
        kind = re.sub(r"\W.*", "", database_url)
        started.append(await servers.start(database_url, folder / f"{len(started)}-{kind}.log", **settings))
        return started[-1]

    yield start
    for server in started:
        await server.stop()


@pytest.fixture(scope="module")
async def serve(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serve]:
    """`await serve(database_url, TENANTRY_…="…")` starts one more server; it stops when the tests of the file are over."""
    async with serving(tmp_path_factory.mktemp("servers")) as start:
        yield start


@pytest.fixture(scope="session")
async def serve_all(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serve]:
    """As `serve`, but until all tests are over."""
    async with serving(tmp_path_factory.mktemp("servers")) as start:
        yield start


@pytest.fixture(scope="session")
async def sqlite_server(serve_all: Serve, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server with the demo story on SQLite."""
    url = f"sqlite://{tmp_path_factory.mktemp('sqlite') / 'tenantry.sqlite'}"
    yield await serve_all(url)
    await check_closure(url)


@pytest.fixture(scope="session")
async def postgres_server(serve_all: Serve, create_postgres: Callable[[str], Awaitable[str]]) -> AsyncIterator[Server]:
    """A server with the demo story on PostgreSQL."""
    url = await create_postgres("server")
    async with kept(url):
        yield await serve_all(url)
        await check_closure(url)


async def check_closure(url: str) -> None:
    """After all that the tests have done: reads find tenants by rows that must be what the tree and the grants say."""
    async with connected(url):
        assert await unlike() == []


@pytest.fixture(scope="session", params=DATABASES)
def server(request: pytest.FixtureRequest) -> Server:
    """The server with the demo story, on each kind of database in turn.

    A test that gains nothing from the second run names one:
    `pytest.mark.parametrize("server", ["sqlite"], indirect=True)`.
    """
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture(scope="session")
async def sqlite_story(serve_all: Serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    return await serve_all(f"sqlite://{tmp_path_factory.mktemp('sqlite') / 'story.sqlite'}")


@pytest.fixture(scope="session")
async def postgres_story(serve_all: Serve, create_postgres: Callable[[str], Awaitable[str]]) -> AsyncIterator[Server]:
    url = await create_postgres("story")
    async with kept(url):
        yield await serve_all(url)


@pytest.fixture(scope="session", params=DATABASES)
def story(request: pytest.FixtureRequest) -> Server:
    """As `server`, but kept as the story tells it: for tests that only read, and expect exactly what it holds."""
    return request.getfixturevalue(f"{request.param}_story")
