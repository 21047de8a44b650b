"""Access grants: which person holds which role on which tenant, and how they came by it."""

from __future__ import annotations

import datetime as dt

from tortoise import fields
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from models.access import Grant, GrantSource, Role, TenantKind
from models.records import Versioned, refers_to
from models.tenants import Tenant
from models.users import User


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
    return tuple(Grant(Role[g.role], g.tenant_id, tenants[g.tenant_id].path, TenantKind[tenants[g.tenant_id].kind],
                       GrantSource[g.source]) for g in held)


async def soonest_expiry(user_id: int, now: dt.datetime) -> dt.datetime | None:
    """When the first of a person's live grants expires by itself; None where none does."""
    first = await live_grants(now).filter(user_id=user_id, expires_at__not_isnull=True).order_by("expires_at").first()
    return first.expires_at if first else None


async def access_changed(user_ids: list[int]) -> None:
    """Makes the next request of these people work out anew what they hold."""
    await User.filter(id__in=user_ids).update(access_version=F("access_version") + 1)
