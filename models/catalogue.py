"""What the database itself must guard, beyond what the models say to Tortoise: checks, keys and indexes, by name.

Migrations write it down as SQL of their day; `assert_catalogue` of models/inspection.py compares. Whoever changes an
enum or a line here is told by the tests to write a migration.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from models.access import GrantSource, Role, TenantKind
from models.contacts import ContactType
from models.contracts import LIVELIEST, ContractStatus
from models.customers import CustomerAccountType, CustomerStatus, SuspensionReason
from models.events import EventKind, Topic
from models.invitations import InvitationPurpose, InvitationStatus
from models.invoices import InvoiceKind, InvoiceLineKind, InvoiceStatus, PaymentState
from models.jobs import JobState
from models.letters import LetterStatus
from models.lists import Density
from models.numbers import Series
from models.onboarding import OnboardingStatus, OnboardingTaskKind, OnboardingTaskStatus
from models.reports import FileFormat, ReportFailure, ReportKind, ReportRunStatus
from models.services import BillingState, CloudConnectionType, Diagnosis, ServiceKind, ServiceStatus
from models.sessions import ActingStatus
from models.sources import SourceDataStatus

Dialect = Literal["postgres", "sqlite"]

#: The largest amount of money, in minor units, either way. SQLite turns what overflows into a float without a word.
LARGEST_AMOUNT = 10**15


@dataclass(frozen=True)
class Constraint:
    """A check or a foreign key of a table, as each database spells it; None where SQLite goes without."""

    table: str
    name: str
    postgres: str
    sqlite: str | None

    def sql(self, dialect: Dialect) -> str | None:
        return self.postgres if dialect == "postgres" else self.sqlite


@dataclass(frozen=True)
class Index:
    """An index. `include` are columns that it answers without being ordered by them: key columns on SQLite."""

    table: str
    name: str
    columns: str
    include: str = ""
    unique: bool = False
    where: str = ""
    #: Whether SQLite has it as well.
    sqlite: bool = True

    def sql(self, dialect: Dialect) -> str | None:
        if dialect == "sqlite" and not self.sqlite:
            return None
        kind = "UNIQUE INDEX" if self.unique else "INDEX"
        columns = self.columns
        tail = f" where {self.where}" if self.where else ""
        if self.include and dialect == "postgres":
            tail = f" include ({self.include}){tail}"
        elif self.include and not self.unique:
            columns = f"{columns}, {self.include}"
        return f'CREATE {kind} "{self.name}" ON "{self.table}" ({columns}){tail}'


def check(table: str, name: str, postgres: str, sqlite: str | None = None) -> Constraint:
    return Constraint(table, f"{table}_{name}", f"check ({postgres})", f"check ({sqlite or postgres})")


def known(table: str, column: str, names: type[Enum]) -> Constraint:
    """Only names of the enum."""
    allowed = ", ".join(f"'{member.name}'" for member in names)
    return check(table, f"{column}_known", f"{column} in ({allowed})")


def amount(table: str, column: str) -> Constraint:
    """A whole number of minor units, within reason."""
    within = f"{column} between -{LARGEST_AMOUNT} and {LARGEST_AMOUNT}"
    return check(table, f"{column}_amount", within, f"{column} is null or typeof({column}) = 'integer' and {within}")


def at_least(table: str, column: str, least: int) -> Constraint:
    """A whole number, no smaller."""
    return check(table, f"{column}_least", f"{column} >= {least}",
                 f"typeof({column}) = 'integer' and {column} >= {least}")


def currency(table: str) -> Constraint:
    """Three upper-case letters."""
    return check(table, "currency_code", "currency ~ '^[A-Z]{3}$'", "currency glob '[A-Z][A-Z][A-Z]'")


def key(table: str, name: str, columns: str, target: str, target_columns: str) -> Constraint:
    """A foreign key of several columns: what is referred to must belong to the same one."""
    text = f"foreign key ({columns}) references {target} ({target_columns})"
    return Constraint(table, f"{table}_{name}", text, text)


CHECKS = (
    known("tenant", "kind", TenantKind),
    check("tenant", "root", "(kind = 'PLATFORM') = (parent_id is null) and (kind = 'PLATFORM') = (level = 0)"),
    at_least("tenant", "level", 0),
    currency("tenant"),

    check("customer", "tenant", "id = tenant_id"),
    known("customer", "status", CustomerStatus),
    known("customer", "status_reason", SuspensionReason),
    known("customer", "account_type", CustomerAccountType),
    currency("customer"),
    amount("customer", "mrr_minor"),
    amount("customer", "mrr_pending_minor"),
    at_least("customer", "ports", 0),
    at_least("customer", "virtual_circuits", 0),
    at_least("customer", "cloud_connections", 0),
    known("customer", "onboarding_status", OnboardingStatus),
    check("customer", "onboarding_share", "onboarding_done between 0 and onboarding_required"),

    known("customer", "source_own", SourceDataStatus),
    known("customer", "source_status", SourceDataStatus),
    at_least("customer", "source_failed", 0),
    at_least("customer", "source_warning", 0),
    at_least("customer", "source_success", 0),
    at_least("customer", "source_missing", 0),

    known("source_feed", "status", SourceDataStatus),
    at_least("source_feed", "interval_hours", 1),

    at_least("app_user", "access_version", 1),

    known("event", "topic", Topic),
    known("event", "kind", EventKind),

    known("access_grant", "role", Role),
    known("access_grant", "source", GrantSource),
    known("link_list", "role", Role),

    known("invitation", "purpose", InvitationPurpose),
    known("invitation", "account_type", CustomerAccountType),
    known("invitation", "role", Role),
    known("invitation", "status", InvitationStatus),
    at_least("invitation", "sent_count", 0),

    known("acting_session", "role", Role),
    known("acting_session", "status", ActingStatus),

    known("contract", "status", ContractStatus),
    currency("contract"),
    amount("contract", "value_minor"),
    check("contract", "term", "ends_on is null or ends_on >= starts_on"),

    known("onboarding_task", "kind", OnboardingTaskKind),
    known("onboarding_task", "status", OnboardingTaskStatus),
    check("onboarding_task", "skippable", "status <> 'SKIPPED' or not required"),

    known("invoice", "status", InvoiceStatus),
    known("invoice", "payment_state", PaymentState),
    currency("invoice"),
    amount("invoice", "subtotal_minor"),
    amount("invoice", "tax_minor"),
    amount("invoice", "total_minor"),
    amount("invoice", "due_minor"),
    check("invoice", "sum", "subtotal_minor + tax_minor = total_minor"),
    check("invoice", "numbered", "status <> 'ISSUED' or number is not null"),
    check("invoice", "billing_month_form", "billing_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'",
          "billing_month glob '[0-9][0-9][0-9][0-9]-[01][0-9]' and substr(billing_month, 6) between '01' and '12'"),

    known("invoice", "kind", InvoiceKind),
    at_least("invoice", "line_count", 0),
    check("invoice", "taxed", "tax_basis_points is null or tax_basis_points between 0 and 5000 and subtotal_minor >= 0 and "
          "tax_minor = (subtotal_minor * tax_basis_points + 5000) / 10000"),
    check("invoice", "owes_no_more", "due_minor = 0 or due_minor between 0 and total_minor"),

    known("invoice_line", "kind", InvoiceLineKind),
    at_least("invoice_line", "position", 1),
    currency("invoice_line"),
    amount("invoice_line", "unit_price_minor"),
    amount("invoice_line", "amount_minor"),
    check("invoice_line", "multiplied", "abs(amount_minor * 1000 - quantity_milli * unit_price_minor) <= 500"),

    check("credit_note", "sum", "subtotal_minor + tax_minor = total_minor"),
    amount("credit_note", "subtotal_minor"),
    amount("credit_note", "tax_minor"),
    amount("credit_note", "total_minor"),
    currency("credit_note"),

    amount("payment", "amount_minor"),
    check("payment", "of_something", "amount_minor > 0"),
    currency("payment"),

    known("number_series", "series", Series),
    at_least("number_series", "given", 0),

    known("service", "kind", ServiceKind),
    known("service", "status", ServiceStatus),
    known("service", "cloud_connection", CloudConnectionType),
    known("service", "billing_state", BillingState),
    known("service", "diagnosis", Diagnosis),
    currency("service"),
    amount("service", "monthly_charge_minor"),

    known("outbound_email", "status", LetterStatus),
    at_least("outbound_email", "attempts", 0),

    known("job", "state", JobState),
    at_least("job", "token", 0),
    at_least("job", "attempts", 0),

    known("list_preferences", "density", Density),

    at_least("stored_file", "size", 0),
    at_least("stored_file", "pieces", 0),
    at_least("file_piece", "place", 0),
    known("report_run", "run_as_role", Role),
    known("report_run", "kind", ReportKind),
    known("report_run", "format", FileFormat),
    known("report_run", "status", ReportRunStatus),
    known("report_run", "failure", ReportFailure),
    at_least("report_run", "done", 0),

    known("contact", "type", ContactType),
    known("notification_preference", "event", EventKind),
    known("notification", "kind", EventKind),
    at_least("notification", "seq", 1),
    at_least("notification_read", "up_to", 0),
)

#: A token opens an acting session of its own sign-in only, and that one is of the person who signed in.
KEYS = (
    key("acting_session", "same_person", "login_session_id, actor_id", "login_session", "id, user_id"),
    key("session_token", "same_sign_in", "acting_session_id, login_session_id", "acting_session",
        "id, login_session_id"),
)

#: What the engine orders contracts by: only if an index says the very same may it answer.
LIVELINESS = "case " + " ".join(f"when status = '{status.name}' then {n}" for n, status in enumerate(LIVELIEST))
LIVELINESS += f" else {len(LIVELIEST)} end"

#: Where the engine puts numbers that are not known: last.
LARGEST = 2**63 - 1

INDEXES = (
    Index("tenant", "tenant_tree", "tree_key"),
    Index("tenant", "tenant_one_platform", "kind", unique=True, where="kind = 'PLATFORM'"),
    Index("access_grant", "access_grant_one_live", "user_id, tenant_id, source", include="role, expires_at",
          unique=True, where="revoked_at is null"),
    Index("acting_session", "acting_session_one_active", "login_session_id", unique=True, where="status = 'ACTIVE'"),
    Index("invitation", "invitation_one_pending", "tenant_id, email_norm", unique=True, where="status = 'PENDING'"),
    Index("login_session", "login_session_person", "id, user_id", unique=True),
    Index("acting_session", "acting_session_sign_in", "id, login_session_id", unique=True),

    Index("contact", "contact_one_primary", "tenant_id", unique=True, where="type = 'PRIMARY'"),
    Index("notification", "notification_newest", "told_id, (0 - seq), id"),
    Index("notification", "notification_latest", "told_id, at desc, id"),
    Index("list_preferences", "list_preferences_one", "user_id", unique=True),
    Index("credit_note", "credit_note_one", "invoice_id", unique=True),
    Index("customer", "customer_name", "name_key, id", include="status"),
    Index("customer", "customer_mrr", f"(0 - coalesce(mrr_minor, -{LARGEST})), name_key, id"),
    Index("customer", "customer_onboarding", "onboarding_status, id"),
    Index("customer", "customer_source", "source_status, id"),
    Index("customer", "customer_country", "country, id"),
    Index("customer_tag", "customer_tag_named", "name_key, id"),
    Index("service", "service_named", "name_key, id"),
    Index("service", "service_product", "product, id"),
    Index("app_user", "app_user_invited", "tenant_id, (invited_at is null), invited_at, id",
          include="active, first_name, last_name, email"),
    Index("contract", "contract_liveliest", f"tenant_id, ({LIVELINESS}), starts_on desc, id",
          include="status, number, title"),
    Index("contract", "contract_begins", "starts_on", where="status = 'SCHEDULED'"),
    Index("contract", "contract_ends", "ends_on", where="status = 'ACTIVE' and ends_on is not null"),
    Index("contract", "contract_renewed_once", "predecessor_id", unique=True, where="predecessor_id is not null"),
    Index("invoice", "invoice_month", "tenant_id, billing_month desc, id",
          include="issuer_id, status, number, total_minor, currency"),
    Index("invoice", "invoice_one_monthly", "tenant_id, billing_month", unique=True,
          where="kind = 'MONTHLY' and status <> 'CANCELLED'"),
    Index("invoice", "invoice_running", "billing_month, issuer_id", where="kind = 'MONTHLY' and status = 'PROFORMA'"),
    Index("invoice", "invoice_unpaid", "due_on", where="status = 'ISSUED' and payment_state = 'DUE'"),
    Index("service", "service_billing_entry", "billing_entry_expected_by", where="billing_state = 'PENDING_ENTRY'"),
    Index("service", "service_last_day", "expires_on", where="expires_on is not null and status in ('RUNNING', 'STOPPED')"),
)
