"""The rules of the licence as values: thresholds, evidence that is needed, items that block, distinctions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
