"""Access grants: who holds what role where, as far as the viewer may know."""

from __future__ import annotations

import models
from engine import Bound, Computed, Expr, One, Page, Row, computed, held, now, rank, viewers
from models.access import INHERITED, STRONGEST_FIRST, Capability, GrantSource, Role, TenantKind
from models.viewers import Grant
from resolvers.customers import Customer
from resolvers.policy import Reach
from resolvers.tenants import Tenant
from resolvers.users import User


class AccessGrant(Row, of=models.AccessGrant, tag="grt", place="tenant_id", needs=Capability.USER_VIEW):
    """Known to its own person; to who knows that person and may link; and a home grant to whoever knows the person."""

    def visible(self) -> Expr:
        seen = User.each(id=self.user_id).exists()
        shared = (self.source == GrantSource.HOME) | held(self, Capability.ACCESS_LINK_MANAGE)
        return (self.user_id == viewers("user")) | (seen & shared)

    def is_live(self) -> Expr:
        return self.revoked_at.is_null() & (self.expires_at.is_null() | (self.expires_at > now()))

    def covers(self, tenant: Expr) -> Expr:
        """Whether it holds on a tenant: its own, or one beneath where the role is inherited."""
        beneath = Reach.each(tenant_id=tenant).where(lambda reach: reach.node == self.tenant_id).exists()
        return (self.tenant_id == tenant) | (self.role.one_of(sorted(INHERITED, key=STRONGEST_FIRST.index)) & beneath)

    def strength(self) -> Expr:
        return rank(self.role, STRONGEST_FIRST)

    def user(self) -> One:
        return User.each(id=self.user_id).first()

    def tenant(self) -> One:
        return Tenant.each(id=self.tenant_id).first()

    def capabilities(self) -> Computed:
        kind = Tenant.each(id=self.tenant_id).open().value(lambda tenant: tenant.kind)
        return computed(_capabilities, self.role, self.source, kind)

    def granted_by(self) -> One:
        return User.each(id=self.granted_by_id).first()


def _capabilities(role: str, source: str, kind: str) -> list[str]:
    own, *_ = Grant(Role[role], 0, "/0/", TenantKind[kind], GrantSource[source]).holdings()
    return sorted(capability.name for capability in own.capabilities)


@User.field
def role_on(user: User, tenant: Bound) -> Expr:
    """The strongest role among the grants that the viewer may see."""
    place = Tenant.each(id=Tenant.key_in(tenant)).value(lambda found: found.id)
    return (AccessGrant.each(user_id=user.id).where(lambda grant: grant.is_live() & grant.covers(place))
            .by(AccessGrant.strength).value(lambda grant: grant.role))


@User.field
def grants(user: User) -> Page:
    return AccessGrant.each(user_id=user.id).where(AccessGrant.is_live).by(AccessGrant.strength).page()


@Customer.field
def access_grants(customer: Customer, source: GrantSource | None = None) -> Page:
    found = AccessGrant.each(tenant_id=customer.id).where(AccessGrant.is_live)
    if source is not None:
        found = found.where(lambda grant: grant.source == source)
    return found.by(AccessGrant.strength, "granted_at").page()
