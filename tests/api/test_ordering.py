"""Ordering services: what becomes of a product, who may, and how it shows in the columns of the customer list."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from tests.api.test_switch_tenant import switch
from tests.client import Person
from tests.servers import Server
from tests.shop import Place, Shop, codes, open_shop

PORT, CIRCUIT, DEDICATED, HOSTED = "Access port 1G", "Virtual circuit 1G", "Dedicated port 10G", "Hosted connection 500M"


@pytest.fixture(scope="module")
async def shop(server: Server) -> Shop:
    return await open_shop(server)


@pytest.fixture
async def pine(shop: Shop) -> Place:
    return await shop.customer()


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.row("S1.8", "S1.30")
async def test_a_product_without_a_provider_runs_at_once_and_waits_to_be_billed(shop: Shop, pine: Place) -> None:
    answer = await shop.add(pine, {"product": PORT, "name": "Oslo OSL1"}, by="regular")
    [service] = answer["services"]
    assert answer["userErrors"] == []
    assert (service["name"], service["product"], service["kind"]) == ("Oslo OSL1", PORT, "PORT")
    assert (service["status"], service["billingState"]) == ("RUNNING", "PENDING_ENTRY")
    assert service["monthlyCharge"] == {"amount": "300.00", "currency": "EUR"}
    provisioned = _moment(service["provisionedAt"])
    assert service["orderedAt"] == service["provisionedAt"]
    assert service["billingEntryExpectedBy"] == str((provisioned + dt.timedelta(days=15)).date())
    summary = answer["customer"]["summary"]
    assert (summary["mrr"], summary["mrrPendingEntry"]) == ({"amount": "0.00"}, {"amount": "300.00", "currency": "EUR"})


async def test_what_is_free_is_never_billed(shop: Shop, pine: Place) -> None:
    [service] = (await shop.add(pine, "Private network"))["services"]
    assert (service["status"], service["billingState"], service["billingEntryExpectedBy"]) == ("RUNNING", "NOT_BILLED", None)
    [gone] = [(await shop.act(service["id"], "DELETE"))["service"]]
    assert (gone["status"], gone["billingState"]) == ("DELETED", "NOT_BILLED")


@pytest.mark.row("S1.9", "S1.10", "S1.11")
async def test_the_columns_count_what_is_provisioned_and_a_cloud_connection_counts_twice(shop: Shop, pine: Place) -> None:
    answer = await shop.add(pine, PORT, CIRCUIT, CIRCUIT, HOSTED, "Mail archive")
    assert [s["status"] for s in answer["services"]] == ["RUNNING", "RUNNING", "RUNNING", "PROVISIONING", "RUNNING"]
    assert [s["cloudConnection"] for s in answer["services"]] == [None, None, None, "HOSTED_CONNECTION", None]

    async def counts() -> tuple[int, int, int]:
        summary = (await shop.sums(pine))["summary"]
        return summary["ports"], summary["virtualCircuits"], summary["cloudConnections"]
    assert await counts() == (1, 2, 0)
    await shop.act(answer["services"][1]["id"], "STOP")
    assert await counts() == (1, 2, 0)
    await shop.act(answer["services"][0]["id"], "DELETE")
    assert await counts() == (0, 2, 0)
    refused = await shop.sums(pine, by="support")
    assert refused["summary"] is None


@pytest.mark.row("S1.14", "S1.15")
@pytest.mark.parametrize("who", ["own admin", "regular", "regular inside"])
async def test_orders_by_the_customer_and_by_the_partner_both_move_the_last_order(shop: Shop, pine: Place, who: str) -> None:
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    assert (await shop.sums(pine))["summary"]["lastOrderAt"] is None
    if who == "regular inside":
        await _inside(shop, pine, "regular", "Mail archive")
    else:
        await shop.add(pine, "Mail archive", by=pine.admin if who == "own admin" else who)
    assert _moment((await shop.sums(pine))["summary"]["lastOrderAt"]) >= before


@pytest.mark.row("S1.15")
async def test_an_order_of_what_was_available_moves_the_last_order_and_an_upgrade_does_not(shop: Shop, pine: Place) -> None:
    [service] = (await shop.add(pine, PORT))["services"]
    await shop.act(service["id"], "UPGRADE", params={"product": "Access port 10G"})
    assert (await shop.sums(pine))["summary"]["lastOrderAt"] == service["orderedAt"]


@pytest.mark.row("S1.12", "S1.13")
async def test_only_the_customers_own_people_move_its_last_activity(shop: Shop, pine: Place) -> None:
    async def last() -> str | None:
        return (await shop.sums(pine))["summary"]["lastActivityAt"]
    await shop.add(pine, "Mail archive", by="regular")
    await _inside(shop, pine, "regular", "Mail archive")
    assert await last() is None
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    await shop.person(pine.admin).token()  # signs in, and does no more
    at = await last()
    assert at and _moment(at) >= before


async def _inside(shop: Shop, place: Place, who: str, product: str) -> Person:
    """Orders as somebody who has entered the customer."""
    switched = await switch(shop.person(who), place.id.replace("cus_", "ten_"))
    inside = Person(shop.server, token=switched["token"])
    shop.people["inside"], shop.server.tokens["inside"] = "inside", switched["token"]
    assert (await shop.add(place, product, by="inside"))["userErrors"] == []
    return inside


@pytest.mark.row("S1.30", "S1.31", "S1.33", "S1.39")
@pytest.mark.parametrize(("who", "refused"), [
    ("admin", None), ("regular", None), ("own", None), ("sales", "FORBIDDEN"), ("readonly", "FORBIDDEN"),
    ("support", "FORBIDDEN"), ("unlinked", "NOT_FOUND"), ("admin@coastal.example", "NOT_FOUND")])
async def test_regular_and_admins_order_and_nobody_else(shop: Shop, pine: Place, who: str, refused: str | None) -> None:
    answer = await shop.add(pine, "Mail archive", by=pine.admin if who == "own" else who)
    if refused is None:
        assert len(answer["services"]) == 1
        return
    assert (answer["services"], answer["customer"], answer["auditEntryId"]) == (None, None, None)
    [error] = answer["userErrors"]
    needed = "SERVICE_MANAGE" if refused == "FORBIDDEN" else None
    assert (error["code"], error["path"], error["requiredCapability"]) == (refused, ["input", "customerId"], needed)
    assert (await shop.stored(pine))[1] == []


@pytest.mark.row("S1.4")
async def test_a_hidden_customer_and_none_are_answered_alike(shop: Shop, pine: Place) -> None:
    answers = [await shop.add(Place(id, "", ""), PORT, by="unlinked")
               for id in (pine.id, "cus_4611686018427387904", pine.id.replace("cus", "ten"), "")]
    assert all(answer == answers[0] for answer in answers)


async def test_all_that_is_wrong_with_an_order_is_told_at_once(shop: Shop, pine: Place) -> None:
    yesterday = str((dt.datetime.now(dt.UTC) - dt.timedelta(days=1)).date())
    answer = await shop.add(pine, "Moon base", {"product": PORT, "name": "x" * 201}, {"product": PORT, "endsOn": yesterday},
                            ifVersion=1)
    assert codes(answer) == [("INVALID", "options.ifVersion"), ("INVALID", "input.products.0.product"),
                             ("INVALID", "input.products.1.name"), ("INVALID", "input.products.2.endsOn")]
    assert codes(await shop.add(pine)) == codes(await shop.add(pine, *[PORT] * 51)) == [("INVALID", "input.products")]
    assert (await shop.stored(pine))[1] == []


async def test_nothing_is_sold_in_a_currency_without_a_price(shop: Shop) -> None:
    place = await shop.customer("CHF")
    assert codes(await shop.add(place, PORT)) == [("INVALID", "input.products.0.product")]
    yen = await shop.customer("JPY")
    [service] = (await shop.add(yen, PORT))["services"]
    assert service["monthlyCharge"] == {"amount": "48000", "currency": "JPY"}


@pytest.mark.parametrize("status", ["SUSPENDED", "INACTIVE", "PENDING_DELETION"])
async def test_a_customer_that_is_not_active_gets_nothing_new(shop: Shop, status: str) -> None:
    place = await shop.customer(status=status)
    assert codes(await shop.add(place, PORT)) == [("INVALID_STATE", "input.customerId")]


async def test_a_rehearsal_orders_nothing_and_a_key_orders_once(shop: Shop, pine: Place) -> None:
    rehearsed = await shop.add(pine, PORT, CIRCUIT, dryRun=True)
    assert [s["product"] for s in rehearsed["services"]] == [PORT, CIRCUIT]
    assert rehearsed["customer"]["summary"]["ports"] == 1
    assert (await shop.stored(pine))[1] == []
    key = f"order {pine.id}"
    first, again = [await shop.add(pine, PORT, CIRCUIT, idempotencyKey=key) for _ in range(2)]
    assert first == again
    assert len((await shop.stored(pine))[1]) == 2


@pytest.mark.row("S1.7", "S1.8")
async def test_orders_at_the_same_moment_are_all_in_the_sums(shop: Shop, pine: Place) -> None:
    answers = await asyncio.gather(*(shop.add(pine, PORT, by=who) for who in ("admin", "regular", pine.admin) * 4))
    assert all(answer["userErrors"] == [] for answer in answers)
    await asyncio.gather(*(shop.act(answer["services"][0]["id"], action) for answer, action in
                           zip(answers, ("DELETE", "STOP", "RESTART", "DIAGNOSE") * 3, strict=True)))
    customer, services = await shop.stored(pine)
    assert len(services) == 12
    assert customer.ports == 9
    assert customer.mrr_pending_minor == 9 * 300_00
    assert customer.mrr_minor == 0


async def test_what_can_be_ordered_is_told_with_its_price_to_whoever_may_order(shop: Shop, pine: Place) -> None:
    query = """query($id: ID!) { customer(id: $id) { products { name kind cloudConnection setUpHours
      monthlyCharge { amount currency } } } }"""

    async def listed(who: str) -> list[dict] | None:
        return (await shop.person(who).ask(query, {"id": pine.id}))["data"]["customer"]["products"]
    products = {product["name"]: product for product in await listed("regular") or []}
    assert products[HOSTED] == {"name": HOSTED, "kind": "VIRTUAL_CIRCUIT", "cloudConnection": "HOSTED_CONNECTION",
                                "setUpHours": 1, "monthlyCharge": {"amount": "180.00", "currency": "EUR"}}
    assert products[PORT]["setUpHours"] == 0
    assert await listed("support") is None
    assert await listed("readonly") is None
