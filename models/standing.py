"""How a viewer holds things, apart from where: what plans are shared by; and where, as nodes of the closure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from heapq import merge

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
    #: What the API key was made for by which it is held, where it is.
    scope: frozenset[Capability] | None = None

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
        alike: dict[tuple[frozenset[Capability], Role], list[Holding]] = {}
        for h in sorted(holdings, key=lambda h: (h.path.count("/"), not h.beneath, h.node)):
            alike.setdefault((h.capabilities, h.role), []).append(h)
        kinds: dict[str, list[int]] = {PRESENCE: list(range(len(alike)))}
        scope = next((h.scope for h in holdings), None)
        unscoped = frozenset() if scope is None else frozenset(Capability) - scope
        kinds |= {f"unscoped:{c.name}": list(range(len(alike))) for c in unscoped}
        for n, (capabilities, role) in enumerate(alike):
            for name in (*(c.name for c in capabilities), f"role:{role.name}"):
                kinds.setdefault(name, []).append(n)
        of_kind = list(alike.values())
        covers = {which: least_cover([of_kind[n] for n in which]) for which in set(map(tuple, kinds.values()))}
        cover_of = {name: covers[tuple(kinds[name])] for name in sorted(kinds)}
        groups = list({frozenset(cover): cover for cover in cover_of.values()}.values())
        number = {frozenset(cover): n for n, cover in enumerate(groups)}
        held = [(name, number[frozenset(cover)]) for name, cover in cover_of.items()]
        lacking = [(c.name, WithheldReason.API_KEY_SCOPE.name if c in unscoped else
                    "+".join(sorted({_lacks(role) for capabilities, role in alike if c not in capabilities})))
                   for c in Capability]
        map_ = Map(groups, Counter(h.list_node for h in holdings))
        standing = cls(tuple(held), map_.pairs(map_.within), map_.pairs(map_.beneath), map_.pairs(map_.apart),
                       frozenset(n for n, cover in enumerate(groups) if _is_everywhere(cover)), tuple(lacking))
        return standing, tuple(map_.places)

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


#: The fewest holdings that reach the same tenants, by what each covers; in a tree they never overlap.
Cover = dict[tuple[bool, str], Holding]


def least_cover(sorts: Sequence[Sequence[Holding]]) -> Cover:
    """What all of these come to. Those nearest the root come first in each."""
    found: Cover = {}
    for h in merge(*sorts, key=lambda h: (h.path.count("/"), not h.beneath)):
        if (h.beneath, h.path) not in found and not any((True, above) in found for above in ancestors(h.path)):
            found[h.beneath, h.path] = h
    return found


def _is_everywhere(cover: Cover) -> bool:
    return {beneath for beneath, path in cover if path.count("/") == 2} == {True, False}


class Map:
    """Where groups lie to one another. Sets of groups are numbers: the n-th bit stands for group n."""

    def __init__(self, groups: Sequence[Cover], lists: Mapping[int | None, int]):
        self.everyone = (1 << len(groups)) - 1
        self._covering: dict[tuple[bool, str], int] = {}
        self._around: dict[str, int] = {}
        for n, cover in enumerate(groups):
            for key in cover:
                self._covering[key] = self._covering.get(key, 0) | 1 << n
        for (_, path), covering in self._covering.items():
            for above in ancestors(path):
                self._around[above] = self._around.get(above, 0) | covering
        self._containing = cache(self._work_out)
        self.within: list[int] = []
        self.beneath: list[int] = []
        self.apart: list[int] = []
        self.places: list[Places] = []
        for cover in groups:
            self._place(cover, lists)

    def _place(self, cover: Cover, lists: Mapping[int | None, int]) -> None:
        within = beneath = apart = self.everyone
        inside: dict[int, int] = {}
        touched: dict[int, int] = {}
        found = Counter(h.list_node for h in cover.values())
        for (is_beneath, path), h in cover.items():
            node = h.list_node if h.list_node is not None and found[h.list_node] == lists[h.list_node] else h.node
            containing = self._containing(is_beneath, path)
            within &= containing
            beneath &= self._containing(True, path)
            inside[node] = inside.get(node, self.everyone) & containing
            touched[node] = touched.get(node, 0) | containing | (self._around.get(path, 0) if is_beneath else 0)
        for node, groups in inside.items():
            apart &= groups | ~touched[node]
        self.within.append(within)
        self.beneath.append(beneath)
        self.apart.append(apart)
        self.places.append(Places(tuple(inside), tuple(inside.values())))

    def _work_out(self, beneath: bool, path: str) -> int:
        """The groups that reach all of what a holding covers."""
        found = self._covering.get((beneath, path), 0)
        for above in ancestors(path):
            found |= self._covering.get((True, above), 0)
        return found

    def pairs(self, related: Sequence[int]) -> frozenset[tuple[int, int]]:
        """(a, b) for each group a that is related to b."""
        return frozenset((a, b) for b, groups in enumerate(related) for a in range(len(related)) if groups & 1 << a)


def ancestors(path: str) -> Iterator[str]:
    """The paths of the tenants above one."""
    end = path.rfind("/", 0, -1)
    while end > 0:
        yield path[:end + 1]
        end = path.rfind("/", 0, end)
