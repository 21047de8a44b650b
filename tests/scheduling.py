"""Which worker of a parallel run gets which tests, and in which order."""

import os
import re

import pytest
from xdist.scheduler import LoadScopeScheduling

DATABASES = ["sqlite", "postgres"]
#: What a run begins with, longest first, so that no worker has the last of it alone.
FIRST = ("tests/portal", "tests/edge/test_graphiql", "tests/guards", "tests/engine", "tests/edge", "tests/attacks", "tests/faults",
         "tests/rules")


def rank(nodeid: str) -> int:
    return next((place for place, folder in enumerate(FIRST) if nodeid.startswith(folder)), len(FIRST))


def workers() -> int:
    """Two more than there are processors: tests wait for clocks, browsers and databases."""
    return (os.cpu_count() or 1) + 2


class ByDatabase(LoadScopeScheduling):
    """The tests of one file on one kind of database go to one worker, and with them what they share: servers, above all.

    Those of a browser go together, for a browser takes long to start, and so do the engine's, whose databases are large.
    xdist's own groups would do, but with this pytest their names no longer reach its scheduler.
    """

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        config.option.loadscopereorder = False  # it would put last what has few tests, however long they are
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        if rank(nodeid) < 2:
            return "browser"
        parameters = re.search(r"\[(.*)\]$", nodeid)
        kinds = [part for part in parameters[1].split("-") if part in DATABASES] if parameters else []
        return f"{'engine' if path.startswith('tests/engine') else path} {kinds[0]}" if kinds else path
