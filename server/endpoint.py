"""POST and GET at /graphql: from headers and body to an operation, and its answer back with cookie and content type; or to
a stream of answers."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from engine.deadlines import Deadlines
from server.admission import Admission, Overloaded, rest
from server.errors import Answer, Refusal
from server.exchange import CALLER, Exchanges, is_legacy
from server.graphql import Answered, Caller, GraphQL
from server.live.sockets import Socket
from server.live.streams import STREAM, stream
from server.live.subscriptions import Rejected, Subscriptions
from server.pages import wants_page
from server.requests import LEGACY, MODERN, Asked, chosen, from_address, from_body, is_json, likes
from server.sessions import CLIENT_HEADER, check_cross_site, clear_cookie, set_cookie, token_of
from server.settings import Settings

TOO_SLOW = "The body did not arrive within {:g} s. Send it again over a better connection."
TIMED_OUT = "The answer took longer than {:g} s. Ask for fewer rows per page or fewer fields."
MAYBE_DONE = ("The change took longer than {:g} s; it may be made all the same. Send it again with the same idempotency "
              "key, or look first.")


class Endpoint:
    """The one address of the API."""

    def __init__(self, graphql: GraphQL, exchanges: Exchanges, admission: Admission, settings: Settings, page: Handler,
                 live: Subscriptions):
        self._graphql, self._exchanges, self._admission, self._live = graphql, exchanges, admission, live
        self._settings, self._page = settings, page
        self._deadlines = Deadlines(settings.request_seconds, _stop)

    async def post(self, request: web.Request) -> web.StreamResponse:
        streams = likes(STREAM, request.headers.get("Accept"))
        if not streams:
            _check_accept(request)
        if not is_json(request.headers.get("Content-Type")):
            raise Refusal("UNSUPPORTED_MEDIA_TYPE", "Send the body as JSON, with the header Content-Type: "
                          "application/json and nothing else in it but charset=utf-8.")
        if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise Refusal("UNSUPPORTED_MEDIA_TYPE", "Send the body as it is, without Content-Encoding: it is not unpacked "
                          "here.")
        asked = from_body(await self._body(request), self._graphql.texts)
        if streams and self._live.is_meant(asked, alone=chosen(request.headers.get("Accept")) is None):
            return await self._stream(request, asked)
        _check_accept(request)
        return await self._answer(request, asked, reads_only=False)

    async def get(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            request[CALLER].stays = True
            return await Socket(self._live, request, request[CALLER]).run()
        if wants_page(request):
            return await self._page(request)
        _check_accept(request)
        return await self._answer(request, from_address(request.query, self._graphql.texts), reads_only=True)

    async def _stream(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        caller = request[CALLER]
        token, _ = self._token(request, caller)
        caller.stays = True
        try:
            return await stream(request, self._live.answers(asked, caller, token), self._exchanges.headers(caller),
                                self._settings.keep_alive_seconds)
        except Rejected as error:
            return self._exchanges.answer(request, caller, error.answer)

    def _token(self, request: web.Request, caller: Caller) -> tuple[str | None, bool]:
        """The token, and whether a browser asks. Raises CrossSite."""
        token, came = token_of(request, caller.base_url)
        browser = came == "cookie" or (came is None and CLIENT_HEADER in request.headers)
        if browser:
            check_cross_site(request, caller.base_url)
        return token, browser

    async def _body(self, request: web.Request) -> bytes:
        limit = self._settings.body_bytes
        if (request.content_length or 0) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
        if request.content.is_eof():
            return _whole(request.content.read_nowait(), limit)
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                return await request.read()
        except TimeoutError:
            raise Refusal("BODY_TOO_SLOW", TOO_SLOW.format(self._settings.body_seconds)) from None

    async def _answer(self, request: web.Request, asked: Asked, *, reads_only: bool) -> web.Response:
        caller = request[CALLER]
        base_url = caller.base_url
        token, browser = self._token(request, caller)
        try:
            answer = await self._in_time(asked, caller, token, is_legacy(request), reads_only)
        except Overloaded:
            rest(request.transport)
            raise
        response = self._exchanges.answer(request, caller, answer)
        if browser and isinstance(answer, Answered) and answer.set_token is not None:
            if answer.set_token:
                set_cookie(response, answer.set_token, base_url)
            else:
                clear_cookie(response, base_url)
        return response

    async def _in_time(self, asked: Asked, caller: Caller, token: str | None, legacy: bool, reads_only: bool) -> Answer:
        try:
            async with asyncio.timeout(None) as clock:
                self._deadlines.begin(clock)
                try:
                    return await self._in_turn(asked, caller, token, legacy, reads_only)
                finally:
                    self._deadlines.end(clock)
        except TimeoutError:
            if not clock.expired():
                raise
            text = MAYBE_DONE if caller.kind == "mutation" else TIMED_OUT
            raise Refusal("TIMEOUT", text.format(self._settings.request_seconds)) from None

    async def _in_turn(self, asked: Asked, caller: Caller, token: str | None, legacy: bool, reads_only: bool) -> Answer:
        lane = self._admission.lane(asked.query)
        await lane.take()
        try:
            return await self._graphql.answer(asked, caller, token, legacy=legacy, reads_only=reads_only)
        finally:
            lane.give(None)


def _stop(clock: asyncio.Timeout) -> None:
    clock.reschedule(0)


def _whole(body: bytes, limit: int) -> bytes:
    """A body that has arrived; of one in chunks nobody said how long it would be."""
    if len(body) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, len(body))
    return body


def _check_accept(request: web.Request) -> None:
    if chosen(request.headers.get("Accept")) is None:
        raise Refusal("NOT_ACCEPTABLE", f"Answers are {MODERN} or {LEGACY}. Name one of them in Accept.")
