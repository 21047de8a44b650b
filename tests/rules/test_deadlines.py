"""Many limits of one length, watched by one timer."""

import asyncio
from collections.abc import Callable

from engine.deadlines import Deadlines


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not so():  # noqa: ASYNC110 - what is watched tells nobody
            await asyncio.sleep(0.01)


async def test_whoever_is_late_is_told_of_in_turn_and_nobody_else_ever() -> None:
    loop, late = asyncio.get_running_loop(), dict[str, float]()
    deadlines: Deadlines[str] = Deadlines(0.05, lambda one: late.update({one: loop.time()}))
    began = {}
    for name in ("Ann", "Ben", "Cleo"):
        began[name] = loop.time()
        deadlines.begin(name)
        await asyncio.sleep(0.02)
        if name == "Ben":
            deadlines.end(name)
    await until(lambda: "Cleo" in late)
    assert list(late) == ["Ann", "Cleo"]
    assert all(late[name] - began[name] >= 0.049 for name in late)
    deadlines.end("Ann")


async def test_there_is_one_timer_for_all_and_none_for_nobody() -> None:
    late: list[int] = []
    deadlines = Deadlines(0.02, late.append)
    for n in range(1000):
        deadlines.begin(n)
        deadlines.end(n)
    await until(lambda: deadlines._timer is None)
    deadlines.begin(1)
    timer = deadlines._timer
    deadlines.begin(2)
    assert deadlines._timer is timer
    await until(lambda: len(late) == 2)
    assert late == [1, 2]
