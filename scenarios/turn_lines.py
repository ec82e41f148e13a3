"""What a turn did and asks for, in lines that stay the same where a scenario's wording changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import assert_never

from scenarios.contact import (
    Answer,
    Answered,
    AnswerState,
    AskChange,
    AskExit,
    AskReason,
    AskStep,
    Attached,
    Began,
    Closed,
    Deactivated,
    Event,
    ExitTaken,
    ExitUndone,
    Locked,
    Place,
    Prompt,
    PutOnTray,
    Reactivated,
    Rejection,
    Report,
    Resting,
    Returned,
    Sleeping,
    StageEntered,
    Submitted,
    TimerStarted,
    Value,
    WaitBegan,
    WaitEnded,
)


def value_words(value: Value) -> str:
    """A value as it is written in conditions and transcripts."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case Place(latitude, longitude):
            return f"{latitude}, {longitude}"
        case tuple():
            return ", ".join(str(item) for item in value)
        case int() | Decimal() | str():
            return str(value)
        case _:
            assert_never(value)


def answer_words(answer: Answer) -> str:
    """An answer: its value, or what it is instead of one."""
    if answer.state is AnswerState.GIVEN and answer.value is not None:
        return value_words(answer.value)
    return answer.state.value + (f" ({answer.reason})" if answer.reason else "")


def event_line(event: Event) -> str:
    """One event in one line."""
    match event:
        case Began():
            return "began"
        case Answered(answer, previous):
            instead = "" if previous is None else f" (was {answer_words(previous)})"
            return f"answered {answer.path}: {answer_words(answer)}{instead}"
        case Deactivated(paths):
            return f"deactivated {', '.join(paths)}"
        case Reactivated(paths):
            return f"reactivated {', '.join(paths)}"
        case StageEntered(stage):
            return f"stage {stage.value}"
        case TimerStarted(path):
            return f"timer started {path}"
        case WaitBegan(path, reminders, deadline):
            return f"wait began {path}: reminders {_moments(*reminders)}; deadline {_moments(deadline)}"
        case WaitEnded(path, came):
            return f"wait ended {path}: {'came' if came else 'no reply'}"
        case PutOnTray(evidence):
            return f"on tray {_numbers(evidence)}"
        case Attached(path, evidence):
            return f"attached {path}: {_numbers(evidence)}"
        case ExitTaken(name, outcome):
            return f"exit {name}: {outcome.value}"
        case ExitUndone(name):
            return f"exit undone {name}"
        case Submitted(again=again):
            return "submitted again" if again else "submitted"
        case Returned(paths):
            return f"returned {', '.join(paths)}"
        case Locked():
            return "locked"
        case _:
            assert_never(event)


def prompt_line(prompt: Prompt) -> str:
    """What is asked now, in one line: its kind, where there is one its path, and what hangs on it."""
    match prompt:
        case AskStep():
            marks = ["again"] if prompt.revisiting else []
            marks += [f"chosen {', '.join(prompt.chosen)}"] if prompt.chosen else []
            marks += [f"files {_numbers(prompt.files)}"] if prompt.files else []
            marks += [f"suggested {value_words(prompt.suggestion)}"] if prompt.suggestion is not None else []
            return " · ".join([f"ask {prompt.path}", *marks])
        case AskReason(path):
            return f"ask reason {path}"
        case AskChange(_, change):
            return f"ask change {change.answer.path}: off {', '.join(change.deactivates)}"
        case AskExit(route):
            return f"ask exit {route.name}"
        case Sleeping(path):
            return f"sleeping {path}"
        case Report():
            return _report_line(prompt)
        case Closed(phase, taken):
            return f"closed {phase.value}" + (f" by {taken}" if taken else "")
        case Resting():
            return "resting"
        case _:
            assert_never(prompt)


def rejection_line(rejection: Rejection | None) -> str | None:
    """Why the reply was not taken, in one line."""
    if rejection is None:
        return None
    details = ", ".join(f"{name} {detail}" for name, detail in rejection.details.items())
    return rejection.code.value + (f": {details}" if details else "")


def _report_line(report: Report) -> str:
    missing = {
        "not checked": report.not_checked,
        "without evidence": report.without_evidence,
        "critical": report.critical,
        "tray": tuple(str(item) for item in report.tray),
    }
    notes = [f"{name} {', '.join(paths)}" for name, paths in missing.items() if paths]
    return " · ".join([f"report of {len(report.lines)}", *notes])


def _numbers(evidence: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in evidence)


def _moments(*moments: datetime) -> str:
    return ", ".join(moment.astimezone(UTC).isoformat() for moment in moments) or "none"
