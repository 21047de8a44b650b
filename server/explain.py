"""Who may have their queries explained, and what the others are told: the answer stays the same either way."""

from __future__ import annotations

from dataclasses import replace

import orjson

from models.access import Capability
from models.viewers import Viewer
from server.errors import Answer

FORBIDDEN = ("FORBIDDEN", f"Explanations need {Capability.PLATFORM_ADMIN.name}, which you do not hold where you act. Ask as "
             "an administrator of the platform, or have the operator set TENANTRY_EXPLAIN=true.")
NOT_COMPILED = ("NOT_COMPILED", "Mutations and introspection are executed field by field and have no plan of their own. "
                "Explain a query that reads the same objects.")


def runs_platform(viewer: Viewer) -> bool:
    """Whether the viewer may look behind answers: they see the SQL of what they ask themselves, nothing of others."""
    return any(Capability.PLATFORM_ADMIN in holding.capabilities for holding in viewer.holdings)


def unexplained(answer: Answer, why: tuple[str, str]) -> Answer:
    """An answer that says in its `extensions.explain` why it is not explained; one without data stays as it is."""
    told = orjson.loads(answer.body)
    if "data" not in told:
        return answer
    code, message = why
    told["extensions"] = {**told.get("extensions", {}), "explain": {"code": code, "message": message}}
    return replace(answer, body=orjson.dumps(told))
