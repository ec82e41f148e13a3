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
    Deactivated,
    Done,
    DraftPending,
    Event,
    ExitPending,
    Mark,
    NotApplicable,
    NotChecked,
    Path,
    Pick,
    Position,
    Reactivated,
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
from scenarios.engine.moment import Effect, Moment, draft_of, key_size, with_answer, worth
from scenarios.engine.prompts import suggestion_of
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
    if slot is None or isinstance(moment.contact.pending, ChangePending | ExitPending):
        return moment.no(RejectionCode.NOT_NOW)
    match reply:
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
        case TakeDefault():
            value = suggestion_of(moment.route, slot)
            return moment.no(RejectionCode.NOT_NOW) if value is None else given(moment, slot, value)
        case Toggle(name):
            return _toggle(moment, slot, name)
        case Done():
            return _done(moment, slot)
        case Stop():
            return _stop_timer(moment, slot)
        case Mark():
            return _mark(moment, slot)
        case Words() | Pick() | Position():
            return _interpret(moment, slot, reply)
        case _:  # pragma: no cover - the other replies were taken before
            return moment.no(RejectionCode.NOT_NOW)


def _interpret(moment: Moment, slot: Slot, reply: Words | Pick | Position) -> Effect:
    if slot.step.type is StepType.SELECT_MULTIPLE and isinstance(reply, Pick):
        return _toggle(moment, slot, reply.name)
    if slot.step.is_evidence:
        return moment.no(RejectionCode.EXPECTED_FILE)
    taken = interpret(
        slot.step, reply, now=moment.now, zone=moment.zone, key_size=key_size(moment.scenario, moment.contact)
    )
    match taken:
        case Given(value):
            return given(moment, slot, value)
        case Rejection():
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
    constraint = slot.step.constraint
    if constraint is not None:
        answer = Answer(slot.path, AnswerState.GIVEN, value, moment.now, 0)
        if truth(constraint, moment.route.scope, answer=worth(answer)) is False:
            return moment.no(RejectionCode.CONSTRAINT)
    return give(moment, slot, AnswerState.GIVEN, value)


def give(moment: Moment, slot: Slot, state: AnswerState, value: Value | None, *, reason: str | None = None) -> Effect:
    """Take an answer, or propose it first where later answers would stop to apply."""
    contact = moment.contact
    previous = contact.answers.get(slot.path)
    if (
        contact.revisiting is not None
        and previous is not None
        and (previous.state, previous.value, previous.reason) == (state, value, reason)
    ):
        return Effect(replace(contact, revisiting=None, pending=None))
    answer = Answer(slot.path, state, value, moment.now, contact.revision + 1, reason)
    leads_to = slot.step.leads_to
    if leads_to is not None and truth(leads_to.when, moment.route.scope, answer=worth(answer)):
        return Effect(replace(contact, pending=ExitPending(leads_to.exit, answer)))
    off, on = _consequences(moment, answer)
    if off and slot.answer is not None:
        return Effect(replace(contact, pending=ChangePending(answer, off, on)))
    return commit(moment, answer, off=off, on=on)


def commit(moment: Moment, answer: Answer, *, off: tuple[Path, ...], on: tuple[Path, ...]) -> Effect:
    """Let an answer stand, with what it switches off and on."""
    contact = moment.contact
    events: list[Event] = [Answered(answer, contact.answers.get(answer.path))]
    if off:
        events.append(Deactivated(off))
    if on:
        events.append(Reactivated(on))
    return Effect(replace(with_answer(contact, answer), revisiting=None, pending=None), tuple(events))


def _consequences(moment: Moment, answer: Answer) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The paths that stop to apply, and those that apply again, once ``answer`` stands."""
    before = set(moment.route.answered)
    after = route(moment.scenario, with_answer(moment.contact, answer)).answered
    gone = before - set(after)
    return tuple(path for path in moment.route.answered if path in gone), tuple(
        path for path in after if path not in before and path != answer.path
    )


def _mark(moment: Moment, slot: Slot) -> Effect:
    match slot.step.type:
        case StepType.STAMP:
            return given(moment, slot, moment.now)
        case StepType.ACKNOWLEDGE:
            return given(moment, slot, value=True)
        case StepType.WAIT:
            change = given(moment, slot, "came")
            return replace(change, events=(*change.events, WaitEnded(slot.path, came=True)))
        case _:
            return moment.no(RejectionCode.NOT_NOW)


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
    if not slot.step.required:
        return give(moment, slot, AnswerState.SKIPPED, None)
    return moment.no(RejectionCode.NOTHING_CHOSEN)


def take_reason(moment: Moment, pending: ReasonPending, reply: Pick | Words) -> Effect:
    """Take the reason for not having checked a question."""
    if isinstance(reply, Pick):
        reason: str | Rejection = reply.name
        if reply.name not in NOT_CHECKED_REASONS:
            return moment.no(RejectionCode.UNKNOWN_CHOICE)
    else:
        reason = read_text(reply.text, maximum=MAX_REASON_CHARS)
    if isinstance(reason, Rejection):
        return Effect(moment.contact, rejection=reason)
    slot = moment.route.slot(pending.path)
    if slot is None:  # pragma: no cover - nothing changes the route while a reason is awaited
        return Effect(replace(moment.contact, pending=None))
    return give(moment, slot, AnswerState.NOT_CHECKED, None, reason=reason)
