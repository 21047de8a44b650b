"""Work that outlives a request: shallow handlers, and the engine that runs them."""

from jobs import (
    cleaning,
    contracts,
    exports,
    invoices,
    notifications,
    services,
    sources,
)
from jobs.registry import JOBS, job, periodic

__all__ = [
    "JOBS",
    "cleaning",
    "contracts",
    "exports",
    "invoices",
    "job",
    "notifications",
    "periodic",
    "services",
    "sources",
]
