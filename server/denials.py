"""Reads that were refused: counted at once, and written into the audit trail after the answer."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from graphql import FieldNode, value_from_ast_untyped

from engine.documents import IDS, Document, Latest
from engine.rows import key_of, tag_of
from models.access import Capability, WithheldReason
from models.viewers import Viewer
from resolvers.denials import APART, LOOKED, Denied, Looked, write_down
from server.sessions import TENANT_HEADER

log = logging.getLogger(__name__)

#: Refusals that wait to be written, and those of which it is kept that they were noted.
WAITING, REMEMBERED = 1000, 10_000
#: Tags of what stands for a tenant.
TENANTS = ("ten", "cus")
OUT_OF_SCOPE = WithheldReason.API_KEY_SCOPE.name
FORBIDDEN, NOT_VISIBLE = "FORBIDDEN", "NOT_VISIBLE"


class Denials:
    """Those of one process. A row of the same viewer, reason and path is written once a minute."""

    def __init__(self, write: Callable[[Denied | Looked], Awaitable[None]] = write_down):
        self._write = write
        self._waiting: deque[Denied | Looked] = deque()
        self._noted: Latest[tuple[Any, ...], dt.datetime] = Latest(REMEMBERED)
        self._woken, self._closing, self._failing = asyncio.Event(), False, False
        #: By capability and reason; rows that were lost since nobody could write them in time.
        self.counted: Counter[tuple[str, str]] = Counter()
        self.lost = 0

    def note(self, denied: Denied) -> None:
        """A read was refused. Takes next to no time, whoever asks however often."""
        self.counted[denied.capability or "", denied.reason] += 1
        viewer = denied.viewer
        if viewer.current is None:
            return
        key = (viewer.user_id, viewer.key_id, viewer.current.tenant_id, denied.reason, denied.path, denied.capability)
        before = self._noted.get(key)
        if before is not None and denied.at - before < APART:
            return
        self._noted.put(key, denied.at)
        self._put(denied)

    def looked(self, viewer: Viewer, at: dt.datetime, request_id: str) -> None:
        """Somebody who acts in a tenant asked for money: written once for each stay."""
        key = (LOOKED, viewer.acting_id)
        if self._noted.get(key) is None:
            self._noted.put(key, at)
            self._put(Looked(viewer, at, request_id))

    def _put(self, noted: Denied | Looked) -> None:
        if len(self._waiting) >= WAITING:
            self.lost += 1
            return
        self._waiting.append(noted)
        self._woken.set()

    def out_of_scope(self, viewer: Viewer, withheld: Iterable[Mapping[str, str]], at: dt.datetime, request_id: str) -> None:
        """What an API key asked for beyond its scope: once for each capability, whatever the fields were called."""
        for capability in {entry["capability"] for entry in withheld if entry["reason"] == OUT_OF_SCOPE}:
            self.note(Denied(viewer, OUT_OF_SCOPE, "extensions.withheld", at, request_id, capability))

    def named(self, viewer: Viewer, in_vain: Iterable[tuple[str, str]], at: dt.datetime, request_id: str,
              root: str = "Query") -> None:
        """Tenants that a request named and that the viewer may not see, as far as they can be told from none at all."""
        for field, id in in_vain:
            if tag_of(id) in TENANTS and key_of(tag_of(id), id) is not None:
                self.note(Denied(viewer, NOT_VISIBLE, f"{root}.{field}", at, request_id, resource=id))

    def elsewhere(self, viewer: Viewer, tenant: str | None, at: dt.datetime, request_id: str) -> None:
        """The tenant that a request's header named, where the viewer does not act."""
        if key_of("ten", tenant) is not None:
            self.note(Denied(viewer, NOT_VISIBLE, TENANT_HEADER, at, request_id, resource=tenant, doubtful=True))

    def explanation(self, viewer: Viewer, at: dt.datetime, request_id: str) -> None:
        self.note(Denied(viewer, FORBIDDEN, "extensions.explain", at, request_id, Capability.PLATFORM_ADMIN.name))

    def forbidden(self, viewer: Viewer, at: dt.datetime, request_id: str, mutation: str, capability: Capability | None) -> None:
        """A change that the viewer may not make. People are told in `userErrors` and that is all; a machine that tries has a
        wrong key, or the wrong person has it."""
        if viewer.key_id is None:
            self.counted[capability.name if capability else "", FORBIDDEN] += 1
        else:
            self.note(Denied(viewer, FORBIDDEN, f"Mutation.{mutation}", at, request_id, capability and capability.name))

    async def run(self) -> None:
        while not self._closing or self._waiting:
            await self._woken.wait()
            if not self._closing:
                self._woken.clear()
            while self._waiting:
                await self._written(self._waiting.popleft())

    async def _written(self, noted: Denied | Looked) -> None:
        try:
            await self._write(noted)
        except Exception as error:
            self.lost += 1
            if not self._failing:  # the figure says how many
                log.warning("Refused reads cannot be written into the audit trail (%s)", type(error).__name__)
            self._failing = True
        else:
            self._failing = False

    def close(self) -> None:
        self._closing = True
        self._woken.set()


@asynccontextmanager
async def written(denials: Denials) -> AsyncIterator[None]:
    """Rows are written meanwhile, and at the end those that wait."""
    writing = asyncio.create_task(denials.run(), name="denials")
    try:
        yield
    finally:
        denials.close()
        await writing


def named_in_vain(document: Document, values: Mapping[str, Any], data: bytes | Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The root fields that named a tenant, or a customer, and found nothing that the viewer may know of: field and global id.
    It makes no difference whether there is such a tenant."""
    for key, node in document.by_id:
        if isinstance(data, bytes) and not _may_lack(key, data):
            continue
        found = (orjson.loads(data) if isinstance(data, bytes) else data).get(key, 0)
        for id, each in zip(_ids(node, values), found if isinstance(found, list) else itertools.repeat(found)):  # noqa: B905
            if each is None:
                yield node.name.value, id


def _may_lack(key: str, body: bytes) -> bool:
    """Whether a field may be null, or an element of its list: quick, since most often none is."""
    return b'"%b":null' % key.encode() in body or b'"%b":[' % key.encode() in body and b"null" in body


def _ids(node: FieldNode, values: Mapping[str, Any]) -> list[str]:
    given = next(argument.value for argument in node.arguments or () if argument.name.value in IDS)
    found = value_from_ast_untyped(given, dict(values))
    return [id for id in found if isinstance(id, str)] if isinstance(found, list) else [found] if isinstance(found, str) else []
