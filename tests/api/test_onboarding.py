"""Where customers stand on their way in, and their tasks: seen, started and finished (S2.21-S2.26, B.7)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.client import Person
from tests.inviting import accept, fresh, invite_customer, signed_in, token
from tests.servers import Server

TASK = """id version kind title status required canStart startedAt completedAt startedBy { email }
  blockedBy { kind } customer { name }"""
ONBOARDING = f"onboarding {{ status progress requiredTasks completedTasks startedAt completedAt tasks {{ {TASK} }} }}"
LIST = f"query($name: String) {{ customers(search: $name, first: 100) {{ nodes {{ id name {ONBOARDING} }} }} }}"
ERRORS = "userErrors { code message path requiredCapability } auditEntryId"
START = f"""mutation($input: StartOnboardingTaskInput!, $options: MutationOptions) {{
  startOnboardingTask(input: $input, options: $options) {{ task {{ {TASK} }} {ERRORS} }} }}"""
COMPLETE = f"""mutation($input: CompleteOnboardingTaskInput!, $options: MutationOptions) {{
  completeOnboardingTask(input: $input, options: $options) {{ task {{ {TASK} }} {ERRORS} }} }}"""
BRIGHTLINE, GLOBAL = "admin@brightline.example", "Global Enterprises"
_serial = itertools.count(1)


async def onboarding(person: Person, name: str) -> dict[str, Any] | None:
    found = [c for c in (await person.ask(LIST, {"name": name}))["data"]["customers"]["nodes"] if c["name"] == name]
    return found[0]["onboarding"]


async def tasks(person: Person, name: str) -> dict[str, dict[str, Any]]:
    return {task["kind"]: task for task in (await onboarding(person, name))["tasks"]}


async def start(person: Person, task: str, **options: Any) -> dict[str, Any]:
    return (await person.ask(START, {"input": {"taskId": task}, "options": options}))["data"]["startOnboardingTask"]


async def complete(person: Person, task: str, outcome: str | None = None, **options: Any) -> dict[str, Any]:
    given = {"taskId": task} | ({"outcome": outcome} if outcome else {})
    return (await person.ask(COMPLETE, {"input": given, "options": options}))["data"]["completeOnboardingTask"]


def codes(payload: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(e["code"], e["path"][-1], e["requiredCapability"]) for e in payload["userErrors"]]


async def newcomer(server: Server, partner: str = BRIGHTLINE) -> tuple[str, Person]:
    """A customer that has just accepted, by its name, with its administrator."""
    name, email = f"Newcomer {next(_serial)} {server.url[-5:]}", fresh("newcomer")
    assert not (await invite_customer(Person(server, partner), email, organizationName=name))["userErrors"]
    assert not (await accept(server, await token(server, email)))["userErrors"]
    return name, Person(server, email, token=await signed_in(server, email))


# -- seen

@pytest.mark.row("S2.21", "S2.24", "S2.25")
async def test_a_customer_on_its_way_in_shows_its_position_progress_and_tasks(story: Server) -> None:
    shown = await onboarding(Person(story, BRIGHTLINE), GLOBAL)
    assert (shown["status"], shown["progress"], shown["requiredTasks"], shown["completedTasks"]) == ("IN_PROGRESS", 0.6, 5, 3)
    assert {task["kind"]: task["status"] for task in shown["tasks"]} == {
        "VERIFY_EMAIL": "COMPLETED", "INVITE_ADMIN": "COMPLETED", "ACCEPT_CONTRACT": "COMPLETED",
        "COMPANY_PROFILE": "IN_PROGRESS", "CONNECT_BILLING_SOURCE": "BLOCKED"}
    billing = shown["tasks"][-1]
    assert (billing["title"], billing["blockedBy"], billing["canStart"], billing["customer"]["name"]) == (
        "Connect the billing source", [{"kind": "COMPANY_PROFILE"}], False, GLOBAL)
    assert shown["startedAt"] and shown["completedAt"] is None
