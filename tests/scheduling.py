"""Which worker of a parallel run gets which tests."""

import re

from xdist.scheduler import LoadScopeScheduling

DATABASES = ["sqlite", "postgres"]


class ByDatabase(LoadScopeScheduling):
    """All tests on one kind of database go to one worker, so each server starts once in a run; others go by file.

    xdist's own groups would do, but with this pytest their names no longer reach its scheduler.
    """

    def _split_scope(self, nodeid: str) -> str:
        parameters = re.search(r"\[(.*)\]$", nodeid)
        kinds = [part for part in parameters[1].split("-") if part in DATABASES] if parameters else []
        return kinds[0] if kinds else nodeid.split("::")[0]
