"""A contact as the person walking it sees it: every prompt, an answered question, an old button, what is looked up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.channels.base import MAX_BODY, ButtonStyle, Outgoing, Tidy
from bot.i18n import clock_text
from bot.tap_kinds import (
    ChangeHere,
    Look,
    ShowAnswers,
    ShowExits,
    ShowHint,
    ShowIntro,
    ShowMenu,
    ShowQuestion,
    ShowReport,
)
from bot.views.answers import answered
from bot.views.contact_menu import answers_page, exits, menu
from bot.views.facts import EvidenceSummary
from bot.views.pages import brief
from bot.views.placeholders import fill
from bot.views.prompts import screen_of
from bot.views.rejections import rejection_text
from bot.views.report import report_page
from bot.views.scene import Rows, Scene, beginning, drawn
from scenarios.contact import (
    Answer,
    Answered,
    AskReason,
    AskStep,
    Deactivated,
    Event,
    ExitUndone,
    Path,
    PutOnTray,
    Reactivated,
    Rejection,
    RejectionCode,
    Sleeping,
    Turn,
    WaitEnded,
)
from scenarios.model import Scenario, Stage, Step, StepType
from scenarios.route import route

__all__ = ["answered", "fill", "look", "question", "redrawn", "rejection_text", "tidied"]


def question(
    turn: Turn,
    scenario: Scenario,
    *,
    title: str,
    language: str,
    zone: ZoneInfo,
    now: datetime,
    echo: str | None = None,
    evidence: EvidenceSummary | None = None,
    earlier: Path | None = None,
    locks_at: datetime | None = None,
    lead: str = "",
) -> Outgoing:
    """What the contact asks for now, with what just happened and, for a reply that could not be taken, why.

    ``echo`` is the answer just taken, in words. ``earlier`` is the question an old button hung on: its answer is
    offered for changing. ``locks_at`` is when a sent report closes for corrections. ``lead`` stands before all, e.g. a
    reminder.
    """
    scene = Scene(turn, scenario, title, language, zone, now, evidence or EvidenceSummary())
    screen = screen_of(scene, locks_at=locks_at)
    offer, change = _offer_change(scene, earlier)
    rejection = turn.rejection or (Rejection(RejectionCode.STALE) if earlier is not None else None)
    told = [lead, *_news(scene), f"✓ {echo}" if echo else "", offer, _rejection(scene, rejection)]
    buttons = (*screen.buttons[:-1], *change, *screen.buttons[-1:])
    return drawn(scene, screen.led_by(*told, buttons=buttons), numbered=not _is_revisit(turn))


def look(
    act: Look,
    turn: Turn,
    scenario: Scenario,
    *,
    title: str,
    language: str,
    zone: ZoneInfo,
    now: datetime,
    evidence: EvidenceSummary | None = None,
    locks_at: datetime | None = None,
) -> Outgoing:
    """What a button shows that changes nothing: the hint, the menu, the answers given, the ways out."""
    scene = Scene(turn, scenario, title, language, zone, now, evidence or EvidenceSummary())
    match act:
        case ShowQuestion():
            return drawn(scene, screen_of(scene, locks_at=locks_at), numbered=not _is_revisit(turn))
        case ShowHint():
            screen = screen_of(scene, locks_at=locks_at)
            return drawn(scene, replace(screen, note=_hint(scene) or screen.note), numbered=not _is_revisit(turn))
        case ShowIntro(page=page):
            return beginning(scene, screen_of(scene, locks_at=locks_at), page)
        case ShowMenu():
            return menu(scene)
        case ShowAnswers(page=page):
            return answers_page(scene, page)
        case ShowExits():
            return exits(scene)
        case ShowReport(page=page):
            return report_page(scene, page)
        case _:
            assert_never(act)


def tidied(
    event: Answered,
    turn: Turn,
    scenario: Scenario,
    *,
    asked_turn: int,
    title: str,
    language: str,
    zone: ZoneInfo,
    now: datetime,
    words_stand: bool = False,
) -> Tidy | None:
    """The question asked in ``asked_turn``, rewritten with its answer and one quiet button "Zmień".

    Of the preparation only its name is left, in the middle of a contact only a tick and the time: whoever glances at
    the screen there reads neither. None for a question the scenario lacks, and where it would only repeat short words
    that stand right below it (``words_stand``): that is not worth a call where calls are counted.
    """
    scene = Scene(turn, scenario, title, language, zone, now)
    path = event.answer.path
    found = scene.question_at(path)
    if found is None:
        return None
    section, step = found
    if section.stage is Stage.DURING:
        at = clock_text(event.answer.at, language=language, zone=zone)
        return Tidy(scene.contact.id, asked_turn, f"✓ {at}", title)
    _ = scene.texts
    if section.stage is Stage.GATE:
        label = _("Read again") if step.type is StepType.ACKNOWLEDGE else _("Change")
        body = f"✓ {section.label.in_language(language)}"
    elif words_stand and _is_short_text(step, event.answer):
        return None
    else:
        shown, asked, label = scene.answered(step, event.answer), scene.label(path, step), _("Change")
        body = f"{asked}\n✓ {shown}"
        if len(body) + len(title) > MAX_BODY:
            body = f"{brief(asked)}\n✓ " + _("saved in full ({n} characters)", n=len(shown))
    change = scene.button(label, ChangeHere(), style=ButtonStyle.QUIET, path=path)
    return Tidy(scene.contact.id, asked_turn, body, title, ((change,),))


def _is_short_text(step: Step, answer: Answer) -> bool:
    value = answer.value
    return step.type is StepType.TEXT and isinstance(value, str) and len(value) <= MAX_BODY // 2


def redrawn(outgoing: Outgoing, *, message: str | None = None) -> Tidy | None:
    """The question drawn over the message that asks it, e.g. with another choice ticked; None where it asks nothing."""
    if outgoing.contact_id is None or outgoing.turn is None:
        return None
    body = f"{outgoing.body}\n\n{outgoing.note}" if outgoing.note else outgoing.body
    return Tidy(outgoing.contact_id, outgoing.turn, body, outgoing.head, outgoing.buttons, message)


def _is_revisit(turn: Turn) -> bool:
    """Whether an answer is changed out of turn; what was returned is asked, and counted, in its turn."""
    return isinstance(turn.prompt, AskStep) and turn.prompt.revisiting and not turn.prompt.returned


def _asked_step(turn: Turn) -> Step | None:
    match turn.prompt:
        case AskStep(step=step) | AskReason(step=step) | Sleeping(step=step):
            return step
        case _:
            return None


def _hint(scene: Scene) -> str:
    step = _asked_step(scene.turn)
    return "" if step is None or step.hint is None else scene.fill(step.hint)


def _rejection(scene: Scene, rejection: Rejection | None) -> str:
    if rejection is None:
        return ""
    step = _asked_step(scene.turn)
    if rejection.code is RejectionCode.CONSTRAINT and step is not None and step.constraint_message is not None:
        return scene.fill(step.constraint_message)
    return rejection_text(rejection, step, language=scene.language)


def _offer_change(scene: Scene, earlier: Path | None) -> tuple[str, Rows]:
    """For an old button: what was answered there, and a way to change it."""
    if earlier is None or earlier == scene.path:
        return "", ()
    slot = route(scene.scenario, scene.contact).slot(earlier)
    if slot is None or slot.answer is None:
        return "", ()
    _ = scene.texts
    said = _(
        "To “{question}” the answer is: {answer}.",
        question=scene.mention(earlier, slot.step),
        answer=brief(scene.answered(slot.step, slot.answer)),
    )
    return said, ((scene.button(_("Change that answer"), ChangeHere(), path=earlier),),)


def _news(scene: Scene) -> list[str]:
    """What just happened besides the answer, in a sentence each."""
    return [said for event in scene.turn.events if (said := _told(scene, event))]


def _told(scene: Scene, event: Event) -> str:
    _ = scene.texts
    match event:
        case ExitUndone():
            return _("That way out was taken back.")
        case Deactivated(paths=paths):
            return _.many(
                "{n} later answer does not apply now; it is kept aside.",
                "{n} later answers do not apply now; they are kept aside.",
                len(paths),
            )
        case Reactivated(paths=paths):
            return _.many("{n} earlier answer is back.", "{n} earlier answers are back.", len(paths))
        case PutOnTray(evidence=files):
            return _.many("Put aside for later.", "Put aside for later: {n} things.", len(files))
        case WaitEnded(came=False):
            return _("The time is up. Saved: no reply.")
        case _:
            return ""
