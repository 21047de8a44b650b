"""An export, from the moment its turn comes to the file: whose rights count, which pages are asked for, what is written."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

import orjson

import models
from engine.errors import TimedOut, Unavailable
from engine.run import Engine
from models.access import Capability
from models.files import StoredFile
from models.grants import soonest_expiry
from models.jobs import Job, JobState, NotYet
from models.lists import ListPreferences
from models.reports import (
    MEDIA_TYPES,
    UNDER_WAY,
    WRITTEN_AT_A_TIME,
    FileFormat,
    ReportFailure,
    ReportKind,
    ReportRun,
    ReportRunStatus,
    give_up,
    hold_queue,
)
from models.sessions import ActingStatus, viewer_of
from models.transaction import unit_of_work
from models.viewers import Viewer
from models.wall import EVERYWHERE
from resolvers.columns import Told, columns_of
from resolvers.sheets import OPENED, Sheet

#: Customers that are read at a time, tries for one such page, and seconds between two notes of how far it is.
PAGE, TRIES, NOTED = 100, 5, 0.5
#: How often somebody's rights may change while their export is written, before it is left for later.
STARTS = 3
#: What of the criteria the list takes, and as what.
VARIABLES = {"search": "String", "sort": "CustomerSort", "filter": "CustomerFilter", "hideInactive": "Boolean"}

_ENGINES: list[Engine] = []


class NotReading(Exception):
    """This process has no engine: `read_through` was not called. Nothing was done."""

    message = "Exports are written by processes that answer requests, or by `work`."


class Unsettled(Exception):
    """What the person may see changed again and again while their export was written. Nothing of it is kept."""

    message = "The rights of who asked kept changing while it was written."


def read_through(engine: Engine | None) -> None:
    """Has this process's exports read through an engine; through none from None on."""
    _ENGINES[:] = [engine] if engine else []


@dataclass(frozen=True)
class Rights:
    """Whose view an export tells, and what it stands on."""

    viewer: Viewer
    #: Rises with every change of what the person holds.
    access_version: int
    #: When one of their grants ends by itself.
    until: dt.datetime | None


async def write(run_id: int, now: dt.datetime) -> None:
    """Writes an export, or says why not. Does nothing where that is done; after a stop half-way it begins anew. Raises
    NotYet while as many of its tenant are being written as may be."""
    if not _ENGINES:
        raise NotReading
    for _ in range(STARTS):
        begun = await unit_of_work(partial(_begin, run_id, now), within=EVERYWHERE)
        if begun is None or await _Writing(*begun, now).whole():
            return
    raise Unsettled


async def give_up_dead(jobs: Collection[str], now: dt.datetime) -> None:
    """Gives up reports whose job, by one of these names, is dead although nobody said so of them: whoever was at it was
    killed each time."""
    dead = [orjson.loads(job.args)["run"] for job in await Job.filter(name__in=jobs, state=JobState.DEAD.name)]
    for run in await ReportRun.filter(id__in=dead, status__in=UNDER_WAY) if dead else []:
        await unit_of_work(partial(give_up, run.id, now), within=EVERYWHERE)


async def _begin(run_id: int, now: dt.datetime) -> tuple[ReportRun, Rights, StoredFile] | None:
    """Takes the run in hand, with a file of its own in place of one that was left half-written."""
    if asked := await ReportRun.filter(id=run_id).first():
        await hold_queue(asked.tenant_id)
    run = await ReportRun.filter(id=run_id).select_for_update(no_key=True).first()
    if run is None or not run.under_way:
        return None
    writing = ReportRun.filter(tenant_id=run.tenant_id, status=ReportRunStatus.RUNNING.name)
    if await writing.exclude(id=run.id).count() >= WRITTEN_AT_A_TIME:
        raise NotYet
    rights = await rights_of(run, now)
    if isinstance(rights, ReportFailure):
        await run.fail(rights, now)
        return None
    await StoredFile.filter(id=run.file_id).delete()
    file = await StoredFile.begin(MEDIA_TYPES[FileFormat[run.format]], now)
    await run.go(ReportRunStatus.RUNNING, started_at=run.started_at or now, file_id=file.id, done=0)
    return run, rights, file


async def rights_of(run: ReportRun, now: dt.datetime) -> Rights | ReportFailure:
    """What who asked may see where they asked, by what they hold now; or why they may not export there any longer."""
    user = await models.User.get(id=run.requested_by_id)
    acting = await models.ActingSession.get_or_none(id=run.acting_session_id) if run.acting_session_id else None
    if run.tenant_id != user.tenant_id and not (acting and await _is_open(acting, now)):
        return ReportFailure.ACTING_ENDED
    viewer = await viewer_of(user, acting.login_session_id if acting else 0, acting, now)
    place = await models.Tenant.get(id=run.customer_id or run.tenant_id)
    if viewer is None or not viewer.may(Capability.EXPORT, place.path):
        return ReportFailure.NOT_ALLOWED
    return Rights(viewer, user.access_version, await soonest_expiry(user.id, now))


async def _is_open(acting: models.ActingSession, now: dt.datetime) -> bool:
    session = await models.LoginSession.get(id=acting.login_session_id)
    return (acting.status == ActingStatus.ACTIVE.name and acting.ends_at > now
            and session.ended_at is None and session.ends_at > now)


class _Writing:
    """One export while it is written."""

    def __init__(self, run: ReportRun, rights: Rights, file: StoredFile, now: dt.datetime):
        self.run, self.rights, self.file, self.now = run, rights, file, now
        self.rows, self.noted = 0, monotonic()

    async def whole(self) -> bool:
        """Whether it came to an end; False where the rights under which it began are not those at its end."""
        kept = await ListPreferences.of(self.run.requested_by_id)
        columns = columns_of(ReportKind[self.run.kind], kept.shown, self.run.include_details)
        sheet = OPENED[FileFormat[self.run.format]]([told.title for told in columns], self.now)
        try:
            async for customers, total in self._pages(columns):
                sheet.add([[told.cell(customer) for told in columns] for customer in customers])
                self.rows += len(customers)
                await self._keep(sheet)
                if not await self._wanted(total):
                    return True
            await asyncio.to_thread(sheet.finish)
            await self._keep(sheet)
        finally:
            sheet.close()
        return await unit_of_work(self._end, within=EVERYWHERE)

    async def _pages(self, columns: list[Told]) -> AsyncIterator[tuple[list[dict[str, Any]], int]]:
        """The customers page by page, and how many there are in all: what the API answers to the same person."""
        if self.run.customer_id is not None:
            answer = await self._asked(one(columns), {"id": f"cus_{self.run.customer_id}"})
            yield [answer["customer"]] if answer["customer"] else [], 1
            return
        criteria = {name: value for name, value in orjson.loads(self.run.criteria).items() if name in VARIABLES}
        document, after, total = many(columns, criteria), None, 0
        while True:
            asked = {**criteria, "first": PAGE, "after": after, "counted": after is None}
            found = (await self._asked(document, asked))["customers"]
            total = found.get("totalCount", total)
            yield found["nodes"], total
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                return

    async def _asked(self, text: str, variables: dict[str, Any]) -> dict[str, Any]:
        """A query's data; asked again where the database is busy just then."""
        [engine] = _ENGINES
        document = engine.documents.get(text, None)
        if document.errors:
            raise document.errors[0]
        values = document.coerce(variables)
        for left in reversed(range(TRIES)):
            try:
                answer = await engine.answer(document, values, self.rights.viewer, self.now)
                break
            except (Unavailable, TimedOut):
                if not left:
                    raise
                await asyncio.sleep(TRIES - left)
        data: dict[str, Any] = orjson.loads(answer)["data"]
        return data

    async def _keep(self, sheet: Sheet) -> None:
        for piece in sheet.take():
            await unit_of_work(partial(self.file.add, piece), within=EVERYWHERE)

    async def _wanted(self, total: int) -> bool:
        """Notes now and then how far it is, never all of it, for the end is not written yet; False where somebody called it
        off, and then nothing of it is kept."""
        if monotonic() - self.noted < NOTED:
            return True
        self.noted, done = monotonic(), min(990, 1000 * self.rows // max(total, 1))
        mine = ReportRun.filter(id=self.run.id, file_id=self.file.id, status=ReportRunStatus.RUNNING.name)
        if wanted := bool(await unit_of_work(lambda: mine.update(done=done), within=EVERYWHERE)):
            return wanted
        await unit_of_work(self.file.delete, within=EVERYWHERE)
        return False

    async def _end(self) -> bool:
        """Hands the file over, if it is still wanted and still tells what its person may see."""
        user = await models.User.filter(id=self.run.requested_by_id).select_for_update(no_key=True).get()
        run = await ReportRun.filter(id=self.run.id).select_for_update(no_key=True).get()
        if run.file_id != self.file.id or run.status != ReportRunStatus.RUNNING.name:
            await self.file.delete()  # somebody else has begun it anew meanwhile, and is at it or done
            return True
        rights = await rights_of(run, self.now)
        if isinstance(rights, ReportFailure) or user.access_version != self.rights.access_version:
            return False
        await run.succeed(self.file, self.rows, rights.access_version, rights.until, self.now)
        return True


def many(columns: list[Told], criteria: dict[str, Any]) -> str:
    """The document that asks for a page of the list."""
    given = "".join(f", ${name}: {VARIABLES[name]}" for name in criteria)
    passed = "".join(f", {name}: ${name}" for name in criteria)
    return (f"query($first: Int, $after: String, $counted: Boolean!{given}) {{ customers(first: $first, after: $after{passed}) "
            f"{{ totalCount @include(if: $counted) pageInfo {{ hasNextPage endCursor }} nodes {{ {_selected(columns)} }} }} }}")


def one(columns: list[Told]) -> str:
    """The document that asks for one customer."""
    return f"query($id: ID!) {{ customer(id: $id) {{ {_selected(columns)} }} }}"


def _selected(columns: list[Told]) -> str:
    return " ".join(dict.fromkeys(told.selection for told in columns))


