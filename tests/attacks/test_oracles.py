"""Asking one thing to learn another: refusals, warnings and rehearsals that would tell what their reader may not know."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest

from models import SignInAttempt, Tenant, User
from models.events import EventKind
from models.sessions import TRIES, hash_secret, viewer_of
from resolvers.change import Occasion
from resolvers.registering import hash_first
from tests.attacks.belongings import ABSENT, unlinked
from tests.client import Person
from tests.reaching import happened
from tests.servers import Server
from tests.shop import open_shop
from tests.stored import connected

CREATE = """mutation($input: CreateCustomerInput!, $options: MutationOptions) { createCustomer(input: $input, options: $options) {
  customer { name } user { email } userErrors { code message path requiredCapability } } }"""
READ = "mutation { markNotificationsRead(input: {}) { warnings { code } viewer { unreadNotificationCount } } }"


def company(email: str, name: str = "Probe Ltd") -> dict[str, Any]:
    return {"companyName": name, "admin": {"firstName": "A", "lastName": "B", "email": email, "password": "correct horse battery"}}


async def create(person: Person, input: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = await person.ask(CREATE, {"input": input, "options": options or None})
    return answer["data"]["createCustomer"]


@pytest.mark.case(25, 39)
async def test_setting_up_a_customer_does_not_tell_whose_address_is_known_elsewhere(server: Server) -> None:
    shop, other = await open_shop(server), await open_shop(server)
    known, nobodys = other.people["support"], f"nobody.{other.people['support']}"
    for who in ("sales", "support", "readonly"):  # who may set up none learns of no address by trying
        answers = [await create(shop.person(who), company(email)) for email in (known, nobodys)]
        assert answers[0] == answers[1]
        assert [error["code"] for error in answers[0]["userErrors"]] == ["FORBIDDEN"]
    admin = shop.person("admin")
    for input, options in ((company, {"dryRun": True}), (lambda email: company(email, " "), {})):
        answers = [await create(admin, input(email), **options) for email in (known, nobodys)]
        assert without_address(answers[0], known) == without_address(answers[1], nobodys)
    # nobody comes in twice, which whoever sets up a customer for good is told; and of their own people, always
    for email, options in ((known, {}), (shop.people["support"], {"dryRun": True})):
        assert [e["code"] for e in (await create(admin, company(email), **options))["userErrors"]] == ["EMAIL_TAKEN"]


@pytest.mark.case(39, 70)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_nobody_finds_out_by_trying_who_is_known_elsewhere_and_each_who_is_told_stands_in_the_audit_trail(
        server: Server) -> None:
    shop, other = await open_shop(server), await open_shop(server)
    admin, known, nobodys = shop.person("admin"), other.people["support"], f"nobody.{other.people['support']}"
    told = "{ viewer { homeTenant { auditEntries(denied: true) { nodes { path reason resource actor { email } } } } } }"
    async with connected(server.database_url):
        user = await User.get(email=admin.email)
        await SignInAttempt.create(address=hash_secret(f"addresses of user {user.id}"), tries=TRIES - 1, since=dt.datetime.now(dt.UTC))
    codes = [[error["code"] for error in (await create(admin, company(email), dryRun=True))["userErrors"]] for email in (known, nobodys)]
    assert codes == [[], []], "a rehearsal tells nothing, and is not counted"
    assert [error["code"] for error in (await create(admin, company(known)))["userErrors"]] == ["EMAIL_TAKEN"]
    answers = [await create(admin, company(email)) for email in (known, nobodys)]
    assert answers[0] == answers[1]
    assert [error["code"] for error in answers[0]["userErrors"]] == ["LIMIT_EXCEEDED"]
    audited = (await admin.ask(told))["data"]["viewer"]["homeTenant"]["auditEntries"]["nodes"]
    assert audited == [{"path": "Mutation.createCustomer.admin.email", "reason": "NOT_VISIBLE", "resource": None,
                        "actor": {"email": admin.email}}]


@pytest.mark.case(31, 129)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_a_password_is_hashed_for_whoever_may_set_up_a_customer_there_and_for_nobody_else(server: Server) -> None:
    shop, now = await open_shop(server), dt.datetime.now(dt.UTC)
    occasion = Occasion(now, "test", "http://localhost")
    admin = {"first_name": "A", "last_name": "B", "email": "a@up.example", "password": "correct horse battery"}
    async with connected(server.database_url):
        async def hashed(who: str, parent_id: str | None = None) -> str | None:
            viewer = await viewer_of(await User.get(email=shop.people[who]), 0, None, now)
            assert viewer
            return await hash_first(viewer, occasion, admin=admin, parent_id=parent_id)
        above = f"ten_{(await Tenant.get(kind='PLATFORM')).id}"
        assert await hashed("admin")
        assert [await hashed(who) for who in ("sales", "regular", "readonly", "support")] == [None] * 4
        assert [await hashed("admin", id) for id in (above, f"ten_{ABSENT}", "")] == [None] * 3


def without_address(payload: dict[str, Any], email: str) -> dict[str, Any]:
    user = payload["user"]
    assert user is None or user["email"] == email
    return payload | {"user": user and user | {"email": ""}}


@pytest.mark.case(25, 29)
async def test_that_there_is_nothing_new_to_read_does_not_tell_of_what_is_hidden(server: Server) -> None:
    shop = await open_shop(server)
    pine, hidden = await shop.customer(), await shop.customer()
    await unlinked(shop, hidden.key)
    await happened(server, pine.name, EventKind.STATUS_CHANGED)
    support = shop.person("support")

    async def read() -> tuple[list[str], int]:
        payload = (await support.ask(READ))["data"]["markNotificationsRead"]
        return [warning["code"] for warning in payload["warnings"]], payload["viewer"]["unreadNotificationCount"]
    assert [await read(), await read()] == [([], 0), (["ALREADY_DONE"], 0)]
    await happened(server, hidden.name, EventKind.STATUS_CHANGED)  # of a customer of which Support knows nothing
    assert await read() == (["ALREADY_DONE"], 0)
    await happened(server, pine.name, EventKind.STATUS_CHANGED)
    assert [await read(), await read()] == [([], 0), (["ALREADY_DONE"], 0)]


@pytest.mark.case(9, 21)
async def test_a_cursor_of_notifications_does_not_tell_how_many_others_there_are(server: Server) -> None:
    shop = await open_shop(server)
    pine, hidden = await shop.customer(), await shop.customer()
    await unlinked(shop, hidden.key)
    for name in (hidden.name, hidden.name, pine.name):
        await happened(server, name, EventKind.SOURCE_DATA_CHANGED)
    answer = await shop.person("support").ask("{ viewer { notifications(first: 2) { edges { cursor node { id at } } } } }")
    [edge] = answer["data"]["viewer"]["notifications"]["edges"]
    _, *kept = orjson.loads(bytes.fromhex(edge["cursor"]))
    assert [str(kept[0])[:19].replace(" ", "T"), f"ntf_{kept[1]}"] == [edge["node"]["at"][:19], edge["node"]["id"]], \
        "what is shown of it, and not its number among the others"
