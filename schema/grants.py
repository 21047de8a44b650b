"""Access grants."""

from __future__ import annotations

import models.access
from resolvers import grants
from schema.directives import Capability, shown, shows
from schema.enums import described
from schema.nodes import Node, Versioned
from schema.scalars import DateTime
from schema.tenants import Role, Tenant
from schema.users import User

GrantSource = described(models.access.GrantSource)


@shows(grants.AccessGrant)
class AccessGrant(Node, Versioned):
    """A role of a person on a tenant: by belonging to it, or by a link. Roles that follow from a grant above have no
    grant of their own."""

    user: User | None = shown("Who holds it; null where the viewer may not see the person.")
    tenant: Tenant | None = shown("Where it holds; null where the viewer may not see the tenant.")
    role: Role = shown("What the person is there.")
    source: GrantSource = shown("How the person came by it.")
    capabilities: list[Capability] = shown("What it allows on the tenant itself, by name.")
    granted_by: User | None = shown("Who granted it; null where nobody did or the viewer may not see them.")
    granted_at: DateTime = shown("When it was granted.")
    expires_at: DateTime | None = shown("When it ends by itself; null where it does not.")
    revoked_at: DateTime | None = shown("When it was taken away; null while it holds.")


__all__ = ["AccessGrant", "GrantSource"]
