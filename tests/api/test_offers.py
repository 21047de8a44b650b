"""What a portal may offer beside a customer (S1.48): what is offered is allowed, and what is not is refused by that very name."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type

from resolvers.offers import OFFERS
from schema import build_schema
from tests.api.test_switch_tenant import switch
from tests.client import Person
from tests.servers import Server
from tests.shop import Place, Shop, open_shop

MUTATIONS = build_schema()._schema.mutation_type.fields
ACTIONS = """query($id: ID!) { customer(id: $id) { viewerActions { action mutation description allowed reason irreversible
  requiresConfirmation } } }"""
#: In one's own company it goes by another name, which whoever holds the one holds as well.
AT_HOME = {"CUSTOMER_EDIT": "COMPANY_PROFILE_EDIT"}
NEEDS = {mutation: {offer.needs.name, AT_HOME.get(offer.needs.name, offer.needs.name)} for offer, mutation in OFFERS.items()}
#: What names a customer or its tenant in its input, and is offered elsewhere than beside it.
ELSEWHERE = {
    "upsertContact": "a form of the customer's page",
    "setNotificationPreference": "a form of the settings",
    "generateInvoices": "an action of the invoices, only where the viewer's tenant issues them",
    "reportSourceData": "for machines",
    "createApiKey": "a form of the settings",
}


@pytest.fixture(scope="module")
async def shop(server: Server) -> Shop:
    return await open_shop(server)


@pytest.fixture(scope="module")
async def pine(shop: Shop) -> Place:
    return await shop.customer()


async def offered(person: Person, place: Place) -> dict[str, dict[str, Any]]:
    """What is offered, by the mutation that does it."""
    actions = (await person.ask(ACTIONS, {"id": place.id}))["data"]["customer"]["viewerActions"]
    assert len({each["action"] for each in actions}) == len(actions)
    return {each["mutation"]: each for each in actions}


def least(type_: Any, place: Place, name: str = "") -> Any:
    """The least input that names the customer."""
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if isinstance(type_, GraphQLList):
        return [least(get_named_type(type_), place, name)]
    match type_:
        case GraphQLEnumType():
            return next(iter(type_.values))
        case GraphQLInputObjectType():
            return {field: least(each.type, place, field) for field, each in type_.fields.items()
                    if isinstance(each.type, GraphQLNonNull) or field == "customerId"}
    return {"customerId": place.id, "tenantId": f"ten_{place.key}", "userId": "usr_4611686018427387904"}.get(
        name, {"Date": "2030-01-01", "EmailAddress": "a@up.example", "Boolean": True, "Int": 1}.get(type_.name, "EUR"))


async def refused(person: Person, mutation: str, place: Place) -> bool:
    """Whether a rehearsal is refused for want of the very capability that the offer names, or of the customer."""
    given = MUTATIONS[mutation].args["input"].type
    answer = await person.ask(
        f"mutation($input: {given}) {{ {mutation}(input: $input, options: {{dryRun: true}}) {{ "
        "userErrors { code path requiredCapability } } }", {"input": least(given, place)})
    assert answer.get("data"), answer
    return any(error["code"] == "FORBIDDEN" and error["requiredCapability"] in NEEDS[mutation]
               or error["code"] == "NOT_FOUND" and error["path"][-1] in ("customerId", "tenantId")
               for error in answer["data"][mutation]["userErrors"])


@pytest.mark.row("S1.48", "S2.5", "S2.45", "S4.10", "S5.84")
@pytest.mark.parametrize("who", ["admin", "sales", "regular", "readonly", "support", "own", "regular inside"])
async def test_what_is_offered_is_allowed_and_the_rest_is_refused(shop: Shop, pine: Place, who: str) -> None:
    person = shop.person(pine.admin if who == "own" else who.partition(" ")[0])
    if who == "regular inside":
        person = Person(shop.server, token=(await switch(person, f"ten_{pine.key}"))["token"])
    for mutation, action in (await offered(person, pine)).items():
        if mutation == "switchTenant" and who in ("own", "regular inside"):
            continue  # they are there already, which is another refusal
        assert await refused(person, mutation, pine) != action["allowed"], (mutation, action)
        assert (action["reason"] is None) == action["allowed"]
        assert action["description"].endswith(".")


@pytest.mark.row("S1.48", "S1.23")
async def test_each_role_is_offered_what_it_may(shop: Shop, pine: Place) -> None:
    async def allowed(who: str) -> set[str]:
        return {each["action"] for each in (await offered(shop.person(who), pine)).values() if each["allowed"]}
    everything = {each["action"] for each in (await offered(shop.person("admin"), pine)).values()}
    assert {"view", "manageUsers", "inviteUser", "addServices", "createContract", "tag", "export", "pin"} <= everything
    assert await allowed("admin") == everything
    assert {"view", "addServices"} <= await allowed("regular")
    assert not {"manageUsers", "inviteUser", "createContract"} & await allowed("regular")
    assert "addServices" not in await allowed("support") | await allowed("readonly") | await allowed("sales")
    assert "view" in await allowed("support")
    assert "view" not in await allowed("sales")


@pytest.mark.row("S1.48")
async def test_the_reason_is_the_role_or_the_customers_status(shop: Shop) -> None:
    suspended = await shop.customer(status="SUSPENDED")
    for who, reason in (("admin", "CUSTOMER_STATUS"), ("support", "SUPPORT_ROLE"), ("readonly", "ROLE")):
        action = (await offered(shop.person(who), suspended))["addServices"]
        assert (action["allowed"], action["reason"]) == (False, reason)


def test_every_mutation_about_one_customer_is_offered_beside_it_or_said_to_be_elsewhere() -> None:

    about = {name for name, field in MUTATIONS.items()
             if field.args["input"].type.of_type.fields.keys() & {"customerId", "customerIds", "tenantId"}}
    assert about - set(OFFERS.values()) == set(ELSEWHERE)
    assert not set(ELSEWHERE) & set(OFFERS.values())
