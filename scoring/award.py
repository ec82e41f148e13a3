"""What is proposed about a licence and why: thresholds, evidence, critical items, and what would have to change.

The order of the verdicts is a rule: with too little evidence nothing is proposed; a missed threshold is a proposal to
refuse; critical items block what would otherwise be granted. Critical items are looked for in every report that counts,
also in one that is not scored because too much of it was not checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scenarios.model import Text
from scoring.award_rules import AwardRules, Counts, Evidence
from scoring.results import Explained, Result
from scoring.rubric import Attribute, Criterion, Filter, Node, Rubric
from scoring.standing import shown
from scoring.table import Record

COSTLY_SHOWN = 5
"""So many criteria are named that cost most under a heading that misses its threshold."""

CLOSE = 1e-9
"""Scores nearer than this are equal: sums of fractions are not exact."""


class Verdict(StrEnum):
    """What the rules propose."""

    GRANT = "grant"
    REFUSE = "refuse"
    BLOCKED = "blocked"
    """Everything is reached, but critical items failed: only the jury can grant it."""
    TOO_LITTLE = "too_little"


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a node must reach. ``value`` None: not enough data."""

    node: str
    label: Text
    value: float | None
    required: float

    @property
    def is_met(self) -> bool:
        """Whether it is reached."""
        return self.value is not None and self.value >= self.required - CLOSE


@dataclass(frozen=True, slots=True)
class Gathered:
    """Evidence of a level as it is: so many reports, by so many jurors, with so many different answers."""

    wanted: Evidence
    reports: int
    jurors: int
    differing: int

    @property
    def more_jurors(self) -> int:
        """So many other jurors have to do it yet."""
        return max(0, self.wanted.by - self.jurors) if self.wanted.by > 1 else 0

    @property
    def more_differing(self) -> int:
        """So many have to give another answer yet, e.g. be made at another hour."""
        return max(0, self.wanted.least - self.differing) if self.wanted.different else 0

    @property
    def more(self) -> int:
        """So many contacts are missing at least."""
        return max(self.wanted.least - self.reports, self.more_jurors, self.more_differing, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A critical criterion that failed, and in which records."""

    criterion: str
    label: Text
    records: tuple[str, ...]
    blocks_alone: bool


@dataclass(frozen=True, slots=True)
class Costly:
    """A criterion that cost points under a heading."""

    criterion: str
    label: Text
    lost: float
    """In the rubric's scale: how much higher the heading would be had it been perfect."""


@dataclass(frozen=True, slots=True)
class RaiseScore:
    """A heading has to rise to its threshold; what cost most there."""

    threshold: Threshold
    costly: tuple[Costly, ...]


@dataclass(frozen=True, slots=True)
class GatherEvidence:
    """Contacts that are missing."""

    gathered: Gathered


@dataclass(frozen=True, slots=True)
class ScoreNode:
    """A heading has no score yet."""

    threshold: Threshold


@dataclass(frozen=True, slots=True)
class CheckReports:
    """Reports that are not scored, since too much of them was not checked."""

    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApproveReports:
    """Reports nobody has approved yet: the figures may move."""

    count: int


@dataclass(frozen=True, slots=True)
class AskJury:
    """Critical items that only the jury can look past."""

    failures: tuple[Failure, ...]


Change = RaiseScore | GatherEvidence | ScoreNode | CheckReports | ApproveReports | AskJury
"""Something that would have to change."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rules say about one participant, with everything it follows from."""

    verdict: Verdict
    total: float | None
    total_node: str = ""
    thresholds: tuple[Threshold, ...] = ()
    evidence: tuple[Gathered, ...] = ()
    failures: tuple[Failure, ...] = ()
    blocks: bool = False
    """Whether the critical failures block, whatever the verdict."""
    unscored: tuple[str, ...] = ()
    """Records that are not scored, since too much of them was not checked."""
    not_approved: int = 0
    costly: Mapping[str, tuple[Costly, ...]] | None = None
    """By the node of a threshold that is missed; None: the tree was not looked at."""

    @property
    def would_change(self) -> tuple[Change, ...]:
        """What would have to change for a grant, in the order in which to begin."""
        costly = self.costly or {}
        changes: list[Change] = [GatherEvidence(each) for each in self.evidence if each.more]
        if self.unscored:
            changes.append(CheckReports(self.unscored))
        if self.not_approved:
            changes.append(ApproveReports(self.not_approved))
        missed = [each for each in self.thresholds if not each.is_met]
        changes += [ScoreNode(each) for each in missed if each.value is None]
        changes += [RaiseScore(each, costly.get(each.node, ())) for each in missed if each.value is not None]
        if self.blocks:
            changes.append(AskJury(self.failures))
        return tuple(changes)


def propose(
    rules: AwardRules,
    rubric: Rubric,
    *,
    scores: Mapping[str, float | None],
    records: Sequence[Record],
    unscored: Collection[str] = (),
    not_approved: int = 0,
    explained: Explained | None = None,
) -> Proposal:
    """What the rules propose. ``scores`` by node, in the rubric's scale; ``explained`` only adds what cost most."""
    labels = {node.name: node.label for root in rubric.roots for node in _nodes(root)}
    thresholds = tuple(
        Threshold(node, labels.get(node, Text({})), scores.get(node), required)
        for node, required in rules.thresholds.items()
    )
    evidence = tuple(_gathered(each, records, unscored) for each in rules.evidence)
    failures = _failures(rules, rubric, records)
    blocks = _blocks(rules, failures)
    total = scores.get(rules.total)
    return Proposal(
        verdict=_verdict(total, thresholds, evidence, blocks=blocks),
        total=total,
        total_node=rules.total,
        thresholds=thresholds,
        evidence=evidence,
        failures=failures,
        blocks=blocks,
        unscored=tuple(sorted(unscored)),
        not_approved=not_approved,
        costly=None if explained is None else _costs(rubric, explained, thresholds),
    )


def _verdict(
    total: float | None, thresholds: Sequence[Threshold], evidence: Sequence[Gathered], *, blocks: bool
) -> Verdict:
    if total is None or any(each.value is None for each in thresholds) or any(each.more for each in evidence):
        return Verdict.TOO_LITTLE
    if not all(each.is_met for each in thresholds):
        return Verdict.REFUSE
    return Verdict.BLOCKED if blocks else Verdict.GRANT


# Evidence -----------------------------------------------------------------------------------------------------------


def _gathered(wanted: Evidence, records: Sequence[Record], unscored: Collection[str]) -> Gathered:
    """Counted in contacts: the rounds of a repeat (``123.1``, ``123.2``) are one. One not scored is no evidence."""
    there = [record for record in records if record.level == wanted.level and record.name not in unscored]
    answers = {record.answers[wanted.different] for record in there if wanted.different in record.answers}
    return Gathered(
        wanted=wanted,
        reports=len({record.name.partition(".")[0] for record in there}),
        jurors=len({record.group for record in there}),
        differing=len(answers),
    )


# Critical items -----------------------------------------------------------------------------------------------------


def _failures(rules: AwardRules, rubric: Rubric, records: Sequence[Record]) -> tuple[Failure, ...]:
    found: dict[str, list[str]] = defaultdict(list)
    critical = [criterion for criterion in rubric.criteria.values() if criterion.critical]
    for criterion in critical:
        for record in records:
            if _is_about(criterion.where, record) and record.answers.get(criterion.reads) in criterion.critical:
                found[criterion.name].append(record.name)
    return tuple(_failure(rules, criterion, found[criterion.name]) for criterion in critical if criterion.name in found)


def _failure(rules: AwardRules, criterion: Criterion, records: Sequence[str]) -> Failure:
    return Failure(criterion.name, criterion.label, tuple(records), criterion.name in rules.blocking)


def _blocks(rules: AwardRules, failures: Sequence[Failure]) -> bool:
    count = len(failures) if rules.critical_counts is Counts.ITEMS else sum(len(each.records) for each in failures)
    return any(each.blocks_alone for each in failures) or 0 < rules.critical_block <= count


def _is_about(where: Filter, record: Record) -> bool:
    attributes = {
        Attribute.RECORD: record.name,
        Attribute.KIND: record.kind,
        Attribute.GROUP: record.group,
        Attribute.LEVEL: record.level,
        Attribute.TYPE: record.type,
    }
    if any(attributes[attribute] not in words for attribute, words in where.attributes.items()):
        return False
    return all(record.answers.get(question) in words for question, words in where.answers.items())


# What cost most -----------------------------------------------------------------------------------------------------


def _costs(rubric: Rubric, explained: Explained, thresholds: Sequence[Threshold]) -> Mapping[str, tuple[Costly, ...]]:
    results = {result.name: result for root in reversed(explained.roots) for result in _results(root)}
    missed = [each.node for each in thresholds if not each.is_met and each.node in results]
    return {node: _cost(rubric, results[node]) for node in missed}


def _cost(rubric: Rubric, heading: Result) -> tuple[Costly, ...]:
    lost: dict[str, float] = defaultdict(float)
    labels: dict[str, Text] = {}
    for leaf, share in _leaves(heading, 1.0):
        lost[leaf.name] += share * max(0.0, 1.0 - (leaf.value or 0.0)) * rubric.scale
        labels[leaf.name] = leaf.label
    ranked = sorted(((cost, name) for name, cost in lost.items() if cost > CLOSE), key=lambda each: (-each[0], each[1]))
    return tuple(Costly(name, labels[name], cost) for cost, name in ranked[:COSTLY_SHOWN])


def _leaves(result: Result, share: float) -> Iterator[tuple[Result, float]]:
    """The criteria below that counted, each with its share in the whole."""
    if result.take is None:
        yield result, share
    for child in result.children:
        if child.share:
            yield from _leaves(child, share * child.share)


def _results(result: Result) -> Iterator[Result]:
    yield result
    for child in result.children:
        yield from _results(child)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        if isinstance(child, Node):
            yield from _nodes(child)


# Distinctions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entrant:
    """Who may be distinguished: a participant that has the licence."""

    unit: str
    type: str
    scores: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Distinction:
    """The best in a node, of a type or (``type`` empty) of all. Several units share it."""

    node: str
    label: Text
    type: str
    value: float
    units: tuple[str, ...]
    among: int


def distinctions(rules: AwardRules, rubric: Rubric, entrants: Sequence[Entrant]) -> tuple[Distinction, ...]:
    """The best in each node the rules name; those shown as equal share it, too few or too low ones get none."""
    labels = {node.name: node.label for root in rubric.roots for node in _nodes(root)}
    types = sorted({entrant.type for entrant in entrants})
    groups = [(node, "", list(entrants)) for node in rules.best_of_all]
    groups += [
        (node, kind, [entrant for entrant in entrants if entrant.type == kind])
        for node in rules.best_of_type
        for kind in types
    ]
    found = []
    for node, kind, among in groups:
        best = _best(rules, node, among)
        if best is not None:
            value, units, count = best
            found.append(Distinction(node, labels.get(node, Text({})), kind, value, units, count))
    return tuple(found)


def _best(rules: AwardRules, node: str, among: Sequence[Entrant]) -> tuple[float, tuple[str, ...], int] | None:
    scored = [(value, each.unit) for each in among if (value := each.scores.get(node)) is not None]
    if len(scored) < rules.distinction_among or not scored:
        return None
    best = [(value, unit) for value, unit in scored if value >= rules.distinction_at_least - CLOSE]
    if not best:
        return None
    highest = shown(max(value for value, _ in best))
    return float(highest), tuple(unit for value, unit in best if shown(value) == highest), len(scored)
