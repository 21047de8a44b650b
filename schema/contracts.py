"""Contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.contracts
from models.access import Capability as C
from resolvers import contracts
from schema.directives import shown, shows
from schema.enums import described
from schema.money import Money
from schema.nodes import Node, Versioned
from schema.scalars import Date, DateTime

if TYPE_CHECKING:
    from schema.customers import Customer

ContractStatus = described(models.contracts.ContractStatus)


@shows(contracts.StatusCount)
class StatusCount:
    """How many there are of a status."""

    status: str = shown("The status, as its enum names it.")
    count: int = shown("How many; never 0.")


@shows(contracts.Contract)
class Contract(Node, Versioned):
    """An agreement between a customer and the partner that looks after it. Seen by those who hold CONTRACT_VIEW on the
    customer."""

    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown(
        "Whose it is; null where it is the viewer's own company.")
    number: str = shown("Its number, unique for the customer.")
    title: str = shown("What it is about.")
    status: ContractStatus = shown("Where it stands.")
    starts_on: Date = shown("Its first day.")
    ends_on: Date | None = shown("Its last day; null where it runs on.")
    renewal_date: Date | None = shown("When it renews; null where it does not.")
    auto_renew: bool = shown("Whether a successor begins by itself when it ends.")
    currency: str = shown("ISO 4217 code of its value.")
    value: Money | None = shown("What it is worth in all; null also where none was agreed.",
                                         requires=C.FINANCIALS_VIEW, financial=True)
    terminated_at: DateTime | None = shown("When it was ended early; null otherwise.")


@shows(contracts.ContractSummary)
class ContractSummary:
    """A customer's contracts in numbers."""

    total: int = shown("How many there are.")
    by_status: list[StatusCount] = shown("How many there are of each status that occurs; they add up to the total.")
    first_three: list[Contract] = shown("The first three, live ones first.")
    has_more: bool = shown("Whether there are more than three.")
