"""The clients that frontends use, each a small program of its own under Node."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client import PASSWORD
from tests.clients.programs import checked, done, printed, workshop
from tests.conftest import Serve
from tests.servers import Server
from tests.shop import open_shop


async def test_every_audit_of_graphql_over_http_passes(sqlite_server: Server, subtests: pytest.Subtests) -> None:
    report = await checked("audits.mjs", {"url": sqlite_server.graphql})
    report.tell(subtests, least=61)


@pytest.fixture
async def world(sqlite_server: Server) -> dict[str, object]:
    """A reseller with five customers, for a program to change as it likes."""
    shop = await open_shop(sqlite_server)
    customers = [await shop.customer() for _ in range(5)]
    return {"url": sqlite_server.graphql, "password": PASSWORD, "admin": shop.people["admin"], "support": shop.people["support"],
            "customers": [{"id": place.id, "name": place.name} for place in customers]}


@pytest.mark.parametrize("client", ["apollo", "urql", "graphql_ws", "graphql_sse"])
async def test_a_client_works_as_its_users_expect(world: dict[str, object], client: str, subtests: pytest.Subtests) -> None:
    (await checked(f"{client}.mjs", world)).tell(subtests)


async def test_relay_compiles_its_documents_and_pages_through_a_connection(
    world: dict[str, object], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    folder = workshop("relay", tmp_path)
    await done("relay-compiler", "relay.config.json", folder=folder)
    code, output = await printed("node", "compile.mjs", folder=folder)
    assert code == 0, output
    (await checked("compiled.js", world, folder)).tell(subtests, least=5)


async def test_graphql_codegen_types_every_scalar_and_lists_what_a_server_trusts(
    serve: Serve, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """The compiler proves that nothing is `any`, and the list that comes with the types is all that its server answers."""
    folder = workshop("codegen", tmp_path)
    await done("graphql-codegen-esm", "--config", "codegen.ts", folder=folder)
    await done("tsc", "--project", ".", folder=folder)
    server = await serve(f"sqlite://{tmp_path / 'tenantry.sqlite'}",
                         TENANTRY_TRUSTED_DOCUMENTS=str(folder / "gql" / "persisted-documents.json"))
    person = {"url": server.graphql, "person": "regular@brightline.example", "password": PASSWORD}
    (await checked(Path("out") / "program.js", person, folder)).tell(subtests, least=4)
