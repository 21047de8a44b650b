"""What goes for every mutation: who may, and once under one key. Shown on invitations."""

import asyncio

import orjson
import pytest

import models
from models import IdempotencyRecord, User
from tests.client import PASSWORD, Person
from tests.inviting import (
    BRIGHTLINE,
    DOCUMENTS,
    change,
    codes,
    fresh,
    invite_customer,
    joined,
    tenant_ids,
    token,
)
from tests.servers import Server
from tests.stored import connected
from tests.traces import invitation, traces

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
