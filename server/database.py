"""The database of this process: brought up to date, connected to, and let go of."""

from __future__ import annotations

from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

from models.database import tortoise_config
from models.inspection import assert_catalogue
from models.sqlite import Client
from models.tenants import Tenant
from models.transaction import settle
from models.upgrade import upgrade
from models.wall import WRITER, stands_above


class StandsAbove(Exception):
    """Row-level security could not stop this process, so that a mistake in it could undo what that forbids."""

    def __init__(self, login: str):
        super().__init__(f"{login} owns the database, or row-level security does not hold for it, and production serves as no "
                         "such login. Name one of the server's own in TENANTRY_DATABASE_URL, and the owner in "
                         "TENANTRY_OWNER_URL; docs/deployment.md shows how.")


_open: list[TortoiseContext] = []


async def migrate(database_url: str, login: str | None = None) -> list[str]:
    """Apply every migration that the database lacks, all or none; their names. Raises CannotUpgrade.

    On SQLite hold the file's lock (models.locks) meanwhile, and be disconnected.
    """
    return await upgrade(database_url, login=login)


async def connect(database_url: str, *, size: int = 10, role: str | None = WRITER, apart: bool = False) -> None:
    """Connect the models, for every task of the process; on PostgreSQL with at most `size` connections.

    On PostgreSQL they take on the `role`; kept `apart`, nobody comes in who could step out of it: raises StandsAbove.
    Raises Incomplete where the database lacks something that this version counts on.
    """
    context = TortoiseContext()
    try:
        with context:
            # Without the fallback only the tasks started from here would find the connection.
            await context.init(config=tortoise_config(database_url, ["models"], size=size, role=role),
                               _enable_global_fallback=True)
            client = context.connections.get("default")
            await assert_catalogue(client)
            if apart and client.capabilities.dialect != "sqlite" and (login := await stands_above(client)):
                raise StandsAbove(login)
    except BaseException:
        await context.close_connections()
        raise
    _open.append(context)


async def disconnect() -> None:
    """Wait for the units of work under way, then close every connection. Without a connection nothing happens."""
    await settle()
    while _open:
        await _open.pop().close_connections()
    EXECUTOR_CACHE.clear()  # Tortoise keeps SQL by the connection's name, which the next database has as well


def is_there() -> bool:
    """Whether what is stored can be found again: on SQLite, that its file is still where it was opened."""
    clients = [client for context in _open for client in context.connections.all()]
    return all(client.is_there() for client in clients if isinstance(client, Client))


async def is_empty() -> bool:
    """Whether there is not one tenant."""
    return not await Tenant.exists()
