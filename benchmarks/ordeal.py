"""Has many clients of all roles read and change things for long while faults are injected, and looks what became of it.

    python -m benchmarks.ordeal [--seconds N] [--clients N] [--customers N] [--database KIND]

Ends with 1 where an acknowledged effect is lost or there twice, where a value is shown to somebody who may not see it, or where
what is stored does not fit together.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

import psutil
from aiohttp import ClientError, ClientSession, ClientTimeout
from aiosmtpd.smtp import SMTP

from benchmarks.crowd import EFFECTS, Crowd, sights
from benchmarks.databases import DATABASES, database
from benchmarks.servers import ROOT, SPENDING, START
from models.signing import use_keys
from models.soundness import unsound
from models.transaction import sql_rows
from server.database import connect, disconnect
from server.settings import Settings
from tests.faults.proxy import Proxy

#: Seconds for which a fault that ends by itself lasts, and, of the whole, for how long the mail server is down.
SHORT, MAIL = 3.0, 0.3
Happening = Callable[[], Awaitable[None]]
#: Seconds between two faults at least, and how many there are at most.
APART, FAULTS = 15.0, 12


class Mail:
    """A mail server that counts what it takes, by Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self.port = _free_port()

    async def open(self) -> None:
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(lambda: SMTP(self, hostname="mail"), "127.0.0.1", self.port)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.update(line[12:] for line in envelope.content.decode().splitlines() if line.lower().startswith("message-id: "))
        return "250 OK"


class Site:
    """The processes under load: a server and, on PostgreSQL, a worker beside it. What ends is started again, as whoever runs
    servers has it done."""

    def __init__(self, url: str, mail: Mail, folder: Path):
        self.port, self.memory, self.ended = _free_port(), [0], Counter[str]()
        self._folder, self._alone = folder, url.startswith("sqlite")
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("TENANTRY_")}
        self._settings = inherited | SPENDING | {
            "TENANTRY_DATABASE_URL": url, "TENANTRY_PORT": str(self.port), "TENANTRY_JOBS": str(self._alone).lower(),
            "TENANTRY_SMTP_URL": f"smtp://127.0.0.1:{mail.port}", "PYTHONUNBUFFERED": "1"}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        for command in ("serve",) if self._alone else ("serve", "work"):
            await self._begin(command)
            await self.ready()

    async def _begin(self, command: str) -> None:
        with (self._folder / f"{command}.log").open("ab") as log:
            self._processes[command] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server", command, cwd=ROOT, env=self._settings, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log)

    async def ready(self) -> None:
        async with asyncio.timeout(START), ClientSession(timeout=ClientTimeout(total=5)) as http:
            while True:
                try:
                    async with http.get(f"{self.url}/ready") as response:
                        if response.status == 200:
                            return
                except (ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.1)

    async def killed(self, command: str) -> None:
        """As kill -9 does it."""
        if self._processes[command].returncode is None:
            self._processes[command].kill()

    async def stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for command, process in self._processes.items():
            if await asyncio.wait_for(process.wait(), 40):
                print(f"{command} ended with {process.returncode}:\n{(self._folder / f'{command}.log').read_text()[-2000:]}")

    async def watched(self) -> None:
        """Once a second: what has ended is started again, and the server's memory in MB is noted."""
        while True:
            for command, process in list(self._processes.items()):
                if process.returncode is not None:
                    self.ended[command] += 1
                    await self._begin(command)
            with suppress(psutil.Error):
                self.memory.append(psutil.Process(self._processes["serve"].pid).memory_info().rss >> 20)
            await asyncio.sleep(1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@asynccontextmanager
async def before(url: str) -> AsyncIterator[Proxy | None]:
    """The proxy before PostgreSQL."""
    if url.startswith("sqlite"):
        yield None
        return
    proxy = Proxy(url)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()


def faults(site: Site, mail: Mail, proxy: Proxy | None, seconds: float) -> dict[str, Happening]:
    """What can happen, by name."""
    async def mail_down() -> None:
        async def later() -> None:
            await asyncio.sleep(seconds * MAIL)
            await mail.open()
        await mail.close()
        asyncio.create_task(later())  # noqa: RUF006 - opened once more at the end in any case

    found: dict[str, Happening] = {"server killed and started again": lambda: site.killed("serve"), "mail server down": mail_down}
    if proxy is None:
        return found

    async def cut() -> None:
        proxy.cut()

    async def silent() -> None:
        proxy.silent = True
        await asyncio.sleep(SHORT)
        proxy.silent = False
        proxy.cut()

    async def refused() -> None:
        await proxy.refuse()
        await asyncio.sleep(SHORT)
        await proxy.open()

    async def slow() -> None:
        proxy.delay = 0.01
        await asyncio.sleep(SHORT)
        proxy.delay = 0.0
    return found | {"worker killed and started again": lambda: site.killed("work"), "database connections cut": cut,
                    "database silent": silent, "database refusing": refused, "database slow": slow}


async def effects(crowd: Crowd) -> tuple[list[str], list[str]]:
    """Acknowledged effects that are lost, and effects that are there more than once or not whole."""
    lost, double = [], []
    for kind, (table, column) in EFFECTS.items():
        there = Counter([row["key"] for row in await sql_rows(f"select {column} as key from {table}")])
        audited = Counter([row["key"] for row in await sql_rows(
            "select idempotency_key as key from audit_entry where operation = $1", kind)])
        lost += [f"{kind} {key}" for key in crowd.acknowledged[kind] if not there[key]]
        double += [f"{kind} {key}: {there[key]} made, {audited[key]} in the audit trail"
                   for key in crowd.sent[kind] if there[key] > 1 or there[key] != audited[key]]
    return lost, double


async def ordeal(given: argparse.Namespace) -> bool:
    mail, happened = Mail(), Counter[str]()
    await mail.open()
    with tempfile.TemporaryDirectory(prefix="tenantry-ordeal-") as name:
        async with database(given.database, given.customers, Path(name)) as (urls, people), before(urls["tenantry"]) as proxy:
            url = urls["tenantry"]
            use_keys(*Settings().keys)
            await connect(url)
            seen = await sights(people)
            await disconnect()
            site = Site(proxy.url if proxy else url, mail, Path(name))
            await site.start()
            crowd = Crowd(site.url, people, seen, given.clients)
            watching, running = asyncio.create_task(site.watched()), asyncio.create_task(crowd.run())
            begun, choice = perf_counter(), faults(site, mail, proxy, given.seconds)
            names = list(choice)
            random.Random(1).shuffle(names)
            many = max(2, min(FAULTS, int(given.seconds // APART)))
            for number in range(many):
                await asyncio.sleep(max(0.0, begun + (number + 1) * given.seconds / (many + 1) - perf_counter()))
                print(f"  {perf_counter() - begun:.0f} s: {names[number % len(names)]}", file=sys.stderr, flush=True)
                await choice[names[number % len(names)]]()
                happened[names[number % len(names)]] += 1
            await asyncio.sleep(max(0.0, begun + given.seconds - perf_counter()))
            crowd.over.set()
            await running
            took = perf_counter() - begun
            await mail.open()
            await site.ready()
            watching.cancel()
            await site.stop()
            await connect(url)
            lost, double = await effects(crowd)
            wrong = await unsound()
            letters = await sql_rows("select status, count(*) as n from outbound_email group by status")
            await disconnect()
            bad = {"lost effects": lost, "effects there twice or in part": double, "leaked values": crowd.leaked,
                   "what does not fit together": wrong}
            report(given, crowd, site, mail, happened, took, bad, {row["status"]: row["n"] for row in letters})
            await mail.close()
            return not any(bad.values())


def report(given: argparse.Namespace, crowd: Crowd, site: Site, mail: Mail, happened: Counter[str], took: float,
           bad: dict[str, list[str]], letters: dict[str, int]) -> None:
    cut = quantiles(crowd.latencies, n=100)
    memory = [each for each in site.memory if each]
    rows = {
        "clients, database, seconds": f"{given.clients}, {given.database}, {took:.0f}",
        "faults": ", ".join(f"{count} × {name}" for name, count in happened.items()),
        "processes started again": ", ".join(f"{command} {count}" for command, count in site.ended.items()) or "none",
        "requests": f"{sum(n for code, n in crowd.answers.items() if ':' not in code):,}",
        "by code": ", ".join(f"{code} {n:,}" for code, n in crowd.answers.most_common()),
        "p50 / p99 of those answered": f"{cut[49] * 1000:.0f} / {cut[98] * 1000:.0f} ms",
        "server's memory at the start, most, at the end": f"{memory[min(5, len(memory) - 1)]}, {max(memory)}, {memory[-1]} MB",
        "changes acknowledged": ", ".join(f"{kind} {len(keys):,}" for kind, keys in crowd.acknowledged.items()),
        "letters": ", ".join(f"{status} {n}" for status, n in letters.items()) + f"; {len(mail.taken)} different ones arrived",
        **{name: f"{len(found)}" for name, found in bad.items()},
    }
    print("| figure | value |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows.items()))
    for name, found in bad.items():
        print("\n".join(f"{name}: {each}" for each in found[:10]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ordeal", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--database", choices=DATABASES, default="postgres")
    sys.exit(0 if asyncio.run(ordeal(parser.parse_args())) else 1)


if __name__ == "__main__":
    main()
