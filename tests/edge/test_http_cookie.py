"""GraphQL over HTTP: the session in a cookie, and what is counted."""

import re

import orjson
import pytest

from tests.client import PASSWORD, SIGN_IN, Person, Raw
from tests.edge.posting import HELLO, SOMEBODY, fresh_token, post
from tests.edge.wire import send
from tests.servers import Server

# -- the cookie


async def as_browser(server: Server, query: str, cookie: str | None, **headers: str) -> Raw:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"Cookie": f"tenantry_session={cookie}"} if cookie else {}
    return await Person(server).raw(query, headers={**given, **named})


@pytest.mark.case(77)
async def test_a_cookie_counts_only_beside_a_header_that_no_other_site_can_send(server: Server) -> None:
    token = await fresh_token(server)
    status, _, body = await as_browser(server, "{ viewer { user { email } } }", token)
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (403, "CSRF_REFUSED")
    status, _, body = await as_browser(server, "{ viewer { user { email } } }", token, X_Tenantry_Client="test")
    assert orjson.loads(body) == {"data": {"viewer": {"user": {"email": SOMEBODY}}}}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_a_cookie_from_another_origin_is_refused(sqlite_server: Server, origin: str) -> None:
    token = await fresh_token(sqlite_server)
    status, _, _ = await as_browser(sqlite_server, "{ viewer { user { email } } }", token, X_Tenantry_Client="test",
                                    Origin=origin)
    assert status == 403


async def test_a_browser_gets_the_session_in_a_cookie_and_others_do_not(server: Server) -> None:
    variables = {"input": {"email": SOMEBODY, "password": PASSWORD}}
    _, browsers, _ = await Person(server).raw(SIGN_IN, variables, headers={"X-Tenantry-Client": "test"})
    _, others, _ = await Person(server).raw(SIGN_IN, variables)
    assert re.match(r"tenantry_session=[\w-]{40,}; HttpOnly; Path=/; SameSite=Lax$", browsers["Set-Cookie"])
    assert "Set-Cookie" not in others


async def test_signing_out_takes_the_cookie_away(server: Server) -> None:
    token = await fresh_token(server)
    _, headers, _ = await as_browser(server, "mutation { signOut(input: {}) { dryRun } }", token, X_Tenantry_Client="test")
    assert re.match(r'tenantry_session=""; .*Max-Age=0', headers["Set-Cookie"])


async def test_a_browser_whose_session_has_ended_loses_the_cookie_and_can_sign_in_again(server: Server) -> None:
    status, headers, _ = await as_browser(server, "{ viewer { user { id } } }", "gone", X_Tenantry_Client="test")
    assert status == 401
    assert "Max-Age=0" in headers["Set-Cookie"]
    variables = {"input": {"email": SOMEBODY, "password": PASSWORD}}
    cookie = {"Cookie": "tenantry_session=gone", "X-Tenantry-Client": "test"}
    status, headers, _ = await Person(server).raw(SIGN_IN, variables, headers=cookie)
    assert status == 200
    assert re.match(r"tenantry_session=[\w-]{40,};", headers["Set-Cookie"])


# -- figures

async def test_requests_are_counted_by_code(sqlite_server: Server) -> None:
    await post(sqlite_server, b"1")
    await post(sqlite_server, HELLO)
    figures = (await send(sqlite_server, method="GET", path="/metrics")).body.decode()
    assert float(re.search(r'tenantry_requests_total{code="BAD_REQUEST"} (\S+)', figures)[1]) >= 1
    assert int(float(re.search(r"tenantry_request_seconds_count (\S+)", figures)[1])) >= 1
    assert float(re.search(r'^tenantry_cache_entries{cache="documents"} (\S+)', figures, re.M)[1]) >= 1
