"""Onboarding: how far a customer is on its way in, and its tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.onboarding
from engine.bind import answered
from resolvers import onboarding
from schema.directives import shown, shows
from schema.enums import described
from schema.mutations import changes
from schema.nodes import Node, Versioned
from schema.payloads import MutationPayload
from schema.scalars import DateTime
from schema.users import User

if TYPE_CHECKING:
    from schema.customers import Customer

OnboardingStatus = described(models.onboarding.OnboardingStatus)
OnboardingTaskStatus = described(models.onboarding.OnboardingTaskStatus)
OnboardingTaskKind = described(models.onboarding.OnboardingTaskKind)
OnboardingOutcome = described(onboarding.OnboardingOutcome)


@shows(onboarding.OnboardingTask)
class OnboardingTask(Node, Versioned):
    """One thing to do on a customer's way in. Seen by those who hold ONBOARDING_VIEW on the customer."""

    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown("Whose it is.")
    kind: OnboardingTaskKind = shown("What it is about, for programs.")
    title: str = shown("What it is about, for people, in English.")
    status: OnboardingTaskStatus = shown("Where it stands.")
    required: bool = shown("Whether onboarding is completed only with it; the others may be skipped.")
    can_start: bool = shown("Whether the viewer may start it now: it is NOT_STARTED or FAILED, and the viewer holds "
                            "ONBOARDING_START.")
    blocked_by: list["OnboardingTask"] = shown("What must be finished first; empty unless it is BLOCKED.", rows=2)
    started_by: User | None = shown("Who started it; null before, where the system did, and where the viewer may not know of "
                                    "that person.")
    started_at: DateTime | None = shown("When it was last started; null before.")
    completed_at: DateTime | None = shown("When it was completed or skipped; null before.")


@shows(onboarding.Onboarding)
class Onboarding:
    """How far a customer is on its way in."""

    status: OnboardingStatus = shown("How far it is.")
    progress: float = shown("Completed required tasks by all required tasks, from 0 to 1: draw a circle while it is less "
                            "than 1.")
    required_tasks: int = shown("How many tasks are required.")
    completed_tasks: int = shown("How many of the required tasks are completed.")
    tasks: list[OnboardingTask] = shown("All tasks, those that are not required among them, in the order in which they are "
                                        "best done.", rows=10)
    started_at: DateTime | None = shown("When the first task was begun; null before.")
    completed_at: DateTime | None = shown("When all that is required was done; null before.")


@strawberry.input(description="Which task to start.")
class StartOnboardingTaskInput:
    task_id: strawberry.ID = strawberry.field(description="The task, from `Onboarding.tasks`.")


@strawberry.type(description="The task, started.")
class StartOnboardingTaskPayload(MutationPayload):
    task: OnboardingTask | None = answered("The task; null where nothing was done.")


@strawberry.input(description="Which task has ended, and how.")
class CompleteOnboardingTaskInput:
    task_id: strawberry.ID = strawberry.field(description="The task, from `Onboarding.tasks`.")
    outcome: OnboardingOutcome | None = strawberry.field(
        default=strawberry.UNSET, description="COMPLETED where none is given. SKIPPED is for tasks that are not required.")


@strawberry.type(description="The task, ended.")
class CompleteOnboardingTaskPayload(MutationPayload):
    task: OnboardingTask | None = answered("The task; null where nothing was done.")


@strawberry.type
class OnboardingMutations:
    start_onboarding_task = changes(
        onboarding.start_onboarding_task, input=StartOnboardingTaskInput, payload=StartOnboardingTaskPayload,
        description="Begins with a task that is NOT_STARTED, or again with one that FAILED. Any other status answers "
        "INVALID_STATE, BLOCKED among them. Requires ONBOARDING_START on the customer.")
    complete_onboarding_task = changes(
        onboarding.complete_onboarding_task, input=CompleteOnboardingTaskInput, payload=CompleteOnboardingTaskPayload,
        description="Ends a task that is IN_PROGRESS, and frees those that waited for it. A task that is not required can be "
        "SKIPPED from any status before its end. Answers INVALID_STATE for every other step, and where it would say that "
        "there is an administrator, or that onboarding is complete, while the customer has no active administrator. Requires "
        "ONBOARDING_START on the customer.")
