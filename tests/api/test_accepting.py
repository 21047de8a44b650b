"""Accepting an invitation: once, with a password and a name as they must be."""

import asyncio

import pytest

from models import AuditEntry, Customer, Tenant, User
from tests.client import Person
from tests.inviting import (
    BRIGHTLINE,
    accept,
    change,
    codes,
    fresh,
    invite_customer,
    links,
    tenant_ids,
    token,
)
from tests.servers import Server
from tests.stored import connected


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
