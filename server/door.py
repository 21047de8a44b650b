"""The door: so many connections at a time; whoever comes when there are as many is told so and turned away."""

from __future__ import annotations

import asyncio
from typing import cast

from aiohttp import web

from server.admission import Overloaded
from server.errors import headers_of, refused
from server.exchange import CONTENT_TYPES, SAFE
from server.requests import LEGACY

#: Seconds after which to come back, and those in which somebody who is turned away may say what they came for.
PAUSE, PATIENCE = 5.0, 5.0
FULL = Overloaded(PAUSE, "The server has as many connections as it may have, and did nothing of this. Ask again after the "
                  "seconds in Retry-After, over one connection where you open several.")


class Door:
    """Gives each new connection somebody to talk to."""

    def __init__(self, server: web.Server, most: int):
        self._server, self._most = server, most

    def __call__(self) -> asyncio.BaseProtocol:
        return self._server() if len(self._server.connections) < self._most else TurnedAway()


class TurnedAway(asyncio.Protocol):
    """Waits for the beginning of a request, since an answer before it would be lost, says that it is full, and closes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._clock = asyncio.get_running_loop().call_later(PATIENCE, self._transport.abort)

    def data_received(self, _: bytes) -> None:
        self._transport.write(TOLD)
        self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        self._clock.cancel()


def _told() -> bytes:
    answer = refused(FULL, "", legacy=True)
    headers = {"Content-Type": CONTENT_TYPES[LEGACY], "Content-Length": str(len(answer.body)), "Connection": "close",
               **SAFE, **headers_of(FULL)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 503 Service Unavailable\r\n{lines}\r\n".encode() + answer.body


TOLD = _told()
