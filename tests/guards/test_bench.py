"""The benchmark runs, asks every server the same, and takes no answer that differs. What it takes is never judged."""

import asyncio
import json
import os
import random
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from benchmarks import servers
from benchmarks.asking import Request, far_page
from benchmarks.checks import WARMING, same_answers, statements
from benchmarks.figures import Figures, as_table
from benchmarks.operations import CASES
from benchmarks.refusals import table
from benchmarks.scale import as_growth
from benchmarks.servers import Failed, Server

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"\| (?P<database>\w+) \| (?P<case>[^|]+) \| (?P<server>[\w-]+) \|.*\| 0 \| (?P<statements>\d+) \| \d+ \| \S+ \| \S+ \|")
ANYTHING = Request("token", b"{}")
#: The rest of it, SQLite, and the peers for Node are run beside the tests: see .ci/run.
ASKED = ("Q1", "Q2", "Q9")
WITHHELD = [{"path": "a"}, {"path": "b"}]


async def test_all_servers_answer_alike_and_tenantry_asks_its_database_once(postgres_url: str) -> None:
    assert postgres_url, "starts the PostgreSQL that the benchmark finds in the environment"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.run", "--quick", "--databases", "postgres", "--only", *ASKED, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    output, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    rows = [match.groupdict() for match in ROW.finditer(output.decode())]
    ours = [row for row in rows if row["server"] in ("tenantry", "naive", "limit")]  # the others take part where they are installed
    assert {(row["database"], row["case"], row["server"]) for row in ours} == {
        ("postgres", case.name, server) for case in CASES if case.name.split()[0] in ASKED
        for server in case.servers or ("tenantry", "naive", "limit")}
    reads = [row for row in ours if row["case"] != "Q9 links changed"]
    assert {row["statements"] for row in reads if row["server"] != "naive"} == {"1"}
    assert all(int(row["statements"]) > 2 for row in reads if row["server"] == "naive" and row["case"].startswith("Q2"))


@pytest.fixture
async def answering() -> AsyncIterator[Any]:
    """`await answering(body)` is a server that says the same to everybody."""
    started: list[TestServer] = []

    async def start(name: str, answer: Any) -> Server:
        async def say(_: web.Request) -> web.Response:
            return web.json_response(answer)
        app = web.Application()
        app.router.add_post("/graphql", say)
        started.append(TestServer(app))
        await started[-1].start_server()
        return Server(name, started[-1].port, process=None, log=Path("/dev/null"), statements=None)  # type: ignore[arg-type]

    yield start
    for server in started:
        await server.close()


@pytest.mark.parametrize(("answer", "said"), [
    ({"data": {"customers": {"nodes": [{"name": "Acme"}, {"name": "Beta"}]}}}, "answer.data.customers.nodes.1.name is Beta"),
    ({"data": {"customers": {"nodes": [{"name": "Acme"}]}}}, "answer.data.customers.nodes is"),
    ({"data": {"customers": {"nodes": [{"name": "Acme"}, {"name": None}]}}, "extensions": {"withheld": WITHHELD}}, "answer is"),
])
async def test_a_server_that_answers_differently_is_an_error(answering: Any, answer: Any, said: str) -> None:
    first = await answering("tenantry", {"data": {"customers": {"nodes": [{"name": "Acme"}, {"name": None}]}}})
    other = await answering("naive", answer)
    async with ClientSession() as http:
        with pytest.raises(Failed, match=re.escape(f"naive differs from tenantry in {CASES[1].name}: {said}")):
            await same_answers(http, [first, other], CASES[1], [[ANYTHING], [ANYTHING]])


async def test_the_order_of_keys_and_of_what_is_withheld_says_nothing(answering: Any) -> None:
    one = await answering("tenantry", {"data": {"a": 1, "b": None}, "extensions": {"withheld": WITHHELD}})
    other = await answering("limit", {"extensions": {"withheld": WITHHELD[::-1]}, "data": {"b": None, "a": 1}})
    async with ClientSession() as http:
        await same_answers(http, [one, other], CASES[1], [[ANYTHING], [ANYTHING]])


async def test_a_server_that_does_not_tell_what_is_withheld_is_compared_by_its_data(answering: Any) -> None:
    data = {"customers": {"nodes": [{"name": None}]}}
    first = await answering("tenantry", {"data": data, "extensions": {"withheld": WITHHELD}})
    other, silent = await answering("mercurius", {"data": data}), await answering("naive", {"data": data})
    wrong = await answering("yoga", {"data": {"customers": {"nodes": [{"name": "Acme"}]}}})
    async with ClientSession() as http:
        await same_answers(http, [first, other], CASES[1], [[ANYTHING], [ANYTHING]])
        for server in (silent, wrong):
            with pytest.raises(Failed, match=f"{server.name} differs"):
                await same_answers(http, [first, server], CASES[1], [[ANYTHING], [ANYTHING]])


def test_the_benchmark_goes_on_without_peers_that_are_not_installed(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(servers, "NODE_PEERS", tmp_path)
    servers.has_node_peers.cache_clear()
    try:
        assert servers.taking_part("postgres") == ("tenantry", "naive", "limit", "ariadne")
        assert "Going on without the peers for Node" in capsys.readouterr().err
    finally:
        servers.has_node_peers.cache_clear()


@pytest.mark.parametrize("answer", [
    {"data": {"customers": None}}, {"data": {"customers": {}}, "errors": [{}]},
    {"data": {"back": {"userErrors": [{"code": "NOT_FOUND"}], "grant": None}}},
])
async def test_an_answer_with_nothing_to_compare_is_an_error(answering: Any, answer: Any) -> None:
    servers = [await answering("tenantry", answer), await answering("naive", answer)]
    async with ClientSession() as http:
        with pytest.raises(Failed, match="tenantry has no answer"):
            await same_answers(http, servers, CASES[1], [[ANYTHING], [ANYTHING]])


async def test_statements_are_those_of_the_cheaper_of_two_requests_to_a_warm_server(tmp_path: Path) -> None:
    counter, asked = tmp_path / "statements", []

    async def answer(_: web.Request) -> web.Response:
        asked.append(1)
        with counter.open("a") as file:  # a connection is new to each of the first, and one later notes an activity
            file.write("." * (9 if len(asked) <= WARMING else 6 if len(asked) == WARMING + 1 else 2))
        return web.json_response({})
    app = web.Application()
    app.router.add_post("/graphql", answer)
    counter.touch()
    async with TestServer(app) as running, ClientSession() as http:
        server = Server("tenantry", running.port, process=None, log=counter, statements=counter)  # type: ignore[arg-type]
        assert await statements(http, server, ANYTHING) == 2


async def test_a_page_far_down_begins_in_the_middle_of_a_short_list_after_the_same_customer_for_everybody() -> None:
    asked: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        asked.append(body["variables"])
        page = {"totalCount": 301, "pageInfo": {"endCursor": f"cursor {len(asked)}"},
                "nodes": [{"id": f"cus_{n}"} for n in range(body["variables"].get("first", 1))]}
        return web.json_response({"data": {"customers": page}})
    app = web.Application()
    app.router.add_post("/graphql", answer)
    async with TestServer(app) as running, ClientSession() as http:
        server = Server("tenantry", running.port, process=None, log=Path("/dev/null"), statements=None)  # type: ignore[arg-type]
        place = await far_page(http, server, "token")
    assert asked[1:] == [{"first": 100, "after": None}, {"first": 50, "after": "cursor 2"}]
    assert place is not None and (place.seen_by("tenantry"), place.seen_by("limit")) == ("cursor 3", "cus_49")


def test_ratios_compare_within_rounds() -> None:
    def figures(server: str, *rates: float) -> dict[str, Any]:
        found = Figures("sqlite", "Q1 point", server, statements=2)
        for rate in rates:
            found.note([1 / rate] * 10, 10 / rate, 2**20)
        return json.loads(json.dumps(found.told()))  # type: ignore[no-any-return]

    # the machine was busy in the second round: it slowed each server down by half
    found = [figures("tenantry", 100, 50, 100), figures("naive", 10, 5, 10), figures("limit", 200, 100, 200)]
    lines = as_table({"figures": found}).splitlines()
    alone = as_table({"figures": [figures("tenantry", 100)]}).splitlines()
    assert alone[2] == "| sqlite | Q1 point | tenantry | 100 | 10.0 | 10.0 | 0 | 2 | 1 | 1.0 | – |"
    assert lines[2] == "| sqlite | Q1 point | tenantry | 100 | 10.0 | 20.0 | 0 | 2 | 1 | 1.0 | 0.50 |"
    assert lines[3] == "| sqlite | Q1 point | naive | 10.0 | 100.0 | 200.0 | 0 | 2 | 1 | 10.0 | 0.05 |"


async def test_growth_is_measured_over_databases_that_are_found_again(tmp_path: Path) -> None:
    async def run(*customers: int) -> list[str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.scale", "--keep", str(tmp_path / "kept"), "--databases", "sqlite", "--customers",
            *map(str, customers), "--seconds", "0.01", "--only", "Q1", "totalCount", cwd=ROOT, env=os.environ,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        output, said = await process.communicate()
        assert process.returncode == 0, said.decode()
        return output.decode().splitlines()
    table = await run(24, 30)
    made = (tmp_path / "kept" / "24.sqlite").stat().st_ino
    again = await run(24)
    assert table[0] == "| database | viewer | operation | 24 customers | 30 customers | × |"
    assert again[0] == "| database | viewer | operation | 24 customers | × |"
    for lines in (table, again):
        assert [line.split(" | ")[1:3] for line in lines[2:]] == [
            [viewer, read] for viewer in ("platform_admin", "reseller_admin", "overlapping", "mixed") for read in ("Q1", "totalCount")]
        assert not any("–" in line for line in lines), "every read was answered"
    assert (tmp_path / "kept" / "24.sqlite").stat().st_ino == made


def test_growth_tells_where_a_read_was_refused() -> None:
    found = {"latencies": {"sqlite": {"5000": {"mixed Q1": [1.0, 2.0], "mixed Q6": [2.0, 2.5]},
                                      "500000": {"mixed Q1": [1.2, 2.2], "mixed Q6": None}}}}
    assert as_growth(found).splitlines()[2:] == ["| sqlite | mixed | Q1 | 1.0 / 2.0 | 1.2 / 2.2 | 1.2 |",
                                                 "| sqlite | mixed | Q6 | 2.0 / 2.5 | – | – |"]


def test_the_page_shows_runs_as_they_are_kept() -> None:
    page = (ROOT / "docs" / "performance.md").read_text()
    kept = re.findall(r"\]\(\.\./(benchmarks/results/(scale-)?\S+\.json)\)", page)
    assert len(kept) >= 3
    for file, is_growth in kept:
        assert (as_growth if is_growth else as_table)(json.loads((ROOT / file).read_text())) in page


@pytest.mark.case(60)
def test_a_refusal_that_takes_longer_than_the_others_is_told_apart_from_one_on_a_busy_machine() -> None:
    chance = random.Random(1)
    busy = [chance.uniform(0.1, 0.3) for _ in range(200)]  # what a round meets touches each of its tries

    def times(more: float) -> list[float]:
        return [each + chance.gauss(more, 0.002) for each in busy]
    alike, apart = table({"unknown": times(0), "wrong": times(0), "locked": times(0)})
    assert not apart and alike.count("\n") == 4
    assert table({"unknown": times(-0.002), "wrong": times(0), "locked": times(0)})[1], "two milliseconds in two hundred"
