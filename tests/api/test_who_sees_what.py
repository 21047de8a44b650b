"""For every sign-in of the story: which customers are listed, what is null, and what the answer says of it."""

import pytest

from tests.client import Person
from tests.servers import Server

PAGE = """{ customers(first: 50) { totalCount nodes { name
  mrr { amount currency } summary { ports mrr { amount } }
  contractSummary { total } invoices(first: 1) { totalCount } } } }"""

ACME, GLOBAL, STRASSE = "Acme Corporation", "Global Enterprises", "Straße & Söhne GmbH"
QUIET, SLEEPY = "Quiet Harbour Ltd", "Sleepy but Paying Inc"
DELTA, ECHO, NORTH = "Delta Retail", "Echo Health", "Echo Clinic North"
BRIGHTLINE, COASTAL = "Brightline Partners", "Coastal IT"
OF_BRIGHTLINE = [ACME, GLOBAL, QUIET, SLEEPY, STRASSE]
OF_COASTAL = [DELTA, NORTH, ECHO]
EVERYONE = sorted([BRIGHTLINE, COASTAL, *OF_BRIGHTLINE, *OF_COASTAL], key=str.casefold)

LISTED = {
    "admin@meridian.example": EVERYONE,
    "admin@harbor.example": EVERYONE,
    "sales@harbor.example": EVERYONE,
    "admin@brightline.example": OF_BRIGHTLINE,
    "regular@brightline.example": [ACME, GLOBAL],
    "readonly@brightline.example": [ACME],
    "support@brightline.example": [ACME],
    "unlinked@brightline.example": [],
    "admin@coastal.example": [DELTA, NORTH, ECHO],
    "admin@acmecorp.example": [ACME],
    "contact@globalent.example": [GLOBAL],
}
MONEY = {"mrr": "FINANCIALS_VIEW", "summary": "CUSTOMER_SUMMARY_VIEW", "contractSummary": "CONTRACT_VIEW",
         "invoices": "INVOICE_VIEW"}


@pytest.mark.parametrize("email", LISTED)
@pytest.mark.row("S1.21")
async def test_everybody_lists_exactly_the_customers_they_may_see(story: Server, email: str) -> None:
    answer = await Person(story, email).ask(PAGE)
    assert [c["name"] for c in answer["data"]["customers"]["nodes"]] == LISTED[email]
    assert answer["data"]["customers"]["totalCount"] == len(LISTED[email])
    assert "errors" not in answer


@pytest.mark.parametrize("email", ["admin@brightline.example", "readonly@brightline.example", "admin@acmecorp.example",
                                   "contact@globalent.example", "unlinked@brightline.example"])
@pytest.mark.row("S1.6")
async def test_those_who_may_see_everything_are_told_of_nothing_withheld(story: Server, email: str) -> None:
    answer = await Person(story, email).ask(PAGE)
    assert "extensions" not in answer or "withheld" not in answer["extensions"]
    assert all(c[field] is not None for c in answer["data"]["customers"]["nodes"] for field in MONEY)


@pytest.mark.case(1)
@pytest.mark.row("S1.6", "S1.34")
async def test_support_sees_the_name_and_nothing_beside_it(story: Server) -> None:
    answer = await Person(story, "support@brightline.example").ask(PAGE)
    assert answer["data"]["customers"]["nodes"] == [{"name": ACME, **dict.fromkeys(MONEY)}]
    assert answer["extensions"]["withheld"] == [
        {"path": f"customers.nodes.{field}", "capability": capability, "reason": "SUPPORT_ROLE"}
        for field, capability in MONEY.items()]
    assert "errors" not in answer


@pytest.mark.row("S1.35")
async def test_one_person_sees_the_money_of_one_customer_and_not_of_the_other(story: Server) -> None:
    answer = await Person(story, "regular@brightline.example").ask(PAGE)
    acme, other = answer["data"]["customers"]["nodes"]
    assert acme["mrr"] == {"amount": "1250.00", "currency": "EUR"}
    assert acme["summary"]["ports"] == 3
    assert other == {"name": GLOBAL, **dict.fromkeys(MONEY)}
    assert {(w["path"], w["reason"]) for w in answer["extensions"]["withheld"]} == {
        (f"customers.nodes.{field}", "SUPPORT_ROLE") for field in MONEY}


@pytest.mark.parametrize("email", ["admin@harbor.example", "sales@harbor.example", "admin@meridian.example"])
async def test_invoices_between_others_are_withheld_for_the_tenants_kind(story: Server, email: str) -> None:
    answer = await Person(story, email).ask(PAGE)
    by_name = {c["name"]: c for c in answer["data"]["customers"]["nodes"]}
    assert by_name[ACME]["invoices"] is None
    assert by_name[ACME]["mrr"]["amount"] == "1250.00"
    assert answer["extensions"]["withheld"] == [
        {"path": "customers.nodes.invoices", "capability": "INVOICE_VIEW", "reason": "TENANT_KIND"}]


async def test_nobody_lists_anything_without_signing_in(story: Server) -> None:
    status, _, body = await Person(story).raw(PAGE)
    assert status == 401
    assert b"UNAUTHENTICATED" in body
    assert b"Acme" not in body


@pytest.mark.case(2, 3, 5)
@pytest.mark.row("S1.34")
async def test_aliases_fragments_and_other_routes_hide_the_same(story: Server) -> None:
    answer = await Person(story, "support@brightline.example").ask("""
      query { customers { nodes { a: mrr { amount } ...Money ... on Node { ... on Customer { b: mrr { currency } } }
        services(first: 1) { nodes { monthlyCharge { amount } customer { mrr { amount } } } }
        tenant { customer { mrr { amount } } } } } contracts { totalCount } invoices { totalCount } }
      fragment Money on Customer { c: summary { mrr { formatted } } }""")
    acme = answer["data"]["customers"]["nodes"][0]
    assert (acme["a"], acme["b"], acme["c"], acme["tenant"]) == (None, None, None, {"customer": {"mrr": None}})
    assert acme["services"]["nodes"] == [{"monthlyCharge": None, "customer": {"mrr": None}}]
    assert (answer["data"]["contracts"], answer["data"]["invoices"]) == (None, None)
    assert {w["path"] for w in answer["extensions"]["withheld"]} == {
        "customers.nodes.a", "customers.nodes.b", "customers.nodes.c", "customers.nodes.services.nodes.monthlyCharge",
        "customers.nodes.services.nodes.customer.mrr", "customers.nodes.tenant.customer.mrr", "contracts", "invoices"}


@pytest.mark.case(8)
@pytest.mark.row("S1.34")
async def test_sorting_by_money_puts_withheld_rows_last_by_name(story: Server) -> None:
    query = "{ customers(sort: {key: MRR, direction: DESC}) { nodes { name } } }"
    admin = await Person(story, "admin@brightline.example").ask(query)
    assert [c["name"] for c in admin["data"]["customers"]["nodes"]] == [ACME, GLOBAL, STRASSE, SLEEPY, QUIET]
    regular = await Person(story, "regular@brightline.example").ask(query.replace("DESC", "ASC"))
    assert [c["name"] for c in regular["data"]["customers"]["nodes"]] == [ACME, GLOBAL]


@pytest.mark.case(35)
@pytest.mark.row("S1.4", "S2.9", "S2.10")
async def test_ids_of_others_and_of_nobody_give_the_same_bytes(story: Server) -> None:
    everyone = await Person(story, "admin@meridian.example").ask("{ customers { nodes { id name tenant { id parent { id } } } } }")
    ids = {c["name"]: c for c in everyone["data"]["customers"]["nodes"]}
    query = """query($id: ID!, $ten: ID!) { node(id: $id) { id } customer(id: $id) { id name } tenant(id: $ten) { id }
      nodes(ids: [$id, $ten]) { id } tenantTree(root: $ten) { name } contracts(customer: $id) { totalCount } }"""
    viewer = Person(story, "admin@brightline.example")
    absent = await viewer.raw(query, {"id": "cus_4611686018427387905", "ten": "ten_4611686018427387905"})
    sibling, stranger = ids[COASTAL], ids[DELTA]
    for other in (sibling, stranger):
        hidden = await viewer.raw(query, {"id": other["id"], "ten": other["tenant"]["id"]})
        assert (hidden[0], hidden[2]) == (absent[0], absent[2])
    ancestor = await viewer.raw(query, {"id": "cus_4611686018427387905", "ten": ids[BRIGHTLINE]["tenant"]["parent"]["id"]})
    assert ancestor[2] == absent[2]
    seen = await viewer.ask(query, {"id": ids[ACME]["id"], "ten": ids[ACME]["tenant"]["id"]})
    assert seen["data"]["customer"]["name"] == ACME
