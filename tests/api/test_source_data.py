"""Source data: how well a customer's subtree is fed, who sees it, and how a machine reports it."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from typing import Any

import pytest

from models import Customer, Event, Reach, SourceFeed
from models.sources import COUNTED, WORST_FIRST, SourceDataStatus, tally_sources, worst_of
from models.transaction import unit_of_work
from server.portfolio.story import tenant_id
from tests.api.feeding import HEALTH, Branch, branch, health, machine, newcomer, report
from tests.client import Person
from tests.inviting import accept, fresh, invite_customer, joined, token
from tests.servers import Server
from tests.stored import connected
from tests.ticking import tick

HARBOR, BRIGHTLINE, SUPPORT = "admin@harbor.example", "admin@brightline.example", "support@brightline.example"
HOUR = dt.timedelta(hours=1)


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["code"], ".".join(error["path"][1:])) for error in payload["userErrors"]]


def customer_id(reference: str) -> str:
    return f"cus_{tenant_id(reference)}"


# -- who sees what

@pytest.mark.row("S2.29", "S2.30")
async def test_a_failed_grandchild_turns_the_resellers_row_failed_for_the_distributor(story: Server):
    found = await health(Person(story, HARBOR), customer_id("brightline"))
    assert found["status"] == "FAILED" and found["own"] == "SUCCESS"
    assert found["worst"] == ["Straße & Söhne GmbH"]
    assert found["breakdown"] == {"FAILED": 1, "WARNING": 1, "SUCCESS": 3, "NOT_AVAILABLE": 1}
    assert found["feeds"][0]["tenant"]["name"] == "Straße & Söhne GmbH"
    assert "403" in found["feeds"][0]["message"]


@pytest.mark.row("S2.29", "S2.31")
async def test_each_value_occurs_in_the_list(story: Server):
    answer = await Person(story, HARBOR).ask("{ customers(first: 50) { nodes { name sourceData { status own } } } }")
    found = {node["name"]: node["sourceData"]["status"] for node in answer["data"]["customers"]["nodes"]}
    assert found == {
        "Acme Corporation": "SUCCESS", "Brightline Partners": "FAILED", "Coastal IT": "SUCCESS", "Delta Retail": "SUCCESS",
        "Echo Clinic North": "SUCCESS", "Echo Health": "SUCCESS", "Global Enterprises": "WARNING",
        "Quiet Harbour Ltd": "NOT_AVAILABLE", "Sleepy but Paying Inc": "SUCCESS", "Straße & Söhne GmbH": "FAILED"}


@pytest.mark.row("S2.13", "S2.30", "S2.31")
async def test_the_list_is_filtered_by_the_aggregate_and_only_among_the_customers_that_the_viewer_sees(story: Server):
    ask = "query($of: [SourceDataStatus!]) { customers(filter: {sourceData: $of}) { totalCount nodes { name } } }"
    seen = {(email, of): [node["name"] for node in (await Person(story, email).ask(ask, {"of": [of]}))["data"]["customers"]["nodes"]]
            for email in (HARBOR, BRIGHTLINE, SUPPORT) for of in ("FAILED", "WARNING", "NOT_AVAILABLE")}
    assert seen[HARBOR, "FAILED"] == ["Brightline Partners", "Straße & Söhne GmbH"]
    assert seen[BRIGHTLINE, "FAILED"] == ["Straße & Söhne GmbH"]
    assert seen[HARBOR, "WARNING"] == ["Global Enterprises"]  # its reseller is worse off
    assert seen[HARBOR, "NOT_AVAILABLE"] == ["Quiet Harbour Ltd"]
    assert [seen[SUPPORT, of] for of in ("FAILED", "WARNING", "NOT_AVAILABLE")] == [[], [], []]


@pytest.mark.row("S2.31")
async def test_what_is_not_available_is_ignored_unless_all_is(story: Server):
    health_of = {name: await health(Person(story, HARBOR), customer_id(name)) for name in ("echo", "delta", "quiet")}
    assert (health_of["echo"]["own"], health_of["echo"]["status"]) == ("NOT_AVAILABLE", "SUCCESS")
    assert health_of["delta"]["own"] == "SUCCESS"  # one feed is not set up
    assert (health_of["quiet"]["status"], health_of["quiet"]["lastIngestedAt"]) == ("NOT_AVAILABLE", None)


@pytest.mark.row("S2.29")
async def test_support_sees_the_source_data_of_a_linked_customer_and_of_no_other(story: Server):
    answer = await Person(story, SUPPORT).ask(f"{{ customers {{ nodes {{ name mrr {{ amount }} {HEALTH} }} }} }}")
    [acme] = answer["data"]["customers"]["nodes"]
    assert acme["name"] == "Acme Corporation" and acme["mrr"] is None
    assert acme["sourceData"]["status"] == "SUCCESS"
    assert [feed["name"] for feed in acme["sourceData"]["feeds"]["nodes"]] == ["AWS cost and usage report", "Azure cost export"]
    assert [entry["path"] for entry in answer["extensions"]["withheld"]] == ["customers.nodes.mrr"]
    refused = await Person(story, SUPPORT).ask("query($id: ID!) { customer(id: $id) { name } }",
                                               {"id": customer_id("strasse")})
    assert refused["data"]["customer"] is None


async def test_a_feed_is_known_by_its_id_to_whoever_sees_its_tenant_only(story: Server):
    feed = (await health(Person(story, HARBOR), customer_id("strasse")))["feeds"][0]["id"]
    ask = "query($id: ID!) { node(id: $id) { ... on SourceFeed { name } } }"
    seen = {email: (await Person(story, email).ask(ask, {"id": feed}))["data"]["node"]
            for email in (BRIGHTLINE, SUPPORT, "admin@coastal.example", "admin@acmecorp.example")}
    assert seen.pop(BRIGHTLINE) == {"name": "AWS cost and usage report"}
    assert set(seen.values()) == {None}


@pytest.mark.row("S2.30")
async def test_who_is_linked_to_a_reseller_sees_its_aggregate_but_no_feeds_of_tenants_beneath(server: Server):
    """The aggregate covers tenants that the viewer may not see; what it is made of does not show them."""
    own, harbor = await branch(server), Person(server, HARBOR)
    await report(harbor, own.tenant("c2"), usage="FAILED")
    await report(harbor, own.tenant("reseller"), prices="SUCCESS")
    linked = await joined(server, harbor, f"ten_{tenant_id('harbor')}", "SUPPORT")
    [me] = (await linked.ask("{ viewer { user { id } } }"))["data"]["viewer"].values()
    answer = await harbor.ask("mutation($input: LinkUserInput!) { linkUser(input: $input) { userErrors { message } } }",
                              {"input": {"customerId": own.customer("reseller"), "userId": me["id"]}})
    assert answer["data"]["linkUser"]["userErrors"] == []
    found = await health(linked, own.customer("reseller"))
    assert (found["status"], found["own"], found["worst"]) == ("FAILED", "SUCCESS", [])
    assert [feed["name"] for feed in found["feeds"]] == ["prices"]


@pytest.mark.parametrize("story", ["sqlite"], indirect=True)
async def test_the_column_is_read_from_the_customers_own_row_and_no_feed_or_tenant_beneath_is_looked_at(story: Server):
    """So a page of fifty costs the same however many tenants lie beneath each of them."""
    token, body = await Person(story, "admin@meridian.example").token(), {
        "query": "{ customers(first: 50) { nodes { sourceData { status own breakdown { status count } } } } }",
        "extensions": {"explain": True}}
    async with story.http.post(story.graphql, json=body, headers={"Authorization": f"Bearer {token}"}) as response:
        answer = await response.json()
    sql = str(answer["extensions"]["explain"])
    assert len(answer["data"]["customers"]["nodes"]) == 10 and "source_failed" in sql
    assert "source_feed" not in sql


# -- reporting

async def test_a_report_makes_feeds_and_turns_every_row_above(server: Server):
    own = await branch(server)
    harbor = Person(server, HARBOR)
    at = (dt.datetime.now(dt.UTC) - HOUR).replace(microsecond=0)
    answer = await report(harbor, own.tenant("sub"), usage={
        "status": "WARNING", "lastIngestedAt": at.isoformat(), "message": " late ", "intervalHours": 4}, cost="SUCCESS")
    assert not answer["userErrors"] and answer["auditEntryId"]
    found = answer["customer"]["sourceData"]
    assert (found["status"], found["own"]) == ("WARNING", "WARNING")
    assert [(feed["name"], feed["status"], feed["message"], feed["intervalHours"]) for feed in found["feeds"]["nodes"]] == [
        ("usage", "WARNING", "late", 4), ("cost", "SUCCESS", None, 26)]
    assert dt.datetime.fromisoformat(found["lastIngestedAt"]) == at
    for name, tenants in (("c1", 2), ("reseller", 5)):
        above = await health(harbor, own.customer(name))
        assert (above["status"], above["own"]) == ("WARNING", "NOT_AVAILABLE")
        assert above["breakdown"] == {"WARNING": 1, "NOT_AVAILABLE": tenants - 1}
    assert (await health(harbor, own.customer("c2")))["status"] == "NOT_AVAILABLE"


async def test_the_same_report_twice_changes_nothing_but_when_it_was_reported(server: Server):
    own = await branch(server)
    harbor = Person(server, HARBOR)
    first = (await report(harbor, own.tenant("c1"), usage="SUCCESS"))["customer"]["sourceData"]
    again = (await report(harbor, own.tenant("c1"), usage="SUCCESS"))["customer"]["sourceData"]
    [before], [after] = first["feeds"]["nodes"], again["feeds"]["nodes"]
    assert after.pop("reportedAt") >= before.pop("reportedAt")
    assert first["breakdown"] == again["breakdown"] and before == after and after["version"] == 1
    mended = (await report(harbor, own.tenant("c1"), usage="FAILED"))["customer"]["sourceData"]["feeds"]["nodes"]
    assert [feed["version"] for feed in mended] == [2]


async def test_whatever_is_wrong_with_a_report_is_told_at_once_and_nothing_is_taken_down(server: Server):
    own = await branch(server)
    harbor = Person(server, HARBOR)
    late = (dt.datetime.now(dt.UTC) + HOUR).isoformat()
    answer = await harbor.ask(
        "mutation($input: ReportSourceDataInput!) { reportSourceData(input: $input) { userErrors { code path } } }",
        {"input": {"tenantId": own.tenant("c1"), "feeds": [
            {"name": " ", "status": "SUCCESS"}, {"name": "usage", "status": "SUCCESS", "lastIngestedAt": late},
            {"name": "usage", "status": "FAILED", "message": "x" * 501, "intervalHours": 0}]}})
    assert codes(answer["data"]["reportSourceData"]) == [
        ("REQUIRED", "feeds.0.name"), ("INVALID", "feeds.2.name"), ("INVALID", "feeds.1.lastIngestedAt"),
        ("INVALID", "feeds.2.message"), ("INVALID", "feeds.2.intervalHours")]
    assert (await health(harbor, own.customer("c1")))["feeds"] == []
    assert codes(await report(harbor, own.tenant("c1"))) == [("INVALID", "feeds")]


async def test_a_dry_run_of_a_report_shows_the_row_as_it_would_be_and_leaves_it(server: Server):
    own = await branch(server)
    harbor = Person(server, HARBOR)
    answer = await report(harbor, own.tenant("c1"), {"dryRun": True}, usage="FAILED")
    assert answer["dryRun"] and answer["customer"]["sourceData"]["status"] == "FAILED"
    assert (await health(harbor, own.customer("reseller")))["status"] == "NOT_AVAILABLE"


@pytest.mark.parametrize(("email", "where", "expected"), [
    ("admin@coastal.example", "c1", ("NOT_FOUND", None)),
    (BRIGHTLINE, "c1", ("NOT_FOUND", None)),
    ("admin@acmecorp.example", "c1", ("NOT_FOUND", None)),
    ("sales@harbor.example", "c1", ("FORBIDDEN", "SOURCE_DATA_REPORT")),
])
async def test_only_administrators_of_partners_above_may_report(server: Server, email: str, where: str, expected: tuple):
    own = await branch(server)
    answer = await report(Person(server, email), own.tenant(where), usage="SUCCESS")
    assert [(error["code"], error["requiredCapability"]) for error in answer["userErrors"]] == [expected]
    assert (await health(Person(server, HARBOR), own.customer(where)))["own"] == "NOT_AVAILABLE"


async def test_a_customers_own_administrator_and_support_see_it_but_may_not_report(server: Server):
    for email in ("admin@acmecorp.example", SUPPORT):
        answer = await report(Person(server, email), f"ten_{tenant_id('acme')}", usage="SUCCESS")
        assert [(error["code"], error["requiredCapability"]) for error in answer["userErrors"]] == [
            ("FORBIDDEN", "SOURCE_DATA_REPORT")]


async def test_a_distributor_has_no_source_data_of_its_own(server: Server):
    answer = await report(Person(server, HARBOR), f"ten_{tenant_id('harbor')}", usage="SUCCESS")
    assert codes(answer) == [("INVALID", "tenantId")]


# -- what is kept

async def test_two_reports_on_siblings_at_once_both_count(server: Server):
    own = await branch(server, customers=6)
    by_key = await machine(server, Person(server, HARBOR), own.tenant("reseller"), "SOURCE_DATA_REPORT")
    answers = await asyncio.gather(*(report(by_key, own.tenant(name), usage=status) for name, status in (
        ("c1", "FAILED"), ("c2", "SUCCESS"), ("c3", "WARNING"), ("c4", "SUCCESS"), ("c5", "FAILED"), ("c6", "SUCCESS"),
        ("sub", "WARNING"), ("reseller", "SUCCESS"))))
    assert all(not answer["userErrors"] for answer in answers)
    found = await health(Person(server, HARBOR), own.customer("reseller"))
    assert found["breakdown"] == {"FAILED": 2, "WARNING": 2, "SUCCESS": 4}
    assert await wrong(own) == []


@pytest.mark.parametrize("server", ["postgres"], indirect=True)  # writes beside the server, which owns a SQLite file
async def test_what_is_kept_is_what_the_feeds_come_to_after_any_reports_and_newcomers(server: Server):
    own = await branch(server)
    chance = random.Random(2026)
    harbor = Person(server, HARBOR)
    for _ in range(12):
        if chance.random() < 0.3:
            await newcomer(own, chance.choice(("reseller", "c1", "c2")))
        told = {f"feed {n}": chance.choice(list(SourceDataStatus)).name for n in chance.sample(range(3), chance.randint(1, 3))}
        answer = await report(harbor, own.tenant(chance.choice(list(own.places))), **told)
        assert not answer["userErrors"]
    assert await wrong(own) == []
    async with connected(server.database_url):
        kept = await rows(own)
        await unit_of_work(lambda: tally_sources(own.places.values()), tries=8)
        assert await rows(own) == kept


async def rows(own: Branch) -> list[tuple[Any, ...]]:
    return await Customer.filter(id__in=own.places.values()).order_by("id").values_list(
        "id", "source_own", "source_status", *COUNTED.values())


async def wrong(own: Branch) -> list[str]:
    """Customers of a branch whose row is not what the feeds of their subtree come to, worked out one by one."""
    async with connected(own.server.database_url):
        feeds = await SourceFeed.filter(tenant_id__in=own.places.values()).values_list("tenant_id", "status")
        of_tenant = {id: worst_of(status for tenant, status in feeds if tenant == id) for id in own.places.values()}
        found = []
        for customer in await Customer.filter(id__in=own.places.values()):
            beneath = await Reach.filter(node__in=[customer.id, -customer.id]).values_list("tenant_id", flat=True)
            statuses = [of_tenant[id] for id in beneath]
            kept = {status: getattr(customer, COUNTED[status]) for status in WORST_FIRST}
            if (kept != {status: statuses.count(status) for status in WORST_FIRST}
                    or customer.source_status != worst_of(s.name for s in statuses).name
                    or customer.source_own != of_tenant[customer.id].name):
                found.append(f"{customer.name}: {kept}, {customer.source_status}")
        return found


async def test_a_newcomer_counts_in_every_row_above(server: Server):
    own = await branch(server, customers=1)
    found = await health(Person(server, HARBOR), own.customer("reseller"))
    assert found["breakdown"] == {"NOT_AVAILABLE": 3}
    assert await wrong(own) == []


async def test_whoever_accepts_an_invitation_counts_in_the_rows_above_at_once(server: Server):
    own, harbor, email = await branch(server, customers=1), Person(server, HARBOR), fresh("fed")
    assert not (await invite_customer(harbor, email, parentId=own.tenant("reseller")))["userErrors"]
    assert not (await accept(server, await token(server, email)))["userErrors"]
    assert (await health(harbor, own.customer("reseller")))["breakdown"] == {"NOT_AVAILABLE": 4}


async def test_an_event_tells_of_each_customer_whose_aggregate_changed_and_of_no_other(server: Server):
    own, harbor = await branch(server), Person(server, HARBOR)
    for name, status in (("c1", "FAILED"), ("c2", "FAILED"), ("c2", "SUCCESS"), ("c1", "FAILED"), ("c1", "WARNING")):
        await report(harbor, own.tenant(name), usage=status)
    async with connected(server.database_url):
        events = await Event.filter(kind="SOURCE_DATA_CHANGED", tenant_id__in=own.places.values()).order_by("id")
    names = {id: name for name, id in own.places.items()}
    told = [(names[event.tenant_id], event.facts["status"]) for event in events]
    assert sorted(told[:2]) == [("c1", "FAILED"), ("reseller", "FAILED")]
    assert told[2:4] == [("c2", "FAILED"), ("c2", "SUCCESS")]
    assert sorted(told[4:]) == [("c1", "WARNING"), ("reseller", "WARNING")]
    assert all(event.about == f"cus_{event.tenant_id}" for event in events)


# -- silence

async def test_a_feed_that_falls_silent_warns_after_its_interval_and_fails_after_three(server: Server):
    own = await branch(server)
    harbor = Person(server, HARBOR)
    await report(harbor, own.tenant("c1"), usage={"status": "SUCCESS", "intervalHours": 10})
    await report(harbor, own.tenant("c2"), usage="NOT_AVAILABLE")
    heard = dt.datetime.now(dt.UTC)
    seen = []
    for hours in (9, 11, 29, 31):
        await tick(server, heard + hours * HOUR, "source-feed-health")
        seen.append((await health(harbor, own.customer("reseller")))["status"])
    assert seen == ["SUCCESS", "WARNING", "WARNING", "FAILED"]
    found = await health(harbor, own.customer("c1"))
    assert found["feeds"][0]["message"].startswith("Nothing was heard of it since 20")
    assert (await health(harbor, own.customer("c2")))["own"] == "NOT_AVAILABLE"
    assert await wrong(own) == []
    await report(harbor, own.tenant("c1"), usage="SUCCESS")
    assert (await health(harbor, own.customer("reseller")))["status"] == "SUCCESS"


async def test_nothing_is_missed_in_the_demo_story(server: Server):
    await tick(server, dt.datetime.now(dt.UTC) + 100 * 24 * HOUR, "source-feed-health")
    assert (await health(Person(server, HARBOR), customer_id("acme")))["status"] == "SUCCESS"
