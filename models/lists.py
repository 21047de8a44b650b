"""What a person keeps of the customer list: columns, density, filters, pinned customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import Enum

import orjson
from tortoise import fields

from models.records import Record, refers_to


class CustomerColumn(Enum):
    """A column of the customer list."""

    NAME = "The company's name."
    STATUS = "Whether it may use the portal."
    ONBOARDING = "How far it is on its way in."
    SOURCE_DATA = "How the intake of its billing data goes."
    MRR = "Monthly recurring revenue."
    PORTS = "Ports provisioned."
    VCS = "Virtual circuits provisioned."
    CLOUD = "Cloud connections provisioned."
    LAST_ACTIVITY = "When one of its own people was last active."
    LAST_ORDER = "When a service was last ordered."
    ADMIN = "The administrator who was invited first."
    CONTRACTS = "How many contracts there are."
    INVOICES = "How many invoices the current month has."
    ROLE = "What the viewer is on it."
    PHONE = "Contact phone."
    EMAIL = "Primary e-mail."
    COUNTRY = "Where it is."
    SERVICES = "How many services there are."
    TAGS = "Its tags."


class Density(Enum):
    """How closely the rows of a list stand."""

    COMPACT = "As many rows as fit."
    STANDARD = "As the product comes."
    COMFORTABLE = "With room around each row."


#: What somebody sees who has chosen nothing.
COLUMNS = (CustomerColumn.NAME, CustomerColumn.MRR, CustomerColumn.PORTS, CustomerColumn.VCS, CustomerColumn.CLOUD,
           CustomerColumn.LAST_ACTIVITY, CustomerColumn.LAST_ORDER)
DENSITY = Density.STANDARD
#: Saved filters and pinned customers that a person may have, and how large one filter may be, as JSON.
FILTERS, PINS, FILTER_BYTES = 50, 100, 10_000


def names(members: Sequence[Enum]) -> str:
    """Members of an enum as they are stored: a JSON list of their names."""
    return orjson.dumps([member.name for member in members]).decode()


class ListPreferences(Record):
    """How one person likes the customer list. Theirs wherever they act."""

    user = refers_to("User", on_delete=fields.CASCADE, unique=True)
    user_id: int
    #: JSON: names of CustomerColumn, in the person's order.
    columns = fields.TextField()
    density = fields.CharField(20)
    hide_inactive = fields.BooleanField()

    class Meta:
        table = "list_preferences"

    @classmethod
    async def of(cls, user_id: int) -> ListPreferences:
        """A person's own, or, not stored, what everybody begins with."""
        return await cls.get_or_none(user_id=user_id) or cls(
            user_id=user_id, columns=names(COLUMNS), density=DENSITY.name, hide_inactive=False)

    @property
    def shown(self) -> list[CustomerColumn]:
        return [CustomerColumn[name] for name in orjson.loads(self.columns) if name in CustomerColumn.__members__]


class SavedFilter(Record):
    """A filter of the customer list under a name. Known to its own person only."""

    user = refers_to("User", on_delete=fields.CASCADE)
    user_id: int
    tenant_id = fields.BigIntField()
    name = fields.CharField(100)
    name_key = fields.CharField(200)
    #: JSON, as the customer list takes it.
    criteria = fields.TextField()
    saved_at: dt.datetime = fields.DatetimeField()

    class Meta:
        table = "saved_filter"
        unique_together = (("user_id", "name_key"),)


class Pin(Record):
    """A customer that a person keeps at hand (D-26). What it shows is what they may see of the customer by then."""

    user = refers_to("User", on_delete=fields.CASCADE)
    user_id: int
    customer = refers_to("Customer", on_delete=fields.CASCADE)
    customer_id: int
    pinned_at: dt.datetime = fields.DatetimeField()

    class Meta:
        table = "pin"
        unique_together = (("user_id", "customer_id"),)
