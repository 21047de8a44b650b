"""The outbox: letters written in the transaction of what they tell of, sent afterwards."""

from __future__ import annotations

import datetime as dt
from enum import Enum

from tortoise import fields
from tortoise.queryset import QuerySet

from models.bells import ring
from models.records import Record, refers_to

TRIES = 8
#: How long one process may take to send what it claimed, before another one may try.
CLAIMED = dt.timedelta(minutes=3)
LONGEST_PAUSE = dt.timedelta(hours=1)
#: Rung after each commit that left letters to send.
BELL = "letters"


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

    tenant = refers_to("Tenant")
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

    async def post(self) -> None:
        """Saves the letter in the transaction of what it tells of; it goes out after the commit."""
        await self.save(force_create=True)
        ring(BELL)

    async def claim(self, now: dt.datetime) -> bool:
        """Whether it is the caller's to send: of several who found it, one is told so. Its number of tries rises."""
        values = {"attempts": self.attempts + 1, "next_try_at": now + CLAIMED}
        claimed = await self._unchanged().update(**values) == 1
        self.update_from_dict(values)
        return claimed

    async def sent(self, now: dt.datetime) -> None:
        """It is out: its secret is no longer needed here."""
        await self._unchanged().update(status=LetterStatus.SENT.name, sent_at=now, link=None)

    async def failed(self, now: dt.datetime, *, for_good: bool = False) -> None:
        """It did not go out. Tried again after one minute, then two, four and so on; given up after 8 tries."""
        if for_good or self.attempts >= TRIES:
            await self._unchanged().update(status=LetterStatus.FAILED.name, link=None)
        else:
            pause = min(dt.timedelta(minutes=2 ** (self.attempts - 1)), LONGEST_PAUSE)
            await self._unchanged().update(next_try_at=now + pause)

    def _unchanged(self) -> QuerySet[OutboundEmail]:
        """Itself, as long as nobody else has claimed or withdrawn it since."""
        return OutboundEmail.filter(id=self.id, attempts=self.attempts, status=LetterStatus.QUEUED.name)


async def withdraw(about_id: int) -> None:
    """Keeps back what was not yet sent about a record."""
    await OutboundEmail.filter(about_id=about_id, status=LetterStatus.QUEUED.name).update(
        status=LetterStatus.WITHDRAWN.name, link=None)


async def due(now: dt.datetime, most: int = 20) -> list[OutboundEmail]:
    """Letters whose time has come, the longest waiting first. Claim each before sending it: others may find it, too."""
    waiting = OutboundEmail.filter(status=LetterStatus.QUEUED.name, next_try_at__lte=now)
    return await waiting.order_by("next_try_at", "id").limit(most)
