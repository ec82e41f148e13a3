"""Agreement of jurors, their severity, items that tell little: computed in jobs, since they read a whole edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.i18n import known_language
from bot.reports.recipes import Recipe
from bot.roles.office.standing_facts import records_of_edition, rubric_of
from bot.roles.office.subject import Maker
from bot.talk import Desk, UnknownScript
from bot.views.office import standing_jurors as view
from bot.views.office.standing_jurors import FairLine, SeverityLine
from scoring.assessed import Assessed, agreement, assessed, is_share
from scoring.fair import Adjusted, Mark, adjust
from scoring.items import doubtful, items
from scoring.rubric import Rubric
from storage import assessors, editions, people
from storage.database import Unit
from storage.people import Person, Role

AGREEMENT, AGREEMENT_ITEMS = "standing.agreement", "standing.agreement_items"
FAIR, ITEMS = "standing.fair", "standing.items"

STAND_OUT = 2.0
"""A juror whose severity is more than so many standard errors away from the average is named."""
NAMED = 8
"""So many at most, those furthest away."""


@dataclass(frozen=True, slots=True)
class _Marks:
    rubric: Rubric
    marks: tuple[Assessed, ...]


def _agreement(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    if person.role is not Role.ORGANIZER:
        return None
    found, language = _marks(unit, desk, person), _language(person, desk)
    if found is None:
        return Recipe(view.nothing(language=language))
    _each, kinds = agreement(found.rubric, found.marks)
    names = kind_names(unit, desk, found.marks, language=language)
    return Recipe(view.agreement(kinds, names, language=language))


def _agreement_items(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    if person.role is not Role.ORGANIZER:
        return None
    found, language = _marks(unit, desk, person), _language(person, desk)
    if found is None:
        return Recipe(view.nothing(language=language))
    each, kinds = agreement(found.rubric, found.marks)
    chosen = [one.kind for one in kinds if one.kind]
    at = min(max(int(about["kind"]), 0), len(chosen) - 1)
    met = [one for one in each if one.kind == chosen[at] and one.pairs]
    met.sort(key=lambda one: (one.alpha.value is None, one.alpha.value or 0.0))
    names = kind_names(unit, desk, found.marks, language=language)
    labels = item_names(found.rubric, language=language)
    page = int(about["page"])
    return Recipe(view.agreement_items(met, labels, at, page, title=names[chosen[at]], language=language))


def _fair(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    if person.role is not Role.ORGANIZER:
        return None
    language = _language(person, desk)
    rubric = rubric_of(unit, desk, person.edition_id)
    adjusted = None if rubric is None else fair_of(unit, rubric, person.edition_id)
    if rubric is None or adjusted is None:
        return Recipe(view.nothing(language=language))
    names = {one.id: one.short_name for one in editions.participants(unit, person.edition_id)}
    lines = [
        FairLine(
            participant=int(str(one.participant)),
            name=names[int(str(one.participant))],
            raw=one.raw * rubric.scale,
            fair=None if one.value is None else one.value * rubric.scale,
            error=None if one.error is None else one.error * rubric.scale,
            reason=one.reason,
            part=one.part,
        )
        for one in adjusted.fair
    ]
    lines.sort(key=lambda line: (line.fair is None, -abs((line.fair or 0.0) - line.raw), line.name.casefold()))
    severities = _severities(unit, adjusted, person.edition_id, scale=rubric.scale)
    return Recipe(view.fair(lines, severities, adjusted.parts, int(about["page"]), language=language))


def _items(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    if person.role is not Role.ORGANIZER:
        return None
    found, language = _marks(unit, desk, person), _language(person, desk)
    if found is None:
        return Recipe(view.nothing(language=language))
    each, _kinds = agreement(found.rubric, found.marks)
    known = items(found.rubric, found.marks, each)
    names = kind_names(unit, desk, found.marks, language=language)
    labels = item_names(found.rubric, language=language)
    scarce = sum(not one.enough for one in known)
    page = int(about["page"])
    return Recipe(view.items(doubtful(known), labels, names, page, scarce=scarce, language=language))


def fair_of(unit: Unit, rubric: Rubric, edition_id: int) -> Adjusted | None:
    """Means of participants with the severity of jurors taken out; None where no report counts.

    Plain numbers are left out: they are no shares of what could be had.
    """
    jurors = assessors.jurors_of(unit, edition_id)
    marks = [
        Mark(int(one.participant), one.juror, (one.kind, one.criterion), one.contact, one.value)
        for one in assessed(rubric, records_of_edition(unit, edition_id), jurors=jurors)
        if is_share(rubric.criteria[one.criterion].worth)
    ]
    return adjust(marks) if marks else None


def kind_names(unit: Unit, desk: Desk, marks: tuple[Assessed, ...], *, language: str) -> Mapping[str, str]:
    """What kinds of contact are called: the titles of their scenarios."""
    names = {}
    for kind in {one.kind for one in marks}:
        try:
            names[kind] = desk.scripts.newest(unit, kind).title.in_language(language) or kind
        except UnknownScript:
            names[kind] = kind
    return names


def item_names(rubric: Rubric, *, language: str) -> Mapping[str, str]:
    """What items are called: the number and the label."""
    named = {name: one.label.in_language(language) for name, one in rubric.criteria.items()}
    return {name: name if label in {"", name} else f"{name} {label}" for name, label in named.items()}


def _marks(unit: Unit, desk: Desk, person: Person) -> _Marks | None:
    rubric = rubric_of(unit, desk, person.edition_id)
    if rubric is None:
        return None
    jurors = assessors.jurors_of(unit, person.edition_id)
    marks = tuple(assessed(rubric, records_of_edition(unit, person.edition_id), jurors=jurors))
    return _Marks(rubric, marks) if marks else None


def _severities(unit: Unit, adjusted: Adjusted, edition_id: int, *, scale: float) -> list[SeverityLine]:
    names = {one.id: one.name for one in people.people(unit, edition_id=edition_id, role=Role.JUROR)}
    told = [
        SeverityLine(names.get(int(str(one.juror)), f"#{one.juror}"), one.marks, one.value * scale, one.error * scale)
        for one in adjusted.severities
        if one.value is not None and one.error is not None and abs(one.value) > STAND_OUT * one.error
    ]
    return sorted(told, key=lambda one: -abs(one.value))[:NAMED]


def _language(person: Person, desk: Desk) -> str:
    return known_language(person.language or desk.language)


RECIPES: Mapping[str, Maker] = {
    AGREEMENT: _agreement,
    AGREEMENT_ITEMS: _agreement_items,
    FAIR: _fair,
    ITEMS: _items,
}
