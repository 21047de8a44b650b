"""How a server begins and ends: connections closed, work finished, one process for a file, no secret by default."""

import asyncio
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from aiohttp import ClientError
from typer.testing import CliRunner

from server.__main__ import commands
from server.errors import STATUS
from server.settings import DEVELOPMENT_SECRET
from tests import servers
from tests.client import PASSWORD, SIGN_IN, Person
from tests.conftest import DATABASES
from tests.edge.wire import head, send, wired
from tests.forked import command, environment
from tests.servers import ROOT, Server

SOMEBODY = "regular@brightline.example"
#: So many that they cannot all have signed in a moment later, however busy the machine is.
MANY = [SOMEBODY, *(f"{who}@brightline.example" for who in ("admin", "readonly", "support", "unlinked")), "admin@harbor.example",
        "sales@harbor.example", "admin@coastal.example", "admin@acmecorp.example"]


@pytest.fixture(params=DATABASES)
async def database_url(request: pytest.FixtureRequest, create_postgres, tmp_path: Path) -> str:
    """An empty database."""
    return await create_postgres("lifecycle") if request.param == "postgres" else f"sqlite://{tmp_path / 'tenantry.sqlite'}"


async def connections(database_url: str) -> int:
    """How many there are to the database, beside this one's."""
    connection = await asyncpg.connect(database_url)
    try:
        return await connection.fetchval("SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()")
    finally:
        await connection.close()


# -- trap 8

async def test_a_server_that_stops_closes_its_connections_and_the_next_one_finds_what_it_stored(
    database_url: str, tmp_path: Path
) -> None:
    for turn in ("first", "second"):
        server = await servers.start(database_url, tmp_path / f"{turn}.log", bare=True)
        answers = await asyncio.gather(*(Person(server, SOMEBODY).ask("{ customers { totalCount } }") for _ in range(5)))
        assert all(answer == {"data": {"customers": {"totalCount": 2}}} for answer in answers)
        if database_url.startswith("postgres"):
            assert await connections(database_url) > 0
        begun = time.monotonic()
        await server.stop()
        assert time.monotonic() - begun < 10
        if database_url.startswith("postgres"):
            async with asyncio.timeout(5):  # PostgreSQL notices a closed connection a moment later
                while await connections(database_url):  # noqa: ASYNC110 - nothing tells when
                    await asyncio.sleep(0.05)
        assert "Traceback" not in server.recent_log()
        assert '"level":"error"' not in server.recent_log()


# -- SIGTERM

async def heard(server: Server) -> float:
    """How many changes it has been asked for and not answered."""
    text = (await send(server, method="GET", path="/metrics")).body.decode()
    return sum(float(found) for found in re.findall(r'^tenantry_requests_(?:under_way|waiting){kind="change"} (\S+)', text, re.M))


@pytest.mark.case(149)
async def test_sigterm_lets_what_is_under_way_finish_and_takes_nothing_new(database_url: str, tmp_path: Path) -> None:
    # bare, for only what the product itself hashes takes long enough to check
    server = await servers.start(database_url, tmp_path / "server.log", bare=True)
    async with wired(server):  # somebody connected, idle
        under_way = [asyncio.create_task(Person(server).ask(SIGN_IN, {"input": {"email": email, "password": PASSWORD}}))
                     for email in MANY]
        async with asyncio.timeout(20):
            while await heard(server) + sum(task.done() for task in under_way) < len(MANY):  # noqa: ASYNC110 - nothing tells when
                await asyncio.sleep(0.01)
        assert not all(task.done() for task in under_way)
        server.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        for answer in await asyncio.gather(*under_way):
            assert answer["data"]["signIn"]["token"]
        async with asyncio.timeout(20):
            assert await server.process.wait() == 0
    assert time.monotonic() - begun < 20
    with pytest.raises(ClientError):
        await Person(server).ask("{ __typename }")
    await server.http.close()


async def test_sigterm_does_not_wait_for_a_body_that_never_comes(tmp_path: Path) -> None:
    server = await servers.start(f"sqlite://{tmp_path / 'tenantry.sqlite'}", tmp_path / "server.log",
                                 TENANTRY_SHUTDOWN_SECONDS="6")
    async with wired(server) as (_, writer):
        writer.write(head({"Content-Type": "application/json", "Content-Length": "1000"}) + b"{")
        await asyncio.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await server.process.wait() == 0
    await server.http.close()


# -- what it needs to start

@pytest.mark.case(85, 86)
async def test_a_second_process_on_a_sqlite_file_does_not_start(sqlite_server: Server) -> None:
    second = await command("serve", TENANTRY_DATABASE_URL=sqlite_server.database_url, TENANTRY_PORT="0")
    assert second.returncode == 1
    assert f"in use by process {sqlite_server.process.pid}" in second.stderr
    assert "Traceback" not in second.stderr


async def test_a_port_that_is_taken_is_told(sqlite_server: Server, tmp_path: Path) -> None:
    port = sqlite_server.url.rpartition(":")[2]
    url = f"sqlite://{tmp_path / 'other.sqlite'}"
    second = await command("serve", TENANTRY_DATABASE_URL=url, TENANTRY_PORT=port)
    assert (second.returncode, "Traceback" in second.stderr) == (1, False)
    assert "TENANTRY_PORT" in second.stderr
    assert not (tmp_path / "other.sqlite").exists()


@pytest.mark.parametrize(("url", "told"), [
    ("postgres://tenantry:hidden@127.0.0.1:1/tenantry", "postgres://127.0.0.1:1/tenantry cannot be used"),
    ("postgres://tenantry@/tenantry?host=/nowhere", "postgres:///tenantry cannot be used"),
    ("sqlite:///proc/nowhere/tenantry.sqlite", "sqlite:///proc/nowhere/tenantry.sqlite cannot be used"),
    ("sqlite://{folder}/broken.sqlite", "broken.sqlite cannot be used"),
])
@pytest.mark.case(141, 144)
async def test_a_database_that_is_not_there_is_told_without_its_password(tmp_path: Path, url: str, told: str) -> None:
    (tmp_path / "broken.sqlite").write_text("This is no database, however long one looks at it.")
    ended = await command("serve", TENANTRY_DATABASE_URL=url.format(folder=tmp_path), TENANTRY_PORT="0")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert told in ended.stderr
    assert "hidden" not in ended.stderr


async def test_a_worker_beside_servers_needs_postgres(tmp_path: Path) -> None:
    ended = await command("work", TENANTRY_DATABASE_URL=f"sqlite://{tmp_path}/tenantry.sqlite")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "python -m server serve" in ended.stderr and "TENANTRY_DATABASE_URL" in ended.stderr
    assert not (tmp_path / "tenantry.sqlite").exists()


async def test_a_worker_ends_when_it_is_told_to(create_postgres: Callable[[str], Awaitable[str]]) -> None:
    """Started as an operator starts it, without the tests' warm process."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "work", cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        env=environment(TENANTRY_DATABASE_URL=await create_postgres("ended")))
    async with asyncio.timeout(60):
        assert await worker.stdout.readline() == b"Working\n"
        worker.send_signal(signal.SIGTERM)
        assert await worker.wait() == 0


SECRET = "0123456789abcdef0123456789abcdef"
PRODUCTION = {"TENANTRY_ENVIRONMENT": "production", "TENANTRY_BASE_URL": "https://portal.example", "TENANTRY_SECRET": SECRET,
              "TENANTRY_SMTP_URL": "smtp://127.0.0.1:1"}


@pytest.mark.parametrize(("changed", "told"), [
    ({"TENANTRY_SECRET": ""}, "TENANTRY_SECRET"),
    ({"TENANTRY_SECRET": "short"}, "at least 32 bytes"),
    ({"TENANTRY_SECRET": DEVELOPMENT_SECRET}, "Production needs a secret of its own"),
    ({"TENANTRY_OLDER_SECRETS": f"{SECRET} short"}, "TENANTRY_OLDER_SECRETS: at least 32 bytes"),
    ({"TENANTRY_OLDER_SECRETS": DEVELOPMENT_SECRET}, "TENANTRY_OLDER_SECRETS: at least 32 bytes"),
    ({"TENANTRY_SMTP_URL": ""}, "TENANTRY_SMTP_URL"),
    ({"TENANTRY_BASE_URL": ""}, "TENANTRY_BASE_URL"),
    ({"TENANTRY_BASE_URL": "http://portal.example"}, "https"),
    ({"TENANTRY_PORT": "eighty"}, "TENANTRY_PORT: "),
    ({"TENANTRY_DATABASE_URL": "mysql://root@localhost/x"}, "TENANTRY_DATABASE_URL: "),
    ({"TENANTRY_DATABASE_URL": "postgres://root@localhost"}, "names a database"),
    ({"TENANTRY_SMTP_URL": "mail.example"}, "smtp://"),
    ({"TENANTRY_JOBS": "false"}, "TENANTRY_JOBS"),
    ({"TENANTRY_GRAPHIQL": "true", "TENANTRY_TRUSTED_DOCUMENTS": __file__}, "TENANTRY_TRUSTED_DOCUMENTS unset"),
    ({"TENANTRY_TRUSTED_DOCUMENTS": "nowhere.json"}, "TENANTRY_TRUSTED_DOCUMENTS: "),
    ({"TENANTRY_BODY_SECONDS": "-1"}, "TENANTRY_BODY_SECONDS: "),
])
def test_settings_that_will_not_do_are_told_by_name(changed: dict[str, str], told: str) -> None:
    ended = CliRunner().invoke(commands, ["serve"], env=PRODUCTION | changed)
    assert ended.exit_code == 2
    assert told.lower() in ended.stderr.lower()
    assert "Traceback" not in ended.stderr


async def test_production_does_not_start_on_the_demo_story(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'tenantry.sqlite'}"
    demo = await servers.start(url, tmp_path / "demo.log")
    await demo.stop()
    ended = await command("serve", TENANTRY_DATABASE_URL=url, TENANTRY_PORT="0", **PRODUCTION)
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "demo story's password" in ended.stderr


async def test_production_loads_no_demo_story_shows_no_page_and_guesses_nothing(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'tenantry.sqlite'}"
    server = await servers.start(url, tmp_path / "server.log", bare=True, **PRODUCTION)
    try:
        assert PASSWORD not in server.recent_log()
        wrong = await Person(server).ask("{ custmers { totalCount } }")
        assert wrong["errors"][0]["message"] == "Cannot query field 'custmers' on type 'Query'."
        async with server.http.get(server.graphql, headers={"Accept": "text/html"}) as page:
            assert page.status == 404
            assert page.headers["Strict-Transport-Security"]
        signed_in = await Person(server).ask(SIGN_IN, {"input": {"email": SOMEBODY, "password": PASSWORD}})
        assert signed_in["data"]["signIn"]["userErrors"][0]["code"] == "INVALID"
    finally:
        await server.stop()


async def test_the_demo_is_made_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    database = {"TENANTRY_DATABASE_URL": f"sqlite://{tmp_path / 'new' / 'tenantry.sqlite'}"}
    for made in (3, 0):
        ended = await command("demo", "--customers", "3", "--seed", "7", **database)
        assert ended.returncode == 0, ended.stderr
        assert f"{made} customers were made" in ended.stdout
    assert "up to date" in (await command("migrate", **database)).stdout


def test_every_code_is_in_the_documentation_with_its_status() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (\d+)", (ROOT / "docs" / "errors.md").read_text(), re.M)
    assert {code: int(status) for code, status in listed} == STATUS


def test_every_setting_is_described() -> None:
    table = CliRunner().invoke(commands, ["settings"]).stdout.splitlines()
    assert len(table) > 25
    assert all(len(line.split("|")[3].strip()) > 15 for line in table[2:])
