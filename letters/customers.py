"""What happened to a customer, in words: titles of notifications, and the letter about whatever has none of its own."""

from __future__ import annotations

import datetime as dt

from letters.letter import Letter, moment, one_line, written
from models.events import EventKind

TITLE = 300


def title(kind: EventKind, *, customer: str, subject: str | None) -> str:
    """One line that says what happened. `subject` is the name of what it happened to, such as a service."""
    said = {
        EventKind.CREATED: f"{customer} has joined",
        EventKind.UPDATED: f"What is recorded of {customer} has changed",
        EventKind.STATUS_CHANGED: f"The status of {customer} has changed",
        EventKind.ONBOARDING_CHANGED: f"The onboarding of {customer} has moved on",
        EventKind.SOURCE_DATA_CHANGED: f"The source data of {customer} has changed",
        EventKind.SERVICE_PROVISIONED: f"{customer} has a new service",
        EventKind.SERVICE_DELETED: f"{customer} has one service less",
        EventKind.INVOICE_CHANGED: f"An invoice of {customer} has changed",
        EventKind.ACCESS_CHANGED: f"Somebody's access to {customer} has changed",
    }[kind]
    of_service = subject and kind in (EventKind.SERVICE_PROVISIONED, EventKind.SERVICE_DELETED)
    return one_line(f"{said}: {subject}" if of_service else said)[:TITLE]


def customer_changed(kind: EventKind, *, name: str, customer: str, company: str, at: dt.datetime) -> Letter:
    """To an Admin contact of a company that wants to hear of it."""
    return written("customer_changed", "$what", what=title(kind, customer=customer, subject=None), name=name, company=company,
                   at=moment(at))
