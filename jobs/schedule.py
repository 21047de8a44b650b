"""When periodic jobs are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Schedule(Protocol):
    """Due dates, without beginning or end."""

    def newest(self, now: dt.datetime) -> dt.datetime:
        """The latest due date that is not after `now`."""

    def after(self, due: dt.datetime) -> dt.datetime:
        """The due date that follows."""


@dataclass(frozen=True)
class Every:
    """At steps of equal length, counted from the beginning of 1970: Every(minutes=5) at :00, :05, :10 …"""

    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0

    @property
    def step(self) -> dt.timedelta:
        return dt.timedelta(days=self.days, hours=self.hours, minutes=self.minutes, seconds=self.seconds)

    def newest(self, now: dt.datetime) -> dt.datetime:
        return now.astimezone(dt.UTC) - (now - EPOCH) % self.step

    def after(self, due: dt.datetime) -> dt.datetime:
        return due + self.step


@dataclass(frozen=True)
class Daily:
    """Once a day, at a time in UTC."""

    hour: int
    minute: int = 0

    def newest(self, now: dt.datetime) -> dt.datetime:
        today = now.astimezone(dt.UTC).replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return today if today <= now else today - dt.timedelta(days=1)

    def after(self, due: dt.datetime) -> dt.datetime:
        return due + dt.timedelta(days=1)


def between(schedule: Schedule, last: dt.datetime, now: dt.datetime) -> Iterator[dt.datetime]:
    """The due dates after `last`, which is one, up to `now`."""
    due = schedule.after(last)
    while due <= now:
        yield due
        due = schedule.after(due)
