"""Customers and the columns of their list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import models.contracts
import models.customers
import models.invoices
import models.services
from engine.relay import Connection
from models.access import Capability as C
from models.access import WithheldReason
from resolvers import customers
from schema.addresses import Address
from schema.contacts import Contact, ContactType
from schema.contracts import Contract, ContractStatus, ContractSummary, StatusCount
from schema.criteria import AppliedFilter
from schema.dashboards import CustomerDashboard
from schema.directives import shown, shows
from schema.enums import described
from schema.grants import AccessGrant, GrantSource
from schema.invoices import Invoice, InvoiceStatus, InvoiceSummary
from schema.money import Money
from schema.nodes import Node, Versioned
from schema.notifications import NotificationPreference
from schema.onboarding import Onboarding
from schema.scalars import URL, BillingMonth, CountryCode, DateTime, EmailAddress, PhoneNumber
from schema.services import Product, Service, ServiceKind, ServiceStatus
from schema.sources import SourceDataHealth
from schema.tags import Tag
from schema.tenants import Role, Tenant
from schema.users import User
from schema.viewers import CustomerAction

if TYPE_CHECKING:
    from schema.activity import ActivityEvent
    from schema.invitations import Invitation
    from schema.letters import OutboundEmail
    from schema.reports import ReportRun

CustomerStatus = described(models.customers.CustomerStatus)
SuspensionReason = described(models.customers.SuspensionReason)
CustomerAccountType = described(models.customers.CustomerAccountType)
CustomerSortKey = described(customers.CustomerSortKey)
SortDirection = described(customers.SortDirection)


@strawberry.input(description="An order of the customer list. Rows where the key is withheld or unknown come last, by name.")
class CustomerSort:
    key: CustomerSortKey = strawberry.field(default=customers.CustomerSortKey.NAME, description="What to order by.")
    direction: SortDirection = strawberry.field(default=customers.SortDirection.ASC, description="Which way.")


@shows(customers.CustomerSummary)
class CustomerSummary:
    """The six columns beside a customer's name in the list."""

    mrr: Money | None = shown("Monthly recurring revenue of the services that are billed now; null also while unknown.",
                              requires=C.FINANCIALS_VIEW, financial=True)
    mrr_pending_entry: Money | None = shown("What services provisioned in the last 15 days will add to MRR once they enter "
                                            "billing.",
                                            requires=C.FINANCIALS_VIEW, financial=True)
    ports: int = shown("Ports provisioned, dedicated cloud ports among them.")
    virtual_circuits: int = shown("Virtual circuits provisioned, hosted cloud connections among them.")
    cloud_connections: int = shown("Cloud connections provisioned: dedicated ports and hosted connections. They count in the "
                                   "other two columns as well, so never add the three.")
    last_activity_at: DateTime | None = shown("When one of the customer's own people was last active; null before the first "
                                              "time. "
                                              "A partner acting inside the account does not count.")
    last_order_at: DateTime | None = shown("When a service was last ordered, by the customer or on its behalf; null before the "
                                           "first.")


@shows(customers.Customer)
class Customer(Node, Versioned):
    """A company that a partner looks after: a reseller or an end customer beneath the viewer's tenant, or the viewer's own
    where that is an end customer."""

    name: str = shown("The company's name.")
    tenant: Tenant | None = shown("Its place in the tree.")
    reference: str | None = shown("The partner's own number for it; null where none is recorded.")
    status: CustomerStatus = shown("Whether it may use the portal.")
    status_reason: SuspensionReason | None = shown("Why it is suspended; null otherwise.")
    status_changed_at: DateTime = shown("When the status last changed.")
    account_type: CustomerAccountType | None = shown("What its first administrator signs in with elsewhere; null where unknown.")
    website: URL | None = shown("Its web site; null where none is recorded.")
    phone: PhoneNumber | None = shown("Contact phone; null where none is recorded.")
    email: EmailAddress | None = shown("Primary e-mail; null where none is recorded.")
    country: CountryCode | None = shown("Where it is; null where none is recorded.")
    address: Address | None = shown("Its postal address; null where none is recorded.")
    description: str | None = shown("What its partners note about it; null where nothing is, and to the customer itself.")
    created_at: DateTime = shown("When it was recorded.")
    accepted_at: DateTime | None = shown("When it accepted the invitation; null for customers who came without one.")
    summary: CustomerSummary | None = shown("The columns of the list.", requires=C.CUSTOMER_SUMMARY_VIEW)
    mrr: Money | None = shown("Monthly recurring revenue of the services that are billed now; null also while unknown.",
                              requires=C.FINANCIALS_VIEW, financial=True)
    source_data: SourceDataHealth = shown("How the intake of billing data goes, for it and all tenants beneath it.")
    primary_admin: User | None = shown("Of its active administrators the one who was invited first; null where there is none.")
    onboarding: Onboarding | None = shown("How far it is on its way in; null also where it came before that was written down. A "
                                          "reseller is not shown its own.", requires=C.ONBOARDING_VIEW)
    contract_summary: ContractSummary | None = shown("Its contracts in numbers.", requires=C.CONTRACT_VIEW)

    @shown("Its contracts, live ones first, newest start first.", requires=C.CONTRACT_VIEW, paged=3)
    def contracts(self, status: list[ContractStatus] | None = None) -> Connection[Contract] | None: ...

    @shown("Its invoices, newest month first: all of them for the tenant that issues them, issued and cancelled ones for the "
           "customer itself.", requires=C.INVOICE_VIEW, financial=True, paged=20, when="billing_seen_here",
           otherwise=WithheldReason.TENANT_KIND)
    def invoices(self, status: list[InvoiceStatus] | None = None,
                 billing_month: BillingMonth | None = None) -> Connection[Invoice] | None: ...

    @shown("Its invoices of one month by status; of the current month where none is given.", requires=C.INVOICE_VIEW,
           financial=True, when="billing_seen_here", otherwise=WithheldReason.TENANT_KIND,
           arguments={"billing_month": "The month; the current one where it is not given."})
    def invoice_summary(self, billing_month: BillingMonth | None = None) -> InvoiceSummary | None: ...

    @shown("Its people, by name.", requires=C.USER_VIEW, paged=20)
    def users(self, role: Role | None = None, active: bool | None = None) -> Connection[User] | None: ...

    @shown("Whom to reach at it, by name.", requires=C.USER_VIEW, paged=20, arguments={"type": "Only those of this type."})
    def contacts(self, type: ContactType | None = None) -> Connection[Contact] | None: ...

    notification_preferences: list[NotificationPreference] | None = shown(
        "Which events of it are told in letters and in the portal, one entry for each kind: as the end customer chose in which "
        "the viewer acts, or else the partner that looks after it.", requires=C.NOTIFICATION_MANAGE, cost=5)
    primary_contact: Contact | None = shown("Its main contact from day to day; null also where none is recorded.",
                                            requires=C.USER_VIEW)

    @shown("Its services, by name.", requires=C.SERVICE_VIEW, paged=20)
    def services(self, kind: list[ServiceKind] | None = None,
                 status: list[ServiceStatus] | None = None) -> Connection[Service] | None: ...

    service_status: list[StatusCount] | None = shown("Its services by status; statuses without any are left out.",
                                                     requires=C.SERVICE_VIEW)
    dashboard: CustomerDashboard = shown("What one sees first who opens its portal.")
    products: list[Product] | None = shown("What can be ordered for it by `addServices`.", requires=C.SERVICE_MANAGE)
    is_dormant: bool | None = shown("Whether it has no MRR, and for more than 30 days neither ordered anything nor been active; "
                                    "null also while its MRR is unknown.", requires=C.FINANCIALS_VIEW, financial=True)

    @shown("Words by which its partner sorts it, by name. Empty for the customer itself.", paged=50)
    def tags(self) -> Connection[Tag]: ...

    @shown("The customers directly beneath it, by name: a reseller's customers, an agency's sub-accounts.", paged=20)
    def sub_accounts(self) -> "CustomerConnection": ...

    @shown("Invitations into it, newest first: of its people, and of customers beneath it.", requires=C.USER_INVITE, paged=20)
    def invitations(self) -> Connection[Annotated["Invitation", strawberry.lazy("schema.invitations")]] | None: ...

    @shown("Letters about it, newest first: to its own people, and to the Admin contacts of whoever looks after it.",
           requires=C.EMAIL_SEND, paged=20)
    def sent_emails(self) -> Connection[Annotated["OutboundEmail", strawberry.lazy("schema.letters")]] | None: ...

    @shown("What was done in its account, newest first: by one person, from a moment on, up to another.",
           requires=C.AUDIT_VIEW, paged=20)
    def activity_log(self, actor: strawberry.ID | None = None, since: DateTime | None = None, until: DateTime | None = None,
                     ) -> Connection[Annotated["ActivityEvent", strawberry.lazy("schema.activity")]] | None: ...

    reports_of_customer: Connection[Annotated["ReportRun", strawberry.lazy("schema.reports")]] | None = shown(
        "Reports about it alone that the viewer has asked for in the current tenant, latest first.", name="reportRuns",
        requires=C.REPORT_VIEW, paged=20)

    @shown("Who holds a role on it: its own people and those linked to it, strongest first.", requires=C.ACCESS_LINK_MANAGE,
           paged=20)
    def access_grants(self, source: GrantSource | None = None) -> Connection[AccessGrant] | None: ...

    linkable_users: Connection[User] | None = shown(
        "Those of the viewer's own people who may be linked to it: active, no admins, not linked yet; by name.",
        requires=C.ACCESS_LINK_MANAGE, paged=20)
    viewer_role: Role | None = shown("What the viewer is on it: the strongest of their roles there.")
    is_pinned: bool = shown("Whether the viewer has pinned it, for themselves alone.")
    viewer_actions: list[CustomerAction] = shown("What a portal may offer the viewer beside it, and why not.")


@shows(customers.CustomerList)
class CustomerConnection(Connection[Customer]):
    """A page of customers in a stable order, with what the list was narrowed by."""

    applied_filters: list[AppliedFilter] = shown("Each criterion that narrowed the list, to be shown above it and removed on its "
                                                 "own: those of `filter` by their names there, and `search` and `hideInactive`. "
                                                 "Without one of them the list is as if it had never been given.")
    hidden_inactive_count: int | None = shown("How many customers `hideInactive` left out; null where it is not set. Those whose "
                                              "MRR the viewer may not see are never left out.")
