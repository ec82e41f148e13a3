"""What Prometheus reads: this process's counts and the database's gauges, put into its form when it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.counts import Counts, Taken
from bot.depths import Seen
from bot.leading import Leader
from bot.readiness import Readiness
from bot.web_doors import Doors
from bot.worker import Worker
from storage.database import Database
from storage.distribution import Distribution
from storage.gauges import Gauges

PREFIX = "mystery_client_"

Key = TypeVar("Key", bound=tuple[str, ...])
"""The values of a family's labels, in their order."""

SENDS = {"Delivered": "delivered", "TryLater": "later", "Gone": "gone", "Refused": "refused", "Unclear": "unclear"}
"""How a sending ended, by the name of its outcome."""
ENDINGS = {"Done": "done", "Later": "later", "Never": "never"}
"""How a try at a job ended, by the name of its ending."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The parts of this process that are shown; None for what it does not do."""

    counts: Counts
    database: Database
    readiness: Readiness
    channels: tuple[str, ...]
    worker: Worker | None = None
    leader: Leader | None = None
    doors: Doors | None = None


class Shown(Collector):
    """Everything as Prometheus has it. ``seen`` is set before it is asked."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self.seen = Seen()
        self.now: datetime | None = None

    def collect(self) -> Iterator[Metric]:
        """Every family there is."""
        yield from self._counted()
        yield from self._parts()
        yield from self._held_by_process()
        yield from _beside(self.seen)
        yield _gauge("database_answers", "1 where the database told what follows", float(self.seen.gauges is not None))
        if self.seen.gauges is not None and self.now is not None:
            yield from _told(self.seen.gauges, self.now)

    def _counted(self) -> Iterator[Metric]:
        counts, channels = self._watched.counts, self._watched.channels
        every = {(channel, outcome): 0 for channel in channels for outcome in Taken}
        updates = {(channel, str(outcome)): n for (channel, outcome), n in {**every, **counts.updates}.items()}
        yield _counter("updates", "Updates by what became of them", ("channel", "outcome"), updates)
        nothing = {(channel, outcome): 0 for channel in channels for outcome in SENDS}
        sends = {(channel, SENDS[outcome]): n for (channel, outcome), n in {**nothing, **counts.sends}.items()}
        yield _counter("sends", "Messages given to a channel, by outcome", ("channel", "outcome"), sends)
        tries = {(kind, ENDINGS[ending]): n for (kind, ending), n in dict(counts.jobs).items()}
        yield _counter("jobs", "Tries at jobs, by how they ended", ("kind", "ending"), tries)
        files = {(outcome,): counts.files[outcome] for outcome in ("verified", "refused")}
        yield _counter("evidence_files", "Files of evidence that were fetched", ("outcome",), files)
        stages = {"commit": counts.committing, "wait": counts.waiting, "call": counts.calling}
        told = "Seconds: commit, from an update's arrival until it is on disk; wait, from a message's time until it is "
        told += "taken; call, until the channel answered"
        yield _histogram("stage_seconds", told, {("stage", stage): spread for stage, spread in stages.items()})

    def _parts(self) -> Iterator[Metric]:
        ready = GaugeMetricFamily(f"{PREFIX}ready", "1 where that part is well", labels=["part"])
        silence = GaugeMetricFamily(f"{PREFIX}silence_seconds", "Since a part last showed so", labels=["part"])
        for part in self._watched.readiness.parts():
            ready.add_metric([part.name], float(part.is_well))
            if part.seconds is not None:
                silence.add_metric([part.name], part.seconds)
        yield ready
        yield silence

    def _held_by_process(self) -> Iterator[Metric]:
        watched = self._watched
        writer = watched.database.writer
        if writer is not None:
            yield _histogram("group_units", "Units of work that shared a commit", {None: writer.together})
            yield _histogram(
                "group_seconds", "Seconds from a group's begin until it is on disk", {None: writer.seconds}
            )
            yield _gauge("units_waiting", "Units of work that wait for the commit before theirs", writer.waiting)
        if watched.worker is not None:
            yield _gauge("jobs_under_way", "Jobs this process does now", watched.worker.under_way)
        if watched.leader is not None:
            yield _gauge(
                "leads", "1 in the one process that fetches updates or registers the webhook", watched.leader.leads
            )
        if watched.doors is not None:
            doors = watched.doors
            yield _gauge("web_connections", "Open connections to the web server", doors.count)
            yield _counter("web_turned_away", "Connections for which there was no room", (), {(): doors.turned_away})
            yield _counter("web_too_slow", "Connections closed as too slow", (), {(): doors.closed_as_slow})


class Metrics:
    """The page that Prometheus reads."""

    def __init__(self, watched: Watched) -> None:
        self._shown = Shown(watched)
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self._shown)
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def page(self, seen: Seen, now: datetime) -> bytes:
        """Everything, in the text form of Prometheus."""
        self._shown.seen, self._shown.now = seen, now
        return generate_latest(self._registry)


def _told(gauges: Gauges, now: datetime) -> Iterator[Metric]:
    """What every process of a database tells alike: take the maximum, not the sum."""
    due = {(kind,): one.jobs for kind, one in gauges.due.items()}
    yield _gauges("jobs_due", "Jobs that could be done now and are not, up to 10,000", ("kind",), due)
    late = {(kind,): _age(one.since, now) for kind, one in gauges.due.items()}
    yield _gauges("job_late_seconds", "For how long the first of them could have been done", ("kind",), late)
    yield _gauge("jobs_open", "All jobs to be done some time", gauges.open_jobs)
    for state, counts in (("buried", gauges.buried), ("held", gauges.held)):
        kinds = {(kind,): count for kind, count in counts.items()}
        yield _gauges(f"jobs_{state}", f"Jobs that are {state}", ("kind",), kinds)
    yield _gauge("updates_parked", "Updates put aside, up to 10,000", gauges.parked)
    yield _gauge("evidence_waiting", "Files of evidence that are not yet kept", gauges.evidence_waiting)
    since = gauges.evidence_since
    yield _gauge(
        "evidence_waiting_seconds", "Since the oldest of them was sent", 0 if since is None else _age(since, now)
    )
    for name, told, moments in (
        ("last_update_timestamp_seconds", "When an update was last taken in", gauges.last_update),
        ("heard_timestamp_seconds", "When a channel was last known to be heard", gauges.heard),
    ):
        yield _gauges(name, told, ("channel",), {(channel,): at.timestamp() for channel, at in moments.items()})
    there = {("serves",): gauges.serving, ("works",): gauges.working}
    yield _gauges("processes", "Processes that share the database, by what they do", ("does",), there)
    yield _gauge("database_bytes", "What the database takes on disk", gauges.size)


def _beside(seen: Seen) -> Iterator[Metric]:
    free = {(place,): disk.free for place, disk in seen.disks.items()}
    yield _gauges("disk_free_bytes", "Room left where something of ours lies", ("place",), free)
    size = {(place,): disk.size for place, disk in seen.disks.items()}
    yield _gauges("disk_bytes", "Room there is in all", ("place",), size)
    if seen.backup_at is not None:
        yield _gauge("backup_timestamp_seconds", "When the newest backup was made", seen.backup_at.timestamp())


def _age(since: datetime, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}{name}", told, value=value)


def _gauges(name: str, told: str, labels: Iterable[str], values: Mapping[Key, float]) -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}{name}", told, labels=list(labels))
    for key, value in sorted(values.items()):
        family.add_metric(list(key), value)
    return family


def _counter(name: str, told: str, labels: Iterable[str], values: Mapping[Key, float]) -> Metric:
    family = CounterMetricFamily(f"{PREFIX}{name}", told, labels=list(labels))
    for key, value in sorted(values.items()):
        family.add_metric(list(key), value)
    return family


def _histogram(name: str, told: str, spreads: Mapping[tuple[str, str] | None, Distribution]) -> Metric:
    labels = [key[0] for key in spreads if key is not None][:1]
    family = HistogramMetricFamily(f"{PREFIX}{name}", told, labels=labels)
    for key, spread in spreads.items():
        bounds = [*(f"{bound:g}" for bound in spread.bounds), "+Inf"]
        buckets = list(zip(bounds, spread.rising(), strict=True))
        family.add_metric([] if key is None else [key[1]], buckets, sum_value=spread.total)
    return family
