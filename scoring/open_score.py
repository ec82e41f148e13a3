"""What a participant needs to compute its own score: its answers without anything that points at a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scoring.results import Score
from scoring.rubric import Filter, Node, Rubric
from scoring.table import Record

LEAST_DIGITS = 3


def questions_of(rubric: Rubric) -> frozenset[str]:
    """Every question the rubric looks at: what its criteria read, and what its filters ask."""
    filters = [criterion.where for criterion in rubric.criteria.values()] + [rule.where for rule in rubric.records]
    filters += [node.where for root in rubric.roots for node in _nodes(root)]
    return frozenset(one.reads for one in rubric.criteria.values()) | _asked(filters)


def public_records(rubric: Rubric, records: Sequence[Record], *, unit: str) -> tuple[Record, ...]:
    """The records as a participant may have them, numbered anew in the order in which they are scored.

    In them is only what the rubric looks at: hours and days where it scores by them, texts never.
    """
    wanted = questions_of(rubric)
    bases = sorted({_base(record.name) for record in records})
    digits = max(LEAST_DIGITS, len(str(len(bases))))
    numbers = {base: f"{at:0{digits}d}" for at, base in enumerate(bases, 1)}
    return tuple(
        replace(
            record,
            unit=unit,
            name=numbers[_base(record.name)] + record.name[len(_base(record.name)) :],
            answers={question: answer for question, answer in record.answers.items() if question in wanted},
        )
        for record in sorted(records, key=lambda record: record.name)
    )


def public_scores(scores: Iterable[Score], *, before: str, unit: str) -> tuple[Score, ...]:
    """The scores under the participant's public name, those of its parts (``unit|part``) too."""
    return tuple(replace(score, unit=unit + score.unit.removeprefix(before)) for score in scores)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        if isinstance(child, Node):
            yield from _nodes(child)


def _asked(filters: Iterable[Filter]) -> frozenset[str]:
    return frozenset(question for one in filters for question in one.answers)


def _base(name: str) -> str:
    """The contact's part of a record's name: ``123`` of ``123.2``."""
    return name.partition(".")[0]
