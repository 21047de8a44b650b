"""How a viewer holds things, apart from where: what plans are shared by; and where, as nodes of the closure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from models.access import Capability, Role, WithheldReason


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
def shared(standing: Standing) -> Standing:
    """The very same object for equal standings, so that plans are found by it at once."""
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
