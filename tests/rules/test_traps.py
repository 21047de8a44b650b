"""Each trap of the libraries that we stepped around once, and the tests that fail when its remedy is taken out."""

from pathlib import Path
from unittest.mock import patch

import pytest

import engine.documents
from engine.bind import Bindings
from engine.documents import Documents
from engine.measure import Limits
from models import Tenant
from models.access import TenantKind
from models.transaction import sql_rows, unit_of_work
from schema import build_schema
from tests.rules.bank import Account, bank

TESTS = Path(__file__).parents[1]
#: Number of the trap -> what it is, and the tests that catch it.
TRAPS = {
    1: ("a cancelled transaction keeps its connection for ever", "rules/test_transaction.py",
        "test_a_caller_who_leaves_at_any_step_leaves_nothing_half_done",
        "test_without_units_one_caller_who_leaves_stops_everybody"),
    2: ("depth limits take exponential time", "edge/test_limits.py",
        "test_a_document_of_doubled_fragments_is_refused_before_it_is_validated"),
    3: ("an extension's instance is shared by requests, and masks leak", "edge/test_masking.py",
        "test_200_requests_that_fail_at_once_tell_nothing"),
    4: ("validation is repeated for every request", "rules/test_traps.py", "test_a_document_is_validated_once"),
    5: ("altering a parent on SQLite deletes its children", "rules/test_migrations.py",
        "test_altering_a_parent_keeps_its_children_indexes_checks_and_triggers"),
    8: ("the ORM's own start-up hook loses its context", "edge/test_lifecycle.py",
        "test_a_server_that_stops_closes_its_connections_and_the_next_one_finds_what_it_stored"),
    11: ("raw statements and bulk inserts differ between databases", "rules/test_traps.py",
         "test_a_statement_that_returns_rows_does_so_on_both_databases", "test_records_know_their_ids_before_they_are_stored"),
    12: ("SQLite rounds amounts that overflow", "rules/test_migrations.py",
         "test_money_that_overflows_is_refused_and_not_rounded"),
    13: ("reading before writing loses updates", "rules/test_contention.py",
         "test_guarded_updates_lose_nothing_where_reading_first_does"),
    14: ("odd bodies are answered 500", "edge/test_http.py", "test_what_is_no_request_gets_400_and_a_reason",
         "test_the_answer_is_of_the_kind_that_the_client_likes_best"),
    15: ("exceptions are told to clients", "edge/test_masking.py", "test_200_requests_that_fail_at_once_tell_nothing",
         "test_an_error_that_is_not_on_the_list_is_masked"),
    18: ("U+0000 and half surrogates reach the database", "edge/test_http_limits.py",
         "test_a_variable_that_no_database_can_keep_is_refused_by_name", "test_neither_is_there_a_way_through_the_document"),
    19: ("a body may drip for ever", "edge/test_http_limits.py", "test_a_body_that_drips_gets_408_and_the_connection_is_closed"),
}


@pytest.mark.parametrize("number", TRAPS)
def test_every_trap_has_its_tests(number: int) -> None:
    _, file, *names = TRAPS[number]
    text = (TESTS / file).read_text()
    assert [name for name in names if f"def {name}(" not in text] == []


def test_a_document_is_validated_once() -> None:
    schema = build_schema()._schema
    documents = Documents(schema, Limits(), Bindings(schema).compiled)
    with patch.object(engine.documents, "validate", wraps=engine.documents.validate) as validate:
        found = [documents.get("{ customers { totalCount } }", None) for _ in range(3)]
        documents.get("{ viewer { __typename } }", None)
    assert validate.call_count == 2
    assert found[0] is found[1] is found[2]


async def test_a_statement_that_returns_rows_does_so_on_both_databases(bank_url: str) -> None:
    async with bank(bank_url):
        async def pay() -> list[dict[str, object]]:
            return await sql_rows("UPDATE account SET balance = balance + 5 WHERE owner = $1 RETURNING owner, balance", "Ann")
        assert await unit_of_work(pay) == [{"owner": "Ann", "balance": 105}]
        assert (await Account.get(owner="Ann")).balance == 105


def test_records_know_their_ids_before_they_are_stored() -> None:
    root = Tenant.beneath(None, kind=TenantKind.PLATFORM, name="Root")
    child = Tenant.beneath(root, kind=TenantKind.RESELLER, name="Child")
    assert child.path == f"/{root.id}/{child.id}/"
    assert {row.node for row in child.reaches()} == {-child.id, root.id}
