"""Measures Tenantry beside the naive server and the hand-written limit, on both databases, and prints one table.

    python -m benchmarks.run [--quick] [--customers N] [--rounds N] [--seconds S] [--connections N] [--only WORD …]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from benchmarks import machine
from benchmarks.asking import Place, Request, ask, far_page, requests_of
from benchmarks.checks import same_answers, statements
from benchmarks.data import People
from benchmarks.databases import DATABASES, database, postgres_version
from benchmarks.figures import Figures, as_table
from benchmarks.load import generator
from benchmarks.operations import CASES, Case
from benchmarks.servers import ROOT, Failed, Server, answers, running, taking_part

RESULTS = ROOT / "benchmarks" / "results"


class Benchmark:
    """One database, all servers on it."""

    def __init__(self, given: argparse.Namespace, kind: str, urls: dict[str, str], people: People, folder: Path):
        self.given, self.kind, self.urls, self.people, self.folder = given, kind, urls, people, folder
        self.cases = [c for c in CASES if not given.only or any(f" {word} " in f" {c.name} " for word in given.only)]
        self.figures = {(c.name, name): Figures(kind, c.name, name)
                        for c in self.cases for name in taking_part(kind) if _takes(name, c)}
        self.places: dict[str, Place | None] = {}

    async def run(self) -> list[Figures]:
        async with ClientSession(timeout=ClientTimeout(total=120)) as http:
            async with self._servers(counted=True) as servers:
                await self._check(http, servers)
                if self.given.quick:
                    await self._measure(http, servers)
            if not self.given.quick:
                async with self._servers(counted=False) as servers:
                    await self._measure(http, servers)
        return list(self.figures.values())

    async def _measure(self, http: ClientSession, servers: list[Server]) -> None:
        jobs = {(case, server.name): await self._job(http, server, case)
                for case in self.cases for server in self._asked(servers, case)}
        async with generator() as load:
            # round 0 counts for nothing: engines that compile while they run have to get warm
            for n in range(self.given.quick, self.given.rounds + 1):
                for case in self.cases:
                    for server in self._asked(servers[n % len(servers):] + servers[:n % len(servers)], case):
                        self._note(case, server, await load(jobs[case, server.name]), counts=n > 0)
                print(f"  {self.kind}: round {n} of {self.given.rounds}", file=sys.stderr)

    @asynccontextmanager
    async def _servers(self, counted: bool) -> AsyncIterator[list[Server]]:
        async with AsyncExitStack() as stack:
            servers = [running(name, self.urls[name], self.folder, counted=counted) for name in taking_part(self.kind)]
            started = await asyncio.gather(*map(stack.enter_async_context, servers), return_exceptions=True)
            for each in started:
                if isinstance(each, BaseException):
                    raise each
            yield started  # type: ignore[misc]

    def _asked(self, servers: list[Server], case: Case) -> list[Server]:
        """Those of the servers that answer a case."""
        return [server for server in servers if (case.name, server.name) in self.figures]

    async def _check(self, http: ClientSession, servers: list[Server]) -> None:
        for case in self.cases:
            if case.takes == "page":
                self.places[case.asker] = await far_page(http, servers[0], self.people.tokens[case.asker])
            asked = self._asked(servers, case)
            requests = [self._requests(case, server) for server in asked]
            await same_answers(http, asked, case, requests)
            for server, (first, *_) in zip(asked, requests, strict=True):
                self.figures[case.name, server.name].statements = await statements(http, server, first)

    async def _job(self, http: ClientSession, server: Server, case: Case) -> dict[str, Any]:
        """What the load generator asks. Asking once here warms the server up, too."""
        requests = self._requests(case, server)
        answers = [await ask(http, server, request) for request in requests]
        self.figures[case.name, server.name].bytes = len(answers[0].encode())
        return {"port": server.port, "connections": self.given.connections, "seconds": self.given.seconds,
                "requests": [{"text": request.text(server.port), "answer": answer}
                             for request, answer in zip(requests, answers, strict=True)]}

    def _requests(self, case: Case, server: Server) -> list[Request]:
        return requests_of(case, self.people, server.name, self.places.get(case.asker))

    def _note(self, case: Case, server: Server, seen: dict[str, Any], counts: bool) -> None:
        if seen["wrong"]:
            raise Failed(f"{server.name} gave {seen['wrong']} wrong answers to {case.name}, such as {seen['example']}")
        if counts:
            self.figures[case.name, server.name].note(seen["latencies"], seen["elapsed"], server.memory, seen["refused"])


def _takes(server: str, case: Case) -> bool:
    return answers(server, case.operation) and (not case.servers or server in case.servers)


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Everything that a run found. Only where nothing is timed are both databases asked at once."""
    began, about = dt.datetime.now(dt.UTC), machine.about()
    async with AsyncExitStack() as stack:
        made = []
        for kind in given.databases:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tenantry-bench-")))
            urls, people = await stack.enter_async_context(database(kind, given.customers, folder))
            made.append(Benchmark(given, kind, urls, people, folder))
            if kind == "postgres":
                about["postgres"] = await postgres_version(urls["tenantry"])
        if given.quick:
            figures = await asyncio.gather(*(each.run() for each in made))
        else:
            figures = [await each.run() for each in made]
    asked = {name: getattr(given, name) for name in ("customers", "rounds", "seconds", "connections")}
    return {"at": began.isoformat(timespec="seconds"), "machine": about, "asked": asked,
            "figures": [each.told() for found in figures for each in found]}


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="little data, one short slice each: for correctness only")
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5, help="how often each server has its turn at each case")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a turn lasts")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--only", nargs="+", metavar="WORD", help="cases whose names hold a word, such as Q2 or support")
    given = parser.parse_args(words)
    if given.quick:
        given.customers, given.rounds, given.seconds, given.connections = 24, 1, 0.02, 2
    return given


def main() -> None:
    given = arguments()
    try:
        found = asyncio.run(measure(given))
    except Failed as error:
        sys.exit(str(error))
    print(as_table(found))
    if not given.quick:
        RESULTS.mkdir(exist_ok=True)
        file = RESULTS / f"{found['at'][:16].replace(':', '')}.json"
        file.write_text(json.dumps(found, indent=1) + "\n")
        print(f"\nAll figures: {file.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
