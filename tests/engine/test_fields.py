"""Every field of every type, one by one, as people see it who hold very different things."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, GraphQLSchema, get_named_type, is_composite_type, is_leaf_type
from graphql.pyutils import Undefined

from tests.engine.conftest import Stage
from tests.engine.differing import compare

VIEWERS = ["distributor admin", "regular with mixed links", "sales with another's reseller", "sales and admin of one",
           "customer's admin", "distributor admin in a reseller", "support in a linked customer"]
#: For fields that take something, what they are given.
GIVEN = {"Query.node": 'id: "{cus}"', "Query.reportRun": 'id: "{rpt}"', "Query.appliedFilters": 'filter: {name: "a"}', "Query.nodes": 'ids: ["{cus}", "{con}", "{usr}"]', "Query.customer": 'id: "{cus}"',
         "Query.tenant": 'id: "{ten}"', "Query.customers": "first: 100", "User.roleOn": 'tenant: "{ten}"',
         "Query.invitationOffer": 'token: "none"', "Viewer.permission": 'of: "{cus}", capability: FINANCIALS_VIEW'}


def documents_of(schema: GraphQLSchema, roots: Collection[str]) -> Iterator[tuple[str, str]]:
    """(Type.field, a document that asks for it), and for each type one with all of its plain fields."""
    waiting: list[tuple[Any, str]] = [(schema.query_type, "%s")]
    seen = {schema.query_type}
    while waiting:
        type_, way = waiting.pop(0)
        yield f"{type_.name}.*", way % leaves(type_)
        for name, field in type_.fields.items():
            inner: Any = get_named_type(field.type)
            if not is_composite_type(inner) or type_ is schema.query_type and name not in roots:
                continue
            beyond = way % f"{{ {asked(type_, name)} %s }}"
            yield f"{type_.name}.{name}", beyond % within(inner)
            if isinstance(inner, GraphQLObjectType) and inner not in seen:
                seen.add(inner)
                waiting.append((inner, beyond))


def asked(type_: Any, name: str) -> str:
    if given := GIVEN.get(f"{type_.name}.{name}"):
        return f"{name}({given})"
    arguments = type_.fields[name].args.values()
    assert not any(isinstance(a.type, GraphQLNonNull) and a.default_value is Undefined for a in arguments), f"{type_.name}.{name}"
    return name


def leaves(type_: Any) -> str:
    plain = [asked(type_, name) for name, field in type_.fields.items() if is_leaf_type(get_named_type(field.type))]
    return f"{{ __typename {' '.join(plain)} }}"


def within(type_: Any) -> str:
    """The plain fields of a type, and those of what it holds as a page."""
    if not type_.name.endswith("Connection"):
        return leaves(type_)
    nodes = leaves(get_named_type(type_.fields["nodes"].type))
    return f"{{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor }} nodes {nodes} }}"


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_every_field_is_answered_as_the_reference_answers_it(stage: Stage, viewer: str) -> None:
    path = stage.world.viewers[viewer].holdings[0].path
    nearest = {tag: next((id for id in ids if path.strip("/").split("/")[-1] in id), ids[0])
               for tag, ids in stage.ids.items() if ids}
    nearest["cus"] = (await stage.read("{ customers(first: 1) { nodes { id } } }", viewer))["customers"]["nodes"][0]["id"]
    fields = 0
    for field, text in documents_of(stage.engine.documents.schema, stage.engine.bindings.compiled):
        for tag, id in nearest.items():
            text = text.replace(f"{{{tag}}}", id)
        assert (await compare(stage, text, {}, viewer)).startswith("answered"), (field, text)
        fields += 1
    assert fields > 80
