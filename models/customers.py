"""Customers: the managed view of a reseller or an end customer, as the partners above it see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from enum import Enum

from tortoise import fields

from models.addresses import Addressed
from models.records import Versioned, refers_to
from models.tenants import Tenant
from models.transaction import sql_rows


class CustomerStatus(Enum):
    """Whether a customer may use the portal."""

    INVITED = "Not yet accepted: no customer so far."
    ACTIVE = "Signed up and in use."
    INACTIVE = "Its people cannot sign in."
    SUSPENDED = "Limited to viewing, paying and tickets; the reason says why."
    PENDING_DELETION = "Deleted, and restorable until its grace period ends."
    DELETED = "Gone for good; documents are kept."
    DISCONNECTED = "No longer managed by its partner."


class SuspensionReason(Enum):
    """Why a customer is suspended."""

    PAYMENT = "Invoices are overdue; lifts by itself once they are paid."
    COMPLIANCE = "Something is legally amiss."
    ABUSE = "The service was misused."
    OTHER = "Another reason, told in person."


class CustomerAccountType(Enum):
    """What the first administrator of an invited customer signs in with elsewhere."""

    MICROSOFT_365_GLOBAL_ADMIN = "A global administrator of Microsoft 365."
    MICROSOFT_365_US_GOV_GLOBAL_ADMIN = "A global administrator of Microsoft 365 for the US government."
    GOOGLE_SUPER_ADMIN = "A super administrator of Google Workspace."
    SALESFORCE_SYSTEM_ADMIN = "A system administrator of Salesforce."
    LOCAL_ACCOUNT = "An account with a password here."
    AUTHORIZATION_LINK = "A link that any administrator may follow."


#: A customer without MRR is dormant once it has neither ordered anything nor been active for longer than this (D-5).
DORMANT_AFTER = dt.timedelta(days=30)


class Customer(Addressed, Versioned):
    """One for each tenant of kind RESELLER or CUSTOMER, with the same id as its tenant and the same name."""

    tenant = refers_to("Tenant", unique=True)
    tenant_id: int
    name = fields.CharField(200)
    name_key = fields.CharField(400)
    reference = fields.CharField(100, null=True)
    status = fields.CharField(20)
    status_reason = fields.CharField(20, null=True)
    status_changed_at = fields.DatetimeField()
    #: Who issues its invoices: the nearest partner above it.
    issuer = refers_to("Tenant")
    issuer_id: int
    account_type = fields.CharField(40, null=True)
    website = fields.CharField(300, null=True)
    #: For the partners above it to read, never for itself (D-17).
    description = fields.TextField(null=True)
    phone = fields.CharField(20, null=True)
    email = fields.CharField(254, null=True)
    country = fields.CharField(2, null=True)
    currency = fields.CharField(3)
    mrr_minor = fields.BigIntField(null=True)
    mrr_pending_minor = fields.BigIntField(null=True)
    ports = fields.IntField(default=0, db_default=0)
    virtual_circuits = fields.IntField(default=0, db_default=0)
    cloud_connections = fields.IntField(default=0, db_default=0)
    last_activity_at = fields.DatetimeField(null=True)
    last_order_at = fields.DatetimeField(null=True)
    #: Its onboarding, which models/onboarding.py keeps in line with its tasks. None: it has none.
    onboarding_status = fields.CharField(20, null=True)
    onboarding_required = fields.IntField(default=0, db_default=0)
    onboarding_done = fields.IntField(default=0, db_default=0)
    onboarding_started_at = fields.DatetimeField(null=True)
    onboarding_completed_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    accepted_at = fields.DatetimeField(null=True)
    # What its own feeds of source data come to, and what they and those of all tenants beneath it do; then how many of
    # these tenants, itself among them, are how well off. models/sources.py keeps all of it.
    source_own = fields.CharField(20, default="NOT_AVAILABLE", db_default="NOT_AVAILABLE")
    source_status = fields.CharField(20, default="NOT_AVAILABLE", db_default="NOT_AVAILABLE")
    source_failed = fields.IntField(default=0, db_default=0)
    source_warning = fields.IntField(default=0, db_default=0)
    source_success = fields.IntField(default=0, db_default=0)
    source_missing = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "customer"


async def tenant_of(customer_id: int | None) -> Tenant | None:
    """The tenant of a customer; None where there is no such tenant, or one that is nobody's customer."""
    return await Tenant.get_or_none(id=customer_id) if await Customer.exists(id=customer_id) else None


async def were_active(tenant_ids: Collection[int]) -> None:
    """Notes for these customers when their own people were last active, where that is later than what is noted."""
    ids = sorted(tenant_ids)
    for start in range(0, len(ids), 1000):
        which = ", ".join(str(int(id)) for id in ids[start:start + 1000])
        await sql_rows(f"""update customer set last_activity_at = t.at from (select tenant_id, max(last_active_at) as at
            from app_user where tenant_id in ({which}) group by tenant_id) t where customer.id = t.tenant_id
            and t.at is not null and (last_activity_at is null or last_activity_at < t.at)""")
