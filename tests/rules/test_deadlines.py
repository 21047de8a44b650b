"""Many limits of one length, watched by one timer."""

import asyncio

from engine.deadlines import Deadlines


async def test_whoever_is_late_is_told_of_and_nobody_else() -> None:
    late: list[str] = []
    deadlines = Deadlines(0.05, late.append)
    deadlines.begin("Ann")
    deadlines.begin("Ben")
    await asyncio.sleep(0.03)
    deadlines.begin("Cleo")
    deadlines.end("Ben")
    await asyncio.sleep(0.035)
    assert late == ["Ann"]
    await asyncio.sleep(0.03)
    assert late == ["Ann", "Cleo"]
    deadlines.end("Ann")
    await asyncio.sleep(0.06)
    assert late == ["Ann", "Cleo"]


async def test_there_is_one_timer_for_all_and_none_for_nobody() -> None:
    late: list[int] = []
    deadlines = Deadlines(0.02, late.append)
    for n in range(1000):
        deadlines.begin(n)
        deadlines.end(n)
    await asyncio.sleep(0.03)
    assert deadlines._timer is None
    deadlines.begin(1)
    timer = deadlines._timer
    deadlines.begin(2)
    assert deadlines._timer is timer
    await asyncio.sleep(0.04)
    assert late == [1, 2]
