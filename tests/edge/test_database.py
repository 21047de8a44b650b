"""The database of a process: connected for all its tasks, checked, and let go of."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from tortoise.context import get_current_context

from models import Tenant
from models.inspection import Incomplete
from models.transaction import unit_of_work
from models.wall import EVERYWHERE
from server import database
from server.portfolio.story import load_story
from tests.stored import furnish

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
async def _let_go() -> AsyncIterator[None]:
    yield
    await database.disconnect()


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, sqlite_path: Path,
              create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return f"sqlite://{sqlite_path}" if request.param == "sqlite" else await create_postgres("connected")


async def test_a_new_database_is_migrated_connected_and_empty(url: str) -> None:
    assert len(await database.migrate(url)) >= 2
    await database.connect(url)
    assert await database.is_empty()
    await load_story(NOW)
    assert not await database.is_empty()


async def test_tasks_that_were_there_before_find_the_connection(url: str) -> None:
    """Requests run in tasks that were not started from where the connection was made."""
    await furnish(url, story=False)
    connected = asyncio.Event()

    async def ask() -> bool:
        await connected.wait()
        return await database.is_empty()

    asking = asyncio.create_task(ask())
    await asyncio.create_task(database.connect(url))
    connected.set()
    assert await asking


async def test_one_database_after_another_in_one_process(
        sqlite_path: Path, create_postgres: Callable[[str], Awaitable[str]]) -> None:
    """Tortoise keeps SQL by the connection's name: that of the first must not reach the second."""
    async def renamed() -> None:
        await Tenant.filter(reference="acme").update(name="Acme")
    urls = [f"sqlite://{sqlite_path}", await create_postgres("second"), f"sqlite://{sqlite_path}.third"]
    for url in urls:
        await furnish(url, story=True)
        await database.connect(url)
        await unit_of_work(renamed, within=EVERYWHERE)
        assert (await Tenant.get(reference="acme")).name == "Acme"
        await database.disconnect()
        assert get_current_context() is None


async def test_a_database_that_was_never_migrated_is_refused_and_holds_nothing_back(url: str) -> None:
    with pytest.raises(Incomplete, match="Run: python -m server migrate"):
        await database.connect(url)
    await database.migrate(url)
    await database.connect(url)
    assert await database.is_empty()
