"""Onboarding by its rules: whatever people try in whatever order, tasks take legal steps and progress is its definition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.access import TenantKind
from models.onboarding import (
    CLOSED,
    NEXT,
    PLAN,
    TITLES,
    OnboardingStatus,
    OnboardingTask,
    OnboardingTaskKind,
    begin_onboarding,
    planned,
    progress,
    standing,
    unblock,
)
from models.onboarding import OnboardingTaskStatus as Status
from models.tenants import plant
from models.transaction import unit_of_work
from resolvers.change import ErrorCode, Refused
from resolvers.onboarding import OnboardingOutcome, complete_onboarding_task, start_onboarding_task
from server.portfolio.story import tenant_id, user_id
from tests.house import MINUTE, House, house
from tests.stored import connected


def test_the_plan_names_every_kind_once_and_each_waits_only_for_one_before_it() -> None:
    kinds = [each.kind for each in PLAN]
    assert sorted(kind.name for kind in kinds) == sorted(kind.name for kind in OnboardingTaskKind)
    assert all(each.after is None or kinds.index(each.after) < kinds.index(each.kind) for each in PLAN)
    assert TITLES.keys() == set(kinds)


def test_every_status_is_reached_and_only_closed_ones_are_left_by_nothing() -> None:
    reached = {Status.NOT_STARTED, Status.BLOCKED}
    for _ in Status:
        reached |= {step for status in reached for step in NEXT[status]}
    assert reached == set(Status)
    assert {status for status, steps in NEXT.items() if not steps} == set(CLOSED)


def check(before: dict[str, Status], tasks: list[OnboardingTask]) -> None:
    """What must be true after any try."""
    after = statuses(tasks)
    for each in PLAN:
        was, is_ = before[each.kind.name], after[each.kind.name]
        assert is_ is was or is_ in NEXT[was]
        waits = each.after is not None and after[each.after.name] not in CLOSED
        assert (is_ is Status.BLOCKED) == (waits and is_ is not Status.SKIPPED)
        assert not (each.required and is_ is Status.SKIPPED)


def statuses(tasks: list[OnboardingTask]) -> dict[str, Status]:
    return {task.kind: Status[task.status] for task in tasks}


def defined(tasks: list[OnboardingTask]) -> float:
    """Progress as the specification says it: done required / required."""
    required = [task for task in tasks if task.required]
    return sum(task.status == "COMPLETED" for task in required) / len(required)


@pytest.fixture(scope="module")
async def columns(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Models know their columns once they have been connected."""
    async with connected(f"sqlite://{tmp_path_factory.mktemp('columns')}/none.sqlite"):
        pass


@pytest.mark.row("B.7", "S2.24")
@pytest.mark.usefixtures("columns")
@given(st.lists(st.tuples(st.integers(0, len(PLAN) - 1), st.sampled_from(list(Status))), max_size=60), st.booleans())
def test_random_walks_never_reach_an_illegal_state_and_progress_is_its_definition(
        tries: list[tuple[int, Status]], has_admin: bool) -> None:
    tasks = planned(1 << 62)
    for nth, wanted in tries:
        before = statuses(tasks)
        if wanted in tasks[nth].steps():
            tasks[nth].status = wanted.name
            unblock(tasks)
        check(before, tasks)
        found = standing(tasks, has_admin)
        assert progress(found.done, found.required) == defined(tasks)
        assert (found.status is OnboardingStatus.COMPLETED) == (defined(tasks) == 1 and has_admin)
        untouched = set(statuses(tasks).values()) <= {Status.NOT_STARTED, Status.BLOCKED}
        assert (found.status is OnboardingStatus.NOT_STARTED) == untouched


def test_nothing_required_is_all_done() -> None:
    assert progress(0, 0) == 1


# -- the same through the use cases

@pytest.fixture(scope="session")
async def walks_url(create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return await create_postgres("walks")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/walks.sqlite" if request.param == "sqlite" else request.getfixturevalue("walks_url")


@pytest.mark.row("B.7", "S2.21", "S2.24")
async def test_whatever_people_try_the_stored_tasks_and_the_customers_row_agree(url: str) -> None:
    async with house(url) as h:
        for seed in range(4):
            await walk(h, Random(seed))


async def walk(h: House, chance: Random) -> None:
    """Somebody tries things with a new customer's tasks, in no order; it has an administrator now and then."""
    partner = await models.Tenant.get(id=tenant_id("brightline"))
    tenant = models.Tenant.beneath(partner, kind=TenantKind.CUSTOMER, name="Walker")
    by = await models.User.get(id=user_id("admin@brightline.example"))

    async def arrive() -> None:
        await plant([tenant])
        await models.Customer.create(
            id=tenant.id, tenant_id=tenant.id, name="Walker", name_key="walker", issuer_id=partner.id, status="ACTIVE",
            status_changed_at=h.now, currency="EUR", created_at=h.now)
        await begin_onboarding(tenant.id, h.now, by, [])
    await unit_of_work(arrive)
    viewer = await h.viewer(await h.sign_in("admin@brightline.example"))
    owner = await models.User.create(tenant_id=tenant.id, email=f"{tenant.id}@x.example", email_norm=f"{tenant.id}@x.example",
                                     first_name="A", last_name="B", name_key="a b", active=True)
    await models.AccessGrant.create(user_id=owner.id, tenant_id=tenant.id, role="ADMIN", source="HOME")
    for _ in range(60):
        h.now += MINUTE
        tasks = await stored_tasks(tenant.id)
        before, task = statuses(tasks), chance.choice(tasks)
        await models.User.filter(id=owner.id).update(active=chance.random() < 0.7)
        outcome = chance.choice([None, *OnboardingOutcome])
        if outcome is None:
            attempt = partial(start_onboarding_task, viewer, h.occasion, task_id=f"obt_{task.id}")
        else:
            attempt = partial(complete_onboarding_task, viewer, h.occasion, task_id=f"obt_{task.id}", outcome=outcome)
        refusals: list[ErrorCode] = []
        try:
            await unit_of_work(attempt)
        except Refused as refused:
            refusals = [problem.code for problem in refused.problems]
        assert set(refusals) <= {ErrorCode.INVALID_STATE, ErrorCode.INVALID}
        if refusals:
            assert statuses(await stored_tasks(tenant.id)) == before
            continue
        tasks = await stored_tasks(tenant.id)
        check(before, tasks)
        customer = await models.Customer.get(id=tenant.id)
        assert progress(customer.onboarding_done, customer.onboarding_required) == defined(tasks)
        has_admin = await models.User.exists(id=owner.id, active=True)
        assert customer.onboarding_status == standing(tasks, has_admin).status.name
        assert (customer.onboarding_completed_at is not None) == (customer.onboarding_status == "COMPLETED")
        assert defined(tasks) < 1 or customer.onboarding_status == "COMPLETED" or not has_admin


async def stored_tasks(tenant_id: int) -> list[OnboardingTask]:
    return await OnboardingTask.filter(tenant_id=tenant_id).order_by("position")
