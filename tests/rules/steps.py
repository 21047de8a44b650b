"""Cancelling a coroutine exactly where it waits for the n-th time."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import coroutine
from typing import Any, Literal

Run = Callable[[], Coroutine[Any, Any, Any]]


async def steps_of(run: Run, *, whole: bool = False) -> int:
    """How often `run()` waits, in the tasks that it starts or, with `whole`, in the one that runs it."""
    waits = 0

    def count(_: asyncio.Task[Any]) -> None:
        nonlocal waits
        waits += 1

    with _watched(count):
        await _task(run, whole)
    return waits


async def cancelled_at(step: int, run: Run, *, whom: Literal["caller", "unit"], whole: bool = False) -> None:
    """Run `run()` and cancel its caller, or the task that it started, at the `step`-th wait counted as above."""
    waits = 0

    def cancel(task: asyncio.Task[Any]) -> None:
        nonlocal waits
        waits += 1
        if waits == step:
            asyncio.get_running_loop().call_soon((caller if whom == "caller" else task).cancel)

    with _watched(cancel):
        caller = _task(run, whole)
        with suppress(asyncio.CancelledError):
            await caller


def _task(run: Run, whole: bool) -> asyncio.Task[Any]:
    loop = asyncio.get_running_loop()
    return loop.create_task(run()) if whole else asyncio.Task(run(), loop=loop)


@contextmanager
def _watched(at_wait: Callable[[asyncio.Task[Any]], None]) -> Iterator[None]:
    """Every task made by the loop meanwhile tells `at_wait` of each of its waits."""
    loop = asyncio.get_running_loop()

    def make(loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
        return asyncio.Task(_told(work, at_wait), loop=loop, **named)

    before = loop.get_task_factory()
    loop.set_task_factory(make)
    try:
        yield
    finally:
        loop.set_task_factory(before)


@coroutine
def _told(work: Any, at_wait: Callable[[asyncio.Task[Any]], None]) -> Any:
    step, given = work.send, None
    while True:
        try:
            waited_for = step(given)
        except StopIteration as done:
            return done.value
        task = asyncio.current_task()
        assert task is not None
        at_wait(task)
        try:
            step, given = work.send, (yield waited_for)
        except BaseException as error:
            step, given = work.throw, error
