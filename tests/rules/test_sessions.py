"""What opens a session, how long it lasts, and how a change of access reaches it."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

import models
from models.access import Capability
from models.customers import CustomerStatus
from models.grants import access_changed
from models.sessions import TRIES, TRIES_OF_NETWORK, SignInAttempt, hash_secret, new_secret
from models.transaction import unit_of_work
from models.viewers import ANYONE, Viewer
from resolvers.change import Refused
from resolvers.resetting import count_asking, request_password_reset
from resolvers.sessions import REFUSED, recognise
from server.portfolio.story import PASSWORD, user_id
from tests.house import MINUTE, START, house


@pytest.fixture(scope="session")
async def house_url(create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return await create_postgres("house")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/house.sqlite" if request.param == "sqlite" else request.getfixturevalue("house_url")


@pytest.mark.case(61)
async def test_after_ten_tries_not_even_the_password_opens_for_a_quarter_of_an_hour(url: str) -> None:
    email, other = "admin@coastal.example", "admin@acmecorp.example"
    async with house(url) as h:
        for _ in range(TRIES):
            assert await h.recognise(email, "Portal-demo-2026?") is None
        assert await h.recognise(email, PASSWORD) is None
        assert await h.recognise(" ADMIN@Coastal.example ", PASSWORD) is None
        assert await h.recognise(other, PASSWORD) == user_id(other)
        h.now += 14 * MINUTE
        assert await h.recognise(email, PASSWORD) is None
        h.now += MINUTE
        assert await h.recognise(email, PASSWORD) == user_id(email)
        await SignInAttempt.all().delete()


async def test_coming_in_forgets_the_tries_before(url: str) -> None:
    email = "admin@coastal.example"
    async with house(url) as h:
        for _ in range(2):
            for _ in range(TRIES - 1):
                await unit_of_work(lambda: SignInAttempt.count(email, h.now))
            assert await h.recognise(email, PASSWORD) == user_id(email)
            await h.sign_in(email)
        assert not await SignInAttempt.exists()


@pytest.mark.case(61)
async def test_tries_at_the_same_moment_are_all_counted(url: str) -> None:
    async with house(url) as h:
        tries = await asyncio.gather(*(unit_of_work(lambda: SignInAttempt.count("ann@x.example", h.now))
                                       for _ in range(20)))
        assert sorted(tries) == list(range(1, 21))
        assert "ann@x.example" not in str(await SignInAttempt.all().values())
        await SignInAttempt.all().delete()


async def test_tries_are_counted_though_others_sign_in_at_the_same_moment(url: str) -> None:
    async with house(url) as h:
        count, forget = (lambda: SignInAttempt.count("ann@x.example", h.now)), (lambda: SignInAttempt.forget("ann@x.example"))
        for _ in range(4):
            tries = await asyncio.gather(*(unit_of_work(count if n % 3 else forget) for n in range(30)))
            assert all(tried >= 1 for tried in tries if tried is not None)
        await SignInAttempt.all().delete()


@pytest.mark.case(61)
async def test_a_network_from_which_a_hundred_tries_failed_waits_and_others_do_not(url: str) -> None:
    async with house(url) as h:
        async def comes_in(network: str, email: str, password: str) -> bool:
            occasion = replace(h.occasion, network=network)
            return await recognise(Viewer(None), occasion, email=email, password=password) == user_id(email)
        guesser, other, emails = "192.0.2.1", "192.0.2.2", ["admin@coastal.example", "admin@acmecorp.example"]
        await SignInAttempt.create(address=hash_secret(f"network {guesser}"), tries=TRIES_OF_NETWORK - 1, since=h.now)
        assert await comes_in(guesser, emails[0], PASSWORD), "whoever comes in is not counted"
        assert not await comes_in(guesser, emails[0], "wrong")
        assert not await comes_in(guesser, emails[1], PASSWORD)
        assert await comes_in(other, emails[1], PASSWORD)
        assert await SignInAttempt.made(f"network {guesser}", h.now) == TRIES_OF_NETWORK
        h.now += 15 * MINUTE
        assert await comes_in(guesser, emails[1], PASSWORD)
        await SignInAttempt.all().delete()


@pytest.mark.case(60)
async def test_nobody_takes_as_long_as_somebody(url: str) -> None:
    async with house(url) as h:
        async def seconds(email: str) -> float:
            spent = []
            for _ in range(5):
                started = perf_counter()
                assert await h.recognise(email, "wrong") is None
                spent.append(perf_counter() - started)
            return min(spent)
        await models.User.filter(email="admin@acmecorp.example").update(password_hash=models.users.hash_password(PASSWORD))
        unknown, known = await seconds("nobody@x.example"), await seconds("admin@acmecorp.example")
        locked = user_id("admin@coastal.example")
        await models.User.filter(id=locked).update(password_hash=None)
        without_password = await seconds("admin@coastal.example")
        await SignInAttempt.filter(address=hash_secret("nobody@x.example")).update(tries=TRIES)
        throttled = await seconds("nobody@x.example")
        somebody = await models.User.get(id=user_id("admin@acmecorp.example"))
        await models.User.filter(id=locked).update(password_hash=somebody.password_hash)
        await SignInAttempt.all().delete()
        # without the hash for nobody they would differ a hundredfold
        assert max(unknown, known, without_password, throttled) < 4 * min(unknown, known, without_password, throttled)


@pytest.mark.row("S4.147")
@pytest.mark.case(60)
async def test_asking_for_a_new_password_is_as_much_work_for_nobody(url: str) -> None:
    async with house(url) as h:
        for email in ("nobody@x.example", "admin@acmecorp.example"):
            may = await count_asking(ANYONE, h.occasion, email=email)
            await unit_of_work(lambda email=email, may=may: request_password_reset(  # type: ignore[misc]
                ANYONE, h.occasion, email=email, may_be_sent=may))
        jobs, attempts = await models.Job.filter(name="password-reset").count(), await SignInAttempt.all().count()
        letters = await models.OutboundEmail.filter(kind="password_reset").count()
        await models.Job.filter(name="password-reset").delete()
        await SignInAttempt.all().delete()
        assert (jobs, attempts, letters) == (2, 2, 0)


@pytest.mark.case(61, 74)
async def test_a_network_that_asks_for_a_hundred_new_passwords_waits_and_others_do_not(url: str) -> None:
    async with house(url) as h:
        async def asks(network: str, email: str) -> bool:
            return await count_asking(ANYONE, replace(h.occasion, network=network), email=email)
        asked = SignInAttempt(address=hash_secret("password of network 192.0.2.1"), tries=TRIES_OF_NETWORK - 1, since=h.now)
        await asked.save(force_create=True)
        found = [await asks("192.0.2.1", "a@x.example"), await asks("192.0.2.1", "b@x.example"), await asks("192.0.2.2", "b@x.example")]
        h.now += 15 * MINUTE
        found.append(await asks("192.0.2.1", "b@x.example"))
        await SignInAttempt.all().delete()
        assert found == [True, False, True, True]


async def test_of_many_who_sign_in_at_the_same_moment_everybody_gets_in(url: str) -> None:
    async with house(url) as h:
        emails = ["admin@harbor.example", "admin@acmecorp.example"] * 8
        tokens = await asyncio.gather(*(h.sign_in(email) for email in emails))
        assert len(set(tokens)) == 16
        viewers = await asyncio.gather(*(h.viewer(token) for token in tokens))
        assert [viewer.user_id for viewer in viewers] == [user_id(email) for email in emails]
        assert len({viewer.session_id for viewer in viewers}) == 16


@pytest.mark.case(62)
async def test_only_the_hash_of_a_token_is_stored(url: str) -> None:
    async with house(url) as h:
        token = await h.sign_in("admin@harbor.example")
        inside = await h.enter(token, "brightline")
        stored_ = str([await model.all().values() for model in (
            models.SessionToken, models.LoginSession, models.ActingSession)])
        for secret in (token, inside):
            assert secret not in stored_
            assert hash_secret(secret) in stored_


async def test_a_session_ends_after_half_an_hour_of_silence(url: str) -> None:
    async with house(url) as h:
        quiet, used = await h.sign_in("admin@harbor.example"), await h.sign_in("admin@harbor.example")
        h.now += 29 * MINUTE
        assert await h.is_open(used)
        h.now += 2 * MINUTE
        assert not await h.is_open(quiet)
        assert await h.is_open(used)


async def test_a_session_ends_after_ten_hours_however_much_it_is_used(url: str) -> None:
    async with house(url) as h:
        token = await h.sign_in("admin@harbor.example")
        inside = await h.enter(token, "coastal")
        for _ in range(39):
            h.now += 15 * MINUTE
            assert await h.is_open(inside)
        h.now += 15 * MINUTE
        assert not await h.is_open(inside)
        assert not await h.is_open(token)


async def test_being_active_is_noted_once_a_minute(url: str) -> None:
    async with house(url) as h:
        token = await h.sign_in("admin@acmecorp.example")
        viewer = await h.viewer(token)

        async def noted() -> set[dt.datetime | None]:
            return {(await models.LoginSession.get(id=viewer.session_id)).last_seen_at,
                    (await models.User.get(id=viewer.user_id)).last_active_at,
                    (await models.Customer.get(name="Acme Corporation")).last_activity_at}
        assert await noted() == {START}
        h.now += dt.timedelta(seconds=59)
        await h.viewer(token)
        assert await noted() == {START}
        h.now += dt.timedelta(seconds=1)
        await h.viewer(token)
        assert await noted() == {START + MINUTE}


async def test_a_request_costs_one_statement_while_nobodys_access_changes(url: str) -> None:
    async with house(url) as h:
        token = await h.sign_in("admin@brightline.example")
        first, h.database.asked = await h.viewer(token), 0
        assert all([await h.viewer(token) is first for _ in range(5)])
        assert h.database.asked == 5
        await access_changed([user_id("admin@brightline.example")])
        again = await h.viewer(token)
        assert again is not first
        assert again == first
        assert again.standing is first.standing


@pytest.mark.case(52)
async def test_somebody_made_inactive_is_out_at_once(url: str) -> None:
    async with house(url) as h:
        token = await h.sign_in("sales@harbor.example")
        await models.User.filter(id=user_id("sales@harbor.example")).update(active=False)
        try:
            assert not await h.is_open(token)
            assert await h.recognise("sales@harbor.example", PASSWORD) is None
        finally:
            await models.User.filter(id=user_id("sales@harbor.example")).update(active=True)
        await SignInAttempt.all().delete()


@pytest.mark.parametrize("closed", ["Acme Corporation", "Brightline Partners"])
@pytest.mark.parametrize("status", [CustomerStatus.INACTIVE, CustomerStatus.PENDING_DELETION, CustomerStatus.DELETED])
@pytest.mark.case(52, 60)
async def test_people_of_a_closed_customer_stay_out_as_do_those_beneath_it(url: str, closed: str,
                                                                          status: CustomerStatus) -> None:
    email = "admin@acmecorp.example"
    async with house(url) as h:
        token = await h.sign_in(email)
        customer = models.Customer.filter(name=closed)
        await customer.update(status=status.name)
        await access_changed([user_id(email)])
        try:
            assert not await h.is_open(token)
            with pytest.raises(Refused, match=REFUSED[:40]):
                await h.sign_in(email)
            assert await h.recognise(email, PASSWORD) is None, "told before the transaction, as a wrong password is"
            assert await h.is_open(await h.sign_in("admin@harbor.example"))
        finally:
            await customer.update(status=CustomerStatus.ACTIVE.name)
            await access_changed([user_id(email)])
            await SignInAttempt.all().delete()


async def test_suspended_customers_people_still_come_in(url: str) -> None:
    async with house(url) as h:
        customer = models.Customer.filter(name="Acme Corporation")
        await customer.update(status=CustomerStatus.SUSPENDED.name)
        try:
            assert await h.is_open(await h.sign_in("admin@acmecorp.example"))
        finally:
            await customer.update(status=CustomerStatus.ACTIVE.name)


async def test_a_grant_that_expires_is_lost_without_anybody_doing_anything(url: str) -> None:
    email = "support@brightline.example"
    async with house(url) as h:
        acme = await models.Tenant.get(name="Acme Corporation")
        link = models.AccessGrant.filter(user_id=user_id(email), tenant_id=acme.id)
        await link.update(expires_at=START + 10 * MINUTE)
        try:
            token = await h.sign_in(email)
            inside = await h.enter(token, "acme")
            assert (await h.viewer(token)).may(Capability.CUSTOMER_VIEW, acme.path)
            h.now += 10 * MINUTE
            assert not (await h.viewer(token)).may(Capability.CUSTOMER_VIEW, acme.path)
            assert not await h.is_open(inside)
        finally:
            await link.update(expires_at=None)


@pytest.mark.case(66)
async def test_secrets_are_long_and_never_the_same() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert all(len(new_secret()) == 43 for _ in range(10))
