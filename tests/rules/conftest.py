"""Databases of the bank on which transactions are tried, and the workshop in which jobs are."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.rules.migrating import packages, url
from tests.workshop import jobs_database, jobs_postgres, jobs_url, workshop

__all__ = ["bank_postgres", "bank_url", "jobs_database", "jobs_postgres", "jobs_url", "packages", "url", "workshop"]


@pytest.fixture(scope="session")
async def bank_postgres(create_postgres: Callable[[str], Awaitable[str]]) -> str:
    """The URL of a PostgreSQL database for `bank`."""
    return await create_postgres("bank")


@pytest.fixture(params=["sqlite", "postgres"])
def bank_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database for `bank`, of each kind in turn."""
    return f"sqlite://{tmp_path}/bank.sqlite" if request.param == "sqlite" else request.getfixturevalue("bank_postgres")
