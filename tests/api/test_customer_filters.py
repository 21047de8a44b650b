"""Narrowing the customer list: search, filters, dormant customers, and criteria told back (S1.16-S1.20, S2.12-S2.14, S5.57-S5.65)."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import orjson
import pytest

from engine.run import Engine
from models import Customer, Tenant
from models.access import GrantSource, Role, TenantKind
from models.viewers import Grant, Viewer
from resolvers.policy import AccessPolicy
from schema import build_schema
from tests.client import Person
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected, read

ADMIN, SUPPORT, COASTAL = "admin@brightline.example", "support@brightline.example", "admin@coastal.example"
HARBOR, REGULAR, ACME_ADMIN = "admin@harbor.example", "regular@brightline.example", "admin@acmecorp.example"
ACME, GLOBAL, QUIET, SLEEPY, STRASSE = ("Acme Corporation", "Global Enterprises", "Quiet Harbour Ltd", "Sleepy but Paying Inc",
                                        "Straße & Söhne GmbH")
ALL = [ACME, GLOBAL, QUIET, SLEEPY, STRASSE]
LIST = """query($filter: CustomerFilter, $search: String, $hide: Boolean, $sort: CustomerSort) {
  customers(filter: $filter, search: $search, hideInactive: $hide, sort: $sort, first: 100) {
    totalCount hiddenInactiveCount appliedFilters { key label value } nodes { id name } } }"""


async def listed(server: Server, email: str, filter: Any = None, **more: Any) -> dict[str, Any]:
    answer = await Person(server, email).ask(LIST, {"filter": filter, **more})
    assert "errors" not in answer, answer
    return answer["data"]["customers"]


async def names(server: Server, email: str, filter: Any = None, **more: Any) -> list[str]:
    found = await listed(server, email, filter, **more)
    assert found["totalCount"] == len(found["nodes"])
    return [customer["name"] for customer in found["nodes"]]


@pytest.mark.row("S4.84", "S4.86", "S4.87", "S5.57")
@pytest.mark.parametrize(("search", "expected"), [
    ("acme", [ACME]), ("ACME corp", [ACME]), ("corp acme", [ACME]), ("rat me", [ACME]), ("söhne STRASSE", [STRASSE]),
    ("but paying sleepy", [SLEEPY]), ("acme global", []), ("e", [ACME, GLOBAL, QUIET, SLEEPY, STRASSE]), ("a e", ALL),
])
async def test_every_word_of_a_search_is_part_of_the_name_in_any_order_and_case(story: Server, search: str, expected: list[str]) -> None:
    assert await names(story, ADMIN, search=search) == expected
    assert await names(story, SUPPORT, search=search) == [name for name in expected if name == ACME]
    assert await names(story, COASTAL, search=search) == [
        name for name in await names(story, COASTAL) if all(word.casefold() in name.casefold() for word in search.split())]


@pytest.mark.row("S4.85", "S4.88")
async def test_a_search_narrows_as_one_types_and_an_empty_one_shows_all(story: Server) -> None:
    word = "global"
    found = [await names(story, ADMIN, search=word[:n]) for n in range(len(word) + 1)]
    assert found[0] == ALL
    assert found[-1] == [GLOBAL]
    assert all(set(longer) <= set(shorter) for shorter, longer in itertools.pairwise(found))
    assert await names(story, SUPPORT, search="glob") == []


@pytest.mark.row("S2.12", "S2.14", "S5.59", "S5.60")
@pytest.mark.parametrize(("filter", "expected"), [
    ({}, ALL), (None, ALL), ({"name": "HARBOUR"}, [QUIET]), ({"name": "no such"}, []), ({"status": ["ACTIVE"]}, ALL),
    ({"status": ["SUSPENDED", "INACTIVE"]}, []), ({"status": []}, []), ({"kind": ["CUSTOMER"]}, ALL), ({"kind": ["RESELLER"]}, []),
    ({"countryOrRegion": ["DE"]}, [STRASSE]), ({"countryOrRegion": ["US", "GB"]}, [ACME, GLOBAL, QUIET, SLEEPY]), ({"countryOrRegion": []}, []),
    ({"onboarding": ["COMPLETED"]}, [ACME]), ({"onboarding": ["IN_PROGRESS"]}, [GLOBAL, STRASSE]),
    ({"onboarding": ["NOT_STARTED"], "status": ["ACTIVE"]}, [QUIET]),
    ({"or": [{"name": "acme"}, {"name": "global"}]}, [ACME, GLOBAL]), ({"or": []}, []), ({"and": []}, ALL),
    ({"and": [{"name": "e"}, {"not": {"name": "acme"}}]}, [GLOBAL, QUIET, SLEEPY, STRASSE]),
    ({"not": {"or": [{"name": "acme"}, {"name": "global"}]}}, [QUIET, SLEEPY, STRASSE]), ({"not": {}}, []),
])
async def test_criteria_join_by_and_or_and_not(story: Server, filter: Any, expected: list[str]) -> None:
    assert await names(story, ADMIN, filter) == expected
    assert await names(story, SUPPORT, filter) == [name for name in expected if name == ACME]
    assert set(expected) & set(await names(story, COASTAL, filter)) == set()


@pytest.mark.row("S2.14", "S5.59")
async def test_the_list_is_filtered_by_status_and_by_kind_as_far_as_its_viewer_sees(story: Server) -> None:
    for filter, expected in (({"status": ["SUSPENDED"]}, ["Echo Health"]), ({"status": ["SUSPENDED"], "name": "acme"}, []),
                             ({"kind": ["RESELLER"]}, ["Brightline Partners", "Coastal IT"])):
        assert await names(story, HARBOR, filter) == expected
        assert await names(story, COASTAL, filter) == [name for name in expected if name == "Echo Health"]
        assert await names(story, ADMIN, filter) == await names(story, SUPPORT, filter) == []
    of_harbor = await names(story, HARBOR)
    assert await names(story, HARBOR, {"status": ["ACTIVE"]}) == [name for name in of_harbor if name != "Echo Health"]


@pytest.mark.row("S2.12")
async def test_customers_are_picked_by_their_ids_and_hidden_ones_are_as_if_there_were_none(story: Server) -> None:
    ids = {customer["name"]: customer["id"] for customer in (await listed(story, HARBOR))["nodes"]}
    wanted = [ids[ACME], ids["Delta Retail"], "cus_4611686018427387905", "nonsense"]
    assert await names(story, HARBOR, {"ids": wanted}) == [ACME, "Delta Retail"]
    assert await names(story, ADMIN, {"ids": wanted}) == [ACME]
    assert await names(story, ADMIN, {"not": {"ids": wanted}}) == [GLOBAL, QUIET, SLEEPY, STRASSE]


@pytest.mark.row("S2.13")
async def test_the_list_is_filtered_by_source_data(story: Server) -> None:
    assert STRASSE in await names(story, ADMIN, {"sourceData": ["FAILED"]})
    assert ACME not in await names(story, ADMIN, {"sourceData": ["FAILED"]})
    assert "Brightline Partners" in await names(story, HARBOR, {"sourceData": ["FAILED"]})
    assert await names(story, SUPPORT, {"sourceData": ["FAILED"]}) == []


@pytest.mark.row("S5.58", "S5.63")
async def test_the_list_is_filtered_by_services_and_products(story: Server) -> None:
    asked = "{ customers(first: 100) { nodes { name services(first: 100) { nodes { name product status billingState } } } } }"
    told = (await Person(story, HARBOR).ask(asked))["data"]["customers"]["nodes"]
    for criterion, field in (("services", "name"), ("productSubscriptions", "product")):
        found = {c["name"]: {s[field] for s in c["services"]["nodes"] if s["status"] != "DELETED" and (
            criterion == "services" or s["billingState"] != "ENDED")} for c in told}
        for value in sorted(found[ACME])[:3] + sorted(found["Delta Retail"])[:2]:
            given = {criterion: [value.upper() if criterion == "services" else value, "no such"]}
            for email in (HARBOR, ADMIN, SUPPORT, COASTAL):
                assert await names(story, email, given) == [n for n in await names(story, email) if value in found[n]]
        assert await names(story, HARBOR, {criterion: ["no such"]}) == []
        assert await names(story, HARBOR, {criterion: []}) == []


@pytest.mark.row("S5.64", "S5.65")
async def test_criteria_are_told_one_by_one_and_put_together_again_are_the_filter(story: Server) -> None:
    filter = {"name": "e", "status": ["ACTIVE"], "countryOrRegion": ["DE", "US", "GB"], "dormant": False,
              "or": [{"name": "acme"}, {"not": {"ids": ["cus_4611686018427387905"]}}]}
    found = await listed(story, ADMIN, filter, search="o", hide=True)
    told = {each["key"]: each["value"] for each in found["appliedFilters"]}
    assert told == {**filter, "search": "o", "hideInactive": True}
    assert all(each["label"] for each in found["appliedFilters"])
    again = await listed(story, ADMIN, {key: told[key] for key in filter}, search=told["search"], hide=told["hideInactive"])
    assert again == found
    for key in filter:
        less = {name: value for name, value in filter.items() if name != key}
        without = await listed(story, ADMIN, less, search="o", hide=True)
        assert {each["key"] for each in without["appliedFilters"]} == {*less, "search", "hideInactive"}
        assert {c["name"] for c in found["nodes"]} <= {c["name"] for c in without["nodes"]}
    answer = await Person(story, SUPPORT).ask("query($f: CustomerFilter!) { appliedFilters(filter: $f) { key value } }", {"f": filter})
    assert {each["key"]: each["value"] for each in answer["data"]["appliedFilters"]} == filter
    assert (await Person(story).ask("query($f: CustomerFilter!) { appliedFilters(filter: $f) { key } }", {"f": filter}))["errors"]


@pytest.mark.row("S5.65")
async def test_a_criterion_written_into_the_document_is_told_like_one_in_a_variable(story: Server) -> None:
    answer = await Person(story, ADMIN).ask(
        """query($part: String, $none: Boolean) { customers(filter: {name: $part, tags: ["a", "b"], dormant: $none, status: [ACTIVE],
           or: [{name: $part}]}) { appliedFilters { key value } } }""", {"part": 'a"b', "none": None})
    assert {each["key"]: each["value"] for each in answer["data"]["customers"]["appliedFilters"]} == {
        "name": 'a"b', "tags": ["a", "b"], "status": ["ACTIVE"], "or": [{"name": 'a"b'}]}


async def test_a_filter_of_too_many_criteria_is_refused_and_says_how_many_it_may_have(story: Server) -> None:
    answer = await Person(story, ADMIN).ask(LIST, {"filter": {"or": [{"name": str(n)} for n in range(60)]}})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "50" in answer["errors"][0]["message"]


@pytest.mark.row("S5.57")
async def test_a_search_of_too_many_words_is_refused_and_says_how_many_it_may_have(story: Server) -> None:
    assert await names(story, ADMIN, search=" ".join("e" * 12)) == ALL
    answer = await Person(story, ADMIN).ask(LIST, {"search": " ".join("e" * 13)})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "12 words" in answer["errors"][0]["message"]


# -- dormant customers

@pytest.mark.row("S1.16")
async def test_inactive_customers_are_hidden_and_counted(story: Server) -> None:
    found = await listed(story, ADMIN, hide=True)
    assert [customer["name"] for customer in found["nodes"]] == [ACME, GLOBAL, SLEEPY, STRASSE]
    assert found["hiddenInactiveCount"] == 1
    assert (await listed(story, ADMIN))["hiddenInactiveCount"] is None
    assert await names(story, ADMIN, {"dormant": True}) == [QUIET]
    assert await names(story, ADMIN, {"dormant": False}) == [ACME, GLOBAL, SLEEPY, STRASSE]
    assert await names(story, COASTAL, {"dormant": True}) == []


@pytest.mark.row("S1.16", "S1.34")
async def test_whoever_may_not_see_the_mrr_keeps_everybody_listed_and_is_told_so(server: Server) -> None:
    support = Person(server, SUPPORT)
    answer = await support.ask("{ customers(hideInactive: true, first: 100) { hiddenInactiveCount nodes { name isDormant } } "
                               "customerListNotices { code } }")
    assert {"name": ACME, "isDormant": None} in answer["data"]["customers"]["nodes"]
    assert answer["data"]["customers"]["hiddenInactiveCount"] == 0
    assert "HIDE_INACTIVE_NOT_EVALUATED" in {notice["code"] for notice in answer["data"]["customerListNotices"]}
    assert ("customers.nodes.isDormant", "FINANCIALS_VIEW", "SUPPORT_ROLE") in {
        (each["path"], each["capability"], each["reason"]) for each in answer["extensions"]["withheld"]}
    for wanted in (True, False):
        assert ACME not in await names(server, SUPPORT, {"dormant": wanted})
    notices = await Person(server, ADMIN).ask("{ customerListNotices { code } }")
    assert notices["data"]["customerListNotices"] == []


MINUTE = dt.timedelta(minutes=1)
MONTH = dt.timedelta(days=30)
DORMANT = "query($id: ID!) { customer(id: $id) { isDormant } }"


@pytest.fixture(scope="module")
async def shop(server: Server) -> Shop:
    return await open_shop(server)


@pytest.fixture(scope="module")
async def pine(shop: Shop) -> Place:
    return await shop.customer()


async def said(shop: Shop, pine: Place, who: str, **columns: Any) -> tuple[bool | None, bool]:
    """What is told of a customer whose row is such: `isDormant`, and whether it is left out as inactive."""
    async with connected(shop.server.database_url):
        await Customer.filter(id=pine.key).update(**columns)
    person = shop.person(who)
    left = await person.ask("{ customers(hideInactive: true) { nodes { id } } }")
    answer = await person.ask(DORMANT, {"id": pine.id})
    return answer["data"]["customer"]["isDormant"], pine.id not in {c["id"] for c in left["data"]["customers"]["nodes"]}


@pytest.mark.row("S1.17", "S1.18", "S1.19", "S1.20")
@pytest.mark.parametrize(("order", "activity", "mrr"), list(itertools.product([True, False], repeat=3)))
async def test_a_customer_is_dormant_only_if_all_three_hold(shop: Shop, pine: Place, order: bool, activity: bool, mrr: bool) -> None:
    """Each is on the far side of its limit where it is True; on the near side, a minute less than 30 days or a cent, else."""
    now = dt.datetime.now(dt.UTC)
    row = {"last_order_at": now - MONTH + (-MINUTE if order else MINUTE), "mrr_minor": 0 if mrr else 1,
           "last_activity_at": now - MONTH + (-MINUTE if activity else MINUTE)}
    dormant = order and activity and mrr
    assert await said(shop, pine, "admin", **row) == (dormant, dormant)
    assert await said(shop, pine, "support", **row) == (None, False)


@pytest.mark.row("S1.17", "S1.18")
@pytest.mark.parametrize(("mrr", "dormant"), [(0, True), (None, None)])
async def test_who_never_ordered_counts_from_acceptance_and_an_unknown_mrr_makes_it_unknown(shop: Shop, pine: Place, mrr: int | None,
                                                                                       dormant: bool | None) -> None:
    now = dt.datetime.now(dt.UTC)
    for accepted, expected in ((now - MONTH - MINUTE, dormant), (now - MONTH + MINUTE, False)):
        row = {"last_order_at": None, "last_activity_at": None, "mrr_minor": mrr, "accepted_at": accepted}
        assert await said(shop, pine, "readonly", **row) == (expected, bool(expected))
        assert await said(shop, pine, "support", **row) == (None, False)


@pytest.mark.row("S1.17", "S1.18")
async def test_after_exactly_30_days_it_is_still_shown_and_a_moment_later_no_more(story: Server) -> None:
    """Quiet Harbour Ltd has no MRR: read from beside the server at moments of the test's own."""
    async with connected(story.database_url), read(story.database_url) as database:
        quiet = await Customer.get(name=QUIET)
        tenant = await Tenant.get(id=quiet.id)
        partner = await Tenant.get(id=tenant.parent_id)
        home = Grant(Role.ADMIN, partner.id, partner.path, TenantKind.RESELLER, GrantSource.HOME)
        link = Grant(Role.SUPPORT, quiet.id, tenant.path, TenantKind.CUSTOMER, GrantSource.LINKED)
        engine = Engine(build_schema()._schema, database, AccessPolicy())
        document = engine.documents.get(DORMANT, None)
        limit = max(quiet.last_order_at or quiet.accepted_at, quiet.last_activity_at or quiet.accepted_at) + MONTH
        for grant, expected in ((home, [False, True]), (link, [None, None])):
            viewer = Viewer(1 << 62, partner.place, partner.place, tuple(grant.holdings()), grants=(grant,))
            answers = [await engine.answer(document, {"id": f"cus_{quiet.id}"}, viewer, limit + dt.timedelta(microseconds=n)) for n in (0, 1)]
            assert [orjson.loads(each)["data"]["customer"]["isDormant"] for each in answers] == expected


# -- orders

@pytest.mark.row("S5.83")
async def test_the_list_is_sorted_by_name_in_both_directions(story: Server) -> None:
    assert await names(story, ADMIN, sort={"key": "NAME", "direction": "ASC"}) == ALL
    assert await names(story, ADMIN, sort={"key": "NAME", "direction": "DESC"}) == ALL[::-1]
    assert await names(story, REGULAR, sort={"key": "NAME", "direction": "DESC"}) == [GLOBAL, ACME]
    assert await names(story, SUPPORT, sort={"key": "NAME", "direction": "DESC"}) == [ACME]


@pytest.mark.row("S1.34", "S1.35")
async def test_rows_whose_mrr_is_withheld_come_last_by_name(story: Server) -> None:
    assert await names(story, REGULAR, sort={"key": "MRR", "direction": "ASC"}) == [ACME, GLOBAL]
    assert await names(story, REGULAR, sort={"key": "MRR", "direction": "DESC"}) == [ACME, GLOBAL]


# -- tags

TAG = """mutation($input: SetCustomerTagsInput!) { setCustomerTags(input: $input) {
  customer { tags { nodes { name } } } userErrors { code path requiredCapability } warnings { code } } }"""


@pytest.mark.row("S5.61")
async def test_the_list_is_filtered_by_tags_which_the_customer_itself_never_sees(server: Server) -> None:
    admin, customer = Person(server, ADMIN), (await listed(server, ADMIN, search="quiet"))["nodes"][0]["id"]

    async def tag(person: Person = admin, **input: Any) -> dict[str, Any]:
        return (await person.ask(TAG, {"input": {"customerId": customer, **input}}))["data"]["setCustomerTags"]
    assert (await tag(add=["Key account", " at   RISK "]))["customer"]["tags"]["nodes"] == [{"name": "at RISK"}, {"name": "Key account"}]
    assert (await tag(add=["KEY ACCOUNT"]))["warnings"] == [{"code": "ALREADY_DONE"}]
    assert await names(server, ADMIN, {"tags": ["key ACCOUNT", "no such"]}) == [QUIET]
    assert await names(server, HARBOR, {"tags": ["at risk"]}) == [QUIET]
    assert await names(server, COASTAL, {"tags": ["at risk"]}) == []
    refused = await tag(Person(server, "sales@harbor.example"), add=["x"])
    assert refused["userErrors"] == [{"code": "FORBIDDEN", "path": ["input", "customerId"], "requiredCapability": "TAGS_MANAGE"}]
    assert [e["code"] for e in (await tag(Person(server, COASTAL), add=["x"]))["userErrors"]] == ["NOT_FOUND"]
    assert [(e["code"], e["path"]) for e in (await tag(add=["", "x" * 51, "fine", "FINE"], remove=["fine"]))["userErrors"]] == [
        ("INVALID", ["input", "add", "0"]), ("INVALID", ["input", "add", "1"]), ("INVALID", ["input", "add"])]
    assert (await tag(remove=["at risk", "Key Account"]))["customer"]["tags"]["nodes"] == []
    acme = (await listed(server, ADMIN, search="acme"))["nodes"][0]["id"]
    await admin.ask(TAG, {"input": {"customerId": acme, "add": ["difficult"]}})
    own = await Person(server, ACME_ADMIN).ask("{ customers { nodes { tags { totalCount } } } }")
    assert own["data"]["customers"]["nodes"] == [{"tags": {"totalCount": 0}}]
    assert await names(server, ACME_ADMIN, {"tags": ["difficult"]}) == []
    await admin.ask(TAG, {"input": {"customerId": acme, "remove": ["difficult"]}})
