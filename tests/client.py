"""People who use the API: each signs in once and asks over HTTP."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from multidict import CIMultiDictProxy

from tests.servers import Server

Raw = tuple[int, CIMultiDictProxy[str], bytes]
#: What an operation cost and what is left: the one part of an answer that is never the same twice.
COST = re.compile(rb'(?<=\{)"cost":(\{[^{}]*\}),?|,"cost":(\{[^{}]*\})')

PASSWORD = "Portal-demo-2026!"
SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code message path } } }"


class Person:
    """Somebody of the demo story at `server`; without an e-mail address, somebody who is not signed in.

    All persons of one address share one session; give a `token` for a session of its own.
    """

    def __init__(self, server: Server, email: str | None = None, *, token: str | None = None) -> None:
        self.server = server
        self.email = email
        #: `extensions.cost` of the latest answer, which `ask` and `raw` leave out.
        self.cost: dict[str, Any] | None = None
        self._token = token

    async def ask(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The whole answer, parsed: data, errors and extensions, whatever the HTTP status."""
        _, _, body = await self.raw(query, variables, operation=operation, headers=headers)
        return orjson.loads(body)

    async def raw(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Raw:
        """The answer as it came: status, headers, body."""
        request: dict[str, Any] = {"query": query}
        if variables is not None:
            request["variables"] = variables
        if operation is not None:
            request["operationName"] = operation
        return await self.post(orjson.dumps(request), headers=headers)

    async def post(self, body: bytes, *, headers: Mapping[str, str] | None = None) -> Raw:
        """POST any bytes to /graphql as this person."""
        sent = {"Content-Type": "application/json", "Accept": "application/graphql-response+json", **(headers or {})}
        if token := await self.token():
            sent.setdefault("Authorization", f"Bearer {token}")
        async with self.server.http.post(self.server.graphql, data=body, headers=sent) as response:
            return response.status, response.headers, self._without_cost(await response.read())

    def _without_cost(self, body: bytes) -> bytes:
        found = COST.search(body)
        self.cost = orjson.loads(found[1] or found[2]) if found else None
        return without_cost(body)

    async def token(self) -> str | None:
        """The session's token; signs in where this address has none at this server yet."""
        if self._token is None and self.email is not None:
            async with self.server.signing_in:  # once, however many of this address ask at the same time
                if self.email not in self.server.tokens:
                    self.server.tokens[self.email] = await sign_in(self.server, self.email)
                return self.server.tokens[self.email]
        return self._token


def without_cost(body: bytes) -> bytes:
    """An answer without `extensions.cost`."""
    return COST.sub(b"", body).replace(b',"extensions":{}}', b"}")


async def sign_in(server: Server, email: str, password: str = PASSWORD) -> str:
    """A new session's token."""
    answer = await Person(server).ask(SIGN_IN, {"input": {"email": email, "password": password}})
    token = ((answer.get("data") or {}).get("signIn") or {}).get("token")
    assert token, f"{email} cannot sign in: {answer}"
    return token
