"""What the fields of contracts mean, and what they add to a customer."""

from __future__ import annotations

import models
from engine import Bound, Const, Expr, Many, One, Page, Row, Rows, Several, held, rank
from models.access import Capability, Role
from models.contracts import LIVELIEST, NEXT, ContractStatus
from resolvers.customers import HERE, Customer
from resolvers.money import Money, money

OFFERED, ACCEPTED, ENDED = ContractStatus.PENDING_ACCEPTANCE, ContractStatus.SCHEDULED, ContractStatus.TERMINATED


class Contract(Row, of=models.Contract, tag="con", place="tenant_id", needs=Capability.CONTRACT_VIEW):
    def customer(self) -> One:
        return Customer.each(id=self.tenant_id).first()

    def value(self) -> Money:
        return money(self.value_minor, self.currency)

    def predecessor(self) -> One:
        return Contract.each(id=self.predecessor_id).first()

    def renewal_date(self) -> Expr:
        return self.renewal_on

    def steps(self) -> Several:
        return Several([ContractStep.of(self, status) for status in (OFFERED, ACCEPTED, ENDED)])

    def liveliest(self) -> Expr:
        """Active ones first, ended ones last (D-11)."""
        return rank(self.status, LIVELIEST)


class ContractStep(Row):
    """A step of setContractStatus as it stands for the viewer. The rule itself is in resolvers/agreeing.py."""

    @classmethod
    def of(cls, contract: Contract, to: ContractStatus) -> ContractStep:
        from_here = contract.status.one_of([status for status, following in NEXT.items() if to in following])
        offered = contract.status == OFFERED
        has_word = (contract.tenant_id == HERE) & held(contract, f"role:{Role.ADMIN.name}")
        provides = held(contract, Capability.CUSTOMER_VIEW) & held(contract, Capability.CONTRACT_MANAGE)
        whoever = {OFFERED: provides, ACCEPTED: has_word, ENDED: provides | (has_word & offered)}[to]
        return cls.bundle(status=Const(to.name), allowed=from_here & whoever)


class StatusCount(Row):
    """How many there are of a status."""


class ContractSummary(Row):
    """A customer's contracts in numbers."""

    def total(self) -> Expr:
        return Contract.each(tenant_id=self.id).count()

    def by_status(self) -> Many:
        return Contract.each(tenant_id=self.id).grouped(
            "status", into=lambda contract, count: StatusCount.record(status=contract.status, count=count))

    def first_three(self) -> Many:
        return found(tenant_id=self.id).all(limit=3)

    def has_more(self) -> Expr:
        return Contract.each(tenant_id=self.id).count() > 3


def found(status: list[ContractStatus] | None = None, **equals: Expr) -> Rows[Contract]:
    """Contracts, live ones first, newest start first."""
    rows = Contract.each(**equals)
    if status is not None:
        rows = rows.where(lambda contract: contract.status.one_of(status))
    return rows.by(Contract.liveliest, "-starts_on")


@Customer.field
def contracts(customer: Customer, status: list[ContractStatus] | None = None) -> Page:
    return found(status, tenant_id=customer.id).page()


@Customer.field
def contract_summary(customer: Customer) -> ContractSummary:
    return ContractSummary.part(customer)


def all_contracts(customer: Bound | None = None, status: list[ContractStatus] | None = None) -> Page:
    """Every contract that the viewer may see, or one customer's."""
    if customer is None:
        return found(status).by_place().page()
    return found(status, tenant_id=Customer.key_in(customer)).page()
