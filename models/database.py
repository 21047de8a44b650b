"""Where things are stored: a database URL, read once, as Tortoise's configuration."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tortoise.backends.base.config_generator import expand_db_url

SQLITE = {
    "busy_timeout": 5000,  # ms; for tools beside the server, since the server itself has one writer
    "journal_mode": "WAL",
    "synchronous": "FULL",  # NORMAL may lose an acknowledged commit when the power goes
    "foreign_keys": "ON",
    "journal_size_limit": 64 << 20,
}


#: Seconds for a new connection to PostgreSQL.
CONNECT = 5.0


def sqlite_path(database_url: str) -> Path | None:
    """The file of sqlite:///absolute/path or sqlite://relative/path; None for PostgreSQL. Raises ValueError."""
    parts = urlsplit(database_url)
    if parts.scheme in ("postgres", "postgresql"):
        return None
    if parts.scheme != "sqlite":
        raise ValueError(f'A database URL begins with sqlite:// or postgres://, not with "{parts.scheme}:"')
    path = unquote(parts.netloc + parts.path)
    if path in ("", "/", ":memory:"):
        raise ValueError("A SQLite URL names a file, as in sqlite://data/tenantry.sqlite: reads and writes need one "
                         "connection each")
    return Path(path)


def private(path: Path | str) -> None:
    """Makes the file that SQLite is to write, where there is none, for its owner alone. SQLite takes an empty one for a new
    database, and gives what it keeps beside it the same rights."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def tortoise_config(database_url: str, modules: list[str], *, connection: str = "default", size: int = 10,
                    command_timeout: float | None = 30.0, role: str | None = None) -> dict[str, Any]:
    """Tortoise's configuration for sqlite://… or postgres://user:password@host:port/database, or, through a socket,
    postgres://user@/database?host=/its/directory.

    `connection` is the connection's name (Tortoise keeps SQL by it: give each database of one process its own), `size`
    the most connections to PostgreSQL, `command_timeout` the seconds for one statement there (None for migrations),
    and `role` the one that the connections take on.
    Raises ValueError for a URL that names no database.
    """
    path = sqlite_path(database_url)
    if path is not None:
        database = {"engine": "models.sqlite", "credentials": {"file_path": str(path), **SQLITE}}
    else:
        database = {"engine": "tortoise.backends.asyncpg",
                    "credentials": _postgres(database_url, size=size, command_timeout=command_timeout, role=role)}
    models = {"models": modules, "default_connection": connection, "migrations": "models.migrations"}
    return {"connections": {connection: database}, "apps": {"models": models}, "use_tz": True, "timezone": "UTC"}


def _postgres(database_url: str, *, size: int, command_timeout: float | None, role: str | None) -> dict[str, Any]:
    credentials: dict[str, Any] = expand_db_url(database_url)["credentials"]
    if not credentials["database"]:
        raise ValueError("A PostgreSQL URL names a database, as in postgres://user@host/tenantry")
    if "sslmode" in credentials:
        credentials["ssl"] = credentials.pop("sslmode")
    settings = {"application_name": "tenantry", "timezone": "UTC", **({"role": role} if role else {})}
    return {**credentials, "minsize": 1, "maxsize": size, "reset": _keep, "command_timeout": command_timeout, "timeout": CONNECT,
            "max_cacheable_statement_size": 1 << 18, "server_settings": settings}


async def _keep(_connection: object) -> None:
    """Instead of asyncpg's reset, a round trip per statement. So no session settings, LISTEN or session locks there;
    an open transaction is rolled back all the same."""
