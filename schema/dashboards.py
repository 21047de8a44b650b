"""A customer's dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from models.access import Capability as C
from resolvers import dashboards
from schema.contracts import StatusCount
from schema.directives import shown, shows

if TYPE_CHECKING:
    from schema.activity import ActivityEvent


@shows(dashboards.CustomerDashboard)
class CustomerDashboard:
    """What one sees first who opens a customer's portal, as its own people or after `switchTenant`."""

    service_status: list[StatusCount] | None = shown("Its services by status; statuses without any are left out.",
                                                     requires=C.SERVICE_VIEW)
    users: int | None = shown("How many people of its own may sign in.", requires=C.USER_VIEW)
    recent_activity: list[Annotated["ActivityEvent", strawberry.lazy("schema.activity")]] | None = shown(
        "The latest ten lines of its activity log.", requires=C.AUDIT_VIEW, rows=10)
