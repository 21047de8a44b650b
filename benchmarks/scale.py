"""Measures how long Tenantry alone takes over databases of growing size, for viewers of different sorts.

    python -m benchmarks.scale --keep FOLDER [--customers N …] [--seconds S] [--databases KIND …] [--only WORD …] [--record]

The data stay in the folder; the next run with the same numbers of customers finds them there.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from benchmarks import machine
from benchmarks.asking import COUNT, Place, ask, far_page, requests_of
from benchmarks.data import People
from benchmarks.databases import DATABASES, kept, postgres_version
from benchmarks.figures import percentile
from benchmarks.load import generator
from benchmarks.operations import CASES, Case
from benchmarks.servers import ROOT, Failed, Server, running

CUSTOMERS, MONTHS = (5_000, 50_000, 500_000), 6
VIEWERS = ("platform_admin", "reseller_admin", "overlapping", "mixed")
#: What is asked, by everybody: each read once, and how many customers there are.
READS = [*{case.document: replace(case, name=case.operation) for case in CASES if not case.servers}.values(),
         Case("totalCount", COUNT, "")]

Load = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
#: p50 and p95 in milliseconds; None where the server refused.
Latency = tuple[float, float] | None


async def measured(kind: str, customers: int, given: argparse.Namespace, about: dict[str, Any]) -> dict[str, Latency]:
    """The latency of each read for each viewer, as "viewer read", over one connection. `about` gets the version."""
    found: dict[str, Latency] = {}
    began = perf_counter()
    async with kept(kind, customers, given.keep, MONTHS) as (url, people):
        print(f"  {kind}: there after {perf_counter() - began:.0f} s", file=sys.stderr)
        if kind == "postgres":
            about["postgres"] = await postgres_version(url)
        async with running("tenantry", url, given.keep) as server, generator() as load, \
                ClientSession(timeout=ClientTimeout(total=600)) as http:
            for viewer in VIEWERS:
                for read in given.reads:
                    found[f"{viewer} {read.name}"] = await _latency(
                        http, load, server, replace(read, asker=viewer), people, given.seconds)
    return found


async def _latency(http: ClientSession, load: Load, server: Server, case: Case, people: People, seconds: float) -> Latency:
    try:
        place: Place | None = await far_page(http, server, people.tokens[case.asker]) if case.takes == "page" else None
        requests = requests_of(case, people, server.name, place)
        answers = [await ask(http, server, request) for request in requests]
    except Failed as error:
        print(f"  {case.asker} {case.name}: {error}"[:400], file=sys.stderr)
        return None
    seen = await load({"port": server.port, "connections": 1, "seconds": seconds, "requests": [
        {"text": request.text(server.port), "answer": answer} for request, answer in zip(requests, answers, strict=True)]})
    if seen["wrong"] or not seen["latencies"]:
        print(f"  {case.asker} {case.name}: {seen['example'] or 'refused'}", file=sys.stderr)
        return None
    return percentile(seen["latencies"], 50), percentile(seen["latencies"], 95)


async def grown(given: argparse.Namespace) -> dict[str, Any]:
    """Everything that a run found."""
    began, about = dt.datetime.now(dt.UTC), machine.about()
    found: dict[str, Any] = {}
    for kind in given.databases:
        found[kind] = {str(n): await measured(kind, n, given, about) for n in sorted(given.customers)}
    return {"at": began.isoformat(timespec="seconds"), "machine": about, "seconds": given.seconds, "latencies": found}


def as_growth(found: dict[str, Any]) -> str:
    """A table in Markdown: one line for each read by each viewer, and how many times as long the most customers take as the
    fewest."""
    lines: list[list[str]] = []
    for kind, sizes in found["latencies"].items():
        head = ["database", "viewer", "operation", *(f"{int(n):,} customers" for n in sizes), "×"]
        if not lines:
            lines = [head, ["---"] * 3 + ["---:"] * (len(head) - 3)]
        for key in next(iter(sizes.values())):
            latencies = [each[key] for each in sizes.values()]
            first, last = latencies[0], latencies[-1]
            times = f"{last[0] / first[0]:.1f}" if first and last else "–"
            lines.append([kind, *key.split(), *(f"{each[0]:.1f} / {each[1]:.1f}" if each else "–" for each in latencies), times])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, required=True, metavar="FOLDER", help="where the data stay")
    parser.add_argument("--customers", type=int, nargs="+", default=CUSTOMERS)
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each read is asked by each viewer")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--only", nargs="+", metavar="WORD", help="reads of these names, such as Q6 or totalCount")
    parser.add_argument("--record", action="store_true", help="keep all figures in benchmarks/results")
    given = parser.parse_args(words)
    given.keep = given.keep.resolve()
    (given.keep / "postgres").mkdir(parents=True, exist_ok=True, mode=0o700)
    given.reads = [read for read in READS if not given.only or read.name in given.only]
    return given


def main() -> None:
    given = arguments()
    try:
        found = asyncio.run(grown(given))
    except Failed as error:
        sys.exit(str(error))
    print(as_growth(found))
    if given.record:
        file = ROOT / "benchmarks" / "results" / f"scale-{found['at'][:16].replace(':', '')}.json"
        file.write_text(json.dumps(found, indent=1) + "\n")
        print(f"\nAll figures: {file.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
