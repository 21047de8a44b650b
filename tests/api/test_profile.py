"""What people change of themselves, and the tenants they are reminded of."""

import pytest

from tests.api.test_switch_tenant import ACME, GLOBAL, anew, entered
from tests.client import Person, sign_in
from tests.servers import Server
from tests.shop import codes, open_shop

UPDATE = """mutation($input: UpdateProfileInput!, $options: MutationOptions) { updateProfile(input: $input, options: $options) {
  viewer { user { firstName displayName phone language timeZone version } }
  userErrors { code message path requiredCapability } warnings { code } } }"""
RECENT = "{ viewer { currentTenant { name } recentPlaces { name } } }"


async def update(person: Person, input: dict, **options: object) -> dict:
    return (await person.ask(UPDATE, {"input": input, "options": options}))["data"]["updateProfile"]


@pytest.mark.parametrize("who", ["admin", "readonly", "support"])
async def test_anybody_changes_their_own_name_language_and_time_zone_and_nothing_else(server: Server, who: str) -> None:
    shop = await open_shop(server)
    person = shop.person(who)
    payload = await update(person, {"firstName": " Zoë  Ann ", "language": "de-AT", "timeZone": "Europe/Vienna"})
    assert payload["userErrors"] == payload["warnings"] == []
    user = payload["viewer"]["user"]
    assert user == {"firstName": "Zoë Ann", "displayName": "Zoë Ann Lee", "phone": None, "language": "de-AT",
                    "timeZone": "Europe/Vienna", "version": user["version"]}
    again = await update(person, {"timeZone": "Europe/Vienna"})
    assert [warning["code"] for warning in again["warnings"]] == ["ALREADY_DONE"]
    assert (await update(person, {"timeZone": ""}))["viewer"]["user"]["timeZone"] is None
    found = (await shop.person("admin").ask("{ tenantTree { users(first: 20) { nodes { displayName } } } }"))
    names = [each["displayName"] for each in found["data"]["tenantTree"]["users"]["nodes"]]
    assert names.count("Zoë Ann Lee") == 1


async def test_what_does_not_fit_is_told_at_its_field_and_nothing_is_changed(server: Server) -> None:
    person = (await open_shop(server)).person("regular")
    wrong = await update(person, {"firstName": " ", "lastName": "x" * 101, "timeZone": "Europe/Atlantis"})
    assert codes(wrong) == [("REQUIRED", "input.firstName"), ("INVALID", "input.lastName"), ("INVALID", "input.timeZone")]
    late = await update(person, {"firstName": "Ida"}, ifVersion=99)
    assert codes(late) == [("VERSION_CONFLICT", "options.ifVersion")]


async def test_whoever_is_not_signed_in_has_no_profile(server: Server) -> None:
    answer = await Person(server).ask(UPDATE, {"input": {"firstName": "Eve"}})
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_the_places_entered_last_come_first_and_only_those_that_may_still_be_seen(server: Server) -> None:
    shop = await open_shop(server)
    admin, links = shop.person("admin"), [await shop.customer(), await shop.customer()]
    token = await sign_in(server, admin.email or "")
    assert (await recent(Person(server, token=token))) == []
    for place in (*links, links[0]):
        inside = await entered(Person(server, token=token), place.name)
    assert await recent(Person(server, token=token)) == [links[0].name, links[1].name]
    assert await recent(inside) == [links[0].name]
    assert await recent(shop.person("support")) == []


async def test_a_place_that_one_may_not_see_any_more_is_not_recent(server: Server) -> None:
    admin = await anew(server, "admin@brightline.example")
    await entered(admin, ACME)
    assert ACME in await recent(admin)
    inside = await entered(admin, GLOBAL)
    assert ACME not in await recent(inside)


async def recent(person: Person) -> list[str]:
    return [place["name"] for place in (await person.ask(RECENT))["data"]["viewer"]["recentPlaces"]]
