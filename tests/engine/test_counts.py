"""No total counts a row that its reader cannot list: each is asked beside its rows, by everybody, of everything."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
import pytest

from engine.rows import BY_TAG
from models.access import ROLES, TenantKind
from models.services import PROVISIONED
from server.portfolio.story import sign_ins
from tests.attacks.counting import BESIDE, CUSTOMERS, List, documents, following, lists, numbers, objects
from tests.client import Person
from tests.engine import world as small
from tests.engine.conftest import Empty, Stage, staged
from tests.engine.databases import create
from tests.servers import Server
from tests.stored import connected, read

Ask = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]
#: Numbers that count or add up rows when they are read. Beside them every connection has its totalCount.
COUNTED = {
    ("CustomerConnection", "hiddenInactiveCount"), ("CustomerTree", "hiddenInactiveCount"), ("CustomerTree", "matchedCount"),
    ("ContractSummary", "total"), ("StatusCount", "count"), ("InvoiceStatusGroup", "count"), ("InvoiceStatusGroup", "total"),
    ("InvoiceSummary", "totalIssuableRemaining"), ("InvoiceSummary", "totalPossibleRevenue"), ("CustomerDashboard", "users"),
    ("Viewer", "unreadNotificationCount")}
#: Numbers kept in a customer's own row: sums of its services and tasks.
KEPT = {("Customer", "mrr"), *(("CustomerSummary", name) for name in ("mrr", "mrrPendingEntry", "ports", "virtualCircuits",
                                                                       "cloudConnections")),
        *(("Onboarding", name) for name in ("progress", "requiredTasks", "completedTasks"))}
#: How the tenants beneath a customer report: for whoever sees the customer, and no figure of any (docs/decisions/0018).
OF_FEEDS = {("SourceDataCount", "count")}
#: What an object is or was made with, by itself.
OWN = {"version", "depth", "intervalHours", "setUpHours", "sentCount", "size", "rows", "progress", "quantity", "taxRate", "subtotal",
       "tax", "unitPrice", "amount", "amountDue", "value", "monthlyCharge", "price"}
NOT_ISSUED = ("PROFORMA", "READY", "ISSUABLE")
#: People of the small world such as no random tree has: who act elsewhere, and whose links contradict one another.
AWKWARD = ["regular with mixed links", "support of a customer with sub-accounts", "sales with another's reseller",
           "distributor admin in a reseller", "support in a linked customer"]
TREES = min(int(os.environ.get("TENANTRY_EXAMPLES", "1")), 50)


@pytest.mark.case(12)
def test_it_is_known_of_every_number_whether_it_counts_anything() -> None:
    unknown = {(of, name) for of, name in numbers() if (of, name) not in COUNTED | KEPT | OF_FEEDS and name not in OWN
               and (of, name) != ("Invoice", "total") and not (of.endswith("Connection") and name == "totalCount")}
    assert unknown == set(), "say what it is, and check it beside its rows if it counts any"
    assert set(numbers()) >= COUNTED | KEPT | OF_FEEDS


@pytest.mark.case(12, 13)
@pytest.mark.parametrize("story", ["sqlite"], indirect=True)
async def test_everybody_in_the_story_can_list_all_that_any_total_counts(story: Server) -> None:
    ids = await stored_ids(story)
    counted = Counter[str]()
    for n, person in enumerate(sign_ins()):
        asker = Person(story, person.email)

        async def ask(text: str, values: Mapping[str, Any], asker: Person = asker) -> dict[str, Any]:
            answer = await asker.ask(text, values)
            assert "errors" not in answer, (answer, text)
            return answer["data"]
        await totals_agree(ask, ids, counted, plain=n % 3 > 0)  # filters need not be tried by everybody
        await sums_agree(ask, ids, counted, kept=True)
    assert counted["lists"] > 2000 and counted["customers"] > 40 and min(counted[f"{of}.{name}"] for of, name in COUNTED) > 0, counted


@pytest.mark.case(12, 13)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_so_can_everybody_in_a_small_world_of_awkward_people(stage: Stage) -> None:
    counted = Counter[str]()
    for viewer in AWKWARD:
        await of_stage(stage, viewer, counted)
    assert counted["lists"] > 500 and counted["customers"] > 20, counted


@pytest.fixture(params=range(TREES))
async def tree(request: pytest.FixtureRequest, empty: Empty) -> AsyncIterator[Stage]:
    """A random tree with random people, another for each of TENANTRY_EXAMPLES."""
    chance = random.Random(request.param)
    partners: dict[str, tuple[TenantKind, str | None, str, int, int]] = {"platform": (TenantKind.PLATFORM, None, "EUR", 0, 0)}
    for n in range(chance.randint(1, 3)):
        partners[f"d{n}"] = (TenantKind.DISTRIBUTOR, "platform", "EUR", 0, 0)
    for n in range(chance.randint(2, 5)):
        above = chance.choice(list(partners)[:1 + chance.randint(0, 3)])
        above = above if partners[above][0] is not TenantKind.RESELLER else "platform"
        size = chance.randint(0, 5)
        partners[f"r{n}"] = (TenantKind.RESELLER, above, chance.choice(["EUR", "JPY", "KWD"]), size, chance.randint(0, 2) if size else 0)
    kinds = {name: kind for name, (kind, *_) in partners.items()}
    kinds |= {f"{name} {n}": TenantKind.CUSTOMER for name, (*_, size, _) in partners.items() for n in range(size)}

    def somebody() -> small.Person:
        home, links = chance.choice(list(kinds)), chance.sample(list(kinds), min(len(kinds), chance.randint(0, 4)))
        return small.Person(home, role_at(home), {link: role_at(link) for link in links if link != home})

    def role_at(place: str) -> Any:
        return chance.choice([role for role, kind in ROLES if kind is kinds[place]])
    made = small.World(request.param, partners, {f"person {n}": somebody() for n in range(6)})
    async with read(await create(await empty("sqlite", f"tree{request.param}"), made.rows)) as database:
        yield await staged(made, database)


@pytest.mark.case(12, 13)
async def test_so_can_anybody_in_a_random_tree(tree: Stage) -> None:
    counted = Counter[str]()
    for viewer in tree.world.viewers:
        await of_stage(tree, viewer, counted)
    assert counted["lists"] > 100, counted


async def of_stage(stage: Stage, viewer: str, counted: Counter[str]) -> None:
    async def ask(text: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return orjson.loads(await stage.answer(text, viewer, dict(values)))["data"]
    await totals_agree(ask, stage.ids, counted, plain=True)
    await sums_agree(ask, stage.ids, counted, kept=False)


async def stored_ids(server: Server) -> dict[str, list[str]]:
    """The global ids of everything, whoever may see it, by tag."""
    async with connected(server.database_url):
        return {tag: [f"{tag}_{id}" for id in await row.model.all().order_by("id").values_list("id", flat=True)]
                for tag, row in BY_TAG.items()}


async def totals_agree(ask: Ask, ids: Mapping[str, Sequence[str]], counted: Counter[str], *,
                       plain: bool = False) -> None:
    """Every list with every one of its arguments: to its end there are as many rows as it says."""
    one = {row.__name__: ids[tag][0] for tag, row in BY_TAG.items() if ids.get(tag)}
    for text, values, held in documents(list(lists(one, plain=plain)), ids):
        data = await ask(text, values)
        for object_ in objects(data, held[0].of):
            for n, each in enumerate(held):
                if (found := object_[f"a{n}"]) is not None:
                    rows = await rows_to_the_end(ask, each, object_, found)
                    assert rows == found["totalCount"], (each, object_.get("id"))
                    counted["lists"] += 1
                    counted["rows"] += rows


async def rows_to_the_end(ask: Ask, each: List, object_: dict[str, Any], page: dict[str, Any]) -> int:
    rows = len(page["nodes"])
    while page["pageInfo"]["hasNextPage"]:
        [again] = objects(await ask(following(each, object_, page["pageInfo"]["endCursor"]), {}), each.of)
        page = again["a0"]
        rows += len(page["nodes"])
    return rows


async def sums_agree(ask: Ask, ids: Mapping[str, Sequence[str]], counted: Counter[str], *, kept: bool) -> None:
    """What is counted and added up elsewhere than in a list, beside the rows that the same viewer lists."""
    for at in range(0, len(ids["cus"]), CUSTOMERS):
        for found in filter(None, (await ask(BESIDE, {"ids": list(ids["cus"][at:at + CUSTOMERS])}))["nodes"]):
            counted["customers"] += 1
            _of_contracts(found, counted)
            _of_invoices(found, counted)
            _of_people_and_services(found, counted)
            if kept:
                _kept(found)
    await _of_lists(ask, counted, kept)


def _of_contracts(found: dict[str, Any], counted: Counter[str]) -> None:
    rows, told = found["contracts"], found["contractSummary"]
    assert (rows is None) == (told is None)
    if told:
        assert rows["totalCount"] == len(rows["nodes"]) == told["total"]
        assert _by_status(told["byStatus"]) == Counter(row["status"] for row in rows["nodes"])
        assert {row["id"] for row in told["firstThree"]} <= {row["id"] for row in rows["nodes"]}
        assert told["hasMore"] == (told["total"] > 3)
        counted.update(["ContractSummary.total"])
        counted["StatusCount.count"] += len(told["byStatus"])


def _of_invoices(found: dict[str, Any], counted: Counter[str]) -> None:
    told = found["invoiceSummary"]
    assert (found["invoices"] is None) == (told is None)
    if not told:
        return
    rows = [row for row in found["invoices"]["nodes"] if row["billingMonth"] == told["billingMonth"]]
    for group in told["groups"]:
        own = [row for row in rows if row["status"] == group["status"]]
        assert (group["count"], _amount(group["total"])) == (len(own), _sum(own)) and len(group["invoices"]) == len(own)
        counted.update(["InvoiceStatusGroup.count", "InvoiceStatusGroup.total"])
    assert {group["status"] for group in told["groups"]} == {row["status"] for row in rows}
    assert _amount(told["all"]) == _sum(rows)
    assert _amount(told["live"]) == _sum([row for row in rows if row["status"] != "CANCELLED"])
    assert _amount(told["totalIssuableRemaining"]) == _sum([row for row in rows if row["status"] in NOT_ISSUED])
    counted.update(["InvoiceSummary.totalIssuableRemaining", "InvoiceSummary.totalPossibleRevenue"])


def _of_people_and_services(found: dict[str, Any], counted: Counter[str]) -> None:
    told, people, services = found["dashboard"], found["users"], found["services"]
    assert told["users"] == (people and people["totalCount"])
    counted["CustomerDashboard.users"] += told["users"] is not None
    assert (told["serviceStatus"] is None) == (services is None)
    if services:
        assert _by_status(told["serviceStatus"]) == Counter(row["status"] for row in services["nodes"])


def _kept(found: dict[str, Any]) -> None:
    """As the product keeps them: a world made up for tests has other figures there."""
    told, services, onboarding = found["summary"], found["services"], found["onboarding"]
    if told and services:
        there = [row for row in services["nodes"] if row["status"] in [status.name for status in PROVISIONED]]
        assert (told["ports"], told["virtualCircuits"], told["cloudConnections"]) == (
            sum(row["kind"] == "PORT" for row in there), sum(row["kind"] == "VIRTUAL_CIRCUIT" for row in there),
            sum(row["cloudConnection"] is not None for row in there))
        for sum_, state in ((told["mrr"], "BILLED"), (told["mrrPendingEntry"], "PENDING_ENTRY"), (found["mrr"], "BILLED")):
            own = [row["monthlyCharge"] for row in services["nodes"] if row["billingState"] == state]
            assert sum_ is None or _amount(sum_) == sum((_amount(each) for each in own), Decimal())
    if onboarding:
        required = [task["status"] == "COMPLETED" for task in onboarding["tasks"] if task["required"]]
        assert (onboarding["requiredTasks"], onboarding["completedTasks"]) == (len(required), sum(required))
        assert onboarding["progress"] == pytest.approx(sum(required) / max(len(required), 1), abs=0.01)


async def _of_lists(ask: Ask, counted: Counter[str], kept: bool) -> None:
    """What a list and a tree of customers leave out, and what is unread."""
    data = await ask("""{ viewer { unreadNotificationCount notifications(first: 100) { nodes { readAt } } }
        all: customers(first: 100) { totalCount } active: customers(first: 100, hideInactive: true) { totalCount hiddenInactiveCount }
        some: customerTree(hideInactive: true) { matchedCount hiddenInactiveCount rows(first: 100) { matched } }
        tree: customerTree { matchedCount rows(first: 100) { matched } } }""", {})
    left_out = data["all"]["totalCount"] - data["active"]["totalCount"]
    assert data["active"]["hiddenInactiveCount"] in (None, left_out)
    counted["CustomerConnection.hiddenInactiveCount"] += data["active"]["hiddenInactiveCount"] is not None
    for name, listed in (("tree", data["all"]), ("some", data["active"])):
        shown = sum(row["matched"] for row in data[name]["rows"])
        # a tree begins where its reader acts: of links elsewhere, which the product makes none, the list tells alone
        assert shown <= data[name]["matchedCount"] == listed["totalCount"] and (shown == listed["totalCount"] or not kept)
        counted["CustomerTree.matchedCount"] += 1
    assert data["some"]["hiddenInactiveCount"] == data["active"]["hiddenInactiveCount"]
    counted["CustomerTree.hiddenInactiveCount"] += data["some"]["hiddenInactiveCount"] is not None
    if not (viewer := data["viewer"]):
        return
    assert viewer["unreadNotificationCount"] == sum(row["readAt"] is None for row in viewer["notifications"]["nodes"])
    counted["Viewer.unreadNotificationCount"] += 1


def _by_status(told: list[dict[str, Any]]) -> dict[str, int]:
    return {each["status"]: each["count"] for each in told}


def _amount(money: dict[str, str]) -> Decimal:
    return Decimal(money["amount"])


def _sum(rows: list[dict[str, Any]]) -> Decimal:
    return sum((_amount(row["total"]) for row in rows), Decimal())
