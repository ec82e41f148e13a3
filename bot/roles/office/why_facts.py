"""A participant's score in hand: its tree, the reports its answers stand in, and the files behind them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.roles.evidence_facts import belonging, facts_of
from bot.roles.office.compare_acts import Side, side_of
from bot.roles.scores import explained, rubric_of
from bot.talk import Desk
from bot.views.answers import answered
from bot.views.facts import EvidenceFact
from bot.views.office.why_answers import in_words
from bot.views.office.why_words import AnswerFact, ReportFact, WhyFacts
from bot.views.placeholders import fill
from scenarios.contact import Path
from scenarios.model import Mode, Step, StepType
from scoring.results import Explained, Read, Result
from scoring.rubric import Attribute, Criterion, Rubric
from scoring.sheets import as_sent, began_at, contact_of, letter_at, path_of
from scoring.why import opened
from storage import contacts, disagreements, evidence, queries, reviews
from storage.assignments import Assignment
from storage.database import Unit
from storage.editions import Participant
from storage.scope import Scope

Held = Callable[[Unit, Assignment], Collection[tuple[int, Path]]]
"""Contacts of a participant and paths in them at which another value holds than the juror's own."""


def _by_query(unit: Unit, task: Assignment) -> Collection[tuple[int, Path]]:
    return queries.decided(unit, task.edition_id, participant_id=task.participant_id)


def _by_disagreement(unit: Unit, task: Assignment) -> Collection[tuple[int, Path]]:
    return disagreements.decided(unit, task.edition_id, participant_id=task.participant_id)


HELD_BY: tuple[tuple[str, Held], ...] = (("query", _by_query), ("disagreement", _by_disagreement))
"""What may hold instead of the juror's own answer, by the code the view knows; the first that knows of it counts."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A score that was opened, with all that is needed to tell of its answers."""

    facts: WhyFacts
    rubric: Rubric
    explained: Explained
    sides: Mapping[int, Side]
    """The contacts, by id."""
    language: str
    zone: ZoneInfo


def open_score(
    unit: Unit, desk: Desk, place: Participant, *, scope: Scope, language: str, zone: ZoneInfo
) -> Opened | None:
    """The score of a participant, opened; None where there is none yet."""
    rubric = rubric_of(unit, desk, place.edition_id)
    found = None if rubric is None else explained(unit, desk, place.id)
    if rubric is None or found is None or not any(root.children or root.reads for root in found.roots):
        return None
    names = sorted(set(_records(found)))
    sides = {number: side for number in {contact_of(name) for name in names} if (side := side_of(unit, desk, number))}
    jurors = reviews.jurors_at(unit, place.id)
    reports = {name: _report(sides[contact_of(name)], jurors, scope) for name in names if contact_of(name) in sides}
    facts = WhyFacts(
        participant=place.id,
        place=place.short_name,
        rubric=rubric,
        tree=opened(found, version=rubric.version),
        unscored=found.unscored,
        reports=reports,
        questions=_questions(rubric, tuple(sides.values()), language=language, zone=zone),
    )
    return Opened(facts, rubric, found, sides, language, zone)


def answers_of(unit: Unit, score: Opened, one: Result) -> tuple[AnswerFact, ...]:
    """The answers a criterion looked at, each with the report it stands in and the files that show it."""
    criterion = score.rubric.criteria.get(one.name)
    return tuple(_answer(unit, score, read, () if criterion is None else criterion.evidence) for read in one.reads)


def _answer(unit: Unit, score: Opened, read: Read, shown_in: Sequence[str]) -> AnswerFact:
    side = score.sides.get(contact_of(read.record))
    report = score.facts.reports.get(read.record)
    step = None if side is None else side.scenario.steps_by_name.get(read.question)
    said = in_words(step, read.answer, language=score.language)
    if side is None or step is None:
        return AnswerFact(report, read.question, said)
    path = path_of(side.scenario, read.record, read.question)
    own, decided = _own(unit, score, side, path)
    is_other = bool(decided) and own != said
    return AnswerFact(
        report=report,
        question=_words(side, step, language=score.language, zone=score.zone, path=path),
        answer=said,
        round=_round(read.record),
        own=own if is_other else "",
        decided=decided if is_other else "",
        files=_files(unit, side, read.record, {read.question, *shown_in}),
        choices=_choices(step, score.language),
    )


def _own(unit: Unit, score: Opened, side: Side, path: Path) -> tuple[str, str]:
    """What the juror said, and by what else it is held, if anything; empty where the juror said nothing."""
    slot = side.way.slot(path)
    found = next((code for code, held in HELD_BY if (side.row.id, path) in held(unit, side.task)), "")
    if slot is None or not found:
        return "", ""
    given = as_sent(side.row.contact, contacts.revisions(unit, side.row.id)).answers.get(path)
    if given is None:
        return "", ""
    return answered(slot.step, given, side.scenario, language=score.language, zone=score.zone), found


def _choices(step: Step, language: str) -> dict[str, str]:
    if step.type is StepType.RANGE:  # the levels are numbers everybody reads
        return {}
    return {each.name: each.label.in_language(language) for each in step.choices}


def _files(unit: Unit, side: Side, record: str, questions: set[str]) -> tuple[EvidenceFact, ...]:
    known = [one for one in questions if one in side.scenario.steps_by_name]
    paths = {path_of(side.scenario, record, one) for one in known if _is_there(side, record, one)}
    rows = belonging(tuple(evidence.of_contact(unit, side.row.id)), side.way)
    return facts_of(tuple(row for row in rows if row.path in paths))


def _is_there(side: Side, record: str, question: str) -> bool:
    """Whether the question stands in that part of the contact: in a round of a repeat, or once."""
    return (side.scenario.sections_by_step[question].repeat is not None) == ("." in record)


def _report(side: Side, jurors: Sequence[int], scope: Scope) -> ReportFact:
    at = jurors.index(side.row.person_id) if side.row.person_id in jurors else len(jurors)
    return ReportFact(
        contact=side.row.id,
        letter=letter_at(at),
        mode=Mode(side.task.mode),
        made_at=began_at(side.row.contact, side.way),
        may_open=scope.sees(edition_id=side.task.edition_id, coordinator_id=side.task.coordinator_id),
    )


def _records(found: Explained) -> list[str]:
    """Names of the records an explained score speaks of."""
    names = [one.record for one in found.unscored]
    waiting = list(found.roots)
    while waiting:
        one = waiting.pop()
        names += [read.record for read in one.reads]
        waiting += one.children
    return names


def _questions(rubric: Rubric, sides: Sequence[Side], *, language: str, zone: ZoneInfo) -> dict[str, str]:
    """The words of each criterion's question, from the first contact that was asked it."""
    by_kind = {side.scenario.name: side for side in reversed(sides)}
    found = {}
    for criterion in rubric.criteria.values():
        side = next((by_kind[kind] for kind in _kinds(criterion, by_kind) if kind in by_kind), None)
        step = None if side is None else side.scenario.steps_by_name.get(criterion.reads)
        if side is not None and step is not None:
            found[criterion.name] = _words(side, step, language=language, zone=zone)
    return found


def _kinds(criterion: Criterion, by_kind: Mapping[str, Side]) -> Sequence[str]:
    wanted = criterion.where.attributes.get(Attribute.KIND)
    if wanted is not None:
        return sorted(wanted)
    return [kind for kind, side in by_kind.items() if criterion.reads in side.scenario.steps_by_name]


def _words(side: Side, step: Step, *, language: str, zone: ZoneInfo, path: Path | None = None) -> str:
    contact = side.row.contact
    day = contact.begun_at.date()
    return fill(step.label, contact, side.scenario, language=language, day=day, zone=zone, path=path)


def _round(record: str) -> int | None:
    number = record.partition(".")[2]
    return int(number) if number else None
