"""The roots of reads: where a document may start."""

from __future__ import annotations

from enum import Enum
from typing import Self

from engine import BY_TAG, Bound, Const, Expr, One, Page, Row, Several, held, viewers
from models.access import Capability
from models.contracts import ContractStatus
from models.invitations import InvitationStatus
from models.invoices import InvoiceStatus
from resolvers.contracts import all_contracts
from resolvers.customers import Customer
from resolvers.invitations import all_invitations, offered
from resolvers.invoices import all_invoices
from resolvers.tenants import Tenant


class NoticeCode(Enum):
    """What to know about the customer list as the viewer sees it. The value says it on screen, in English."""

    NOT_ADMIN_LIST_IS_LIMITED = ("The list holds only customers that you are linked to, or your own company. "
                                 "To see a customer that is missing, ask an admin of your company to link you.")
    HIDE_INACTIVE_NOT_EVALUATED = ("Whether a customer is inactive depends on its MRR. Customers whose MRR you may not see, or "
                                   "whose MRR is not known yet, stay listed when inactive ones are hidden.")
    COLUMNS_WITHHELD_SUPPORT = ("Beside the names of customers that you hold as Support the columns are empty. "
                                "To see them, ask an admin of your company for another role there.")


class AccessNotice(Row):
    """Something to know about a list."""

    @classmethod
    def notice(cls, code: NoticeCode, present: Expr) -> Self:
        return cls.bundle(present, code=Const(code.name), message=Const(code.value))


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

    def customer_list_notices(self) -> Several:
        """Why the list may be shorter or emptier than expected; nothing about any one customer (D-24)."""
        return Several([AccessNotice.notice(NoticeCode.NOT_ADMIN_LIST_IS_LIMITED, ~held(self, Capability.CUSTOMER_LIST_ALL)),
                        AccessNotice.notice(NoticeCode.HIDE_INACTIVE_NOT_EVALUATED, held(self, "role:SUPPORT")),
                        AccessNotice.notice(NoticeCode.COLUMNS_WITHHELD_SUPPORT, held(self, "role:SUPPORT"))])

    def contracts(self, customer: Bound | None = None, status: list[ContractStatus] | None = None) -> Page:
        return all_contracts(customer, status)

    def invoices(self, customer: Bound | None = None, status: list[InvoiceStatus] | None = None,
                 billing_month: Bound | None = None) -> Page:
        return all_invoices(customer, status, billing_month)

    def invitations(self, status: list[InvitationStatus] | None = None) -> Page:
        return all_invitations(status)

    def invitation_offer(self, token: Bound) -> One:
        return offered(token)
