"""What a contact asks for as it stands."""

from __future__ import annotations

from decimal import Decimal

from scenarios.conditions import UNKNOWN, evaluate
from scenarios.contact import (
    AskChange,
    AskExit,
    AskReason,
    AskStep,
    ChangePending,
    Closed,
    Contact,
    ExitPending,
    Phase,
    Progress,
    Prompt,
    ReasonPending,
    Resting,
    Sleeping,
    Value,
)
from scenarios.engine.moment import draft_of
from scenarios.model import Scenario, StepType
from scenarios.report import report_of
from scenarios.route import ANOTHER, Route, Slot


def prompt_now(scenario: Scenario, contact: Contact, way: Route) -> Prompt:
    """What the contact asks for, given its route."""
    if contact.phase not in {Phase.OPEN, Phase.SUBMITTED}:
        return Closed(contact.phase, contact.exit)
    moment_slot = way.slot(contact.revisiting) if contact.revisiting is not None else None
    slot = moment_slot or way.current
    if contact.paused:
        return Resting(_progress(way, slot))
    match contact.pending:
        case ReasonPending(path):
            asked = way.slot(path)
            if asked is not None:
                return AskReason(path, asked.step)
        case ChangePending() as proposed:
            changed = way.slot(proposed.answer.path)
            if changed is not None:
                return AskChange(changed.step, proposed)
        case ExitPending(name):
            taken = scenario.exit(name)
            if taken is not None:
                return AskExit(taken)
        case _:
            pass
    if slot is None:
        if contact.phase is Phase.SUBMITTED and contact.submitted_revision == contact.revision:
            return Closed(contact.phase, contact.exit)
        return report_of(contact, way)
    if slot.step.type is StepType.WAIT and slot.path in contact.waits and moment_slot is None:
        return Sleeping(slot.path, slot.step, contact.waits[slot.path], _progress(way, slot))
    return _ask(contact, way, slot, revisiting=moment_slot is not None)


def _ask(contact: Contact, way: Route, slot: Slot, *, revisiting: bool) -> AskStep:
    draft = draft_of(contact, slot)
    return AskStep(
        path=slot.path,
        step=slot.step,
        section=slot.section,
        round=slot.round,
        progress=_progress(way, slot),
        notes=slot.notes,
        current=slot.answer,
        suggestion=suggestion_of(way, slot),
        chosen=draft.chosen,
        files=draft.files,
        timer_started=contact.timers.get(slot.path),
        revisiting=revisiting,
        another=slot.step.name == ANOTHER,
    )


def _progress(way: Route, slot: Slot | None) -> Progress:
    last = slot or (way.slots[-1] if way.slots else None)
    return Progress(0, 0) if last is None else way.progress(last.section.stage)


NUMBER_TYPES = frozenset({StepType.INTEGER, StepType.RANGE, StepType.COUNT, StepType.TIMER})
"""Types whose value is a whole number."""


def suggestion_of(way: Route, slot: Slot) -> Value | None:
    """The value of the step's ``default``, fitted to its type; None where it is unknown or does not fit."""
    if slot.step.default is None:
        return None
    value = evaluate(slot.step.default, way.scope)
    if value is UNKNOWN:
        return None
    if slot.step.type in NUMBER_TYPES:
        return round(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if slot.step.type is StepType.DECIMAL:
        return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    return value  # type: ignore[return-value]
