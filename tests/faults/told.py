"""What clients were told, and whether a database has all of it once, and only whole things: looked at after every fault."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError

from models.signing import use_keys
from models.soundness import unsound
from server.settings import Settings
from tests.client import Person
from tests.edge.stored import Stored
from tests.servers import Server
from tests.stored import connected

ADMIN = "admin@brightline.example"
INVITE = ("mutation($input: InviteUserInput!, $options: MutationOptions) { inviteUser(input: $input, options: $options) "
          "{ auditEntryId userErrors { code message } } }")
HOME = "{ viewer { currentTenant { id } } }"

#: Where an invitation leaves a row, by the address that was invited, which is its idempotency key and request id as well.
ROWS = {
    "invitation": "SELECT email FROM invitation",
    "letter": "SELECT recipient FROM outbound_email",
    "key": "SELECT key FROM idempotency_record WHERE answer IS NOT NULL",
    "audit": "SELECT idempotency_key FROM audit_entry WHERE operation = 'inviteUser'",
    "activity": "SELECT i.email FROM activity_event a JOIN invitation i ON a.resource = 'ivt_' || i.id",
}


@dataclass
class Told:
    """Invitations that were asked for, and those of which somebody was told that they are made."""

    sent: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    tenant: str | None = None

    async def invite(self, server: Server, email: str, person: Person | None = None) -> dict[str, Any]:
        """Asks once; the answer, whatever it is. Raises ClientError where the server is gone."""
        person = person or Person(server, ADMIN)
        if self.tenant is None:
            self.tenant = (await person.ask(HOME))["data"]["viewer"]["currentTenant"]["id"]
        invited = {"tenantId": self.tenant, "email": email, "firstName": "New", "lastName": "Person", "role": "REGULAR"}
        self.sent.append(email)
        answer = await person.ask(INVITE, {"input": invited, "options": {"idempotencyKey": email}})
        if (answer.get("data") or {}).get("inviteUser", {}).get("auditEntryId"):
            self.acknowledged.add(email)
        return answer

    async def insist(self, server: Server, email: str, person: Person | None = None, *, seconds: float = 20.0) -> None:
        """Asks again under the same key until it is told that the invitation is made."""
        async with asyncio.timeout(seconds):
            while email not in self.acknowledged:
                try:
                    answer = await self.invite(server, email, person)
                except ClientError:
                    answer = {}
                assert not (answer.get("data") or {}).get("inviteUser", {}).get("userErrors"), answer
                await asyncio.sleep(0.02)

    async def held(self, database_url: str) -> None:
        """All that was acknowledged is there exactly once, what was not is whole or not at all, and everything fits together:
        sums, lists, references, pages of the file, and the audit trail of every tenant."""
        stored = await Stored.of(database_url)
        try:
            kept = {name: Counter(email for [email] in await stored.rows(sql)) for name, sql in ROWS.items()}
        finally:
            await stored.close()
        for email in set(self.sent):
            found = {name: emails[email] for name, emails in kept.items()}
            assert found in ([dict.fromkeys(ROWS, 1)] if email in self.acknowledged
                             else [dict.fromkeys(ROWS, 1), dict.fromkeys(ROWS, 0)]), (email, found)
        use_keys(*Settings().keys)
        async with connected(database_url):
            assert await unsound() == []


async def answers_on(server: Server, told: Told, email: str) -> None:
    """Whether the server reads and writes."""
    assert (await Person(server, ADMIN).ask("{ customers { totalCount } }"))["data"]["customers"]["totalCount"] > 0
    await told.insist(server, email)
