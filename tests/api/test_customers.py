"""The customer list and one customer: columns, admin, search, orders, pages (S1.6-S1.15, S2.27-S2.28, S4.84-S4.88)."""

import pytest

from tests.client import Person
from tests.servers import Server

ADMIN = "admin@brightline.example"


async def acme(story: Server, fields: str, email: str = ADMIN) -> dict:
    answer = await Person(story, email).ask(f"{{ customers(search: \"acme\") {{ nodes {{ {fields} }} }} }}")
    assert "errors" not in answer, answer
    return answer["data"]["customers"]["nodes"][0]


@pytest.mark.row("S1.7", "S1.8", "S1.9", "S1.10", "S1.11", "S1.14")
async def test_the_six_columns_count_what_is_provisioned_and_billed(story: Server) -> None:
    found = await acme(story, """summary { mrr { amount currency } mrrPendingEntry { amount } ports virtualCircuits cloudConnections
        lastOrderAt lastActivityAt } mrr { amount }
        services(first: 100) { nodes { kind status billingState cloudConnection billingEntryExpectedBy monthlyCharge { amount } } }""")
    services = found["services"]["nodes"]
    billed = [s for s in services if s["billingState"] == "BILLED"]
    pending = [s for s in services if s["billingState"] == "PENDING_ENTRY"]
    assert found["mrr"]["amount"] == found["summary"]["mrr"]["amount"] == "1250.00"
    assert sum(round(float(s["monthlyCharge"]["amount"]) * 100) for s in billed) == 125000
    assert len(pending) == 1
    assert pending[0]["kind"] == "PORT"
    assert pending[0]["billingEntryExpectedBy"]
    assert found["summary"]["mrrPendingEntry"]["amount"] == pending[0]["monthlyCharge"]["amount"]
    assert [found["summary"][c] for c in ("ports", "virtualCircuits", "cloudConnections")] == [3, 5, 2]
    hosted = [s for s in services if s["cloudConnection"] == "HOSTED_CONNECTION"]
    dedicated = [s for s in services if s["cloudConnection"] == "DEDICATED_PORT"]
    assert {s["kind"] for s in hosted} == {"VIRTUAL_CIRCUIT"}
    assert {s["kind"] for s in dedicated} == {"PORT"}
    assert found["summary"]["lastOrderAt"] is not None


@pytest.mark.row("S1.6", "S1.7", "S1.8", "S1.9", "S1.10", "S1.11", "S1.12", "S1.14", "S1.34")
async def test_support_gets_all_six_columns_withheld_and_the_services_without_their_price(story: Server) -> None:
    fields = ["mrr { amount }", "ports", "virtualCircuits", "cloudConnections", "lastActivityAt", "lastOrderAt",
              "mrrPendingEntry { amount }"]
    for field in fields:
        asked = f"name summary {{ {field} }}"
        assert (await acme(story, asked))["summary"] is not None
        assert await acme(story, asked, "support@brightline.example") == {"name": "Acme Corporation", "summary": None}
    found = await acme(story, "services(first: 1) { nodes { name monthlyCharge { amount } } }", "support@brightline.example")
    assert found["services"]["nodes"][0]["name"]
    assert found["services"]["nodes"][0]["monthlyCharge"] is None


@pytest.mark.row("S2.27", "S2.28")
async def test_the_primary_admin_is_the_active_admin_invited_first(story: Server) -> None:
    found = await acme(story, "primaryAdmin { email displayName active homeTenant { name } }")
    assert found["primaryAdmin"]["email"] == "admin@acmecorp.example"
    assert found["primaryAdmin"]["homeTenant"] == {"name": "Acme Corporation"}
    support = await acme(story, "primaryAdmin { email }", "support@brightline.example")
    assert support == {"primaryAdmin": {"email": "admin@acmecorp.example"}}
    asked = "query($id: ID!) { customer(id: $id) { primaryAdmin { email } } }"
    for email in ("admin@coastal.example", "unlinked@brightline.example"):
        assert (await Person(story, email).ask(asked, {"id": (await acme(story, "id"))["id"]}))["data"] == {"customer": None}


@pytest.mark.parametrize(("search", "expected"), [
    ("STRASSE", ["Straße & Söhne GmbH"]), ("straße", ["Straße & Söhne GmbH"]), ("cor", ["Acme Corporation"]),
    ("  GLOBAL  ent", ["Global Enterprises"]), ("%", []), ("no such", []), ("_", []),
])
@pytest.mark.case(106)
async def test_search_finds_part_of_a_name_whatever_its_case(story: Server, search: str, expected: list[str]) -> None:
    answer = await Person(story, ADMIN).ask("query($s: String) { customers(search: $s) { totalCount nodes { name } } }", {"s": search})
    assert [c["name"] for c in answer["data"]["customers"]["nodes"]] == expected
    assert answer["data"]["customers"]["totalCount"] == len(expected)


@pytest.mark.parametrize("search", [None, "", "   "])
async def test_clearing_the_search_shows_all(story: Server, search: str | None) -> None:
    answer = await Person(story, ADMIN).ask("query($s: String) { customers(search: $s) { totalCount } }", {"s": search})
    assert answer["data"]["customers"]["totalCount"] == 5


@pytest.mark.parametrize("key", ["NAME", "MRR", "LAST_ACTIVITY", "LAST_ORDER", "CREATED_AT", "STATUS"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_of_every_order_join_to_the_whole_list_both_ways(story: Server, key: str, direction: str) -> None:
    query = """query($after: String, $before: String, $first: Int, $last: Int, $sort: CustomerSort) {
      customers(sort: $sort, first: $first, last: $last, after: $after, before: $before) {
        edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    viewer, sort = Person(story, "admin@harbor.example"), {"key": key, "direction": direction}

    async def page(**arguments: object) -> dict:
        answer = await viewer.ask(query, {"sort": sort, **arguments})
        return answer["data"]["customers"]

    whole = [e["node"]["name"] for e in (await page(first=100))["edges"]]
    assert len(whole) == 10
    forwards: list[str] = []
    cursor = None
    while True:
        found = await page(first=3, after=cursor)
        forwards += [e["node"]["name"] for e in found["edges"]]
        cursor = found["pageInfo"]["endCursor"]
        assert cursor == found["edges"][-1]["cursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert forwards == whole
    backwards: list[str] = []
    cursor = None
    while True:
        found = await page(last=3, before=cursor)
        backwards = [e["node"]["name"] for e in found["edges"]] + backwards
        cursor = found["pageInfo"]["startCursor"]
        if not found["pageInfo"]["hasPreviousPage"]:
            break
    assert backwards == whole


async def test_the_default_order_is_by_name_without_regard_to_case(story: Server) -> None:
    answer = await Person(story, "admin@harbor.example").ask("{ customers { nodes { name } } }")
    names = [c["name"] for c in answer["data"]["customers"]["nodes"]]
    assert names == sorted(names, key=str.casefold)


async def test_page_sizes_out_of_range_say_what_fits(story: Server) -> None:
    for arguments in ("first: 0", "first: 101", "last: -1", "first: 3, last: 3"):
        answer = await Person(story, ADMIN).ask(f"{{ customers({arguments}) {{ totalCount nodes {{ id }} }} }}")
        assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST", arguments
        assert "customers" in answer["errors"][0]["message"]


async def test_a_cursor_that_is_none_of_ours_is_told_so(story: Server) -> None:
    for cursor in ("", "x", "5b5d", "bm9uZQ==", "\\u0000"):
        answer = await Person(story, ADMIN).ask(f"{{ customers(after: \"{cursor}\") {{ nodes {{ id }} }} }}")
        assert answer["errors"][0]["extensions"]["code"] in ("INVALID_CURSOR", "BAD_REQUEST"), cursor


@pytest.mark.row("S1.4", "S1.6")
async def test_a_list_that_may_be_short_says_why(story: Server) -> None:
    query = "{ customerListNotices { code message } }"
    codes = {email: [n["code"] for n in (await Person(story, email).ask(query))["data"]["customerListNotices"]]
             for email in (ADMIN, "sales@harbor.example", "unlinked@brightline.example", "regular@brightline.example")}
    assert codes == {ADMIN: [], "sales@harbor.example": [], "unlinked@brightline.example": ["NOT_ADMIN_LIST_IS_LIMITED"],
                     "regular@brightline.example": ["NOT_ADMIN_LIST_IS_LIMITED", "HIDE_INACTIVE_NOT_EVALUATED",
                                                    "COLUMNS_WITHHELD_SUPPORT"]}


async def test_a_suspended_customer_says_so(story: Server) -> None:
    answer = await Person(story, "admin@coastal.example").ask(
        '{ customers(search: "echo health") { nodes { name status statusReason statusChangedAt } } }')
    assert [(c["status"], c["statusReason"]) for c in answer["data"]["customers"]["nodes"]] == [("SUSPENDED", "PAYMENT")]


async def test_money_is_formatted_for_the_readers_language(story: Server) -> None:
    found = await acme(story, 'mrr { en: formatted de: formatted(locale: "de-DE") nowhere: formatted(locale: "xx") }')
    assert found["mrr"] == {"en": "€1,250.00", "de": "1.250,00\N{NO-BREAK SPACE}€", "nowhere": "€1,250.00"}


@pytest.mark.row("S2.1")
async def test_one_query_reads_the_whole_page(story: Server) -> None:
    found = await acme(story, """id version updatedAt phone status tenant { id name depth } primaryAdmin { displayName }
      contracts { nodes { number status customer { name } } } contractSummary { total byStatus { status count } hasMore }
      invoices(first: 3) { nodes { number total { amount } issuer { name } } } invoiceSummary { groups { status count } }
      users { totalCount nodes { email } } services(first: 2) { totalCount nodes { name } }""")
    assert found["phone"] == "+1-555-0789"
    assert found["tenant"]["depth"] == 1
    assert found["contracts"]["nodes"][0]["customer"] == {"name": "Acme Corporation"}
    assert found["users"]["totalCount"] >= 1
