"""The servers that are compared: how each is started on a database, where it takes part, and how it is asked."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from benchmarks.peers.rule import rule

ROOT = Path(__file__).resolve().parent.parent
LISTENING = re.compile(r"Listening on http://\S+:(\d+)")
#: One person asks for what a thousand do elsewhere: the allowance is counted as ever, and never used up.
SPENDING = {"TENANTRY_COST_LIMIT": str(10**9), "TENANTRY_COST_RESTORE_RATE": str(10**8)}
#: Seconds. A server that cannot start ends, which is seen at once; one that starts beside many others has time.
START, STOP = 600, 20

NODE_PEERS = ROOT / "benchmarks" / "peers" / "node"
POLYFILL = ("--import", str(NODE_PEERS / "promises.js"))


@dataclass(frozen=True)
class Kind:
    """What a server is run by: a Python module with its arguments, or a script among the peers for Node.

    `operations` are those that it answers (None: all). Where `withholds` is false it says nothing of what is withheld, and
    only its data are compared.
    """

    module: tuple[str, ...] = ()
    script: str = ""
    databases: tuple[str, ...] = ("postgres", "sqlite")
    operations: frozenset[str] | None = None
    withholds: bool = True


def _peer(operations: str, **how: object) -> Kind:
    return Kind(databases=("postgres",), operations=frozenset(operations.split()), withholds=False, **how)  # type: ignore[arg-type]


#: The order is that of the tables.
SERVERS = {
    "tenantry": Kind(("server", "serve")),
    "naive": Kind(("benchmarks.peers.naive",)),
    "limit": Kind(("benchmarks.peers.limit",)),
    "mercurius": _peer("Q1 Q2 Q3 Q4 Q5 Q6 Q7", script="mercurius-loaders.js"),
    "mercurius-sql": _peer("Q1 Q2 Q3 Q4 Q5 Q6 Q7", script="mercurius-sql.js"),
    "postgraphile": _peer("Q1 Q2 Q3 Q4 Q5 Q6 Q7", script="postgraphile.js"),
    "yoga": _peer("Q1 Q2 Q3 Q4 Q5 Q6 Q7", script="yoga.js"),
    "ariadne": _peer("Q1 Q2 Q3 Q4 Q5 Q6 Q7", module=("benchmarks.peers.ariadne_loaders",)),
}


def taking_part(database: str) -> tuple[str, ...]:
    """The servers that can be started here, on that database."""
    return tuple(name for name, kind in SERVERS.items() if database in kind.databases and (not kind.script or has_node_peers()))


def answers(name: str, operation: str) -> bool:
    """Whether a server answers an operation at all."""
    operations = SERVERS[name].operations
    return operations is None or operation in operations


@cache
def has_node_peers() -> bool:
    """Whether the peers for Node are installed; says on standard error what to do where they are not."""
    lacking = ("Node 20.19 or newer" if not shutil.which("node") else
               "" if (NODE_PEERS / "node_modules" / ".installed").exists() else "their packages: make bench-peers")
    if lacking:
        print(f"  Going on without the peers for Node. They need {lacking}", file=sys.stderr)
    return not lacking


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
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TENANTRY_")}
    ours = {"TENANTRY_DATABASE_URL": database_url, "TENANTRY_PORT": "0", "BENCH_DATABASE_URL": database_url,
            "PYTHONUNBUFFERED": "1", "NODE_ENV": "production", **SPENDING, "BENCH_STATEMENTS": str(statements or "")}
    if SERVERS[name].script:
        told = folder / f"{name}.rule.json"
        told.write_text(json.dumps(rule()))
        ours["BENCH_RULE"] = str(told)
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *_command(SERVERS[name], statements), cwd=ROOT, env=inherited | ours,
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


def _command(kind: Kind, statements: Path | None) -> list[str]:
    """A script counts its statements itself, where BENCH_STATEMENTS names a file."""
    if kind.script:
        return ["node", *POLYFILL, str(NODE_PEERS / kind.script)]
    counter = ["benchmarks.counted", str(statements)] if statements else []
    return [sys.executable, "-m", *counter, *kind.module]


async def _port(server: Server) -> int:
    for _ in range(START * 20):
        if found := LISTENING.search(server.recent_log):
            return int(found[1])
        if server.process.returncode is not None:
            break
        await asyncio.sleep(0.05)
    raise Failed(f"{server.name} did not start:\n{server.recent_log}")
