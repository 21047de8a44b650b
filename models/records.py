"""What every stored thing shares: its id, its version, and when it was written."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from typing import Any, ClassVar

from tortoise import fields
from tortoise.models import Model


def new_id() -> int:
    """A random positive 63-bit number: ids tell neither how many rows there are nor when one was made."""
    return secrets.randbits(62) + (1 << 62)


def id_of(table: str, reference: str) -> int:
    """The id that an imported row gets from its own reference, so that importing it again finds it."""
    digest = hashlib.blake2b(f"{table}/{reference}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 2) + (1 << 62)


def name_key(name: str) -> str:
    """A name as it is sorted and searched: composed, case folded, single spaces. "Straße" becomes "strasse"."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def refers_to(model: str, *, on_delete: fields.OnDelete = fields.RESTRICT, **options: Any) -> Any:
    """A reference to another record, which cannot be deleted while it is referred to unless told otherwise."""
    return fields.ForeignKeyField(f"models.{model}", on_delete=on_delete, related_name=False, **options)


class Record(Model):
    """A stored thing."""

    id = fields.BigIntField(primary_key=True, generated=False, default=new_id)

    class Meta:
        abstract = True

    #: Columns, where a model has them, that a check of the database keeps to letters and underscores.
    plain: ClassVar[frozenset[str]] = frozenset({"currency", "status"})


class Versioned(Record):
    """A stored thing that people edit: `version` rises by one with every change."""

    version = fields.IntField(default=1, db_default=1)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        abstract = True
