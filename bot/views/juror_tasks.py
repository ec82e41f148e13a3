"""Outside of contacts: the welcome, consent, tasks to take or decline, help, and what is kept about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import LANGUAGE_NAMES, N_, Translator, moment_text, texts, weekday_text
from bot.tap_kinds import (
    DECLINE_REASONS,
    Accept,
    AcceptAll,
    Begin,
    ConsentNo,
    ConsentYes,
    ContinueContact,
    Decline,
    DeclineBecause,
    OneTask,
    ProposeDate,
    ProposeDay,
    ProposeInWords,
    SpeakEnglish,
    SpeakPolish,
    Tasks,
)
from bot.views.common import menu_rows, mode_name, to_tasks
from bot.views.facts import MyDataFact, TaskFact, TaskState
from bot.views.pages import brief
from bot.views.placeholders import bullets
from bot.views.scene import MAX_LABEL, Rows, menu_button
from storage.people import Role

DECLINE_TEXTS = {
    "no_time": N_("No time in those days"),
    "too_far": N_("Too far"),
    "known_there": N_("Somebody knows me there"),
    "unforeseen": N_("Something came up"),
    "conflict": N_("Conflict of interest"),
    "other": N_("Another reason"),
}
"""Codes of ``DECLINE_REASONS`` in words, in the order they are shown."""

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
    on_offer = [fact for fact in shown if fact.state is TaskState.OFFERED]
    if 1 < len(on_offer) <= MAX_TASKS:  # more are not all listed, and nothing is taken unseen
        rows.insert(0, (accept_all(on_offer, language=language),))
    return Outgoing("\n\n".join(blocks), head=_("Tasks"), buttons=(*rows, *menu_rows(language)[1:]))


def accept_all(offered: Sequence[TaskFact], *, language: str) -> Button:
    """Take all of these at once."""
    _ = texts(language)
    newest = max(fact.assignment for fact in offered)
    return menu_button(_("Take all ({n})", n=len(offered)), AcceptAll(newest), style=ButtonStyle.PRIMARY)


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
        (menu_button(_(label), DeclineBecause(fact.assignment, DECLINE_REASONS.index(code))),)
        for code, label in DECLINE_TEXTS.items()
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


def taken_back(fact: TaskFact, *, language: str) -> Outgoing:
    """The coordinator gave the task to somebody else."""
    _ = texts(language)
    said = _("This task is off your list now, nothing more needs to be done. Thank you.")
    return Outgoing(said, head=_place(_, fact), buttons=to_tasks(language))


def all_accepted(facts: Sequence[TaskFact], late: int, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """All that was offered is taken; ``late``: so many could not be any more."""
    _ = texts(language)
    if not facts:
        return Outgoing(_("There is nothing on offer now."), buttons=to_tasks(language))
    said = _.many("{n} task is yours, thank you:", "{n} tasks are yours, thank you:", len(facts))
    lines = bullets([_line(_, fact, zone=zone, now=now) for fact in facts])
    blocks = [f"{said}\n{lines}"]
    if late:
        blocks.append(_.many("{n} could not be taken: its time is over.", "{n} could not be taken: too late.", late))
    rows = tuple((_task_button(_, fact),) for fact in facts[:MAX_TASKS])
    return Outgoing("\n\n".join(blocks), buttons=(*rows, *to_tasks(language)))


def which_date(
    fact: TaskFact, days: Sequence[date], last: date | None, *, language: str, in_words: bool = False, problem: str = ""
) -> Outgoing:
    """Which other day would do: buttons, or words."""
    _ = texts(language)
    asked = _("By which day would it work? The coordinator decides then.")
    if in_words:
        asked = _("Please write the day, for example: {example}.", example=_("December 3"))
    if last is not None:
        asked += " " + _("At the latest: {day}.", day=weekday_text(last, language=language))
    rows = [
        (menu_button(weekday_text(day, language=language), ProposeDay(fact.assignment, day.toordinal())),)
        for day in days
    ]
    if not in_words:
        rows.append((menu_button(_("Some other day…"), ProposeInWords(fact.assignment), style=ButtonStyle.QUIET),))
    back = (menu_button(_("Back"), OneTask(fact.assignment), style=ButtonStyle.QUIET),)
    body = "\n\n".join(part for part in (problem, asked) if part)
    expects = InputHint.DATE if in_words else InputHint.NONE
    return Outgoing(body, head=_place(_, fact), buttons=(*rows, back), expects=expects)


def no_other_date(fact: TaskFact, *, language: str) -> Outgoing:
    """The wave is nearly over: there is no later day."""
    _ = texts(language)
    said = _("There is no other day left for this task. If it does not work out, “Not this one” is quite all right.")
    back = ((menu_button(_("Back"), OneTask(fact.assignment), style=ButtonStyle.QUIET),),)
    return Outgoing(said, head=_place(_, fact), buttons=back)


def day_is_over(day: date, *, language: str) -> str:
    """A day in the past was proposed."""
    _ = texts(language)
    return _("{day} is over already.", day=weekday_text(day, language=language))


def day_too_late(day: date, last: date, *, language: str) -> str:
    """A day after the last one was proposed."""
    _ = texts(language)
    shown = weekday_text(day, language=language)
    return _("{day} is too late, the last day is {last}.", day=shown, last=weekday_text(last, language=language))


def day_is_the_same(day: date, *, language: str) -> str:
    """The day it is due anyway was proposed."""
    _ = texts(language)
    return _("{day} is the date it has already.", day=weekday_text(day, language=language))


def date_proposed(fact: TaskFact, day: date, *, language: str) -> Outgoing:
    """The proposal is with the coordinator."""
    _ = texts(language)
    said = _(
        "Noted: by {day}. The coordinator has been asked, the answer comes here.",
        day=weekday_text(day, language=language),
    )
    return Outgoing(said, head=_place(_, fact), buttons=to_tasks(language))


def date_agreed(fact: TaskFact, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """The coordinator agreed: the task is taken, with its new date."""
    _ = texts(language)
    said = _("The new date is fine, the task is yours. Thank you!")
    body = "\n\n".join(part for part in (said, _when(_, fact, zone=zone, now=now)) if part)
    return Outgoing(body, head=_place(_, fact), buttons=(*_card_rows(_, fact), *to_tasks(language)))


def date_refused(fact: TaskFact, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """The date could not be moved; what was offered still stands."""
    _ = texts(language)
    said = _("The date cannot be moved this time, sorry. If it does not work out, it is all right to say no.")
    body = "\n\n".join(part for part in (said, _when(_, fact, zone=zone, now=now)) if part)
    return Outgoing(body, head=_place(_, fact), buttons=(*_card_rows(_, fact), *to_tasks(language)))


def date_moved(fact: TaskFact, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """The coordinator named another date."""
    _ = texts(language)
    said = _("This task has another date now.")
    body = "\n\n".join(part for part in (said, _when(_, fact, zone=zone, now=now)) if part)
    return Outgoing(body, head=_place(_, fact), buttons=(*_card_rows(_, fact), *to_tasks(language)))


def _place(_: Translator, fact: TaskFact) -> str:
    return f"{fact.place} · {mode_name(fact.mode, language=_.language)}"


def was_out(*, language: str) -> str:
    """Stands before a question that is shown again after nobody could be heard for a while."""
    _ = texts(language)
    return _("For a while nothing reached this chat. If you tapped something meanwhile, please tap it once more.")


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
        _("Chats: {chats}", chats=_chats(_, fact.channels) or "–"),
    ]
    if fact.role is Role.JUROR:
        lines += [
            _("Tasks begun: {n}", n=fact.contacts),
            _("Answers, with every change of them: {n}", n=fact.answers),
            _("Photos, files and voice notes: {n}", n=fact.evidence),
        ]
    lines.append(_("Messages of this chat: {n}", n=fact.messages))
    match fact.role:
        case Role.JUROR:
            why = _(
                "Your name is kept apart from what you saw: the institution gets results without it. "
                "To have something corrected or deleted, write to your coordinator."
            )
        case Role.COORDINATOR:
            why = _("What was decided here is in the journal. To have your data deleted, write to an organizer.")
        case Role.ORGANIZER:
            why = _("What was decided here is in the journal. Your data can be deleted by another organizer.")
    return Outgoing("\n".join(lines) + f"\n\n{why}", head=_("My data"), buttons=menu_rows(language))


def _chats(_: Translator, channels: Mapping[str, int]) -> str:
    names = {"web": _("in the browser"), "telegram": "Telegram"}
    return ", ".join(names.get(name, name) + (f" ×{n}" if n > 1 else "") for name, n in channels.items())


def _card_rows(_: Translator, fact: TaskFact) -> Rows:
    match fact.state:
        case TaskState.OFFERED:
            return (
                (
                    menu_button(_("I take it"), Accept(fact.assignment), style=ButtonStyle.PRIMARY),
                    menu_button(_("Not this one"), Decline(fact.assignment)),
                ),
                (menu_button(_("Another date"), ProposeDate(fact.assignment), style=ButtonStyle.QUIET),),
            )
        case TaskState.ACCEPTED:
            return (
                (menu_button(_("Begin"), Begin(fact.assignment), style=ButtonStyle.PRIMARY),),
                (menu_button(_("Another date"), ProposeDate(fact.assignment), style=ButtonStyle.QUIET),),
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
    if fact.state is TaskState.OFFERED and fact.answer_by is not None and fact.answer_by != fact.due_at:
        time = moment_text(fact.answer_by, language=_.language, zone=zone, now=now)
        lines.append(_("Please answer by {time}.", time=time))
    if fact.proposed_due is not None and fact.state in {TaskState.OFFERED, TaskState.ACCEPTED}:
        day = weekday_text(fact.proposed_due.astimezone(zone).date(), language=_.language)
        lines.append(_("Proposed: by {day}; the coordinator decides.", day=day))
    return " ".join(lines)
