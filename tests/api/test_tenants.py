"""The tenant tree: what each viewer sees of it, cut at their own tenant (S2.7-S2.10, S4.95-S4.96)."""

import pytest

from tests.client import Person
from tests.servers import Server

TREE = """{ tenantTree { name kind depth parent { name } children { nodes { name kind depth parent { name }
  children { nodes { name depth ancestors { name } customer { name } children { nodes { name depth } } } } } } } }"""


def names(connection: dict) -> list[str]:
    return [node["name"] for node in connection["nodes"]]


@pytest.mark.row("S2.7")
async def test_a_distributor_sees_three_tiers(story: Server) -> None:
    tree = (await Person(story, "admin@harbor.example").ask(TREE))["data"]["tenantTree"]
    assert (tree["name"], tree["depth"], tree["parent"]) == ("Harbor Distribution", 0, None)
    assert [(r["name"], r["kind"], r["depth"]) for r in tree["children"]["nodes"]] == [
        ("Brightline Partners", "RESELLER", 1), ("Coastal IT", "RESELLER", 1)]
    brightline = tree["children"]["nodes"][0]["children"]
    assert names(brightline) == ["Acme Corporation", "Global Enterprises", "Quiet Harbour Ltd", "Sleepy but Paying Inc",
                                 "Straße & Söhne GmbH"]
    assert brightline["nodes"][0]["ancestors"] == [{"name": "Harbor Distribution"}, {"name": "Brightline Partners"}]
    assert {c["depth"] for c in brightline["nodes"]} == {2}


@pytest.mark.case(43)
@pytest.mark.row("S2.8", "S2.9")
async def test_a_reseller_sees_two_tiers_and_no_distributor(story: Server) -> None:
    tree = (await Person(story, "admin@brightline.example").ask(TREE))["data"]["tenantTree"]
    assert (tree["name"], tree["depth"], tree["parent"]) == ("Brightline Partners", 0, None)
    assert len(tree["children"]["nodes"]) == 5
    assert {c["parent"]["name"] for c in tree["children"]["nodes"]} == {"Brightline Partners"}


@pytest.mark.row("S2.10")
async def test_a_reseller_sees_no_other_reseller(story: Server) -> None:
    answer = await Person(story, "admin@brightline.example").ask(TREE)
    assert "Coastal" not in str(answer)
    assert "Harbor" not in str(answer)


@pytest.mark.row("S2.7", "S2.8")
async def test_a_linked_person_sees_only_linked_customers_beneath_their_tenant(story: Server) -> None:
    tree = (await Person(story, "regular@brightline.example").ask(TREE))["data"]["tenantTree"]
    assert (tree["name"], names(tree["children"])) == ("Brightline Partners", ["Acme Corporation", "Global Enterprises"])


@pytest.mark.case(43)
@pytest.mark.row("S2.7", "S2.8", "S2.9")
async def test_a_customer_sees_itself_alone(story: Server) -> None:
    tree = (await Person(story, "admin@acmecorp.example").ask(TREE))["data"]["tenantTree"]
    assert (tree["name"], tree["parent"], tree["children"]["nodes"]) == ("Acme Corporation", None, [])


async def test_an_agencys_sub_account_stands_beneath_it(story: Server) -> None:
    tree = (await Person(story, "admin@coastal.example").ask(TREE))["data"]["tenantTree"]
    echo = next(c for c in tree["children"]["nodes"] if c["name"] == "Echo Health")
    assert names(echo["children"]) == ["Echo Clinic North"]
    answer = await Person(story, "admin@coastal.example").ask(
        '{ customers(search: "echo") { nodes { name subAccounts { totalCount nodes { name } } } } }')
    assert answer["data"]["customers"]["nodes"] == [
        {"name": "Echo Clinic North", "subAccounts": {"totalCount": 0, "nodes": []}},
        {"name": "Echo Health", "subAccounts": {"totalCount": 1, "nodes": [{"name": "Echo Clinic North"}]}}]


async def test_children_can_be_asked_for_by_kind(story: Server) -> None:
    answer = await Person(story, "admin@meridian.example").ask("""{ tenantTree { isMasterBillingEntity kind
      children(kind: DISTRIBUTOR) { nodes { name isMasterBillingEntity } } none: children(kind: CUSTOMER) { totalCount } } }""")
    assert answer["data"]["tenantTree"] == {
        "isMasterBillingEntity": True, "kind": "PLATFORM", "none": {"totalCount": 0},
        "children": {"nodes": [{"name": "Harbor Distribution", "isMasterBillingEntity": False}]}}


async def test_only_those_who_may_see_people_see_a_tenants_people(story: Server) -> None:
    query = "{ tenantTree { users(role: ADMIN) { nodes { email homeTenant { name } } } } }"
    mine = await Person(story, "unlinked@brightline.example").ask(query)
    assert mine["data"]["tenantTree"]["users"]["nodes"] == [
        {"email": "admin@brightline.example", "homeTenant": {"name": "Brightline Partners"}}]
