"""The texts of documents, also of those that are named instead of sent: by the hash under which a client sent them before, or
by an id of the committed list, which may be all that is answered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from sys import getsizeof
from typing import Any, NamedTuple, Protocol

import orjson
from graphql import GraphQLError, OperationDefinitionNode, parse

from engine.documents import Documents, Latest
from engine.errors import EngineError
from engine.measure import INTROSPECTION
from server.errors import Refusal

SHA256 = re.compile(r"[0-9a-f]{64}")
#: How GraphQL over HTTP writes a `documentId` that is a hash.
PREFIX = "sha256:"
#: Bytes that an entry takes besides the text: its hash, and its place among the others.
ENTRY = 300
#: What `extensions.persistedQuery` is, by Apollo's protocol.
EXTENSION = '{"version": 1, "sha256Hash": "…"}'


class NotRegistered(EngineError):
    """Nobody has sent the document of this hash lately. Clients of the protocol wait for these very words."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    message = "PersistedQueryNotFound"
    more = {"remedy": "Send the document as `query` beside its hash, once; after that its hash alone will do."}


class NotTrusted(EngineError):
    """The server answers a list of documents, and this is none of them."""

    code = "DOCUMENT_NOT_TRUSTED"
    message = ("This server answers only the documents of its list. Name one by `documentId`, or as the sha256Hash of "
               "`extensions.persistedQuery`, and leave `query` out; have the operator add a new one to the list.")


class UnfitManifest(Exception):
    """The list of trusted documents cannot be served; the message says what to mend."""


class Meant(NamedTuple):
    """A document's text; and its hash, where by that it may be named from now on, if it proves to be good."""

    text: str
    hash: str | None = None


class Texts(Protocol):
    """What a request's `query`, `documentId` and `extensions.persistedQuery` mean."""

    #: What is kept, for the metrics.
    caches: Mapping[str, Latest[Any, Any]]

    def meant(self, query: Any, id: Any, persisted: Any) -> Meant:
        """Raises EngineError or Refusal with the remedy where they mean nothing."""

    def keep(self, hash: str, text: str) -> None:
        """The document can be run: its hash will do from now on."""


class Registered:
    """Any document may be sent, and named by its hash later: automatic persisted queries.

    Only texts are kept, and only under what is their hash, so it does not matter who sent one: whoever names it gets the answer
    that they would get if they had sent it.
    """

    def __init__(self, size: int):
        self._kept: Latest[str, str] = Latest(size, lambda text: ENTRY + getsizeof(text))
        self.caches: Mapping[str, Latest[Any, Any]] = {"persisted": self._kept}

    def meant(self, query: Any, id: Any, persisted: Any) -> Meant:
        if query is not None and not isinstance(query, str):
            raise Refusal("BAD_REQUEST", "`query` must be the GraphQL document as a string.")
        if persisted is not None:
            return self._named(query, _hash(persisted))
        if query:
            return Meant(query)
        if id is not None:
            raise Refusal("BAD_REQUEST", "There is no `query`, and no list here that has documents by `documentId`. Send the "
                          f"document as `query`, or name it by `extensions.persistedQuery`: {EXTENSION}.")
        raise Refusal("BAD_REQUEST", "There is no `query`. Send the GraphQL document as a string of that name.")

    def _named(self, query: str | None, hash: str) -> Meant:
        if not SHA256.fullmatch(hash):
            raise Refusal("BAD_REQUEST", "The sha256Hash of `extensions.persistedQuery` must be 64 hexadecimal digits in lower "
                          "case.")
        kept = self._kept.get(hash)
        if not query:
            if kept is None:
                raise NotRegistered
            return Meant(kept)
        if query == kept:
            return Meant(query)
        if hashlib.sha256(query.encode()).hexdigest() != hash:
            raise Refusal("BAD_REQUEST", "The sha256Hash of `extensions.persistedQuery` is not that of `query`. Take it of the "
                          "very text that is sent, as UTF-8.")
        return Meant(query, hash)

    def keep(self, hash: str, text: str) -> None:
        self._kept.put(hash, text)


class Trusted:
    """Only the documents of a list are answered."""

    def __init__(self, texts: Mapping[str, str]):
        hashes = {hash: text for id, text in texts.items() if SHA256.fullmatch(hash := id.removeprefix(PREFIX))}
        self._texts = {**texts, **hashes, **{PREFIX + hash: text for hash, text in hashes.items()}}
        self.caches: Mapping[str, Latest[Any, Any]] = {}

    def meant(self, query: Any, id: Any, persisted: Any) -> Meant:
        name = id if persisted is None or id is not None else _hash(persisted)
        text = self._texts.get(name) if isinstance(name, str) else None
        if text is None or query not in (None, "", text):
            raise NotTrusted
        return Meant(text)

    def keep(self, hash: str, text: str) -> None:
        raise AssertionError("Nothing is added to the list while it is served.")


def _hash(persisted: Any) -> str:
    match persisted:
        case {"version": 1, "sha256Hash": str(hash)}:
            return hash
    raise Refusal("BAD_REQUEST", f"`extensions.persistedQuery` must be {EXTENSION}, or left out.")


# -- the list

def trusted(path: Path, documents: Documents) -> Trusted:
    """The list at `path`, read whole: what could not be answered is told now. Raises UnfitManifest."""
    try:
        texts = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise UnfitManifest(f"The list of trusted documents {path} cannot be read: {error}. Set "
                            "TENANTRY_TRUSTED_DOCUMENTS to a JSON file.") from error
    if not texts or not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise UnfitManifest(f"The list of trusted documents {path} must be a JSON object with documents by their ids, such as "
                            "the persisted-documents.json of graphql-codegen.")
    for id, text in texts.items():
        if (wrong := _wrong(text, documents)) is not None:
            raise UnfitManifest(f"The document {id[:100]} of the list {path} {wrong} Mend it, or take it out.")
    return Trusted(texts)


def _wrong(text: str, documents: Documents) -> str | None:
    """Why a document cannot be answered."""
    for name in _operations(text):
        document = documents.get(text, name)
        if document.errors:
            return f"cannot be run: {document.errors[0].message}"
        if document.roots & INTROSPECTION:
            return "asks for the schema, which a server with such a list does not tell."
    return None


def _operations(text: str) -> list[str | None]:
    try:
        found = [d.name.value if d.name else None for d in parse(text).definitions if isinstance(d, OperationDefinitionNode)]
    except GraphQLError:
        found = []
    return found if len(found) > 1 else [None]
