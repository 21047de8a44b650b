"""Another password: who changes theirs, what ends with the old one, and what is told of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from models import AuditEntry, OutboundEmail, User
from models.sessions import TRIES, SignInAttempt, hash_secret
from tests.api.feeding import machine
from tests.api.test_subscriptions import over
from tests.api.test_switch_tenant import HERE, switch
from tests.client import PASSWORD, SIGN_IN, Person, sign_in
from tests.edge.test_cookies import BROWSER, browser_signs_in, post
from tests.exporting import asked, ended, fetched, linked
from tests.inviting import broken_chains, fresh, in_letters, invite_user
from tests.live import listening, socket
from tests.servers import Server
from tests.shop import codes, open_shop
from tests.stored import connected

NEXT = "correct horse battery"
ME = "{ viewer { user { email mustChangePassword } } }"
ERRORS = "userErrors { code message path requiredCapability } dryRun auditEntryId"
CHANGE = f"""mutation($input: ChangePasswordInput!, $options: MutationOptions) {{ changePassword(input: $input, options: $options) {{
  token user {{ email mustChangePassword version }} {ERRORS} }} }}"""


async def change(person: Person, next: str = NEXT, current: str = PASSWORD, **options: Any) -> dict[str, Any]:
    answer = await person.ask(CHANGE, {"input": {"current": current, "next": next}, "options": options})
    assert answer.get("data"), answer
    return answer["data"]["changePassword"]


async def anew(server: Server, email: str) -> Person:
    """The same person in a session of its own."""
    return Person(server, email, token=await sign_in(server, email))


async def opens(server: Server, email: str, password: str) -> bool:
    answer = await Person(server).ask(SIGN_IN, {"input": {"email": email, "password": password}})
    return answer["data"]["signIn"]["token"] is not None


async def is_in(person: Person) -> bool:
    answer = await person.ask(ME)
    return bool(answer.get("data")) or answer["errors"][0]["extensions"]["code"] != "UNAUTHENTICATED"


@pytest.mark.row("S4.33")
@pytest.mark.case(62, 65)
async def test_with_another_password_all_that_was_open_ends_but_the_session_that_changed_it(server: Server) -> None:
    shop = await open_shop(server)
    place, email = await shop.customer(), shop.people["admin"]
    other, own = await anew(server, email), await anew(server, email)
    inside = Person(server, token=(await switch(other, place.id.replace("cus_", "ten_")))["token"])
    run = (await asked(own))["run"]["id"]
    await ended(own, run)
    urls = [(await linked(who, run))["url"] for who in (own, other)]
    async with listening(other) as stream, listening(own) as ours, socket(server) as sock:
        await sock.greet(await inside.token())
        await sock.subscribe("1")
        done = await change(own)
        assert (done["userErrors"], done["user"]["email"]) == ([], email)
        assert {over(await each.next()) for each in (stream, ours)} == {"UNAUTHENTICATED"}
        told = await sock.hear()
        assert (told["type"], told["payload"][0]["extensions"]["code"]) in {("error", "UNAUTHENTICATED"), ("next", "UNAUTHENTICATED")}
    new = Person(server, email, token=done["token"])
    assert [await is_in(who) for who in (other, inside, own, new)] == [False, False, False, True]
    assert (await new.ask(HERE))["data"]["viewer"]["actingSession"] is None
    assert [(await fetched(who, url))[0] for who, url in ((other, urls[1]), (own, urls[0]), (new, urls[0]))] == [401, 401, 410]
    assert [await opens(server, email, password) for password in (PASSWORD, NEXT)] == [False, True]
    assert await is_in(shop.person("sales"))


@pytest.mark.row("S4.33")
async def test_whoever_has_a_password_of_somebody_elses_choosing_holds_nothing_until_they_chose_their_own(server: Server) -> None:
    shop = await open_shop(server)
    place, email = await shop.customer(), shop.people["admin"]
    async with connected(server.database_url):
        await User.filter(email=email).update(must_change_password=True)
    own, home = await anew(server, email), "{ viewer { homeTenant { id } user { mustChangePassword } capabilities } customers { nodes { id } } }"
    told = (await own.ask(home))["data"]
    tenant = told["viewer"].pop("homeTenant")["id"]
    assert told == {"viewer": {"user": {"mustChangePassword": True}, "capabilities": []}, "customers": {"nodes": []}}
    assert (await own.ask("query($id: ID!) { customer(id: $id) { id } }", {"id": place.id}))["data"] == {"customer": None}
    assert codes(await invite_user(own, tenant, fresh("too-early"))) == [("NOT_FOUND", "input.tenantId")]
    assert codes(await switch(own, place.id.replace("cus_", "ten_"))) == [("NOT_FOUND", "input.tenantId")]
    done = await change(own)
    assert (done["userErrors"], done["user"]["mustChangePassword"]) == ([], False)
    new = (await Person(server, token=done["token"]).ask(home))["data"]
    assert new["customers"] == {"nodes": [{"id": place.id}]} and "USER_INVITE" in new["viewer"]["capabilities"]


@pytest.mark.row("S4.33")
@pytest.mark.case(65)
async def test_a_letter_tells_of_it_and_the_audit_trail_does_without_the_password(server: Server) -> None:
    email = (await open_shop(server)).people["readonly"]
    done = await change(await anew(server, email))
    async with connected(server.database_url):
        [letter] = await OutboundEmail.filter(recipient=email)
        entry = await AuditEntry.get(id=int(done["auditEntryId"][4:]))
        user = await User.get(email=email)
        everything = str([await model.all().values() for model in (OutboundEmail, AuditEntry)]) + (user.password_hash or "")
    assert letter.kind == "password_changed"
    assert await in_letters(server, email, f"{server.url}/forgotten-password")
    assert (entry.operation, entry.actor_id, entry.resource, entry.before, entry.after) == \
        ("changePassword", user.id, f"usr_{user.id}", None, None)
    assert NEXT not in everything and PASSWORD not in everything
    assert await broken_chains(server) == {}


@pytest.mark.row("S4.33", "S4.118", "S4.124")
async def test_all_that_is_wrong_is_told_at_once_and_nothing_is_done(server: Server) -> None:
    email = (await open_shop(server)).people["support"]
    person = await anew(server, email)
    at_once = await change(person, "short", "not my password")
    assert codes(at_once) == [("INVALID", "input.current"), ("WEAK_PASSWORD", "input.next")]
    for next, code in (("", "REQUIRED"), ("aaaabbbbaaaabbbb", "WEAK_PASSWORD"), (email, "WEAK_PASSWORD"), ("é" * 600, "INVALID"),
                       (PASSWORD, "INVALID")):
        assert codes(await change(person, next)) == [(code, "input.next")], next
    late = await change(person, ifVersion=99)
    assert codes(late) == [("VERSION_CONFLICT", "options.ifVersion")]
    kept = await change(person, idempotencyKey="once")
    assert codes(kept) == [("INVALID", "options.idempotencyKey")]
    rehearsed = await change(person, dryRun=True)
    assert (rehearsed["userErrors"], rehearsed["token"], rehearsed["auditEntryId"]) == ([], None, None)
    assert await is_in(person) and await opens(server, email, PASSWORD)


@pytest.mark.case(61, 65)
async def test_a_session_in_the_wrong_hands_is_no_better_place_to_guess_from(server: Server) -> None:
    email = (await open_shop(server)).people["regular"]
    person = await anew(server, email)
    tried = {"address": hash_secret(email), "tries": TRIES - 2, "since": dt.datetime.now(dt.UTC)}
    async with connected(server.database_url):
        await SignInAttempt.create(**tried)
    tries = " ".join(f"a{n}: changePassword(input: $i{n}) {{ {ERRORS} }}" for n in range(3))
    given = {f"i{n}": {"current": current, "next": NEXT} for n, current in enumerate(("guess", "another", PASSWORD))}
    answers = (await person.ask(f"mutation({', '.join(f'${i}: ChangePasswordInput!' for i in given)}) {{ {tries} }}", given))["data"]
    assert [codes(each) for each in answers.values()] == [[("INVALID", "input.current")]] * 3
    assert len({str(each) for each in answers.values()}) == 1, "the right password is told like a wrong one"
    assert not await opens(server, email, PASSWORD)
    async with connected(server.database_url):
        assert (await SignInAttempt.get(address=hash_secret(email))).tries == TRIES + 2
        await SignInAttempt.filter(address=hash_secret(email)).delete()
    assert not (await change(person))["userErrors"]


@pytest.mark.case(47, 65, 76)
async def test_nobody_changes_it_from_another_tenant_for_a_machine_or_without_a_session(server: Server) -> None:
    shop = await open_shop(server)
    place, email = await shop.customer(), shop.people["admin"]
    own = await anew(server, email)
    inside = Person(server, token=(await switch(own, place.id.replace("cus_", "ten_")))["token"])
    assert codes(await change(inside)) == [("FORBIDDEN", "input")]
    home = (await own.ask("{ viewer { homeTenant { id } } }"))["data"]["viewer"]["homeTenant"]["id"]
    assert codes(await change(await machine(server, own, home, "USER_VIEW"))) == [("FORBIDDEN", "input")]
    nobody = await Person(server).ask(CHANGE, {"input": {"current": PASSWORD, "next": NEXT}})
    assert nobody["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    async with connected(server.database_url):
        assert not await SignInAttempt.exists(address=hash_secret(email))
    assert await opens(server, email, PASSWORD)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(62, 65)
async def test_a_browser_goes_on_with_the_new_cookie(server: Server) -> None:
    name, value = await browser_signs_in(server, (await open_shop(server)).people["sales"])
    given = {"input": {"current": PASSWORD, "next": NEXT}}
    _, answer, cookies = await post(server, CHANGE, given, Cookie=f"{name}={value}", **BROWSER)
    assert not answer["data"]["changePassword"]["userErrors"]
    fresh = cookies[name].value
    assert [(await post(server, ME, Cookie=f"{name}={each}", **BROWSER))[0] for each in (value, fresh)] == [401, 200]
