"""Subscriptions over a WebSocket, by the protocol graphql-transport-ws: many at a time, each under an id of the client's."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

import orjson
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from engine.errors import EngineError
from models.viewers import ANYONE
from server.errors import Refusal, told
from server.graphql import Caller
from server.live.subscriptions import Rejected, Subscriptions, TooMany
from server.requests import from_message, parsed
from server.sessions import CrossSite, NotSignedIn, Superseded, check_origin, token_of

PROTOCOL = "graphql-transport-ws"
#: Characters of an id; longest texts that say why a connection ends (the frame has 125 bytes).
ID, REASON = 128, 120
#: Seconds for the last messages and the closing of a connection.
FAREWELL = 3.0
#: How connections end, by the protocol.
INVALID, UNAUTHORIZED, FORBIDDEN, UNACCEPTABLE, LATE, DUPLICATE, AGAIN = 4400, 4401, 4403, 4406, 4408, 4409, 4429


class End(Exception):
    """The connection ends with a code of the protocol."""

    def __init__(self, code: int, reason: str):
        self.code, self.reason = code, reason.encode()[:REASON]
        super().__init__(reason)


class Socket:
    """One connection."""

    def __init__(self, live: Subscriptions, request: web.Request, caller: Caller):
        self._live, self._request, self._caller, self._settings = live, request, caller, live.settings
        self._response = web.WebSocketResponse(
            protocols=(PROTOCOL,), max_msg_size=self._settings.body_bytes, compress=False,
            heartbeat=self._settings.keep_alive_seconds, timeout=FAREWELL, writer_limit=1 << 16)
        self._token: str | None = None
        self._greeted = False
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> web.WebSocketResponse:
        """Until either side ends it. Raises Overloaded, and what aiohttp raises for no proper handshake."""
        code, reason = WSCloseCode.OK, b""
        self._live.seat(self, None)
        try:
            await self._response.prepare(self._request)
            await self._hear()
        except End as end:
            code, reason = end.code, end.reason  # type: ignore[assignment]
        finally:
            del self._live.sockets[self]
            await self._end_all()
            if self._response.prepared:
                await self._response.close(code=code, message=reason)
        return self._response

    async def leave(self) -> None:
        """The server stops: subscriptions have been completed. Who does not listen any more is not waited for."""
        async with asyncio.timeout(FAREWELL):
            if self._tasks:
                await asyncio.wait(list(self._tasks.values()))
            await self._response.close(code=WSCloseCode.GOING_AWAY, message=b"The server stops. Connect again.")

    # -- what comes in

    async def _hear(self) -> None:
        if self._response.ws_protocol != PROTOCOL:
            raise End(UNACCEPTABLE, f"Subprotocol not acceptable: name {PROTOCOL}.")
        greeting = asyncio.get_running_loop().call_later(self._settings.greeting_seconds, self._too_late)
        try:
            async for message in self._response:
                await self._take(_read(message))
                if self._greeted:
                    greeting.cancel()
        finally:
            greeting.cancel()

    def _too_late(self) -> None:
        closing = self._response.close(code=LATE, message=b"Connection initialisation timeout")
        self._closing = asyncio.create_task(closing)

    async def _take(self, message: Mapping[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._greet(message.get("payload"))
            case "ping":
                await self._send({"type": "pong"})
            case "pong":
                pass
            case "subscribe":
                await self._subscribe(_id(message), message.get("payload"))
            case "complete":
                if task := self._tasks.pop(_id(message), None):
                    task.cancel()
            case _:
                raise End(INVALID, "Invalid message: its type is not one of the protocol's.")

    async def _greet(self, payload: Any) -> None:
        if self._greeted:
            raise End(AGAIN, "Too many initialisation requests")
        self._greeted = True
        if not isinstance(payload, dict | None):
            raise End(INVALID, "Invalid message: the payload of connection_init is an object.")
        try:
            self._token = self._found_token(payload or {})
            if self._token is None:
                raise NotSignedIn
            async with self._live.turn():
                viewer = await self._live.graphql.sessions.viewer_of(self._token, dt.datetime.now(dt.UTC))
            self._live.seat(self, viewer.user_id or viewer.key_id)
        except CrossSite as error:
            raise End(FORBIDDEN, error.message) from None
        except (NotSignedIn, Superseded) as error:
            raise End(UNAUTHORIZED, error.message) from None
        except EngineError as error:
            raise End(WSCloseCode.TRY_AGAIN_LATER, error.message) from None
        await self._send({"type": "connection_ack"})

    def _found_token(self, payload: Mapping[str, Any]) -> str | None:
        """From connection_init, where a browser can put one; else as any request has it."""
        if isinstance(place := payload.get("tenant"), str):
            self._caller.tenant = place
        given = payload.get("token", payload.get("Authorization", payload.get("authorization")))
        if isinstance(given, str):
            return given.strip().removeprefix("Bearer ").strip()
        token, came = token_of(self._request, self._caller.base_url)
        if came == "cookie":
            check_origin(self._request, self._caller.base_url)
        return token

    # -- subscriptions

    async def _subscribe(self, id: str, payload: Any) -> None:
        if not self._greeted:
            raise End(UNAUTHORIZED, "Unauthorized: send connection_init first.")
        if id in self._tasks:
            raise End(DUPLICATE, f"Subscriber for {id} already exists")
        if not isinstance(payload, dict):
            raise End(INVALID, "Invalid message: the payload of subscribe is an object.")
        if len(self._tasks) >= self._settings.subscriptions_connected:
            await self._send(self._error(id, TooMany(self._settings.subscriptions_connected)))
        else:
            self._tasks[id] = asyncio.create_task(self._answer(id, payload))

    async def _answer(self, id: str, payload: dict[str, Any]) -> None:
        """All answers of one subscription, then its end. What the client has completed is not mentioned again."""
        mine = asyncio.current_task()
        try:
            end = await self._answered(id, payload)
        except ConnectionError:
            return
        finally:
            if self._tasks.get(id) is mine:
                del self._tasks[id]
        with suppress(ConnectionError):
            await self._send(end)

    async def _answered(self, id: str, payload: dict[str, Any]) -> dict[str, Any]:
        head = b'{"id":%b,"type":"next","payload":' % orjson.dumps(id)
        caller = replace(self._caller, viewer=ANYONE)
        try:
            asked = from_message(payload, self._live.graphql.texts)
            async with aclosing(self._live.answers(asked, caller, self._token)) as answers:
                await anext(answers)
                async for answer in answers:
                    await self._response.send_frame(head + answer + b"}", WSMsgType.TEXT)
        except ConnectionError:
            raise
        except Rejected as error:
            return {"id": id, "type": "error", "payload": orjson.loads(error.answer.body)["errors"]}
        except Exception as error:
            return self._error(id, error)
        return {"id": id, "type": "complete"}

    def _error(self, id: str, error: Exception) -> dict[str, Any]:
        return {"id": id, "type": "error", "payload": [told(error, self._caller.request_id)]}

    async def _send(self, message: dict[str, Any]) -> None:
        await self._response.send_frame(orjson.dumps(message), WSMsgType.TEXT)

    async def _end_all(self) -> None:
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _read(message: WSMessage) -> Mapping[str, Any]:
    if message.type is WSMsgType.TEXT:
        with suppress(Refusal):
            found = parsed(message.data.encode(errors="surrogatepass"), "The message")
            if isinstance(found, dict):
                return found
    raise End(INVALID, "Invalid message: send JSON objects as text.")


def _id(message: Mapping[str, Any]) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= ID:
        raise End(INVALID, f"Invalid message: its id is a text of 1 to {ID} characters.")
    return id
