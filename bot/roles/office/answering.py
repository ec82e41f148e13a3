"""From a question to what was found: which rows, within whose scope, over which days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.asking.listing import Item, Listed, Load
from bot.asking.names import Kind, Named
from bot.asking.question import Intent, Measure, Period, Question, spellings
from bot.asking.understanding import Lexicon
from storage import editions, matters, overview, people
from storage.assignments import State
from storage.overview import NOTHING, Dimension, Figures, PlannedContact
from storage.people import Role
from storage.planned import ACCEPTED_STAGES, ASKED_STAGES, DONE_STAGES, OPEN_STAGES, Stage, Wanted
from storage.scope import Scope
from storage.unit import Unit

AHEAD_DAYS = 7
"""Days of "next deadlines" where none are named."""

_MEASURED = {
    Measure.DONE: DONE_STAGES,
    Measure.PLANNED: frozenset(Stage),
    Measure.OFFERED: ASKED_STAGES,
    Measure.ACCEPTED: ACCEPTED_STAGES,
    Measure.APPROVED: frozenset({Stage.APPROVED}),
}
_STAGES = {
    Intent.NOT_SUBMITTED: OPEN_STAGES,
    Intent.SUBMITTED: DONE_STAGES,
    Intent.UNANSWERED: frozenset({Stage.OFFERED}),
    Intent.HOLES: frozenset({Stage.HOLE}),
    Intent.TO_REVIEW: frozenset({Stage.SENT}),
    Intent.RETURNED: frozenset({Stage.RETURNED}),
    Intent.DEADLINES: OPEN_STAGES,
}
_STATES = {Intent.DECLINED: (State.DECLINED,), Intent.EXPIRED: (State.EXPIRED,), Intent.VOID: (State.VOID,)}


def lexicon(unit: Unit, scope: Scope, *, today: date) -> Lexicon:
    """Everything that bears a name within a scope."""
    return Lexicon(
        today,
        (
            *(
                Named(Kind.PARTICIPANT, one.id, one.short_name, f"{one.name} {one.type}")
                for one in editions.participants(unit, scope.edition_id)
                if scope.sees(edition_id=one.edition_id, coordinator_id=one.coordinator_id)
            ),
            *(
                Named(Kind.JUROR, one.id, one.name)
                for one in people.people(unit, edition_id=scope.edition_id, role=Role.JUROR)
                if scope.sees(edition_id=one.edition_id, coordinator_id=one.coordinator_id)
            ),
            *(Named(Kind.WAVE, one.id, one.name) for one in editions.waves(unit, scope.edition_id)),
        ),
    )


def listed(unit: Unit, scope: Scope, question: Question, *, now: datetime, zone: ZoneInfo) -> Listed | None:
    """What was found. None where the question names something that is not within the scope."""
    place = None if question.participant_id is None else editions.participant(unit, question.participant_id)
    person = None if question.person_id is None else people.person(unit, question.person_id)
    wave = None if question.wave_id is None else editions.wave(unit, question.wave_id)
    for asked, found in ((question.participant_id, place), (question.person_id, person)):
        if asked is not None and (
            found is None or not scope.sees(edition_id=found.edition_id, coordinator_id=found.coordinator_id)
        ):
            return None
    if question.wave_id is not None and (wave is None or wave.edition_id != scope.edition_id):
        return None
    items = tuple(_items(unit, scope, question, now=now, zone=zone))
    return Listed(
        question,
        items,
        _figures(items),
        place="" if place is None else place.short_name,
        person="" if person is None else person.name,
        wave="" if wave is None else wave.name,
    )


def wanted_of(question: Question, *, now: datetime, zone: ZoneInfo) -> Wanted:
    """Which planned contacts a question is about."""
    since, until = _moments(question.period, zone)
    due: tuple[datetime | None, datetime | None] = (None, None)
    sent = due
    stages = _STAGES.get(question.intent, frozenset())
    late_only = question.intent is Intent.LATE
    match question.intent:
        case Intent.COUNT:
            measure = question.measure or Measure.DONE
            stages = _MEASURED[measure]
            is_sent = measure in {Measure.DONE, Measure.APPROVED}
            due, sent = ((None, None), (since, until)) if is_sent else ((since, until), (None, None))
        case Intent.SUBMITTED | Intent.DOUBTS | Intent.EVIDENCE:
            sent = (since, until)
        case Intent.NOT_SUBMITTED if question.period is None:
            late_only = True
        case Intent.DEADLINES if question.period is None:
            due = (now, now + timedelta(days=AHEAD_DAYS))
        case _:
            due = (since, until)
    return Wanted(
        mode=question.mode,
        wave_id=question.wave_id,
        voivodships=() if question.voivodship is None else spellings(question.voivodship),
        participant_id=question.participant_id,
        person_id=question.person_id,
        stages=stages,
        late_only=late_only,
        due_from=due[0],
        due_until=due[1],
        sent_from=sent[0],
        sent_until=sent[1],
    )


def _items(unit: Unit, scope: Scope, question: Question, *, now: datetime, zone: ZoneInfo) -> list[Item]:
    wanted = wanted_of(question, now=now, zone=zone)
    match question.intent:
        case (
            Intent.NOT_SUBMITTED
            | Intent.LATE
            | Intent.SUBMITTED
            | Intent.COUNT
            | Intent.PARTICIPANT
            | Intent.JUROR
            | Intent.UNANSWERED
            | Intent.HOLES
            | Intent.TO_REVIEW
            | Intent.RETURNED
            | Intent.DEADLINES
            | Intent.STATUS
        ):
            newest_first = question.intent in {Intent.SUBMITTED, Intent.COUNT} and wanted.stages <= DONE_STAGES
            return [*overview.planned_contacts(unit, scope, now=now, wanted=wanted, newest_first=newest_first)]
        case Intent.LACKING:
            return [*overview.lacking(unit, scope, least=question.number or 1, now=now, wanted=wanted)]
        case Intent.DECLINED | Intent.EXPIRED | Intent.VOID:
            since, until = _moments(question.period, zone)
            return [
                *matters.dropped(unit, scope, states=_STATES[question.intent], since=since, until=until, wanted=wanted)
            ]
        case Intent.DOUBTS:
            return [*matters.doubted(unit, scope, wanted=wanted)]
        case Intent.EVIDENCE:
            return [*matters.without_evidence(unit, scope, wanted=wanted)]
        case Intent.UNREACHABLE:
            return [*matters.unreachable(unit, scope)]
        case Intent.LOAD:
            return [*_loads(unit, scope, now=now)]
        case Intent.FORECAST | Intent.BROADCASTS | Intent.DISAGREEMENTS | Intent.QUERIES | Intent.PLAN | Intent.HELP:
            return []
    assert_never(question.intent)


def _loads(unit: Unit, scope: Scope, *, now: datetime) -> list[Load]:
    """Jurors who still take part, those with most first; those with nothing are there too."""
    by_person = overview.figures(unit, scope, now=now, by=(Dimension.PERSON,))
    every = [
        Load(one.id, one.name, by_person.get((one.id,), NOTHING))
        for one in people.people(unit, edition_id=scope.edition_id, role=Role.JUROR)
        if one.left_at is None and scope.sees(edition_id=one.edition_id, coordinator_id=one.coordinator_id)
    ]
    return sorted(every, key=lambda load: (-load.figures.planned, load.person))


def _figures(items: tuple[Item, ...]) -> Figures:
    stages: dict[Stage, int] = {}
    late = 0
    for item in items:
        if isinstance(item, PlannedContact):
            stages[item.stage] = stages.get(item.stage, 0) + 1
            late += item.is_late
    return Figures(stages, late)


def _moments(period: Period | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The first moment of a period and the one after its last."""
    if period is None:
        return None, None
    return (
        datetime.combine(period.since, time(), zone),
        datetime.combine(period.until + timedelta(days=1), time(), zone),
    )
