"""The rules of services: their states, the price list, and sums that are right whatever is done in whatever order (I8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.access import Capability, GrantSource, Role, TenantKind, capabilities_of
from models.customers import Customer
from models.products import PRODUCTS
from models.service_actions import MOVES, STEPS, ServiceAction, allowed_in
from models.services import ENTRY, PROVISIONED, BillingState, Service, ServiceStatus
from models.tenants import Tenant, plant
from models.transaction import settle, unit_of_work
from models.users import User
from models.viewers import Grant, Viewer
from resolvers.change import Occasion, Refused
from resolvers.ordering import add_services, finish_set_up
from resolvers.service_actions import FINDINGS, TAKEN, service_action
from resolvers.service_dates import end_expired, enter_billing
from tests.stored import stored

START = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def test_an_action_leads_only_where_the_states_allow() -> None:
    for action, step in STEPS.items():
        for status in step.states:
            if step.to is not None:
                assert step.to in MOVES[status], (action, status)
    assert set(MOVES) == set(ServiceStatus)
    assert set(STEPS) == set(ServiceAction)


def test_what_is_deleted_stays_deleted_and_every_other_state_can_be_diagnosed_or_ordered() -> None:
    assert MOVES[ServiceStatus.DELETED] == set()
    assert allowed_in(ServiceStatus.DELETED) == []
    assert set(FINDINGS) == set(STEPS[ServiceAction.DIAGNOSE].states)
    assert TAKEN.keys() <= STEPS.keys()


@pytest.mark.row("S1.33")
def test_no_action_that_costs_is_within_what_support_holds() -> None:
    for kind in TenantKind:
        held = capabilities_of(Role.SUPPORT, kind)
        assert not [action for action, step in STEPS.items() if step.financial and step.needs in held]
    financial = {step.needs for step in STEPS.values() if step.financial}
    assert financial == {Capability.SERVICE_MANAGE}


def test_the_price_list_names_a_price_in_every_currency_for_all() -> None:
    assert len(PRODUCTS) == 19
    currencies = {tuple(product.charges) for product in PRODUCTS.values()}
    assert currencies == {("EUR", "USD", "GBP", "JPY", "KWD")}
    assert PRODUCTS["Access port 1G"].charges == {"EUR": 300_00, "USD": 330_00, "GBP": 258_00, "JPY": 48000, "KWD": 99_000}
    assert PRODUCTS["Hosted connection 1G"].set_up == dt.timedelta(hours=1)


# -- whatever is done, in whatever order

@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def viewer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Viewer]:
    """The administrator of a reseller, on an otherwise empty database of each kind."""
    create: Callable[[str], Awaitable[str]] = request.getfixturevalue("create_postgres")
    folder: Path = tmp_path_factory.mktemp("services")
    async with stored(f"sqlite://{folder}/services.sqlite" if request.param == "sqlite" else await create("services")):
        root = Tenant.beneath(None, kind=TenantKind.PLATFORM, name="Root")
        shop = Tenant.beneath(root, kind=TenantKind.RESELLER, name="Shop")
        await plant([root, shop])
        user = await User.create(tenant_id=shop.id, email="a@shop.example", email_norm="a@shop.example", first_name="A",
                                 last_name="B", name_key="a b")
        grant = Grant(Role.ADMIN, shop.id, shop.path, TenantKind.RESELLER, GrantSource.HOME)
        yield Viewer(user.id, shop.place, shop.place, tuple(grant.holdings()), grants=(grant,))
        await settle()


async def customer_of(viewer: Viewer) -> Customer:
    assert viewer.current
    above = await Tenant.get(id=viewer.current.tenant_id)
    tenant = Tenant.beneath(above, kind=TenantKind.CUSTOMER, name="Pine")
    await plant([tenant])
    return await Customer.create(id=tenant.id, tenant_id=tenant.id, name="Pine", name_key="pine", status="ACTIVE",
                                 status_changed_at=START, issuer_id=above.id, currency="EUR", mrr_minor=0,
                                 mrr_pending_minor=0, created_at=START)


steps = st.lists(st.one_of(
    st.tuples(st.just("order"), st.lists(st.sampled_from(sorted(PRODUCTS)), min_size=1, max_size=3)),
    st.tuples(st.sampled_from(list(ServiceAction)), st.tuples(st.integers(0, 9), st.sampled_from([None, *sorted(PRODUCTS)]))),
    st.tuples(st.just("wait"), st.integers(1, 20))), min_size=1, max_size=25)


@pytest.mark.row("S1.7", "S1.8", "S1.9", "S1.10", "S1.11")
@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(steps=steps)
async def test_the_sums_of_a_customer_are_those_of_its_services_after_whatever_is_done(
        viewer: Viewer, steps: list[tuple[Any, Any]]) -> None:
    customer, now, done = await customer_of(viewer), START, 0
    for what, with_ in steps:
        now += dt.timedelta(minutes=7)
        if what == "wait":
            now += dt.timedelta(days=with_)
        done += await unit_of_work(lambda what=what, with_=with_, now=now: tried(viewer, customer, what, with_, now))
        await agree(customer, now)
    assert done or all(what != "order" for what, _ in steps)


async def tried(viewer: Viewer, customer: Customer, what: Any, with_: Any, now: dt.datetime) -> int:
    """Whether it was done rather than refused."""
    occasion = Occasion(now, "test", "")
    if what == "wait":
        for service in await Service.filter(tenant_id=customer.id, status=ServiceStatus.PROVISIONING.name):
            await finish_set_up(service.id, None, now)
        await end_expired(now)
        await enter_billing(now)
        return 1
    try:
        if what == "order":
            edits = [{"product": product, "name": None, "ends_on": now.date() + dt.timedelta(days=9) if n else None}
                     for n, product in enumerate(with_)]
            await add_services(viewer, occasion, customer_id=f"cus_{customer.id}", products=edits)
        else:
            nth, product = with_
            services = await Service.filter(tenant_id=customer.id).order_by("ordered_at", "name_key", "id")
            if not services:
                return 0
            await service_action(viewer, occasion, service_id=f"svc_{services[nth % len(services)].id}", action=what,
                                 params={"product": product} if product else None)
    except Refused:
        return 0
    return 1


async def agree(customer: Customer, now: dt.datetime) -> None:
    """What the customer's row says is what its services come to, and none of them waits beyond its day."""
    row, services = await Customer.get(id=customer.id), await Service.filter(tenant_id=customer.id)
    running = [s for s in services if ServiceStatus[s.status] in PROVISIONED]

    def charges(state: BillingState) -> int:
        return sum(s.monthly_charge_minor or 0 for s in services if s.billing_state == state.name)
    assert (row.mrr_minor, row.mrr_pending_minor) == (charges(BillingState.BILLED), charges(BillingState.PENDING_ENTRY))
    assert row.ports == sum(s.kind == "PORT" for s in running)
    assert row.virtual_circuits == sum(s.kind == "VIRTUAL_CIRCUIT" for s in running)
    assert row.cloud_connections == sum(s.cloud_connection is not None for s in running)
    assert row.last_order_at == max((s.ordered_at for s in services if s.ordered_at), default=None)
    for service in services:
        assert (service.billing_entry_expected_by is not None) == (service.billing_state == "PENDING_ENTRY")
        if service.billing_state == "PENDING_ENTRY":
            assert service.provisioned_at and service.status in ("RUNNING", "STOPPED")
        if service.billing_state in ("PENDING_ENTRY", "BILLED"):
            assert service.status in ("RUNNING", "STOPPED")
        if service.status in ("AVAILABLE", "PROVISIONING"):
            assert service.billing_state == "NOT_BILLED"


@pytest.mark.row("S1.8")
@pytest.mark.parametrize("hour", [0, 12, 23])
async def test_whenever_it_was_set_up_a_service_is_billed_within_15_days(viewer: Viewer, hour: int) -> None:
    customer = await customer_of(viewer)
    now = START.replace(hour=hour, minute=59)
    await unit_of_work(lambda: tried(viewer, customer, "order", ["Access port 1G"], now))
    service = await Service.get(tenant_id=customer.id)
    assert service.provisioned_at == now
    daily = [now.replace(hour=0, minute=20) + dt.timedelta(days=day) for day in range(1, ENTRY + 2)]
    entered = None
    for at in daily:
        if await unit_of_work(lambda at=at: enter_billing(at)) and entered is None:
            entered = at
    assert entered is not None and dt.timedelta(days=ENTRY - 1) < entered - now <= dt.timedelta(days=ENTRY)
    assert (await Customer.get(id=customer.id)).mrr_minor == 300_00

