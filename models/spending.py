"""What has been spent of each allowance lately, shared among the processes: every allowance is a leaky bucket."""

from __future__ import annotations

from collections.abc import Mapping

from tortoise import fields
from tortoise.models import Model

from models.audit import canonical
from models.transaction import on_postgres, sql_rows

#: How each database spells it: its own clock in seconds, since processes may differ about the time, and what is given.
POSTGRES = {"now": "extract(epoch from clock_timestamp())", "most": "greatest", "rate": "$3",
            "given": "unnest($1::text[], $2::float8[]) as given(who, points)"}
SQLITE = {"now": "((julianday('now') - 2440587.5) * 86400.0)", "most": "max", "rate": "$2",
          "given": "(select key as who, value as points from json_each($1)) as given"}

SETTLE = """insert into spending (who, points, at) select who, points, {now} from {given} where true order by who
 on conflict (who) do update set at = {most}(spending.at, excluded.at), points = excluded.points
 + {most}(0, spending.points - {rate} * {most}(0, excluded.at - spending.at)) returning who, points"""
FORGET = "delete from spending where at < {now} - 86400 returning who"


class Spending(Model):
    """How full one bucket was at a moment. `who` is the person or API key, and the tenant in which they act."""

    who = fields.CharField(60, primary_key=True)
    points = fields.FloatField()
    at = fields.FloatField()

    class Meta:
        table = "spending"


async def settle_up(charged: Mapping[str, float], rate: float) -> dict[str, float]:
    """Adds what this process charged, and says how full those buckets are with what all others charged; `rate` points leak
    out of each in a second. It is one statement."""
    who = sorted(charged)  # in one order for all processes, so that none waits for another in a circle
    if on_postgres():
        rows = await sql_rows(SETTLE.format(**POSTGRES), who, [float(charged[each]) for each in who], float(rate))
    else:
        rows = await sql_rows(SETTLE.format(**SQLITE), canonical(dict(charged)), float(rate))
    return {row["who"]: row["points"] for row in rows}


async def forget_spending() -> int:
    """Deletes the buckets of which nothing was taken for a day; how many."""
    return len(await sql_rows(FORGET.format(**(POSTGRES if on_postgres() else SQLITE))))
