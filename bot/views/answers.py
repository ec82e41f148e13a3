"""An answer in a few words, as it is read back: "Tak", "nie sprawdzono – nie było okazji", "12 min", "2 zdjęcia"."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.i18n import N_, Translator, clock_text, day_text, duration_text, moment_text, number_text, texts
from scenarios.contact import ERASED, Answer, AnswerState, Place, Value
from scenarios.model import Scenario, Step, StepType

REASONS = {
    "forgot": N_("it slipped my mind"),
    "no_chance": N_("there was no chance to"),
    "not_visible": N_("it could not be seen"),
    "unsafe": N_("it did not feel safe"),
}
"""Codes of ``scenarios.contact.NOT_CHECKED_REASONS`` in words."""


def answered(step: Step, answer: Answer, scenario: Scenario, *, language: str, zone: ZoneInfo) -> str:
    """The answer in a few words; a text answer in full."""
    _ = texts(language)
    match answer.state:
        case AnswerState.NOT_CHECKED:
            reason = reason_text(answer.reason, language=language)
            return _("not checked – {reason}", reason=reason) if reason else _("not checked")
        case AnswerState.NOT_APPLICABLE:
            return _("not applicable")
        case AnswerState.SKIPPED:
            return _("skipped")
        case AnswerState.WITHDRAWN:
            return _("taken back")
        case AnswerState.GIVEN:
            given = "" if answer.value is None else value_text(step, answer.value, language=language, zone=zone)
            taken = _exit_label(answer, scenario, language)
            return f"{given} ({taken})" if taken else given


def reason_text(reason: str | None, *, language: str) -> str:
    """Why it was not checked: the button's words or the person's own."""
    if reason is None:
        return ""
    if reason == ERASED:
        return erased_text(language=language)
    known = REASONS.get(reason)
    return reason if known is None else texts(language)(known)


def value_text(step: Step, value: Value, *, language: str, zone: ZoneInfo) -> str:
    """A given value in words."""
    _ = texts(language)
    match value:
        case str() if value == ERASED:
            return erased_text(language=language)
        case bool():
            return _yes_or_no(_, step, said_yes=value)
        case int() | Decimal():
            return _number(step, value, language=language)
        case str():
            return _named(_, step, value, language=language)
        case datetime():
            return moment_text(value, language=language, zone=zone)
        case date():
            return day_text(value, language=language)
        case time():
            return clock_text(value, language=language, zone=zone)
        case Place(latitude=latitude, longitude=longitude):
            return f"{latitude:.5f}, {longitude:.5f}"
        case tuple():
            return _several(_, step, value, language=language)


def short_value(
    step: Step, answer: Answer, scenario: Scenario, *, language: str, zone: ZoneInfo, key_size: int = 0
) -> str:
    """The answer for the overview, where there is room for a word or two only; ``key_size``: elements of the key."""
    _ = texts(language)
    if answer.state is not AnswerState.GIVEN:
        return answered(step, answer, scenario, language=language, zone=zone)
    match step.type, answer.value:
        case StepType.RANGE, int(level):
            return f"{level}/{step.choices[-1].name}" if step.choices else str(level)
        case StepType.COUNT, int(count):
            most = key_size if step.counts_key else step.maximum
            return _("{n} of {maximum}", n=count, maximum=most) if most else str(count)
        case StepType.SELECT_MULTIPLE, tuple() as chosen:
            return _("chosen: {n}", n=len(chosen))
        case StepType.STAMP, datetime() as at:
            return clock_text(at, language=language, zone=zone)
        case StepType.GEOPOINT, _place:
            return _("a place")
        case _type, value:
            return "" if value is None else value_text(step, value, language=language, zone=zone)


def erased_text(*, language: str) -> str:
    """What stands where words were, once their time is over."""
    _ = texts(language)
    return _("erased, as the rules of keeping say")


def files_text(kind: StepType, n: int, *, language: str) -> str:
    """So many files: "2 zdjęcia", "1 nagranie"."""
    _ = texts(language)
    match kind:
        case StepType.IMAGE:
            return _.many("{n} photo", "{n} photos", n)
        case StepType.AUDIO:
            return _.many("{n} recording", "{n} recordings", n)
        case _:
            return _.many("{n} file", "{n} files", n)


def _yes_or_no(_: Translator, step: Step, *, said_yes: bool) -> str:
    if step.type is StepType.ACKNOWLEDGE:
        return _("read")
    return _("Yes") if said_yes else _("No")


def _number(step: Step, number: int | Decimal, *, language: str) -> str:
    if step.type is StepType.TIMER:
        return duration_text(int(number))
    if step.type is StepType.RANGE:
        anchor = step.choice(str(number))
        return f"{number} – {anchor.label.in_language(language)}" if anchor is not None else str(number)
    shown = number_text(number, language=language)
    return f"{shown} {step.unit.in_language(language)}" if step.unit is not None else shown


def _named(_: Translator, step: Step, name: str, *, language: str) -> str:
    if step.type is StepType.WAIT:
        return _("a reply came") if name == "came" else _("no reply")
    choice = step.choice(name)
    return name if choice is None else choice.label.in_language(language)


def _several(_: Translator, step: Step, items: tuple[str, ...] | tuple[int, ...], *, language: str) -> str:
    if step.is_evidence:
        return files_text(step.type, len(items), language=language)
    return ", ".join(_named(_, step, str(item), language=language) for item in items) or _("none")


def _exit_label(answer: Answer, scenario: Scenario, language: str) -> str:
    """The exit route that gave the answer by itself, if one did."""
    prefix, _colon, name = (answer.reason or "").partition(":")
    taken = scenario.exit(name) if prefix == "exit" else None
    return "" if taken is None else taken.label.in_language(language)
