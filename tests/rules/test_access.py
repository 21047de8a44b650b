"""The rule of access against an oracle that walks the tree tenant by tenant, for any tree and any grants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.access import ROLES, Capability, GrantSource, Role, TenantKind
from models.keys import NEVER, carried
from models.reach import is_listed
from models.sessions import exceeds, held_at_home, may_enter
from models.standing import PRESENCE, Holding, least_cover
from models.viewers import ANYONE, Grant, Place, Viewer, narrowed
from tests.matrix import ALL, COLUMNS, CUSTOMER, DISTRIBUTOR, PLATFORM, RESELLER

BENEATH = {PLATFORM: [DISTRIBUTOR, RESELLER], DISTRIBUTOR: [RESELLER], RESELLER: [CUSTOMER], CUSTOMER: [CUSTOMER]}


@dataclass
class World:
    """Tenants by number, 1 being the root; grants as (role, tenant, source)."""

    kinds: dict[int, TenantKind] = field(default_factory=lambda: {1: PLATFORM})
    parents: dict[int, int | None] = field(default_factory=lambda: {1: None})
    grants: list[tuple[Role, int, GrantSource]] = field(default_factory=list)

    def above(self, tenant: int) -> list[int]:
        found, parent = [], self.parents[tenant]
        while parent is not None:
            found.append(parent)
            parent = self.parents[parent]
        return found

    def place(self, tenant: int) -> Place:
        path = "/" + "/".join(str(t) for t in [*reversed(self.above(tenant)), tenant]) + "/"
        return Place(tenant, path, self.kinds[tenant])

    def held(self) -> tuple[Grant, ...]:
        return tuple(Grant(role, t, self.place(t).path, self.kinds[t], source, self.listed(role, t, source))
                     for role, t, source in self.grants)

    def listed(self, role: Role, tenant: int, source: GrantSource) -> int | None:
        """The number of the link list on which a grant is."""
        return 1000 + list(Role).index(role) if is_listed(source, self.kinds[tenant], expires=False) else None

    def reached(self, nodes: Collection[int]) -> list[int]:
        """What nodes of the closure reach, each as often as it is reached."""
        return [t for node in nodes for t in self.kinds if self._reaches(node, t)]

    def _reaches(self, node: int, tenant: int) -> bool:
        if abs(node) < 1000:
            return tenant == -node if node < 0 else node in self.above(tenant)
        members = {t for role, t, source in self.grants if self.listed(role, t, source) == abs(node)}
        return tenant in members if node < 0 else not members.isdisjoint(self.above(tenant))

    # -- the oracle

    def gives(self, grant: tuple[Role, int, GrantSource], capability: str, tenant: int) -> bool:
        role, at, source = grant
        allowed = COLUMNS.get((role, self.kinds[at]), set())
        if tenant != at:
            return at in self.above(tenant) and role in (Role.ADMIN, Role.SALES, Role.FULL_ACCESS) and capability in allowed
        if source is GrantSource.LINKED and capability == "TENANT_SWITCH":
            return bool(allowed) and role is not Role.SALES
        if source is GrantSource.HOME and self.kinds[at] in (DISTRIBUTOR, RESELLER):
            return capability in allowed - {"CUSTOMER_VIEW", "CUSTOMER_SUMMARY_VIEW", "TENANT_SWITCH"}
        if source is GrantSource.HOME and self.kinds[at] is CUSTOMER:
            return capability in allowed - {"TENANT_SWITCH"}
        return capability in allowed

    def allowed(self, tenant: int, acting_in: int | None) -> set[str]:
        native = (Role.ADMIN, acting_in, GrantSource.HOME)
        return {c for c in ALL if any(self.gives(g, c, tenant) for g in self.grants)
                and (acting_in is None or self.gives(native, c, tenant))}  # type: ignore[arg-type]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World()
    for number in range(2, draw(st.integers(2, 14))):
        above = draw(st.integers(1, number - 1))
        while world.kinds[above] is CUSTOMER and world.kinds[world.parents[above] or 1] is CUSTOMER:
            above = world.parents[above] or 1  # a sub-account holds none
        world.parents[number] = above
        world.kinds[number] = draw(st.sampled_from(BENEATH[world.kinds[above]]))
    tenants = st.integers(1, len(world.kinds))
    world.grants = draw(st.lists(st.tuples(st.sampled_from(Role), tenants,
                                           st.sampled_from([GrantSource.HOME, GrantSource.LINKED])), max_size=5))
    return world


def at_home(world: World) -> Viewer:
    return Viewer(7, holdings=held_at_home(world.held()))


def acting(world: World, target: int) -> Viewer:
    return Viewer(7, holdings=tuple(narrowed(world.held(), world.place(target))))


def names(capabilities: frozenset[Capability]) -> set[str]:
    return {c.name for c in capabilities}


def test_the_matrix_is_the_one_of_the_domain_model() -> None:
    assert {key: names(held) for key, held in ROLES.items()} == COLUMNS


@given(worlds())
def test_at_home_everybody_may_what_their_grants_give(world: World) -> None:
    viewer = at_home(world)
    for tenant in world.kinds:
        path, allowed = world.place(tenant).path, world.allowed(tenant, None)
        assert {c.name for c in Capability if viewer.may(c, path)} == allowed
        assert names(viewer.capabilities_on(path)) == allowed


@given(worlds(), st.data())
def test_acting_is_what_a_native_admin_may_as_far_as_the_grants_reach(world: World, data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(sorted(world.kinds)))
    viewer = acting(world, target)
    for tenant in world.kinds:
        path = world.place(tenant).path
        inside = tenant == target or target in world.above(tenant)
        assert names(viewer.capabilities_on(path)) == (world.allowed(tenant, target) if inside else set())
        assert viewer.knows(path) == bool(viewer.capabilities_on(path))


@given(worlds(), st.data())
def test_an_admin_from_above_who_acts_holds_just_what_the_native_admin_holds(world: World, data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(sorted(world.kinds)))
    world.grants = [(Role.ADMIN, 1, GrantSource.HOME)]
    native = World(world.kinds, world.parents, [(Role.ADMIN, target, GrantSource.HOME)])
    if target != 1:
        assert acting(world, target).holdings == at_home(native).holdings


@given(worlds(), st.data())
def test_a_standing_with_its_places_says_the_same_as_the_rule(world: World, data: st.DataObject) -> None:
    target = data.draw(st.none() | st.sampled_from(sorted(world.kinds)))
    viewer = at_home(world) if target is None else acting(world, target)
    standing, group = viewer.standing, viewer.standing.group
    reached = [set(world.reached(places.nodes)) for places in viewer.places]
    paths = {t: world.place(t).path for t in world.kinds}
    assert reached[group[PRESENCE]] == {t for t in world.kinds if viewer.knows(paths[t])}
    for capability in Capability:
        held = {t for t in world.kinds if viewer.may(capability, paths[t])}
        assert (reached[group[capability.name]] if capability.name in group else set()) == held
    for a, b in standing.within:
        assert reached[a] >= reached[b]
    for a, b in standing.beneath:
        assert reached[a] >= {t for t in world.kinds if not reached[b].isdisjoint(world.above(t))}
    for everywhere in standing.everywhere:
        assert reached[everywhere] == set(world.kinds)


@given(worlds(), st.data())
def test_no_place_is_held_twice_and_its_mask_tells_what_else_is_held_there(world: World, data: st.DataObject) -> None:
    target = data.draw(st.none() | st.sampled_from(sorted(world.kinds)))
    viewer = at_home(world) if target is None else acting(world, target)
    for door, places in enumerate(viewer.places):
        found = world.reached(places.nodes)
        assert len(found) == len(set(found))
        for node, mask in zip(places.nodes, places.masks, strict=True):
            for group, other in enumerate(viewer.places):
                if (group, door) in viewer.standing.apart:
                    for tenant in world.reached([node]):
                        assert bool(mask & 1 << group) == (tenant in world.reached(other.nodes))


def test_a_thousand_links_are_a_node_for_each_role() -> None:
    links = [Grant(role, n, f"/1/2/{n}/", CUSTOMER, GrantSource.LINKED, listed)
             for n in range(3, 1000) for role, listed in [(Role.REGULAR, 5000) if n % 2 else (Role.SUPPORT, 6000)]]
    home = Grant(Role.REGULAR, 2, "/1/2/", RESELLER, GrantSource.HOME)
    viewer = Viewer(7, holdings=held_at_home((home, *links)))
    group = viewer.standing.group
    assert set(viewer.places[group["CUSTOMER_VIEW"]].nodes) == {-5000, -6000}
    assert set(viewer.places[group["FINANCIALS_VIEW"]].nodes) == {-5000, -2}
    assert (group["FINANCIALS_VIEW"], group["CUSTOMER_VIEW"]) in viewer.standing.apart


@given(worlds())
def test_the_least_cover_reaches_as_far_and_holds_nothing_twice(world: World) -> None:
    holdings = [h for grant in world.held() for h in grant.holdings()]
    cover = least_cover([[h] for h in holdings]).values()
    for tenant in world.kinds:
        covering = [h for h in cover if h.covers(world.place(tenant).path)]
        assert bool(covering) == any(h.covers(world.place(tenant).path) for h in holdings)
        assert len(covering) <= 1


@given(worlds(), worlds())
def test_what_does_not_exceed_allows_nothing_more_anywhere(wide: World, narrow: World) -> None:
    world = World(wide.kinds, wide.parents, [g for g in narrow.grants if g[1] in wide.kinds])
    before, after = list(at_home(wide).holdings), list(at_home(world).holdings)
    more = any(wide.allowed(t, None) - world.allowed(t, None) for t in wide.kinds)
    assert exceeds(before, after) or not more
    assert not exceeds(before, before)


@given(worlds(), st.data())
def test_nobody_enters_their_own_tenant_or_one_above_or_beside_it(world: World, data: st.DataObject) -> None:
    home = data.draw(st.sampled_from(sorted(world.kinds)))
    role = data.draw(st.sampled_from([r for r in Role if (r, world.kinds[home]) in COLUMNS]))
    world.grants = [(role, home, GrantSource.HOME)]
    for target in world.kinds:
        enters = may_enter(world.held(), world.place(home), world.place(target))
        beneath = home in world.above(target)
        assert enters == (beneath and role is Role.ADMIN and world.kinds[home] is not CUSTOMER)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.REGULAR, Role.READ_ONLY, Role.SUPPORT])
def test_a_link_alone_lets_somebody_see_a_customer_and_enter_it(role: Role) -> None:
    acme, brightline = Place(3, "/1/2/3/", CUSTOMER), Place(2, "/1/2/", RESELLER)
    grants = (Grant(Role.READ_ONLY, 2, "/1/2/", RESELLER, GrantSource.HOME),
              Grant(role, 3, "/1/2/3/", CUSTOMER, GrantSource.LINKED))
    assert Viewer(7, holdings=held_at_home(grants)).may(Capability.CUSTOMER_VIEW, acme.path)
    assert may_enter(grants, brightline, acme)
    assert not may_enter(grants[:1], brightline, acme)


def test_support_who_acts_in_a_customer_never_holds_what_money_takes() -> None:
    inside = narrowed([Grant(Role.SUPPORT, 3, "/1/2/3/", CUSTOMER, GrantSource.LINKED)], Place(3, "/1/2/3/", CUSTOMER))
    held = Viewer(7, holdings=tuple(inside)).capabilities_on("/1/2/3/")
    assert not held & {Capability.FINANCIALS_VIEW, Capability.INVOICE_VIEW, Capability.UNITS_VIEW,
                       Capability.CONTRACT_VIEW, Capability.CUSTOMER_SUMMARY_VIEW, Capability.SERVICE_MANAGE}
    assert Capability.SERVICE_TROUBLESHOOT in held


def test_somebody_who_is_not_signed_in_holds_nothing() -> None:
    assert not ANYONE.signed_in
    assert not ANYONE.knows("/1/")
    assert not any(ANYONE.may(c, "/1/") for c in Capability)


def test_a_number_that_begins_another_is_another_tenant() -> None:
    ten = Holding(10, "/1/10/", True, Role.ADMIN, frozenset({Capability.CUSTOMER_VIEW}))
    assert ten.covers("/1/10/5/")
    assert not ten.covers("/1/100/5/")
    assert not ten.covers("/1/10/")


# -- API keys

@given(worlds(), st.data())
def test_a_key_may_what_its_maker_may_inside_its_tenant_and_scope_and_nothing_else(world: World, data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(sorted(world.kinds)))
    scope = data.draw(st.frozensets(st.sampled_from(Capability)))
    maker, place = at_home(world), world.place(target)
    key = Viewer(None, place, place, tuple(carried(maker.holdings, place, scope)), key_id=1)
    for tenant in world.kinds:
        path = world.place(tenant).path
        inside = tenant == target or target in world.above(tenant)
        expected = {c for c in scope - NEVER if inside and maker.may(c, path)}
        assert {c for c in Capability if key.may(c, path)} == expected
        assert key.knows(path) == bool(expected)
    if key.holdings:
        lacks = {capability for capability, why in key.standing.lacking if why == "API_KEY_SCOPE"}
        assert lacks == names(frozenset(Capability) - scope)
        for capability in Capability:
            reached = {t for t in world.kinds if key.may(capability, world.place(t).path)}
            group = key.standing.group.get(capability.name)
            assert set(world.reached(key.places[group].nodes) if group is not None else []) == reached
