"""Sessions: who is signed in, and in which tenant they act."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import Enum

from tortoise import fields
from tortoise.models import Model

from models.records import Record

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)


class ActingStatus(Enum):
    """Where an acting session stands."""

    ACTIVE = "Its token works."
    ENDED = "Switched back, signed out, or the right to it was lost."
    SUPERSEDED = "The same person switched into another tenant in the same sign-in."
    EXPIRED = "It lasted too long."


class LoginSession(Record):
    """One sign-in of one person."""

    user = fields.ForeignKeyField("models.User", on_delete=fields.CASCADE, related_name=False)
    user_id: int
    started_at = fields.DatetimeField()
    last_seen_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    user_agent = fields.CharField(300, null=True)

    class Meta:
        table = "login_session"
        indexes = (("user_id",),)


class ActingSession(Record):
    """A person acting in a tenant beneath their own. One ACTIVE for each sign-in (I18)."""

    login_session = fields.ForeignKeyField("models.LoginSession", on_delete=fields.CASCADE, related_name=False)
    login_session_id: int
    actor = fields.ForeignKeyField("models.User", on_delete=fields.CASCADE, related_name=False)
    actor_id: int
    #: Where the actor is at home: the sessions of a tenant's people can be found by it.
    tenant_id = fields.BigIntField()
    target = fields.ForeignKeyField("models.Tenant", on_delete=fields.CASCADE, related_name=False)
    target_id: int
    role = fields.CharField(20)
    status = fields.CharField(20)
    reason = fields.CharField(500, null=True)
    started_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "acting_session"
        indexes = (("actor_id", "status"), ("login_session_id", "status"))


class SessionToken(Model):
    """The hash of a secret that opens a sign-in, in the person's own context or in an acting session."""

    hash = fields.CharField(64, primary_key=True)
    login_session = fields.ForeignKeyField("models.LoginSession", on_delete=fields.CASCADE, related_name=False)
    login_session_id: int
    acting_session = fields.ForeignKeyField("models.ActingSession", on_delete=fields.CASCADE, null=True,
                                            related_name=False)
    acting_session_id: int | None

    class Meta:
        table = "session_token"
        indexes = (("login_session_id",),)


def new_secret() -> str:
    """256 random bits as text. Only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
