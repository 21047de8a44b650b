"""From body or address to one GraphQL request, and from headers to the kinds of JSON that go in and out."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from multidict import MultiMapping

from server.errors import Refusal
from server.texts import Texts

MODERN, LEGACY = "application/graphql-response+json", "application/json"
NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,99}")
WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
PARAMETERS = ("query", "operationName", "variables", "extensions", "documentId")


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it was asked for: the document's text, the operation's name and its raw variables."""

    query: str
    name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    #: Whether the answer is to say how it came about.
    explain: bool = False
    #: By which hash the document is to be named from now on, where it can be run.
    hash: str | None = None


# -- the body, or the address

def from_body(body: bytes, texts: Texts) -> Asked:
    """Raises Refusal BAD_REQUEST with the remedy for whatever is no GraphQL request, or what `texts` raise."""
    asked = parsed(body, "The body")
    if isinstance(asked, list):
        raise Refusal("BAD_REQUEST", "Batching is off. Send one operation per request.")
    if not isinstance(asked, dict):
        raise Refusal("BAD_REQUEST", 'The body must be a JSON object such as {"query": "{ viewer { user { id } } }"}.')
    return _asked(asked, texts)


def from_address(parameters: MultiMapping[str], texts: Texts) -> Asked:
    """The same for a GET, where variables and extensions are JSON texts."""
    asked: dict[str, Any] = {}
    for name in PARAMETERS:
        given = parameters.getall(name, [])
        if len(given) > 1:
            raise Refusal("BAD_REQUEST", f"The address has {name} twice. Send it once.")
        if given:
            asked[name] = given[0]
    for name in ("variables", "extensions"):
        if asked.get(name):
            asked[name] = parsed(asked[name].encode(errors="surrogatepass"), f"The parameter {name}", name)
    fit = {name: _fit_text(value, name) if isinstance(value, str) else value for name, value in asked.items()}
    return _asked(fit, texts)


def from_message(asked: Mapping[str, Any], texts: Texts) -> Asked:
    """The same for what a message of a WebSocket holds, which is parsed already."""
    return _asked(asked, texts)


def _asked(asked: Mapping[str, Any], texts: Texts) -> Asked:
    name, variables, extensions = asked.get("operationName"), asked.get("variables"), asked.get("extensions")
    if name and not (isinstance(name, str) and NAME.fullmatch(name)) or name in (0, False):
        raise Refusal("BAD_REQUEST", "`operationName` must be the name of an operation of the document, or left out.")
    if variables is not None and not isinstance(variables, dict):
        raise Refusal("BAD_REQUEST", "`variables` must be an object from names to values, or left out.")
    if extensions is None:
        text, hash = texts.meant(asked.get("query"), asked.get("documentId"), None)
        return Asked(text, name or None, variables or {}, False, hash)
    if not isinstance(extensions, dict):
        raise Refusal("BAD_REQUEST", "`extensions` must be an object, or left out.")
    text, hash = texts.meant(asked.get("query"), asked.get("documentId"), extensions.get("persistedQuery"))
    return Asked(text, name or None, variables or {}, _explain(extensions), hash)


def _explain(extensions: Mapping[str, Any]) -> bool:
    if not isinstance(explain := extensions.get("explain"), bool | None):
        raise Refusal("BAD_REQUEST", "`extensions.explain` must be true or false, or left out.")
    return bool(explain)


# -- JSON, strictly

def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refusal("BAD_REQUEST", "A name stands twice in one JSON object. Send it once.")
    return found


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Refusal("BAD_REQUEST", "A number is out of range. Send it smaller, or as a string.")
    return value


#: orjson is faster by 2 µs, but keeps the last of two values of one name, where a proxy may have looked at the first.
STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_float=_number, parse_constant=_number)


def parsed(text: bytes, what: str, path: str = "") -> Any:
    """The value. Raises Refusal BAD_REQUEST with the remedy for what is no JSON, or holds what cannot be stored."""
    try:
        value = STRICT.decode(text.decode())
        # only an escape can bring in what a text must not hold, and only letters beyond ASCII need composing
        return value if text.isascii() and b"\\u" not in text else _fit(value, path)
    except UnicodeDecodeError:
        raise Refusal("BAD_REQUEST", f"{what} is not UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Refusal("BAD_REQUEST", f"{what} is not JSON: {error.msg} ({place}).") from None
    except RecursionError:
        raise Refusal("BAD_REQUEST", f"{what} is nested too deeply.") from None
    except ValueError:
        raise Refusal("BAD_REQUEST", f"{what} has a number of too many digits.") from None


def _fit(value: Any, path: str) -> Any:
    """The value with its texts composed (NFC); refuses what no database can keep, naming where it stands."""
    if isinstance(value, str):
        return _fit_text(value, path)
    if isinstance(value, list):
        return [_fit(item, f"{path}.{n}") for n, item in enumerate(value)]
    if isinstance(value, dict):
        return {_fit_text(name, path): _fit(item, f"{path}.{name}".lstrip(".")) for name, item in value.items()}
    return value


def _fit_text(text: str, path: str) -> str:
    if "\0" in text:
        raise Refusal("BAD_REQUEST", f"`{_shown(path)}` holds U+0000. Leave that character out.")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refusal("BAD_REQUEST", f"`{_shown(path)}` holds half a surrogate pair. Leave it out.") from None
    # a hash is taken of the document as it was written; its texts are composed when it is parsed
    return text if path == "query" else unicodedata.normalize("NFC", text)


def _shown(path: str) -> str:
    return path.encode("ascii", "replace").decode()[:100].replace("\0", "?") or "the body"


# -- the kinds of JSON

@lru_cache(maxsize=256)
def is_json(content_type: str | None) -> bool:
    """Whether a body is declared as JSON in UTF-8, exactly."""
    kind, parameters = _media(content_type or "")
    return kind == "application/json" and parameters in ({}, {"charset": "utf-8"})


@lru_cache(maxsize=256)
def likes(kind: str, accept: str | None) -> bool:
    """Whether a client names a kind of answer that it takes."""
    return any(_media(part)[0] == kind for part in (accept or "").split(","))


@lru_cache(maxsize=256)
def chosen(accept: str | None) -> str | None:
    """The kind of JSON that the client likes best; LEGACY where it takes anything, None where it takes neither."""
    if accept is None or not accept.strip():
        return LEGACY
    ranges = [_media(part) for part in accept.split(",")]
    (modern, named), (legacy, _) = _liked(ranges, MODERN), _liked(ranges, LEGACY)
    if max(modern, legacy) <= 0:
        return None
    return MODERN if modern > legacy or (modern == legacy and named) else LEGACY


def _liked(ranges: list[tuple[str, dict[str, str]]], kind: str) -> tuple[float, bool]:
    """How much a kind is liked, by the narrowest range that it falls in, and whether that range names it."""
    for wanted in (kind, "application/*", "*/*"):
        for range_, parameters in ranges:
            if range_ == wanted and parameters.get("charset", "utf-8") == "utf-8":
                return _weight(parameters.get("q", "1")), wanted == kind
    return 0.0, False


def _weight(text: str) -> float:
    return float(text) if WEIGHT.fullmatch(text) else 0.0


def _media(text: str) -> tuple[str, dict[str, str]]:
    kind, *parameters = (part.strip().lower() for part in text.split(";"))
    pairs = (parameter.partition("=") for parameter in parameters if parameter)
    return kind, {name.strip(): value.strip().strip('"') for name, _, value in pairs}
