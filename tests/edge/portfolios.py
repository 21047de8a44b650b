"""The demo story as CSV files: what a portfolio of one's own looks like."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resolvers.money import DIGITS
from server.portfolio.story import Story

Table = list[dict[str, Any]]


def tables(story: Story) -> dict[str, Table]:
    """The story's lines by file, every column filled in that it knows."""
    names = {tenant.id: reference for reference, tenant in story.tenants.items()}
    people = {user.id: user.email for user in story.users}
    customers = {customer.id: customer for customer in story.customers}
    found: dict[str, Table] = {"tenants.csv": []}
    for tenant in story.tenants.values():
        customer = customers.get(tenant.id)
        found["tenants.csv"].append({
            "reference": tenant.reference, "kind": tenant.kind, "parent": names.get(tenant.parent_id), "name": tenant.name,
            "domain": tenant.domain, "currency": tenant.currency, "time_zone": tenant.time_zone, "created_at": tenant.created_at,
            **{column: getattr(customer, column, None) for column in (
                "status", "status_reason", "account_type", "website", "phone", "email", "country", "accepted_at")}})
    found["users.csv"] = [{"email": user.email, "tenant": names[user.tenant_id], **_of(user, (
        "first_name", "last_name", "job_function", "language", "active", "email_verified", "invited_at",
        "last_active_at")), "password": user.password_hash} for user in story.users]
    found["grants.csv"] = [{"email": people[grant.user_id], "tenant": names[grant.tenant_id], **_of(grant, (
        "role", "source", "granted_at"))} for grant in story.grants]
    found["contracts.csv"] = [{"tenant": names[contract.tenant_id], **_of(contract, (
        "number", "title", "status", "starts_on", "ends_on", "renewal_on", "auto_renew", "currency", "terminated_at")),
        "value": _amount(contract.value_minor, contract.currency)} for contract in story.contracts]
    found["invoices.csv"] = [{"tenant": names[invoice.tenant_id], "reference": f"INV-{number:04}", **_of(invoice, (
        "billing_month", "kind", "status", "payment_state", "number", "currency", "issued_at", "due_on", "cancelled_at")),
        **{column: _amount(getattr(invoice, f"{column}_minor"), invoice.currency)
           for column in ("subtotal", "tax", "total", "due")}} for number, invoice in enumerate(story.invoices, 1)]
    found["services.csv"] = [{"tenant": names[service.tenant_id], **_of(service, (
        "reference", "kind", "name", "product", "status", "cloud_connection", "billing_state", "billing_entry_expected_by",
        "currency", "ordered_at", "provisioned_at", "expires_on")),
        "monthly_charge": _amount(service.monthly_charge_minor, service.currency)} for service in story.services]
    return found


def write(folder: Path, tables: dict[str, Table]) -> Path:
    """The tables as files in the folder, which is made if need be."""
    folder.mkdir(exist_ok=True)
    for name, lines in tables.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, list(lines[0]))
            table.writeheader()
            table.writerows([{column: _cell(value) for column, value in line.items()} for line in lines])
    return folder


def _of(record: Any, columns: Sequence[str]) -> dict[str, Any]:
    return {column: getattr(record, column) for column in columns}


def _amount(minor: int, currency: str) -> str:
    digits = DIGITS.get(currency, 2)
    return f"{minor / 10**digits:.{digits}f}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
