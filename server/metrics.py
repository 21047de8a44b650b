"""What is counted: requests by code, how long they took, and how many documents are kept."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The figures of one server. No label tells of a person, a tenant or a value."""

    def __init__(self, documents: Callable[[], int]):
        self._registry = CollectorRegistry()
        self._requests = Counter("tenantry_requests", "Requests answered, by code; OK where all went well.", ["code"],
                                 registry=self._registry)
        self._seconds = Histogram("tenantry_request_seconds", "Seconds from a request's headers to its answer.",
                                  buckets=BUCKETS, registry=self._registry)
        kept = Gauge("tenantry_documents", "GraphQL documents kept with their plans.", registry=self._registry)
        kept.set_function(documents)

    def count(self, code: str, seconds: float) -> None:
        self._requests.labels(code).inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)
