"""Invitations: how a customer comes in, and who may invite whom."""

import pytest

from models import Customer, Tenant
from tests.client import Person
from tests.inviting import (
    BRIGHTLINE,
    PASSWORD,
    accept,
    change,
    codes,
    fresh,
    invite_customer,
    invite_user,
    joined,
    signed_in,
    tenant_ids,
    token,
)
from tests.servers import Server
from tests.stored import connected

LIST = "{ customers(first: 100) { totalCount nodes { name acceptedAt primaryAdmin { email } } } }"


# -- a customer comes in

@pytest.mark.row("S1.1", "S1.2")
async def test_a_customer_appears_once_the_invitation_is_accepted(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    before = (await admin.ask(LIST))["data"]["customers"]["totalCount"]
    invited = await invite_customer(admin, email, organizationName="Zebra Ltd")
    assert not invited["userErrors"]
    assert invited["invitation"] | {"id": "", "expiresAt": ""} == {
        "id": "", "version": 1, "purpose": "CUSTOMER", "accountType": "LOCAL_ACCOUNT", "email": email, "role": "ADMIN",
        "status": "PENDING", "sentCount": 1, "organizationName": "Zebra Ltd", "firstName": None, "expiresAt": "",
        "acceptedAt": None, "tenant": {"name": "Brightline Partners"}, "invitedBy": {"email": BRIGHTLINE},
        "customer": None, "user": None}
    assert (await admin.ask(LIST))["data"]["customers"]["totalCount"] == before
    others = [Person(server, email) for email in ("admin@coastal.example", "support@brightline.example")]
    assert "Zebra Ltd" not in str([await other.ask(LIST) for other in others])

    accepted = await accept(server, await token(server, email))
    assert not accepted["userErrors"]
    found = (await admin.ask(LIST))["data"]["customers"]
    assert found["totalCount"] == before + 1
    [zebra] = [c for c in found["nodes"] if c["name"] == "Zebra Ltd"]
    assert zebra["acceptedAt"]
    assert zebra["primaryAdmin"] == {"email": email}
    found = await Person(server, "sales@harbor.example").ask('{ customers(search: "Zebra Ltd") { nodes { name } } }')
    assert found["data"]["customers"]["nodes"] == [{"name": "Zebra Ltd"}]
    assert "Zebra Ltd" not in str([await other.ask(LIST) for other in others])


@pytest.mark.row("S1.3")
async def test_whoever_accepted_signs_in_as_administrator_of_the_new_customer(server: Server):
    email = fresh()
    await invite_customer(Person(server, BRIGHTLINE), email, organizationName="Yak Ltd")
    await accept(server, await token(server, email), firstName="Ýrsa", lastName="Ólafsdóttir")
    viewer = Person(server, email, token=await signed_in(server, email))
    answer = await viewer.ask("{ viewer { user { displayName emailVerified } homeTenant { name } effectiveRole } "
                              "customers { nodes { name status } } }")
    assert answer["data"]["viewer"] == {"user": {"displayName": "Ýrsa Ólafsdóttir", "emailVerified": True},
                                        "homeTenant": {"name": "Yak Ltd"}, "effectiveRole": "ADMIN"}
    assert answer["data"]["customers"]["nodes"] == [{"name": "Yak Ltd", "status": "ACTIVE"}]


async def test_who_is_not_signed_in_reads_nothing_of_what_they_accepted(server: Server):
    email = fresh()
    await invite_customer(Person(server, BRIGHTLINE), email)
    accepted = await accept(server, await token(server, email))
    assert (accepted["invitation"], accepted["customer"], accepted["user"]) == (None, None, None)
    assert accepted["auditEntryId"]


@pytest.mark.parametrize(("inviter", "parent", "kind"), [
    ("admin@meridian.example", "Meridian Cloud", "RESELLER"),
    ("admin@harbor.example", "Harbor Distribution", "RESELLER"),
    ("admin@harbor.example", "Coastal IT", "CUSTOMER"),
    (BRIGHTLINE, "Acme Corporation", "CUSTOMER"),
])
async def test_what_an_invited_customer_becomes_depends_on_who_stands_above_it(server: Server, inviter: str, parent: str,
                                                                              kind: str):
    admin, email, name = Person(server, inviter), fresh(), f"{kind} of {inviter}"
    ids = await tenant_ids(server)
    assert not (await invite_customer(admin, email, parentId=ids[parent], organizationName=name))["userErrors"]
    accepted = await change(admin, "acceptInvitation", {"token": await token(server, email), "password": PASSWORD,
                                                       "firstName": "Ann", "lastName": "Lee"})
    assert accepted["customer"]["tenant"] == {"kind": kind, "parent": {"name": parent}}
    async with connected(server.database_url):
        made = await Customer.get(id=int(accepted["customer"]["id"][4:]))
        above = await Tenant.get(id=(await Tenant.get(id=made.id)).parent_id)
        partner = above if above.kind != "CUSTOMER" else await Tenant.get(id=above.parent_id)
        assert (made.issuer_id, made.currency, made.name_key) == (partner.id, above.currency, name.casefold())


@pytest.mark.case(42)
async def test_a_sub_account_holds_no_further_accounts(server: Server):
    ids = await tenant_ids(server)
    refused = await invite_customer(Person(server, "admin@coastal.example"), fresh(), parentId=ids["Echo Clinic North"])
    assert codes(refused) == [("INVALID_STATE", "input.parentId")]


async def test_the_domain_stands_for_the_name_and_the_accepting_may_correct_it(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    invited = await invite_customer(admin, email, organizationName=None, domain="NewCo.example.")
    assert invited["invitation"]["organizationName"] == "newco.example"
    assert invited["warnings"] == []
    await accept(server, await token(server, email), organizationName="  New \u0000 Company ".replace("\u0000", ""))
    names = [c["name"] for c in (await admin.ask(LIST))["data"]["customers"]["nodes"]]
    assert "New Company" in names


async def test_an_address_of_another_domain_is_invited_with_a_warning(server: Server):
    invited = await invite_customer(Person(server, BRIGHTLINE), fresh(), domain="other.example")
    assert invited["warnings"] == [{"code": "EMAIL_DOMAIN_MISMATCH", "path": ["input", "email"]}]
    within = await invite_customer(Person(server, BRIGHTLINE), f"x{fresh()}".replace("@", "@mail."), domain="newco.example")
    assert within["warnings"] == []


# -- who may invite

@pytest.mark.parametrize("email", ["sales@harbor.example", "regular@brightline.example", "readonly@brightline.example",
                                   "support@brightline.example", "unlinked@brightline.example",
                                   "admin@acmecorp.example"])
@pytest.mark.row("S1.1")
async def test_inviting_a_customer_takes_customer_create(server: Server, email: str):
    refused = await invite_customer(Person(server, email), fresh())
    assert codes(refused) == [("FORBIDDEN", "input")]
    assert refused["userErrors"][0]["requiredCapability"] == "CUSTOMER_CREATE"
    assert refused["invitation"] is None


@pytest.mark.parametrize("name", ["Coastal IT", "Delta Retail", "Harbor Distribution", "Meridian Cloud"])
@pytest.mark.row("S1.4")
async def test_tenants_beside_and_above_are_as_absent_as_those_that_never_were(server: Server, name: str):
    admin, ids = Person(server, BRIGHTLINE), await tenant_ids(server)
    there = await invite_customer(admin, "x@newco.example", parentId=ids[name])
    never = await invite_customer(admin, "x@newco.example", parentId="ten_4611686018427387999")
    assert there == never
    assert codes(there) == [("NOT_FOUND", "input.parentId")]
    into = await invite_user(admin, ids[name], "x@newco.example")
    assert into == await invite_user(admin, "nonsense", "x@newco.example")
    assert codes(into) == [("NOT_FOUND", "input.tenantId")]


@pytest.mark.parametrize("email", ["sales@harbor.example", "regular@brightline.example", "support@brightline.example"])
@pytest.mark.row("S1.29")
async def test_inviting_a_person_takes_user_invite(server: Server, email: str):
    ids = await tenant_ids(server)
    refused = await invite_user(Person(server, email), ids["Acme Corporation"], fresh())
    assert codes(refused) == [("FORBIDDEN", "input.tenantId")]
    assert refused["userErrors"][0]["requiredCapability"] == "USER_INVITE"


@pytest.mark.parametrize(("inviter", "tenant", "role", "expected", "requires"), [
    (BRIGHTLINE, "Brightline Partners", "ADMIN", None, None),
    (BRIGHTLINE, "Brightline Partners", "SALES", None, None),
    (BRIGHTLINE, "Acme Corporation", "ADMIN", None, None),
    (BRIGHTLINE, "Brightline Partners", "FULL_ACCESS", "INVALID", None),
    (BRIGHTLINE, "Acme Corporation", "SALES", "INVALID", None),
    ("admin@acmecorp.example", "Acme Corporation", "FULL_ACCESS", None, None),
    ("admin@acmecorp.example", "Acme Corporation", "REGULAR", None, None),
    ("admin@acmecorp.example", "Acme Corporation", "SUPPORT", None, None),
    ("admin@acmecorp.example", "Acme Corporation", "ADMIN", "FORBIDDEN", "USER_GRANT_ADMIN"),
])
@pytest.mark.row("S2.2")
@pytest.mark.case(68)
async def test_nobody_grants_more_than_they_hold(server: Server, inviter: str, tenant: str, role: str,
                                                 expected: str | None, requires: str | None):
    ids = await tenant_ids(server)
    invited = await invite_user(Person(server, inviter), ids[tenant], fresh(), role)
    assert codes(invited) == ([(expected, "input.role")] if expected else [])
    if expected:
        assert invited["userErrors"][0]["requiredCapability"] == requires
    else:
        assert invited["invitation"]["role"] == role


async def test_full_access_invites_people_but_no_administrator(server: Server):
    ids = await tenant_ids(server)
    person = await joined(server, Person(server, BRIGHTLINE), ids["Acme Corporation"], "FULL_ACCESS")
    assert codes(await invite_user(person, ids["Acme Corporation"], fresh(), "ADMIN")) == [("FORBIDDEN", "input.role")]
    assert codes(await invite_user(person, ids["Acme Corporation"], fresh(), "FULL_ACCESS")) == []
    refused = await invite_customer(person, fresh())
    assert codes(refused) == [("FORBIDDEN", "input")]


async def test_a_person_invited_exists_once_they_have_accepted(server: Server):
    admin, email, ids = Person(server, BRIGHTLINE), fresh(), await tenant_ids(server)
    users = '{ customers(search: "acme") { nodes { users(first: 100) { nodes { email displayName } } } } }'
    await invite_user(admin, ids["Acme Corporation"], email, "READ_ONLY", language="de-AT")
    assert email not in str(await admin.ask(users))
    await change(Person(server), "acceptInvitation", {"token": await token(server, email), "password": PASSWORD})
    [customer] = (await admin.ask(users))["data"]["customers"]["nodes"]
    assert {"email": email, "displayName": "Ann Lee"} in customer["users"]["nodes"]
    viewer = Person(server, email, token=await signed_in(server, email))
    answer = await viewer.ask("{ viewer { effectiveRole homeTenant { name } user { language } } }")
    assert answer["data"]["viewer"] == {"effectiveRole": "READ_ONLY", "homeTenant": {"name": "Acme Corporation"},
                                        "user": {"language": "de-AT"}}
