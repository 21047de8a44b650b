"""Reads that are written down: what was refused, in the audit trail of the tenant from which it was asked; and that somebody
from above looked at money, in that of the tenant in which they acted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import orjson

import models
from engine import Computed, One, Page, Row, computed
from engine.rows import key_of
from models.access import Capability
from models.audit import AuditEntry as Entry
from models.audit import append, canonical, held_head
from models.transaction import unit_of_work
from models.viewers import Viewer
from resolvers.tenants import Tenant
from resolvers.users import User

#: What an entry of a refused read has in the place of a mutation's name.
DENIED, LOOKED = "readDenied", "financialsRead"
#: One row of a viewer, reason and path in this time; looked for among so many of the latest entries of the tenant.
APART, RECENT = dt.timedelta(minutes=1), 1000


@dataclass(frozen=True)
class Denied:
    """A read that was refused: to whom, why, where in the request, and of what."""

    viewer: Viewer
    reason: str
    path: str
    at: dt.datetime
    request_id: str
    capability: str | None = None
    resource: str | None = None
    #: Whether the viewer may know of the resource after all, so that only the writing can tell that it was refused.
    doubtful: bool = False


@dataclass(frozen=True)
class Looked:
    """Somebody asked for money while acting in a tenant."""

    viewer: Viewer
    at: dt.datetime
    request_id: str


class AuditEntry(Row, of=models.AuditEntry, tag="aud", place="tenant_id", needs=Capability.AUDIT_VIEW):
    def tenant(self) -> One:
        return Tenant.each(id=self.tenant_id).first()

    def actor(self) -> One:
        return User.each(id=self.actor_id).first()

    def is_denial(self) -> Any:
        return self.operation == DENIED

    def path(self) -> Computed:
        return computed(_of_denial, self.operation, self.after, key="path")

    def capability(self) -> Computed:
        return computed(_of_denial, self.operation, self.after, key="capability")

    def noted_at(self) -> Computed:
        return computed(_to_the_second, self.at)


@Tenant.field
def audit_entries(tenant: Tenant, denied: bool | None = None) -> Page:
    """The tenant's audit trail, newest first."""
    found = AuditEntry.each(tenant_id=tenant.id)
    if denied is not None:
        found = found.where(lambda entry: entry.operation == DENIED if denied else ~(entry.operation == DENIED))
    return found.by("-seq").page()


def _of_denial(operation: str, after: str | None, key: str) -> str | None:
    """What an entry says of a refused read; never what a change says of the values before and after it."""
    return orjson.loads(after).get(key) if operation == DENIED and after else None


def _to_the_second(at: str) -> str:
    return f"{at[:19]}Z"


async def write_down(noted: Denied | Looked) -> None:
    """One entry, unless there is one like it already, of this process or another."""
    here = noted.viewer.current
    await unit_of_work(lambda: _written(noted) if isinstance(noted, Denied) else _looked(noted),
                       within=here.tenant_id if here else None)


async def _written(denied: Denied) -> None:
    viewer, after = denied.viewer, canonical({"path": denied.path, "capability": denied.capability})
    if viewer.current is None or denied.doubtful and await _knows(viewer, denied.resource):
        return
    head = await held_head(viewer.current.tenant_id)
    alike = Entry.filter(tenant_id=viewer.current.tenant_id, seq__gt=head.seq - RECENT, operation=DENIED, after=after,
                         reason=denied.reason, actor_id=viewer.user_id, api_key_id=viewer.key_id,
                         at__gt=(denied.at - APART).isoformat())
    if not await alike.exists():
        await append(Entry(tenant_id=viewer.current.tenant_id, actor_id=viewer.user_id, acting_session_id=viewer.acting_id,
                           api_key_id=viewer.key_id, operation=DENIED, resource=denied.resource, after=after,
                           reason=denied.reason, request_id=denied.request_id, at=denied.at.isoformat()))


async def _looked(looked: Looked) -> None:
    viewer = looked.viewer
    if viewer.current is None or viewer.acting_id is None:
        return
    await held_head(viewer.current.tenant_id)
    before = Entry.filter(tenant_id=viewer.current.tenant_id, operation=LOOKED, acting_session_id=viewer.acting_id)
    if not await before.exists():
        await append(Entry(tenant_id=viewer.current.tenant_id, actor_id=viewer.user_id, acting_session_id=viewer.acting_id,
                           operation=LOOKED, request_id=looked.request_id, at=looked.at.isoformat()))


async def _knows(viewer: Viewer, tenant: str | None) -> bool:
    found = await models.Tenant.get_or_none(id=key_of("ten", tenant))
    return found is not None and viewer.knows(found.path)
