"""Onboarding: the tasks on a customer's way in, the steps that each may take, and how far they add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tortoise import fields

from models.access import Role
from models.customers import Customer
from models.events import EventKind, announce
from models.grants import live_grants
from models.records import Versioned, new_id, refers_to
from models.transaction import hold
from models.users import User


class OnboardingStatus(Enum):
    """How far a customer is on its way in."""

    NOT_STARTED = "Nobody has begun with any of the tasks."
    IN_PROGRESS = "Under way."
    COMPLETED = "Every required task is done, and the customer has an active administrator."


class OnboardingTaskStatus(Enum):
    """Where a task of onboarding stands."""

    NOT_STARTED = "Can be started."
    IN_PROGRESS = "Somebody is at it."
    BLOCKED = "Waits for another task; `blockedBy` says which."
    COMPLETED = "Done."
    SKIPPED = "Left out; only what is not required can be."
    FAILED = "It went wrong; start it again."


class OnboardingTaskKind(Enum):
    """What a task of onboarding is about."""

    COMPANY_PROFILE = "The company's details are complete."
    INVITE_ADMIN = "The customer has an administrator of its own."
    ACCEPT_CONTRACT = "The customer accepts a contract."
    CONNECT_BILLING_SOURCE = "The source of its billing data is connected."
    VERIFY_EMAIL = "Somebody reads letters to its address."
    ADD_SERVICES = "Its services are ordered."
    START_SERVICES = "Its services are running."


Status, Kind = OnboardingTaskStatus, OnboardingTaskKind

#: The steps that a task may take. Into and out of BLOCKED it goes by itself; SKIPPED is for what is not required.
NEXT: dict[OnboardingTaskStatus, frozenset[OnboardingTaskStatus]] = {
    Status.BLOCKED: frozenset({Status.NOT_STARTED, Status.SKIPPED}),
    Status.NOT_STARTED: frozenset({Status.IN_PROGRESS, Status.SKIPPED}),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.FAILED, Status.SKIPPED}),
    Status.FAILED: frozenset({Status.IN_PROGRESS, Status.SKIPPED}),
    Status.COMPLETED: frozenset(),
    Status.SKIPPED: frozenset(),
}
#: What no task waits for any longer.
CLOSED = (Status.COMPLETED, Status.SKIPPED)
#: What a customer is shown before anything was begun.
UNTOUCHED = (Status.NOT_STARTED, Status.BLOCKED)


@dataclass(frozen=True)
class Planned:
    """A task of everybody's onboarding, and the one that must be closed first."""

    kind: OnboardingTaskKind
    title: str
    required: bool = True
    after: OnboardingTaskKind | None = None


PLAN = (
    Planned(Kind.VERIFY_EMAIL, "Verify the e-mail address"),
    Planned(Kind.INVITE_ADMIN, "Invite an administrator"),
    Planned(Kind.ACCEPT_CONTRACT, "Accept a contract"),
    Planned(Kind.COMPANY_PROFILE, "Complete the company profile", after=Kind.INVITE_ADMIN),
    Planned(Kind.CONNECT_BILLING_SOURCE, "Connect the billing source", after=Kind.COMPANY_PROFILE),
    Planned(Kind.ADD_SERVICES, "Add services", required=False, after=Kind.ACCEPT_CONTRACT),
    Planned(Kind.START_SERVICES, "Start the services", required=False, after=Kind.ADD_SERVICES),
)
TITLES = {planned.kind: planned.title for planned in PLAN}


class OnboardingTask(Versioned):
    """One thing to do on a customer's way in. `tenant` is the customer's; `after` must be closed before it can start."""

    tenant = refers_to("Tenant")
    tenant_id: int
    kind = fields.CharField(30)
    status = fields.CharField(20)
    required = fields.BooleanField()
    #: Its place in the list.
    position = fields.IntField()
    after = refers_to("OnboardingTask", null=True)
    after_id: int | None
    started_by = refers_to("User", null=True)
    started_by_id: int | None
    started_at = fields.DatetimeField(null=True)
    completed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "onboarding_task"
        unique_together = (("tenant_id", "kind"),)

    def steps(self) -> list[OnboardingTaskStatus]:
        """What it may become by somebody's hand."""
        by_hand = NEXT[Status[self.status]] - {Status.NOT_STARTED}
        return [status for status in Status if status in by_hand and not (self.required and status is Status.SKIPPED)]


def planned(tenant_id: int, only: Sequence[OnboardingTaskKind] | None = None) -> list[OnboardingTask]:
    """The tasks of a customer, not yet saved; all of the plan where `only` does not say which."""
    tasks: dict[OnboardingTaskKind, OnboardingTask] = {}
    for position, each in enumerate(PLAN):
        if only is None or each.kind in only:
            after = tasks.get(each.after) if each.after else None
            tasks[each.kind] = OnboardingTask(
                id=new_id(), tenant_id=tenant_id, kind=each.kind.name, required=each.required, position=position,
                status=(Status.BLOCKED if after else Status.NOT_STARTED).name, after_id=after.id if after else None)
    return list(tasks.values())


def unblock(tasks: Sequence[OnboardingTask]) -> list[OnboardingTask]:
    """Frees those blocked tasks that wait for nothing any longer; which they were."""
    closed = {task.id for task in tasks if Status[task.status] in CLOSED}
    freed = [task for task in tasks if task.status == Status.BLOCKED.name and task.after_id in {None, *closed}]
    for task in freed:
        task.status = Status.NOT_STARTED.name
    return freed


@dataclass(frozen=True)
class Standing:
    """What a customer's tasks come to."""

    status: OnboardingStatus
    required: int
    done: int


def progress(done: int, required: int) -> float:
    """How much of what is required is done, from 0 to 1."""
    return done / required if required else 1.0


def standing(tasks: Sequence[OnboardingTask], has_admin: bool) -> Standing:
    """How far tasks are."""
    return standing_of([Status[task.status] for task in tasks if task.required], [Status[task.status] for task in tasks],
                       has_admin)


def standing_of(required: Sequence[OnboardingTaskStatus], all_: Sequence[OnboardingTaskStatus], has_admin: bool) -> Standing:
    """How far statuses of tasks are, those of the required ones among all. Completed needs an active administrator (I24)."""
    done = sum(status is Status.COMPLETED for status in required)
    if done == len(required) and has_admin:
        status = OnboardingStatus.COMPLETED
    elif all(status in UNTOUCHED for status in all_):
        status = OnboardingStatus.NOT_STARTED
    else:
        status = OnboardingStatus.IN_PROGRESS
    return Standing(status, len(required), done)


async def has_admin(tenant_id: int, now: dt.datetime) -> bool:
    """Whether somebody of the customer's own may sign in as its ADMIN."""
    admins = live_grants(now).filter(tenant_id=tenant_id, role=Role.ADMIN.name).values_list("user_id", flat=True)
    return await User.filter(tenant_id=tenant_id, active=True, id__in=await admins).exists()


async def lock_onboarding(tenant_id: int) -> None:
    """One at a time changes a customer's tasks, until the unit of work under way ends."""
    await hold("customer", [tenant_id])


async def begin_onboarding(tenant_id: int, now: dt.datetime, by: User, fulfilled: Sequence[OnboardingTaskKind]) -> None:
    """Gives a new customer its tasks, those done already that `by` fulfilled in coming."""
    tasks = planned(tenant_id)
    for task in tasks:
        if Kind[task.kind] in fulfilled:
            _fulfil(task, now, by)
    await OnboardingTask.bulk_create(tasks)
    await settle_onboarding(tenant_id, now, actor=by)


async def fulfil_task(tenant_id: int, kind: OnboardingTaskKind, now: dt.datetime, by: User | None) -> None:
    """Completes a task because what it asks for has happened. Does nothing where there is no such task, where it is closed
    already, and where it still waits for another."""
    await lock_onboarding(tenant_id)
    task = await OnboardingTask.get_or_none(tenant_id=tenant_id, kind=kind.name)
    if task is None or Status[task.status] in (*CLOSED, Status.BLOCKED):
        return
    _fulfil(task, now, by)
    task.version, task.updated_at = task.version + 1, now
    await task.save()
    await settle_onboarding(tenant_id, now, about=task, actor=by)


def _fulfil(task: OnboardingTask, now: dt.datetime, by: User | None) -> None:
    """Started, where it was not, and completed."""
    if task.status != Status.IN_PROGRESS.name:
        task.started_at, task.started_by_id = now, by.id if by else None
    task.status, task.completed_at = Status.COMPLETED.name, now


async def settle_onboarding(tenant_id: int, now: dt.datetime, *, about: OnboardingTask | None = None,
                            actor: User | None = None) -> None:
    """Frees what waits for nothing any longer, notes with the customer how far it is, and tells of it. Call it after each
    change of tasks, in the same unit of work, with the onboarding locked."""
    tasks = await OnboardingTask.filter(tenant_id=tenant_id)
    for task in unblock(tasks):
        await OnboardingTask.filter(id=task.id).update(status=task.status, version=task.version + 1, updated_at=now)
    found = standing(tasks, await has_admin(tenant_id, now))
    await note_standing(await Customer.get(id=tenant_id), found, now)
    facts = {"onboarding": found.status.name, "done": found.done, "required": found.required}
    if about is not None:
        facts |= {"task": about.kind, "taskStatus": about.status}
    await announce(EventKind.ONBOARDING_CHANGED, tenant_id, now, about=f"obt_{about.id}" if about else None, actor=actor,
                   facts=facts)


async def note_standing(customer: Customer, found: Standing, now: dt.datetime) -> None:
    """Writes with a customer how far it is: the list filters by it."""
    began = found.status is not OnboardingStatus.NOT_STARTED
    completed = found.status is OnboardingStatus.COMPLETED
    await Customer.filter(id=customer.id).update(
        onboarding_status=found.status.name, onboarding_required=found.required, onboarding_done=found.done,
        onboarding_started_at=(customer.onboarding_started_at or now) if began else None,
        onboarding_completed_at=(customer.onboarding_completed_at or now) if completed else None)
