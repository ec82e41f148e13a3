"""Answers a contact by itself with the first sensible answer to each question: for previews, counts and tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from scenarios.contact import (
    AskChange,
    AskExit,
    AskReason,
    AskStep,
    Cancel,
    Confirm,
    Contact,
    Done,
    DraftPending,
    Files,
    Mark,
    Pick,
    Place,
    Position,
    Prompt,
    Reply,
    Report,
    Resting,
    Resume,
    Skip,
    Sleeping,
    Start,
    Stop,
    Submit,
    TakeDefault,
    Toggle,
    Turn,
    Words,
)
from scenarios.engine import advance
from scenarios.model import Scenario, Step, StepType
from scenarios.reply_lines import read_reply

SAMPLE_TEXT = "Uprzejmie i na temat."
SAMPLE_PLACE = Place(52.2297, 21.0122, 10.0)


def sensible_replies(prompt: Prompt, chosen: Mapping[str, str], *, evidence: int) -> Iterator[Reply]:
    """Replies worth trying, best first. ``chosen`` names the answer to some steps as a line of ``reply_lines``.

    ``evidence`` is the id of the next file.
    """
    match prompt:
        case AskStep(step=step) if step.name in chosen:
            yield read_reply(chosen[step.name])
        case AskStep():
            yield from _answers(prompt, evidence=evidence)
        case AskReason():
            yield Pick("no_chance")
        case AskChange():
            yield Confirm()
        case AskExit():
            yield Cancel()
        case Sleeping():
            yield Mark()
        case Report():
            yield Submit()
        case Resting():
            yield Resume()
        case _:
            return


def next_sensible(
    scenario: Scenario,
    turn: Turn,
    *,
    now: datetime,
    zone: ZoneInfo,
    chosen: Mapping[str, str] | None = None,
) -> tuple[Reply, Turn] | None:
    """The first sensible reply that is taken and leads to no exit, with the turn it makes; None at the end."""
    for reply in sensible_replies(turn.prompt, chosen or {}, evidence=_next_file(turn.contact)):
        made = advance(scenario, turn.contact, reply, now=now, zone=zone)
        if made.rejection is None and not isinstance(made.prompt, AskExit):
            return reply, made
    return None


def _answers(ask: AskStep, *, evidence: int) -> Iterator[Reply]:
    step = ask.step
    if ask.another:
        yield Pick("no")
        return
    if ask.suggestion is not None:
        yield TakeDefault()
    if step.is_evidence:
        yield Done() if ask.files else Files((evidence,), step.type.value, as_file=step.as_file)
    yield from _by_type(ask, step)
    if not step.required:
        yield Skip()


def _by_type(ask: AskStep, step: Step) -> Iterator[Reply]:
    match step.type:
        case StepType.ACKNOWLEDGE | StepType.STAMP | StepType.WAIT:
            yield Mark()
        case StepType.YES_NO:
            yield from (Pick("yes"), Pick("no"))
        case StepType.SELECT_ONE:
            yield from (Pick(choice.name) for choice in step.choices)
        case StepType.RANGE:
            yield from (Pick(choice.name) for choice in reversed(step.choices[:-1] or step.choices))
        case StepType.SELECT_MULTIPLE:
            yield Done() if ask.chosen else Toggle(step.choices[0].name)
        case StepType.COUNT | StepType.INTEGER | StepType.DECIMAL:
            yield from (Words(str(number)) for number in (3, 2, 1, 0, step.minimum or 0, step.maximum or 0))
        case StepType.TEXT:
            yield Words(SAMPLE_TEXT)
        case StepType.TIMER:
            yield Stop() if ask.timer_started else Start()
        case StepType.DATE:
            yield from (Words("dzisiaj"), Words("jutro"))
        case StepType.TIME:
            yield from (Words("9:15"), Words("17:00"))
        case StepType.DATETIME:
            yield Words("teraz")
        case StepType.GEOPOINT:
            yield Position(SAMPLE_PLACE)
        case _:
            return


def _next_file(contact: Contact) -> int:
    """An id no file of the contact has yet."""
    answered = [item for answer in contact.answers.values() if isinstance(answer.value, tuple) for item in answer.value]
    draft = contact.pending.files if isinstance(contact.pending, DraftPending) else ()
    return max([number for number in (*answered, *draft, *contact.tray) if isinstance(number, int)], default=0) + 1
