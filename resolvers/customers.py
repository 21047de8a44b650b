"""What the fields of customers mean, and the orders of their list."""

from __future__ import annotations

from enum import Enum
from typing import Any

import models
from engine import Bound, Desc, Expr, One, Page, Row, desc, viewers
from models.access import Capability, Role
from models.customers import CustomerStatus
from models.records import name_key
from resolvers.money import Money, money
from resolvers.policy import Reach
from resolvers.tenants import Tenant
from resolvers.users import GrantHeld, User, people_of


class Customer(Row, of=models.Customer, tag="cus", place="id", ranked="name_key", parts=models.Trigram,
               needs=Capability.CUSTOMER_VIEW):
    """Fields without a method here are the columns of the same name."""

    def tenant(self) -> One:
        return Tenant.each(id=self.id).first()

    def mrr(self) -> Money:
        return money(self.mrr_minor, self.currency)

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
        return Customer.each().where(lambda customer: customer.id.among(beneath, lambda tenant: tenant.id)).by("name_key").page()


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


def customers(search: Bound | None = None, sort: dict[str, Any] | None = None) -> Page:
    """The customers of the viewer's list: all but those still invited; a search finds part of a name."""
    found = Customer.each().by_place().where(lambda customer: customer.status.one_of(LISTED))
    if search is not None:
        found = found.search(search.converted(name_key))
    by = sort or {}
    return found.by(*sorted_by(by.get("key") or CustomerSortKey.NAME, by.get("direction") or SortDirection.ASC)).page()


LISTED = [status for status in CustomerStatus if status not in (CustomerStatus.INVITED, CustomerStatus.DELETED)]


@Tenant.field
def customer(tenant: Tenant) -> One:
    return Customer.each(id=tenant.id).first()


#: The tenant in which the viewer acts.
HERE = viewers("tenant", nullable=False)
