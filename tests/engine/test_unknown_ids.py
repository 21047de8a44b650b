"""An id that is hidden from the viewer, and one that nothing has, are answered with the same bytes."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from tests.engine.conftest import Stage

WHOLE = """{ __typename ... on Node { id } ... on Versioned { version updatedAt }
             ... on Customer { name mrr { amount } invoices { totalCount } } }"""
PAGE = "{ totalCount nodes { id } pageInfo { endCursor } }"
#: Every field that takes an id, in a selection that gives it $id.
ASKING = {field: f"query($id: ID!) {{ {selected} }}" for field, selected in {
    "Query.node": f"node(id: $id) {WHOLE}",
    "Query.nodes": f"nodes(ids: [$id, $id]) {WHOLE}",
    "Query.tenant": "tenant(id: $id) { id name depth parent { id } ancestors { id } users { totalCount } }",
    "Query.tenantTree": f"tenantTree(root: $id) {{ id name children {PAGE} }}",
    "Query.customer": "customer(id: $id) { id name mrr { amount } summary { ports } viewerRole }",
    "Query.contracts": f"contracts(customer: $id) {PAGE}",
    "Query.invoices": f"invoices(customer: $id) {PAGE}",
    "Query.reportRun": "reportRun(id: $id) { id fileName }",
    "CustomerTree.rows": "customerTree { rows(afterTenant: $id) { tenant { id } matched } }",
    "User.roleOn": "viewer { user { roleOn(tenant: $id) } }",
    "Viewer.permission": """viewer { permission(of: $id, capability: FINANCIALS_VIEW) {
        allowed capability reason grant { id } explanation howToGet } }""",
    "Customer.activityLog": f"customers {{ nodes {{ activityLog(actor: $id) {PAGE} }} }}",
    "Tenant.activityLog": f"tenantTree {{ activityLog(actor: $id) {PAGE} }}",
}.items()}
VIEWERS = ["alpha's admin", "support", "regular with mixed links", "customer's admin", "sub-account's admin", "unlinked",
           "distributor admin in a reseller", "reseller admin in a customer", "anonymous"]
GARBAGE = ["", "bad", "cus_1", "cus_9999999999999999999", "zzz_4611686018427387905", "cus_²"]


def absent(tag: str) -> str:
    return f"{tag}_4611686018427387905"


def hidden(stage: Stage, viewer: str, ids: list[str]) -> list[str]:
    """Ids of what the viewer may not know of; but of no customer which as a tenant they know: their own company."""
    def find(id: str) -> Any:
        return stage.expected("query($id: ID!) { node(id: $id) { id } }", viewer, {"id": id}).data["node"]
    return [id for id in ids if find(id) is None and find(id.replace("cus_", "ten_")) is None]


def test_every_field_that_takes_an_id_is_asked_here(stage: Stage) -> None:
    schema = stage.engine.documents.schema
    taking = {f"{type_.name}.{name}" for type_ in schema.type_map.values()
              if isinstance(type_, GraphQLObjectType) and type_ not in (schema.mutation_type, schema.subscription_type) and not type_.name.startswith("__")
              for name, field in type_.fields.items() if any(get_named_type(a.type).name == "ID" for a in field.args.values())}
    assert taking == set(ASKING)


@pytest.mark.case(35)
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_hidden_and_absent_ids_are_answered_alike(stage: Stage, viewer: str) -> None:
    for tag, ids in stage.ids.items():
        some = hidden(stage, viewer, ids[::5])
        for field, asking in ASKING.items():
            nothing = await stage.answer(asking, viewer, {"id": absent(tag)})
            for id in some:
                assert await stage.answer(asking, viewer, {"id": id}) == nothing, (field, id)


@pytest.mark.case(36, 37)
@pytest.mark.parametrize("field", ASKING)
async def test_what_is_no_id_is_answered_as_absent_ones_are(stage: Stage, field: str) -> None:
    nothing = await stage.answer(ASKING[field], "alpha's admin", {"id": absent("cus")})
    for id in [*GARBAGE, absent("con")]:
        assert await stage.answer(ASKING[field], "alpha's admin", {"id": id}) == nothing, id


@pytest.mark.case(43)
@pytest.mark.parametrize(("viewer", "place"), [
    ("alpha's admin", "beta"), ("alpha's admin", "beta 0"), ("alpha's admin", "north"), ("alpha's admin", "platform"),
    ("alpha's admin", "gamma 0"), ("support", "alpha 5"), ("support", "alpha"), ("customer's admin", "alpha"),
    ("customer's admin", "alpha 1"), ("sub-account's admin", "alpha 0"), ("sub-account's admin", "alpha 0/0"),
    ("distributor admin in a reseller", "beta"), ("distributor admin in a reseller", "north"),
    ("reseller admin in a customer", "alpha 1")])
async def test_siblings_and_ancestors_are_absent(stage: Stage, viewer: str, place: str) -> None:
    key = stage.world.places[place].tenant_id
    for field in ("Query.node", "Query.nodes", "Query.customer", "Query.contracts", "Query.invoices"):
        hidden, nothing = [await stage.answer(ASKING[field], viewer, {"id": id}) for id in (f"cus_{key}", absent("cus"))]
        assert hidden == nothing, field


async def test_a_partner_is_no_customer_of_itself(stage: Stage) -> None:
    own = stage.world.places["alpha"].tenant_id
    for field in ("Query.node", "Query.nodes", "Query.customer"):
        mine, nothing = [await stage.answer(ASKING[field], "alpha's admin", {"id": id}) for id in (f"cus_{own}", absent("cus"))]
        assert mine == nothing
    assert (await stage.read(ASKING["Query.tenant"], "alpha's admin", id=f"ten_{own}"))["tenant"]["depth"] == 0
