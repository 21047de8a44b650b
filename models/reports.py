"""Reports that somebody asked for: what was asked, how far it is, the file that came of it, and links to fetch that."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from enum import Enum

from tortoise import fields
from tortoise.models import Model

from models.access import STRONGEST_FIRST, Capability
from models.files import KEPT, PIECE, StoredFile
from models.records import Record, refers_to
from models.sessions import hash_secret, new_secret
from models.tenants import Tenant
from models.users import User
from models.viewers import Viewer


class ReportKind(Enum):
    """What a report tells of."""

    CUSTOMER_LIST = "The customer list: the columns that the person has chosen, in their order."
    CUSTOMER_INFORMATION = "What is recorded of customers, whatever columns the person has chosen."
    BILLING = "An invoice as a document."


class FileFormat(Enum):
    """What a report is written as. The value says for what it is good."""

    CSV = "Comma-separated values (RFC 4180) in UTF-8 with a byte order mark."
    XLSX = "An Excel workbook with one sheet."
    PDF = "A document to print or to file."
    JSONL = "For programs: a JSON object to a line, by the titles of the columns, money as text, null for what is empty."


class ReportRunStatus(Enum):
    """How far a report is."""

    QUEUED = "Waiting for its turn."
    RUNNING = "Being written; `progress` says how far."
    SUCCEEDED = "Its file is ready, until `expiresAt`."
    FAILED = "There is no file; `failure` says why."
    CANCELLED = "There is no file: who had asked called it off."


class ReportFailure(Enum):
    """Why a report came to nothing. The value says what to do."""

    NOT_ALLOWED = "When its turn came, who had asked might no longer export there: ask an admin for the right, then anew."
    ACTING_ENDED = "It was asked for in an acting session that was over when its turn came: enter the tenant and ask anew."
    BROKEN = "Something failed in the server, several times: ask anew later."


#: Where a report may go from where it is. One that runs may begin again: whoever wrote it was stopped half-way.
STEPS: dict[ReportRunStatus, set[ReportRunStatus]] = {
    ReportRunStatus.QUEUED: set(ReportRunStatus) - {ReportRunStatus.QUEUED},
    ReportRunStatus.RUNNING: set(ReportRunStatus) - {ReportRunStatus.QUEUED},
    ReportRunStatus.SUCCEEDED: set(),
    ReportRunStatus.FAILED: set(),
    ReportRunStatus.CANCELLED: set(),
}
UNDER_WAY = (ReportRunStatus.QUEUED.name, ReportRunStatus.RUNNING.name)
#: How many of one person, and of one tenant, may be under way; and how many exports of one tenant are written at a time.
MOST_OF_A_PERSON, MOST_OF_A_TENANT, WRITTEN_AT_A_TIME = 5, 50, 2
#: What somebody must hold to fetch it: on the customer that it is about, else on the tenant where it was asked for.
NEEDED = {ReportKind.CUSTOMER_LIST: Capability.EXPORT, ReportKind.CUSTOMER_INFORMATION: Capability.EXPORT,
          ReportKind.BILLING: Capability.DOCUMENT_DOWNLOAD}
MEDIA_TYPES = {FileFormat.CSV: "text/csv; charset=utf-8", FileFormat.PDF: "application/pdf",
               FileFormat.JSONL: "application/jsonl",
               FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
#: How long a link works, and how long it is remembered that a report was made.
LINK, REMEMBERED = timedelta(minutes=15), timedelta(days=90)
#: Characters that a file's name may have, without its ending.
LONGEST_NAME = 120
#: Names that mean devices to Windows, with whatever ending.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class ReportRun(Record):
    """One report. Known to who asked for it, in the tenant where they did."""

    tenant = refers_to("Tenant", on_delete=fields.CASCADE)
    tenant_id: int
    #: The one customer that it is about; null where it is about many.
    customer = refers_to("Customer", on_delete=fields.CASCADE, null=True)
    customer_id: int | None
    requested_by = refers_to("User", on_delete=fields.CASCADE)
    requested_by_id: int
    acting_session = refers_to("ActingSession", on_delete=fields.SET_NULL, null=True)
    acting_session_id: int | None
    run_as_role = fields.CharField(20)
    kind = fields.CharField(30)
    format = fields.CharField(10)
    file_name = fields.CharField(200)
    include_details = fields.BooleanField()
    #: JSON: search, filter, sort and the like, as the customer list takes them.
    criteria = fields.TextField()
    status = fields.CharField(20)
    #: Thousandths that are done.
    done = fields.IntField(default=0, db_default=0)
    rows = fields.IntField(null=True)
    failure = fields.CharField(20, null=True)
    requested_at: dt.datetime = fields.DatetimeField()
    started_at: dt.datetime | None = fields.DatetimeField(null=True)
    finished_at: dt.datetime | None = fields.DatetimeField(null=True)
    expires_at: dt.datetime | None = fields.DatetimeField(null=True)
    #: Of who asked, when it was written: whoever holds something else by now may not see what is in it.
    access_version = fields.IntField(null=True)
    file = refers_to("StoredFile", on_delete=fields.SET_NULL, null=True)
    file_id: int | None

    class Meta:
        table = "report_run"
        indexes = (("requested_by_id", "tenant_id", "requested_at"), ("customer_id",), ("requested_at",), ("tenant_id", "status"))

    @property
    def under_way(self) -> bool:
        return self.status in UNDER_WAY

    async def go(self, status: ReportRunStatus, **values: object) -> None:
        """Takes a step. Call it with the run locked; raises ValueError where there is no such step."""
        if status not in STEPS[ReportRunStatus[self.status]]:
            raise ValueError(f"A report that is {self.status} does not become {status.name}")
        self.update_from_dict({"status": status.name, **values})
        await self.save(update_fields=["status", *values])

    async def succeed(self, file: StoredFile, rows: int | None, access_version: int, until: dt.datetime | None,
                      now: dt.datetime) -> None:
        """Its file is whole. `until`: when a grant of who asked ends by itself, after which they must ask anew."""
        await file.seal(now)
        await self.go(ReportRunStatus.SUCCEEDED, done=1000, rows=rows, access_version=access_version, file_id=file.id,
                      finished_at=now, expires_at=min(filter(None, (now + KEPT, until))))

    async def fail(self, why: ReportFailure, now: dt.datetime) -> None:
        await self.go(ReportRunStatus.FAILED, failure=why.name, finished_at=now)


class DownloadLink(Model):
    """A link that fetches a report's file once. Holds the hash of its secret only."""

    hash = fields.CharField(64, primary_key=True)
    run = refers_to("ReportRun", on_delete=fields.CASCADE)
    run_id: int
    made_at: dt.datetime = fields.DatetimeField()
    expires_at: dt.datetime = fields.DatetimeField()
    used_at: dt.datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "download_link"
        indexes = (("expires_at",),)

    @classmethod
    async def mint(cls, run: ReportRun, now: dt.datetime) -> str:
        """A new secret for a report's file."""
        secret = new_secret()
        await cls.create(hash=hash_secret(secret), run_id=run.id, made_at=now, expires_at=now + LINK)
        return secret

    @classmethod
    async def use(cls, secret: str, now: dt.datetime) -> bool:
        """Uses a link up; False where that was done before, or it is too old."""
        return bool(await cls.filter(hash=hash_secret(secret), used_at__isnull=True, expires_at__gt=now)
                    .update(used_at=now))


async def store_run(viewer: Viewer, content: bytes, now: dt.datetime, *, kind: ReportKind, format: FileFormat,
                    file_name: str, customer_id: int | None = None, rows: int | None = None) -> ReportRun:
    """A report that is ready at once, such as a document made in the change under way. Call it inside that.

    Who asks gets the file by `downloadReport` as that of any other report, and needs NEEDED[kind] then: on the
    customer where one is named, else on the tenant where they act.
    """
    run = await begin_run(viewer, now, kind=kind, format=format, file_name=file_name, customer_id=customer_id)
    file = await StoredFile.begin(MEDIA_TYPES[format], now)
    for piece in in_pieces(content):
        await file.add(piece)
    user = await User.get(id=run.requested_by_id)
    await run.succeed(file, rows, user.access_version, None, now)
    return run


async def hold_queue(tenant_id: int) -> None:
    """Nobody else asks for a report in the tenant, or begins one, until the unit of work is over."""
    await Tenant.filter(id=tenant_id).select_for_update(no_key=True).get()


async def no_room(viewer: Viewer, *, each: bool) -> str | None:
    """Why another report cannot wait, with what to do; None where it can. Call it in the unit that asks for one."""
    assert viewer.user_id and viewer.current
    await hold_queue(viewer.current.tenant_id)
    under_way = ReportRun.filter(status__in=UNDER_WAY)
    if each and await under_way.filter(requested_by_id=viewer.user_id).count() >= MOST_OF_A_PERSON:
        return f"{MOST_OF_A_PERSON} of your reports are under way: wait for one to finish, or call one off by cancelReport."
    if await under_way.filter(tenant_id=viewer.current.tenant_id).count() >= MOST_OF_A_TENANT:
        return f"{MOST_OF_A_TENANT} reports of this tenant are under way: wait, or have people call theirs off."
    return None


async def begin_run(viewer: Viewer, now: dt.datetime, *, kind: ReportKind, format: FileFormat, file_name: str,
                    customer_id: int | None = None, include_details: bool = False, criteria: str = "{}") -> ReportRun:
    """A report that waits for its turn."""
    assert viewer.user_id and viewer.current
    held = {h.role for h in viewer.holdings}  # somebody may hold nothing where they are, and export what they are linked to
    role = viewer.role_on(viewer.current.path) or next(role for role in STRONGEST_FIRST if role in held)
    return await ReportRun.create(
        tenant_id=viewer.current.tenant_id, customer_id=customer_id, requested_by_id=viewer.user_id,
        acting_session_id=viewer.acting_id, run_as_role=role.name, kind=kind.name, format=format.name,
        file_name=safe_name(file_name, format), include_details=include_details, criteria=criteria,
        status=ReportRunStatus.QUEUED.name, requested_at=now)


async def give_up(run_id: int, now: dt.datetime) -> None:
    """Says of a report that nobody will try to write it again, and keeps nothing of it. Call it in a unit of work."""
    run = await ReportRun.filter(id=run_id, status__in=UNDER_WAY).select_for_update(no_key=True).first()
    if run is not None:
        await StoredFile.filter(id=run.file_id).delete()
        await run.fail(ReportFailure.BROKEN, now)


def in_pieces(content: bytes) -> Iterable[bytes]:
    return (content[start:start + PIECE] for start in range(0, len(content), PIECE))


def safe_name(wanted: str, format: FileFormat) -> str:
    """A file's name as any system takes it: no folders, no control or reserved characters, the format's own ending."""
    ending = f".{format.name.lower()}"
    text = "".join(c for c in unicodedata.normalize("NFC", wanted)
                   if c not in '/\\:*?"<>|' and unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    stem = " ".join(text.split())
    if stem.lower().endswith(ending):
        stem = stem[:-len(ending)]
    stem = stem[:LONGEST_NAME].strip(". ")
    return f"{'report' if not stem else f'_{stem}' if DEVICES.match(stem) else stem}{ending}"


async def forget_old(now: dt.datetime) -> int:
    """Deletes links that are of no use any more, and what is remembered of old reports; how many reports those were."""
    await DownloadLink.filter(expires_at__lte=now - LINK).delete()
    return await ReportRun.filter(requested_at__lte=now - REMEMBERED).delete()
