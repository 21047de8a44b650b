"""The outbox: letters written in the transaction of what they tell of, sent afterwards."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from models.records import Record


class LetterStatus(Enum):
    """Where a letter stands."""

    QUEUED = "Waiting to be sent."
    SENT = "Handed to the mail server, or printed where there is none."
    FAILED = "Given up after several tries."
    WITHDRAWN = "Not sent: what it told of no longer held."


class OutboundEmail(Record):
    """A letter. `tenant` is the one it concerns. `link` stands for "{link}" in the body and is wiped once sent.

    `about_id` is the record that the letter tells of, such as an invitation; null where it tells of none.
    """

    tenant = fields.ForeignKeyField("models.Tenant", on_delete=fields.RESTRICT, related_name=False)
    tenant_id: int
    about_id = fields.BigIntField(null=True)
    kind = fields.CharField(40)
    recipient = fields.CharField(254)
    subject = fields.CharField(300)
    body = fields.TextField()
    link = fields.TextField(null=True)
    status = fields.CharField(20)
    attempts = fields.IntField(default=0)
    written_at = fields.DatetimeField()
    next_try_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "outbound_email"
        indexes = (("status", "next_try_at"), ("tenant_id", "written_at", "id"), ("about_id",))
