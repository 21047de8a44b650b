"""The rule of access and what goes with it, as JSON for the peers that are not written in Python.

    python -m benchmarks.peers.rule > FILE
"""

from __future__ import annotations

import json
from typing import Any

from models.access import Capability, GrantSource, Role, TenantKind
from models.contracts import LIVELIEST
from models.invoices import NOT_YET_ISSUED, SEEN_BY_BILLED, InvoiceStatus
from models.sessions import IDLE, SHUT
from models.viewers import Grant
from resolvers.customers import LISTED
from resolvers.money import DIGITS
from server.sessions import OFTEN, STATE

#: What the peers know as 1, 2, 4 and so on; before them all, that something is held at all.
PRESENT = 1
BITS = (Capability.CUSTOMER_VIEW, Capability.CUSTOMER_SUMMARY_VIEW, Capability.FINANCIALS_VIEW, Capability.CONTRACT_VIEW,
        Capability.INVOICE_VIEW, Capability.USER_VIEW, Capability.SERVICE_VIEW)


def mask(capabilities: frozenset[Capability]) -> int:
    """Capabilities as bits."""
    return PRESENT | sum(2 << n for n, capability in enumerate(BITS) if capability in capabilities)


def rule() -> dict[str, Any]:
    """`grants`: for "ROLE KIND SOURCE" the bits on the tenant itself and on what lies beneath it (0: nothing)."""
    grants = {}
    for role in Role:
        for kind in TenantKind:
            for source in GrantSource:
                held = {h.beneath: mask(h.capabilities) for h in Grant(role, 1, "/1/", kind, source).holdings()}
                grants[f"{role.name} {kind.name} {source.name}"] = [held[False], held.get(True, 0)]
    return {"session": STATE, "idle_ms": IDLE.total_seconds() * 1000, "often_ms": OFTEN.total_seconds() * 1000,
            "bits": {"PRESENT": PRESENT} | {capability.name: 2 << n for n, capability in enumerate(BITS)}, "grants": grants,
            "shut": [status.name for status in SHUT], "listed": [status.name for status in LISTED],
            "liveliest": [status.name for status in LIVELIEST],
            "seen_by_billed": [status.name for status in SEEN_BY_BILLED],
            "not_yet_issued": [status.name for status in NOT_YET_ISSUED],
            "invoice_statuses": [status.name for status in InvoiceStatus], "digits": DIGITS}


if __name__ == "__main__":
    print(json.dumps(rule()))
