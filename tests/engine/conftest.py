"""The world in a database of each kind, with the engine and the reference that answer from it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest

from engine.drivers import Database
from engine.run import Engine
from models.access import Role, TenantKind
from resolvers.policy import AccessPolicy
from schema import build_schema
from tests.engine.databases import Records, create, tables_of
from tests.engine.reference import Answer, Reference
from tests.engine.world import NOW, Person, World
from tests.scheduling import DATABASES
from tests.stored import read

T = TypeVar("T")
Create = Callable[[str], Awaitable[str]]
Empty = Callable[[str, str], Awaitable[str]]


@dataclass
class Stage:
    """The world in one database: what the engine says of it, and what the reference says."""

    world: World
    database: Database
    engine: Engine
    reference: Reference
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    ids: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Global ids by tag."""
        self.ids = {row.tag: [f"{row.tag}_{record['id']}" for record in self.reference.tables[row.model]]
                    for row in self.engine.bindings.rows if row.tag}

    async def answer(self, text: str, viewer: str, values: dict[str, Any] | None = None) -> bytes:
        """The engine's answer."""
        document = self.engine.documents.get(text, None)
        assert not document.errors, document.errors
        return await self.engine.answer(document, document.coerce(values or {}), self.world.viewers[viewer], NOW)

    async def read(self, text: str, viewer: str, **values: Any) -> Any:
        """The data of the engine's answer, which is the reference's."""
        data = orjson.loads(await self.answer(text, viewer, values))["data"]
        assert data == self.expected(text, viewer, values).data
        return data

    def expected(self, text: str, viewer: str, values: dict[str, Any]) -> Answer:
        return self.reference.answer(self.engine.documents.get(text, None), values, self.world.viewers[viewer], NOW)

    async def look_again(self) -> None:
        """Has the reference know what the database holds now."""
        self.reference.tables = await tables_of(self.database)
        self.reference.indexes.clear()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """For tests that are no coroutines themselves, as Hypothesis wants them."""
        return self.loop.run_until_complete(work)


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def empty(create_postgres: Create, tmp_path_factory: pytest.TempPathFactory) -> Empty:
    """`await empty("sqlite", "money")` gives the URL of a new database of that kind."""
    async def make(kind: str, name: str) -> str:
        folder: Path = tmp_path_factory.mktemp(name)
        return f"sqlite://{folder}/world.sqlite" if kind == "sqlite" else await create_postgres(name)
    return make


@pytest.fixture(scope="session", params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database, each in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
async def stage(kind: str, world: World, empty: Empty) -> AsyncIterator[Stage]:
    """Nobody may write to its database."""
    url = await create(await empty(kind, "world"), world.rows)
    async with read(url) as database:
        yield await staged(world, database)


def with_cursors(text: str, values: dict[str, Any], cursors: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The document with cursors in the place of "~7.1" and the like; with none where no list was met for which to find one."""
    written = orjson.dumps([text, values]).decode()
    for mark, cursor in cursors.items():
        written = written.replace(f'"{mark}"', f'"{cursor}"').replace(f'\\"{mark}\\"', f'\\"{cursor}\\"')
    text, values = orjson.loads(re.sub(r'(after|before): \\"~[\d.]+\\"', r"\1: null", written))
    return text, values


async def staged(world: World, database: Database) -> Stage:
    tables: dict[type, Records] = await tables_of(database)
    return Stage(world, database, Engine(build_schema()._schema, database, AccessPolicy()),
                 Reference(build_schema()._schema, tables, database.dialect_name))


@pytest.fixture(scope="session")
async def crowd(kind: str, empty: Empty) -> AsyncIterator[Stage]:
    """A reseller with 130 customers, more than 100 of them in its list. Nobody may write to the database."""
    partners = {"platform": (TenantKind.PLATFORM, None, "EUR", 0, 0), "alpha": (TenantKind.RESELLER, "platform", "EUR", 130, 0)}
    world = World(1, partners, {"admin": Person("alpha", Role.ADMIN)})
    async with read(await create(await empty(kind, "crowd"), world.rows)) as database:
        yield await staged(world, database)
