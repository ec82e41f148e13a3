"""Why a score is what it is, down to one photo, and the files from which anybody can compute it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.i18n import known_language
from bot.office_taps.why import OpenScore, Why, WhyFile, WhySummary, WhyTable
from bot.reports.recipes import Recipe
from bot.roles.office import seeing
from bot.roles.office.subject import Subject
from bot.roles.office.why_facts import Opened, answers_of, open_score
from bot.talk import Desk, Talk
from bot.views.office import why as views
from bot.views.office import why_files
from bot.views.office.why import FileFact
from bot.views.office.why_files import Told
from scoring.marks import score
from scoring.open_score import public_records, public_scores
from scoring.results import Score
from scoring.why import UNKNOWN, Spot
from storage import editions, rubrics, score_sheets
from storage.database import Unit
from storage.editions import Participant
from storage.people import Person
from storage.scope import scope_of

TABLE, PAGE, OPEN = "why.table", "why.page", "why.open"
SAME = 1e-9
"""How far two computations of one score may be apart."""


def show(talk: Talk, tap: Why) -> None:
    """A place of the tree. Where the numbers are others by now, the whole is shown again and it is said."""
    place = seeing.place(talk, tap.participant)
    if place is not None:
        _show(talk, place, tap.node, tap.page, tap.check)


def _show(talk: Talk, place: Participant, ordinal: int, page: int, check: int) -> None:
    found = _opened(talk, place)
    if found is None:
        talk.say(views.none_yet(place.id, place.short_name, language=talk.language))
        return
    spot = _spot(found, ordinal, check)
    if spot is None:
        lead = views.moved_on(language=talk.language)
        talk.say(views.node(found.facts, found.facts.tree.spots[0], 0, lead=lead, language=talk.language))
    elif spot.result is not None and spot.result.take is None:
        answers = answers_of(talk.unit, found, spot.result)
        talk.say(views.criterion(found.facts, spot, answers, page, language=talk.language, zone=talk.zone))
    else:
        talk.say(views.node(found.facts, spot, page, language=talk.language))


def _show_file(talk: Talk, tap: WhyFile) -> None:
    place = seeing.place(talk, tap.participant)
    if place is None:
        return
    found = _opened(talk, place)
    spot = None if found is None else _spot(found, tap.node, tap.check)
    if found is None or spot is None or spot.result is None:
        _show(talk, place, tap.node, 0, tap.check)
        return
    answers = answers_of(talk.unit, found, spot.result)
    answer = answers[tap.read] if 0 <= tap.read < len(answers) else None
    if answer is None or answer.report is None or not 0 <= tap.file < len(answer.files):
        _show(talk, place, tap.node, 0, tap.check)  # the file is gone: the answers as they are now
        return
    if not answer.report.may_open:
        seeing.refuse(talk)
        return
    talk.note("read_evidence", f"contact:{answer.report.contact}", page=tap.file)
    file = FileFact(answer.files[tap.file], tap.file + 1, len(answer.files), answer)
    talk.say(views.one_file(found.facts, spot, tap.read, file, language=talk.language, zone=talk.zone))


def _spot(found: Opened, ordinal: int, check: int) -> Spot | None:
    """The place a button means; None where it was drawn for another tree."""
    tree = found.facts.tree
    if check == UNKNOWN and ordinal == 0:
        return tree.at(0)
    return tree.at(ordinal) if check == tree.check else None


def _opened(talk: Talk, place: Participant) -> Opened | None:
    return open_score(talk.unit, talk.desk, place, scope=talk.scope, language=talk.language, zone=talk.zone)


# Files --------------------------------------------------------------------------------------------------------------


def _ask_table(talk: Talk, tap: WhyTable) -> None:
    _produce(talk, tap.participant, TABLE)


def _ask_page(talk: Talk, tap: WhySummary) -> None:
    _produce(talk, tap.participant, PAGE)


def _ask_open(talk: Talk, tap: OpenScore) -> None:
    _produce(talk, tap.participant, OPEN)


def _produce(talk: Talk, participant: int, what: str) -> None:
    place = seeing.place(talk, participant)
    if place is None:
        return
    if _opened(talk, place) is None:
        talk.say(views.none_yet(place.id, place.short_name, language=talk.language))
        return
    talk.note("score.exported", f"participant:{place.id}", file=what)
    talk.say(views.comes(place.short_name, language=talk.language))
    talk.produce(what, participant=place.id)


def _make_table(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    found = _for(unit, desk, person, about)
    if found is None:
        return None
    marks = found[1].facts.tree.marks()
    told = tuple(Told(mark, answers_of(unit, found[1], mark.result)) for mark in marks)
    return why_files.table(found[1].facts, told, language=_language(person, desk), zone=desk.zone)


def _make_page(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    found = _for(unit, desk, person, about)
    if found is None:
        return None
    edition = editions.edition(unit, person.edition_id)
    name = "" if edition is None else edition.name
    return why_files.summary(found[1].facts, edition=name, now=now, language=_language(person, desk), zone=desk.zone)


def _make_open(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    found = _for(unit, desk, person, about)
    if found is None:
        return None
    place, score_ = found
    rubric = score_.rubric
    source = rubrics.source(unit, rubric.version)
    if source is None:
        raise LookupError(f"the rubric {rubric.version} is not published")
    records = public_records(rubric, score_sheets.records_of(unit, place.id), unit=place.short_name)
    scores = public_scores(score_.explained.scores, before=score_.explained.unit, unit=place.short_name)
    again = score(rubric, place.short_name, records)
    if not _are_same(scores, again):
        raise ValueError(f"the open score of participant {place.id} does not give what was computed")
    return why_files.open_score(
        score_.facts, records, scores, source=source, now=now, language=_language(person, desk), zone=desk.zone
    )


def _for(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any]) -> tuple[Participant, Opened] | None:
    """The participant, if the person may see it, and its score."""
    place = editions.participant(unit, int(about["participant"]))
    scope = scope_of(person)
    if place is None or not scope.sees(edition_id=place.edition_id, coordinator_id=place.coordinator_id):
        return None
    found = open_score(unit, desk, place, scope=scope, language=_language(person, desk), zone=desk.zone)
    return None if found is None else (place, found)


def _are_same(these: tuple[Score, ...], those: tuple[Score, ...]) -> bool:
    """Whether two computations gave the same scores."""
    return len(these) == len(those) and all(
        (one.unit, one.node) == (other.unit, other.node) and _is_same(one.value, other.value)
        for one, other in zip(these, those, strict=True)
    )


def _is_same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) <= SAME * max(1.0, abs(one))


def _language(person: Person, desk: Desk) -> str:
    return known_language(person.language or desk.language)


SUBJECT = Subject(
    taps={Why: show, WhyFile: _show_file, WhyTable: _ask_table, WhySummary: _ask_page, OpenScore: _ask_open},
    recipes={TABLE: _make_table, PAGE: _make_page, OPEN: _make_open},
)
