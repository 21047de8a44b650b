"""One of everything that belongs to a tenant and that a mutation can name, written as the product would write it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import models
from models.access import GrantSource, Role, TenantKind
from models.grants import access_changed
from models.records import name_key
from models.reports import ReportRunStatus
from models.tenants import plant
from tests.servers import Server
from tests.shop import LINKED, Shop, settled
from tests.stored import connected

#: What nobody has.
ABSENT = 4611686018427387905


async def distributor(server: Server, name: str) -> int:
    """A new distributor beneath the platform, with somebody in it."""
    async with connected(server.database_url):
        tenant = models.Tenant.beneath(await models.Tenant.get(kind="PLATFORM"), kind=TenantKind.DISTRIBUTOR, name=name,
                                       currency="EUR")
        await plant([tenant])
        await settled(f"admin@{name.replace(' ', '').lower()}.example", tenant, Role.ADMIN, dt.datetime.now(dt.UTC))
        return int(tenant.id)


async def unlinked(shop: Shop, customer: int) -> None:
    """Takes the staff's links to a customer away."""
    async with connected(shop.server.database_url):
        staff = await models.User.filter(email__in=[shop.people[who] for who in LINKED])
        await models.AccessGrant.filter(tenant_id=customer, source=GrantSource.LINKED.name).delete()
        await access_changed([user.id for user in staff])


async def belongings(server: Server, tenant_id: int) -> dict[str, str]:
    """The global id of one of each, by tag; what is there already is taken as it is."""
    async with connected(server.database_url):
        tenant, now = await models.Tenant.get(id=tenant_id), dt.datetime.now(dt.UTC)
        later, user = now + dt.timedelta(days=1), await models.User.filter(tenant_id=tenant_id).order_by("id").first()
        assert user
        own: dict[str, tuple[type[Any], dict[str, Any]]] = {
            "ivt": (models.Invitation, {
                "purpose": "USER", "account_type": "LOCAL_ACCOUNT", "email": f"late@{tenant_id}.example", "role": "READ_ONLY",
                "email_norm": f"late@{tenant_id}.example", "invited_by_id": user.id, "invited_at": now, "status": "PENDING",
                "token_hash": str(tenant_id), "expires_at": later}),
            "cnt": (models.Contact, {
                "type": "BILLING", "name": "Bill", "name_key": "bill", "email": f"bill@{tenant_id}.example",
                "email_norm": f"bill@{tenant_id}.example", "subscribed_to": "[]"}),
            "key": (models.ApiKey, {
                "created_by_id": user.id, "name": "Machine", "prefix": "tky_made", "hash": f"none {tenant_id}",
                "scope": "CUSTOMER_VIEW", "created_at": now}),
            "flt": (models.SavedFilter, {"user_id": user.id, "name": "Mine", "name_key": "mine", "criteria": "{}", "saved_at": now}),
            "rpt": (models.ReportRun, {
                "requested_by_id": user.id, "run_as_role": "ADMIN", "kind": "CUSTOMER_LIST", "format": "CSV",
                "file_name": "Customers.csv", "include_details": False, "criteria": "{}", "requested_at": now,
                "status": ReportRunStatus.FAILED.name, "access_version": 1}),
            "ntf": (models.Notification, {
                "told_id": tenant_id, "seq": 1, "event_key": tenant_id, "kind": "UPDATED", "for_admins": True, "title": "News",
                "at": now}),
        }
        if tenant.kind in (TenantKind.CUSTOMER.name, TenantKind.RESELLER.name):
            own |= {
                "obt": (models.OnboardingTask, {
                    "kind": "COMPANY_PROFILE", "status": "IN_PROGRESS", "required": False, "position": 0, "started_at": now}),
                "svc": (models.Service, {
                    "kind": "PORT", "name": "Access", "name_key": name_key("Access"), "product": "Access port 1G",
                    "status": "RUNNING", "currency": "EUR", "billing_state": "BILLED", "monthly_charge_minor": 10_00}),
                "con": (models.Contract, {
                    "number": "C-0001", "title": "Framework", "status": "DRAFT", "starts_on": "2026-01-01", "currency": "EUR",
                    "value_minor": 120_00, "auto_renew": False}),
                "bil": (models.Invoice, {
                    "issuer_id": tenant.parent_id, "billing_month": "2026-10", "status": "READY", "payment_state": "NOT_DUE",
                    "currency": "EUR", "subtotal_minor": 100_00, "tax_minor": 0, "total_minor": 100_00, "due_minor": 0}),
            }
        found = {"ten": f"ten_{tenant_id}", "cus": f"cus_{tenant_id}", "usr": f"usr_{user.id}"}
        for tag, (model, values) in own.items():
            there = await model.filter(tenant_id=tenant_id).first() or await model.create(tenant_id=tenant_id, **values)
            found[tag] = f"{tag}_{there.id}"
        grant = await models.AccessGrant.filter(tenant_id=tenant_id).order_by("-source").first()  # LINKED before HOME
        return found | {"grt": f"grt_{grant.id}"} if grant else found
