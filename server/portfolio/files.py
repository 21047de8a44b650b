"""Which CSV files a portfolio is imported from, and what each column of theirs holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from models.access import GrantSource, Role, TenantKind
from models.contracts import ContractStatus
from models.customers import CustomerAccountType, CustomerStatus, SuspensionReason
from models.invoices import InvoiceKind, InvoiceStatus, PaymentState
from models.services import BillingState, CloudConnectionType, ServiceKind, ServiceStatus
from server.portfolio import cells
from server.portfolio.cells import Read

STATUSES = [status.name for status in CustomerStatus
            if status not in (CustomerStatus.INVITED, CustomerStatus.DELETED)]


@dataclass(frozen=True)
class Column:
    """A column. Without `required` its cell may be empty, or the column missing; `otherwise` says what that means."""

    name: str
    read: Read
    meaning: str
    example: str
    required: bool = False
    otherwise: str = ""


def _names(names: type[Enum]) -> str:
    return ", ".join(member.name for member in names)


def need(name: str, read: Read, meaning: str, example: str) -> Column:
    return Column(name, read, meaning, example, required=True)


_TENANT = need("tenant", cells.code(100), "The customer: the `reference` of its tenant.", "acme")
_CURRENCY = Column("currency", cells.currency, "The currency; a customer has one.", "EUR", otherwise="the customer's")

#: In the order in which they are read, since each refers to those before it.
FILES: dict[str, tuple[Column, ...]] = {
    "tenants.csv": (
        need("reference", cells.code(100), "Your own name for the tenant, by which the other files refer to it.", "acme"),
        need("kind", cells.one_of(TenantKind), f"{_names(TenantKind)}.", "CUSTOMER"),
        Column("parent", cells.code(100), "The `reference` of the tenant above.", "brightline",
               otherwise="none: only of the PLATFORM"),
        need("name", cells.text(200), "The company's name.", "Acme Corporation"),
        Column("domain", cells.domain, "Its domain.", "acmecorp.example"),
        Column("currency", cells.currency, "What it is billed in. Does not change.", "EUR", otherwise="the parent's, or EUR"),
        Column("time_zone", cells.zone, "Where its days and months end.", "Europe/Berlin", otherwise="the parent's, or UTC"),
        Column("created_at", cells.moment, "Since when it is known here.", "2024-06-04T09:30:00Z", otherwise="now"),
        Column("status", cells.one_of(STATUSES), f"Of a reseller or customer: {', '.join(STATUSES)}.", "ACTIVE",
               otherwise="ACTIVE"),
        Column("status_reason", cells.one_of(SuspensionReason), f"Why it is SUSPENDED: {_names(SuspensionReason)}.", "PAYMENT"),
        Column("account_type", cells.one_of(CustomerAccountType), "Of a reseller or customer: how its first administrator "
               f"signs in elsewhere: {_names(CustomerAccountType)}.", "LOCAL_ACCOUNT"),
        Column("website", cells.website, "Of a reseller or customer.", "https://www.acmecorp.example"),
        Column("phone", cells.phone, "Of a reseller or customer.", "+1-555-0789"),
        Column("email", cells.email, "Of a reseller or customer.", "admin@acmecorp.example"),
        Column("country", cells.country, "Of a reseller or customer: ISO 3166-1.", "US"),
        Column("accepted_at", cells.moment, "Of a reseller or customer: when it signed up.", "2024-06-05T11:00:00Z",
               otherwise="as `created_at`"),
    ),
    "users.csv": (
        need("email", cells.email, "The address with which the person signs in.", "admin@acmecorp.example"),
        need("tenant", cells.code(100), "Where the person is at home: the `reference` of a tenant.", "acme"),
        need("first_name", cells.text(100), "The person's given name.", "Alice"),
        need("last_name", cells.text(100), "Their family name.", "Brandt"),
        Column("phone", cells.phone, "Their own number.", "+1-555-0790"),
        Column("job_function", cells.text(100), "What the person does.", "IT manager"),
        Column("language", cells.language, "For letters: BCP 47.", "en"),
        Column("active", cells.flag, "Whether the person may sign in.", "true", otherwise="true"),
        Column("email_verified", cells.flag, "Whether the address is known to be theirs.", "true", otherwise="true"),
        Column("invited_at", cells.moment, "The first invited administrator is the primary one.",
               "2024-06-04T09:30:00Z"),
        Column("last_active_at", cells.moment, "When the person last did something.", "2026-11-20T16:05:00Z"),
        Column("password", cells.code(1024), "The first password, or its hash if it begins with `$argon2id$`. Read for "
               "people who are new here only; keep such a file secret.", "correct horse battery",
               otherwise="nobody can sign in with the address yet"),
    ),
    "grants.csv": (
        need("email", cells.email, "Who: a person of users.csv, or one who is here already.", "regular@brightline.example"),
        need("tenant", cells.code(100), "Where: the `reference` of a tenant.", "acme"),
        need("role", cells.one_of(Role), f"What the person is there: {_names(Role)}.", "REGULAR"),
        Column("source", cells.one_of([GrantSource.HOME.name, GrantSource.LINKED.name]),
               "HOME where the person is at home, LINKED at a customer beneath.", "LINKED",
               otherwise="HOME at home, elsewhere LINKED"),
        Column("granted_at", cells.moment, "Since when.", "2025-02-01T08:00:00Z", otherwise="now"),
        Column("expires_at", cells.moment, "When it ends by itself.", "2027-02-01T08:00:00Z"),
    ),
    "contracts.csv": (
        _TENANT,
        need("number", cells.code(50), "The contract's number; each once for a customer.", "BRL-C-0101"),
        need("title", cells.text(200), "What it is about.", "Connectivity framework"),
        need("status", cells.one_of(ContractStatus), f"{_names(ContractStatus)}.", "ACTIVE"),
        need("starts_on", cells.day, "Its first day.", "2024-06-25"),
        Column("ends_on", cells.day, "Its last day.", "2027-06-24"),
        Column("renewal_on", cells.day, "When it is renewed.", "2027-06-24"),
        Column("auto_renew", cells.flag, "Whether a successor follows by itself.", "true", otherwise="false"),
        Column("value", cells.amount, "What it is worth in all.", "36000.00"),
        _CURRENCY,
        Column("terminated_at", cells.moment, "Of a TERMINATED one.", "2026-01-31T00:00:00Z"),
    ),
    "invoices.csv": (
        _TENANT,
        need("reference", cells.code(100), "Your own name for the invoice; each once for a customer.", "INV-0005"),
        need("billing_month", cells.month, "What it bills.", "2026-10"),
        Column("kind", cells.one_of(InvoiceKind), "MONTHLY for the month's own, of which a customer has one (but for cancelled "
               "ones), SINGLE for anything else.", "MONTHLY", otherwise="SINGLE"),
        need("status", cells.one_of(InvoiceStatus), f"{_names(InvoiceStatus)}.", "ISSUED"),
        Column("payment_state", cells.one_of(PaymentState), f"{_names(PaymentState)}.", "DUE",
               otherwise="DUE if ISSUED, else NOT_DUE"),
        Column("number", cells.code(50), "Of an ISSUED or CANCELLED one; each once for an issuer, which is the partner "
               "above the customer.", "2026-0005"),
        need("subtotal", cells.amount, "Without tax.", "1250.00"),
        need("tax", cells.amount, "The tax on it.", "262.50"),
        Column("total", cells.amount, "Subtotal and tax.", "1512.50", otherwise="their sum"),
        Column("due", cells.amount, "What is still to be paid.", "1512.50",
               otherwise="the total if DUE or OVERDUE, else 0"),
        _CURRENCY,
        Column("issued_at", cells.moment, "Of an ISSUED or CANCELLED one.", "2026-11-01T08:00:00Z"),
        Column("due_on", cells.day, "By when it is to be paid.", "2026-11-15"),
        Column("cancelled_at", cells.moment, "Of a CANCELLED one.", "2026-11-03T10:00:00Z"),
    ),
    "services.csv": (
        _TENANT,
        need("reference", cells.code(100), "Your own name for the service; each once for a customer.", "SVC-0003"),
        need("kind", cells.one_of(ServiceKind), f"{_names(ServiceKind)}.", "PORT"),
        need("name", cells.text(200), "What the customer calls it.", "Berlin BER2, new office"),
        need("product", cells.text(100), "What was sold.", "Access port 1G"),
        need("status", cells.one_of(ServiceStatus), f"{_names(ServiceStatus)}.", "RUNNING"),
        Column("cloud_connection", cells.one_of(CloudConnectionType), "DEDICATED_PORT of a PORT, HOSTED_CONNECTION of a "
               "VIRTUAL_CIRCUIT that reaches a cloud.", "DEDICATED_PORT"),
        need("billing_state", cells.one_of(BillingState), f"{_names(BillingState)}; only BILLED ones count towards MRR.",
             "PENDING_ENTRY"),
        Column("billing_entry_expected_by", cells.day, "Of a PENDING_ENTRY one: at most 15 days after it was provisioned.",
               "2026-12-03"),
        Column("monthly_charge", cells.amount, "Required of BILLED and PENDING_ENTRY ones.", "300.00"),
        _CURRENCY,
        Column("ordered_at", cells.moment, "When it was ordered.", "2026-11-17T10:00:00Z"),
        Column("provisioned_at", cells.moment, "Required of PENDING_ENTRY ones.", "2026-11-18T10:00:00Z"),
        Column("expires_on", cells.day, "When it ends by itself.", "2027-11-17"),
    ),
}


def as_markdown(name: str) -> str:
    """The columns of a file as the table of docs/import.md."""
    lines = ["| column | what it holds | example | if empty or left out |", "| --- | --- | --- | --- |"]
    for column in FILES[name]:
        empty = "**required**" if column.required else column.otherwise or "not known"
        lines.append(f"| `{column.name}` | {column.meaning} | `{column.example}` | {empty} |")
    return "\n".join(lines)
