"""Background work by real processes: killed, paused, stopped and woken; and inside the server."""

import asyncio
import datetime as dt
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from models.bells import hearing, listen, ring
from models.jobs import Job, JobState, enqueue
from models.transaction import settle, sql_rows, unit_of_work
from models.wall import WRITER
from tests import servers
from tests.client import Person
from tests.edge.wire import send
from tests.forked import Forked, environment
from tests.servers import Server
from tests.stored import connected, furnish
from tests.ticking import tick

DAY = dt.timedelta(days=1)
Create = Callable[[str], Awaitable[str]]


def wall_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def ask(name: str, key: str, **args: Any) -> None:
    await unit_of_work(partial(enqueue, name, args, key=key, due=wall_clock()))


async def until(holds: Callable[[], Awaitable[Any]], seconds: float = 40) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.03)


async def in_state(key: str, *states: JobState) -> bool:
    return await Job.filter(key=key, state__in=[state.name for state in states]).exists()


async def done(key: str) -> bool:
    return await in_state(key, JobState.DONE)


# -- processes of their own

@dataclass
class Crew:
    """Worker processes on a database, what their jobs did there, and where they write."""

    url: str
    folder: Path
    processes: list[Forked] = field(default_factory=list)

    async def start(self, program: str = "tests.edge.working", **settings: str) -> Forked:
        output = self.folder / f"worker-{len(self.processes)}.log"
        process = Forked(["work"], environment(TENANTRY_DATABASE_URL=self.url, **settings), output, program=program)
        self.processes.append(process)

        async def works() -> bool:
            assert process.returncode is None, output.read_text()
            return output.exists() and "Working\n" in output.read_text()
        await until(works, seconds=90)
        return process

    async def effects(self, table: str = "effect") -> list[tuple[str, int]]:
        return [(row["key"], row["pid"]) for row in await sql_rows(f"select key, pid from {table} order by key")]

    async def in_a_job(self, process: Forked) -> bool:
        """Whether it has left an effect in a transaction that is open."""
        return bool(await sql_rows("select 1 from pg_stat_activity where datname = current_database() "
                                   "and state = 'idle in transaction' and query ~ 'into effect'"))


async def make_room(url: str) -> None:
    """Tables of effects, beside the product's own: among those, one of which nobody says whose its rows are stops the server."""
    database = await asyncpg.connect(url)
    await database.execute(f"""alter database {urlsplit(url).path[1:]} set search_path to public, beside;
        create schema beside; grant usage on schema beside to {WRITER}""")
    for table in ("effect", "begun", "dated"):
        await database.execute(f"create table beside.{table} (key text, pid int); grant insert on beside.{table} to {WRITER}")
    await database.close()


@asynccontextmanager
async def crew_on(url: str, folder: Path) -> AsyncIterator[Crew]:
    await furnish(url, story=False)
    crew = Crew(url, folder)
    try:
        await make_room(url)
        async with connected(url):
            yield crew
            await settle()
    finally:
        for process in crew.processes:
            if process.returncode is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                await process.wait()


@pytest.fixture
async def crew(create_postgres: Create, tmp_path: Path) -> AsyncIterator[Crew]:
    async with crew_on(await create_postgres("crew"), tmp_path) as crew:
        yield crew


@pytest.mark.case(146)
async def test_a_job_whose_worker_is_killed_in_the_middle_is_done_by_another_one_and_has_one_effect(crew: Crew) -> None:
    killed = await crew.start()
    await ask("slow", "contested", seconds=2)
    await until(partial(crew.in_a_job, killed))
    killed.kill()
    await killed.wait()
    assert await crew.effects() == []
    other = await crew.start()
    await until(partial(done, "contested"))
    assert await crew.effects() == [("contested", other.pid)]
    assert (await Job.get(key="contested")).attempts == 2


@pytest.mark.case(145)
async def test_a_worker_paused_in_the_middle_of_its_transaction_loses_the_job_to_another_one(crew: Crew) -> None:
    paused = await crew.start()
    await ask("slow-idle", "contested", seconds=0.5)
    await until(partial(crew.in_a_job, paused))
    paused.send_signal(signal.SIGSTOP)
    other = await crew.start()
    await until(partial(done, "contested"))
    assert await crew.effects() == [("contested", other.pid)]
    other.kill()
    await other.wait()
    paused.send_signal(signal.SIGCONT)
    await ask("slow", "after it", seconds=0)
    await until(partial(done, "after it"))
    assert await crew.effects() == [("after it", paused.pid), ("contested", other.pid)]


@pytest.mark.case(145)
async def test_a_worker_paused_past_its_lease_outside_of_a_transaction_stores_nothing(crew: Crew) -> None:
    paused = await crew.start()
    await ask("outside", "contested", seconds=1)
    await until(partial(crew.effects, "begun"))
    paused.send_signal(signal.SIGSTOP)
    other = await crew.start()
    await until(partial(done, "contested"))
    paused.send_signal(signal.SIGCONT)
    await ask("slow", "after it", seconds=0)
    await until(partial(done, "after it"))
    await asyncio.sleep(1.5)  # what the paused one had in hand would be over
    assert await crew.effects("begun") == [("contested", paused.pid), ("contested", other.pid)]
    assert [key for key, _ in await crew.effects()] == ["after it", "contested"]
    assert ("contested", other.pid) in await crew.effects()


@pytest.mark.case(134, 146)
async def test_each_due_date_has_one_effect_though_workers_are_killed_and_started_anew(crew: Crew) -> None:
    for _ in range(3):
        pair = await asyncio.gather(crew.start(), crew.start())
        await asyncio.sleep(1.5)
        for process in pair:
            process.kill()
            await process.wait()
    last = await crew.start()
    some = len(await crew.effects("dated"))

    async def caught_up() -> bool:
        left = await Job.filter(name="each-second").exclude(state=JobState.DONE.name).count()
        return len(await crew.effects("dated")) > some + 3 and left == 0
    await until(caught_up)
    last.kill()
    await last.wait()
    dates = [dt.datetime.fromisoformat(key.removeprefix("each-second@")) for key, _ in await crew.effects("dated")]
    assert len(dates) > 6
    assert dates == [dates[0] + dt.timedelta(seconds=number) for number in range(len(dates))]


async def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(crew: Crew) -> None:
    worker = await crew.start()
    await ask("slow", "in hand", seconds=1.5)
    await until(partial(crew.in_a_job, worker))
    worker.send_signal(signal.SIGTERM)
    await ask("slow", "too late", seconds=0)
    async with asyncio.timeout(15):
        assert await worker.wait() == 0
    assert await crew.effects() == [("in hand", worker.pid)]
    assert await in_state("too late", JobState.QUEUED)


async def test_a_worker_is_woken_by_another_process_within_a_second_even_after_its_connection_was_cut(crew: Crew) -> None:
    await crew.start(ROUND="300")
    await asyncio.sleep(0.5)
    await ask("slow", "first", seconds=0)
    await until(partial(done, "first"), seconds=1)
    cut = await sql_rows("select pg_terminate_backend(pid) as done from pg_stat_activity "
                         "where datname = current_database() and query ilike 'listen%'")
    assert [row["done"] for row in cut] == [True]
    await ask("slow", "unheard", seconds=0)
    await until(partial(done, "unheard"), seconds=5)  # once it hears again it looks
    await ask("slow", "second", seconds=0)
    await until(partial(done, "second"), seconds=1)


async def test_servers_may_leave_the_work_to_processes_of_its_own(create_postgres: Create, tmp_path: Path) -> None:
    url = await create_postgres("left")
    server = await servers.start(url, tmp_path / "server.log", TENANTRY_JOBS="false")
    try:
        async with crew_on(url, tmp_path) as crew:
            await ask("clean-up", "by hand")
            await asyncio.sleep(4)
            assert await in_state("by hand", JobState.QUEUED)
            worker = await crew.start("server.__main__")
            await until(partial(done, "by hand"))
            worker.send_signal(signal.SIGTERM)
            assert await worker.wait() == 0
    finally:
        await server.stop()


# -- inside the server

async def figure(server: Server, name: str, /, **labels: str) -> float:
    text = (await send(server, method="GET", path="/metrics")).body.decode()
    wanted = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return sum(float(value) for found, value in re.findall(rf"^{name}{{(.*)}} (\S+)", text, re.M) if wanted in found)


async def test_the_server_does_the_work_itself_and_tells_of_it(server: Server) -> None:
    before = await figure(server, "tenantry_job_tries_total", name="clean-up", outcome="done")
    key = f"by hand, {wall_clock()}"
    async with connected(server.database_url):
        await ask("clean-up", key)
        await settle()
        await until(partial(done, key), seconds=10)
    assert await figure(server, "tenantry_job_tries_total", name="clean-up", outcome="done") > before
    assert await figure(server, "tenantry_jobs", state="dead") == 0


async def test_the_clock_can_be_turned_on_beside_the_running_server(server: Server) -> None:
    """The server does not do what is due tomorrow only, and the turned clock leaves the server's own dates alone."""
    key, tomorrow = f"tomorrow, {wall_clock()}", wall_clock() + DAY

    async def dates() -> set[str]:
        return {job.key for job in await Job.filter(key__contains="@", due__gt=wall_clock())}
    async with connected(server.database_url):
        await unit_of_work(partial(enqueue, "clean-up", key=key, due=tomorrow))
        await asyncio.sleep(0.5)
        assert await in_state(key, JobState.QUEUED)
        before = await dates()
    assert await tick(server, wall_clock(), "clean-up") == 1
    person = Person(server, "regular@brightline.example")
    asked = [person.ask("{ customers { totalCount } }") for _ in range(10)]
    signed_in = [Person(server, "readonly@brightline.example").token() for _ in range(3)]
    ran, *answers = await asyncio.gather(tick(server, tomorrow, "clean-up"), *asked, *signed_in)
    assert ran == 2  # the date and the job
    assert all("errors" not in answer for answer in answers[:10])
    async with connected(server.database_url):
        assert await in_state(key, JobState.DONE)
        assert await dates() == before
        await Job.filter(key=key).delete()
    with pytest.raises(ValueError, match="turned on"):
        await tick(server, wall_clock() - DAY)


# -- bells

async def test_bells_are_heard_from_other_processes_and_not_twice_from_the_own(create_postgres: Create) -> None:
    url, heard = await create_postgres("bells"), []
    other = await asyncpg.connect(url)
    async with connected(url), hearing(url):
        with listen("tests", lambda: heard.append("tests")), listen("others", lambda: heard.append("others")):
            async def listening() -> bool:
                return bool(await other.fetchval("select count(*) from pg_stat_activity where datname = current_database() "
                                                 "and query ilike 'listen%'"))
            await until(listening)
            await asyncio.sleep(0.2)
            heard.clear()
            await other.execute("select pg_notify('tenantry_bells', 'tests somebody-else')")
            await until(partial(asyncio.sleep, 0, heard), seconds=5)
            assert heard == ["tests"]
            await unit_of_work(_ring)
            await asyncio.sleep(0.3)  # what is sent to all comes back
            assert heard == ["tests", "others"]
        await settle()
    await other.close()


async def _ring() -> None:
    ring("others")
