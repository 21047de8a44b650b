"""PostgreSQL out of reach in every way it can be, at every statement of a change: what was acknowledged is there once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from time import monotonic

import asyncpg
import pytest

from tests.client import Person, Raw
from tests.conftest import Serve
from tests.edge.wire import send
from tests.faults.proxy import Change, Fate, Proxy
from tests.faults.told import ADMIN, Told, answers_on
from tests.servers import Server
from tests.stored import furnish

READ = "{ customers { totalCount } }"
NUMBERS = count()
SETTINGS = {"TENANTRY_STATEMENT_SECONDS": "1", "TENANTRY_ACQUIRE_SECONDS": "1", "TENANTRY_REQUEST_SECONDS": "4",
            "TENANTRY_READ_CONNECTIONS": "2", "TENANTRY_WRITE_CONNECTIONS": "2"}


@dataclass
class Behind:
    """A server behind a proxy, and what its clients were told."""

    server: Server
    proxy: Proxy
    database_url: str
    told: Told

    def address(self) -> str:
        return f"lost-{next(NUMBERS)}@brightline.example"

    async def status(self, path: str) -> int:
        return (await send(self.server, method="GET", path=path)).status

    async def read(self) -> Raw:
        return await Person(self.server, ADMIN).raw(READ)

    async def recovered(self) -> None:
        """It answers on, and has all that it acknowledged."""
        async with asyncio.timeout(30):
            while (await self.read())[0] != 200 or await self.status("/ready") != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await answers_on(self.server, self.told, self.address())
        await self.told.held(self.database_url)


@pytest.fixture(scope="module")
async def behind(create_postgres: Callable[[str], Awaitable[str]], serve: Serve) -> AsyncIterator[Behind]:
    url = await create_postgres("behind")
    await furnish(url, story=True)
    proxy = Proxy(url)
    await proxy.open()
    behind = Behind(await serve(proxy.url, **SETTINGS), proxy, url, Told())
    await answers_on(behind.server, behind.told, behind.address())
    yield behind
    await proxy.close()


def code(answer: dict) -> str | None:
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else None


@pytest.mark.case(88, 137)
async def test_a_connection_cut_at_any_statement_of_a_change_leaves_it_whole_or_undone_and_a_repetition_makes_it_once(
        behind: Behind) -> None:
    seen: list[str] = []
    for step in count():
        async def cut(at: int, sql: str) -> Fate:
            return Fate.CUT if at == step else Fate.PASSES  # noqa: B023
        change = behind.proxy.meet = Change(cut)
        email = behind.address()
        answer = await behind.told.invite(behind.server, email)
        behind.proxy.meet = None
        if len(change.statements) <= step:
            break
        seen = change.statements
        assert code(answer) == "UNAVAILABLE", (seen[-1], answer)
        assert ("may be made all the same" in answer["errors"][0]["message"]) == seen[-1].startswith("COMMIT")
        await behind.told.insist(behind.server, email)
    assert step > 6 and seen[-1].startswith("COMMIT")
    await behind.recovered()


@pytest.mark.case(88, 137)
async def test_a_change_that_is_committed_unheard_is_told_as_doubtful_and_a_repetition_finds_it_made(behind: Behind) -> None:
    async def unheard(at: int, sql: str) -> Fate:
        return Fate.UNHEARD if sql.startswith("COMMIT") else Fate.PASSES
    behind.proxy.meet, email = Change(unheard), behind.address()
    answer = await behind.told.invite(behind.server, email)
    behind.proxy.meet = None
    assert code(answer) == "UNAVAILABLE" and "may be made all the same" in answer["errors"][0]["message"]
    connection = await asyncpg.connect(behind.database_url)
    assert await connection.fetchval("select count(*) from invitation where email = $1", email) == 1
    await connection.close()
    await behind.told.insist(behind.server, email)
    await behind.recovered()


@pytest.mark.case(138)
async def test_connections_cut_while_idle_cost_neither_a_read_nor_a_change(behind: Behind) -> None:
    for _ in range(3):
        behind.proxy.cut()
        assert (await behind.read())[0] == 200
        behind.proxy.cut()
        assert code(await behind.told.invite(behind.server, behind.address())) is None
    await behind.recovered()


@pytest.mark.case(139, 141)
async def test_a_database_that_refuses_is_told_at_once_and_found_again(behind: Behind) -> None:
    await behind.proxy.refuse()
    begun = monotonic()
    answers = await asyncio.gather(behind.read(), *(behind.told.invite(behind.server, behind.address()) for _ in range(3)))
    assert answers[0][0] == 503 and answers[0][1]["Retry-After"]
    assert {code(answer) for answer in answers[1:]} <= {"UNAVAILABLE", "TIMEOUT"}
    assert monotonic() - begun < 10
    assert (await behind.status("/live"), await behind.status("/ready")) == (200, 503)
    await behind.proxy.open()
    await behind.recovered()


@pytest.mark.case(139, 140)
async def test_a_database_that_falls_silent_is_told_within_the_limits_and_does_not_pile_up_changes(behind: Behind) -> None:
    behind.proxy.silent = True
    begun = monotonic()
    answers = await asyncio.gather(behind.read(), *(behind.told.invite(behind.server, behind.address()) for _ in range(6)))
    assert answers[0][0] in (503, 504)
    assert {code(answer) for answer in answers[1:]} <= {"UNAVAILABLE", "TIMEOUT"}
    assert monotonic() - begun < 12
    assert (await behind.status("/live"), await behind.status("/ready")) == (200, 503)
    behind.proxy.silent = False
    behind.proxy.cut()  # as a network does in the end
    await behind.recovered()


@pytest.mark.case(139)
async def test_a_slow_database_slows_down_and_breaks_nothing(behind: Behind) -> None:
    behind.proxy.delay = 0.02
    answers = await asyncio.gather(behind.read(), *(behind.told.invite(behind.server, behind.address()) for _ in range(3)))
    behind.proxy.delay = 0.0
    assert answers[0][0] == 200
    assert {code(answer) for answer in answers[1:]} <= {None, "TIMEOUT"}
    await behind.recovered()


@pytest.mark.case(143)
async def test_a_database_out_of_disk_refuses_changes_with_advice_and_goes_on_reading(behind: Behind) -> None:
    connection = await asyncpg.connect(behind.database_url)
    await connection.execute("""create function full_disk() returns trigger language plpgsql as $$
        begin raise exception 'could not extend file' using errcode = '53100'; end $$;
        create trigger full_disk before insert on invitation execute function full_disk()""")
    assert code(await behind.told.invite(behind.server, behind.address())) == "UNAVAILABLE"
    assert (await behind.read())[0] == 200
    await connection.execute("drop trigger full_disk on invitation; drop function full_disk()")
    await connection.close()
    await behind.recovered()
