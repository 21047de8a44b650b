"""How large a document is, measured once before anything else is done with it, in time linear in its text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    ListTypeNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    VariableDefinitionNode,
    parse,
)

#: Doubled fragments expand beyond any number that an answer can carry; nothing is counted further than this.
MANY = 1_000_000
INTROSPECTION = {"__schema", "__type"}
#: Levels beneath these that count as none; the tools' full introspection query has 13.
FREE_LEVELS = 20
DECLARING = (OperationDefinitionNode, FragmentDefinitionNode, VariableDefinitionNode)


@dataclass(frozen=True)
class Limits:
    """The most that a document may ask for. What a fragment holds counts wherever it is spread."""

    tokens: int = 1000
    depth: int = 12
    fields: int = 500
    aliases: int = 30
    directives: int = 50
    roots: int = 20
    definitions: int = 60
    document_bytes: int = 20_000
    #: Of one list among the arguments, whether the document holds it or a variable.
    items: int = 100
    answer_bytes: int = 10_000_000
    #: How many errors of one document are told, and whether they may name what was perhaps meant.
    errors: int = 5
    suggestions: bool = True


#: What is counted, and what to do when it is too much.
WORDS = {
    "tokens": ("words and signs", "Ask for less, or split it into several requests."),
    "depth": ("levels", "Ask for what lies deeper in a request of its own, starting from its id."),
    "fields": ("fields", "Ask for fewer, or split it into several requests."),
    "aliases": ("aliases", "Ask for lists instead, or split it into several requests."),
    "directives": ("directives", "Leave fields out instead of skipping them."),
    "roots": ("root fields", "Split it into several requests."),
    "definitions": ("definitions", "Send the one operation and the fragments that it uses."),
    "document_bytes": ("bytes", "Send values as variables, and no fragment that is not used."),
    "items": ("items in one list", "Send the others in a request of their own."),
}


def parsed(text: str, limits: Limits) -> DocumentNode:
    """The document, its texts composed (NFC). Raises GraphQLError where it is too large, misspelt or holds U+0000."""
    if (size := len(text.encode(errors="surrogatepass"))) > limits.document_bytes:
        raise too_much("document_bytes", size, limits.document_bytes)
    try:
        document = parse(text, max_tokens=limits.tokens, allow_empty_selection_sets=False)
    except GraphQLSyntaxError as error:
        if "Parsing aborted" in error.message:  # what comes after that was not looked at
            depth = "nested" in error.message
            raise too_much("depth", MANY, limits.depth) if depth else \
                too_much("tokens", limits.tokens + 1, limits.tokens) from error
        raise
    for node, _ in _nodes(document):
        if isinstance(node, StringValueNode):
            _compose(node)
    return document


def _compose(node: StringValueNode) -> None:
    if "\0" in node.value:
        raise GraphQLError("A text in the document holds U+0000. Leave that character out.", node,
                           extensions={"code": "BAD_REQUEST"})
    if not node.value.isascii():
        object.__setattr__(node, "value", unicodedata.normalize("NFC", node.value))  # nobody else has the node yet


def _nodes(document: DocumentNode) -> Iterator[tuple[Node, int]]:
    """Every node as the text has it, with how many lists and objects it stands in."""
    waiting: list[tuple[Node, int]] = [(document, 0)]
    while waiting:
        node, nested = waiting.pop()
        yield node, nested
        within = nested + isinstance(node, ListValueNode | ObjectValueNode | ListTypeNode)
        for key in node.keys:
            inner = getattr(node, key)
            for child in inner if isinstance(inner, Sequence) else (inner,):
                if isinstance(child, Node):
                    waiting.append((child, within))


def measure(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """Every limit that the document breaks, each with code DOCUMENT_LIMIT, the measured value and the limit."""
    try:
        measured = Measurement(document).values()
    except RecursionError:
        return [too_much("depth", MANY, limits.depth)]
    return [too_much(name, value, getattr(limits, name)) for name, value in measured.items()
            if value > getattr(limits, name)]


def too_much(name: str, measured: int, limit: int, what: str = "The document") -> GraphQLError:
    counted, remedy = WORDS[name]
    number = f"{MANY:,} or more" if measured >= MANY else f"{measured:,}"
    return GraphQLError(f"{what} has {number} {counted}; the limit is {limit:,}. {remedy}",
                        extensions={"code": "DOCUMENT_LIMIT", "limit": name, "measured": measured, "allowed": limit})


def longest_list(value: Any) -> int:
    """How many items the longest list in a variable's value has."""
    most, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            most = max(most, len(each))
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
    return most


def _directives(node: Node) -> int:
    return len(getattr(node, "directives", None) or ())


class Size(NamedTuple):
    """What a selection set comes to with its fragments put in."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


class Measurement:
    """Measures one document. No selection is visited twice: what a fragment comes to is remembered."""

    def __init__(self, document: DocumentNode):
        self.document = document
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.sizes: dict[str, Size] = {}
        self.roots: dict[str, int] = {}
        self.visited = 0

    def values(self) -> dict[str, int]:
        """What was measured, by the names of the limits; of several operations, the largest counts."""
        operations = [d for d in self.document.definitions if isinstance(d, OperationDefinitionNode)]
        sizes = [self.size(operation.selection_set) for operation in operations]
        nodes = list(_nodes(self.document))
        declared = sum(_directives(node) for node, _ in nodes if isinstance(node, DECLARING))
        return {
            "depth": max([size.depth for size in sizes] + [nested for _, nested in nodes]),
            "fields": max((size.fields for size in sizes), default=0),
            "aliases": max((size.aliases for size in sizes), default=0),
            "directives": min(MANY, max((size.directives for size in sizes), default=0) + declared),
            "roots": max((self.width(o.selection_set) for o in operations), default=0),
            "definitions": len(self.document.definitions),
            "items": max((len(node.values) for node, _ in nodes if isinstance(node, ListValueNode)), default=0),
        }

    def size(self, selection_set: SelectionSetNode) -> Size:
        depth = fields = aliases = directives = 0
        for node in selection_set.selections:
            self.visited += 1
            within = self._within(node)
            directives += _directives(node) + within.directives
            fields += within.fields
            aliases += within.aliases
            deep = within.depth
            if isinstance(node, FieldNode):
                fields += 1
                aliases += int(node.alias is not None)
                free = node.name.value in INTROSPECTION and deep <= FREE_LEVELS
                deep = 1 if free else deep + 1
            depth = max(depth, deep)
        return Size(depth, min(fields, MANY), min(aliases, MANY), min(directives, MANY))

    def _within(self, node: Node) -> Size:
        if isinstance(node, FragmentSpreadNode):
            return self.fragment(node.name.value)
        inner = getattr(node, "selection_set", None)
        return self.size(inner) if inner else Size()

    def fragment(self, name: str) -> Size:
        if name not in self.sizes:
            self.sizes[name] = Size()  # a fragment within itself, which validation refuses, ends here
            if name in self.fragments:
                self.sizes[name] = self.size(self.fragments[name].selection_set)
        return self.sizes[name]

    def width(self, selection_set: SelectionSetNode) -> int:
        """How many fields stand at the root."""
        count = 0
        for node in selection_set.selections:
            self.visited += 1
            if isinstance(node, FieldNode):
                count += 1
            elif isinstance(node, FragmentSpreadNode):
                count += self._fragment_width(node.name.value)
            else:
                count += self.width(node.selection_set)  # type: ignore[attr-defined]
        return min(count, MANY)

    def _fragment_width(self, name: str) -> int:
        if name not in self.roots:
            self.roots[name] = 0
            if name in self.fragments:
                self.roots[name] = self.width(self.fragments[name].selection_set)
        return self.roots[name]
