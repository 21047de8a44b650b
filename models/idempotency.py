"""Idempotency: a write that is asked for again under the same key is answered again, not done again."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.audit import canonical
from models.records import new_id
from models.signing import is_signed, sign


class IdempotencyRecord(Model):
    """What a mutation with an idempotency key answered: its rows' ids and errors, never their values."""

    id = fields.BigIntField(primary_key=True, generated=False, default=new_id)
    scope = fields.CharField(120)
    key = fields.CharField(200)
    #: Signed, not merely hashed: a request may hold a password.
    request_hash = fields.CharField(64)
    answer = fields.TextField(null=True)
    written_at = fields.DatetimeField()

    class Meta:
        table = "idempotency_record"
        unique_together = (("scope", "key"),)
        indexes = (("written_at",),)

    async def keep(self, answer: dict[str, Any]) -> None:
        """Stores what to answer when the request comes again."""
        await IdempotencyRecord.filter(id=self.id).update(answer=canonical(answer))


class KeyReused(Exception):
    """The key was used for another request."""


def fingerprint(request: Any) -> bytes:
    """What two requests have in common if and only if they ask for the same; made of JSON values."""
    return canonical(request).encode()


async def claim(scope: str, key: str, request: bytes, now: dt.datetime) -> IdempotencyRecord | dict[str, Any]:
    """The record to `keep` the answer in, or the answer kept when the same request came before.

    Waits for another transaction that holds the key; if that one fails, the claim is granted. Raises KeyReused.
    """
    mine = IdempotencyRecord(scope=scope, key=key, request_hash=sign("idempotency", request), written_at=now)
    await IdempotencyRecord.bulk_create([mine], ignore_conflicts=True)
    kept = await IdempotencyRecord.get(scope=scope, key=key)
    if kept.id == mine.id:
        return mine
    if not is_signed("idempotency", request, kept.request_hash):
        raise KeyReused(key)
    answer: dict[str, Any] = json.loads(kept.answer or "null")
    return answer
