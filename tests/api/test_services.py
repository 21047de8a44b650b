"""Services of a customer: what they are, what they cost, and to whom that is told (S1.7-S1.11, S1.30-S1.34)."""

import pytest

from tests.client import Person
from tests.servers import Server

SERVICES = """{ customers(search: "acme") { nodes { services(first: 100) { totalCount nodes {
  id name kind status product billingState cloudConnection monthlyCharge { amount currency } customer { name } } } } } }"""


async def services(story: Server, email: str) -> list[dict]:
    answer = await Person(story, email).ask(SERVICES)
    return answer["data"]["customers"]["nodes"][0]["services"]["nodes"]


@pytest.mark.row("S1.7", "S1.31")
async def test_services_come_by_name_with_what_they_cost(story: Server) -> None:
    found = await services(story, "admin@brightline.example")
    assert [s["name"] for s in found] == sorted((s["name"] for s in found), key=str.casefold)
    assert {s["customer"]["name"] for s in found} == {"Acme Corporation"}
    assert all(s["monthlyCharge"]["currency"] == "EUR" for s in found if s["billingState"] == "BILLED")


async def test_kind_and_status_narrow_them(story: Server) -> None:
    everything = await services(story, "admin@brightline.example")
    answer = await Person(story, "admin@brightline.example").ask("""{ customers(search: "acme") { nodes {
      ports: services(first: 100, kind: [PORT]) { nodes { id } } running: services(first: 100, status: [RUNNING]) { totalCount } } } }""")
    found = answer["data"]["customers"]["nodes"][0]
    assert {s["id"] for s in found["ports"]["nodes"]} == {s["id"] for s in everything if s["kind"] == "PORT"}
    assert found["running"]["totalCount"] == sum(s["status"] == "RUNNING" for s in everything)


@pytest.mark.row("S1.34")
async def test_support_sees_the_same_services_and_no_price(story: Server) -> None:
    seen, priced = await services(story, "support@brightline.example"), await services(story, "readonly@brightline.example")
    assert [{**s, "monthlyCharge": None} for s in priced] == seen
    assert any(s["monthlyCharge"] for s in priced)


async def test_a_service_opens_by_its_id_for_those_who_see_its_customer_only(story: Server) -> None:
    service = (await services(story, "admin@brightline.example"))[0]
    query = "query($id: ID!) { node(id: $id) { id ... on Service { name } } }"
    mine = await Person(story, "admin@acmecorp.example").ask(query, {"id": service["id"]})
    assert mine["data"]["node"] == {"id": service["id"], "name": service["name"]}
    for stranger in ("contact@globalent.example", "unlinked@brightline.example", "admin@coastal.example"):
        assert (await Person(story, stranger).ask(query, {"id": service["id"]}))["data"] == {"node": None}
