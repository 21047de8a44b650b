"""The post office: whatever happens to the mail server, every letter arrives, in the shape it was written in."""

import asyncio
import datetime as dt
import email.policy
import email.utils
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from models import OutboundEmail, Tenant
from models.access import TenantKind
from models.letters import TRIES, LetterStatus, withdraw
from models.tenants import plant
from models.transaction import unit_of_work
from server.database import connect, disconnect, migrate
from server.mail import MailServer, PostOffice
from tests.client import Person
from tests.inviting import accept, invite_customer

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
SENDER = "Tenantry <portal@tenantry.example>"


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
async def mail_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database, for all tests here."""
    if request.param == "sqlite":
        url = f"sqlite://{tmp_path_factory.mktemp('mail')}/mail.sqlite"
    else:
        url = await request.getfixturevalue("create_postgres")("mail")
    await migrate(url)
    return url


@pytest.fixture
async def database(mail_url: str) -> AsyncIterator[Tenant]:
    """One tenant and no letter."""
    await connect(mail_url, role=None)
    await OutboundEmail.all().delete()
    if (tenant := await Tenant.first()) is None:
        tenant = Tenant.beneath(None, kind=TenantKind.PLATFORM, name="Meridian Cloud")
        await plant([tenant])
    yield tenant
    await disconnect()


@dataclass
class Clock:
    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


@dataclass
class Catcher:
    """A mail server that keeps what it is given, or refuses."""

    port: int = 0
    answer: str = ""
    caught: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: SMTP(self, hostname="catcher"), "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()
            self.server = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.caught.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    catcher = Catcher()
    await catcher.open()
    yield catcher
    await catcher.close()


async def post(tenant: Tenant, **but: Any) -> OutboundEmail:
    """Writes a letter in a unit of work of its own."""
    letter = OutboundEmail(**{
        "tenant_id": tenant.id, "kind": "user_invited", "recipient": "ann@newco.example", "subject": "Straße & Söhne",
        "body": "Hello Ann,\n\n{link}\n", "link": "https://portal.example/#invitation=secret", "status": "QUEUED",
        "written_at": START, "next_try_at": START, **but})
    await unit_of_work(letter.post)
    return letter


async def once(office: PostOffice, letter: OutboundEmail, status: LetterStatus | None = None, tries: int = 0) -> OutboundEmail:
    """Lets the office work until the letter has that status or that many tries behind it."""
    for _ in range(500):
        found = await OutboundEmail.get(id=letter.id)
        if (status is None or found.status == status.name) and found.attempts >= tries:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"The letter is {found.status} after {found.attempts} tries")


async def test_a_letter_goes_out_after_the_commit_and_its_secret_is_wiped(database: Tenant, catcher: Catcher):
    office = PostOffice(catcher.url, SENDER, clock=Clock(), pause=60)
    await office.start()
    try:
        letter = await post(database)
        sent = await once(office, letter, LetterStatus.SENT)
    finally:
        await office.stop()
    assert (sent.link, sent.attempts, sent.sent_at) == (None, 1, START)
    [message] = catcher.caught
    assert message["To"] == "ann@newco.example"
    assert message["From"] == SENDER
    assert message["Subject"] == "Straße & Söhne"
    assert message["Message-ID"] == f"<eml_{letter.id}@tenantry.example>"
    assert email.utils.parsedate_to_datetime(message["Date"]) == START
    assert message.get_content_type() == "text/plain"
    assert message.get_content().split() == ["Hello", "Ann,", "https://portal.example/#invitation=secret"]
    assert catcher.recipients == ["ann@newco.example"]


async def test_no_letter_goes_out_of_a_dry_run_or_a_change_that_failed(database: Tenant, catcher: Catcher):
    office = PostOffice(catcher.url, SENDER, clock=Clock(), pause=0.01)
    await office.start()

    async def fails() -> None:
        await rehearsed.post()
        raise LookupError
    rehearsed = OutboundEmail(tenant_id=database.id, kind="k", recipient="a@b.example", subject="s", body="b",
                              status="QUEUED", written_at=START, next_try_at=START)
    await unit_of_work(rehearsed.post, dry_run=True)
    with pytest.raises(LookupError):
        await unit_of_work(fails)
    await asyncio.sleep(0.1)
    await office.stop()
    assert not catcher.caught
    assert not await OutboundEmail.exists()


@pytest.mark.case(147)
async def test_letters_wait_out_a_mail_server_that_is_down_for_an_hour(database: Tenant, catcher: Catcher):
    clock = Clock()
    await catcher.close()
    office = PostOffice(catcher.url, SENDER, clock=clock, pause=0.01)
    await office.start()
    try:
        letter = await post(database)
        for tries, pause in enumerate((1, 2, 4, 8, 16, 32), 1):
            waiting = await once(office, letter, LetterStatus.QUEUED, tries)
            for _ in range(500):
                if waiting.next_try_at == clock.now + dt.timedelta(minutes=pause):
                    break
                await asyncio.sleep(0.01)
                waiting = await OutboundEmail.get(id=letter.id)
            assert waiting.next_try_at == clock.now + dt.timedelta(minutes=pause)
            clock.turn(minutes=pause)
        assert clock.now > START + dt.timedelta(hours=1)
        await catcher.open()
        sent = await once(office, letter, LetterStatus.SENT)
    finally:
        await office.stop()
    assert sent.attempts == 7
    assert len(catcher.caught) == 1


@pytest.mark.case(147)
async def test_a_letter_is_given_up_after_eight_tries_and_its_secret_is_wiped(database: Tenant, catcher: Catcher):
    clock = Clock()
    catcher.answer = "451 Come back later"
    office = PostOffice(catcher.url, SENDER, clock=clock, pause=0.01)
    await office.start()
    try:
        letter = await post(database)
        while (await OutboundEmail.get(id=letter.id)).status == "QUEUED":
            await asyncio.sleep(0.005)
            clock.turn(minutes=30)
        given_up = await OutboundEmail.get(id=letter.id)
    finally:
        await office.stop()
    assert (given_up.status, given_up.attempts, given_up.link) == ("FAILED", TRIES, None)


@pytest.mark.case(147)
async def test_an_address_that_the_mail_server_refuses_for_good_is_tried_once(database: Tenant, catcher: Catcher):
    catcher.answer = "550 No such person"
    office = PostOffice(catcher.url, SENDER, clock=Clock(), pause=60)
    await office.start()
    try:
        failed = await once(office, await post(database), LetterStatus.FAILED)
    finally:
        await office.stop()
    assert failed.attempts == 1


@pytest.mark.case(147)
async def test_one_bad_letter_does_not_keep_the_others(database: Tenant, catcher: Catcher):
    bad = await post(database, recipient="no address", next_try_at=START - dt.timedelta(hours=1))
    good = await post(database)
    office = PostOffice(catcher.url, SENDER, clock=Clock(), pause=60)
    await office.start()
    try:
        await once(office, good, LetterStatus.SENT)
        assert (await once(office, bad, tries=1)).status == "QUEUED"
    finally:
        await office.stop()
    assert catcher.recipients == ["ann@newco.example"]


async def test_several_offices_send_each_letter_once(database: Tenant, catcher: Catcher):
    letters = [await post(database, recipient=f"p{n}@newco.example") for n in range(30)]
    offices = [PostOffice(catcher.url, SENDER, clock=Clock(), pause=0.01) for _ in range(4)]
    await asyncio.gather(*(office.start() for office in offices))
    try:
        for letter in letters:
            await once(offices[0], letter, LetterStatus.SENT)
    finally:
        await asyncio.gather(*(office.stop() for office in offices))
    assert sorted(catcher.recipients) == sorted(letter.recipient for letter in letters)


@pytest.mark.case(147)
async def test_a_letter_claimed_by_a_process_that_died_is_sent_three_minutes_later(database: Tenant, catcher: Catcher):
    clock = Clock()
    letter = await post(database)
    assert await letter.claim(clock.now)
    office = PostOffice(catcher.url, SENDER, clock=clock, pause=0.01)
    await office.start()
    try:
        await asyncio.sleep(0.1)
        assert not catcher.caught
        clock.turn(minutes=3)
        assert (await once(office, letter, LetterStatus.SENT)).attempts == 2
        await letter.sent(clock.now)  # the dead one wakes up and reports what it did not do last
    finally:
        await office.stop()
    assert (await OutboundEmail.get(id=letter.id)).attempts == 2


async def test_a_withdrawn_letter_stays_here(database: Tenant, catcher: Catcher):
    letter = await post(database, about_id=7)
    other = await post(database, about_id=8)
    await withdraw(7)
    office = PostOffice(catcher.url, SENDER, clock=Clock(), pause=60)
    await office.start()
    try:
        await once(office, other, LetterStatus.SENT)
    finally:
        await office.stop()
    kept = await OutboundEmail.get(id=letter.id)
    assert (kept.status, kept.link) == ("WITHDRAWN", None)
    assert len(catcher.caught) == 1


async def test_without_a_mail_server_letters_are_printed(database: Tenant, capsys: pytest.CaptureFixture[str]):
    office = PostOffice(None, SENDER, clock=Clock(), pause=60)
    await office.start()
    try:
        sent = await once(office, await post(database), LetterStatus.SENT)
    finally:
        await office.stop()
    assert sent.link is None
    printed = capsys.readouterr().out
    assert "To: ann@newco.example\nSubject: Straße & Söhne\n" in printed
    assert "https://portal.example/#invitation=secret" in printed


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: victim@example.com", "Hello\nBcc: victim@example.com"])
@pytest.mark.case(73)
async def test_a_line_break_in_a_subject_never_becomes_a_header(database: Tenant, catcher: Catcher, subject: str):
    """The letters never write such a subject; if one got into the table, the letter stays here."""
    office = PostOffice(catcher.url, SENDER, clock=Clock(), pause=60)
    await office.start()
    try:
        stuck = await once(office, await post(database, subject=subject), tries=1)
    finally:
        await office.stop()
    assert stuck.status == "QUEUED"
    assert not catcher.caught


async def test_stopping_waits_for_nothing_longer_than_its_patience(database: Tenant, catcher: Catcher):
    async def never(*_: Any) -> str:
        await asyncio.sleep(60)
        return "250 OK"
    catcher.handle_DATA = never  # type: ignore[method-assign]
    office = PostOffice(catcher.url, SENDER, clock=Clock(), pause=60)
    await office.start()
    letter = await post(database)
    await once(office, letter, tries=1)
    before = asyncio.get_running_loop().time()
    await office.stop(patience=0.2)
    assert asyncio.get_running_loop().time() - before < 2
    assert (await OutboundEmail.get(id=letter.id)).status == "QUEUED"


async def test_the_server_hands_its_letters_to_the_mail_server_it_was_told_of(serve: Any, catcher: Catcher, tmp_path: Any):
    server = await serve(f"sqlite://{tmp_path}/letters.sqlite", TENANTRY_SMTP_URL=catcher.url,
                         TENANTRY_MAIL_FROM="Portal <hello@portal.example>", TENANTRY_BASE_URL="https://portal.example")
    made = await invite_customer(Person(server, "admin@brightline.example"), "ceo@newco.example", organizationName="Ä & Co")
    assert made["invitation"]
    for _ in range(500):
        if catcher.caught:
            break
        await asyncio.sleep(0.01)
    [message] = catcher.caught
    assert (message["To"], message["From"]) == ("ceo@newco.example", "Portal <hello@portal.example>")
    assert message["Subject"] == "Brightline Partners invites Ä & Co"
    [link] = [line for line in message.get_content().splitlines() if line.startswith("http")]
    assert link.startswith("https://portal.example/accept-invitation#invitation=")
    assert link.partition("=")[2] not in server.log.read_text()
    assert (await accept(server, link.partition("=")[2]))["userErrors"] == []


@pytest.mark.row("S1.41", "S1.42")
async def test_a_service_ordered_by_a_customer_reaches_each_admin_contact_of_its_partner_by_mail(
        serve: Any, catcher: Catcher, tmp_path: Any):
    server = await serve(f"sqlite://{tmp_path}/services.sqlite", TENANTRY_SMTP_URL=catcher.url)
    found = await Person(server, "admin@acmecorp.example").ask("{ customers { nodes { id } } }")
    ordered = await Person(server, "admin@acmecorp.example").ask(
        """mutation($id: ID!) { addServices(input: {customerId: $id, products: [{product: "Virtual circuit 1G", name: "Ä to Ö"}]}) {
          userErrors { message } } }""", {"id": found["data"]["customers"]["nodes"][0]["id"]})
    assert ordered["data"]["addServices"]["userErrors"] == []
    for _ in range(900):
        if len(catcher.caught) >= 2:
            break
        await asyncio.sleep(0.1)
    assert sorted(catcher.recipients) == ["admin@brightline.example", "operations@brightline.example"]
    for message in catcher.caught:
        assert message["Subject"] == "Acme Corporation has a new service"
        assert "Ä to Ö" in message.get_content()
        assert not re.search(r"EUR|€|120|1250|\d[.,]\d\d\b", message.get_content())


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp+starttls:"])
def test_a_mail_server_that_is_none_is_refused_with_the_remedy(url: str):
    with pytest.raises(ValueError, match="smtps://"):
        MailServer.at(url)


@pytest.mark.parametrize(("url", "expected"), [
    ("smtp://mail.example", ("mail.example", 25, None, False, None, None)),
    ("smtps://us%40er:pa%3Ass@mail.example", ("mail.example", 465, False, True, "us@er", "pa:ss")),
    ("smtp+starttls://mail.example:2525", ("mail.example", 2525, True, False, None, None)),
])
def test_a_mail_server_is_named_by_its_address(url: str, expected: tuple[Any, ...]):
    server = MailServer.at(url)
    assert (server.host, server.port, server.start_tls, server.use_tls, server.username, server.password) == expected


@pytest.mark.parametrize("sender", ["", "Tenantry", "Tenantry <>"])
def test_a_sender_that_is_no_address_is_refused(sender: str):
    with pytest.raises(ValueError, match="portal@example"):
        PostOffice(None, sender)
