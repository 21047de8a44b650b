"""The house's rule of access, as the engine asks for it: where a capability holds, as a condition on a tenant."""

from __future__ import annotations

from typing import Any

import orjson

import models
from engine import TEXT, Case, Expr, Row, Within, held
from engine.builders import literal_null
from engine.expr import lift
from models.access import TenantKind, WithheldReason
from models.standing import PRESENCE, Standing
from models.viewers import Viewer


class Reach(Row, of=models.Reach, open=True):
    """The closure of the tree: says which nodes reach a tenant."""


def why_not(row: Row, needed: Expr, *tests: tuple[Expr, WithheldReason]) -> Expr:
    """Why something may not be done to a row: the capability first, then the first of the tests that does not hold."""
    found: list[tuple[Expr, Any]] = [(~needed & held(row, "role:SUPPORT"), lift(WithheldReason.SUPPORT_ROLE)),
                                     (~needed, lift(WithheldReason.ROLE))]
    return Case([*found, *((~test, lift(why)) for test, why in tests)], literal_null(TEXT))


class AccessPolicy:
    """Compiles what a viewer holds. The rule itself is Viewer.may in models/viewers.py."""

    presence = PRESENCE
    closure = "reach"

    def permits(self, standing: Standing, capability: str, given: set[str], above: set[str],
                tenant: Expr) -> Within | bool:
        group, known = standing.group.get(capability), standing.group
        if group is None:
            return False
        if group in standing.everywhere or any((group, known.get(g)) in standing.within for g in given):
            return True
        return any((group, known.get(g)) in standing.beneath for g in above) or Within(tenant, group)

    def reasons(self, standing: Standing, capability: str, given: set[str], tenant: Expr | None) -> list[tuple[Expr | None, str]]:
        support, role = WithheldReason.SUPPORT_ROLE.name, WithheldReason.ROLE.name
        lacks = standing.lacks[capability].split("+")
        if lacks == [WithheldReason.API_KEY_SCOPE.name]:
            return [(None, WithheldReason.API_KEY_SCOPE.name)]
        if support not in lacks:
            return [(None, role)]
        if tenant is None or (given and role not in lacks):  # whatever is given, the viewer holds something there
            return [(None, support if role not in lacks else role)]
        test = self.permits(standing, "role:SUPPORT", given, set(), tenant)
        return [(test, support), (None, role)] if isinstance(test, Expr) else [(None, support if test else role)]

    def apart(self, standing: Standing, group: int, door: int) -> bool:
        return (group, door) in standing.apart

    def value(self, viewer: Viewer, key: Any) -> Any:
        if isinstance(key, tuple):
            name, group = key
            return list(getattr(viewer.places[group], name))
        return TOLD[key](viewer)


def _at_a_customer(viewer: Viewer) -> bool:
    return viewer.current is not None and viewer.current.kind is TenantKind.CUSTOMER


TOLD: dict[str, Any] = {
    "user": lambda viewer: viewer.user_id,
    "home": lambda viewer: viewer.home and viewer.home.tenant_id,
    "tenant": lambda viewer: viewer.current and viewer.current.tenant_id,
    "customer": lambda viewer: viewer.current.tenant_id if _at_a_customer(viewer) else None,
    "depth": lambda viewer: viewer.current.path.count("/") - 2 if viewer.current else 0,
    "billing zone": lambda viewer: viewer.billing_zone,
    "session": lambda viewer: viewer.session_id,
    "acting": lambda viewer: viewer.acting_id,
    "key": lambda viewer: viewer.key_id,
    "role": lambda viewer: viewer.current and getattr(viewer.role_on(viewer.current.path), "name", None),
    "capabilities": lambda viewer: orjson.dumps(sorted(
        c.name for c in set().union(*(h.capabilities for h in viewer.holdings)))).decode(),
}
