"""The session in a browser: a cookie that no script reads and no other site can use."""

from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server.sessions import CrossSite, check_cross_site, cookie_name, origin_of, token_of
from tests.client import PASSWORD, SIGN_IN, sign_in
from tests.conftest import Serve
from tests.servers import Server

ME = "{ viewer { user { email } currentTenant { name } } }"
BROWSER = {"X-Tenantry-Client": "tests"}


async def post(server: Server, query: str, variables: dict[str, Any] | None = None,
               **headers: str) -> tuple[int, dict[str, Any], SimpleCookie]:
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with server.http.post(server.graphql, data=orjson.dumps({"query": query, "variables": variables}),
                                headers=sent) as response:
        return response.status, orjson.loads(await response.read()), response.cookies


async def browser_signs_in(server: Server, email: str = "admin@harbor.example") -> tuple[str, str]:
    """The cookie's name and value."""
    _, _, cookies = await post(server, SIGN_IN, {"input": {"email": email, "password": PASSWORD}}, **BROWSER)
    [(name, cookie)] = cookies.items()
    return name, cookie.value


async def test_the_cookie_is_kept_from_scripts_and_other_sites(server: Server) -> None:
    _, _, cookies = await post(server, SIGN_IN, {"input": {"email": "admin@harbor.example", "password": PASSWORD}}, **BROWSER)
    cookie = cookies["tenantry_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


async def test_whoever_is_no_browser_gets_no_cookie(server: Server) -> None:
    _, answer, cookies = await post(server, SIGN_IN, {"input": {"email": "admin@harbor.example", "password": PASSWORD}})
    assert answer["data"]["signIn"]["token"]
    assert not cookies


@pytest.mark.case(62)
async def test_over_https_the_cookie_is_bound_to_the_host(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = Path(tmp_path_factory.mktemp("https")) / "tenantry.sqlite"
    server = await serve(f"sqlite://{file}", TENANTRY_BASE_URL="https://portal.example")
    name, value = await browser_signs_in(server)
    assert name == "__Host-tenantry_session"
    _, _, cookies = await post(server, SIGN_IN, {"input": {"email": "admin@harbor.example", "password": PASSWORD}}, **BROWSER)
    assert cookies[name]["secure"] is True
    assert cookies[name]["path"] == "/"
    assert cookies[name]["domain"] == ""
    ours = await post(server, ME, Cookie=f"{name}={value}", Origin="https://portal.example", **BROWSER)
    assert ours[1]["data"]["viewer"]["user"] == {"email": "admin@harbor.example"}
    planted = await post(server, ME, Cookie=f"tenantry_session={value}", **BROWSER)
    assert planted[1]["data"] == {"viewer": None}


async def test_the_cookie_opens_the_session(server: Server) -> None:
    name, value = await browser_signs_in(server)
    for origin in ({}, {"Origin": server.url}):
        status, answer, _ = await post(server, ME, Cookie=f"{name}={value}", **BROWSER, **origin)
        assert status == 200
        assert answer["data"]["viewer"]["user"] == {"email": "admin@harbor.example"}


@pytest.mark.parametrize("headers", [
    {},
    {"Origin": "https://evil.example", **BROWSER},
    {"Origin": "null", **BROWSER},
    {"Origin": "http://127.0.0.1:1", **BROWSER},
    {"Origin": "http://localhost.evil.example", **BROWSER},
], ids=["no header", "another site", "a sandbox", "another port", "a name that begins alike"])
@pytest.mark.case(77)
async def test_a_request_that_another_site_could_make_is_refused(server: Server, headers: dict[str, str]) -> None:
    name, value = await browser_signs_in(server)
    for query in (ME, "mutation { signOut(input: {all: true}) { done } }"):
        status, answer, _ = await post(server, query, Cookie=f"{name}={value}", **headers)
        assert status == 403
        assert answer["errors"][0]["extensions"]["code"] == "CSRF_REFUSED"
        assert "X-Tenantry-Client" in answer["errors"][0]["message"]
    status, answer, _ = await post(server, ME, Cookie=f"{name}={value}", **BROWSER)
    assert answer["data"]["viewer"] is not None


async def test_a_bearer_token_needs_neither_header_nor_origin_and_counts_before_the_cookie(server: Server) -> None:
    name, value = await browser_signs_in(server)
    token = await sign_in(server, "sales@harbor.example")
    for headers in ({"Authorization": f"Bearer {token}"}, {"Authorization": f"bearer {token}", "Origin": "https://any.example"}):
        _, answer, _ = await post(server, ME, Cookie=f"{name}={value}", **headers)
        assert answer["data"]["viewer"]["user"] == {"email": "sales@harbor.example"}
    for wrong in ("Basic eDp5", "Bearer", "Bearer nonsense"):
        status, answer, _ = await post(server, ME, Cookie=f"{name}={value}", Authorization=wrong, **BROWSER)
        assert (status, answer["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.case(62)
async def test_the_cookie_follows_into_a_tenant_and_back_and_goes_at_the_end(server: Server) -> None:
    name, value = await browser_signs_in(server)
    _, answer, _ = await post(server, "{ tenantTree { children { nodes { id name } } } }", Cookie=f"{name}={value}", **BROWSER)
    [brightline] = [t["id"] for t in answer["data"]["tenantTree"]["children"]["nodes"] if t["name"] == "Brightline Partners"]
    switch = "mutation($id: ID!) { switchTenant(input: {tenantId: $id}) { token } }"
    _, answer, cookies = await post(server, switch, {"id": brightline}, Cookie=f"{name}={value}", **BROWSER)
    inside = cookies[name].value
    assert inside == answer["data"]["switchTenant"]["token"]
    _, answer, _ = await post(server, ME, Cookie=f"{name}={inside}", **BROWSER)
    assert answer["data"]["viewer"]["currentTenant"] == {"name": "Brightline Partners"}
    _, _, cookies = await post(server, "mutation { switchBack(input: {}) { token } }", Cookie=f"{name}={inside}", **BROWSER)
    home = cookies[name].value
    _, answer, _ = await post(server, ME, Cookie=f"{name}={home}", **BROWSER)
    assert answer["data"]["viewer"]["currentTenant"] == {"name": "Harbor Distribution"}
    _, answer, cookies = await post(server, "mutation { signOut(input: {}) { done } }", Cookie=f"{name}={home}", **BROWSER)
    assert answer["data"]["signOut"] == {"done": True}
    assert (cookies[name].value, cookies[name]["max-age"]) == ("", "0")


@pytest.mark.case(45)
async def test_two_tabs_with_one_cookie_cannot_write_into_each_others_tenant(server: Server) -> None:
    name, value = await browser_signs_in(server)
    trees = "{ tenantTree { id children { nodes { id name } } } }"
    _, answer, _ = await post(server, trees, Cookie=f"{name}={value}", **BROWSER)
    harbor = answer["data"]["tenantTree"]["id"]
    [brightline] = [t["id"] for t in answer["data"]["tenantTree"]["children"]["nodes"] if t["name"] == "Brightline Partners"]
    switch = "mutation($id: ID!) { switchTenant(input: {tenantId: $id}) { token } }"
    _, _, cookies = await post(server, switch, {"id": brightline}, Cookie=f"{name}={value}", X_Tenantry_Tenant=harbor, **BROWSER)
    shared = f"{name}={cookies[name].value}"
    for query in (ME, "mutation { signOut(input: {}) { done } }"):
        status, answer, _ = await post(server, query, Cookie=shared, X_Tenantry_Tenant=harbor, **BROWSER)
        assert (status, answer["errors"][0]["extensions"]["code"]) == (409, "CONTEXT_SUPERSEDED")
        assert "X-Tenantry-Tenant" in answer["errors"][0]["message"]
    status, answer, _ = await post(server, ME, Cookie=shared, X_Tenantry_Tenant=brightline, **BROWSER)
    assert answer["data"]["viewer"]["currentTenant"] == {"name": "Brightline Partners"}


@pytest.mark.case(62)
async def test_a_browser_whose_session_is_over_can_sign_in_again(server: Server) -> None:
    name, value = await browser_signs_in(server)
    await post(server, "mutation { signOut(input: {}) { done } }", Cookie=f"{name}={value}", **BROWSER)
    status, _, _ = await post(server, ME, Cookie=f"{name}={value}", **BROWSER)
    assert status == 401
    variables = {"input": {"email": "admin@harbor.example", "password": PASSWORD}}
    status, _, cookies = await post(server, SIGN_IN, variables, Cookie=f"{name}={value}", **BROWSER)
    assert status == 200
    assert cookies[name].value not in ("", value)


# -- the rules by themselves

def asked(**headers: str) -> web.Request:
    return make_mocked_request("POST", "/graphql", {"Host": "portal.example", **headers})


@pytest.mark.parametrize(("url", "origin"), [
    ("https://portal.example", "https://portal.example"),
    ("https://portal.example:443/", "https://portal.example"),
    ("http://localhost:8000", "http://localhost:8000"),
    ("http://LOCALHOST:80/path", "http://localhost"),
    ("http://[::1]:8000", "http://[::1]:8000"),
])
def test_an_origin_is_a_url_as_browsers_name_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_the_host_that_was_asked_counts_as_well_as_the_configured_one() -> None:
    for origin in ("https://portal.example", "https://www.example"):
        check_cross_site(asked(Origin=origin, **BROWSER), "https://www.example")
    for origin in ("http://portal.example", "https://portal.example.evil.example", "https://evil.example", "null", ""):
        with pytest.raises(CrossSite):
            check_cross_site(asked(Origin=origin, **BROWSER), "https://www.example")


def test_the_name_of_the_cookie_is_one_that_the_browser_guards_wherever_it_can() -> None:
    assert cookie_name("https://portal.example") == "__Host-tenantry_session"
    assert cookie_name("http://localhost:8000") == "tenantry_session"


def test_a_token_is_taken_from_one_place_only() -> None:
    base = "http://localhost:8000"
    assert token_of(asked(), base) == (None, None)
    assert token_of(asked(Cookie="other=1"), base) == (None, None)
    assert token_of(asked(Cookie="tenantry_session=abc"), base) == ("abc", "cookie")
    assert token_of(asked(Cookie="tenantry_session=abc", Authorization="Bearer  xyz "), base) == ("xyz", "bearer")
    assert token_of(asked(Cookie="tenantry_session=abc", Authorization="Digest x"), base) == ("", "bearer")
    assert token_of(asked(Cookie="__Host-tenantry_session=abc"), base) == (None, None)
