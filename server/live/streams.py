"""A subscription as server-sent events: one request, one stream, one operation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from aiohttp import web

from server.live.subscriptions import failed

STREAM = "text/event-stream"
HEADERS = {"Content-Type": f"{STREAM}; charset=utf-8", "X-Accel-Buffering": "no"}
ALIVE = b":\n\n"
#: With data, since browsers keep quiet about events that have none.
COMPLETE = b"event: complete\ndata: {}\n\n"


async def stream(request: web.Request, answers: AsyncGenerator[bytes, None], headers: Mapping[str, str],
                 keep_alive: float) -> web.StreamResponse:
    """Answers until there are no more. What is raised before the first is for the caller to answer; after that it is told as
    the last answer of the stream."""
    async with aclosing(answers):
        await anext(answers)  # begun: from here on nothing is missed
        response = web.StreamResponse(headers={**headers, **HEADERS})
        await response.prepare(request)
        await response.write(ALIVE)
        sign = asyncio.create_task(_signs_of_life(response, keep_alive))
        try:
            await _told(response, answers, request_id=headers["X-Request-Id"])
            await response.write(COMPLETE)
            await response.write_eof()
        except ConnectionError:
            pass  # the client has gone
        finally:
            sign.cancel()
    return response


async def _told(response: web.StreamResponse, answers: AsyncGenerator[bytes, None], request_id: str) -> None:
    try:
        async for answer in answers:
            await response.write(_next(answer))
    except ConnectionError:
        raise
    except Exception as error:
        await response.write(_next(failed(error, request_id)))


def _next(answer: bytes) -> bytes:
    """JSON of the engine's has no line breaks, which would end the event."""
    return b"event: next\ndata: %b\n\n" % answer


async def _signs_of_life(response: web.StreamResponse, pause: float) -> None:
    """Keeps those in between from taking silence for the end."""
    while True:
        await asyncio.sleep(pause)
        await response.write(ALIVE)
