"""Letters to a partner's Admin contacts, notifications in the portal, and who wants which."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import random
import re
from typing import Any

import orjson
import pytest

from models import Event, Notification, NotificationPreference, OutboundEmail, Tenant
from models.events import EventKind
from models.notifications import wanted
from models.transaction import unit_of_work
from resolvers import notifying
from tests.api.feeding import machine
from tests.api.test_switch_tenant import entered
from tests.client import Person
from tests.inviting import joined
from tests.reaching import READ, delete, happened, letters, mine, prefer, unread, upsert
from tests.servers import Server
from tests.shop import Place, Shop, open_shop
from tests.stored import connected
from tests.ticking import tick

CIRCUIT = "Virtual circuit 1G"
BEA, OPS, BILLS = "bea@shop.example", "ops@shop.example", "bills@shop.example"
_serial = itertools.count(1)


@pytest.fixture(scope="module")
async def shop(server: Server) -> Shop:
    """A partner with two Admin contacts, of whom none is a user, and one for invoices."""
    shop = await open_shop(server)
    for type, email in (("ADMIN", BEA), ("ADMIN", OPS), ("BILLING", BILLS)):
        await reach(shop, await here(shop), type=type, email=email)
    return shop


@pytest.fixture
async def pine(shop: Shop) -> Place:
    """A customer of that partner."""
    return await shop.customer()


async def here(shop: Shop) -> str:
    """The partner's own tenant."""
    answer = await shop.person("admin").ask("{ viewer { homeTenant { id } } }")
    return str(answer["data"]["viewer"]["homeTenant"]["id"])


async def reach(shop: Shop, tenant: str, by: str = "admin", **contact: Any) -> str:
    payload = await upsert(shop.person(by), tenant, {"name": "A contact", **contact})
    assert payload["userErrors"] == []
    return str(payload["contact"]["id"])


async def order(shop: Shop, place: Place, by: str | None = None) -> dict[str, Any]:
    """A new service with a name that no other has, and all that follows from it."""
    payload = await shop.add(place, {"product": CIRCUIT, "name": f"Line {next(_serial):04}"}, by=by or place.admin)
    assert payload["userErrors"] == []
    await tick(shop.server, dt.datetime.now(dt.UTC), "notify")
    return payload["services"][0]


async def written(shop: Shop, place: Place, containing: str) -> list[tuple[str, str]]:
    """Whom letters went to, and which."""
    return sorted((letter["to"][0], letter["kind"]) for letter in await letters(shop.person("admin"), place.name, containing))


def wants(payload: dict[str, Any], of: str, event: str) -> tuple[bool, bool]:
    [found] = [each for each in payload[of]["notificationPreferences"] if each["event"] == event]
    return found["email"], found["inApp"]


# -- letters

@pytest.mark.row("S1.41", "S1.42")
async def test_each_admin_contact_of_the_partner_gets_a_letter_when_a_customer_provisions_and_deletes_a_service(
        shop: Shop, pine: Place) -> None:
    service = await order(shop, pine)
    both = [(BEA, "service_provisioned"), (OPS, "service_provisioned")]
    assert await written(shop, pine, service["name"]) == both
    [letter, _] = await letters(shop.person("admin"), pine.name, service["name"])
    assert letter["subject"] == f"{pine.name} has a new service"
    assert f"Admin contact of {shop.name}" in letter["body"]
    assert (await shop.act(service["id"], "DELETE", pine.admin))["userErrors"] == []
    await tick(shop.server, dt.datetime.now(dt.UTC), "notify")
    assert await written(shop, pine, service["name"]) == sorted([*both, (BEA, "service_deleted"), (OPS, "service_deleted")])


@pytest.mark.row("S1.42", "S1.43")
async def test_an_admin_user_without_a_contact_gets_no_letter(shop: Shop, pine: Place) -> None:
    service = await order(shop, pine)
    reached = {to for to, _ in await written(shop, pine, service["name"])}
    assert reached == {BEA, OPS}
    assert shop.people["admin"] not in reached and pine.admin not in reached


@pytest.mark.row("S1.42")
async def test_contacts_of_another_type_or_unsubscribed_or_taken_out_get_none(shop: Shop, pine: Place) -> None:
    ours = await here(shop)
    quiet = await reach(shop, ours, type="ADMIN", email="quiet@shop.example", subscribedTo=["SERVICE_DELETED"])
    gone = await reach(shop, ours, type="ADMIN", email="gone@shop.example")
    assert (await delete(shop.person("admin"), gone))["deletedId"] == gone
    service = await order(shop, pine)
    assert await written(shop, pine, service["name"]) == [(BEA, "service_provisioned"), (OPS, "service_provisioned")]
    await shop.act(service["id"], "DELETE")
    await tick(shop.server, dt.datetime.now(dt.UTC), "notify")
    deleted = [to for to, kind in await written(shop, pine, service["name"]) if kind == "service_deleted"]
    assert deleted == [BEA, OPS, "quiet@shop.example"]
    await delete(shop.person("admin"), quiet)


@pytest.mark.row("S1.41")
async def test_letters_that_are_off_by_preference_are_not_written(shop: Shop, pine: Place) -> None:
    admin, fir = shop.person("admin"), await shop.customer()
    off = await prefer(admin, "SERVICE_PROVISIONED", pine.id, email=False)
    assert off["userErrors"] == [] and off["auditEntryId"]
    assert wants(off, "customer", "SERVICE_PROVISIONED") == (False, True)
    assert wants(off, "customer", "SERVICE_DELETED") == wants(off, "tenant", "SERVICE_PROVISIONED") == (True, True)
    assert await written(shop, pine, (await order(shop, pine))["name"]) == []
    assert len(await written(shop, fir, (await order(shop, fir))["name"])) == 2
    for_all = await prefer(admin, "SERVICE_PROVISIONED", email=False)
    assert wants(for_all, "tenant", "SERVICE_PROVISIONED") == (False, True)
    assert await written(shop, fir, (await order(shop, fir))["name"]) == []
    on = await prefer(admin, "SERVICE_PROVISIONED", pine.id, email=True)
    assert wants(on, "customer", "SERVICE_PROVISIONED") == (True, True)
    assert len(await written(shop, pine, (await order(shop, pine))["name"])) == 2
    await prefer(admin, "SERVICE_PROVISIONED", email=True)


@pytest.mark.row("S1.41")
async def test_letters_of_other_events_are_off_until_somebody_wants_them(shop: Shop, pine: Place) -> None:
    keen = await reach(shop, await here(shop), type="ADMIN", email="keen@shop.example", subscribedTo=["STATUS_CHANGED"])
    await happened(shop.server, pine.name, EventKind.STATUS_CHANGED)
    assert await written(shop, pine, f"status of {pine.name}") == []
    await prefer(shop.person("admin"), "STATUS_CHANGED", pine.id, email=True)
    await happened(shop.server, pine.name, EventKind.STATUS_CHANGED)
    assert await written(shop, pine, f"status of {pine.name}") == [("keen@shop.example", "customer_changed")]
    await delete(shop.person("admin"), keen)


@pytest.mark.row("S1.41")
async def test_an_event_and_a_contact_make_one_letter_however_often_the_work_is_done(shop: Shop, pine: Place) -> None:
    reference = await happened(shop.server, pine.name, EventKind.SERVICE_DELETED, about="svc_1", name="Old line")
    async with connected(shop.server.database_url):
        event = await Event.get(reference=int(reference))
        before = await OutboundEmail.filter(about_id=event.reference).count()
        await Notification.filter(event_key=event.reference).delete()  # as if a try before had come half the way
        await unit_of_work(lambda: notifying.notify(event, dt.datetime.now(dt.UTC)), tries=8)
        assert await OutboundEmail.filter(about_id=event.reference).count() == before == 2
    assert await written(shop, pine, "Old line") == [(BEA, "service_deleted"), (OPS, "service_deleted")]


@pytest.mark.row("S1.42")
async def test_a_customers_own_admin_contacts_are_written_to_only_if_it_wants_that(shop: Shop, pine: Place) -> None:
    own = await reach(shop, pine.id.replace("cus", "ten"), pine.admin, type="ADMIN", email="own@pine.example")
    assert "own@pine.example" not in [to for to, _ in await written(shop, pine, (await order(shop, pine))["name"])]
    chosen = await prefer(shop.person(pine.admin), "SERVICE_PROVISIONED", email=True)
    assert wants(chosen, "tenant", "SERVICE_PROVISIONED") == (True, True)
    service = await order(shop, pine)
    assert [to for to, _ in await written(shop, pine, service["name"])] == [BEA, OPS, "own@pine.example"]
    await delete(shop.person(pine.admin), own)


@pytest.mark.row("S1.41")
async def test_letters_are_read_in_the_portal_by_those_alone_who_may_write_to_the_customer(shop: Shop, pine: Place) -> None:
    await order(shop, pine)
    asked = "query($id: ID!) { customer(id: $id) { sentEmails { nodes { body } } } }"
    for who, seen in (("admin", True), ("support", False), ("regular", False), (pine.admin, False)):
        answer = await shop.person(who).ask(asked, {"id": pine.id})
        assert (answer["data"]["customer"]["sentEmails"] is not None) == seen
        assert seen or answer["extensions"]["withheld"][0]["capability"] == "EMAIL_SEND"


@pytest.mark.case(29)
@pytest.mark.row("S1.41")
async def test_letters_and_notifications_hold_no_figure_of_the_customer(shop: Shop, pine: Place) -> None:
    await shop.add(pine, "Disk 1 TB", "Backup 5 TB", by=pine.admin)
    service = await order(shop, pine)
    await shop.act(service["id"], "DELETE", pine.admin)
    await tick(shop.server, dt.datetime.now(dt.UTC), "notify")
    await happened(shop.server, pine.name, EventKind.SERVICE_PROVISIONED, name="Told too much", monthlyCharge="987.65")
    customer, services = await shop.stored(pine)
    minor = {s.monthly_charge_minor for s in services} | {customer.mrr_minor, customer.mrr_pending_minor} - {0, None}
    minor |= {sum(s.monthly_charge_minor or 0 for s in services)}
    figures = {form for n in minor if n for form in (f"{n}", f"{n / 100:.2f}", f"{n / 100:.2f}".replace(".", ","), f"{n // 100}.")}
    told = [await letters(shop.person("admin"), pine.name, "")]
    assert len(told[0]) >= 10
    for who in ("support", "admin", "regular", pine.admin):
        told.append(await mine(shop.person(who)))
        assert len(told[-1]) >= 4
    text = re.sub(r"[a-z]{3}_\d+|\d{4}-\d\d-\d\dT[\d:]+Z", "", orjson.dumps(told).decode())
    assert [figure for figure in sorted(figures | {"987"}) if figure in text] == []
    assert not re.search(r"EUR|€|\d[.,]\d\d\b", text)


# -- who wants which

@pytest.mark.row("S1.41")
async def test_only_those_who_manage_notifications_choose(shop: Shop, pine: Place) -> None:
    for who in ("sales", "regular", "readonly", "support"):
        refused = await prefer(shop.person(who), "SERVICE_DELETED", pine.id, email=False)
        assert [(e["code"], e["path"], e["requiredCapability"]) for e in refused["userErrors"]] == [
            ("FORBIDDEN", ["input", "customerId"], "NOTIFICATION_MANAGE")]
        ours = await prefer(shop.person(who), "SERVICE_DELETED", email=False)
        assert [(e["code"], e["requiredCapability"]) for e in ours["userErrors"]] == [("FORBIDDEN", "NOTIFICATION_MANAGE")]
        asked = await shop.person(who).ask("query($id: ID!) { customer(id: $id) { notificationPreferences { event } } }",
                                           {"id": pine.id})
        assert asked["data"]["customer"]["notificationPreferences"] is None
        assert asked["extensions"]["withheld"][0]["capability"] == "NOTIFICATION_MANAGE"
    for who in ("unlinked", "admin@coastal.example"):
        absent = await prefer(shop.person(who), "SERVICE_DELETED", "cus_4611686018427387904", email=False)
        assert await prefer(shop.person(who), "SERVICE_DELETED", pine.id, email=False) == absent
        assert [e["code"] for e in absent["userErrors"]] == ["NOT_FOUND"]
    nothing = await prefer(shop.person("admin"), "SERVICE_DELETED", pine.id)
    assert [(e["code"], e["path"][-1]) for e in nothing["userErrors"]] == [("REQUIRED", "email")]


@pytest.mark.row("S4.76")
async def test_what_a_customer_chooses_for_itself_leaves_its_partners_choice_alone(shop: Shop, pine: Place) -> None:
    asked = "query($id: ID!) { customer(id: $id) { notificationPreferences { event email inApp } } }"
    await prefer(shop.person(pine.admin), "SERVICE_DELETED", pine.id, email=True, inApp=False)
    own = (await shop.person(pine.admin).ask(asked, {"id": pine.id}))["data"]
    partners = (await shop.person("admin").ask(asked, {"id": pine.id}))["data"]
    above = (await Person(shop.server, "admin@meridian.example").ask(asked, {"id": pine.id}))["data"]
    assert wants(own, "customer", "SERVICE_DELETED") == (True, False)
    assert wants(partners, "customer", "SERVICE_DELETED") == (True, True)
    assert above == partners
    assert [each["event"] for each in own["customer"]["notificationPreferences"]] == [kind.name for kind in EventKind]
    inside = (await (await entered(shop.person("admin"), pine.name)).ask(asked, {"id": pine.id}))["data"]
    assert inside == own


async def test_choosing_twice_at_once_keeps_one_choice(shop: Shop, pine: Place) -> None:
    payloads = await asyncio.gather(*(prefer(shop.person("admin"), "UPDATED", pine.id, inApp=True) for _ in range(4)))
    assert [p["userErrors"] for p in payloads] == [[]] * 4
    async with connected(shop.server.database_url) as database:
        [row] = await database.execute_query_dict(
            f"select count(*) as n, max(version) as version from notification_preference where tenant_id = {pine.key}")
    assert (row["n"], row["version"]) == (1, 4)


# -- in the portal

async def test_people_of_the_partner_with_a_role_on_the_customer_and_its_own_admins_are_notified(shop: Shop, pine: Place) -> None:
    service = await order(shop, pine)
    for who in ("admin", "sales", "regular", "readonly", "support", pine.admin):
        [told] = await mine(shop.person(who), service["name"])
        assert told["kind"] == "SERVICE_PROVISIONED"
        assert told["title"] == f"{pine.name} has a new service: {service['name']}"
        assert (told["customer"], told["subjectId"], told["readAt"]) == ({"name": pine.name}, service["id"], None)
    clerk = await joined(shop.server, shop.person(pine.admin), pine.id.replace("cus", "ten"), "REGULAR")
    for person in (clerk, shop.person("unlinked"), Person(shop.server, "admin@coastal.example"),
                   Person(shop.server, "admin@meridian.example")):
        assert await mine(person, service["name"]) == []
        assert (await person.ask("query($id: ID!) { node(id: $id) { id } }", {"id": told["id"]}))["data"]["node"] is None


async def test_a_machine_of_the_partner_is_told_nothing_that_is_for_people(shop: Shop, pine: Place) -> None:
    service = await order(shop, pine)
    by_key = await machine(shop.server, shop.person("admin"), await here(shop), "CUSTOMER_VIEW", "SERVICE_VIEW")
    [told] = await mine(shop.person("admin"), service["name"])
    assert await mine(by_key, service["name"]) == [] and await unread(by_key) == 0
    assert (await by_key.ask("query($id: ID!) { node(id: $id) { id } }", {"id": told["id"]}))["data"]["node"] is None


async def test_one_row_tells_a_whole_company(shop: Shop, pine: Place) -> None:
    service = await order(shop, pine)
    async with connected(shop.server.database_url):
        rows = await Notification.filter(tenant_id=pine.key, about=service["id"])
        assert sorted([(await Tenant.get(id=row.told_id)).name for row in rows]) == sorted([shop.name, pine.name])


async def test_a_notification_about_a_customer_that_one_no_longer_sees_is_gone(shop: Shop, pine: Place) -> None:
    service, support = await order(shop, pine), shop.person("support")
    assert len(await mine(support, service["name"])) == 1
    left = await unread(support)
    grants = await shop.person("admin").ask(
        "query($id: ID!) { customer(id: $id) { accessGrants(source: LINKED) { nodes { id role } } } }", {"id": pine.id})
    [grant] = [g["id"] for g in grants["data"]["customer"]["accessGrants"]["nodes"] if g["role"] == "SUPPORT"]
    gone = await shop.person("admin").ask(
        "mutation($id: ID!) { unlinkUser(input: {grantId: $id}) { userErrors { code } } }", {"id": grant})
    assert gone["data"]["unlinkUser"]["userErrors"] == []
    assert await mine(support, service["name"]) == []
    assert await unread(support) == left - 1
    assert len(await mine(shop.person("regular"), service["name"])) == 1


@pytest.mark.case(29)
async def test_support_hears_of_services_and_not_of_invoices_or_access(shop: Shop, pine: Place) -> None:
    for kind in (EventKind.INVOICE_CHANGED, EventKind.ACCESS_CHANGED):
        await prefer(shop.person("admin"), kind.name, pine.id, inApp=True)
        await happened(shop.server, pine.name, kind)
    await order(shop, pine)

    async def kinds(who: str) -> set[str]:
        return {each["kind"] for each in await mine(shop.person(who), pine.name)}
    assert await kinds("support") == {"SERVICE_PROVISIONED"}
    assert await kinds("readonly") == {"SERVICE_PROVISIONED", "INVOICE_CHANGED"}
    assert await kinds("admin") == {"SERVICE_PROVISIONED", "INVOICE_CHANGED", "ACCESS_CHANGED"}
    assert await kinds(pine.admin) == {"SERVICE_PROVISIONED"}


async def test_what_is_off_by_preference_is_not_told_in_the_portal(shop: Shop, pine: Place) -> None:
    await prefer(shop.person("admin"), "SERVICE_PROVISIONED", pine.id, inApp=False)
    service = await order(shop, pine)
    assert await mine(shop.person("admin"), service["name"]) == []
    assert len(await mine(shop.person(pine.admin), service["name"])) == 1
    assert len(await written(shop, pine, service["name"])) == 2


async def test_each_person_marks_what_they_have_read_themselves(shop: Shop, pine: Place) -> None:
    first, second, third = [await order(shop, pine) for _ in range(3)]
    regular, readonly = shop.person("regular"), shop.person("readonly")

    async def mark(person: Person, service: dict[str, Any] | None) -> dict[str, Any]:
        up_to = (await mine(person, service["name"]))[0]["id"] if service else None
        return (await person.ask(READ, {"upTo": up_to}))["data"]["markNotificationsRead"]

    async def read(person: Person) -> list[bool]:
        return [(await mine(person, s["name"]))[0]["readAt"] is not None for s in (first, second, third)]
    before = await unread(readonly)
    marked = await mark(regular, second)
    assert marked["userErrors"] == marked["warnings"] == []
    assert marked["viewer"]["unreadNotificationCount"] == 1 == await unread(regular)
    assert await read(regular) == [True, True, False]
    assert (await read(readonly), await unread(readonly)) == ([False] * 3, before)
    at = (await mine(regular, first["name"]))[0]["readAt"]
    assert [w["code"] for w in (await mark(regular, first))["warnings"]] == ["ALREADY_DONE"]
    assert (await mark(regular, None))["viewer"]["unreadNotificationCount"] == 0
    assert (await mine(regular, first["name"]))[0]["readAt"] == at
    assert await read(regular) == [True] * 3


async def test_what_one_is_not_told_one_does_not_mark(shop: Shop, pine: Place) -> None:
    service = await order(shop, pine)
    [theirs] = await mine(shop.person(pine.admin), service["name"])
    [ours] = await mine(shop.person("admin"), service["name"])
    for who, id in (("admin", theirs["id"]), ("unlinked", ours["id"]), ("admin", "ntf_4611686018427387904")):
        payload = (await shop.person(who).ask(READ, {"upTo": id}))["data"]["markNotificationsRead"]
        assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [("NOT_FOUND", ["input", "upTo"])]


async def test_inside_a_customer_one_reads_what_its_own_admins_are_told(shop: Shop, pine: Place) -> None:
    service = await order(shop, pine)
    inside = await entered(shop.person("admin"), pine.name)
    assert await mine(inside, service["name"]) == await mine(shop.person(pine.admin), service["name"])


async def test_notifications_are_paged_newest_first(shop: Shop, pine: Place) -> None:
    names = [(await order(shop, pine))["name"] for _ in range(3)]
    page = """query($after: String) { viewer { notifications(first: 2, after: $after) {
      nodes { title } pageInfo { hasNextPage endCursor } } } }"""
    first = (await shop.person(pine.admin).ask(page))["data"]["viewer"]["notifications"]
    second = (await shop.person(pine.admin).ask(page, {"after": first["pageInfo"]["endCursor"]}))["data"]["viewer"]["notifications"]
    assert [each["title"].partition(": ")[2] for each in first["nodes"] + second["nodes"]] == names[::-1]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_old_notifications_go_and_the_numbers_of_new_ones_rise(shop: Shop, pine: Place) -> None:
    old, new = await order(shop, pine), await order(shop, pine)
    person = shop.person(pine.admin)
    await person.ask(READ, {})
    await tick(shop.server, dt.datetime.now(dt.UTC) + dt.timedelta(days=181), "forget-notifications")
    assert (await mine(person, old["name"]), len(await mine(person, new["name"]))) == ([], 1)  # the last one stays
    assert await unread(person) == 0
    await order(shop, pine)
    assert await unread(person) == 1


# -- the same rule, whichever way it is asked

async def test_services_ordered_at_once_are_each_told_once_and_numbered_without_gaps(shop: Shop, pine: Place) -> None:
    made = await asyncio.gather(*(shop.add(pine, {"product": CIRCUIT, "name": f"Crowd {n}"}, by=pine.admin) for n in range(8)))
    assert [payload["userErrors"] for payload in made] == [[]] * 8
    await tick(shop.server, dt.datetime.now(dt.UTC), "notify")
    expected = sorted(f"{pine.name} has a new service: Crowd {n}" for n in range(8))
    for who in ("admin", pine.admin):
        assert sorted(each["title"] for each in await mine(shop.person(who), "Crowd ")) == expected
    assert sorted(await written(shop, pine, "Crowd ")) == [(to, "service_provisioned") for to in (BEA, OPS) for _ in range(8)]
    async with connected(shop.server.database_url):
        assert sorted(await Notification.filter(told_id=pine.key).values_list("seq", flat=True)) == list(range(1, 9))


async def test_who_may_mark_a_notification_is_who_may_see_it(shop: Shop, pine: Place) -> None:
    for kind in EventKind:
        await prefer(shop.person("admin"), kind.name, pine.id, inApp=True)
        await prefer(shop.person(pine.admin), kind.name, inApp=True)
        await happened(shop.server, pine.name, kind)
    async with connected(shop.server.database_url):
        ids = [f"ntf_{id}" for id in await Notification.filter(tenant_id=pine.key).values_list("id", flat=True)]
    assert len(ids) == 2 * len(EventKind) - 1  # of an invoice that is not issued the customer hears nothing
    clerk = await joined(shop.server, shop.person(pine.admin), pine.id.replace("cus", "ten"), "REGULAR")
    people = [clerk, await entered(shop.person("admin"), pine.name), Person(shop.server, "admin@coastal.example"),
              *(shop.person(who) for who in ("admin", "sales", "regular", "readonly", "support", "unlinked", pine.admin))]
    counts = []
    for person in people:
        nodes = (await person.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids}))["data"]["nodes"]
        for id, node in zip(ids, nodes, strict=True):
            payload = (await person.ask(READ, {"upTo": id, "options": {"dryRun": True}}))["data"]["markNotificationsRead"]
            assert [e["code"] for e in payload["userErrors"]] == ([] if node else ["NOT_FOUND"])
        counts.append(sum(node is not None for node in nodes))
    # of 9: who changes no links hears nothing of access, Support nothing of invoices either
    assert counts == [0, 7, 0, 9, 8, 8, 8, 7, 0, 7]


async def test_the_preferences_shown_are_those_that_events_go_by(shop: Shop, pine: Place) -> None:
    chance, partner = random.Random(41), int((await here(shop))[4:])
    asked = "query($id: ID!) { customer(id: $id) { notificationPreferences { event email inApp } } }"
    for _ in range(6):
        async with connected(shop.server.database_url):
            await NotificationPreference.filter(told_id__in=[partner, pine.key]).delete()
            for told, about in ((partner, partner), (partner, pine.key), (pine.key, pine.key)):
                for kind in chance.sample(list(EventKind), 5):
                    await NotificationPreference.create(told_id=told, tenant_id=about, event=kind.name,
                                                        email=chance.random() < 0.5, in_app=chance.random() < 0.5)
        for who, told in (("admin", partner), (pine.admin, pine.key)):
            shown = (await shop.person(who).ask(asked, {"id": pine.id}))["data"]
            async with connected(shop.server.database_url):
                for kind in EventKind:
                    meant = await wanted(told, pine.key, kind, is_partner=told == partner)
                    assert wants(shown, "customer", kind.name) == (meant.email, meant.in_app)
    async with connected(shop.server.database_url):
        await NotificationPreference.filter(told_id=partner).delete()
