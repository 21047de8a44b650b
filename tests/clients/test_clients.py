"""The clients that frontends use, each a small program of its own under Node."""

from __future__ import annotations

import pytest

from tests.clients.programs import checked
from tests.servers import Server


async def test_every_audit_of_graphql_over_http_passes(sqlite_story: Server, subtests: pytest.Subtests) -> None:
    report = await checked("audits.mjs", {"url": sqlite_story.graphql})
    report.tell(subtests, least=61)
