"""A reseller with customers of a test's own, and reports of how they are fed."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from models import Customer, Tenant
from models.access import TenantKind
from models.sources import count_newcomer
from models.tenants import plant
from models.transaction import unit_of_work
from server.portfolio.story import tenant_id
from tests.client import Person
from tests.servers import Server
from tests.stored import connected

ERRORS = "userErrors { code message path requiredCapability } warnings { code } dryRun auditEntryId"
HEALTH = """sourceData { status own breakdown { status count } lastIngestedAt worst { nodes { name } }
  feeds { nodes { id name status message lastIngestedAt reportedAt intervalHours version tenant { name } } } }"""
REPORT = f"""mutation($input: ReportSourceDataInput!, $options: MutationOptions) {{
  reportSourceData(input: $input, options: $options) {{ customer {{ name {HEALTH} }} {ERRORS} }} }}"""
CUSTOMER = f"query($id: ID!) {{ customer(id: $id) {{ name {HEALTH} }} }}"
CREATE = f"""mutation($input: CreateApiKeyInput!, $options: MutationOptions) {{ createApiKey(input: $input, options: $options) {{
  secret apiKey {{ id name prefix capabilities version tenant {{ name }} createdBy {{ email }} expiresAt revokedAt lastUsedAt }}
  {ERRORS} }} }}"""
REVOKE = f"""mutation($input: RevokeApiKeyInput!, $options: MutationOptions) {{ revokeApiKey(input: $input, options: $options) {{
  apiKey {{ id revokedAt }} {ERRORS} }} }}"""
_serial = itertools.count(1)


@dataclass
class Branch:
    """A reseller beneath Harbor Distribution, its customers, and a sub-account of the first, by short names."""

    server: Server
    places: dict[str, int]
    names: dict[str, str]

    def tenant(self, name: str) -> str:
        return f"ten_{self.places[name]}"

    def customer(self, name: str) -> str:
        return f"cus_{self.places[name]}"


async def branch(server: Server, customers: int = 3) -> Branch:
    """Planted as invitations that are accepted would, without the letters."""
    number = next(_serial)
    async with connected(server.database_url):
        async def grow() -> dict[str, Tenant]:
            harbor = await Tenant.get(id=tenant_id("harbor"))
            reseller = await _grown(harbor, TenantKind.RESELLER, f"Fed Reseller {number}")
            grown = {"reseller": reseller}
            for n in range(1, customers + 1):
                grown[f"c{n}"] = await _grown(reseller, TenantKind.CUSTOMER, f"Fed {number} Customer {n}")
            grown["sub"] = await _grown(grown["c1"], TenantKind.CUSTOMER, f"Fed {number} Sub-account")
            return grown
        grown = await unit_of_work(grow, tries=8)
        return Branch(server, {name: tenant.id for name, tenant in grown.items()},
                      {name: tenant.name for name, tenant in grown.items()})


async def newcomer(own: Branch, beneath: str) -> None:
    """One more customer beneath one of a branch, or a sub-account."""
    async with connected(own.server.database_url):
        parent, name = await Tenant.get(id=own.places[beneath]), f"n{len(own.places)}"
        grown = await unit_of_work(lambda: _grown(parent, TenantKind.CUSTOMER, f"Fed Newcomer {next(_serial)}"), tries=8)
        own.places[name], own.names[name] = grown.id, grown.name


async def _grown(parent: Tenant, kind: TenantKind, name: str) -> Tenant:
    tenant, now = Tenant.beneath(parent, kind=kind, name=name), dt.datetime.now(dt.UTC)
    await plant([tenant])
    await Customer.create(
        id=tenant.id, tenant_id=tenant.id, name=name, name_key=tenant.name_key, status="ACTIVE", status_changed_at=now,
        issuer_id=parent.id if kind is TenantKind.RESELLER or not tenant.sub_account else parent.parent_id,
        account_type="LOCAL_ACCOUNT", currency="EUR", created_at=now, accepted_at=now)
    await count_newcomer(tenant)
    return tenant


async def report(person: Person, tenant: str, options: dict[str, Any] | None = None, **feeds: str | dict[str, Any]
                 ) -> dict[str, Any]:
    """What reporting answered; a feed is its status alone, or all that is said of it."""
    told = [{"name": name, **({"status": feed} if isinstance(feed, str) else feed)} for name, feed in feeds.items()]
    answer = await person.ask(REPORT, {"input": {"tenantId": tenant, "feeds": told}, "options": options})
    assert answer.get("data"), answer
    return answer["data"]["reportSourceData"]


async def health(person: Person, customer: str) -> dict[str, Any]:
    """A customer's source data, with its breakdown as {status: count} and the worst as names."""
    found = (await person.ask(CUSTOMER, {"id": customer}))["data"]["customer"]["sourceData"]
    return {**found, "breakdown": {part["status"]: part["count"] for part in found["breakdown"] if part["count"]},
            "worst": [node["name"] for node in found["worst"]["nodes"]], "feeds": found["feeds"]["nodes"]}


async def make_key(person: Person, tenant: str, *capabilities: str, **more: Any) -> dict[str, Any]:
    """What making a key answered."""
    given = {"name": f"Machine {next(_serial)}", "tenantId": tenant, "capabilities": list(capabilities), **more}
    answer = await person.ask(CREATE, {"input": given})
    assert answer.get("data"), answer
    return answer["data"]["createApiKey"]


async def machine(server: Server, person: Person, tenant: str, *capabilities: str, **more: Any) -> Person:
    """A machine with a key that the person made for it."""
    made = await make_key(person, tenant, *capabilities, **more)
    assert made["secret"], made
    return Person(server, token=made["secret"])
