"""Source data: feeds of which nothing was heard for too long."""

from __future__ import annotations

import datetime as dt

from jobs.registry import job, periodic
from jobs.schedule import Every
from models.jobs import Claim, enqueue
from resolvers.sources import notice_silence


@periodic("source-feed-health", Every(minutes=15))
async def source_feed_health(in_hand: Claim, now: dt.datetime) -> None:
    await _notice(now)


@job("source-feed-health-on")
async def source_feed_health_on(in_hand: Claim, now: dt.datetime) -> None:
    """What one run could not take: a thousand machines may fall silent at once."""
    await _notice(now)


async def _notice(now: dt.datetime) -> None:
    if await notice_silence(now):
        await enqueue("source-feed-health-on", due=now)
