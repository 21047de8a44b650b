"""Contracts of a customer in numbers and in order (S2.33-S2.37)."""

from tests.client import Person
from tests.servers import Server

SUMMARY = """{ customers(search: "acme") { nodes { id contractSummary { total byStatus { status count } hasMore
  firstThree { id number status value { amount } } } contracts { totalCount nodes { number status startsOn } } } } }"""


async def test_contracts_are_counted_by_status(story: Server) -> None:
    acme = (await Person(story, "admin@brightline.example").ask(SUMMARY))["data"]["customers"]["nodes"][0]
    summary = acme["contractSummary"]
    assert summary["total"] == 4
    assert {g["status"]: g["count"] for g in summary["byStatus"]} == {"ACTIVE": 2, "DRAFT": 1, "EXPIRED": 1}
    assert sum(g["count"] for g in summary["byStatus"]) == summary["total"]


async def test_the_first_three_are_live_ones_first_and_the_same_as_the_default_page(story: Server) -> None:
    acme = (await Person(story, "admin@brightline.example").ask(SUMMARY))["data"]["customers"]["nodes"][0]
    first_three = [c["number"] for c in acme["contractSummary"]["firstThree"]]
    assert [c["status"] for c in acme["contractSummary"]["firstThree"]] == ["ACTIVE", "ACTIVE", "DRAFT"]
    assert first_three == [c["number"] for c in acme["contracts"]["nodes"]]
    assert acme["contractSummary"]["hasMore"] is True
    starts = [c["startsOn"] for c in acme["contracts"]["nodes"] if c["status"] == "ACTIVE"]
    assert starts == sorted(starts, reverse=True)


async def test_each_opens_by_its_id_and_all_by_the_customers(story: Server) -> None:
    viewer = Person(story, "admin@brightline.example")
    acme = (await viewer.ask(SUMMARY))["data"]["customers"]["nodes"][0]
    contract = acme["contractSummary"]["firstThree"][0]
    one = await viewer.ask("query($id: ID!) { node(id: $id) { ... on Contract { number customer { name } } } }", {"id": contract["id"]})
    assert one["data"]["node"] == {"number": contract["number"], "customer": {"name": "Acme Corporation"}}
    full = await viewer.ask("query($id: ID!) { contracts(customer: $id) { totalCount nodes { status } } }", {"id": acme["id"]})
    assert [c["status"] for c in full["data"]["contracts"]["nodes"]] == ["ACTIVE", "ACTIVE", "DRAFT", "EXPIRED"]
    active = await viewer.ask("query($id: ID!) { contracts(customer: $id, status: [ACTIVE]) { totalCount } }", {"id": acme["id"]})
    assert active["data"]["contracts"]["totalCount"] == 2


async def test_support_sees_no_contract_by_any_way(story: Server) -> None:
    admin, support = Person(story, "admin@brightline.example"), Person(story, "support@brightline.example")
    acme = (await admin.ask(SUMMARY))["data"]["customers"]["nodes"][0]
    contract = acme["contractSummary"]["firstThree"][0]["id"]
    answer = await support.ask("""query($id: ID!, $customer: ID!) { node(id: $id) { id } contracts(customer: $customer) { totalCount }
      customer(id: $customer) { contracts { totalCount } contractSummary { total } } }""", {"id": contract, "customer": acme["id"]})
    assert answer["data"] == {"node": None, "contracts": None, "customer": {"contracts": None, "contractSummary": None}}


async def test_a_customer_sees_its_own_contracts(story: Server) -> None:
    answer = await Person(story, "admin@acmecorp.example").ask(SUMMARY)
    assert answer["data"]["customers"]["nodes"][0]["contractSummary"]["total"] == 4
