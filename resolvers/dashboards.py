"""A customer's dashboard: what one sees first who opens its portal."""

from __future__ import annotations

from engine import Expr, Many, Row
from resolvers.activity import ActivityEvent
from resolvers.contracts import StatusCount
from resolvers.customers import Customer
from resolvers.services import Service
from resolvers.users import User

#: Lines of the activity log on it.
RECENT = 10


class CustomerDashboard(Row):
    """Drawn from a customer's own row."""

    def service_status(self) -> Many:
        return _services(self)

    def users(self) -> Expr:
        return User.each(tenant_id=self.id, active=True).count()

    def recent_activity(self) -> Many:
        return ActivityEvent.each(tenant_id=self.id).by("-at").all(limit=RECENT)


def _services(customer: Row) -> Many:
    return Service.each(tenant_id=customer.id).grouped(
        "status", into=lambda service, count: StatusCount.record(status=service.status, count=count))


@Customer.field
def dashboard(customer: Customer) -> CustomerDashboard:
    return CustomerDashboard.part(customer)


@Customer.field
def service_status(customer: Customer) -> Many:
    return _services(customer)
