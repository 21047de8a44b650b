"""Every way through the schema to a protected field, walked by somebody who may not see it: none gives a value."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import pytest

from engine.rows import BY_TAG
from models import Customer
from models.access import Capability
from models.events import EventKind
from tests.api.test_support_moves_no_money import furnished
from tests.api.test_switch_tenant import BACK, switch
from tests.attacks.belongings import belongings, unlinked
from tests.attacks.test_every_mutation import NAMING, tried
from tests.attacks.walking import SCHEMA, Path, documents, paths, protected, told, values
from tests.client import PASSWORD, Person, sign_in
from tests.inventing import MUTATIONS
from tests.inviting import PASSWORD as CHOSEN
from tests.inviting import fresh, invite_user, token
from tests.live import listening
from tests.reaching import happened
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected

#: Fields on the way, and on that of somebody who may see it all.
LENGTH, SHORTER = 5, 4
#: Documents asked at a time: to plan a large one takes PostgreSQL longer than to run it, and it plans each on its own.
AT_ONCE = 4
#: Mutations that leave nothing to ask the next document for are rehearsed: their payload is read inside the transaction.
REHEARSED = {"acceptInvitation", "changePassword", "signIn", "signOut", "switchBack", "switchTenant"}


async def known(server: Server) -> dict[str, str]:
    """The global id of one object of each type, of the customer that Support knows where it is somebody's."""
    async with connected(server.database_url) as database:
        [acme] = await database.execute_query_dict("select id from tenant where name = 'Acme Corporation'")
        found = {}
        for tag, row in BY_TAG.items():
            fields = row.model._meta.fields_db_projection
            order = f"case when tenant_id = {acme['id']} then 0 else 1 end, id" if "tenant_id" in fields else \
                f"case when id = {acme['id']} then 0 else 1 end, id"
            rows = await database.execute_query_dict(f"select id from {row.model._meta.db_table} order by {order} limit 1")
            found[row.__name__] = f"{tag}_{rows[0]['id'] if rows else 1}"
        return found


async def lacking(person: Person) -> set[str]:
    """What somebody may do nowhere at all."""
    answer = await person.ask("{ viewer { capabilities } }")
    return {capability.name for capability in Capability} - set(answer["data"]["viewer"]["capabilities"])


@pytest.mark.case(1, 5, 32)
async def test_no_path_of_five_fields_leads_support_to_a_protected_value(story: Server) -> None:
    person, ids = Person(story, "support@brightline.example"), await known(story)
    wanted, counted = protected(await lacking(person)), Counter[str]()
    assert {("Customer", "mrr"), ("CustomerSummary", "mrr"), ("Contract", "value"), ("Service", "monthlyCharge"),
            ("Invoice", "total"), ("Customer", "invoices"), ("Query", "contracts"), ("Tenant", "auditEntries")} <= wanted
    found = list(documents(paths(SCHEMA.query_type, wanted, LENGTH, ids)))
    for answer, held in zip(await answers(person, [text for text, _ in found]), [held for _, held in found], strict=True):
        look_through(answer, held, "a query", counted)
    assert counted["walked"] > 8000 and counted["a query"] > 1500, counted


async def answers(person: Person, texts: list[str]) -> list[dict[str, Any]]:
    """What each document is answered, some of them asked at the same time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(text: str) -> dict[str, Any]:
        async with room:
            return await person.ask(text)
    return await asyncio.gather(*map(one, texts))


def look_through(answer: dict[str, Any] | None, held: list[Path], root: str, counted: Counter[str]) -> None:
    """Nothing at the end of any path; counts how many of them had an object to be asked of."""
    assert answer and "errors" not in answer, (root, answer)
    for path in held:
        assert list(values(answer["data"], path)) == [], told(path)
        counted["walked"] += 1
        counted[root] += any(True for _ in values(answer["data"], path[:-1]))


@pytest.mark.parametrize("story", ["sqlite"], indirect=True)
async def test_whoever_may_see_it_is_led_to_every_protected_field(story: Server) -> None:
    """Else the test above would walk through a place where there is nothing."""
    missing, ids = protected(await lacking(Person(story, "support@brightline.example"))), await known(story)
    for email in ("admin@brightline.example", "admin@meridian.example"):
        for document, held in documents(paths(SCHEMA.query_type, missing, SHORTER, ids)):
            answer = await Person(story, email).ask(document)
            missing -= {path[-1][:2] for path in held if any(True for _ in values(answer["data"], path))}
    assert missing == {("Contract", "documentUrl")}, "no contract of the story has one"


@pytest.mark.case(5)
async def test_no_payload_leads_support_there_either(server: Server) -> None:
    shop = await open_shop(server)
    pine, _ = await furnished(shop)
    things = await belongings(server, pine.key)
    person, ids = shop.person("support"), {row.__name__: things[tag] for tag, row in BY_TAG.items() if tag in things}
    inside = Person(server, token=(await switch(Person(server, token=await sign_in(server, person.email)), things["ten"]))["token"])
    asked = await made_by_support(shop, pine, things)
    wanted, counted, empty = protected(await lacking(person)), Counter[str](), set[str]()
    for name in asked:
        around = f"mutation($input: {MUTATIONS[name].args['input'].type}, $options: MutationOptions) {{{{ {{}} }}}}"
        for document, held in documents(paths(SCHEMA.mutation_type, wanted, LENGTH, ids, [name]), around):
            answer = await (inside if name == "switchBack" else person).ask(
                document, {"input": asked[name], "options": {"dryRun": name in REHEARSED}})
            look_through(answer, held, name, counted)
        if not counted[name]:
            empty.add(name)
    # what these answer with holds no customer, and nothing that leads to one
    assert empty == {"setListPreferences", "saveFilter", "signOut", "requestPasswordReset", "resetPassword"}, (empty, counted)
    others = [(name, things[tag]) for name, (_, tag, _) in NAMING.items() if name not in asked]
    for (name, _), payload in zip(others, await tried(person, others), strict=True):
        assert payload["userErrors"] and all(value is None for field, value in payload.items() if field != "userErrors"), name
    assert {name for name, _ in others} | asked.keys() == MUTATIONS.keys()


async def made_by_support(shop: Shop, place: Place, things: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Every mutation that Support may make, with an input for it."""
    admin, email = shop.person("admin"), fresh("meant")
    assert not (await invite_user(admin, things["ten"], email))["userErrors"]
    return {
        "pinCustomer": {"customerId": place.id}, "unpinCustomer": {"customerId": place.id},
        "serviceAction": {"serviceId": things["svc"], "action": "DIAGNOSE"}, "markNotificationsRead": {},
        "updateProfile": {"timeZone": "Europe/Berlin"}, "setListPreferences": {"density": "COMPACT"},
        "saveFilter": {"name": "Mine", "filter": {"name": "a"}}, "switchTenant": {"tenantId": things["ten"]}, "switchBack": {},
        "signIn": {"email": shop.people["support"], "password": PASSWORD}, "signOut": {},
        "changePassword": {"current": PASSWORD, "next": CHOSEN}, "requestPasswordReset": {}, "resetPassword": {},
        "acceptInvitation": {"token": await token(shop.server, email), "password": CHOSEN, "firstName": "Ann", "lastName": "Lee"},
    }


@pytest.mark.case(5, 49)
async def test_no_event_of_any_subscription_leads_support_there_either(server: Server) -> None:
    shop = await open_shop(server)
    pine, _ = await furnished(shop)
    lost, things = await shop.customer(), await belongings(server, pine.key)
    ids = {row.__name__: things[tag] for tag, row in BY_TAG.items() if tag in things}
    async with connected(server.database_url):
        await Customer.filter(id=pine.key).update(onboarding_status="IN_PROGRESS", onboarding_done=0, onboarding_required=1)
    home = Person(server, token=await sign_in(server, shop.people["support"]))
    wanted, counted = protected(await lacking(home)), Counter[str]()
    inside = Person(server, token=(await switch(home, things["ten"]))["token"])
    async with AsyncExitStack() as opened:
        streams = [(name, held, await opened.enter_async_context(listening(home, document)))
                   for name in SCHEMA.subscription_type.fields for document, held in documents(
                       paths(SCHEMA.subscription_type, wanted, LENGTH, ids, [name]), "subscription {{ {} }}")]
        assert {name for name, _, _ in streams} == SCHEMA.subscription_type.fields.keys()
        await happened(server, pine.name, EventKind.SERVICE_PROVISIONED, things["svc"])
        await unlinked(shop, lost.key)
        await inside.ask(BACK)
        for name, held, stream in streams:
            look_through(await stream.next(), held, name, counted)
    assert min(counted[name] for name in SCHEMA.subscription_type.fields) > 20 and counted["walked"] > 1200, counted
