"""An export while it is written: rights that change under it, stops half-way, and several who write at once."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import models
from engine.errors import Unavailable
from engine.run import Engine
from jobs.registry import JOBS, Registry
from jobs.running import run_due
from models.access import GrantSource, Role
from models.files import FilePiece, StoredFile
from models.grants import access_changed
from models.jobs import Job, NotYet
from models.reports import FileFormat, ReportKind, ReportRun, give_up
from models.transaction import unit_of_work
from models.viewers import Viewer
from resolvers import exports
from resolvers.policy import AccessPolicy
from resolvers.reports import EXPORTED, JOB, SHEETS, cancel_report, download_report, export_now, fetch
from resolvers.sessions import switch_back
from schema import build_schema
from server.portfolio.story import tenant_id, user_id
from tests.exporting import csv_rows
from tests.house import Counted, House, house

READER, ADMIN = "readonly@brightline.example", "admin@brightline.example"
SCHEMA = build_schema()


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path, create_postgres: Callable[[str], Awaitable[str]]) -> str:
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/exports.sqlite"
    return await create_postgres(f"exports_{abs(hash(request.node.name)) % 10**8}")


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[House]:
    """The story in this process, with exports read through an engine on it."""
    async with house(url) as found:
        exports.read_through(Engine(SCHEMA._schema, found.database, AccessPolicy()))  # type: ignore[arg-type]
        try:
            yield found
        finally:
            exports.read_through(None)


async def asked(house: House, viewer: Viewer, **more: Any) -> ReportRun:
    change = await unit_of_work(lambda: export_now(viewer, house.occasion, kind=ReportKind.CUSTOMER_LIST,
                                                   **{"format": FileFormat.CSV, **more}))
    run = change.records["run"]
    assert isinstance(run, ReportRun)
    return run


async def written(house: House, run: ReportRun) -> ReportRun:
    await exports.write(run.id, house.now)
    return await ReportRun.get(id=run.id)


async def names_in(run: ReportRun) -> list[str]:
    file = await StoredFile.get(id=run.file_id)
    return sorted(row[0] for row in csv_rows(b"".join([piece async for piece in file.read()]))[1:])


async def link(house: House, email: str, customer: str, role: Role = Role.READ_ONLY) -> models.AccessGrant:
    grant = await models.AccessGrant.create(
        user_id=user_id(email), tenant_id=tenant_id(customer), role=role.name, source=GrantSource.LINKED.name,
        granted_at=house.now)
    await access_changed([grant.user_id])
    return grant


async def unlink(house: House, grant: models.AccessGrant) -> None:
    await models.AccessGrant.filter(id=grant.id).update(revoked_at=house.now)
    await access_changed([grant.user_id])


@pytest.mark.case(50)
async def test_who_lost_a_link_between_asking_and_writing_gets_fewer_rows(url: str) -> None:
    async with writing(url) as house:
        grant = await link(house, READER, "global")
        run = await asked(house, await house.viewer(await house.sign_in(READER)))
        await unlink(house, grant)
        assert await names_in(await written(house, run)) == ["Acme Corporation"]


async def test_who_was_linked_meanwhile_gets_what_they_see_by_then(url: str) -> None:
    async with writing(url) as house:
        run = await asked(house, await house.viewer(await house.sign_in(READER)))
        await link(house, READER, "global")
        assert await names_in(await written(house, run)) == ["Acme Corporation", "Global Enterprises"]


@pytest.mark.case(50)
async def test_rights_that_change_while_it_is_written_have_it_begun_anew(url: str) -> None:
    async with writing(url) as house:
        grant = await link(house, READER, "global")
        run = await asked(house, await house.viewer(await house.sign_in(READER)))

        async def lose() -> None:
            house.database.before_reading = done
            await unlink(house, grant)

        async def done() -> None:
            pass
        house.database.before_reading = lose
        run = await written(house, run)
        assert run.status == "SUCCEEDED" and await names_in(run) == ["Acme Corporation"]
        assert await StoredFile.all().count() == 1


async def test_rights_that_keep_changing_leave_it_for_later_and_nothing_of_it_can_be_fetched(url: str) -> None:
    async with writing(url) as house:
        viewer = await house.viewer(await house.sign_in(READER))
        run = await asked(house, viewer)

        async def change() -> None:
            await access_changed([user_id(READER)])
        house.database.before_reading = change
        with pytest.raises(exports.Unsettled):
            await exports.write(run.id, house.now)
        assert (await ReportRun.get(id=run.id)).status == "RUNNING"
        await unit_of_work(partial(give_up, run.id, house.now))
        given_up = await ReportRun.get(id=run.id)
        assert (given_up.status, given_up.failure) == ("FAILED", "BROKEN")
        assert await StoredFile.all().count() == await FilePiece.all().count() == 0


@pytest.mark.case(50, 55)
async def test_who_may_no_longer_export_gets_none(url: str) -> None:
    async with writing(url) as house:
        run = await asked(house, await house.viewer(await house.sign_in(READER)))
        await models.AccessGrant.filter(user_id=user_id(READER), source="HOME").update(role="SUPPORT")
        await access_changed([user_id(READER)])
        run = await written(house, run)
        assert (run.status, run.failure, run.file_id) == ("FAILED", "NOT_ALLOWED", None)


@pytest.mark.case(52, 55)
async def test_who_may_no_longer_sign_in_gets_none(url: str) -> None:
    async with writing(url) as house:
        run = await asked(house, await house.viewer(await house.sign_in(READER)))
        await models.User.filter(id=user_id(READER)).update(active=False)
        assert (await written(house, run)).failure == "NOT_ALLOWED"


async def test_an_export_of_one_customer_needs_the_right_there_when_it_is_written(url: str) -> None:
    async with writing(url) as house:
        grant = await link(house, READER, "global")
        run = await asked(house, await house.viewer(await house.sign_in(READER)), customer_id=f"cus_{tenant_id('global')}")
        await unlink(house, grant)
        assert (await written(house, run)).failure == "NOT_ALLOWED"


async def test_what_was_asked_for_while_acting_is_written_as_seen_from_there_while_that_is_open(url: str) -> None:
    async with writing(url) as house:
        token = await house.sign_in("admin@harbor.example")
        inside = await house.viewer(await house.enter(token, "brightline"))
        first, second = await asked(house, inside), await asked(house, inside)
        assert "Delta Retail" not in await names_in(await written(house, first))
        await unit_of_work(lambda: switch_back(inside, house.occasion))
        second = await written(house, second)
        assert (second.status, second.failure) == ("FAILED", "ACTING_ENDED")


async def test_what_was_asked_for_while_acting_ends_with_the_sign_in(url: str) -> None:
    async with writing(url) as house:
        inside = await house.viewer(await house.enter(await house.sign_in("admin@harbor.example"), "brightline"))
        run = await asked(house, inside)
        house.now += dt.timedelta(hours=11)
        assert (await written(house, run)).failure == "ACTING_ENDED"


async def test_a_stop_half_way_is_begun_anew_and_leaves_one_file(url: str) -> None:
    async with writing(url) as house:
        run = await asked(house, await house.viewer(await house.sign_in(ADMIN)))
        begun = await unit_of_work(lambda: exports._begin(run.id, house.now))  # a process that is killed after this
        assert begun is not None
        await unit_of_work(lambda: begun[2].add(b"half a file"))
        run = await written(house, run)
        assert run.status == "SUCCEEDED" and run.file_id != begun[2].id
        assert [file.id for file in await StoredFile.all()] == [run.file_id]
        assert "Acme Corporation" in await names_in(run)


async def test_several_who_write_the_same_leave_one_file(url: str) -> None:
    async with writing(url) as house:
        run = await asked(house, await house.viewer(await house.sign_in(ADMIN)))
        ended = await asyncio.gather(*[exports.write(run.id, house.now) for _ in range(4)], return_exceptions=True)
        assert None in ended  # those whose file was thrown away under their hands may fail, and would find it done
        run = await ReportRun.get(id=run.id)
        assert run.status == "SUCCEEDED" and "Acme Corporation" in await names_in(run)
        assert [file.id for file in await StoredFile.all()] == [run.file_id]


async def test_what_is_done_is_not_done_again(url: str) -> None:
    async with writing(url) as house:
        run = await written(house, await asked(house, await house.viewer(await house.sign_in(ADMIN))))
        asked_before = house.database.asked
        again = await written(house, run)
        assert (again.file_id, again.finished_at) == (run.file_id, run.finished_at)
        assert house.database.asked == asked_before


async def test_a_database_that_is_busy_for_a_moment_is_asked_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with writing(url) as house:
        run = await asked(house, await house.viewer(await house.sign_in(ADMIN)))
        monkeypatch.setattr(exports.asyncio, "sleep", _at_once)
        left = [Unavailable(), Unavailable()]

        async def busy() -> None:
            if left:
                raise left.pop()
        house.database.before_reading = busy
        assert (await written(house, run)).status == "SUCCEEDED"


async def _at_once(_: float) -> None:
    pass


async def test_an_export_and_its_job_are_written_together_or_not_at_all(url: str) -> None:
    async with writing(url) as house:
        viewer = await house.viewer(await house.sign_in(ADMIN))
        run = await asked(house, viewer)
        [job] = await Job.filter(name=JOB)
        assert job.key == f"{JOB}/{run.id}"
        await unit_of_work(lambda: export_now(viewer, house.occasion, kind=ReportKind.CUSTOMER_LIST, format=FileFormat.CSV),
                           dry_run=True)
        assert await Job.filter(name=JOB).count() == await ReportRun.all().count() == 1


@pytest.mark.case(130)
async def test_a_person_has_so_many_exports_under_way_and_no_more(url: str) -> None:
    async with writing(url) as house:
        viewer = await house.viewer(await house.sign_in(ADMIN))
        made = await asyncio.gather(*[asked(house, viewer) for _ in range(8)], return_exceptions=True)
        assert len([run for run in made if isinstance(run, ReportRun)]) == 5
        assert {str(error.problems[0].code.name) for error in made if not isinstance(error, ReportRun)} == {"LIMIT_EXCEEDED"}


@pytest.mark.case(130)
async def test_of_one_tenant_two_are_written_at_a_time_and_those_of_others_do_not_wait_for_them(url: str) -> None:
    async with writing(url) as house:
        admin, reader = [await house.viewer(await house.sign_in(email)) for email in (ADMIN, READER)]
        one, two, waiting = [await asked(house, viewer) for viewer in (admin, reader, admin)]
        elsewhere = await asked(house, await house.viewer(await house.sign_in("admin@coastal.example")))
        await ReportRun.filter(id__in=[one.id, two.id]).update(status="RUNNING")
        with pytest.raises(NotYet):
            await exports.write(waiting.id, house.now)
        assert (await ReportRun.get(id=waiting.id)).status == "QUEUED"
        assert (await written(house, elsewhere)).status == "SUCCEEDED"
        for run in (one, waiting):
            assert (await written(house, run)).status == "SUCCEEDED"


@pytest.mark.case(130)
async def test_a_job_that_waits_for_its_turn_is_put_back_and_this_is_no_try(url: str) -> None:
    async with writing(url) as house:
        viewer = await house.viewer(await house.sign_in(ADMIN))
        runs = [await asked(house, viewer) for _ in range(3)]
        await ReportRun.filter(id__in=[run.id for run in runs[:2]]).update(status="RUNNING")
        await Job.exclude(key=f"{JOB}/{runs[2].id}").delete()
        [ended] = await run_due(house.now, kinds=Registry({JOB: JOBS[JOB]}), clock=lambda: house.now)
        assert isinstance(ended.error, NotYet)
        [job] = await Job.all()
        assert (job.state, job.attempts, job.error) == ("QUEUED", 0, None) and job.next_try_at > house.now
        await ReportRun.filter(id__in=[run.id for run in runs[:2]]).update(status="SUCCEEDED")
        [ended] = await run_due(house.now + dt.timedelta(seconds=3), kinds=Registry({JOB: JOBS[JOB]}), clock=lambda: house.now)
        assert ended.error is None and (await ReportRun.get(id=runs[2].id)).status == "SUCCEEDED"


@pytest.mark.case(130)
async def test_one_that_is_called_off_while_it_is_written_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with writing(url) as house:
        viewer = await house.viewer(await house.sign_in(ADMIN))
        for noted in (exports.NOTED, 0.0):  # noticed at its end, and on the way
            monkeypatch.setattr(exports, "NOTED", noted)
            run = await asked(house, viewer)

            async def call_off(run: ReportRun = run) -> None:
                house.database.before_reading = Counted.before_reading
                await unit_of_work(lambda: cancel_report(viewer, house.occasion, run_id=f"rpt_{run.id}"))
            house.database.before_reading = call_off
            run = await written(house, run)
            assert (run.status, run.failure) == ("CANCELLED", None)
            assert await StoredFile.all().count() == await FilePiece.all().count() == 0


@pytest.mark.case(130, 146)
async def test_one_whose_writers_were_killed_each_time_is_given_up_and_keeps_nobody_waiting(url: str) -> None:
    async with writing(url) as house:
        run = await asked(house, await house.viewer(await house.sign_in(ADMIN)))
        await ReportRun.filter(id=run.id).update(status="RUNNING", started_at=house.now)
        await exports.give_up_dead([JOB], house.now)
        assert (await ReportRun.get(id=run.id)).status == "RUNNING"
        await Job.filter(key=f"{JOB}/{run.id}").update(state="DEAD")
        await exports.give_up_dead([JOB], house.now)
        run = await ReportRun.get(id=run.id)
        assert (run.status, run.failure) == ("FAILED", "BROKEN")


async def test_a_file_lasts_no_longer_than_the_link_that_shows_what_is_in_it(url: str) -> None:
    async with writing(url) as house:
        until = house.now + dt.timedelta(hours=1)
        grant = await link(house, READER, "global")
        await models.AccessGrant.filter(id=grant.id).update(expires_at=until)
        await access_changed([user_id(READER)])
        token = await house.sign_in(READER)
        viewer = await house.viewer(token)
        run = await written(house, await asked(house, viewer))
        assert run.expires_at == until
        secret = (await unit_of_work(lambda: download_report(viewer, house.occasion, run_id=f"rpt_{run.id}"))).texts["url"]
        assert await unit_of_work(lambda: fetch(viewer, secret.rpartition("/")[2], until)) is None
        assert await unit_of_work(lambda: fetch(viewer, secret.rpartition("/")[2], house.now)) is not None


@pytest.mark.case(15)
async def test_two_stories_that_differ_in_what_is_hidden_give_the_same_files(url: str) -> None:
    async with writing(url) as house:
        await link(house, READER, "global", Role.SUPPORT)
        viewer, admin = [await house.viewer(await house.sign_in(email)) for email in (READER, ADMIN)]
        theirs, shown = [], []
        for minor in (98050, 7):
            hidden = {"tenant_id": tenant_id("global")}
            await models.Customer.filter(id=tenant_id("global")).update(
                mrr_minor=minor, mrr_pending_minor=minor, ports=minor, virtual_circuits=minor, cloud_connections=minor,
                last_order_at=house.now - dt.timedelta(days=minor % 60))
            await models.Contract.filter(**hidden).update(value_minor=minor)
            await models.Service.filter(**hidden).update(monthly_charge_minor=minor)
            theirs.append([await file_of(house, viewer, kind, format) for kind in EXPORTED for format in SHEETS])
            shown.append(await file_of(house, admin, ReportKind.CUSTOMER_LIST, FileFormat.CSV))
        assert theirs[0] == theirs[1] and any(b"Global Enterprises" in file for _, _, file in theirs[0])
        assert shown[0] != shown[1]


async def file_of(house: House, viewer: Viewer, kind: ReportKind, format: FileFormat) -> tuple[str, int | None, bytes]:
    """What its person is told of a file, and its bytes."""
    run = await unit_of_work(lambda: export_now(viewer, house.occasion, kind=kind, format=format, include_details=True,
                                                sort={"key": "MRR"}, file_name="Same"))
    made = run.records["run"]
    assert isinstance(made, ReportRun)
    done = await written(house, made)
    file = await StoredFile.get(id=done.file_id)
    return done.file_name, done.rows, b"".join([piece async for piece in file.read()])


async def test_who_holds_nothing_at_home_exports_the_customer_that_they_are_linked_to(url: str) -> None:
    async with writing(url) as house:
        await models.AccessGrant.filter(user_id=user_id(READER), source="HOME").update(revoked_at=house.now)
        await access_changed([user_id(READER)])
        viewer = await house.viewer(await house.sign_in(READER))
        run = await written(house, await asked(house, viewer, customer_id=f"cus_{tenant_id('acme')}"))
        assert (run.status, run.run_as_role) == ("SUCCEEDED", "READ_ONLY")
        assert await names_in(run) == ["Acme Corporation"]
