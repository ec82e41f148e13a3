"""A juror's tasks: what is offered, taken, begun and done; taking, declining and beginning one."""

from __future__ import annotations

from collections.abc import Callable

from bot.channels.base import Outgoing
from bot.i18n import moment_text
from bot.refusals import Refusal, RefusalCode
from bot.roles import notices
from bot.roles.juror import walking
from bot.talk import Talk, UnknownScript
from bot.tap_kinds import (
    DECLINE_REASONS,
    Accept,
    Begin,
    ContinueContact,
    Decline,
    DeclineBecause,
    OneTask,
    Tap,
    Tasks,
)
from bot.views import common, juror_tasks
from bot.views.facts import TaskFact, TaskState
from scenarios import engine
from scenarios.contact import Contact, Phase, Resume, Sleeping, Turn
from scenarios.model import Mode
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
        case Begin(assignment=task):
            _with_task(talk, task, _begin)
        case ContinueContact(contact=contact):
            _continue(talk, contact)
        case _:
            return False
    if not isinstance(tap, DeclineBecause) and talk.person.dialog is not None:
        people.set_dialog(talk.unit, talk.person.id, None)
    return True


def take_words(talk: Talk, text: str) -> bool:
    """Take words that answer a question of ours outside a contact; False where there is none."""
    dialog = talk.person.dialog
    if dialog is None or dialog.get("kind") != DIALOG_DECLINE:
        return False
    reason = text.strip()
    task = assignments.assignment(talk.unit, int(dialog["assignment"]), lock=True)
    if task is None or task.person_id != talk.person.id or task.state not in {State.OFFERED, State.ACCEPTED}:
        people.set_dialog(talk.unit, talk.person.id, None)
        return False
    if not reason or len(reason) > MAX_REASON_CHARS:
        talk.say(juror_tasks.decline_in_words(_fact(talk, task), language=talk.language))
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
    assignments.change(talk.unit, task.id, state=State.ACCEPTED, now=talk.now)
    talk.note("accepted", f"assignment:{task.id}")
    notices.accepted(talk, task)
    taken = assignments.assignment(talk.unit, task.id) or task
    talk.say(juror_tasks.accepted(_fact(talk, taken), language=talk.language, zone=talk.zone, now=talk.now))


def _ask_reason(talk: Talk, task: Assignment) -> None:
    if task.state not in {State.OFFERED, State.ACCEPTED} or task.contact_id is not None:
        _settled(talk, task)
        return
    talk.say(juror_tasks.decline_reasons(_fact(talk, task), language=talk.language))


def _decline_because(talk: Talk, task: Assignment, index: int) -> None:
    if task.state not in {State.OFFERED, State.ACCEPTED} or task.contact_id is not None:
        _settled(talk, task)
        return
    reason = DECLINE_REASONS[index] if 0 <= index < len(DECLINE_REASONS) else DECLINE_REASONS[-1]
    if reason == "other":
        people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_DECLINE, "assignment": task.id})
        talk.say(juror_tasks.decline_in_words(_fact(talk, task), language=talk.language))
        return
    _decline(talk, task, reason)


def _decline(talk: Talk, task: Assignment, reason: str) -> None:
    assignments.change(talk.unit, task.id, state=State.DECLINED, reason=reason, now=talk.now)
    talk.note("declined", f"assignment:{task.id}", reason=reason)
    notices.declined(talk, task, reason)
    talk.say(juror_tasks.declined(_fact(talk, task), language=talk.language))


def _settled(talk: Talk, task: Assignment) -> None:
    """The task was decided on before: say so, and show how it stands."""
    card = juror_tasks.task_card(_fact(talk, task), language=talk.language, zone=talk.zone, now=talk.now)
    said = common.refused(Refusal(RefusalCode.ALREADY_TAKEN), language=talk.language)
    talk.say(Outgoing(f"{said.body}\n\n{card.body}", head=card.head, buttons=card.buttons))


def _begin(talk: Talk, task: Assignment) -> None:
    if task.contact_id is not None:
        _continue(talk, task.contact_id)
        return
    if task.state is not State.ACCEPTED:
        _settled(talk, task)
        return
    if talk.now < task.opens_at:
        talk.say(common.refused(Refusal(RefusalCode.NOT_OPEN_YET), language=talk.language))
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
    participant = editions.participant(talk.unit, task.participant_id)
    row = None if task.contact_id is None else contacts.load(talk.unit, task.contact_id, lock=False)
    short = name = address = hours = phone = email = site = ""
    if participant is not None:
        short, name, hours = participant.short_name, participant.name, participant.hours
        phone, email, site = participant.phone, participant.email, participant.site
        address = ", ".join(part for part in (participant.address, participant.postcode, participant.city) if part)
    return TaskFact(
        assignment=task.id,
        place=short,
        name=name,
        mode=Mode(task.mode),
        state=_state(talk, task, row),
        opens_at=task.opens_at,
        due_at=task.due_at,
        address=address,
        hours=hours,
        phone=phone,
        email=email,
        site=site,
        contact=task.contact_id,
    )


def _state(talk: Talk, task: Assignment, row: contacts.ContactRow | None) -> TaskState:
    """How a task stands for the person who does it."""
    if row is None:
        match task.state:
            case State.OFFERED:
                return TaskState.OFFERED
            case State.ACCEPTED:
                return TaskState.ACCEPTED
            case _:
                return TaskState.CLOSED
    match row.contact.phase:
        case Phase.OPEN if row.contact.paused:
            return TaskState.RESTING
        case Phase.OPEN:
            scenario = talk.desk.scripts.version(talk.unit, row.scenario_version)
            waiting = isinstance(engine.prompt_of(scenario, row.contact), Sleeping)
            return TaskState.WAITING if waiting else TaskState.IN_PROGRESS
        case Phase.SUBMITTED:
            return TaskState.SENT
        case _:
            return TaskState.CLOSED
