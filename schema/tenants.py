"""The tenant tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.access
from engine.relay import Connection
from resolvers import tenants
from schema.contacts import Contact, ContactType
from schema.directives import Capability, shown, shows
from schema.enums import described
from schema.nodes import Node, Versioned
from schema.notifications import NotificationPreference
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.activity import ActivityEvent
    from schema.audit import AuditEntry
    from schema.customers import Customer
    from schema.invitations import Invitation
    from schema.keys import ApiKey
    from schema.letters import OutboundEmail
    from schema.users import User

C = models.access.Capability
TenantKind = described(models.access.TenantKind)
Role = described(models.access.Role)


@shows(tenants.Tenant)
class Tenant(Node, Versioned):
    """A company in the tree of distributors, resellers and customers. The tree is cut at the tenant in which the viewer acts."""

    kind: TenantKind = shown("Where it stands.")
    name: str = shown("The company's name.")
    domain: str | None = shown("Its internet domain; null where none is recorded.")
    currency: str = shown("The ISO 4217 code of the currency it bills in.")
    depth: int = shown("How many levels it stands beneath the tenant in which the viewer acts: 0 for that tenant itself.")
    is_master_billing_entity: bool = shown("Whether it is the root of the whole tree.")
    created_at: DateTime = shown("When it was recorded.")
    parent: Tenant | None = shown("The tenant above it; null above the viewer's own.")
    ancestors: list["Tenant"] = shown("The tenants above it as far as the viewer's own, highest first.", rows=3)
    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown(
        "The customer that it is to the viewer; null for the viewer's own company and for distributors.")

    @shown("The tenants directly beneath it that the viewer may see, by name.", paged=50)
    def children(self, kind: TenantKind | None = None) -> Connection["Tenant"]: ...

    @shown("The people at home there, by name.", requires=C.USER_VIEW, paged=20)
    def users(self, role: Role | None = None) -> Connection[Annotated["User", strawberry.lazy("schema.users")]] | None: ...

    @shown("Whom to reach at it, by name.", requires=C.USER_VIEW, paged=20, arguments={"type": "Only those of this type."})
    def contacts(self, type: ContactType | None = None) -> Connection[Contact] | None: ...

    notification_preferences: list[NotificationPreference] | None = shown(
        "Which events of its customers, or of itself where it is an end customer, are told to it in letters and in the portal "
        "unless it chose otherwise for one of them.", requires=C.NOTIFICATION_MANAGE, cost=5)

    @shown("Invitations into it, newest first: of its people, and of customers beneath it.", requires=C.USER_INVITE, paged=20)
    def invitations(self) -> Connection[Annotated["Invitation", strawberry.lazy("schema.invitations")]] | None: ...

    @shown("Its API keys, newest first, revoked ones among them.", requires=C.API_KEY_MANAGE, paged=20)
    def api_keys(self) -> Connection[Annotated["ApiKey", strawberry.lazy("schema.keys")]] | None: ...

    @shown("Letters about it, newest first: to its people, and to customers invited beneath it who have not accepted.",
           requires=C.EMAIL_SEND, paged=20)
    def sent_emails(self) -> Connection[Annotated["OutboundEmail", strawberry.lazy("schema.letters")]] | None: ...

    @shown("What was done in its own account, newest first: by one person, from a moment on, up to another. What its people "
           "did inside a customer's account is in the customer's.", requires=C.AUDIT_VIEW, paged=20)
    def activity_log(self, actor: strawberry.ID | None = None, since: DateTime | None = None, until: DateTime | None = None,
                     ) -> Connection[Annotated["ActivityEvent", strawberry.lazy("schema.activity")]] | None: ...

    @shown("Its audit trail, newest first: every change made in it, and the reads that were refused to people and machines "
           "who acted in it.", requires=C.AUDIT_VIEW, paged=20,
           arguments={"denied": "Only reads that were refused, or only changes; both where it is not given."})
    def audit_entries(self, denied: bool | None = None,
                      ) -> Connection[Annotated["AuditEntry", strawberry.lazy("schema.audit")]] | None: ...


__all__ = ["Capability", "Role", "Tenant", "TenantKind"]
