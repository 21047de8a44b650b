"""What anybody may see and do, from the domain model's matrix and rules alone: person by person, tenant by tenant."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.access import Role, TenantKind
from tests.matrix import ALL, COLUMNS

INHERITING = (Role.ADMIN, Role.SALES, Role.FULL_ACCESS)
STRONGEST_FIRST = (Role.ADMIN, Role.FULL_ACCESS, Role.SALES, Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)
LINKABLE = (Role.ADMIN, Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)
OWN_ACCOUNT = {"CUSTOMER_VIEW", "CUSTOMER_SUMMARY_VIEW", "TENANT_SWITCH"}


@dataclass
class Held:
    """A live grant."""

    person: int
    tenant: int
    role: Role
    linked: bool
    id: str | None = None


@dataclass
class Oracle:
    """Tenants and people by their numbers. `acting` says in which tenant who acts."""

    kinds: dict[int, TenantKind] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)
    homes: dict[int, int] = field(default_factory=dict)
    grants: list[Held] = field(default_factory=list)
    acting: dict[int, int] = field(default_factory=dict)
    contracts: dict[str, int] = field(default_factory=dict)

    def above(self, tenant: int) -> list[int]:
        parent = self.parents[tenant]
        return [] if parent is None else [parent, *self.above(parent)]

    def issuer(self, tenant: int) -> int | None:
        """Whoever bills it: the nearest partner above."""
        return next((t for t in self.above(tenant) if self.kinds[t] is not TenantKind.CUSTOMER), None)

    def place(self, person: int) -> int:
        return self.acting.get(person, self.homes[person])

    def _gives(self, grant: Held, capability: str, tenant: int, beneath: bool) -> bool:
        """Whether a grant allows it on a tenant, or on whatever may come to stand beneath it."""
        kind = self.kinds[grant.tenant]
        held = COLUMNS.get((grant.role, kind), set())
        if tenant != grant.tenant or beneath:
            return (tenant == grant.tenant or grant.tenant in self.above(tenant)) and grant.role in INHERITING and capability in held
        if grant.linked:
            return capability in held or bool(held) and capability == "TENANT_SWITCH" and grant.role is not Role.SALES
        not_there = {TenantKind.PLATFORM: set(), TenantKind.CUSTOMER: {"TENANT_SWITCH"}}.get(kind, OWN_ACCOUNT)
        return capability in held - not_there

    def may(self, person: int, capability: str, tenant: int, *, beneath: bool = False, at_home: bool = False) -> bool:
        inside = None if at_home else self.acting.get(person)
        native = inside is None or self._gives(Held(person, inside, Role.ADMIN, False), capability, tenant, beneath)
        return native and any(self._gives(g, capability, tenant, beneath) for g in self.grants if g.person == person)

    def allowed(self, person: int, tenant: int, **how: bool) -> set[str]:
        return {c for c in ALL if self.may(person, c, tenant, **how)}

    def everything(self, person: int) -> set[tuple[str, int, bool]]:
        return {(c, t, beneath) for t in self.kinds for beneath in (False, True) for c in self.allowed(person, t, beneath=beneath)}

    def role_on(self, person: int, tenant: int) -> Role | None:
        """The strongest of their roles of which anything is left there; who holds all that its own ADMIN holds is one."""
        inside, held = self.acting.get(person), set()
        native = inside and {c for c in ALL if self._gives(Held(person, inside, Role.ADMIN, False), c, tenant, False)}
        for grant in (g for g in self.grants if g.person == person):
            left = {c for c in ALL if self._gives(grant, c, tenant, False)} & (ALL if native is None else native)
            held |= {Role.ADMIN if left == native else grant.role} if left else set()
        return next((role for role in STRONGEST_FIRST if role in held), None)

    def customers(self, person: int) -> set[int]:
        """Their list: partners and end customers, not distributors, which are nobody's customers."""
        return {t for t, kind in self.kinds.items() if kind in (TenantKind.RESELLER, TenantKind.CUSTOMER)
                and self.may(person, "CUSTOMER_VIEW", t)}

    def sees_bills(self, person: int, tenant: int) -> bool:
        return self.may(person, "INVOICE_VIEW", tenant) and self.place(person) in (tenant, self.issuer(tenant))

    def sees_grant(self, person: int, grant: Held) -> bool:
        knows = grant.person == person or self.may(person, "USER_VIEW", self.homes[grant.person]) and (
            not grant.linked or self.may(person, "ACCESS_LINK_MANAGE", grant.tenant))
        return knows and self.may(person, "USER_VIEW", grant.tenant)

    # -- changes

    def exceeds(self, person: int, given: Held, *, at_home: bool = False) -> bool:
        """Whether a grant would give more than the person holds (I23)."""
        if given.role is Role.ADMIN and not self.may(person, "USER_GRANT_ADMIN", given.tenant, at_home=at_home):
            return True
        return any(self._gives(given, c, given.tenant, beneath)
                   and not self.may(person, c, given.tenant, beneath=beneath, at_home=at_home)
                   for c in ALL for beneath in (False, True))

    def may_link(self, person: int, other: int, tenant: int, role: Role) -> bool:
        home = self.homes[other]
        admin = any(g.person == other and not g.linked and g.role is Role.ADMIN for g in self.grants)
        there = [g.role for g in self.grants if g.person == other and g.tenant == tenant and g.linked]
        return (tenant in self.customers(person) and self.may(person, "ACCESS_LINK_MANAGE", tenant)
                and self.may(person, "USER_VIEW", home) and home in self.above(tenant) and not admin and person != other
                and role in LINKABLE and not self.exceeds(person, Held(other, tenant, role, True)) and there in ([], [role]))

    def may_unlink(self, person: int, grant: Held) -> bool:
        return (grant.linked and self.may(person, "ACCESS_LINK_MANAGE", grant.tenant)
                and (grant.person == person or self.may(person, "USER_VIEW", self.homes[grant.person])))

    def may_enter(self, person: int, tenant: int) -> bool:
        return tenant != self.homes[person] and self.may(person, "TENANT_SWITCH", tenant, at_home=True)

    def may_found(self, person: int, parent: int) -> bool:
        sub = self.kinds[parent] is TenantKind.CUSTOMER and self.kinds[self.parents[parent] or parent] is TenantKind.CUSTOMER
        return self.may(person, "CUSTOMER_CREATE", parent) and not sub

    def may_invite(self, person: int, tenant: int, role: Role, *, at_home: bool = False) -> bool:
        return ((role, self.kinds[tenant]) in COLUMNS and self.may(person, "USER_INVITE", tenant, at_home=at_home)
                and not self.exceeds(person, Held(0, tenant, role, False), at_home=at_home))
