"""What goes for every mutation: a dry run leaves nothing, and who has not seen the latest version is told so."""

import asyncio

import pytest

from tests.client import Person
from tests.inviting import (
    BRIGHTLINE,
    accept,
    change,
    codes,
    fresh,
    invite_customer,
    token,
)
from tests.servers import Server
from tests.traces import digest, invitation

# -- rehearsed

async def test_a_dry_run_answers_alike_and_leaves_nothing(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    await admin.ask("{ viewer { user { id } } }")
    before, printed = await digest(server), server.log.read_text()
    rehearsed = await change(admin, "inviteCustomer", invitation(email), dryRun=True, idempotencyKey=email, reason="to see")
    assert (rehearsed["dryRun"], rehearsed["auditEntryId"], rehearsed["userErrors"]) == (True, None, [])
    assert await digest(server) == before
    assert email not in server.log.read_text().removeprefix(printed)
    made = await change(admin, "inviteCustomer", invitation(email), idempotencyKey=email)
    same = {"id": 0, "expiresAt": 0}
    assert made["invitation"] | same == rehearsed["invitation"] | same
    assert made["dryRun"] is False


@pytest.mark.row("S1.3")
async def test_a_dry_run_of_accepting_tells_what_is_wrong_and_uses_no_link_up(server: Server):
    email = fresh()
    await invite_customer(Person(server, BRIGHTLINE), email)
    given = {"token": await token(server, email), "password": "correct horse battery", "firstName": "Ann", "lastName": "Lee"}
    before = await digest(server)
    weak = await change(Person(server), "acceptInvitation", {**given, "password": "weak"}, dryRun=True)
    assert codes(weak) == [("WEAK_PASSWORD", "input.password")]
    fine = await change(Person(server), "acceptInvitation", given, dryRun=True)
    assert (fine["userErrors"], fine["dryRun"]) == ([], True)
    assert await digest(server) == before
    assert codes(await accept(server, given["token"])) == []


async def test_a_dry_run_reads_back_what_it_would_have_made(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    await invite_customer(admin, email, organizationName="Rehearsed Ltd")
    given = {"token": await token(server, email), "password": "correct horse battery", "firstName": "Ann", "lastName": "Lee"}
    rehearsed = await change(admin, "acceptInvitation", given, dryRun=True)
    assert rehearsed["customer"]["name"] == "Rehearsed Ltd"
    assert rehearsed["customer"]["tenant"] == {"kind": "CUSTOMER", "parent": {"name": "Brightline Partners"}}
    assert rehearsed["invitation"]["status"] == "ACCEPTED"
    missing = await admin.ask("query($id: ID!) { node(id: $id) { id } }", {"id": rehearsed["customer"]["id"]})
    assert missing["data"]["node"] is None


async def test_refusals_leave_nothing(server: Server):
    admin = Person(server, BRIGHTLINE)
    await admin.ask("{ viewer { user { id } } }")
    before = await digest(server)
    assert codes(await change(admin, "inviteCustomer", invitation("regular@brightline.example"), idempotencyKey="never"))
    assert codes(await change(admin, "revokeInvitation", {"invitationId": "ivt_1"}))
    assert codes(await accept(server, "no-such-token"))
    assert await digest(server) == before


# -- versions

@pytest.mark.case(98)
async def test_who_has_not_seen_the_latest_version_is_told_it(server: Server):
    admin = Person(server, BRIGHTLINE)
    made = (await invite_customer(admin, fresh()))["invitation"]
    given = {"invitationId": made["id"]}
    assert (await change(admin, "resendInvitation", given, ifVersion=1))["invitation"]["version"] == 2
    refused = await change(admin, "resendInvitation", given, ifVersion=1)
    assert codes(refused) == [("VERSION_CONFLICT", "options.ifVersion")]
    assert "version is 2 now" in refused["userErrors"][0]["message"]
    assert (await change(admin, "revokeInvitation", given, ifVersion=2))["invitation"]["status"] == "REVOKED"


@pytest.mark.case(98)
async def test_of_two_who_saw_the_same_version_one_changes_it(server: Server):
    admin = Person(server, BRIGHTLINE)
    made = (await invite_customer(admin, fresh()))["invitation"]
    answers = await asyncio.gather(*(change(admin, "resendInvitation", {"invitationId": made["id"]}, ifVersion=1)
                                     for _ in range(4)))
    assert sorted(codes(answer) for answer in answers) == [[]] + [[("VERSION_CONFLICT", "options.ifVersion")]] * 3


@pytest.mark.case(25, 98)
async def test_the_version_of_a_hidden_object_is_not_told(server: Server):
    made = (await invite_customer(Person(server, BRIGHTLINE), fresh()))["invitation"]
    refused = await change(Person(server, "admin@coastal.example"), "revokeInvitation", {"invitationId": made["id"]},
                           ifVersion=9)
    assert codes(refused) == [("NOT_FOUND", "input.invitationId")]
