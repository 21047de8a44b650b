"""The limit: an endpoint with hand-written SQL that returns the answer's bytes, behind Tenantry's session check.

No GraphQL: the operation's name picks a statement. The SQL counts on what holds for the askers of the benchmark: that
their places never overlap, and that only SUPPORT lacks a capability.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
from aiohttp import web

from benchmarks.peers import postgres, sqlite
from benchmarks.peers.serving import READS, serve, viewer_of
from models.access import PRESENCE, Capability, Viewer

STATEMENTS = {"postgres": postgres.STATEMENTS, "sqlite": sqlite.STATEMENTS}
#: What the statements know as 1, 2, 4 and so on.
BITS = (Capability.CUSTOMER_VIEW, Capability.CUSTOMER_SUMMARY_VIEW, Capability.FINANCIALS_VIEW, Capability.CONTRACT_VIEW,
        Capability.INVOICE_VIEW, Capability.USER_VIEW)
#: The null that the statements put where something is withheld, and what to say of it.
MARKS = {
    b"null\n1\n": ("customers.nodes.mrr", "FINANCIALS_VIEW", "SUPPORT_ROLE"),
    b"null\n2\n": ("customers.nodes.contracts", "CONTRACT_VIEW", "SUPPORT_ROLE"),
    b"null\n3\n": ("customers.nodes.invoices", "INVOICE_VIEW", "SUPPORT_ROLE"),
    b"null\n4\n": ("customers.nodes.invoices", "INVOICE_VIEW", "TENANT_KIND"),
    b"null\n5\n": ("customers.nodes.contractSummary", "CONTRACT_VIEW", "SUPPORT_ROLE"),
    b"null\n6\n": ("customers.nodes.summary", "CUSTOMER_SUMMARY_VIEW", "SUPPORT_ROLE"),
}


_known: dict[int | None, dict[str, Any]] = {}


def places_of(viewer: Viewer) -> dict[str, Any]:
    """Where a viewer holds what, as the statements take it; worked out once for each session."""
    if viewer.session_id not in _known:
        held = {holding.node: holding for holding in viewer.holdings}
        nodes = viewer.nodes[viewer.standing.group[Capability.CUSTOMER_VIEW.name]]
        caps = [sum(1 << n for n, capability in enumerate(BITS) if capability in held[node].capabilities) for node in nodes]
        group = viewer.standing.group[PRESENCE]
        how = "everywhere" if group in viewer.standing.everywhere else "alike" if len(set(caps)) == 1 else "mixed"
        _known[viewer.session_id] = {
            "how": how, "nodes": list(nodes), "caps": caps, "cap": caps[0], "present": list(viewer.nodes[group]),
            "places": [list(pair) for pair in zip(nodes, caps, strict=True)],
            "here": viewer.current and viewer.current.tenant_id}
    return _known[viewer.session_id]


async def answer(request: web.Request) -> web.Response:
    now = dt.datetime.now(dt.UTC)
    asked = orjson.loads(await request.read())
    given = places_of(await viewer_of(request, now)) | {"now": now, "id": int(asked["variables"].get("id", "cus_0")[4:])}
    database = request.app[READS]
    sql, names = STATEMENTS[database.dialect_name][asked["operationName"], given["how"]]
    data = await database.value(sql, [given[name] for name in names])
    return web.Response(body=b'{"data":%b}' % data if b"\n" not in data else _with_withheld(data),
                        content_type="application/json")


def _with_withheld(data: bytes) -> bytes:
    withheld = []
    for mark, (path, capability, reason) in MARKS.items():
        if mark in data:
            withheld.append({"path": path, "capability": capability, "reason": reason})
            data = data.replace(mark, b"null")
    return b'{"data":%b,"extensions":{"withheld":%b}}' % (data, orjson.dumps(withheld))


def routes(app: web.Application) -> None:
    app.router.add_post("/graphql", answer)


if __name__ == "__main__":
    serve(routes)
