"""The demo story with its sessions, in the test's own process and with the test's own clock."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from engine.drivers import Database
from models.transaction import settle, unit_of_work
from models.viewers import Viewer
from models.wall import Within
from resolvers.change import Occasion
from resolvers.sessions import recognise, sign_in, switch_tenant
from server.portfolio.story import load_story, tenant_id, user_id
from server.sessions import NotSignedIn, Sessions
from tests.stored import read, stored

MINUTE = dt.timedelta(minutes=1)
START = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)


async def _nothing() -> None:
    pass


@dataclass
class Counted:
    """A database that counts what it is asked, and lets a test come in between."""

    database: Database
    asked: int = 0
    #: What happens between the moment at which a read is ready and the read.
    before_reading: Callable[[], Awaitable[None]] = _nothing

    @property
    def dialect_name(self) -> Any:
        return self.database.dialect_name

    async def rows(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        self.asked += 1
        return await self.database.rows(sql, args)

    async def value(self, sql: str, args: Sequence[Any], within: Within = None) -> bytes:
        self.asked += 1
        await self.before_reading()
        return await self.database.value(sql, args, within)


@dataclass
class House:
    """The demo story with its sessions; `now` moves only when a test says so."""

    database: Counted
    sessions: Sessions
    now: dt.datetime = START

    @property
    def occasion(self) -> Occasion:
        return Occasion(now=self.now, request_id="test", base_url="http://localhost")

    async def recognise(self, email: str, password: str) -> int | None:
        return await recognise(Viewer(None), self.occasion, email=email, password=password)

    async def sign_in(self, email: str) -> str:
        """Without the password, which takes its time."""
        change = await unit_of_work(lambda: sign_in(
            Viewer(None), self.occasion, email=email, password="", recognised=user_id(email)))
        return change.texts["token"]

    async def enter(self, token: str, reference: str) -> str:
        viewer = await self.viewer(token)
        change = await unit_of_work(lambda: switch_tenant(
            viewer, self.occasion, tenant_id=f"ten_{tenant_id(reference)}"))
        return change.texts["token"]

    async def viewer(self, token: str) -> Viewer:
        viewer = await self.sessions.viewer_of(token, self.now)
        await asyncio.sleep(0)  # what is noted beside the request begins
        await settle()
        return viewer

    async def is_open(self, token: str) -> bool:
        try:
            await self.viewer(token)
        except NotSignedIn:
            return False
        return True


@asynccontextmanager
async def house(url: str) -> AsyncIterator[House]:
    async with stored(url), read(url) as database:
        await load_story(START)
        counted = Counted(database)
        try:
            yield House(counted, Sessions(counted))  # type: ignore[arg-type]
        finally:
            await settle()
