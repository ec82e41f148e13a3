"""A contact's answers as records of the table that is scored: which count, how each is written, how they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from scenarios.contact import Answer, AnswerState, Contact, Path, Value
from scenarios.engine.moment import key_size
from scenarios.model import Mode, Scenario, Stage, Step, StepType
from scenarios.route import ANOTHER, Route, Slot, path_in_round
from scoring.table import Record

YES, NO = "yes", "no"
NOT_APPLICABLE = "nd"
"""How the table says that a question did not apply ("nie dotyczy")."""
NOT_CHECKED = "ns"
"""How the table says that nobody looked ("nie sprawdzono")."""
HOUR, DAY = "@hour", "@day"
"""Facts of a record: the local hour (0-23) and the day (ISO) on which the contact began."""

Decided = bool | int | str
"""What a person decided an answer counts as: yes or no, a level or a number, the name of a choice."""

_NUMBERS = frozenset({StepType.RANGE, StepType.INTEGER, StepType.DECIMAL, StepType.TIMER, StepType.CALCULATE})
_NAMES = frozenset({StepType.SELECT_ONE, StepType.RANGE})
_WORDS = frozenset({StepType.WAIT, StepType.CALCULATE})
_YES_OR_NO = frozenset({StepType.YES_NO, StepType.CALCULATE})
_IN_TABLE = _NUMBERS | _NAMES | _WORDS | _YES_OR_NO | {StepType.COUNT, StepType.SELECT_MULTIPLE}
_MOMENTS = frozenset({StepType.STAMP, StepType.DATETIME})
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a contact says, as the table writes it, without what stands elsewhere (whose it is, and of which type).

    ``answers`` are those asked once; ``rounds`` those of each round of its repeats, in order.
    """

    kind: str
    level: str
    group: str
    answers: Mapping[str, str]
    rounds: tuple[Mapping[str, str], ...] = ()


def sheet_of(
    scenario: Scenario, contact: Contact, way: Route, *, letter: str, zone: ZoneInfo, decided: Mapping[Path, Decided]
) -> Sheet:
    """The sheet of a contact. Only what applies is in it; what a person ``decided`` holds instead of the answer.

    Texts, files and moments are not in it, nor what was asked before the contact began.
    """
    size = key_size(scenario, contact)
    once: dict[str, str] = {}
    rounds: dict[int, dict[str, str]] = {}
    for slot in way.slots:
        word = _word(slot, decided.get(slot.path), size)
        if word is not None:
            at = once if slot.round is None else rounds.setdefault(slot.round, {})
            at[slot.step.name] = word
    for path, value in way.values.items():
        head, _dot, name = path.rpartition(".")
        calculated = written(scenario.steps_by_name[name], value, key_size=size)
        if calculated is not None:
            at = rounds.setdefault(_round_of(head), {}) if head else once
            at[name] = calculated
    local = began_at(contact, way).astimezone(zone)
    once |= {HOUR: str(local.hour), DAY: local.date().isoformat()}
    every = tuple(rounds.get(number, {}) for number in range(max(rounds, default=-1) + 1))
    return Sheet(scenario.name, Mode(scenario.mode).value, letter, once, every)


def records_of(sheet: Sheet, *, contact_id: int, participant_id: int, participant_type: str) -> list[Record]:
    """The records of a sheet: one for the contact, and one for each round, called ``123.1``, ``123.2`` and so on."""
    unit, name = str(participant_id), str(contact_id)
    kind, group, level = sheet.kind, sheet.group, sheet.level
    records = [Record(unit, name, kind, group, level, participant_type, sheet.answers)]
    for number, answers in enumerate(sheet.rounds, 1):
        if answers:
            records.append(Record(unit, f"{name}.{number}", kind, group, level, participant_type, answers))
    return records


def contact_of(record: str) -> int:
    """The contact a record's name belongs to."""
    return int(record.partition(".")[0])


def path_of(scenario: Scenario, record: str, question: str) -> Path:
    """Where in its contact a record's question was asked. Raises ``KeyError`` for one the scenario does not know."""
    section = scenario.sections_by_step[question]
    _contact, _dot, number = record.partition(".")
    return path_in_round(section, int(number) - 1, question) if number else question


def as_sent(contact: Contact, revisions: Iterable[Answer]) -> Contact:
    """The contact as it was when its report was last sent: corrections that were not sent yet do not count."""
    last = contact.submitted_revision
    if last is None or last >= contact.revision:
        return contact
    answers: dict[Path, Answer] = {}
    for answer in revisions:
        if answer.revision <= last:
            answers[answer.path] = answer
    return replace(contact, answers=answers)


def letter_at(place: int) -> str:
    """A letter for the juror who came to an institution as the ``place``-th, counted from 0: A, B, … Z, A2, …"""
    turn, letter = divmod(place, _LETTERS)
    return chr(ord("A") + letter) + (str(turn + 1) if turn else "")


def began_at(contact: Contact, way: Route) -> datetime:
    """When the contact itself began: its first moment on the spot, not when the task was opened."""
    given = [
        (slot.step.type, slot.answer)
        for slot in way.slots
        if slot.answer is not None and slot.answer.state is AnswerState.GIVEN and slot.section.stage is Stage.DURING
    ]
    moments = (answer.value for kind, answer in given if kind in _MOMENTS)
    stated = next((value for value in moments if isinstance(value, datetime)), None)
    return stated or min((answer.at for _kind, answer in given), default=contact.begun_at)


def written(step: Step, value: Value, *, key_size: int) -> str | None:
    """A value as the table writes it; None for what is not in the table, and for what the step cannot hold."""
    kind = step.type
    match value:
        case bool():
            return (YES if value else NO) if kind in _YES_OR_NO else None
        case int() if kind is StepType.COUNT:
            most = key_size if step.counts_key else step.maximum
            if most is None:
                return str(value)
            return f"{value}/{most}" if most else NOT_APPLICABLE  # nothing there was to be named
        case int() | Decimal() if kind in _NUMBERS:
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        case str() if kind in _WORDS or (kind in _NAMES and step.choice(value) is not None):
            return value
        case tuple() if kind is StepType.SELECT_MULTIPLE:
            return " ".join(str(name) for name in value)
        case _:
            return None


def _word(slot: Slot, decided: Decided | None, size: int) -> str | None:
    """What the table says for a question of the route."""
    is_gate = slot.section.stage is Stage.GATE
    if not slot.certain or is_gate or slot.step.name == ANOTHER or slot.step.type not in _IN_TABLE:
        return None
    held = None if decided is None else written(slot.step, decided, key_size=size)
    if held is not None:
        return held
    answer = slot.answer
    if answer is None:
        return None
    match answer.state:
        case AnswerState.NOT_APPLICABLE:
            return NOT_APPLICABLE
        case AnswerState.NOT_CHECKED:
            return NOT_CHECKED
        case _:
            return None if answer.value is None else written(slot.step, answer.value, key_size=size)


def _round_of(head: str) -> int:
    """The round in the first part of a path, ``section[2]``, counted from 0."""
    return int(head[head.index("[") + 1 : -1])


# As it is kept ------------------------------------------------------------------------------------------------------


def sheet_to_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet as JSON values, as short as can be."""
    kept: dict[str, Any] = {"k": sheet.kind, "l": sheet.level, "g": sheet.group, "a": dict(sheet.answers)}
    if sheet.rounds:
        kept["r"] = [dict(answers) for answers in sheet.rounds]
    return kept


def sheet_from_json(data: Mapping[str, Any]) -> Sheet:
    """What ``sheet_to_json`` was given."""
    rounds: Sequence[Mapping[str, str]] = data.get("r", ())
    return Sheet(data["k"], data["l"], data["g"], data["a"], tuple(rounds))
