"""What value a reply gives to a step, per step type: typed words, picked buttons, positions and taps become values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from zoneinfo import ZoneInfo

from scenarios.amounts import limits, read_amount, read_seconds, within
from scenarios.contact import Mark, Pick, Place, Position, Rejection, RejectionCode, Reply, Value, Words
from scenarios.folding import fold
from scenarios.model import Step, StepType
from scenarios.moments import read_date, read_datetime, read_time

MAX_TEXT_CHARS = 20_000
"""The longest text kept as an answer: a long letter pasted whole."""

YES = frozenset({"tak", "t", "yes", "y"})
NO = frozenset({"nie", "n", "no"})
UNDERSTOOD = YES | {"ok", "rozumiem", "understood", "i understand"}

_COORDINATES = re.compile(r"\s*(-?[0-9]{1,2}\.[0-9]+)[,;\s]\s*(-?[0-9]{1,3}\.[0-9]+)\s*")
_LEVEL = re.compile(r"(-?[0-9]+)(?: ?[-.:=)] ?| )(.+)")
_LIST_MARK = re.compile(r"[,;\n]")
_MAX_LATITUDE, _MAX_LONGITUDE = 90, 180


@dataclass(frozen=True, slots=True)
class Given:
    """The value a reply gives."""

    value: Value


@dataclass(frozen=True, slots=True)
class _Reading:
    """What typed words are read by."""

    step: Step
    now: datetime
    zone: ZoneInfo
    in_polish: bool
    key_size: int | None


def interpret(
    step: Step,
    reply: Reply,
    *,
    now: datetime,
    zone: ZoneInfo,
    key_size: int | None = None,
    contact_language: str | None = None,
) -> Given | Rejection:
    """The value ``reply`` gives to ``step``, or why it gives none. Nothing is guessed and nothing cut short.

    ``key_size`` is the number of elements of the answer key, for steps that count against it. A ``contact_language``
    other than Polish makes "3/12" and "1,250" ambiguous. The step's own constraint is not looked at.
    """
    reading = _Reading(step, now, zone, contact_language in {None, "pl"}, key_size)
    match reply:
        case Words(text):
            taken = _typed(text, reading)
        case Pick(name):
            taken = _picked(name, reading)
        case Mark():
            taken = _marked(reading)
        case Position(place) if step.type is StepType.GEOPOINT:
            taken = _place(place)
        case _:
            taken = expected(step)
    return taken if isinstance(taken, Rejection) else Given(taken)


def expected(step: Step) -> Rejection:
    """The refusal that says what kind of answer the step waits for."""
    match step.type:
        case StepType.IMAGE | StepType.FILE | StepType.AUDIO:
            return Rejection(RejectionCode.EXPECTED_FILE)
        case StepType.GEOPOINT:
            return Rejection(RejectionCode.EXPECTED_PLACE)
        case StepType.TEXT:
            return Rejection(RejectionCode.EXPECTED_TEXT)
        case StepType.INTEGER | StepType.DECIMAL:
            return Rejection(RejectionCode.NOT_A_NUMBER, limits(step.minimum, step.maximum))
        case StepType.DATE:
            return Rejection(RejectionCode.NOT_A_DATE, {"example": "3.12.2026"})
        case StepType.DATETIME:
            return Rejection(RejectionCode.NOT_A_DATE, {"example": "3.12.2026 14:05"})
        case StepType.TIME:
            return Rejection(RejectionCode.NOT_A_TIME, {"example": "14:05"})
        case StepType.TIMER:
            return Rejection(RejectionCode.NOT_A_DURATION, {"example": "5 min"})
        case _:
            return Rejection(RejectionCode.EXPECTED_BUTTON)


def _marked(reading: _Reading) -> Value | Rejection:
    match reading.step.type:
        case StepType.STAMP:
            return reading.now
        case StepType.ACKNOWLEDGE:
            return True
        case StepType.WAIT:
            return "came"
        case _:
            return expected(reading.step)


def _picked(name: str, reading: _Reading) -> Value | Rejection:
    """The value of a button: exactly one of the names the step offers, or a value as a picker writes it."""
    step = reading.step
    match step.type:
        case StepType.YES_NO:
            return {"yes": True, "no": False}.get(name, Rejection(RejectionCode.UNKNOWN_CHOICE))
        case StepType.SELECT_ONE:
            return name if step.choice(name) else Rejection(RejectionCode.UNKNOWN_CHOICE)
        case StepType.RANGE:
            return int(name) if step.choice(name) else Rejection(RejectionCode.UNKNOWN_CHOICE)
        case StepType.ACKNOWLEDGE if name == "yes":
            return True
        case StepType.INTEGER | StepType.DECIMAL | StepType.COUNT | StepType.DATE | StepType.TIME | StepType.DATETIME:
            return _typed(name, reading)
        case _:
            return expected(step)


def _typed(text: str, reading: _Reading) -> Value | Rejection:
    step, now, zone = reading.step, reading.now, reading.zone
    if not text.strip():
        return Rejection(RejectionCode.EMPTY)
    match step.type:
        case StepType.YES_NO:
            return _one_of(text, {True: YES, False: NO}, step)
        case StepType.ACKNOWLEDGE:
            return _one_of(text, {True: UNDERSTOOD | _button(step)}, step)
        case StepType.WAIT:
            return _one_of(text, {"came": _button(step)}, step)
        case StepType.SELECT_ONE | StepType.SELECT_MULTIPLE | StepType.RANGE:
            return _typed_choice(text, reading)
        case StepType.INTEGER | StepType.DECIMAL | StepType.COUNT:
            return _typed_number(text, reading)
        case StepType.TEXT:
            return read_text(text)
        case StepType.DATE:
            return read_date(text, now=now, zone=zone, day_first=reading.in_polish)
        case StepType.TIME:
            return read_time(text, now=now, zone=zone)
        case StepType.DATETIME:
            return read_datetime(text, now=now, zone=zone, day_first=reading.in_polish)
        case StepType.STAMP:
            return _typed_stamp(text, reading)
        case StepType.TIMER:
            return read_seconds(text, step)
        case StepType.GEOPOINT:
            return _typed_place(text)
        case _:
            return expected(step)


def _one_of(text: str, words: Mapping[Value, frozenset[str]], step: Step) -> Value | Rejection:
    """The value whose words were typed."""
    folded = fold(text)
    return next((value for value, known in words.items() if folded in known), expected(step))


def _button(step: Step) -> frozenset[str]:
    """What the step's single button says, folded, in every language."""
    return frozenset(fold(text) for text in step.button.by_language.values()) if step.button else frozenset()


def _typed_stamp(text: str, reading: _Reading) -> Value | Rejection:
    """The moment of a stamp: now where its button was typed, else the moment typed where the tap was forgotten."""
    if fold(text) in _button(reading.step):
        return reading.now
    taken = read_datetime(text, now=reading.now, zone=reading.zone, day_first=reading.in_polish)
    if isinstance(taken, Rejection) and taken.code is RejectionCode.NOT_A_DATE:
        return expected(reading.step)
    return taken


def _typed_choice(text: str, reading: _Reading) -> Value | Rejection:
    step = reading.step
    name = _choice_called(text, step)
    match step.type:
        case StepType.SELECT_ONE:
            return name or Rejection(RejectionCode.UNKNOWN_CHOICE)
        case StepType.SELECT_MULTIPLE:
            names = [name] if name else [_choice_called(part, step) for part in _LIST_MARK.split(text) if part.strip()]
            if not names or None in names:
                return Rejection(RejectionCode.UNKNOWN_CHOICE)
            return tuple(choice.name for choice in step.choices if choice.name in names)
        case _:
            return int(name) if name else _typed_level(text, reading)


def _choice_called(text: str, step: Step) -> str | None:
    """The only choice with that name or, in some language, that label; the level may stand before its label."""
    folded = fold(text)
    level = _LEVEL.fullmatch(folded)
    found = [
        choice.name
        for choice in step.choices
        for labels in [{fold(label) for label in choice.label.by_language.values()}]
        if folded == fold(choice.name)
        or folded in labels
        or (step.type is StepType.RANGE and level and level[1] == choice.name and level[2] in labels)
    ]
    return found[0] if len(found) == 1 else None


def _typed_level(text: str, reading: _Reading) -> Value | Rejection:
    """A level as a number or number word; every level is a choice, so what is none is outside the limits."""
    levels = [int(choice.name) for choice in reading.step.choices]
    taken = _whole(text, reading)
    if isinstance(taken, Rejection):
        return Rejection(RejectionCode.UNKNOWN_CHOICE) if taken.code is RejectionCode.NOT_A_NUMBER else taken
    return within(Decimal(taken), min(levels), max(levels)) or taken


def _typed_number(text: str, reading: _Reading) -> Value | Rejection:
    step = reading.step
    if step.type is StepType.DECIMAL:
        amount = read_amount(text, step, comma_is_decimal=reading.in_polish)
        return amount if isinstance(amount, Rejection) else within(amount, step.minimum, step.maximum) or amount
    whole = _whole(text, reading)
    if isinstance(whole, Rejection):
        return whole
    if step.type is StepType.COUNT:
        return within(Decimal(whole), 0, reading.key_size if step.counts_key else step.maximum) or whole
    return within(Decimal(whole), step.minimum, step.maximum) or whole


def _whole(text: str, reading: _Reading) -> int | Rejection:
    amount = read_amount(text, reading.step, comma_is_decimal=reading.in_polish)
    if isinstance(amount, Rejection):
        return amount
    if amount != amount.to_integral_value():
        return Rejection(RejectionCode.NOT_WHOLE, limits(reading.step.minimum, reading.step.maximum))
    return int(amount)


def read_text(text: str, *, maximum: int = MAX_TEXT_CHARS) -> str | Rejection:
    """The text without space around it; what is empty, too long or kept by no database is refused, not altered."""
    stripped = text.strip()
    if not stripped:
        return Rejection(RejectionCode.EMPTY)
    if len(stripped) > maximum:
        return Rejection(RejectionCode.TEXT_TOO_LONG, {"maximum": str(maximum), "length": str(len(stripped))})
    return stripped if _is_keepable(stripped) else Rejection(RejectionCode.EXPECTED_TEXT)


def _is_keepable(text: str) -> bool:
    """Whether every database can keep it: half a surrogate pair is no character."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _typed_place(text: str) -> Value | Rejection:
    """A position typed as maps show it: "52.2297, 21.0122"."""
    found = _COORDINATES.fullmatch(text)
    return _place(Place(float(found[1]), float(found[2]))) if found else Rejection(RejectionCode.EXPECTED_PLACE)


def _place(place: Place) -> Value | Rejection:
    exists = (
        isfinite(place.latitude)
        and isfinite(place.longitude)
        and abs(place.latitude) <= _MAX_LATITUDE
        and abs(place.longitude) <= _MAX_LONGITUDE
    )
    return place if exists else Rejection(RejectionCode.EXPECTED_PLACE)
