"""Customers that a partner sets up by itself, and what it changes about them (S1.29, S2.3-S2.5, S2.19-S2.20)."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from models import AccessGrant, OutboundEmail, PasswordReset, Tenant, User
from models.audit import verify
from models.grants import access_changed
from models.signing import use_keys
from server.settings import Settings
from tests.api.test_password_resets import follow
from tests.api.test_passwords import NEXT, change
from tests.client import Person, sign_in
from tests.inviting import fresh, links
from tests.servers import Server
from tests.stored import connected

ADMIN, SALES, SUPPORT, COASTAL = ("admin@brightline.example", "sales@harbor.example", "support@brightline.example",
                                  "admin@coastal.example")
HARBOR, REGULAR = "admin@harbor.example", "regular@brightline.example"
PASSWORD = "a fine first secret"
ERRORS = "userErrors { code path requiredCapability message } warnings { code path }"
CREATE = f"""mutation($input: CreateCustomerInput!, $options: MutationOptions) {{ createCustomer(input: $input, options: $options) {{
  customer {{ id version name status website phone country description address {{ line1 city postalCode country }}
    tenant {{ kind parent {{ name }} }} primaryAdmin {{ email }} onboarding {{ status }}
    sentEmails {{ nodes {{ kind to subject body }} }} }}
  user {{ id email displayName mustChangePassword emailVerified }} {ERRORS} }} }}"""
UPDATE = f"""mutation($input: UpdateCustomerInput!, $options: MutationOptions) {{ updateCustomer(input: $input, options: $options) {{
  customer {{ id version name website phone country description address {{ line1 }} }} {ERRORS} }} }}"""


def company(name: str, **more: Any) -> dict[str, Any]:
    admin = {"firstName": "Ann", "lastName": "Lee", "email": fresh(), "password": PASSWORD, **more.pop("admin", {})}
    return {"companyName": name, "admin": admin, **more}


async def create(person: Person, input: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = await person.ask(CREATE, {"input": input, "options": options})
    assert answer.get("data"), answer
    return answer["data"]["createCustomer"]


async def update(person: Person, **input: Any) -> dict[str, Any]:
    options = input.pop("options", None)
    answer = await person.ask(UPDATE, {"input": input, "options": options})
    assert answer.get("data"), answer
    return answer["data"]["updateCustomer"]


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["code"], ".".join(error["path"])) for error in payload["userErrors"]]


async def listed(person: Person, search: str) -> list[str]:
    answer = await person.ask("query($s: String) { customers(search: $s) { nodes { name } } }", {"s": search})
    return [node["name"] for node in answer["data"]["customers"]["nodes"]]


@pytest.mark.row("S1.29", "S2.3", "S2.19")
async def test_an_admin_sets_up_a_customer_whose_administrator_signs_in(server: Server) -> None:
    admin, input = Person(server, ADMIN), company("Fresh Bakery", website="https://www.newco.example", phone="+49 30 123456",
                                                  country="DE", description="Bread. Ten percent off until May.",
                                                  address={"line1": "Hauptstraße 1", "city": "Berlin", "postalCode": "10115"})
    made = await create(admin, input)
    assert codes(made) == []
    assert made["warnings"] == []
    customer, user = made["customer"], made["user"]
    assert (customer["name"], customer["status"], customer["tenant"]) == (
        "Fresh Bakery", "ACTIVE", {"kind": "CUSTOMER", "parent": {"name": "Brightline Partners"}})
    assert customer["address"] == {"line1": "Hauptstraße 1", "city": "Berlin", "postalCode": "10115", "country": None}
    assert customer["primaryAdmin"]["email"] == user["email"] == input["admin"]["email"]
    assert (user["mustChangePassword"], user["emailVerified"]) == (True, False)
    assert customer["onboarding"]["status"] == "IN_PROGRESS"
    [letter] = customer["sentEmails"]["nodes"]
    assert (letter["kind"], letter["to"]) == ("welcome", [user["email"]])
    assert user["email"] in letter["body"] and "{link}" in letter["body"]
    assert PASSWORD not in letter["body"]
    own = Person(server, token=await sign_in(server, user["email"], PASSWORD))
    mine = "{ viewer { currentTenant { name } } customers { nodes { name description address { line1 } } } }"
    assert (await own.ask(mine))["data"]["customers"]["nodes"] == [], "the partner knows this password"
    own = Person(server, token=(await change(own, current=PASSWORD))["token"])
    answer = await own.ask(mine)
    assert answer["data"]["viewer"]["currentTenant"]["name"] == "Fresh Bakery"
    assert answer["data"]["customers"]["nodes"] == [{"name": "Fresh Bakery", "description": None, "address": {"line1": "Hauptstraße 1"}}]
    assert await listed(admin, "bakery fresh") == ["Fresh Bakery"]
    assert await listed(Person(server, COASTAL), "bakery fresh") == []


@pytest.mark.row("S4.41", "S4.42")
@pytest.mark.case(72)
async def test_the_welcome_letter_has_a_link_by_which_the_administrator_chooses_a_password(server: Server) -> None:
    made = await create(Person(server, ADMIN), company("Welcome Ltd"))
    email = made["user"]["email"]
    [link] = await links(server, email, what="reset")
    assert link.startswith(f"{server.url}/new-password#reset=")
    async with connected(server.database_url):
        stored = str(await OutboundEmail.all().values())
        [reset] = await PasswordReset.filter(user_id=int(made["user"]["id"][4:]))
    assert PASSWORD not in stored + server.log.read_text()
    assert dt.timedelta(hours=71) < reset.expires_at - dt.datetime.now(dt.UTC) <= dt.timedelta(hours=72)
    assert not (await follow(server, link.partition("#reset=")[2]))["userErrors"]
    admin = Person(server, token=await sign_in(server, email, NEXT))
    told = (await admin.ask("{ viewer { user { mustChangePassword emailVerified } } customers { nodes { name } } }"))["data"]
    assert told == {"viewer": {"user": {"mustChangePassword": False, "emailVerified": True}}, "customers": {"nodes": [{"name": "Welcome Ltd"}]}}


@pytest.mark.row("S2.3", "S2.5", "S2.19")
@pytest.mark.parametrize("email", [SALES, REGULAR, SUPPORT, "admin@acmecorp.example"])
async def test_nobody_but_admins_sets_up_customers(server: Server, email: str) -> None:
    refused = await create(Person(server, email), company("Never Ltd"))
    assert [(error["code"], error["requiredCapability"]) for error in refused["userErrors"]] == [("FORBIDDEN", "CUSTOMER_CREATE")]
    assert await listed(Person(server, HARBOR), "never") == []


@pytest.mark.row("S2.19")
async def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_stored(server: Server) -> None:
    input = company(" ", website="acme", admin={"firstName": "", "email": "nonsense", "password": "short"},
                    address={"line1": "", "country": "XX"})
    assert codes(await create(Person(server, ADMIN), input)) == [
        ("REQUIRED", "input.companyName"), ("REQUIRED", "input.address.line1"), ("INVALID", "input.address.country"),
        ("INVALID", "input.website"), ("REQUIRED", "input.admin.firstName"), ("INVALID", "input.admin.email"),
        ("WEAK_PASSWORD", "input.admin.password")]
    taken = await create(Person(server, ADMIN), company("Taken Ltd", admin={"email": "ADMIN@acmecorp.example"}))
    assert codes(taken) == [("EMAIL_TAKEN", "input.admin.email")]
    assert await listed(Person(server, ADMIN), "taken") == []


async def test_a_careful_partner_is_told_what_it_might_still_fill_in(server: Server) -> None:
    made = await create(Person(server, ADMIN), company("Bare Ltd"))
    assert [warning["code"] for warning in made["warnings"]] == ["WEBSITE_MISSING", "DESCRIPTION_EMPTY"]
    other = await create(Person(server, ADMIN), company("Elsewhere Ltd", website="https://elsewhere.example", description="x"))
    assert [warning["code"] for warning in other["warnings"]] == ["EMAIL_DOMAIN_MISMATCH"]


async def test_two_who_take_one_address_at_once_make_one_customer(server: Server) -> None:
    input = company("Race Ltd")
    both = await asyncio.gather(*(create(Person(server, who), input) for who in (ADMIN, COASTAL)))
    assert sorted(len(payload["userErrors"]) for payload in both) == [0, 1]
    assert [code for payload in both for code, _ in codes(payload)] == ["EMAIL_TAKEN"]
    assert len(await listed(Person(server, HARBOR), "race ltd")) == 1


async def test_a_rehearsal_sets_up_nobody_and_a_key_sets_up_one(server: Server) -> None:
    rehearsed = await create(Person(server, ADMIN), company("Rehearsed Ltd"), dryRun=True)
    assert rehearsed["customer"]["name"] == "Rehearsed Ltd"
    assert await listed(Person(server, ADMIN), "rehearsed") == []
    input = company("Repeated Ltd")
    first, again = [await create(Person(server, ADMIN), input, idempotencyKey="one repeated customer") for _ in range(2)]
    assert first["customer"]["id"] == again["customer"]["id"]
    assert await listed(Person(server, ADMIN), "repeated") == ["Repeated Ltd"]


@pytest.mark.row("S1.29", "S2.3", "S2.20")
async def test_admins_change_the_details_of_every_tenant_beneath_them_and_of_no_other(server: Server) -> None:
    made = (await create(Person(server, ADMIN), company("Before Ltd")))["customer"]
    changed = await update(Person(server, HARBOR), customerId=made["id"], companyName="After Ltd", phone="+49 30 1", country="DE",
                           options={"ifVersion": made["version"]})
    assert codes(changed) == []
    assert (changed["customer"]["name"], changed["customer"]["phone"], changed["customer"]["version"]) == (
        "After Ltd", "+49 30 1", made["version"] + 1)
    assert await listed(Person(server, ADMIN), "after ltd") == ["After Ltd"]
    assert await listed(Person(server, ADMIN), "before ltd") == []
    assert codes(await update(Person(server, ADMIN), customerId=made["id"], phone="+1 555 1", options={"ifVersion": 1})) == [
        ("VERSION_CONFLICT", "options.ifVersion")]
    again = await update(Person(server, ADMIN), customerId=made["id"], companyName="After Ltd")
    assert [warning["code"] for warning in again["warnings"]] == ["ALREADY_DONE"]
    brightline = (await Person(server, HARBOR).ask('{ customers(search: "brightline") { nodes { id } } }'))["data"]["customers"]["nodes"][0]["id"]
    for email, id in ((COASTAL, made["id"]), (COASTAL, brightline), ("admin@acmecorp.example", made["id"]),
                      ("admin@acmecorp.example", brightline)):
        assert codes(await update(Person(server, email), customerId=id, phone="+1 555 1")) == [("NOT_FOUND", "input.customerId")]


@pytest.mark.row("S2.4")
async def test_sales_sees_every_customer_of_its_tree_with_its_money_and_none_beside(server: Server) -> None:
    asked = "{ viewer { currentTenant { name } } customers(first: 100) { totalCount nodes { id name mrr { amount } summary { ports } } } }"
    seen, all_there_are = [(await Person(server, who).ask(asked)) for who in (SALES, HARBOR)]
    assert seen["data"]["customers"] == all_there_are["data"]["customers"]
    assert "withheld" not in seen.get("extensions", {})
    async with connected(server.database_url):
        home = await Tenant.get(name="Coastal IT")
        known = await User.get(email=SALES)
        other = await User.create(tenant_id=home.id, email=(email := fresh()), email_norm=email, first_name="Sam", last_name="Lee",
                                  name_key="sam lee", password_hash=known.password_hash, email_verified=True)
        await AccessGrant.create(user_id=other.id, tenant_id=home.id, role="SALES", source="HOME", granted_at=known.invited_at)
        await access_changed([other.id])
    theirs, coastal = [(await Person(server, who).ask(asked))["data"] for who in (email, COASTAL)]
    assert theirs == coastal and "Acme Corporation" not in {c["name"] for c in theirs["customers"]["nodes"]}


@pytest.mark.row("S2.5", "S2.20")
async def test_sales_and_support_see_a_customer_and_change_nothing_about_it(server: Server) -> None:
    acme = (await Person(server, SALES).ask('{ customers(search: "acme") { nodes { id } } }'))["data"]["customers"]["nodes"][0]["id"]
    for email in (SALES, SUPPORT, "readonly@brightline.example", REGULAR):
        refused = await update(Person(server, email), customerId=acme, phone="+1 555 1")
        assert [(error["code"], error["requiredCapability"]) for error in refused["userErrors"]] == [("FORBIDDEN", "CUSTOMER_EDIT")]


@pytest.mark.case(26)
@pytest.mark.row("S1.29")
async def test_a_customers_admin_keeps_its_own_profile_but_never_the_partners_notes(server: Server) -> None:
    input = company("Own Ltd", description="Pays late.")
    made = (await create(Person(server, ADMIN), input))["customer"]
    own = Person(server, token=await sign_in(server, input["admin"]["email"], PASSWORD))
    own = Person(server, token=(await change(own, current=PASSWORD))["token"])  # a first password is good for that alone
    changed = await update(own, customerId=made["id"], website="https://own.example")
    assert (changed["customer"]["website"], changed["customer"]["description"]) == ("https://own.example", None)
    refused = await update(own, customerId=made["id"], description="Pays early.")
    assert codes(refused) == [("FORBIDDEN", "input.description")]
    notes = await update(Person(server, ADMIN), customerId=made["id"], description="")
    assert notes["customer"]["description"] is None


async def test_every_change_of_details_is_in_the_audit_chain(server: Server) -> None:
    made = (await create(Person(server, ADMIN), company("Audited Ltd")))["customer"]
    await update(Person(server, ADMIN), customerId=made["id"], phone="+1 555 2")
    use_keys(*Settings().keys)
    async with connected(server.database_url):
        assert (await verify(int(made["id"].removeprefix("cus_")))) is None


@pytest.mark.row("S2.27", "S2.28")
async def test_of_several_admins_the_first_invited_is_shown_and_the_next_when_they_go(server: Server) -> None:
    input = company("Two Admins Ltd")
    made = (await create(Person(server, ADMIN), input))["customer"]
    async with connected(server.database_url):
        first = await User.get(email=input["admin"]["email"])
        others = [User(tenant_id=first.tenant_id, email=(email := fresh()), email_norm=email, first_name=name, last_name="Lee",
                       name_key=f"{name} lee", invited_at=first.invited_at + dt.timedelta(minutes=minutes))
                  for name, minutes in (("aaron", 2), ("zoe", 1))]
        for other in others:
            await other.save(force_create=True)
            await AccessGrant.create(user_id=other.id, tenant_id=other.tenant_id, role="ADMIN", source="HOME",
                                     granted_at=first.invited_at)
        shown = []
        for gone in (None, first, others[1], others[0]):
            if gone is not None:
                await User.filter(id=gone.id).update(active=False)
            answer = await Person(server, ADMIN).ask(f'{{ customer(id: "{made["id"]}") {{ primaryAdmin {{ firstName }} }} }}')
            shown.append((answer["data"]["customer"]["primaryAdmin"] or {}).get("firstName"))
    assert shown == ["Ann", "zoe", "aaron", None]
