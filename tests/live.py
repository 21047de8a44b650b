"""Listening as tests do it: a stream of server-sent events, or a WebSocket, of somebody of the demo story."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import ClientResponse, ClientTimeout, ClientWebSocketResponse, WSMsgType

from models.events import EventKind, announce
from models.transaction import settle, unit_of_work
from tests.client import Person
from tests.servers import Server
from tests.stored import connected

EVENTS = """subscription($ids: [ID!], $kinds: [CustomerEventKind!]) { customerEvents(customerIds: $ids, kinds: $kinds) {
  reference kind at customer { id name mrr { amount } } subject { __typename id } actor { email } } }"""
#: Longest wait for what is to come: the feed looks every 2 s where no bell reaches it.
SOON = 20.0
#: How long nothing may come where nothing is to come.
QUIET = 0.4


class Stream:
    """Server-sent events."""

    def __init__(self, response: ClientResponse):
        self.response = response

    async def block(self) -> str:
        """The next event or comment, as text; "" at the end."""
        found = b""
        while not found.endswith(b"\n\n"):
            line = await self.response.content.readline()
            if not line:
                return ""
            found += line
        return found.decode()

    async def next(self) -> dict[str, Any] | None:
        """The next answer; None when the stream is complete."""
        async with asyncio.timeout(SOON):
            while (block := await self.block()).startswith(":"):
                pass
        kind, _, data = block.partition("\n")
        assert kind in ("event: next", "event: complete"), block
        return orjson.loads(data.removeprefix("data: ")) if kind == "event: next" else None

    async def told(self) -> dict[str, Any]:
        """The next event."""
        answer = await self.next()
        assert answer and "errors" not in answer, answer
        [event] = answer["data"].values()
        return event

    async def is_quiet(self) -> bool:
        """Whether nothing comes for a while; the stream is of no use afterwards."""
        try:
            async with asyncio.timeout(QUIET):
                while (block := await self.block()).startswith(":"):
                    pass
        except TimeoutError:
            return True
        raise AssertionError(block)


async def asked_for(person: Person, query: str, variables: dict[str, Any] | None = None, **headers: str) -> ClientResponse:
    """The response to a subscription asked for by POST; close it."""
    return await streamed(person, {"query": query, "variables": variables or {}}, **headers)


async def streamed(person: Person, asked: dict[str, Any], **headers: str) -> ClientResponse:
    """The same, with a body of one's own."""
    sent = {"Accept": "text/event-stream", **headers}
    if "Cookie" not in sent and (token := await person.token()):
        sent["Authorization"] = f"Bearer {token}"
    return await person.server.http.post(person.server.graphql, json=asked, headers=sent, timeout=ClientTimeout(total=None))


@asynccontextmanager
async def listening(person: Person, query: str = EVENTS, variables: dict[str, Any] | None = None) -> AsyncIterator[Stream]:
    """A subscription that misses nothing from here on."""
    response = await asked_for(person, query, variables)
    try:
        assert response.status == 200, await response.text()
        stream = Stream(response)
        assert await stream.block() == ":\n\n"
        yield stream
    finally:
        response.close()


class Socket:
    """A WebSocket that speaks graphql-transport-ws."""

    def __init__(self, socket: ClientWebSocketResponse):
        self.socket = socket

    async def say(self, **message: Any) -> None:
        await self.socket.send_str(orjson.dumps(message).decode())

    async def hear(self) -> dict[str, Any]:
        message = await self.socket.receive(SOON)
        assert message.type is WSMsgType.TEXT, message
        return orjson.loads(message.data)

    async def end(self) -> tuple[int | None, str]:
        """How the server closes it: code and reason."""
        message = await self.socket.receive(SOON)
        assert message.type is WSMsgType.CLOSE, message
        return message.data, message.extra or ""

    async def greet(self, token: str | None = None) -> None:
        await self.say(type="connection_init", **({"payload": {"token": token}} if token else {}))
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id: str, query: str = EVENTS, variables: dict[str, Any] | None = None) -> None:
        await self.say(id=id, type="subscribe", payload={"query": query, "variables": variables or {}})


@asynccontextmanager
async def socket(server: Server, *, protocols: tuple[str, ...] = ("graphql-transport-ws",),
                 **headers: str) -> AsyncIterator[Socket]:
    async with server.http.ws_connect(server.graphql, protocols=protocols, headers=headers, autoclose=False) as opened:
        yield Socket(opened)


async def figure(server: Server, name: str) -> float:
    """A number of /metrics."""
    async with server.http.get(f"{server.url}/metrics") as response:
        text = await response.text()
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.M))


async def reached(server: Server, name: str, least: float) -> None:
    """Waits until a figure is so high."""
    async with asyncio.timeout(SOON):
        while await figure(server, name) < least:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def happen(server: Server, kind: EventKind, customer_id: str, about: str | None = None, times: int = 1) -> None:
    """Something happens to a customer: written as another process of the house writes it."""
    async with connected(server.database_url):
        for _ in range(times):
            await unit_of_work(lambda: announce(kind, int(customer_id.removeprefix("cus_")), dt.datetime.now(dt.UTC),
                                                about=about), tries=8)
        await settle()
