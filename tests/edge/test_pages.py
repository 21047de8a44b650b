"""How the browser pages are served: what is cached, what is compressed, what a page may load."""

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.pytest_plugin import AiohttpClient
from aiohttp.test_utils import TestClient

from server.pages import add_pages, wants_page
from server.settings import Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A build as Vite leaves it: a page, a hashed script with its compressed twin, and a font without one."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "graphiql.html").write_text("<!doctype html><title>GraphiQL</title>")
    (tmp_path / "index.html").write_text('<!doctype html><title>Portal</title><meta nonce="__NONCE__"><script nonce="__NONCE__">')
    (tmp_path / "assets" / "main-1a2b.js").write_text("let plain")
    (tmp_path / "assets" / "main-1a2b.js.br").write_bytes(b"squeezed")
    (tmp_path / "assets" / "sign-3c4d.ttf").write_bytes(b"font")
    (tmp_path / "secret.txt").write_text("not an asset")
    return tmp_path


async def browse(aiohttp_client: AiohttpClient, dist: Path, *, graphiql: bool = True) -> TestClient:
    app = web.Application()
    page = add_pages(app, graphiql=graphiql, dist=dist)

    async def graphql(request: web.Request) -> web.StreamResponse:
        return await page(request) if wants_page(request) else web.json_response({"data": None})

    app.router.add_get("/graphql", graphql)
    return await aiohttp_client(app, auto_decompress=False)


@pytest.mark.case(81)
@pytest.mark.case(109)
async def test_a_browser_gets_the_page_unstored_and_shut_to_every_other_host(
    aiohttp_client: AiohttpClient, dist: Path
) -> None:
    client = await browse(aiohttp_client, dist)
    answer = await client.get("/graphql", headers=BROWSER)
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json", "*/*", "text/html;q=0"])
async def test_a_graphql_client_does_not_get_the_page(aiohttp_client: AiohttpClient, dist: Path, accept: str) -> None:
    client = await browse(aiohttp_client, dist)
    answer = await client.get("/graphql", headers={"Accept": accept})
    assert answer.content_type == "application/json"


@pytest.mark.parametrize(
    ("accepted", "body", "encoding"),
    [
        ("gzip, deflate, br", b"squeezed", "br"),
        ("br;q=0.5", b"squeezed", "br"),
        ("gzip", b"let plain", None),
        ("gzip, br;q=0", b"let plain", None),
        ("gzip, br; q=0.0", b"let plain", None),
    ],
)
async def test_an_asset_is_kept_for_ever_and_compressed_where_the_browser_takes_it(
    aiohttp_client: AiohttpClient, dist: Path, accepted: str, body: bytes, encoding: str | None
) -> None:
    client = await browse(aiohttp_client, dist)
    answer = await client.get("/assets/main-1a2b.js", headers={"Accept-Encoding": accepted})
    assert await answer.read() == body
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "connect-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_an_asset_without_a_compressed_twin_comes_as_it_is(aiohttp_client: AiohttpClient, dist: Path) -> None:
    client = await browse(aiohttp_client, dist)
    answer = await client.get("/assets/sign-3c4d.ttf", headers={"Accept-Encoding": "br"})
    assert (await answer.read(), answer.content_type) == (b"font", "font/ttf")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("name", ["other.js", "main-1a2b.js.br", "..%2Fsecret.txt", "..%2Fgraphiql.html", "%00"])
async def test_only_what_the_build_made_is_an_asset(aiohttp_client: AiohttpClient, dist: Path, name: str) -> None:
    client = await browse(aiohttp_client, dist)
    answer = await client.get(f"/assets/{name}")
    assert answer.status == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


async def test_without_a_build_the_browser_is_told_how_to_make_one(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    client = await browse(aiohttp_client, tmp_path / "absent")
    answer = await client.get("/graphql", headers=BROWSER)
    assert answer.status == 200
    assert "make setup" in await answer.text()
    assert answer.headers["Cache-Control"] == "no-store"


async def test_graphiql_can_be_switched_off_and_the_portal_stays(aiohttp_client: AiohttpClient, dist: Path) -> None:
    client = await browse(aiohttp_client, dist, graphiql=False)
    answer = await client.get("/graphql", headers=BROWSER)
    assert (answer.status, "POST /graphql" in await answer.text()) == (404, True)
    assert (await client.get("/assets/main-1a2b.js")).status == 200
    assert (await client.get("/", headers=BROWSER)).status == 200


@pytest.mark.parametrize(("settings", "shown"), [
    ({}, True), ({"base_url": "http://127.0.0.1:8000"}, True), ({"base_url": "https://portal.example"}, False),
    ({"base_url": "https://portal.example", "graphiql": True}, True), ({"graphiql": False}, False),
    ({"base_url": "https://portal.example", "environment": "production", "secret": "s" * 32,
      "smtp_url": "smtp://mail.example"}, False),
])
@pytest.mark.case(81)
def test_graphiql_is_off_where_others_reach_the_server_unless_it_is_asked_for(settings: dict[str, Any], shown: bool) -> None:
    assert Settings(**settings).shows_graphiql is shown


async def test_graphiqls_page_is_told_of_the_demo_at_each_visit(
    aiohttp_client: AiohttpClient, dist: Path
) -> None:
    (dist / "graphiql.html").write_text('<meta name="demo" content="__DEMO__">')

    async def demo() -> str:
        return "&quot;Bea&quot;"

    app = web.Application()
    app.router.add_get("/graphql", add_pages(app, graphiql=True, demo=demo, dist=dist))
    client = await aiohttp_client(app)
    answer = await client.get("/graphql", headers=BROWSER)
    assert await answer.text() == '<meta name="demo" content="&quot;Bea&quot;">'


@pytest.mark.parametrize("address", ["/", "/customers", "/customers/cus_1/invoices", "/no/such/page"])
@pytest.mark.case(81)
async def test_a_browser_gets_the_portal_at_every_other_address_with_a_nonce_of_this_answer(
    aiohttp_client: AiohttpClient, dist: Path, address: str
) -> None:
    client = await browse(aiohttp_client, dist)
    answers = [await client.get(address, headers=BROWSER) for _ in range(2)]
    nonces = set()
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        nonce = re.search(r"style-src 'self' 'nonce-([\w-]{20,})'", policy)
        assert nonce
        assert (await answer.text()).count(f'nonce="{nonce[1]}"') == 2
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        nonces.add(nonce[1])
    assert len(nonces) == 2


async def test_a_program_gets_no_page_where_there_is_nothing(aiohttp_client: AiohttpClient, dist: Path) -> None:
    client = await browse(aiohttp_client, dist)
    assert (await client.get("/nothing", headers={"Accept": "application/json"})).status == 404
