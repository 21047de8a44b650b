"""Rights that are taken away while a request is on its way: it is answered by those that are left."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from models import AccessGrant, ApiKey, User
from models.access import GrantSource
from models.events import EventKind
from models.grants import access_changed
from models.sessions import sign_off
from models.transaction import unit_of_work
from tests.api.feeding import REPORT, branch, health, make_key, report
from tests.api.test_links import LINK, Desk
from tests.client import Person, sign_in
from tests.live import happen, listening
from tests.servers import Server
from tests.shop import ADD, codes, open_shop
from tests.stored import connected

#: Until a change that nobody holds up would be made three times over.
A_WHILE = 0.5
HARBOR, PORT = "admin@harbor.example", "Access port 1G"
LINKS = "query($id: ID!) { customer(id: $id) { accessGrants(source: LINKED) { nodes { id user { email } } } } }"


async def asked_meanwhile(server: Server, revoke: Callable[[], Awaitable[None]],
                          asked: Callable[[], Coroutine[Any, Any, dict[str, Any]]]) -> dict[str, Any]:
    """The answer to what is asked after somebody took a right away, and before that is committed."""
    asking: asyncio.Task[dict[str, Any]] | None = None

    async def work() -> None:
        nonlocal asking
        await revoke()
        asking = asyncio.create_task(asked())
        await asyncio.sleep(A_WHILE)

    async with connected(server.database_url):
        await unit_of_work(work)
    assert asking is not None
    return await asking


def code_of(answer: dict[str, Any], server: Server) -> str:
    """Why nothing was done. Beside a SQLite file that another process writes, it may be that the tries ran out."""
    found = [error["code"] for payload in (answer.get("data") or {}).values() for error in payload["userErrors"]] + \
        [error["extensions"]["code"] for error in answer.get("errors", ())]
    assert len(found) == 1, answer
    return "" if found == ["UNAVAILABLE"] and server.database_url.startswith("sqlite") else found[0]


@pytest.mark.case(48)
async def test_who_is_unlinked_while_they_order_orders_nothing(server: Server) -> None:
    shop = await open_shop(server)
    place, regular = await shop.customer(), shop.person("regular")
    assert not (await shop.add(place, PORT, by="regular"))["userErrors"]

    async def unlink() -> None:
        user = await User.get(email=regular.email)
        links = AccessGrant.filter(user_id=user.id, tenant_id=place.key, source=GrantSource.LINKED.name)
        await links.update(revoked_at=dt.datetime.now(dt.UTC))
        await access_changed([user.id])

    order = {"input": {"customerId": place.id, "products": [{"product": PORT}]}}
    answer = await asked_meanwhile(server, unlink, lambda: regular.ask(ADD, order))
    assert code_of(answer, server) in ("", "NOT_FOUND")
    assert len((await shop.stored(place))[1]) == 1


@pytest.mark.case(48, 65)
async def test_what_another_session_orders_while_the_password_is_changed_is_not_ordered(server: Server) -> None:
    shop = await open_shop(server)
    place, email = await shop.customer(), shop.people["regular"]
    other = Person(server, token=await sign_in(server, email))

    async def changed() -> None:
        user, now = await User.get(email=email), dt.datetime.now(dt.UTC)
        await sign_off(user.id, None, now)
        await access_changed([user.id])

    order = {"input": {"customerId": place.id, "products": [{"product": PORT}]}}
    answer = await asked_meanwhile(server, changed, lambda: other.ask(ADD, order))
    assert code_of(answer, server) in ("", "UNAUTHENTICATED")
    assert (await shop.stored(place))[1] == []


@pytest.mark.case(48, 76)
async def test_a_key_that_is_revoked_while_it_reports_reports_nothing(server: Server) -> None:
    own, harbor = await branch(server), Person(server, HARBOR)
    made = await make_key(harbor, own.tenant("c1"), "SOURCE_DATA_REPORT")
    machine = Person(server, token=made["secret"])
    assert not (await report(machine, own.tenant("c1"), usage="SUCCESS"))["userErrors"]

    async def revoke() -> None:
        await ApiKey.filter(id=int(made["apiKey"]["id"][4:])).update(revoked_at=dt.datetime.now(dt.UTC))

    answer = await asked_meanwhile(server, revoke, lambda: machine.ask(REPORT, {"input": {
        "tenantId": own.tenant("c1"), "feeds": [{"name": "usage", "status": "FAILED"}]}}))
    assert code_of(answer, server) in ("", "UNAUTHENTICATED")
    assert (await health(harbor, own.customer("c1")))["own"] == "SUCCESS"


@pytest.mark.case(50)
async def test_what_a_subscription_tells_after_a_role_is_lowered_is_what_the_lower_role_sees(server: Server) -> None:
    shop = await open_shop(server)
    place, admin, regular = await shop.customer(), shop.person("admin"), shop.person("regular")
    nodes = (await admin.ask(LINKS, {"id": place.id}))["data"]["customer"]["accessGrants"]["nodes"]
    [grant] = [each["id"] for each in nodes if each["user"]["email"] == regular.email]
    async with listening(regular, variables={"ids": [place.id], "kinds": ["UPDATED"]}) as stream:
        await happen(server, EventKind.UPDATED, place.id)
        assert (await stream.told())["customer"]["mrr"] is not None
        assert not (await Desk(admin, server).change(grant, "SUPPORT"))["userErrors"]
        await happen(server, EventKind.UPDATED, place.id)
        assert (await stream.told())["customer"] == {"id": place.id, "name": place.name, "mrr": None}


@pytest.mark.case(48)
async def test_whoever_gives_up_their_own_link_is_not_kept_from_it(server: Server) -> None:
    own, harbor, sales = await branch(server), Person(server, HARBOR), Person(server, "sales@harbor.example")
    me = (await sales.ask("{ viewer { user { id } } }"))["data"]["viewer"]["user"]["id"]
    linked = await harbor.ask(LINK, {"input": {"customerId": own.customer("reseller"), "userId": me, "role": "ADMIN"}})
    grant = linked["data"]["linkUser"]["grant"]["id"]
    assert not (await Desk(sales, server).unlink(grant))["userErrors"]
    assert codes(await Desk(sales, server).unlink(grant)) == [("FORBIDDEN", "input.grantId")]
