"""Databases to import into, and the folder that is imported."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

KINDS = ["sqlite", "postgres"]


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, sqlite_path: Path,
              create_postgres: Callable[[str], Awaitable[str]]) -> str:
    return f"sqlite://{sqlite_path}" if request.param == "sqlite" else await create_postgres("import")


@pytest.fixture
def quick(sqlite_path: Path) -> str:
    """For what does not depend on the kind of database."""
    return f"sqlite://{sqlite_path}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "portfolio"
