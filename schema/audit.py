"""The audit trail: what was changed, and which reads were refused."""

from __future__ import annotations

import strawberry

from resolvers import denials
from schema.directives import Capability, shown, shows
from schema.nodes import Node
from schema.scalars import DateTime
from schema.tenants import Tenant
from schema.users import User


@shows(denials.AuditEntry)
class AuditEntry(Node):
    """An entry of a tenant's audit trail: a change that was made, a read that was refused outright, or that somebody from above
    looked at money there. Each is chained to the one before by its hash. Seen by those who hold AUDIT_VIEW on the tenant."""

    tenant: Tenant | None = shown("The tenant in which it was done, or asked.")
    actor: User | None = shown("Who; null for machines, and where the viewer may not see the person.")
    operation: str = shown("The mutation: inviteUser. `readDenied` for a read that was refused; `financialsRead` where "
                            "somebody who acted in the tenant looked at money, once for each stay.")
    is_denial: bool = shown("Whether it is a read that was refused.")
    resource: strawberry.ID | None = shown("The global id of what was changed, or of the tenant or customer that was asked for; "
                                           "whether there is such a one is not said.")
    path: str | None = shown("Of a refused read: the part of the request that was refused, such as Query.customer, "
                             "X-Tenantry-Tenant, extensions.explain or, for what an API key may not see, extensions.withheld; "
                             "Mutation.createCustomer.admin.email where somebody learned that an address is taken elsewhere. "
                             "Null for changes.")
    capability: Capability | None = shown("Of a refused read: what the asker lacked; null where it is not for want of one.")
    reason: str | None = shown("Of a change: the reason given in `options`. Of a refused read: NOT_VISIBLE, API_KEY_SCOPE or "
                               "FORBIDDEN.")
    request_id: str = shown("The request, as the log and the header X-Request-Id name it.")
    noted_at: DateTime = shown("When.", name="at")
    hash: str = shown("Signs the entry together with the one before.")


__all__ = ["AuditEntry"]
