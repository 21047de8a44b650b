"""Passwords that are forgotten or taken back: who gets a link, what it opens, and what nobody is told."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from models import AuditEntry, Job, OutboundEmail, PasswordReset, User
from models.grants import access_changed
from models.sessions import SignInAttempt, hash_secret
from tests.api.test_passwords import NEXT, anew, is_in, opens
from tests.api.test_subscriptions import over
from tests.attacks.belongings import ABSENT
from tests.client import PASSWORD, Person
from tests.inviting import broken_chains, links, token
from tests.live import listening
from tests.servers import Server
from tests.shop import codes, open_shop
from tests.stored import connected

ERRORS = "userErrors { code message path requiredCapability } dryRun auditEntryId"
ASK = f"""mutation($input: RequestPasswordResetInput!, $options: MutationOptions) {{
  requestPasswordReset(input: $input, options: $options) {{ accepted warnings {{ code }} {ERRORS} }} }}"""
FOLLOW = f"mutation($input: ResetPasswordInput!) {{ resetPassword(input: $input) {{ email {ERRORS} }} }}"
TAKE_BACK = f"""mutation($input: ResetUserPasswordInput!, $options: MutationOptions) {{
  resetUserPassword(input: $input, options: $options) {{ user {{ email }} {ERRORS} }} }}"""
SENT = "{ tenantTree { sentEmails(first: 20) { nodes { kind to body } } } }"


async def ask(server: Server, email: str, **options: Any) -> dict[str, Any]:
    answer = await Person(server).ask(ASK, {"input": {"email": email}, "options": options})
    return answer["data"]["requestPasswordReset"]


async def follow(server: Server, secret: str, password: str = NEXT) -> dict[str, Any]:
    answer = await Person(server).ask(FOLLOW, {"input": {"token": secret, "password": password}})
    return answer["data"]["resetPassword"]


async def take_back(person: Person, user: str, **options: Any) -> dict[str, Any]:
    answer = await person.ask(TAKE_BACK, {"input": {"userId": user}, "options": options})
    return answer["data"]["resetUserPassword"]


async def user_id(server: Server, email: str) -> str:
    async with connected(server.database_url):
        return f"usr_{(await User.get(email=email)).id}"


async def jobs_done(server: Server) -> None:
    """Waits until whatever was asked for has been looked at."""
    async with connected(server.database_url), asyncio.timeout(30):
        while await Job.filter(name="password-reset").exclude(state="DONE").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


# -- forgotten

@pytest.mark.row("S4.147", "S4.33")
@pytest.mark.case(65, 72)
async def test_whoever_forgot_their_password_chooses_another_by_a_letter_and_all_their_sessions_end(server: Server) -> None:
    email = (await open_shop(server)).people["regular"]
    old = await anew(server, email)
    answer = await Person(server).ask(ASK, {"input": {"email": email}}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer["data"]["requestPasswordReset"]["accepted"]
    [link] = await links(server, email, what="reset")
    assert link.startswith(f"{server.url}/new-password#reset=")
    secret = link.partition("#reset=")[2]
    assert len(secret) == 43 and await is_in(old) and await opens(server, email, PASSWORD)

    assert codes(await follow(server, secret, "short")) == [("WEAK_PASSWORD", "input.password")]
    assert codes(await follow(server, secret, "")) == [("REQUIRED", "input.password")]
    async with listening(old) as stream:
        done = await follow(server, secret)
        assert (done["email"], done["userErrors"]) == (email, [])
        assert over(await stream.next()) == "UNAUTHENTICATED"
    assert not await is_in(old)
    assert [await opens(server, email, password) for password in (PASSWORD, NEXT)] == [False, True]
    async with connected(server.database_url):
        user = await User.get(email=email)
        trail = [entry.operation for entry in await AuditEntry.filter(resource=f"usr_{user.id}").order_by("seq")]
        everything = str([await model.all().values() for model in (PasswordReset, AuditEntry, Job)])
        assert await OutboundEmail.filter(recipient=email, kind="password_changed").count() == 1
        assert not await PasswordReset.exists(user_id=user.id)
    assert trail == ["requestPasswordReset", "resetPassword"]
    assert secret not in everything and NEXT not in everything and email not in everything
    assert await broken_chains(server) == {}


@pytest.mark.row("S4.147")
@pytest.mark.case(60, 75)
async def test_nobody_is_told_whether_somebody_has_the_address(server: Server) -> None:
    shop = await open_shop(server)
    known, left, often = shop.people["sales"], shop.people["readonly"], shop.people["support"]
    async with connected(server.database_url):
        await User.filter(email=left).update(active=False)
        await SignInAttempt.create(address=hash_secret(f"password of {often}"), tries=10, since=dt.datetime.now(dt.UTC))
    answers = []
    for email in (known, f" {known.upper()} ", "nobody@shop.example", left, often):
        status, headers, body = await Person(server).raw(ASK, {"input": {"email": email}}, headers={"X-Request-Id": "asked"})
        answers.append((status, {name: value for name, value in headers.items() if name != "Date"}, body))
        if email == known:
            await links(server, known, what="reset")  # a newer link would hold this letter back, were it not sent yet
    assert answers == [answers[0]] * len(answers)
    assert b'"accepted":true' in answers[0][2] and b'"auditEntryId":null' in answers[0][2]
    assert len(await links(server, known, 2, what="reset")) == 2
    await jobs_done(server)
    async with connected(server.database_url):
        assert await OutboundEmail.filter(recipient__in=["nobody@shop.example", left, often]).count() == 0
        assert await Job.filter(name="password-reset", args__contains="null").exists(), "an unknown address is as much work"


@pytest.mark.row("S4.147")
@pytest.mark.case(65)
async def test_a_link_that_is_unknown_used_old_replaced_or_of_no_use_is_refused_alike(server: Server) -> None:
    shop = await open_shop(server)
    used, old, closed, twice = (shop.people[who] for who in ("admin", "sales", "regular", "support"))
    for email in (used, old, closed, twice):
        await ask(server, email)
    secrets = [await token(server, email, what="reset") for email in (used, old, closed, twice)]
    await ask(server, twice)
    newer = await token(server, twice, 2, what="reset")
    assert not (await follow(server, secrets[0]))["userErrors"]
    async with connected(server.database_url):
        users = {user.email: user for user in await User.filter(email__in=[old, closed])}
        await PasswordReset.filter(user_id=users[old].id).update(expires_at=dt.datetime.now(dt.UTC))
        await User.filter(email=closed).update(active=False)
        await access_changed([users[closed].id])
    answers = [await Person(server).raw(FOLLOW, {"input": {"token": each, "password": chosen}})
               for each in (*secrets, "unknown", "") for chosen in (NEXT, "short")]
    assert {(status, body) for status, _, body in answers} == {(200, answers[0][2])}
    assert b'"LINK_EXPIRED"' in answers[0][2]
    tries = await asyncio.gather(follow(server, newer), follow(server, newer, f"{NEXT} too"))
    assert sorted(len(each["userErrors"]) for each in tries) == [0, 1], "of two at the same time one succeeds"


@pytest.mark.row("S4.147")
@pytest.mark.case(74)
async def test_nobody_is_flooded_with_letters_and_the_last_link_works(server: Server) -> None:
    email = (await open_shop(server)).people["readonly"]
    for _ in range(5):
        assert (await ask(server, email))["accepted"]
    await jobs_done(server)
    assert (await ask(server, email, dryRun=True))["accepted"] is None
    secret = (await links(server, email, 1, what="reset"))[-1].partition("#reset=")[2]
    async with connected(server.database_url):
        letters = await OutboundEmail.filter(recipient=email, kind="password_reset")
        assert len(letters) == 3 and sum(letter.status in ("SENT", "QUEUED") for letter in letters) >= 1
        assert (await SignInAttempt.get(address=hash_secret(f"password of {email}"))).tries == 6
        [reset] = await PasswordReset.filter(user_id=(await User.get(email=email)).id)
    for _ in range(250):
        if hash_secret(secret) == reset.token_hash:
            break
        await asyncio.sleep(0.02)
        secret = (await links(server, email, 1, what="reset"))[-1].partition("#reset=")[2]
    assert not (await follow(server, secret))["userErrors"]


# -- taken back

@pytest.mark.row("S4.143")
@pytest.mark.case(65)
async def test_an_admin_takes_a_password_back_and_only_its_person_gets_the_link(server: Server) -> None:
    shop = await open_shop(server)
    admin, email = shop.person("admin"), shop.people["support"]
    person, user = await anew(server, email), await user_id(server, email)
    rehearsed = await take_back(admin, user, dryRun=True)
    assert (rehearsed["user"], rehearsed["auditEntryId"]) == ({"email": email}, None) and await is_in(person)
    async with listening(person) as stream:
        done = await take_back(admin, user, idempotencyKey="once")
        assert (done["user"], done["userErrors"]) == ({"email": email}, [])
        assert over(await stream.next()) == "UNAUTHENTICATED"
    assert (await take_back(admin, user, idempotencyKey="once"))["auditEntryId"] == done["auditEntryId"]
    assert not await is_in(person) and not await opens(server, email, PASSWORD)
    secret = await token(server, email, what="reset")
    told = await admin.ask(SENT)
    [letter] = [each for each in told["data"]["tenantTree"]["sentEmails"]["nodes"] if each["to"] == [email]]
    assert letter["kind"] == "password_withdrawn" and "{link}" in letter["body"]
    async with connected(server.database_url):
        entry = await AuditEntry.get(id=int(done["auditEntryId"][4:]))
        everything = str([await model.all().values() for model in (PasswordReset, AuditEntry)]) + str(told)
    assert (entry.operation, entry.resource) == ("resetUserPassword", user) and secret not in everything
    assert (await follow(server, secret))["email"] == email
    assert await opens(server, email, NEXT)
    for _ in range(2):
        assert not (await take_back(admin, user))["userErrors"]
    assert codes(await take_back(admin, user)) == [("INVALID_STATE", "input.userId")]


@pytest.mark.row("S4.143")
async def test_it_takes_the_right_to_manage_the_persons_company(server: Server) -> None:
    shop, other = await open_shop(server), await open_shop(server)
    place = await shop.customer()
    target, theirs = await user_id(server, shop.people["unlinked"]), await user_id(server, place.admin)
    for who in ("sales", "regular", "readonly", "support"):
        refused = await take_back(shop.person(who), target)
        assert codes(refused) == [("FORBIDDEN", "input.userId")]
        assert refused["userErrors"][0]["requiredCapability"] == "USER_MANAGE"
    for outsider, id in ((other.person("admin"), target), (Person(server, place.admin), target), (other.person("admin"), theirs)):
        nothing = await take_back(outsider, f"usr_{ABSENT}")
        assert codes(nothing) == [("NOT_FOUND", "input.userId")] and await take_back(outsider, id) == nothing
    own = await take_back(shop.person("admin"), await user_id(server, shop.people["admin"]))
    assert codes(own) == [("INVALID", "input.userId")]
    late = await take_back(shop.person("admin"), target, ifVersion=99)
    assert codes(late) == [("VERSION_CONFLICT", "options.ifVersion")]
    async with connected(server.database_url):
        await User.filter(email=shop.people["unlinked"]).update(active=False)
    assert codes(await take_back(shop.person("admin"), target)) == [("INVALID_STATE", "input.userId")]
    assert not (await take_back(shop.person("admin"), theirs))["userErrors"], "a partner's admin looks after its customers' people"
