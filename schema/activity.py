"""The activity log: what people did in an account."""

from __future__ import annotations

import strawberry

from resolvers import activity
from schema.directives import shown, shows
from schema.nodes import Node
from schema.scalars import DateTime
from schema.tenants import Tenant
from schema.users import User


@shows(activity.ActivityEvent)
class ActivityEvent(Node):
    """Something that somebody did in an account. Seen by those who hold AUDIT_VIEW on it."""

    tenant: Tenant | None = shown("The account in which it happened, wherever the actor belongs.")
    actor_email: str = shown("The user name, which is the e-mail address, under which it was done; kept after the "
                             "person is gone.")
    actor: User | None = shown("Who did it; null where the viewer may not see the person.")
    on_behalf: bool = shown("Whether somebody of a partner did it inside the account.")
    actor_home_tenant: Tenant | None = shown("Where the actor belongs; null where the viewer may not see the person.")
    action: str = shown("The mutation: inviteUser.")
    resource: strawberry.ID | None = shown("The global id of what was changed, for `node`.")
    summary: str = shown("What was done, in a sentence.")
    at: DateTime = shown("When.")
