"""The roots of reads: where a document may start."""

from __future__ import annotations

from typing import Any

from engine import BY_TAG, Bound, One, Page, Row, Several, viewers
from models.contracts import ContractStatus
from models.invoices import InvoiceStatus
from resolvers.contracts import all_contracts
from resolvers.customers import Customer, customers
from resolvers.invoices import all_invoices
from resolvers.tenants import Tenant


class Query(Row):
    """Fields of no row."""

    def node(self, id: Bound) -> One | None:
        return BY_TAG[id.tag].by_id(id) if id.tag else None

    def nodes(self, ids: list[Bound]) -> Several:
        return Several([self.node(id) for id in ids])

    def tenant(self, id: Bound) -> One:
        return Tenant.by_id(id)

    def tenant_tree(self, root: Bound | None = None) -> One:
        return Tenant.by_id(root) if root is not None else Tenant.each(id=viewers("tenant")).first()

    def customer(self, id: Bound) -> One:
        return Customer.by_id(id)

    def customers(self, search: Bound | None = None, sort: dict[str, Any] | None = None) -> Page:
        return customers(search, sort)

    def contracts(self, customer: Bound | None = None, status: list[ContractStatus] | None = None) -> Page:
        return all_contracts(customer, status)

    def invoices(self, customer: Bound | None = None, status: list[InvoiceStatus] | None = None,
                 billing_month: Bound | None = None) -> Page:
        return all_invoices(customer, status, billing_month)
