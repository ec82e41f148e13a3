"""What the office asks, as a plain value: an intent with its slots; to and from JSON, and to and from a few integers.

Whatever understands a sentence (the grammar here, perhaps a model elsewhere) ends in a ``Question``; nothing else is
ever carried out. ``question_from_json`` refuses what is not one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from scenarios.folding import fold
from scenarios.model import Mode


class Intent(StrEnum):
    """What can be asked. The order is part of what buttons say: add at the end."""

    STATUS = "status"
    FORECAST = "forecast"
    NOT_SUBMITTED = "not_submitted"
    LATE = "late"
    SUBMITTED = "submitted"
    COUNT = "count"
    LACKING = "lacking"
    PARTICIPANT = "participant"
    JUROR = "juror"
    DECLINED = "declined"
    EXPIRED = "expired"
    UNANSWERED = "unanswered"
    HOLES = "holes"
    TO_REVIEW = "to_review"
    RETURNED = "returned"
    DOUBTS = "doubts"
    VOID = "void"
    EVIDENCE = "evidence"
    LOAD = "load"
    DEADLINES = "deadlines"
    UNREACHABLE = "unreachable"
    BROADCASTS = "broadcasts"
    DISAGREEMENTS = "disagreements"
    QUERIES = "queries"
    PLAN = "plan"
    HELP = "help"


class Measure(StrEnum):
    """Which contacts are counted."""

    DONE = "done"
    PLANNED = "planned"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    APPROVED = "approved"


class Act(StrEnum):
    """What is to be done with the answer."""

    SHOW = "show"
    REMIND = "remind"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both inclusive."""

    since: date
    until: date


VOIVODSHIPS = (
    "dolnośląskie",
    "kujawsko-pomorskie",
    "lubelskie",
    "lubuskie",
    "łódzkie",
    "małopolskie",
    "mazowieckie",
    "opolskie",
    "podkarpackie",
    "podlaskie",
    "pomorskie",
    "śląskie",
    "świętokrzyskie",
    "warmińsko-mazurskie",
    "wielkopolskie",
    "zachodniopomorskie",
)


def spellings(voivodship: str) -> tuple[str, ...]:
    """How a voivodship may stand in a table."""
    return (voivodship, voivodship.capitalize(), voivodship.upper(), voivodship.title())


def voivodship_index(text: str) -> int | None:
    """Which of ``VOIVODSHIPS`` a text of a table means."""
    folded = fold(text)
    return next((index for index, each in enumerate(VOIVODSHIPS) if fold(each) == folded), None)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. What is None was not said."""

    intent: Intent
    mode: Mode | None = None
    participant_id: int | None = None
    person_id: int | None = None
    wave_id: int | None = None
    voivodship: str | None = None
    number: int | None = None
    measure: Measure | None = None
    period: Period | None = None
    act: Act = Act.SHOW


def question_to_json(question: Question) -> dict[str, Any]:
    """JSON values that stand for the question."""
    period = question.period
    return {
        "intent": question.intent.value,
        "mode": None if question.mode is None else question.mode.value,
        "participant_id": question.participant_id,
        "person_id": question.person_id,
        "wave_id": question.wave_id,
        "voivodship": question.voivodship,
        "number": question.number,
        "measure": None if question.measure is None else question.measure.value,
        "period": None if period is None else [period.since.isoformat(), period.until.isoformat()],
        "act": question.act.value,
    }


def question_from_json(data: Mapping[str, Any]) -> Question:
    """The question those JSON values stand for. Raises ``ValueError`` for anything that is none."""
    unknown = set(data) - set(question_to_json(Question(Intent.HELP)))
    if unknown:
        raise ValueError(f"not part of a question: {sorted(unknown)}")
    voivodship = data.get("voivodship")
    if voivodship is not None and voivodship not in VOIVODSHIPS:
        raise ValueError(f"no such voivodship: {voivodship!r}")
    mode, measure = data.get("mode"), data.get("measure")
    return Question(
        Intent(str(data.get("intent"))),
        mode=None if mode is None else Mode(mode),
        participant_id=_id(data.get("participant_id")),
        person_id=_id(data.get("person_id")),
        wave_id=_id(data.get("wave_id")),
        voivodship=voivodship,
        number=_id(data.get("number")),
        measure=None if measure is None else Measure(measure),
        period=_period(data.get("period")),
        act=Act(data.get("act", Act.SHOW)),
    )


INTEGERS = 10
"""How many integers stand for a question."""

Numbers = tuple[int, int, int, int, int, int, int, int, int, int]

_INTENTS, _MODES, _MEASURES = list(Intent), list(Mode), list(Measure)


def question_to_numbers(question: Question) -> Numbers:
    """``INTEGERS`` small integers that stand for what is asked (not for what is to be done with the answer).

    0 stands for what was not said.
    """
    period = question.period
    return (
        _INTENTS.index(question.intent),
        0 if question.mode is None else _MODES.index(question.mode) + 1,
        question.participant_id or 0,
        question.person_id or 0,
        question.wave_id or 0,
        0 if question.voivodship is None else VOIVODSHIPS.index(question.voivodship) + 1,
        question.number or 0,
        0 if question.measure is None else _MEASURES.index(question.measure) + 1,
        0 if period is None else period.since.toordinal(),
        0 if period is None else (period.until - period.since).days,
    )


def question_from_numbers(numbers: Sequence[int]) -> Question | None:
    """What ``question_to_numbers`` was given; None for anything it never gives."""
    intent, mode, participant, person, wave, voivodship, number, measure, since, days = numbers
    try:
        start = None if not since else date.fromordinal(since)
        period = None if start is None else Period(start, date.fromordinal(since + days))
        return Question(
            _INTENTS[_within(intent, _INTENTS)],
            mode=None if not mode else _MODES[_within(mode - 1, _MODES)],
            participant_id=_id(participant or None),
            person_id=_id(person or None),
            wave_id=_id(wave or None),
            voivodship=None if not voivodship else VOIVODSHIPS[_within(voivodship - 1, VOIVODSHIPS)],
            number=_id(number or None),
            measure=None if not measure else _MEASURES[_within(measure - 1, _MEASURES)],
            period=None if period is None or period.until < period.since else period,
        )
    except (ValueError, OverflowError):
        return None


def _within(index: int, every: Sequence[object]) -> int:
    if not 0 <= index < len(every):
        raise ValueError(index)
    return index


def _id(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"not a number from 1: {value!r}")
    return value


def _period(value: object) -> Period | None:
    if value is None:
        return None
    match value:
        case [str(since), str(until)]:
            period = Period(date.fromisoformat(since), date.fromisoformat(until))
            if period.since <= period.until:
                return period
    raise ValueError(f"not two days in order: {value!r}")
