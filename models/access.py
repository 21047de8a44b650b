"""Who may do what: roles, capabilities, and the table that joins them."""

from __future__ import annotations

from enum import Enum


class TenantKind(Enum):
    """Where a tenant stands in the tree. The value says what it is."""

    PLATFORM = "The root of the tree and master billing entity; there is exactly one."
    DISTRIBUTOR = "Sells through resellers."
    RESELLER = "Sells to customers and looks after them."
    CUSTOMER = "An end customer; beneath another customer it is a sub-account."


class Role(Enum):
    """What a person is on a tenant. The value says what that allows."""

    ADMIN = "Any action on the tenant and, at a partner, on everything beneath it."
    FULL_ACCESS = "As ADMIN of a customer, but may not make anybody ADMIN."
    SALES = "Sees every customer beneath a partner and their money; changes nothing."
    REGULAR = "Sees a linked customer and its money; adds, changes and removes its services."
    READ_ONLY = "Sees a linked customer, its money and documents; changes nothing."
    SUPPORT = "Sees that a linked customer exists and troubleshoots its services; never sees money."


class GrantSource(Enum):
    """How a person came by a grant."""

    HOME = "The person belongs to the tenant."
    LINKED = "An admin linked the person to the tenant."
    INHERITED = "It follows from a grant on a tenant above."


class WithheldReason(Enum):
    """Why the viewer may not see or do something."""

    ROLE = "The viewer's role does not include the capability."
    SUPPORT_ROLE = "The viewer holds the customer as SUPPORT, which never sees it."
    TENANT_KIND = "It belongs to another pair of tenants: switch into the tenant that issues the invoices."
    NOT_LINKED = "The viewer holds nothing there, or there is no such object: ask an admin to be linked."
    CUSTOMER_STATUS = "The customer's status, or that of a company above it, does not allow it."
    OBJECT_STATUS = "The object's own status does not allow it."
    API_KEY_SCOPE = "The API key was made without the capability, whatever its maker may do."


class Capability(Enum):
    """One thing that a role may allow. The value says what."""

    CUSTOMER_LIST_ALL = "See every customer beneath the tenant, not only linked ones."
    CUSTOMER_VIEW = "See that a customer exists, with its name and status."
    CUSTOMER_SUMMARY_VIEW = "See the columns beside a customer's name in the list."
    FINANCIALS_VIEW = "See money: MRR, charges, contract values."
    INVOICE_VIEW = "See invoices and what they sum up to."
    DOCUMENT_DOWNLOAD = "Download documents and invoices."
    INVOICE_MANAGE = "Review, issue and cancel invoices."
    CONTRACT_VIEW = "See contracts; their value needs FINANCIALS_VIEW as well."
    CONTRACT_MANAGE = "Draw up and change contracts."
    UNITS_VIEW = "See unit balances."
    UNITS_ADJUST = "Add or remove units."
    PAYMENT_METHOD_MANAGE = "Register payment methods."
    CUSTOMER_CREATE = "Invite or create customers beneath the tenant."
    CUSTOMER_EDIT = "Change a customer's details and configuration."
    COMPANY_PROFILE_EDIT = "Change the company profile."
    CUSTOMER_LIFECYCLE = "Suspend, deactivate and reactivate a customer."
    CUSTOMER_DELETE = "Delete a customer."
    CUSTOMER_DISCONNECT = "Disconnect a customer from its partner."
    MANAGEMENT_MODE_CHANGE = "Hand a customer's management over for good."
    SERVICE_VIEW = "See services, without what they cost."
    SERVICE_MANAGE = "Add, change and remove services: financial impact."
    SERVICE_START = "Start and stop services: no financial impact."
    SERVICE_TROUBLESHOOT = "Diagnose and restart services: no financial impact."
    USER_VIEW = "See the tenant's people."
    USER_INVITE = "Invite people into the tenant."
    USER_MANAGE = "Change, deactivate and remove the tenant's people."
    USER_GRANT_ADMIN = "Make somebody ADMIN."
    ACCESS_LINK_MANAGE = "Link the partner's people to a customer and choose their role there."
    ONBOARDING_VIEW = "See how far a customer's onboarding is."
    ONBOARDING_START = "Start onboarding tasks."
    TENANT_SWITCH = "Enter the tenant and act there."
    REPORT_VIEW = "See reports."
    REPORT_GENERATE = "Make reports."
    REPORT_SCHEDULE = "Have reports made and sent regularly."
    EXPORT = "Export lists."
    TICKET_VIEW = "See support tickets."
    EMAIL_SEND = "Write to a customer and see what was sent."
    TEMPLATE_APPLY = "Apply setting templates."
    TAGS_MANAGE = "Tag customers."
    LIMITS_MANAGE = "Set limits."
    KEYS_MANAGE = "See and add keys."
    BRANDING_MANAGE = "Choose logo and theme."
    INTEGRATION_MANAGE = "Set up integrations."
    NOTIFICATION_MANAGE = "Choose who is notified of what."
    AUDIT_VIEW = "See the activity log and the audit trail."
    API_KEY_MANAGE = "Make and revoke API keys."
    WEBHOOK_MANAGE = "Set up webhooks."
    SOURCE_DATA_REPORT = "Report how the intake of billing data goes: mostly a machine, by an API key."
    PLATFORM_ADMIN = "Run the platform."


#  PA ADMIN of the platform · A of a distributor or reseller · CA of a customer · FA FULL_ACCESS at a customer
#  SA SALES · RG REGULAR · RO READ_ONLY · SU SUPPORT.   ● yes · ○ only the person's own company · – no
MATRIX = """
                          PA  A  SA  RG  RO  SU  CA  FA
CUSTOMER_LIST_ALL         ●   ●   ●   –   –   –   –   –
CUSTOMER_VIEW             ●   ●   ●   ●   ●   ●   ○   ○
CUSTOMER_SUMMARY_VIEW     ●   ●   ●   ●   ●   –   ○   ○
FINANCIALS_VIEW           ●   ●   ●   ●   ●   –   ○   ○
INVOICE_VIEW              ●   ●   ●   ●   ●   –   ○   ○
DOCUMENT_DOWNLOAD         ●   ●   ●   ●   ●   –   ○   ○
INVOICE_MANAGE            ●   ●   –   –   –   –   –   –
CONTRACT_VIEW             ●   ●   ●   ●   ●   –   ○   ○
CONTRACT_MANAGE           ●   ●   –   –   –   –   –   –
UNITS_VIEW                ●   ●   ●   ●   ●   –   ○   ○
UNITS_ADJUST              ●   ●   –   –   –   –   –   –
PAYMENT_METHOD_MANAGE     ●   ●   –   –   –   –   ○   ○
CUSTOMER_CREATE           ●   ●   –   –   –   –   –   –
CUSTOMER_EDIT             ●   ●   –   –   –   –   ○   ○
COMPANY_PROFILE_EDIT      ●   ●   –   –   –   –   ○   ○
CUSTOMER_LIFECYCLE        ●   ●   –   –   –   –   –   –
CUSTOMER_DELETE           ●   ●   –   –   –   –   –   –
CUSTOMER_DISCONNECT       ●   ●   –   –   –   –   –   –
MANAGEMENT_MODE_CHANGE    ●   ●   –   –   –   –   –   –
SERVICE_VIEW              ●   ●   ●   ●   ●   ●   ○   ○
SERVICE_MANAGE            ●   ●   –   ●   –   –   ○   ○
SERVICE_START             ●   ●   –   ●   –   –   ○   ○
SERVICE_TROUBLESHOOT      ●   ●   –   ●   –   ●   ○   ○
USER_VIEW                 ●   ●   ●   ●   ●   ●   ○   ○
USER_INVITE               ●   ●   –   –   –   –   ○   ○
USER_MANAGE               ●   ●   –   –   –   –   ○   ○
USER_GRANT_ADMIN          ●   ●   –   –   –   –   –   –
ACCESS_LINK_MANAGE        ●   ●   –   –   –   –   –   –
ONBOARDING_VIEW           ●   ●   ●   ●   ●   ●   ○   ○
ONBOARDING_START          ●   ●   –   –   –   –   ○   –
TENANT_SWITCH             ●   ●   –   ●   ●   ●   –   –
REPORT_VIEW               ●   ●   ●   ●   ●   ●   ○   ○
REPORT_GENERATE           ●   ●   –   –   –   –   ○   ○
REPORT_SCHEDULE           ●   ●   –   –   –   –   ○   ○
EXPORT                    ●   ●   ●   –   ●   –   ○   ○
TICKET_VIEW               ●   ●   ●   ●   ●   ●   ○   ○
EMAIL_SEND                ●   ●   –   –   –   –   –   –
TEMPLATE_APPLY            ●   ●   –   –   –   –   –   –
TAGS_MANAGE               ●   ●   –   –   –   –   –   –
LIMITS_MANAGE             ●   ●   –   –   –   –   ○   –
KEYS_MANAGE               ●   ●   –   –   –   –   –   –
BRANDING_MANAGE           ●   ●   –   –   –   –   ○   ○
INTEGRATION_MANAGE        ●   ●   –   –   –   –   ○   ○
NOTIFICATION_MANAGE       ●   ●   –   –   –   –   ○   ○
AUDIT_VIEW                ●   ●   –   –   –   –   ○   –
API_KEY_MANAGE            ●   ●   –   –   –   –   ○   –
WEBHOOK_MANAGE            ●   ●   –   –   –   –   ○   –
SOURCE_DATA_REPORT        ●   ●   –   –   –   –   –   –
PLATFORM_ADMIN            ●   –   –   –   –   –   –   –
"""
PARTNERS = (TenantKind.PLATFORM, TenantKind.DISTRIBUTOR, TenantKind.RESELLER)
COLUMNS: dict[str, list[tuple[Role, TenantKind]]] = {
    "PA": [(Role.ADMIN, TenantKind.PLATFORM)],
    "A": [(Role.ADMIN, TenantKind.DISTRIBUTOR), (Role.ADMIN, TenantKind.RESELLER)],
    "SA": [(Role.SALES, kind) for kind in PARTNERS],
    "RG": [(Role.REGULAR, kind) for kind in TenantKind],
    "RO": [(Role.READ_ONLY, kind) for kind in TenantKind],
    "SU": [(Role.SUPPORT, kind) for kind in TenantKind],
    "CA": [(Role.ADMIN, TenantKind.CUSTOMER)],
    "FA": [(Role.FULL_ACCESS, TenantKind.CUSTOMER)],
}


def _read_matrix() -> dict[tuple[Role, TenantKind], frozenset[Capability]]:
    head, *lines = MATRIX.strip().splitlines()
    held: dict[tuple[Role, TenantKind], set[Capability]] = {key: set() for keys in COLUMNS.values() for key in keys}
    for line in lines:
        name, *marks = line.split()
        for column, mark in zip(head.split(), marks, strict=True):
            if mark != "–":
                for key in COLUMNS[column]:
                    held[key].add(Capability[name])
    return {key: frozenset(capabilities) for key, capabilities in held.items()}


ROLES = _read_matrix()
STRONGEST_FIRST = (Role.ADMIN, Role.FULL_ACCESS, Role.SALES, Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)
#: Roles that hold for everything beneath the tenant too; the others hold for the tenant they name only.
INHERITED = {Role.ADMIN, Role.SALES, Role.FULL_ACCESS}
#: A partner's own account is no customer of its own, and nobody switches into where they are.
NOT_AT_HOME = frozenset({Capability.CUSTOMER_VIEW, Capability.CUSTOMER_SUMMARY_VIEW, Capability.TENANT_SWITCH})


def capabilities_of(role: Role, kind: TenantKind) -> frozenset[Capability]:
    """What a role allows on a tenant of that kind; nothing where the role does not exist there."""
    return ROLES.get((role, kind), frozenset())
