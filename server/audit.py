"""`audit verify` and `audit heads`: whether the trail is as it was written. They read beside a server that runs."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from models.audit import AuditEntry, chains, verify
from models.database import sqlite_path
from models.heads import heads, read
from models.signing import use_keys
from server.database import connect, disconnect
from server.opening import CannotServe
from server.settings import Settings


class Broken(Exception):
    """Somebody else had a hand in the trail."""


@asynccontextmanager
async def beside(settings: Settings) -> AsyncIterator[None]:
    """The models on the database as it is, whoever else works on it. Nothing is brought up to date."""
    path = sqlite_path(settings.database_url)
    if path is not None and not path.exists():
        raise CannotServe(f"There is no {path}. Set TENANTRY_DATABASE_URL to the database that the server uses.")
    use_keys(*settings.keys)
    await connect(settings.database_url, size=1)
    try:
        yield
    finally:
        await disconnect()


async def print_heads(settings: Settings) -> None:
    async with beside(settings):
        async for line in heads(dt.datetime.now(dt.UTC)):
            print(line)


async def verify_all(settings: Settings, kept: Sequence[str]) -> None:
    """Follows every chain to its end, and to the `kept` heads. Raises Broken, after naming where each that is goes wrong."""
    async with beside(settings):
        known = read(kept)
        tenants = sorted({*await chains(), *known})
        broken = 0
        for tenant_id in tenants:
            seq = await verify(tenant_id, known.get(tenant_id, {}))
            if seq is not None:
                broken += 1
                print(await _told(tenant_id, seq), file=sys.stderr)
        if broken:
            raise Broken(f"{broken} of {len(tenants)} audit trails are not as they were written.")
        entries = await AuditEntry.all().count()
    print(f"{len(tenants):,} audit trails with {entries:,} entries are as they were written"
          + (f", and reach {len(kept):,} heads that were kept." if kept else
             ". That no end was cut off, heads kept elsewhere show: see docs/security.md."))


async def _told(tenant_id: int, seq: int) -> str:
    entry = await AuditEntry.get_or_none(tenant_id=tenant_id, seq=seq)
    if entry is None:
        return f"ten_{tenant_id}: entry {seq} is missing."
    return (f"ten_{tenant_id}: entry {seq} (aud_{entry.id}, {entry.operation}, {entry.at}) was altered, or put there by somebody "
            "else, or what came before it was.")
