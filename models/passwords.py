"""Links by which people choose another password: one at a time for each person, for a while, once."""

from __future__ import annotations

import datetime as dt
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models import letters
from models.records import Record, refers_to
from models.sessions import hash_secret, new_secret
from models.users import User

TO_LIVE = dt.timedelta(hours=1)
#: For whoever does not wait for the letter, but is told by it that they have an account.
TO_LIVE_FIRST = dt.timedelta(hours=72)


class PasswordReset(Record):
    """A person's link to another password. Only the hash of its secret is stored; the letter that carries it is the only copy.

    One that was used, or gave way to a newer one, is gone: nothing tells it from one that never was.
    """

    user = refers_to("User", on_delete=fields.CASCADE)
    user_id: int
    #: Where the person is at home.
    tenant_id = fields.BigIntField()
    token_hash = fields.CharField(64, unique=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "password_reset"
        unique_together = (("user_id",),)

    @classmethod
    async def begin(cls, user: User, now: dt.datetime, lives: dt.timedelta) -> tuple[Self, str]:
        """A new link of a person, whose row is held, and its secret. The one before is dead, and its letter held back."""
        for older in await cls.filter(user_id=user.id):
            await letters.withdraw(older.id)
            await older.delete()
        secret = new_secret()
        return await cls.create(user_id=user.id, tenant_id=user.tenant_id, token_hash=hash_secret(secret),
                                expires_at=now + lives), secret

    @classmethod
    def opened_by(cls, secret: str, now: dt.datetime) -> QuerySet[Self]:
        """The link of a secret, as long as it works."""
        return cls.filter(token_hash=hash_secret(secret), expires_at__gt=now)
