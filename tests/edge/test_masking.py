"""What fails inside is told as INTERNAL with the request's id, and nothing else of it leaves (traps 3 and 15)."""

import asyncio
import sqlite3

import asyncpg
import orjson
import pytest

from engine.errors import EngineError, Unavailable
from models.database import sqlite_path
from models.transaction import Contended
from server.errors import Refusal, refused, told
from tests.client import PASSWORD, SIGN_IN, Person
from tests.conftest import DATABASES
from tests.servers import Server

#: Words of drivers, statements and exceptions.
INSIDE = [b"secret_dsn", b"customer\\\"", b"customer'", b"relation", b"no such table", b"sign_in_attempt", b"sqlite", b"apsw",
          b"asyncpg", b"Operational", b"Undefined", b"Traceback", b"File \\\"", b"SELECT", b"select ", b".py"]
BROKEN = "ALTER TABLE {0} RENAME TO secret_dsn_{0}"


@pytest.fixture(scope="module", params=DATABASES)
async def broken(request: pytest.FixtureRequest, serve, create_postgres, tmp_path_factory) -> Person:
    """Somebody signed in at a server that has lost two tables since."""
    url = (await create_postgres("masking") if request.param == "postgres"
           else f"sqlite://{tmp_path_factory.mktemp('masking') / 'tenantry.sqlite'}")
    person = Person(await serve(url), "admin@brightline.example")
    assert "errors" not in await person.ask(READ)
    statements = [BROKEN.format(table) for table in ("customer", "sign_in_attempt")]
    if path := sqlite_path(url):
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
    else:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()
    return person


def is_masked(status: int, headers, body: bytes) -> bool:
    """Whether an answer tells that something failed, and nothing else."""
    [error] = orjson.loads(body)["errors"]
    assert status == 500
    assert error["extensions"] == {"code": "INTERNAL", "requestId": headers["X-Request-Id"]}
    assert "data" not in orjson.loads(body)
    return not any(word in body for word in INSIDE)


READ = "{ customers(first: 3) { edges { node { id name } } } }"
VARIABLES = {"input": {"email": "somebody@else.example", "password": PASSWORD}}


@pytest.mark.case(160)
async def test_200_requests_that_fail_at_once_tell_nothing(broken: Person) -> None:
    asked = [broken.raw(READ) if n % 2 else Person(broken.server).raw(SIGN_IN, VARIABLES) for n in range(200)]
    answers = await asyncio.gather(*asked)
    assert all(is_masked(*answer) for answer in answers)
    assert len({headers["X-Request-Id"] for _, headers, _ in answers}) == 200


async def test_a_read_inside_a_document_that_introspects_is_masked_too(broken: Person) -> None:
    answer = await broken.ask("{ __schema { queryType { name } } customers(first: 3) { totalCount } }")
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"INTERNAL"}
    assert not any(word in orjson.dumps(answer) for word in INSIDE)


async def test_the_operator_finds_the_failure_by_the_id_that_the_client_was_told(broken: Person) -> None:
    _, headers, _ = await broken.raw(READ)
    lines = [orjson.loads(line) for line in broken.server.log.read_text().splitlines() if line.startswith("{")]
    failed, request = [line for line in lines if line.get("requestId") == headers["X-Request-Id"]]
    assert failed["level"] == "error"
    assert any("engine/drivers" in place for fault in failed["faults"] for place in fault["at"])
    assert (request["event"], request["status"], request["code"]) == ("request", 500, "INTERNAL")
    assert request["viewer"].startswith("usr_")
    assert request["tenant"].startswith("ten_")


async def test_what_does_not_need_the_lost_tables_is_answered(broken: Person) -> None:
    answer = await broken.ask("{ viewer { user { email } } }")
    assert answer == {"data": {"viewer": {"user": {"email": "admin@brightline.example"}}}}


@pytest.mark.case(30)
async def test_no_token_no_password_no_address_and_no_amount_is_logged(server: Server) -> None:
    person = Person(server, "admin@brightline.example")
    await person.ask('query Q($s: String) { customers(search: $s) { edges { node { name mrr { amount } } } } }', {"s": "Acme"})
    await person.ask('{ customers(search: "Acme", first: -1) { totalCount } }')
    await person.ask('mutation { inviteUser(input: {tenantId: "ten_1", email: "new@brightline.example", '
                     'firstName: "New", lastName: "Person", role: REGULAR}) { userErrors { message } } }')
    logged = "\n".join(line for line in server.log.read_text().splitlines() if line.startswith("{"))
    assert '"operation":"Q"' in logged
    for kept_out in [await person.token(), PASSWORD, "@brightline", "1250.00", "Acme"]:
        assert kept_out not in logged


# -- the allow-list itself

class Unlisted(EngineError):
    code, message = "SECRET_DSN", "postgres://user:password@host"


class Foreign(Exception):
    """It looks like an error for clients and is none."""

    code, message = "BAD_REQUEST", "postgres://user:password@host"


@pytest.mark.case(22)
@pytest.mark.parametrize("error", [Unlisted(), Foreign(), EngineError(), ValueError("secret dsn"), KeyError("secret"), None])
def test_an_error_that_is_not_on_the_list_is_masked(error: Exception | None) -> None:
    entry = told(error, "r1")
    assert entry["extensions"] == {"code": "INTERNAL", "requestId": "r1"}
    assert "postgres" not in entry["message"]
    assert "secret" not in entry["message"]


def test_an_error_on_the_list_is_told_with_its_code_and_status() -> None:
    answer = refused(Refusal("NOT_ACCEPTABLE", "Name one of them."), "r1", legacy=True)
    assert (answer.status, answer.code) == (406, "NOT_ACCEPTABLE")
    assert orjson.loads(answer.body) == {"errors": [{"message": "Name one of them.", "extensions": {"code": "NOT_ACCEPTABLE"}}]}


@pytest.mark.parametrize("error", [Contended(), Unavailable(retry_after=0.2)])
def test_who_shall_ask_again_is_told_when(error: Exception) -> None:
    answer = refused(error, "r1", legacy=False)
    assert (answer.status, answer.headers) == (503, {"Retry-After": "1"})
