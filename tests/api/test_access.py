"""The rules of access as data: the role matrix, and what each part of the schema requires."""

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType

from models.access import ROLES
from schema import build_schema
from tests.client import Person
from tests.servers import Server

MATRIX = "query($kind: TenantKind) { roleMatrix(kind: $kind) { role kind capabilities } }"
PERMISSIONS = """query($financial: Boolean) { schemaPermissions(financialOnly: $financial) {
  schemaCoordinate capability onDeny financial rolesAllowed } }"""

@pytest.mark.row("S1.29", "S1.36")
async def test_the_matrix_says_what_each_role_allows_on_each_kind_of_tenant(story: Server) -> None:
    matrix = (await Person(story, "unlinked@brightline.example").ask(MATRIX))["data"]["roleMatrix"]
    told = {(row["role"], row["kind"]): set(row["capabilities"]) for row in matrix}
    assert told == {(role.name, kind.name): {c.name for c in held} for (role, kind), held in ROLES.items()}
    assert "FINANCIALS_VIEW" not in told["SUPPORT", "CUSTOMER"]
    assert "SERVICE_TROUBLESHOOT" in told["SUPPORT", "CUSTOMER"]
    assert {"USER_INVITE", "COMPANY_PROFILE_EDIT"} <= told["ADMIN", "CUSTOMER"]
    assert not {"USER_INVITE", "COMPANY_PROFILE_EDIT"} & told["REGULAR", "CUSTOMER"]
    assert all(row["capabilities"] == sorted(row["capabilities"]) for row in matrix)


@pytest.mark.row("S1.36")
async def test_the_matrix_of_one_kind_leaves_out_roles_that_do_not_exist_there(story: Server) -> None:
    person = Person(story, "admin@harbor.example")
    matrix = (await person.ask(MATRIX, {"kind": "CUSTOMER"}))["data"]["roleMatrix"]
    assert {row["kind"] for row in matrix} == {"CUSTOMER"}
    assert {row["role"] for row in matrix} == {"ADMIN", "FULL_ACCESS", "REGULAR", "READ_ONLY", "SUPPORT"}


@pytest.mark.case(24)
@pytest.mark.row("S1.36")
async def test_schema_permissions_are_those_that_the_schema_itself_prints(story: Server) -> None:
    rows = (await Person(story, "admin@harbor.example").ask(PERMISSIONS))["data"]["schemaPermissions"]
    fields = {row["schemaCoordinate"]: row for row in rows if row["onDeny"] == "NULL"}
    schema = build_schema()
    guarded = {f"{type_.name}.{name}": field for type_ in schema._schema.type_map.values()
               if isinstance(type_, GraphQLObjectType) for name, field in type_.fields.items()
               if "; null when withheld." in (field.description or "")}
    assert set(fields) == set(guarded)
    for coordinate, field in guarded.items():
        assert f"Requires {fields[coordinate]['capability']};" in field.description
        assert not isinstance(field.type, GraphQLNonNull)
    assert [row["schemaCoordinate"] for row in rows] == sorted(row["schemaCoordinate"] for row in rows)


@pytest.mark.row("S1.34", "S1.36")
async def test_money_takes_financials_view_which_no_support_has(story: Server) -> None:
    person = Person(story, "support@brightline.example")
    rows = (await person.ask(PERMISSIONS, {"financial": True}))["data"]["schemaPermissions"]
    told = {row["schemaCoordinate"]: row for row in rows}
    assert {"Customer.mrr", "CustomerSummary.mrr", "Contract.value", "Service.monthlyCharge"} <= set(told)
    assert all(row["financial"] for row in rows)
    assert told["Customer.mrr"]["capability"] == "FINANCIALS_VIEW"
    assert not [row for row in rows if "SUPPORT" in row["rolesAllowed"]]
    assert set(told["Customer.mrr"]["rolesAllowed"]) == {"ADMIN", "FULL_ACCESS", "SALES", "REGULAR", "READ_ONLY"}


@pytest.mark.row("S1.36")
async def test_objects_that_take_a_capability_are_told_as_left_out(story: Server) -> None:
    rows = (await Person(story, "admin@harbor.example").ask(PERMISSIONS))["data"]["schemaPermissions"]
    left_out = {row["schemaCoordinate"]: row["capability"] for row in rows if row["onDeny"] == "OMIT"}
    assert left_out["Invoice"] == "INVOICE_VIEW"
    assert left_out["Customer"] == "CUSTOMER_VIEW"
    assert left_out["User"] == "USER_VIEW"


@pytest.mark.row("S2.2", "S2.6")
@pytest.mark.parametrize(("email", "role", "allowed"), [
    ("admin@harbor.example", "ADMIN", {"CUSTOMER_LIST_ALL", "CUSTOMER_CREATE", "TENANT_SWITCH"}),
    ("sales@harbor.example", "SALES", {"CUSTOMER_LIST_ALL"}), ("admin@brightline.example", "ADMIN", {
        "CUSTOMER_LIST_ALL", "CUSTOMER_CREATE", "TENANT_SWITCH"}),
    ("support@brightline.example", "SUPPORT", {"TENANT_SWITCH"}), ("unlinked@brightline.example", "REGULAR", set()),
])
async def test_the_viewers_capabilities_tell_a_portal_which_entries_to_show(story: Server, email: str, role: str,
                                                                           allowed: set[str]) -> None:
    answer = await Person(story, email).ask("{ viewer { effectiveRole capabilities } }")
    assert answer["data"]["viewer"]["effectiveRole"] == role
    asked = {"CUSTOMER_LIST_ALL", "CUSTOMER_CREATE", "TENANT_SWITCH"}
    assert set(answer["data"]["viewer"]["capabilities"]) & asked == allowed


@pytest.mark.row("S1.36")
async def test_the_matrix_is_for_those_who_are_signed_in(story: Server) -> None:
    for document in (MATRIX, PERMISSIONS):
        answer = await Person(story).ask(document)
        assert "data" not in answer
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
