"""Where customers stand on their way in, and their tasks: seen, started and finished (S2.21-S2.26, B.7)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.agreed import BRIGHTLINE, codes, newcomer, offered, step
from tests.api.test_switch_tenant import ACME, GLOBAL, anew, entered
from tests.api.test_switch_tenant import BRIGHTLINE as PARTNER
from tests.client import Person
from tests.inviting import joined
from tests.servers import Server
from tests.stored import connected

TASK = """id version kind title status required canStart startedAt completedAt startedBy { email }
  blockedBy { kind } customer { name }"""
ONBOARDING = f"onboarding {{ status progress requiredTasks completedTasks startedAt completedAt tasks {{ {TASK} }} }}"
LIST = f"query($name: String) {{ customers(search: $name, first: 100) {{ nodes {{ id name {ONBOARDING} }} }} }}"
ERRORS = "userErrors { code message path requiredCapability } auditEntryId"
START = f"""mutation($input: StartOnboardingTaskInput!, $options: MutationOptions) {{
  startOnboardingTask(input: $input, options: $options) {{ task {{ {TASK} }} {ERRORS} }} }}"""
COMPLETE = f"""mutation($input: CompleteOnboardingTaskInput!, $options: MutationOptions) {{
  completeOnboardingTask(input: $input, options: $options) {{ task {{ {TASK} }} {ERRORS} }} }}"""


async def onboarding(person: Person, name: str) -> dict[str, Any] | None:
    found = [c for c in (await person.ask(LIST, {"name": name}))["data"]["customers"]["nodes"] if c["name"] == name]
    return found[0]["onboarding"]


async def tasks(person: Person, name: str) -> dict[str, dict[str, Any]]:
    shown = await onboarding(person, name)
    assert shown is not None
    return {task["kind"]: task for task in shown["tasks"]}


async def start(person: Person, task: str, **options: Any) -> dict[str, Any]:
    return (await person.ask(START, {"input": {"taskId": task}, "options": options}))["data"]["startOnboardingTask"]


async def complete(person: Person, task: str, outcome: str | None = None, **options: Any) -> dict[str, Any]:
    given = {"taskId": task} | ({"outcome": outcome} if outcome else {})
    return (await person.ask(COMPLETE, {"input": given, "options": options}))["data"]["completeOnboardingTask"]


async def done(person: Person, task: str) -> dict[str, Any]:
    """Started and completed."""
    assert (await start(person, task))["userErrors"] == []
    return await complete(person, task)


# -- seen

@pytest.mark.row("S2.21", "S2.24", "S2.25")
async def test_a_customer_on_its_way_in_shows_its_position_progress_and_tasks(story: Server) -> None:
    shown = await onboarding(Person(story, BRIGHTLINE), GLOBAL)
    assert shown is not None
    assert (shown["status"], shown["progress"], shown["requiredTasks"], shown["completedTasks"]) == ("IN_PROGRESS", 0.6, 5, 3)
    assert {task["kind"]: task["status"] for task in shown["tasks"]} == {
        "VERIFY_EMAIL": "COMPLETED", "INVITE_ADMIN": "COMPLETED", "ACCEPT_CONTRACT": "COMPLETED",
        "COMPANY_PROFILE": "IN_PROGRESS", "CONNECT_BILLING_SOURCE": "BLOCKED"}
    billing = shown["tasks"][-1]
    assert (billing["title"], billing["blockedBy"], billing["canStart"], billing["customer"]["name"]) == (
        "Connect the billing source", [{"kind": "COMPANY_PROFILE"}], False, GLOBAL)
    assert shown["startedAt"] and shown["completedAt"] is None


@pytest.mark.row("S2.21", "S2.24")
async def test_a_customer_past_onboarding_is_completed_and_one_from_before_has_none(story: Server) -> None:
    admin = Person(story, BRIGHTLINE)
    acme = await onboarding(admin, ACME)
    assert acme is not None
    assert (acme["status"], acme["progress"]) == ("COMPLETED", 1.0) and acme["completedAt"]
    assert {task["status"] for task in acme["tasks"]} == {"COMPLETED"}
    assert await onboarding(admin, "Sleepy but Paying Inc") is None
    untouched = await onboarding(admin, "Quiet Harbour Ltd")
    assert untouched is not None
    assert (untouched["status"], untouched["progress"], untouched["startedAt"]) == ("NOT_STARTED", 0, None)


@pytest.mark.row("S2.22")
async def test_a_distributor_reads_it_of_its_resellers_and_of_their_customers(story: Server) -> None:
    sales = Person(story, "sales@harbor.example")
    shown = {name: (await onboarding(sales, name) or {}).get("status")
             for name in (PARTNER, "Coastal IT", ACME, GLOBAL, "Echo Health", "Delta Retail")}
    assert shown == {PARTNER: "COMPLETED", "Coastal IT": "COMPLETED", ACME: "COMPLETED", GLOBAL: "IN_PROGRESS",
                     "Echo Health": "IN_PROGRESS", "Delta Retail": None}


@pytest.mark.row("S2.23")
async def test_a_reseller_reads_it_of_its_customers_and_nothing_of_its_own(story: Server) -> None:
    admin, above = Person(story, BRIGHTLINE), Person(story, "admin@harbor.example")
    assert (await onboarding(admin, GLOBAL) or {})["status"] == "IN_PROGRESS"
    own = "{ viewer { currentTenant { name customer { onboarding { status } } } } }"
    assert (await admin.ask(own))["data"]["viewer"]["currentTenant"] == {"name": PARTNER, "customer": None}
    task = (await tasks(above, PARTNER))["VERIFY_EMAIL"]["id"]
    node = "query($id: ID!) { node(id: $id) { ... on OnboardingTask { kind status } } }"
    assert (await above.ask(node, {"id": task}))["data"]["node"] == {"kind": "VERIFY_EMAIL", "status": "COMPLETED"}
    assert (await admin.ask(node, {"id": task}))["data"]["node"] is None
    assert codes(await start(admin, task)) == [("NOT_FOUND", "taskId", None)]


@pytest.mark.row("S2.22", "S2.23", "S2.25")
async def test_who_is_linked_and_the_customer_itself_see_the_tasks_and_strangers_none(story: Server) -> None:
    task = (await tasks(Person(story, BRIGHTLINE), ACME))["ADD_SERVICES"]["id"]
    node = "query($id: ID!) { node(id: $id) { ... on OnboardingTask { status customer { name } } } }"
    for email in ("support@brightline.example", "readonly@brightline.example", "admin@acmecorp.example", "admin@meridian.example"):
        seen = (await Person(story, email).ask(node, {"id": task}))["data"]["node"]
        assert seen == {"status": "COMPLETED", "customer": {"name": ACME}}, email
        assert (await onboarding(Person(story, email), ACME) or {})["status"] == "COMPLETED"
    for email in ("admin@coastal.example", "unlinked@brightline.example", "contact@globalent.example"):
        assert (await Person(story, email).ask(node, {"id": task}))["data"]["node"] is None, email


@pytest.mark.row("S2.26")
async def test_only_who_may_start_is_offered_to(story: Server) -> None:
    offered_to = {}
    for email in (BRIGHTLINE, "admin@harbor.example", "sales@harbor.example"):
        offered_to[email] = (await tasks(Person(story, email), "Quiet Harbour Ltd"))["VERIFY_EMAIL"]["canStart"]
    assert offered_to == {BRIGHTLINE: True, "admin@harbor.example": True, "sales@harbor.example": False}
    assert (await tasks(Person(story, BRIGHTLINE), "Quiet Harbour Ltd"))["COMPANY_PROFILE"]["canStart"] is False


# -- come about

@pytest.mark.row("S2.21", "S2.24")
async def test_whoever_accepts_the_invitation_has_fulfilled_two_tasks(server: Server) -> None:
    name, _, owner = await newcomer(server)
    shown = await onboarding(owner, name)
    assert shown is not None
    assert (shown["status"], shown["progress"]) == ("IN_PROGRESS", 0.4)
    assert {task["kind"]: (task["status"], task["startedBy"] and task["startedBy"]["email"]) for task in shown["tasks"]} == {
        "VERIFY_EMAIL": ("COMPLETED", owner.email), "INVITE_ADMIN": ("COMPLETED", owner.email),
        "ACCEPT_CONTRACT": ("NOT_STARTED", None), "COMPANY_PROFILE": ("NOT_STARTED", None),
        "CONNECT_BILLING_SOURCE": ("BLOCKED", None), "ADD_SERVICES": ("BLOCKED", None), "START_SERVICES": ("BLOCKED", None)}


@pytest.mark.row("S2.25")
async def test_an_accepted_contract_and_running_services_fulfil_their_tasks(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, customer, owner = await newcomer(server)
    given = {"customerId": customer, "products": [{"product": "Mail archive", "name": "Letters of the office"}]}
    assert (await ordered(owner, given))["userErrors"] == []
    assert (await tasks(admin, name))["ADD_SERVICES"]["status"] == "BLOCKED"
    await step(owner, await offered(admin, customer), "SCHEDULED")
    assert (await ordered(owner, given))["userErrors"] == []
    after = await tasks(admin, name)
    assert [after[kind]["status"] for kind in ("ACCEPT_CONTRACT", "ADD_SERVICES", "START_SERVICES")] == ["COMPLETED"] * 3


async def ordered(person: Person, given: dict[str, Any]) -> dict[str, Any]:
    answer = await person.ask("mutation($input: AddServicesInput!) { addServices(input: $input) { userErrors { message } } }",
                              {"input": given})
    assert answer.get("data"), answer
    return answer["data"]["addServices"]


@pytest.mark.row("S2.25", "B.7")
async def test_an_administrator_who_comes_later_fulfils_the_task_as_well(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, customer, _ = await newcomer(server)
    async with connected(server.database_url) as database:
        key = customer[4:]
        await database.execute_query(f"update app_user set active = false where tenant_id = {key}")
        await database.execute_query("update onboarding_task set status = 'IN_PROGRESS', completed_at = null "
                                     f"where tenant_id = {key} and kind = 'INVITE_ADMIN'")
    invite = (await tasks(admin, name))["INVITE_ADMIN"]["id"]
    [error] = (await complete(admin, invite))["userErrors"]
    assert error["code"] == "INVALID_STATE" and "administrator" in error["message"]
    await joined(server, admin, customer.replace("cus_", "ten_"), "REGULAR")
    assert (await tasks(admin, name))["INVITE_ADMIN"]["status"] == "IN_PROGRESS"
    await joined(server, admin, customer.replace("cus_", "ten_"), "ADMIN")
    assert (await tasks(admin, name))["INVITE_ADMIN"]["status"] == "COMPLETED"


# -- started and finished

@pytest.mark.row("S2.26", "B.7")
async def test_an_administrator_starts_a_task_and_finishes_it_and_the_next_is_free(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, customer, _ = await newcomer(server)
    task = (await tasks(admin, name))["COMPANY_PROFILE"]["id"]
    started = await start(admin, task)
    assert started["userErrors"] == [] and started["auditEntryId"]
    assert (started["task"]["status"], started["task"]["startedBy"], started["task"]["canStart"]) == (
        "IN_PROGRESS", {"email": BRIGHTLINE}, False)
    finished = await complete(admin, task)
    assert finished["task"]["status"] == "COMPLETED" and finished["task"]["completedAt"]
    after = await tasks(admin, name)
    assert (after["CONNECT_BILLING_SOURCE"]["status"], after["CONNECT_BILLING_SOURCE"]["canStart"]) == ("NOT_STARTED", True)
    assert (await onboarding(admin, name) or {})["progress"] == 0.6
    async with connected(server.database_url) as database:
        told = await database.execute_query_dict(
            f"select kind, about, facts from event where tenant_id = {customer[4:]} and kind = 'ONBOARDING_CHANGED' order by id")
    assert len(told) == 3 and told[-1]["about"] == task and "COMPANY_PROFILE" in str(told[-1]["facts"])


@pytest.mark.row("S2.26", "B.7")
async def test_sales_and_support_are_refused_by_the_capability_and_strangers_find_nothing(server: Server) -> None:
    for act in (start, complete):
        task = (await tasks(Person(server, BRIGHTLINE), GLOBAL))["COMPANY_PROFILE"]["id"]
        assert codes(await act(Person(server, "sales@harbor.example"), task)) == [("FORBIDDEN", "taskId", "ONBOARDING_START")]
        assert codes(await act(Person(server, "regular@brightline.example"), task)) == [("FORBIDDEN", "taskId", "ONBOARDING_START")]
        for email in ("admin@coastal.example", "admin@acmecorp.example", "support@brightline.example"):
            assert codes(await act(Person(server, email), task)) == [("NOT_FOUND", "taskId", None)], email
    acme = (await tasks(Person(server, BRIGHTLINE), ACME))["ADD_SERVICES"]["id"]
    assert codes(await start(Person(server, "support@brightline.example"), acme)) == [("FORBIDDEN", "taskId", "ONBOARDING_START")]


@pytest.mark.row("S2.26")
async def test_a_blocked_task_cannot_be_started(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    task = (await tasks(admin, GLOBAL))["CONNECT_BILLING_SOURCE"]["id"]
    [error] = (await start(admin, task))["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_STATE", ["input", "taskId"]) and "BLOCKED" in error["message"]


@pytest.mark.row("S2.26", "B.7")
async def test_an_illegal_step_names_those_that_are_allowed(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, _, _ = await newcomer(server)
    found = await tasks(admin, name)
    [early] = (await complete(admin, found["COMPANY_PROFILE"]["id"]))["userErrors"]
    assert early["code"] == "INVALID_STATE" and "NOT_STARTED: from there it becomes IN_PROGRESS." in early["message"]
    [again] = (await start(admin, found["VERIFY_EMAIL"]["id"]))["userErrors"]
    assert again["code"] == "INVALID_STATE" and "does not change any more" in again["message"]
    assert codes(await complete(admin, found["COMPANY_PROFILE"]["id"], "SKIPPED")) == [("INVALID", "outcome", None)]


@pytest.mark.row("B.7")
async def test_what_failed_is_started_again_and_what_is_not_required_is_skipped(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, _, owner = await newcomer(server)
    found = await tasks(owner, name)
    await start(owner, found["COMPANY_PROFILE"]["id"])
    assert (await complete(owner, found["COMPANY_PROFILE"]["id"], "FAILED"))["task"]["status"] == "FAILED"
    assert (await onboarding(admin, name) or {})["progress"] == 0.4
    assert (await start(admin, found["COMPANY_PROFILE"]["id"]))["task"]["status"] == "IN_PROGRESS"
    assert (await complete(admin, found["ADD_SERVICES"]["id"], "SKIPPED"))["task"]["status"] == "SKIPPED"
    assert (await tasks(admin, name))["START_SERVICES"]["status"] == "NOT_STARTED"


@pytest.mark.row("S2.21", "S2.24")
async def test_onboarding_is_completed_with_the_last_required_task(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, customer, owner = await newcomer(server)
    found = await tasks(owner, name)
    await step(owner, await offered(admin, customer), "SCHEDULED")
    await done(owner, found["COMPANY_PROFILE"]["id"])
    assert (await onboarding(owner, name) or {})["status"] == "IN_PROGRESS"
    await done(owner, found["CONNECT_BILLING_SOURCE"]["id"])
    shown = await onboarding(admin, name)
    assert shown is not None and (shown["status"], shown["progress"]) == ("COMPLETED", 1.0) and shown["completedAt"]


@pytest.mark.row("B.7")
async def test_onboarding_is_not_completed_without_an_active_administrator(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, customer, owner = await newcomer(server)
    found = await tasks(owner, name)
    await step(owner, await offered(admin, customer), "SCHEDULED")
    await done(owner, found["COMPANY_PROFILE"]["id"])
    await start(owner, found["CONNECT_BILLING_SOURCE"]["id"])
    async with connected(server.database_url) as database:
        await database.execute_query(f"update app_user set active = false where tenant_id = {customer[4:]}")
    [error] = (await complete(admin, found["CONNECT_BILLING_SOURCE"]["id"]))["userErrors"]
    assert error["code"] == "INVALID_STATE" and "administrator" in error["message"]
    assert (await onboarding(admin, name) or {})["status"] == "IN_PROGRESS"


@pytest.mark.row("B.7", "B.2", "B.4")
async def test_of_two_who_start_at_once_one_does_and_a_rehearsal_starts_nothing(server: Server) -> None:
    admin = Person(server, BRIGHTLINE)
    name, _, owner = await newcomer(server)
    task = (await tasks(admin, name))["COMPANY_PROFILE"]
    assert (await start(admin, task["id"], dryRun=True))["task"]["status"] == "IN_PROGRESS"
    assert (await tasks(admin, name))["COMPANY_PROFILE"]["status"] == "NOT_STARTED"
    answers = await asyncio.gather(start(admin, task["id"]), start(owner, task["id"]))
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1]
    assert codes(await complete(admin, task["id"], ifVersion=task["version"])) == [("VERSION_CONFLICT", "ifVersion", None)]


@pytest.mark.row("S1.45", "S1.46", "S2.26")
async def test_what_a_partner_does_stands_in_the_customers_log_and_full_access_may_not(server: Server) -> None:
    name, customer, owner = await newcomer(server)
    task = (await tasks(owner, name))["COMPANY_PROFILE"]["id"]
    deputy = await joined(server, owner, customer.replace("cus_", "ten_"), "FULL_ACCESS")
    assert codes(await start(deputy, task)) == [("FORBIDDEN", "taskId", "ONBOARDING_START")]
    inside = await entered(await anew(server, BRIGHTLINE), name)
    assert (await start(inside, task))["task"]["status"] == "IN_PROGRESS"
    log = await owner.ask("query($id: ID!) { customer(id: $id) { activityLog(first: 1) { nodes { actorEmail onBehalf summary } } } }",
                          {"id": customer})
    assert log["data"]["customer"]["activityLog"]["nodes"] == [
        {"actorEmail": BRIGHTLINE, "onBehalf": True, "summary": "started “Complete the company profile”"}]
