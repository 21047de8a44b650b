"""What happened: the activity log that people read, and the hash-chained audit trail beneath it."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.records import Record


class ActivityEvent(Record):
    """A line of a tenant's activity log. `tenant` is the account in which it happened (D-8)."""

    tenant = fields.ForeignKeyField("models.Tenant", on_delete=fields.RESTRICT, related_name=False)
    tenant_id: int
    actor_id = fields.BigIntField(null=True)
    actor_email = fields.CharField(254)
    on_behalf = fields.BooleanField()
    action = fields.CharField(60)
    resource = fields.CharField(40, null=True)
    summary = fields.CharField(500)
    at = fields.DatetimeField()

    class Meta:
        table = "activity_event"
        indexes = (("tenant_id", "at", "id"),)


class AuditEntry(Record):
    """One successful mutation (I27). `hash` chains it to the one before in the same tenant."""

    tenant_id = fields.BigIntField()
    seq = fields.BigIntField()
    actor_id = fields.BigIntField(null=True)
    acting_session_id = fields.BigIntField(null=True)
    operation = fields.CharField(60)
    resource = fields.CharField(40, null=True)
    before = fields.TextField(null=True)
    after = fields.TextField(null=True)
    reason = fields.CharField(500, null=True)
    idempotency_key = fields.CharField(200, null=True)
    request_id = fields.CharField(64)
    at = fields.CharField(32)
    prev_hash = fields.CharField(64)
    hash = fields.CharField(64)

    class Meta:
        table = "audit_entry"
        unique_together = (("tenant_id", "seq"),)


class AuditHead(Model):
    """The last link of a tenant's chain."""

    tenant_id = fields.BigIntField(primary_key=True, generated=False)
    seq = fields.BigIntField()
    hash = fields.CharField(64)

    class Meta:
        table = "audit_head"


class IdempotencyRecord(Model):
    """What a mutation with an idempotency key answered: its rows' ids and errors, never their values."""

    id = fields.BigIntField(primary_key=True, generated=False)
    scope = fields.CharField(120)
    key = fields.CharField(200)
    request_hash = fields.CharField(64)
    answer = fields.TextField(null=True)
    written_at = fields.DatetimeField()

    class Meta:
        table = "idempotency_record"
        unique_together = (("scope", "key"),)
