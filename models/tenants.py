"""The tenant tree: who stands beneath whom, and the closure that reads reach it by."""

from __future__ import annotations

import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo

from tortoise import fields

from models.access import TenantKind
from models.reach import Reach, list_beneath, step
from models.records import Versioned, name_key, new_id, refers_to
from models.viewers import Place

#: Which kinds may stand directly beneath which. A customer may hold sub-accounts, one level deep.
BENEATH: dict[TenantKind, tuple[TenantKind, ...]] = {
    TenantKind.PLATFORM: (TenantKind.DISTRIBUTOR, TenantKind.RESELLER),
    TenantKind.DISTRIBUTOR: (TenantKind.RESELLER,),
    TenantKind.RESELLER: (TenantKind.CUSTOMER,),
    TenantKind.CUSTOMER: (TenantKind.CUSTOMER,),
}


class Tenant(Versioned):
    """A company in the tree. `path` lists its ancestors' ids and its own between slashes: "/1/22/333/"."""

    kind = fields.CharField(20)
    name = fields.CharField(200)
    name_key = fields.CharField(400)
    reference = fields.CharField(100, null=True, unique=True)
    domain = fields.CharField(253, null=True)
    parent = refers_to("Tenant", null=True)
    parent_id: int | None
    path = fields.CharField(200, unique=True)
    #: How many tenants stand above it.
    level = fields.IntField()
    #: A step for each tenant above it and one for itself: in this order parents come before children, siblings by name.
    tree_key = fields.TextField(default="", db_default="")
    sub_account = fields.BooleanField(default=False, db_default=False)
    currency = fields.CharField(3)
    #: IANA name of the zone in which its days begin and end.
    time_zone = fields.CharField(64, default="UTC", db_default="UTC")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "tenant"
        indexes = (("parent_id", "name_key", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.id, self.path, TenantKind[self.kind])

    @classmethod
    def beneath(cls, parent: Tenant | None, *, kind: TenantKind, name: str, currency: str | None = None,
                id: int | None = None, reference: str | None = None, domain: str | None = None,
                time_zone: str | None = None) -> Self:
        """A tenant, not yet saved, in its place under the parent (None: the root)."""
        id = id or new_id()
        above = {"parent_id": parent.id, "path": f"{parent.path}{id}/", "level": parent.level + 1,
                 "sub_account": parent.kind == TenantKind.CUSTOMER.name} if parent else {"path": f"/{id}/", "level": 0}
        above["tree_key"] = (parent.tree_key if parent else "") + step(name_key(name), id)
        return cls(id=id, kind=kind.name, name=name, name_key=name_key(name), reference=reference, domain=domain,
                   currency=currency or (parent.currency if parent else "EUR"),
                   time_zone=time_zone or (parent.time_zone if parent else "UTC"), **above)

    def may_hold(self, kind: TenantKind) -> bool:
        """Whether a tenant of that kind may stand directly beneath this one."""
        return kind in BENEATH[TenantKind[self.kind]] and not self.sub_account

    @property
    def ancestor_ids(self) -> list[int]:
        """From the root down to the parent."""
        return [int(part) for part in self.path.strip("/").split("/")][:-1]

    def reaches(self) -> list[Reach]:
        """Its rows in the closure: itself as itself, and beneath each ancestor."""
        return [Reach(node=node, name_key=self.name_key, tenant_id=self.id) for node in (-self.id, *self.ancestor_ids)]


def today(tenant: Tenant, now: dt.datetime) -> dt.date:
    """The calendar day that it is for the tenant at a moment. Raises ZoneInfoNotFoundError for a zone that does not exist."""
    return now.astimezone(ZoneInfo(tenant.time_zone)).date()


async def plant(tenants: list[Tenant]) -> None:
    """Saves new tenants, parents before children, with their place in the closure."""
    await Tenant.bulk_create(tenants, batch_size=500)
    await Reach.bulk_create([row for tenant in tenants for row in tenant.reaches()], batch_size=500)
    if sub_accounts := [tenant.id for tenant in tenants if tenant.sub_account]:
        await list_beneath(sub_accounts)
