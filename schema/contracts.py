"""Contracts: seen, drawn up, and taken from status to status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.contracts
from engine.bind import answered
from models.access import Capability as C
from resolvers import agreeing, contracts
from schema.directives import shown, shows
from schema.enums import described
from schema.money import Money
from schema.mutations import changes
from schema.nodes import Node, Versioned
from schema.payloads import MutationPayload
from schema.scalars import URL, Date, DateTime, Decimal

if TYPE_CHECKING:
    from schema.customers import Customer

ContractStatus = described(models.contracts.ContractStatus)


@shows(contracts.StatusCount)
class StatusCount:
    """How many there are of a status."""

    status: str = shown("The status, as its enum names it.")
    count: int = shown("How many; never 0.")


@shows(contracts.ContractStep)
class ContractStep:
    """A step of `setContractStatus` as it stands for the viewer and the contract."""

    status: ContractStatus = shown("What it makes of the contract.")
    allowed: bool = shown("Whether the contract's status and the viewer's role allow it. What is over by its dates is neither "
                          "offered nor accepted all the same.")


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
    renewal_date: Date | None = shown("The first day of the contract that follows it by itself; null where none does.")
    auto_renew: bool = shown("Whether a successor begins by itself when it ends.")
    currency: str = shown("ISO 4217 code of its value.")
    value: Money | None = shown("What it is worth in all; null also where none was agreed.",
                                         requires=C.FINANCIALS_VIEW, financial=True)
    document_url: URL | None = shown("Where the signed document is kept; null also where none is.",
                                     requires=C.DOCUMENT_DOWNLOAD)
    accepted_at: DateTime | None = shown("When the customer gave its word, of a renewal to the first of them; null before, and "
                                         "where it is not known.")
    terminated_at: DateTime | None = shown("When it was ended early; null otherwise.")
    steps: list[ContractStep] = shown("The steps that `setContractStatus` takes, and which of them are the viewer's to take.")
    predecessor: Annotated["Contract", strawberry.lazy("schema.contracts")] | None = shown(
        "The contract that it renews; null where it renews none.")


@shows(contracts.ContractSummary)
class ContractSummary:
    """A customer's contracts in numbers."""

    total: int = shown("How many there are.")
    by_status: list[StatusCount] = shown("How many there are of each status that occurs; they add up to the total.")
    first_three: list[Contract] = shown("The first three, live ones first.", rows=3)
    has_more: bool = shown("Whether there are more than three.")


@strawberry.input(description="What is agreed with whom.")
class CreateContractInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    title: str = strawberry.field(description="What it is about, in up to 200 characters.")
    starts_on: Date = strawberry.field(description="Its first day, in the time zone of whoever bills the customer.")
    ends_on: Date | None = strawberry.field(default=strawberry.UNSET, description="Its last day; not given where it runs on.")
    currency: str = strawberry.field(description="ISO 4217 code of the currency in which the customer is billed.")
    value: Decimal | None = strawberry.field(default=strawberry.UNSET, description="What it is worth in all, in units of the "
                                             "currency: 36000.00.")
    auto_renew: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether a successor of the same length "
                                               "begins by itself when it ends; false where not given. Needs `endsOn`.")
    document_url: URL | None = strawberry.field(default=strawberry.UNSET, description="Where the signed document is kept: an "
                                                "address that begins with https://.")


@strawberry.type(description="The contract, drawn up.")
class CreateContractPayload(MutationPayload):
    contract: Contract | None = answered("The contract; null where nothing was done.")


@strawberry.input(description="How a contract goes on.")
class SetContractStatusInput:
    contract_id: strawberry.ID = strawberry.field(description="The contract.")
    status: ContractStatus = strawberry.field(
        description="PENDING_ACCEPTANCE offers a DRAFT; SCHEDULED accepts what is offered; TERMINATED ends whatever is not over, "
        "and so withdraws or declines an offer. ACTIVE and EXPIRED are reached by the dates alone.")


@strawberry.type(description="The contract with its new status.")
class SetContractStatusPayload(MutationPayload):
    contract: Contract | None = answered("The contract; null where nothing was done.")


@strawberry.type
class ContractMutations:
    create_contract = changes(
        agreeing.create_contract, input=CreateContractInput, payload=CreateContractPayload,
        description="Draws up a contract as a DRAFT, numbered C-0001, C-0002 … without gaps within the customer. Another "
        "currency than the customer's answers CURRENCY_MISMATCH. Requires CONTRACT_MANAGE on the customer.")
    set_contract_status = changes(
        agreeing.set_contract_status, input=SetContractStatusInput, payload=SetContractStatusPayload,
        description="Takes a contract a step on. Accepting is for an ADMIN of the customer, or for a partner who has switched "
        "into its account; what has begun by then is ACTIVE at once. Declining is for the same people; every other step "
        "requires CONTRACT_MANAGE on the customer. A step that the status does not allow answers INVALID_STATE, and the "
        "message names those that it does.")
