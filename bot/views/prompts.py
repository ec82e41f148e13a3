"""Each kind of prompt as a screen: the question with its answers, a reason, a proposal, a rest, an end."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.channels.base import Button, ButtonStyle, InputHint
from bot.i18n import Translator, clock_text, moment_text, weekday_text
from bot.tap_kinds import PickReason, ShowAnswers, ShowReport
from bot.views.answers import REASONS, value_text
from bot.views.keyboard import EXPECTS, can_undo, is_answer_button, is_on_buttons, keys_of
from bot.views.pages import brief
from bot.views.placeholders import bullets
from bot.views.report import overview, receipt
from bot.views.scene import Scene, Screen
from scenarios.changing import changed
from scenarios.contact import (
    NOT_CHECKED_REASONS,
    AskChange,
    AskExit,
    AskReason,
    AskStep,
    Cancel,
    Closed,
    Confirm,
    Mark,
    Path,
    Phase,
    Report,
    Resting,
    Resume,
    Sleeping,
    Submitted,
    Undo,
)
from scenarios.model import Outcome, Stage, Step, StepType

MAX_LISTED = 6
"""Answers listed one by one where a change is proposed; more are counted."""


def screen_of(scene: Scene, *, locks_at: datetime | None = None) -> Screen:
    """The screen of the prompt, whatever it is."""
    prompt = scene.turn.prompt
    match prompt:
        case AskStep():
            return _asked(scene, prompt)
        case AskReason():
            return _reason(scene, prompt)
        case AskChange():
            return _change(scene, prompt)
        case AskExit():
            return _exit(scene, prompt)
        case Sleeping():
            return _sleeping(scene, prompt)
        case Report():
            return overview(scene, prompt)
        case Closed():
            return _closed(scene, prompt, locks_at)
        case Resting():
            return _resting(scene, prompt)
        case _:
            assert_never(prompt)


def _asked(scene: Scene, ask: AskStep) -> Screen:
    keys = keys_of(scene, ask)
    notes = [scene.fill(note.label) for note in ask.notes]
    blocks = (*notes, scene.fill(ask.step.label), keys.listed, *_so_far(scene, ask))
    screen = Screen(
        blocks,
        keys.rows,
        expects=EXPECTS.get(ask.step.type, InputHint.NONE),
        progress=None if ask.step.type is StepType.STAMP else ask.progress,
        place=_place(scene, ask),
    )
    is_on_the_spot = ask.section.stage is Stage.DURING and not ask.returned
    return screen if is_on_the_spot else changed(screen, note=_note(scene, ask))


def _place(scene: Scene, ask: AskStep) -> str:
    """What the head adds: that an answer is being changed, or which round this is."""
    _ = scene.texts
    if ask.returned:
        return _("once more")
    if ask.revisiting:
        return _("change")
    if ask.round is None or ask.another or ask.section.stage is Stage.DURING:
        return ""
    return f"{ask.section.label.in_language(scene.language)} {ask.round + 1}"


def _so_far(scene: Scene, ask: AskStep) -> list[str]:
    """What the question has got already."""
    _ = scene.texts
    lines = []
    if ask.revisiting and ask.current is not None:
        lines.append(_("Until now: {answer}", answer=brief(scene.answered(ask.step, ask.current))))
        if ask.step.is_evidence and not ask.files:
            lines.append(_("New files replace the earlier ones."))
    if ask.files:
        lines.append(_("Added: {n} of {maximum}.", n=len(ask.files), maximum=ask.step.max_files))
    if ask.timer_started is not None:
        at = clock_text(ask.timer_started, language=scene.language, zone=scene.zone)
        lines.append(_("Running since {time}.", time=at))
    return lines


def _note(scene: Scene, ask: AskStep) -> str:
    """Small print: how to answer where it is not obvious, and files that are not safe yet."""
    _ = scene.texts
    lines = [_suggested(scene, ask), _how(_, ask), arriving(_, scene)]
    return "\n".join(line for line in lines if line)


def _suggested(scene: Scene, ask: AskStep) -> str:
    """The suggestion in words, where its button is one of the answers anyway."""
    _ = scene.texts
    if ask.suggestion is None or not is_answer_button(ask.step):
        return ""
    value = value_text(ask.step, ask.suggestion, language=scene.language, zone=scene.zone)
    return _("From the notes so far: {value}", value=value)


def _how(_: Translator, ask: AskStep) -> str:
    step = ask.step
    match step.type:
        case StepType.INTEGER if is_on_buttons(step):
            return ""
        case StepType.INTEGER if step.minimum is not None and step.maximum is not None:
            return _("A number from {least} to {most}.", least=step.minimum, most=step.maximum)
        case StepType.INTEGER:
            return _("Type a number, e.g. 3.")
        case StepType.DECIMAL:
            return _("Type a number, e.g. 2.5.")
        case StepType.DATE:
            return _("Or type it, e.g. 15.10.")
        case StepType.TIME:
            return _("Type it, e.g. 14:30.")
        case StepType.DATETIME:
            return _("Type it, e.g. yesterday 14:30.")
        case StepType.STAMP if ask.returned:
            return _("Type when it was, e.g. yesterday 14:30. The button means now.")
        case StepType.TIMER if ask.timer_started is None:
            return _("Or type how long it took, e.g. 12 min.")
        case StepType.SELECT_MULTIPLE:
            return _("Several can be ticked.")
        case StepType.IMAGE if step.as_file:
            return _("Send it as a file (paperclip, then File): that keeps its time and place.")
        case StepType.IMAGE:
            return _.many("Send a photo.", "Send up to {n} photos.", step.max_files)
        case StepType.FILE:
            return _.many("Send a photo or a PDF.", "Send up to {n} photos or PDF files.", step.max_files)
        case StepType.AUDIO:
            return _("Record a voice message, your own voice only.")
        case StepType.GEOPOINT:
            return _("Share the location (paperclip, then Location).")
        case _:
            return ""


def arriving(_: Translator, scene: Scene) -> str:
    """Files still on their way, and files that never made it."""
    lines = []
    if scene.evidence.on_its_way:
        lines.append(_.many("{n} file is on its way.", "{n} files are on their way.", scene.evidence.on_its_way))
    if scene.evidence.refused:
        lines.append(_.many("{n} file could not be taken.", "{n} files could not be taken.", scene.evidence.refused))
    return " ".join(lines)


def _reason(scene: Scene, prompt: AskReason) -> Screen:
    _ = scene.texts
    label = brief(scene.label(prompt.path, prompt.step))
    rows = [
        (scene.button(_sentence(_(REASONS[code])), PickReason(index)),)
        for index, code in enumerate(NOT_CHECKED_REASONS)
    ]
    rows.append((scene.quiet(_("Back"), Cancel()),))
    return Screen(
        (label, _("That is all right. What was the reason?")),
        tuple(rows),
        note=_("Your own words will do as well."),
        expects=InputHint.TEXT,
    )


def _change(scene: Scene, prompt: AskChange) -> Screen:
    _ = scene.texts
    answer = prompt.change.answer
    blocks = [
        scene.label(answer.path, prompt.step),
        _("New answer: {answer}", answer=brief(scene.answered(prompt.step, answer))),
    ]
    off, on = prompt.change.deactivates, prompt.change.reactivates
    if off:
        said = _.many("{n} answer then no longer applies:", "{n} answers then no longer apply:", len(off))
        blocks.append(f"{said}\n{_listed(scene, off)}")
        blocks.append(_("They are kept and come back if this answer is changed back."))
    if on:
        said = _.many("{n} earlier answer comes back:", "{n} earlier answers come back:", len(on))
        blocks.append(f"{said}\n{_listed(scene, on)}")
    rows = (
        (scene.button(_("Change it"), Confirm(), style=ButtonStyle.PRIMARY, path=answer.path),),
        (scene.button(_("Leave as it was"), Cancel(), style=ButtonStyle.QUIET, path=answer.path),),
    )
    return Screen(tuple(blocks), rows, place=_("change"))


def _listed(scene: Scene, paths: tuple[Path, ...]) -> str:
    """Answers by their question; where there are many, the rest is counted."""
    lines = []
    for path in paths[:MAX_LISTED]:
        found, answer = scene.question_at(path), scene.contact.answers.get(path)
        if found is not None and answer is not None:
            lines.append(f"{scene.mention(path, found[1])}: {brief(scene.answered(found[1], answer), limit=40)}")
    rest = len(paths) - MAX_LISTED
    if rest > 0:
        lines.append(scene.texts.many("and {n} more", "and {n} more", rest))
    return bullets(lines)


def _exit(scene: Scene, prompt: AskExit) -> Screen:
    """Whether to take a way out: when it is meant, where more questions follow; otherwise what becomes of the task.

    The explanation of a way out that ends everything is said when it has been taken.
    """
    _ = scene.texts
    match prompt.route.outcome:
        case Outcome.FINISH:
            meaning = scene.fill(prompt.route.explanation)
        case Outcome.VOID:
            meaning = _("Then this time does not count, and nobody is to blame.")
        case Outcome.RETURNED:
            meaning = _("The task then goes back to the coordinator, and nobody is to blame.")
    rows = (
        (scene.button(_("Yes, that is it"), Confirm(), style=ButtonStyle.PRIMARY),),
        (scene.quiet(_("No, back"), Cancel()),),
    )
    return Screen((prompt.route.label.in_language(scene.language) + "?", meaning), rows)


def _sleeping(scene: Scene, prompt: Sleeping) -> Screen:
    _ = scene.texts
    local = prompt.deadline.astimezone(scene.zone)
    day = weekday_text(local.date(), language=scene.language)
    until = _("Waiting until {day}, {time}.", day=day, time=f"{local:%H:%M}")
    came = _came_label(_, prompt.step, scene)
    quiet = [scene.quiet(_("↩ Undo"), Undo())] if can_undo(scene) else []
    rows = ((scene.button(came, Mark(), style=ButtonStyle.PRIMARY),), (*quiet, scene.more()))
    after = _("Nothing needs to be done until then; a reminder will come.")
    return Screen((scene.fill(prompt.step.label), f"{until} {after}"), rows, progress=prompt.progress)


def _came_label(_: Translator, step: Step, scene: Scene) -> str:
    return _("A reply came") if step.button is None else step.button.in_language(scene.language)


def _resting(scene: Scene, prompt: Resting) -> Screen:
    _ = scene.texts
    rows = (
        (scene.button(_("Go on"), Resume(), style=ButtonStyle.PRIMARY),),
        (scene.tasks(),),
    )
    said = _("A break. Everything is saved and waits, for days if need be.")
    return Screen((said,), rows, progress=prompt.progress)


def _closed(scene: Scene, prompt: Closed, locks_at: datetime | None) -> Screen:
    _ = scene.texts
    sent = next((event for event in scene.turn.events if isinstance(event, Submitted)), None)
    if sent is not None:
        return receipt(scene, sent, locks_at=locks_at, arriving=arriving(_, scene))
    taken = None if prompt.exit is None else scene.scenario.exit(prompt.exit)
    explanation = "" if taken is None else scene.fill(taken.explanation)
    read: tuple[Button, ...] = (scene.button(_("Read the answers"), ShowReport(0)),)
    match prompt.phase:
        case Phase.SUBMITTED:
            until = _("Corrections are still possible.")
            if locks_at is not None:
                at = moment_text(locks_at, language=scene.language, zone=scene.zone, now=scene.now)
                until = _("Corrections are possible until {time}.", time=at)
            change = (scene.button(_("Change an answer"), ShowAnswers(0)),)
            return Screen((_("Everything has been sent."), until), (read, change, (scene.tasks(),)))
        case Phase.LOCKED:
            return Screen((_("This task is closed. Thank you!"),), (read, (scene.tasks(),)))
        case Phase.VOID:
            ended = _("This time does not count, and nobody is to blame. Thank you!")
            return Screen((explanation or ended,), ((scene.tasks(),),))
        case Phase.RETURNED:
            ended = _("The task goes back to the coordinator. Nothing else needs to be done. Thank you!")
            return Screen((explanation or ended,), ((scene.tasks(),),))
        case Phase.OPEN:
            return Screen((_("There is no question now."),), ((scene.tasks(),),))


def _sentence(text: str) -> str:
    """A phrase with a capital letter."""
    return text[:1].upper() + text[1:]
