"""Programs of frontends, run by Node against a server: each prints its checks, and each check is reported by itself."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

FOLDER = Path(__file__).resolve().parent
SCHEMA = FOLDER.parents[1] / "schema.graphql"
PACKAGES = FOLDER / "node_modules"
MISSING = "The clients for Node are not installed. Install Node 20.19 or newer, and run: make clients"
#: Seconds for one program, on a machine that does much else.
LONGEST = 120
#: A line of the Test Anything Protocol, which Node's own test runner writes.
CHECK = re.compile(r"^ *(not )?ok \d+ - (.*?)(?: # .*)?$", re.M)
PLAN = re.compile(r"^ *1\.\.(\d+)$", re.M)


@dataclass(frozen=True)
class Report:
    """What a program found: each check with whether it passed, and all that was printed."""

    checks: dict[str, bool]
    output: str

    def tell(self, subtests: pytest.Subtests, least: int = 1) -> None:
        """Each check as a result of its own; `least` guards against a program that checks less than it should."""
        for check, passed in self.checks.items():
            with subtests.test(check):
                assert passed, self.output
        assert len(self.checks) >= least, self.output


def workshop(name: str, place: Path) -> Path:
    """A copy of a client's sources beside the schema, where what its tools generate may lie."""
    folder = place / name
    shutil.copytree(FOLDER / name, folder)
    for file in (SCHEMA, FOLDER / "world.mjs"):
        shutil.copy(file, folder)
    (folder / "node_modules").symlink_to(PACKAGES)
    return folder


async def done(*command: str, folder: Path) -> None:
    """Runs one of the clients' tools, which must succeed."""
    code, output = await printed(PACKAGES / ".bin" / command[0], *command[1:], folder=folder)
    assert code == 0, output


async def printed(*command: str | Path, folder: Path = FOLDER, world: object = None) -> tuple[int, str]:
    """The exit code and output of a command that finds `world` in its environment."""
    if not PACKAGES.is_dir() or shutil.which("node") is None:
        pytest.fail(MISSING, pytrace=False)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env={**os.environ, "NO_COLOR": "1", "WORLD": orjson.dumps(world).decode()},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), LONGEST)
    except TimeoutError:
        process.kill()
        output, _ = await process.communicate()
        pytest.fail(f"{command} took longer than {LONGEST} s.\n{output.decode()}")
    return process.returncode or 0, output.decode()


async def checked(program: Path | str, world: object, folder: Path = FOLDER) -> Report:
    """What a program that uses node:test reports."""
    code, output = await printed("node", "--test-force-exit", "--test-reporter=tap", program, folder=folder, world=world)
    checks = {name: not failed for failed, name in CHECK.findall(output)}
    assert len(checks) == sum(int(planned) for planned in PLAN.findall(output)) > 0, output
    assert (code == 0) == all(checks.values()), output
    return Report(checks, output)
