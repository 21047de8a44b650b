"""Whoever asks: where they are and what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.relay import Connection
from resolvers import viewers
from schema.directives import Capability, WithheldReason, shown, shows
from schema.grants import AccessGrant
from schema.keys import ApiKey
from schema.sessions import ActingSession, LoginSession
from schema.tenants import Role, Tenant
from schema.users import User

if TYPE_CHECKING:
    from schema.customers import Customer
    from schema.lists import ListPreferences
    from schema.notifications import Notification
    from schema.reports import ReportRun


@shows(viewers.PermissionDecision)
class PermissionDecision:
    """Whether the viewer may do something to an object. An id that is hidden and one that does not exist get the "
      "same answer."""

    allowed: bool = shown("Whether they may.")
    capability: Capability = shown("What was asked about.")
    reason: WithheldReason | None = shown("Why not; null where they may.")
    grant: AccessGrant | None = shown("The strongest of the viewer's own grants that hold on the object's tenant, "
                                      "whether it allows this or not; null where none does.")
    explanation: str = shown("The reason in words.")
    how_to_get: str | None = shown("What to do to be allowed; null where they are.")


@shows(viewers.Viewer)
class Viewer:
    """Whoever is signed in, and the tenant in which they act."""

    user: User | None = shown("The person; null where a machine asks with an API key.")
    home_tenant: Tenant | None = shown("The tenant to which they belong.")
    current_tenant: Tenant | None = shown("The tenant in which they act: their own, or one that they entered by "
                                          "`switchTenant`. Everything is seen from there.")
    effective_role: Role | None = shown("What they are in the current tenant; null where they hold nothing on it.")
    capabilities: list[Capability] = shown("All that they hold anywhere from here, by name. Where each holds is said "
                                           "by `permission` and `Customer.viewerActions`.")
    acting_session: ActingSession | None = shown("Their stay in another tenant; null in their own.")

    recent_places: list[Tenant] = shown("The tenants that they entered last, latest first, as far as they may be seen from the "
                                        "current tenant; at most 8.")

    api_key: ApiKey | None = shown("The API key with which the request came; null where a person asks.")
    api_keys: Connection[ApiKey] = shown("The API keys that they made, newest first, revoked ones among them.", paged=20)

    @shown("Whether they may do something to an object, such as a customer, and how they might come to. Say the "
           "object by its global id.")
    def permission(self, of: strawberry.ID, capability: Capability) -> PermissionDecision: ...

    preferences: Annotated["ListPreferences", strawberry.lazy("schema.lists")] = shown(
        "How they like the customer list: their own, wherever they act.")
    pinned_customers: list[Annotated["Customer", strawberry.lazy("schema.customers")]] = shown(
        "The customers that they have pinned and may see from here, by name; at most 100.", rows=100)

    report_runs: Connection[Annotated["ReportRun", strawberry.lazy("schema.reports")]] = shown(
        "The reports that they have asked for in the current tenant, latest first; for 90 days.", paged=20)

    @shown("Their open sign-ins, latest first.", paged=20)
    def sessions(self) -> Connection[LoginSession]: ...

    @shown("What the people of the current tenant are told of the customers that the viewer may see, newest first.", paged=20)
    def notifications(self) -> Connection[Annotated["Notification", strawberry.lazy("schema.notifications")]]: ...

    unread_notification_count: int = shown("How many of `notifications` they have not marked as read, among the newest 1,000 of "
                                          "the tenant.")


@shows(viewers.CustomerAction)
class CustomerAction:
    """Something that a portal may offer beside a customer."""

    action: str = shown('A name for programs, such as "view", "manageUsers" or "addServices".')
    description: str = shown("What it does, in English.")
    mutation: str = shown("The mutation that does it.")
    allowed: bool = shown("Whether the viewer may.")
    reason: WithheldReason | None = shown("Why not; null where they may.")
    irreversible: bool = shown("Whether it cannot be undone.")
    requires_confirmation: bool = shown("Whether the mutation wants the customer's name typed.")


__all__ = ["CustomerAction", "PermissionDecision", "Viewer", "WithheldReason"]
