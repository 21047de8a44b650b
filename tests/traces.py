"""What an invitation leaves in the database, and what any change does."""

import asyncio
import hashlib
from typing import Any

import orjson

import models
from models import ActivityEvent, AuditEntry, Invitation, OutboundEmail
from tests.servers import Server
from tests.stored import connected

RESTLESS = {"last_seen_at", "last_active_at"}  # rise with any request


def invitation(email: str, **more: Any) -> dict[str, Any]:
    return {"accountType": "LOCAL_ACCOUNT", "email": email, "organizationName": "New Co", **more}


async def digest(server: Server) -> dict[str, str]:
    """A hash of every table but of what was charged, once no letter waits to be sent and they stay as they are: refused reads
    are written down after the answer."""
    async with connected(server.database_url) as database:
        last = None
        while True:
            while await OutboundEmail.filter(status="QUEUED").exists():  # noqa: ASYNC110  another process sends them
                await asyncio.sleep(0.02)
            found = {}
            for table in (getattr(models, name)._meta.db_table for name in models.__all__ if name != "Spending"):
                rows = await database.execute_query_dict(f"select * from {table} order by 1")
                kept = [{column: str(value) for column, value in row.items() if column not in RESTLESS} for row in rows]
                found[table] = hashlib.sha256(orjson.dumps(kept)).hexdigest()
            if found == last:
                return found
            last = found
            await asyncio.sleep(0.1)


async def traces(server: Server, email: str) -> list[int]:
    """How many rows of each kind an invitation of the address has left."""
    async with connected(server.database_url):
        ids = await Invitation.filter(email=email).values_list("id", flat=True)
        resources = [f"ivt_{id}" for id in ids]
        return [len(ids), await OutboundEmail.filter(recipient=email).count(),
                await AuditEntry.filter(resource__in=resources).count(),
                await ActivityEvent.filter(resource__in=resources).count()]
