"""What scoring gives back: a tree of results that says where every number comes from, and plain rows."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.model import Text
from scoring.rubric import Absent, Take


@dataclass(frozen=True, slots=True)
class Read:
    """An answer that was looked at. ``answer`` None: there was no row."""

    record: str
    question: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """One node or criterion, for one unit or a part of it."""

    name: str
    """Of the node or criterion; empty for a node that has none."""
    label: Text
    take: Take | None
    """None: a criterion."""
    value: float | None
    """A fraction 0 to 1 (or a plain number); None: ``absent`` says why."""
    absent: Absent | None = None
    earned: float = 0.0
    possible: float = 0.0
    """Points below, of criteria that count."""
    not_checked: float = 0.0
    """Points below that were not checked."""
    share: float | None = None
    """With which weight (0 to 1, after sharing out) the node above counted it; None: it did not."""
    of: str = ""
    """The value of the attribute it was computed for, e.g. a record's name or a service."""
    capped: bool = False
    critical: tuple[str, ...] = ()
    """Critical criteria below that failed."""
    needs: int = 1
    """So many children must have a value."""
    children: tuple[Result, ...] = ()
    reads: tuple[Read, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One row of the output. ``value`` is in the rubric's scale; None: not enough data."""

    unit: str
    node: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Unscored:
    """A record that was left out, and why."""

    record: str
    reason: Absent
    share: float
    """Of its possible points that were not checked."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything about one unit."""

    unit: str
    roots: tuple[Result, ...]
    scores: tuple[Score, ...]
    unscored: tuple[Unscored, ...] = ()
