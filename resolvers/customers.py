"""What the fields of customers mean, and the orders of their list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import Enum
from typing import Any

import models
from engine import TEXT, TIME, Case, Desc, Expr, One, Page, Row, Rows, Several, desc, now, viewers
from engine.builders import literal_null
from engine.expr import Column
from models.access import Capability, Role
from models.customers import DORMANT_AFTER, CustomerStatus
from resolvers.addresses import Address
from resolvers.money import Money, money
from resolvers.policy import Reach
from resolvers.tenants import Tenant
from resolvers.users import GrantHeld, User, people_of

#: The tenant in which the viewer acts.
HERE = viewers("tenant", nullable=False)


class Customer(Row, of=models.Customer, tag="cus", place="id", ranked="name_key", parts=models.Trigram, tree=models.Tenant,
               needs=Capability.CUSTOMER_VIEW):
    """Fields without a method here are the columns of the same name."""

    def tenant(self) -> One:
        return Tenant.each(id=self.id).first()

    def mrr(self) -> Money:
        return money(self.mrr_minor, self.currency)

    def address(self) -> Address:
        return Address.of(self)

    def description(self) -> Expr:
        """The partners' own notes (D-17)."""
        return Case([(self.id == HERE, literal_null(TEXT))], Column(self, "description", TEXT, True))

    def summary(self) -> CustomerSummary:
        return CustomerSummary.part(self)

    def is_in_use(self) -> Expr:
        """Whether it is ACTIVE, and so is every company above it (domain-model.md, 7)."""
        return in_use(self.id)

    def primary_admin(self) -> One:
        """Of several active admins the one invited first (D-9)."""
        return User.each(tenant_id=self.id, active=True).where(
            lambda user: GrantHeld.each(user_id=user.id, tenant_id=user.tenant_id).where(
                lambda grant: grant.makes(Role.ADMIN)).exists()).by("invited_at").first()

    def users(self, role: Role | None = None, active: bool | None = None) -> Page:
        return people_of(self.id, role, active)

    def sub_accounts(self) -> Page:
        beneath = Tenant.each(parent_id=self.id).open()
        return (Customer.each().where(lambda customer: customer.id.among(beneath, lambda tenant: tenant.id)).by("name_key")
                .page(CustomerList()))

    def is_dormant(self) -> Expr:
        """All three hold: no order and nobody active for more than 30 days, and no MRR. Who never did either counts from when
        it came; unknown MRR makes it unknown (D-5)."""
        came, long_ago = self.accepted_at.or_else(self.created_at), now(TIME, dormant_before)
        return ((self.last_order_at.or_else(came) < long_ago) & (self.last_activity_at.or_else(came) < long_ago)
                & (self.mrr_minor == 0))


def in_use(tenant: Expr) -> Expr:
    """Whether the customer of a tenant and all customers above it are ACTIVE."""
    def idle(id: Expr) -> Expr:
        return Customer.each(id=id).open().where(lambda customer: customer.status != CustomerStatus.ACTIVE).exists()
    return ~idle(tenant) & ~Reach.each(tenant_id=tenant).where(lambda reach: idle(reach.node)).exists()


class CustomerSummary(Row):
    """The columns of the list, drawn from a customer's own row."""

    def mrr(self) -> Money:
        return money(self.mrr_minor, self.currency)

    def mrr_pending_entry(self) -> Money:
        return money(self.mrr_pending_minor, self.currency)


def dormant_before(moment: dt.datetime) -> dt.datetime:
    return moment - DORMANT_AFTER


class CustomerList(Row):
    """What a list of customers tells beside its page: what it was narrowed by, and which rows were left out as dormant."""

    criteria: Sequence[Row] = ()
    hidden: Rows[Customer] | None = None

    def applied_filters(self) -> Several:
        return Several(self.criteria)

    def hidden_inactive_count(self) -> Expr | None:
        return self.hidden.count() if self.hidden is not None else None


class CustomerSortKey(Enum):
    """What the customer list is ordered by. Rows where it is withheld or unknown come last, by name."""

    NAME = "The name, by its letters without regard to case."
    MRR = "Monthly recurring revenue."
    LAST_ACTIVITY = "When one of the customer's own people was last active."
    LAST_ORDER = "When a service was last ordered."
    CREATED_AT = "When the customer was recorded."
    STATUS = "The status, by its name."


class SortDirection(Enum):
    """Which way an order runs."""

    ASC = "From the lowest up."
    DESC = "From the highest down."


def _seen(row: Customer, key: CustomerSortKey) -> Expr:
    match key:
        case CustomerSortKey.MRR:
            return row.seen("mrr").minor  # type: ignore[no-any-return]
        case CustomerSortKey.LAST_ACTIVITY:
            return row.seen_as("summary", row.last_activity_at)
        case CustomerSortKey.LAST_ORDER:
            return row.seen_as("summary", row.last_order_at)
        case CustomerSortKey.CREATED_AT:
            return row.created_at
        case CustomerSortKey.STATUS:
            return row.status
    return row.name_key


def sorted_by(key: CustomerSortKey, direction: SortDirection) -> list[Any]:
    """The order as the list wants it: the key as the viewer sees it, then the name."""
    def first(row: Customer) -> Expr | Desc:
        return desc(_seen(row, key)) if direction is SortDirection.DESC else _seen(row, key)
    first.__name__ = f"{key.name} {direction.name}"
    return [first] if key is CustomerSortKey.NAME else [first, "name_key"]


#: What the customer list holds: neither who is still invited nor who is gone.
LISTED = [status for status in CustomerStatus if status not in (CustomerStatus.INVITED, CustomerStatus.DELETED)]


@Tenant.field
def customer(tenant: Tenant) -> One:
    return Customer.each(id=tenant.id).first()


