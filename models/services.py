"""Services that customers run: ports, virtual circuits, cloud connections; and what they add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from enum import Enum

from tortoise import fields

from models.records import Versioned, refers_to
from models.transaction import sql_rows


class ServiceKind(Enum):
    """What sort of service it is."""

    PORT = "A physical port."
    VIRTUAL_CIRCUIT = "A virtual circuit between two ends."
    ONLINE_SERVICE = "A service used over the internet."
    VDC = "A virtual data centre."
    SERVER = "A virtual server."
    DISK = "A virtual disk."
    IMAGE = "A stored image."
    NETWORK = "A network."
    OTHER = "Something else."


class CloudConnectionType(Enum):
    """How a service reaches a cloud provider."""

    DEDICATED_PORT = "A port of its own at the provider; it is a port as well."
    HOSTED_CONNECTION = "A circuit hosted at the provider; it is a virtual circuit as well."


class ServiceStatus(Enum):
    """Whether a service runs."""

    AVAILABLE = "Ordered, not yet being set up."
    PROVISIONING = "Being set up."
    RUNNING = "In use."
    STOPPED = "Set up, not running."
    FAILED = "Could not be set up."
    EXPIRED = "Past its end date."
    DELETED = "Removed."


class BillingState(Enum):
    """Whether a service is billed."""

    NOT_BILLED = "Free of charge, or not provisioned yet."
    PENDING_ENTRY = "Provisioned; enters billing within 15 days."
    BILLED = "Counts towards MRR."
    ENDED = "No longer billed."


class Diagnosis(Enum):
    """What the latest diagnosis of a service found."""

    IN_ORDER = "It runs."
    BEING_SET_UP = "It is being set up and does not run yet."
    STOPPED = "It was stopped: start it."
    NEVER_SET_UP = "It could not be set up: delete it and order it anew."
    ENDED = "Its last day has passed."


#: Provisioned: what the columns of the customer list count.
PROVISIONED = (ServiceStatus.RUNNING, ServiceStatus.STOPPED)

#: Days from being provisioned within which a service enters billing (S1.8).
ENTRY = 15


class Service(Versioned):
    """One service of one customer. The charge is in minor units of `currency` per month."""

    tenant = refers_to("Tenant")
    tenant_id: int
    reference = fields.CharField(100, null=True)
    kind = fields.CharField(20)
    name = fields.CharField(200)
    name_key = fields.CharField(400)
    product = fields.CharField(100)
    status = fields.CharField(20)
    cloud_connection = fields.CharField(20, null=True)
    billing_state = fields.CharField(20)
    billing_entry_expected_by = fields.DateField(null=True)
    monthly_charge_minor = fields.BigIntField(null=True)
    currency = fields.CharField(3)
    ordered_at = fields.DatetimeField(null=True)
    provisioned_at = fields.DatetimeField(null=True)
    expires_on = fields.DateField(null=True)
    restarted_at = fields.DatetimeField(null=True)
    diagnosed_at = fields.DatetimeField(null=True)
    diagnosis = fields.CharField(20, null=True)

    class Meta:
        table = "service"
        indexes = (("tenant_id", "name_key", "id"),)

    @property
    def is_free(self) -> bool:
        return not self.monthly_charge_minor

    def entering_billing(self, now: dt.datetime) -> dict[str, object]:
        """What changes of a service that runs and has to be billed: it waits for its entry, of which the day is set here."""
        if self.is_free:
            return {}
        return {"billing_state": BillingState.PENDING_ENTRY.name,
                "billing_entry_expected_by": (now.astimezone(dt.UTC) + dt.timedelta(days=ENTRY)).date()}

    def leaving_billing(self) -> dict[str, object]:
        """What changes of a service that is gone: it is billed no longer, if it ever was."""
        if self.billing_state == BillingState.NOT_BILLED.name:
            return {}
        return {"billing_state": BillingState.ENDED.name, "billing_entry_expected_by": None}


_SUMS = """
 update customer set mrr_minor = t.mrr, mrr_pending_minor = t.pending, ports = t.ports,
  virtual_circuits = t.circuits, cloud_connections = t.clouds, last_order_at = t.ordered
 from (select c.id,
   cast(coalesce(sum(case when s.billing_state = 'BILLED' then s.monthly_charge_minor end), 0) as bigint) as mrr,
   cast(coalesce(sum(case when s.billing_state = 'PENDING_ENTRY' then s.monthly_charge_minor end), 0) as bigint)
    as pending,
   coalesce(sum(case when s.kind = 'PORT' and s.status in {provisioned} then 1 end), 0) as ports,
   coalesce(sum(case when s.kind = 'VIRTUAL_CIRCUIT' and s.status in {provisioned} then 1 end), 0) as circuits,
   coalesce(sum(case when s.cloud_connection is not null and s.status in {provisioned} then 1 end), 0) as clouds,
   max(s.ordered_at) as ordered
  from customer c left join service s on s.tenant_id = c.id {which} group by c.id) t
 where customer.id = t.id"""


async def tally(customer_ids: Collection[int] | None = None) -> None:
    """Works out anew what the services of these customers (None: of all) add up to.

    MRR is the sum of the monthly charges of BILLED services (I8); ports, virtual circuits and cloud connections count
    those provisioned, and one service may count in two of them; the last order is any service's latest.
    """
    provisioned = "(" + ", ".join(f"'{status.name}'" for status in PROVISIONED) + ")"
    if customer_ids is None:
        await sql_rows(_SUMS.format(provisioned=provisioned, which=""))
        return
    ids = sorted(customer_ids)
    for start in range(0, len(ids), 1000):
        which = f"where c.id in ({', '.join(str(int(id)) for id in ids[start:start + 1000])})"
        await sql_rows(_SUMS.format(provisioned=provisioned, which=which))
