"""Sessions and what hangs on them: guessing, other sites, and everything that ends with a person."""

from __future__ import annotations

import asyncio
from pathlib import Path

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from models import User
from models.grants import access_changed
from models.sessions import SignInAttempt, hash_secret
from server.networks import network_of
from tests.api.feeding import machine
from tests.api.test_subscriptions import OUT, over
from tests.client import PASSWORD, SIGN_IN, Person, sign_in
from tests.conftest import Serve
from tests.edge.test_cookies import BROWSER, ME, browser_signs_in, post
from tests.exporting import asked, ended, fetched, linked
from tests.inviting import accept, fresh, invite_user, token
from tests.live import listening
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected


@pytest.mark.case(61, 99)
async def test_eight_who_sign_in_at_once_by_the_password_of_one_all_come_in(server: Server) -> None:
    email = (await open_shop(server)).people["sales"]
    async with asyncio.TaskGroup() as group:
        tries = [group.create_task(sign_in(server, email)) for _ in range(8)]
    tokens = {each.result() for each in tries}
    assert len(tokens) == 8
    for each in tokens:
        assert (await Person(server, token=each).ask("{ viewer { user { email } } }"))["data"]["viewer"]["user"]["email"] == email


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(61)
async def test_many_tries_in_one_document_are_as_many_tries(server: Server) -> None:
    email = (await open_shop(server)).people["sales"]
    tries = " ".join(f'a{n}: signIn(input: {{email: "{email}", password: "guess {n}"}}) {{ token userErrors {{ message }} }}'
                     for n in range(10))
    right = f'right: signIn(input: {{email: "{email}", password: "{PASSWORD}"}}) {{ token userErrors {{ message }} }}'
    answers = (await Person(server).ask(f"mutation {{ {tries} {right} }}"))["data"]
    assert len({orjson.dumps(answer) for answer in answers.values()}) == 1, "the right password is told like a wrong one"
    assert answers["right"]["token"] is None
    async with connected(server.database_url):
        assert (await SignInAttempt.get(address=hash_secret(email))).tries == 11


@pytest.mark.parametrize(("proxies", "told", "network"), [
    (0, (), "127.0.0.1"), (0, ("192.0.2.1",), "127.0.0.1"), (1, (), "127.0.0.1"), (1, ("192.0.2.1",), "192.0.2.1"),
    (1, ("10.0.0.1, 192.0.2.1",), "192.0.2.1"), (2, ("10.0.0.1, 192.0.2.1", "192.0.2.2"), "192.0.2.1"), (3, ("192.0.2.1",), "127.0.0.1"),
    (1, ("2001:db8:1:2:3::9",), "2001:db8:1:2::/64"), (1, ("[2001:db8:1:2::7]",), "2001:db8:1:2::/64"), (1, ("nonsense",), "127.0.0.1")])
@pytest.mark.case(61)
def test_a_network_is_what_our_own_proxies_say_and_not_what_the_request_does(
        proxies: int, told: tuple[str, ...], network: str) -> None:
    headers = CIMultiDict([("X-Forwarded-For", line) for line in told])
    assert network_of(make_mocked_request("POST", "/graphql", headers).clone(remote="127.0.0.1"), proxies) == network


@pytest.mark.case(61)
async def test_failed_tries_are_counted_by_network_where_the_proxies_are_known(serve: Serve, tmp_path: Path) -> None:
    server = await serve(f"sqlite://{tmp_path}/behind.sqlite", TENANTRY_PROXIES="1")
    tries = {"input": {"email": "nobody@acme.example", "password": "wrong"}}
    await Person(server).ask(SIGN_IN, tries, headers={"X-Forwarded-For": "10.9.9.9, 192.0.2.7"})
    async with connected(server.database_url):
        assert (await SignInAttempt.get(address=hash_secret("network 192.0.2.7"))).tries == 1
        assert not await SignInAttempt.exists(address=hash_secret("network 10.9.9.9"))


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(79)
async def test_what_a_proxy_could_say_of_a_request_does_not_make_it_our_own(server: Server) -> None:
    name, value = await browser_signs_in(server)
    said = {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "cors", "X_Forwarded_Host": "evil.example",
            "Forwarded": "host=evil.example", "Referer": server.url}
    status, answer, _ = await post(server, ME, Cookie=f"{name}={value}", Origin="https://evil.example", **BROWSER, **said)
    assert (status, answer["errors"][0]["extensions"]["code"]) == (403, "CSRF_REFUSED")


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.case(80)
async def test_no_other_origin_is_let_in_to_read(server: Server) -> None:
    foreign = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST",
               "Access-Control-Request-Headers": "content-type, x-tenantry-client"}
    for method, path in (("OPTIONS", "/graphql"), ("POST", "/graphql"), ("GET", "/"), ("GET", "/files/x"), ("OPTIONS", "/metrics")):
        async with server.http.request(method, f"{server.url}{path}", headers=foreign) as response:
            assert not [name for name in response.headers if name.lower().startswith("access-control-")], (method, path)
            assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert method != "OPTIONS" or response.status in (404, 405)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_a_token_in_an_address_opens_nothing(server: Server) -> None:
    secret = await sign_in(server, (await open_shop(server)).people["sales"])
    query = "query=%7Bcustomers%7BtotalCount%7D%7D"
    for name in ("token", "access_token", "Authorization", "tenantry_session"):
        async with server.http.get(f"{server.graphql}?{query}&{name}={secret}") as response:
            assert response.status == 401, name


@pytest.mark.case(52, 65, 76)
async def test_all_that_hangs_on_a_person_ends_with_them(server: Server) -> None:
    shop = await open_shop(server)
    place = await shop.customer()
    admin = shop.person("admin")
    found = (await admin.ask("{ viewer { homeTenant { id } } }"))["data"]["viewer"]["homeTenant"]["id"]
    by_key = await machine(server, admin, found, "CUSTOMER_VIEW")
    email = fresh("invited")
    assert not (await invite_user(admin, found, email))["userErrors"]
    secret = await token(server, email)
    run = (await asked(admin))["run"]["id"]
    await ended(admin, run)
    url = (await linked(admin, run))["url"]
    for who in (admin, by_key):
        assert (await who.ask("{ customers { nodes { id } } }"))["data"]["customers"]["nodes"] == [{"id": place.id}]

    elsewhere = Person(server, token=await sign_in(server, admin.email))
    await elsewhere.ask(OUT)
    assert (await fetched(elsewhere, url))[0] == 401, "a link is worth nothing without a session"

    async with listening(admin) as stream, listening(by_key) as told_to_key:
        async with connected(server.database_url):
            user = await User.get(email=admin.email)
            await User.filter(id=user.id).update(active=False)
            await access_changed([user.id])
        assert over(await stream.next()) == "UNAUTHENTICATED"
        assert over(await told_to_key.next()) == "UNAUTHENTICATED"
    for who in (admin, by_key):
        answer = await who.ask("{ customers { nodes { id } } }")
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await fetched(admin, url))[0] == 401
    assert [error["code"] for error in (await accept(server, secret))["userErrors"]] == ["LINK_EXPIRED"]
