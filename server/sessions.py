"""From a request to its viewer: where the token is, whether a browser may send it, and whom it opens."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from aiohttp import web

from engine.documents import Latest
from engine.drivers import Database
from engine.errors import EngineError
from engine.proviso import Proviso
from models.keys import MARK, used, viewer_by
from models.sessions import IDLE, hash_secret, touch, viewer_in
from models.transaction import unit_of_work
from models.viewers import ANYONE, Viewer
from models.wall import EVERYWHERE

log = logging.getLogger(__name__)

CLIENT_HEADER = "X-Tenantry-Client"
TENANT_HEADER = "X-Tenantry-Tenant"
OFTEN = dt.timedelta(minutes=1)
REMEMBERED = 10_000
"""Tokens and viewers that are kept; the least recently used one goes first."""

SIGNED_IN = "u.active and s.ended_at is null and s.ends_at > $2 and s.last_seen_at > $3"
ALIVE = f"{SIGNED_IN} and (a.id is null or a.ends_at > $2)"
FOUND = """from session_token t join login_session s on s.id = t.login_session_id join app_user u on u.id = s.user_id
left join acting_session a on a.id = t.acting_session_id where t.hash = $1"""
STATE = f"select s.id, s.user_id, u.access_version, a.id, a.status, {ALIVE}, s.last_seen_at {FOUND}"
#: Whether all is still as it was when a viewer was worked out: STATE again, as a condition of what is read for them.
UNCHANGED = f"""exists (select 1 {FOUND} and {ALIVE} and coalesce(a.status, 'ACTIVE') = 'ACTIVE'
 and s.id = $4 and u.access_version = $5 and coalesce(a.id, 0) = $6)"""

#: The sign-in itself, whatever became of the acting session that the token opened.
HOME = f"select s.id, u.access_version {FOUND} and {SIGNED_IN}"
AT_HOME = f"exists (select 1 {FOUND} and {SIGNED_IN} and s.id = $4 and u.access_version = $5)"

KEY_ALIVE = "u.active and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)"
KEY_FOUND = "from api_key k join app_user u on u.id = k.created_by_id where k.hash = $1"
KEY_STATE = f"select k.id, u.access_version, {KEY_ALIVE}, k.last_used_at {KEY_FOUND}"
#: The same for an API key and its maker, beyond whose rights it never goes.
KEY_UNCHANGED = f"exists (select 1 {KEY_FOUND} and {KEY_ALIVE} and k.id = $3 and u.access_version = $4)"
#: In the place of an acting session, in the state of a key: it has none.
BY_KEY = -1


#: What notes that somebody was active, in a unit of work of its own.
Note = Callable[[], Awaitable[None]]


class NotSignedIn(EngineError):
    """The token opens nothing, or no longer."""

    code, status = "UNAUTHENTICATED", 401
    message = "You are not signed in: the session is unknown or has ended. Sign in and send the new token."


KEY_OVER = "The API key is unknown, revoked or too old, or its maker may no longer come in. Send another one."
LEFT = ("The acting session has ended: you switched back, or lost the right to be there. Go on with a token of your "
        "own context, or sign in again.")


class Superseded(EngineError):
    """The token's acting session gave way to a newer one of the same sign-in."""

    code, status = "CONTEXT_SUPERSEDED", 409
    message = ("You entered another tenant since, and this token still names the one before. Go on with the token that "
               "the latest switchTenant returned.")


class Elsewhere(Superseded):
    """The request names another tenant than the one in which its session acts."""

    message = (f"The session acts in another tenant than {TENANT_HEADER} names, and nothing was done. Read "
               "viewer.currentTenant anew, or switch.")


class CrossSite(EngineError):
    """The session's cookie came with a request that another site could have made."""

    code, status = "CSRF_REFUSED", 403
    message = (f"A request with the session cookie needs the header {CLIENT_HEADER}, with any value, and may come from "
               "this site only. Send the header, or a bearer token instead of the cookie.")


# -- where the token is

def cookie_name(base_url: str) -> str:
    """Over https the browser itself keeps others from planting the cookie; over plain http it refuses such names."""
    return "__Host-tenantry_session" if base_url.startswith("https:") else "tenantry_session"


def token_of(request: web.Request, base_url: str) -> tuple[str | None, Literal["bearer", "cookie"] | None]:
    """The token and how it came. An Authorization header counts alone, whatever it holds, even beside a cookie."""
    if (given := request.headers.get("Authorization")) is not None:
        scheme, _, token = given.strip().partition(" ")
        return (token.strip() if scheme.lower() == "bearer" else ""), "bearer"
    token = request.cookies.get(cookie_name(base_url), "")
    return (token, "cookie") if token else (None, None)


def check_cross_site(request: web.Request, base_url: str) -> None:
    """Raises CrossSite for a request that the cookie alone does not vouch for. Call it where the token was a cookie."""
    origin = request.headers.get("Origin")
    if CLIENT_HEADER not in request.headers:
        raise CrossSite
    if origin is not None and origin not in _origins(request, base_url):
        raise CrossSite


def check_origin(request: web.Request, base_url: str) -> None:
    """Raises CrossSite where a browser opens a WebSocket for a page of another site, or will not say for which: it sends the
    cookie along either way, and cannot send a header of ours."""
    if request.headers.get("Origin") not in _origins(request, base_url):
        raise CrossSite("A WebSocket with the session cookie may come from this site only. Send the token in "
                        "connection_init instead.")


def _origins(request: web.Request, base_url: str) -> tuple[str, str]:
    return origin_of(base_url), f"{urlsplit(base_url).scheme}://{request.host}"


def check_place(viewer: Viewer, named: str | None) -> None:
    """Raises Elsewhere where a request names a tenant and acts in another: two tabs share one cookie, and what was
    meant for the tenant of one must not reach the tenant of the other."""
    if named is not None and viewer.current is not None and named != f"ten_{viewer.current.tenant_id}":
        raise Elsewhere


def origin_of(url: str) -> str:
    """A URL as browsers name its origin, without a port that goes without saying."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")


def set_cookie(response: web.StreamResponse, token: str, base_url: str) -> None:
    """Gives the browser the session. It lasts as long as the browser or the session, whichever ends first."""
    response.set_cookie(cookie_name(base_url), token, path="/", httponly=True, samesite="Lax",
                        secure=base_url.startswith("https:"))


def clear_cookie(response: web.StreamResponse, base_url: str) -> None:
    """Takes the session from the browser."""
    response.del_cookie(cookie_name(base_url), path="/", httponly=True, samesite="Lax",
                        secure=base_url.startswith("https:"))


# -- whom it opens

@dataclass(frozen=True, slots=True)
class Known:
    """A viewer worked out, until when that holds (a grant may expire by itself), and under which state of the session or
    key: its id, the person's access version, and the acting session (0: none, BY_KEY: a key has none)."""

    viewer: Viewer
    until: dt.datetime | None
    state: tuple[int, int, int]


class Recognised(NamedTuple):
    """Who asks, and the proviso under which what is read for them counts: that their session and access are unchanged."""

    viewer: Viewer
    proviso: Proviso | None = None


class Sessions:
    """Finds the viewer of a token with one light statement; works a viewer out once for each change of their access."""

    def __init__(self, database: Database):
        self._database = database
        mark = "$" if database.dialect_name == "postgres" else "?"
        self._state, self._unchanged, self._home, self._at_home, self._key_state, self._key_unchanged = [
            text.replace("$", mark) for text in (STATE, UNCHANGED, HOME, AT_HOME, KEY_STATE, KEY_UNCHANGED)]
        self._known: Latest[tuple[int, int, int], Known] = Latest(REMEMBERED)
        #: For each token's hash, whom it opened last, and until when nothing but a change can make a difference.
        self._opened: Latest[str, tuple[Known, dt.datetime]] = Latest(REMEMBERED)
        self._touching: dict[int, asyncio.Task[None]] = {}

    async def viewer_of(self, token: str | None, now: dt.datetime) -> Viewer:
        """Who asks with a token; ANYONE without one. Raises NotSignedIn or Superseded."""
        return (await self.recognised(token, now)).viewer

    def remembered(self, token: str | None, now: dt.datetime) -> Recognised | None:
        """Who asked with a token less than a minute ago, without asking the database: it is for the proviso to say
        whether they still are whom they were."""
        if token is None:
            return None
        hashed = hash_secret(token)
        opened = self._opened.get(hashed)
        if opened is None or opened[1] <= now:
            return None
        return self._recognised(opened[0], hashed, now)

    async def recognised(self, token: str | None, now: dt.datetime) -> Recognised:
        """Who asks with a token, by what the database says now. Raises NotSignedIn or Superseded."""
        if token is None:
            return Recognised(ANYONE)
        hashed = hash_secret(token)
        known, note, noted = await self._found(token, now)
        if noted is None or noted <= now - OFTEN:
            self._touch(known.state[0], note)
            noted = now
        until = noted + OFTEN
        self._opened.put(hashed, (known, until if known.until is None else min(until, known.until)))
        return self._recognised(known, hashed, now)

    async def known(self, token: str, now: dt.datetime) -> Known:
        """Whose token it is, by what the database says now, without counting as activity. Raises NotSignedIn or Superseded."""
        known, _, _ = await self._found(token, now)
        return known

    def under_proviso(self, known: Known, token: str, now: dt.datetime) -> Recognised:
        """Somebody known, unless something has changed since."""
        return self._recognised(known, hash_secret(token), now)

    async def left(self, token: str, now: dt.datetime) -> Recognised:
        """Whose token of an acting session it was, in their own context, now that the acting session has ended. Raises
        NotSignedIn where the sign-in is over as well."""
        hashed = hash_secret(token)
        rows = await self._database.rows(self._home, [hashed, now, now - IDLE])
        viewer = (await viewer_in(rows[0][0], None, now))[0] if rows else None
        if viewer is None:
            raise NotSignedIn
        session_id, access_version = rows[0]
        return Recognised(viewer, Proviso(self._at_home, (hashed, now, now - IDLE, session_id, access_version)))

    async def _found(self, token: str, now: dt.datetime) -> tuple[Known, Note, dt.datetime | None]:
        """Whose token it is, what notes their activity, and when that was last done."""
        hashed = hash_secret(token)
        if token.startswith(MARK):
            return await self._by_key(hashed, now)
        rows = await self._database.rows(self._state, [hashed, now, now - IDLE])
        if not rows:
            raise NotSignedIn
        session_id, user_id, access_version, acting_id, acting_status, alive, seen_at = rows[0]
        if not alive:
            raise NotSignedIn
        if acting_status == "SUPERSEDED":
            raise Superseded
        if acting_status not in (None, "ACTIVE"):
            raise NotSignedIn(LEFT)
        known = await self._worked_out((session_id, access_version, acting_id or 0), now)
        return known, partial(touch, session_id, user_id, now), _moment(seen_at)

    async def _by_key(self, hashed: str, now: dt.datetime) -> tuple[Known, Note, dt.datetime | None]:
        rows = await self._database.rows(self._key_state, [hashed, now])
        if not rows or not rows[0][2]:
            raise NotSignedIn(KEY_OVER)
        key_id, access_version, _, used_at = rows[0]
        known = await self._worked_out((key_id, access_version, BY_KEY), now)
        return known, partial(used, key_id, now), _moment(used_at) if used_at else None

    def _recognised(self, known: Known, hashed: str, now: dt.datetime) -> Recognised:
        if known.state[2] == BY_KEY:
            return Recognised(known.viewer, Proviso(self._key_unchanged, (hashed, now, *known.state[:2])))
        return Recognised(known.viewer, Proviso(self._unchanged, (hashed, now, now - IDLE, *known.state)))

    async def _worked_out(self, state: tuple[int, int, int], now: dt.datetime) -> Known:
        known = self._known.get(state)
        if known is None or (known.until is not None and known.until <= now):
            id, _, acting_id = state
            by_key = acting_id == BY_KEY
            viewer, until = await (viewer_by(id, now) if by_key else viewer_in(id, acting_id or None, now))
            if viewer is None:
                raise NotSignedIn(KEY_OVER if by_key else LEFT if acting_id else None)
            known = self._known.put(state, Known(viewer, until, state))
        return known

    def _touch(self, id: int, note: Note) -> None:
        """Notes the activity beside the request, once a minute, so that no read waits for a write."""
        if id not in self._touching:
            task = asyncio.create_task(self._touched(note))
            self._touching[id] = task
            task.add_done_callback(lambda _: self._touching.pop(id, None))

    async def _touched(self, note: Note) -> None:
        try:
            await unit_of_work(note, within=EVERYWHERE)
        except Exception:
            log.warning("The activity of a session could not be noted", exc_info=True)


def _moment(stored: dt.datetime | str) -> dt.datetime:
    """A moment as either database tells it."""
    return dt.datetime.fromisoformat(stored) if isinstance(stored, str) else stored
