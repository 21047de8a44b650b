"""The current billing month is the issuer's own: by the zone in which its days end, on the days on which that matters."""

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
import pytest

from engine.run import Engine
from models import Tenant
from resolvers.invoices import month_of
from resolvers.policy import AccessPolicy
from schema import build_schema
from tests.house import START, house

ASKED = '{ customers(search: "acme") { nodes { invoiceSummary { billingMonth } } } }'


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.row("S2.39")
@pytest.mark.parametrize(("zone", "moment", "month"), [
    ("UTC", "2026-10-31T23:59:59", "2026-10"), ("UTC", "2026-11-01T00:00:00", "2026-11"),
    ("Pacific/Auckland", "2026-10-31T10:59:59", "2026-10"), ("Pacific/Auckland", "2026-10-31T11:00:00", "2026-11"),
    ("America/New_York", "2026-11-01T03:59:59", "2026-10"), ("America/New_York", "2026-11-01T04:00:00", "2026-11"),
    ("Europe/Amsterdam", "2026-10-31T22:59:59", "2026-10"), ("Europe/Amsterdam", "2026-10-31T23:00:00", "2026-11"),
    ("Europe/Amsterdam", "2026-03-31T21:59:59", "2026-03"), ("Europe/Amsterdam", "2026-03-31T22:00:00", "2026-04"),
    ("Asia/Tokyo", "2028-02-29T14:59:59", "2028-02"), ("Asia/Tokyo", "2028-02-29T15:00:00", "2028-03"),
    ("America/New_York", "2028-03-01T04:59:59", "2028-02"), ("Asia/Kathmandu", "2026-12-31T18:15:00", "2027-01"),
])
@pytest.mark.case(152, 153)
def test_months_end_at_midnight_in_the_zone_also_on_leap_days_and_beside_daylight_saving(
        zone: str, moment: str, month: str) -> None:
    assert month_of(at(moment), zone) == month


@pytest.mark.row("S2.39")
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_the_issuer_and_the_billed_customer_are_shown_the_issuers_month(
        kind: str, sqlite_path: Path, create_postgres: Callable[[str], Awaitable[str]]) -> None:
    url = f"sqlite://{sqlite_path}" if kind == "sqlite" else await create_postgres("months")
    async with house(url) as h:
        await Tenant.filter(name="Brightline Partners").update(time_zone="Pacific/Auckland")
        await Tenant.filter(name="Acme Corporation").update(time_zone="America/New_York")
        engine = Engine(build_schema()._schema, h.database, AccessPolicy())  # type: ignore[arg-type]
        document = engine.documents.get(ASKED, None)
        tokens = [await h.sign_in("admin@brightline.example"), await h.sign_in("admin@acmecorp.example")]
        tokens.append(await h.enter(await h.sign_in("admin@harbor.example"), "brightline"))
        h.now = START + dt.timedelta(minutes=5)
        viewers = [await h.viewer(token) for token in tokens]
        for moment, month in (("2026-11-30T10:59:59", "2026-11"), ("2026-11-30T11:00:00", "2026-12")):
            for viewer in viewers:
                answer = orjson.loads(await engine.answer(document, {}, viewer, at(moment)))
                assert answer["data"]["customers"]["nodes"] == [{"invoiceSummary": {"billingMonth": month}}]
