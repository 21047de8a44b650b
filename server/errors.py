"""What may be told of a failure: the codes that leave the server, the status of each, and the shape of the answer."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLError

from engine.errors import EngineError, Unavailable
from models.reachable import out_of_reach
from models.transaction import Contended, Crowded, Doubtful, UnitTimedOut

log = logging.getLogger(__name__)

#: The one list of what may be told. Each code with its HTTP status; docs/errors.md says what to do about it.
STATUS = {
    "BAD_REQUEST": 400,
    "DOCUMENT_SYNTAX": 400,
    "DOCUMENT_INVALID": 400,
    "DOCUMENT_LIMIT": 400,
    "VARIABLES_INVALID": 400,
    "INVALID_CURSOR": 400,
    "ANSWER_TOO_LARGE": 400,
    "PERSISTED_QUERY_NOT_FOUND": 400,
    "DOCUMENT_NOT_TRUSTED": 400,
    "QUERY_TOO_EXPENSIVE": 400,
    "UNAUTHENTICATED": 401,
    "CSRF_REFUSED": 403,
    "NO_SUCH_ADDRESS": 404,
    "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "BODY_TOO_SLOW": 408,
    "CONTEXT_SUPERSEDED": 409,
    "LINK_EXPIRED": 410,
    "BODY_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RATE_LIMITED": 429,
    "SUBSCRIPTION_LIMIT": 429,
    "INTERNAL": 500,
    "LAGGING": 503,
    "OVERLOADED": 503,
    "UNAVAILABLE": 503,
    "TIMEOUT": 504,
}
#: Well-formed requests that GraphQL itself refuses: told with 200 to who asked for application/json.
GRAPHQLS_OWN = {code for code, status in STATUS.items() if status == 400}
MASKED = "Something failed here, not in your request. Try again later, and give the operator the requestId if it stays."


class Refusal(Exception):
    """The edge does not take the request. `headers` say more, such as which methods there are."""

    def __init__(self, code: str, message: str, headers: Mapping[str, str] | None = None):
        self.code, self.message, self.headers = code, message, headers or {}
        super().__init__(message)


#: Exceptions written to be read by clients. Of any other, nothing is told.
TELLING = (Refusal, EngineError, UnitTimedOut, Contended, Crowded, Doubtful)


@dataclass(slots=True)
class Answer:
    """What goes back: JSON bytes, the HTTP status, and the code that it is counted under."""

    body: bytes
    status: int = 200
    code: str = "OK"
    headers: Mapping[str, str] = field(default_factory=dict)


def refused(error: BaseException, request_id: str, legacy: bool) -> Answer:
    """The answer to a request that ended in an exception: coded where it is written for clients, else masked."""
    entry = told(error, request_id)
    code = entry["extensions"]["code"]
    status = STATUS[code] if isinstance(error, Refusal) else status_of(code, legacy)
    body = orjson.dumps({"errors": [entry]})
    return Answer(extended(body, getattr(error, "cost", b"")), status, code, headers_of(error))


def extended(body: bytes, more: bytes) -> bytes:
    """An answer without `extensions`, with these members of them."""
    return b'%b,"extensions":{%b}}' % (body[:-1], more) if more else body


def headers_of(error: BaseException | None) -> dict[str, str]:
    """What an answer's headers say of a failure, such as when to ask again."""
    error = _plain(error)
    pause = getattr(error, "retry_after", None) if isinstance(error, TELLING) else None
    more = error.headers if isinstance(error, Refusal) else {}
    return {**more, **({} if pause is None else {"Retry-After": str(math.ceil(pause))})}


def rejected(errors: Sequence[GraphQLError], otherwise: str, legacy: bool) -> Answer:
    """The answer to a document or variables that GraphQL refuses; `otherwise` codes the errors that have no code."""
    entries = [_described(error, {"message": error.message,
                                  "extensions": {"code": otherwise, **(error.extensions or {})}}) for error in errors]
    code = entries[0]["extensions"]["code"]
    return Answer(orjson.dumps({"errors": entries}), status_of(code, legacy), code)


def status_of(code: str, legacy: bool) -> int:
    """The status of a well-formed request that failed: to application/json what GraphQL refuses is a good answer."""
    return 200 if legacy and code in GRAPHQLS_OWN else STATUS[code]


def told(error: BaseException | None, request_id: str) -> dict[str, Any]:
    """One entry of `errors`. Whatever is not written for clients is logged here and told as INTERNAL."""
    failed, error = error, _plain(error)
    if error is not failed:
        log.warning("The database is out of reach or cannot store anything: %s", type(failed).__name__)
    code = getattr(error, "code", "")
    if isinstance(error, TELLING) and code in STATUS and code != "INTERNAL":
        return {"message": error.message, "extensions": {"code": code, **getattr(error, "more", {})}}
    log.error("A request failed", exc_info=error, extra={"requestId": request_id})
    return {"message": MASKED, "extensions": {"code": "INTERNAL", "requestId": request_id}}


def _plain(error: BaseException | None) -> BaseException | None:
    """A driver's own words for a database that is out of reach, as clients are told of it."""
    if isinstance(error, TELLING) or not out_of_reach(error):
        return error
    return Unavailable()


def told_of_field(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """One entry of `errors` for a field that failed while Strawberry executed it."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if cause is None or isinstance(cause, GraphQLError):  # graphql-core's own, about the request
        entry = {"message": error.message, "extensions": {"code": "BAD_REQUEST"}}
    else:
        entry = told(cause, request_id)
    return _described(error, entry)


def _described(error: GraphQLError, entry: dict[str, Any]) -> dict[str, Any]:
    if error.locations:
        entry["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        entry["path"] = error.path
    return entry
