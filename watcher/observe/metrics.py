"""Numbers for Prometheus: what the daemon did, and what it has."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from watcher.models.checks import CheckSummary
from watcher.models.views import Counts


class Metrics:
    """The numbers of one process; all names begin with `watcher_`."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._checks = Counter("watcher_checks", "Checks by outcome", ["outcome"], registry=self._registry)
        self._seconds = Histogram(
            "watcher_check_seconds",
            "How long checks took, pages included",
            buckets=(0.05, 0.2, 1, 5, 15, 30, 60),
            registry=self._registry,
        )
        self._new_entries = Counter("watcher_new_entries", "Entries stored for the first time", registry=self._registry)
        self._new_matches = Counter("watcher_new_matches", "Matches stored with them", registry=self._registry)
        self._attempts = Counter("watcher_delivery_attempts", "Attempts by result", ["result"], registry=self._registry)
        self._sources = Gauge("watcher_sources", "Enabled sources by state", ["state"], registry=self._registry)
        self._deliveries = Gauge("watcher_deliveries", "Deliveries by state", ["state"], registry=self._registry)
        self._incidents = Gauge("watcher_incidents_open", "Incidents that are open", registry=self._registry)
        self._to_review = Gauge("watcher_matches_to_review", "Matches without a verdict", registry=self._registry)
        self._scans = Gauge(
            "watcher_unread_scans", "Entries whose document is pictures of pages", registry=self._registry
        )

    def checked(self, summary: CheckSummary) -> None:
        """Count one recorded check."""
        self._checks.labels(summary.outcome.value).inc()
        self._seconds.observe(summary.seconds)
        self._new_entries.inc(summary.new_entries)
        self._new_matches.inc(summary.matches)

    def attempted(self, *, delivered: int, failed: int) -> None:
        """Count what one run of the outbox sent."""
        self._attempts.labels("delivered").inc(delivered)
        self._attempts.labels("failed").inc(failed)

    def counted(self, counts: Counts) -> None:
        """Take over what the database holds."""
        self._sources.labels("failing").set(counts.failing)
        self._sources.labels("well").set(counts.sources - counts.failing)
        self._incidents.set(counts.incidents)
        self._to_review.set(counts.new_matches)
        self._scans.set(counts.scans)
        for state, count in counts.deliveries.items():
            self._deliveries.labels(state.value).set(count)

    def render(self) -> bytes:
        """The numbers in Prometheus' text format."""
        return generate_latest(self._registry)
