"""The base of every mutation: its options and payload, and the way from input to answer in one unit of work."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

import strawberry
from graphql import get_named_type

from engine.arguments import camel
from engine.errors import EngineError, Unavailable
from engine.rows import BY_TAG, Row, key_of, tag_of
from models.idempotency import IdempotencyRecord, KeyReused, claim, fingerprint
from models.keys import holds_still
from models.records import Record
from models.signing import sign
from models.transaction import connection, unit_of_work
from models.viewers import Viewer
from resolvers import change as changing
from resolvers.activity import record
from resolvers.change import Change, Occasion, Problem, Refused
from schema.directives import Cost, Irreversible
from schema.given import by_name, plain, value_of
from schema.payloads import MutationOptions, MutationPayload, UserError, UserWarning

KEY, REASON = 200, 500
#: How often somebody's access may change between finding out who they are and the commit.
TRIES = 3
#: What a mutation counts in the cost of its document: a transaction with its audit entry takes as long as ten rows or more.
WEIGHT = 10
COMMON = {"answers", "user_errors", "warnings", "dry_run", "audit_entry_id"}
NO_MACHINE = "An API key cannot do this: sign in as a person."
OPTIONS = "What goes for every mutation: idempotency key, dry run, expected version, reason."


class _Moved(Exception):
    """What the viewer holds changed on the way; nothing was stored. Never told."""


class SignInFirst(EngineError):
    """Nobody is signed in, and the mutation is not for everybody."""

    code, status = "UNAUTHENTICATED", 401
    message = "You are not signed in. Sign in and send the token."


Step = Callable[..., Awaitable[Any]]


def changes(use_case: Callable[..., Awaitable[Change]], *, input: type, payload: type[MutationPayload],
            description: str, open: bool = False, irreversible: str | None = None,
            first: Mapping[str, Step] | None = None, machine: bool = False) -> Any:
    """A mutation that runs a use case of resolvers/ in one unit of work and reads back what it changed.

    input         its fields are the use case's keyword arguments; what is not given arrives as None, and an input
                  within it as a dict of its fields
    payload       objects declared `answered(…)` are read by the engine, other fields come from `Change.texts`
    open          whether somebody who is not signed in may do it
    irreversible  why it cannot be undone, where it cannot
    first         keyword argument -> what works it out before the transaction, since it takes long; it gets the viewer, the
                  occasion and the use case's other arguments, and does nothing long for whoever will be refused
    machine       whether an API key may do it: not unless its use case can do without a person
    """
    mutation = _Mutation(camel(use_case.__name__), use_case, payload, open, first or {}, machine)

    async def resolve(info: Any, input: Any, options: Any = strawberry.UNSET) -> MutationPayload:
        return await _Call(mutation, info._raw_info, options or MutationOptions(), by_name(input)).answer()

    resolve.__annotations__ = {
        "info": strawberry.Info, "return": payload,
        "input": Annotated[input, strawberry.argument(description="What to do.")],
        "options": Annotated[MutationOptions | None, strawberry.argument(description=OPTIONS)]}
    if irreversible:
        description += f" Cannot be undone: {irreversible}"
    return strawberry.mutation(resolver=resolve, description=description,
                               metadata={"changes": mutation.name, "open": open},
                               directives=[Cost(weight=WEIGHT), *([Irreversible(reason=irreversible)] if irreversible else [])])


@dataclass(frozen=True)
class _Mutation:
    """What `changes` was told."""

    name: str
    use_case: Callable[..., Awaitable[Change]]
    payload: type[MutationPayload]
    open: bool
    first: Mapping[str, Step]
    machine: bool


@dataclass
class _Done:
    """What a call did: just now, or earlier under the same idempotency key. `objects` are global ids."""

    viewer: Viewer
    objects: dict[str, str | list[str] | None]
    warnings: list[UserWarning] = field(default_factory=list)
    texts: dict[str, Any] = field(default_factory=dict)
    audit_entry_id: str | None = None
    answers: dict[str, Any] | None = None

    def to_keep(self) -> dict[str, Any]:
        """What is stored for a repetition: which objects, never what they hold."""
        return {"objects": self.objects, "auditEntryId": self.audit_entry_id,
                "warnings": [[w.code.name, w.message, w.path] for w in self.warnings]}

    @classmethod
    def kept(cls, kept: dict[str, Any], viewer: Viewer) -> _Done:
        """A repetition: the objects are read anew, as the viewer may see them today."""
        return cls(viewer, kept["objects"], [UserWarning(code=changing.WarningCode[code], message=message, path=path)
                                             for code, message, path in kept["warnings"]],
                   audit_entry_id=kept["auditEntryId"])


@dataclass
class _Call:
    """One mutation of one request."""

    mutation: _Mutation
    info: Any
    options: MutationOptions
    given: dict[str, Any]

    async def answer(self) -> MutationPayload:
        context = self.info.context
        if not self.mutation.open and not context.viewer.signed_in:
            raise SignInFirst
        if context.viewer.key_id is not None and not self.mutation.machine:
            context.forbidden(self.mutation.name, None)
            return self.payload([_user_error(Problem(changing.ErrorCode.FORBIDDEN, NO_MACHINE, ("input",)))])
        occasion = Occasion(now=context.now, request_id=context.request_id, base_url=context.base_url,
                            reason=self.options.reason or None, if_version=value_of(self.options.if_version),
                            user_agent=context.user_agent, network=context.network, dry_run=bool(self.options.dry_run))
        worked_out = {name: await step(context.viewer, occasion, **self.given) for name, step in self.mutation.first.items()}
        try:
            done = await self.done(occasion, worked_out)
        except Refused as refused:
            if refused.afterwards:
                await refused.afterwards()
            for problem in refused.problems:
                if problem.code is changing.ErrorCode.FORBIDDEN:
                    context.forbidden(self.mutation.name, problem.requires)
            return self.payload([_user_error(problem) for problem in refused.problems])
        if done.answers is None:
            done.answers = await self.read(done)
        if "token" in done.texts:
            context.set_token = done.texts["token"]
        return self.payload([], done)

    async def done(self, occasion: Occasion, worked_out: dict[str, Any]) -> _Done:
        """By the rights that the viewer has at the commit: where they changed on the way, all over again by the new ones."""
        for _ in range(TRIES):
            viewer: Viewer = await self.info.context.whoever(self.mutation.open)
            with suppress(_Moved):
                return await unit_of_work(partial(self.once, viewer, occasion, worked_out), within=viewer.writes_within,
                                          dry_run=occasion.dry_run)
        raise Unavailable

    async def once(self, viewer: Viewer, occasion: Occasion, worked_out: dict[str, Any]) -> _Done:
        """All that happens inside the transaction."""
        key = None if occasion.dry_run else self.options.idempotency_key or None
        wrong = _wrong_options(key, occasion)
        claimed = await self.claim(viewer, key, occasion) if key and not wrong else None
        if isinstance(claimed, dict):
            return _Done.kept(claimed, viewer)
        await self.check_holds(viewer, done=False)
        try:
            change = await self.mutation.use_case(viewer, occasion, **self.given, **worked_out)
        except Refused as refused:
            raise Refused(*wrong, *refused.problems, afterwards=refused.afterwards) from None
        await self.check_holds(viewer, done=True)
        if key and change.texts:
            wrong.append(_wrong("idempotencyKey", "The answer holds a secret that is told once only: leave it out."))
        if wrong:
            raise Refused(*wrong)
        done = _Done(change.viewer or viewer, self.ids(change),
                     [UserWarning(code=w.code, message=w.message, path=list(w.path)) for w in change.warnings])
        if occasion.dry_run:
            done.answers = await self.read(done, connection())
            return done
        done.texts = change.texts
        if change.tenant is not None:
            done.audit_entry_id = f"aud_{(await record(viewer, occasion, change, self.mutation.name, key)).id}"
        if claimed:
            await claimed.keep(done.to_keep())
        return done

    async def check_holds(self, viewer: Viewer, *, done: bool) -> None:
        if not self.mutation.open and not await holds_still(viewer, done=done):
            raise _Moved

    async def claim(self, viewer: Viewer, key: str, occasion: Occasion) -> IdempotencyRecord | dict[str, Any]:
        """Keys are each person's own in each tenant and mutation; nobody's are told apart by what they ask for."""
        request = fingerprint([self.mutation.name, plain(self.given), occasion.if_version, occasion.reason])
        who = f"{viewer.current.tenant_id}/{viewer.user_id or viewer.key_id}" if viewer.current else sign("nobody", request)
        try:
            return await claim(f"{who}/{self.mutation.name}", key, request, occasion.now)
        except KeyReused:
            raise Refused(Problem(changing.ErrorCode.IDEMPOTENCY_MISMATCH, "The key was used for another request: take "
                                  "a new one.", ("options", "idempotencyKey"))) from None

    def ids(self, change: Change) -> dict[str, str | list[str] | None]:
        """The global ids of what a change shows, by payload field."""
        row_for = self.info.context.engine.bindings.row_for

        def id_of(record: Record) -> str:
            return f"{row_for(type(record)).tag}_{record.id}"
        return {name: None if shown is None else list(map(id_of, shown)) if isinstance(shown, Sequence) else id_of(shown)
                for name, shown in change.records.items()}

    async def read(self, done: _Done, inside: Any = None) -> dict[str, Any]:
        """The payload's objects by response key, from inside a transaction or after it."""
        sources: dict[str, Any] = {}
        for name, shown in done.objects.items():
            if name not in self.told:
                sources[name] = _source(shown) if shown else None
        rows = {name: row for row, name in self.info.context.engine.bindings.rows.items()}
        for own in get_named_type(self.info.return_type).fields.values():
            row = rows.get(get_named_type(own.type).name)
            if row is not None and row.model is None:  # no change names it: it is the viewer's own
                sources[own.extensions["strawberry-definition"].python_name] = row()
        answers: dict[str, Any] = await self.info.context.engine.read_payload(self.info, sources, done.viewer, inside)
        return answers

    @property
    def told(self) -> list[str]:
        """Payload fields that hold a text, or the id of what is gone, and no object."""
        return [f.name for f in dataclasses.fields(self.mutation.payload) if f.init and f.name not in COMMON]

    def payload(self, errors: list[UserError], done: _Done | None = None) -> MutationPayload:
        told = {name: {**done.objects, **done.texts}.get(name) if done else None for name in self.told}
        return self.mutation.payload(
            answers=done.answers or {} if done else {}, user_errors=errors, warnings=done.warnings if done else [],
            dry_run=bool(self.options.dry_run),
            audit_entry_id=strawberry.ID(done.audit_entry_id) if done and done.audit_entry_id else None, **told)


def _source(shown: str | list[str]) -> tuple[type[Row], int | list[int]]:
    """The rows that global ids name, all of one type, as the engine reads them back."""
    ids = shown if isinstance(shown, list) else [shown]
    row = BY_TAG[tag_of(ids[0])]
    keys = [key for id in ids if (key := key_of(row.tag, id)) is not None]
    return row, keys if isinstance(shown, list) else keys[0]


def _wrong_options(key: str | None, occasion: Occasion) -> list[Problem]:
    found = []
    if key and len(key) > KEY:
        found.append(_wrong("idempotencyKey", f"A key has at most {KEY} characters."))
    if occasion.reason and len(occasion.reason) > REASON:
        found.append(_wrong("reason", f"A reason has at most {REASON} characters."))
    return found


def _wrong(option: str, message: str) -> Problem:
    return Problem(changing.ErrorCode.INVALID, message, ("options", option))


def _user_error(problem: Problem) -> UserError:
    return UserError(code=problem.code, message=problem.message, path=list(problem.path),
                     required_capability=problem.requires)
