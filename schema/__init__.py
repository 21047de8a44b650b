"""The public contract: Strawberry types, inputs and payloads; no queries, no rules."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.query import Query
from schema.scalars import SCALARS


def build_schema() -> strawberry.Schema:
    """The schema, before an engine is attached to it."""
    return strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))
