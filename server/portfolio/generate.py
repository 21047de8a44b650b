"""A portfolio of any size around the demo story: the same for the same seed, as far as it goes."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable

from models import AccessGrant, Customer, Tenant, Trigram
from models.access import GrantSource
from models.bulk import make_room, pour, settle_in
from models.reach import list_links, place_in_tree
from models.services import tally
from models.sources import tally_sources
from models.transaction import unit_of_work
from models.users import hash_password
from models.wall import EVERYWHERE
from server.portfolio.making import MONTHS, TABLES, Maker, Rows, reference
from server.portfolio.story import PASSWORD, load_story

#: Customers stored together. What is stored stays if the rest fails.
AT_ONCE = 1000


async def generate(customers: int, seed: int, progress: Callable[[int, int], object] | None = None, *,
                   now: dt.datetime | None = None, production: bool = False, months: int = MONTHS) -> int:
    """Make customers until the database has so many of that seed; the number made. Loads the demo story first.

    To 5,000 customers there are 20 resellers under distributors of their own, each with its people, who sign in as
    admin@reseller-1-1.example (seed, number) and so on with the password of the story. `progress` is told (done, of).
    Each customer has an invoice for each of the last `months`, at most 12. What was made of the same seed before stays and
    is gone on from, so that a run broken off can be run again. Raises StoryRefused.
    """
    now = now or dt.datetime.now(dt.UTC)
    await load_story(now, production=production)
    there = await Tenant.filter(reference__gte=reference(seed, "customer", 0),
                                reference__lte=reference(seed, "customer", customers - 1)).count()
    maker = Maker(seed, now, await asyncio.to_thread(hash_password, PASSWORD), months)
    made = 0
    await make_room()
    async for rows in _ahead(maker, there, customers):
        await _store(rows)
        made = min(made + AT_ONCE, customers - there)
        if progress:
            progress(made, customers - there)
    await settle_in((*TABLES, Trigram) if there < customers else ())
    return max(0, customers - there)


async def _ahead(maker: Maker, start: int, end: int) -> AsyncIterator[Rows]:
    """The rows of some customers at a time. The next ones are made while the database stores these."""
    def making(first: int) -> asyncio.Task[Rows]:
        return asyncio.create_task(asyncio.to_thread(maker.some, first, min(first + AT_ONCE, end)))
    upcoming = making(start) if start < end else None
    while upcoming is not None:
        rows, start = await upcoming, start + AT_ONCE
        upcoming = making(start) if start < end else None
        yield rows


async def _store(rows: Rows) -> None:
    async def store() -> None:
        for table in TABLES:
            await pour(table, rows[table])
        await place_in_tree([row["id"] for row in rows[Tenant]])
        await tally([row["id"] for row in rows[Customer]])
        await tally_sources([row["id"] for row in rows[Customer]])
        await list_links({row["user_id"] for row in rows[AccessGrant] if row["source"] == GrantSource.LINKED.name})

    await unit_of_work(store, within=EVERYWHERE, limit=3600)
