"""Attempts to see or do more than one may: by ids of others, forged cursors, several changes in a document, own links."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument
from graphql.type import is_required_input_field

from engine.rows import BY_TAG
from schema import build_schema
from tests.api.test_links import CHANGE, LINK, UNLINK
from tests.api.test_switch_tenant import NAMES, anew
from tests.api.test_who_sees_what import BRIGHTLINE, COASTAL, EVERYONE, GLOBAL, LISTED
from tests.client import Person
from tests.inviting import DOCUMENTS, fresh, invite_user, joined, tenant_ids
from tests.servers import Server
from tests.stored import connected

SCHEMA = build_schema()._schema
SWITCH = "mutation($input: SwitchTenantInput!) { switchTenant(input: $input) { token userErrors { code message path } } }"
INVITE = """mutation($tenant: ID!, $late: EmailAddress!) { FIRST
  inviteUser(input: {tenantId: $tenant, email: $late, firstName: "A", lastName: "B", role: READ_ONLY}) {
    invitation { id } userErrors { code path } } }"""
HARBOR, ACME, MERIDIAN = "Harbor Distribution", "Acme Corporation", "Meridian Cloud"
HOMES = {"meridian.example": MERIDIAN, "harbor.example": HARBOR, "brightline.example": BRIGHTLINE,
         "coastal.example": COASTAL, "acmecorp.example": ACME, "globalent.example": GLOBAL}
NOWHERE = "4611686018427387905"


async def ids(server: Server) -> dict[str, list[str]]:
    """The global ids of everything that has one, by tag."""
    async with connected(server.database_url) as database:
        return {tag: [f"{tag}_{row['id']}" for row in await database.execute_query_dict(
            f"select id from {row.model._meta.db_table}")] for tag, row in BY_TAG.items()}


def leaves(type_: GraphQLObjectType, depth: int = 1) -> str:
    """A selection of all that a type tells without being given an argument, one object further."""
    found = ["__typename"]
    for name, f in type_.fields.items():
        named = get_named_type(f.type)
        if any(is_required_argument(a) for a in f.args.values()) or named.name.endswith("Connection"):
            continue
        if name == "issuerName":  # a bill says who bills, to whoever may read it
            continue
        if is_leaf_type(named):
            found.append(name)
        elif depth and isinstance(named, GraphQLObjectType):
            found.append(f"{name} {{ {leaves(named, depth - 1)} }}")
    return " ".join(found)


# -- seeing

@pytest.mark.case(5, 35)
@pytest.mark.parametrize("email", LISTED)
async def test_no_id_opens_anything_of_a_tenant_that_one_may_not_know_of(story: Server, email: str) -> None:
    home = HOMES[email.partition("@")[2]]
    known = {home, *LISTED[email], *({HARBOR} if home == MERIDIAN else ())}
    hidden = {MERIDIAN, HARBOR, *EVERYONE} - known
    theirs = {f"@{domain}" for domain, tenant in HOMES.items() if tenant in hidden}
    found, told = await ids(story), b""
    mixed = [id for n in range(20) for each in found.values() for id in each[n:n + 1]][:100]
    for tag, own in found.items():
        kind = BY_TAG[tag].__name__
        shown = f"... on {kind} {{ {leaves(SCHEMA.type_map[kind])} }}"
        for asked in (mixed, *(own[n:n + 100] for n in range(0, len(own), 100))):
            status, _, body = await Person(story, email).raw(
                f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {shown} }} }}", {"ids": asked})
            assert status == 200, body
            told += body
    text = told.decode()
    assert f'"{home}"' in text
    assert not [name for name in hidden if f'"{name}"' in text]
    assert not [domain for domain in theirs if f'{domain}"' in text]
    assert ('"amount":"' in text) == (not email.startswith("support@"))


@pytest.mark.case(35, 36)
@pytest.mark.parametrize("email", ["admin@coastal.example", "support@brightline.example", "admin@acmecorp.example"])
async def test_what_is_hidden_is_asked_about_in_vain_by_every_kind_of_id(story: Server, email: str) -> None:
    query = """query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } customer(id: $id) { name }
      tenant(id: $id) { name } tenantTree(root: $id) { name } contracts(customer: $id) { totalCount }
      invoices(customer: $id) { totalCount }
      viewer { user { roleOn(tenant: $id) } currentTenant { activityLog(actor: $id) { totalCount } }
        may: permission(of: $id, capability: CUSTOMER_VIEW) { allowed reason explanation howToGet grant { id } } } }"""
    person, asked = Person(story, email), 0
    home = (await person.ask("{ viewer { homeTenant { id } } }"))["data"]["viewer"]["homeTenant"]["id"]
    own = home.replace("ten", "cus")  # no customer to itself, but no secret either
    for tag, found in (await ids(story)).items():
        absent = await person.raw(query, {"id": f"{tag}_{NOWHERE}"})
        assert absent[0] == 200
        for id in set(found) - {own}:
            if (await person.ask("query($id: ID!) { node(id: $id) { id } }", {"id": id}))["data"]["node"] is None:
                asked += 1
                assert (await person.raw(query, {"id": id}))[::2] == absent[::2], id
    assert asked > 20


@pytest.mark.case(9)
async def test_a_forged_cursor_finds_no_hidden_money(story: Server) -> None:
    person = Person(story, "regular@brightline.example")  # sees the money of one customer, not of the other
    query = """query($after: String) { customers(first: 1, after: $after, sort: {key: MRR}) {
      edges { cursor node { name mrr { amount } } } } }"""
    first = (await person.ask(query))["data"]["customers"]["edges"][0]
    assert first["node"] == {"name": ACME, "mrr": {"amount": "1250.00"}}
    sign, _, *rest = orjson.loads(bytes.fromhex(first["cursor"]))
    for minor in (-1, 0, 98_049, 98_050, 98_051, 124_999):  # the other's is 980.50
        forged = orjson.dumps([sign, minor, *rest]).hex()
        assert (await person.ask(query, {"after": forged}))["data"]["customers"]["edges"] == [first], minor
    beyond = await person.ask(query, {"after": orjson.dumps([sign, 125_001, *rest]).hex()})
    assert [e["node"] for e in beyond["data"]["customers"]["edges"]] == [{"name": GLOBAL, "mrr": None}]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-22",
                                    "2026-11-22T09:00"])
async def test_a_cursor_with_a_moment_that_we_never_write_is_told_as_such(server: Server, moment: str) -> None:
    admin = Person(server, "admin@brightline.example")
    await invite_user(admin, (await tenant_ids(server))[BRIGHTLINE], fresh())
    query = "query($after: String) { invitations(first: 1, after: $after) { edges { cursor } } }"
    cursor = (await admin.ask(query))["data"]["invitations"]["edges"][0]["cursor"]
    sign, _, id = orjson.loads(bytes.fromhex(cursor))
    answer = await admin.ask(query, {"after": orjson.dumps([sign, moment, id]).hex()})
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


OPEN = {"viewer", "invitationOffer", "signIn", "acceptInvitation", "requestPasswordReset", "resetPassword"}


@pytest.mark.parametrize("kind", ["query", "mutation"])
async def test_who_is_not_signed_in_reaches_no_root_that_is_not_for_anybody(story: Server, kind: str) -> None:
    root: Any = SCHEMA.query_type if kind == "query" else SCHEMA.mutation_type
    closed = [f for name, f in root.fields.items() if name not in OPEN]
    for name, f in root.fields.items():
        if f not in closed:
            continue
        given = ", ".join(f"{a}: {sample(x.type)}" for a, x in f.args.items() if is_required_argument(x))
        named = get_named_type(f.type)
        inside = "" if is_leaf_type(named) else "{ __typename }"
        document = f"{kind} {{ {name}{f'({given})' if given else ''} {inside} }}"
        status, _, body = await Person(story).raw(document)
        assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED"), document
        assert not orjson.loads(body).get("data")
    assert len(closed) > 8


def sample(type_: Any) -> str:
    """A literal that fits a type."""
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        inside = [f"{n}: {sample(f.type)}" for n, f in named.fields.items() if is_required_input_field(f)]
        return f"{{{', '.join(inside)}}}"
    return next(iter(named.values)) if hasattr(named, "values") else SAMPLES.get(named.name, f'"usr_{NOWHERE}"')


#: Of scalars that take no other text.
SAMPLES = {"BillingMonth": '"2026-11"', "Date": '"2026-11-22"', "DateTime": '"2026-11-22T09:30:00Z"', "Int": "1", "Boolean": "true",
           "CountryCode": '"DE"', "PhoneNumber": '"+1-555-0789"'}


# -- doing

@pytest.mark.case(38)
async def test_every_change_answers_ids_of_others_as_ids_that_never_were(server: Server) -> None:
    names, lee = await tenant_ids(server), fresh("lee")
    await invite_user(Person(server, "admin@brightline.example"), names[ACME], lee)
    taken = {"email": lee, "firstName": "A", "lastName": "B", "role": "ADMIN"}
    coastal = Person(server, "admin@coastal.example")
    own = (await coastal.ask("{ viewer { user { id } } customers { nodes { id } } }"))["data"]
    customer, user = own["customers"]["nodes"][0]["id"], own["viewer"]["user"]["id"]
    found = await ids(server)

    async def hidden(tag: str) -> list[str]:
        nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
        seen = (await coastal.ask(nodes, {"ids": found[tag][:50]}))["data"]["nodes"]
        return [id for id, node in zip(found[tag], seen, strict=False) if node is None][:5]

    attempts: list[tuple[str, str, str, dict[str, Any]]] = [
        *[(SWITCH, "tenantId", names[name], {}) for name in (ACME, HARBOR)],
        *[(DOCUMENTS["inviteUser"], "tenantId", names[name], taken) for name in (ACME, BRIGHTLINE, HARBOR)],
        (DOCUMENTS["inviteCustomer"], "parentId", names[HARBOR], {"accountType": "LOCAL_ACCOUNT", "email": lee}),
        *[(DOCUMENTS["resendInvitation"], "invitationId", id, {}) for id in await hidden("ivt")],
        *[(DOCUMENTS["revokeInvitation"], "invitationId", id, {}) for id in await hidden("ivt")],
        *[(LINK, "customerId", id, {"userId": user}) for id in await hidden("cus")],
        *[(LINK, "userId", id, {"customerId": customer}) for id in await hidden("usr")],
        *[(CHANGE, "grantId", id, {"role": "ADMIN"}) for id in await hidden("grt")],
        *[(UNLINK, "grantId", id, {}) for id in await hidden("grt")],
    ]
    for document, field, id, more in attempts:
        for options in ({}, {"dryRun": True}, {"ifVersion": 7}):
            answers = [(await coastal.raw(document, {"input": {field: given, **more}, "options": options}))[::2]
                       for given in (id, f"{id[:3]}_{NOWHERE}")]
            assert answers[0] == answers[1], (document, id)
            assert b'"NOT_FOUND"' in answers[0][1]
    assert len({(document, field) for document, field, _, _ in attempts}) == 9


@pytest.mark.case(47)
async def test_nobody_makes_a_link_for_themselves_that_outlasts_the_one_it_rests_on(server: Server) -> None:
    harbor = Person(server, "admin@harbor.example")
    lee = await joined(server, harbor, (await tenant_ids(server))[HARBOR], "REGULAR")
    user = (await lee.ask("{ viewer { user { id } } }"))["data"]["viewer"]["user"]["id"]

    async def link(person: Person, name: str, role: str) -> dict[str, Any]:
        found = await person.ask("query($name: String) { customers(search: $name) { nodes { id } } }", {"name": name})
        given = {"customerId": found["data"]["customers"]["nodes"][0]["id"], "userId": user, "role": role}
        return (await person.ask(LINK, {"input": given}))["data"]["linkUser"]

    above = (await link(harbor, BRIGHTLINE, "ADMIN"))["grant"]["id"]
    lesser = (await link(harbor, GLOBAL, "SUPPORT"))["grant"]["id"]
    refused = await link(lee, ACME, "ADMIN")
    assert [(e["code"], e["path"]) for e in refused["userErrors"]] == [("INVALID", ["input", "userId"])]
    changed = (await lee.ask(CHANGE, {"input": {"grantId": lesser, "role": "ADMIN"}}))["data"]["changeLinkedRole"]
    assert [(e["code"], e["path"]) for e in changed["userErrors"]] == [("INVALID", ["input", "grantId"])]
    left = await lee.ask(UNLINK, {"input": {"grantId": above}})  # one may always give a link up
    assert left["data"]["unlinkUser"]["userErrors"] == []
    assert (await lee.ask("{ customers { nodes { name viewerRole } } }"))["data"]["customers"]["nodes"] == [
        {"name": GLOBAL, "viewerRole": "SUPPORT"}]
    await harbor.ask(UNLINK, {"input": {"grantId": lesser}})


@pytest.mark.case(19)
async def test_what_one_change_takes_away_the_next_in_the_document_does_not_use(server: Server) -> None:
    harbor, names = Person(server, "admin@harbor.example"), await tenant_ids(server)
    lee, late = await joined(server, harbor, names[HARBOR], "REGULAR"), fresh("late")
    user = (await lee.ask("{ viewer { user { id } } }"))["data"]["viewer"]["user"]["id"]
    linked = await harbor.ask(LINK, {"input": {"customerId": names[BRIGHTLINE].replace("ten", "cus"), "userId": user,
                                               "role": "ADMIN"}})
    grant = linked["data"]["linkUser"]["grant"]["id"]
    first = f'unlinkUser(input: {{grantId: "{grant}"}}) {{ userErrors {{ code }} }}'
    answer = await lee.ask(INVITE.replace("FIRST", first), {"tenant": names[BRIGHTLINE], "late": late})
    assert answer["data"] == {"unlinkUser": {"userErrors": []}, "inviteUser": {
        "invitation": None, "userErrors": [{"code": "NOT_FOUND", "path": ["input", "tenantId"]}]}}


async def test_who_signs_out_changes_nothing_more_in_the_same_document(server: Server) -> None:
    leaving, late = await anew(server, "admin@brightline.example"), fresh("late")
    answer = await leaving.ask(INVITE.replace("FIRST", "signOut(input: {}) { done }"),
                               {"tenant": (await tenant_ids(server))[BRIGHTLINE], "late": late})
    assert [e["extensions"]["code"] for e in answer["errors"]] == ["UNAUTHENTICATED"]
    asked = await Person(server, "admin@brightline.example").ask("{ invitations(first: 100) { nodes { email } } }")
    assert late not in [i["email"] for i in asked["data"]["invitations"]["nodes"]]


async def test_who_signs_out_and_in_again_in_one_document_is_signed_in(server: Server) -> None:
    admin = await anew(server, "admin@brightline.example")
    answer = await admin.ask("""mutation { signOut(input: {}) { done }
      signIn(input: {email: "support@brightline.example", password: "Portal-demo-2026!"}) { token } }""")
    assert answer["data"]["signOut"] == {"done": True}
    seen = await Person(server, token=answer["data"]["signIn"]["token"]).ask(NAMES)
    assert [c["name"] for c in seen["data"]["customers"]["nodes"]] == [ACME]
