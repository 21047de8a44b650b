"""What could leak or break later is refused when the schema is tied to its rows, and the refusal names the field."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

import models
from engine import Expr, Many, One, Page, Row
from engine.bind import Bindings, DeclarationError, shows
from engine.expr import Case, Const
from engine.permission import Permission
from models.access import Capability, WithheldReason
from resolvers.money import Money as MoneyRow
from resolvers.money import money
from resolvers.policy import AccessPolicy
from schema.directives import shown
from schema.money import Money
from schema.scalars import SCALARS, DateTime
from tests.engine.world import World


class Thing(Row, of=models.Customer, place="id", needs=Capability.CUSTOMER_VIEW):
    def mrr(self) -> MoneyRow:
        return money(self.mrr_minor, self.currency)

    def nearest(self) -> One:
        return Thing.each().first()

    def all_things(self) -> Many:
        return Thing.each().all(limit=3)

    def things(self) -> Page:
        return Thing.each().page()

    def billed_here(self) -> Expr:
        return self.issuer_id == 1

    def broken(self, word: Any = None) -> Expr:
        return self.name if word is None else self.no_such_column

    def nothing(self) -> Any:
        return object()


class Start(Row):
    def thing(self) -> One:
        return Thing.each().first()


def bound(fields: dict[str, tuple[Any, ...]]) -> Bindings:
    """A schema whose one type has these fields: annotation and declaration by name."""
    thing = type("Thing", (), {"__annotations__": {name: f[0] for name, f in fields.items()}, "__module__": __name__,
                               **{name: f[1] for name, f in fields.items() if len(f) > 1}})
    shown_thing = shows(Thing)(thing)
    query = shows(Start)(type("Query", (), {
        "__annotations__": {"thing": shown_thing | None},  # type: ignore[operator]
        "thing": shown("The thing."), "__module__": __name__}))
    return Bindings(strawberry.Schema(query, config=StrawberryConfig(scalar_map=SCALARS))._schema)


SEES_MONEY = Capability.FINANCIALS_VIEW
FAULTS: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "unclassified": ("name", (str,), "is not classified"),
    "guarded but never null": ("name", (str, shown("It.", requires=SEES_MONEY)), "must be nullable"),
    "money for everybody": ("mrr", (Money | None, shown("It.")), "is money"),
    "money that may be null but says it is not": ("mrr", (Money, shown("It.", open_because="a test")), "must be nullable"),
    "no such column": ("nme", (str, shown("It.")), "has no column 'nme'"),
    "a nullable column that says it is not": ("last_activity_at", (DateTime, shown("It.")), "its source may be null"),
    "an object that says it is always there": ("nearest", (Money, shown("It.", open_because="a test")), "must be nullable"),
    "a value where an object is due": ("name", (Money | None, shown("It.", requires=SEES_MONEY)),
                                       "is an object but its source is a value"),
    "a list that is no list": ("all_things", (Money | None, shown("It.", requires=SEES_MONEY)), "must be a list"),
    "a page that is no connection": ("things", (Money | None, shown("It.", requires=SEES_MONEY)), "must be a connection"),
    "a Boolean that is text": ("name", (bool, shown("It.")), "is a Boolean but its source is text"),
    "a condition on what is never null": ("name", (str, shown("It.", when="billed_here", otherwise=WithheldReason.TENANT_KIND)),
                                          "must be nullable"),
    "a condition without a reason": ("mrr", (Money | None, shown("It.", requires=SEES_MONEY, when="billed_here")), "otherwise"),
    "a condition without a capability": ("reference", (str | None, shown(
        "It.", when="billed_here", otherwise=WithheldReason.TENANT_KIND)), "requires"),
    "a source that is none": ("nothing", (str, shown("It.")), "has no source"),
}


@pytest.mark.case(34)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_field_stops_the_start(fault: str) -> None:
    name, declared, told = FAULTS[fault]
    with pytest.raises(DeclarationError) as refused:
        bound({name: declared})
    assert told in str(refused.value)
    assert str(refused.value).startswith("Thing." + "".join(w.capitalize() if n else w for n, w in enumerate(name.split("_"))))


def test_a_method_that_breaks_with_its_argument_stops_the_start() -> None:
    def broken(self: Any, word: str | None = None) -> str: ...  # type: ignore[empty-body]

    with pytest.raises(DeclarationError, match=r"Thing\.broken.*no_such_column"):
        bound({"broken": (str, shown("It.")(broken))})


def test_sound_declarations_are_bound() -> None:
    bindings = bound({"name": (str, shown("It.")), "mrr": (Money | None, shown("It.", requires=SEES_MONEY, financial=True)),
                      "last_activity_at": (DateTime | None, shown("It."))})
    assert set(bindings.types["Thing"]) == {"name", "mrr", "lastActivityAt"}
    assert bindings.types["Thing"]["mrr"].requires == "FINANCIALS_VIEW"
    assert bindings.compiled == {"thing", "__typename"}


def test_what_a_sort_sees_of_a_field_is_what_the_field_shows(world: World) -> None:
    """Somebody who holds the capability everywhere does not see the field where its condition does not hold."""
    declared = shown("It.", requires=SEES_MONEY, when="billed_here", otherwise=WithheldReason.TENANT_KIND)
    bindings = bound({"mrr": (Money | None, declared)})
    for viewer, kind in (("platform admin", Case), ("support", Const)):
        doors = Permission(AccessPolicy(), world.viewers[viewer].standing, bindings)
        assert type(doors.seen(Thing().seen("mrr").minor)) is kind
