"""Letters about a customer's services. What the services cost is not for letters."""

from __future__ import annotations

import datetime as dt

from letters.letter import Letter, moment, written


def service_provisioned(*, name: str, customer: str, service: str, company: str, at: dt.datetime) -> Letter:
    """To an Admin contact of the company that looks after the customer: it has a new service."""
    return written("service_provisioned", "$customer has a new service", name=name, customer=customer, service=service,
                   company=company, at=moment(at))


def service_deleted(*, name: str, customer: str, service: str, company: str, at: dt.datetime) -> Letter:
    """To an Admin contact of the company that looks after the customer: one of its services is gone."""
    return written("service_deleted", "$customer has removed a service", name=name, customer=customer, service=service,
                   company=company, at=moment(at))
