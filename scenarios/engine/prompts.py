"""What a contact asks for as it stands."""

from __future__ import annotations

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
)
from scenarios.engine.moment import draft_of, suggested
from scenarios.model import Scenario, StepType
from scenarios.report import report_of
from scenarios.route import ANOTHER, Route, Slot


def prompt_now(scenario: Scenario, contact: Contact, way: Route) -> Prompt:
    """What the contact asks for, given its route."""
    slot = way.asked(contact)
    is_sent = (
        contact.phase is Phase.SUBMITTED and contact.submitted_revision == contact.revision and not contact.returned
    )
    if contact.phase not in {Phase.OPEN, Phase.SUBMITTED} or (slot is None and is_sent and not contact.paused):
        return Closed(contact.phase, contact.exit)
    if contact.paused:
        return Resting(progress_of(contact, way, slot))
    if isinstance(contact.pending, ExitPending):
        return AskExit(scenario.exits_by_name[contact.pending.exit])
    if slot is None:
        return report_of(contact, way)
    match contact.pending:
        case ReasonPending():
            return AskReason(slot.path, slot.step)
        case ChangePending() as proposed:
            return AskChange(slot.step, proposed)
        case _:
            return _question(scenario, contact, way, slot)


def _question(scenario: Scenario, contact: Contact, way: Route, slot: Slot) -> AskStep | Sleeping:
    revisiting = slot.path == contact.revisiting
    if slot.step.type is StepType.WAIT and slot.path in contact.waits and not revisiting:
        return Sleeping(slot.path, slot.step, contact.waits[slot.path], progress_of(contact, way, slot))
    draft = draft_of(contact, slot)
    return AskStep(
        path=slot.path,
        step=slot.step,
        section=slot.section,
        round=slot.round,
        progress=progress_of(contact, way, slot),
        notes=slot.notes,
        current=slot.answer,
        suggestion=suggested(scenario, contact, slot),
        chosen=draft.chosen,
        files=draft.files,
        timer_started=contact.timers.get(slot.path),
        revisiting=revisiting,
        another=slot.step.name == ANOTHER,
        returned=slot.path in contact.returned,
    )


def progress_of(contact: Contact, way: Route, slot: Slot | None) -> Progress:
    """How far the contact is: of what was returned as long as that is asked, else in its stage."""
    if slot is not None and slot.path in contact.returned:
        here = contact.returned.index(slot.path)
        return Progress(here, len(contact.returned))
    last = slot or (way.slots[-1] if way.slots else None)
    return Progress(0, 0) if last is None else way.progress(last.section.stage)
