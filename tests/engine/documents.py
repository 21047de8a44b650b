"""Random documents over a schema, as a Hypothesis strategy: nearly all are valid, few of their arguments are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)
from graphql.pyutils import Undefined
from hypothesis import strategies as st

GARBAGE = ["", "bad", "cus_", "cus_1", "cus_²", "cus_9999999999999999999", "ten_-000000000000000001", "zzz_4611686018427387904",
           "cus_4611686018427387905", "ten_4611686018427387905", "bil_4611686018427387905", "CUS_4611686018427387905", "\0"]
TEXTS = {"String": ["a", "ü", '"', "%", "_", "", " ", "😀", "ABC", "straSSE", "\\", "u\u0308"],
         "LanguageTag": ["de-DE", "en", "fr", "ja", "xx", "ar"],
         "CountryCode": ["DE", "US", "de"],
         "BillingMonth": ["2026-10", "2026-11", "2026-12", "2026-13"],
         "DateTime": ["2026-02-01T23:59:59Z", "2026-01-02T00:59:59.5+01:00", "2026"],
         "Date": ["2026-02-01", "2026"]}
#: Of these scalars, the last of the texts is not one.
MISWRITTEN = ("CountryCode", "BillingMonth", "DateTime", "Date")
#: The tags that an argument of this name, or of a root field of this name, is for.
MEANT = {"customer": "cus", "tenant": "ten", "root": "ten", "afterTenant": "ten", "ids": "cus"}
SIZES = [1, 1, 2, 3, 5, 100, 0, -1, 101]


class Variable(NamedTuple):
    declaration: str
    is_given: bool
    value: Any


class Value(NamedTuple):
    """A value as the document writes it, and as JSON."""

    text: str
    value: Any


@dataclass
class Author:
    """Writes one document of about `budget` fields. `ids` are global ids of the world by tag."""

    chance: Random
    budget: int
    schema: GraphQLSchema
    ids: dict[str, list[str]]
    roots: list[str]

    def __post_init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.fragments: list[tuple[str, str]] = []
        self.aliases = self.marks = self.inside = 0

    def document(self) -> tuple[str, dict[str, Any]]:
        assert self.schema.query_type
        body = self.selection(self.schema.query_type, 6)
        declared = ", ".join(v.declaration for v in self.variables.values())
        text = f"query{f' Q({declared})' if declared else ''} {body}"
        fragments = [f"fragment F{n} on {type_} {body}" for n, (type_, body) in enumerate(self.fragments)]
        return "\n".join([text, *fragments]), {name: v.value for name, v in self.variables.items() if v.is_given}

    # -- chance

    def number(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)

    def one_in(self, n: int) -> bool:
        return self.number(1, n) == n

    def pick(self, values: Iterable[Any]) -> Any:
        return self.chance.choice(list(values))

    # -- selections

    def selection(self, type_: Any, depth: int) -> str:
        parts = [self.part(type_, depth) for _ in range(self.number(1, 8))]
        return "{ " + " ".join(part for part in parts if part) + (" }" if any(parts) else "__typename }")

    def part(self, type_: Any, depth: int) -> str:
        match self.number(0, 11):
            case 0:
                return self.pick(["", "", self.alias()]) + "__typename" + self.directive()
            case 1 if depth > 0:
                return self.spread(type_, depth)
        return self.field(type_, depth)

    def spread(self, type_: Any, depth: int) -> str:
        """A fragment on the type itself, on an interface of it, or on a type that may stand behind it."""
        is_interface = isinstance(type_, GraphQLInterfaceType)
        fitting = [type_, *(self.schema.get_possible_types(type_) if is_interface else type_.interfaces)]
        known = [n for n, (name, _) in enumerate(self.fragments) if name in {t.name for t in fitting}]
        if known and self.one_in(3):
            return f"...F{self.pick(known)}{self.directive()}"
        target = self.pick(fitting)
        if self.one_in(2):
            condition = "" if target is type_ and self.one_in(2) else f" on {target.name}"
            return f"...{condition}{self.directive()} {self.selection(target, depth - 1)}"
        body = self.selection(target, depth - 1)
        self.fragments.append((target.name, body))
        return f"...F{len(self.fragments) - 1}{self.directive()}"

    def field(self, type_: Any, depth: int) -> str:
        self.budget -= 1
        names = self.roots if type_ is self.schema.query_type else list(type_.fields)
        leaf_only = depth <= 0 or self.budget <= 0
        within = [n for n in names if is_composite_type(get_named_type(type_.fields[n].type))]
        leaves = [n for n in names if n not in within]
        among = leaves if leaf_only or not within or leaves and self.one_in(2) else within
        if not among:
            return "__typename"
        name = self.pick(among)
        field = type_.fields[name]
        arguments = [f"{n}: {self.argument(n, a, name)}" for n, a in field.args.items() if self.is_wanted(n, a)]
        inner = get_named_type(field.type)
        alias = self.alias() if arguments or self.one_in(6) else ""
        body = " " + self.selection(inner, depth - 1) if is_composite_type(inner) else ""
        return alias + name + (f"({', '.join(arguments)})" if arguments else "") + self.directive() + body

    def alias(self) -> str:
        """One that nobody else has, for fields of other arguments or types must not share one."""
        self.aliases += 1
        return f"a{self.aliases}: "

    def is_wanted(self, name: str, argument: Any) -> bool:
        if isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined:
            return True
        return self.one_in({"last": 6, "before": 6, "after": 4}.get(name, 3))

    def directive(self) -> str:
        if not self.one_in(10):
            return ""
        condition = self.value_of("Boolean", "")
        text = condition.text if self.one_in(3) else self.variable("Boolean!", condition, True)
        return f" @{self.pick(['skip', 'include'])}(if: {text})"

    # -- arguments

    def argument(self, name: str, argument: Any, field: str) -> str:
        has_default = argument.default_value is not Undefined
        return self.position(argument.type, MEANT.get(name, MEANT.get(field, "")) or name, has_default).text

    def position(self, type_: Any, hint: str, has_default: bool) -> Value:
        """What stands where a value of the type is due: the value, null, or a variable."""
        needed = isinstance(type_, GraphQLNonNull)
        if not needed and self.one_in(8):
            return Value("null", None)
        if not self.one_in(3):
            return self.value(type_, hint)
        plain = self.value(type_, hint, plain=True)  # a variable's value holds no variables
        return Value(self.variable(str(type_), plain, needed and not has_default), None)

    def variable(self, type_: str, value: Value, strict: bool) -> str:
        """A variable for that position: perhaps stricter than it, with or without a default, given, null or absent."""
        name, bare = f"v{len(self.variables)}", type_.rstrip("!")
        match self.number(0, 7):
            case 0:
                made = Variable(f"${name}: {bare}! = {value.text}", self.one_in(2), value.value)
            case 1:
                made = Variable(f"${name}: {bare} = {value.text}", False, None)
            case 2:
                made = Variable(f"${name}: {bare} = {value.text}", True, None if self.one_in(6) or not strict else value.value)
            case 3 if not strict:
                made = Variable(f"${name}: {bare}", True, None)
            case 4 if not strict:
                made = Variable(f"${name}: {bare}", False, None)
            case 5 if not strict:
                made = Variable(f"${name}: {bare}", True, value.value)
            case _:
                made = Variable(f"${name}: {bare}!", True, value.value)
        self.variables[name] = made
        return f"${name}"

    def value(self, type_: Any, hint: str, plain: bool = False) -> Value:
        type_ = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        within = (lambda t, h, d: self.value(t, h, True)) if plain else self.position
        if isinstance(type_, GraphQLList):
            items = [within(type_.of_type, hint, False) for _ in range(self.number(0, 3))]
            if len(items) == 1 and self.one_in(3) and not items[0].text.startswith("$"):
                return items[0]
            return Value(f"[{', '.join(item.text for item in items)}]", [item.value for item in items])
        if isinstance(type_, GraphQLInputObjectType):
            self.inside += 1
            fields = {name: within(field.type, name, field.default_value is not Undefined)
                      for name, field in type_.fields.items() if self.is_wanted(name, field)
                      and (self.inside < 3 or get_named_type(field.type) is not type_)}
            self.inside -= 1
            text = ", ".join(f"{name}: {value.text}" for name, value in fields.items())
            return Value(f"{{{text}}}", {name: value.value for name, value in fields.items()})
        if isinstance(type_, GraphQLEnumType):
            name = self.pick(type_.values)
            return Value(name, name)
        return self.value_of(type_.name, hint)

    def value_of(self, scalar: str, hint: str) -> Value:
        if scalar == "Boolean":
            yes = self.one_in(2)
            return Value(str(yes).lower(), yes)
        if scalar == "Int":
            size = self.pick(SIZES[:6] if self.number(0, 19) else SIZES)
            return Value(str(size), size)
        return _quoted(self.text(scalar, hint))

    def text(self, scalar: str, hint: str) -> str:
        if hint in ("after", "before"):
            self.marks += 1
            return f"~{self.number(0, 200)}.{self.marks}" if self.number(0, 11) else self.pick(["", "zz", "5b5d", "5b226162225d"])
        if scalar == "ID":
            tag = hint if self.ids.get(hint) and self.number(0, 9) else self.pick(tag for tag in self.ids if self.ids[tag])
            return str(self.pick(self.ids[tag]) if self.number(0, 5) else self.pick(GARBAGE))
        texts = TEXTS.get(scalar, TEXTS["String"])
        return str(self.pick(texts if scalar not in MISWRITTEN or self.one_in(12) else texts[:-1]))


def _quoted(text: str) -> Value:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "\\u0000")
    return Value(f'"{escaped}"', text)


@st.composite
def documents(draw: Any, schema: GraphQLSchema, ids: dict[str, list[str]], roots: list[str]) -> tuple[str, dict[str, Any]]:
    """Texts with values for their variables. `roots` are the fields of Query to begin with, as often as they are named.

    Hypothesis chooses the size and a seed only: were every choice its own, it would repeat itself, and meet half the fields.
    """
    chance = Random(draw(st.integers(0, 2**63)))
    return Author(chance, draw(st.integers(1, 60)), schema, ids, roots).document()
