"""What the cases ask as HTTP requests, and asking it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from benchmarks.data import People
from benchmarks.operations import Case
from benchmarks.servers import Failed, Server

#: Q8 asks for page 400 of 50, or for one in the middle where there are fewer.
FAR = 399 * 50
WALK = """query Walk($first: Int!, $after: String) {
  customers(first: $first, after: $after, sort: {key: MRR, direction: DESC}) { nodes { id } pageInfo { endCursor } }
}"""
COUNT = "query Count { customers(first: 1) { totalCount } }"


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    token: str
    body: bytes

    @classmethod
    def of(cls, token: str, document: str, operation: str, variables: Mapping[str, Any]) -> Request:
        return cls(token, json.dumps({"query": document, "operationName": operation, "variables": variables}).encode())

    def text(self, port: int) -> str:
        """As it goes over the wire."""
        head = (f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {self.token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n")
        return head + self.body.decode()


@dataclass(frozen=True)
class Place:
    """Where a page begins: after a cursor of Tenantry's, which is after a customer."""

    cursor: str
    customer: str

    def seen_by(self, server: str) -> str:
        """The cursor as a server writes it; the peers take the id of the customer before the page."""
        return self.cursor if server == "tenantry" else self.customer


def requests_of(case: Case, people: People, server: str, place: Place | None = None) -> list[Request]:
    """What a case asks of a server, in turn; `place` is where the page begins that it takes."""
    given: dict[str, list[Mapping[str, Any]]] = {
        "": [{}], "link": [*people.links], "word": [{"search": word} for word in people.words],
        "customer": [{"id": id} for id in people.customers[case.asker]],
        "page": [{"after": place and place.seen_by(server)}]}
    return [Request.of(people.tokens[case.asker], case.document, case.operation, each) for each in given[case.takes]]


async def ask(http: ClientSession, server: Server, request: Request) -> str:
    """The body of an answer. Raises Failed for anything but 200."""
    headers = {"Authorization": f"Bearer {request.token}", "Content-Type": "application/json"}
    async with http.post(f"http://127.0.0.1:{server.port}/graphql", data=request.body, headers=headers) as response:
        text = await response.text()
        if response.status != 200:
            raise Failed(f"{server.name} answered {response.status}: {text[:1000]}\n{server.recent_log}")
        return text


async def far_page(http: ClientSession, tenantry: Server, token: str) -> Place | None:
    """Where Q8 begins in the list of whoever has the token; None where the list is too short."""
    counted = json.loads(await ask(http, tenantry, Request.of(token, COUNT, "Count", {})))
    left, place = min(FAR, counted["data"]["customers"]["totalCount"] // 2), None
    while left > 0:
        variables = {"first": min(left, 100), "after": place and place.cursor}
        page = json.loads(await ask(http, tenantry, Request.of(token, WALK, "Walk", variables)))["data"]["customers"]
        place = Place(page["pageInfo"]["endCursor"], page["nodes"][-1]["id"])
        left -= len(page["nodes"])
    return place
