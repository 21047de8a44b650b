"""Every mutation, by everybody, on what is their own, linked, beside them, above them, somebody else's, and nobody's."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from typing import Any

import pytest

import models
from models import Tenant
from models.access import Role
from resolvers.denials import DENIED
from tests.attacks.belongings import ABSENT, belongings, distributor, unlinked
from tests.client import Person
from tests.inventing import MUTATIONS
from tests.servers import Server
from tests.shop import open_shop, settled
from tests.stored import connected

#: Mutation -> the argument that names an object, its tag, and the rest of an input that would do.
NAMING: dict[str, tuple[str, str, dict[str, Any]]] = {
    "switchTenant": ("tenantId", "ten", {}),
    "linkUser": ("customerId", "cus", {"userId": "usr_1"}),
    "changeLinkedRole": ("grantId", "grt", {"role": "READ_ONLY"}),
    "unlinkUser": ("grantId", "grt", {}),
    "inviteCustomer": ("parentId", "ten", {
        "accountType": "LOCAL_ACCOUNT", "email": "a@up.example", "organizationName": "Up"}),
    "inviteUser": ("tenantId", "ten", {
        "email": "a@up.example", "firstName": "A", "lastName": "B", "role": "READ_ONLY"}),
    "resendInvitation": ("invitationId", "ivt", {}),
    "revokeInvitation": ("invitationId", "ivt", {}),
    "upsertContact": ("tenantId", "ten", {"contact": {"name": "A", "email": "a@up.example", "type": "BILLING"}}),
    "deleteContact": ("contactId", "cnt", {}),
    "deleteFilter": ("filterId", "flt", {}),
    "pinCustomer": ("customerId", "cus", {}),
    "unpinCustomer": ("customerId", "cus", {}),
    "markNotificationsRead": ("upTo", "ntf", {}),
    "setNotificationPreference": ("customerId", "cus", {"event": "UPDATED", "email": True}),
    "addServices": ("customerId", "cus", {"products": [{"product": "Mail archive"}]}),
    "serviceAction": ("serviceId", "svc", {"action": "STOP"}),
    "exportNow": ("customerId", "cus", {"kind": "CUSTOMER_INFORMATION", "format": "CSV"}),
    "downloadReport": ("runId", "rpt", {}),
    "cancelReport": ("runId", "rpt", {}),
    "startOnboardingTask": ("taskId", "obt", {}),
    "completeOnboardingTask": ("taskId", "obt", {"outcome": "SKIPPED"}),
    "advanceInvoice": ("invoiceId", "bil", {"to": "ISSUABLE"}),
    "cancelInvoice": ("invoiceId", "bil", {"reason": "Twice"}),
    "recordPayment": ("invoiceId", "bil", {"amount": "1.00"}),
    "generateInvoices": ("customerIds", "cus", {"billingMonth": "2026-10"}),
    "exportInvoice": ("invoiceId", "bil", {"format": "PDF"}),
    "reportSourceData": ("tenantId", "ten", {"feeds": [{"name": "Usage", "status": "SUCCESS"}]}),
    "createApiKey": ("tenantId", "ten", {"name": "Machine", "capabilities": ["USER_VIEW"]}),
    "revokeApiKey": ("apiKeyId", "key", {}),
    "createContract": ("customerId", "cus", {"title": "T", "startsOn": "2026-01-01", "currency": "EUR"}),
    "setContractStatus": ("contractId", "con", {"status": "PENDING_ACCEPTANCE"}),
    "setCustomerTags": ("customerId", "cus", {"add": ["seen"]}),
    "createCustomer": ("parentId", "ten", {"companyName": "Up", "admin": {
        "firstName": "A", "lastName": "B", "email": "a@up.example", "password": "too short"}}),
    "resetUserPassword": ("userId", "usr", {}),
    "updateCustomer": ("customerId", "cus", {"description": "seen"}),
}
#: They name nothing, but the person who asks or a secret.
NAMELESS = {"signIn", "signOut", "switchBack", "acceptInvitation", "saveFilter", "setListPreferences", "updateProfile", "changePassword",
            "requestPasswordReset", "resetPassword"}
#: Columns that rise with any request of somebody.
RESTLESS = {"last_seen_at", "last_active_at", "last_activity_at"}
#: Mutations in one document, none of which hashes a password.
AT_ONCE = 17
SEEN = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"

Attempt = tuple[str, str]


def given(name: str, id: str) -> dict[str, Any]:
    argument, _, rest = NAMING[name]
    return {argument: [id] if argument.endswith("Ids") else id, **rest}


async def tried(person: Person, attempts: list[Attempt], **options: Any) -> list[dict[str, Any]]:
    """What each mutation answered, several in one document."""
    found: list[dict[str, Any]] = []
    for at in range(0, len(attempts), AT_ONCE):
        some = attempts[at:at + AT_ONCE]
        inputs = ", ".join(f"$i{n}: {MUTATIONS[name].args['input'].type}" for n, (name, _) in enumerate(some))
        fields = " ".join(f"a{n}: {name}(input: $i{n}, options: $o) {{ auditEntryId {payload_of(name)} userErrors "
                          f"{{ code message path requiredCapability }} }}" for n, (name, _) in enumerate(some))
        answer = await person.ask(f"mutation({inputs}, $o: MutationOptions) {{ {fields} }}",
                                  {f"i{n}": given(name, id) for n, (name, id) in enumerate(some)} | {"o": options or None})
        assert answer.get("data"), answer
        found += answer["data"].values()
    return found


def payload_of(name: str) -> str:
    """Every object that the payload may show."""
    fields = MUTATIONS[name].type.of_type.fields
    shown = [field for field in fields if field not in ("userErrors", "warnings", "dryRun", "auditEntryId")]
    return " ".join(field if field in ("deletedId", "url", "secret", "token") else f"{field} {{ __typename }}" for field in shown)


def test_every_mutation_is_tried() -> None:
    assert NAMING.keys() | NAMELESS == MUTATIONS.keys() and not NAMING.keys() & NAMELESS


@pytest.mark.case(25, 26, 35, 38, 43)
async def test_whoever_may_not_changes_nothing_and_what_is_hidden_is_answered_as_what_is_not(server: Server) -> None:
    """What may be known is what `nodes` shows: reading and writing go by one rule."""
    top = await distributor(server, "Above Distribution")
    shop, other = await open_shop(server, top), await open_shop(server, top)
    linked, beside = await shop.customer(), await shop.customer()
    await unlinked(shop, beside.key)
    places = {"own": await home(shop.person("admin")), "linked": linked.key, "beside": beside.key, "above": top,
              "a sibling's": await home(other.person("admin"))}
    things = {relation: await belongings(server, place) for relation, place in places.items()}
    people = [*(shop.person(who) for who in shop.people if who != "unlinked"), Person(server, linked.admin),
              Person(server, await deputy(server, linked.key)), other.person("admin")]
    for person in people:
        await person.token()
    before, counted, wrong = await stored(server, top), Counter[str](), list[Any]()
    await asyncio.gather(*(attempted(person, things, counted, wrong) for person in people))
    assert wrong == []
    after = await stored(server, top)
    assert {table: (after[table], rows) for table, rows in before.items() if after[table] != rows} == {}
    assert len(before["customer"]) == 4 and before["invoice"] and before["api_key"]
    assert counted["hidden"] > 500 and counted["refused"] > 100 and counted["allowed"] > 100, counted


async def deputy(server: Server, customer: int) -> str:
    """The address of somebody with FULL_ACCESS at a customer."""
    async with connected(server.database_url):
        tenant = await Tenant.get(id=customer)
        return (await settled(f"deputy{customer}@pine.example", tenant, Role.FULL_ACCESS, dt.datetime.now(dt.UTC))).email


async def stored(server: Server, top: int) -> dict[str, list[str]]:
    """Every row of every table that belongs to a tenant from there down: what the house does meanwhile to others is no matter."""
    async with connected(server.database_url) as database:
        root = await Tenant.get(id=top)
        within = f"select id from tenant where path like '{root.path}%'"
        found = {}
        for model in (getattr(models, name) for name in models.__all__):
            table, columns = model._meta.db_table, model._meta.fields_db_projection
            key = "id" if model is Tenant else "tenant_id"
            if key not in columns or model is models.AuditHead:
                continue
            but = f"and operation <> '{DENIED}'" if model is models.AuditEntry else ""
            rows = await database.execute_query_dict(f"select * from {table} where {key} in ({within}) {but}")
            found[table] = sorted(str({name: value for name, value in dict(row).items() if name not in RESTLESS}) for row in rows)
        return found


async def home(person: Person) -> int:
    answer = await person.ask("{ viewer { homeTenant { id } } }")
    return int(answer["data"]["viewer"]["homeTenant"]["id"][4:])


async def attempted(person: Person, things: dict[str, dict[str, str]], counted: Counter[str], wrong: list[Any]) -> None:
    nodes = (await person.ask(SEEN, {"ids": [id for found in things.values() for id in found.values()]}))["data"]["nodes"]
    visible = {node["id"] for node in nodes if node}
    visible |= {f"cus_{id[4:]}" for id in visible if id.startswith("ten_")}  # one's own company is no customer of its own
    everything = [(name, found[tag]) for found in things.values() for name, (_, tag, _) in NAMING.items() if tag in found]
    seen, hidden = ([each for each in everything if (each[1] in visible) is known] for known in (True, False))

    rehearsed = await tried(person, seen, dryRun=True)
    refused = [each for each, answer in zip(seen, rehearsed, strict=True)
               if {"FORBIDDEN", "NOT_FOUND"} & {error["code"] for error in answer["userErrors"]}]
    nobodys = [(name, f"{tag}_{ABSENT}") for name, (_, tag, _) in NAMING.items()]
    absent = dict(zip(NAMING, await tried(person, nobodys), strict=True))
    for at in things.values():  # of each place by itself, so that documents come again, which is quicker
        some = [each for each in hidden if each[1] in at.values()]
        for (name, id), answer in zip(some, await tried(person, some), strict=True):
            if answer != absent[name]:
                wrong.append((person.email, name, id, answer, absent[name]))
    for (name, id), answer in zip(refused, await tried(person, refused), strict=True):
        if any(value is not None for field, value in answer.items() if field != "userErrors"):
            wrong.append((person.email, name, id, answer))
    counted.update(hidden=len(hidden), refused=len(refused), allowed=len(seen) - len(refused))
