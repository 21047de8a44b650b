"""Inputs of mutations, made up out of the schema: ids of what there is, and values of the right kind."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type
from hypothesis import strategies as st

import models
from engine.rows import BY_TAG
from schema import build_schema
from tests.client import Person
from tests.servers import Server
from tests.shop import Place
from tests.stored import connected

MUTATIONS = build_schema()._schema.mutation_type.fields
Ids = dict[str, list[str]]
#: Of each global id's type, what inputs call it.
TAGS = {row.__name__[0].lower() + row.__name__[1:] + "Id": tag for tag, row in BY_TAG.items()}


def inputs(type_: Any, ids: Ids, name: str = "", depth: int = 0) -> st.SearchStrategy[Any]:
    """Inputs that mean something: ids of what there is, and values of the right kind."""
    if not isinstance(type_, GraphQLNonNull):
        return st.none() | inputs(GraphQLNonNull(type_), ids, name, depth)
    match type_.of_type:
        case GraphQLList() as several:
            return st.lists(inputs(GraphQLNonNull(get_named_type(several)), ids, name, depth), min_size=1, max_size=2)
        case GraphQLEnumType() as enum:
            return st.sampled_from(list(enum.values))
        case GraphQLInputObjectType() as given:
            return st.fixed_dictionaries({field: inputs(each.type, ids, field, depth + 1) for field, each in given.fields.items()
                                          if depth < 3 or isinstance(each.type, GraphQLNonNull)})
        case scalar:
            return _values(scalar.name, ids, name)


def _values(scalar: str, ids: Ids, name: str) -> st.SearchStrategy[Any]:
    if scalar == "EmailAddress":
        return st.integers(0, 10**9).map("made{}@up.example".format)
    known = ids.get(TAGS.get(name.removesuffix("s"), "")) or [id for some in ids.values() for id in some]
    return st.sampled_from({
        "ID": known, "Int": [0, 1, 5, 100], "Float": [0.0, 1.5], "Boolean": [True, False], "Date": ["2026-11-22", "2030-02-28"],
        "DateTime": ["2030-01-01T00:00:00Z"], "Decimal": ["0.00", "1.00", "99.95"], "BillingMonth": ["2026-11"],
        "PhoneNumber": ["+1-555-0100"], "CountryCode": ["DE"], "LanguageTag": ["de"], "URL": ["https://up.example/"],
        "JSON": [{}, {"a": 1}], "String": ["Access port 10G", "Pine", "made up"]}[scalar])


async def things_of(place: Place, server: Server) -> dict[str, list[str]]:
    """The global ids of all that belongs to a customer, and of the people who know it, by tag."""
    async with connected(server.database_url):
        tenant = await models.Tenant.get(id=place.key)
        ids = {"ten": [f"ten_{place.key}", f"ten_{tenant.parent_id}"], "cus": [place.id]}
        for tag, row in BY_TAG.items():
            if row.place and tag not in ids:
                near = [place.key, tenant.parent_id] if tag == "usr" else [place.key]
                found = await row.model.filter(**{f"{row.place}__in": near}).limit(20).values_list("id", flat=True)
                ids[tag] = [f"{tag}_{id}" for id in found]
    return ids


async def send(person: Person, name: str, given: dict[str, Any]) -> str:
    """How a mutation was answered: "done", or the first code; sent for real, not rehearsed."""
    field = MUTATIONS[name]
    input_type = field.args["input"].type
    text = f"mutation($input: {input_type}) {{ {name}(input: $input) {{ auditEntryId userErrors {{ code }} }} }}"
    answer = await person.ask(text, {"input": given})
    if not answer.get("data"):
        return str(answer["errors"][0].get("extensions", {}).get("code", answer["errors"][0]["message"]))
    payload = answer["data"][name]
    return payload["userErrors"][0]["code"] if payload["userErrors"] else "done"
