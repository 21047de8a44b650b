"""Contacts: whom to reach at a company, and what they are written to about. A contact is not a user."""

from __future__ import annotations

from enum import Enum

import orjson
from tortoise import fields

from models.addresses import Addressed
from models.events import EventKind
from models.records import Versioned, refers_to

#: How many contacts one company may have.
MOST = 100


class ContactType(Enum):
    """What a contact is there for."""

    ADMIN = "Looks after the account: gets the letters about its customers' services."
    PRIMARY = "The main contact from day to day; a company has one at most."
    BILLING = "For invoices and payments."
    TECHNICAL = "For the services themselves."
    SUPPORT = "For support requests."


#: What a new contact is written to about unless something else is asked for.
SUBSCRIBED = {ContactType.ADMIN: (EventKind.SERVICE_PROVISIONED, EventKind.SERVICE_DELETED)}


class Contact(Versioned, Addressed):
    """Somebody to reach at a company. `user` is the person of the same company that they are here as, where they are.

    `subscribed_to` is a JSON list of the names of event kinds, in their order.
    """

    tenant = refers_to("Tenant")
    tenant_id: int
    type = fields.CharField(20)
    name = fields.CharField(200)
    name_key = fields.CharField(400)
    email = fields.CharField(254)
    email_norm = fields.CharField(254)
    phone = fields.CharField(20, null=True)
    user = refers_to("User", null=True)
    user_id: int | None
    subscribed_to = fields.TextField()

    class Meta:
        table = "contact"
        unique_together = (("tenant_id", "type", "email_norm"),)
        indexes = (("tenant_id", "name_key", "id"),)

    def is_subscribed_to(self, kind: EventKind) -> bool:
        return kind.name in orjson.loads(self.subscribed_to)


def subscription(kinds: list[EventKind] | tuple[EventKind, ...]) -> str:
    """Event kinds as `subscribed_to` holds them."""
    return orjson.dumps([kind.name for kind in EventKind if kind in kinds]).decode()


async def to_write_to(tenant_id: int, kind: EventKind) -> list[Contact]:
    """A company's Admin contacts who want letters of that kind, by name."""
    admins = Contact.filter(tenant_id=tenant_id, type=ContactType.ADMIN.name).order_by("name_key", "id")
    return [contact for contact in await admins if contact.is_subscribed_to(kind)]
