"""Two hundred clients of all roles who read and change things, ask again where they were not answered, and look whether they are
shown what they may not see."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from benchmarks.data import People
from benchmarks.operations import CASES
from models import AccessGrant, Tenant, User
from models.access import Role

#: One in so many requests of somebody who may change things is a change; seconds between two requests of a client.
CHANGES, PAUSE = 4, (0.2, 1.8)
#: Seconds for an answer, and between two tries of a change that was not answered.
PATIENCE, AGAIN = 30.0, 1.0
WRITERS = ("reseller_admin", "distributor_admin", "platform_admin")
ID = re.compile(r'"id": ?"cus_(\d+)"')

ADD = """mutation Add($customer: ID!, $name: String!, $key: String!) {
  addServices(input: {customerId: $customer, products: [{product: "Mail archive", name: $name}]},
    options: {idempotencyKey: $key}) {
    customer { id mrr { amount } summary { mrrPendingEntry { amount } } } auditEntryId userErrors { code message } } }"""
CONTACT = """mutation Contact($tenant: ID!, $name: String!, $email: EmailAddress!, $key: String!) {
  upsertContact(input: {tenantId: $tenant, contact: {type: TECHNICAL, name: $name, email: $email}},
    options: {idempotencyKey: $key}) {
    contact { id } auditEntryId userErrors { code message } } }"""
INVITE = """mutation Invite($tenant: ID!, $email: EmailAddress!, $key: String!) {
  inviteUser(input: {tenantId: $tenant, email: $email, firstName: "New", lastName: "Person", role: REGULAR},
    options: {idempotencyKey: $key}) { auditEntryId userErrors { code message } } }"""
#: Each kind of change, and where its effect is found by its key.
EFFECTS = {"addServices": ("service", "name"), "upsertContact": ("contact", "name"), "inviteUser": ("invitation", "email")}
HOME = "{ viewer { currentTenant { id } } }"


@dataclass
class Sight:
    """What somebody may see: customers at all, and the money of which; None: of all that they see."""

    customers: set[int]
    money: set[int] | None


async def sights(people: People) -> dict[str, Sight]:
    """By person of the benchmark, worked out from the tree and the grants without asking the server."""
    found = {}
    for name in people.tokens:
        user = await User.get(email=f"{name.replace('_', '-')}@benchmark.example")
        seen: set[int] = set()
        money: set[int] = set()
        for grant in await AccessGrant.filter(user_id=user.id).select_related("tenant"):
            role, below = Role[grant.role], [grant.tenant_id]
            if role in (Role.ADMIN, Role.SALES):
                below = list(await Tenant.filter(path__startswith=grant.tenant.path).values_list("id", flat=True))  # type: ignore[arg-type]
            else:
                below += list(await Tenant.filter(parent_id=grant.tenant_id).values_list("id", flat=True))  # type: ignore[arg-type]
            seen |= set(below)
            if role is not Role.SUPPORT:
                money |= set(below)
        found[name] = Sight(seen, money if name in ("support", "mixed") else None)
    return found


@dataclass
class Crowd:
    """All clients, and what they were told."""

    url: str
    people: People
    sights: dict[str, Sight]
    clients: int
    latencies: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    #: Keys of changes by their kind: asked for, and acknowledged.
    sent: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in EFFECTS})
    acknowledged: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in EFFECTS})
    leaked: list[str] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until `over`, and then until each has the answer that it waits for."""
        timeout = ClientTimeout(total=PATIENCE)
        async with ClientSession(timeout=timeout) as http:
            for name in WRITERS:
                _, told = await self._asked(http, name, {"query": HOME})
                self.homes[name] = told["data"]["viewer"]["currentTenant"]["id"]
            names = list(self.people.tokens)
            await asyncio.gather(*(self._client(http, number, names[number % len(names)]) for number in range(self.clients)))

    async def _client(self, http: ClientSession, number: int, name: str) -> None:
        chance, reads = random.Random(number), self._reads(name, random.Random(-number))
        for n in range(1 << 30):
            await asyncio.sleep(chance.uniform(*PAUSE))
            if self.over.is_set():
                return
            if name in WRITERS and n % CHANGES == number % CHANGES:
                await self._change(http, name, f"{number}-{n}", chance)
            else:
                await self._asked(http, name, next(reads))

    def _reads(self, name: str, chance: random.Random) -> Iterator[dict[str, Any]]:
        """What the person asks in the benchmark, in any order."""
        cases = [case for case in CASES if case.asker == name and case.takes in ("", "customer", "word")] or \
            [case for case in CASES if case.name in ("Q2 page", "Q3 wide")]
        while True:
            case = chance.choice(cases)
            given = {"customer": {"id": chance.choice(self.people.customers[name])}, "": {},
                     "word": {"search": chance.choice(self.people.words)}}[case.takes]
            yield {"query": case.document, "operationName": case.operation, "variables": given}

    async def _change(self, http: ClientSession, name: str, number: str, chance: random.Random) -> None:
        kind = chance.choices(list(EFFECTS), (5, 4, 1))[0]
        key = f"load-{number}@load.example" if kind == "inviteUser" else f"Load {number}"
        given = {"key": key, "name": key, "email": f"load-{number}@load.example", "tenant": self.homes[name],
                 "customer": chance.choice(self.people.customers[name])}
        asked = {"query": {"addServices": ADD, "upsertContact": CONTACT, "inviteUser": INVITE}[kind], "variables": given}
        self.sent[kind].add(key)
        while True:
            _, told = await self._asked(http, name, asked)
            payload = (told.get("data") or {}).get(kind) or {}
            if payload.get("auditEntryId"):
                self.acknowledged[kind].add(key)
            if payload or self.over.is_set():
                for error in payload.get("userErrors") or ():
                    self.answers[f"{kind}: {error['code']}"] += 1
                return
            await asyncio.sleep(AGAIN)

    async def _asked(self, http: ClientSession, name: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        begun = perf_counter()
        headers = {"Authorization": f"Bearer {self.people.tokens[name]}"}
        try:
            async with http.post(f"{self.url}/graphql", json=asked, headers=headers) as response:
                text, status = await response.text(), response.status
        except (ClientError, TimeoutError) as error:
            self.answers["no answer" if not isinstance(error, TimeoutError) else "no answer in time"] += 1
            return 0, {}
        told = json.loads(text)
        code = told["errors"][0]["extensions"]["code"] if told.get("errors") else "OK"
        self.answers[code] += 1
        if code == "OK":
            self.latencies.append(perf_counter() - begun)
        self._look(name, text, told)
        return status, told

    def _look(self, name: str, text: str, told: dict[str, Any]) -> None:
        sight = self.sights[name]
        for id in {int(id) for id in ID.findall(text)} - sight.customers:
            self.leaked.append(f"{name} was shown customer {id}")
        if sight.money is not None:
            for customer in _customers(told.get("data")):
                if int(customer["id"][4:]) not in sight.money and '"amount"' in json.dumps(customer):
                    self.leaked.append(f"{name} was shown money of {customer['id']}")


def _customers(value: Any) -> Iterator[dict[str, Any]]:
    """Every customer in an answer, by its id."""
    if isinstance(value, dict):
        if str(value.get("id", "")).startswith("cus_"):
            yield value
        for each in value.values():
            yield from _customers(each)
    elif isinstance(value, list):
        for each in value:
            yield from _customers(each)
