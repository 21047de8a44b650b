"""The dashboard on which "View" opens a customer's portal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_switch_tenant import ACME, anew, entered
from tests.client import Person
from tests.servers import Server
from tests.shop import open_shop

DASHBOARD = """query($name: String!) { customers(search: $name) { nodes { name serviceStatus { status count }
  dashboard { serviceStatus { status count } users recentActivity { summary actorEmail } } } } }"""


async def dashboard(person: Person, name: str) -> dict[str, Any]:
    answer = await person.ask(DASHBOARD, {"name": name})
    [customer] = [each for each in answer["data"]["customers"]["nodes"] if each["name"] == name]
    assert customer["serviceStatus"] == customer["dashboard"]["serviceStatus"]
    return customer["dashboard"]


@pytest.mark.row("S1.38")
async def test_view_opens_the_customers_dashboard_as_its_own_people_see_it(server: Server) -> None:
    inside = await entered(await anew(server, "admin@brightline.example"), ACME)
    seen = await dashboard(inside, ACME)
    assert seen == await dashboard(Person(server, "admin@acmecorp.example"), ACME)
    assert {"status": "RUNNING", "count": 8} in seen["serviceStatus"]
    assert seen["users"] >= 1


@pytest.mark.row("S1.38", "S1.39")
async def test_support_sees_services_and_people_on_it_and_not_the_log(server: Server) -> None:
    inside = await entered(await anew(server, "support@brightline.example"), ACME)
    seen = await dashboard(inside, ACME)
    assert seen["recentActivity"] is None
    assert seen["serviceStatus"] and seen["users"]


@pytest.mark.row("S1.38", "S1.45")
async def test_it_tells_the_latest_that_was_done_in_the_account(server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    for _ in range(6):
        [service] = (await shop.add(place, "Mail archive", by="regular"))["services"]
        await shop.act(service["id"], "DELETE", by="regular")
    await shop.add(place, {"product": "Access port 1G", "name": "Oslo"}, by="regular")
    seen = await dashboard(shop.person("admin"), place.name)
    assert len(seen["recentActivity"]) == 10
    assert seen["recentActivity"][0] == {"summary": f"ordered Oslo for {place.name}", "actorEmail": shop.people["regular"]}
    assert seen["serviceStatus"] == [{"status": "DELETED", "count": 6}, {"status": "RUNNING", "count": 1}]
    assert seen["users"] == 1
