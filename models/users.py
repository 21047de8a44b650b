"""People: one per e-mail address, each at home in one tenant."""

from __future__ import annotations

import asyncio
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from tortoise import fields

from models.records import Versioned, refers_to

PASSWORD_BYTES = 1024
HASHING = asyncio.Semaphore(2)  # argon2 takes tens of MiB for each at once
_hasher = PasswordHasher()


def normal_email(email: str) -> str:
    """The one form under which an address is unique: trimmed, composed, case folded."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def hash_password(password: str) -> str:
    return _hasher.hash(password)


class User(Versioned):
    """A person."""

    tenant = refers_to("Tenant")
    tenant_id: int
    email = fields.CharField(254)
    email_norm = fields.CharField(254, unique=True)
    first_name = fields.CharField(100)
    last_name = fields.CharField(100)
    name_key = fields.CharField(400)
    phone = fields.CharField(20, null=True)
    job_function = fields.CharField(100, null=True)
    language = fields.CharField(35, null=True)
    #: In which they read moments, by its IANA name; that of their device where they chose none.
    time_zone = fields.CharField(64, null=True)
    password_hash = fields.TextField(null=True)
    active = fields.BooleanField(default=True, db_default=True)
    email_verified = fields.BooleanField(default=False, db_default=False)
    must_change_password = fields.BooleanField(default=False, db_default=False)
    invited_at = fields.DatetimeField(null=True)
    last_active_at = fields.DatetimeField(null=True)
    #: Rises whenever what the person may do changes: a session's viewer worked out under another number is stale.
    access_version = fields.IntField(default=1, db_default=1)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "app_user"
        indexes = (("tenant_id", "name_key", "id"),)

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


async def password_matches(user: User | None, password: str) -> bool:
    """Whether it is the person's password; takes the same time for nobody, for somebody, and for one without."""
    hashed = user.password_hash if user else None
    async with HASHING:
        return await asyncio.to_thread(_verify, hashed, password[:PASSWORD_BYTES])


def _verify(hashed: str | None, password: str) -> bool:
    nobody = _nobody()  # needed or not: the first check of all, whoever's it is, takes the time to make it
    try:
        return _hasher.verify(hashed or nobody, password) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """Checked when nobody has the address, so that an unknown one takes as long as a wrong password."""
    return _hasher.hash("nobody")
