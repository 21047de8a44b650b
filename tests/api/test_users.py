"""People of a company, and who may know of them (S2.27, S3.30, S4.3)."""

from tests.client import Person
from tests.servers import Server

PEOPLE = "{ customers(search: \"acme\") { nodes { users { totalCount nodes { id email displayName active homeTenant { name } } } } } }"


async def test_a_customers_people_are_listed_by_name(story: Server) -> None:
    answer = await Person(story, "admin@brightline.example").ask(PEOPLE)
    people = answer["data"]["customers"]["nodes"][0]["users"]
    assert people["totalCount"] == len(people["nodes"]) >= 1
    assert {p["homeTenant"]["name"] for p in people["nodes"]} == {"Acme Corporation"}
    assert "admin@acmecorp.example" in {p["email"] for p in people["nodes"]}


async def test_support_sees_a_linked_customers_people_too(story: Server) -> None:
    admin = await Person(story, "admin@brightline.example").ask(PEOPLE)
    support = await Person(story, "support@brightline.example").ask(PEOPLE)
    assert support["data"] == admin["data"]


async def test_a_customers_people_never_see_those_of_their_partner_or_of_another_customer(story: Server) -> None:
    harbor = await Person(story, "admin@harbor.example").ask("{ viewer { user { id } } }")
    rosa = await Person(story, "regular@brightline.example").ask("{ viewer { user { id } } }")
    gwen = await Person(story, "contact@globalent.example").ask("{ viewer { user { id } } }")
    ids = [found["data"]["viewer"]["user"]["id"] for found in (harbor, rosa, gwen)]
    answer = await Person(story, "admin@acmecorp.example").ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids})
    assert answer["data"]["nodes"] == [None, None, None]


async def test_roles_and_states_narrow_the_people(story: Server) -> None:
    answer = await Person(story, "admin@brightline.example").ask("""{ customers(search: "acme") { nodes {
      admins: users(role: ADMIN) { nodes { email } } away: users(active: false) { totalCount } } } }""")
    found = answer["data"]["customers"]["nodes"][0]
    assert "admin@acmecorp.example" in [p["email"] for p in found["admins"]["nodes"]]
    assert found["away"]["totalCount"] == 0
