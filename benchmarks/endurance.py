"""Asks Tenantry many things for long, new documents among them, and prints how its memory develops.

    python -m benchmarks.endurance [--requests N] [--customers N] [--database KIND] [--connections N] [--only WORD …]
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from benchmarks.asking import Request, ask, far_page, requests_of
from benchmarks.data import People
from benchmarks.databases import DATABASES, database
from benchmarks.load import generator
from benchmarks.operations import CASES
from benchmarks.servers import Failed, Server, running

#: How many requests of each case are asked in turn, beside how many documents that nobody has asked before, for how long
#: until there are other new ones.
OF_EACH, NEW, SECONDS = 20, 60, 2.0
FIELDS = ("id name status mrr { amount }", "name primaryAdmin { displayName }", "name contracts { totalCount nodes { title } }",
          "id invoices(first: 2) { totalCount nodes { number total { amount } } }", "name users { nodes { email } }")
CACHED = re.compile(rb'^tenantry_cache_entries{cache="(\w+)"} (\S+)', re.M)
HEAD = ("of all", "requests", "requests/s", "refused", "documents", "plans", "MB resident")


def new_documents(people: People) -> Iterator[Request]:
    """Documents without end, each unlike any other, asked by everybody in turn."""
    for n, token in zip(count(), cycle(people.tokens.values())):
        document = f"query New{n} {{ a{n}: customers(first: {1 + n % 20}) {{ nodes {{ {FIELDS[n % len(FIELDS)]} }} }} }}"
        yield Request.of(token, document, f"New{n}", {})


async def known_documents(http: ClientSession, server: Server, people: People, only: list[str]) -> list[Request]:
    """Every operation of the benchmark, or some, by everybody who asks it there."""
    found = []
    for case in (case for case in CASES if not only or case.name.split()[0] in only):
        place = await far_page(http, server, people.tokens[case.asker]) if case.takes == "page" else None
        requests = requests_of(case, people, server.name, place)
        found += list(islice(cycle(requests), OF_EACH))
    return found


class Endurance:
    """One server, asked until enough is answered."""

    def __init__(self, given: argparse.Namespace, server: Server):
        self.given, self.server = given, server
        self.answered = self.refused = 0
        self.memory: list[int] = []

    async def run(self, http: ClientSession, people: People) -> None:
        known, new = await known_documents(http, self.server, people, self.given.only), new_documents(people)
        print("| " + " | ".join(HEAD) + " |\n|" + "---:|" * len(HEAD))
        began = perf_counter()
        async with generator() as load:
            while self.answered < self.given.requests:
                await self._asked(load, [*islice(new, NEW), *known])
                while self.answered >= self.given.requests * (len(self.memory) + 1) / 20:
                    await self._tell(http, perf_counter() - began)
        print(f"\nFrom a quarter of the requests to the last: {self.memory[-1] - self.memory[4]:+d} MB")

    async def _asked(self, load: Any, requests: list[Request]) -> None:
        job = {"port": self.server.port, "connections": self.given.connections, "seconds": SECONDS,
               "requests": [{"text": request.text(self.server.port), "answer": ""} for request in requests]}
        seen = await load(job)
        if seen["wrong"]:
            raise Failed(f"{seen['wrong']} answers were wrong, such as {seen['example']}")
        self.answered += len(seen["latencies"])
        self.refused += seen["refused"]

    async def _tell(self, http: ClientSession, seconds: float) -> None:
        async with http.get(f"http://127.0.0.1:{self.server.port}/metrics") as response:
            cached = dict(CACHED.findall(await response.read()))
        self.memory.append(self.server.memory >> 20)
        line = (f"{len(self.memory) * 5} %", f"{self.answered:,}", f"{self.answered / seconds:.0f}", self.refused,
                f"{float(cached[b'documents']):.0f}", f"{float(cached[b'plans']):.0f}", self.memory[-1])
        print("| " + " | ".join(map(str, line)) + " |", flush=True)


async def endure(given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="tenantry-endurance-") as name:
        folder = Path(name)
        async with database(given.database, given.customers, folder) as (urls, people), \
                running("tenantry", urls["tenantry"], folder) as server, \
                ClientSession(timeout=ClientTimeout(total=120)) as http:
            await ask(http, server, next(new_documents(people)))
            await Endurance(given, server).run(http, people)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endurance", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--database", choices=DATABASES, default="postgres")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="operations beside the new documents, such as Q1")
    try:
        asyncio.run(endure(parser.parse_args()))
    except Failed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
