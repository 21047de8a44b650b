"""What is counted: requests by code and how long they took; told to Prometheus with the figures of all other parts."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

#: Figures as they travel between processes: for each family its name, documentation, kind and samples.
Samples = list[tuple[str, str, str, list[tuple[str, dict[str, str], float]]]]


class Metrics(Collector):
    """The figures of one process. No label tells of a person, a tenant or a value.

    Counting is on the way of every request and all on one thread, so it is done plainly and only told in
    Prometheus' words when somebody asks. `parts` tell of themselves then.
    """

    def __init__(self, *parts: Callable[[], Iterable[Metric]]):
        self._parts = parts
        self._codes: Counter[str] = Counter()
        self._within = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def count(self, code: str, seconds: float) -> None:
        self._codes[code] += 1
        self._within[bisect_left(BUCKETS, seconds)] += 1
        self._seconds += seconds

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self)

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily("tenantry_requests", "Requests answered, by code; OK where all went well.",
                                       labels=["code"])
        for code, number in sorted(self._codes.items()):
            requests.add_metric([code], number)
        yield requests
        bounds = [str(bound) for bound in BUCKETS] + ["+Inf"]
        seconds = HistogramMetricFamily("tenantry_request_seconds", "Seconds from a request's headers to its answer.")
        seconds.add_metric([], list(zip(bounds, map(float, accumulate(self._within)), strict=True)), self._seconds)
        yield seconds
        for part in self._parts:
            yield from part()

    def samples(self) -> Samples:
        return [(each.name, each.documentation, each.type, [(s.name, s.labels, s.value) for s in each.samples])
                for each in self.collect()]


def text_of(workers: Mapping[int, Samples]) -> bytes:
    """The figures of several processes in one text, each labelled with its process's number."""
    families: dict[str, Metric] = {}
    for number, samples in sorted(workers.items()):
        for name, documentation, kind, figures in samples:
            family = families.setdefault(name, Metric(name, documentation, kind))
            for figure, labels, value in figures:
                family.add_sample(figure, {**labels, "worker": str(number)}, value)
    return generate_latest(_Collected(families.values()))


class _Collected(Collector):
    def __init__(self, families: Iterable[Metric]):
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
