"""Invitations: a customer or a person asked to join, by a letter with a secret link."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from tortoise import fields

from models.records import Versioned, refers_to

TO_LIVE = timedelta(hours=72)


class InvitationPurpose(Enum):
    """What accepting does."""

    CUSTOMER = "Creates a customer beneath the inviting tenant, with its first administrator."
    USER = "Lets a person set their password and sign in."


class InvitationStatus(Enum):
    """Where an invitation stands."""

    PENDING = "Sent; may be accepted."
    ACCEPTED = "Accepted."
    DECLINED = "Declined by the invited."
    EXPIRED = "Not accepted in time."
    REVOKED = "Taken back."


class Invitation(Versioned):
    """Asks an address to join. `tenant` is the one joined: the parent of a new customer, or the person's home.

    Only the hash of the link's secret is stored; the letter that carries it is the only copy.
    """

    tenant = refers_to("Tenant")
    tenant_id: int
    purpose = fields.CharField(20)
    account_type = fields.CharField(40)
    email = fields.CharField(254)
    email_norm = fields.CharField(254)
    organization_name = fields.CharField(200, null=True)
    domain = fields.CharField(253, null=True)
    first_name = fields.CharField(100, null=True)
    last_name = fields.CharField(100, null=True)
    language = fields.CharField(35, null=True)
    role = fields.CharField(20)
    invited_by_id = fields.BigIntField()
    invited_at = fields.DatetimeField()
    status = fields.CharField(20)
    token_hash = fields.CharField(64, unique=True)
    expires_at = fields.DatetimeField()
    accepted_at = fields.DatetimeField(null=True)
    sent_count = fields.IntField(default=1)
    #: What accepting created.
    customer_id = fields.BigIntField(null=True)
    user_id = fields.BigIntField(null=True)

    class Meta:
        table = "invitation"
        indexes = (("tenant_id", "invited_at", "id"), ("invited_by_id", "updated_at"))
