"""The server under test: `python -m server serve` in a process of its own, on a free port, with the story."""

import asyncio
import re
import signal
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from tests.forked import Forked, environment
from tests.logged import leaks
from tests.stored import furnish

ROOT = Path(__file__).resolve().parent.parent
LISTENING = re.compile(rb"Listening on (http://\S+)")
START, STOP = 120, 30  # seconds
#: A request of which nobody needs to hear when a test has failed, and how much of a line is shown then.
WELL = re.compile(r'"event":"request","level":"info".*"code":"OK"|"path":"/assets')
WIDTH = 500


@dataclass
class Server:
    """A running server: ask it through `http` at `url`."""

    url: str
    database_url: str
    log: Path
    process: Forked
    http: ClientSession
    tokens: dict[str, str] = field(default_factory=dict)
    signing_in: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def graphql(self) -> str:
        return f"{self.url}/graphql"

    def recent_log(self, lines: int = 30) -> str:
        """Its last lines, but for the assets of pages, which would crowd out the rest."""
        written = self.log.read_text(errors="replace").splitlines()
        return "\n".join([line for line in written if '"path":"/assets' not in line][-lines:])

    def trouble(self) -> str:
        """The last lines that are no request answered as it should be, and the ends of what is long left out."""
        written = self.log.read_text(errors="replace").splitlines()
        return "\n".join([line[:WIDTH] for line in written if not WELL.search(line)][-12:])

    async def stop(self) -> None:
        """End it as an operator would; a server that does not end in time, or not with 0, fails the run."""
        await self.http.close()
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = await asyncio.wait_for(self.process.wait(), STOP)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise AssertionError(f"The server did not stop within {STOP} s.\n{self.recent_log()}") from None
        assert code == 0, f"The server ended with {code}.\n{self.recent_log()}"
        assert not (found := leaks(self.log)), f"The log of a whole run holds what no log may:\n{found[:5]}"


async def start(database_url: str, log: Path, *options: str, bare: bool = False, **settings: str) -> Server:
    """Start a server on `database_url` with the command line's `options` and TENANTRY_… `settings` (names in full), and
    wait until it is ready. An empty database has the story already, unless it shall be `bare` for the server to fill."""
    if not bare:
        await furnish(database_url, story=True)
    chosen = {"TENANTRY_DATABASE_URL": database_url, "TENANTRY_PORT": "0", **settings}
    process = Forked(["serve", *options], environment(**chosen), log)
    http = ClientSession(cookie_jar=DummyCookieJar(), timeout=ClientTimeout(total=60))
    server = Server("", database_url, log, process, http)
    try:
        async with asyncio.timeout(START):
            server.url = await _address(server)
            await _ready(server)
    except BaseException as error:
        await http.close()
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise AssertionError(f"The server did not start: {error!r}\n{server.recent_log()}") from error
    return server


async def _address(server: Server) -> str:
    while not (server.log.exists() and (found := LISTENING.search(server.log.read_bytes()))):
        _alive(server)
        await asyncio.sleep(0.05)
    return found[1].decode().rstrip("/")


async def _ready(server: Server) -> None:
    while True:
        _alive(server)
        try:
            async with server.http.get(f"{server.url}/ready") as response:
                if response.status == 200:
                    return
        except ClientError:
            pass
        await asyncio.sleep(0.05)


def _alive(server: Server) -> None:
    if server.process.returncode is not None:
        raise RuntimeError(f"it ended with {server.process.returncode}")
