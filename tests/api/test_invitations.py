"""Invitations: who may invite whom, what a letter's link does, and when it no longer does it."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from models import ActivityEvent, AuditEntry, Customer, Invitation, Tenant, User
from tests.client import Person
from tests.inviting import (
    PASSWORD,
    accept,
    change,
    fresh,
    invite_customer,
    invite_user,
    joined,
    links,
    signed_in,
    tenant_ids,
    token,
)
from tests.servers import Server
from tests.stored import connected

BRIGHTLINE = "admin@brightline.example"
LIST = "{ customers(first: 100) { totalCount nodes { name acceptedAt primaryAdmin { email } } } }"


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """What was wrong, and where."""
    return [(error["code"], ".".join(error["path"])) for error in answer["userErrors"]]


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


# -- addresses

@pytest.mark.case(70)
async def test_an_address_is_taken_as_far_as_the_inviter_may_know(server: Server):
    admin = Person(server, BRIGHTLINE)
    for known in ("regular@brightline.example", "ADMIN@AcmeCorp.Example"):
        assert codes(await invite_customer(admin, known)) == [("EMAIL_TAKEN", "input.email")]
    hidden = await invite_customer(admin, "admin@coastal.example")
    nobody = await invite_customer(admin, fresh())
    told = [{**a["invitation"], "id": 0, "email": 0, "expiresAt": 0} for a in (hidden, nobody)]
    assert told[0] == told[1]
    assert hidden["userErrors"] == nobody["userErrors"] == []
    accepted = await accept(server, await token(server, "admin@coastal.example"))
    assert codes(accepted) == [("EMAIL_TAKEN", "input.token")]


async def test_an_address_has_one_open_invitation_in_a_tenant(server: Server):
    admin, email, ids = Person(server, BRIGHTLINE), fresh(), await tenant_ids(server)
    await asyncio.gather(*(invite_customer(admin, fresh()) for _ in range(8)))  # so that as many connections are open
    answers = await asyncio.gather(*(invite_customer(admin, email) for _ in range(8)))
    [made] = [a for a in answers if not a["userErrors"]]
    assert all(codes(a) == [("INVALID_STATE", "input.email")] for a in answers if a is not made)
    again = await invite_user(admin, ids["Brightline Partners"], email.upper())
    assert codes(again) == [("INVALID_STATE", "input.email")]
    assert f"resend {made['invitation']['id']}" in again["userErrors"][0]["message"]
    assert not (await invite_user(admin, ids["Acme Corporation"], email))["userErrors"]
    assert len(await links(server, email, 2)) == 2


@pytest.mark.case(72)
async def test_links_lead_to_the_configured_address_whatever_host_was_asked(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    query = ('mutation($e: EmailAddress!) { inviteCustomer(input: {accountType: LOCAL_ACCOUNT, email: $e, '
             'organizationName: "X"}) { invitation { id } } }')
    await admin.ask(query, {"e": email}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    [link] = await links(server, email)
    assert link.startswith(f"{server.url}/")


OFFER = """query($token: String!) { invitationOffer(token: $token) {
  purpose email company inviter organizationName firstName lastName role expiresAt } }"""


@pytest.mark.row("S1.1", "S1.3")
async def test_whoever_has_the_link_reads_what_it_offers_until_it_is_used(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    invitation = (await invite_customer(admin, email, organizationName="Offered Ltd"))["invitation"]
    secret = await token(server, email)
    for reader in (Person(server), admin, Person(server, "support@brightline.example")):
        offer = (await reader.ask(OFFER, {"token": secret}))["data"]["invitationOffer"]
        assert offer == {"purpose": "CUSTOMER", "email": email, "company": "Brightline Partners", "organizationName": "Offered Ltd",
                         "inviter": offer["inviter"], "firstName": None, "lastName": None, "role": "ADMIN",
                         "expiresAt": invitation["expiresAt"]}
        assert offer["inviter"]
    assert codes(await accept(server, secret)) == []
    assert (await Person(server).ask(OFFER, {"token": secret}))["data"] == {"invitationOffer": None}


@pytest.mark.case(66)
async def test_a_link_that_is_dead_or_made_up_offers_nothing(server: Server):
    admin = Person(server, BRIGHTLINE)
    secrets = ["no-such-token"]
    for end in ("revoked", "expired"):
        email = fresh()
        invitation = (await invite_customer(admin, email))["invitation"]
        secrets.append(await token(server, email))
        await _end(server, end, invitation["id"], secrets[-1])
    for secret in secrets:
        assert await Person(server).ask(OFFER, {"token": secret}) == {"data": {"invitationOffer": None}}


# -- what ends an invitation

@pytest.mark.row("S1.1")
@pytest.mark.case(66)
async def test_sending_it_again_kills_the_old_link(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    invitation = (await invite_customer(admin, email))["invitation"]
    again = await change(admin, "resendInvitation", {"invitationId": invitation["id"]})
    assert (again["invitation"]["sentCount"], again["invitation"]["version"]) == (2, 2)
    old, new = [link.partition("#invitation=")[2] for link in await links(server, email, 2)]
    assert codes(await accept(server, old)) == [("LINK_EXPIRED", "input.token")]
    assert codes(await accept(server, new)) == []


@pytest.mark.case(74)
async def test_an_address_gets_five_letters_a_day_at_most(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    invitation = {"invitationId": (await invite_customer(admin, email))["invitation"]["id"]}
    for _ in range(4):
        assert not (await change(admin, "resendInvitation", invitation))["userErrors"]
    refused = await change(admin, "resendInvitation", invitation)
    assert codes(refused) == [("INVALID_STATE", "input.invitationId")]
    assert "tomorrow" in refused["userErrors"][0]["message"]
    await change(admin, "revokeInvitation", invitation)
    assert codes(await invite_customer(admin, email)) == [("INVALID_STATE", "input.email")]


@pytest.mark.case(66)
async def test_every_dead_link_is_told_the_same(server: Server):
    admin, answers = Person(server, BRIGHTLINE), []
    unknown = await accept(server, "no-such-token")
    for end in ("used", "revoked", "expired", "inviter gone"):
        email = fresh()
        invitation = (await invite_customer(admin, email))["invitation"]
        secret = await token(server, email)
        await _end(server, end, invitation["id"], secret)
        answers.append(await accept(server, secret))
    assert answers == [unknown] * 4
    assert codes(unknown) == [("LINK_EXPIRED", "input.token")]


async def _end(server: Server, how: str, invitation_id: str, secret: str) -> None:
    if how == "used":
        assert not (await accept(server, secret))["userErrors"]
    elif how == "revoked":
        revoked = await change(Person(server, BRIGHTLINE), "revokeInvitation", {"invitationId": invitation_id})
        assert revoked["invitation"]["status"] == "REVOKED"
    else:
        async with connected(server.database_url):
            found = Invitation.filter(id=int(invitation_id[4:]))
            if how == "expired":
                await found.update(expires_at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
            else:
                await found.update(invited_by_id=(await User.get(email="sales@harbor.example")).id)


@pytest.mark.case(68)
async def test_an_invitation_dies_with_its_inviters_right_until_another_vouches_for_it(server: Server):
    admin, email, ids = Person(server, BRIGHTLINE), fresh(), await tenant_ids(server)
    inviter = await joined(server, admin, ids["Brightline Partners"], "ADMIN")
    invitation = (await invite_user(inviter, ids["Acme Corporation"], email, "ADMIN"))["invitation"]
    async with connected(server.database_url):
        await User.filter(email=inviter.email).update(active=False)
    assert codes(await accept(server, await token(server, email))) == [("LINK_EXPIRED", "input.token")]
    again = await change(admin, "resendInvitation", {"invitationId": invitation["id"]})
    assert again["invitation"]["invitedBy"] == {"email": BRIGHTLINE}
    assert codes(await accept(server, await token(server, email, 2))) == []


async def test_a_lapsed_invitation_reads_as_expired_and_makes_room_for_another(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    invitation = (await invite_customer(admin, email))["invitation"]
    async with connected(server.database_url):
        await Invitation.filter(id=int(invitation["id"][4:])).update(expires_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    query = "query($s: [InvitationStatus!]) { invitations(status: $s, first: 100) { nodes { id status } } }"
    lapsed = {"id": invitation["id"], "status": "EXPIRED"}
    assert lapsed in (await admin.ask(query, {"s": ["EXPIRED", "REVOKED"]}))["data"]["invitations"]["nodes"]
    assert lapsed not in (await admin.ask(query, {"s": ["PENDING"]}))["data"]["invitations"]["nodes"]
    revoked = await change(admin, "revokeInvitation", {"invitationId": invitation["id"]})
    assert codes(revoked) == [("INVALID_STATE", "input.invitationId")]
    assert not (await invite_customer(admin, email))["userErrors"]
    resent = await change(admin, "resendInvitation", {"invitationId": invitation["id"]})
    assert codes(resent) == [("INVALID_STATE", "input.invitationId")]


async def test_a_lapsed_invitation_lives_anew_when_sent_again(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    invitation = (await invite_customer(admin, email))["invitation"]
    async with connected(server.database_url):
        await Invitation.filter(id=int(invitation["id"][4:])).update(expires_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    again = await change(admin, "resendInvitation", {"invitationId": invitation["id"]})
    assert again["invitation"]["status"] == "PENDING"
    assert codes(await accept(server, await token(server, email, 2))) == []
    over = await change(admin, "resendInvitation", {"invitationId": invitation["id"]})
    assert codes(over) == [("INVALID_STATE", "input.invitationId")]


@pytest.mark.row("S1.1")
async def test_taking_it_back_twice_says_that_it_is_done_already(server: Server):
    admin = Person(server, BRIGHTLINE)
    invitation = {"invitationId": (await invite_customer(admin, fresh()))["invitation"]["id"]}
    assert (await change(admin, "revokeInvitation", invitation))["warnings"] == []
    again = await change(admin, "revokeInvitation", invitation)
    assert again["warnings"] == [{"code": "ALREADY_DONE", "path": ["input", "invitationId"]}]


@pytest.mark.parametrize("name", ["resendInvitation", "revokeInvitation"])
@pytest.mark.parametrize("email", ["admin@coastal.example", "regular@brightline.example", "sales@harbor.example",
                                   "admin@acmecorp.example"])
@pytest.mark.row("S1.1")
async def test_an_invitation_is_absent_for_whoever_may_not_invite_there(server: Server, email: str, name: str):
    invitation = (await invite_customer(Person(server, BRIGHTLINE), fresh()))["invitation"]
    there = await change(Person(server, email), name, {"invitationId": invitation["id"]})
    assert there == await change(Person(server, email), name, {"invitationId": "ivt_4611686018427387999"})
    assert codes(there) == [("NOT_FOUND", "input.invitationId")]
    listed = await Person(server, email).ask("{ invitations(first: 100) { nodes { id } } }")
    assert invitation["id"] not in str(listed)


async def test_a_customers_admin_sees_invitations_to_sub_accounts_but_may_not_send_them(server: Server):
    ids = await tenant_ids(server)
    invited = await invite_customer(Person(server, BRIGHTLINE), fresh(), parentId=ids["Acme Corporation"])
    refused = await change(Person(server, "admin@acmecorp.example"), "resendInvitation",
                           {"invitationId": invited["invitation"]["id"]})
    assert codes(refused) == [("FORBIDDEN", "input.invitationId")]
    assert refused["userErrors"][0]["requiredCapability"] == "CUSTOMER_CREATE"


# -- accepting

@pytest.mark.row("S1.3")
@pytest.mark.case(67)
async def test_of_many_who_accept_at_once_one_succeeds(server: Server):
    email = fresh()
    await invite_customer(Person(server, BRIGHTLINE), email, organizationName="Once Ltd")
    secret = await token(server, email)
    answers = await asyncio.gather(*(accept(server, secret) for _ in range(8)))
    assert sorted(codes(a) == [] for a in answers) == [False] * 7 + [True]
    assert all(codes(a) in ([], [("LINK_EXPIRED", "input.token")]) for a in answers)
    async with connected(server.database_url):
        assert await Tenant.filter(name="Once Ltd").count() == 1
        assert await User.filter(email=email).count() == 1
        entry = await AuditEntry.filter(operation="acceptInvitation", after__contains="usr_").order_by("-at").first()
        assert entry is not None
        assert await AuditEntry.filter(operation="acceptInvitation", resource=entry.resource).count() == 1


@pytest.mark.case(67)
async def test_two_invitations_of_one_address_make_one_person(server: Server):
    email = fresh()
    for inviter in (BRIGHTLINE, "admin@coastal.example"):
        assert not (await invite_customer(Person(server, inviter), email))["userErrors"]
    secrets = [link.partition("#invitation=")[2] for link in await links(server, email, 2)]
    answers = await asyncio.gather(*(accept(server, secret) for secret in secrets))
    assert sorted(codes(a) for a in answers) == [[], [("EMAIL_TAKEN", "input.token")]]
    async with connected(server.database_url):
        [user] = await User.filter(email=email)
        assert await Customer.filter(email=email).values_list("id", flat=True) == [user.tenant_id]


@pytest.mark.parametrize(("password", "code"), [
    (None, "REQUIRED"), ("", "REQUIRED"), ("elevenchars", "WEAK_PASSWORD"), ("aaaaaaaaaaaa", "WEAK_PASSWORD"),
    ("{email}", "WEAK_PASSWORD"), (" {email} ", "WEAK_PASSWORD"), ("é" * 600, "INVALID"),
])
async def test_a_password_follows_the_policy(server: Server, password: str | None, code: str):
    email = fresh("somebody")
    await invite_customer(Person(server, BRIGHTLINE), email)
    secret = await token(server, email)
    refused = await accept(server, secret, password=password and password.replace("{email}", email))
    assert codes(refused) == [(code, "input.password")]
    assert refused["userErrors"][0]["message"].startswith("A password has at ")
    assert codes(await accept(server, secret)) == []


async def test_everything_that_is_wrong_is_told_at_once(server: Server):
    admin, ids = Person(server, BRIGHTLINE), await tenant_ids(server)
    refused = await change(admin, "inviteUser", {
        "tenantId": ids["Acme Corporation"], "email": "admin@acmecorp.example", "firstName": " \t ",
        "lastName": "x" * 101, "role": "SALES"}, ifVersion=3, reason="x" * 501)
    assert sorted(codes(refused)) == [
        ("EMAIL_TAKEN", "input.email"), ("INVALID", "input.lastName"), ("INVALID", "input.role"),
        ("INVALID", "options.ifVersion"), ("INVALID", "options.reason"), ("REQUIRED", "input.firstName")]
    nothing = await invite_customer(admin, fresh(), organizationName="\u200b \u2060", domain="https://newco.example/x")
    assert codes(nothing) == [("INVALID", "input.organizationName"), ("INVALID", "input.domain")]


@pytest.mark.parametrize("name", ["x" * 201, "\ufdfa" * 150])
async def test_a_name_too_long_to_keep_or_to_search_is_refused(server: Server, name: str):
    refused = await invite_customer(Person(server, BRIGHTLINE), fresh(), organizationName=name)
    assert codes(refused) == [("INVALID", "input.organizationName")]


# -- what is written down

@pytest.mark.row("S1.45", "S1.46", "S1.47")
async def test_what_a_partner_does_in_a_customers_account_is_in_the_customers_log_alone(server: Server):
    harbor, ids, email = Person(server, "admin@harbor.example"), await tenant_ids(server), fresh()
    await invite_user(harbor, ids["Acme Corporation"], email)
    log = "activityLog(first: 50) { nodes { action actorEmail onBehalf summary tenant { name } actorHomeTenant { name } } }"
    answer = await harbor.ask(f'{{ customers(search: "acme") {{ nodes {{ {log} }} }} viewer {{ homeTenant {{ {log} }} }} }}')
    [acme] = answer["data"]["customers"]["nodes"]
    [line] = [e for e in acme["activityLog"]["nodes"] if email in e["summary"]]
    assert line == {"action": "inviteUser", "actorEmail": "admin@harbor.example", "onBehalf": True,
                    "summary": f"Invited {email} as READ_ONLY", "tenant": {"name": "Acme Corporation"},
                    "actorHomeTenant": {"name": "Harbor Distribution"}}
    assert email not in str(answer["data"]["viewer"]["homeTenant"]["activityLog"])
    own = await Person(server, "admin@acmecorp.example").ask(
        f'{{ customers {{ nodes {{ {log.replace("actorEmail", "actorEmail actor { email }")} }} }} }}')
    [line] = [e for e in own["data"]["customers"]["nodes"][0]["activityLog"]["nodes"] if email in e["summary"]]
    assert (line["actorEmail"], line["actor"], line["actorHomeTenant"]) == ("admin@harbor.example", None, None)


@pytest.mark.row("S1.46")
async def test_what_people_do_in_their_own_account_is_not_on_behalf(server: Server):
    email = fresh()
    await invite_customer(Person(server, BRIGHTLINE), email)
    await accept(server, await token(server, email))
    async with connected(server.database_url):
        invited = await ActivityEvent.get(action="inviteCustomer", summary__contains=email)
        accepted = await ActivityEvent.get(action="acceptInvitation", actor_email=email)
        assert (invited.actor_email, invited.on_behalf) == (BRIGHTLINE, False)
        assert accepted.on_behalf is False
        assert (await Tenant.get(id=accepted.tenant_id)).parent_id == invited.tenant_id


async def test_the_log_is_narrowed_by_actor_and_time(server: Server):
    ids, acme = await tenant_ids(server), Person(server, "admin@acmecorp.example")
    email = fresh()
    await invite_user(Person(server, BRIGHTLINE), ids["Acme Corporation"], fresh())
    await invite_user(acme, ids["Acme Corporation"], email)
    me = (await acme.ask("{ viewer { user { id } } }"))["data"]["viewer"]["user"]["id"]
    query = """query($actor: ID, $since: DateTime, $until: DateTime) { customers { nodes {
      activityLog(first: 50, actor: $actor, since: $since, until: $until) { nodes { actorEmail summary } } } } }"""

    async def lines(**by: str) -> list[dict[str, str]]:
        return (await acme.ask(query, by))["data"]["customers"]["nodes"][0]["activityLog"]["nodes"]
    mine = await lines(actor=me)
    assert {line["actorEmail"] for line in mine} == {"admin@acmecorp.example"}
    assert email in mine[0]["summary"]
    assert len(await lines()) > len(mine)
    assert await lines(since="2999-01-01T00:00:00Z") == await lines(until="2000-01-01T00:00:00Z") == []
    assert await lines(since="2000-01-01T00:00:00Z", until="2999-01-01T00:00:00Z") == await lines()


@pytest.mark.row("S1.46")
async def test_the_line_stays_after_the_person_is_gone(server: Server):
    admin, ids = Person(server, BRIGHTLINE), await tenant_ids(server)
    person = await joined(server, admin, ids["Acme Corporation"], "FULL_ACCESS")
    await invite_user(person, ids["Acme Corporation"], fresh())
    async with connected(server.database_url) as database:
        user = await User.get(email=person.email)
        for table in ("session_token", "login_session", "access_grant"):
            column = "login_session_id in (select id from login_session where user_id" if table == "session_token" else "user_id"
            await database.execute_query(f"delete from {table} where {column} = {user.id}{')' if '(' in column else ''}")
        await user.delete()
    answer = await admin.ask(
        '{ customers(search: "acme") { nodes { activityLog(first: 50) { nodes { actorEmail actor { id } } } } } }')
    [customer] = answer["data"]["customers"]["nodes"]
    assert {"actorEmail": person.email, "actor": None} in customer["activityLog"]["nodes"]


@pytest.mark.parametrize("email", ["regular@brightline.example", "readonly@brightline.example",
                                   "support@brightline.example", "sales@harbor.example"])
@pytest.mark.row("S1.45")
async def test_the_log_and_the_letters_take_rights_that_few_have(server: Server, email: str):
    answer = await Person(server, email).ask(
        '{ customers(search: "acme") { nodes { activityLog { totalCount } sentEmails { totalCount } '
        'invitations { totalCount } } } }')
    assert answer["data"]["customers"]["nodes"] == [{"activityLog": None, "sentEmails": None, "invitations": None}]
    reason = "SUPPORT_ROLE" if email.startswith("support") else "ROLE"
    assert answer["extensions"]["withheld"] == [
        {"path": f"customers.nodes.{field}", "capability": capability, "reason": reason}
        for field, capability in (("activityLog", "AUDIT_VIEW"), ("sentEmails", "EMAIL_SEND"), ("invitations", "USER_INVITE"))]


async def test_a_letter_is_readable_without_its_secret(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    await invite_customer(admin, email, organizationName="Readable Ltd")
    secret = await token(server, email)
    here = "{ viewer { homeTenant { sentEmails(first: 50) { nodes { to subject body status sentAt } } } } }"
    there = '{ customers(search: "readable") { nodes { sentEmails { nodes { to body } } } } }'
    letters = (await admin.ask(here))["data"]["viewer"]["homeTenant"]["sentEmails"]["nodes"]
    [letter] = [letter for letter in letters if letter["to"] == [email]]
    assert letter["subject"] == "Brightline Partners invites Readable Ltd"
    assert (letter["status"], "{link}" in letter["body"], secret in str(letter)) == ("SENT", True, False)
    await accept(server, secret)
    assert email not in str(await admin.ask(here))
    [customer] = (await admin.ask(there))["data"]["customers"]["nodes"]
    assert [found["to"] for found in customer["sentEmails"]["nodes"]] == [[email]]


async def test_a_malformed_address_is_told_with_every_other_problem(server: Server) -> None:
    answer = await Person(server, "admin@brightline.example").ask("""mutation { inviteUser(input: {tenantId: "ten_x",
      email: "no address", firstName: "", lastName: "Stone", role: REGULAR}) { invitation { id } userErrors { code path } } }""")
    problems = {tuple(e["path"]): e["code"] for e in answer["data"]["inviteUser"]["userErrors"]}
    assert problems.keys() >= {("input", "email"), ("input", "tenantId"), ("input", "firstName")}
    assert problems["input", "email"] == "INVALID"
