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
from benchmarks.peers.serving import READS, read, serve
from models.access import Capability
from models.records import name_key
from models.standing import PRESENCE
from models.viewers import Viewer
from resolvers.invoices import month_of

STATEMENTS = {"postgres": postgres.STATEMENTS, "sqlite": sqlite.STATEMENTS}
#: What the statements know as 1, 2, 4 and so on.
BITS = (Capability.CUSTOMER_VIEW, Capability.CUSTOMER_SUMMARY_VIEW, Capability.FINANCIALS_VIEW, Capability.CONTRACT_VIEW,
        Capability.INVOICE_VIEW, Capability.USER_VIEW, Capability.SERVICE_VIEW)
#: The null that the statements put where something is withheld, and what to say of it.
MARKS = {
    b"null\n1\n": ("mrr", "FINANCIALS_VIEW", "SUPPORT_ROLE"),
    b"null\n2\n": ("contracts", "CONTRACT_VIEW", "SUPPORT_ROLE"),
    b"null\n3\n": ("invoices", "INVOICE_VIEW", "SUPPORT_ROLE"),
    b"null\n4\n": ("invoices", "INVOICE_VIEW", "TENANT_KIND"),
    b"null\n5\n": ("contractSummary", "CONTRACT_VIEW", "SUPPORT_ROLE"),
    b"null\n6\n": ("summary", "CUSTOMER_SUMMARY_VIEW", "SUPPORT_ROLE"),
    b"null\n7\n": ("invoiceSummary", "INVOICE_VIEW", "SUPPORT_ROLE"),
    b"null\n8\n": ("invoiceSummary", "INVOICE_VIEW", "TENANT_KIND"),
    b"null\n9\n": ("services.nodes.monthlyCharge", "FINANCIALS_VIEW", "SUPPORT_ROLE"),
    b"null\nA\n": ("users", "USER_VIEW", "SUPPORT_ROLE"),
    b"null\nB\n": ("services", "SERVICE_VIEW", "SUPPORT_ROLE"),
}


_known: dict[int | None, dict[str, Any]] = {}


def places_of(viewer: Viewer) -> dict[str, Any]:
    """Where a viewer holds what, as the statements take it; worked out once for each session."""
    if viewer.session_id not in _known:
        groups = viewer.standing.group
        seen, group = viewer.places[groups[Capability.CUSTOMER_VIEW.name]], groups[PRESENCE]
        nodes, held = list(seen.nodes), [groups.get(capability.name) for capability in BITS]
        caps = [sum(1 << n for n, g in enumerate(held) if g is not None and mask & 1 << g) for mask in seen.masks]
        how = "everywhere" if group in viewer.standing.everywhere else "alike" if len(set(caps)) == 1 else "mixed"
        _known[viewer.session_id] = {
            "how": how, "nodes": nodes, "caps": caps, "cap": caps[0], "present": list(viewer.places[group].nodes),
            "places": [list(pair) for pair in zip(nodes, caps, strict=True)],
            "here": viewer.current and viewer.current.tenant_id}
    return _known[viewer.session_id]


async def answer(request: web.Request) -> web.Response:
    now = dt.datetime.now(dt.UTC)
    asked = orjson.loads(await request.read())
    statements, variables = STATEMENTS[request.app[READS].dialect_name], {"now": now} | _variables(asked["variables"], now)

    def asking(viewer: Viewer) -> tuple[str, list[Any]]:
        given = places_of(viewer) | variables
        sql, names = statements[asked["operationName"], given["how"]]
        return sql, [given[name] for name in names]
    data = await read(request, now, asking)
    return web.Response(body=b'{"data":%b}' % data if b"\n" not in data else _with_withheld(data),
                        content_type="application/json")


def _variables(given: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    return {"id": key_of(given.get("id")), "after": key_of(given.get("after")), "letters": name_key(given.get("search", "")),
            "month": month_of(now)}


def key_of(id: str | None) -> int | None:
    return int(id.removeprefix("cus_")) if id else None


def _with_withheld(data: bytes) -> bytes:
    withheld, above = [], "customers.nodes" if data.startswith(b'{"customers"') else "customer"
    for mark, (path, capability, reason) in MARKS.items():
        if mark in data:
            withheld.append({"path": f"{above}.{path}", "capability": capability, "reason": reason})
            data = data.replace(mark, b"null")
    return b'{"data":%b,"extensions":{"withheld":%b}}' % (data, orjson.dumps(withheld))


def routes(app: web.Application) -> None:
    app.router.add_post("/graphql", answer)


if __name__ == "__main__":
    serve(routes)
