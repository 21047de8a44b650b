"""Work that outlives a request: shallow handlers, and the engine that runs them."""

from jobs import (
    cleaning,
    contracts,
    exports,
    invoices,
    notifications,
    passwords,
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
    "passwords",
    "periodic",
    "services",
    "sources",
]
