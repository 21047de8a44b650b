"""What the link of an invitation offers and does, and when it no longer does it."""

import asyncio
import datetime as dt

import pytest

from models import Invitation, User
from tests.client import Person
from tests.inviting import (
    BRIGHTLINE,
    accept,
    change,
    codes,
    fresh,
    invite_customer,
    invite_user,
    joined,
    links,
    tenant_ids,
    token,
)
from tests.servers import Server
from tests.stored import connected

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
