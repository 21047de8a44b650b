"""Whether an operation asks for money: a tenant's trail tells when somebody from above looked at it while acting there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from graphql import FieldNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, visit

from engine.documents import Document, Latest
from models.access import Capability
from models.viewers import Viewer
from server.denials import Denials

REMEMBERED = 1000


class Money:
    """What is asked for by those who act in a tenant that is not their own."""

    def __init__(self, schema: GraphQLSchema, denials: Denials):
        self._schema, self._denials = schema, denials
        self._known: Latest[Document, bool] = Latest(REMEMBERED)

    def asked(self, document: Document, viewer: Viewer, at: dt.datetime, request_id: str) -> None:
        if viewer.acting_id is not None and viewer.current is not None and self._shown(document) \
                and viewer.may(Capability.FINANCIALS_VIEW, viewer.current.path):
            self._denials.looked(viewer, at, request_id)

    def _shown(self, document: Document) -> bool:
        known = self._known.get(document)
        if known is None:
            known = self._known.put(document, any(map(self._financial, (document.operation, *document.fragments.values()))))
        return known

    def _financial(self, definition: Any) -> bool:
        info = TypeInfo(self._schema)
        found = _Found(info)
        visit(definition, TypeInfoVisitor(info, found))
        return found.financial


class _Found(Visitor):
    def __init__(self, info: TypeInfo):
        super().__init__()
        self._info, self.financial = info, False

    def enter_field(self, _: FieldNode, *__: Any) -> None:
        field = self._info.get_field_def()
        declared: Any = field.extensions.get("strawberry-definition") if field else None
        if declared is not None and declared.metadata.get("financial"):
            self.financial = True
