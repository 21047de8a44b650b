"""Entering a tenant beneath one's own, what is seen from there, and coming back."""

import asyncio

import pytest

from tests.client import Person, sign_in
from tests.servers import Server

SWITCH = """mutation($id: ID!, $reason: String, $options: MutationOptions) {
  switchTenant(input: {tenantId: $id, reason: $reason}, options: $options) { token auditEntryId
    session { id status effectiveRole capabilities reason startedAt endsAt endedAt actor { email } target { name } }
    viewer { user { email } homeTenant { name } currentTenant { name } effectiveRole capabilities
      actingSession { id target { name } } }
    userErrors { code message path requiredCapability } } }"""
BACK = """mutation($stay: Boolean) { switchBack(input: {stay: $stay}) { token userErrors { code } warnings { code }
  viewer { currentTenant { name } actingSession { id } } } }"""
HERE = "{ viewer { currentTenant { name } actingSession { status } } }"
NAMES = "{ customers { nodes { name } } }"
ACME, GLOBAL, BRIGHTLINE, COASTAL, HARBOR = ("Acme Corporation", "Global Enterprises", "Brightline Partners", "Coastal IT",
                                             "Harbor Distribution")

# Everything that a portal asks, of whoever is an administrator of a reseller.
REFERENCE = [
    """{ customers(first: 50) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id name status reference
      createdAt currency: mrr { currency } mrr { amount formatted(locale: "de") } primaryAdmin { id displayName email }
      viewerRole viewerActions { action mutation allowed reason irreversible requiresConfirmation }
      summary { mrr { amount } mrrPendingEntry { amount } ports virtualCircuits cloudConnections lastOrderAt }
      contracts(first: 3) { totalCount nodes { id number title status startsOn value { amount } } }
      contractSummary { total byStatus { status count } } tenant { id kind depth parent { name } ancestors { name } }
      invoices(first: 3) { totalCount nodes { id number status billingMonth total { amount } } }
      invoiceSummary { groups { status count } } users(first: 5) { nodes { id email roleOn(tenant: "TENANT") } }
      services(first: 3) { nodes { id name monthlyCharge { amount } } } subAccounts { totalCount }
      accessGrants(first: 20) { totalCount nodes { id role source capabilities user { email } grantedBy { email } } }
      linkableUsers(first: 20) { totalCount nodes { id email grants { nodes { role tenant { name } } } } } } } } }""",
    """{ tenantTree { id name kind depth version parent { name } ancestors { name } users { nodes { email roleOn(tenant:
      "TENANT") } } children { totalCount nodes { id name depth customer { id name } children { totalCount } } } } }""",
    "{ customers(first: 2, sort: {key: MRR, direction: DESC}) { nodes { name mrr { amount } } pageInfo { endCursor } } }",
    '{ customers(search: "STRASSE") { totalCount nodes { name } } customerListNotices { code message } }',
    "{ contracts(first: 50) { totalCount nodes { id number } } invoices(first: 50) { totalCount nodes { id status } } }",
    '{ tenant(id: "TENANT") { name customer { id } children { nodes { name } } } node(id: "TENANT") { id __typename } }',
    """query { viewer { effectiveRole capabilities currentTenant { id name depth children { totalCount } }
      permission(of: "TENANT", capability: USER_INVITE) { allowed reason explanation howToGet } } }""",
    '{ customer(id: "cus_4611686018427387904") { name } roleMatrix(kind: RESELLER) { role capabilities } }',
]
#: Those of them that an administrator of the distributor gets the same answer to at home.
SAME_ANYWHERE = (3, 7)


async def tenant(person: Person, name: str) -> str:
    """The global id of a tenant that the person can see in their tree, three levels deep."""
    asked = "{ id name children(first: 100) { nodes { id name children(first: 100) { nodes { id name } } } } }"
    root = (await person.ask(f"{{ tenantTree {asked} }}"))["data"]["tenantTree"]
    level = [root]
    while level:
        if found := [t["id"] for t in level if t["name"] == name]:
            return found[0]
        level = [t for above in level for t in above.get("children", {"nodes": []})["nodes"]]
    raise AssertionError(f"{person.email} sees no {name}")


async def anew(server: Server, email: str) -> Person:
    return Person(server, token=await sign_in(server, email))


async def switch(person: Person, id: str, **more: object) -> dict:
    return (await person.ask(SWITCH, {"id": id, **more}))["data"]["switchTenant"]


async def entered(person: Person, name: str) -> Person:
    payload = await switch(person, await tenant(person, name))
    assert payload["userErrors"] == []
    return Person(person.server, token=payload["token"])


async def here(person: Person) -> str:
    answer = await person.ask(HERE)
    return answer["data"]["viewer"]["currentTenant"]["name"] if "data" in answer else answer["errors"][0]["extensions"]["code"]


@pytest.mark.row("S2.46", "S2.48", "S2.49")
@pytest.mark.parametrize("number", range(len(REFERENCE)))
async def test_an_admin_from_above_sees_byte_for_byte_what_the_native_admin_sees(server: Server, number: int) -> None:
    native = await anew(server, "admin@brightline.example")
    acting = await entered(await anew(server, "admin@harbor.example"), BRIGHTLINE)
    query = REFERENCE[number].replace("TENANT", await tenant(native, BRIGHTLINE))
    status, _, expected = await native.raw(query)
    assert status == 200
    assert b'"errors"' not in expected
    assert (await acting.raw(query))[::2] == (status, expected)
    at_home = await Person(server, "admin@harbor.example").raw(query)
    assert at_home[2] != expected or number in SAME_ANYWHERE


@pytest.mark.row("S1.38", "S2.46")
@pytest.mark.case(62)
async def test_entering_answers_with_a_session_a_token_and_the_viewer_there(server: Server) -> None:
    admin = await anew(server, "admin@harbor.example")
    payload = await switch(admin, await tenant(admin, BRIGHTLINE), reason="A question about an invoice")
    assert len(payload["token"]) == 43
    assert payload["auditEntryId"].startswith("aud_")
    session, viewer = payload["session"], payload["viewer"]
    assert (session["status"], session["effectiveRole"], session["endedAt"]) == ("ACTIVE", "ADMIN", None)
    assert session["actor"] == viewer["user"] == {"email": "admin@harbor.example"}
    assert session["target"] == viewer["currentTenant"] == {"name": BRIGHTLINE}
    assert session["reason"] == "A question about an invoice"
    assert session["endsAt"] > session["startedAt"]
    assert viewer["homeTenant"] == {"name": HARBOR}
    assert viewer["actingSession"] == {"id": session["id"], "target": {"name": BRIGHTLINE}}
    assert set(session["capabilities"]) <= set(viewer["capabilities"])
    assert await here(Person(server, token=payload["token"])) == BRIGHTLINE
    assert await here(admin) == HARBOR


@pytest.mark.case(44)
@pytest.mark.row("S1.40")
async def test_a_second_switch_supersedes_the_first_whose_token_says_so(server: Server) -> None:
    admin = await anew(server, "admin@harbor.example")
    first = await entered(admin, BRIGHTLINE)
    second = await entered(admin, COASTAL)
    status, _, body = await first.raw(HERE)
    assert status == 409
    assert b'"code":"CONTEXT_SUPERSEDED"' in body
    assert await here(second) == COASTAL
    assert await here(admin) == HARBOR


@pytest.mark.case(46)
async def test_from_inside_one_goes_by_ones_own_grants_and_not_by_the_place(server: Server) -> None:
    admin = await anew(server, "admin@harbor.example")
    coastal = await tenant(admin, COASTAL)
    inside = await entered(admin, BRIGHTLINE)
    payload = await switch(inside, coastal)
    assert payload["session"]["target"] == {"name": COASTAL}
    assert await here(inside) == "CONTEXT_SUPERSEDED"


@pytest.mark.row("S1.40")
async def test_another_sign_in_of_the_same_person_is_left_alone(server: Server) -> None:
    here_, there = await anew(server, "admin@harbor.example"), await anew(server, "admin@harbor.example")
    first = await entered(here_, BRIGHTLINE)
    second = await entered(there, COASTAL)
    assert [await here(p) for p in (first, second)] == [BRIGHTLINE, COASTAL]


@pytest.mark.row("S1.40")
async def test_of_switches_at_the_same_moment_exactly_one_remains(server: Server) -> None:
    admin = await anew(server, "admin@harbor.example")
    targets = [await tenant(admin, name) for name in (BRIGHTLINE, COASTAL, ACME, GLOBAL)]
    payloads = await asyncio.gather(*(switch(admin, id) for id in targets))
    tokens = [p["token"] for p in payloads]
    places = [await here(Person(server, token=token)) for token in tokens]
    assert places.count("CONTEXT_SUPERSEDED") == 3
    acting = await admin.ask("{ viewer { sessions { nodes { isCurrent acting { status target { name } } } } } }")
    [current] = [s for s in acting["data"]["viewer"]["sessions"]["nodes"] if s["isCurrent"]]
    assert current["acting"]["target"]["name"] in places


@pytest.mark.row("S2.50")
@pytest.mark.case(62)
async def test_coming_back_ends_the_acting_session_and_gives_a_token_for_home(server: Server) -> None:
    admin = await anew(server, "admin@harbor.example")
    inside = await entered(admin, BRIGHTLINE)
    payload = (await inside.ask(BACK))["data"]["switchBack"]
    assert payload["viewer"] == {"currentTenant": {"name": HARBOR}, "actingSession": None}
    assert await here(Person(server, token=payload["token"])) == HARBOR
    assert await here(inside) == "UNAUTHENTICATED"
    again = (await admin.ask(BACK))["data"]["switchBack"]
    assert (again["token"], again["warnings"]) == (None, [{"code": "ALREADY_DONE"}])


async def test_coming_back_may_leave_the_acting_session_open_beside(server: Server) -> None:
    inside = await entered(await anew(server, "admin@harbor.example"), BRIGHTLINE)
    payload = (await inside.ask(BACK, {"stay": True}))["data"]["switchBack"]
    assert await here(Person(server, token=payload["token"])) == HARBOR
    assert await here(inside) == BRIGHTLINE


async def test_signing_out_from_inside_ends_everything(server: Server) -> None:
    admin = await anew(server, "admin@harbor.example")
    inside = await entered(admin, BRIGHTLINE)
    await inside.ask("mutation { signOut(input: {}) { done } }")
    assert [await here(p) for p in (inside, admin)] == ["UNAUTHENTICATED", "UNAUTHENTICATED"]


@pytest.mark.row("S1.38", "S2.46")
async def test_sales_see_the_customers_but_may_not_enter_them(server: Server) -> None:
    sales = Person(server, "sales@harbor.example")
    for name in (BRIGHTLINE, ACME):
        payload = await switch(sales, await tenant(sales, name))
        assert (payload["token"], payload["session"], payload["viewer"]) == (None, None, None)
        [error] = payload["userErrors"]
        assert (error["code"], error["requiredCapability"]) == ("FORBIDDEN", "TENANT_SWITCH")
        assert error["path"] == ["input", "tenantId"]


@pytest.mark.case(46)
@pytest.mark.row("S2.47")
async def test_above_beside_and_nowhere_are_answered_with_the_same_bytes(server: Server) -> None:
    above = Person(server, "admin@harbor.example")
    ids = [await tenant(above, name) for name in (HARBOR, COASTAL, "Delta Retail")]
    ids += ["ten_4611686018427387904", ids[0].replace("ten", "cus"), "ten_1", "x", ""]
    for email in ("admin@brightline.example", "regular@brightline.example", "admin@acmecorp.example"):
        answers = {(await Person(server, email).raw(SWITCH, {"id": id}))[2] for id in ids}
        assert len(answers) == 1
        assert b'"code":"NOT_FOUND"' in answers.pop()


@pytest.mark.parametrize("email", ["admin@harbor.example", "admin@brightline.example", "admin@acmecorp.example",
                                   "admin@meridian.example", "regular@brightline.example"])
async def test_nobody_enters_the_tenant_where_they_are_at_home(server: Server, email: str) -> None:
    person = Person(server, email)
    own = (await person.ask("{ viewer { homeTenant { id } } }"))["data"]["viewer"]["homeTenant"]["id"]
    [error] = (await switch(person, own))["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID", ["input", "tenantId"])


@pytest.mark.row("S1.22", "S1.38")
async def test_unlinked_customers_of_the_own_reseller_are_not_there(server: Server) -> None:
    globalent = await tenant(Person(server, "admin@brightline.example"), GLOBAL)
    for email in ("readonly@brightline.example", "unlinked@brightline.example"):
        [error] = (await switch(Person(server, email), globalent))["userErrors"]
        assert error["code"] == "NOT_FOUND"


@pytest.mark.case(46)
@pytest.mark.parametrize(("email", "role", "sees_money", "may_manage"), [
    ("regular@brightline.example", "REGULAR", True, True),
    ("readonly@brightline.example", "READ_ONLY", True, False),
    ("support@brightline.example", "SUPPORT", False, False),
    ("admin@brightline.example", "ADMIN", True, True),
])
@pytest.mark.row("S1.23", "S1.28", "S1.39")
async def test_inside_a_customer_everybody_keeps_to_their_own_role(server: Server, email: str, role: str,
                                                                   sees_money: bool, may_manage: bool) -> None:
    person = await anew(server, email)
    inside = await entered(person, ACME)
    answer = await inside.ask("""{ viewer { effectiveRole capabilities } customers { totalCount nodes { name viewerRole
      mrr { amount } summary { ports } invoices { nodes { status } } accessGrants { totalCount } } } tenantTree { name } }""")
    viewer, customers = answer["data"]["viewer"], answer["data"]["customers"]["nodes"]
    [acme] = [customer for customer in customers if customer["name"] == ACME]  # other tests plant sub-accounts
    assert (viewer["effectiveRole"], acme["viewerRole"], acme["name"]) == (role, role, ACME)
    assert (acme["mrr"] is not None) == (acme["summary"] is not None) == (acme["invoices"] is not None) == sees_money
    assert ("SERVICE_MANAGE" in viewer["capabilities"]) == may_manage
    assert acme["accessGrants"] is None
    assert answer["data"]["tenantTree"] == {"name": ACME}
    assert "TENANT_SWITCH" not in viewer["capabilities"]


@pytest.mark.row("S1.39")
async def test_inside_a_customer_an_admin_sees_what_its_own_admin_sees(server: Server) -> None:
    page = """{ customers { totalCount nodes { id name mrr { amount } contracts { nodes { number value { amount } } }
      invoices(first: 50) { totalCount nodes { number status } } users { nodes { email } } viewerActions { mutation
      allowed reason } } } tenantTree { id depth parent { name } children { totalCount } } viewer { capabilities } }"""
    inside = await entered(await anew(server, "admin@brightline.example"), ACME)
    assert (await inside.raw(page))[2] == (await Person(server, "admin@acmecorp.example").raw(page))[2]


@pytest.mark.row("S1.12")
async def test_a_partner_inside_is_no_activity_of_the_customers(server: Server) -> None:
    asked = '{ customers(search: "Global") { nodes { summary { lastActivityAt } primaryAdmin { lastActiveAt } } } }'
    admin = await anew(server, "admin@brightline.example")
    before = await admin.ask(asked)
    inside = await entered(admin, GLOBAL)
    await inside.ask(NAMES)
    assert await admin.ask(asked) == before


async def test_a_rehearsal_enters_nothing_and_a_key_is_refused(server: Server) -> None:
    admin = await anew(server, "admin@harbor.example")
    brightline, inside = await tenant(admin, BRIGHTLINE), await entered(admin, COASTAL)
    payload = await switch(admin, brightline, options={"dryRun": True})
    assert (payload["token"], payload["userErrors"]) == (None, [])
    assert payload["viewer"]["currentTenant"] == {"name": BRIGHTLINE}
    keyed = await switch(admin, brightline, options={"idempotencyKey": "twice"})
    assert [e["path"] for e in keyed["userErrors"]] == [["options", "idempotencyKey"]]
    assert await here(inside) == COASTAL


async def test_a_reason_that_is_too_long_is_refused(server: Server) -> None:
    admin = await anew(server, "admin@harbor.example")
    [error] = (await switch(admin, await tenant(admin, BRIGHTLINE), reason="x" * 501))["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID", ["input", "reason"])


async def test_nobody_switches_who_is_not_signed_in(server: Server) -> None:
    status, _, body = await Person(server).raw(SWITCH, {"id": "ten_1"})
    assert b'"code":"UNAUTHENTICATED"' in body
    assert status == 401
