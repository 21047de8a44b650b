"""What is of no use to anybody any more, and when it goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import timedelta

from models.transaction import sql_rows

#: Rows deleted in one unit of work: others wait for it, on SQLite all who write.
BATCH = 500


@dataclass(frozen=True)
class Outdated:
    """Rows of a table that have been over, as `where` says of $1, for as long as they are `kept`."""

    table: str
    where: str
    kept: timedelta

    async def delete_some(self, now: dt.datetime) -> bool:
        """Deletes a batch of them, in the unit of work under way; whether there may be more."""
        gone = await sql_rows(f'delete from "{self.table}" where id in (select id from "{self.table}" where {self.where} '
                              f"limit {BATCH}) returning id", now - self.kept)
        return len(gone) == BATCH


OUTDATED = (
    #: With their tokens and the stays in other tenants that were made in them. No sign-in outlasts `ends_at`. The audit trail
    #: names stays, and a report may have been asked for in one: hence not at once.
    Outdated("login_session", "ends_at < $1", timedelta(days=30)),
    Outdated("idempotency_record", "written_at < $1", timedelta(hours=24)),
    Outdated("password_reset", "expires_at < $1", timedelta(days=1)),
    #: What was told long since. The newest stays: the feed goes on from its number.
    Outdated("event", "at < $1 and id < (select max(id) from event)", timedelta(days=7)),
    #: But the newest of each name: it says up to which date a periodic one was asked for. What is dead stays until somebody
    #: has looked at it.
    Outdated("job", "state = 'DONE' and next_try_at < $1 and finished_at < $1 and due < (select max(due) from job newer "
             "where newer.name = job.name)", timedelta(days=7)),
)
