"""Inviting and accepting as tests do it: the documents, and the links that the server printed."""

import asyncio
import itertools
import re
from typing import Any

from models.audit import verify
from models.signing import use_keys
from server.settings import Settings
from tests.client import Person
from tests.servers import Server
from tests.stored import connected

BRIGHTLINE = "admin@brightline.example"
PASSWORD = "correct horse battery"
ERRORS = "userErrors { code message path requiredCapability } warnings { code path } dryRun auditEntryId"
INVITATION = """id version purpose accountType email role status sentCount organizationName firstName
  expiresAt acceptedAt tenant { name } invitedBy { email } customer { id name } user { email }"""


def _mutation(name: str, fields: str) -> str:
    kind = name[0].upper() + name[1:]
    return (f"mutation($input: {kind}Input!, $options: MutationOptions) "
            f"{{ {name}(input: $input, options: $options) {{ {fields} {ERRORS} }} }}")


DOCUMENTS = {name: _mutation(name, f"invitation {{ {INVITATION} }}") for name in
             ("inviteCustomer", "inviteUser", "resendInvitation", "revokeInvitation")}
DOCUMENTS["acceptInvitation"] = _mutation(
    "acceptInvitation", "invitation { id status } customer { id name tenant { kind parent { name } } } user { email }")
_serial = itertools.count(1)


def fresh(name: str = "ann") -> str:
    """An address that nobody has."""
    return f"{name}{next(_serial)}@newco.example"


async def change(person: Person, name: str, input: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What the mutation of that name answered; fails where it answered no data."""
    answer = await person.ask(DOCUMENTS[name], {"input": input, "options": options or None})
    assert answer.get("data"), answer
    return answer["data"][name]


async def invite_customer(person: Person, email: str, **more: Any) -> dict[str, Any]:
    return await change(person, "inviteCustomer", {"accountType": "LOCAL_ACCOUNT", "email": email,
                                                   "organizationName": "New Co", **more})


async def invite_user(person: Person, tenant_id: str, email: str, role: str = "READ_ONLY", **more: Any) -> dict[str, Any]:
    return await change(person, "inviteUser", {"tenantId": tenant_id, "email": email, "firstName": "Ann",
                                               "lastName": "Lee", "role": role, **more})


async def accept(server: Server, token: str, **more: Any) -> dict[str, Any]:
    """As somebody who is not signed in."""
    given = {"token": token, "password": PASSWORD, "firstName": "Ann", "lastName": "Lee", **more}
    return await change(Person(server), "acceptInvitation", given)


async def links(server: Server, email: str, count: int = 1, what: str = "invitation") -> list[str]:
    """The links with a secret in the letters to an address, in order, once there are so many."""
    return await in_letters(server, email, rf"http\S+#{what}=\S+", count)


async def in_letters(server: Server, email: str, pattern: str, count: int = 1) -> list[str]:
    """What the letters to an address have of a pattern, once there are so many. The server prints its letters."""
    for _ in range(500):
        letters = re.findall(rf"To: {re.escape(email)}\n.*?({pattern})", server.log.read_text(), re.DOTALL)
        if len(letters) >= count:
            return letters
        await asyncio.sleep(0.02)
    raise AssertionError(f"{len(letters)} letters to {email}, not {count}\n{server.recent_log()}")


async def token(server: Server, email: str, count: int = 1, what: str = "invitation") -> str:
    """The secret of the latest letter to an address."""
    return (await links(server, email, count, what))[-1].partition(f"#{what}=")[2]


async def joined(server: Server, inviter: Person, tenant_id: str, role: str) -> Person:
    """Somebody new, who has been invited and has accepted."""
    email = fresh("joined")
    assert not (await invite_user(inviter, tenant_id, email, role))["userErrors"]
    assert not (await accept(server, await token(server, email)))["userErrors"]
    return Person(server, email, token=await signed_in(server, email))


async def signed_in(server: Server, email: str, password: str = PASSWORD) -> str:
    answer = await Person(server).ask(
        "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }",
        {"input": {"email": email, "password": password}})
    secret = answer["data"]["signIn"]["token"]
    assert secret, answer
    return secret


async def tenant_ids(server: Server) -> dict[str, str]:
    """Every tenant's global id by its name."""
    async with connected(server.database_url) as database:
        found = await database.execute_query_dict("select id, name from tenant")
    return {row["name"]: f"ten_{row['id']}" for row in found}


async def broken_chains(server: Server) -> dict[int, int]:
    """For each tenant whose audit chain does not verify, the first bad entry."""
    use_keys(*Settings().keys)
    async with connected(server.database_url) as database:
        found = {row["id"]: await verify(row["id"]) for row in await database.execute_query_dict("select id from tenant")}
    return {tenant: bad for tenant, bad in found.items() if bad is not None}


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """What was wrong, and where."""
    return [(error["code"], ".".join(error["path"])) for error in answer["userErrors"]]
