"""The clients that frontends use, each a small program of its own under Node."""

from __future__ import annotations

import pytest

from tests.client import PASSWORD
from tests.clients.programs import checked
from tests.servers import Server
from tests.shop import open_shop


async def test_every_audit_of_graphql_over_http_passes(sqlite_story: Server, subtests: pytest.Subtests) -> None:
    report = await checked("audits.mjs", {"url": sqlite_story.graphql})
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
