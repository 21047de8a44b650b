"""The public contract: current, described to the last argument, and every protected field nullable and marked."""

from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLNonNull, GraphQLObjectType

from engine.arguments import snake
from engine.bind import Bindings
from resolvers.finding import LABELS, TESTS
from schema import build_schema

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema()
OURS = [t for t in SCHEMA._schema.type_map.values() if not t.name.startswith("__")]

FINANCIAL = {"Customer.mrr", "CustomerSummary.mrr", "CustomerSummary.mrrPendingEntry", "Customer.invoices", "Customer.invoiceSummary",
             "Contract.value", "Service.monthlyCharge", "Query.invoices"}


def test_the_committed_schema_is_current() -> None:
    assert (ROOT / "schema.graphql").read_text() == SCHEMA.as_str() + "\n", "run: make schema"


def test_everything_a_frontend_developer_meets_is_described() -> None:
    silent = []
    for type_ in OURS:
        if not (type_.description or "").strip():
            silent.append(type_.name)
        if isinstance(type_, GraphQLEnumType):
            silent += [f"{type_.name}.{n}" for n, v in type_.values.items() if not v.description]
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            silent += [f"{type_.name}.{n}" for n, f in type_.fields.items() if not f.description]
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            silent += [f"{type_.name}.{n}({a})" for n, f in type_.fields.items() for a, arg in f.args.items() if not arg.description]
    built_in = {"Boolean", "Float", "ID", "Int", "String"}
    assert [s for s in silent if s not in built_in] == []


def test_descriptions_end_as_sentences() -> None:
    odd = [f"{t.name}.{n}: {f.description}" for t in OURS if isinstance(t, GraphQLObjectType)
           for n, f in t.fields.items() if not f.description.rstrip().endswith((".", "?", "…"))]
    assert odd == []


@pytest.mark.case(32)
def test_protected_fields_are_nullable_marked_and_say_so() -> None:
    bindings = Bindings(SCHEMA._schema)
    text = SCHEMA.as_str()
    protected = [(t, f) for t, fields in bindings.types.items() for f in fields.values() if f.requires]
    assert len(protected) >= 10
    for type_, f in protected:
        assert not isinstance(f.graphql.type, GraphQLNonNull), f"{type_}.{f.name}"
        assert f"Requires {f.requires}; null when withheld." in f.graphql.description
        assert f"@requires(capability: {f.requires})" in text


@pytest.mark.case(34)
def test_every_financial_field_of_the_domain_model_is_marked_and_guarded() -> None:
    bindings = Bindings(SCHEMA._schema)
    marked = {f"{t}.{f.name}" for t, fields in bindings.types.items() for f in fields.values()
              if f.metadata.get("financial") and f.requires}
    assert marked >= FINANCIAL
    assert "@financial" in SCHEMA.as_str()


#: Inputs that say an amount rather than ask for one.
SAID = {"RecordPaymentInput"}


@pytest.mark.case(6, 7)
def test_there_is_no_money_filter_to_guess_by() -> None:
    inputs = [t for t in OURS if isinstance(t, GraphQLInputObjectType) and t.name not in SAID]
    names = {f"{t.name}.{n}" for t in inputs for n in t.fields} | {
        f"{t.name}.{n}({a})" for t in OURS if isinstance(t, GraphQLObjectType) for n, f in t.fields.items() for a in f.args}
    assert not [n for n in names if "mrr" in n.lower() or "amount" in n.lower() or "total" in n.lower().rsplit(".", 1)[1].split("(")[-1]]


def test_every_criterion_of_the_customer_list_is_tested_for_and_has_a_label() -> None:
    taken = {snake(name) for name in build_schema()._schema.type_map["CustomerFilter"].fields}
    assert taken == set(TESTS) == set(LABELS) - {"search", "hide_inactive"}
