"""The browser pages: portal/dist read once into a fixed table, and the headers that keep its pages to this host."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from server.demo import no_demo

DIST = Path(__file__).resolve().parent.parent / "portal" / "dist"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}

#: What stands in GraphiQL's page for what is said of the demo story.
DEMO = "__DEMO__"
#: Says it, as text for an attribute.
Demo = Callable[[], Awaitable[str]]

REFUSED = {"q=0", "q=0.0", "q=0.00", "q=0.000"}

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE = {
    **ALWAYS,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept",
}
#: Stands in the portal's page for which documents the server answers: `any`, or those `listed`, which it then names by hash.
DOCUMENTS = b"__DOCUMENTS__"
#: Stands in the built pages where each answer has a nonce of its own, which lets the portal write style elements.
NONCE = b"__NONCE__"
PORTAL_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
    "style-src 'self' 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The editor writes style elements of its own, and its style sheet holds fonts.
GRAPHIQL_PAGE = {
    **PAGE,
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
ADVICE_PAGE = {**PAGE, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
# A worker obeys the policy of its own script, not that of the page which started it.
ASSET = {
    **ALWAYS,
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'none'",
    "Vary": "Accept-Encoding",
}

HOW_TO_GET_THE_PAGES = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Tenantry API</title>
<h1>The API is running; its browser pages are not built</h1>
<p>Install Node 20.19 or newer, run <code>make setup</code>, and start the server again.</p>
<p>Until then send operations by <code>POST /graphql</code> as JSON, for example with curl.</p>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the build whose name changes with its content."""

    body: bytes
    brotli: bytes | None
    content_type: str


def add_pages(app: web.Application, *, graphiql: bool, listed: bool = False, demo: Demo = no_demo, dist: Path = DIST) -> Handler:
    """Add the portal and the assets of all pages to `app`, and return what answers a browser's GET /graphql.

    With `graphiql` off that is 404; without a build in `dist` every page says how to make one. GraphiQL's page is told what
    `demo` says of the demo story, the portal's whether only `listed` documents are answered.
    """
    assets = read_assets(dist / "assets")

    async def asset(request: web.Request) -> web.Response:
        return asset_response(assets, request)

    app.router.add_get("/assets/{name}", asset)
    # Every address that nothing else answers: the portal's own script says where there is no page.
    app.router.add_get("/{address:.*}", portal_page(dist / "index.html", listed), allow_head=False)
    return graphiql_page(dist / "graphiql.html", demo) if graphiql else switched_off


def portal_page(file: Path, listed: bool = False) -> Handler:
    """What answers a browser with the portal, and everybody else with 404."""
    text = file.read_bytes().replace(DOCUMENTS, b"listed" if listed else b"any") if file.is_file() else b""
    before, *between = text.split(NONCE)

    async def page(request: web.Request) -> web.Response:
        if not wants_page(request):
            raise web.HTTPNotFound
        if not before:
            return await advice(request)
        nonce = secrets.token_urlsafe(16)
        headers = {**PAGE, "Content-Security-Policy": PORTAL_POLICY.format(nonce=nonce)}
        body = nonce.encode().join([before, *between])
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)

    return page


def graphiql_page(file: Path, demo: Demo) -> Handler:
    """What answers a browser with GraphiQL."""
    if not file.is_file():
        return advice
    text = file.read_text()

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=text.replace(DEMO, await demo()), content_type="text/html", headers=GRAPHIQL_PAGE)

    return page


def wants_page(request: web.BaseRequest) -> bool:
    """Whether a GET /graphql comes from somebody who looks, and not from a GraphQL client."""
    return "text/html" in _accepted(request, "Accept")


def read_assets(folder: Path) -> Mapping[str, Asset]:
    """Every file of `folder` by name, each with its compressed twin `name.br` where the build made one."""
    return {
        file.name: Asset(
            body=file.read_bytes(),
            brotli=twin.read_bytes() if (twin := file.with_name(f"{file.name}.br")).is_file() else None,
            content_type=CONTENT_TYPES.get(file.suffix, "application/octet-stream"),
        )
        for file in (folder.iterdir() if folder.is_dir() else ())
        if file.is_file() and file.suffix != ".br"
    }


def asset_response(assets: Mapping[str, Asset], request: web.Request) -> web.Response:
    """The asset that the path names, compressed where the browser takes it; 404 for any other name."""
    found = assets.get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound(text="There is no such asset.", headers=ALWAYS)
    headers = {**ASSET, "Content-Type": found.content_type}
    if found.brotli is None or "br" not in _accepted(request, "Accept-Encoding"):
        return web.Response(body=found.body, headers=headers)
    return web.Response(body=found.brotli, headers={**headers, "Content-Encoding": "br"})


async def advice(request: web.Request) -> web.Response:
    """Tell somebody who came without built pages how to get them; 200, because nothing is wrong with the server."""
    return web.Response(text=HOW_TO_GET_THE_PAGES, content_type="text/html", headers=ADVICE_PAGE)


async def switched_off(request: web.Request) -> web.Response:
    """The answer to a browser where the settings keep GraphiQL off."""
    raise web.HTTPNotFound(text="There is no page here; send operations by POST /graphql. TENANTRY_GRAPHIQL=true brings "
                           "GraphiQL.", headers=PAGE)


def _accepted(request: web.BaseRequest, header: str) -> set[str]:
    """The names that an Accept header lists and does not refuse by q=0."""
    choices = (choice.partition(";") for line in request.headers.getall(header, ()) for choice in line.split(","))
    return {name.strip().lower() for name, _, weight in choices if weight.replace(" ", "") not in REFUSED}
