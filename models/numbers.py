"""Numbers of invoices and credit notes: one after the other for each issuer and year, without gaps."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from models.invoices import CreditNote, Invoice
from models.records import Record, refers_to


class Series(Enum):
    """What is numbered. The value begins each number."""

    INVOICE = ""
    CREDIT_NOTE = "CN-"


#: What carries the numbers of a series.
NUMBERED: dict[Series, type[Invoice] | type[CreditNote]] = {Series.INVOICE: Invoice, Series.CREDIT_NOTE: CreditNote}


class NumberSeries(Record):
    """The last number that an issuer gave in a year."""

    issuer = refers_to("Tenant")
    issuer_id: int
    series = fields.CharField(20)
    year = fields.IntField()
    given = fields.IntField()

    class Meta:
        table = "number_series"
        unique_together = (("issuer_id", "series", "year"),)


async def next_number(issuer_id: int, series: Series, year: int) -> str:
    """The next number, in the unit of work under way: others wait for it, and if it is undone they get the same one."""
    mine = NumberSeries.filter(issuer_id=issuer_id, series=series.name, year=year)
    if not await mine.exists():
        begun = NumberSeries(issuer_id=issuer_id, series=series.name, year=year, given=await _highest(issuer_id, series, year))
        await NumberSeries.bulk_create([begun], ignore_conflicts=True)
    held = await mine.select_for_update(no_key=True).get()
    last = held.given + 1
    while await NUMBERED[series].filter(issuer_id=issuer_id, number=written(series, year, last)).exists():
        last += 1  # an import has brought it
    await NumberSeries.filter(id=held.id).update(given=last)
    return written(series, year, last)


def written(series: Series, year: int, number: int) -> str:
    return f"{series.value}{year}-{number:04}"


async def _highest(issuer_id: int, series: Series, year: int) -> int:
    """The highest number of that form which there is already."""
    head = f"{series.value}{year}-"
    there = await NUMBERED[series].filter(issuer_id=issuer_id, number__startswith=head).values_list("number", flat=True)
    tails = [str(number).removeprefix(head) for number in there]
    return max((int(tail) for tail in tails if tail.isascii() and tail.isdigit() and len(tail) < 9), default=0)
