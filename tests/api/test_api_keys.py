"""API keys: what a machine may do with one, who makes and revokes them, and when they stop."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import build_schema, get_named_type, is_required_argument

from models import AccessGrant, ApiKey, AuditEntry, User
from models.audit import verify
from models.grants import access_changed
from models.keys import MARK
from models.sessions import hash_secret
from models.signing import use_keys
from models.transaction import unit_of_work
from server.portfolio.story import tenant_id
from server.settings import Settings
from tests.api.feeding import REVOKE, branch, health, machine, make_key, report
from tests.api.test_switch_tenant import entered
from tests.client import PASSWORD, Person, sign_in
from tests.inviting import joined
from tests.live import listening
from tests.servers import Server
from tests.stored import connected

HARBOR, BRIGHTLINE, REGULAR = "admin@harbor.example", "admin@brightline.example", "regular@brightline.example"
BRIGHTLINE_TENANT, ACME_TENANT = f"ten_{tenant_id('brightline')}", f"ten_{tenant_id('acme')}"
SCHEMA = build_schema((Path(__file__).parents[2] / "schema.graphql").read_text())
NAMES = "{ customers(first: 50) { nodes { name mrr { amount } } } }"


def wrong(payload: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(e["code"], ".".join(e["path"][1:]), e["requiredCapability"]) for e in payload["userErrors"]]


async def code_of(person: Person, query: str = NAMES) -> tuple[int, str]:
    """How a whole request was refused."""
    status, _, body = await person.raw(query)
    return status, orjson.loads(body)["errors"][0]["extensions"]["code"]


async def revoke(person: Person, key: str, **options: Any) -> dict[str, Any]:
    return (await person.ask(REVOKE, {"input": {"apiKeyId": key}, "options": options}))["data"]["revokeApiKey"]


# -- making

@pytest.mark.case(76)
@pytest.mark.row("B.17")
async def test_a_keys_secret_is_told_once_and_only_its_hash_is_stored(server: Server):
    made = await make_key(Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "SOURCE_DATA_REPORT", "CUSTOMER_VIEW")
    key, secret = made["apiKey"], made["secret"]
    assert secret.startswith(MARK) and key["prefix"] == secret[:10] and not made["userErrors"]
    assert key["capabilities"] == ["CUSTOMER_VIEW", "SOURCE_DATA_REPORT"]
    assert key["tenant"]["name"] == "Brightline Partners" and key["createdBy"]["email"] == BRIGHTLINE
    async with connected(server.database_url) as database:
        for table in ("api_key", "audit_entry", "activity_event", "idempotency_record"):
            rows = await database.execute_query_dict(f"select * from {table}")
            assert not [row for row in rows if any(secret[10:] in str(value) for value in row.values())]
        assert (await ApiKey.get(prefix=key["prefix"])).hash == hash_secret(secret)
    answer = await Person(server, BRIGHTLINE).ask("{ viewer { apiKeys { nodes { id prefix } } } }")
    assert {"id": key["id"], "prefix": key["prefix"]} in answer["data"]["viewer"]["apiKeys"]["nodes"]


@pytest.mark.case(76)
@pytest.mark.row("B.17")
async def test_nobody_makes_a_key_that_holds_more_than_they_do(server: Server):
    admin = Person(server, "admin@acmecorp.example")
    made = await make_key(admin, ACME_TENANT, "INVOICE_VIEW", "SOURCE_DATA_REPORT", "PLATFORM_ADMIN")
    assert made["secret"] is None and made["apiKey"] is None
    assert wrong(made) == [("FORBIDDEN", "capabilities", "PLATFORM_ADMIN"), ("FORBIDDEN", "capabilities", "SOURCE_DATA_REPORT")]
    past = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)).isoformat()
    made = await make_key(admin, ACME_TENANT, "API_KEY_MANAGE", name=" ", expiresAt=past)
    assert wrong(made) == [("REQUIRED", "name", None), ("INVALID", "capabilities", None), ("INVALID", "expiresAt", None)]
    assert wrong(await make_key(admin, ACME_TENANT)) == [("REQUIRED", "capabilities", None)]


@pytest.mark.parametrize(("email", "expected"), [
    (REGULAR, ("FORBIDDEN", "tenantId", "API_KEY_MANAGE")),
    ("admin@acmecorp.example", ("NOT_FOUND", "tenantId", None)),
    ("admin@coastal.example", ("NOT_FOUND", "tenantId", None)),
])
async def test_only_who_manages_keys_of_a_tenant_makes_one(server: Server, email: str, expected: tuple):
    assert wrong(await make_key(Person(server, email), BRIGHTLINE_TENANT, "CUSTOMER_VIEW"))[0] == expected


async def test_no_key_is_made_while_acting_in_another_tenant(server: Server):
    acting = await entered(Person(server, token=await sign_in(server, HARBOR)), "Brightline Partners")
    made = await make_key(acting, BRIGHTLINE_TENANT, "CUSTOMER_VIEW")
    assert wrong(made) == [("FORBIDDEN", "tenantId", None)] and made["secret"] is None


# -- what a key may do

async def test_a_key_reports_source_data_for_its_tenant_and_beneath_and_for_nobody_else(server: Server):
    own, harbor = await branch(server), Person(server, HARBOR)
    by_key = await machine(server, harbor, own.tenant("c1"), "SOURCE_DATA_REPORT")
    for name in ("c1", "sub"):
        answer = await report(by_key, own.tenant(name), usage="SUCCESS")
        assert not answer["userErrors"] and answer["customer"] is None  # it may report, not see
    for elsewhere in (own.tenant("c2"), own.tenant("reseller"), ACME_TENANT, f"ten_{tenant_id('harbor')}", "ten_1"):
        assert wrong(await report(by_key, elsewhere, usage="SUCCESS")) == [("NOT_FOUND", "tenantId", None)]
    assert (await health(harbor, own.customer("reseller")))["breakdown"] == {"SUCCESS": 2, "NOT_AVAILABLE": 3}


async def test_what_a_key_does_is_written_down_as_the_keys_in_a_chain_that_holds(server: Server):
    own, harbor = await branch(server), Person(server, HARBOR)
    made = await make_key(harbor, own.tenant("c1"), "SOURCE_DATA_REPORT")
    answer = await report(Person(server, token=made["secret"]), own.tenant("c1"), usage="SUCCESS")
    use_keys(*Settings().keys)
    async with connected(server.database_url):
        entry = await AuditEntry.get(id=int(answer["auditEntryId"].removeprefix("aud_")))
        assert (entry.actor_id, f"key_{entry.api_key_id}") == (None, made["apiKey"]["id"])
        assert await verify(own.places["c1"]) is None
        await AuditEntry.filter(id=entry.id).update(api_key_id=None)
        assert await verify(own.places["c1"]) == entry.seq
        await AuditEntry.filter(id=entry.id).update(api_key_id=entry.api_key_id)
        used = await ApiKey.get(id=entry.api_key_id)
    assert used.last_used_at is not None


@pytest.mark.case(76)
@pytest.mark.row("B.17")
async def test_what_a_key_was_not_made_for_is_withheld_for_that_reason(server: Server):
    by_key = await machine(server, Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "CUSTOMER_VIEW")
    answer = await by_key.ask(NAMES)
    nodes = answer["data"]["customers"]["nodes"]
    assert "Acme Corporation" in [node["name"] for node in nodes] and {node["mrr"] and 1 for node in nodes} == {None}
    assert answer["extensions"]["withheld"] == [
        {"path": "customers.nodes.mrr", "capability": "FINANCIALS_VIEW", "reason": "API_KEY_SCOPE"}]
    decision = (await by_key.ask(
        "query($of: ID!) { viewer { permission(of: $of, capability: FINANCIALS_VIEW) { allowed reason howToGet } } }",
        {"of": f"cus_{tenant_id('acme')}"}))["data"]["viewer"]["permission"]
    assert decision == {"allowed": False, "reason": "API_KEY_SCOPE",
                        "howToGet": "Take an API key that was made with FINANCIALS_VIEW."}
    richer = await machine(server, Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "CUSTOMER_VIEW", "FINANCIALS_VIEW")
    assert [node["mrr"]["amount"] for node in (await richer.ask(NAMES))["data"]["customers"]["nodes"]
            if node["name"] == "Delta Retail"] == []
    assert (await richer.ask(NAMES))["data"]["customers"]["nodes"][0]["mrr"]["amount"]


async def test_a_key_without_the_capability_reports_nothing(server: Server):
    own, harbor = await branch(server), Person(server, HARBOR)
    by_key = await machine(server, harbor, own.tenant("reseller"), "CUSTOMER_VIEW")
    answer = await report(by_key, own.tenant("c1"), usage="FAILED")
    assert wrong(answer) == [("FORBIDDEN", "tenantId", "SOURCE_DATA_REPORT")]
    assert (await health(harbor, own.customer("c1")))["own"] == "NOT_AVAILABLE"


async def test_a_key_is_nobody_in_person(server: Server):
    by_key = await machine(server, Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "CUSTOMER_VIEW", "USER_VIEW", "USER_INVITE",
                           "ACCESS_LINK_MANAGE", "SOURCE_DATA_REPORT")
    viewer = (await by_key.ask("""{ viewer { user { id } homeTenant { name } currentTenant { name } capabilities
      sessions { nodes { id } } apiKeys { nodes { id } } apiKey { name } actingSession { id } } }"""))["data"]["viewer"]
    assert viewer["user"] is None and viewer["actingSession"] is None
    assert viewer["sessions"]["nodes"] == [] and viewer["apiKeys"]["nodes"] == []
    assert viewer["apiKey"]["name"].startswith("Machine ")
    assert viewer["currentTenant"]["name"] == viewer["homeTenant"]["name"] == "Brightline Partners"
    assert viewer["capabilities"] == ["ACCESS_LINK_MANAGE", "CUSTOMER_VIEW", "SOURCE_DATA_REPORT", "USER_INVITE", "USER_VIEW"]


@pytest.mark.parametrize("mutation", [
    'signIn(input: {email: "admin@brightline.example", password: "%s"})' % PASSWORD, "signOut(input: {all: true})",
    f'switchTenant(input: {{tenantId: "{ACME_TENANT}"}})', "switchBack(input: {})",
    f'createApiKey(input: {{name: "mine", tenantId: "{ACME_TENANT}", capabilities: [CUSTOMER_VIEW]}})',
    f'inviteUser(input: {{tenantId: "{BRIGHTLINE_TENANT}", email: "x@newco.example", firstName: "A", lastName: "B", role: SUPPORT}})',
])
@pytest.mark.case(76)
async def test_a_key_does_nothing_that_takes_a_person(server: Server, mutation: str):
    by_key = await machine(server, Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "CUSTOMER_VIEW", "USER_INVITE")
    answer = await by_key.ask("mutation { it: %s { userErrors { code path } } }" % mutation)
    assert answer["data"]["it"]["userErrors"] == [{"code": "FORBIDDEN", "path": ["input"]}]


async def test_whatever_a_viewer_is_asked_of_themselves_a_key_answers_as_nobody(server: Server):
    """Every field of the type, as the schema has it: none fails, and none finds what is somebody's own."""
    by_key = await machine(server, Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "CUSTOMER_VIEW", "REPORT_VIEW", "EXPORT")
    fields = [selected(name, field) for name, field in SCHEMA.type_map["Viewer"].fields.items()
              if not any(is_required_argument(argument) for argument in field.args.values())]
    answer = await by_key.ask("{ viewer { %s } }" % " ".join(fields))
    assert "errors" not in answer, answer
    viewer = answer["data"]["viewer"]
    assert len(viewer) >= 10
    assert {name for name, value in viewer.items() if isinstance(value, dict) and value.get("nodes")} == set()
    assert viewer["user"] is None and viewer["pinnedCustomers"] == []


def selected(name: str, field: Any) -> str:
    """The field, with the least that has to be asked of it."""
    kind = get_named_type(field.type)
    if name.endswith("s") and "nodes" in getattr(kind, "fields", {}):
        return f"{name} {{ nodes {{ __typename }} }}"
    return f"{name} {{ __typename }}" if hasattr(kind, "fields") else name


@pytest.mark.case(49)
async def test_a_key_listens_to_its_tenants_customers_until_it_is_revoked(server: Server):
    own, harbor = await branch(server), Person(server, HARBOR)
    made = await make_key(harbor, own.tenant("reseller"), "CUSTOMER_VIEW")
    wanted = {"ids": [own.customer("c1"), own.customer("c2")], "kinds": ["SOURCE_DATA_CHANGED"]}
    async with listening(Person(server, token=made["secret"]), variables=wanted) as stream:
        await report(harbor, own.tenant("c1"), usage="FAILED")
        told = await stream.told()
        assert (told["kind"], told["customer"]["id"]) == ("SOURCE_DATA_CHANGED", own.customer("c1"))
        async with listening(harbor, "subscription { accessChanged { id } }") as makers:
            assert not (await revoke(harbor, made["apiKey"]["id"]))["userErrors"]
            answer = await stream.next()
            assert await makers.is_quiet(), "their own rights are as they were"
        assert answer and answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED" and not answer.get("data")


# -- the end

@pytest.mark.case(76)
@pytest.mark.row("B.17")
async def test_a_revoked_key_stops_at_once_and_a_second_time_is_told(server: Server):
    admin = Person(server, BRIGHTLINE)
    made = await make_key(admin, BRIGHTLINE_TENANT, "CUSTOMER_VIEW", "SOURCE_DATA_REPORT")
    by_key = Person(server, token=made["secret"])
    assert (await by_key.ask(NAMES))["data"]["customers"]["nodes"]
    assert (await revoke(admin, made["apiKey"]["id"]))["apiKey"]["revokedAt"]
    assert await code_of(by_key) == (401, "UNAUTHENTICATED")
    assert await code_of(by_key, "mutation { switchBack(input: {}) { dryRun } }") == (401, "UNAUTHENTICATED")
    again = await revoke(admin, made["apiKey"]["id"])
    assert [warning["code"] for warning in again["warnings"]] == ["ALREADY_DONE"] and not again["userErrors"]


async def test_of_two_who_revoke_a_key_at_once_one_did_it(server: Server):
    admin = Person(server, BRIGHTLINE)
    made = await make_key(admin, BRIGHTLINE_TENANT, "CUSTOMER_VIEW")
    answers = await asyncio.gather(*(revoke(admin, made["apiKey"]["id"]) for _ in range(4)))
    assert sorted(len(answer["warnings"]) for answer in answers) == [0, 1, 1, 1]


async def test_a_key_is_revoked_by_who_manages_its_tenants_keys_only(server: Server):
    made = await make_key(Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "CUSTOMER_VIEW")
    for email in ("admin@coastal.example", "admin@acmecorp.example", REGULAR):
        assert wrong(await revoke(Person(server, email), made["apiKey"]["id"])) == [("NOT_FOUND", "apiKeyId", None)]
    assert not (await revoke(Person(server, HARBOR), made["apiKey"]["id"]))["userErrors"]


@pytest.mark.case(76)
async def test_an_expired_key_and_one_that_nobody_made_open_nothing(server: Server):
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    made = await make_key(Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "CUSTOMER_VIEW", expiresAt=soon.isoformat())
    by_key = Person(server, token=made["secret"])
    assert (await by_key.ask(NAMES))["data"]["customers"]["nodes"]
    async with connected(server.database_url):
        await ApiKey.filter(prefix=made["apiKey"]["prefix"]).update(expires_at=dt.datetime.now(dt.UTC))
    assert await code_of(by_key) == (401, "UNAUTHENTICATED")
    assert await code_of(Person(server, token=f"{MARK}{'x' * 43}")) == (401, "UNAUTHENTICATED")


@pytest.mark.case(76)
@pytest.mark.row("B.17")
async def test_what_its_maker_loses_a_key_loses(server: Server):
    maker = await joined(server, Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "ADMIN")
    by_key = await machine(server, maker, BRIGHTLINE_TENANT, "CUSTOMER_VIEW", "FINANCIALS_VIEW")
    assert (await by_key.ask(NAMES))["data"]["customers"]["nodes"][0]["mrr"]
    await make(server, maker, role="SUPPORT")
    answer = await by_key.ask(NAMES)
    assert answer["data"]["customers"]["nodes"] == []
    await make(server, maker, role="ADMIN")
    assert (await by_key.ask(NAMES))["data"]["customers"]["nodes"][0]["mrr"]
    await make(server, maker, active=False)
    assert await code_of(by_key) == (401, "UNAUTHENTICATED")


async def make(server: Server, person: Person, *, role: str | None = None, active: bool = True) -> None:
    """Another role at home for somebody, or none at all, as the database has it."""
    async with connected(server.database_url):
        async def change() -> None:
            user = await User.get(email=person.email)
            if role:
                await AccessGrant.filter(user_id=user.id).update(role=role)
            await User.filter(id=user.id).update(active=active)
            await access_changed([user.id])
        await unit_of_work(change, tries=8)


async def test_keys_are_shown_to_who_manages_them_only(server: Server):
    await make_key(Person(server, BRIGHTLINE), BRIGHTLINE_TENANT, "CUSTOMER_VIEW")
    ask = "query($id: ID!) { tenant(id: $id) { apiKeys { nodes { prefix createdBy { email } } } } }"
    shown = {email: (await Person(server, email).ask(ask, {"id": BRIGHTLINE_TENANT}))
             for email in (BRIGHTLINE, HARBOR, REGULAR, "admin@coastal.example")}
    assert shown[BRIGHTLINE]["data"]["tenant"]["apiKeys"]["nodes"] == shown[HARBOR]["data"]["tenant"]["apiKeys"]["nodes"] != []
    assert shown[REGULAR]["data"]["tenant"] == {"apiKeys": None}
    assert shown[REGULAR]["extensions"]["withheld"] == [
        {"path": "tenant.apiKeys", "capability": "API_KEY_MANAGE", "reason": "ROLE"}]
    assert shown["admin@coastal.example"]["data"]["tenant"] is None
