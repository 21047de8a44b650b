"""What the fields of tenants mean."""

from __future__ import annotations

import models
from engine import Expr, Many, One, Page, Row, viewers
from models.access import TenantKind
from resolvers.policy import Reach


class Tenant(Row, of=models.Tenant, tag="ten", place="id", ranked="name_key", above="parent_id"):
    """A tenant is known to whoever holds anything on it, so the tree is cut at the viewer's own."""

    def parent(self) -> One:
        return Tenant.each(id=self.parent_id).first()

    def ancestors(self) -> Many:
        reached = Reach.each(tenant_id=self.id)
        return Tenant.each().where(lambda tenant: reached.where(lambda r: r.node == tenant.id).exists()).by("level").all()

    def children(self, kind: TenantKind | None = None) -> Page:
        found = Tenant.each(parent_id=self.id)
        if kind is not None:
            found = found.where(lambda tenant: tenant.kind == kind)
        return found.by("name_key").page()

    def depth(self) -> Expr:
        return self.level - viewers("depth", nullable=False)

    def is_master_billing_entity(self) -> Expr:
        return self.kind == TenantKind.PLATFORM
