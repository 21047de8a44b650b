"""Doing something with a service: what its status allows, who may, and what it does to the money."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from models.service_actions import STEPS, ServiceAction
from models.services import Service
from tests.servers import Server
from tests.shop import Place, Shop, codes, open_shop
from tests.stored import connected

PORT = "Access port 1G"


@pytest.fixture(scope="module")
async def shop(server: Server) -> Shop:
    return await open_shop(server)


@pytest.fixture
async def pine(shop: Shop) -> Place:
    return await shop.customer()


async def ordered(shop: Shop, place: Place, product: str = PORT, **columns: Any) -> str:
    """A service just ordered, with other columns than it would have where some are given; its id."""
    [service] = (await shop.add(place, product))["services"]
    if columns:
        async with connected(shop.server.database_url):
            await Service.filter(id=int(service["id"][4:])).update(**columns)
    return service["id"]


async def read(shop: Shop, id: str, who: str = "admin") -> dict[str, Any]:
    answer = await shop.person(who).ask(
        "query($id: ID!) { node(id: $id) { ... on Service { status actions { action allowed financialImpact reason } } } }",
        {"id": id})
    return answer["data"]["node"]


async def offered(shop: Shop, id: str, who: str) -> dict[str, str | None]:
    """Of each action, why it is not allowed; None where it is."""
    actions = (await read(shop, id, who))["actions"]
    assert all(each["allowed"] == (each["reason"] is None) for each in actions)
    return {each["action"]: each["reason"] for each in actions}


PARAMS = {"UPGRADE": {"product": "Access port 10G"}, "MODIFY": {"name": "Renamed"}}


@pytest.mark.row("S1.30", "S1.31", "S1.32", "S1.33")
@pytest.mark.parametrize(("who", "may"), [
    ("admin", set(ServiceAction)), ("regular", set(ServiceAction)), ("sales", set()), ("readonly", set()),
    ("support", {ServiceAction.DIAGNOSE, ServiceAction.RESTART})])
async def test_each_role_does_what_it_may_is_told_so_before_and_is_refused_the_rest(
        shop: Shop, pine: Place, who: str, may: set[ServiceAction]) -> None:
    reason = {"support": "SUPPORT_ROLE"}.get(who, "ROLE")
    for action, step in STEPS.items():
        id = await ordered(shop, pine, status=step.states[-1].name)
        told = (await offered(shop, id, who))[action.name]
        answer = await shop.act(id, action.name, by=who, params=PARAMS.get(action.name))
        if action in may:
            assert (told, answer["userErrors"]) == (None, []), action
            assert answer["service"]["id"] == id
            continue
        [error] = answer["userErrors"]
        assert (told, error["code"], error["path"]) == (reason, "FORBIDDEN", ["input", "action"]), action
        assert error["requiredCapability"] == step.needs.name
        assert (answer["service"], answer["auditEntryId"]) == (None, None)


@pytest.mark.row("S1.33")
async def test_creating_upgrading_changing_and_deleting_are_the_actions_that_cost(shop: Shop, pine: Place) -> None:
    actions = (await read(shop, await ordered(shop, pine), "support"))["actions"]
    assert {a["action"] for a in actions if a["financialImpact"]} == {"CREATE", "UPGRADE", "MODIFY", "DELETE"}
    assert not [a for a in actions if a["financialImpact"] and a["allowed"]]


@pytest.mark.row("S1.34")
async def test_whoever_diagnoses_as_support_is_answered_without_the_price(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine)
    answer = await shop.act(id, "DIAGNOSE", by="support")
    assert answer["service"]["monthlyCharge"] is None
    assert answer["service"]["diagnosis"] == "IN_ORDER"
    assert answer["service"]["diagnosedAt"]
    restarted = (await shop.act(id, "RESTART", by="support"))["service"]
    assert (restarted["status"], restarted["restartedAt"] is not None) == ("RUNNING", True)


@pytest.mark.parametrize(("status", "allowed"), [
    ("AVAILABLE", "CREATE, DELETE"), ("PROVISIONING", "DIAGNOSE"), ("RUNNING", "UPGRADE, MODIFY, DELETE, STOP, RESTART, DIAGNOSE"),
    ("STOPPED", "UPGRADE, MODIFY, DELETE, START, DIAGNOSE"), ("FAILED", "DELETE, DIAGNOSE"), ("EXPIRED", "DELETE, DIAGNOSE"),
    ("DELETED", "nothing")])
async def test_a_status_allows_what_it_says_and_refuses_the_rest_by_name(shop: Shop, pine: Place, status: str, allowed: str) -> None:
    id = await ordered(shop, pine, status=status)
    names = allowed.split(", ") if allowed != "nothing" else []
    assert [name for name, why in (await offered(shop, id, "admin")).items() if why is None] == names
    for action in ServiceAction:
        if action.name in names:
            continue
        assert (await offered(shop, id, "admin"))[action.name] == "OBJECT_STATUS"
        [error] = (await shop.act(id, action.name, params=PARAMS.get(action.name)))["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID_STATE", ["input", "action"])
        assert error["message"] == f"The service is {status}, which allows {allowed}."


@pytest.mark.row("S1.15")
async def test_creating_orders_what_was_available(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine, status="AVAILABLE", billing_state="NOT_BILLED", billing_entry_expected_by=None,
                       ordered_at=None, provisioned_at=None)
    await shop.act(await ordered(shop, pine, "Mail archive"), "DELETE")
    service = (await shop.act(id, "CREATE", by=pine.admin))["service"]
    assert (service["status"], service["billingState"]) == ("RUNNING", "PENDING_ENTRY")
    assert (await shop.sums(pine))["summary"]["lastOrderAt"] == service["orderedAt"] is not None


@pytest.mark.row("S1.7")
async def test_an_upgrade_changes_what_is_billed_and_deleting_ends_it(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine, billing_state="BILLED", billing_entry_expected_by=None)
    upgraded = (await shop.act(id, "UPGRADE", params={"product": "Access port 10G"}))["service"]
    assert (upgraded["product"], upgraded["monthlyCharge"]["amount"]) == ("Access port 10G", "900.00")
    assert (await shop.sums(pine))["mrr"] == {"amount": "900.00"}
    await shop.act(id, "STOP")
    assert (await shop.sums(pine))["mrr"] == {"amount": "900.00"}
    deleted = (await shop.act(id, "DELETE"))["service"]
    assert (deleted["status"], deleted["billingState"], deleted["billingEntryExpectedBy"]) == ("DELETED", "ENDED", None)
    sums = await shop.sums(pine)
    assert (sums["mrr"], sums["summary"]["ports"]) == ({"amount": "0.00"}, 0)


async def test_an_upgrade_is_to_a_dearer_product_of_the_same_kind(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine, "Access port 10G")
    for product in (PORT, "Access port 10G", "Dedicated port 10G", "Virtual circuit 5G", "Moon base"):
        assert codes(await shop.act(id, "UPGRADE", params={"product": product})) == [("INVALID", "input.params.product")]
    assert codes(await shop.act(id, "UPGRADE")) == [("REQUIRED", "input.params.product")]
    changed = await shop.act(id, "MODIFY", params={"product": PORT})
    assert (changed["service"]["product"], changed["service"]["monthlyCharge"]["amount"]) == (PORT, "300.00")


async def test_a_change_takes_a_name_and_a_last_day_and_nothing_that_is_not_its_own(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine)
    today = dt.datetime.now(dt.UTC).date()
    changed = (await shop.act(id, "MODIFY", params={"name": " Bergen  BGO1 ", "endsOn": str(today)}))["service"]
    assert (changed["name"], changed["expiresOn"]) == ("Bergen BGO1", str(today))
    assert codes(await shop.act(id, "MODIFY")) == [("REQUIRED", "input.params")]
    wrong = {"name": "--", "endsOn": str(today - dt.timedelta(days=1)), "product": "Disk 1 TB"}
    assert sorted(codes(await shop.act(id, "MODIFY", params=wrong))) == [
        ("INVALID", "input.params.endsOn"), ("INVALID", "input.params.name"), ("INVALID", "input.params.product")]
    assert sorted(codes(await shop.act(id, "RESTART", params=wrong))) == [
        ("INVALID", "input.params.endsOn"), ("INVALID", "input.params.name"), ("INVALID", "input.params.product")]


async def test_nothing_is_done_to_the_services_of_a_customer_that_is_not_active(shop: Shop) -> None:
    place = await shop.customer(status="SUSPENDED")
    async with connected(shop.server.database_url):
        service = await Service.create(tenant_id=place.key, kind="PORT", name="Oslo", name_key="oslo", product=PORT,
                                       status="RUNNING", billing_state="BILLED", monthly_charge_minor=1, currency="EUR")
    assert codes(await shop.act(f"svc_{service.id}", "DELETE")) == [("INVALID_STATE", "input.serviceId")]
    assert set((await offered(shop, f"svc_{service.id}", "regular")).values()) == {"CUSTOMER_STATUS"}


@pytest.mark.row("S1.4")
async def test_services_of_others_and_of_nobody_are_answered_alike(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine)
    for who in ("unlinked", "admin@coastal.example", "contact@globalent.example"):
        answers = [await shop.act(each, "DIAGNOSE", by=who) for each in (id, "svc_4611686018427387904", pine.id, "")]
        assert all(codes(answer) == [("NOT_FOUND", "input.serviceId")] for answer in answers)
        assert all(answer == answers[0] for answer in answers)


async def test_whoever_has_not_seen_the_latest_version_is_told_it(shop: Shop, pine: Place) -> None:
    id = await ordered(shop, pine)
    stopped = (await shop.act(id, "STOP"))["service"]
    refused = await shop.act(id, "DELETE", ifVersion=stopped["version"] - 1)
    assert codes(refused) == [("VERSION_CONFLICT", "options.ifVersion")]
    assert (await shop.act(id, "DELETE", ifVersion=stopped["version"]))["service"]["status"] == "DELETED"
