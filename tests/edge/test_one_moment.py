"""Who asks and what they read are of one moment: one statement says both, and nothing is told on rights that are over."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
import strawberry

import models
from engine.errors import InvalidCursor, Unavailable
from engine.run import Engine
from models.access import Role
from models.grants import access_changed
from models.sessions import sign_off
from models.transaction import unit_of_work
from resolvers.policy import AccessPolicy
from schema import build_schema
from server.denials import Denials
from server.graphql import Caller, GraphQL
from server.portfolio.story import user_id
from server.rates import Rates
from server.requests import Asked
from server.sessions import OFTEN, Elsewhere, NotSignedIn, Superseded
from server.texts import Registered
from tests.house import House, house

LINKED = "support@brightline.example"
NAMES = "query($after: String) { customers(first: 50, after: $after) { nodes { name mrr { amount } } } }"
Meanwhile = Callable[[], Awaitable[Any]]


@pytest.fixture(scope="session")
async def reading_url(create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return await create_postgres("reading")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/house.sqlite" if request.param == "sqlite" else request.getfixturevalue("reading_url")


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@dataclass
class Reader:
    """Somebody signed in, whose session the server has just seen."""

    house: House
    graphql: GraphQL
    token: str

    async def ask(self, after: str | None = None, tenant: str | None = None) -> dict[str, Any]:
        caller = Caller("test", "http://localhost", tenant=tenant)
        answer = await self.graphql.answer(Asked(NAMES, None, {"after": after}), caller, self.token, legacy=False,
                                           reads_only=True)
        return orjson.loads(answer.body)  # type: ignore[no-any-return]

    async def names(self) -> list[str]:
        answer = await self.ask()
        assert "errors" not in answer, answer
        return sorted(node["name"] for node in answer["data"]["customers"]["nodes"])

    async def session_id(self) -> int:
        return (await self.graphql.sessions.viewer_of(self.token, dt.datetime.now(dt.UTC))).session_id or 0

    def meanwhile(self, change: Meanwhile, times: int = 1) -> None:
        """A change that comes when the next read is about to begin."""
        left = [change] * times

        async def once() -> None:
            if left:
                await left.pop()()
        self.house.database.before_reading = once


@asynccontextmanager
async def reader(url: str, schema: strawberry.Schema, email: str = LINKED) -> AsyncIterator[Reader]:
    async with house(url) as h:
        h.now = dt.datetime.now(dt.UTC)
        engine = Engine(schema._schema, h.database, AccessPolicy())  # type: ignore[arg-type]
        graphql = GraphQL(schema, engine, h.sessions, Registered(1), Rates(10_000, 1_000_000, 1_000_000), Denials())
        r = Reader(h, graphql, await h.sign_in(email))
        assert await r.names()
        h.database.asked = 0
        yield r


async def _unlinked(revoked_at: dt.datetime | None, name: str) -> None:
    """Takes the reader's link to Acme away, or gives it back, and calls Acme something else, all at once."""
    acme = await models.Tenant.get(kind="CUSTOMER", name__in=["Acme Corporation", "Secret"])

    async def work() -> None:
        await models.AccessGrant.filter(user_id=user_id(LINKED), tenant_id=acme.id).update(revoked_at=revoked_at)
        await models.Customer.filter(tenant_id=acme.id).update(name=name)
        await access_changed([user_id(LINKED)])
    await unit_of_work(work)


async def test_a_read_costs_one_statement_while_nobodys_access_changes(url: str, schema: strawberry.Schema) -> None:
    async with reader(url, schema) as r:
        names = await r.names()
        assert all([await r.names() == names for _ in range(4)])
        assert r.house.database.asked == 5


async def test_what_is_hidden_just_before_the_read_is_not_told(url: str, schema: strawberry.Schema) -> None:
    async with reader(url, schema) as r:
        before = await r.names()
        assert "Acme Corporation" in before
        r.house.database.asked = 0
        r.meanwhile(partial(_unlinked, r.house.now, "Secret"))
        try:
            assert await r.names() == [name for name in before if name != "Acme Corporation"]
            assert r.house.database.asked == 3, "the read that came to nothing, who it is, and the read"
            r.meanwhile(partial(_unlinked, None, "Acme Corporation"))
            assert await r.names() == before
        finally:
            await _unlinked(None, "Acme Corporation")


async def test_a_change_while_somebody_is_found_out_anew_counts_as_well(url: str, schema: strawberry.Schema) -> None:
    async with reader(url, schema) as r:
        r.meanwhile(partial(access_changed, [user_id(LINKED)]), times=2)
        assert await r.names()
        assert r.house.database.asked == 5
        r.meanwhile(partial(access_changed, [user_id(LINKED)]), times=20)
        with pytest.raises(Unavailable):
            await r.names()
        assert r.house.database.asked <= 12, "there is an end to it"


async def _ended(r: Reader) -> None:
    await unit_of_work(lambda: sign_off(user_id(LINKED), None, r.house.now))


async def _shut_out(_: Reader) -> None:
    await models.User.filter(id=user_id(LINKED)).update(active=False)


async def _run_out(r: Reader) -> None:
    await models.LoginSession.filter(id=await r.session_id()).update(ends_at=r.house.now)


async def _fallen_silent(r: Reader) -> None:
    await models.LoginSession.filter(id=await r.session_id()).update(last_seen_at=r.house.now - dt.timedelta(minutes=31))


@pytest.mark.parametrize("over", [_ended, _shut_out, _run_out, _fallen_silent])
async def test_a_session_that_is_over_just_before_the_read_opens_nothing(
        url: str, schema: strawberry.Schema, over: Callable[[Reader], Awaitable[None]]) -> None:
    async with reader(url, schema) as r:
        r.meanwhile(partial(over, r))
        try:
            with pytest.raises(NotSignedIn):
                await r.ask()
        finally:
            await models.User.filter(id=user_id(LINKED)).update(active=True)


async def test_of_a_session_that_is_over_nothing_else_is_told(url: str, schema: strawberry.Schema) -> None:
    """What is wrong with a request can be found before the database is asked, but is for people who are signed in."""
    async with reader(url, schema) as r:
        with pytest.raises(InvalidCursor):
            await r.ask(after="nonsense")
        with pytest.raises(Elsewhere):
            await r.ask(tenant="ten_1")
        await _ended(r)
        for wrong in ({"after": "nonsense"}, {"tenant": "ten_1"}):
            with pytest.raises(NotSignedIn):
                await r.ask(**wrong)


async def test_an_acting_session_gives_way_at_once(url: str, schema: strawberry.Schema) -> None:
    async with reader(url, schema, "admin@harbor.example") as r:
        own = r.token
        r.token = await r.house.enter(own, "brightline")
        inside = await r.names()
        r.meanwhile(lambda: r.house.enter(own, "coastal"))
        with pytest.raises(Superseded):
            await r.ask()
        r.token = own
        assert set(await r.names()) > set(inside)


async def test_nobody_is_remembered_beyond_a_grant_that_expires(url: str) -> None:
    async with house(url) as h:
        grants = models.AccessGrant.filter(user_id=user_id(LINKED), role=Role.SUPPORT.name, source="LINKED")
        await grants.update(expires_at=h.now + dt.timedelta(seconds=20))
        await access_changed([user_id(LINKED)])
        try:
            token = await h.sign_in(LINKED)
            await h.viewer(token)
            assert h.sessions.remembered(token, h.now + dt.timedelta(seconds=19))
            assert not h.sessions.remembered(token, h.now + dt.timedelta(seconds=20))
        finally:
            await grants.update(expires_at=None)
            await access_changed([user_id(LINKED)])


async def test_nobody_is_remembered_for_longer_than_their_activity_is(url: str) -> None:
    async with house(url) as h:
        token = await h.sign_in(LINKED)
        assert not h.sessions.remembered(token, h.now), "not before it was seen"
        await h.viewer(token)
        h.now += OFTEN / 2
        await h.viewer(token)
        assert h.sessions.remembered(token, h.now + OFTEN * 0.49)
        assert not h.sessions.remembered(token, h.now + OFTEN / 2), "then it is to be noted again"
        h.now += OFTEN / 2
        await h.viewer(token)
        assert h.sessions.remembered(token, h.now + OFTEN * 0.99)
        assert not h.sessions.remembered(None, h.now)


async def test_an_explanation_is_of_the_read_that_counted(url: str, schema: strawberry.Schema) -> None:
    async with reader(url, schema) as r:
        r.graphql.explains = True
        r.meanwhile(partial(access_changed, [user_id(LINKED)]))
        answer = await r.graphql.answer(Asked(NAMES, explain=True), Caller("test", "http://localhost"), r.token, legacy=False,
                                        reads_only=True)
        told = orjson.loads(answer.body)
        assert r.house.database.asked == 3, "the read that came to nothing, who it is, and the read"
        assert [node["name"] for node in told["data"]["customers"]["nodes"]] == ["Acme Corporation"]
        assert told["extensions"]["explain"]["milliseconds"].keys() == {
            "document", "session", "plan", "database", "finishing", "all"}
