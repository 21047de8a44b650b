"""What goes for every mutation: it is written down, and whole or not at all. Shown on invitations."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest

import models
from models import ActivityEvent, AuditEntry, AuditHead, User
from tests import servers
from tests.client import Person
from tests.inviting import (
    BRIGHTLINE,
    broken_chains,
    change,
    fresh,
    invite_customer,
    invite_user,
    tenant_ids,
    token,
)
from tests.servers import Server
from tests.stored import connected
from tests.traces import invitation, traces

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
