"""One request to the naive server: who asks, what they may do where, and what was withheld from them."""

from __future__ import annotations

import datetime as dt

from strawberry.types import Info
from tortoise.expressions import Q

from benchmarks.peers.loaders import Loaders
from models.access import Capability, Role
from models.viewers import Viewer


class Asked:
    """What resolvers find in their context."""

    def __init__(self, viewer: Viewer, now: dt.datetime):
        self.viewer, self.load = viewer, Loaders(now)
        self.withheld: dict[str, dict[str, str]] = {}
        self._held: dict[str, frozenset[Capability]] = {}

    def may(self, capability: Capability, path: str) -> bool:
        if path not in self._held:
            self._held[path] = self.viewer.capabilities_on(path)
        return capability in self._held[path]

    def withhold(self, info: Info, capability: Capability, path: str, reason: str = "") -> None:
        reason = reason or ("SUPPORT_ROLE" if self.viewer.role_on(path) is Role.SUPPORT else "ROLE")
        field = ".".join(str(key) for key in info.path.as_list() if isinstance(key, str))
        self.withheld.setdefault(f"{field} {reason}", {"path": field, "capability": capability.name, "reason": reason})

    def sees(self, info: Info, capability: Capability, path: str) -> bool:
        """Whether a field is shown; notes it where it is not."""
        if not self.may(capability, path):
            self.withhold(info, capability, path)
            return False
        return True

    def reached(self, capability: Capability) -> Q:
        """Customers on which the viewer holds a capability."""
        held = [h for h in self.viewer.holdings if capability in h.capabilities]
        alone = Q(tenant_id__in=[h.tenant_id for h in held if not h.beneath])
        beneath = [Q(tenant__path__startswith=h.path) & ~Q(tenant_id=h.tenant_id) for h in held if h.beneath]
        return Q(alone, *beneath, join_type="OR")


def asked(info: Info) -> Asked:
    return info.context["asked"]  # type: ignore[no-any-return]
