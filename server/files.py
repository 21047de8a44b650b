"""GET at /files/…: a report's file, once, for the person who asked for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from urllib.parse import quote

from aiohttp import web

import models
from models.files import StoredFile
from models.transaction import unit_of_work
from resolvers.reports import fetch
from server.errors import Refusal
from server.exchange import CALLER
from server.sessions import NotSignedIn, Sessions, token_of

EXPIRED = ("The link is used, too old, or was never yours, or what you may see has changed. Make another by downloadReport, "
           "or ask for the report anew.")


class Files:
    """The one address of files."""

    def __init__(self, sessions: Sessions, headers: Mapping[str, str]):
        self._sessions, self._headers = sessions, headers

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Raises NotSignedIn, Superseded, and Refusal where the link leads this person nowhere."""
        caller, now = request[CALLER], dt.datetime.now(dt.UTC)
        token, _ = token_of(request, caller.base_url)
        caller.viewer = viewer = await self._sessions.viewer_of(token, now)
        if not viewer.signed_in:
            raise NotSignedIn
        found = await unit_of_work(partial(fetch, viewer, request.match_info["secret"], now),
                                   within=viewer.writes_within)
        if found is None:
            raise Refusal("LINK_EXPIRED", EXPIRED)
        return await self._send(request, *found)

    async def _send(self, request: web.Request, run: models.ReportRun, file: StoredFile) -> web.StreamResponse:
        response = web.StreamResponse(headers={
            **self._headers, "Content-Type": file.media_type, "Cache-Control": "no-store",
            "Content-Disposition": disposition(run.file_name), "X-Request-Id": request[CALLER].request_id})
        response.content_length = file.size
        await response.prepare(request)
        async for piece in file.read():
            await response.write(piece)
        await response.write_eof()
        return response


def disposition(name: str) -> str:
    """RFC 6266: the name as it is, and in ASCII for who does not know of that."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
