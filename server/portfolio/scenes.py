"""What the demo story tells of: companies, people, services, contracts and invoices. Amounts are minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from models.access import Role, TenantKind
from models.contacts import ContactType
from models.contracts import ContractStatus
from models.customers import CustomerStatus, SuspensionReason
from models.invoices import InvoiceStatus, PaymentState
from models.onboarding import OnboardingTaskKind, OnboardingTaskStatus
from models.services import BillingState, CloudConnectionType, ServiceKind, ServiceStatus
from models.sources import SourceDataStatus

PLATFORM, DISTRIBUTOR, RESELLER, CUSTOMER = TenantKind
ADMIN, SALES, REGULAR, READ_ONLY, SUPPORT = (Role.ADMIN, Role.SALES, Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)
PORT, CIRCUIT, ONLINE, VDC = (ServiceKind.PORT, ServiceKind.VIRTUAL_CIRCUIT, ServiceKind.ONLINE_SERVICE,
                              ServiceKind.VDC)


@dataclass(frozen=True)
class Company:
    """A tenant, founded `age` days ago; what stands behind `phone` is of its customer, last active `quiet` ago. Its days
    begin and end in its `zone`, or in that of the tenant above it."""

    reference: str
    name: str
    kind: TenantKind
    parent: str
    currency: str
    domain: str
    age: int
    country: str = ""
    phone: str | None = None
    email: str | None = None
    quiet: timedelta | None = None
    status: CustomerStatus = CustomerStatus.ACTIVE
    reason: SuspensionReason | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who signs in with `email`, and the customers to whom they are linked."""

    email: str
    first_name: str
    last_name: str
    home: str
    role: Role
    job: str
    language: str = "en"
    links: tuple[tuple[str, Role], ...] = ()


@dataclass(frozen=True)
class Reached:
    """A contact of a company; `signs_in` where a person of it is meant."""

    company: str
    type: ContactType
    name: str
    email: str
    phone: str | None = None
    signs_in: bool = False
    address: tuple[str, str, str, str] | None = None


@dataclass(frozen=True)
class Ordered:
    """A service, ordered `days` ago and running a day later."""

    company: str
    kind: ServiceKind
    name: str
    product: str
    charge: int
    days: int
    cloud: CloudConnectionType | None = None
    status: ServiceStatus = ServiceStatus.RUNNING
    billing: BillingState = BillingState.BILLED


@dataclass(frozen=True)
class Agreement:
    """A contract that begins and ends so many days from now."""

    company: str
    number: str
    title: str
    status: ContractStatus
    starts: int
    ends: int | None
    value: int
    auto_renew: bool = field(default=False)


@dataclass(frozen=True)
class Bill:
    """An invoice for the month `months` ago; `tax` in per cent. The month's own unless it says what it is for."""

    company: str
    months: int
    status: InvoiceStatus
    paid: PaymentState
    subtotal: int
    tax: int
    what: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed of billing data, by which data last came in so many hours ago."""

    company: str
    name: str
    status: SourceDataStatus
    hours: int | None
    message: str | None = None


COMPANIES = (
    Company("meridian", "Meridian Cloud", PLATFORM, "", "EUR", "meridian.example", 2000),
    Company("harbor", "Harbor Distribution", DISTRIBUTOR, "meridian", "EUR", "harbor.example", 1800),
    Company("brightline", "Brightline Partners", RESELLER, "harbor", "EUR", "brightline.example", 1400, "NL",
            "+31-20-555-0140", "office@brightline.example", timedelta(minutes=20), zone="Europe/Berlin"),
    Company("coastal", "Coastal IT", RESELLER, "harbor", "USD", "coastal.example", 1200, "US",
            "+1-555-0160", "office@coastal.example", timedelta(hours=5), zone="America/New_York"),
    Company("acme", "Acme Corporation", CUSTOMER, "brightline", "EUR", "acmecorp.example", 900, "US",
            "+1-555-0789", "admin@acmecorp.example", timedelta(hours=2)),
    Company("global", "Global Enterprises", CUSTOMER, "brightline", "EUR", "globalent.example", 420, "US",
            "+1-555-0321", "contact@globalent.example", timedelta(days=1)),
    Company("strasse", "Straße & Söhne GmbH", CUSTOMER, "brightline", "EUR", "strasse-soehne.example", 380, "DE",
            "+49-30-555-0182", "post@strasse-soehne.example", timedelta(days=3)),
    Company("quiet", "Quiet Harbour Ltd", CUSTOMER, "brightline", "EUR", "quietharbour.example", 500, "GB",
            "+44-20-5550-0119", "hello@quietharbour.example", timedelta(days=45)),
    Company("sleepy", "Sleepy but Paying Inc", CUSTOMER, "brightline", "EUR", "sleepy.example", 500, "US",
            "+1-555-0117", "billing@sleepy.example", timedelta(days=45)),
    Company("delta", "Delta Retail", CUSTOMER, "coastal", "USD", "deltaretail.example", 700, "US",
            "+1-555-0133", "it@deltaretail.example", timedelta(hours=9)),
    Company("echo", "Echo Health", CUSTOMER, "coastal", "USD", "echohealth.example", 640, "US",
            "+1-555-0155", "accounts@echohealth.example", timedelta(days=6),
            CustomerStatus.SUSPENDED, SuspensionReason.PAYMENT),
    Company("echo-north", "Echo Clinic North", CUSTOMER, "echo", "USD", "north.echohealth.example", 300, "US",
            "+1-555-0156", "north@echohealth.example", timedelta(days=6)),
)

PEOPLE = (
    Person("admin@meridian.example", "Mira", "Lindqvist", "meridian", ADMIN, "Head of platform", "sv"),
    Person("admin@harbor.example", "Hugo", "Martens", "harbor", ADMIN, "Managing director", "nl"),
    Person("sales@harbor.example", "Salma", "Haddad", "harbor", SALES, "Sales"),
    Person("admin@brightline.example", "Bea", "van Dijk", "brightline", ADMIN, "Managing director", "nl"),
    Person("regular@brightline.example", "Rosa", "Ortega", "brightline", REGULAR, "Network engineer", "es",
           (("acme", REGULAR), ("global", SUPPORT))),
    Person("readonly@brightline.example", "Ravi", "Nair", "brightline", READ_ONLY, "Controller", "en",
           (("acme", READ_ONLY),)),
    Person("support@brightline.example", "Suzu", "Tanaka", "brightline", SUPPORT, "Support", "ja",
           (("acme", SUPPORT),)),
    Person("unlinked@brightline.example", "Uma", "Keller", "brightline", REGULAR, "Network engineer", "de"),
    Person("admin@coastal.example", "Cole", "Whitaker", "coastal", ADMIN, "Owner"),
    Person("admin@acmecorp.example", "Alice", "Brandt", "acme", ADMIN, "IT manager"),
    Person("contact@globalent.example", "Gwen", "Okafor", "global", ADMIN, "Office manager"),
)

_LOOKS_AFTER, _MAIN, _BILLING, _TECHNICAL, _OTHER = ContactType

CONTACTS = (
    Reached("brightline", _LOOKS_AFTER, "Bea van Dijk", "admin@brightline.example", "+31-20-555-0141", True),
    Reached("brightline", _LOOKS_AFTER, "Operations desk", "operations@brightline.example", "+31-20-555-0142"),
    Reached("brightline", _BILLING, "Accounts", "accounts@brightline.example"),
    Reached("coastal", _LOOKS_AFTER, "Cole Whitaker", "admin@coastal.example", "+1-555-0161", True),
    Reached("acme", _MAIN, "Alice Brandt", "admin@acmecorp.example", "+1-555-0790", True),
    Reached("acme", _BILLING, "Accounts payable", "invoices@acmecorp.example", "+1-555-0791",
            address=("PO Box 410", "Springfield", "62701", "US")),
    Reached("acme", _TECHNICAL, "Network operations", "noc@acmecorp.example", "+1-555-0792"),
    Reached("global", _MAIN, "Gwen Okafor", "contact@globalent.example", "+1-555-0322", True),
    Reached("strasse", _MAIN, "Jürgen Söhne", "post@strasse-soehne.example", "+49-30-555-0183"),
    Reached("delta", _MAIN, "Dana Reyes", "it@deltaretail.example", "+1-555-0134"),
)

SERVICES = (
    # Acme: 1,250.00 billed; the cloud connections are one of its ports and one of its circuits.
    Ordered("acme", PORT, "Frankfurt FRA2, AWS Direct Connect", "Dedicated port 10G", 400_00, 610,
            CloudConnectionType.DEDICATED_PORT),
    Ordered("acme", PORT, "Amsterdam AMS1, office", "Access port 1G", 300_00, 880),
    Ordered("acme", PORT, "Berlin BER2, new office", "Access port 1G", 300_00, 5, billing=BillingState.PENDING_ENTRY),
    Ordered("acme", CIRCUIT, "Azure ExpressRoute, Amsterdam", "Hosted connection 500M", 180_00, 430,
            CloudConnectionType.HOSTED_CONNECTION),
    Ordered("acme", CIRCUIT, "Amsterdam to Frankfurt", "Virtual circuit 1G", 120_00, 600),
    Ordered("acme", CIRCUIT, "Amsterdam to Paris", "Virtual circuit 1G", 100_00, 540),
    Ordered("acme", CIRCUIT, "Amsterdam to London", "Virtual circuit 500M", 80_00, 540),
    Ordered("acme", CIRCUIT, "Frankfurt to Paris, backup", "Virtual circuit 500M", 70_00, 210),
    Ordered("global", PORT, "London LON3, head office", "Access port 1G", 450_00, 400),
    Ordered("global", CIRCUIT, "London to Amsterdam", "Virtual circuit 1G", 330_50, 390),
    Ordered("global", ONLINE, "Backup of the head office", "Backup 5 TB", 200_00, 90),
    Ordered("strasse", PORT, "Berlin BER1, Straße des 17. Juni", "Access port 1G", 210_00, 350),
    Ordered("strasse", CIRCUIT, "Berlin to Frankfurt", "Virtual circuit 200M", 99_00, 20),
    Ordered("sleepy", ONLINE, "Archive of the mailboxes", "Mail archive", 10_00, 480),
    Ordered("delta", PORT, "New York NYC1, warehouse", "Access port 10G", 900_00, 690),
    Ordered("delta", PORT, "Chicago CHI2, shops", "Access port 10G", 900_00, 690),
    Ordered("delta", CIRCUIT, "New York to Chicago", "Virtual circuit 5G", 600_00, 680),
    Ordered("delta", CIRCUIT, "New York to Chicago, backup", "Virtual circuit 5G", 600_00, 680),
    Ordered("delta", CIRCUIT, "Google Cloud Interconnect, Chicago", "Hosted connection 1G", 400_00, 300,
            CloudConnectionType.HOSTED_CONNECTION),
    Ordered("delta", VDC, "Tills and stock", "Virtual data centre, 32 cores", 1000_00, 280),
    Ordered("delta", PORT, "Boston BOS1, closed shop", "Access port 1G", 350_00, 650,
            status=ServiceStatus.DELETED, billing=BillingState.ENDED),
    Ordered("echo", PORT, "Seattle SEA1, clinic", "Access port 1G", 700_00, 630, status=ServiceStatus.STOPPED),
    Ordered("echo", CIRCUIT, "Seattle to Portland", "Virtual circuit 1G", 310_00, 620, status=ServiceStatus.STOPPED),
    Ordered("echo-north", CIRCUIT, "Everett to Seattle", "Virtual circuit 200M", 150_00, 280),
)

CONTRACTS = (
    Agreement("brightline", "HBR-R-0004", "Reseller agreement", ContractStatus.ACTIVE, -1400, None, 24000_00),
    Agreement("coastal", "HBR-R-0007", "Reseller agreement", ContractStatus.ACTIVE, -1200, None, 18000_00),
    Agreement("acme", "BRL-C-0101", "Connectivity framework", ContractStatus.ACTIVE, -880, 215, 36000_00, True),
    Agreement("acme", "BRL-C-0102", "Cloud access", ContractStatus.ACTIVE, -430, 300, 9600_00),
    Agreement("acme", "BRL-C-0187", "Berlin office", ContractStatus.DRAFT, 30, 760, 7200_00),
    Agreement("acme", "BRL-C-0042", "Pilot", ContractStatus.EXPIRED, -900, -720, 1500_00),
    Agreement("global", "BRL-C-0120", "Connectivity", ContractStatus.ACTIVE, -400, 330, 23532_00),
    Agreement("strasse", "BRL-C-0131", "Anbindung Berlin", ContractStatus.ACTIVE, -350, 380, 7416_00),
    Agreement("sleepy", "BRL-C-0090", "Mail archive", ContractStatus.ACTIVE, -480, 250, 360_00),
    Agreement("delta", "CST-0031", "Shops and warehouse", ContractStatus.ACTIVE, -690, 405, 158400_00, True),
    Agreement("delta", "CST-0058", "Virtual data centre", ContractStatus.PENDING_ACCEPTANCE, 14, 744, 24000_00),
    Agreement("echo", "CST-0036", "Clinics", ContractStatus.ACTIVE, -630, 100, 36360_00),
    Agreement("echo-north", "CST-0044", "Clinic North", ContractStatus.TERMINATED, -280, 85, 1800_00),
)

_DONE, _OPEN, _UNDER_WAY = OnboardingTaskStatus.COMPLETED, OnboardingTaskStatus.NOT_STARTED, OnboardingTaskStatus.IN_PROGRESS
_BLOCKED, _SKIPPED, _FAILED = OnboardingTaskStatus.BLOCKED, OnboardingTaskStatus.SKIPPED, OnboardingTaskStatus.FAILED
_Task = OnboardingTaskKind

#: How far each is with its tasks. Global Enterprises came with its services, and has no tasks about them; of whom nothing is
#: said, they came before onboarding was written down.
ONBOARDING: dict[str, dict[OnboardingTaskKind, OnboardingTaskStatus]] = {
    "brightline": dict.fromkeys(_Task, _DONE),
    "coastal": dict.fromkeys(_Task, _DONE) | {_Task.START_SERVICES: _SKIPPED},
    "acme": dict.fromkeys(_Task, _DONE),
    "global": {_Task.VERIFY_EMAIL: _DONE, _Task.INVITE_ADMIN: _DONE, _Task.ACCEPT_CONTRACT: _DONE,
               _Task.COMPANY_PROFILE: _UNDER_WAY, _Task.CONNECT_BILLING_SOURCE: _BLOCKED},
    "strasse": {_Task.VERIFY_EMAIL: _DONE, _Task.INVITE_ADMIN: _UNDER_WAY, _Task.ACCEPT_CONTRACT: _DONE,
                _Task.COMPANY_PROFILE: _BLOCKED, _Task.CONNECT_BILLING_SOURCE: _BLOCKED, _Task.ADD_SERVICES: _DONE,
                _Task.START_SERVICES: _DONE},
    "quiet": {_Task.VERIFY_EMAIL: _OPEN, _Task.INVITE_ADMIN: _OPEN, _Task.ACCEPT_CONTRACT: _OPEN,
              _Task.COMPANY_PROFILE: _BLOCKED, _Task.CONNECT_BILLING_SOURCE: _BLOCKED, _Task.ADD_SERVICES: _BLOCKED,
              _Task.START_SERVICES: _BLOCKED},
    "echo": {_Task.VERIFY_EMAIL: _FAILED, _Task.INVITE_ADMIN: _OPEN, _Task.ACCEPT_CONTRACT: _DONE,
             _Task.COMPANY_PROFILE: _BLOCKED, _Task.CONNECT_BILLING_SOURCE: _BLOCKED, _Task.ADD_SERVICES: _DONE,
             _Task.START_SERVICES: _OPEN},
}

_PROFORMA, _READY, _ISSUABLE, _ISSUED, _CANCELLED = InvoiceStatus
_NOT_DUE, _DUE, _PARTLY, _PAID, _OVERDUE, _WRITTEN_OFF = PaymentState

INVOICES = (
    Bill("acme", 0, _PROFORMA, _NOT_DUE, 1250_00, 21),
    Bill("acme", 0, _READY, _NOT_DUE, 84_20, 21, "Traffic above the allowance"),
    Bill("acme", 0, _ISSUABLE, _NOT_DUE, 300_00, 21, "Cabling of the new office in Berlin"),
    Bill("acme", 0, _ISSUED, _DUE, 150_00, 21, "Installation at the new office in Berlin"),
    Bill("acme", 1, _ISSUED, _DUE, 1250_00, 21),
    Bill("acme", 2, _ISSUED, _PAID, 1250_00, 21),
    Bill("acme", 3, _ISSUED, _PAID, 1180_00, 21),
    Bill("acme", 3, _CANCELLED, _NOT_DUE, 1250_00, 21),
    Bill("global", 0, _PROFORMA, _NOT_DUE, 980_50, 21),
    Bill("global", 1, _ISSUED, _PAID, 980_50, 21),
    Bill("global", 2, _ISSUED, _PAID, 980_50, 21),
    Bill("strasse", 0, _READY, _NOT_DUE, 309_00, 19),
    Bill("strasse", 1, _ISSUED, _PARTLY, 309_00, 19),
    Bill("sleepy", 1, _ISSUED, _PAID, 10_00, 21),
    Bill("delta", 0, _PROFORMA, _NOT_DUE, 4400_00, 0),
    Bill("delta", 1, _ISSUED, _DUE, 4400_00, 0),
    Bill("delta", 2, _ISSUED, _PAID, 4400_00, 0),
    Bill("echo", 2, _ISSUED, _OVERDUE, 1010_00, 0),
    Bill("echo", 3, _ISSUED, _OVERDUE, 1010_00, 0),
    Bill("echo-north", 1, _ISSUED, _PAID, 150_00, 0),
    Bill("brightline", 0, _READY, _NOT_DUE, 2180_00, 21),
    Bill("brightline", 1, _ISSUED, _PAID, 2150_00, 21),
    Bill("coastal", 0, _READY, _NOT_DUE, 4100_00, 0),
    Bill("coastal", 1, _ISSUED, _DUE, 4080_00, 0),
)

_FED, _WARNS, _BROKEN, _UNSET = SourceDataStatus
_AWS, _AZURE, _GOOGLE = "AWS cost and usage report", "Azure cost export", "Google Cloud billing export"

FEEDS = (
    Feed("brightline", "Harbor price list", _FED, 5),
    Feed("acme", _AWS, _FED, 3),
    Feed("acme", _AZURE, _FED, 7),
    Feed("global", _AWS, _FED, 4),
    Feed("global", _GOOGLE, _WARNS, 31, "The export of yesterday is not complete: 3 of 4 files came in."),
    Feed("strasse", _AWS, _BROKEN, 150, "The bucket cur-strasse-soehne answers 403: access denied."),
    Feed("strasse", _AZURE, _FED, 8),
    Feed("sleepy", _AZURE, _FED, 6),
    Feed("delta", _AWS, _FED, 2),
    Feed("delta", _GOOGLE, _UNSET, None, "Not set up yet."),
    Feed("echo-north", _AZURE, _FED, 9),
)
