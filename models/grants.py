"""Access grants: which person holds which role on which tenant, and how they came by it."""

from __future__ import annotations

import datetime as dt

from tortoise import fields
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from models.access import GrantSource, Role, TenantKind
from models.events import Topic, tell
from models.reach import LinkList, is_listed, list_links
from models.records import Versioned, refers_to
from models.tenants import Tenant
from models.users import User
from models.viewers import Grant


class AccessGrant(Versioned):
    """A role on a tenant. One live HOME grant and one live LINKED grant for each person and tenant (I17)."""

    user = refers_to("User")
    user_id: int
    tenant = refers_to("Tenant")
    tenant_id: int
    role = fields.CharField(20)
    source = fields.CharField(20)
    granted_by_id = fields.BigIntField(null=True)
    granted_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "access_grant"
        indexes = (("user_id", "revoked_at"), ("tenant_id", "role", "revoked_at"))


def live(now: dt.datetime) -> Q:
    """Grants that hold at a moment: neither revoked nor expired."""
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def live_grants(now: dt.datetime) -> QuerySet[AccessGrant]:
    return AccessGrant.filter(live(now))


async def grants_of(user_id: int, now: dt.datetime) -> tuple[Grant, ...]:
    """What a person holds at a moment, with where it lies in the tree."""
    held = await live_grants(now).filter(user_id=user_id)
    tenants = {t.id: t for t in await Tenant.filter(id__in=[g.tenant_id for g in held])}
    lists = {link_list.role: link_list.id for link_list in await LinkList.filter(user_id=user_id)}

    def grant(row: AccessGrant) -> Grant:
        tenant, source = tenants[row.tenant_id], GrantSource[row.source]
        kind = TenantKind[tenant.kind]
        listed = is_listed(source, kind, row.expires_at is not None)
        return Grant(Role[row.role], tenant.id, tenant.path, kind, source, lists.get(row.role) if listed else None)
    return tuple(map(grant, held))


async def soonest_expiry(user_id: int, now: dt.datetime) -> dt.datetime | None:
    """When the first of a person's live grants expires by itself; None where none does."""
    first = await live_grants(now).filter(user_id=user_id, expires_at__not_isnull=True).order_by("expires_at").first()
    return first.expires_at if first else None


async def access_changed(user_ids: list[int]) -> None:
    """Brings what these people are linked to in line with their grants; their next request works out what they hold."""
    await list_links(user_ids)
    await User.filter(id__in=user_ids).update(access_version=F("access_version") + 1)
    await tell(Topic.ACCESS, user_ids, dt.datetime.now(dt.UTC))
