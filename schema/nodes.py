"""Interfaces that several types share."""

from __future__ import annotations

import strawberry

from engine.relay import Connection, Node
from schema.scalars import DateTime


@strawberry.interface(description="Something that people edit.")
class Versioned:
    version: int = strawberry.field(description="Rises by one with every change; give it as `options.ifVersion` to change only "
                                    "what you have seen.", metadata={"shown": True})
    updated_at: DateTime = strawberry.field(description="When it was last changed.", metadata={"shown": True})


__all__ = ["Connection", "Node", "Versioned"]
