"""What follows from asking for another password, out of sight of whoever asks."""

from __future__ import annotations

import datetime as dt

from jobs.registry import job
from models.jobs import Claim
from resolvers.resetting import send_link


@job("password-reset")
async def password_reset(job: Claim, now: dt.datetime, user: int | None, request: str) -> None:
    """Sends a person the link that somebody asked for; does nothing where nobody has the address."""
    await send_link(user, now, request_id=request, base_url=job.base_url)
