"""More requests than a server can do: those beyond its lanes are told so at once, and the others are answered."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from time import perf_counter

import asyncpg
import orjson
import pytest

from server.admission import REST, Admission, Overloaded
from server.settings import Settings
from tests.client import PASSWORD, SIGN_IN, Person, Raw
from tests.conftest import Serve
from tests.edge.wire import head, reply, send, wired
from tests.servers import Server

SOMEBODY = "regular@brightline.example"
READ = "{ customers { totalCount } }"
WAITING, SECONDS = 3, 3.0
SMALL = {"TENANTRY_READS_UNDER_WAY": "1", "TENANTRY_CHANGES_UNDER_WAY": "1", "TENANTRY_REQUESTS_WAITING": str(WAITING),
         "TENANTRY_WAITING_SECONDS": str(SECONDS), "TENANTRY_STATEMENT_SECONDS": "30", "TENANTRY_REQUEST_SECONDS": "60"}


@pytest.fixture(scope="module")
async def narrow(serve: Serve, create_postgres: Callable[[str], Awaitable[str]]) -> Server:
    """A server that works on one query and one mutation at a time, lets three more wait, each for three seconds."""
    return await serve(await create_postgres("load"), **SMALL)


@asynccontextmanager
async def nothing_read(server: Server):
    """Within, whoever asks the database for customers waits."""
    connection = await asyncpg.connect(server.database_url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE customer IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def timed(work: Awaitable[Raw]) -> tuple[Raw, float]:
    begun = perf_counter()
    return await work, perf_counter() - begun


async def figure(server: Server, name: str, kind: str) -> float:
    text = (await send(server, method="GET", path="/metrics")).body.decode()
    return float(re.search(rf'^tenantry_{name}{{kind="{kind}"}} (\S+)', text, re.M)[1])


async def reads(server: Server, number: int) -> None:
    """Until so many queries are under way or wait."""
    async with asyncio.timeout(20):
        while number != (await figure(server, "requests_under_way", "read")  # noqa: ASYNC110 - nothing tells when
                         + await figure(server, "requests_waiting", "read")):
            await asyncio.sleep(0.01)


def is_shed(answer: Raw) -> bool:
    status, headers, body = answer
    return (status, headers.get("Retry-After"), b"OVERLOADED" in body) == (503, "3", True)


async def test_an_overloaded_server_sheds_at_once_lets_nobody_wait_beyond_the_limit_and_recovers(narrow: Server) -> None:
    person = Person(narrow, SOMEBODY)
    assert (await person.ask(READ))["data"]["customers"]["totalCount"] == 2
    before = await figure(narrow, "requests_shed_total", "read")
    async with nothing_read(narrow):
        under_way = asyncio.create_task(person.raw(READ))
        await reads(narrow, 1)
        waiting = [asyncio.create_task(timed(person.raw(READ))) for _ in range(WAITING)]
        await reads(narrow, 1 + WAITING)
        assert all(map(is_shed, await asyncio.gather(*(person.raw(READ) for _ in range(20)))))
        assert not any(task.done() for task in (under_way, *waiting)), "to refuse takes no time"
        for path in ("/live", "/ready", "/metrics"):
            assert (await send(narrow, method="GET", path=path)).status == 200
        for answer, seconds in await asyncio.gather(*waiting):
            assert is_shed(answer)
            assert SECONDS * 0.9 < seconds < SECONDS + 10
    assert (await under_way)[0] == 200
    assert await figure(narrow, "requests_shed_total", "read") == before + 20 + WAITING
    answers = await asyncio.gather(*(person.raw(READ) for _ in range(1 + WAITING)))
    assert [status for status, _, _ in answers] == [200] * (1 + WAITING)
    await reads(narrow, 0)


async def test_those_who_wait_are_answered_in_the_order_in_which_they_came(narrow: Server) -> None:
    person, order = Person(narrow, SOMEBODY), []

    async def ask(name: int) -> None:
        await person.raw(READ)
        order.append(name)

    await person.token()
    async with asyncio.TaskGroup() as tasks, nothing_read(narrow):
        for name in range(1 + WAITING):
            tasks.create_task(ask(name))
            await reads(narrow, 1 + name)
    assert order == [0, 1, 2, 3]


async def test_many_who_sign_in_at_once_do_not_keep_those_who_read_from_it(narrow: Server) -> None:
    person = Person(narrow, SOMEBODY)
    await person.token()
    # of nobody, whose password takes as long to check as that of somebody who is not of a test's story
    given = [{"input": {"email": f"nobody{n}@x.example", "password": PASSWORD}} for n in range(30)]
    flood = [asyncio.create_task(Person(narrow).raw(SIGN_IN, each)) for each in given]
    answers = [await person.raw(READ) for _ in range(5)]
    assert [status for status, _, _ in answers] == [200] * 5
    answers = await asyncio.gather(*flood)
    assert all(answer[0] == 200 or is_shed(answer) for answer in answers)
    assert sum(status == 200 for status, _, _ in answers) > 0
    assert sum(map(is_shed, answers)) == await figure(narrow, "requests_shed_total", "change") > 0


async def test_a_client_who_leaves_gives_up_the_place_in_the_queue(narrow: Server) -> None:
    person = Person(narrow, SOMEBODY)
    await person.token()
    async with nothing_read(narrow):
        tasks = [asyncio.create_task(person.raw(READ)) for _ in range(1 + WAITING)]
        await reads(narrow, 1 + WAITING)
        for task in tasks:
            task.cancel()
        await reads(narrow, 0)
    assert (await person.raw(READ))[0] == 200


async def test_who_asks_again_at_once_is_heard_a_little_later(narrow: Server) -> None:
    token = await Person(narrow, SOMEBODY).token()
    body = orjson.dumps({"query": READ})
    asked = head({"Content-Type": "application/json", "Content-Length": str(len(body)), "Authorization": f"Bearer {token}"}) + body
    async with nothing_read(narrow):
        tasks = [asyncio.create_task(Person(narrow, SOMEBODY).raw(READ)) for _ in range(1 + WAITING)]
        await reads(narrow, 1 + WAITING)
        async with wired(narrow) as (reader, writer):
            begun = perf_counter()
            writer.write(asked)
            assert (await reply(reader)).code == "OVERLOADED"
            writer.write(asked)
            again = await reply(reader)
            assert perf_counter() - begun > REST * 0.9
            assert (again.status, again.code) == (503, "OVERLOADED")
    await asyncio.gather(*tasks)
    await reads(narrow, 0)


async def test_hundreds_who_come_at_once_are_all_let_in(narrow: Server) -> None:
    async with AsyncExitStack() as stack:
        connections = await asyncio.gather(*(stack.enter_async_context(wired(narrow)) for _ in range(300)))
        for _, writer in connections:
            writer.write(head({}, "GET", "/live"))
        answers = await asyncio.gather(*(reply(reader) for reader, _ in connections))
    assert [answer.status for answer in answers] == [200] * 300


# -- lanes

@pytest.mark.parametrize("text", ["mutation { a }", "query A { a } mutation B { b }", "fragment F on Mutation { a } mutation{...F}",
                                  "\ufeff,,,mutation#\n{a}"])
def test_no_mutation_takes_the_lane_of_the_queries(text: str) -> None:
    admission = Admission(Settings())
    assert admission.lane(text) is admission.lanes["change"]
    assert admission.lane("{ customers { totalCount } }") is admission.lanes["read"]


async def test_the_last_place_is_never_lost() -> None:
    admission = Admission(Settings(reads_under_way=1, requests_waiting=1, waiting_seconds=0.01))
    lane = admission.lanes["read"]
    await lane.take()
    for _ in range(3):
        with pytest.raises(Overloaded):
            await lane.take()
    assert (lane.free, lane.waiting, lane.refused) == (0, 0, 3)
    lane.give(None)
    await lane.take()
    assert (lane.free, lane.waiting) == (0, 0)
