"""Subscriptions: which events concern whom, and what is read of each for a viewer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import models
from engine import BY_TAG, INT, TEXT, Bound, Const, Expr, One, Row, every, held, key_of, viewers
from engine.expr import Call, Column, Sure
from engine.live import Live
from models.access import Capability
from models.events import EventKind, Happened, Topic
from models.viewers import Viewer
from resolvers.customers import Customer
from resolvers.notifications import TAKES, Notification, may_hear
from resolvers.onboarding import Onboarding
from resolvers.sessions import ActingSession
from resolvers.users import User

REFERENCE = "cev"


class CustomerEvent(Row, of=models.Event, place="tenant_id", needs=Capability.CUSTOMER_VIEW):
    """Known to who may see the customer. It has no id outside: its number tells how many there are."""

    #: The global id of what it is about, known while planning.
    _subject: Expr | None = None

    def visible(self) -> Expr | None:
        """What the kind of thing takes, where the event is about no object that would say so itself."""
        kind = Column(self, "kind", TEXT, False)
        tests = []
        for capability in dict.fromkeys(TAKES.values()):
            kinds = [each for each, taken in TAKES.items() if taken is capability]
            tests.append(~kind.one_of(kinds) | held(self, capability))
        return every(*tests)

    def reference(self) -> Expr:
        return Call("global_id", [Const(f"{REFERENCE}_"), Column(self, "reference", INT, False)], TEXT, False)

    def kind(self) -> Expr:
        return Sure(Column(self, "kind", TEXT, True))

    def customer(self) -> One:
        return Customer.each(id=self.tenant_id).first()

    def actor(self) -> One:
        return User.each(id=self.actor_id).first()

    def subject(self) -> One | None:
        return _by_id(self._subject)


class Subscription(Live):
    """Each field is read for every event that concerns it."""

    def customer_events(self, customer_ids: list[Bound] | None = None, kinds: list[EventKind] | None = None) -> One:
        """Told to who may see the object that it is about, too: so it hides what the object itself hides."""
        found = CustomerEvent.each(id=self.event).where(lambda event: Customer.each(id=event.tenant_id).exists())
        found.row._subject = self.about
        subject = _by_id(self.about)
        return (found if subject is None else found.where(lambda _: subject.rows.exists())).first()

    def onboarding_progress(self, customer_id: Bound) -> One:
        found = Customer.by_id(customer_id).rows.where(
            lambda customer: held(customer, Capability.ONBOARDING_VIEW) & ~customer.onboarding_status.is_null())
        return One(found, Onboarding(host=found.row))

    def notifications(self) -> One:
        assert isinstance(self.about, Bound)
        return Notification.by_id(self.about)

    def access_changed(self) -> One:
        return User.each(id=viewers("user")).open().first()

    def acting_session_ended(self) -> One:
        """Their own, whether they may still see the place or not."""
        assert isinstance(self.about, Bound)
        return (ActingSession.each(id=ActingSession.key_in(self.about)).open()
                .where(lambda acting: (acting.actor_id == viewers("user"))
                       & (acting.login_session_id == viewers("session"))).first())


def _by_id(about: Any) -> One | None:
    return BY_TAG[about.tag].by_id(about) if isinstance(about, Bound) and about.tag else None


# -- which events concern a subscription

def _customer(happened: Happened, viewer: Viewer, given: Mapping[str, Any]) -> bool:
    ids, kinds = given.get("customer_ids"), given.get("kinds")
    return (happened.topic == Topic.CUSTOMER.name
            and (kinds is None or any(happened.kind == kind.name for kind in kinds))
            and (ids is None or any(happened.tenant_id == key_of("cus", id) for id in ids)))


def is_within_reach(happened: Happened, viewer: Viewer) -> bool:
    """Whether there may be anything of an event for the viewer, by what they hold: what is out of their reach takes no room
    among what they have still to hear, where its number would tell of it."""
    if happened.subject is None:  # of a person's own
        return True
    return happened.path is not None and may_hear(viewer, happened.subject, happened.path, for_admins=bool(happened.for_admins))


def _onboarding(happened: Happened, viewer: Viewer, given: Mapping[str, Any]) -> bool:
    return (happened.topic == Topic.CUSTOMER.name and happened.kind == EventKind.ONBOARDING_CHANGED.name
            and happened.tenant_id == key_of("cus", given["customer_id"]))


def _notification(happened: Happened, viewer: Viewer, given: Mapping[str, Any]) -> bool:
    return (happened.topic == Topic.NOTIFICATION.name and viewer.current is not None
            and happened.tenant_id == viewer.current.tenant_id)


def _access(happened: Happened, viewer: Viewer, given: Mapping[str, Any]) -> bool:
    """Only their rights: of a sign-in or key of theirs that ended they would read nothing new."""
    return happened.topic == Topic.ACCESS.name and happened.about is None and happened.user_id == viewer.user_id


def _acting(happened: Happened, viewer: Viewer, given: Mapping[str, Any]) -> bool:
    return happened.topic == Topic.ACTING_ENDED.name and happened.user_id == viewer.user_id


#: Field -> whether an event is worth reading for it. What the viewer may know of it the statement says.
CONCERNS: Mapping[str, Callable[[Happened, Viewer, Mapping[str, Any]], bool]] = {
    "customer_events": _customer,
    "onboarding_progress": _onboarding,
    "notifications": _notification,
    "access_changed": _access,
    "acting_session_ended": _acting,
}


#: Field -> the global ids of what it is confined to: it ends when the viewer may know of none of them.
NAMED: Mapping[str, Callable[[Mapping[str, Any]], list[str] | None]] = {
    "customer_events": lambda given: given.get("customer_ids")}
#: Fields that tell at once how things stand, before anything happens, and end when there is nothing of it to be seen.
AT_ONCE = frozenset({"onboarding_progress"})
#: Fields that still tell of the end of the very session in which they are asked for.
LAST_WORDS = frozenset({"acting_session_ended"})


def unsettles(happened: Happened, viewer: Viewer) -> bool:
    """Whether the viewer's session or rights may be over: of a key, with those of its maker."""
    whose = viewer.maker_id or viewer.user_id
    return happened.user_id == whose and happened.topic in (Topic.ACCESS.name, Topic.ACTING_ENDED.name)
