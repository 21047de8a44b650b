"""Narrowing the customer list: search, filters, dormant customers, and criteria told back (S1.16-S1.20, S2.12-S2.14, S5.57-S5.65)."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest

from models import Customer
from tests.client import Person
from tests.servers import Server
from tests.stored import connected

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
    ({"countryOrRegion": ["DE"], "name": "str"}, [STRASSE]), ({"countryOrRegion": []}, []),
    ({"onboarding": ["COMPLETED"], "name": "acme"}, [ACME]), ({"onboarding": ["IN_PROGRESS"]}, [GLOBAL, STRASSE]),
    ({"or": [{"name": "acme"}, {"name": "global"}]}, [ACME, GLOBAL]), ({"or": []}, []), ({"and": []}, ALL),
    ({"and": [{"name": "e"}, {"not": {"name": "acme"}}]}, [GLOBAL, QUIET, SLEEPY, STRASSE]),
    ({"not": {"or": [{"name": "acme"}, {"name": "global"}]}}, [QUIET, SLEEPY, STRASSE]), ({"not": {}}, []),
])
async def test_criteria_join_by_and_or_and_not(story: Server, filter: Any, expected: list[str]) -> None:
    assert await names(story, ADMIN, filter) == expected
    assert await names(story, SUPPORT, filter) in ([name for name in expected if name == ACME], [])


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
    answer = await Person(story, ADMIN).ask('{ customers(search: "acme") { nodes { services(first: 100) { nodes { name product } } } } }')
    services = answer["data"]["customers"]["nodes"][0]["services"]["nodes"]
    name, product = services[0]["name"], services[0]["product"]
    assert ACME in await names(story, ADMIN, {"services": [name.upper()]})
    assert ACME in await names(story, ADMIN, {"productSubscriptions": [product, "no such"]})
    assert await names(story, ADMIN, {"services": ["no such"]}) == []
    assert await names(story, SUPPORT, {"services": [name]}) == [ACME]
    assert await names(story, COASTAL, {"services": [name], "name": "acme"}) == []


@pytest.mark.row("S5.64", "S5.65")
async def test_criteria_are_told_one_by_one_and_put_together_again_are_the_filter(story: Server) -> None:
    filter = {"name": "e", "status": ["ACTIVE"], "countryOrRegion": ["DE", "US", "GB"], "dormant": False,
              "or": [{"name": "acme"}, {"not": {"ids": ["cus_4611686018427387905"]}}]}
    found = await listed(story, ADMIN, filter, search="o", hide=True)
    told = {each["key"]: each["value"] for each in found["appliedFilters"]}
    assert told == {**filter, "search": "o", "hideInactive": True}
    assert all(each["label"] for each in found["appliedFilters"])
    for key in filter:
        less = {name: value for name, value in filter.items() if name != key}
        without = await listed(story, ADMIN, less, search="o", hide=True)
        assert {each["key"] for each in without["appliedFilters"]} == {*less, "search", "hideInactive"}
    answer = await Person(story, SUPPORT).ask("query($f: CustomerFilter!) { appliedFilters(filter: $f) { key value } }", {"f": filter})
    assert {each["key"]: each["value"] for each in answer["data"]["appliedFilters"]} == filter


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


@pytest.mark.row("S1.17", "S1.18", "S1.19", "S1.20")
@pytest.mark.parametrize(("order", "activity", "mrr"), list(itertools.product([True, False], repeat=3)))
async def test_a_customer_is_dormant_only_if_all_three_hold(server: Server, order: bool, activity: bool, mrr: bool) -> None:
    """Each is on the far side of its limit where it is True; on the near side, a minute less than 30 days or a cent, else."""
    now = dt.datetime.now(dt.UTC)
    async with connected(server.database_url):
        customer = await Customer.get(name="Echo Clinic North")
        before = {name: getattr(customer, name) for name in ("last_order_at", "last_activity_at", "mrr_minor")}
        await Customer.filter(id=customer.id).update(
            last_order_at=now - MONTH + (-MINUTE if order else MINUTE), mrr_minor=0 if mrr else 1,
            last_activity_at=now - MONTH + (-MINUTE if activity else MINUTE))
        answer = await Person(server, COASTAL).ask(f'{{ node(id: "cus_{customer.id}") {{ ... on Customer {{ isDormant }} }} }}')
        hidden = "Echo Clinic North" not in await names(server, COASTAL, hide=True)
        await Customer.filter(id=customer.id).update(**before)
    assert answer["data"]["node"]["isDormant"] is (order and activity and mrr) is hidden


@pytest.mark.row("S1.17")
@pytest.mark.parametrize(("mrr", "dormant"), [(0, True), (None, None)])
async def test_who_never_ordered_counts_from_acceptance_and_an_unknown_mrr_makes_it_unknown(server: Server, mrr: int | None,
                                                                                       dormant: bool | None) -> None:
    now = dt.datetime.now(dt.UTC)
    async with connected(server.database_url):
        customer = await Customer.get(name="Echo Clinic North")
        before = {name: getattr(customer, name) for name in ("last_order_at", "last_activity_at", "mrr_minor", "accepted_at")}
        found = []
        for accepted in (now - MONTH - MINUTE, now - MONTH + MINUTE):
            await Customer.filter(id=customer.id).update(last_order_at=None, last_activity_at=None, mrr_minor=mrr, accepted_at=accepted)
            answer = await Person(server, COASTAL).ask(f'{{ node(id: "cus_{customer.id}") {{ ... on Customer {{ isDormant }} }} }}')
            found.append(answer["data"]["node"]["isDormant"])
        await Customer.filter(id=customer.id).update(**before)
    assert found == [dormant, False]


# -- orders

@pytest.mark.row("S5.83")
async def test_the_list_is_sorted_by_name_in_both_directions(story: Server) -> None:
    assert await names(story, ADMIN, sort={"key": "NAME", "direction": "ASC"}) == ALL
    assert await names(story, ADMIN, sort={"key": "NAME", "direction": "DESC"}) == ALL[::-1]
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
