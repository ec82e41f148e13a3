"""The tasks of ``make fuzz``, each for a process of its own, and what all of them came to."""

from __future__ import annotations

import gc
import logging
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import uvloop

from tests.fuzz.documents import FileCounts, attack_files
from tests.fuzz.tally import Tally
from tests.fuzz.updates import Counts, attack
from tests.fuzz.wall import Findings

SLOWEST = 150.0
"""Medians that one update may take for each 64 KiB of it, taken alone: charts and plans are made by jobs, not while
somebody waits."""
SLOWEST_FILE_SECONDS = 10.0
"""CPU seconds that one file may take."""
GROWTH = 1.25
"""How much more memory the last houses of a process may need than its early ones."""
SETTLED = 4
"""Houses after which a process has loaded what it needs."""


GARBAGE = 20_000
"""Objects made before the collector looks: all that lives from house to house need not be looked at so often."""


@dataclass(slots=True)
class Total:
    """What all tasks came to."""

    sources: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    parked: Counter[str] = field(default_factory=Counter)
    buried: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    raised: Counter[str] = field(default_factory=Counter)
    told: dict[str, str] = field(default_factory=dict)
    updates: int = 0
    bytes: int = 0
    cpu: dict[str, float] = field(default_factory=lambda: {"updates": 0.0, "files": 0.0})
    """Seconds, for updates and for files."""
    rendered: int = 0
    slowest: list[tuple[float, float, str]] = field(default_factory=list)
    """Of each task: medians, CPU seconds, and the update."""
    slowest_files: dict[str, tuple[float, float]] = field(default_factory=dict)
    """By kind: median and longest CPU seconds."""
    memory: dict[int, list[int]] = field(default_factory=dict)
    """By process: KiB, after each house."""
    left: int = 0
    """Tasks that were not begun for want of time."""
    problems: list[str] = field(default_factory=list)

    def add(self, counts: Counts | FileCounts, findings: Findings) -> None:
        """One more task."""
        if isinstance(counts, Counts):
            self.add_updates(counts)
        else:
            self.add_files(counts)
        self.add_findings(findings)

    def add_updates(self, counts: Counts) -> None:
        """One more task of updates."""
        self.updates += counts.updates
        self.rendered += counts.rendered
        self.bytes += counts.bytes
        self.cpu["updates"] += counts.cpu
        self.tally.update(counts.tally)
        for ours, theirs in (
            (self.sources, counts.by_source),
            (self.checks, counts.checks),
            (self.buried, counts.buried),
        ):
            ours.update(theirs)
        self.parked.update(counts.parked)
        self.told.update(counts.cases)
        self.problems += counts.problems
        self.memory.setdefault(counts.process, []).extend(counts.memory)
        self.slowest.append((counts.slowest_ratio, *counts.slowest))

    def add_files(self, counts: FileCounts) -> None:
        """One more task of files."""
        self.files.update(counts.outcomes)
        self.cpu["files"] += counts.cpu
        self.told.update({name: repr(data) for name, data in counts.cases.items()})
        for kind, taken in counts.times.items():
            known = self.slowest_files.get(kind, (0.0, 0.0))
            self.slowest_files[kind] = (median(taken), max(known[1], *taken))

    def add_findings(self, findings: Findings) -> None:
        """What was raised in a task."""
        self.raised.update(findings.found)
        self.told.update(findings.told)

    @property
    def growth(self) -> float:
        """How much more memory processes needed at their end than when they had settled."""
        grown = [each[-1] / each[SETTLED - 1] for each in self.memory.values() if len(each) > SETTLED]
        return max(grown, default=1.0)

    def faults(self) -> list[str]:
        """Why the campaign failed; nothing where it did not."""
        found = [f"raised {number} times: {place}" for place, number in self.raised.items()]
        found += [
            f"parked as a failure: {what} ({number})"
            for what, number in self.parked.items()
            if what.startswith("failed")
        ]
        found += [f"buried: {what} ({number})" for what, number in self.buried.items()]
        found += [f"failed: {what} ({number})" for what, number in self.files.items() if what.endswith("FAILED")]
        found += self.problems
        found += [
            f"an update took {ratio:.0f} medians ({seconds:.2f} s): {what}"
            for ratio, seconds, what in self.slowest
            if ratio > SLOWEST
        ]
        found += [
            f"a {kind} took {longest:.1f} s"
            for kind, (_, longest) in self.slowest_files.items()
            if longest > SLOWEST_FILE_SECONDS
        ]
        if self.left:
            found.append(f"{self.left} tasks were not begun for want of time")
        if self.growth > GROWTH:
            found.append(f"memory grew to {self.growth:.2f} times")
        return found


def some_updates(stage: Path, folder: Path, updates: int, seed: int) -> tuple[Counts, Findings]:
    """One task of updates, in a process of its own."""
    findings = _listening()
    began = _cpu()
    gc.unfreeze()
    gc.collect()  # what is garbage now would stay for ever
    gc.freeze()
    gc.set_threshold(GARBAGE)
    counts = uvloop.run(attack(stage, folder / f"task-{seed}", updates=updates, seed=seed, findings=findings))
    counts.cpu = _cpu() - began
    return counts, _only_what_was_found(findings)


def some_files(files: int, seed: int) -> tuple[FileCounts, Findings]:
    """One task of files, in a process of its own."""
    findings = _listening()
    began = _cpu()
    counts = attack_files(files=files, seed=seed, findings=findings)
    counts.cpu = _cpu() - began
    return counts, _only_what_was_found(findings)


def _cpu() -> float:
    """Seconds of this process, all its threads, and of those it started and waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _listening() -> Findings:
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    findings = Findings()
    root.addHandler(findings)
    return findings


def _only_what_was_found(findings: Findings) -> Findings:
    """Without the lock, which no other process can have."""
    bare = Findings.__new__(Findings)
    bare.found, bare.told = findings.found, findings.told
    return bare
