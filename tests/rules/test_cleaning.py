"""What nobody needs any more is deleted, and nothing else."""

from functools import partial

import pytest

from jobs.cleaning import clean_up
from models.cleaning import BATCH
from models.idempotency import IdempotencyRecord
from models.jobs import Claim, Job, JobState, enqueue
from models.sessions import ActingSession, LoginSession, SessionToken
from models.tenants import Tenant
from models.transaction import unit_of_work
from models.users import User
from server.portfolio.story import load_story
from tests.workshop import DAY, HOUR, NOW


async def test_what_is_done_is_forgotten_after_a_week_but_for_the_newest_of_each_name_and_what_is_dead(jobs_database: str) -> None:
    async def put(name: str, key: str, days: float, state: JobState) -> None:
        then = NOW - days * DAY
        await unit_of_work(partial(enqueue, name, key=key, due=then, state=state))
        await Job.filter(key=key).update(finished_at=then)

    await put("monthly", "monthly 2", 20, JobState.DONE)
    await put("monthly", "monthly 1", 50, JobState.DONE)
    await put("notify", "notify young", 6, JobState.DONE)
    await put("notify", "notify old", 8, JobState.DONE)
    await put("notify", "notify dead", 60, JobState.DEAD)
    await put("notify", "notify late", 60, JobState.QUEUED)
    await clean()
    assert sorted(job.key for job in await Job.all()) == ["monthly 2", "notify dead", "notify late", "notify young"]


async def clean() -> None:
    job = Claim(0, "clean-up", "clean-up", NOW, {}, 1, 1)
    await clean_up(job, NOW)


@pytest.mark.case(89)
async def test_answers_kept_for_repeated_requests_go_after_a_day_however_many_there_are(jobs_database: str) -> None:
    await IdempotencyRecord.all().delete()
    records = [IdempotencyRecord(scope="tests", key=str(number), request_hash="", written_at=NOW - 25 * HOUR)
               for number in range(BATCH + 10)]
    records.append(IdempotencyRecord(scope="tests", key="young", request_hash="", written_at=NOW - 23 * HOUR))
    await IdempotencyRecord.bulk_create(records)
    await clean()
    assert [record.key for record in await IdempotencyRecord.all()] == ["young"]


async def test_sign_ins_that_ended_a_month_ago_go_with_their_tokens_and_stays(jobs_database: str) -> None:
    if not await Tenant.exists():
        await load_story(NOW)
    await LoginSession.all().delete()
    [user, *_], [target, *_] = await User.all().limit(1), await Tenant.all().limit(1)
    for days in (29, 31):
        session = await LoginSession.begin(user, NOW - days * DAY, "Firefox")
        stay = await ActingSession.create(
            login_session_id=session.id, actor_id=user.id, tenant_id=user.tenant_id, target_id=target.id, role="ADMIN",
            status="ENDED", started_at=session.started_at, ends_at=session.ends_at)
        await session.mint()
        await session.mint(stay)
    await clean()
    [kept] = await LoginSession.all()
    assert kept.started_at == NOW - 29 * DAY
    assert {token.login_session_id for token in await SessionToken.all()} == {kept.id}
    assert {stay.login_session_id for stay in await ActingSession.all()} == {kept.id}
