"""Replies that answer the question being asked, one kind of step each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scenarios.conditions import truth
from scenarios.contact import (
    NOT_CHECKED_REASONS,
    Answer,
    Answered,
    AnswerState,
    ChangePending,
    Contact,
    Done,
    DraftPending,
    Event,
    ExitPending,
    NotApplicable,
    NotChecked,
    Pick,
    ReasonPending,
    Rejection,
    RejectionCode,
    Reply,
    Skip,
    Start,
    Stop,
    TakeDefault,
    TimerStarted,
    Toggle,
    Value,
    WaitEnded,
    Words,
)
from scenarios.engine.moment import Effect, Moment, consequences, draft_of, key_size, suggested, with_answer, worth
from scenarios.folding import fold
from scenarios.model import Step, StepType
from scenarios.replies import Given, interpret, read_text
from scenarios.route import Slot, route

SAID: Mapping[str, Reply] = {
    **dict.fromkeys(("nie dotyczy", "nd", "not applicable", "n/a"), NotApplicable()),
    **dict.fromkeys(("nie sprawdzono", "nie sprawdzilem", "nie sprawdzilam", "ns", "not checked"), NotChecked()),
    **dict.fromkeys(("pomin", "skip"), Skip()),
}
"""What people type instead of tapping the button, folded."""

MAX_REASON_CHARS = 500
"""Length of a person's own reason for not having checked something."""


def answer_question(moment: Moment, reply: Reply) -> Effect:
    """Replies that answer the question being asked."""
    slot = moment.slot
    if slot is None or moment.awaits_decision:
        return moment.no(RejectionCode.NOT_NOW)
    match reply:
        case Pick() | Words() if isinstance(moment.contact.pending, ReasonPending):
            return _take_reason(moment, slot, reply)
        case NotChecked():
            if not slot.step.not_checked:
                return moment.no(RejectionCode.CANNOT_SKIP)
            return Effect(replace(moment.contact, pending=ReasonPending(slot.path)))
        case NotApplicable():
            if not slot.step.not_applicable:
                return moment.no(RejectionCode.CANNOT_SKIP)
            return give(moment, slot, AnswerState.NOT_APPLICABLE, None)
        case Skip():
            if slot.step.required:
                return moment.no(RejectionCode.CANNOT_SKIP)
            return give(moment, slot, AnswerState.SKIPPED, None)
        case Start():
            return _start_timer(moment, slot)
        case Stop():
            return _stop_timer(moment, slot)
        case TakeDefault():
            value = suggested(moment.scenario, moment.contact, slot)
            return moment.no(RejectionCode.NOT_NOW) if value is None else given(moment, slot, value)
        case Done():
            return _done(moment, slot)
        case Toggle(name):
            return _toggle(moment, slot, name)
        case Pick(name) if slot.step.type is StepType.SELECT_MULTIPLE:
            return _toggle(moment, slot, name)
        case _:
            return _interpret(moment, slot, reply)


def _interpret(moment: Moment, slot: Slot, reply: Reply) -> Effect:
    size = key_size(moment.scenario, moment.contact) if slot.step.counts_key else None
    taken = interpret(slot.step, reply, now=moment.now, zone=moment.zone, key_size=size)
    if isinstance(taken, Given):
        return given(moment, slot, taken.value)
    said = _said_instead(slot.step, reply)
    return Effect(moment.contact, rejection=taken) if said is None else answer_question(moment, said)


def _said_instead(step: Step, reply: Reply) -> Reply | None:
    """The button a person typed out ("nie dotyczy"), where the question has it; None for anything else."""
    typed = SAID.get(fold(reply.text)) if isinstance(reply, Words) else None
    match typed:
        case NotApplicable() if step.not_applicable:
            return typed
        case NotChecked() if step.not_checked:
            return typed
        case Skip() if not step.required:
            return typed
        case _:
            return None


def given(moment: Moment, slot: Slot, value: Value) -> Effect:
    """Take a value, unless the step's constraint is definitely false for it."""
    if not is_allowed(moment, slot, value):
        return moment.no(RejectionCode.CONSTRAINT)
    return give(moment, slot, AnswerState.GIVEN, value)


def is_allowed(moment: Moment, slot: Slot, value: Value) -> bool:
    """Whether the step's constraint lets a value through; one that cannot be judged does."""
    answer = Answer(slot.path, AnswerState.GIVEN, value, moment.now, 0)
    constraint = slot.step.constraint
    return constraint is None or truth(constraint, slot.scope, answer=worth(answer)) is not False


def give(moment: Moment, slot: Slot, state: AnswerState, value: Value | None, *, reason: str | None = None) -> Effect:
    """Take an answer, or propose it first where it leads out of the script or answers would stop to apply."""
    contact, previous = moment.contact, slot.answer
    if previous is not None and (previous.state, previous.value, previous.reason) == (state, value, reason):
        return Effect(replace(contact, revisiting=None, pending=None))
    answer = Answer(slot.path, state, value, moment.now, contact.revision + 1, reason)
    leads_to = slot.step.leads_to
    if leads_to is not None and truth(leads_to.when, slot.scope, answer=worth(answer)):
        return Effect(replace(contact, pending=ExitPending(leads_to.exit, answer)))
    answered = with_answer(contact, answer)
    after = route(moment.scenario, answered)
    off, on = consequences(moment.route, after, {answer.path})
    if off:
        return Effect(replace(contact, pending=ChangePending(answer, off, on)))
    return commit(moment, slot, answer, answered)


def commit(moment: Moment, slot: Slot, answer: Answer, answered: Contact | None = None) -> Effect:
    """Let an answer stand and go on. ``answered``: the contact with it, where that is known."""
    contact = answered or with_answer(moment.contact, answer)
    if contact.revisiting is not None or contact.pending is not None:
        contact = replace(contact, revisiting=None, pending=None)
    events: list[Event] = [Answered(answer, moment.contact.answers.get(answer.path))]
    if slot.step.type is StepType.WAIT and slot.answer is None:
        events.append(WaitEnded(slot.path, came=answer.value == "came"))
    return Effect(contact, tuple(events))


def _start_timer(moment: Moment, slot: Slot) -> Effect:
    if slot.step.type is not StepType.TIMER:
        return moment.no(RejectionCode.NOT_NOW)
    timers = {**moment.contact.timers, slot.path: moment.now}
    return Effect(replace(moment.contact, timers=timers), (TimerStarted(slot.path, moment.now),))


def _stop_timer(moment: Moment, slot: Slot) -> Effect:
    started = moment.contact.timers.get(slot.path)
    if started is None:
        return moment.no(RejectionCode.TIMER_NOT_STARTED)
    return given(moment, slot, max(0, round((moment.now - started).total_seconds())))


def _toggle(moment: Moment, slot: Slot, name: str) -> Effect:
    if slot.step.type is not StepType.SELECT_MULTIPLE:
        return moment.no(RejectionCode.NOT_NOW)
    if slot.step.choice(name) is None:
        return moment.no(RejectionCode.UNKNOWN_CHOICE)
    chosen = draft_of(moment.contact, slot).chosen
    flipped = tuple(other for other in chosen if other != name) if name in chosen else (*chosen, name)
    return Effect(replace(moment.contact, pending=DraftPending(slot.path, chosen=flipped)))


def _done(moment: Moment, slot: Slot) -> Effect:
    draft = draft_of(moment.contact, slot)
    if slot.step.type is StepType.SELECT_MULTIPLE and draft.chosen:
        in_order = tuple(choice.name for choice in slot.step.choices if choice.name in draft.chosen)
        return given(moment, slot, in_order)
    if slot.step.is_evidence and draft.files:
        return given(moment, slot, draft.files)
    if slot.step.required or (slot.step.is_evidence and slot.answer is not None):
        return moment.no(RejectionCode.NOTHING_CHOSEN)
    return give(moment, slot, AnswerState.SKIPPED, None)


def _take_reason(moment: Moment, slot: Slot, reply: Pick | Words) -> Effect:
    """Take the reason for not having checked a question."""
    if isinstance(reply, Words):
        reason = read_text(reply.text, maximum=MAX_REASON_CHARS)
    else:
        reason = reply.name if reply.name in NOT_CHECKED_REASONS else Rejection(RejectionCode.UNKNOWN_CHOICE)
    if isinstance(reason, Rejection):
        return Effect(moment.contact, rejection=reason)
    return give(moment, slot, AnswerState.NOT_CHECKED, None, reason=reason)
