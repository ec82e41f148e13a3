"""A juror's tasks: what is offered, taken, begun and done; taking, declining and beginning one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.channels.base import Outgoing
from bot.i18n import moment_text
from bot.refusals import Refusal, RefusalCode
from bot.roles import notices, offering, upcoming
from bot.roles.days import day_of
from bot.roles.juror import dates, walking
from bot.roles.task_facts import fact_of
from bot.talk import Talk, UnknownScript
from bot.tap_kinds import (
    DECLINE_REASONS,
    Accept,
    AcceptAll,
    Begin,
    ContinueContact,
    Decline,
    DeclineBecause,
    OneTask,
    ProposeDate,
    ProposeDay,
    ProposeInWords,
    Tap,
    Tasks,
)
from bot.views import common, juror_tasks
from bot.views.facts import TaskFact
from bot.views.rejections import rejection_text
from scenarios import engine
from scenarios.contact import Contact, Rejection, Resume, Turn
from scenarios.replies import read_text
from storage import assignments, contacts, editions, people
from storage.assignments import Assignment, State

MAX_REASON_CHARS = 500
"""Length of a person's own reason for declining."""

Act = Callable[[Talk, Assignment], None]

DIALOG_DECLINE = "decline"
"""The dialog in which the next words are the reason for declining a task."""


def show(talk: Talk) -> None:
    """The list of tasks."""
    facts = [_fact(talk, task) for task in assignments.of_person(talk.unit, talk.person.id)]
    talk.say(juror_tasks.tasks(facts, language=talk.language, zone=talk.zone, now=talk.now))


def tap_menu(talk: Talk, tap: Tap) -> bool:
    """Take a tap on the list or on a task; False where it is not one of those."""
    match tap:
        case Tasks():
            show(talk)
        case OneTask(assignment=task):
            _with_task(talk, task, _show_card)
        case Accept(assignment=task):
            _with_task(talk, task, _accept)
        case Decline(assignment=task):
            _with_task(talk, task, _ask_reason)
        case DeclineBecause(assignment=task, reason=index):
            _with_task(talk, task, lambda talk, task: _decline_because(talk, task, index))
        case AcceptAll(newest=newest):
            _accept_all(talk, newest)
        case ProposeDate(assignment=task):
            _with_task(talk, task, _ask_date)
        case ProposeInWords(assignment=task):
            _with_task(talk, task, lambda talk, task: _ask_date(talk, task, in_words=True))
        case ProposeDay(assignment=task, day=ordinal):
            _with_task(talk, task, lambda talk, task: _propose(talk, task, ordinal))
        case Begin(assignment=task):
            _with_task(talk, task, _begin)
        case ContinueContact(contact=contact):
            _continue(talk, contact)
        case _:
            return False
    return True


def take_words(talk: Talk, text: str) -> bool:
    """Take words that answer a question of ours outside a contact; False where there is none."""
    dialog = talk.person.dialog
    if dialog is None or dialog.get("kind") not in {DIALOG_DECLINE, dates.DIALOG_PROPOSE}:
        return False
    task = assignments.assignment(talk.unit, int(dialog["assignment"]), lock=True)
    if task is None or task.person_id != talk.person.id or not _can_decline(task):
        people.set_dialog(talk.unit, talk.person.id, None)
        return False
    if dialog.get("kind") == dates.DIALOG_PROPOSE:
        people.set_dialog(talk.unit, talk.person.id, None)
        dates.take_words(talk, task, text)
        return True
    reason = read_text(text, maximum=MAX_REASON_CHARS)
    if isinstance(reason, Rejection):
        asked = juror_tasks.decline_in_words(_fact(talk, task), language=talk.language)
        said = rejection_text(reason, None, language=talk.language)
        talk.say(replace(asked, body=f"{said}\n\n{asked.body}"))
        return True
    people.set_dialog(talk.unit, talk.person.id, None)
    _decline(talk, task, reason)
    return True


def _with_task(talk: Talk, task_id: int, act: Act) -> None:
    task = assignments.assignment(talk.unit, task_id, lock=True)
    if task is None or task.person_id != talk.person.id:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    act(talk, task)


def _show_card(talk: Talk, task: Assignment) -> None:
    talk.say(juror_tasks.task_card(_fact(talk, task), language=talk.language, zone=talk.zone, now=talk.now))


def _accept(talk: Talk, task: Assignment) -> None:
    if task.state is not State.OFFERED:
        _settled(talk, task)
        return
    if talk.now > task.due_at:
        talk.say(common.refused(Refusal(RefusalCode.TOO_LATE), language=talk.language))
        return
    taken = _take(talk, task)
    notices.accepted(talk, task)
    talk.say(juror_tasks.accepted(_fact(talk, taken), language=talk.language, zone=talk.zone, now=talk.now))


def _accept_all(talk: Talk, newest: int) -> None:
    """Take everything on offer that the person was shown."""
    mine = assignments.of_person(talk.unit, talk.person.id)
    locked = [assignments.assignment(talk.unit, one.id, lock=True) for one in mine if one.id <= newest]
    offered = [one for one in locked if one is not None and one.state is State.OFFERED]
    taken = [_take(talk, one) for one in offered if talk.now <= one.due_at]
    if taken:
        notices.all_accepted(talk, taken)
    talk.say(
        juror_tasks.all_accepted(
            [_fact(talk, one) for one in taken],
            len(offered) - len(taken),
            language=talk.language,
            zone=talk.zone,
            now=talk.now,
        )
    )


def _take(talk: Talk, task: Assignment) -> Assignment:
    assignments.change(talk.unit, task.id, state=State.ACCEPTED, now=talk.now)
    assignments.adjust(talk.unit, task.id, proposed_due=None)
    talk.note("accepted", f"assignment:{task.id}")
    taken = assignments.assignment(talk.unit, task.id) or task
    upcoming.after_accept(talk.unit, talk.desk, taken, talk.now)
    return taken


def _ask_date(talk: Talk, task: Assignment, *, in_words: bool = False) -> None:
    if not dates.can_propose(task):
        _settled(talk, task)
        return
    dates.ask(talk, task, in_words=in_words)


def _propose(talk: Talk, task: Assignment, ordinal: int) -> None:
    if not dates.can_propose(task):
        _settled(talk, task)
        return
    day = day_of(ordinal)
    if day is None:
        dates.ask(talk, task)
        return
    dates.propose(talk, task, day)


def _ask_reason(talk: Talk, task: Assignment) -> None:
    if not _can_decline(task):
        _settled(talk, task)
        return
    talk.say(juror_tasks.decline_reasons(_fact(talk, task), language=talk.language))


def _decline_because(talk: Talk, task: Assignment, index: int) -> None:
    if not _can_decline(task):
        _settled(talk, task)
        return
    reason = DECLINE_REASONS[index] if 0 <= index < len(DECLINE_REASONS) else "other"
    if reason == "other":
        people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_DECLINE, "assignment": task.id})
        talk.say(juror_tasks.decline_in_words(_fact(talk, task), language=talk.language))
        return
    _decline(talk, task, reason)


def _can_decline(task: Assignment) -> bool:
    return task.state in assignments.UNFINISHED and task.contact_id is None


def _decline(talk: Talk, task: Assignment, reason: str) -> None:
    assignments.change(talk.unit, task.id, state=State.DECLINED, reason=reason, now=talk.now)
    talk.note("declined", f"assignment:{task.id}", reason=reason if reason in DECLINE_REASONS else "own words")
    talk.say(juror_tasks.declined(_fact(talk, task), language=talk.language))
    given_back = assignments.assignment(talk.unit, task.id) or task
    if reason == "conflict":
        offering.declare_conflict(talk.unit, talk.desk, given_back, now=talk.now)
    offering.pass_on(talk.unit, talk.desk, given_back, now=talk.now)


def _settled(talk: Talk, task: Assignment) -> None:
    """The task was decided on before: say so, and show how it stands."""
    card = juror_tasks.task_card(_fact(talk, task), language=talk.language, zone=talk.zone, now=talk.now)
    said = common.refused(Refusal(RefusalCode.ALREADY_TAKEN), language=talk.language)
    talk.say(Outgoing(f"{said.body}\n\n{card.body}", head=card.head, buttons=card.buttons))


def _begin(talk: Talk, task: Assignment) -> None:
    if task.contact_id is not None:
        _continue(talk, task.contact_id)
        return
    if task.state is State.OFFERED:
        _show_card(talk, task)  # it is taken first
        return
    if task.state is not State.ACCEPTED:
        _settled(talk, task)
        return
    if not task.opens_at <= talk.now <= task.due_at:
        early = RefusalCode.NOT_OPEN_YET if talk.now < task.opens_at else RefusalCode.TOO_LATE
        talk.say(common.refused(Refusal(early), language=talk.language))
        return
    participant = editions.participant(talk.unit, task.participant_id)
    try:
        scenario = talk.desk.scripts.newest(talk.unit, task.scenario)
    except UnknownScript:
        scenario = None
    if participant is None or scenario is None:
        notices.not_ready(talk, task)
        talk.say(common.refused(Refusal(RefusalCode.NO_SCENARIO), language=talk.language))
        return
    facts = walking.facts_of(participant, window=_window(talk, task))
    turns: list[Turn] = []

    def make(contact_id: int) -> Contact:
        turns.append(
            engine.begin(scenario, contact_id=contact_id, facts=facts, now=talk.now, zone=talk.zone, case=task.case)
        )
        return turns[-1].contact

    try:
        contact = contacts.begin(talk.unit, assignment_id=task.id, person_id=talk.person.id, make=make)
    except engine.NoCase:
        notices.not_ready(talk, task)
        talk.say(common.refused(Refusal(RefusalCode.NO_SCENARIO), language=talk.language))
        return
    assignments.bind_contact(talk.unit, task.id, contact.id)
    talk.note("begun", f"contact:{contact.id}", assignment=task.id, scenario=scenario.version)
    walk = walking.take_up(talk, contact.id)
    walking.keep(talk, walk, turns[-1])
    upcoming.after_answer(talk.unit, talk.desk, contact.id, edition_id=task.edition_id, now=talk.now)
    walking.be_at(talk, walk.contact)
    talk.say(walking.shown(talk, walk, turns[-1]))


def _continue(talk: Talk, contact_id: int) -> None:
    try:
        walk = walking.take_up(talk, contact_id)
    except walking.NotYours:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    walking.reply(talk, walk, Resume())


def _window(talk: Talk, task: Assignment) -> str:
    opens, due = (
        moment_text(moment, language=talk.language, zone=talk.zone, now=talk.now)
        for moment in (task.opens_at, task.due_at)
    )
    return f"{opens} – {due}"


def _fact(talk: Talk, task: Assignment) -> TaskFact:
    return fact_of(talk.unit, talk.desk, task)
