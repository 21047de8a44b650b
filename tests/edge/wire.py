"""Requests as bytes, for what no well-behaved HTTP client would send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from tests.client import without_cost
from tests.servers import Server

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Reply:
    """An answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Without what it cost, which is never the same twice."""
        return orjson.loads(without_cost(self.body))

    @property
    def code(self) -> str:
        """Of the first error."""
        return self.json["errors"][0]["extensions"]["code"]


@asynccontextmanager
async def wired(server: Server) -> AsyncIterator[Wire]:
    """A connection of one's own."""
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield reader, writer
    finally:
        writer.close()


def head(headers: Mapping[str, str], method: str = "POST", path: str = "/graphql") -> bytes:
    """A request up to its body. Accept and Content-Type are sent only where they are given."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def send(server: Server, body: bytes = b"", headers: Mapping[str, str] | None = None, *, method: str = "POST",
               path: str = "/graphql") -> Reply:
    """One request on a connection of its own."""
    async with wired(server) as (reader, writer):
        writer.write(head({"Content-Length": str(len(body)), **(headers or {})}, method, path) + body)
        return await reply(reader)


async def reply(reader: asyncio.StreamReader) -> Reply:
    """The next answer on a connection."""
    async with asyncio.timeout(30):
        top = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in top[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Reply(int(top[0].split()[1]), headers, body)
