"""Subscriptions: from what was asked for to a stream of answers, each of them on the rights of its own moment."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from typing import Any, Protocol, TypeVar

import orjson
from graphql import GraphQLError

from engine.arguments import camel
from engine.documents import Document
from engine.errors import EngineError, Unavailable
from engine.live import Root, Told, root_of
from engine.proviso import Lapsed
from models.events import Happened
from models.viewers import Viewer
from resolvers.live import AT_ONCE, CONCERNS, LAST_WORDS, NAMED, is_within_reach, unsettles
from server.admission import Admission, Overloaded
from server.errors import Answer, Refusal, rejected, told
from server.graphql import TRIES, Caller, GraphQL, SignInFirst
from server.live.attendance import Attendance
from server.live.feed import Feed, Lagging, Listener
from server.requests import Asked
from server.sessions import NotSignedIn, Recognised, Superseded
from server.settings import Settings

#: Seconds after which a session is looked at without a reason: it may have become too old.
LOOK = 30.0
#: Seconds after which what there was no room for is tried again.
PAUSE = 0.5
OVER = (NotSignedIn, Superseded)
#: What passes by itself: the event waits meanwhile.
PASSING = (Overloaded, Unavailable)
#: Whether any of some objects may be known of.
WHETHER = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"

T = TypeVar("T")


class TooMany(EngineError):
    """Somebody has as many subscriptions as there may be."""

    code = "SUBSCRIPTION_LIMIT"

    def __init__(self, most: int):
        super().__init__(f"You have {most} subscriptions open already, and more are not taken. End one that is not needed; one "
                         "subscription can hear of many customers.")


class Rejected(Exception):
    """GraphQL refuses the document or its variables."""

    def __init__(self, answer: Answer):
        self.answer = answer
        super().__init__(answer.code)


class Connection(Protocol):
    """A WebSocket."""

    async def leave(self) -> None:
        """Lets its subscriptions complete, and closes it."""


class Subscriptions:
    """Those that are open in this process, and what they need."""

    def __init__(self, graphql: GraphQL, feed: Feed, admission: Admission, settings: Settings):
        self.graphql, self.feed, self.settings = graphql, feed, settings
        self._lane = admission.lanes["read"]
        self.told = self.lagging = 0
        self._listeners: set[Listener] = set()
        #: By person, or API key.
        self._each: Counter[int | None] = Counter()
        #: WebSockets, and whose each is once it has said so.
        self.sockets: dict[Connection, int | None] = {}
        self.closing = False

    def __len__(self) -> int:
        return len(self._listeners)

    def seat(self, socket: Connection, user_id: int | None) -> None:
        """Counts a WebSocket, of somebody yet unknown or of somebody known. Raises Overloaded or TooMany."""
        if self.closing or len(self.sockets) >= self.settings.subscriptions:
            raise Overloaded(self.settings.waiting_seconds)
        if user_id is not None and list(self.sockets.values()).count(user_id) >= self.settings.subscriptions_each:
            raise TooMany(self.settings.subscriptions_each)
        self.sockets[socket] = user_id

    def is_meant(self, asked: Asked, *, alone: bool) -> bool:
        """Whether the operation is a subscription; what cannot be run is one for clients who take a stream `alone`."""
        document = self.graphql.document(asked)
        return alone if document.errors else document.kind == "subscription"

    def close(self) -> None:
        """Completes every subscription, and takes no more."""
        self.closing = True
        for listener in self._listeners:
            listener.close()

    async def answers(self, asked: Asked, caller: Caller, token: str | None) -> AsyncGenerator[bytes, None]:
        """Answers as they come, after an empty one once nothing more is missed. Ends where the right to it does.

        Raises what stops it before or after that: Rejected, NotSignedIn, Superseded, Lagging, TooMany, Refusal …
        """
        document, values, root = self._read(asked, caller)
        if token is None:
            raise SignInFirst
        one = Subscription(self, document, values, root, caller, Attendance(self.graphql.sessions, token))
        await one.begin()
        with self._counted(caller.viewer.user_id or caller.viewer.key_id), \
                self.feed.listening(one.wants, one.unsettles, one.reaches) as listener:
            self._listeners.add(listener)
            try:
                yield b""
                async with aclosing(one.answers(listener)) as found:
                    async for answer in found:
                        self.told += 1
                        yield answer
            except Lagging:
                self.lagging += 1
                raise
            finally:
                self._listeners.discard(listener)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """As a request: what is read takes its turn among all that is read. Raises Overloaded."""
        await self._lane.take()
        try:
            yield
        finally:
            self._lane.give(None)

    def _read(self, asked: Asked, caller: Caller) -> tuple[Document, dict[str, Any], Root]:
        document = self.graphql.document(asked)
        if document.errors:
            raise Rejected(self.graphql.rejected(document.errors, legacy=False))
        if document.kind != "subscription":
            raise Refusal("BAD_REQUEST", "Only subscriptions are served here. Send queries and mutations by POST.")
        caller.kind, caller.operation = document.kind, asked.name
        try:
            values = document.coerce(asked.variables)
        except GraphQLError as error:
            raise Rejected(rejected([error], "VARIABLES_INVALID", legacy=False)) from None
        return document, values, root_of(document, values)

    @contextmanager
    def _counted(self, user_id: int | None) -> Iterator[None]:
        most = self.settings.subscriptions_each
        if self._each[user_id] >= most:
            raise TooMany(most)
        if self.closing or len(self._listeners) >= self.settings.subscriptions:
            raise Overloaded(self.settings.waiting_seconds)
        self._each[user_id] += 1
        try:
            yield
        finally:
            self._each[user_id] -= 1
            self._each += Counter()  # only those who have any


class Subscription:
    """One subscription of one session."""

    def __init__(self, among: Subscriptions, document: Document, values: dict[str, Any], root: Root, caller: Caller,
                 attendance: Attendance):
        self._among, self._engine = among, among.graphql.engine
        self._document, self._values, self._root = document, values, root
        self._caller, self._attendance = caller, attendance
        self._concerns = CONCERNS[root.field]

    async def begin(self) -> None:
        """Finds out who listens. and charges them. Raises NotSignedIn, Superseded, Elsewhere, Overloaded,
        TooExpensive or RateLimited."""
        async with self._among.turn():
            self._caller.viewer = (await self._attendance.asker(dt.datetime.now(dt.UTC))).viewer
        graphql = self._among.graphql
        graphql.check_place(self._caller, dt.datetime.now(dt.UTC))
        graphql.charged(self._document, self._values, self._caller)
        graphql.money.asked(self._document, self._viewer, dt.datetime.now(dt.UTC), self._caller.request_id)

    @property
    def _viewer(self) -> Viewer:
        return self._caller.viewer

    def wants(self, happened: Happened) -> bool:
        return self.unsettles(happened) or self._is_concern(happened)

    def unsettles(self, happened: Happened) -> bool:
        return unsettles(happened, self._viewer)

    def reaches(self, happened: Happened) -> bool:
        return is_within_reach(happened, self._viewer)

    async def answers(self, listener: Listener) -> AsyncGenerator[bytes, None]:
        """What the viewer may know of, until the listener is closed or the session or the right is over."""
        self._attendance.doubt()
        if not await self._present():
            self._note_in_vain()
            return
        listener.sure()
        if self._root.field in AT_ONCE and (first := await self._answer(Told())) is not None:
            yield first
        while not listener.closed:
            happened = await listener.next(LOOK)
            if happened is None or self.unsettles(happened):
                self._attendance.doubt()
                try:
                    if not await self._present():
                        return
                except OVER:
                    if happened is not None and (last := await self._last_word(happened, listener)) is not None:
                        yield last
                    raise
            if happened is not None and self.unsettles(happened):
                listener.sure()
            if happened is not None and self._is_concern(happened):
                answer = await self._answer(Told(happened.id, happened.about))
                if answer is not None:
                    listener.last = happened
                    yield answer

    def _is_concern(self, happened: Happened) -> bool:
        return self._concerns(happened, self._viewer, self._root.arguments)

    async def _present(self) -> bool:
        """Whether there is anything left to listen to. Raises NotSignedIn or Superseded where the session is over."""
        find = NAMED.get(self._root.field)
        named = find and find(self._root.arguments)

        async def look(asker: Recognised, now: dt.datetime) -> bool:
            self._caller.viewer = asker.viewer
            if self._root.field in AT_ONCE:
                return await self._tell(Told(), asker, now) is not None
            if named is None:
                return True
            document = self._engine.documents.get(WHETHER, None)
            body = await self._engine.answer(document, {"ids": named}, asker.viewer, now, asker.proviso)
            return any(orjson.loads(body)["data"]["nodes"])
        return await self._asked(look)

    def _note_in_vain(self) -> None:
        """Whom it named was named in vain, as in a query."""
        named = [[id] if isinstance(id, str) else id or [] for id in self._root.arguments.values()]
        in_vain = [(camel(self._root.field), id) for ids in named for id in ids if isinstance(id, str)]
        self._among.graphql.denials.named(self._viewer, in_vain, dt.datetime.now(dt.UTC), self._caller.request_id, "Subscription")

    async def _answer(self, told: Told) -> bytes | None:
        """The answer to one event, or the error of it; None where there is nothing that the viewer may know of."""
        try:
            return await self._asked(lambda asker, now: self._tell(told, asker, now))
        except OVER:
            raise
        except Exception as error:
            return failed(error, self._caller.request_id)

    async def _tell(self, told: Told, asker: Recognised, now: dt.datetime) -> bytes | None:
        return await self._engine.tell(self._document, self._root, self._values, told, asker.viewer, now, asker.proviso)

    async def _asked(self, read: Callable[[Recognised, dt.datetime], Awaitable[T]]) -> T:
        """What is read for whoever listens, in its turn; what has no room for it now is asked again."""
        while True:
            try:
                async with self._among.turn():
                    return await self._in_one_moment(read)
            except PASSING:
                await asyncio.sleep(PAUSE)

    async def _in_one_moment(self, read: Callable[[Recognised, dt.datetime], Awaitable[T]]) -> T:
        for _ in range(TRIES):
            now = dt.datetime.now(dt.UTC)
            with suppress(Lapsed):
                return await read(await self._attendance.asker(now), now)
            self._attendance.doubt()
        raise Unavailable

    async def _last_word(self, happened: Happened | None, listener: Listener) -> bytes | None:
        """The end of the session that the subscription itself was made in, where that is what it asks for."""
        if self._root.field not in LAST_WORDS:
            return None
        while happened is not None and not self._is_concern(happened):
            happened = await listener.next(PAUSE)
        now = dt.datetime.now(dt.UTC)
        with suppress(Lapsed, *OVER):
            return happened and await self._tell(Told(happened.id, happened.about), await self._attendance.left(now), now)
        return None


def failed(error: BaseException, request_id: str) -> bytes:
    """An answer that is an error."""
    return orjson.dumps({"errors": [told(error, request_id)]})
