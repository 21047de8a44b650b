"""Who may do what: roles, capabilities, the table that joins them, and the viewer that a person's grants add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, lru_cache


class TenantKind(Enum):
    """Where a tenant stands in the tree. The value says what it is."""

    PLATFORM = "The root of the tree and master billing entity; there is exactly one."
    DISTRIBUTOR = "Sells through resellers."
    RESELLER = "Sells to customers and looks after them."
    CUSTOMER = "An end customer; beneath another customer it is a sub-account."


class Role(Enum):
    """What a person is on a tenant. The value says what that allows."""

    ADMIN = "Any action on the tenant and, at a partner, on everything beneath it."
    FULL_ACCESS = "As ADMIN of a customer, but may not make anybody ADMIN."
    SALES = "Sees every customer beneath a partner and their money; changes nothing."
    REGULAR = "Sees a linked customer and its money; adds, changes and removes its services."
    READ_ONLY = "Sees a linked customer, its money and documents; changes nothing."
    SUPPORT = "Sees that a linked customer exists and troubleshoots its services; never sees money."


class GrantSource(Enum):
    """How a person came by a grant."""

    HOME = "The person belongs to the tenant."
    LINKED = "An admin linked the person to the tenant."
    INHERITED = "It follows from a grant on a tenant above."


class WithheldReason(Enum):
    """Why the viewer may not see or do something."""

    ROLE = "The viewer's role does not include the capability."
    SUPPORT_ROLE = "The viewer holds the customer as SUPPORT, which never sees it."
    TENANT_KIND = "It belongs to another pair of tenants: switch into the tenant that issues the invoices."
    NOT_LINKED = "The viewer holds nothing there, or there is no such object: ask an admin to be linked."
    CUSTOMER_STATUS = "The customer's status does not allow it."


class Capability(Enum):
    """One thing that a role may allow. The value says what."""

    CUSTOMER_LIST_ALL = "See every customer beneath the tenant, not only linked ones."
    CUSTOMER_VIEW = "See that a customer exists, with its name and status."
    CUSTOMER_SUMMARY_VIEW = "See the columns beside a customer's name in the list."
    FINANCIALS_VIEW = "See money: MRR, charges, contract values."
    INVOICE_VIEW = "See invoices and what they sum up to."
    DOCUMENT_DOWNLOAD = "Download documents and invoices."
    INVOICE_MANAGE = "Review, issue and cancel invoices."
    CONTRACT_VIEW = "See contracts; their value needs FINANCIALS_VIEW as well."
    CONTRACT_MANAGE = "Draw up and change contracts."
    UNITS_VIEW = "See unit balances."
    UNITS_ADJUST = "Add or remove units."
    PAYMENT_METHOD_MANAGE = "Register payment methods."
    CUSTOMER_CREATE = "Invite or create customers beneath the tenant."
    CUSTOMER_EDIT = "Change a customer's details and configuration."
    COMPANY_PROFILE_EDIT = "Change the company profile."
    CUSTOMER_LIFECYCLE = "Suspend, deactivate and reactivate a customer."
    CUSTOMER_DELETE = "Delete a customer."
    CUSTOMER_DISCONNECT = "Disconnect a customer from its partner."
    MANAGEMENT_MODE_CHANGE = "Hand a customer's management over for good."
    SERVICE_VIEW = "See services, without what they cost."
    SERVICE_MANAGE = "Add, change and remove services: financial impact."
    SERVICE_START = "Start services."
    SERVICE_TROUBLESHOOT = "Diagnose and restart services: no financial impact."
    USER_VIEW = "See the tenant's people."
    USER_INVITE = "Invite people into the tenant."
    USER_MANAGE = "Change, deactivate and remove the tenant's people."
    USER_GRANT_ADMIN = "Make somebody ADMIN."
    ACCESS_LINK_MANAGE = "Link the partner's people to a customer and choose their role there."
    ONBOARDING_VIEW = "See how far a customer's onboarding is."
    ONBOARDING_START = "Start onboarding tasks."
    TENANT_SWITCH = "Enter the tenant and act there."
    REPORT_VIEW = "See reports."
    REPORT_GENERATE = "Make reports."
    REPORT_SCHEDULE = "Have reports made and sent regularly."
    EXPORT = "Export lists."
    TICKET_VIEW = "See support tickets."
    EMAIL_SEND = "Write to a customer and see what was sent."
    TEMPLATE_APPLY = "Apply setting templates."
    TAGS_MANAGE = "Tag customers."
    LIMITS_MANAGE = "Set limits."
    KEYS_MANAGE = "See and add keys."
    BRANDING_MANAGE = "Choose logo and theme."
    INTEGRATION_MANAGE = "Set up integrations."
    NOTIFICATION_MANAGE = "Choose who is notified of what."
    AUDIT_VIEW = "See the activity log and the audit trail."
    API_KEY_MANAGE = "Make and revoke API keys."
    WEBHOOK_MANAGE = "Set up webhooks."
    PLATFORM_ADMIN = "Run the platform."


#  PA ADMIN of the platform · A of a distributor or reseller · CA of a customer · FA FULL_ACCESS at a customer
#  SA SALES · RG REGULAR · RO READ_ONLY · SU SUPPORT.   ● yes · ○ only the person's own company · – no
MATRIX = """
                          PA  A  SA  RG  RO  SU  CA  FA
CUSTOMER_LIST_ALL         ●   ●   ●   –   –   –   –   –
CUSTOMER_VIEW             ●   ●   ●   ●   ●   ●   ○   ○
CUSTOMER_SUMMARY_VIEW     ●   ●   ●   ●   ●   –   ○   ○
FINANCIALS_VIEW           ●   ●   ●   ●   ●   –   ○   ○
INVOICE_VIEW              ●   ●   ●   ●   ●   –   ○   ○
DOCUMENT_DOWNLOAD         ●   ●   ●   ●   ●   –   ○   ○
INVOICE_MANAGE            ●   ●   –   –   –   –   –   –
CONTRACT_VIEW             ●   ●   ●   ●   ●   –   ○   ○
CONTRACT_MANAGE           ●   ●   –   –   –   –   –   –
UNITS_VIEW                ●   ●   ●   ●   ●   –   ○   ○
UNITS_ADJUST              ●   ●   –   –   –   –   –   –
PAYMENT_METHOD_MANAGE     ●   ●   –   –   –   –   ○   ○
CUSTOMER_CREATE           ●   ●   –   –   –   –   –   –
CUSTOMER_EDIT             ●   ●   –   –   –   –   ○   ○
COMPANY_PROFILE_EDIT      ●   ●   –   –   –   –   ○   ○
CUSTOMER_LIFECYCLE        ●   ●   –   –   –   –   –   –
CUSTOMER_DELETE           ●   ●   –   –   –   –   –   –
CUSTOMER_DISCONNECT       ●   ●   –   –   –   –   –   –
MANAGEMENT_MODE_CHANGE    ●   ●   –   –   –   –   –   –
SERVICE_VIEW              ●   ●   ●   ●   ●   ●   ○   ○
SERVICE_MANAGE            ●   ●   –   ●   –   –   ○   ○
SERVICE_START             ●   ●   –   ●   –   –   ○   ○
SERVICE_TROUBLESHOOT      ●   ●   –   ●   –   ●   ○   ○
USER_VIEW                 ●   ●   ●   ●   ●   ●   ○   ○
USER_INVITE               ●   ●   –   –   –   –   ○   ○
USER_MANAGE               ●   ●   –   –   –   –   ○   ○
USER_GRANT_ADMIN          ●   ●   –   –   –   –   –   –
ACCESS_LINK_MANAGE        ●   ●   –   –   –   –   –   –
ONBOARDING_VIEW           ●   ●   ●   ●   ●   ●   ○   ○
ONBOARDING_START          ●   ●   –   –   –   –   ○   –
TENANT_SWITCH             ●   ●   –   ●   ●   ●   –   –
REPORT_VIEW               ●   ●   ●   ●   ●   ●   ○   ○
REPORT_GENERATE           ●   ●   –   –   –   –   ○   ○
REPORT_SCHEDULE           ●   ●   –   –   –   –   ○   ○
EXPORT                    ●   ●   ●   –   ●   –   ○   ○
TICKET_VIEW               ●   ●   ●   ●   ●   ●   ○   ○
EMAIL_SEND                ●   ●   –   –   –   –   –   –
TEMPLATE_APPLY            ●   ●   –   –   –   –   –   –
TAGS_MANAGE               ●   ●   –   –   –   –   –   –
LIMITS_MANAGE             ●   ●   –   –   –   –   ○   –
KEYS_MANAGE               ●   ●   –   –   –   –   –   –
BRANDING_MANAGE           ●   ●   –   –   –   –   ○   ○
INTEGRATION_MANAGE        ●   ●   –   –   –   –   ○   ○
NOTIFICATION_MANAGE       ●   ●   –   –   –   –   ○   ○
AUDIT_VIEW                ●   ●   –   –   –   –   ○   –
API_KEY_MANAGE            ●   ●   –   –   –   –   ○   –
WEBHOOK_MANAGE            ●   ●   –   –   –   –   ○   –
PLATFORM_ADMIN            ●   –   –   –   –   –   –   –
"""
PARTNERS = (TenantKind.PLATFORM, TenantKind.DISTRIBUTOR, TenantKind.RESELLER)
COLUMNS: dict[str, list[tuple[Role, TenantKind]]] = {
    "PA": [(Role.ADMIN, TenantKind.PLATFORM)],
    "A": [(Role.ADMIN, TenantKind.DISTRIBUTOR), (Role.ADMIN, TenantKind.RESELLER)],
    "SA": [(Role.SALES, kind) for kind in PARTNERS],
    "RG": [(Role.REGULAR, kind) for kind in TenantKind],
    "RO": [(Role.READ_ONLY, kind) for kind in TenantKind],
    "SU": [(Role.SUPPORT, kind) for kind in TenantKind],
    "CA": [(Role.ADMIN, TenantKind.CUSTOMER)],
    "FA": [(Role.FULL_ACCESS, TenantKind.CUSTOMER)],
}


def _read_matrix() -> dict[tuple[Role, TenantKind], frozenset[Capability]]:
    head, *lines = MATRIX.strip().splitlines()
    held: dict[tuple[Role, TenantKind], set[Capability]] = {key: set() for keys in COLUMNS.values() for key in keys}
    for line in lines:
        name, *marks = line.split()
        for column, mark in zip(head.split(), marks, strict=True):
            if mark != "–":
                for key in COLUMNS[column]:
                    held[key].add(Capability[name])
    return {key: frozenset(capabilities) for key, capabilities in held.items()}


ROLES = _read_matrix()
STRONGEST_FIRST = (Role.ADMIN, Role.FULL_ACCESS, Role.SALES, Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)
#: Roles that hold for everything beneath the tenant too; the others hold for the tenant they name only.
INHERITED = {Role.ADMIN, Role.SALES, Role.FULL_ACCESS}
#: A partner's own account is no customer of its own, and nobody switches into where they are.
NOT_AT_HOME = frozenset({Capability.CUSTOMER_VIEW, Capability.CUSTOMER_SUMMARY_VIEW, Capability.TENANT_SWITCH})


def capabilities_of(role: Role, kind: TenantKind) -> frozenset[Capability]:
    """What a role allows on a tenant of that kind; nothing where the role does not exist there."""
    return ROLES.get((role, kind), frozenset())


@dataclass(frozen=True)
class Holding:
    """Capabilities over one tenant itself, or over everything strictly beneath it."""

    tenant_id: int
    path: str
    beneath: bool
    role: Role
    capabilities: frozenset[Capability]
    #: The link list of which it is a part, where it is.
    listed: int | None = None

    @property
    def node(self) -> int:
        """Its name in `reach`: positive for what lies beneath, negative for the tenant itself."""
        return self.tenant_id if self.beneath else -self.tenant_id

    @property
    def list_node(self) -> int | None:
        """The node of its link list that reaches it, and the others of the list with it."""
        return self.listed if self.beneath or self.listed is None else -self.listed

    def covers(self, path: str) -> bool:
        return path.startswith(self.path) and path != self.path if self.beneath else path == self.path

    def contains(self, other: Holding) -> bool:
        """Whether everything that the other covers is covered."""
        if other.beneath:
            return self.beneath and other.path.startswith(self.path)
        return self.covers(other.path)


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
        held = capabilities_of(self.role, self.kind)
        own = held
        if self.source is GrantSource.HOME and self.kind in (TenantKind.DISTRIBUTOR, TenantKind.RESELLER):
            own = held - NOT_AT_HOME
        elif self.source is GrantSource.HOME and self.kind is TenantKind.CUSTOMER:
            own = held - {Capability.TENANT_SWITCH}
        elif self.source is GrantSource.LINKED and held and self.role is not Role.SALES:
            own = held | {Capability.TENANT_SWITCH}  # a link lets the person see the customer and enter it (S1.22)
        found = [Holding(self.tenant_id, self.path, False, self.role, own, self.listed)]
        if self.role in INHERITED:
            found.append(Holding(self.tenant_id, self.path, True, self.role, held, self.listed))
        return found


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

    def may(self, capability: Capability, path: str) -> bool:
        """The rule itself: somebody may where one of their holdings covers the tenant and has the capability."""
        return any(capability in h.capabilities and h.covers(path) for h in self.holdings)

    def knows(self, path: str) -> bool:
        """Whether the viewer holds anything at all on a tenant."""
        return any(h.covers(path) for h in self.holdings)

    def capabilities_on(self, path: str) -> frozenset[Capability]:
        return frozenset().union(*(h.capabilities for h in self.holdings if h.covers(path)))

    def role_on(self, path: str) -> Role | None:
        """The strongest role held on a tenant."""
        held = {h.role for h in self.holdings if h.covers(path)}
        return next((role for role in STRONGEST_FIRST if role in held), None)

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @cached_property
    def _groups(self) -> tuple[Standing, tuple[Places, ...]]:
        standing, places = Standing.of(self.holdings)
        return _shared(standing), places

    @property
    def standing(self) -> Standing:
        """What of the viewer shapes a plan. Viewers who hold things alike share the very same object."""
        return self._groups[0]

    @property
    def places(self) -> tuple[Places, ...]:
        """Where each of the standing's groups lies."""
        return self._groups[1]


ANYONE = Viewer(user_id=None)


@dataclass(frozen=True)
class Places:
    """A group as nodes of `reach`, none of which reaches what another does. The n-th bit of a node's mask says whether
    it lies inside group n; it means something where that one is told `apart` from this."""

    nodes: tuple[int, ...]
    masks: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """What of a viewer shapes a plan: *how* each thing is held, never *where*; plans are shared by it.

    `held` gives the number of each capability's and role's set of places, its group (none: never). `within` has (a, b)
    where group a reaches everything that group b does; `beneath` where it reaches everything strictly beneath what b
    does; `apart` where each node of b lies wholly inside of a or wholly outside. `everywhere` are the groups that reach
    every tenant there is. `lacking` says for each capability which roles of the viewer's lack it.
    """

    held: tuple[tuple[str, int], ...]
    within: frozenset[tuple[int, int]]
    beneath: frozenset[tuple[int, int]]
    apart: frozenset[tuple[int, int]]
    everywhere: frozenset[int]
    lacking: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, holdings: tuple[Holding, ...]) -> tuple[Standing, tuple[Places, ...]]:
        """The standing, and beside it where each of its groups lies."""
        covers: dict[str, list[Holding]] = {PRESENCE: list(holdings)}
        for h in holdings:
            for capability in h.capabilities:
                covers.setdefault(capability.name, []).append(h)
            covers.setdefault(f"role:{h.role.name}", []).append(h)
        lists = Counter(h.list_node for h in holdings)
        groups: list[Group] = []
        held = []
        for name, found in sorted(covers.items()):
            group = Group(found, lists)
            number = next((n for n, other in enumerate(groups) if other.cover.keys() == group.cover.keys()), len(groups))
            if number == len(groups):
                groups.append(group)
            held.append((name, number))
        pairs = [(a, b) for a in range(len(groups)) for b in range(len(groups))]
        within = {(a, b) for a, b in pairs if all(map(groups[a].contains, groups[b].cover.values()))}
        beneath = {(a, b) for a, b in pairs
                   if all(groups[a].contains(replace(h, beneath=True)) for h in groups[b].cover.values())}
        parts = {(a, b): groups[b].parts(groups[a]) for a, b in pairs}
        apart = {pair for pair, inside in parts.items() if inside is not None}
        everywhere = {n for n, group in enumerate(groups)
                      if {h.beneath for h in group.cover.values() if h.path.count("/") == 2} == {True, False}}
        lacking = [(c.name, "+".join(sorted({_lacks(h.role) for h in holdings if c not in h.capabilities})))
                   for c in Capability]
        standing = cls(tuple(held), frozenset(within), frozenset(beneath), frozenset(apart), frozenset(everywhere),
                       tuple(lacking))
        return standing, tuple(Places(tuple(group.nodes), tuple(
            sum(1 << a for a in range(len(groups)) if (inside := parts[a, b]) and inside[n]) for n in range(len(group.nodes))))
            for b, group in enumerate(groups))

    @cached_property
    def group(self) -> dict[str, int]:
        return dict(self.held)

    @cached_property
    def lacks(self) -> dict[str, str]:
        return dict(self.lacking)

    @cached_property
    def _hash(self) -> int:
        return hash((self.held, self.within, self.beneath, self.apart, self.everywhere, self.lacking))

    def __hash__(self) -> int:
        return self._hash


@lru_cache(maxsize=4096)
def _shared(standing: Standing) -> Standing:
    return standing


#: Holding anything at all: what it takes to know that a tenant is there.
PRESENCE = "PRESENCE"


def _lacks(role: Role) -> str:
    return (WithheldReason.SUPPORT_ROLE if role is Role.SUPPORT else WithheldReason.ROLE).name


class Group:
    """A set of places: the fewest holdings that reach the same tenants; in a tree they never overlap."""

    def __init__(self, holdings: Iterable[Holding], lists: Mapping[int | None, int]):
        self.cover: dict[tuple[bool, str], Holding] = {}
        for h in sorted(holdings, key=lambda h: (h.path.count("/"), not h.beneath, h.node)):
            if not self.contains(h):
                self.cover[h.beneath, h.path] = h
        self._around = {above for _, path in self.cover for above in _above(path)}
        found = Counter(h.list_node for h in self.cover.values())
        #: What it is in `reach`, node by node: several holdings where all of a link list is in it.
        self.nodes: dict[int, list[Holding]] = {}
        for h in self.cover.values():
            node = h.list_node if h.list_node is not None and found[h.list_node] == lists[h.list_node] else h.node
            self.nodes.setdefault(node, []).append(h)

    def contains(self, h: Holding) -> bool:
        """Whether everything that a holding covers is reached."""
        return (h.beneath, h.path) in self.cover or any((True, above) in self.cover for above in _above(h.path))

    def touches(self, h: Holding) -> bool:
        """Whether something that a holding covers is reached."""
        return self.contains(h) or (h.beneath and h.path in self._around)

    def parts(self, other: Group) -> list[bool] | None:
        """Of each node whether it lies inside another group; None where one lies there in part."""
        inside = [all(map(other.contains, held)) for held in self.nodes.values()]
        split = any(not whole and any(map(other.touches, held))
                    for whole, held in zip(inside, self.nodes.values(), strict=True))
        return None if split else inside


def _above(path: str) -> Iterator[str]:
    """The paths of the tenants above one."""
    end = path.rfind("/", 0, -1)
    while end > 0:
        yield path[:end + 1]
        end = path.rfind("/", 0, end)
