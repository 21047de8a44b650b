"""Before anything is timed: every server is asked everything once, and all must say the same."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import ClientSession

from benchmarks.asking import Request, ask
from benchmarks.operations import Case
from benchmarks.peers.serving import CONNECTIONS
from benchmarks.servers import SERVERS, Failed, Server

#: How often a server is asked until each of its connections knows what it needs to know of the types, and how often then
#: to count; the seconds without a statement after which it has sent them all.
WARMING, REPEATS, QUIET = CONNECTIONS, 2, 0.03


async def same_answers(http: ClientSession, servers: list[Server], case: Case, requests: list[list[Request]]) -> None:
    """Raises Failed where a server says something else than the first, or nothing worth comparing. `requests` are those to
    each of the servers."""
    for alike in zip(*requests, strict=True):
        first, *others = [_told(await ask(http, server, request)) for server, request in zip(servers, alike, strict=True)]
        refused = any(isinstance(each, dict) and each.get("userErrors") for each in first["data"].values())
        if refused or "errors" in first or not any(first["data"].values()):
            raise Failed(f"{servers[0].name} has no answer to {case.name}: {str(first)[:1000]}")
        for server, other in zip(servers[1:], others, strict=True):
            expected = first if SERVERS[server.name].withholds else {k: v for k, v in first.items() if k != "extensions"}
            if other != expected:
                raise Failed(f"{server.name} differs from {servers[0].name} in {case.name}: {difference(expected, other)}")


def _told(text: str) -> dict[str, Any]:
    """An answer as a client understands it: the order of keys and of what is withheld says nothing."""
    answer: dict[str, Any] = json.loads(text)
    extensions = answer.pop("extensions", {})
    extensions.pop("cost", None)  # what is left to be spent is never the same twice
    for entries in extensions.values():
        entries.sort(key=json.dumps)
    return {**answer, "extensions": extensions} if extensions else answer


def difference(one: Any, other: Any, path: str = "answer") -> str:
    """Where two answers part first."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next((difference(one[k], other[k], f"{path}.{k}") for k in one if one[k] != other[k]), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next((difference(a, b, f"{path}.{n}") for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), "")
    return f"{path} is {str(other)[:200]} instead of {str(one)[:200]}"


async def statements(http: ClientSession, server: Server, request: Request) -> int:
    """How many statements one request takes once all that is kept is warm; the least of a few, to leave out the note that
    somebody was active."""
    for _ in range(WARMING):
        await ask(http, server, request)
    counts = []
    for _ in range(REPEATS):
        before = await _sent(server)
        await ask(http, server, request)
        counts.append(await _sent(server) - before)
    return min(counts)


async def _sent(server: Server) -> int:
    """How many statements a server has sent when it has come to rest: the note goes on after the answer."""
    before = -1
    while (sent := server.sent()) != before:
        before = sent
        await asyncio.sleep(QUIET)
    return sent
