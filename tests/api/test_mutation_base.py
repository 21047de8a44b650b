"""What goes for every mutation: once, whole, written down, and told in full when refused. Shown on invitations."""

import asyncio
import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest

import models
from models import ActivityEvent, AuditEntry, AuditHead, IdempotencyRecord, Invitation, OutboundEmail, User
from tests import servers
from tests.client import PASSWORD, Person
from tests.inviting import (
    DOCUMENTS,
    accept,
    broken_chains,
    change,
    fresh,
    invite_customer,
    invite_user,
    joined,
    tenant_ids,
    token,
)
from tests.servers import Server
from tests.stored import connected

BRIGHTLINE = "admin@brightline.example"
RESTLESS = {"last_seen_at", "last_active_at"}  # rise with any request


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """What was wrong, and where."""
    return [(error["code"], ".".join(error["path"])) for error in answer["userErrors"]]


def invitation(email: str, **more: Any) -> dict[str, Any]:
    return {"accountType": "LOCAL_ACCOUNT", "email": email, "organizationName": "New Co", **more}


async def digest(server: Server) -> dict[str, str]:
    """A hash of every table but of what was charged, once no letter waits to be sent."""
    async with connected(server.database_url) as database:
        while await OutboundEmail.filter(status="QUEUED").exists():  # noqa: ASYNC110  another process sends them
            await asyncio.sleep(0.02)
        found = {}
        for table in (getattr(models, name)._meta.db_table for name in models.__all__ if name != "Spending"):
            rows = await database.execute_query_dict(f"select * from {table} order by 1")
            kept = [{column: str(value) for column, value in row.items() if column not in RESTLESS} for row in rows]
            found[table] = hashlib.sha256(orjson.dumps(kept)).hexdigest()
        return found


async def traces(server: Server, email: str) -> list[int]:
    """How many rows of each kind an invitation of the address has left."""
    async with connected(server.database_url):
        ids = await Invitation.filter(email=email).values_list("id", flat=True)
        resources = [f"ivt_{id}" for id in ids]
        return [len(ids), await OutboundEmail.filter(recipient=email).count(),
                await AuditEntry.filter(resource__in=resources).count(),
                await ActivityEvent.filter(resource__in=resources).count()]


# -- who

async def test_who_is_not_signed_in_changes_nothing(server: Server):
    status, _, body = await Person(server).raw(DOCUMENTS["inviteCustomer"], {"input": invitation(fresh())})
    assert status == 401
    assert orjson.loads(body)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    status, _, body = await Person(server, token="no-such-token").raw(
        DOCUMENTS["inviteCustomer"], {"input": invitation(fresh())})
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_letters_that_no_database_keeps_are_refused(server: Server):
    for text in ("a\0b", "a\ud800b"):
        sent = orjson.dumps({"query": DOCUMENTS["inviteCustomer"],
                             "variables": {"input": invitation(fresh(), organizationName="@@")}})
        escaped = b"a\\u0000b" if "\0" in text else b"a\\ud800b"
        status, _, body = await Person(server, BRIGHTLINE).post(sent.replace(b"@@", escaped))
        assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


# -- once

@pytest.mark.case(87)
async def test_of_twenty_at_once_under_one_key_one_has_an_effect_and_all_answer_alike(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    await admin.token()
    answers = await asyncio.gather(*(change(admin, "inviteCustomer", invitation(email), idempotencyKey=f"key {email}")
                                     for _ in range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["invitation"]["email"] == email
    assert answers[0]["auditEntryId"]
    assert await traces(server, email) == [1, 1, 1, 1]


async def test_a_repetition_tells_the_warnings_again(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    first, again = [await change(admin, "inviteCustomer", invitation(email, domain="other.example"), idempotencyKey=email)
                    for _ in range(2)]
    assert first["warnings"] == again["warnings"] == [{"code": "EMAIL_DOMAIN_MISMATCH", "path": ["input", "email"]}]


@pytest.mark.case(87)
async def test_a_key_used_for_another_request_is_refused(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    await change(admin, "inviteCustomer", invitation(email), idempotencyKey=f"k {email}")
    for input, options in ((invitation(fresh()), {}), (invitation(email, domain="newco.example"), {}),
                           (invitation(email), {"reason": "other"})):
        other = await change(admin, "inviteCustomer", input, idempotencyKey=f"k {email}", **options)
        assert codes(other) == [("IDEMPOTENCY_MISMATCH", "options.idempotencyKey")]
        assert (other["invitation"], other["auditEntryId"]) == (None, None)
    assert await traces(server, email) == [1, 1, 1, 1]


@pytest.mark.case(87)
async def test_keys_are_each_persons_and_each_mutations_own(server: Server):
    key, ids = f"shared {fresh()}", await tenant_ids(server)
    for admin in (BRIGHTLINE, "admin@coastal.example", "admin@harbor.example"):
        answer = await change(Person(server, admin), "inviteCustomer", invitation(fresh()), idempotencyKey=key)
        assert answer["invitation"], admin
    user = await change(Person(server, BRIGHTLINE), "inviteUser", {
        "tenantId": ids["Acme Corporation"], "email": fresh(), "firstName": "A", "lastName": "B", "role": "REGULAR"},
        idempotencyKey=key)
    assert user["invitation"]


async def test_a_refusal_uses_no_key_up(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    refused = await change(admin, "inviteCustomer", invitation(email, organizationName=" "), idempotencyKey=email)
    assert codes(refused) == [("REQUIRED", "input.organizationName")]
    assert (await change(admin, "inviteCustomer", invitation(email), idempotencyKey=email))["invitation"]


async def test_a_repetition_shows_what_the_viewer_may_see_today(server: Server):
    ids = await tenant_ids(server)
    admin = await joined(server, Person(server, BRIGHTLINE), ids["Brightline Partners"], "ADMIN")
    email = fresh()
    first = await change(admin, "inviteCustomer", invitation(email), idempotencyKey=email)
    assert first["invitation"]
    async with connected(server.database_url):
        user = await User.get(email=admin.email)
        await models.AccessGrant.filter(user_id=user.id).update(role="SALES")
        await User.filter(id=user.id).update(access_version=user.access_version + 1)
    again = await change(admin, "inviteCustomer", invitation(email), idempotencyKey=email)
    assert (again["userErrors"], again["invitation"], again["auditEntryId"]) == ([], None, first["auditEntryId"])


async def test_what_is_kept_for_a_repetition_holds_ids_and_no_values(server: Server):
    admin, email = Person(server, BRIGHTLINE), fresh()
    await change(admin, "inviteCustomer", invitation(email), idempotencyKey=f"kept {email}")
    accepted = await change(Person(server), "acceptInvitation", {
        "token": await token(server, email), "password": "correct horse battery", "firstName": "Ann", "lastName": "Lee"},
        idempotencyKey=f"kept {email}")
    assert accepted["auditEntryId"]
    async with connected(server.database_url):
        kept = await IdempotencyRecord.filter(key=f"kept {email}")
    assert len(kept) == 2
    for record in kept:
        assert orjson.loads(record.answer)["objects"].keys() <= {"invitation", "customer", "user"}
        assert "newco" not in record.answer


async def test_who_is_not_signed_in_may_repeat_too_and_meets_nobody_elses_key(server: Server):
    admin, key = Person(server, BRIGHTLINE), f"anon {fresh()}"
    for _ in range(2):
        email = fresh()
        await invite_customer(admin, email)
        given = {"token": await token(server, email), "password": "correct horse battery", "firstName": "Ann",
                 "lastName": "Lee"}
        first, again = [await change(Person(server), "acceptInvitation", given, idempotencyKey=key) for _ in range(2)]
        assert first["userErrors"] == []
        assert first == again


async def test_an_answer_with_a_secret_is_never_kept(server: Server):
    answer = await Person(server).ask(
        "mutation($i: SignInInput!, $o: MutationOptions) { signIn(input: $i, options: $o) { token userErrors { code path } } }",
        {"i": {"email": BRIGHTLINE, "password": PASSWORD}, "o": {"idempotencyKey": "x"}})
    assert answer["data"]["signIn"] == {
        "token": None, "userErrors": [{"code": "INVALID", "path": ["options", "idempotencyKey"]}]}


async def test_options_too_long_are_refused_with_all_the_rest(server: Server):
    refused = await change(Person(server, BRIGHTLINE), "inviteCustomer", invitation(fresh(), organizationName=""),
                           idempotencyKey="k" * 201, reason="r" * 501)
    assert sorted(codes(refused)) == [("INVALID", "options.idempotencyKey"), ("INVALID", "options.reason"),
                                      ("REQUIRED", "input.organizationName")]


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


# -- written down

async def test_each_change_has_one_entry_with_who_what_why(server: Server):
    harbor, ids, email = Person(server, "admin@harbor.example"), await tenant_ids(server), fresh()
    made = await change(harbor, "inviteUser", {
        "tenantId": ids["Acme Corporation"], "email": email, "firstName": "A", "lastName": "B", "role": "REGULAR"},
        reason="asked on the phone", idempotencyKey=f"why {email}")
    async with connected(server.database_url):
        entry = await AuditEntry.get(id=int(made["auditEntryId"][4:]))
        actor = await User.get(email="admin@harbor.example")
    assert (entry.operation, entry.actor_id, entry.reason, entry.resource, entry.idempotency_key, entry.before) == (
        "inviteUser", actor.id, "asked on the phone", made["invitation"]["id"], f"why {email}", None)
    assert orjson.loads(entry.after) == {"email": email, "role": "REGULAR", "organizationName": None}
    assert f"ten_{entry.tenant_id}" == ids["Acme Corporation"]
    assert await traces(server, email) == [1, 1, 1, 1]


async def test_what_is_done_inside_a_tenant_names_the_acting_session(server: Server):
    harbor, ids, email = Person(server, "admin@harbor.example"), await tenant_ids(server), fresh()
    switched = await harbor.ask("mutation($id: ID!) { switchTenant(input: {tenantId: $id}) { token } }",
                                {"id": ids["Brightline Partners"]})
    inside = Person(server, token=switched["data"]["switchTenant"]["token"])
    made = await invite_customer(inside, email)
    assert made["invitation"]["tenant"] == {"name": "Brightline Partners"}
    async with connected(server.database_url):
        entry = await AuditEntry.get(id=int(made["auditEntryId"][4:]))
        acting = await models.ActingSession.get(id=entry.acting_session_id)
        line = await ActivityEvent.get(resource=made["invitation"]["id"])
    assert (acting.actor_id, f"ten_{acting.target_id}") == (entry.actor_id, ids["Brightline Partners"])
    assert (line.actor_email, line.on_behalf) == ("admin@harbor.example", True)


@pytest.mark.case(158)
async def test_the_chains_hold_and_an_altered_entry_is_named(server: Server):
    await asyncio.gather(*(invite_customer(Person(server, BRIGHTLINE), fresh()) for _ in range(12)))
    assert await broken_chains(server) == {}
    async with connected(server.database_url):
        entry = await AuditEntry.filter(operation="inviteCustomer").order_by("seq").offset(3).first()
        assert entry is not None
        head = await AuditHead.get(tenant_id=entry.tenant_id)
    for column, value in (("after", '{"role":"SUPPORT"}'), ("actor_id", 1), ("reason", "because"),
                          ("at", "2026-01-01T00:00:00+00:00"), ("prev_hash", "0" * 64)):
        async with connected(server.database_url):
            await AuditEntry.filter(id=entry.id).update(**{column: value})
        assert await broken_chains(server) == {entry.tenant_id: entry.seq}, column
        async with connected(server.database_url):
            await AuditEntry.filter(id=entry.id).update(**{column: getattr(entry, column)})
    async with connected(server.database_url):
        await AuditHead.filter(tenant_id=entry.tenant_id).update(seq=head.seq + 1)
    assert await broken_chains(server) == {entry.tenant_id: head.seq + 1}
    async with connected(server.database_url):
        await AuditHead.filter(tenant_id=entry.tenant_id).update(seq=head.seq)
    assert await broken_chains(server) == {}


# -- whole

@pytest.mark.parametrize("name", ["inviteCustomer", "inviteUser", "resendInvitation", "revokeInvitation",
                                  "acceptInvitation"])
@pytest.mark.row("S1.3")
@pytest.mark.case(88)
async def test_a_client_who_leaves_in_the_middle_leaves_nothing_half_done(server: Server, name: str):
    admin, ids = Person(server, BRIGHTLINE), await tenant_ids(server)
    for wait in range(0, 24, 4):
        email, person = fresh(), admin if name != "acceptInvitation" else Person(server)
        input = await _prepared(server, admin, name, email, ids["Acme Corporation"])
        await admin.token()
        leaving = asyncio.create_task(change(person, name, input, idempotencyKey=email))
        await asyncio.sleep(wait / 1000)
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving
        answer = await change(person, name, input, idempotencyKey=email)
        assert answer["userErrors"] == []
        rows = await traces(server, email)
        expected = {"resendInvitation": [1, 2, 2, 2], "revokeInvitation": [1, 1, 2, 2], "acceptInvitation": [1, 1, 2, 2]}
        assert rows == expected.get(name, [1, 1, 1, 1]), wait
    assert await broken_chains(server) == {}


async def _prepared(server: Server, admin: Person, name: str, email: str, tenant_id: str) -> dict[str, Any]:
    """What has to be there first; the input of the mutation."""
    if name == "inviteCustomer":
        return invitation(email)
    if name == "inviteUser":
        return {"tenantId": tenant_id, "email": email, "firstName": "A", "lastName": "B", "role": "REGULAR"}
    made = await invite_user(admin, tenant_id, email)
    if name == "acceptInvitation":
        return {"token": await token(server, email), "password": "correct horse battery"}
    return {"invitationId": made["invitation"]["id"]}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.case(88)
async def test_nothing_is_half_done_when_the_server_is_killed_and_what_it_said_stands(
        kind: str, request: pytest.FixtureRequest, tmp_path: Path):
    url = f"sqlite://{tmp_path}/killed.sqlite" if kind == "sqlite" else \
        await request.getfixturevalue("create_postgres")("killed")
    told: set[str] = set()
    emails = [fresh("killed") for _ in range(60)]
    for attempt in range(2):
        server = await servers.start(url, tmp_path / f"{attempt}.log")
        admin = Person(server, BRIGHTLINE)
        await admin.token()

        async def invite(email: str, admin: Person = admin) -> None:
            with suppress(Exception):
                answer = await change(admin, "inviteCustomer", invitation(email), idempotencyKey=email)
                assert answer["invitation"]["email"] == email
                told.add(email)
        sent = [asyncio.create_task(invite(email)) for email in emails]
        if attempt == 0:
            await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
            server.process.kill()
            await server.process.wait()
            await asyncio.gather(*sent)
            await server.http.close()
            said = set(told)
            assert said < set(emails)
            for email in emails:
                rows = await traces(server, email)
                assert rows in ([1, 1, 1, 1], *([] if email in said else [[0, 0, 0, 0]]))
        else:
            await asyncio.gather(*sent)
            assert told == set(emails)
            assert [await traces(server, email) for email in emails] == [[1, 1, 1, 1]] * 60
            assert await broken_chains(server) == {}
            await server.stop()
