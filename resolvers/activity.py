"""What the fields of the activity log mean, and how a change is written into it and into the audit trail."""

from __future__ import annotations

import datetime as dt

import models
from engine import Bound, One, Page, Row
from models.access import Capability
from models.audit import AuditEntry, append, canonical
from models.viewers import Viewer
from resolvers.change import Change, Occasion
from resolvers.customers import Customer
from resolvers.tenants import Tenant
from resolvers.users import User

SUMMARY = 500
NOBODY = "nobody"


class ActivityEvent(Row, of=models.ActivityEvent, tag="evt", place="tenant_id", needs=Capability.AUDIT_VIEW):
    def tenant(self) -> One:
        return Tenant.each(id=self.tenant_id).first()

    def actor(self) -> One:
        return User.each(id=self.actor_id).first()

    def actor_home_tenant(self) -> One:
        return Tenant.each(id=User.each(id=self.actor_id).value(lambda user: user.tenant_id)).first()


@Customer.field
@Tenant.field
def activity_log(account: Customer | Tenant, actor: Bound | None = None, since: Bound | None = None,
                 until: Bound | None = None) -> Page:
    """What happened in one account, newest first; `until` is the first moment that no longer counts."""
    found = ActivityEvent.each(tenant_id=account.id)
    if actor is not None:
        found = found.where(lambda event: event.actor_id == User.key_in(actor))
    if since is not None:
        found = found.where(lambda event: event.at >= since)
    if until is not None:
        found = found.where(lambda event: event.at < until)
    return found.by("-at").page()


async def record(viewer: Viewer, occasion: Occasion, change: Change, operation: str, key: str | None) -> AuditEntry:
    """Writes a change down, in its own transaction and as the last thing in it: the tenant's chain is held from here.

    key  the idempotency key it came with
    """
    assert change.tenant
    acting_id = None if change.actor else viewer.acting_id
    actor = change.actor or await models.User.get_or_none(id=(change.viewer or viewer).user_id)
    if change.activity:
        await models.ActivityEvent.create(
            tenant_id=change.tenant.id, actor_id=actor and actor.id, actor_email=actor.email if actor else NOBODY,
            on_behalf=change.on_behalf, action=change.action, resource=change.resource,
            summary=change.summary[:SUMMARY], at=occasion.now)
    entry = AuditEntry(
        tenant_id=change.tenant.id, actor_id=actor and actor.id, acting_session_id=acting_id,
        api_key_id=viewer.key_id,
        operation=operation, resource=change.resource, before=_text(change.before), after=_text(change.after),
        reason=occasion.reason, idempotency_key=key, request_id=occasion.request_id,
        at=occasion.now.astimezone(dt.UTC).isoformat())
    await append(entry)
    return entry


def _text(values: dict[str, object] | None) -> str | None:
    return None if values is None else canonical(values)
