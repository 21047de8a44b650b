"""Who listens: the viewer of a token, known for as long as nothing has changed, without counting as activity."""

from __future__ import annotations

import datetime as dt

from server.sessions import Known, Recognised, Sessions


class Attendance:
    """The session in which one subscription was made. Listening does not keep it from becoming idle."""

    def __init__(self, sessions: Sessions, token: str):
        self._sessions, self._token = sessions, token
        self._known: Known | None = None

    async def asker(self, now: dt.datetime) -> Recognised:
        """Whom to read for. Raises NotSignedIn or Superseded where the session is over.

        What is remembered counts for as long as the proviso says so: after Lapsed, `doubt`.
        """
        known = self._known
        if known is None or (known.until is not None and known.until <= now):
            known = self._known = await self._sessions.known(self._token, now)
        return self._sessions.under_proviso(known, self._token, now)

    def doubt(self) -> None:
        """The session or the rights may have changed."""
        self._known = None

    async def left(self, now: dt.datetime) -> Recognised:
        """Whoever acted in a tenant by this token, as they are at home, now that the stay is over."""
        return await self._sessions.left(self._token, now)


