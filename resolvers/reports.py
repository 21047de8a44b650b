"""Reports that somebody asks for: how far they are, and how their files are fetched."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson

import models
from engine import Bound, Computed, Expr, One, Page, Row, computed, key_of, now, viewers
from models.access import Capability
from models.customers import tenant_of
from models.files import StoredFile
from models.jobs import enqueue
from models.reports import NEEDED, DownloadLink, FileFormat, ReportKind, ReportRunStatus, begin_run, no_room
from models.sessions import hash_secret
from models.viewers import Viewer as Asker
from resolvers.change import NO_CUSTOMER, Change, ErrorCode, Occasion, Problems, check_creates, refuse
from resolvers.customers import HERE, Customer
from resolvers.finding import MOST as CRITERIA
from resolvers.finding import size_of
from resolvers.offers import Offer
from resolvers.query import Query
from resolvers.users import User
from resolvers.viewers import Viewer

#: The job that writes an export.
JOB = "write-report"
#: What `exportNow` makes, and of what.
EXPORTED = (ReportKind.CUSTOMER_LIST, ReportKind.CUSTOMER_INFORMATION)
SHEETS = (FileFormat.CSV, FileFormat.XLSX, FileFormat.JSONL)
NAMES = {ReportKind.CUSTOMER_LIST: "Customers", ReportKind.CUSTOMER_INFORMATION: "Customer information"}
#: Characters of a name as it is given.
NAME = 255
NO_REPORT = "There is no such report, or none that you may know of."


class FileKept(Row, of=models.StoredFile, open=True):
    """The table of files; read for the report that one belongs to."""


class ReportRun(Row, of=models.ReportRun, tag="rpt", place="tenant_id"):
    """Known to who asked for it, where they did: what it holds was theirs to see there."""

    def visible(self) -> Expr:
        return (self.requested_by_id == viewers("user")) & (self.tenant_id == HERE)

    def customer(self) -> One:
        return Customer.each(id=self.customer_id).first()

    def requested_by(self) -> One:
        return User.each(id=self.requested_by_id).open().first()

    def progress(self) -> Computed:
        return computed(_share, self.done)

    def size(self) -> Expr:
        return FileKept.each(id=self.file_id).where(lambda file: ~file.sealed_at.is_null()).value(lambda file: file.size)

    def downloadable(self) -> Expr:
        is_ready = (self.status == ReportRunStatus.SUCCEEDED) & ~self.file_id.is_null()
        return is_ready & (self.expires_at.or_else(self.requested_at) > now())


def _share(thousandths: int) -> float:
    return thousandths / 1000


@Viewer.field
def report_runs(viewer: Viewer) -> Page:
    return ReportRun.each(requested_by_id=viewers("user")).by("-requested_at").page()


@Customer.field
def reports_of_customer(customer: Customer) -> Page:
    return ReportRun.each(customer_id=customer.id).by("-requested_at").page()


@Query.field
def report_run(query: Query, id: Bound) -> One:
    return ReportRun.by_id(id)


# -- asking for one

EXPORTING = Offer("export", "Writes what the viewer sees of it to a file.", Capability.EXPORT)


@EXPORTING
async def export_now(viewer: Asker, occasion: Occasion, *, kind: ReportKind, format: FileFormat,
                     file_name: str | None = None, include_details: bool | None = None, customer_id: str | None = None,
                     **criteria: Any) -> Change:
    """Has the customers that the viewer sees, as they see them by then, written to a file in the background (S5.69)."""
    problems = Problems()
    check_creates(problems, occasion)
    assert viewer.current and viewer.user_id
    if kind not in EXPORTED:
        problems.add(ErrorCode.INVALID, "A customer list or customer information is exported here.", "kind")
    if format not in SHEETS:
        problems.add(ErrorCode.INVALID, "An export is CSV, XLSX or JSONL.", "format")
    if file_name is not None and len(file_name) > NAME:
        problems.add(ErrorCode.INVALID, f"A file's name has at most {NAME} characters.", "fileName")
    if size_of(criteria.get("filter") or {}) > CRITERIA:
        problems.add(ErrorCode.INVALID, f"A filter may have {CRITERIA} criteria.", "filter")
    customer = await _exported(viewer, customer_id, problems)
    problems.stop()
    await models.User.filter(id=viewer.user_id).select_for_update(no_key=True).get()
    if full := await no_room(viewer, each=True):
        refuse(ErrorCode.LIMIT_EXCEEDED, full)
    named = file_name or f"{NAMES[kind]} {occasion.now:%Y-%m-%d}"
    given = {name: value for name, value in criteria.items() if value is not None}
    run = await begin_run(viewer, occasion.now, kind=kind, format=format, file_name=named,
                          customer_id=customer.id if customer else None, include_details=bool(include_details),
                          criteria=orjson.dumps(given).decode())
    await enqueue(JOB, {"run": run.id}, key=f"{JOB}/{run.id}", due=occasion.now)
    return await _change(viewer, run, "exportNow", f"asked for {NAMES[kind].lower()} as {format.name}", activity=True)


async def _exported(viewer: Asker, customer_id: str | None, problems: Problems) -> models.Customer | None:
    """The one customer that is asked for, if it is one; who may not export is told so."""
    assert viewer.current
    tenant = await tenant_of(key_of("cus", customer_id)) if customer_id is not None else None
    if customer_id is not None and (tenant is None or not viewer.may(Capability.CUSTOMER_VIEW, tenant.path)):
        problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, "customerId")
        return None
    if not viewer.may(EXPORTING.needs, tenant.path if tenant else viewer.current.path):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you export.", requires=EXPORTING.needs)
    return await models.Customer.get(id=tenant.id) if tenant else None


async def cancel_report(viewer: Asker, occasion: Occasion, *, run_id: str) -> Change:
    """Calls a report off that waits or is being written. Whoever writes it notices within a second."""
    problems = Problems()
    check_creates(problems, occasion)
    problems.stop()
    run = await models.ReportRun.filter(id=key_of("rpt", run_id)).select_for_update(no_key=True).first()
    if run is None or not _is_theirs(viewer, run):
        refuse(ErrorCode.NOT_FOUND, NO_REPORT, "runId")
    if not run.under_way:
        refuse(ErrorCode.INVALID_STATE, f"Only a report that is QUEUED or RUNNING can be called off; this one is {run.status}.",
               "runId")
    await run.go(ReportRunStatus.CANCELLED, finished_at=occasion.now)
    return await _change(viewer, run, "cancelReport", f"called {run.file_name} off", activity=False)


# -- fetching one

async def download_report(viewer: Asker, occasion: Occasion, *, run_id: str) -> Change:
    """A link that fetches the report's file once, by the same person, in the next quarter of an hour."""
    problems = Problems()
    check_creates(problems, occasion)
    run = await models.ReportRun.get_or_none(id=key_of("rpt", run_id))
    if run is None or not _is_theirs(viewer, run):
        refuse(ErrorCode.NOT_FOUND, NO_REPORT, "runId")
    if run.status != ReportRunStatus.SUCCEEDED.name:
        problems.add(ErrorCode.INVALID_STATE, f"Only a report that SUCCEEDED has a file; this one is {run.status}.", "runId")
    elif missing := await _missing(viewer, run):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you fetch this any longer.", "runId", requires=missing)
    elif not await _holds(run, occasion.now):
        problems.add(ErrorCode.LINK_EXPIRED, "The file is gone, or what you may see has changed since it was made: ask for "
                     "the report anew.", "runId")
    problems.stop()
    secret = await DownloadLink.mint(run, occasion.now)
    change = await _change(viewer, run, "downloadReport", f"fetched {run.file_name}", activity=False)
    change.texts["url"] = f"{occasion.base_url}/files/{secret}"
    return change


async def fetch(viewer: Asker, secret: str, now: dt.datetime) -> tuple[models.ReportRun, StoredFile] | None:
    """The file to which a link leads, and uses the link up. None where it leads this viewer nowhere: it is unknown, used,
    too old or somebody else's, or they may no longer see what is in the file. Call it in a unit of work."""
    link = await DownloadLink.get_or_none(hash=hash_secret(secret))
    run = await models.ReportRun.get_or_none(id=link.run_id) if link else None
    if run is None or run.file_id is None or not _is_theirs(viewer, run):
        return None
    if await _missing(viewer, run) or not await _holds(run, now) or not await DownloadLink.use(secret, now):
        return None
    return run, await StoredFile.get(id=run.file_id)


def _is_theirs(viewer: Asker, run: models.ReportRun) -> bool:
    """As `ReportRun.visible` has it."""
    here = viewer.current
    return run.requested_by_id == viewer.user_id and here is not None and here.tenant_id == run.tenant_id


async def _missing(viewer: Asker, run: models.ReportRun) -> Capability | None:
    """What the viewer would have to hold to fetch it and does not."""
    tenant = await models.Tenant.get(id=run.customer_id or run.tenant_id)
    needed = NEEDED[ReportKind[run.kind]]
    return None if viewer.may(needed, tenant.path) else needed


async def _holds(run: models.ReportRun, now: dt.datetime) -> bool:
    """Whether the file is there and its person still holds the very same that they did when it was written."""
    user = await models.User.get(id=run.requested_by_id)
    return (run.file_id is not None and run.expires_at is not None and run.expires_at > now and user.active
            and user.access_version == run.access_version)


async def _change(viewer: Asker, run: models.ReportRun, action: str, summary: str, *, activity: bool) -> Change:
    return Change(tenant=await models.Tenant.get(id=run.tenant_id), action=action, summary=summary, activity=activity,
                  resource=f"rpt_{run.id}", records={"run": run}, on_behalf=viewer.acting_id is not None,
                  after={"kind": run.kind, "format": run.format, "fileName": run.file_name})
