"""The roots of subscriptions, and the events that they tell."""

from __future__ import annotations

import strawberry

from resolvers import live
from schema.contacts import CustomerEventKind
from schema.customers import Customer
from schema.directives import shown, shows
from schema.nodes import Node
from schema.notifications import Notification
from schema.onboarding import Onboarding
from schema.scalars import DateTime
from schema.sessions import ActingSession
from schema.users import User


@shows(live.CustomerEvent)
class CustomerEvent:
    """Something that happened to a customer. It is read when it is told, so objects are as they are then, which may be after
    a later change; fields that the viewer may not see are null, and `extensions.withheld` says so as it does for queries."""

    reference: strawberry.ID = shown("Names the event wherever it is told, so that it can be known again.")
    kind: CustomerEventKind = shown("What happened.")
    at: DateTime = shown("When.")
    customer: Customer | None = shown("The customer, as it is now; null if the right to see it ended at this moment.")
    subject: Node | None = shown("What it is about, such as the access grant or the invoice; null where it is about nothing "
                                 "but the customer.")
    actor: User | None = shown("Who did it; null where nobody did, or where the viewer may not see the person.")


@shows(live.Subscription)
class Subscription:
    """What is told as it happens, over a WebSocket (graphql-transport-ws) or as server-sent events. Whether the viewer may
    know of an event is asked for each of them anew. A subscription ends with an error UNAUTHENTICATED or CONTEXT_SUPERSEDED
    when the session does, and with LAGGING where the client does not keep up: read what you show anew then, and subscribe
    again."""

    @shown("What happens to the customers that the viewer may see, from now on. Late by a few milliseconds, and not always in "
           "order. Events about an object, such as an invoice, are told to those who may see the object.",
           arguments={"customer_ids": "Only these, by global id, at most 100; ids that the viewer may not know of are never "
                                      "heard of. All where it is not given.",
                      "kinds": "Only these; all where it is not given."})
    def customer_events(self, customer_ids: list[strawberry.ID] | None = None,
                        kinds: list[CustomerEventKind] | None = None) -> CustomerEvent: ...

    @shown("How far a customer is on its way in: at once, and again with each step. Ends where there is no such customer that "
           "the viewer may know of, or they lack ONBOARDING_VIEW on it.", arguments={"customer_id": "The customer's global id."})
    def onboarding_progress(self, customer_id: strawberry.ID) -> Onboarding: ...

    notifications: Notification = shown("What the company in which the viewer acts is notified of, as `Viewer.notifications` "
                                        "lists it: a moment after the event itself.")

    access_changed: User = shown("The viewer, whenever what they may see or do has changed, such as when they were linked to a "
                                 "customer or unlinked from one: read anew what you show.")

    acting_session_ended: ActingSession = shown(
        "A stay in another tenant that ends in the viewer's sign-in: they came back, entered another one, or lost the right "
        "to be there. A subscription made with the stay's own token hears of its end last, then ends itself.")


__all__ = ["CustomerEvent", "Subscription"]
