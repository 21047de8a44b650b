"""Subscriptions: who hears of what, how much of it, and when it ends."""

from __future__ import annotations

from typing import Any

import pytest

from models.events import EventKind
from tests.agreed import newcomer
from tests.api.test_links import ACME, GLOBAL, Desk, anew, desk, entered  # noqa: F401
from tests.api.test_onboarding import complete, start, tasks
from tests.api.test_switch_tenant import BACK
from tests.client import Person
from tests.inviting import accept, fresh, invite_customer, token
from tests.live import EVENTS, happen, listening
from tests.servers import Server
from tests.shop import open_shop

ENDED = "subscription { actingSessionEnded { id status endedAt target { name } } }"
PROGRESS = "subscription($id: ID!) { onboardingProgress(customerId: $id) { status progress requiredTasks } }"
NOTIFIED = "subscription { notifications { id kind title customer { name } subjectId at readAt } }"
ACCESS = "subscription { accessChanged { id } }"
LINK = """mutation($customer: ID!, $user: ID!) {
  linkUser(input: {customerId: $customer, userId: $user}) { grant { id } userErrors { code } } }"""
UNLINK = "mutation($grant: ID!) { unlinkUser(input: {grantId: $grant}) { userErrors { code } } }"
OUT = "mutation { signOut(input: {}) { done userErrors { code } } }"


@pytest.fixture
def admin(server: Server) -> Person:
    return Person(server, "admin@brightline.example")


async def customer(person: Person, name: str) -> str:
    """A customer's global id."""
    answer = await person.ask("query($name: String!) { customers(search: $name) { nodes { id name } } }", {"name": name})
    return next(c["id"] for c in answer["data"]["customers"]["nodes"] if c["name"] == name)


def over(answer: dict[str, Any] | None) -> str:
    """The code under which a subscription ended."""
    assert answer, "it was completed without a reason"
    return answer["errors"][0]["extensions"]["code"]


# -- who hears of what

@pytest.mark.row("B.28")
async def test_the_partners_admin_hears_of_a_change_and_another_partners_does_not(server: Server, desk: Desk) -> None:  # noqa: F811
    other = Person(server, "admin@coastal.example")
    async with listening(desk.admin) as ours, listening(other) as theirs:
        await desk.link("unlinked@brightline.example", ACME, role="REGULAR")
        told = await ours.told()
        assert (told["kind"], told["customer"]["name"]) == ("ACCESS_CHANGED", ACME)
        assert told["subject"] == {"__typename": "AccessGrant", "id": desk.linked[-1]}
        assert told["actor"] == {"email": "admin@brightline.example"}
        assert await theirs.is_quiet()


async def test_who_changed_a_customers_details_is_told(server: Server) -> None:
    shop = await open_shop(server)
    pine = await shop.customer()
    async with listening(shop.person("admin")) as ours:
        await shop.person("admin").ask("mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { id } } }",
                                       {"input": {"customerId": pine.id, "phone": "+32 2 555 01 00"}})
        told = await ours.told()
    assert (told["kind"], told["customer"]["id"]) == ("UPDATED", pine.id)
    assert told["actor"] == {"email": shop.people["admin"]}


@pytest.mark.row("B.28")
@pytest.mark.case(50)
async def test_support_hears_of_it_with_the_money_withheld(server: Server, admin: Person) -> None:
    acme, support = await customer(admin, ACME), Person(server, "support@brightline.example")
    async with listening(admin) as full, listening(support) as part:
        await happen(server, EventKind.UPDATED, acme)
        assert (await full.told())["customer"]["mrr"] is not None
        answer = await part.next()
        assert answer
        assert answer["data"]["customerEvents"]["customer"] == {"id": acme, "name": ACME, "mrr": None}
        assert answer["extensions"]["withheld"] == [
            {"path": "customerEvents.customer.mrr", "capability": "FINANCIALS_VIEW", "reason": "SUPPORT_ROLE"}]


@pytest.mark.case(51)
async def test_what_is_about_an_object_that_somebody_may_not_see_is_not_told_to_them(server: Server, desk: Desk) -> None:  # noqa: F811
    support, theirs = Person(server, "support@brightline.example"), Person(server, "admin@acmecorp.example")
    async with listening(desk.admin) as ours, listening(support) as helped, listening(theirs) as customers:
        await desk.link("unlinked@brightline.example", ACME)
        assert (await ours.told())["kind"] == "ACCESS_CHANGED"
        assert await helped.is_quiet()
        assert await customers.is_quiet()


async def test_only_the_customers_and_kinds_that_were_asked_for_are_told(admin: Person, server: Server) -> None:
    acme, other = await customer(admin, ACME), await customer(admin, GLOBAL)
    wanted = {"ids": [acme], "kinds": ["STATUS_CHANGED"]}
    async with listening(admin, variables=wanted) as stream:
        for kind, id in ((EventKind.UPDATED, acme), (EventKind.STATUS_CHANGED, other), (EventKind.STATUS_CHANGED, acme)):
            await happen(server, kind, id)
        told = await stream.told()
        assert (told["kind"], told["customer"]["id"]) == ("STATUS_CHANGED", acme)


@pytest.mark.case(51)
async def test_an_id_that_the_viewer_may_not_know_of_is_like_one_that_does_not_exist(server: Server, admin: Person) -> None:
    acme = await customer(admin, ACME)
    for id in (acme, "cus_4611686018427387904", "nonsense"):
        async with listening(Person(server, "admin@coastal.example"), variables={"ids": [id]}) as stream:
            assert await stream.next() is None


async def test_a_new_customer_is_told_of_from_the_moment_it_exists(server: Server, admin: Person) -> None:
    email = fresh("founder")
    async with listening(admin, variables={"kinds": ["CREATED"]}) as stream:
        await invite_customer(admin, email, organizationName=f"Founded by {email}")
        await accept(server, await token(server, email))
        told = await stream.told()
        assert told["customer"]["name"] == f"Founded by {email}"
        assert told["subject"]["id"] == told["customer"]["id"]


# -- when it ends

@pytest.mark.row("S1.37", "B.28")
@pytest.mark.case(49)
async def test_unlinking_ends_what_is_told_at_once(server: Server, desk: Desk) -> None:  # noqa: F811
    acme = await customer(desk.admin, ACME)
    linked = await desk.link("unlinked@brightline.example", ACME, role="REGULAR")
    person = await anew(server, "unlinked@brightline.example")
    async with listening(person, variables={"ids": [acme]}) as theirs, listening(person) as all_of_theirs:
        await happen(server, EventKind.UPDATED, acme)
        assert (await theirs.told())["customer"]["id"] == acme
        assert (await all_of_theirs.told())["customer"]["id"] == acme
        await desk.unlink(linked["grant"]["id"])
        await happen(server, EventKind.UPDATED, acme)
        assert await theirs.next() is None
        assert await all_of_theirs.is_quiet()


async def test_a_right_gained_is_felt_by_a_subscription_that_is_open(server: Server, desk: Desk) -> None:  # noqa: F811
    acme = await customer(desk.admin, ACME)
    async with listening(await anew(server, "unlinked@brightline.example")) as stream:
        await desk.link("unlinked@brightline.example", ACME, role="REGULAR")
        await happen(server, EventKind.UPDATED, acme)
        assert (await stream.told())["customer"]["name"] == ACME


@pytest.mark.row("S1.27", "S1.37")
async def test_whoever_is_linked_and_unlinked_is_told_that_their_access_has_changed_and_nobody_else_is(server: Server) -> None:
    shop = await open_shop(server)
    pine, admin, rosa, lee = await shop.customer(), shop.person("admin"), shop.person("unlinked"), shop.person("regular")
    who = (await rosa.ask("{ viewer { user { id } } }"))["data"]["viewer"]["user"]
    async with listening(admin) as news:
        await happen(server, EventKind.UPDATED, pine.id)
        await news.told()  # and with it, what happened before: that everybody in the shop was given their rights
    async with listening(rosa, ACCESS) as hers, listening(lee, ACCESS) as his:
        linked = await admin.ask(LINK, {"customer": pine.id, "user": who["id"]})
        assert await hers.told() == who
        await (await anew(server, shop.people["regular"])).ask(OUT)  # he is signed in here as before, with the same rights
        await admin.ask(UNLINK, {"grant": linked["data"]["linkUser"]["grant"]["id"]})
        assert await hers.told() == who
        assert await his.is_quiet()
        assert await hers.is_quiet()


@pytest.mark.case(65)
async def test_signing_out_ends_it(server: Server) -> None:
    person = await anew(server, "regular@brightline.example")
    async with listening(person) as stream:
        await person.ask(OUT)
        assert over(await stream.next()) == "UNAUTHENTICATED"
        assert await stream.next() is None


@pytest.mark.row("S1.37")
@pytest.mark.case(49)
async def test_unlinking_ends_the_stay_and_says_so_first(server: Server, desk: Desk) -> None:  # noqa: F811
    linked = await desk.link("unlinked@brightline.example", ACME, role="REGULAR")
    home = await anew(server, "unlinked@brightline.example")
    inside = await entered(home, ACME)
    async with listening(home, ENDED) as outer, listening(inside, ENDED) as inner, listening(inside) as events:
        await desk.unlink(linked["grant"]["id"])
        for stream in (outer, inner):
            told = await stream.told()
            assert (told["status"], told["target"]) == ("ENDED", None)
            assert told["endedAt"]
        assert over(await inner.next()) == "UNAUTHENTICATED"
        assert over(await events.next()) == "UNAUTHENTICATED"
        assert await outer.is_quiet()


@pytest.mark.case(44)
@pytest.mark.row("S1.37")
async def test_entering_another_tenant_ends_the_stay_for_its_own_token(server: Server) -> None:
    home = await anew(server, "admin@brightline.example")
    inside = await entered(home, ACME)
    async with listening(inside, ENDED) as stream:
        other = await entered(home, GLOBAL)
        assert (await stream.told())["status"] == "SUPERSEDED"
        assert over(await stream.next()) == "CONTEXT_SUPERSEDED"
    async with listening(home, ENDED) as stream:
        await other.ask(BACK)
        assert await stream.told() | {"id": ""} | {"endedAt": ""} == {
            "id": "", "endedAt": "", "status": "ENDED", "target": {"name": GLOBAL}}


@pytest.mark.case(51)
async def test_the_stay_of_somebody_else_is_not_told(server: Server, admin: Person) -> None:
    home = await anew(server, "admin@brightline.example")
    inside = await entered(home, ACME)
    async with listening(admin, ENDED) as another_sign_in, listening(Person(server, "admin@harbor.example"), ENDED) as above:
        await inside.ask(BACK)
        assert await another_sign_in.is_quiet()
        assert await above.is_quiet()


async def test_a_rehearsal_is_told_to_nobody(server: Server, desk: Desk) -> None:  # noqa: F811
    async with listening(desk.admin, EVENTS) as stream:
        await desk.link("unlinked@brightline.example", ACME, {"dryRun": True})
        assert await stream.is_quiet()


# -- onboarding and notifications

@pytest.mark.row("S2.24", "B.28")
async def test_the_progress_of_a_customer_is_told_at_once_and_with_each_step(server: Server, admin: Person) -> None:
    name, id, _ = await newcomer(server)
    async with listening(admin, PROGRESS, {"id": id}) as stream:
        begun = await stream.told()
        assert (begun["status"], begun["progress"], begun["requiredTasks"]) == ("IN_PROGRESS", 0.4, 5)
        open_tasks = await tasks(admin, name)
        await start(admin, open_tasks["COMPANY_PROFILE"]["id"])
        assert (await stream.told())["progress"] == 0.4
        await complete(admin, open_tasks["COMPANY_PROFILE"]["id"])
        assert (await stream.told())["progress"] == 0.6


@pytest.mark.row("S2.24")
async def test_the_progress_of_a_customer_that_is_not_theirs_is_told_to_nobody(server: Server, admin: Person) -> None:
    id = await customer(admin, GLOBAL)
    for person, asked in ((Person(server, "admin@coastal.example"), id), (admin, "cus_4611686018427387904"),
                          (Person(server, "unlinked@brightline.example"), id)):
        async with listening(person, PROGRESS, {"id": asked}) as stream:
            assert await stream.next() is None


@pytest.mark.row("B.28")
async def test_the_progress_ends_when_the_link_does(server: Server, desk: Desk) -> None:  # noqa: F811
    id = await customer(desk.admin, GLOBAL)
    linked = await desk.link("unlinked@brightline.example", GLOBAL, role="REGULAR")
    async with listening(await anew(server, "unlinked@brightline.example"), PROGRESS, {"id": id}) as stream:
        assert (await stream.told())["status"] == "IN_PROGRESS"
        await desk.unlink(linked["grant"]["id"])
        assert await stream.next() is None


@pytest.mark.row("B.28")
async def test_a_notification_is_told_to_those_of_the_company_who_see_what_it_is_about(server: Server, admin: Person) -> None:
    support, other = Person(server, "support@brightline.example"), Person(server, "admin@coastal.example")
    async with (listening(admin, NOTIFIED) as ours, listening(support, NOTIFIED) as helped,
                listening(other, NOTIFIED) as theirs):
        name, id, _ = await newcomer(server)
        told = await ours.told()
        while told["customer"]["name"] != name or told["kind"] != "CREATED":
            told = await ours.told()
        assert (told["title"], told["readAt"]) == (f"{name} has joined", None)
        assert told["subjectId"] == id
        assert await helped.is_quiet()
        assert await theirs.is_quiet()
