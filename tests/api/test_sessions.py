"""Signing in and out, and what a viewer is told of themselves."""

import asyncio

import pytest

from tests.client import PASSWORD, Person, sign_in
from tests.servers import Server

SIGN_IN = """mutation($input: SignInInput!, $options: MutationOptions) { signIn(input: $input, options: $options) {
  token userErrors { code message path } auditEntryId
  viewer { user { email } homeTenant { name } currentTenant { name } effectiveRole capabilities actingSession { id } } } }"""
SIGN_OUT = "mutation($all: Boolean) { signOut(input: {all: $all}) { done userErrors { code } } }"
ME = "{ viewer { user { email } } }"
CAN = """query($of: ID!, $capability: Capability!) { viewer { permission(of: $of, capability: $capability) {
  allowed capability reason explanation howToGet grant { role source tenant { name } } } } }"""


async def enter(server: Server, email: str, password: str, **options: object) -> bytes:
    variables = {"input": {"email": email, "password": password}, "options": options}
    return (await Person(server).raw(SIGN_IN, variables))[2]


async def id_of(person: Person, name: str) -> str:
    found = await person.ask("query($name: String!) { customers(search: $name) { nodes { id } } }", {"name": name})
    return found["data"]["customers"]["nodes"][0]["id"]


async def test_signing_in_answers_with_a_token_and_who_one_is(server: Server) -> None:
    answer = await Person(server).ask(SIGN_IN, {"input": {"email": "Sales@HARBOR.example", "password": PASSWORD}})
    payload = answer["data"]["signIn"]
    assert len(payload["token"]) == 43
    assert payload["userErrors"] == []
    assert payload["auditEntryId"].startswith("aud_")
    viewer = payload["viewer"]
    assert viewer["user"] == {"email": "sales@harbor.example"}
    assert viewer["homeTenant"] == viewer["currentTenant"] == {"name": "Harbor Distribution"}
    assert viewer["effectiveRole"] == "SALES"
    assert viewer["actingSession"] is None
    assert "FINANCIALS_VIEW" in viewer["capabilities"]
    assert "TENANT_SWITCH" not in viewer["capabilities"]
    assert viewer["capabilities"] == sorted(viewer["capabilities"])
    assert (await Person(server, token=payload["token"]).ask(ME))["data"]["viewer"] == {"user": viewer["user"]}


@pytest.mark.case(62)
async def test_every_sign_in_has_a_token_of_its_own(server: Server) -> None:
    first, second = [await sign_in(server, "admin@coastal.example") for _ in range(2)]
    assert first != second
    for token in (first, second):
        assert (await Person(server, token=token).ask(ME))["data"]["viewer"]["user"]["email"] == "admin@coastal.example"


@pytest.mark.case(60)
async def test_an_unknown_address_and_a_wrong_password_get_the_same_bytes(server: Server) -> None:
    unknown = await enter(server, "nobody@brightline.example", PASSWORD)
    assert unknown == await enter(server, "admin@brightline.example", "Portal-demo-2026?")
    assert unknown == await enter(server, "admin@brightline.example", "")
    assert b'"code":"INVALID"' in unknown
    assert b'"path":["input"]' in unknown
    assert b'"token":null' in unknown
    assert b'"viewer":null' in unknown


async def test_a_rehearsal_and_an_idempotency_key_open_no_session(server: Server) -> None:
    rehearsed = await enter(server, "admin@coastal.example", PASSWORD, dryRun=True)
    assert b'"token":null' in rehearsed
    assert b'"email":"admin@coastal.example"' in rehearsed
    keyed = await enter(server, "admin@coastal.example", PASSWORD, idempotencyKey="once")
    assert b'"token":null' in keyed
    assert b'"path":["options","idempotencyKey"]' in keyed


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "ä" * 43, "x" * 5000])
async def test_a_token_that_nobody_gave_opens_nothing(server: Server, token: str) -> None:
    status, _, body = await Person(server).raw(ME, headers={"Authorization": f"Bearer {token}"})
    assert status == 401
    assert b'"code":"UNAUTHENTICATED"' in body


async def test_nobody_is_no_viewer(server: Server) -> None:
    assert (await Person(server).ask(ME)) == {"data": {"viewer": None}}


@pytest.mark.case(65)
async def test_signing_out_ends_this_session_and_no_other(server: Server) -> None:
    first, second = [Person(server, token=await sign_in(server, "contact@globalent.example")) for _ in range(2)]
    assert (await first.ask(SIGN_OUT))["data"]["signOut"] == {"done": True, "userErrors": []}
    assert (await first.raw(ME))[0] == 401
    assert (await first.raw(SIGN_OUT))[0] == 401
    assert (await second.raw(ME))[0] == 200


@pytest.mark.case(65)
async def test_signing_out_everywhere_ends_every_session_of_that_person(server: Server) -> None:
    first, second = [Person(server, token=await sign_in(server, "contact@globalent.example")) for _ in range(2)]
    other = Person(server, token=await sign_in(server, "admin@acmecorp.example"))
    assert (await first.ask(SIGN_OUT, {"all": True}))["data"]["signOut"]["done"] is True
    assert [(await person.raw(ME))[0] for person in (first, second, other)] == [401, 401, 200]
    server.tokens.pop("contact@globalent.example", None)


async def test_open_sessions_are_listed_for_their_own_person(server: Server) -> None:
    person, other = [Person(server, token=await sign_in(server, "admin@acmecorp.example")) for _ in range(2)]
    asked = "{ viewer { sessions { nodes { id isCurrent userAgent user { email } acting { id } } } } }"
    sessions = (await person.ask(asked))["data"]["viewer"]["sessions"]["nodes"]
    assert {s["user"]["email"] for s in sessions} == {"admin@acmecorp.example"}
    [mine] = [s["id"] for s in sessions if s["isCurrent"]]
    [others] = [s["id"] for s in (await other.ask(asked))["data"]["viewer"]["sessions"]["nodes"] if s["isCurrent"]]
    assert others != mine
    assert others in {s["id"] for s in sessions}
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await person.ask(node, {"id": others}))["data"]["node"] == {"id": others}
    assert (await Person(server, "admin@brightline.example").ask(node, {"id": mine}))["data"]["node"] is None
    await other.ask(SIGN_OUT)
    assert others not in {s["id"] for s in (await person.ask(asked))["data"]["viewer"]["sessions"]["nodes"]}


@pytest.mark.row("S1.12", "S1.13")
async def test_logging_in_counts_as_activity_of_the_person_and_of_their_company(server: Server) -> None:
    partner = Person(server, "admin@brightline.example")
    asked = """{ customers(search: "Straße") { nodes { summary { lastActivityAt } } }
      acme: customers(search: "Acme") { nodes { summary { lastActivityAt } primaryAdmin { lastActiveAt } } } }"""
    before = (await partner.ask(asked))["data"]
    await asyncio.sleep(1.1)  # moments are told in whole seconds
    await sign_in(server, "admin@acmecorp.example")
    after = (await partner.ask(asked))["data"]
    [was], [now] = before["acme"]["nodes"], after["acme"]["nodes"]
    assert now["summary"]["lastActivityAt"] > was["summary"]["lastActivityAt"]
    assert now["primaryAdmin"]["lastActiveAt"] == now["summary"]["lastActivityAt"]
    assert after["customers"] == before["customers"]


@pytest.mark.row("S1.4")
async def test_permission_says_the_same_of_what_is_hidden_and_of_what_is_not_there(story: Server) -> None:
    hidden = await id_of(Person(story, "admin@coastal.example"), "Delta")
    above = (await Person(story, "admin@harbor.example").ask("{ viewer { homeTenant { id } } }"))["data"]["viewer"]
    for email in ("admin@brightline.example", "support@brightline.example", "admin@acmecorp.example"):
        answers = {(await Person(story, email).raw(CAN, {"of": of, "capability": "FINANCIALS_VIEW"}))[2]
                   for of in (hidden, "cus_4611686018427387904", above["homeTenant"]["id"], "cus_1", "zzz", "")}
        assert len(answers) == 1
        assert b'"reason":"NOT_LINKED"' in answers.pop()


@pytest.mark.row("S1.5")
async def test_permission_names_whom_to_ask(story: Server) -> None:
    regular = Person(story, "regular@brightline.example")
    acme, globalent = await id_of(regular, "Acme"), await id_of(regular, "Global")
    told = {of: (await regular.ask(CAN, {"of": of, "capability": "FINANCIALS_VIEW"}))["data"]["viewer"]["permission"]
            for of in (acme, globalent, "cus_4611686018427387904")}
    assert told[acme] == {"allowed": True, "capability": "FINANCIALS_VIEW", "reason": None, "explanation": "You may.",
                          "howToGet": None,
                          "grant": {"role": "REGULAR", "source": "LINKED", "tenant": {"name": "Acme Corporation"}}}
    assert told[globalent]["reason"] == "SUPPORT_ROLE"
    assert told[globalent]["grant"]["role"] == "SUPPORT"
    assert "administrator of Brightline Partners" in told[globalent]["howToGet"]
    assert "FINANCIALS_VIEW" in told[globalent]["howToGet"]
    assert told["cus_4611686018427387904"]["grant"] is None
    assert told["cus_4611686018427387904"]["howToGet"] == "Ask an administrator of Brightline Partners to link you."


async def test_permission_of_an_admin_follows_from_the_grant_above(story: Server) -> None:
    admin = Person(story, "admin@harbor.example")
    variables = {"of": await id_of(admin, "Delta"), "capability": "ACCESS_LINK_MANAGE"}
    decision = (await admin.ask(CAN, variables))["data"]["viewer"]["permission"]
    assert decision["allowed"] is True
    assert decision["grant"] == {"role": "ADMIN", "source": "HOME", "tenant": {"name": "Harbor Distribution"}}
    sales = (await Person(story, "sales@harbor.example").ask(CAN, variables))["data"]["viewer"]["permission"]
    assert (sales["allowed"], sales["reason"], sales["grant"]["role"]) == (False, "ROLE", "SALES")


@pytest.mark.row("S1.35")
async def test_one_person_holds_different_roles_on_different_customers(story: Server) -> None:
    answer = await Person(story, "regular@brightline.example").ask(
        "{ customers { nodes { name viewerRole mrr { amount } } } viewer { effectiveRole } }")
    assert answer["data"]["customers"]["nodes"] == [
        {"name": "Acme Corporation", "viewerRole": "REGULAR", "mrr": {"amount": "1250.00"}},
        {"name": "Global Enterprises", "viewerRole": "SUPPORT", "mrr": None}]
    assert answer["data"]["viewer"] == {"effectiveRole": "REGULAR"}


ACTIONS = "{ customers { nodes { name viewerActions { action mutation allowed reason } } } }"


@pytest.mark.row("S1.48")
async def test_rows_offer_what_their_viewer_may_do(story: Server) -> None:
    async def allowed(email: str) -> dict[str, dict[str, object]]:
        answer = await Person(story, email).ask(ACTIONS)
        return {c["name"]: {a["mutation"]: a["allowed"] or a["reason"] for a in c["viewerActions"] if a["mutation"] in every}
                for c in answer["data"]["customers"]["nodes"]}
    every = {"switchTenant": True, "inviteUser": True, "linkUser": True}
    assert all(actions == every for actions in (await allowed("admin@harbor.example")).values())
    nothing = dict.fromkeys(every, "ROLE")
    assert all(actions == nothing for actions in (await allowed("sales@harbor.example")).values())
    assert await allowed("regular@brightline.example") == {
        "Acme Corporation": {"switchTenant": True, "linkUser": "ROLE", "inviteUser": "ROLE"},
        "Global Enterprises": {"switchTenant": True, "linkUser": "SUPPORT_ROLE", "inviteUser": "SUPPORT_ROLE"}}
    assert await allowed("admin@acmecorp.example") == {
        "Acme Corporation": {"switchTenant": "ROLE", "linkUser": "ROLE", "inviteUser": True}}
