"""Every mutation there is, each ready to be made once more."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from models.sessions import hash_secret
from tests.client import PASSWORD, Person, sign_in
from tests.edge.stored import Stored
from tests.servers import Server

ADMIN, ABOVE, REGULAR, UNLINKED = (
    "admin@brightline.example", "admin@harbor.example", "regular@brightline.example", "unlinked@brightline.example")
ACME = "Acme Corporation"


@dataclass
class Ready:
    """A mutation, by somebody who can make it just now."""

    person: Person
    name: str
    input: dict[str, Any]

    @property
    def query(self) -> str:
        return (f"mutation($input: {self.name[0].upper()}{self.name[1:]}Input!) "
                f"{{ {self.name}(input: $input) {{ auditEntryId userErrors {{ code message }} }} }}")

    async def made(self) -> dict[str, Any]:
        """Makes it and returns its payload."""
        answer = await self.person.ask(self.query, {"input": self.input})
        assert "errors" not in answer, answer
        payload = answer["data"][self.name]
        assert payload["userErrors"] == [], payload
        return payload


@dataclass
class Everything:
    """Makes each mutation possible, again and again, at one server."""

    server: Server
    stored: Stored
    number: count = field(default_factory=count)

    def somebody(self, email: str) -> Person:
        return Person(self.server, email)

    async def anew(self, email: str) -> Person:
        """In a session of its own."""
        return Person(self.server, token=await sign_in(self.server, email))

    async def id(self, tag: str, sql: str, *values: Any) -> str:
        [[key]] = await self.stored.rows(sql, *values)
        return f"{tag}_{key}"

    async def tenant(self, name: str) -> str:
        return await self.id("ten", "SELECT id FROM tenant WHERE name = $1", name)

    async def user(self, email: str) -> str:
        return await self.id("usr", "SELECT id FROM app_user WHERE email = $1", email)

    def address(self) -> str:
        return f"person-{next(self.number)}@brightline.example"

    # -- sessions

    async def sign_in(self) -> Ready:
        return Ready(Person(self.server), "signIn", {"email": REGULAR, "password": PASSWORD})

    async def sign_out(self) -> Ready:
        return Ready(await self.anew(REGULAR), "signOut", {})

    async def switch_tenant(self) -> Ready:
        return Ready(await self.anew(ABOVE), "switchTenant", {"tenantId": await self.tenant("Brightline Partners")})

    async def switch_back(self) -> Ready:
        person = await self.anew(ABOVE)
        answer = await person.ask("mutation($i: SwitchTenantInput!) { switchTenant(input: $i) { token } }",
                                  {"i": {"tenantId": await self.tenant("Brightline Partners")}})
        return Ready(Person(self.server, token=answer["data"]["switchTenant"]["token"]), "switchBack", {})

    # -- oneself

    async def update_profile(self) -> Ready:
        return Ready(self.somebody(ADMIN), "updateProfile", {"firstName": f"Ann {next(self.number)}"})

    # -- links

    async def links(self) -> list[tuple[Any, ...]]:
        return await self.stored.rows("SELECT g.id, g.role FROM access_grant g JOIN app_user u ON u.id = g.user_id "
                          "JOIN tenant t ON t.id = g.tenant_id WHERE u.email = $1 AND t.name = $2 "
                          "AND g.revoked_at IS NULL", UNLINKED, ACME)

    async def link_user(self) -> Ready:
        if await self.links():
            await (await self.unlink_user()).made()
        customer = (await self.tenant(ACME)).replace("ten_", "cus_")
        linked = {"customerId": customer, "userId": await self.user(UNLINKED), "role": "REGULAR"}
        return Ready(self.somebody(ADMIN), "linkUser", linked)

    async def linked(self) -> tuple[Any, ...]:
        if not await self.links():
            await (await self.link_user()).made()
        [link] = await self.links()
        return link

    async def unlink_user(self) -> Ready:
        grant, _ = await self.linked()
        return Ready(self.somebody(ADMIN), "unlinkUser", {"grantId": f"grt_{grant}"})

    async def change_linked_role(self) -> Ready:
        grant, role = await self.linked()
        other = "READ_ONLY" if role == "REGULAR" else "REGULAR"
        return Ready(self.somebody(ADMIN), "changeLinkedRole", {"grantId": f"grt_{grant}", "role": other})

    # -- invitations

    async def invite_customer(self) -> Ready:
        asked = {"accountType": "LOCAL_ACCOUNT", "email": self.address(), "organizationName": f"New Company {next(self.number)}"}
        return Ready(self.somebody(ADMIN), "inviteCustomer", asked)

    async def invite_user(self) -> Ready:
        asked = {"tenantId": await self.tenant("Brightline Partners"), "email": self.address(), "firstName": "New",
                 "lastName": "Person", "role": "REGULAR"}
        return Ready(self.somebody(ADMIN), "inviteUser", asked)

    async def invited(self) -> tuple[str, str]:
        """The id of a new invitation, and the address invited."""
        invitation = await self.invite_user()
        await invitation.made()
        email = invitation.input["email"]
        return await self.id("ivt", "SELECT id FROM invitation WHERE email = $1", email), email

    async def accept_invitation(self) -> Ready:
        _, email = await self.invited()
        return Ready(Person(self.server), "acceptInvitation", {"token": await self.secret(email), "password": PASSWORD})

    async def secret(self, email: str, what: str = "invitation") -> str:
        """What the letter's link holds; this server prints its letters."""
        async with asyncio.timeout(20):
            while True:
                if letter := re.search(rf"To: {email}\n.*?#{what}=(\S+)", self.server.log.read_text(), re.S):
                    return letter[1]
                await asyncio.sleep(0.05)

    async def resend_invitation(self) -> Ready:
        return Ready(self.somebody(ADMIN), "resendInvitation", {"invitationId": (await self.invited())[0]})

    async def revoke_invitation(self) -> Ready:
        return Ready(self.somebody(ADMIN), "revokeInvitation", {"invitationId": (await self.invited())[0]})

    # -- passwords

    async def newcomer(self) -> str:
        """The address of somebody who has just joined."""
        accepting = await self.accept_invitation()
        await accepting.made()
        [[email]] = await self.stored.rows("SELECT email FROM invitation WHERE token_hash = $1", hash_secret(accepting.input["token"]))
        return email

    async def change_password(self) -> Ready:
        return Ready(await self.anew(await self.newcomer()), "changePassword", {"current": PASSWORD, "next": f"{PASSWORD} too"})

    async def request_password_reset(self) -> Ready:
        return Ready(Person(self.server), "requestPasswordReset", {"email": await self.newcomer()})

    async def reset_password(self) -> Ready:
        asking = await self.request_password_reset()
        await asking.made()
        secret = await self.secret(asking.input["email"], "reset")
        return Ready(Person(self.server), "resetPassword", {"token": secret, "password": f"{PASSWORD} too"})

    async def reset_user_password(self) -> Ready:
        return Ready(self.somebody(ADMIN), "resetUserPassword", {"userId": await self.user(await self.newcomer())})


MUTATIONS: dict[str, Callable[[Everything], Awaitable[Ready]]] = {
    "signIn": Everything.sign_in,
    "signOut": Everything.sign_out,
    "switchTenant": Everything.switch_tenant,
    "switchBack": Everything.switch_back,
    "updateProfile": Everything.update_profile,
    "linkUser": Everything.link_user,
    "changeLinkedRole": Everything.change_linked_role,
    "unlinkUser": Everything.unlink_user,
    "inviteCustomer": Everything.invite_customer,
    "inviteUser": Everything.invite_user,
    "acceptInvitation": Everything.accept_invitation,
    "resendInvitation": Everything.resend_invitation,
    "revokeInvitation": Everything.revoke_invitation,
    "changePassword": Everything.change_password,
    "requestPasswordReset": Everything.request_password_reset,
    "resetPassword": Everything.reset_password,
    "resetUserPassword": Everything.reset_user_password,
}
