"""Outside of contacts: the welcome, consent, tasks to take or decline, help, and what is kept about a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import LANGUAGE_NAMES, N_, Translator, moment_text, texts, weekday_text
from bot.tap_kinds import (
    DECLINE_REASONS,
    Accept,
    Begin,
    ConsentNo,
    ConsentYes,
    ContinueContact,
    Decline,
    DeclineBecause,
    OneTask,
    SpeakEnglish,
    SpeakPolish,
    Tasks,
)
from bot.views.common import menu_rows, mode_name, to_tasks
from bot.views.facts import MyDataFact, TaskFact, TaskState
from bot.views.pages import brief
from bot.views.placeholders import bullets
from bot.views.scene import MAX_LABEL, Rows, menu_button

DECLINE_TEXTS = {
    "no_time": N_("No time in those days"),
    "too_far": N_("Too far"),
    "known_there": N_("Somebody knows me there"),
    "unforeseen": N_("Something came up"),
    "other": N_("Another reason"),
}
"""Codes of ``DECLINE_REASONS`` in words."""

MAX_TASKS = 20
"""Tasks listed at once; the rest is counted and comes up as these are done."""

_GROUPS = (
    (N_("To decide on"), (TaskState.OFFERED,)),
    (N_("Under way"), (TaskState.IN_PROGRESS, TaskState.WAITING, TaskState.RESTING)),
    (N_("To do"), (TaskState.ACCEPTED,)),
    (N_("Sent"), (TaskState.SENT,)),
)

_STATES = {
    TaskState.WAITING: N_("waiting for a reply"),
    TaskState.RESTING: N_("a break"),
    TaskState.SENT: N_("can still be corrected"),
    TaskState.CLOSED: N_("closed"),
}


def welcome(name: str, *, language: str) -> tuple[Outgoing, ...]:
    """Three short messages: what this is, what is kept, and whether that is agreed to."""
    _ = texts(language)
    what = _(
        "Hello! This chat is for {name}. It leads you step by step: what to prepare, what to look at, "
        "and afterwards one short question at a time. Everything is saved at once; you can stop and come back any day.",
        name=name,
    )
    kept = _(
        "What we keep: your name, language and this chat; your answers, photos and voice notes, with their time and "
        "place. Coordinators and organizers read them; the institution gets the results without your name. "
        "“My data” shows it at any time. You can take your consent back: just write to the coordinator."
    )
    rule = _(
        "Two rules: no faces, documents or names of people in photos and notes, and nobody's conversation is recorded. "
        "Do you agree to all this?"
    )
    rows = (
        (menu_button(_("I agree"), ConsentYes(), style=ButtonStyle.PRIMARY), menu_button(_("Not now"), ConsentNo())),
        (
            menu_button(LANGUAGE_NAMES["pl"], SpeakPolish(), style=ButtonStyle.QUIET),
            menu_button(LANGUAGE_NAMES["en"], SpeakEnglish(), style=ButtonStyle.QUIET),
        ),
    )
    return Outgoing(what), Outgoing(kept), Outgoing(rule, buttons=rows)


def consent_taken(*, language: str) -> Outgoing:
    """Agreed: on to the tasks."""
    _ = texts(language)
    return Outgoing(_("Thank you. Here is where to begin:"), buttons=to_tasks(language))


def consent_declined(*, language: str) -> Outgoing:
    """Not agreed: nothing happens, and the door stays open."""
    _ = texts(language)
    rows = ((menu_button(_("I agree"), ConsentYes()),),)
    return Outgoing(_("All right, nothing begins without it. This button will wait here."), buttons=rows)


def tasks(facts: Sequence[TaskFact], *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """What is offered, accepted, under way and due; a button for each."""
    _ = texts(language)
    shown = [fact for fact in facts if fact.state is not TaskState.CLOSED]
    if not shown:
        none = _("There are no tasks now. A message will come when there is one.")
        return Outgoing(none, buttons=menu_rows(language))
    ordered = [fact for _heading, states in _GROUPS for fact in shown if fact.state in states]
    listed, rest = ordered[:MAX_TASKS], len(ordered) - MAX_TASKS
    blocks = []
    for heading, states in _GROUPS:
        lines = [_line(_, fact, zone=zone, now=now) for fact in listed if fact.state in states]
        if lines:
            blocks.append(f"{_(heading)}\n{bullets(lines)}")
    if rest > 0:
        blocks.append(_.many("and {n} more", "and {n} more", rest))
    rows: list[tuple[Button, ...]] = [(_task_button(_, fact),) for fact in listed]
    return Outgoing("\n\n".join(blocks), head=_("Tasks"), buttons=(*rows, *menu_rows(language)[1:]))


def task_card(fact: TaskFact, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """One task: the place, when, and what can be done with it."""
    _ = texts(language)
    details = [
        (_("Address"), fact.address),
        (_("Hours"), fact.hours),
        (_("Phone"), fact.phone),
        (_("E-mail"), fact.email),
        (_("Website"), fact.site),
    ]
    known = "\n".join(f"{label}: {value}" for label, value in details if value)
    blocks = [fact.name, known, _when(_, fact, zone=zone, now=now)]
    return Outgoing(
        "\n\n".join(block for block in blocks if block),
        head=f"{fact.place} · {mode_name(fact.mode, language=language)}",
        buttons=(*_card_rows(_, fact), (menu_button(_("Tasks"), Tasks(), style=ButtonStyle.QUIET),)),
    )


def offer(fact: TaskFact, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """A task has just been offered."""
    _ = texts(language)
    card = task_card(fact, language=language, zone=zone, now=now)
    said = _("A new task:")
    return Outgoing(f"{said}\n\n{card.body}", head=card.head, buttons=card.buttons)


def accepted(fact: TaskFact, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """Taken: when to begin."""
    _ = texts(language)
    said = _("It is yours, thank you. Begin here when you have a quiet quarter of an hour to prepare.")
    body = "\n\n".join(part for part in (said, _when(_, fact, zone=zone, now=now)) if part)
    rows = (
        (menu_button(_("Begin"), Begin(fact.assignment), style=ButtonStyle.PRIMARY),),
        (menu_button(_("Tasks"), Tasks(), style=ButtonStyle.QUIET),),
    )
    return Outgoing(body, head=f"{fact.place} · {mode_name(fact.mode, language=language)}", buttons=rows)


def decline_reasons(fact: TaskFact, *, language: str) -> Outgoing:
    """Why not; nobody minds."""
    _ = texts(language)
    rows = tuple(
        (menu_button(_(DECLINE_TEXTS[code]), DeclineBecause(fact.assignment, index)),)
        for index, code in enumerate(DECLINE_REASONS)
    )
    back = (menu_button(_("Back"), OneTask(fact.assignment), style=ButtonStyle.QUIET),)
    return Outgoing(_("That is all right. What is the reason?"), head=fact.place, buttons=(*rows, back))


def decline_in_words(fact: TaskFact, *, language: str) -> Outgoing:
    """The person's own reason is awaited."""
    _ = texts(language)
    back = ((menu_button(_("Back"), OneTask(fact.assignment), style=ButtonStyle.QUIET),),)
    return Outgoing(_("Please write it in a few words."), head=fact.place, buttons=back, expects=InputHint.TEXT)


def declined(fact: TaskFact, *, language: str) -> Outgoing:
    """Declined."""
    _ = texts(language)
    said = _("Noted; somebody else will take it. Thank you for saying so.")
    return Outgoing(said, head=fact.place, buttons=to_tasks(language))


def gentle_reminder(*, language: str) -> str:
    """What stands before a question that has waited for a while."""
    _ = texts(language)
    return _("A gentle reminder.")


def recalled(place: str, *, contact: int, has_ended: bool, language: str) -> Outgoing:
    """Time has come for a task while the person is busy with another one; ``has_ended``: what it waited for."""
    _ = texts(language)
    said = _("The time is up. Saved: no reply.") if has_ended else _("A gentle reminder.")
    rows = ((menu_button(_("Go on"), ContinueContact(contact), style=ButtonStyle.PRIMARY),),)
    return Outgoing(said, head=place, buttons=rows)


def help_text(*, language: str) -> Outgoing:
    """What works everywhere."""
    _ = texts(language)
    lines = [
        _("Answer with a button or in your own words; a photo can be sent at any moment and attached later."),
        _("“Undo” goes one question back, “More…” holds the hint, the earlier answers and the ways out."),
        _("You can stop at any time, on any device: everything is saved."),
        _("“Hide” cleans this chat at once and shows something harmless. “Refresh” brings it back."),
        _("In trouble? Your own safety and peace come first; leaving is always right."),
    ]
    return Outgoing("\n\n".join(lines), head=_("Help"), buttons=menu_rows(language))


def my_data(fact: MyDataFact, *, language: str, zone: ZoneInfo) -> Outgoing:
    """What is kept about the person, in numbers and words."""
    _ = texts(language)
    consent = _("not yet")
    if fact.consented_at is not None:
        consent = moment_text(fact.consented_at, language=language, zone=zone)
    lines = [
        _("Name: {name}", name=fact.name),
        _("Language: {language}", language=LANGUAGE_NAMES.get(fact.language, fact.language)),
        _("Consent: {time}", time=consent),
        _("Chats: {chats}", chats=", ".join(f"{name} ×{n}" for name, n in fact.channels.items()) or "–"),
        _("Tasks begun: {n}", n=fact.contacts),
        _("Answers, with every change of them: {n}", n=fact.answers),
        _("Photos, files and voice notes: {n}", n=fact.evidence),
        _("Messages of this chat: {n}", n=fact.messages),
    ]
    why = _(
        "Your name is kept apart from what you saw: the institution gets results without it. "
        "To have something corrected or deleted, write to your coordinator."
    )
    return Outgoing("\n".join(lines) + f"\n\n{why}", head=_("My data"), buttons=menu_rows(language))


def _card_rows(_: Translator, fact: TaskFact) -> Rows:
    match fact.state:
        case TaskState.OFFERED:
            return (
                (
                    menu_button(_("I take it"), Accept(fact.assignment), style=ButtonStyle.PRIMARY),
                    menu_button(_("Not this one"), Decline(fact.assignment)),
                ),
            )
        case TaskState.ACCEPTED:
            return (
                (menu_button(_("Begin"), Begin(fact.assignment), style=ButtonStyle.PRIMARY),),
                (menu_button(_("It cannot be done after all"), Decline(fact.assignment), style=ButtonStyle.QUIET),),
            )
        case TaskState.CLOSED:
            return ()
        case _ if fact.contact is None:
            return ()
        case _:
            label = _("Open") if fact.state is TaskState.SENT else _("Go on")
            return ((menu_button(label, ContinueContact(fact.contact), style=ButtonStyle.PRIMARY),),)


def _task_button(_: Translator, fact: TaskFact) -> Button:
    mode = mode_name(fact.mode, language=_.language)
    label = f"{brief(fact.place, limit=MAX_LABEL - len(mode) - 3)} – {mode}"
    return menu_button(label, OneTask(fact.assignment))


def _line(_: Translator, fact: TaskFact, *, zone: ZoneInfo, now: datetime) -> str:
    parts = [f"{fact.place} – {mode_name(fact.mode, language=_.language)}"]
    if fact.state in _STATES:
        parts.append(_(_STATES[fact.state]))
    due = _due(_, fact, zone=zone, now=now)
    return ", ".join([*parts, due] if due else parts)


def _due(_: Translator, fact: TaskFact, *, zone: ZoneInfo, now: datetime) -> str:
    if fact.due_at is None or fact.state in {TaskState.SENT, TaskState.CLOSED}:
        return ""
    day = weekday_text(fact.due_at.astimezone(zone).date(), language=_.language)
    return _("was due by {day}", day=day) if fact.due_at < now else _("by {day}", day=day)


def _when(_: Translator, fact: TaskFact, *, zone: ZoneInfo, now: datetime) -> str:
    """The window of the task as a sentence."""
    lines = [_(_STATES[fact.state]).capitalize() + "."] if fact.state in _STATES else []
    if fact.state in {TaskState.SENT, TaskState.CLOSED}:
        return lines[0]
    if fact.opens_at is not None and fact.opens_at > now:
        day = weekday_text(fact.opens_at.astimezone(zone).date(), language=_.language)
        lines.append(_("From {day}.", day=day))
    due = _due(_, fact, zone=zone, now=now)
    if due:
        lines.append(due[:1].upper() + due[1:] + ".")
    return " ".join(lines)
