"""One operation, from what was asked to the bytes of its answer: look up, check, plan or execute, mask."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, GraphQLSyntaxError, execute

from engine.documents import Document, Latest
from engine.errors import BadRequest, EngineError, InvalidCursor, Unavailable
from engine.explain import Watch, explained
from engine.proviso import Lapsed
from engine.run import Engine, envelope
from models.access import Capability
from models.viewers import ANYONE, Viewer
from server.denials import Denials, named_in_vain
from server.errors import Answer, Refusal, extended, headers_of, rejected, status_of, told_of_field
from server.explain import FORBIDDEN, NOT_COMPILED, runs_platform, unexplained
from server.money import Money
from server.rates import Charge, Rates, TooExpensive
from server.requests import Asked
from server.sessions import Elsewhere, NotSignedIn, Recognised, Sessions, Superseded, check_place
from server.texts import Texts

#: What somebody who is not signed in may ask for.
SCHEMA = frozenset({"__schema", "__type", "__typename"})
OPEN_QUERIES = SCHEMA | {"viewer", "invitationOffer"}
#: Refusals for which the database need not be asked: where the session is over, that is to be told instead.
BEFORE_READING = (BadRequest, InvalidCursor, Elsewhere)
#: How often somebody's access may change between finding out who they are and reading for them.
TRIES = 3


class SignInFirst(EngineError):
    """Nobody is signed in, and the field is not for everybody."""

    code = "UNAUTHENTICATED"
    message = "Sign in first: run the mutation signIn and send its token as `Authorization: Bearer …`."


@dataclass
class Caller:
    """What the request tells of who asks, and, for the log, what was found out on the way."""

    request_id: str
    base_url: str
    user_agent: str | None = None
    #: The tenant in which the client believes to act, by its global id.
    tenant: str | None = None
    #: Where it comes from, if the server was told how to find that out.
    network: str | None = None
    viewer: Viewer = ANYONE
    kind: str | None = None
    operation: str | None = None
    code: str = "OK"
    #: Whether this is no request with an answer, but a stream or a WebSocket.
    stays: bool = False
    #: What the operation cost.
    charge: Charge | None = None
    #: Where the time goes, for who asked to have the answer explained.
    watch: Watch | None = None


@dataclass
class Context:
    """What resolvers find at `info.context`."""

    viewer: Viewer
    engine: Engine
    document: Document
    values: dict[str, Any]
    now: dt.datetime
    request_id: str
    base_url: str
    user_agent: str | None
    network: str | None
    #: Who asks, found anew before each mutation: one before it, or somebody else, may have changed what they hold.
    whoever: Callable[[bool], Awaitable[Viewer]]
    charge: Charge
    #: Hears of a mutation that the viewer may not make: its name, and what they lack.
    forbidden: Callable[[str, Capability | None], None]
    #: What the engine withheld from payloads, for `extensions`.
    withheld: list[dict[str, Any]] = field(default_factory=list)
    #: The token of a session that a mutation opened; "" where it ended one.
    set_token: str | None = None


@dataclass(slots=True)
class Answered(Answer):
    """An answer to an operation, with the session's new token where it has one."""

    set_token: str | None = None


class GraphQL:
    """Answers operations out of one schema, one engine and the sessions of one database."""

    def __init__(self, schema: strawberry.Schema, engine: Engine, sessions: Sessions, texts: Texts, rates: Rates,
                 denials: Denials, *, explains: bool = False):
        self.schema: GraphQLSchema = schema._schema
        self.engine, self.sessions, self.texts, self.rates, self.denials, self.explains = \
            engine, sessions, texts, rates, denials, explains
        self.engine.attach(self.schema)
        self.limits = engine.documents.limits
        self.open_mutations = _open_mutations(self.schema)
        self.money = Money(self.schema, denials)
        self._schema_told: Latest[Document, Answer] = Latest(16)

    async def answer(self, asked: Asked, caller: Caller, token: str | None, *, legacy: bool,
                     reads_only: bool) -> Answer:
        """Raises EngineError, Refusal and whatever goes wrong; `legacy` is for clients who take application/json."""
        if asked.explain:
            caller.watch = Watch(self.engine.documents)
        document = self.document(asked)
        if document.errors:
            return self.rejected(document.errors, legacy)
        caller.kind, caller.operation = document.kind, _name(document)
        if document.kind != "query":
            _check_kind(document.kind, reads_only)
        try:
            values = document.coerce(asked.variables)
        except GraphQLError as error:
            return rejected([error], "VARIABLES_INVALID", legacy)
        if caller.watch is not None:
            caller.watch.looked_up()
        now = dt.datetime.now(dt.UTC)
        if document.compiled:
            return await self._read(document, values, caller, token, now)
        answer = await self._execute(document, values, asked, caller, token, now, legacy)
        if caller.watch is not None:
            may = self._may_explain(caller.viewer)
            return unexplained(answer, NOT_COMPILED) if may else self._unexplained(answer, caller, now)
        return answer

    def _unexplained(self, answer: Answer, caller: Caller, now: dt.datetime) -> Answer:
        self.denials.explanation(caller.viewer, now, caller.request_id)
        return unexplained(answer, FORBIDDEN)

    def check_place(self, caller: Caller, now: dt.datetime) -> None:
        """Raises Elsewhere where the client believes to act in another tenant, and notes that it named it."""
        try:
            check_place(caller.viewer, caller.tenant)
        except Elsewhere:
            self.denials.elsewhere(caller.viewer, caller.tenant, now, caller.request_id)
            raise

    def document(self, asked: Asked) -> Document:
        """The document; one that can be run, and came with its hash, may be named by that from now on."""
        document = self.engine.documents.get(asked.query, asked.name)
        if asked.hash is not None and not document.errors:
            self.texts.keep(asked.hash, asked.query)
        return document

    def _may_explain(self, viewer: Viewer) -> bool:
        return self.explains or runs_platform(viewer)

    async def _execute(self, document: Document, values: dict[str, Any], asked: Asked, caller: Caller, token: str | None,
                       now: dt.datetime, legacy: bool) -> Answer:
        """What the engine does not answer whole, for whoever asks."""
        viewer = caller.viewer = await self._viewer(document, token, now)
        self.check_place(caller, now)
        if (kept := self._schema_told.get(document)) is not None:
            return kept
        charge = self.charged(document, values, caller)
        context = Context(viewer, self.engine, document, values, now, caller.request_id, caller.base_url,
                          caller.user_agent, caller.network, partial(self._whoever, token, now), charge,
                          partial(self.denials.forbidden, viewer, now, caller.request_id))
        answer = await self._executed(document, asked, context, legacy)
        self.money.asked(document, viewer, now, caller.request_id)
        if viewer.key_id is not None:
            self.denials.out_of_scope(viewer, context.withheld, now, caller.request_id)
        if answer.code == "OK" and document.roots <= SCHEMA and not document.types:
            self._schema_told.put(document, answer)  # the same for everybody, and a tenth of a second to write
        return answer

    def rejected(self, errors: list[GraphQLError], legacy: bool) -> Answer:
        """The answer to a document that cannot be run."""
        syntax = isinstance(errors[0], GraphQLSyntaxError)
        return rejected(errors[:self.limits.errors], "DOCUMENT_SYNTAX" if syntax else "DOCUMENT_INVALID", legacy)

    def charged(self, document: Document, values: dict[str, Any], caller: Caller) -> Charge:
        """Takes what an operation costs from the allowance of whoever asks, once. Raises TooExpensive and RateLimited."""
        if caller.charge is None:
            estimate = self.engine.costs.estimate(document, values)
            if estimate.points > self.rates.maximum:
                raise TooExpensive(estimate, self.rates.maximum, self.engine.costs.shares(document, values))
            caller.charge = self.rates.charge(caller.viewer, estimate)
        return caller.charge

    async def _read(self, document: Document, values: dict[str, Any], caller: Caller, token: str | None,
                    now: dt.datetime) -> Answer:
        """What the engine answers whole: for whom the token opened last, unless the read itself says otherwise."""
        remembered = self.sessions.remembered(token, now)
        if remembered is not None:
            with suppress(Lapsed, *BEFORE_READING):
                return await self._read_for(remembered, document, values, caller, now)
        for _ in range(TRIES):
            with suppress(Lapsed):
                return await self._read_for(await self.sessions.recognised(token, now), document, values, caller, now)
        raise Unavailable

    async def _read_for(self, asker: Recognised, document: Document, values: dict[str, Any], caller: Caller,
                        now: dt.datetime) -> Answer:
        caller.viewer = asker.viewer
        if not asker.viewer.signed_in and not document.roots <= OPEN_QUERIES:
            raise SignInFirst
        self.check_place(caller, now)
        cost = self.charged(document, values, caller).json
        if caller.watch is not None and self._may_explain(asker.viewer):
            return Answer(await explained(self.engine, document, values, asker.viewer, now, asker.proviso, caller.watch, cost))
        body, withheld = await self.engine.read(document, values, asker.viewer, now, asker.proviso)
        if withheld and asker.viewer.key_id is not None:
            self.denials.out_of_scope(asker.viewer, withheld, now, caller.request_id)
        if document.by_id:
            self.denials.named(asker.viewer, named_in_vain(document, values, body), now, caller.request_id)
        self.money.asked(document, asker.viewer, now, caller.request_id)
        answer = Answer(envelope(body, withheld, cost))
        return answer if caller.watch is None else self._unexplained(answer, caller, now)

    async def _viewer(self, document: Document, token: str | None, now: dt.datetime) -> Viewer:
        for_anybody = document.roots <= (OPEN_QUERIES if document.kind == "query" else self.open_mutations)
        viewer = await self._whoever(token, now, document.kind == "mutation" and for_anybody)
        if not viewer.signed_in and not for_anybody and document.kind == "query":
            raise SignInFirst
        return viewer

    async def _whoever(self, token: str | None, now: dt.datetime, for_anybody: bool) -> Viewer:
        """Whose token it is. A mutation for anybody takes one that is over, too: else nobody could sign in again."""
        try:
            return await self.sessions.viewer_of(token, now)
        except (NotSignedIn, Superseded):
            if for_anybody:
                return ANYONE
            raise

    async def _executed(self, document: Document, asked: Asked, context: Context, legacy: bool) -> Answer:
        """Strawberry's answer: to mutations, and to documents that introspect."""
        result = execute(self.schema, document.ast, context_value=context, variable_values=asked.variables,
                         operation_name=asked.name, hide_suggestions=not self.limits.suggestions)
        if inspect.isawaitable(result):
            result = await result
        errors = [told_of_field(error, context.request_id) for error in result.errors or ()]
        code = errors[0]["extensions"]["code"] if errors else "OK"
        cost = b"" if document.roots <= SCHEMA else context.charge.json
        if document.by_id and result.data is not None:
            in_vain = named_in_vain(document, context.values, result.data)
            self.denials.named(context.viewer, in_vain, context.now, context.request_id)
        if result.data is None:
            headers = headers_of(result.errors[0].original_error) if result.errors else {}
            body = extended(orjson.dumps({"errors": errors}), cost)
            return Answered(body, status_of(code, legacy), code, headers, context.set_token)
        return Answered(_body(result, errors, context.withheld, cost), code=code, set_token=context.set_token)


def _check_kind(kind: str, reads_only: bool) -> None:
    if kind == "mutation" and reads_only:
        raise Refusal("METHOD_NOT_ALLOWED", "A GET only reads. Send mutations by POST.", {"Allow": "POST"})
    if kind == "subscription":
        raise Refusal("NOT_ACCEPTABLE", "A subscription is answered as a stream. Send Accept: text/event-stream, or connect by "
                      "WebSocket with the sub-protocol graphql-transport-ws.")


def _name(document: Document) -> str | None:
    name = document.operation.name
    return name.value[:100] if name else None


def _open_mutations(schema: GraphQLSchema) -> frozenset[str]:
    fields = schema.mutation_type.fields if schema.mutation_type else {}
    return frozenset(name for name, declared in fields.items()
                     if (declared.extensions["strawberry-definition"].metadata or {}).get("open")) | {"__typename"}


def _body(result: ExecutionResult, errors: list[dict[str, Any]], withheld: list[dict[str, Any]], cost: bytes) -> bytes:
    answer: dict[str, Any] = {"data": result.data}
    if errors:
        answer["errors"] = errors
    if withheld:
        place = {key: n for n, key in enumerate(result.data or ())}  # roots are read at once: whichever was first says nothing
        once = sorted({orjson.dumps(entry): entry for entry in withheld}.values(),
                      key=lambda entry: place.get(entry["path"].partition(".")[0], 0))
        cost = b'"withheld":%b%b%b' % (orjson.dumps(once), b"," if cost else b"", cost)
    return extended(orjson.dumps(answer), cost)
