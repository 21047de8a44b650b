"""Files that people fetch: kept in the database in pieces, so that every process on every machine has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Self

from tortoise import fields

from models.records import Record, refers_to

#: Bytes of a piece, and how long a file is kept, whether or not it was ever finished.
PIECE = 256 * 1024
UNFINISHED, KEPT = dt.timedelta(days=1), dt.timedelta(days=7)


class StoredFile(Record):
    """A file. Whole once `sealed_at` is set; one that never is goes with the rest when it expires."""

    media_type = fields.CharField(100)
    size = fields.BigIntField(default=0, db_default=0)
    pieces = fields.IntField(default=0, db_default=0)
    begun_at: dt.datetime = fields.DatetimeField()
    sealed_at: dt.datetime | None = fields.DatetimeField(null=True)
    expires_at: dt.datetime = fields.DatetimeField()

    class Meta:
        table = "stored_file"
        indexes = (("expires_at",),)

    @classmethod
    async def begin(cls, media_type: str, now: dt.datetime) -> Self:
        return await cls.create(media_type=media_type, begun_at=now, expires_at=now + UNFINISHED)

    async def add(self, data: bytes) -> None:
        """The next bytes. Cut them to PIECE, or a little more: a piece is held in memory whole."""
        await FilePiece.create(file_id=self.id, place=self.pieces, data=data)
        self.pieces, self.size = self.pieces + 1, self.size + len(data)

    async def seal(self, now: dt.datetime) -> None:
        """Nothing more comes; kept from now on as long as files are."""
        self.sealed_at, self.expires_at = now, now + KEPT
        await self.save(update_fields=["size", "pieces", "sealed_at", "expires_at"])

    async def read(self) -> AsyncIterator[bytes]:
        """Its pieces one after the other, never the whole of it at once."""
        for place in range(self.pieces):
            yield (await FilePiece.get(file_id=self.id, place=place)).data


class FilePiece(Record):
    """A few bytes of a file."""

    file = refers_to("StoredFile", on_delete=fields.CASCADE)
    file_id: int
    place = fields.IntField()
    data = fields.BinaryField()

    class Meta:
        table = "file_piece"
        unique_together = (("file_id", "place"),)


async def forget_old(now: dt.datetime) -> int:
    """Deletes the files that have expired; how many there were."""
    return await StoredFile.filter(expires_at__lte=now).delete()
