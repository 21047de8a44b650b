"""What the calendar does to services: set-up ends, billing begins on the 15th day at the latest, last days pass.

On servers of their own, for the calendar turns for everybody there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from models import Event, Service
from tests.scheduling import DATABASES
from tests.servers import Server
from tests.shop import SERVICE, Place, Shop, open_shop
from tests.stored import connected
from tests.ticking import tick

PORT, HOSTED = "Access port 1G", "Hosted connection 500M"
JOBS = ("billing-entry", "service-dates", "set-up-service")
MIDNIGHT = dt.timedelta(hours=1)  # the jobs of a day have run by then


@pytest.fixture(scope="module", params=DATABASES)
async def shop(request: pytest.FixtureRequest, serve: Callable[..., Awaitable[Server]],
               tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder: Path = tmp_path_factory.mktemp("calendar")
    url = f"sqlite://{folder}/tenantry.sqlite" if request.param == "sqlite" else \
        await request.getfixturevalue("create_postgres")("calendar")
    return await open_shop(await serve(url))


@pytest.fixture
async def pine(shop: Shop) -> Place:
    return await shop.customer()


async def on_day(shop: Shop, days: int) -> None:
    """Turns the calendar to the first hour of so many days from today, in UTC."""
    day = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=days) + MIDNIGHT
    await tick(shop.server, max(day, dt.datetime.now(dt.UTC)), *JOBS)


async def read(shop: Shop, id: str, who: str = "admin") -> dict[str, Any]:
    answer = await shop.person(who).ask(f"query($id: ID!) {{ node(id: $id) {{ ... on Service {{ {SERVICE} }} }} }}", {"id": id})
    return answer["data"]["node"]


async def ordered(shop: Shop, place: Place, product: str = PORT, **columns: Any) -> str:
    [service] = (await shop.add(place, product))["services"]
    if columns:
        async with connected(shop.server.database_url):
            await Service.filter(id=int(service["id"][4:])).update(**columns)
    return service["id"]


@pytest.mark.row("S1.7", "S1.8")
async def test_a_new_service_enters_billing_on_day_15_and_is_in_the_mrr_from_then_on(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine)
    for day, state, mrr, pending in ((0, "PENDING_ENTRY", "0.00", "300.00"), (14, "PENDING_ENTRY", "0.00", "300.00"),
                                     (15, "BILLED", "300.00", "0.00"), (16, "BILLED", "300.00", "0.00")):
        await on_day(shop, day)
        service, sums = await read(shop, id), await shop.sums(pine)
        assert (service["billingState"], sums["mrr"]["amount"]) == (state, mrr), day
        assert (sums["summary"]["mrr"]["amount"], sums["summary"]["mrrPendingEntry"]["amount"]) == (mrr, pending), day
        assert (service["billingEntryExpectedBy"] is None) == (state == "BILLED")
    seen = await shop.sums(pine, by="support")
    assert (seen["mrr"], seen["summary"]) == (None, None)
    assert (await read(shop, id, "support"))["monthlyCharge"] is None


@pytest.mark.row("S1.8")
async def test_an_entry_that_was_missed_is_made_up_for(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine, billing_entry_expected_by=dt.datetime.now(dt.UTC).date() - dt.timedelta(days=4))
    await on_day(shop, 0)
    assert (await read(shop, id))["billingState"] == "BILLED"
    assert (await shop.sums(pine))["mrr"]["amount"] == "300.00"


@pytest.mark.row("S1.8")
async def test_what_is_deleted_while_it_waits_is_never_billed(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine)
    await shop.act(id, "DELETE")
    await on_day(shop, 16)
    assert (await read(shop, id))["billingState"] == "ENDED"
    sums = await shop.sums(pine)
    assert (sums["mrr"]["amount"], sums["summary"]["mrrPendingEntry"]["amount"]) == ("0.00", "0.00")


@pytest.mark.row("S1.10", "S1.11")
async def test_a_hosted_connection_counts_as_circuit_and_as_cloud_once_its_provider_has_set_it_up(
        shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine, HOSTED)

    async def counted() -> tuple[str, str, int, int]:
        service, summary = await read(shop, id), (await shop.sums(pine))["summary"]
        return service["status"], service["billingState"], summary["virtualCircuits"], summary["cloudConnections"]
    now = dt.datetime.now(dt.UTC)
    await tick(shop.server, now + dt.timedelta(minutes=50), *JOBS)
    assert await counted() == ("PROVISIONING", "NOT_BILLED", 0, 0)
    await tick(shop.server, now + dt.timedelta(minutes=61), *JOBS)
    assert await counted() == ("RUNNING", "PENDING_ENTRY", 1, 1)
    service = await read(shop, id)
    provisioned = dt.datetime.fromisoformat(service["provisionedAt"])
    assert service["billingEntryExpectedBy"] == str((provisioned + dt.timedelta(days=15)).date())
    async with connected(shop.server.database_url):
        events = await Event.filter(about=id, kind="SERVICE_PROVISIONED")
    assert [event.facts["status"] for event in events] == ["RUNNING"]


@pytest.mark.row("S1.9")
async def test_a_service_ends_with_its_last_day_and_is_billed_no_longer(shop: Shop, pine: Place) -> None:
    today = dt.datetime.now(dt.UTC).date()
    id = await ordered(shop, pine, billing_state="BILLED", billing_entry_expected_by=None,
                       expires_on=today + dt.timedelta(days=3))
    for day, status, billing in ((3, "RUNNING", "BILLED"), (4, "EXPIRED", "ENDED")):
        await on_day(shop, day)
        service = await read(shop, id)
        assert (service["status"], service["billingState"]) == (status, billing), day
    sums = await shop.sums(pine)
    assert (sums["mrr"]["amount"], sums["summary"]["ports"]) == ("0.00", 0)
