"""begin(), advance() and lock(): the only place a Contact changes. Pure; a person's mistakes come back as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from scenarios.calendar import deadline_after
from scenarios.contact import (
    Began,
    Cancel,
    Change,
    Closed,
    Confirm,
    Contact,
    DraftPending,
    Event,
    Files,
    Keep,
    Leave,
    Locked,
    Pause,
    Phase,
    Pick,
    Prompt,
    ReasonPending,
    Rejection,
    RejectionCode,
    Reply,
    Resume,
    StageEntered,
    Submit,
    TakeFromTray,
    TimePassed,
    Turn,
    Undo,
    WaitBegan,
    Words,
)
from scenarios.engine.answers import answer_question, take_reason
from scenarios.engine.files import take_files, take_from_tray
from scenarios.engine.leaving import confirm, propose_exit, revisit, submit, time_passed, undo
from scenarios.engine.moment import Effect, Moment
from scenarios.engine.prompts import prompt_now
from scenarios.model import Scenario, StepType
from scenarios.route import Slot, route


class NoCase(ValueError):
    """No case of the scenario is meant for this type of participant."""


def begin(
    scenario: Scenario,
    *,
    contact_id: int,
    facts: Mapping[str, str],
    now: datetime,
    zone: ZoneInfo,
    case: str | None = None,
) -> Turn:
    """Begin a contact. ``facts`` must hold ``participant_type``; ``case`` overrides the choice by it.

    Raises NoCase when the scenario has no case for that type of participant.
    """
    now = now.astimezone(zone)
    chosen = scenario.case(case) if case is not None else scenario.case_for(facts.get("participant_type", ""))
    if chosen is None:
        raise NoCase(f"scenario {scenario.name} has no case for {facts.get('participant_type')!r}")
    contact = Contact(
        id=contact_id, scenario_version=scenario.version, case=chosen.name, facts=dict(facts), begun_at=now
    )
    return _settle(scenario, contact, Effect(contact, (Began(),)), now=now, zone=zone)


def advance(scenario: Scenario, contact: Contact, reply: Reply, *, now: datetime, zone: ZoneInfo) -> Turn:
    """Take one reply. Never raises for what a person sent: what cannot be taken comes back as ``Turn.rejection``.

    Moments are kept in ``zone``, so that days in conditions are the person's days.
    """
    now = now.astimezone(zone)
    if contact.phase not in {Phase.OPEN, Phase.SUBMITTED}:
        rejected = None if isinstance(reply, Resume | TimePassed) else Rejection(RejectionCode.LOCKED)
        return Turn(contact, (), Closed(contact.phase, contact.exit), rejected)
    awake = contact
    if contact.paused and not isinstance(reply, Pause | TimePassed):
        awake = replace(contact, paused=False)
    moment = Moment(scenario, awake, route(scenario, awake), now, zone)
    return _settle(scenario, contact, _take(moment, reply), now=now, zone=zone)


def lock(scenario: Scenario, contact: Contact) -> Turn:
    """Close the correction window of a submitted contact; anything else is left as it is."""
    if contact.phase is not Phase.SUBMITTED:
        return Turn(contact, (), prompt_of(scenario, contact))
    locked = replace(contact, phase=Phase.LOCKED, turn=contact.turn + 1, pending=None, revisiting=None, paused=False)
    return Turn(locked, (Locked(),), Closed(Phase.LOCKED, locked.exit))


def prompt_of(scenario: Scenario, contact: Contact) -> Prompt:
    """What the contact asks for as it stands."""
    return prompt_now(scenario, contact, route(scenario, contact))


def _take(moment: Moment, reply: Reply) -> Effect:
    pending = moment.contact.pending
    match reply:
        case Undo():
            return undo(moment)
        case Change(path):
            return revisit(moment, path)
        case Keep():
            return Effect(replace(moment.contact, revisiting=None, pending=None))
        case Pause():
            return Effect(replace(moment.contact, paused=True, pending=None))
        case Resume():
            return Effect(moment.contact)
        case TimePassed():
            return time_passed(moment)
        case Leave(name):
            return propose_exit(moment, name)
        case Submit():
            return submit(moment)
        case Confirm():
            return confirm(moment)
        case Cancel():
            return Effect(replace(moment.contact, pending=None))
        case Files():
            return take_files(moment, reply)
        case TakeFromTray():
            return take_from_tray(moment, reply)
        case Pick() | Words() if isinstance(pending, ReasonPending):
            return take_reason(moment, pending, reply)
        case _:
            return answer_question(moment, reply)


def _settle(scenario: Scenario, before: Contact, change: Effect, *, now: datetime, zone: ZoneInfo) -> Turn:
    """Begin what the new position begins, count the turn, and say what to show."""
    contact = change.contact
    events = list(change.events)
    way = route(scenario, contact)
    current = way.current if contact.phase is Phase.OPEN else None
    if current is not None:
        contact, begun = _begin_wait(contact, current, now=now, zone=zone)
        events.extend(begun)
        entered = _stage_entered(scenario, before, current, first=any(isinstance(event, Began) for event in events))
        events.extend(entered)
    if _moved(before, contact):
        contact = replace(contact, turn=contact.turn + 1)
    return Turn(contact, tuple(events), prompt_now(scenario, contact, way), change.rejection)


def _begin_wait(contact: Contact, current: Slot, *, now: datetime, zone: ZoneInfo) -> tuple[Contact, tuple[Event, ...]]:
    step = current.step
    if step.type is not StepType.WAIT or current.path in contact.waits or step.deadline_working_days is None:
        return contact, ()
    deadline = deadline_after(now, step.deadline_working_days, zone)
    reminders = tuple(deadline_after(now, days, zone) for days in step.remind_after_working_days)
    waits = {**contact.waits, current.path: deadline}
    return replace(contact, waits=waits), (WaitBegan(current.path, reminders, deadline),)


def _stage_entered(scenario: Scenario, before: Contact, current: Slot, *, first: bool) -> tuple[Event, ...]:
    if first:
        return (StageEntered(current.section.stage),)
    earlier = route(scenario, before).current
    if earlier is None or earlier.section.stage is current.section.stage:
        return ()
    return (StageEntered(current.section.stage),)


def _moved(before: Contact, after: Contact) -> bool:
    """Whether the person is somewhere else than before; a draft being put together is the same place."""
    still = replace(after, turn=before.turn, tray=before.tray, album=before.album)
    if isinstance(after.pending, DraftPending) and (before.pending is None or isinstance(before.pending, DraftPending)):
        still = replace(still, pending=before.pending)
    return still != before
