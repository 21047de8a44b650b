"""The roots of reads."""

from __future__ import annotations

from typing import Annotated

import strawberry

from engine.relay import Connection
from models.access import Capability as C
from resolvers import query
from schema.access import AccessQuery
from schema.contracts import Contract, ContractStatus
from schema.criteria import AppliedFilter
from schema.customers import Customer, CustomerConnection, CustomerSort
from schema.directives import shown, shows
from schema.enums import described
from schema.filters import CustomerFilter
from schema.invitations import Invitation, InvitationOffer, InvitationStatus
from schema.invoices import Invoice, InvoiceStatus
from schema.nodes import Node
from schema.rates import RateQuery
from schema.reports import ReportRun
from schema.scalars import BillingMonth
from schema.tenants import Tenant
from schema.trees import CustomerTree
from schema.viewers import Viewer

NoticeCode = described(query.NoticeCode)


@shows(query.AccessNotice)
class AccessNotice:
    """Something to know about a list as the viewer sees it."""

    code: NoticeCode = shown("What it is, for programs.")
    message: str = shown("What it is, for people, in English.")


@shows(query.Query)
class Query(AccessQuery, RateQuery):
    """Reads. What the viewer may not know of is absent: an object that is hidden and one that does not exist look the same."""

    viewer: Viewer | None = shown("Whoever is signed in; null where nobody is.")

    @shown("Any object by its global id; null where there is none that the viewer may know of.")
    def node(self, id: strawberry.ID) -> Node | None: ...

    @shown("Objects by their global ids, at most 100, in the order of the ids; null for each that the viewer may not know of.",
           arguments={"ids": "Global ids of any types."}, rows=1, counted_by="ids")
    def nodes(self, ids: list[strawberry.ID]) -> list[Node | None]: ...

    @shown("One tenant; null where there is none that the viewer may know of.")
    def tenant(self, id: strawberry.ID) -> Tenant | None: ...

    @shown("The tree from the tenant in which the viewer acts, or from one beneath it; null where the viewer may not know of it. "
           "Go down by `children`.", arguments={"beginning": "The global id of the tenant to begin at; the viewer's own where "
                                                             "it is not given."})
    def tenant_tree(self, beginning: Annotated[strawberry.ID | None, strawberry.argument(name="root")] = None
                    ) -> Tenant | None: ...

    @shown("One customer; null where there is none that the viewer may know of.")
    def customer(self, id: strawberry.ID) -> Customer | None: ...

    @shown("The customers that the viewer may see: all beneath their tenant for ADMIN and SALES, linked ones for others, itself "
           "for an end customer. Invited ones appear once they have accepted.", paged=50, cost=2,
           arguments={"filter": "Which of them; all where it is not given.",
                      "search": "Words, at most 12, each of which is part of the name, in any order and without regard to case; "
                                "an empty text finds all.",
                      "sort": "The order; by name where it is not given.",
                      "hide_inactive": "Leaves out those of which `isDormant` is true. Where that is withheld or unknown "
                                       "they stay."})
    def customers(self, filter: CustomerFilter | None = None, search: str | None = None, sort: CustomerSort | None = None,
                  hide_inactive: bool = False) -> CustomerConnection: ...

    @shown("The customer list as a tree: whoever meets the filter, and those above them even where they do not. One page of rows "
           "in each answer.", arguments={"filter": "Which customers; all where it is not given.", "search": "As of `customers`.",
                                         "hide_inactive": "As of `customers`."})
    def customer_tree(self, filter: CustomerFilter | None = None, search: str | None = None,
                      hide_inactive: bool = False) -> CustomerTree: ...

    @shown("A filter as criteria to be shown above a list. Put together again as an object, key by key, they are the filter.",
           arguments={"filter": "The filter."})
    def applied_filters(self, filter: CustomerFilter) -> list[AppliedFilter]: ...

    customer_list_notices: list[AccessNotice] = shown("Why the customer list may be shorter or emptier than the viewer expects.")

    @shown("Contracts of all customers that the viewer may see, or of one.", requires=C.CONTRACT_VIEW, paged=20)
    def contracts(self, customer: strawberry.ID | None = None,
                  status: list[ContractStatus] | None = None) -> Connection[Contract] | None: ...

    @shown("Invoices of all customers that the viewer may see, or of one, newest month first.", requires=C.INVOICE_VIEW,
           financial=True, paged=20)
    def invoices(self, customer: strawberry.ID | None = None, status: list[InvoiceStatus] | None = None,
                 billing_month: BillingMonth | None = None) -> Connection[Invoice] | None: ...

    @shown("One report that the viewer has asked for in the tenant in which they act; null where there is none such.")
    def report_run(self, id: strawberry.ID) -> ReportRun | None: ...

    @shown("Invitations into every tenant on which the viewer may invite, newest first.", requires=C.USER_INVITE, paged=20)
    def invitations(self, status: list[InvitationStatus] | None = None) -> Connection[Invitation] | None: ...

    @shown("What the link of an invitation's letter offers, to whoever has the link, signed in or not; null where the link is "
           "unknown, used, taken back or too old.", arguments={"token": "What follows \"invitation=\" in the link."})
    def invitation_offer(self, token: str) -> InvitationOffer | None: ...
