"""A rubric as frozen values: criteria that read answers, and a tree of nodes that combine them.

Values of criteria and nodes are fractions of what could be had, 0 to 1, unless a criterion reads a plain number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scenarios.model import Text
from scoring.award_rules import AwardRules

SPEC_VERSION = 1
"""The rubric format this code reads."""


class Attribute(StrEnum):
    """A column of the table that says something about a whole record."""

    RECORD = "record"
    KIND = "kind"
    GROUP = "group"
    LEVEL = "level"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are looked at: each attribute, and each question's answer, is one of the words given."""

    attributes: Mapping[Attribute, frozenset[str]] = field(default_factory=dict)
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)


# From an answer to a mark -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Levels:
    """Words and the fraction each is worth; None: the answer leaves the base. ``{"yes": 1, "no": 0}``."""

    worth: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Rating:
    """A level between two: ``(x - lowest) / (highest - lowest)`` (SKR's 100/75/50/25/0 for 1 to 5)."""

    lowest: int = 1
    highest: int = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of ``of``: ``min(n, of) / of``. Without ``of`` the answer says it, as ``3/6``."""

    of: int | None = None


@dataclass(frozen=True, slots=True)
class StepTable:
    """A number against edges: the fraction of the first edge that is not below it; past the last, ``beyond``."""

    edges: tuple[tuple[float, float], ...]
    beyond: float = 0.0


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is, or stretched between ``lowest`` and ``highest``."""

    lowest: float | None = None
    highest: float | None = None


Worth = Levels | Rating | Counted | StepTable | Number


@dataclass(frozen=True, slots=True)
class Criterion:
    """One item: which answer it reads, what the answer is worth, and what it belongs to."""

    name: str
    label: Text
    reads: str
    """The question of the table; for our scenarios the name of a step."""
    worth: Worth
    line: int
    points: float = 1.0
    where: Filter = Filter()
    """Records the question belongs to, e.g. those of one scenario."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """What it is selected by: ``{"dimension": "K"}``."""
    critical: frozenset[str] = frozenset()
    """Answers that make it fail as a critical item."""
    evidence: tuple[str, ...] = ()
    """Questions whose files show it."""
    observed_in: tuple[str, ...] = ()
    """Questions whose free text tells of it: what the rater may be given."""


# The tree -----------------------------------------------------------------------------------------------------------


class Take(StrEnum):
    """How a node combines what is below it."""

    POINTS = "points"
    """Sum of points earned over the sum of points possible."""
    MEAN = "mean"
    WEIGHTED_MEAN = "weighted_mean"
    SHARE = "share"
    """Share of the children that are worth all they can be (share of yes)."""
    MIN = "min"
    MAX = "max"
    ANY = "any"
    """1 where one child is worth all it can be, otherwise 0."""
    FIRST = "first"
    """The first child that has a value."""


class Across(StrEnum):
    """How answers of several records to one question become one, where a node reads criteria of several records."""

    ONE = "one"
    """There must be one record; more are a mistake in the table."""
    MAX = "max"
    MIN = "min"
    MEAN = "mean"


class Absent(StrEnum):
    """Why there is no value."""

    NOT_APPLICABLE = "not_applicable"
    """"Nie dotyczy"."""
    NOT_CHECKED = "not_checked"
    """"Nie sprawdzono"."""
    UNANSWERED = "unanswered"
    """No row, or no record it could stand in."""
    TOO_FEW = "too_few"
    """Fewer values below than the node needs: "za mało danych"."""
    MUCH_NOT_CHECKED = "much_not_checked"
    """More of the report was not checked than may be: it goes back."""
    UNKNOWN = "unknown"
    """An answer the rubric has no worth for; reported, never guessed."""


class IfAbsent(StrEnum):
    """What becomes of a node when something below has no value."""

    LEAVE = "leave"
    """It leaves the base: weights are shared out among the others."""
    ZERO = "zero"
    """It counts as nothing earned."""
    VOID = "void"
    """The node has no value either."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Criteria chosen by name or by tags; both: those of the names that have the tags."""

    names: tuple[str, ...] = ()
    tags: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """One aggregation. It has either ``children`` (nodes and names of criteria), ``items`` or ``each`` + one child."""

    name: str
    """What the output calls it; empty: it is not in the output."""
    label: Text
    take: Take
    line: int
    children: tuple[Node | str, ...] = ()
    items: Selection | None = None
    each: Attribute | None = None
    """The single child is computed once for each value of the attribute among the records looked at."""
    across: Across = Across.ONE
    where: Filter = Filter()
    weight: float | None = None
    """Its weight in a weighted mean above it."""
    needs: int = 1
    """So many children must have a value."""
    if_absent: Mapping[Absent, IfAbsent] = field(default_factory=dict)
    """By the reason; ``LEAVE`` where none is given."""
    renormalise: bool = True
    """Whether weights of what left the base are shared out among the others; otherwise they are lost."""
    critical_cap: float | None = None
    """At most this much where a critical criterion below failed."""


@dataclass(frozen=True, slots=True)
class RecordRule:
    """What a record must hold to be scored at all."""

    where: Filter = Filter()
    not_checked_at_most: float = 1.0
    """Share of its possible points that may be "not checked"; above, the record is left out and goes back."""


@dataclass(frozen=True, slots=True)
class Words:
    """How the table writes what is no answer."""

    not_applicable: frozenset[str] = frozenset()
    not_checked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rubric:
    """One way of scoring, as published. ``version`` is the SHA-256 of its source."""

    name: str
    version: str
    title: Text
    languages: tuple[str, ...]
    scale: float
    """What a whole value is shown as: 100 for percents, 1 for plain numbers."""
    words: Words
    criteria: Mapping[str, Criterion]
    roots: tuple[Node, ...]
    records: tuple[RecordRule, ...] = ()
    scenarios: tuple[str, ...] = ()
    """Scenarios whose steps its criteria read; empty where it is about other tables."""
    tags: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    """Labels of the tags: ``{"dimension": {"K": …}}``."""
    award: AwardRules | None = None
