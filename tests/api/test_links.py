"""Linking people to customers, changing what they are there, and unlinking them: felt by the next request."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.test_switch_tenant import ACME, GLOBAL, NAMES, anew, entered, here, tenant
from tests.client import Person
from tests.servers import Server

GRANT = "grant { id role source version expiresAt user { email } tenant { name } grantedBy { email } capabilities }"
ERRORS = "userErrors { code message path requiredCapability } warnings { code message path } auditEntryId"
LINK = f"""mutation($input: LinkUserInput!, $options: MutationOptions) {{ linkUser(input: $input, options: $options) {{
  {GRANT} customer {{ name accessGrants(source: LINKED) {{ nodes {{ user {{ email }} role }} }} }} {ERRORS} }} }}"""
CHANGE = f"""mutation($input: ChangeLinkedRoleInput!, $options: MutationOptions) {{
  changeLinkedRole(input: $input, options: $options) {{ {GRANT} {ERRORS} }} }}"""
UNLINK = f"""mutation($input: UnlinkUserInput!, $options: MutationOptions) {{ unlinkUser(input: $input, options: $options) {{
  customer {{ name accessGrants(source: LINKED) {{ nodes {{ user {{ email }} }} }} }} {ERRORS} }} }}"""
GRANTS = """query($name: String!, $source: GrantSource) { customers(search: $name) { nodes { id
  accessGrants(source: $source) { nodes { id role source user { email } } } linkableUsers { nodes { id email } } } } }"""
UNLINKED = "unlinked@brightline.example"


class Desk:
    """An administrator who links people, by their addresses, to customers, by their names."""

    def __init__(self, admin: Person, server: Server):
        self.admin, self.server = admin, server
        self.linked: list[str] = []

    async def customer(self, name: str, source: str | None = None) -> dict[str, Any]:
        answer = await self.admin.ask(GRANTS, {"name": name, "source": source})
        return answer["data"]["customers"]["nodes"][0]

    async def user(self, email: str) -> str:
        everyone = await Person(self.server, "admin@meridian.example").ask("""{ customers(first: 100) { nodes {
          users(first: 100) { nodes { id email } } tenant { parent { users { nodes { id email } } } } } } }""")
        found = {u["email"]: u["id"] for c in everyone["data"]["customers"]["nodes"]
                 for users in (c["users"], c["tenant"]["parent"]["users"]) for u in users["nodes"]}
        return found[email]

    async def link(self, email: str, name: str, options: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        given = {"customerId": (await self.customer(name))["id"], "userId": await self.user(email), **more}
        payload = (await self.admin.ask(LINK, {"input": given, "options": options or {}}))["data"]["linkUser"]
        if payload["grant"] and not (options or {}).get("dryRun"):
            self.linked.append(payload["grant"]["id"])
        return payload

    async def change(self, grant: str, role: str, **options: Any) -> dict[str, Any]:
        answer = await self.admin.ask(CHANGE, {"input": {"grantId": grant, "role": role}, "options": options})
        return answer["data"]["changeLinkedRole"]

    async def unlink(self, grant: str, **options: Any) -> dict[str, Any]:
        answer = await self.admin.ask(UNLINK, {"input": {"grantId": grant}, "options": options})
        return answer["data"]["unlinkUser"]


@pytest.fixture
async def desk(server: Server) -> AsyncIterator[Desk]:
    """admin@brightline.example, who unlinks afterwards whom they linked."""
    desk = Desk(Person(server, "admin@brightline.example"), server)
    yield desk
    for grant in desk.linked:
        await desk.unlink(grant)


async def names(person: Person) -> list[str]:
    return [c["name"] for c in (await person.ask(NAMES))["data"]["customers"]["nodes"]]


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(e["code"], e["path"][-1]) for e in payload["userErrors"]]


# -- linking

@pytest.mark.row("S1.5", "S1.22", "S1.26", "S1.28")
async def test_a_link_is_support_by_default_and_felt_by_the_next_request(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    assert await names(person) == []
    payload = await desk.link(UNLINKED, ACME)
    assert payload["userErrors"] == payload["warnings"] == []
    assert payload["grant"]["role"] == "SUPPORT"
    assert payload["grant"]["source"] == "LINKED"
    assert payload["grant"]["grantedBy"] == {"email": "admin@brightline.example"}
    assert "TENANT_SWITCH" in payload["grant"]["capabilities"]
    assert {"user": {"email": UNLINKED}, "role": "SUPPORT"} in payload["customer"]["accessGrants"]["nodes"]
    assert await names(person) == [ACME]
    answer = await person.ask("{ customers { nodes { mrr { amount } summary { ports } } } }")
    assert answer["data"]["customers"]["nodes"] == [{"mrr": None, "summary": None}]
    assert await here(await entered(person, ACME)) == ACME


@pytest.mark.row("S1.25")
async def test_linking_twice_changes_nothing_and_says_so(desk: Desk) -> None:
    first = await desk.link(UNLINKED, ACME, role="REGULAR")
    second = await desk.link(UNLINKED, ACME)
    assert second["grant"] == first["grant"]
    assert [w["code"] for w in second["warnings"]] == ["ALREADY_DONE"]
    other = await desk.link(UNLINKED, ACME, role="READ_ONLY")
    assert codes(other) == [("INVALID_STATE", "role")]
    assert other["grant"] is None


@pytest.mark.row("S1.25")
async def test_of_two_links_at_the_same_moment_one_is_made(desk: Desk) -> None:
    payloads = await asyncio.gather(*(desk.link(UNLINKED, ACME) for _ in range(4)))
    assert len({p["grant"]["id"] for p in payloads}) == 1
    assert sorted(len(p["warnings"]) for p in payloads) == [0, 1, 1, 1]


@pytest.mark.row("S1.23", "S1.24")
async def test_only_people_who_are_no_admins_and_not_linked_yet_are_offered(desk: Desk) -> None:
    async def offered() -> list[str]:
        return sorted(u["email"] for u in (await desk.customer(ACME))["linkableUsers"]["nodes"])
    assert await offered() == [UNLINKED]
    assert sorted(u["email"] for u in (await desk.customer("Straße"))["linkableUsers"]["nodes"]) == [
        "readonly@brightline.example", "regular@brightline.example", "support@brightline.example", UNLINKED]
    await desk.link(UNLINKED, ACME)
    assert await offered() == []
    for email in ("regular@brightline.example", "support@brightline.example", "sales@harbor.example", "admin@acmecorp.example"):
        shown = await Person(desk.server, email).ask(GRANTS, {"name": ACME})
        assert [(c["linkableUsers"], c["accessGrants"]) for c in shown["data"]["customers"]["nodes"]] == [(None, None)]
        assert {(each["path"], each["capability"]) for each in shown["extensions"]["withheld"]} == {
            (f"customers.nodes.{field}", "ACCESS_LINK_MANAGE") for field in ("linkableUsers", "accessGrants")}


@pytest.mark.row("S1.24")
async def test_admins_are_not_linked(desk: Desk) -> None:
    assert codes(await desk.link("admin@brightline.example", ACME)) == [("CANNOT_LINK_ADMIN", "userId")]


async def test_people_of_the_customer_itself_are_not_linked(desk: Desk) -> None:
    assert codes(await desk.link("admin@acmecorp.example", ACME)) == [("INVALID", "userId")]
    assert codes(await desk.link("admin@acmecorp.example", GLOBAL)) == [("INVALID", "userId")]


@pytest.mark.row("S1.24")
async def test_people_whom_one_may_not_know_of_are_not_there(desk: Desk, server: Server) -> None:
    acme = (await desk.customer(ACME))["id"]
    hidden = [await desk.user(email) for email in ("admin@coastal.example", "sales@harbor.example")]
    answers = {(await desk.admin.raw(LINK, {"input": {"customerId": acme, "userId": id}}))[2]
               for id in (*hidden, "usr_4611686018427387904", "x", acme)}
    assert len(answers) == 1
    assert b'"code":"NOT_FOUND"' in answers.pop()


@pytest.mark.row("S1.4")
async def test_customers_whom_one_may_not_know_of_are_not_there(desk: Desk, server: Server) -> None:
    unlinked = await desk.user(UNLINKED)
    coastal = Desk(Person(server, "admin@coastal.example"), server)
    delta = (await coastal.customer("Delta"))["id"]
    own = (await tenant(desk.admin, "Brightline Partners")).replace("ten_", "cus_")
    answers = {(await desk.admin.raw(LINK, {"input": {"customerId": id, "userId": unlinked}}))[2]
               for id in (delta, own, "cus_4611686018427387904", unlinked)}
    assert len(answers) == 1
    assert b'"code":"NOT_FOUND"' in answers.pop()


@pytest.mark.parametrize("email", ["regular@brightline.example", "readonly@brightline.example",
                                   "support@brightline.example", "sales@harbor.example", "admin@acmecorp.example"])
@pytest.mark.row("S1.5", "S1.22", "S1.23", "S1.25", "S1.26")
async def test_only_partner_admins_link(desk: Desk, server: Server, email: str) -> None:
    given = {"customerId": (await desk.customer(ACME))["id"], "userId": await desk.user(UNLINKED)}
    payload = (await Person(server, email).ask(LINK, {"input": given}))["data"]["linkUser"]
    refused = {(e["code"], e["path"][-1], e["requiredCapability"]) for e in payload["userErrors"]}
    assert ("FORBIDDEN", "customerId", "ACCESS_LINK_MANAGE") in refused
    assert payload["grant"] is None


async def test_an_admin_who_acts_in_the_customer_may_not_link_there(desk: Desk, server: Server) -> None:
    given = {"customerId": (await desk.customer(ACME))["id"], "userId": await desk.user(UNLINKED)}
    inside = await entered(await anew(server, "admin@brightline.example"), ACME)
    payload = (await inside.ask(LINK, {"input": given}))["data"]["linkUser"]
    assert ("FORBIDDEN", "customerId") in codes(payload)
    assert ("NOT_FOUND", "userId") in codes(payload)


async def test_all_that_is_wrong_is_told_at_once(desk: Desk) -> None:
    past = (dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)).isoformat()
    payload = await desk.link("admin@brightline.example", ACME, role="SALES", expiresAt=past)
    assert codes(payload) == [("CANNOT_LINK_ADMIN", "userId"), ("INVALID", "role"), ("INVALID", "expiresAt")]


async def test_a_link_ends_by_itself_at_its_time_and_may_be_made_anew(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
    first = await desk.link(UNLINKED, ACME, expiresAt=until.isoformat())
    inside = await entered(person, ACME)
    assert await names(person) == [ACME]
    await asyncio.sleep((until - dt.datetime.now(dt.UTC)).total_seconds() + 0.1)
    assert await names(person) == []
    assert await here(inside) == "UNAUTHENTICATED"
    assert UNLINKED not in {g["user"]["email"] for g in (await desk.customer(ACME))["accessGrants"]["nodes"]}
    second = await desk.link(UNLINKED, ACME)
    assert second["warnings"] == []
    assert second["grant"]["id"] != first["grant"]["id"]


@pytest.mark.row("S1.28", "S1.29")
async def test_somebody_linked_as_admin_may_do_there_what_its_own_admin_may(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    await desk.link(UNLINKED, ACME, role="ADMIN")
    asked = "{ customers { nodes { name viewerRole viewerActions { mutation allowed } } } }"
    [acme] = [c for c in (await person.ask(asked))["data"]["customers"]["nodes"] if c["name"] == ACME]
    assert (acme["name"], acme["viewerRole"]) == (ACME, "ADMIN")
    allowed = {a["mutation"]: a["allowed"] for a in acme["viewerActions"]}
    assert {"switchTenant": True, "linkUser": False, "inviteUser": True, "addServices": True}.items() <= allowed.items()
    assert await here(await entered(person, ACME)) == ACME


async def test_a_rehearsal_links_nobody_and_a_key_links_once(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    rehearsed = await desk.link(UNLINKED, ACME, {"dryRun": True})
    assert rehearsed["grant"]["user"] == {"email": UNLINKED}
    assert await names(person) == []
    key = {"idempotencyKey": f"link {dt.datetime.now()}"}  # noqa: DTZ005
    first, again = await desk.link(UNLINKED, ACME, key), await desk.link(UNLINKED, ACME, key)
    assert again["grant"]["id"] == first["grant"]["id"]
    assert again["auditEntryId"] == first["auditEntryId"]
    assert again["warnings"] == []


# -- another role

@pytest.mark.row("S1.27", "S1.28")
async def test_another_role_is_felt_by_the_next_request(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    grant = (await desk.link(UNLINKED, ACME))["grant"]
    asked = "{ customers { nodes { viewerRole mrr { amount } } } }"
    assert (await person.ask(asked))["data"]["customers"]["nodes"] == [{"viewerRole": "SUPPORT", "mrr": None}]
    changed = await desk.change(grant["id"], "READ_ONLY")
    assert (changed["grant"]["role"], changed["grant"]["version"]) == ("READ_ONLY", grant["version"] + 1)
    [acme] = (await person.ask(asked))["data"]["customers"]["nodes"]
    assert acme == {"viewerRole": "READ_ONLY", "mrr": {"amount": "1250.00"}}
    again = await desk.change(grant["id"], "READ_ONLY")
    assert [w["code"] for w in again["warnings"]] == ["ALREADY_DONE"]
    assert again["grant"]["version"] == changed["grant"]["version"]


@pytest.mark.row("S1.27")
async def test_a_lesser_role_ends_acting_sessions_that_would_exceed_it(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    grant = (await desk.link(UNLINKED, ACME, role="REGULAR"))["grant"]["id"]
    inside = await entered(person, ACME)
    await desk.change(grant, "SUPPORT")
    assert await here(inside) == "UNAUTHENTICATED"
    assert await here(person) == "Brightline Partners"
    assert await here(await entered(person, ACME)) == ACME


@pytest.mark.row("S1.27", "S1.39")
async def test_a_greater_role_leaves_acting_sessions_open_and_reaches_them(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    grant = (await desk.link(UNLINKED, ACME))["grant"]["id"]
    inside = await entered(person, ACME)
    asked = "{ viewer { effectiveRole actingSession { effectiveRole } } customers { nodes { mrr { amount } } } }"
    assert (await inside.ask(asked))["data"]["customers"]["nodes"] == [{"mrr": None}]
    await desk.change(grant, "REGULAR")
    assert (await inside.ask(asked))["data"] == {
        "viewer": {"effectiveRole": "REGULAR", "actingSession": {"effectiveRole": "REGULAR"}},
        "customers": {"nodes": [{"mrr": {"amount": "1250.00"}}]}}


async def test_a_version_that_somebody_else_has_changed_is_refused(desk: Desk) -> None:
    grant = (await desk.link(UNLINKED, ACME))["grant"]
    await desk.change(grant["id"], "REGULAR", ifVersion=grant["version"])
    for refused in (await desk.change(grant["id"], "READ_ONLY", ifVersion=grant["version"]),
                    await desk.unlink(grant["id"], ifVersion=grant["version"])):
        [error] = refused["userErrors"]
        assert (error["code"], error["path"]) == ("VERSION_CONFLICT", ["options", "ifVersion"])
        assert str(grant["version"] + 1) in error["message"]


# -- unlinking

@pytest.mark.row("S1.37")
async def test_unlinking_is_felt_by_the_next_request_and_ends_the_stay_inside(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    grant = (await desk.link(UNLINKED, ACME))["grant"]["id"]
    inside = await entered(person, ACME)
    assert await names(person) == [ACME]
    payload = await desk.unlink(grant)
    assert payload["customer"]["name"] == ACME
    assert {"user": {"email": UNLINKED}} not in payload["customer"]["accessGrants"]["nodes"]
    assert await names(person) == []
    assert await here(inside) == "UNAUTHENTICATED"
    assert await here(person) == "Brightline Partners"
    again = await desk.unlink(grant)
    assert [w["code"] for w in again["warnings"]] == ["ALREADY_DONE"]
    assert codes(await desk.change(grant, "REGULAR")) == [("INVALID_STATE", "grantId")]


@pytest.mark.row("S1.37")
async def test_unlinking_from_one_customer_leaves_the_stay_in_another(desk: Desk, server: Server) -> None:
    person = await anew(server, UNLINKED)
    acme = (await desk.link(UNLINKED, ACME, role="REGULAR"))["grant"]["id"]
    await desk.link(UNLINKED, GLOBAL)
    inside = await entered(person, GLOBAL)
    assert await names(person) == [ACME, GLOBAL]
    await desk.unlink(acme)
    assert await here(inside) == GLOBAL
    assert await names(person) == [GLOBAL]


@pytest.mark.row("S1.37")
async def test_somebody_belonging_to_the_customer_is_not_unlinked(desk: Desk) -> None:
    at_home = (await desk.customer(ACME, "HOME"))["accessGrants"]["nodes"]
    [home] = [grant for grant in at_home if grant["user"] == {"email": "admin@acmecorp.example"}]
    assert codes(await desk.unlink(home["id"])) == [("INVALID_STATE", "grantId")]
    assert codes(await desk.change(home["id"], "SUPPORT")) == [("INVALID_STATE", "grantId")]


@pytest.mark.row("S1.23")
async def test_links_of_people_from_above_are_hidden_from_those_beneath(desk: Desk, server: Server) -> None:
    above = Desk(Person(server, "admin@harbor.example"), server)
    grant = (await above.link("sales@harbor.example", ACME, role="SUPPORT"))["grant"]["id"]
    try:
        listed = {g["user"]["email"] for g in (await above.customer(ACME))["accessGrants"]["nodes"]}
        assert "sales@harbor.example" in listed
        nodes = (await desk.customer(ACME))["accessGrants"]["nodes"]
        assert {g["user"]["email"] for g in nodes} == listed - {"sales@harbor.example"}
        absent = (await desk.admin.raw(UNLINK, {"input": {"grantId": "grt_4611686018427387904"}}))[2]
        assert (await desk.admin.raw(UNLINK, {"input": {"grantId": grant}}))[2] == absent
        assert b'"code":"NOT_FOUND"' in absent
    finally:
        await above.unlink(grant)


@pytest.mark.row("S1.27", "S1.37")
async def test_somebody_linked_knows_their_own_link_but_may_not_change_it(server: Server) -> None:
    regular = Person(server, "regular@brightline.example")
    answer = await regular.ask("{ viewer { user { grants { nodes { id source tenant { name } } } } } }")
    [grant] = [g["id"] for g in answer["data"]["viewer"]["user"]["grants"]["nodes"] if g["tenant"]["name"] == ACME]
    desk = Desk(regular, server)
    for payload in (await desk.unlink(grant), await desk.change(grant, "ADMIN")):
        [error] = payload["userErrors"]
        assert (error["code"], error["requiredCapability"]) == ("FORBIDDEN", "ACCESS_LINK_MANAGE")
    support = Desk(Person(server, "support@brightline.example"), server)
    assert codes(await support.unlink(grant)) == [("NOT_FOUND", "grantId")]


@pytest.mark.row("S1.35")
async def test_roles_of_others_are_shown_as_far_as_their_grants_are(story: Server) -> None:
    asked = """query($acme: ID!) { tenantTree { users { nodes { email roleOn(tenant: $acme)
      grants { nodes { source tenant { name } } } } } } }"""
    async def seen_by(email: str) -> dict[str, tuple[str | None, int]]:
        person = Person(story, email)
        acme = await tenant(Person(story, "admin@brightline.example"), ACME)
        users = (await person.ask(asked, {"acme": acme}))["data"]["tenantTree"]["users"]["nodes"]
        return {u["email"].partition("@")[0]: (u["roleOn"], len(u["grants"]["nodes"])) for u in users}
    assert await seen_by("admin@brightline.example") == {
        "admin": ("ADMIN", 1), "regular": ("REGULAR", 3), "readonly": ("READ_ONLY", 2), "support": ("SUPPORT", 2),
        "unlinked": (None, 1)}
    assert await seen_by("regular@brightline.example") == {
        "admin": ("ADMIN", 1), "regular": ("REGULAR", 3), "readonly": (None, 1), "support": (None, 1),
        "unlinked": (None, 1)}
    assert {role for role, _ in (await seen_by("unlinked@brightline.example")).values()} == {None}
