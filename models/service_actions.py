"""How services change: the states they go through, and the actions of people with what each takes and touches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from models.access import Capability
from models.services import ServiceStatus

AVAILABLE, PROVISIONING, RUNNING, STOPPED, FAILED, EXPIRED, DELETED = ServiceStatus


class ServiceAction(Enum):
    """Something to do with a service."""

    CREATE = "Orders a service that is AVAILABLE: it is set up and will be billed."
    UPGRADE = "Makes a dearer product of the same kind of it: `params.product` names it."
    MODIFY = "Changes its name, its last day or its product for another of the same kind, as `params` say."
    DELETE = "Removes it for good and ends its billing."
    START = "Starts it after it was stopped."
    STOP = "Stops it; it is billed all the same."
    RESTART = "Stops and starts it."
    DIAGNOSE = "Finds out how it is and keeps it as `diagnosis`."


#: The states that may follow each.
MOVES = {
    AVAILABLE: {PROVISIONING, DELETED},
    PROVISIONING: {RUNNING, FAILED},
    RUNNING: {STOPPED, EXPIRED, DELETED},
    STOPPED: {RUNNING, EXPIRED, DELETED},
    FAILED: {DELETED},
    EXPIRED: {DELETED},
    DELETED: set(),
}


@dataclass(frozen=True)
class Step:
    """What an action does: from which states, to which (None: it stays as it is), what it takes, and whether it costs."""

    states: tuple[ServiceStatus, ...]
    to: ServiceStatus | None
    needs: Capability
    financial: bool


MANAGE, START, TROUBLESHOOT = (Capability.SERVICE_MANAGE, Capability.SERVICE_START, Capability.SERVICE_TROUBLESHOOT)

STEPS = {
    ServiceAction.CREATE: Step((AVAILABLE,), PROVISIONING, MANAGE, True),
    ServiceAction.UPGRADE: Step((RUNNING, STOPPED), None, MANAGE, True),
    ServiceAction.MODIFY: Step((RUNNING, STOPPED), None, MANAGE, True),
    ServiceAction.DELETE: Step((AVAILABLE, RUNNING, STOPPED, FAILED, EXPIRED), DELETED, MANAGE, True),
    ServiceAction.START: Step((STOPPED,), RUNNING, START, False),
    ServiceAction.STOP: Step((RUNNING,), STOPPED, START, False),
    ServiceAction.RESTART: Step((RUNNING,), None, TROUBLESHOOT, False),
    ServiceAction.DIAGNOSE: Step((PROVISIONING, RUNNING, STOPPED, FAILED, EXPIRED), None, TROUBLESHOOT, False),
}


def allowed_in(status: ServiceStatus) -> list[ServiceAction]:
    """The actions that a state allows."""
    return [action for action, step in STEPS.items() if status in step.states]
