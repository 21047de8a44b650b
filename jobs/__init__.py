"""Work that outlives a request: shallow handlers, and the engine that runs them."""

from jobs import contracts, exports, notifications, services, sources
from jobs.registry import JOBS, job, periodic

__all__ = ["JOBS", "contracts", "exports", "job", "notifications", "periodic", "services", "sources"]
