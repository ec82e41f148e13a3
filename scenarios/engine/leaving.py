"""Going back, changing an earlier answer, leaving by an exit route, waiting and sending."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from scenarios.contact import (
    Answer,
    Answered,
    AnswerState,
    ChangePending,
    Event,
    ExitPending,
    ExitTaken,
    ExitUndone,
    Path,
    Phase,
    RejectionCode,
    Submitted,
    Value,
    WaitEnded,
)
from scenarios.engine.answers import commit, give
from scenarios.engine.moment import Effect, Moment, with_answer
from scenarios.model import ExitRoute, Outcome, Step, StepType
from scenarios.report import digest_of


def undo(moment: Moment) -> Effect:
    """One step back: a proposal, an exit route, or the last answered question asked again."""
    contact = moment.contact
    if contact.pending is not None:
        return Effect(replace(contact, pending=None))
    route_taken = None if contact.exit is None else moment.scenario.exit(contact.exit)
    back = [path for path in contact.order if path in moment.route.answered]
    if route_taken is not None and not _answered_since_exit(moment, route_taken):
        return _undo_exit(moment, route_taken)
    if contact.revisiting in back:
        back = back[: back.index(contact.revisiting)]
    if not back:
        return moment.no(RejectionCode.NOTHING_TO_UNDO)
    return Effect(replace(contact, revisiting=back[-1]))


def _answered_since_exit(moment: Moment, taken: ExitRoute) -> bool:
    return any(slot.answer is not None and slot.section.name in taken.sections for slot in moment.route.slots)


def _undo_exit(moment: Moment, taken: ExitRoute) -> Effect:
    contact = replace(moment.contact, exit=None, revisiting=None)
    events: list[Event] = [ExitUndone(taken.name)]
    for name in taken.sets:
        previous = contact.answers.get(name)
        if previous is not None and previous.reason == _set_by(taken):
            withdrawn = Answer(name, AnswerState.WITHDRAWN, None, moment.now, contact.revision + 1)
            contact = with_answer(contact, withdrawn)
            events.append(Answered(withdrawn, previous))
    return Effect(contact, tuple(events))


def revisit(moment: Moment, path: Path) -> Effect:
    """Ask an earlier question again; its answer stays until there is a new one."""
    if path not in moment.route.answered:
        return moment.no(RejectionCode.STALE)
    return Effect(replace(moment.contact, revisiting=path, pending=None))


def propose_exit(moment: Moment, name: str) -> Effect:
    """Propose an exit route; it is taken once confirmed."""
    taken = moment.scenario.exit(name)
    slot = moment.slot
    if taken is None or slot is None or moment.contact.phase is not Phase.OPEN:
        return moment.no(RejectionCode.NOT_NOW)
    if slot.section.stage not in taken.stages or moment.contact.exit is not None:
        return moment.no(RejectionCode.NOT_NOW)
    return Effect(replace(moment.contact, pending=ExitPending(name)))


def confirm(moment: Moment) -> Effect:
    """Carry out what was proposed."""
    match moment.contact.pending:
        case ChangePending(answer, off, on):
            return commit(moment, answer, off=off, on=on)
        case ExitPending(name, leading):
            return _take_exit(moment, name, leading)
        case _:
            return moment.no(RejectionCode.NOT_NOW)


def _take_exit(moment: Moment, name: str, leading: Answer | None) -> Effect:
    taken = moment.scenario.exit(name)
    if taken is None:  # pragma: no cover - a scenario version never changes under a contact
        return moment.no(RejectionCode.NOT_NOW)
    contact = replace(moment.contact, pending=None, revisiting=None)
    events: list[Event] = []
    if leading is not None:
        events.append(Answered(leading, contact.answers.get(leading.path)))
        contact = with_answer(contact, leading)
    for step_name, literal in taken.sets.items():
        answer = Answer(
            step_name,
            AnswerState.GIVEN,
            literal_value(moment.scenario.steps_by_name[step_name], literal),
            moment.now,
            contact.revision + 1,
            _set_by(taken),
        )
        events.append(Answered(answer, contact.answers.get(step_name)))
        contact = with_answer(contact, answer)
    contact = replace(contact, exit=name)
    match taken.outcome:
        case Outcome.FINISH:
            pass
        case Outcome.VOID:
            contact = replace(contact, phase=Phase.VOID)
        case Outcome.RETURNED:
            contact = replace(contact, phase=Phase.RETURNED)
        case _:  # pragma: no cover - mypy proves it
            assert_never(taken.outcome)
    return Effect(contact, (*events, ExitTaken(name, taken.outcome)))


def _set_by(taken: ExitRoute) -> str:
    """The reason kept with an answer that an exit route gave by itself."""
    return f"exit:{taken.name}"


def literal_value(step: Step, literal: str) -> Value:
    """The value an exit route's ``sets`` gives a step: "yes"/"no", a choice's name, or a number."""
    match step.type:
        case StepType.YES_NO | StepType.ACKNOWLEDGE:
            return literal == "yes"
        case StepType.RANGE | StepType.INTEGER | StepType.COUNT | StepType.TIMER:
            return int(literal)
        case StepType.DECIMAL:
            return Decimal(literal)
        case StepType.SELECT_MULTIPLE:
            return tuple(name.strip() for name in literal.split(","))
        case _:
            return literal


def time_passed(moment: Moment) -> Effect:
    """End a wait whose deadline is over."""
    slot = moment.route.current
    if slot is None or slot.step.type is not StepType.WAIT:
        return Effect(moment.contact)
    deadline = moment.contact.waits.get(slot.path)
    if deadline is None or moment.now < deadline:
        return Effect(moment.contact)
    change = give(moment, slot, AnswerState.GIVEN, "no_reply")
    return replace(change, events=(*change.events, WaitEnded(slot.path, came=False)))


def submit(moment: Moment) -> Effect:
    """Send the report, or its corrections."""
    contact = moment.contact
    if moment.slot is not None or contact.pending is not None:
        return moment.no(RejectionCode.NOT_NOW)
    again = contact.phase is Phase.SUBMITTED
    if again and contact.submitted_revision == contact.revision:
        return moment.no(RejectionCode.NOT_NOW)
    sent = replace(
        contact,
        phase=Phase.SUBMITTED,
        submitted_at=contact.submitted_at or moment.now,
        submitted_revision=contact.revision,
    )
    return Effect(sent, (Submitted(digest_of(sent, moment.route), moment.now, again),))
