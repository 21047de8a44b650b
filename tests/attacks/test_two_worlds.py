"""What somebody may not see changes under every list, total, filter, order and search: not a byte of their answers does, nor of
the errors, events and letters that they get."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import orjson
import pytest
from graphql import get_named_type

import models
from engine.rows import BY_TAG
from models.contacts import subscription
from models.events import EventKind, announce
from models.transaction import settle, unit_of_work
from tests.api.test_support_moves_no_money import furnished
from tests.api.test_switch_tenant import switch
from tests.attacks.belongings import belongings, unlinked
from tests.attacks.listing import _leaves, documents
from tests.attacks.test_every_mutation import NAMING, tried
from tests.attacks.walking import SCHEMA
from tests.client import Person, sign_in
from tests.inviting import fresh
from tests.live import Stream, listening
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected
from tests.ticking import tick

#: Headers that are never the same twice: an answer tells what is left to be spent, which has more or fewer digits.
RESTLESS = ("Date", "X-Request-ID", "Content-Length")


#: When all that is told of happened, as letters say.
AT = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
#: Documents asked at a time: PostgreSQL plans each on its own.
AT_ONCE = 4
WHO = ("support", "support inside", "admin")
#: Questions that are refused, or fail, one way or another.
REFUSED = [
    "{ customers { nodes { mrr { amuont } } } }", '{ customers(sort: {key: PRICE}) { totalCount } }', "{ customers(first: 0) { totalCount } }",
    '{ customers(after: "bm90aGluZw") { totalCount } }', '{ customers(filter: {mrr: {gt: 500}}) { totalCount } }', "{ customers {",
    '{ node(id: "nonsense") { id } customer(id: "cus_4611686018427387905") { mrr { amount } } }', "mutation { signOut }",
    "{ customers(first: 100) { nodes { contracts(first: 100) { nodes { customer { contracts(first: 100) { totalCount } } } } } } }"]


async def asked(person: Person, found: list[str]) -> list[Any]:
    """Answers as they came: status, headers, body, and what they cost but for what is left."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(document: str) -> Any:
        async with room:
            status, headers, body = await person.raw(document)
            cost = {name: points for name, points in (person.cost or {}).items() if name != "remaining"}
        assert status == 200 or document in REFUSED, (body, document)
        return status, sorted((k, v) for k, v in headers.items() if k not in RESTLESS), body, cost
    return await asyncio.gather(*map(one, found))


def events() -> dict[str, str]:
    """Of each subscription that tells of customers, all that it tells but what names the event itself and its moment."""
    found = {}
    for name, field in SCHEMA.subscription_type.fields.items():
        named = get_named_type(field.type)
        if name not in ("accessChanged", "actingSessionEnded"):
            shown = [each for each in _leaves(named, 1) if each not in ("reference", "at", *(["id"] if name == "notifications" else []))]
            found[name] = f"{name}%s {{ {' '.join(shown)} }}"
    return found


async def told(people: list[Person], place: Place, things: dict[str, str]) -> dict[str, list[bytes]]:
    """Of one event of each kind, what each subscription of each of them tells until the last; and the letters about them."""
    server, heard = people[0].server, dict[str, list[bytes]]()
    async with AsyncExitStack() as opened:
        streams = []
        for person in people:
            for name, text in events().items():
                if name == "notifications" and person is people[1]:
                    continue  # a customer's company is told little, and its Support nothing
                given = f'(customerId: "{place.id}")' if name == "onboardingProgress" else ""
                streams.append((f"{name} to {WHO[people.index(person)]}", await opened.enter_async_context(listening(person, f"subscription {{ {text % given} }}"))))
        async with connected(server.database_url):
            before = set(await models.OutboundEmail.filter(tenant_id=place.key).values_list("id", flat=True))
            for kind in EventKind:
                about = {"SERVICE": things["svc"], "INVOICE": things["bil"], "ACCESS_": things["grt"]}.get(kind.name[:7])
                await unit_of_work(partial(announce, kind, place.key, AT, about=about, facts={"name": "Line"}))
            await settle()
        await tick(server, dt.datetime.now(dt.UTC), "notify")
        async with connected(server.database_url):  # the last of all, once everything that follows from the others is written
            await unit_of_work(partial(announce, EventKind.UPDATED, place.key, AT))
            await settle()
        await tick(server, dt.datetime.now(dt.UTC), "notify")
        for name, stream in streams:
            heard[name] = await heard_by(stream, 1 if name.startswith("onboarding") else 2)
        async with connected(server.database_url):
            letters = await models.OutboundEmail.filter(tenant_id=place.key).exclude(id__in=before).order_by("kind", "recipient", "subject")
            heard["letters"] = [f"{letter.kind} {letter.recipient} {letter.subject} {letter.body}".encode() for letter in letters]
    return heard


async def heard_by(stream: Stream, updates: int) -> list[bytes]:
    """All that it tells until it has told of the last event, which is an update as is another before it."""
    found = list[bytes]()
    while updates:
        answer = await stream.next()
        assert answer and "errors" not in answer, answer
        [event] = answer["data"].values()
        updates -= event.get("kind", "UPDATED") == "UPDATED"
        found.append(orjson.dumps(answer["data"] | {"withheld": answer.get("extensions")}))
    return sorted(found)


async def wanting_letters(shop: Shop) -> None:
    """The company's contact hears of everything by letter and in the portal, and so do its people."""
    async with connected(shop.server.database_url):
        tenant = await models.Tenant.get(name=shop.name)
        await models.Contact.create(tenant_id=tenant.id, type="ADMIN", name="All", name_key="all", email="all@shop.example",
                                    email_norm="all@shop.example", subscribed_to=subscription(list(EventKind)))
        await models.NotificationPreference.bulk_create([models.NotificationPreference(
            told_id=tenant.id, tenant_id=tenant.id, event=kind.name, email=True, in_app=True) for kind in EventKind])


def differing_at(was: Any, now: Any) -> tuple[Any, ...]:
    place = next((n for n, (a, b) in enumerate(zip(was[2], now[2], strict=False)) if a != b), 0)
    return was[2][max(place - 80, 0):place + 40], now[2][max(place - 80, 0):place + 40], was[3], now[3]


async def change_what_is_hidden(shop: Shop, place: Place) -> None:
    """Every figure and every record of a customer that Support does not see, and a customer more of which it knows nothing."""
    await unlinked(shop, (await shop.customer()).key)
    async with connected(shop.server.database_url):
        now, tenant = dt.datetime.now(dt.UTC), await models.Tenant.get(id=place.key)
        await models.Customer.filter(id=place.key).update(
            mrr_minor=0, mrr_pending_minor=None, ports=77, virtual_circuits=78, cloud_connections=79,
            last_activity_at=now - dt.timedelta(days=90), last_order_at=now - dt.timedelta(days=90))
        await models.Customer.filter(id=tenant.parent_id).update(mrr_minor=123_456)
        await models.Service.filter(tenant_id=place.key).update(monthly_charge_minor=31_415)
        await models.Contract.filter(tenant_id=place.key).update(value_minor=27_182, status="TERMINATED")
        await models.Contract.create(tenant_id=place.key, number="C-9999", title="Another", status="ACTIVE", currency="EUR",
                                     starts_on="2026-01-01", value_minor=1_00, auto_renew=False)
        for month in ("2026-08", "2026-09"):
            await models.Invoice.create(
                tenant_id=place.key, issuer_id=tenant.parent_id, billing_month=month, status="READY", payment_state="NOT_DUE",
                currency="EUR", subtotal_minor=5_00, tax_minor=0, total_minor=5_00, due_minor=0)
        await models.Invoice.filter(tenant_id=place.key, billing_month="2026-10").update(
            subtotal_minor=6_00, tax_minor=0, total_minor=6_00)
        await models.ActivityEvent.create(tenant_id=place.key, actor_email="a@up.example", on_behalf=True, action="addServices",
                                          summary="ordered for 1250.00", at=now)
        await models.Invitation.filter(tenant_id=place.key).update(sent_count=4)
        await models.ApiKey.filter(tenant_id=place.key).update(scope="FINANCIALS_VIEW")
        await models.OutboundEmail.create(tenant_id=place.key, kind="customer_changed", recipient="a@up.example", subject="1250.00",
                                          body="1250.00", status="SENT", written_at=now, next_try_at=now)


async def seats(shop: Shop, place: Place) -> list[Person]:
    """Support at home, and inside the customer."""
    inside = Person(shop.server, token=await sign_in(shop.server, shop.people["support"]))
    entered = await switch(inside, f"ten_{place.key}")
    return [shop.person("support"), Person(shop.server, token=entered["token"])]


async def rehearsed(person: Person, things: dict[str, str]) -> list[dict[str, Any]]:
    """What every mutation would answer that names something of a customer; of new tokens and secrets only that there is one."""
    attempts = [(name, things[tag]) for name, (_, tag, _) in NAMING.items() if tag in things]
    return [{field: bool(value) if field in ("token", "secret") else value for field, value in answer.items()}
            for answer in await tried(person, attempts, dryRun=True)]


@pytest.mark.case(6, 8, 10, 11, 13, 14, 21, 22, 25, 27, 28, 29)
async def test_not_a_byte_changes_when_only_what_is_hidden_does(server: Server) -> None:
    shop = await open_shop(server)
    pine, _ = await furnished(shop)
    await shop.customer()  # a second one, so that there is an order
    things = await belongings(server, pine.key)
    found = list(documents({row.__name__: things[tag] for tag, row in BY_TAG.items() if tag in things}))
    people, admin = await seats(shop, pine), shop.person("admin")
    await wanting_letters(shop)
    async with connected(server.database_url):
        await models.Customer.filter(id=pine.key).update(onboarding_status="IN_PROGRESS", onboarding_done=0, onboarding_required=1)
    heard = await told([*people, admin], pine, things)
    before, shown = [await asked(person, found) for person in people], await asked(admin, found)
    refused = [await asked(person, REFUSED) for person in people]
    would = [await rehearsed(person, things) for person in people]
    await change_what_is_hidden(shop, pine)
    for person, answers in zip(people, before, strict=True):
        for document, was, now in zip(found, answers, await asked(person, found), strict=True):
            assert was == now, (differing_at(was, now), document)
    assert [await rehearsed(person, things) for person in people] == would
    for person, answers in zip(people, refused, strict=True):
        for document, was, now in zip(REFUSED, answers, await asked(person, REFUSED), strict=True):
            assert was == now, (differing_at(was, now), document)
    again = await told([*people, admin], pine, things)
    apart = {name for name in heard if again[name] != heard[name]}
    assert apart == {"customerEvents to admin", "notifications to admin"}, apart
    assert any(b"service_provisioned all@shop.example" in letter for letter in heard["letters"])
    differing = sum(was != now for was, now in zip(shown, await asked(admin, found), strict=True))
    assert differing > 10 and sum(len(orjson.loads(body)["data"]) for _, _, body, _ in shown) > 20


async def change_what_the_customer_does_not_see(shop: Shop, place: Place, beside: Place) -> None:
    """What its partner notes about it and has not issued yet, and everything of the customer beside it and of the partner."""
    admin = shop.person("admin")
    assert not (await shop.add(beside, "Access port 1G"))["userErrors"]
    answer = await admin.ask("mutation($input: InviteCustomerInput!) { inviteCustomer(input: $input) { userErrors { code } } }", {
        "input": {"accountType": "LOCAL_ACCOUNT", "email": fresh("more"), "organizationName": "More"}})
    assert answer["data"]["inviteCustomer"] == {"userErrors": []}
    async with connected(shop.server.database_url):
        partner = (await models.Tenant.get(id=place.key)).parent_id
        await models.Customer.filter(id=place.key).update(description="Ten percent off until May")
        await models.Customer.filter(id__in=[partner, beside.key]).update(mrr_minor=123_456, ports=12)
        await models.Invoice.filter(tenant_id=place.key, billing_month="2026-10").update(
            subtotal_minor=6_00, tax_minor=0, total_minor=6_00, status="ISSUABLE")
        for month in ("2026-08", "2026-09"):
            await models.Invoice.create(
                tenant_id=place.key, issuer_id=partner, billing_month=month, status="READY", payment_state="NOT_DUE",
                currency="EUR", subtotal_minor=5_00, tax_minor=0, total_minor=5_00, due_minor=0)


@pytest.mark.case(13, 29, 35)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_nor_does_a_byte_change_for_the_customer_itself_or_for_another_reseller(server: Server) -> None:
    """The customer's administrator reads its audit trail, too."""
    shop, other = await open_shop(server), await open_shop(server)
    pine, _ = await furnished(shop)
    beside, things = await shop.customer(), await belongings(server, pine.key)
    ids = {row.__name__: things[tag] for tag, row in BY_TAG.items() if tag in things}
    # each by the ids that they may know of: to ask for others is written into their audit trail, which is compared
    asking = {pine.admin: {name: id for name, id in ids.items() if name != "Customer"}, other.people["admin"]: {}, shop.people["admin"]: ids}
    found = {email: list(documents(known)) for email, known in asking.items()}
    people = [Person(server, email) for email in asking]
    for person in people:
        await person.token()
    before = [await asked(person, found[str(person.email)]) for person in people]
    await change_what_the_customer_does_not_see(shop, pine, beside)
    changed = []
    for person, answers in zip(people, before, strict=True):
        texts = found[str(person.email)]
        for document, was, now in zip(texts, answers, await asked(person, texts), strict=True):
            if was != now:
                changed.append((person.email, differing_at(was, now), document))
    assert [each for each in changed if each[0] != shop.people["admin"]] == [] and len(changed) > 5
    assert any(b'"operation":"signIn"' in body for _, _, body, _ in before[0]), "its administrator does read its audit trail"
