"""What the parts of a server tell of themselves, in Prometheus' words: lanes, reads and caches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from engine.documents import Documents, Latest
from engine.drivers import Database
from engine.run import Engine
from jobs.worker import Worker
from server.admission import Admission
from server.denials import Denials
from server.live.subscriptions import Subscriptions
from server.rates import Rates
from server.texts import Texts


def of_lanes(admission: Admission) -> Iterator[Metric]:
    lanes = admission.lanes
    yield _gauge("requests_under_way", "Requests that are worked on.", "kind",
                 {kind: admission.size[kind] - lane.free for kind, lane in lanes.items()})
    yield _gauge("requests_waiting", "Requests that wait to be worked on.", "kind",
                 {kind: lane.waiting for kind, lane in lanes.items()})
    yield _counter("requests_shed", "Requests told OVERLOADED.", "kind", {kind: lane.refused for kind, lane in lanes.items()})


def of_reads(database: Database) -> Iterator[Metric]:
    dialect = database.dialect_name
    yield _gauge("read_connections_free", "Connections with nothing to read.", "dialect", {dialect: database.free})
    yield _gauge("reads_waiting", "Reads that wait for a connection.", "dialect", {dialect: database.waiting})
    yield _counter("reads_refused", "Reads that got no connection in time.", "dialect", {dialect: database.refused})


def of_subscriptions(live: Subscriptions) -> Iterator[Metric]:
    yield GaugeMetricFamily("tenantry_subscriptions_open", "Subscriptions that are listened to.", len(live))
    yield GaugeMetricFamily("tenantry_websockets_open", "WebSockets.", len(live.sockets))
    yield CounterMetricFamily("tenantry_events_told", "Answers to subscriptions.", live.told)
    yield CounterMetricFamily("tenantry_subscriptions_lagging", "Subscriptions ended with LAGGING.", live.lagging)


def of_caches(documents: Documents, texts: Texts) -> Iterator[Metric]:
    caches: dict[str, Latest[Any, Any]] = {"documents": documents.kept, "plans": documents.plans, **texts.caches}
    for name, meaning in (("weight", "Bytes that what is kept takes, estimated."), ("size", "The most bytes to be kept.")):
        yield _gauge(f"cache_{name}_bytes", meaning, "cache", {c: getattr(kept, name) for c, kept in caches.items()})
    yield _gauge("cache_entries", "Documents, plans and texts kept.", "cache", {c: len(kept) for c, kept in caches.items()})
    for name, meaning in (("hits", "Looked for and found."), ("misses", "Looked for and made anew."),
                          ("evictions", "Let go of to make room.")):
        yield _counter(f"cache_{name}", meaning, "cache", {c: getattr(kept, name) for c, kept in caches.items()})


def of_denials(engine: Engine, denials: Denials) -> Iterator[Metric]:
    for name, meaning, counted in (("fields_withheld", "Fields that answers kept back, each once in an answer.", engine.withheld),
                                   ("reads_denied", "Reads refused outright.", denials.counted)):
        family = CounterMetricFamily(f"tenantry_{name}", meaning, labels=["capability", "reason"])
        for labels, number in sorted(counted.items()):
            family.add_metric(list(labels), number)
        yield family
    yield CounterMetricFamily("tenantry_denials_unwritten", "Refused reads that are not in the audit trail since it could not be "
                              "written in time.", denials.lost)


def of_rates(rates: Rates) -> Iterator[Metric]:
    yield CounterMetricFamily("tenantry_points_charged", "Points that operations cost.", rates.points)
    yield CounterMetricFamily("tenantry_operations_rate_limited", "Operations told RATE_LIMITED.", rates.refused)
    yield CounterMetricFamily("tenantry_rate_rounds_failed", "Times that what was charged could not be told to the other "
                              "processes.", rates.failed)


def of_jobs(worker: Worker) -> Iterator[Metric]:
    tally = worker.tally
    if (backlog := tally.backlog) is not None:
        yield _gauge("jobs", "Jobs that wait, are worked on, or were given up.", "state",
                     {state.lower(): number for state, number in backlog.jobs.items()})
        yield GaugeMetricFamily("tenantry_jobs_oldest_seconds", "For how long the longest waiting job has been due.",
                                value=backlog.oldest)
    tries = CounterMetricFamily("tenantry_job_tries", "Jobs tried, by how it ended: done, failed and put back, dead after "
                                "the last try, lost to another worker, or early, before its turn.", labels=["name", "outcome"])
    for (name, outcome), number in sorted(tally.tries.items()):
        tries.add_metric([name, outcome], number)
    yield tries
    yield _counter("job_seconds", "Seconds spent on jobs.", "name", tally.seconds)


def _gauge(name: str, meaning: str, label: str, values: dict[str, float]) -> Metric:
    return _filled(GaugeMetricFamily(f"tenantry_{name}", meaning, labels=[label]), values)


def _counter(name: str, meaning: str, label: str, values: dict[str, float]) -> Metric:
    return _filled(CounterMetricFamily(f"tenantry_{name}", meaning, labels=[label]), values)


def _filled(family: GaugeMetricFamily | CounterMetricFamily, values: dict[str, float]) -> Metric:
    for value, number in values.items():
        family.add_metric([value], number)
    return family
