"""Asks one server as fast as it answers, over connections that stay open. Run as a process of its own, by run.py.

Reads jobs from standard input, a line of JSON each: {"port", "connections", "seconds", "requests": [{"text", "answer"}]},
the requests being raw HTTP and asked in turn, the answers their bodies. Writes a line for each: {"latencies": [seconds],
"elapsed", "refused", "wrong", "example"}. A 503 is refused: the server says itself that it has too much to do. When the
time is over nothing more is asked, and `elapsed` lasts until the last answer: so a slow server is not robbed of what it
was still working on.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

import uvloop

#: Where an answer begins to say what it cost and what is left to be spent, which is never the same twice; it comes last.
COST = '"cost":{"requested":'
END, LENGTH = b"\r\n\r\n", b"content-length:"


class Run:
    """What all connections share: what to ask next, until when, and what was seen."""

    def __init__(self, requests: list[tuple[bytes, bytes]], seconds: float):
        self.requests, self.asked, self.until = requests, 0, perf_counter() + seconds
        self.latencies: list[float] = []
        self.refused, self.wrong, self.example = 0, 0, b""

    def next(self) -> tuple[bytes, bytes]:
        self.asked += 1
        return self.requests[self.asked % len(self.requests)]


class Connection(asyncio.Protocol):
    """One client: asks, waits for the whole answer, compares it, asks again."""

    def __init__(self, run: Run):
        self.run, self.over = run, asyncio.get_running_loop().create_future()
        self.buffer = bytearray()
        self.expected, self.began, self.body, self.length = b"", 0.0, 0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        text, self.expected = self.run.next()
        self.length, self.began = 0, perf_counter()
        self.transport.write(text)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.length and (head := self.buffer.find(END)) >= 0:
            at = self.buffer[:head].lower().find(LENGTH) + len(LENGTH)
            self.body = head + len(END)
            self.length = self.body + int(self.buffer[at:].split(b"\r\n", 1)[0])
        if self.length and len(self.buffer) >= self.length:
            self._answered(perf_counter())

    def _answered(self, now: float) -> None:
        if self.buffer.startswith(b"HTTP/1.1 200") and self.buffer.startswith(self.expected, self.body):
            self.run.latencies.append(now - self.began)
        elif self.buffer.startswith(b"HTTP/1.1 503"):
            self.run.refused += 1
        else:
            self.run.wrong, self.run.example = self.run.wrong + 1, bytes(self.buffer[:500])
        self.buffer.clear()
        if now < self.run.until:
            self._ask()
        elif not self.over.done():
            self.over.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.run.wrong, self.run.example = self.run.wrong + 1, repr(error or "The server hung up").encode()
            self.over.set_result(None)


async def work(job: dict[str, Any]) -> dict[str, Any]:
    """One job, and what came of it."""
    requests = [(each["text"].encode(), each["answer"].partition(COST)[0].encode()) for each in job["requests"]]
    loop, began = asyncio.get_running_loop(), perf_counter()
    run = Run(requests, job["seconds"])
    made = [await loop.create_connection(lambda: Connection(run), "127.0.0.1", job["port"]) for _ in range(job["connections"])]
    await asyncio.gather(*(connection.over for _, connection in made))
    elapsed = perf_counter() - began
    for transport, _ in made:
        transport.abort()
    return {"latencies": [round(each, 6) for each in run.latencies], "elapsed": elapsed, "refused": run.refused,
            "wrong": run.wrong, "example": run.example.decode(errors="replace")}


@asynccontextmanager
async def generator() -> AsyncIterator[Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]]:
    """The load generator, in a process of its own: give it a job, get what it saw."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.load", limit=1 << 28,
                                                   stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    assert process.stdin and process.stdout
    jobs, seen = process.stdin, process.stdout

    async def give(job: dict[str, Any]) -> dict[str, Any]:
        jobs.write(json.dumps(job).encode() + b"\n")
        await jobs.drain()
        line = await seen.readline()
        if not line:
            raise RuntimeError("The load generator ended.")
        return json.loads(line)  # type: ignore[no-any-return]
    try:
        yield give
    finally:
        jobs.close()
        await process.wait()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(uvloop.run(work(json.loads(line)))), flush=True)
