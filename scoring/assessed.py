"""Marks of single items as jurors gave them: what agreement, fairness and the quality of items are computed from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import assert_never

from scoring.agreement import Agreement, Level, Undefined, Weighting, alpha, weighted_kappa
from scoring.rubric import Attribute, Counted, Levels, Number, Rating, Rubric, StepTable, Worth
from scoring.table import Record
from scoring.worth import fits, worth_of

_DECIMALS = 9
"""Marks that differ by less are the same level."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a juror's contact was worth for a criterion, a fraction (or a plain number)."""

    participant: str
    kind: str
    contact: str
    juror: Hashable
    criterion: str
    value: float


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """How far jurors agree on one item: ``pairs`` of jurors, the share of pairs that gave it exactly the same."""

    kind: str
    criterion: str
    pairs: int
    same: float | None
    kappa: Agreement
    alpha: Agreement
    level: Level


@dataclass(frozen=True, slots=True)
class KindAgreement:
    """How far jurors agree in one kind of contact, or in all of them (``kind`` empty).

    ``alpha`` is over all marks together, as interval data, each less the mean of its item: otherwise easy and hard
    items would pass for agreement; plain numbers, which have no common scale, stay out. ``kappa`` is the mean of the
    items' kappas, each weighing as many as its pairs, since items with different levels share no table.
    """

    kind: str
    items: int
    pairs: int
    same: float | None
    kappa: float | None
    alpha: Agreement


def assessed(
    rubric: Rubric, records: Iterable[Record], *, jurors: Mapping[str, Hashable] | None = None
) -> Iterator[Assessed]:
    """Every mark of the records. ``jurors``: who made a contact, by its name; without, the record's group at its unit.

    Not applicable, not checked and unknown answers are no marks. Rounds of a contact are marks of that contact.
    """
    by_kind: dict[str, list[str]] = {}
    for record in records:
        contact = record.name.partition(".")[0]
        juror = (record.unit, record.group) if jurors is None else jurors.get(contact)
        if juror is None:
            continue
        names = by_kind.get(record.kind)
        if names is None:
            names = by_kind[record.kind] = [
                name
                for name, criterion in rubric.criteria.items()
                if record.kind in criterion.where.attributes.get(Attribute.KIND, (record.kind,))
            ]
        for name in names:
            criterion = rubric.criteria[name]
            if not fits(criterion.where, record):
                continue
            value = worth_of(criterion, rubric.words, record.answers.get(criterion.reads))
            if isinstance(value, float):
                yield Assessed(record.unit, record.kind, contact, juror, name, value)


def levels_of(worth: Worth) -> tuple[float, ...] | None:
    """All marks the item can give, lowest first; None: they are no fixed levels."""
    match worth:
        case Levels(by_word):
            values = {value for value in by_word.values() if value is not None}
        case Rating(lowest, highest):
            values = {(level - lowest) / (highest - lowest) for level in range(lowest, highest + 1)}
        case StepTable(edges, beyond):
            values = {*(fraction for _edge, fraction in edges), beyond}
        case Counted(of):
            if of is None:
                return None
            values = {found / of for found in range(of + 1)}
        case Number():
            return None
        case _:
            assert_never(worth)
    return tuple(sorted(values))


def measured(worth: Worth) -> Level:
    """What may be done with the item's marks: two levels are just different, counts and numbers have distances."""
    levels = levels_of(worth)
    if levels is not None and len(levels) <= 2:  # noqa: PLR2004 - two
        return Level.NOMINAL
    return Level.INTERVAL if isinstance(worth, Counted | Number) else Level.ORDINAL


def is_share(worth: Worth) -> bool:
    """Whether its marks are shares of what could be had; otherwise they are plain numbers."""
    return not isinstance(worth, Number) or None not in {worth.lowest, worth.highest}


def agreement(rubric: Rubric, marks: Iterable[Assessed]) -> tuple[tuple[ItemAgreement, ...], tuple[KindAgreement, ...]]:
    """By item, and by kind of contact with all of them together last.

    Two jurors assessed the same where both made a contact of the same kind with the same participant; of several
    contacts of one juror there the first counts. They were there at different times, so some of the difference is
    the participant's own.
    """
    units: dict[tuple[str, str], dict[str, dict[Hashable, float]]] = {}
    for mark in marks:
        given = units.setdefault((mark.kind, mark.criterion), {}).setdefault(mark.participant, {})
        given.setdefault(mark.juror, mark.value)
    items = []
    by_kind: dict[str, list[list[float]]] = {}
    order = {name: place for place, name in enumerate(rubric.criteria)}
    for (kind, name), participants in sorted(units.items(), key=lambda each: (each[0][0], order[each[0][1]])):
        both = [list(given.values()) for given in participants.values() if len(given) > 1]
        items.append(_item(rubric, kind, name, both))
        by_kind.setdefault(kind, []).extend(_centred(both) if is_share(rubric.criteria[name].worth) else [])
    kinds = [_kind(kind, [item for item in items if item.kind == kind], both) for kind, both in by_kind.items()]
    if len(kinds) > 1:
        kinds.append(_kind("", items, [unit for both in by_kind.values() for unit in both]))
    return tuple(items), tuple(kinds)


def _item(rubric: Rubric, kind: str, name: str, both: list[list[float]]) -> ItemAgreement:
    worth = rubric.criteria[name].worth
    level, levels = measured(worth), levels_of(worth)
    pairs = [(_label(first), _label(second)) for values in both for first, second in combinations(values, 2)]
    if levels is None:
        kappa = Agreement(None, len(pairs), Undefined.NO_LEVELS)
    else:
        labels = [_label(value) for value in levels]
        kappa = weighted_kappa(pairs, labels, weighting=Weighting.QUADRATIC, exchangeable=True)
    found = alpha([[round(value, _DECIMALS) for value in values] for values in both], level=level)
    return ItemAgreement(kind, name, len(pairs), _same(pairs), kappa, found, level)


def _kind(kind: str, items: list[ItemAgreement], both: list[list[float]]) -> KindAgreement:
    pairs = sum(item.pairs for item in items)
    told = [(item.kappa.value, item.pairs) for item in items if item.kappa.value is not None]
    weight = sum(count for _value, count in told)
    kappa = sum(value * count for value, count in told) / weight if weight else None
    same = sum((item.same or 0.0) * item.pairs for item in items) / pairs if pairs else None
    return KindAgreement(kind, len(items), pairs, same, kappa, alpha(both, level=Level.INTERVAL))


def _centred(both: list[list[float]]) -> list[list[float]]:
    every = [value for values in both for value in values]
    mean = sum(every) / len(every) if every else 0.0
    return [[round(value - mean, _DECIMALS) + 0.0 for value in values] for values in both]


def _same(pairs: list[tuple[str, str]]) -> float | None:
    return sum(first == second for first, second in pairs) / len(pairs) if pairs else None


def _label(value: float) -> str:
    return repr(round(value, _DECIMALS))
