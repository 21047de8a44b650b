"""The post office: takes letters out of the outbox and hands them to the mail server."""

from __future__ import annotations

import asyncio
import datetime as dt
import email.policy
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from urllib.parse import unquote, urlsplit

import aiosmtplib

from models import letters
from models.bells import listen
from models.letters import OutboundEmail
from models.transaction import unit_of_work
from models.wall import EVERYWHERE

log = logging.getLogger(__name__)

SCHEMES = {"smtp": (None, False), "smtp+starttls": (True, False), "smtps": (False, True)}
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
#: Every 7-bit server takes it, and no value can begin a header of its own.
POLICY = email.policy.SMTP.clone(cte_type="7bit")
TIMEOUT = 20.0  # seconds for the connection, and again for each command
PATIENCE = 120.0  # seconds for one letter: less than it is claimed for, or somebody else would send it meanwhile
ROUND = 30.0  # seconds between looks at the outbox when nobody rings


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over."""

    host: str
    port: int
    start_tls: bool | None
    use_tls: bool
    username: str | None
    password: str | None

    @classmethod
    def at(cls, url: str) -> MailServer:
        """smtp://user:password@host:25 (TLS where offered), smtp+starttls:// (TLS or nothing), smtps:// (TLS from the
        first byte). Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise ValueError("A mail server is named as smtp://, smtp+starttls:// or smtps://user:password@host:port")
        start_tls, use_tls = SCHEMES[parts.scheme]
        return cls(parts.hostname, parts.port or PORTS[parts.scheme], start_tls, use_tls,
                   unquote(parts.username) if parts.username else None,
                   unquote(parts.password) if parts.password else None)

    async def take(self, message: EmailMessage) -> None:
        """Raises aiosmtplib.SMTPException or OSError where it does not."""
        client = aiosmtplib.SMTP(hostname=self.host, port=self.port, username=self.username, password=self.password,
                                 start_tls=self.start_tls, use_tls=self.use_tls, timeout=TIMEOUT)
        try:
            await client.connect()
            await client.send_message(message)
            with suppress(aiosmtplib.SMTPException, OSError):  # it is taken, however the conversation ends
                await client.quit()
        finally:
            client.close()


class PostOffice:
    """Sends what is in the outbox: after each commit that left a letter there, and every 30 s. Without a mail server
    it prints the letters. A letter may arrive twice after a crash, under the same Message-ID; it is never lost.

    smtp_url   see MailServer.at; None prints
    sender     the address in From, such as "Tenantry <portal@example.com>". Raises ValueError where it is none
    clock      the present moment, aware
    """

    def __init__(self, smtp_url: str | None, sender: str, *, clock: Callable[[], dt.datetime] | None = None,
                 pause: float = ROUND):
        self._server = MailServer.at(smtp_url) if smtp_url else None
        self._sender = _address(sender)
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self._pause = pause
        self._bell = asyncio.Event()
        self._open = False
        self._work: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to send. Needs the database."""
        self._open = True
        self._work = asyncio.create_task(self._rounds(), name="post office")

    async def stop(self, patience: float = 5.0) -> None:
        """Finishes the letter in hand, or leaves it to the next start after `patience` seconds."""
        if self._work is None:
            return
        self._open = False
        self.wake()
        await asyncio.wait([self._work], timeout=patience)
        self._work.cancel()
        with suppress(asyncio.CancelledError):
            await self._work
        self._work = None

    def wake(self) -> None:
        """Looks at the outbox now."""
        self._bell.set()

    async def _rounds(self) -> None:
        with listen(letters.BELL, self.wake):
            while self._open:
                self._bell.clear()
                try:
                    await self._empty_outbox()
                except Exception:
                    log.exception("The outbox could not be read; it is tried again in %g s", self._pause)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), self._pause)

    async def _empty_outbox(self) -> None:
        while found := await letters.due(now := self._clock()):
            for letter in found:
                if not self._open:
                    return
                if await unit_of_work(partial(letter.claim, now), within=EVERYWHERE):
                    await self._send(letter)

    async def _send(self, letter: OutboundEmail) -> None:
        try:
            if self._server is None:
                print(f"\n{'-' * 72}\nTo: {letter.recipient}\nSubject: {letter.subject}\n\n{_text(letter)}{'-' * 72}\n",
                      flush=True)
            else:
                async with asyncio.timeout(PATIENCE):
                    await self._server.take(self.message(letter))
        except Exception as error:
            log.warning("Letter %d was not taken at try %d: %s", letter.id, letter.attempts, type(error).__name__)
            await unit_of_work(partial(letter.failed, self._clock(), for_good=_refuses_recipient(error)), within=EVERYWHERE)
        else:
            await unit_of_work(partial(letter.sent, self._clock()), within=EVERYWHERE)

    def message(self, letter: OutboundEmail) -> EmailMessage:
        """The letter as it travels: plain text, the same Message-ID however often it is tried."""
        message = EmailMessage(policy=POLICY)
        message["From"] = self._sender
        message["To"] = Address(addr_spec=letter.recipient)
        message["Subject"] = letter.subject
        message["Date"] = letter.written_at
        message["Message-ID"] = f"<eml_{letter.id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_text(letter))
        return message


def _text(letter: OutboundEmail) -> str:
    return letter.body.replace("{link}", letter.link or "")


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    if "@" not in spec:
        raise ValueError(f'Letters need a sender such as "Tenantry <portal@example.com>", not {text!r}')
    return Address(name, addr_spec=spec)


def _refuses_recipient(error: Exception) -> bool:
    """Whether the mail server said that this address will never do."""
    return isinstance(error, aiosmtplib.SMTPRecipientsRefused) and all(r.code >= 500 for r in error.recipients)
