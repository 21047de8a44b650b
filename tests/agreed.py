"""Contracts as tests draw them up and take them on."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from tests.client import Person
from tests.inviting import accept, fresh, invite_customer, signed_in, token
from tests.servers import Server

CONTRACT = """id version number title status startsOn endsOn renewalDate autoRenew currency value { amount currency } documentUrl
  acceptedAt terminatedAt customer { name } predecessor { number }"""
ERRORS = "userErrors { code message path requiredCapability } auditEntryId"
CREATE = f"""mutation($input: CreateContractInput!, $options: MutationOptions) {{
  createContract(input: $input, options: $options) {{ contract {{ {CONTRACT} }} {ERRORS} }} }}"""
SET = f"""mutation($input: SetContractStatusInput!, $options: MutationOptions) {{
  setContractStatus(input: $input, options: $options) {{ contract {{ {CONTRACT} }} {ERRORS} }} }}"""
BRIGHTLINE = "admin@brightline.example"
_serial = itertools.count(1)


def codes(payload: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(e["code"], e["path"][-1], e["requiredCapability"]) for e in payload["userErrors"]]


async def newcomer(server: Server, partner: str = BRIGHTLINE) -> tuple[str, str, Person]:
    """A customer that has just accepted: its name, its id and its administrator."""
    name, email = f"Newcomer {next(_serial)} of {server.url[-5:]}", fresh("newcomer")
    assert not (await invite_customer(Person(server, partner), email, organizationName=name))["userErrors"]
    assert not (await accept(server, await token(server, email)))["userErrors"]
    owner = Person(server, email, token=await signed_in(server, email))
    return name, await customer_id(owner, name), owner


async def draw_up(person: Person, customer: str, options: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A draft for a year from tomorrow on, unless told otherwise."""
    begins = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    given = {"customerId": customer, "title": "Connectivity", "startsOn": begins.isoformat(), "currency": "EUR",
             "endsOn": (begins + dt.timedelta(days=364)).isoformat(), "value": "1200.00", **more}
    answer = await person.ask(CREATE, {"input": given, "options": options or {}})
    assert answer.get("data"), answer
    return answer["data"]["createContract"]


async def step(person: Person, contract: str, status: str, **options: Any) -> dict[str, Any]:
    answer = await person.ask(SET, {"input": {"contractId": contract, "status": status}, "options": options})
    assert answer.get("data"), answer
    return answer["data"]["setContractStatus"]


async def offered(person: Person, customer: str, **more: Any) -> str:
    """The id of a contract that waits for the customer's word."""
    contract = (await draw_up(person, customer, **more))["contract"]["id"]
    assert (await step(person, contract, "PENDING_ACCEPTANCE"))["contract"]["status"] == "PENDING_ACCEPTANCE"
    return contract


async def customer_id(person: Person, name: str) -> str:
    answer = await person.ask("query($name: String) { customers(search: $name) { nodes { id name } } }", {"name": name})
    return next(c["id"] for c in answer["data"]["customers"]["nodes"] if c["name"] == name)
