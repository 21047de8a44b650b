"""Onboarding of the demo story and of generated portfolios: tasks, and what they come to on the customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any

from models import Customer, OnboardingTask
from models.onboarding import (
    CLOSED,
    PLAN,
    UNTOUCHED,
    OnboardingStatus,
    OnboardingTaskKind,
    Standing,
    planned,
    standing,
    standing_of,
)
from models.onboarding import OnboardingTaskStatus as Status
from models.records import id_of

Told = Mapping[OnboardingTaskKind, Status]
STEP = dt.timedelta(days=2)


def told_tasks(customer: Customer, told: Told, begun: dt.datetime, by: int | None) -> list[OnboardingTask]:
    """The tasks of a customer of the story, begun one after the other, with ids that are the same in every database."""
    tasks = planned(customer.id, list(told))
    ids = {task.id: id_of("onboarding", f"{customer.reference}/{task.kind}") for task in tasks}
    for task in tasks:
        task.id, task.after_id = ids[task.id], ids.get(task.after_id or 0)
        stands(task, told[OnboardingTaskKind[task.kind]], begun + STEP * task.position, by)
    return tasks


def stands(task: OnboardingTask, status: Status, at: dt.datetime, by: int | None) -> None:
    """Lets a task stand somewhere, begun at a moment and ended a little later."""
    task.status = status.name
    if status not in (*UNTOUCHED, Status.SKIPPED):
        task.started_at, task.started_by_id = at, by
    if status in CLOSED:
        task.completed_at = at + STEP / 2


def columns(tasks: list[OnboardingTask], has_admin: bool) -> dict[str, Any]:
    """What the customer's row says of its tasks."""
    return of_standing(standing(tasks, has_admin), [t.started_at for t in tasks if t.started_at],
                       [t.completed_at for t in tasks if t.completed_at and t.required])


def of_standing(found: Standing, started: list[dt.datetime], completed: list[dt.datetime]) -> dict[str, Any]:
    is_completed = found.status is OnboardingStatus.COMPLETED
    return {"onboarding_status": found.status.name, "onboarding_required": found.required, "onboarding_done": found.done,
            "onboarding_started_at": min(started, default=None),
            "onboarding_completed_at": max(completed, default=None) if is_completed else None}


#: Of a hundred generated customers so many have just come, are on their way in, and have come in since it is written down.
COMING, UNDER_WAY, CAME = 5, 10, 10
#: What the customer's row says of those that came before that.
NONE = {"onboarding_status": None, "onboarding_required": 0, "onboarding_done": 0, "onboarding_started_at": None,
        "onboarding_completed_at": None}


def made_tasks(tenant_id: int, first_id: int, random: Random, now: dt.datetime, has_admin: bool) -> list[dict[str, Any]]:
    """The tasks of a generated customer as rows; none for most, who came before onboarding was written down."""
    chance = random.randrange(100)
    if chance >= COMING + UNDER_WAY + CAME:
        return []
    if chance < COMING:
        done = 0
    elif chance < COMING + UNDER_WAY or not has_admin:
        done = random.randint(1, len(PLAN) - 3)
    else:
        done = len(PLAN)
    begun, ids = now - dt.timedelta(days=random.randint(20, 60)), dict[OnboardingTaskKind, int]()
    rows = []
    for position, each in enumerate(PLAN):
        ids[each.kind] = first_id + position
        after, at = ids[each.after] if each.after else None, begun + STEP * position
        closed, under_way = position < done, position == done > 0
        waits = after is not None and after >= first_id + done
        status = (Status.COMPLETED if closed else Status.BLOCKED if waits else
                  Status.IN_PROGRESS if under_way else Status.NOT_STARTED)
        rows.append({
            "id": ids[each.kind], "version": 1, "updated_at": now, "tenant_id": tenant_id, "kind": each.kind.name,
            "status": status.name, "required": each.required, "position": position, "after_id": after,
            "started_by_id": None, "started_at": at if status in (Status.COMPLETED, Status.IN_PROGRESS) else None,
            "completed_at": at + STEP / 2 if closed else None})
    return rows


def made_columns(rows: list[dict[str, Any]], has_admin: bool) -> dict[str, Any]:
    """What a generated customer's row says of its tasks."""
    required = [row for row in rows if row["required"]]
    found = standing_of([Status[row["status"]] for row in required], [Status[row["status"]] for row in rows], has_admin)
    return of_standing(found, [row["started_at"] for row in rows if row["started_at"]],
                       [row["completed_at"] for row in required if row["completed_at"]])
