"""The servers that are compared: how each is started on a database, and how it is asked."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
LISTENING = re.compile(r"Listening on http://\S+:(\d+)")
START, STOP = 60, 20  # seconds

#: What each server is, and how it is run. The order is that of the tables.
MODULES = {"tenantry": ["server", "serve"], "naive": ["benchmarks.peers.naive"], "limit": ["benchmarks.peers.limit"]}


class Failed(Exception):
    """A server did not start, or did not answer as it must. The message says which and how."""


@dataclass
class Server:
    """A running server. `statements` grows by a byte with each statement that it sends, where that is counted."""

    name: str
    port: int
    process: asyncio.subprocess.Process
    log: Path
    statements: Path | None

    @property
    def recent_log(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    @property
    def memory(self) -> int:
        """Bytes of its memory that are resident."""
        return psutil.Process(self.process.pid).memory_info().rss  # type: ignore[no-any-return]

    def sent(self) -> int:
        """How many statements it has sent so far."""
        return self.statements.stat().st_size if self.statements else 0


@asynccontextmanager
async def running(name: str, database_url: str, folder: Path, *, counted: bool = False) -> AsyncIterator[Server]:
    """A server in a process of its own, from ready to ended. `folder` gets its log."""
    statements = folder / f"{name}.statements" if counted else None
    counter = ["benchmarks.counted", str(statements)] if statements else []
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TENANTRY_")}
    ours = {"TENANTRY_DATABASE_URL": database_url, "TENANTRY_PORT": "0", "BENCH_DATABASE_URL": database_url,
            "PYTHONUNBUFFERED": "1"}
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *counter, *MODULES[name], cwd=ROOT, env=inherited | ours,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=asyncio.subprocess.STDOUT)
    server = Server(name, 0, process, log, statements)
    try:
        server.port = await _port(server)
        yield server
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _port(server: Server) -> int:
    for _ in range(START * 20):
        if found := LISTENING.search(server.recent_log):
            return int(found[1])
        if server.process.returncode is not None:
            break
        await asyncio.sleep(0.05)
    raise Failed(f"{server.name} did not start:\n{server.recent_log}")
