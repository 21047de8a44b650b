"""Imports a portfolio from CSV files: all of it or, where one line does not fit, nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from models import Trigram
from models.bulk import Clash, make_room, settle_in
from models.customers import were_active
from models.grants import access_changed
from models.reach import list_links
from models.services import tally
from models.sources import tally_sources
from models.transaction import unit_of_work
from models.wall import EVERYWHERE
from server.portfolio.entities import Entity
from server.portfolio.making import TABLES
from server.portfolio.papers import Contracts, Invoices, Services
from server.portfolio.people import Grants, Users
from server.portfolio.reading import BadLine, ImportRefused, Line, Source
from server.portfolio.tenants import Tenants
from server.portfolio.world import World, some

Progress = Callable[[int, int], object]

TENANTS = "tenants.csv"
ENTITIES: dict[str, type[Entity]] = {"users.csv": Users, "grants.csv": Grants, "contracts.csv": Contracts,
                                     "invoices.csv": Invoices, "services.csv": Services}
#: Lines that are looked up and stored together.
AT_ONCE = 2000
#: Seconds that an import may take.
DAY = 86_400.0


@dataclass
class Count:
    """How many lines of a file made a row, changed one, or found it as it is."""

    new: int
    changed: int
    same: int


@dataclass
class Summary:
    """What an import did, by file."""

    files: dict[str, Count] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n".join(f"{file}: {count.new:,} new, {count.changed:,} changed, {count.same:,} as before"
                         for file, count in self.files.items())


class Stopped(Exception):
    """The caller has left, and wants nothing stored."""


async def import_portfolio(directory: Path, report: Progress | None = None, *,
                           now: dt.datetime | None = None) -> Summary:
    """Import the CSV files of a folder, in one transaction. `report` is told (bytes read, of).

    Lines are found again by what docs/import.md says they are known by: importing the same files twice changes
    nothing, a line that says something else changes its row, and rows of which no line speaks stay as they are.
    Raises ImportRefused with every line that does not fit; nothing is stored then, nor where the caller is cancelled.
    """
    now = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).replace(microsecond=0)
    source, world, summary = Source(directory), World(now), Summary()

    async def work() -> None:
        for name in source.files:
            summary.files[name] = await _file(name, source, world, report)
        if source.problems:
            raise ImportRefused(source.problems)
        await _follow_up(world)
        _go_on(world)

    await make_room()
    try:
        await unit_of_work(work, within=EVERYWHERE, tries=1, limit=DAY)
    except asyncio.CancelledError:
        world.stopped = True  # or the unit of work would go on to its end, and store everything
        raise
    fresh = any(count.new or count.changed for count in summary.files.values())
    await settle_in((*TABLES, Trigram) if fresh else ())
    return summary


async def _file(name: str, source: Source, world: World, report: Progress | None) -> Count:
    lines = _reported(world, source, name, report)
    entity = Tenants(world) if name == TENANTS else ENTITIES[name](world)
    try:
        if isinstance(entity, Tenants):
            await entity.read(list(lines))
            if not source.problems:
                await entity.store()
        else:
            while batch := list(islice(lines, AT_ONCE)):
                await entity.take(batch, may_store=lambda: not source.problems)
                world.spoil(batch)
            entity.finish()
    except Clash as clash:
        source.problems.append(BadLine(name, None, None, None, f"breaks a rule of the database: {clash}"))
    return Count(entity.new, entity.changed, entity.same)


def _go_on(world: World) -> None:
    if world.stopped:
        raise Stopped


def _reported(world: World, source: Source, name: str, report: Progress | None) -> Iterator[Line]:
    for n, line in enumerate(source.lines(name)):
        if n % 1000 == 0:
            _go_on(world)
            if report:
                report(source.read, source.size)
        yield line
    if report:
        report(source.read, source.size)


async def _follow_up(world: World) -> None:
    """What customers' services add up to, when their people were active, and who may do something else now."""
    await tally(world.tallied)
    await tally_sources(world.signed_up)
    await were_active(world.active)
    for people in some(500, world.access):
        await access_changed(people)
    for people in some(500, world.newcomers):
        await list_links(people)
