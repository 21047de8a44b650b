"""What happened: the activity log that people read, and the hash-chained audit trail beneath it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.records import Record, refers_to
from models.signing import is_signed, sign

#: What the first entry of a chain follows.
BEGINNING = "0" * 64
BATCH = 1000


class ActivityEvent(Record):
    """A line of a tenant's activity log. `tenant` is the account in which it happened (D-8)."""

    tenant = refers_to("Tenant")
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
    """One successful mutation (I27), or a read that was refused. `hash` chains it to the one before in the same tenant."""

    tenant_id = fields.BigIntField()
    seq = fields.BigIntField()
    actor_id = fields.BigIntField(null=True)
    acting_session_id = fields.BigIntField(null=True)
    #: The key with which a machine did it; entries written before there were keys are signed without it.
    api_key_id = fields.BigIntField(null=True)
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

    def signed_part(self) -> bytes:
        """What the hash vouches for: every column but the hash itself, `prev_hash` among them."""
        unsigned = {"hash"} if self.api_key_id else {"hash", "api_key_id"}
        columns = self._meta.fields_db_projection.keys() - unsigned
        return canonical({name: getattr(self, name) for name in columns}).encode()


class AuditHead(Model):
    """The last link of a tenant's chain."""

    tenant_id = fields.BigIntField(primary_key=True, generated=False)
    seq = fields.BigIntField()
    hash = fields.CharField(64)

    class Meta:
        table = "audit_head"


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


async def append(entry: AuditEntry) -> None:
    """Chains and saves an entry. It holds the tenant's chain until the commit, so it comes last in a transaction."""
    head = await held_head(entry.tenant_id)
    entry.seq, entry.prev_hash = head.seq + 1, head.hash
    entry.hash = sign("audit", entry.signed_part())
    await entry.save(force_create=True)
    await AuditHead.filter(tenant_id=entry.tenant_id).update(seq=entry.seq, hash=entry.hash)


async def held_head(tenant_id: int) -> AuditHead:
    """The end of a tenant's chain, kept from others until the unit of work under way ends."""
    held = AuditHead.filter(tenant_id=tenant_id).select_for_update(no_key=True)
    if (head := await held.first()) is None:
        await AuditHead.bulk_create([AuditHead(tenant_id=tenant_id, seq=0, hash=BEGINNING)], ignore_conflicts=True)
        head = await held.get()
    return head


async def verify(tenant_id: int, kept: Mapping[int, str] = {}) -> int | None:
    """The `seq` of the first entry that was altered, removed or put in by somebody else; None where all is well.

    An end cut off together with the head that tells of it shows only by heads that were `kept` elsewhere, by their `seq`.
    Entries that are appended meanwhile make no difference: the head is read before them, and once more after them.
    """
    head = await AuditHead.get_or_none(tenant_id=tenant_id)
    ends = {**kept, **({head.seq: head.hash} if head and kept.get(head.seq, head.hash) == head.hash else {})}
    seq, last = 0, BEGINNING
    while batch := await AuditEntry.filter(tenant_id=tenant_id, seq__gt=seq).order_by("seq").limit(BATCH):
        for entry in batch:
            if (entry.seq, entry.prev_hash) != (seq + 1, last) or not _is_ours(entry) \
                    or ends.get(entry.seq, entry.hash) != entry.hash:
                return seq + 1
            seq, last = entry.seq, entry.hash
    head = await AuditHead.get_or_none(tenant_id=tenant_id)
    return seq + 1 if max(ends, default=0) > seq or (head.seq if head else 0) < seq else None


async def chains() -> list[int]:
    """The tenants that have a trail."""
    of_heads: Any = await AuditHead.all().values_list("tenant_id", flat=True)
    of_entries: Any = await AuditEntry.all().distinct().values_list("tenant_id", flat=True)
    return sorted({*of_heads, *of_entries})


def _is_ours(entry: AuditEntry) -> bool:
    return is_signed("audit", entry.signed_part(), entry.hash)
