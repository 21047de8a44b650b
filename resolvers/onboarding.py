"""Onboarding as a customer's partners and its own administrator see it, and the tasks that they start and finish."""

from __future__ import annotations

from enum import Enum

import models
from engine import Computed, Expr, Many, One, Row, choose, computed, held, key_of
from models.access import Capability
from models.onboarding import (
    CLOSED,
    NEXT,
    TITLES,
    OnboardingStatus,
    OnboardingTaskKind,
    has_admin,
    lock_onboarding,
    progress,
    settle_onboarding,
    standing,
)
from models.onboarding import OnboardingTaskStatus as Status
from models.viewers import Viewer
from resolvers.change import Change, ErrorCode, Occasion, check_version, refuse, revise
from resolvers.customers import Customer
from resolvers.users import User

NO_TASK = "There is no such task, or none that you may know of."
NO_ADMIN = "The customer has no active administrator: invite one, who accepts."
#: From where a task is started.
STARTABLE = [status for status, steps in NEXT.items() if Status.IN_PROGRESS in steps]


class OnboardingOutcome(Enum):
    """How a task ended. The value says when."""

    COMPLETED = "It is done."
    FAILED = "It went wrong, and can be started again."
    SKIPPED = "It is left out: only for tasks that are not required."


class OnboardingTask(Row, of=models.OnboardingTask, tag="obt", place="tenant_id", needs=Capability.ONBOARDING_VIEW):
    def visible(self) -> Expr:
        """Whoever does not see the customer, such as a reseller itself, does not see its tasks either (S2.23)."""
        return Customer.each(id=self.tenant_id).exists()

    def customer(self) -> One:
        return Customer.each(id=self.tenant_id).first()

    def title(self) -> Expr:
        return choose(self.kind, {kind.name: title for kind, title in TITLES.items()}, "")

    def can_start(self) -> Expr:
        return self.status.one_of(STARTABLE) & held(self, Capability.ONBOARDING_START)

    def blocked_by(self) -> Many:
        return (OnboardingTask.each(id=self.after_id)
                .where(lambda task: (self.status == Status.BLOCKED) & ~task.status.one_of(CLOSED)).all())

    def started_by(self) -> One:
        return User.each(id=self.started_by_id).first()


class Onboarding(Row):
    """A customer's way in, drawn from its own row."""

    def status(self) -> Expr:
        return self.onboarding_status.or_else(OnboardingStatus.NOT_STARTED)

    def progress(self) -> Computed:
        return computed(progress, self.onboarding_done, self.onboarding_required)

    def required_tasks(self) -> Expr:
        return self.onboarding_required

    def completed_tasks(self) -> Expr:
        return self.onboarding_done

    def tasks(self) -> Many:
        return OnboardingTask.each(tenant_id=self.id).by("position").all()

    def started_at(self) -> Expr:
        return self.onboarding_started_at

    def completed_at(self) -> Expr:
        return self.onboarding_completed_at


@Customer.field
def onboarding(customer: Customer) -> Onboarding:
    return Onboarding(host=customer, present=~customer.onboarding_status.is_null())


async def start_onboarding_task(viewer: Viewer, occasion: Occasion, *, task_id: str) -> Change:
    """Begins with a task, or begins again with one that failed (S2.26)."""
    task, place = await _task(viewer, task_id)
    check_version(task, occasion)
    _check_step(task, Status.IN_PROGRESS, "taskId")
    return await _step(viewer, occasion, place, task, "startOnboardingTask", f"started “{_title(task)}”",
                       status=Status.IN_PROGRESS.name, started_by_id=viewer.user_id, started_at=occasion.now)


async def complete_onboarding_task(viewer: Viewer, occasion: Occasion, *, task_id: str,
                                   outcome: OnboardingOutcome | None = None) -> Change:
    """Ends a task: done unless another outcome is named (B.7). The last required one needs an active administrator (I24)."""
    task, place = await _task(viewer, task_id)
    check_version(task, occasion)
    ended = Status[(outcome or OnboardingOutcome.COMPLETED).name]
    if ended is Status.SKIPPED and task.required:
        refuse(ErrorCode.INVALID, "The task is required: only others can be skipped.", "outcome")
    _check_step(task, ended, "taskId")
    if ended is Status.COMPLETED and await _lacks_admin(task, occasion):
        refuse(ErrorCode.INVALID_STATE, NO_ADMIN, "taskId")
    return await _step(viewer, occasion, place, task, "completeOnboardingTask", f"ended “{_title(task)}” as {ended.name}",
                       status=ended.name, completed_at=occasion.now if ended in CLOSED else None)


async def _task(viewer: Viewer, task_id: str) -> tuple[models.OnboardingTask, models.Tenant]:
    """A task that the viewer may change, with its customer's onboarding locked."""
    found = await models.OnboardingTask.get_or_none(id=key_of("obt", task_id))
    place = await models.Tenant.get(id=found.tenant_id) if found else None
    seen = (Capability.CUSTOMER_VIEW, Capability.ONBOARDING_VIEW)
    if found is None or place is None or not all(viewer.may(each, place.path) for each in seen):
        refuse(ErrorCode.NOT_FOUND, NO_TASK, "taskId")
    if not viewer.may(Capability.ONBOARDING_START, place.path):
        refuse(ErrorCode.FORBIDDEN, "Your role does not let you start or finish onboarding tasks here.", "taskId",
               requires=Capability.ONBOARDING_START)
    await lock_onboarding(place.id)
    return await models.OnboardingTask.get(id=found.id), place


def _check_step(task: models.OnboardingTask, to: Status, field: str) -> None:
    steps = task.steps()
    if to in steps:
        return
    if task.status == Status.BLOCKED.name:
        refuse(ErrorCode.INVALID_STATE, "The task is BLOCKED: finish those first that `blockedBy` names.", field)
    names = " or ".join(step.name for step in steps)
    refuse(ErrorCode.INVALID_STATE, f"The task is {task.status}: " + (
        f"from there it becomes {names}." if names else "it does not change any more."), field)


async def _lacks_admin(task: models.OnboardingTask, occasion: Occasion) -> bool:
    """Whether completing the task would say that there is an administrator where there is none."""
    if await has_admin(task.tenant_id, occasion.now):
        return False
    tasks = [each for each in await models.OnboardingTask.filter(tenant_id=task.tenant_id) if each.id != task.id]
    others_done = standing(tasks, True).status is OnboardingStatus.COMPLETED
    return task.kind == OnboardingTaskKind.INVITE_ADMIN.name or (task.required and others_done)


async def _step(viewer: Viewer, occasion: Occasion, place: models.Tenant, task: models.OnboardingTask, action: str,
                summary: str, **values: object) -> Change:
    before = task.status
    await revise(task, occasion, **values)
    await settle_onboarding(place.id, occasion.now, about=task, actor=await models.User.get_or_none(id=viewer.user_id))
    return Change(tenant=place, action=action, summary=summary, resource=f"obt_{task.id}",
                  records={"task": task},
                  before={"status": before}, after={"status": task.status},
                  on_behalf=viewer.home is None or viewer.home.tenant_id != place.id)


def _title(task: models.OnboardingTask) -> str:
    return TITLES[OnboardingTaskKind[task.kind]]
