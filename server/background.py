"""What goes on beside requests, or in a process of its own: jobs are done, letters go out, other processes are heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs.worker import Worker
from models.bells import hearing, listen
from models.events import CHANNEL
from server.live.feed import Feed
from server.mail import PostOffice
from server.settings import LAST_THINGS, Settings


@asynccontextmanager
async def background(settings: Settings, worker: Worker) -> AsyncIterator[None]:
    """All of it; ends when what is in hand is finished, or its time is up. A worker that is closed before begins nothing new
    meanwhile."""
    async with hearing(settings.database_url if settings.on_postgres else None), letters_going_out(settings):
        working = asyncio.create_task(worker.work(settings.finishing_seconds), name="worker")
        try:
            yield
        finally:
            worker.close()
            await working


@asynccontextmanager
async def letters_going_out(settings: Settings) -> AsyncIterator[None]:
    """The post office at work."""
    office = PostOffice(settings.smtp_url, settings.mail_from)
    await office.start()
    try:
        yield
    finally:
        await office.stop(LAST_THINGS / 2)


@asynccontextmanager
async def heard(feed: Feed) -> AsyncIterator[None]:
    """The feed of events at work."""
    with listen(CHANNEL, feed.wake):
        reading = asyncio.create_task(feed.run())
        try:
            yield
        finally:
            reading.cancel()
            await asyncio.wait([reading])
