"""The buttons under a question, and what is listed in its text where a button would be too small for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.base import Button, ButtonStyle, InputHint
from bot.i18n import clock_text
from bot.tap_kinds import (
    TRAY_KINDS,
    AttachFromTray,
    PickChoice,
    PickNo,
    PickNumber,
    PickYes,
    SayNow,
    SayToday,
    SayYesterday,
    ToggleChoice,
)
from bot.views.answers import value_text
from bot.views.pages import brief
from bot.views.placeholders import case_of, key_list
from bot.views.scene import MAX_LABEL, Rows, Scene
from scenarios.contact import AskStep, Done, Keep, Mark, NotApplicable, NotChecked, Skip, Start, Stop, TakeDefault, Undo
from scenarios.engine.files import NOTE, accepts
from scenarios.model import Stage, Step, StepType

MAX_IN_ROW = 7
"""Number buttons in one row on a narrow screen."""

MAX_BUTTON_SPAN = 10
"""Whole numbers are buttons where the largest is at most so far from the smallest."""

MAX_TRAY_BUTTONS = 5
"""Things from the tray offered at once; the others come up when these are used."""

MAX_SHARING, ROW_CHARS = 3, 27
"""So many buttons share a row where their labels, as wide as the longest, have so many characters together."""

LETTER_CHARS = 3
"""Labels so short always share a row."""

NOTE_CHARS = 30
"""Characters of a note that stand on its button."""

NEVER_NOT_CHECKED = frozenset({StepType.ACKNOWLEDGE, StepType.STAMP, StepType.WAIT})

EXPECTS = {
    StepType.INTEGER: InputHint.NUMBER,
    StepType.DECIMAL: InputHint.NUMBER,
    StepType.TEXT: InputHint.TEXT,
    StepType.DATE: InputHint.DATE,
    StepType.TIME: InputHint.TIME,
    StepType.DATETIME: InputHint.DATETIME,
    StepType.IMAGE: InputHint.PHOTO,
    StepType.FILE: InputHint.FILE,
    StepType.AUDIO: InputHint.VOICE,
    StepType.GEOPOINT: InputHint.PLACE,
    StepType.TIMER: InputHint.TEXT,
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The rows of a question, and the list of answers its text must carry ("" where the buttons say it all)."""

    rows: Rows
    listed: str = ""


def keys_of(scene: Scene, ask: AskStep) -> Keys:
    """Everything that can be tapped under a question: answers first, one quiet row last."""
    answers = _answers(scene, ask)
    return Keys((*answers.rows, *_beside(scene, ask), _quiet(scene, ask)), answers.listed)


def allows_not_checked(ask: AskStep) -> bool:
    """Whether "nie sprawdzono" is offered at this question."""
    step = ask.step
    return (
        step.not_checked
        and not ask.another
        and step.type not in NEVER_NOT_CHECKED
        and ask.section.stage is not Stage.GATE
    )


def can_skip(ask: AskStep) -> bool:
    """Whether the question may be passed over as it stands."""
    return not ask.step.required and not ask.files


def is_on_buttons(step: Step) -> bool:
    """Whether a whole number has few enough values for buttons."""
    least, most = step.minimum, step.maximum
    return least is not None and most is not None and most - least <= MAX_BUTTON_SPAN


def is_answer_button(step: Step) -> bool:
    """Whether every answer of the step is a button, so that a suggestion needs none of its own."""
    return step.type in {StepType.YES_NO, StepType.SELECT_ONE, StepType.RANGE, StepType.COUNT} or (
        step.type is StepType.INTEGER and is_on_buttons(step)
    )


def can_undo(scene: Scene) -> bool:
    """Whether there is an answer to go back to."""
    return bool(scene.contact.order)


def _answers(scene: Scene, ask: AskStep) -> Keys:
    _ = scene.texts
    step = ask.step
    match step.type:
        case StepType.YES_NO:
            return Keys(((scene.button(_("Yes"), PickYes()), scene.button(_("No"), PickNo())),))
        case StepType.ACKNOWLEDGE:
            return _single(scene, step, _("I understand"))
        case StepType.STAMP:
            return _single(scene, step, _("Now"))
        case StepType.WAIT:
            return _single(scene, step, _("A reply came"))
        case StepType.SELECT_ONE:
            return _choices(scene, step)
        case StepType.SELECT_MULTIPLE:
            return _toggles(scene, ask)
        case StepType.RANGE:
            levels = [int(choice.name) for choice in step.choices]
            anchors = [f"{choice.name} – {choice.label.in_language(scene.language)}" for choice in step.choices]
            return Keys(_numbers(scene, levels), "\n".join(anchors))
        case StepType.COUNT:
            return _count(scene, step)
        case StepType.INTEGER if is_on_buttons(step):
            return Keys(_numbers(scene, range(step.minimum or 0, (step.maximum or 0) + 1)))
        case StepType.DATE:
            days = (scene.button(_("Today"), SayToday()), scene.button(_("Yesterday"), SayYesterday()))
            return Keys((days,))
        case StepType.TIME | StepType.DATETIME:
            return Keys(((scene.button(_("Now"), SayNow()),),))
        case StepType.TIMER:
            return _timer(scene, ask)
        case _:
            return Keys(_files(scene, ask))


def _single(scene: Scene, step: Step, otherwise: str) -> Keys:
    label = otherwise if step.button is None else step.button.in_language(scene.language)
    return Keys(((scene.button(label, Mark(), style=ButtonStyle.PRIMARY),),))


def _timer(scene: Scene, ask: AskStep) -> Keys:
    _ = scene.texts
    if ask.timer_started is None:
        return Keys(((scene.button(_("Start"), Start(), style=ButtonStyle.PRIMARY),),))
    return Keys(((scene.button(_("Stop"), Stop(), style=ButtonStyle.PRIMARY),),))


def _choices(scene: Scene, step: Step) -> Keys:
    labels = [choice.label.in_language(scene.language) for choice in step.choices]
    if max(map(len, labels), default=0) > MAX_LABEL:
        numbers = [scene.button(str(number), PickChoice(number - 1)) for number in range(1, len(labels) + 1)]
        return Keys(in_rows(numbers), _numbered(labels))
    return Keys(_packed([scene.button(label, PickChoice(index)) for index, label in enumerate(labels)]))


def _toggles(scene: Scene, ask: AskStep) -> Keys:
    _ = scene.texts
    marks = ["☑" if choice.name in ask.chosen else "☐" for choice in ask.step.choices]
    labels = [choice.label.in_language(scene.language) for choice in ask.step.choices]
    marked = [f"{mark} {label}" for mark, label in zip(marks, labels, strict=True)]
    if max(map(len, marked), default=0) > MAX_LABEL:
        buttons = [scene.button(f"{mark} {number}", ToggleChoice(number - 1)) for number, mark in enumerate(marks, 1)]
        rows, listed = in_rows(buttons), _numbered(labels)
    else:
        rows = tuple((scene.button(label, ToggleChoice(index)),) for index, label in enumerate(marked))
        listed = ""
    done = _("Done ({n})", n=len(ask.chosen)) if ask.chosen else _("Done")
    return Keys((*rows, (scene.button(done, Done(), style=ButtonStyle.PRIMARY),)), listed)


def _count(scene: Scene, step: Step) -> Keys:
    if not step.counts_key:
        return Keys(_numbers(scene, range((step.maximum or 0) + 1)))
    case = case_of(scene.contact, scene.scenario)
    size = 0 if case is None else len(case.key_on(scene.day))
    listed = key_list(scene.contact, scene.scenario, language=scene.language, day=scene.day)
    return Keys(_numbers(scene, range(size + 1)), listed)


def _files(scene: Scene, ask: AskStep) -> Rows:
    _ = scene.texts
    rows = []
    if ask.files:
        done = _("Done ({n})", n=len(ask.files))
        rows.append((scene.button(done, Done(), style=ButtonStyle.PRIMARY),))
    fitting = [item for item in scene.evidence.tray if _fits(ask.step, item.kind)]
    for item in fitting[-MAX_TRAY_BUTTONS:]:
        at = clock_text(item.at, language=scene.language, zone=scene.zone)
        label = _("Put aside at {time}", time=at)
        if item.kind == NOTE:
            label = _("Note: {text}", text=brief(item.note, limit=NOTE_CHARS))
        rows.append((scene.button(label, AttachFromTray(item.evidence, TRAY_KINDS.index(item.kind))),))
    return tuple(rows)


def _fits(step: Step, kind: str) -> bool:
    """Whether a thing of the tray can answer the step."""
    return accepts(step, kind) or (kind == NOTE and step.type is StepType.TEXT)


def _beside(scene: Scene, ask: AskStep) -> Rows:
    """Answers of another kind: the suggested one, "nie dotyczy", the one given before."""
    _ = scene.texts
    rows = []
    if ask.suggestion is not None and not is_answer_button(ask.step):
        value = value_text(ask.step, ask.suggestion, language=scene.language, zone=scene.zone)
        rows.append((scene.button(_fitting(_("Take {value}", value=value), _("Take the suggestion")), TakeDefault()),))
    if ask.step.not_applicable:
        rows.append((scene.button(_("Not applicable"), NotApplicable()),))
    if ask.revisiting and ask.current is not None:
        rows.append((scene.quiet(_("Leave as it was"), Keep()),))
    return tuple(rows)


def _quiet(scene: Scene, ask: AskStep) -> tuple[Button, ...]:
    """Back, "nie sprawdzono" (or "pomiń", where that will do) and everything else; on the spot as little as can be."""
    _ = scene.texts
    row = []
    if can_undo(scene) and ask.section.stage is not Stage.DURING:
        row.append(scene.quiet(_("↩ Undo"), Undo()))
    if can_skip(ask):
        row.append(scene.quiet(_("Skip"), Skip()))
    elif allows_not_checked(ask) and ask.section.stage is not Stage.DURING:
        row.append(scene.quiet(_("Not checked"), NotChecked()))
    return (*row, scene.more())


def _numbers(scene: Scene, numbers: Sequence[int]) -> Rows:
    return in_rows([scene.button(str(number), PickNumber(number)) for number in numbers])


def in_rows(buttons: Sequence[Button]) -> Rows:
    """As few rows as fit, filled evenly."""
    if not buttons:
        return ()
    rows = -(-len(buttons) // MAX_IN_ROW)
    width = -(-len(buttons) // rows)
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def _packed(buttons: Sequence[Button]) -> Rows:
    """A row each, but for two or three short ones, and for letters, which share a row."""
    longest = max((len(button.label) for button in buttons), default=0)
    if len(buttons) <= MAX_SHARING and len(buttons) * longest <= ROW_CHARS:
        return (tuple(buttons),)
    rows: list[Rows] = []
    letters: list[Button] = []
    for button in buttons:
        if len(button.label) <= LETTER_CHARS:
            letters.append(button)
            continue
        rows += [in_rows(letters), ((button,),)]
        letters = []
    return tuple(row for part in [*rows, in_rows(letters)] for row in part)


def _numbered(labels: Sequence[str]) -> str:
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))


def _fitting(label: str, otherwise: str) -> str:
    return label if len(label) <= MAX_LABEL else otherwise
