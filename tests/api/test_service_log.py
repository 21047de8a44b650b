"""Where it is written down that a service was ordered or removed: with the customer, by name, and not with the partner."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from models import AuditEntry, Event, User
from tests.api.test_switch_tenant import switch
from tests.client import Person
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected

LOG = """{ activityLog(first: 50) { nodes { action resource summary actorEmail onBehalf actorHomeTenant { name }
  tenant { id } } } }"""


@pytest.fixture(scope="module")
async def shop(server: Server) -> Shop:
    return await open_shop(server)


@pytest.fixture
async def pine(shop: Shop) -> Place:
    return await shop.customer()


async def log_of(person: Person, place: Place) -> list[dict[str, Any]] | None:
    answer = await person.ask("query($id: ID!) { customer(id: $id) " + LOG + " }", {"id": place.id})
    log = answer["data"]["customer"]["activityLog"]
    return log and log["nodes"]


async def log_of_partner(shop: Shop) -> list[dict[str, Any]]:
    answer = await shop.person("admin").ask("{ viewer { currentTenant " + LOG + " } }")
    return answer["data"]["viewer"]["currentTenant"]["activityLog"]["nodes"]


@pytest.mark.row("S1.45", "S1.46", "S1.47", "S1.39")
@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
async def test_what_a_partner_does_for_a_customer_is_in_the_customers_log_and_not_in_the_partners(
        shop: Shop, pine: Place, inside: bool) -> None:
    email = shop.people["regular"]
    if inside:
        switched = await switch(shop.person("regular"), pine.id.replace("cus_", "ten_"))
        shop.people["acting"], shop.server.tokens["acting"] = "acting", switched["token"]
    who = "acting" if inside else "regular"
    [service] = (await shop.add(pine, {"product": "Access port 1G", "name": "Oslo"}, by=who))["services"]
    await shop.act(service["id"], "DELETE", by=who)
    deleted, added = await log_of(shop.person(pine.admin), pine) or []
    assert (added["action"], added["summary"]) == ("addServices", f"ordered Oslo for {pine.name}")
    assert (deleted["action"], deleted["summary"]) == ("serviceAction", f"deleted Oslo of {pine.name}")
    for line in (added, deleted):
        assert (line["actorEmail"], line["onBehalf"], line["resource"]) == (email, True, service["id"])
        assert line["tenant"] == {"id": pine.id.replace("cus_", "ten_")}
        assert "300" not in line["summary"]
    assert service["id"] not in {line["resource"] for line in await log_of_partner(shop)}


@pytest.mark.row("S1.45", "S1.46")
async def test_what_the_customers_own_people_do_is_not_on_behalf(shop: Shop, pine: Place) -> None:
    await shop.add(pine, "Mail archive", by=pine.admin)
    [line] = await log_of(shop.person("admin"), pine) or []
    assert (line["actorEmail"], line["onBehalf"], line["actorHomeTenant"]) == (pine.admin, False, {"name": pine.name})


@pytest.mark.row("S1.45")
@pytest.mark.parametrize("who", ["regular", "readonly", "support"])
async def test_the_log_is_for_those_who_may_audit(shop: Shop, pine: Place, who: str) -> None:
    await shop.add(pine, "Mail archive")
    assert await log_of(shop.person(who), pine) is None


@pytest.mark.row("S1.46")
async def test_the_address_stays_in_the_log_when_the_person_has_another_one(shop: Shop, pine: Place) -> None:
    place = await shop.customer()
    await shop.add(place, "Mail archive", by=place.admin)
    async with connected(shop.server.database_url):
        await User.filter(email=place.admin).update(email="new@pine.example", active=False)
    [line] = await log_of(shop.person("admin"), place) or []
    assert line["actorEmail"] == place.admin


@pytest.mark.case(29)
@pytest.mark.row("S1.33", "S1.34")
async def test_the_audit_trail_names_the_service_and_keeps_no_price(shop: Shop, pine: Place) -> None:
    added = await shop.add(pine, "Access port 1G", by="regular", reason="by phone")
    service = added["services"][0]["id"]
    upgraded = await shop.act(service, "UPGRADE", params={"product": "Access port 10G"})
    async with connected(shop.server.database_url):
        entries = [await AuditEntry.get(id=int(each["auditEntryId"][4:])) for each in (added, upgraded)]
    assert [entry.operation for entry in entries] == ["addServices", "serviceAction"]
    assert (entries[0].reason, entries[0].tenant_id) == ("by phone", pine.key)
    assert orjson.loads(entries[1].before)["product"] == "Access port 1G"
    assert orjson.loads(entries[1].after)["product"] == "Access port 10G"
    for entry in entries:
        assert not [text for text in ("300", "900", "minor", "EUR") if text in f"{entry.before} {entry.after}"]


async def test_adding_and_deleting_a_service_is_told_to_those_who_listen(shop: Shop, pine: Place) -> None:
    [service] = (await shop.add(pine, {"product": "Access port 1G", "name": "Oslo"}, by="regular"))["services"]
    await shop.act(service["id"], "STOP")
    await shop.act(service["id"], "DELETE", by=pine.admin)
    async with connected(shop.server.database_url):
        events = await Event.filter(about=service["id"]).order_by("id")
        emails = [(await User.get(id=event.actor_id)).email for event in events]
    assert [event.kind for event in events] == ["SERVICE_PROVISIONED", "SERVICE_DELETED"]
    assert emails == [shop.people["regular"], pine.admin]
    assert {event.tenant_id for event in events} == {pine.key}
    assert events[1].facts == {"name": "Oslo", "kind": "PORT", "product": "Access port 1G", "status": "DELETED"}
