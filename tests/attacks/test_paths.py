"""Every way through the schema to a protected field, walked by somebody who may not see it: none gives a value."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack

import pytest

from engine.rows import BY_TAG
from models.access import Capability
from models.events import EventKind
from tests.api.test_support_moves_no_money import furnished
from tests.attacks.walking import SCHEMA, documents, paths, protected, told, values
from tests.client import Person
from tests.live import happen, listening
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected

#: Fields on the way, and on that of somebody who may see it all.
LENGTH, SHORTER = 5, 4


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
    """Of four on PostgreSQL: what is compiled is the same, and only its SQL differs."""
    person, ids = Person(story, "support@brightline.example"), await known(story)
    wanted, counted = protected(await lacking(person)), Counter[str]()
    assert {("Customer", "mrr"), ("CustomerSummary", "mrr"), ("Contract", "value"), ("Service", "monthlyCharge"),
            ("Invoice", "total"), ("Customer", "invoices"), ("Query", "contracts"), ("Tenant", "auditEntries")} <= wanted
    length = LENGTH if story.database_url.startswith("sqlite") else SHORTER
    for document, held in documents(paths(SCHEMA.query_type, wanted, length, ids)):
        answer = await person.ask(document)
        assert "errors" not in answer, (answer["errors"], document)
        for path in held:
            assert list(values(answer["data"], path)) == [], told(path)
            counted["walked"] += 1
            counted["asked of an object"] += any(True for _ in values(answer["data"], path[:-1]))
    assert counted["walked"] > 2000 and counted["asked of an object"] > 400, counted


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
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_no_payload_and_no_event_leads_support_there_either(server: Server) -> None:
    shop = await open_shop(server)
    pine, things = await furnished(shop)
    person = shop.person("support")
    ids = {row.__name__: things[tag][0] for tag, row in BY_TAG.items() if things.get(tag)} | {"Customer": pine.id}
    wanted, counted = protected(await lacking(person)), Counter[str]()
    done = {
        "pinCustomer": {"customerId": pine.id}, "serviceAction": {"serviceId": ids["Service"], "action": "DIAGNOSE"},
        "markNotificationsRead": {}, "updateProfile": {"timeZone": "Europe/Berlin"}, "setListPreferences": {"density": "COMPACT"},
        "switchTenant": {"tenantId": f"ten_{pine.key}"}}
    for name, given in done.items():
        around = f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{{{ {{}} }}}}"
        for document, held in documents(paths(SCHEMA.mutation_type, wanted, LENGTH, ids, [name]), around):
            answer = await person.ask(document, {"input": given})
            assert "errors" not in answer, answer["errors"]
            for path in held:
                assert list(values(answer["data"], path)) == [], told(path)
                counted[name] += any(True for _ in values(answer["data"], path[:-1]))
    assert counted.keys() == done.keys() - {"setListPreferences"} and min(counted.values()) > 5, counted

    async with AsyncExitStack() as open_streams:
        asked = list(documents(paths(SCHEMA.subscription_type, wanted, LENGTH, ids, ["customerEvents"]), "subscription {{ {} }}"))
        streams = [await open_streams.enter_async_context(listening(person, document)) for document, _ in asked]
        await happen(server, EventKind.SERVICE_PROVISIONED, pine.id, ids["Service"])
        for stream, (_, held) in zip(streams, asked, strict=True):
            event = await stream.next()
            assert event and "errors" not in event, event
            for path in held:
                assert list(values(event["data"], path)) == [], told(path)
                counted["event"] += any(True for _ in values(event["data"], path[:-1]))
    assert counted["event"] > 50
