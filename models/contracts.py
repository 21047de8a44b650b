"""Contracts between a customer and the partner that looks after it."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from models.records import Versioned, refers_to


class ContractStatus(Enum):
    """Where a contract stands."""

    DRAFT = "Being drawn up."
    PENDING_ACCEPTANCE = "Waiting for the customer's word."
    SCHEDULED = "Accepted; begins on its start date."
    ACTIVE = "In force."
    EXPIRED = "Ended on its end date."
    TERMINATED = "Ended early."


#: Live ones first, ended ones last (D-11).
LIVELIEST = (ContractStatus.ACTIVE, ContractStatus.PENDING_ACCEPTANCE, ContractStatus.SCHEDULED, ContractStatus.DRAFT,
             ContractStatus.EXPIRED, ContractStatus.TERMINATED)


class Contract(Versioned):
    """An agreement. `tenant` is the customer's."""

    tenant = refers_to("Tenant")
    tenant_id: int
    number = fields.CharField(50)
    title = fields.CharField(200)
    status = fields.CharField(20)
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)
    renewal_on = fields.DateField(null=True)
    auto_renew = fields.BooleanField(default=False, db_default=False)
    value_minor = fields.BigIntField(null=True)
    currency = fields.CharField(3)
    #: Where the signed document is kept.
    document_url = fields.CharField(500, null=True)
    accepted_at = fields.DatetimeField(null=True)
    terminated_at = fields.DatetimeField(null=True)
    #: The one that it renews: each is renewed once.
    predecessor = refers_to("Contract", null=True)
    predecessor_id: int | None

    class Meta:
        table = "contract"
        unique_together = (("tenant_id", "number"),)
        indexes = (("tenant_id", "status"),)
