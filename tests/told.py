"""What must hold of stored onboarding, whoever wrote it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from models import Customer, OnboardingTask
from models.onboarding import CLOSED, OnboardingTaskStatus, has_admin, standing


async def onboarding_adds_up(now: dt.datetime) -> Counter[str | None]:
    """Every customer's row says what its tasks come to, and tasks wait where they should; how many there are of each status."""
    tasks: dict[int, list[OnboardingTask]] = {}
    for task in await OnboardingTask.all():
        tasks.setdefault(task.tenant_id, []).append(task)
    statuses: Counter[str | None] = Counter()
    for customer in await Customer.all():
        statuses[customer.onboarding_status] += 1
        own = tasks.pop(customer.id, [])
        if not own:
            assert (customer.onboarding_status, customer.onboarding_required) == (None, 0)
            continue
        found = standing(own, await has_admin(customer.id, now))
        assert (customer.onboarding_status, customer.onboarding_required, customer.onboarding_done) == (
            found.status.name, found.required, found.done)
        assert (customer.onboarding_started_at is None) == (found.status.name == "NOT_STARTED")
        assert (customer.onboarding_completed_at is None) == (found.status.name != "COMPLETED")
        closed = {task.id for task in own if OnboardingTaskStatus[task.status] in CLOSED}
        for task in own:
            waits = task.after_id is not None and task.after_id not in closed
            assert (task.status == "BLOCKED") == waits or task.status == "SKIPPED", task.kind
    assert not tasks
    return statuses
