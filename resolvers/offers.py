"""What a portal may offer beside a customer: each use case that is offered says so, and what it takes, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.arguments import camel
from models.access import Capability

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class Offer:
    """Something to do about a customer. Stands above the use case as a decorator, which asks for the same capability.

    name          how a portal knows it
    does          what it does, in English
    needs         the capability that it takes on the customer
    while_active  whether the customer, and all above it, must be ACTIVE
    irreversible  whether it cannot be undone
    confirmed     whether the mutation wants the customer's name typed
    """

    name: str
    does: str
    needs: Capability
    while_active: bool = False
    irreversible: bool = False
    confirmed: bool = False

    def __call__(self, use_case: F) -> F:
        OFFERS[self] = camel(use_case.__name__)
        return use_case


#: The mutation of every offer.
OFFERS: dict[Offer, str] = {}
