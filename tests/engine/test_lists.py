"""What people keep of the list, and their reports: read as the reference reads them, by everybody, wherever they act."""

import pytest

from tests.engine.conftest import Stage

KEPT = """{ viewer { preferences { columns density hideInactive savedFilters { id name filter } }
  pinnedCustomers { id name isPinned mrr { amount } } } customers(first: 100) { nodes { id isPinned } } }"""
REPORTS = """{ viewer { reportRuns(first: 100) { totalCount nodes { id kind format fileName status progress rows size failure
  includeDetails customer { id } requestedBy { id } requestedAt startedAt finishedAt expiresAt runAsRole downloadable } } }
  customers(first: 100) { nodes { reportRuns(first: 5) { totalCount nodes { id downloadable } } } } }"""
BY_ID = "query($id: ID!) { node(id: $id) { id __typename } reportRun(id: $id) { id status } }"


@pytest.mark.case(17)
@pytest.mark.row("S2.16", "S5.53", "B.12")
async def test_everybody_keeps_their_own(stage: Stage) -> None:
    seen = [await stage.read(KEPT, viewer) for viewer in stage.world.viewers if viewer != "anonymous"]
    pinned = [c["isPinned"] for each in seen for c in each["viewer"]["pinnedCustomers"]]
    assert pinned and all(pinned) and any(each["viewer"]["preferences"]["savedFilters"] for each in seen)


@pytest.mark.row("S5.69")
async def test_everybody_knows_their_own_reports_alone(stage: Stage) -> None:
    found = 0
    for viewer in stage.world.viewers:
        if viewer == "anonymous":
            continue
        nodes = (await stage.read(REPORTS, viewer))["viewer"]["reportRuns"]["nodes"]
        found += len(nodes)
        for id in [*stage.ids["rpt"], *stage.ids["flt"]]:
            read = await stage.read(BY_ID, viewer, id=id)
            if id.startswith("rpt"):
                assert (read["node"] is not None) == (read["reportRun"] is not None) == (id in {node["id"] for node in nodes})
    assert found
