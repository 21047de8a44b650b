"""What a person holds: the grants they have, what each comes to, and the viewer that they all add up to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from models.access import (
    INHERITED,
    NOT_AT_HOME,
    STRONGEST_FIRST,
    Capability,
    GrantSource,
    Role,
    TenantKind,
    capabilities_of,
)
from models.standing import Holding, Places, Standing, ancestors, shared
from models.wall import EVERYWHERE, Within


@dataclass(frozen=True)
class Grant:
    """One live grant: a role on a tenant."""

    role: Role
    tenant_id: int
    path: str
    kind: TenantKind
    source: GrantSource
    #: The link list on which it is: see models/reach.py.
    listed: int | None = None

    def holdings(self) -> list[Holding]:
        own, beneath = _held(self.role, self.kind, self.source)
        found = [Holding(self.tenant_id, self.path, False, self.role, own, self.listed)]
        if self.role in INHERITED:
            found.append(Holding(self.tenant_id, self.path, True, self.role, beneath, self.listed))
        return found


@lru_cache
def _held(role: Role, kind: TenantKind, source: GrantSource) -> tuple[frozenset[Capability], frozenset[Capability]]:
    """What a grant allows on the tenant itself, and on what lies beneath."""
    held = capabilities_of(role, kind)
    if source is GrantSource.HOME and kind in (TenantKind.DISTRIBUTOR, TenantKind.RESELLER):
        return held - NOT_AT_HOME, held
    if source is GrantSource.HOME and kind is TenantKind.CUSTOMER:
        return held - {Capability.TENANT_SWITCH}, held
    if source is GrantSource.LINKED and held and role is not Role.SALES:
        return held | {Capability.TENANT_SWITCH}, held  # a link lets the person see the customer and enter it (S1.22)
    return held, held


@dataclass(frozen=True)
class Place:
    """A tenant as far as permission needs to know it."""

    tenant_id: int
    path: str
    kind: TenantKind


def narrowed(grants: Iterable[Grant], target: Place) -> list[Holding]:
    """What is left while acting in a tenant: a native admin's capabilities there, as far as the grants reach (D-6)."""
    native = Grant(Role.ADMIN, target.tenant_id, target.path, target.kind, GrantSource.HOME).holdings()
    held = [h for grant in grants for h in grant.holdings()]
    found: list[Holding] = []
    for allowed in native:
        for h in held:
            inner = allowed if h.contains(allowed) else h if allowed.contains(h) else None
            if inner is not None and (both := allowed.capabilities & h.capabilities):
                role = Role.ADMIN if both == allowed.capabilities else h.role
                found.append(Holding(inner.tenant_id, inner.path, inner.beneath, role, both))
    return found


@dataclass(frozen=True)
class Viewer:
    """Somebody asking: who they are, where they act, and what they hold. Worked out once per session."""

    user_id: int | None
    home: Place | None = None
    current: Place | None = None
    holdings: tuple[Holding, ...] = ()
    session_id: int | None = None
    acting_id: int | None = None
    grants: tuple[Grant, ...] = field(default=(), compare=False)
    #: The API key with which a machine asks: then it is nobody in person.
    key_id: int | None = None
    #: Who made the key, and whose rights bound it.
    maker_id: int | None = None
    #: IANA name of the zone in which the months end that they are billed by where they act: the issuer's.
    billing_zone: str = field(default="UTC", compare=False)
    #: `User.access_version`, of the key's maker for a key, under which all this was worked out.
    version: int = field(default=0, compare=False)

    def may(self, capability: Capability, path: str) -> bool:
        """The rule itself: somebody may where one of their holdings covers the tenant and has the capability."""
        return any(capability in h.capabilities for h in self._covering(path))

    def knows(self, path: str) -> bool:
        """Whether the viewer holds anything at all on a tenant."""
        return any(self._covering(path))

    def capabilities_on(self, path: str) -> frozenset[Capability]:
        return frozenset().union(*(h.capabilities for h in self._covering(path)))

    def role_on(self, path: str) -> Role | None:
        """The strongest role held on a tenant."""
        held = {h.role for h in self._covering(path)}
        return next((role for role in STRONGEST_FIRST if role in held), None)

    @property
    def writes_within(self) -> Within:
        """The tenant beneath which all lies that they may change; of strangers nobody knows yet."""
        return self.home.tenant_id if self.home else EVERYWHERE

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None or self.key_id is not None

    def _covering(self, path: str) -> Iterator[Holding]:
        """The holdings that cover a tenant, found by the tenants at and above it: some people are linked to thousands."""
        return (h for above in (path, *ancestors(path)) for h in self._by_path.get(above, ()) if h.covers(path))

    @cached_property
    def _by_path(self) -> dict[str, list[Holding]]:
        found: dict[str, list[Holding]] = {}
        for h in self.holdings:
            found.setdefault(h.path, []).append(h)
        return found

    @cached_property
    def _groups(self) -> tuple[Standing, tuple[Places, ...]]:
        standing, places = Standing.of(self.holdings)
        return shared(standing), places

    @property
    def standing(self) -> Standing:
        """What of the viewer shapes a plan. Viewers who hold things alike share the very same object."""
        return self._groups[0]

    @property
    def places(self) -> tuple[Places, ...]:
        """Where each of the standing's groups lies."""
        return self._groups[1]


ANYONE = Viewer(user_id=None)
