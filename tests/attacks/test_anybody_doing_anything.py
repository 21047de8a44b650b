"""Anybody does anything in any tree, and everybody sees and may after it what the oracle of tests/attacks/oracle.py says.

TENANTRY_EXAMPLES=300 takes that many other walks on each database; without it, the same few every time.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import os
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from models import Customer, LoginSession, Tenant, User
from models.access import Role, TenantKind
from models.sessions import hash_secret
from models.tenants import BENEATH, plant
from tests.attacks.oracle import LINKABLE, Held, Oracle
from tests.client import Person
from tests.engine.databases import change
from tests.matrix import ALL, COLUMNS
from tests.servers import Server
from tests.shop import settled
from tests.stored import connected

T = TypeVar("T")
EXAMPLES = int(os.environ.get("TENANTRY_EXAMPLES", "0"))
FEW, STEPS = 4, 14
PASSWORD = "correct horse battery"
ERRORS = "userErrors { code message path } "
SEEN = """query($filter: CustomerFilter) { viewer { currentTenant { id } capabilities }
  customers(first: 100, filter: $filter) { totalCount nodes { id viewerRole mrr { amount } summary { ports } contractSummary { total }
    invoices(first: 1) { totalCount } services(first: 1) { totalCount } products { name }
    activityLog(first: 1) { nodes { id } } sentEmails(first: 1) { totalCount } users(first: 100) { nodes { id } }
    accessGrants(first: 100) { nodes { user { id } role source } } } } }"""
NEEDS = {"mrr": "FINANCIALS_VIEW", "summary": "CUSTOMER_SUMMARY_VIEW", "contractSummary": "CONTRACT_VIEW", "users": "USER_VIEW",
         "services": "SERVICE_VIEW", "products": "SERVICE_MANAGE", "activityLog": "AUDIT_VIEW",
         "sentEmails": "EMAIL_SEND", "accessGrants": "ACCESS_LINK_MANAGE", "invoices": "INVOICE_VIEW"}
_serial = itertools.count(1)
anyone = any_tenant = any_thing = st.integers(0, 10_000)
roles = st.sampled_from(Role)
wells = st.sampled_from([True, True, False])


def _mutation(name: str, fields: str) -> str:
    given = name[0].upper() + name[1:]
    return f"mutation($input: {given}Input!) {{ {name}(input: $input) {{ {fields} {ERRORS} }} }}"


class Anybody(RuleBasedStateMachine):
    """People, whoever the numbers name, do what they try at the server; the oracle says whether they may."""

    server: Server
    loop: asyncio.AbstractEventLoop
    done: Counter[tuple[str, bool]]

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.people: dict[int, Person] = {}
        self.at_home: dict[int, str] = {}
        self.invited: list[tuple[int, int, Role, str]] = []
        self.founded: set[int] = set()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize(shape=st.lists(any_tenant, min_size=4, max_size=9),
                staff=st.lists(st.tuples(any_tenant, roles), min_size=4, max_size=6))
    def found_everything(self, shape: list[int], staff: list[tuple[int, Role]]) -> None:
        self.wait(self._found_everything(shape, staff))
        for n, role in enumerate(LINKABLE):
            self.link_somebody(person=0, other=1, tenant=n + 1, role=role, well=True)

    async def _found_everything(self, shape: list[int], staff: list[tuple[int, Role]]) -> None:
        now, n = dt.datetime.now(dt.UTC), next(_serial)
        async with connected(self.server.database_url):
            platform = await Tenant.get(kind="PLATFORM")
            top = Tenant.beneath(platform, kind=TenantKind.DISTRIBUTOR, name=f"Anybody {n}")
            tenants = [top]
            self.oracle.kinds[platform.id], self.oracle.parents[platform.id] = TenantKind.PLATFORM, None
            for number, place in enumerate(shape):
                holding = [t for t in tenants if not t.sub_account]
                parent = holding[(len(holding) - 1 - place) % len(holding)]
                kind = BENEATH[TenantKind[parent.kind]][0]
                tenants.append(Tenant.beneath(parent, kind=kind, name=f"Anybody {n}.{number}"))
            await plant(tenants)
            for tenant in tenants:
                key = tenant.id
                self.oracle.kinds[key], self.oracle.parents[key] = TenantKind[tenant.kind], tenant.parent_id
                if tenant is not top:
                    await Customer.create(id=key, tenant_id=key, name=tenant.name, name_key=tenant.name_key, status="ACTIVE",
                                          status_changed_at=now, issuer_id=self.oracle.issuer(key), currency="EUR", mrr_minor=0,
                                          mrr_pending_minor=0, created_at=now, accepted_at=now)
            for number, (place, role) in enumerate([(0, Role.ADMIN), (0, Role.REGULAR), *staff]):
                home = [*tenants, platform][place % (len(tenants) + 1)]
                role = role if (role, TenantKind[home.kind]) in COLUMNS else Role.ADMIN
                user = await settled(f"any{n}.{number}@anybody.example", home, role, now)
                self.oracle.homes[user.id] = home.id
                self.oracle.grants.append(Held(user.id, home.id, role, False))
                await self._let_in(user, now)

    async def _let_in(self, user: User, now: dt.datetime) -> None:
        session = await LoginSession.begin(user, now, None)
        self.at_home[user.id] = await session.mint()
        self.people[user.id] = Person(self.server, user.email, token=self.at_home[user.id])

    # -- who and what the numbers name

    def who(self, number: int) -> int:
        return list(self.people)[number % len(self.people)]

    def able(self, number: int, well: bool, may: Callable[[int], bool]) -> int:
        """Where it shall go `well`, somebody who may, if there is anybody."""
        start = number % len(self.people)
        people = list(self.people)[start:] + list(self.people)[:start]
        return next((person for person in people if well and may(person)), people[0])

    def where(self, number: int) -> int:
        """A tenant beneath the platform, where everybody else's tests are."""
        _, *found = self.oracle.kinds
        return found[number % len(found)]

    def link(self, number: int) -> Held:
        linked = [g for g in self.oracle.grants if g.linked]
        return linked[number % len(linked)]

    def ask(self, person: int, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.wait(self.people[person].ask(query, variables))

    def try_to(self, person: int, name: str, fields: str, expected: bool, **given: Any) -> dict[str, Any]:
        """Changes something, or is refused, as the oracle expects."""
        answer = self.ask(person, _mutation(name, fields), {"input": given})
        assert answer.get("data"), answer
        done: dict[str, Any] = answer["data"][name]
        self.done[name, expected] += 1
        assert (not done["userErrors"]) == expected, (name, given, done["userErrors"], self.told(person))
        return done

    def told(self, person: int) -> str:
        return f"{person} in {self.oracle.place(person)}; {self.oracle}"

    # -- what they do

    @rule(person=anyone, other=anyone, tenant=any_tenant, role=st.sampled_from(LINKABLE), well=wells)
    def link_somebody(self, person: int, other: int, tenant: int, role: Role, well: bool) -> None:
        tenant = self.where(tenant)
        other = self.able(other, well, lambda each: self.oracle.homes[each] in self.oracle.above(tenant) and not any(
            g.person == each and g.role is Role.ADMIN for g in self.oracle.grants))
        person = self.able(person, well, lambda each: self.oracle.may_link(each, other, tenant, role))
        before = self.oracle.everything(other)
        may = self.oracle.may_link(person, other, tenant, role)
        done = self.try_to(person, "linkUser", "grant { id }", may, customerId=f"cus_{tenant}", userId=f"usr_{other}", role=role.name)
        if may and not any(g.person == other and g.tenant == tenant and g.linked for g in self.oracle.grants):
            self.oracle.grants.append(Held(other, tenant, role, True, done["grant"]["id"]))
            self.felt(other, before)

    @precondition(lambda self: any(g.linked for g in self.oracle.grants))
    @rule(person=anyone, number=any_thing, role=roles)
    def change_a_role(self, person: int, number: int, role: Role) -> None:
        person, grant = self.who(person), self.link(number)
        before = self.oracle.everything(grant.person)
        may = (self.oracle.may_unlink(person, grant) and person != grant.person and role in LINKABLE
               and not self.oracle.exceeds(person, Held(grant.person, grant.tenant, role, True)))
        self.try_to(person, "changeLinkedRole", "", may, grantId=grant.id, role=role.name)
        if may:
            grant.role = role
            self.felt(grant.person, before)

    @precondition(lambda self: any(g.linked for g in self.oracle.grants))
    @rule(person=anyone, number=any_thing)
    def unlink_somebody(self, person: int, number: int) -> None:
        person, grant = self.who(person), self.link(number)
        before = self.oracle.everything(grant.person)
        may = self.oracle.may_unlink(person, grant)
        self.try_to(person, "unlinkUser", "", may, grantId=grant.id)
        if may:
            self.oracle.grants.remove(grant)
            self.felt(grant.person, before)

    @rule(person=anyone, tenant=any_tenant, well=wells)
    def enter(self, person: int, tenant: int, well: bool) -> None:
        tenant = self.where(tenant)
        person = self.able(person, well, lambda each: self.oracle.may_enter(each, tenant))
        may = self.oracle.may_enter(person, tenant)
        done = self.try_to(person, "switchTenant", "token", may, tenantId=f"ten_{tenant}")
        if may:
            left = self.people[person]
            self.people[person] = Person(self.server, left.email, token=done["token"])
            if person in self.oracle.acting:
                self.shut_out(left, "CONTEXT_SUPERSEDED")
            self.oracle.acting[person] = tenant

    @precondition(lambda self: self.oracle.acting)
    @rule(person=anyone)
    def come_back(self, person: int) -> None:
        person = self.who(person)
        done = self.try_to(person, "switchBack", "token", True)
        if self.oracle.acting.pop(person, None):
            left = self.people[person]
            self.people[person] = Person(self.server, left.email, token=done["token"])
            self.shut_out(left, "UNAUTHENTICATED")

    @rule(person=anyone, tenant=any_tenant)
    def found_a_company(self, person: int, tenant: int) -> None:
        person, parent, n = self.who(person), self.where(tenant), next(_serial)
        may = self.oracle.may_found(person, parent)
        admin = {"firstName": "Ann", "lastName": "Lee", "email": f"founder{n}@anybody.example", "password": PASSWORD}
        done = self.try_to(person, "createCustomer", "customer { id } user { id }", may, companyName=f"Founded {n}",
                           parentId=f"ten_{parent}", admin=admin)
        if may:
            key, user = (self.wait(self.stored(table, column, value)) for table, column, value in (
                ("tenant", "name", f"Founded {n}"), ("app_user", "email", admin["email"])))
            sells = self.oracle.kinds[parent] is TenantKind.DISTRIBUTOR
            self.oracle.kinds[key] = TenantKind.RESELLER if sells else TenantKind.CUSTOMER
            self.oracle.parents[key], self.oracle.homes[user] = parent, key
            self.founded.add(key)
            self.oracle.grants.append(Held(user, key, Role.ADMIN, False))
            seen = done["customer"] and done["customer"]["id"]
            assert seen == (f"cus_{key}" if key in self.oracle.customers(person) else None)

    @rule(person=anyone, tenant=any_tenant, role=roles)
    def invite(self, person: int, tenant: int, role: Role) -> None:
        person, tenant, n = self.who(person), self.where(tenant), next(_serial)
        email, secret = f"invited{n}@anybody.example", f"secret-{n}"
        may = self.oracle.may_invite(person, tenant, role)
        self.try_to(person, "inviteUser", "invitation { id }", may, tenantId=f"ten_{tenant}", email=email, firstName="Ann",
                    lastName="Lee", role=role.name)
        if may:  # the letter's secret is stored as its hash only
            self.wait(change(self.server.database_url, "update invitation set token_hash = $1 where email = $2",
                             [[hash_secret(secret), email]]))
            self.invited.append((person, tenant, role, secret))

    @precondition(lambda self: self.invited)
    @rule(number=any_thing)
    def accept(self, number: int) -> None:
        inviter, tenant, role, secret = self.invited.pop(number % len(self.invited))
        may = inviter in self.people and self.oracle.may_invite(inviter, tenant, role, at_home=True)
        stranger, given = Person(self.server), {"token": secret, "password": PASSWORD, "firstName": "Ann", "lastName": "Lee"}
        answer = self.wait(stranger.ask(_mutation("acceptInvitation", ""), {"input": given}))
        assert (not answer["data"]["acceptInvitation"]["userErrors"]) == may, (answer, self.oracle)
        if may:
            self.wait(self._joined(f"invited{secret.partition('-')[2]}@anybody.example", tenant, role))

    async def _joined(self, email: str, tenant: int, role: Role) -> None:
        async with connected(self.server.database_url):
            user = await User.get(email=email)
            self.oracle.homes[user.id] = tenant
            self.oracle.grants.append(Held(user.id, tenant, role, False))
            await self._let_in(user, dt.datetime.now(dt.UTC))

    @rule(person=anyone, tenant=any_tenant, phone=st.integers(1000, 9999))
    def edit(self, person: int, tenant: int, phone: int) -> None:
        person, tenant = self.who(person), self.where(tenant)
        own = self.oracle.place(person) == tenant
        may = self.is_customer(tenant) and self.oracle.may(person, "CUSTOMER_EDIT", tenant) and (
            own or tenant in self.oracle.customers(person))
        self.try_to(person, "updateCustomer", "", may, customerId=f"cus_{tenant}", phone=f"+49 30 1234 {phone}")

    @rule(person=anyone, tenant=any_tenant, well=wells)
    def draw_up_a_contract(self, person: int, tenant: int, well: bool) -> None:
        tenant = self.where(tenant)
        person = self.able(person, well, lambda each: self.oracle.may(each, "CONTRACT_MANAGE", tenant))
        may = tenant in self.oracle.customers(person) and self.oracle.may(person, "CONTRACT_MANAGE", tenant)
        done = self.try_to(person, "createContract", "contract { id value { amount } }", may, customerId=f"cus_{tenant}",
                           title="Connectivity", startsOn="2031-01-01", currency="EUR", value="1200.00")
        if may:
            self.oracle.contracts[done["contract"]["id"]] = tenant

    @rule(person=anyone, tenant=any_tenant, well=wells)
    def order(self, person: int, tenant: int, well: bool) -> None:
        tenant = self.where(tenant)
        person = self.able(person, well, lambda each: self.oracle.may(each, "SERVICE_MANAGE", tenant))
        may = tenant in self.oracle.customers(person) and self.oracle.may(person, "SERVICE_MANAGE", tenant)
        self.try_to(person, "addServices", "", may, customerId=f"cus_{tenant}", products=[{"product": "Access port 1G"}])

    @rule(person=anyone)
    def leave_the_company(self, person: int) -> None:
        """No mutation does that yet: what counts is that it ends everything at once."""
        person = self.who(person)
        if len(self.people) > 3:
            self.wait(change(self.server.database_url, "update app_user set active = false where id = $1", [[person]]))
            self.shut_out(self.people.pop(person), "UNAUTHENTICATED")

    # -- what they see

    @rule(people=st.lists(anyone, min_size=2, max_size=3, unique=True), questions=st.lists(
        st.tuples(any_tenant, st.sampled_from(sorted(ALL))), min_size=8, max_size=8))
    def look(self, people: list[int], questions: list[tuple[int, str]]) -> None:
        for person in dict.fromkeys(map(self.who, people)):
            self.see(person)
            self.name(person)
            self.question(person, [(self.where(number), capability) for number, capability in questions])

    def teardown(self) -> None:
        for person in list(self.people)[:4]:
            self.see(person)

    def see(self, person: int) -> None:
        """The list, and every guarded field in it."""
        oracle = self.oracle
        others = oracle.kinds[oracle.homes[person]] is TenantKind.PLATFORM and person not in oracle.acting
        ours = {"filter": {"ids": [f"cus_{t}" for t in oracle.kinds]}} if others else None
        answer = self.ask(person, SEEN, ours)
        assert "errors" not in answer, answer
        here, told = oracle.place(person), self.told(person)
        assert answer["data"]["viewer"]["currentTenant"]["id"] == f"ten_{here}", told
        found = {int(node["id"][4:]): node for node in answer["data"]["customers"]["nodes"]}
        assert set(found) == oracle.customers(person), told
        assert answer["data"]["customers"]["totalCount"] == len(found)
        withheld = set()
        for tenant, node in found.items():
            role = oracle.role_on(person, tenant)
            assert node["viewerRole"] == (role and role.name), told
            for name, capability in NEEDS.items():
                may = oracle.sees_bills(person, tenant) if name == "invoices" else oracle.may(person, capability, tenant)
                if not may:
                    withheld.add(f"customers.nodes.{name}")
                unknown = may and name == "mrr" and tenant in self.founded  # nobody has worked it out yet
                assert (node[name] is not None) == may or unknown, (name, tenant, told)
            if node["contractSummary"]:
                assert node["contractSummary"]["total"] == list(oracle.contracts.values()).count(tenant), told
            if node["users"]:
                there = {f"usr_{p}" for p, home in oracle.homes.items() if home == tenant}
                assert {u["id"] for u in node["users"]["nodes"]} == there, told
            if node["accessGrants"]:
                grants = {(f"usr_{g.person}", g.role.name, "LINKED" if g.linked else "HOME")
                          for g in oracle.grants if g.tenant == tenant and oracle.sees_grant(person, g)}
                shown = {(g["user"] and g["user"]["id"], g["role"], g["source"]) for g in node["accessGrants"]["nodes"]}
                assert shown == grants, (tenant, told)
        assert {w["path"] for w in answer.get("extensions", {}).get("withheld", [])} == withheld, told

    def name(self, person: int) -> None:
        """Everything there is, by its id."""
        oracle = self.oracle
        ids = {f"ten_{t}": bool(oracle.allowed(person, t)) for t in oracle.kinds}
        ids |= {f"cus_{t}": t in oracle.customers(person) for t in oracle.kinds}
        ids |= {f"usr_{p}": oracle.may(person, "USER_VIEW", home) for p, home in oracle.homes.items()}
        ids |= {contract: oracle.may(person, "CONTRACT_VIEW", t) for contract, t in oracle.contracts.items()}
        ids |= {g.id: oracle.sees_grant(person, g) for g in oracle.grants if g.id}
        asked = list(ids)[-100:]
        nodes = self.ask(person, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": asked})["data"]["nodes"]
        for id, node in zip(asked, nodes, strict=True):
            assert (node is not None) == ids[id], (id, self.told(person))

    def question(self, person: int, questions: list[tuple[int, str]]) -> None:
        asked = " ".join(f'q{n}: permission(of: "ten_{t}", capability: {c}) {{ allowed reason }}' for n, (t, c) in enumerate(questions))
        answers = self.ask(person, f"{{ viewer {{ {asked} }} }}")["data"]["viewer"]
        for n, (tenant, capability) in enumerate(questions):
            expected = self.oracle.may(person, capability, tenant)
            assert answers[f"q{n}"]["allowed"] == expected, (tenant, capability, self.told(person))
            hidden = not self.oracle.allowed(person, tenant)
            assert (answers[f"q{n}"]["reason"] == "NOT_LINKED") == hidden, (tenant, capability, self.told(person))

    def felt(self, person: int, before: set[tuple[str, int, bool]]) -> None:
        """Whoever acts with less than before is sent home, and their token of that place is dead."""
        inside = self.oracle.acting.get(person)
        if inside is not None and (not self.oracle.may_enter(person, inside) or before - self.oracle.everything(person)):
            del self.oracle.acting[person]
            left = self.people[person]
            self.people[person] = Person(self.server, left.email, token=self.at_home[person])
            self.shut_out(left, "UNAUTHENTICATED")

    def shut_out(self, person: Person, code: str) -> None:
        answer = self.wait(person.ask("{ customers(first: 1) { totalCount } }"))
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code], answer

    def is_customer(self, tenant: int) -> bool:
        return self.oracle.kinds[tenant] is not TenantKind.DISTRIBUTOR

    async def stored(self, table: str, column: str, value: str) -> int:
        async with connected(self.server.database_url) as database:
            [row] = await database.execute_query_dict(f"select id from {table} where {column} = '{value}'")
            return int(row["id"])


@pytest.fixture(scope="session")
async def loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


@pytest.mark.case(59)
def test_whatever_anybody_does_everybody_sees_and_may_what_the_matrix_says(server: Server, loop: asyncio.AbstractEventLoop) -> None:
    done: Counter[tuple[str, bool]] = Counter()
    here = type("Here", (Anybody,), {"server": server, "loop": loop, "done": done})
    run_state_machine_as_test(here, settings=settings(
        max_examples=EXAMPLES or FEW, stateful_step_count=50 if EXAMPLES else STEPS, derandomize=not EXAMPLES, deadline=None,
        database=None, suppress_health_check=list(HealthCheck), print_blob=True,
        phases=[Phase.generate]))
    # ids are never the same, and so neither are the walks: a few of them may do without anybody who enters a tenant
    assert min(done["linkUser", True], done["linkUser", False], done["switchTenant", True] if EXAMPLES else 1) > 0, done
