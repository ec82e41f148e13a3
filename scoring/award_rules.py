"""The rules of the licence as values: thresholds, evidence that is needed, items that block, distinctions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Jury(StrEnum):
    """When the jury has to vote before anything is decided."""

    ALWAYS = "always"
    BLOCKED_ONLY = "blocked_only"
    """Only where critical items block; otherwise an organizer may confirm the proposal in own words."""


class Tie(StrEnum):
    """What as many votes for as against mean."""

    REFUSE = "refuse"
    """The licence is not granted: it needs more votes for than against."""
    AGAIN = "again"
    """Nothing is decided; the organizers open the vote again."""


class Counts(StrEnum):
    """What is counted as one failed critical item."""

    ITEMS = "items"
    """An item counts once, in however many reports it failed: a barrier seen twice is one barrier."""
    REPORTS = "reports"
    """An item counts in each report it failed in."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What must have been done at a participant: ``least`` records of a level (a mode), ``by`` so many jurors."""

    level: str
    least: int
    by: int = 1
    different: str = ""
    """A question whose answers must differ, e.g. ``@hour``: calls at different hours."""


@dataclass(frozen=True, slots=True)
class AwardRules:
    """Everything the proposal follows from. Thresholds are in the rubric's scale (0 to 100), by the node's name."""

    total: str
    """The node that is the final score."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    critical_block: int = 2
    """So many failed critical items block until the jury decides."""
    blocking: frozenset[str] = frozenset()
    """Criteria of which a single failure blocks."""
    best_of_type: tuple[str, ...] = ()
    """Nodes in which the best of each participant type is distinguished."""
    best_of_all: tuple[str, ...] = ()
    """Nodes in which the best of the whole edition is distinguished."""
    quorum: float = 0.5
    """Share of the members entitled to vote who must have voted."""
    distinction_at_least: float = 0.0
    """Below this nobody is distinguished."""
    distinction_among: int = 1
    """Among fewer participants nobody is distinguished: the best of one is no best."""
    critical_counts: Counts = Counts.ITEMS
    jury: Jury = Jury.ALWAYS
    tie: Tie = Tie.REFUSE
