"""How an answer came about: its statement, what decided on rows and fields, and where the time went.

Values are never told, only their kinds: an explanation holds nothing that the answer beside it does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import orjson

from engine.documents import Document, Documents
from engine.expr import BOOL, INT, INTS, TEXT, TEXTS, TIME, Bound
from engine.layout import laid_out
from engine.notebook import Notebook
from engine.plan import Plan, Planner
from engine.proviso import Proviso
from engine.run import Engine, Viewer, envelope

#: Of the parameters of a proviso, which no field of a row has.
KINDS = {str: TEXT, int: INT, bool: BOOL, dt.datetime: TIME, type(None): "null"}


class Watch:
    """What the parts of one request took, from its making on; and what was kept of earlier requests."""

    def __init__(self, documents: Documents):
        self._documents, self._missed = documents, documents.kept.misses
        self._at = perf_counter()
        self.seconds: dict[str, float] = {}
        self.kept: dict[str, bool] = {}

    def lap(self, part: str) -> None:
        """A part is over: it took the time since the one before."""
        now = perf_counter()
        self.seconds[part] = self.seconds.get(part, 0) + now - self._at
        self._at = now

    def looked_up(self) -> None:
        """The document was found or made, and its variables were checked."""
        self.kept["document"] = self._documents.kept.misses == self._missed
        self.lap("document")

    def recognised(self) -> None:
        """It is known who asks."""
        self._missed = self._documents.plans.misses
        self.lap("session")

    def planned(self) -> None:
        """The plan was found or made, and its parameters were put together."""
        self.kept["plan"] = self.kept.get("plan", True) and self._documents.plans.misses == self._missed
        self.lap("plan")


async def explained(engine: Engine, document: Document, values: dict[str, Any], viewer: Viewer, now: dt.datetime,
                    proviso: Proviso | None, watch: Watch, more: bytes = b"") -> bytes:
    """As Engine.answer, with how it came about in `extensions.explain`. Raises Lapsed."""
    watch.recognised()
    plan = engine.plan(document, values, viewer, proviso)
    arguments = [*engine.arguments(plan, values, viewer, now), *(proviso.args if proviso else ())]
    watch.planned()
    try:
        text = await engine.database.value(plan.sql, arguments, viewer.writes_within)
    finally:
        watch.lap("database")
    body, withheld = engine.finished(plan, text, values, viewer, now)
    watch.lap("finishing")
    notebook = Notebook()
    planner, _ = engine.written(document, values, viewer, notebook)  # anew: what is kept of plans is no more than they need
    told = {"database": engine.database.dialect_name,
            "sql": laid_out(plan.sql),
            "parameters": list(_parameters(planner, arguments, notebook)),
            "rows": notebook.rows(planner, orjson.loads(body)),
            "fields": notebook.fields,
            "withheld": [{**entry, "nulls": text.count(mark)} for mark, entry in plan.marks if mark in text],
            "python": [".".join(path) for path in plan.paths],
            **_measures(watch, plan, body)}
    return envelope(body, withheld, b'%b%b"explain":%b' % (more, b"," if more else b"", orjson.dumps(told)))


def _measures(watch: Watch, plan: Plan, body: bytes) -> dict[str, Any]:
    taken = {**watch.seconds, "all": sum(watch.seconds.values())}
    return {"kept": watch.kept,
            "milliseconds": {part: round(seconds * 1000, 3) for part, seconds in taken.items()},
            "bytes": {"data": len(body), "sql": len(plan.sql.encode())}}


# -- parameters: where each comes from and of what kind it is

def _parameters(planner: Planner, arguments: list[Any], notebook: Notebook) -> Iterator[dict[str, str]]:
    bounds = planner.write.params
    origins = [(_origin(bound, notebook), bound.type) for bound in bounds]
    origins += [("proviso", KINDS.get(type(argument), "value")) for argument in arguments[len(bounds):]]
    for n, (argument, (origin, type_)) in enumerate(zip(arguments, origins, strict=True), 1):
        yield {"name": planner.dialect.placeholder(n, TEXT).partition("::")[0], "from": origin, "kind": _kind(argument, type_)}


def _origin(bound: Bound, notebook: Notebook) -> str:
    match bound.slot:
        case ("var", *path):
            return f"variable {'.'.join(map(str, path))}"
        case ("viewer", (str(name), int(group))):
            return f"viewer: {name} of {', '.join(notebook.groups.get(group, ['what they hold']))}"
        case ("viewer", key):
            return f"viewer: {key}"
        case ("now", *beside):
            return " and viewer: ".join(["clock", *map(str, beside)])
    return "document"


def _kind(argument: Any, type_: str) -> str:
    if argument is None:
        return "null"
    if type_ in (INTS, TEXTS):
        items = orjson.loads(argument) if isinstance(argument, str) else argument  # SQLite has lists as JSON
        return f"{len(items)} {type_}"
    return type_
