"""Contracts of a customer in numbers and in order (S2.33-S2.37), drawn up and taken from status to status (B.8)."""

import asyncio
import datetime as dt

import pytest

import models
from tests.agreed import BRIGHTLINE, codes, customer_id, draw_up, newcomer, offered, step
from tests.api.test_switch_tenant import ACME, anew, entered
from tests.client import Person
from tests.inviting import joined
from tests.servers import Server
from tests.stored import connected
from tests.ticking import tick

DAY = dt.timedelta(days=1)
STATUSES = ("DRAFT", "PENDING_ACCEPTANCE", "SCHEDULED", "ACTIVE", "EXPIRED", "TERMINATED")

SUMMARY = """{ customers(search: "acme") { nodes { id contractSummary { total byStatus { status count } hasMore
  firstThree { id number status value { amount } } } contracts { totalCount nodes { number status startsOn } } } } }"""


@pytest.mark.row("S2.33", "S2.34")
async def test_contracts_are_counted_by_status(story: Server) -> None:
    acme = (await Person(story, "admin@brightline.example").ask(SUMMARY))["data"]["customers"]["nodes"][0]
    summary = acme["contractSummary"]
    assert summary["total"] == 4
    assert {g["status"]: g["count"] for g in summary["byStatus"]} == {"ACTIVE": 2, "DRAFT": 1, "EXPIRED": 1}
    assert sum(g["count"] for g in summary["byStatus"]) == summary["total"]


@pytest.mark.row("S2.35", "S2.37")
async def test_the_first_three_are_live_ones_first_and_the_same_as_the_default_page(story: Server) -> None:
    acme = (await Person(story, "admin@brightline.example").ask(SUMMARY))["data"]["customers"]["nodes"][0]
    first_three = [c["number"] for c in acme["contractSummary"]["firstThree"]]
    assert [c["status"] for c in acme["contractSummary"]["firstThree"]] == ["ACTIVE", "ACTIVE", "DRAFT"]
    assert first_three == [c["number"] for c in acme["contracts"]["nodes"]]
    assert acme["contractSummary"]["hasMore"] is True
    starts = [c["startsOn"] for c in acme["contracts"]["nodes"] if c["status"] == "ACTIVE"]
    assert starts == sorted(starts, reverse=True)


@pytest.mark.row("S2.36", "S2.37")
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


@pytest.mark.row("S2.33", "S2.35", "S2.36")
async def test_support_sees_no_contract_by_any_way(story: Server) -> None:
    admin, support = Person(story, "admin@brightline.example"), Person(story, "support@brightline.example")
    acme = (await admin.ask(SUMMARY))["data"]["customers"]["nodes"][0]
    contract = acme["contractSummary"]["firstThree"][0]["id"]
    answer = await support.ask("""query($id: ID!, $customer: ID!) { node(id: $id) { id } contracts(customer: $customer) { totalCount }
      customer(id: $customer) { contracts { totalCount } contractSummary { total } } }""", {"id": contract, "customer": acme["id"]})
    assert answer["data"] == {"node": None, "contracts": None, "customer": {"contracts": None, "contractSummary": None}}


@pytest.mark.row("S2.33")
async def test_a_customer_sees_its_own_contracts(story: Server) -> None:
    answer = await Person(story, "admin@acmecorp.example").ask(SUMMARY)
    assert answer["data"]["customers"]["nodes"][0]["contractSummary"]["total"] == 4


@pytest.mark.row("S2.33", "S2.34", "S2.35", "S2.37")
async def test_contracts_of_every_status_stand_in_order_and_are_told_of_to_those_who_may(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    _, customer, owner = await newcomer(server)
    async with connected(server.database_url):
        for number, status in enumerate(STATUSES):
            for starts in ("2026-01-01", "2026-02-01"):
                await models.Contract.create(
                    tenant_id=int(customer[4:]), number=f"{status}-{starts}", title=str(number), status=status,
                    starts_on=dt.date.fromisoformat(starts), currency="EUR")
    asked = """query($id: ID!) { contracts(customer: $id, first: 100) { totalCount nodes { number } } customer(id: $id) {
      contractSummary { total hasMore byStatus { status count } firstThree { number } } } }"""
    order = ("ACTIVE", "PENDING_ACCEPTANCE", "SCHEDULED", "DRAFT", "EXPIRED", "TERMINATED")
    numbers = [f"{status}-{starts}" for status in order for starts in ("2026-02-01", "2026-01-01")]
    for person in (admin, owner, Person(server, "sales@harbor.example")):
        data = (await person.ask(asked, {"id": customer}))["data"]
        assert [c["number"] for c in data["contracts"]["nodes"]] == numbers
        summary = data["customer"]["contractSummary"]
        assert (summary["total"], summary["hasMore"], data["contracts"]["totalCount"]) == (12, True, 12)
        assert sorted((g["status"], g["count"]) for g in summary["byStatus"]) == sorted((status, 2) for status in STATUSES)
        assert [c["number"] for c in summary["firstThree"]] == numbers[:3]
    for email in ("admin@coastal.example", "admin@acmecorp.example"):
        data = (await Person(server, email).ask(asked, {"id": customer}))["data"]
        assert (data["contracts"]["nodes"], data["customer"]) == ([], None), email


@pytest.mark.row("S2.35", "S2.37")
async def test_up_to_three_contracts_are_all_there_is_to_view(story: Server) -> None:
    answer = await Person(story, BRIGHTLINE).ask(SUMMARY.replace("acme", "global"))
    summary = answer["data"]["customers"]["nodes"][0]["contractSummary"]
    assert (summary["total"], summary["hasMore"], len(summary["firstThree"])) == (1, False, 1)


# -- drawn up and taken on

@pytest.mark.row("B.8")
async def test_a_partner_draws_up_a_draft_that_is_numbered_for_its_customer(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, customer, _ = await newcomer(server)
    first = await draw_up(admin, customer, autoRenew=True, documentUrl="https://files.example/c-1.pdf")
    contract = first["contract"]
    assert first["userErrors"] == [] and first["auditEntryId"]
    assert contract["number"] == "C-0001" and contract["status"] == "DRAFT" and contract["customer"] == {"name": name}
    assert contract["value"] == {"amount": "1200.00", "currency": "EUR"} and contract["documentUrl"].endswith("c-1.pdf")
    assert contract["renewalDate"] == (dt.date.fromisoformat(contract["endsOn"]) + DAY).isoformat()
    assert (contract["acceptedAt"], contract["terminatedAt"], contract["predecessor"]) == (None, None, None)
    rehearsed = await draw_up(admin, customer, {"dryRun": True})
    assert rehearsed["contract"]["number"] == "C-0002"
    assert (await draw_up(admin, customer, {"idempotencyKey": f"{name} 2"}))["contract"]["number"] == "C-0002"
    assert (await draw_up(admin, customer, {"idempotencyKey": f"{name} 2"}))["contract"]["number"] == "C-0002"


@pytest.mark.row("B.8")
async def test_contracts_drawn_up_at_the_same_time_are_numbered_without_gaps(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    _, customer, _ = await newcomer(server)
    drawn = await asyncio.gather(*(draw_up(admin, customer) for _ in range(5)))
    assert sorted(d["contract"]["number"] for d in drawn) == [f"C-000{n}" for n in range(1, 6)]


@pytest.mark.row("B.8", "B.9")
async def test_all_that_is_wrong_with_a_contract_is_told_at_once(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    wrong = await draw_up(admin, await customer_id(admin, ACME), title=" ", currency="USD", value="12.345",
                          endsOn="2020-01-01", documentUrl="http://files.example")
    assert sorted(codes(wrong)) == [("CURRENCY_MISMATCH", "currency", None), ("INVALID", "documentUrl", None),
                                    ("INVALID", "endsOn", None), ("INVALID", "value", None), ("REQUIRED", "title", None)]
    assert wrong["contract"] is None and wrong["auditEntryId"] is None
    endless = await draw_up(admin, await customer_id(admin, ACME), autoRenew=True, endsOn=None, value="-1")
    assert sorted(codes(endless)) == [("INVALID", "autoRenew", None), ("INVALID", "value", None)]


@pytest.mark.row("B.8")
async def test_only_administrators_of_partners_above_draw_up_contracts(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    acme = await customer_id(admin, ACME)
    for email in ("sales@harbor.example", "support@brightline.example", "regular@brightline.example", "admin@acmecorp.example"):
        assert codes(await draw_up(Person(server, email), acme)) == [("FORBIDDEN", "customerId", "CONTRACT_MANAGE")], email
    for email in ("admin@coastal.example", "unlinked@brightline.example"):
        assert codes(await draw_up(Person(server, email), acme)) == [("NOT_FOUND", "customerId", None)], email
    above = await draw_up(Person(server, "admin@harbor.example"), acme, {"dryRun": True})
    assert above["contract"]["status"] == "DRAFT"


async def steps(person: Person, contract: str) -> list[str]:
    """Those that are the person's to take."""
    answer = await person.ask("query($id: ID!) { node(id: $id) { ... on Contract { steps { status allowed } } } }", {"id": contract})
    return [each["status"] for each in answer["data"]["node"]["steps"] if each["allowed"]]


@pytest.mark.row("B.8")
async def test_the_customers_own_administrator_accepts_what_its_partner_offers(server: Server) -> None:
    admin, sales = Person(server, BRIGHTLINE), Person(server, "sales@harbor.example")
    _, customer, owner = await newcomer(server)
    contract = (await draw_up(admin, customer))["contract"]["id"]
    assert [await steps(each, contract) for each in (admin, owner, sales)] == [["PENDING_ACCEPTANCE", "TERMINATED"], [], []]
    await step(admin, contract, "PENDING_ACCEPTANCE")
    assert [await steps(each, contract) for each in (admin, owner, sales)] == [["TERMINATED"], ["SCHEDULED", "TERMINATED"], []]
    assert codes(await step(admin, contract, "SCHEDULED")) == [("FORBIDDEN", "status", None)]
    assert codes(await step(sales, contract, "SCHEDULED")) == [("FORBIDDEN", "status", "CONTRACT_MANAGE")]
    accepted = await step(owner, contract, "SCHEDULED")
    assert accepted["contract"]["status"] == "SCHEDULED" and accepted["contract"]["acceptedAt"]
    assert codes(await step(owner, contract, "TERMINATED")) == [("FORBIDDEN", "status", "CONTRACT_MANAGE")]
    assert [await steps(each, contract) for each in (admin, owner)] == [["TERMINATED"], []]
    ended = await step(admin, contract, "TERMINATED")
    assert ended["contract"]["status"] == "TERMINATED" and ended["contract"]["terminatedAt"]


@pytest.mark.row("B.8")
async def test_a_contract_whose_start_date_has_come_is_active_as_soon_as_it_is_accepted(server: Server) -> None:
    _, customer, owner = await newcomer(server)
    contract = await offered(Person(server, BRIGHTLINE), customer, startsOn="2024-02-29")
    assert (await step(owner, contract, "SCHEDULED"))["contract"]["status"] == "ACTIVE"


@pytest.mark.row("B.8")
async def test_what_is_over_is_neither_offered_nor_accepted(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    _, customer, _ = await newcomer(server)
    drawn = await draw_up(admin, customer, startsOn="2024-01-01", endsOn="2024-12-31")
    assert codes(await step(admin, drawn["contract"]["id"], "PENDING_ACCEPTANCE")) == [("INVALID_STATE", "status", None)]


@pytest.mark.row("B.8", "S1.45", "S1.46")
async def test_a_partner_inside_the_account_accepts_on_the_customers_behalf(server: Server) -> None:
    name, customer, owner = await newcomer(server)
    contract = await offered(Person(server, BRIGHTLINE), customer)
    inside = await entered(await anew(server, BRIGHTLINE), name)
    assert await steps(inside, contract) == ["SCHEDULED", "TERMINATED"]
    assert (await step(inside, contract, "SCHEDULED"))["contract"]["status"] == "SCHEDULED"
    log = await owner.ask("query($id: ID!) { customer(id: $id) { activityLog(first: 1) { nodes { actorEmail onBehalf action } } } }",
                          {"id": customer})
    assert log["data"]["customer"]["activityLog"]["nodes"] == [
        {"actorEmail": BRIGHTLINE, "onBehalf": True, "action": "setContractStatus"}]


@pytest.mark.row("B.8")
async def test_the_customer_may_decline_and_full_access_may_neither(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    _, customer, owner = await newcomer(server)
    contract = await offered(admin, customer)
    deputy = await joined(server, owner, customer.replace("cus_", "ten_"), "FULL_ACCESS")
    assert await steps(deputy, contract) == []
    assert codes(await step(deputy, contract, "SCHEDULED")) == [("FORBIDDEN", "status", None)]
    assert codes(await step(deputy, contract, "TERMINATED")) == [("FORBIDDEN", "status", "CONTRACT_MANAGE")]
    assert (await step(owner, contract, "TERMINATED"))["contract"]["status"] == "TERMINATED"


@pytest.mark.row("B.8")
async def test_an_illegal_step_names_those_that_are_allowed(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    _, customer, _ = await newcomer(server)
    contract = (await draw_up(admin, customer))["contract"]["id"]
    for status in ("ACTIVE", "EXPIRED", "DRAFT"):
        [error] = (await step(admin, contract, status))["userErrors"]
        assert error["code"] == "INVALID_STATE" and "PENDING_ACCEPTANCE or TERMINATED" in error["message"]
    await step(admin, contract, "TERMINATED")
    for status in STATUSES:
        assert codes(await step(admin, contract, status))[0][0] in ("INVALID_STATE", "FORBIDDEN")


@pytest.mark.row("B.8", "B.2")
@pytest.mark.case(100)
async def test_of_two_who_decide_at_once_one_is_refused(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    _, customer, owner = await newcomer(server)
    contract = await offered(admin, customer)
    answers = await asyncio.gather(step(owner, contract, "SCHEDULED", ifVersion=2), step(admin, contract, "TERMINATED", ifVersion=2))
    assert sorted(len(a["userErrors"]) for a in answers) == [0, 1]
    assert [codes(a)[0][0] for a in answers if a["userErrors"]] == ["VERSION_CONFLICT"]


@pytest.mark.row("B.8")
async def test_a_stranger_is_told_that_there_is_no_such_contract(server: Server) -> None:
    _, customer, _ = await newcomer(server)
    contract = await offered(Person(server, BRIGHTLINE), customer)
    for email in ("admin@coastal.example", "support@brightline.example", "admin@acmecorp.example"):
        assert codes(await step(Person(server, email), contract, "TERMINATED")) == [("NOT_FOUND", "contractId", None)], email


@pytest.mark.row("B.8", "S2.21")
async def test_accepting_a_contract_fulfils_the_task_of_onboarding(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    _, customer, owner = await newcomer(server)
    await step(owner, await offered(admin, customer), "SCHEDULED")
    asked = "query($id: ID!) { customer(id: $id) { onboarding { completedTasks tasks { kind status } } } }"
    shown = (await admin.ask(asked, {"id": customer}))["data"]["customer"]["onboarding"]
    assert shown["completedTasks"] == 3
    assert {"kind": "ACCEPT_CONTRACT", "status": "COMPLETED"} in shown["tasks"]
    assert {"kind": "ADD_SERVICES", "status": "NOT_STARTED"} in shown["tasks"]


@pytest.mark.row("B.8")
async def test_a_contract_begins_on_its_start_date_by_itself(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    _, customer, owner = await newcomer(server)
    begins = dt.datetime.now(dt.UTC).date() + 3 * DAY
    contract = await offered(admin, customer, startsOn=begins.isoformat())
    assert (await step(owner, contract, "SCHEDULED"))["contract"]["status"] == "SCHEDULED"
    noon = dt.datetime.combine(begins, dt.time(12), dt.UTC)
    await tick(server, noon - DAY, "contract-dates")
    assert await status_of(admin, contract) == "SCHEDULED"
    await tick(server, noon, "contract-dates")
    assert await status_of(admin, contract) == "ACTIVE"


async def status_of(person: Person, contract: str) -> str:
    answer = await person.ask("query($id: ID!) { node(id: $id) { ... on Contract { status } } }", {"id": contract})
    return answer["data"]["node"]["status"]
