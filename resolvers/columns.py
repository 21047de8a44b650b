"""The columns of exports: what each is called, what it asks of a customer, and what of the answer it tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.lists import CustomerColumn as Column
from models.reports import ReportKind
from models.tags import MOST as TAGS
from resolvers.sheets import Cell


@dataclass(frozen=True)
class Told:
    """One column of a file. `path` leads through the answer to the value; what is null on the way leaves the cell empty.

    selection  what of a Customer it asks for: the API decides as ever what is answered
    """

    title: str
    selection: str
    path: tuple[str, ...]
    type: type = str

    def cell(self, customer: dict[str, Any]) -> Cell:
        value: Any = customer
        for name in self.path:
            if value is None:
                return None
            value = value[name]
        if value is None or self.type is str or self.type is int:
            return value  # type: ignore[no-any-return]
        if self.type is list:
            return ", ".join(each["name"] for each in value)
        return Decimal(value) if self.type is Decimal else dt.datetime.fromisoformat(value)


def of(title: str, path: str, type: type = str) -> Told:
    """A column that selects just its path: "mrr.amount" asks for mrr { amount }."""
    names = path.split(".")
    return Told(title, " { ".join(names) + " }" * (len(names) - 1), tuple(names), type)


#: For each column of the list: what it shows, and the details beside that.
COLUMNS: dict[Column, tuple[tuple[Told, ...], tuple[Told, ...]]] = {
    Column.NAME: ((of("Name", "name"),), (of("Reference", "reference"),)),
    Column.STATUS: ((of("Status", "status"),), (of("Status reason", "statusReason"),
                                                of("Status since (UTC)", "statusChangedAt", dt.datetime))),
    Column.ONBOARDING: ((of("Onboarding", "onboarding.status"),),
                        (of("Tasks completed", "onboarding.completedTasks", int),
                         of("Tasks required", "onboarding.requiredTasks", int))),
    Column.SOURCE_DATA: ((of("Source data", "sourceData.status"),),
                         (of("Last source data (UTC)", "sourceData.lastIngestedAt", dt.datetime),)),
    Column.MRR: ((of("MRR", "summary.mrr.amount", Decimal), of("Currency", "summary.mrr.currency")),
                 (of("MRR pending entry", "summary.mrrPendingEntry.amount", Decimal),)),
    Column.PORTS: ((of("Ports", "summary.ports", int),), ()),
    Column.VCS: ((of("Virtual circuits", "summary.virtualCircuits", int),), ()),
    Column.CLOUD: ((of("Cloud connections", "summary.cloudConnections", int),), ()),
    Column.LAST_ACTIVITY: ((of("Last activity (UTC)", "summary.lastActivityAt", dt.datetime),), ()),
    Column.LAST_ORDER: ((of("Last order (UTC)", "summary.lastOrderAt", dt.datetime),), ()),
    Column.ADMIN: ((of("Admin", "primaryAdmin.displayName"),), (of("Admin's e-mail", "primaryAdmin.email"),)),
    Column.CONTRACTS: ((of("Contracts", "contractSummary.total", int),), ()),
    Column.INVOICES: ((of("Invoices", "invoices.totalCount", int),), ()),
    Column.ROLE: ((of("Your role", "viewerRole"),), ()),
    Column.PHONE: ((of("Phone", "phone"),), ()),
    Column.EMAIL: ((of("E-mail", "email"),), ()),
    Column.COUNTRY: ((of("Country", "country"),), ()),
    Column.SERVICES: ((of("Services", "services.totalCount", int),), ()),
    Column.TAGS: ((Told("Tags", f"tags(first: {TAGS}) {{ nodes {{ name }} }}", ("tags", "nodes"), list),), ()),
}
#: What is recorded of a customer; the rest of the columns are its details.
INFORMATION = (of("Name", "name"), of("Reference", "reference"), of("Status", "status"), of("Status reason", "statusReason"),
               of("Web site", "website"), of("Phone", "phone"), of("E-mail", "email"), of("Country", "country"),
               of("Recorded (UTC)", "createdAt", dt.datetime), of("Accepted (UTC)", "acceptedAt", dt.datetime),
               of("Admin", "primaryAdmin.displayName"), of("Admin's e-mail", "primaryAdmin.email"))
DETAILED = (Column.ONBOARDING, Column.SOURCE_DATA, Column.MRR, Column.PORTS, Column.VCS, Column.CLOUD, Column.LAST_ACTIVITY,
            Column.LAST_ORDER, Column.CONTRACTS, Column.INVOICES, Column.SERVICES)


def columns_of(kind: ReportKind, shown: Sequence[Column], details: bool) -> list[Told]:
    """The columns of a file, in order: the list's as its person has chosen them, or those of customer information."""
    if kind is ReportKind.CUSTOMER_INFORMATION:
        more = [told for column in DETAILED for part in COLUMNS[column] for told in part] if details else []
        return [*INFORMATION, *more]
    return [told for column in shown for part in COLUMNS[column][:2 if details else 1] for told in part]
