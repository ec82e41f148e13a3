"""Going back, changing an earlier answer, leaving by an exit route, waiting and sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from scenarios.conditions import truth
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
)
from scenarios.engine.answers import commit, give
from scenarios.engine.moment import Effect, Moment, with_answer, worth
from scenarios.engine.returning import can_go_back, may_change
from scenarios.model import ExitRoute, Outcome, Stage, Step, StepType
from scenarios.report import digest_of
from scenarios.route import Slot

PHASE_AFTER: Final[Mapping[Outcome, Phase]] = {Outcome.VOID: Phase.VOID, Outcome.RETURNED: Phase.RETURNED}
"""What a contact becomes by an exit route; after any other it goes on."""


def undo(moment: Moment) -> Effect:
    """One step back: a proposal, an exit route, or the last answered question asked again."""
    contact, way = moment.contact, moment.route
    if contact.pending is not None:
        return Effect(replace(contact, pending=None))
    back = [path for path in contact.order if path in way.answered and can_go_back(contact, path)]
    if contact.revisiting in back:
        back = back[: back.index(contact.revisiting)]
    if contact.exit is not None and contact.phase is Phase.OPEN:
        since = {slot.path for slot in way.slots if slot.section.stage is Stage.EXIT}
        if since.isdisjoint(back) and contact.revisiting in {None, *since}:
            return _undo_exit(moment, moment.scenario.exits_by_name[contact.exit])
    if not back:
        return moment.no(RejectionCode.NOTHING_TO_UNDO)
    return Effect(replace(contact, revisiting=back[-1]))


def _undo_exit(moment: Moment, taken: ExitRoute) -> Effect:
    """Take an exit back, with the answers it gave by itself and the one that led to it: those are asked again."""
    contact = replace(moment.contact, exit=None, revisiting=None)
    given_by_it = {path for path in taken.sets if contact.answers[path].reason == _set_by(taken)}
    led_to_it = {slot.path for slot in moment.route.slots if _led_to(slot, taken)}
    events: list[Event] = [ExitUndone(taken.name)]
    for path in [path for path in contact.order if path in given_by_it | led_to_it]:
        withdrawn = Answer(path, AnswerState.WITHDRAWN, None, moment.now, contact.revision + 1)
        events.append(Answered(withdrawn, contact.answers[path]))
        contact = with_answer(contact, withdrawn)
    return Effect(contact, tuple(events))


def _led_to(slot: Slot, taken: ExitRoute) -> bool:
    leads_to = slot.step.leads_to
    return (
        leads_to is not None
        and leads_to.exit == taken.name
        and slot.answer is not None
        and truth(leads_to.when, slot.scope, answer=worth(slot.answer)) is True
    )


def revisit(moment: Moment, path: Path) -> Effect:
    """Ask an earlier question again; its answer stays until there is a new one."""
    if path not in moment.route.answered:
        return moment.no(RejectionCode.STALE)
    if not may_change(moment.contact, path):
        return moment.no(RejectionCode.LOCKED)
    return Effect(replace(moment.contact, revisiting=path, pending=None))


def propose_exit(moment: Moment, name: str) -> Effect:
    """Propose an exit route; it is taken once confirmed."""
    taken, slot, contact = moment.scenario.exit(name), moment.slot, moment.contact
    stage = Stage.AFTER if slot is None else slot.section.stage
    if taken is None or stage not in taken.stages or contact.exit is not None or contact.phase is not Phase.OPEN:
        return moment.no(RejectionCode.NOT_NOW)
    return Effect(replace(contact, pending=ExitPending(name)))


def confirm(moment: Moment) -> Effect:
    """Carry out what was proposed."""
    slot = moment.slot
    match moment.contact.pending:
        case ChangePending(answer) if slot is not None:
            return commit(moment, slot, answer)
        case ExitPending(name, leading):
            return _take_exit(moment, moment.scenario.exits_by_name[name], leading)
        case _:
            return moment.no(RejectionCode.NOT_NOW)


def _take_exit(moment: Moment, taken: ExitRoute, leading: Answer | None) -> Effect:
    steps = moment.scenario.steps_by_name
    revision = moment.contact.revision if leading is None else leading.revision
    literals = [(name, literal_value(steps[name], literal)) for name, literal in taken.sets.items()]
    answers = [] if leading is None else [leading]
    answers += [
        Answer(name, AnswerState.GIVEN, value, moment.now, revision + number, _set_by(taken))
        for number, (name, value) in enumerate(literals, 1)
    ]
    phase = PHASE_AFTER.get(taken.outcome, moment.contact.phase)
    contact = replace(moment.contact, pending=None, revisiting=None, exit=taken.name, phase=phase)
    events: list[Event] = []
    for answer in answers:
        events.append(Answered(answer, contact.answers.get(answer.path)))
        contact = with_answer(contact, answer)
    return Effect(contact, (*events, ExitTaken(taken.name, taken.outcome)))


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
            return (literal,)
        case _:
            return literal


def end_overdue_wait(moment: Moment) -> Effect:
    """End the wait the contact sleeps in if its deadline is over and nothing else is in hand."""
    contact, slot = moment.contact, moment.slot
    is_free = contact.phase is Phase.OPEN and contact.revisiting is None and contact.pending is None
    deadline = None if slot is None else contact.waits.get(slot.path)
    if slot is None or deadline is None or not is_free or moment.now < deadline:
        return Effect(contact)
    return give(moment, slot, AnswerState.GIVEN, "no_reply")


def submit(moment: Moment) -> Effect:
    """Send the report, or its corrections."""
    contact = moment.contact
    if moment.slot is not None or contact.pending is not None:
        return moment.no(RejectionCode.NOT_NOW)
    again = contact.phase is Phase.SUBMITTED
    if again and contact.submitted_revision == contact.revision and not contact.returned:
        return moment.no(RejectionCode.NOT_NOW)
    sent = replace(
        contact,
        phase=Phase.SUBMITTED,
        submitted_at=contact.submitted_at or moment.now,
        submitted_revision=contact.revision,
        returned=(),
        left=(),
    )
    return Effect(sent, (Submitted(digest_of(sent, moment.route), moment.now, again),))
