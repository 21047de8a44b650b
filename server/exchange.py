"""Around every request: its id, its failure told in codes, the headers that each answer carries, its line in the log."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass
from time import perf_counter

from aiohttp import ClientPayloadError, web, web_response
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler, Middleware
from multidict import CIMultiDict

from server import log
from server.errors import Answer, Refusal, refused
from server.graphql import Caller
from server.metrics import Metrics
from server.networks import network_of
from server.requests import LEGACY, MODERN, chosen
from server.sessions import TENANT_HEADER, clear_cookie, cookie_name

CALLER = web.RequestKey("caller", Caller)
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
CONTENT_TYPES = {MODERN: f"{MODERN}; charset=utf-8", LEGACY: f"{LEGACY}; charset=utf-8"}
#: Asked every few seconds by machines: counted, not logged.
UNLOGGED = {"/live", "/ready", "/metrics"}
SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "Tenantry",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

#: Where aiohttp answers by itself, to what is no HTTP and as a WebSocket begins, it would tell versions, its own and Python's.
web_response.SERVER_SOFTWARE = SAFE["Server"]  # type: ignore[attr-defined]


@dataclass
class Exchanges:
    """What every exchange of request and answer at this server shares."""

    base_url: str
    metrics: Metrics
    logs: bool = True
    proxies: int | None = None

    def __post_init__(self) -> None:
        https = {"Strict-Transport-Security": "max-age=63072000"} if self.base_url.startswith("https:") else {}
        #: What every answer carries.
        self.safe = {**SAFE, **https}
        self._of_json = {kind: CIMultiDict({"Content-Type": told, **self.safe}) for kind, told in CONTENT_TYPES.items()}

    def middleware(self) -> Middleware:
        @web.middleware
        async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
            started = perf_counter()
            caller = request[CALLER] = self._caller(request)
            try:
                response = await handler(request)
            except asyncio.CancelledError:
                caller.code = "CLIENT_GONE"
                self._record(request, caller, None, started)
                raise
            except web.HTTPException as error:
                response = self._page_error(request, caller, error)
            except Exception as error:
                response = self.answer(request, caller, refused(_meant(error), caller.request_id, is_legacy(request)))
            if "X-Frame-Options" not in response.headers:  # a page; answers in JSON have them from the beginning
                for name, value in self.safe.items():
                    response.headers.setdefault(name, value)
            response.headers["X-Request-Id"] = caller.request_id
            self._record(request, caller, response, started)
            return response
        return around

    def _caller(self, request: web.Request) -> Caller:
        given = request.headers.get("X-Request-Id")
        request_id = given if given and REQUEST_ID.fullmatch(given) else f"{random.getrandbits(96):024x}"
        agent = request.headers.get("User-Agent")
        network = None if self.proxies is None else network_of(request, self.proxies)
        return Caller(request_id, self.base_url, agent and _kept(agent), request.headers.get(TENANT_HEADER), network)

    def headers(self, caller: Caller) -> dict[str, str]:
        """What a stream carries from its beginning."""
        return {**self.safe, "X-Request-Id": caller.request_id}

    def answer(self, request: web.Request, caller: Caller, answer: Answer) -> web.Response:
        """The answer as the client likes its JSON."""
        kind = chosen(request.headers.get("Accept")) or LEGACY
        caller.code = answer.code
        response = web.Response(body=answer.body, status=answer.status, headers=self._of_json[kind])
        if answer.headers:
            response.headers.update(answer.headers)
        if answer.status in (408, 413):
            response.force_close()  # what is still to come of the body is not waited for
        if answer.status == 401 and "Authorization" not in request.headers \
                and cookie_name(self.base_url) in request.cookies:
            clear_cookie(response, self.base_url)
        return response

    def _page_error(self, request: web.Request, caller: Caller, error: web.HTTPException) -> web.Response:
        if request.match_info.http_exception is None and error.status != 413:  # a page's own, told to people
            caller.code = "NO_SUCH_ADDRESS" if error.status == 404 else str(error.status)
            return web.Response(body=error.body, status=error.status, headers=error.headers)
        return self.answer(request, caller, refused(_meant(error), caller.request_id, is_legacy(request)))

    def _record(self, request: web.Request, caller: Caller, response: web.StreamResponse | None, started: float) -> None:
        seconds = perf_counter() - started
        if not caller.stays:
            self.metrics.count(caller.code, seconds)
        resource = request.match_info.route.resource
        path = resource.canonical if resource else None
        if self.logs and path not in UNLOGGED:
            viewer, current = caller.viewer, caller.viewer.current
            who = f"usr_{viewer.user_id}" if viewer.user_id else f"key_{viewer.key_id}" if viewer.key_id else None
            log.request({
                "method": request.method[:10], "path": path, "status": response.status if response else 499,
                "ms": round(seconds * 1000, 2), "bytes": response.content_length if response else 0, "code": caller.code,
                "kind": caller.kind, "operation": caller.operation, "requestId": caller.request_id,
                "viewer": who, "tenant": f"ten_{current.tenant_id}" if current else None})


def is_legacy(request: web.Request) -> bool:
    """Whether the client gets application/json, as clients did before GraphQL had a media type of its own."""
    return chosen(request.headers.get("Accept")) == LEGACY


def _kept(agent: str) -> str:
    """What a client calls itself, as a column can keep it: bytes that are no UTF-8 arrive as half surrogates."""
    return agent.encode(errors="replace").decode()


def _meant(error: Exception) -> Exception:
    """What an error of aiohttp's means here."""
    match error:
        case web.HTTPNotFound():
            return Refusal("NO_SUCH_ADDRESS", "There is nothing at this address. The API is at /graphql.")
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            return Refusal("METHOD_NOT_ALLOWED", f"This address takes {allowed}.", {"Allow": allowed})
        case web.HTTPRequestEntityTooLarge():
            return Refusal("BODY_TOO_LARGE", f"{error.text} Ask for less, or split it into several requests.")
        case web.HTTPException() | HttpProcessingError() | web.RequestPayloadError() | ClientPayloadError():
            return Refusal("BAD_REQUEST", "The request could not be read. Check its headers and how its body is encoded.")
    return error
