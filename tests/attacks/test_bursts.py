"""What happens elsewhere, however much of it, changes nothing of what somebody is told."""

from __future__ import annotations

import datetime as dt

import pytest

from models.events import EventKind, announce
from models.transaction import settle, unit_of_work
from server.live.feed import ROOM
from tests.attacks.belongings import unlinked
from tests.live import EVENTS, happen, listening
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected


async def burst(server: Server, kind: EventKind, customer: int) -> None:
    """More of it at once than a subscriber may leave waiting, as a month's run brings it about."""
    async def all_of_it() -> None:
        for _ in range(ROOM + 20):
            await announce(kind, customer, dt.datetime.now(dt.UTC))
    async with connected(server.database_url):
        await unit_of_work(all_of_it)
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
