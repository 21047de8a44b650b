"""`python -m server work` with jobs to try it by, in a process of its own."""

import asyncio
import datetime as dt
import os

import jobs.running
import jobs.worker
from jobs import JOBS
from jobs.schedule import Every
from models.jobs import Claim
from models.transaction import sql_rows, unit_of_work
from server import __main__ as server

#: Seconds for which a worker of these tests keeps what it claimed.
LEASE = 2.0


async def leave_effect(job: Claim, table: str = "effect") -> None:
    await sql_rows(f"insert into {table} (key, pid) values ($1, $2)", job.key, os.getpid())


@JOBS.job("slow", lease=20)
async def slow(job: Claim, now: dt.datetime, seconds: float) -> None:
    await leave_effect(job)
    await asyncio.sleep(seconds)


@JOBS.job("slow-idle", lease=LEASE)
async def slow_idle(job: Claim, now: dt.datetime, seconds: float) -> None:
    await leave_effect(job)
    await asyncio.sleep(seconds)


@JOBS.job("outside", lease=LEASE, outside=True)
async def outside(job: Claim, now: dt.datetime, seconds: float) -> None:
    await leave_effect(job, "begun")
    await asyncio.sleep(seconds)

    async def store() -> None:
        await job.finish(now)
        await leave_effect(job)
    await unit_of_work(store)


@JOBS.periodic("each-second", Every(seconds=1), missed=True)
async def each_second(job: Claim, now: dt.datetime) -> None:
    await leave_effect(job, "dated")


def commands() -> None:
    jobs.running.CLAIMED = LEASE
    jobs.worker.ROUND = float(os.environ.get("ROUND", "0.3"))
    server.commands(["work"])
