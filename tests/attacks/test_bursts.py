"""What happens elsewhere, however much of it, changes nothing of what somebody is told."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Notification, Tenant
from models.events import EventKind, announce, tell_company
from models.records import new_id
from models.transaction import settle, unit_of_work
from models.wall import EVERYWHERE
from server.live.feed import ROOM
from tests.attacks.belongings import unlinked
from tests.live import EVENTS, happen, listening
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected

#: Tries of a long change to a SQLite file that the server writes to meanwhile.
PATIENT = 30


async def burst(server: Server, kind: EventKind, customer: int) -> None:
    """More of it at once than a subscriber may leave waiting, as a month's run brings it about."""
    async def all_of_it() -> None:
        for _ in range(ROOM + 20):
            await announce(kind, customer, dt.datetime.now(dt.UTC))
    async with connected(server.database_url):
        await unit_of_work(all_of_it, tries=PATIENT)
        await settle()


@pytest.mark.case(49, 82)
async def test_no_burst_of_what_is_hidden_ends_a_subscription(server: Server) -> None:
    shop, other = await open_shop(server), await open_shop(server)
    pine, beside, elsewhere = await shop.customer(), await shop.customer(), await other.customer()
    await unlinked(shop, beside.key)
    async with (listening(shop.person("support"), EVENTS) as support, listening(shop.person(pine.admin), EVENTS) as inside):
        await burst(server, EventKind.UPDATED, elsewhere.key)  # of another branch
        await burst(server, EventKind.UPDATED, beside.key)  # of a customer to whom they are not linked
        await burst(server, EventKind.ACCESS_CHANGED, pine.key)  # of a kind that is told to others
        await happen(server, EventKind.UPDATED, pine.id)
        for told in (await support.told(), await inside.told()):
            assert (told["kind"], told["customer"]["id"]) == ("UPDATED", pine.id)


@pytest.mark.case(49, 82)
async def test_no_burst_of_hidden_notifications_ends_the_subscription_to_them(server: Server) -> None:
    shop = await open_shop(server)
    pine, beside = await shop.customer(), await shop.customer()
    await unlinked(shop, beside.key)

    async def written(company: int, customer: int, n: int, *, for_admins: bool = False) -> None:
        for _ in range(n):
            now = dt.datetime.now(dt.UTC)
            one = Notification(tenant_id=customer, told_id=company, event_key=new_id(), kind=EventKind.SOURCE_DATA_CHANGED.name,
                               for_admins=for_admins, title="x", about=None, at=now)
            await one.number()
            await tell_company(company, now, about=f"ntf_{one.id}")

    text = "subscription { notifications { customer { id } } }"
    async with listening(shop.person("support"), text) as support, connected(server.database_url):
        company = (await Tenant.get(name=shop.name)).id
        await unit_of_work(lambda: written(company, beside.key, ROOM + 20), within=EVERYWHERE, tries=PATIENT)
        await unit_of_work(lambda: written(company, pine.key, ROOM + 20, for_admins=True), within=EVERYWHERE, tries=PATIENT)
        await unit_of_work(lambda: written(company, pine.key, 1), within=EVERYWHERE, tries=PATIENT)
        await settle()
        told = await support.next()
        assert told and told.get("data") == {"notifications": {"customer": {"id": pine.id}}}, told
