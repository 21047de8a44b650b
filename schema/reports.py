"""Reports: asked for, followed, fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import models.reports
from engine.bind import answered
from models.viewers import Viewer
from resolvers import reports
from resolvers.change import Change, Occasion
from schema.directives import shown, shows
from schema.enums import described
from schema.filters import CustomerFilter
from schema.mutations import changes
from schema.nodes import Node
from schema.payloads import MutationPayload
from schema.scalars import URL, DateTime
from schema.tenants import Role
from schema.users import User
from schema.variables import as_sent

if TYPE_CHECKING:
    from schema.customers import Customer, CustomerSort

ReportKind = described(models.reports.ReportKind)
FileFormat = described(models.reports.FileFormat)
ReportRunStatus = described(models.reports.ReportRunStatus)
ReportFailure = described(models.reports.ReportFailure)


@shows(reports.ReportRun)
class ReportRun(Node):
    """A report that somebody asked for. Known to that person only, in the tenant where they asked. `downloadReport` leads to
    its file."""

    kind: ReportKind = shown("What it tells of.")
    format: FileFormat = shown("What it is written as.")
    file_name: str = shown("What its file is called.")
    include_details: bool = shown("Whether it has the details beside the columns.")
    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown(
        "The one customer that it is about; null where it is about many, or the viewer no longer sees it.")
    status: ReportRunStatus = shown("How far it is.")
    progress: float = shown("How much of it is written, from 0 to 1.")
    rows: int | None = shown("How many rows it has beneath the titles; null until it is ready, and for documents.")
    size: int | None = shown("Bytes of its file; null until it is ready, and once it is deleted.")
    failure: ReportFailure | None = shown("Why there is none; null otherwise.")
    requested_by: User | None = shown("Who asked.")
    requested_at: DateTime = shown("When they asked.")
    started_at: DateTime | None = shown("When writing it began; null while it waits.")
    finished_at: DateTime | None = shown("When it was ready or given up; null until then.")
    expires_at: DateTime | None = shown("Until when its file is kept; null where there is none yet.")
    run_as_role: Role = shown("What who asked was in the tenant when they asked. What they may see is decided when it is "
                              "written, and asked once more when it is fetched.")
    downloadable: bool = shown("Whether there is a file to fetch.")


@strawberry.input(description="What to export. Of customers those are written that the viewer sees by then.")
class ExportNowInput:
    kind: ReportKind = strawberry.field(description="CUSTOMER_LIST or CUSTOMER_INFORMATION.")
    format: FileFormat = strawberry.field(description="CSV, XLSX or JSONL.")
    file_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What to call the file, up to 255 characters; what no file may be called is "
        "left out, and the format's ending is added. Kind and day where not given.")
    include_details: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether to add the details of each column, such as the administrator's "
        "address beside the name.")
    customer_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="One customer, to export nothing but that. Filter, search and order do not "
        "count then.")
    filter: CustomerFilter | None = strawberry.field(default=strawberry.UNSET, description="Which customers, as "
                                                     "`Query.customers` takes it; all where not given.")
    search: str | None = strawberry.field(default=strawberry.UNSET, description="As `Query.customers` takes it.")
    hide_inactive: bool | None = strawberry.field(default=strawberry.UNSET, description="As `Query.customers` takes it.")
    sort: Annotated["CustomerSort", strawberry.lazy("schema.customers")] | None = strawberry.field(
        default=strawberry.UNSET, description="The order, as `Query.customers` takes it; by name where not given.")


@strawberry.type(description="The export, which is written in the background.")
class ExportNowPayload(MutationPayload):
    run: ReportRun | None = answered("The report: ask for it by `Query.reportRun` until it is ready. Null where nothing was "
                                     "done.")


@strawberry.input(description="Which report to call off.")
class CancelReportInput:
    run_id: strawberry.ID = strawberry.field(description="One of `Viewer.reportRuns`.")


@strawberry.type(description="The report, called off.")
class CancelReportPayload(MutationPayload):
    run: ReportRun | None = answered("The report; null where nothing was done.")


@strawberry.input(description="Which report to fetch.")
class DownloadReportInput:
    run_id: strawberry.ID = strawberry.field(description="One of `Viewer.reportRuns`.")


@strawberry.type(description="The way to a report's file.")
class DownloadReportPayload(MutationPayload):
    run: ReportRun | None = answered("The report; null where nothing was done.")
    url: URL | None = strawberry.field(
        description="Fetches the file by GET, once, within 15 minutes, with the session of the same person in the same "
        "tenant: by cookie or bearer token. Told this once; ask again for another. Null where nothing was done, and in dry "
        "runs.")


async def export_now(viewer: Viewer, occasion: Occasion, *, sort: Any, filter: Any, hide_inactive: bool | None,
                     **given: Any) -> Change:
    """Filter and order are kept as they were sent: the export asks with them for the list."""
    return await reports.export_now(viewer, occasion, sort=as_sent(sort), filter=as_sent(filter), hideInactive=hide_inactive,
                                    **given)


@strawberry.type
class ReportMutations:
    export_now = changes(
        export_now, input=ExportNowInput, payload=ExportNowPayload,
        description="Writes the customers that the viewer sees to a file, in the background and with what they may see when "
        "its turn comes: withheld cells are empty. CUSTOMER_LIST has the columns of `ListPreferences`, CUSTOMER_INFORMATION "
        "what is recorded of each customer. Requires EXPORT on the tenant in which the viewer acts, or on the one customer "
        f"named. LIMIT_EXCEEDED while {models.reports.MOST_OF_A_PERSON} of the person's reports, or "
        f"{models.reports.MOST_OF_A_TENANT} of the tenant's, are under way; of a tenant "
        f"{models.reports.WRITTEN_AT_A_TIME} exports are written at a time.")
    cancel_report = changes(
        reports.cancel_report, input=CancelReportInput, payload=CancelReportPayload,
        description="Calls a report off that waits or is being written: there will be no file, and another may be asked for in "
        "its place. Only who asked for it may, in the tenant where they did. INVALID_STATE where it is over.")
    download_report = changes(
        reports.download_report, input=DownloadReportInput, payload=DownloadReportPayload,
        description="Makes a link to a report's file that works once. INVALID_STATE where the report is not ready. "
        "LINK_EXPIRED where its file is gone, or the person's roles or links have changed since it was written: what they "
        "held then is in it, so they ask for the report anew. Requires EXPORT, and DOCUMENT_DOWNLOAD for bills.")


__all__ = ["FileFormat", "ReportFailure", "ReportKind", "ReportMutations", "ReportRun", "ReportRunStatus"]
