"""Notifications, and who wants which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.bind import answered
from resolvers import notifications, preferences
from schema.contacts import CustomerEventKind
from schema.directives import shown, shows
from schema.mutations import changes
from schema.nodes import Node
from schema.payloads import MutationPayload
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.customers import Customer
    from schema.tenants import Tenant
    from schema.viewers import Viewer


@shows(notifications.Notification)
class Notification(Node):
    """Something that happened to a customer, as the people of a company are told of it in the portal. It is there for
    whoever sees the customer now: who no longer does no longer sees what they were told of it. Kept for 180 days."""

    kind: CustomerEventKind = shown("What happened.")
    title: str = shown("The same in one line, in English, by the names of that time.")
    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = shown("The customer.")
    subject_id: strawberry.ID | None = shown("The global id of what it happened to, such as a service, for `node`; null where "
                                             "it is the customer itself.")
    at: DateTime = shown("When it happened.")
    read_at: DateTime | None = shown("When the viewer marked it as read; null until then.")


@shows(preferences.NotificationPreference)
class NotificationPreference:
    """What a company wants to hear of one kind of event."""

    event: CustomerEventKind = shown("The kind of event.")
    email: bool = shown("Whether letters go to the company's ADMIN contacts who subscribed to it: on for SERVICE_PROVISIONED "
                        "and SERVICE_DELETED at a partner unless it says otherwise.")
    in_app: bool = shown("Whether the company's people are notified in the portal.")


@strawberry.input(description="What is read.")
class MarkNotificationsReadInput:
    up_to: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The newest notification that was read, from `Viewer.notifications`; with it "
        "all older ones are read. All that there are where it is not given.")


@strawberry.type(description="The viewer with what is left to read.")
class MarkNotificationsReadPayload(MutationPayload):
    viewer: Annotated["Viewer", strawberry.lazy("schema.viewers")] | None = answered(
        "Whoever is signed in, with `unreadNotificationCount` as it is now.")


@strawberry.input(description="What a company wants to hear of one kind of event.")
class SetNotificationPreferenceInput:
    event: CustomerEventKind = strawberry.field(description="The kind of event.")
    customer_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The customer that it goes for. Where it is not given: all customers of which "
        "the company in which the viewer acts has said nothing else.")
    email: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether to send letters; as it was where it "
                                                                                "is not given.")
    in_app: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether to notify in the portal; as it was "
                                                                                 "where it is not given.")


@strawberry.type(description="Where the preference can be read.")
class SetNotificationPreferencePayload(MutationPayload):
    customer: Annotated["Customer", strawberry.lazy("schema.customers")] | None = answered(
        "The customer, with its `notificationPreferences`; null where none was named or nothing was done.")
    tenant: Annotated["Tenant", strawberry.lazy("schema.tenants")] | None = answered(
        "The company whose preference it is; null where nothing was done, or the viewer may not see it.")


@strawberry.type
class NotificationMutations:
    mark_notifications_read = changes(
        notifications.mark_notifications_read, input=MarkNotificationsReadInput, payload=MarkNotificationsReadPayload,
        description="Marks the viewer's notifications as read, for this person only: up to one of them, or all. Warns "
        "ALREADY_DONE where they were. NOT_FOUND where the viewer has no such notification.")
    set_notification_preference = changes(
        preferences.set_notification_preference, input=SetNotificationPreferenceInput, payload=SetNotificationPreferencePayload,
        description="Chooses whether letters and notifications tell of one kind of event. Acting in an end customer, its own "
        "are chosen; anywhere else those of the partner that looks after the customer named. Give `email`, `inApp` or both. "
        "Requires NOTIFICATION_MANAGE on the customer, or on the viewer's own company where none is named.")


__all__ = ["Notification", "NotificationMutations", "NotificationPreference"]
