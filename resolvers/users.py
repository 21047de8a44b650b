"""What the fields of people mean."""

from __future__ import annotations

import models
from engine import Expr, One, Page, Row, now
from models.access import Capability, GrantSource, Role
from resolvers.tenants import Tenant


class User(Row, of=models.User, tag="usr", place="tenant_id", needs=Capability.USER_VIEW):
    """A person is known to whoever sees the people of their home tenant."""

    def display_name(self) -> Expr:
        return self.first_name + " " + self.last_name

    def home_tenant(self) -> One:
        return Tenant.each(id=self.tenant_id).first()

    def is_admin_at_home(self) -> Expr:
        """Whether a live grant makes the person ADMIN of the tenant they belong to."""
        return GrantHeld.each(user_id=self.id, tenant_id=self.tenant_id).where(lambda grant: grant.makes(Role.ADMIN)).exists()


class GrantHeld(Row, of=models.AccessGrant, open=True):
    """Grants, as far as rules about people ask for them; what is shown of grants is in grants.py."""

    def is_live(self) -> Expr:
        return self.revoked_at.is_null() & (self.expires_at.is_null() | (self.expires_at > now()))

    def makes(self, role: Role) -> Expr:
        return (self.role == role) & (self.source == GrantSource.HOME) & self.is_live()


@Tenant.field
def users(tenant: Tenant, role: Role | None = None) -> Page:
    return people_of(tenant.id, role)


def people_of(tenant_id: Expr, role: Role | None = None, active: bool | None = None) -> Page:
    """The people at home in a tenant, by name."""
    found = User.each(tenant_id=tenant_id)
    if role is not None:
        found = found.where(lambda user: GrantHeld.each(user_id=user.id, tenant_id=user.tenant_id).where(
            lambda grant: grant.makes(role)).exists())
    if active is not None:
        found = found.where(lambda user: user.active == active)
    return found.by("name_key").page()
