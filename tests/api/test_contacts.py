"""Contacts: whom to reach at a company, kept apart from the people who sign in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.test_switch_tenant import ACME, BRIGHTLINE, GLOBAL, entered
from tests.client import Person
from tests.inviting import tenant_ids
from tests.reaching import CONTACT, delete, upsert
from tests.servers import Server

ADDRESS = {"line1": "Keizersgracht 1", "line2": None, "city": "Amsterdam", "stateOrProvince": None, "postalCode": "1015 CN",
           "country": "NL"}
PIET = {"type": "TECHNICAL", "name": "Piet  de Vries", "email": "piet@acmecorp.example", "phone": "+31-20-555-0199",
        "address": ADDRESS}
OF_CUSTOMER = f"""query($name: String!, $type: ContactType) {{ customers(search: $name) {{ nodes {{
  primaryContact {{ name email phone }} users {{ nodes {{ email }} }}
  contacts(type: $type, first: 100) {{ totalCount nodes {{ {CONTACT} }} }} }} }} }}"""
OF_TENANT = "query($id: ID!) { tenant(id: $id) { contacts { nodes { type name email } } } }"
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on Contact {{ {CONTACT} }} }} }}"


class Book:
    """Contacts of companies by name, written down by people who take them out afterwards."""

    def __init__(self, server: Server, ids: dict[str, str]):
        self.server, self.ids = server, ids
        self.made: list[str] = []

    async def add(self, company: str, by: str = "admin@brightline.example", **contact: Any) -> dict[str, Any]:
        payload = await upsert(Person(self.server, by), self.ids[company], {**PIET, **contact})
        if payload["contact"]:
            self.made.append(payload["contact"]["id"])
        return payload


@pytest.fixture
async def book(server: Server) -> AsyncIterator[Book]:
    book = Book(server, await tenant_ids(server))
    yield book
    for id in book.made:
        await delete(Person(server, "admin@meridian.example"), id)


async def of(person: Person, name: str, type: str | None = None) -> dict[str, Any]:
    return (await person.ask(OF_CUSTOMER, {"name": name, "type": type}))["data"]["customers"]["nodes"][0]


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(e["code"], ".".join(e["path"][1:])) for e in payload["userErrors"]]


# -- what they are

@pytest.mark.row("S1.44", "S4.45", "S4.35", "S4.37")
async def test_a_contact_is_written_down_changed_and_taken_out(book: Book) -> None:
    admin = Person(book.server, "admin@brightline.example")
    payload = await book.add(ACME)
    assert payload["userErrors"] == [] and payload["auditEntryId"]
    made = payload["contact"]
    assert {k: made[k] for k in ("type", "name", "email", "phone", "address", "user", "subscribedTo", "version")} == {
        "type": "TECHNICAL", "name": "Piet de Vries", "email": "piet@acmecorp.example", "phone": "+31-20-555-0199",
        "address": ADDRESS, "user": None, "subscribedTo": [], "version": 1}
    changed = await upsert(admin, book.ids[ACME], {"type": "SUPPORT", "name": "Piet", "email": "piet@acmecorp.example"},
                           made["id"], ifVersion=1)
    assert changed["userErrors"] == []
    assert {k: changed["contact"][k] for k in ("id", "type", "name", "phone", "address", "version")} == {
        "id": made["id"], "type": "SUPPORT", "name": "Piet", "phone": None, "address": None, "version": 2}
    assert "Piet" in [c["name"] for c in (await of(admin, "Acme"))["contacts"]["nodes"]]
    assert [c["name"] for c in (await of(admin, "Acme", "SUPPORT"))["contacts"]["nodes"]] == ["Piet"]
    assert (await delete(admin, made["id"], ifVersion=2))["deletedId"] == made["id"]
    assert (await admin.ask(NODE, {"id": made["id"]}))["data"]["node"] is None
    assert codes(await delete(admin, made["id"])) == [("NOT_FOUND", "contactId")]


@pytest.mark.row("S1.43")
async def test_a_contact_is_not_a_user(book: Book) -> None:
    admin = Person(book.server, "admin@brightline.example")
    before = (await of(admin, "Acme"))["users"]
    made = (await book.add(ACME))["contact"]
    after = await of(admin, "Acme")
    assert after["users"] == before
    assert PIET["email"] not in [u["email"] for u in after["users"]["nodes"]]
    answer = await Person(book.server).ask(
        "mutation($input: SignInInput!) { signIn(input: $input) { token } }",
        {"input": {"email": PIET["email"], "password": "Portal-demo-2026!"}})
    assert answer["data"]["signIn"]["token"] is None
    found = await admin.ask("{ customers(search: \"Acme\") { nodes { users { nodes { id email } } } } }")
    [alice] = [u for u in found["data"]["customers"]["nodes"][0]["users"]["nodes"] if u["email"] == "admin@acmecorp.example"]
    tied = await upsert(admin, book.ids[ACME], {**PIET, "userId": alice["id"]}, made["id"])
    assert tied["contact"]["user"] == {"email": "admin@acmecorp.example"}
    assert tied["contact"]["email"] == PIET["email"]


@pytest.mark.row("S1.43")
async def test_a_contact_signs_in_as_nobody_of_another_company(book: Book) -> None:
    coastal = Person(book.server, "admin@coastal.example")
    cole = (await coastal.ask("{ viewer { user { id } } }"))["data"]["viewer"]["user"]["id"]
    for user in (cole, "usr_4611686018427387904", "x"):
        assert codes(await book.add(ACME, userId=user)) == [("NOT_FOUND", "contact.userId")]


@pytest.mark.row("S1.44", "S4.34")
async def test_a_company_has_one_primary_contact(book: Book) -> None:
    admin = Person(book.server, "admin@brightline.example")
    assert (await of(admin, "Acme"))["primaryContact"] == {
        "name": "Alice Brandt", "email": "admin@acmecorp.example", "phone": "+1-555-0790"}
    assert codes(await book.add(ACME, type="PRIMARY")) == [("INVALID_STATE", "contact.type")]
    assert (await of(admin, "Quiet Harbour"))["primaryContact"] is None
    made = await asyncio.gather(*(book.add("Quiet Harbour Ltd", type="PRIMARY", email=f"p{n}@quietharbour.example")
                                  for n in range(4)))
    assert sorted(codes(payload) for payload in made) == [[], *[[("INVALID_STATE", "contact.type")]] * 3]
    assert (await of(admin, "Quiet Harbour"))["primaryContact"]["phone"] == PIET["phone"]


async def test_a_company_has_an_address_once_for_each_type(book: Book) -> None:
    made = await asyncio.gather(*(book.add(ACME, email=email) for email in ("Piet@AcmeCorp.example", PIET["email"])))
    assert sorted(codes(payload) for payload in made) == [[], [("EMAIL_TAKEN", "contact.email")]]
    assert (await book.add(ACME, type="SUPPORT"))["userErrors"] == []
    assert (await book.add(GLOBAL))["userErrors"] == []


@pytest.mark.row("S1.42")
async def test_a_new_admin_contact_is_written_to_about_services_unless_it_wants_otherwise(book: Book) -> None:
    admin = Person(book.server, "admin@brightline.example")
    made = (await book.add(BRIGHTLINE, type="ADMIN"))["contact"]
    assert made["subscribedTo"] == ["SERVICE_PROVISIONED", "SERVICE_DELETED"]
    less = await upsert(admin, book.ids[BRIGHTLINE], {**PIET, "type": "ADMIN", "subscribedTo": ["STATUS_CHANGED"]}, made["id"])
    assert less["contact"]["subscribedTo"] == ["STATUS_CHANGED"]
    kept = await upsert(admin, book.ids[BRIGHTLINE], {**PIET, "type": "ADMIN"}, made["id"])
    assert kept["contact"]["subscribedTo"] == ["STATUS_CHANGED"]


# -- whose they are, and who may change them

@pytest.mark.row("S1.44")
async def test_each_company_keeps_its_own_contacts(book: Book) -> None:
    alice = Person(book.server, "admin@acmecorp.example")
    assert (await book.add(ACME, "admin@acmecorp.example"))["userErrors"] == []
    assert (await book.add(BRIGHTLINE, type="BILLING"))["userErrors"] == []
    assert "Piet de Vries" in [c["name"] for c in (await of(alice, "Acme"))["contacts"]["nodes"]]
    bea = Person(book.server, "admin@brightline.example")
    ours = (await bea.ask(OF_TENANT, {"id": book.ids[BRIGHTLINE]}))["data"]["tenant"]["contacts"]["nodes"]
    assert {"type": "BILLING", "name": "Piet de Vries", "email": PIET["email"]} in ours
    assert (await alice.ask(OF_TENANT, {"id": book.ids[BRIGHTLINE]}))["data"]["tenant"] is None
    assert (await book.add(GLOBAL, "admin@acmecorp.example"))["userErrors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(("email", "company", "requires"), [
    ("regular@brightline.example", ACME, "CUSTOMER_EDIT"), ("readonly@brightline.example", ACME, "CUSTOMER_EDIT"),
    ("support@brightline.example", ACME, "CUSTOMER_EDIT"), ("sales@harbor.example", ACME, "CUSTOMER_EDIT"),
    ("regular@brightline.example", BRIGHTLINE, "COMPANY_PROFILE_EDIT"),
])
@pytest.mark.row("S1.44")
async def test_only_administrators_change_contacts(book: Book, email: str, company: str, requires: str) -> None:
    refused = await book.add(company, email)
    assert codes(refused) == [("FORBIDDEN", "tenantId")]
    assert refused["userErrors"][0]["requiredCapability"] == requires
    made = (await book.add(company))["contact"]
    kept = await upsert(Person(book.server, email), book.ids[company], {**PIET, "name": "Other"}, made["id"])
    assert codes(kept) == [("FORBIDDEN", "tenantId")]
    gone = await delete(Person(book.server, email), made["id"])
    assert (codes(gone), gone["userErrors"][0]["requiredCapability"], gone["deletedId"]) == (
        [("FORBIDDEN", "contactId")], requires, None)


@pytest.mark.row("S1.44")
async def test_who_sees_the_people_of_a_company_sees_its_contacts_and_nobody_else_does(book: Book) -> None:
    made = (await book.add(ACME))["contact"]
    for email in ("support@brightline.example", "readonly@brightline.example", "sales@harbor.example",
                  "admin@acmecorp.example"):
        assert (await Person(book.server, email).ask(NODE, {"id": made["id"]}))["data"]["node"]["email"] == PIET["email"]
    for email in ("unlinked@brightline.example", "admin@coastal.example", "contact@globalent.example"):
        person = Person(book.server, email)
        assert (await person.ask(NODE, {"id": made["id"]}))["data"]["node"] is None
        absent = await delete(person, "cnt_4611686018427387904")
        assert await delete(person, made["id"]) == absent
        assert codes(absent) == [("NOT_FOUND", "contactId")]
        assert codes(await upsert(person, book.ids[ACME], PIET)) == [("NOT_FOUND", "tenantId")]


async def test_a_contact_is_not_moved_to_another_company(book: Book) -> None:
    made = (await book.add(ACME))["contact"]
    admin = Person(book.server, "admin@brightline.example")
    assert codes(await upsert(admin, book.ids[GLOBAL], PIET, made["id"])) == [("NOT_FOUND", "contactId")]


@pytest.mark.row("S1.44", "S1.45", "S1.47")
async def test_what_a_partner_does_to_a_customers_contacts_is_in_the_customers_log(book: Book) -> None:
    admin = Person(book.server, "admin@harbor.example")
    asked = """query($id: ID!) { tenant(id: $id) { activityLog(first: 20) { totalCount nodes {
      action actorEmail onBehalf summary } } } }"""

    async def log(company: str) -> dict[str, Any]:
        return (await admin.ask(asked, {"id": book.ids[company]}))["data"]["tenant"]["activityLog"]
    ours, theirs = await log(BRIGHTLINE), await log(ACME)
    inside = await entered(Person(book.server, "admin@brightline.example"), ACME)
    payload = await upsert(inside, book.ids[ACME], {**PIET, "email": "logged@acmecorp.example"})
    book.made.append(payload["contact"]["id"])
    after = await log(ACME)
    assert after["totalCount"] == theirs["totalCount"] + 1
    assert after["nodes"][0] == {"action": "upsertContact", "actorEmail": "admin@brightline.example", "onBehalf": True,
                                 "summary": "added Piet de Vries as TECHNICAL contact"}
    assert await log(BRIGHTLINE) == ours


# -- input

async def test_all_that_is_wrong_with_a_contact_is_told_at_once(book: Book) -> None:
    payload = await book.add(ACME, name=" ", email="nobody", userId="usr_1",
                             address={"line1": "  ", "city": "x" * 101, "country": "ZZ"})
    assert sorted(codes(payload)) == [
        ("INVALID", "contact.address.city"), ("INVALID", "contact.address.country"), ("INVALID", "contact.email"),
        ("NOT_FOUND", "contact.userId"), ("REQUIRED", "contact.address.line1"), ("REQUIRED", "contact.name")]
    assert payload["contact"] is None


async def test_a_contact_that_somebody_else_changed_meanwhile_stays_as_it_is(book: Book) -> None:
    admin = Person(book.server, "admin@brightline.example")
    made = (await book.add(ACME))["contact"]
    payloads = await asyncio.gather(*(upsert(admin, book.ids[ACME], {**PIET, "name": f"Name {n}"}, made["id"], ifVersion=1)
                                      for n in range(4)))
    assert sorted(codes(p) for p in payloads) == [[], *[[("VERSION_CONFLICT", "ifVersion")]] * 3]
    assert codes(await delete(admin, made["id"], ifVersion=1)) == [("VERSION_CONFLICT", "ifVersion")]
    assert codes(await upsert(admin, book.ids[ACME], {**PIET, "type": "SUPPORT"}, ifVersion=1)) == [("INVALID", "ifVersion")]


async def test_taking_a_contact_out_again_under_the_same_key_answers_the_same(book: Book) -> None:
    admin = Person(book.server, "admin@brightline.example")
    made = (await book.add(ACME))["contact"]
    dry = await delete(admin, made["id"], dryRun=True)
    assert dry["deletedId"] == made["id"] and dry["auditEntryId"] is None
    first = await delete(admin, made["id"], idempotencyKey=f"gone/{made['id']}")
    assert first["deletedId"] == made["id"]
    assert await delete(admin, made["id"], idempotencyKey=f"gone/{made['id']}") == first
