"""begin(), advance(), ask_again() and lock(): the only place a Contact changes. Pure; mistakes come back as values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from scenarios.calendar import deadline_after
from scenarios.changing import changed
from scenarios.contact import (
    Answered,
    Began,
    Cancel,
    Change,
    Closed,
    Confirm,
    Contact,
    Deactivated,
    DraftPending,
    Event,
    Files,
    Keep,
    Leave,
    Locked,
    Path,
    Pause,
    Phase,
    Prompt,
    Reactivated,
    Rejection,
    RejectionCode,
    Reply,
    Resume,
    Returned,
    StageEntered,
    Submit,
    TakeFromTray,
    TimePassed,
    Turn,
    Undo,
    WaitBegan,
)
from scenarios.engine.answers import answer_question
from scenarios.engine.files import return_loose_files, take_files, take_from_tray
from scenarios.engine.leaving import confirm, end_overdue_wait, propose_exit, revisit, submit, undo
from scenarios.engine.moment import Effect, Moment, consequences
from scenarios.engine.prompts import prompt_now
from scenarios.engine.returning import laid_down, next_returned, returned
from scenarios.model import Scenario, StepType
from scenarios.remembered import Remembered
from scenarios.route import Route, Slot, route

REMEMBERED_PROMPTS = 1024
"""Prompts kept in memory: the next reply to a contact begins with what the last turn asked for."""
_prompts: Remembered[int, tuple[Scenario, Contact, Prompt]] = Remembered(REMEMBERED_PROMPTS)
"""By the identity of the contact; whatever is kept here keeps its identity."""


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

    Raises NoCase when the scenario has no case for that type of participant, or none of that name.
    """
    now = _here(now, zone)
    kind = facts.get("participant_type", "")
    named = next((one for one in scenario.cases if one.name == case), None)
    chosen = scenario.case_for(kind) if case is None else named
    if chosen is None:
        raise NoCase(f"scenario {scenario.name} has no case {case or f'for {kind!r}'}")
    contact = Contact(
        id=contact_id, scenario_version=scenario.version, case=chosen.name, facts=dict(facts), begun_at=now
    )
    moment = Moment(scenario, contact, route(scenario, contact), now, zone)
    return _settle(moment, contact, Effect(contact, (Began(),)))


def advance(scenario: Scenario, contact: Contact, reply: Reply, *, now: datetime, zone: ZoneInfo) -> Turn:
    """Take one reply. Never raises for what a person sent: what cannot be taken comes back as ``Turn.rejection``.

    Moments are kept in ``zone``, so that days in conditions are the person's days.
    """
    now = _here(now, zone)
    if contact.phase not in {Phase.OPEN, Phase.SUBMITTED}:
        rejected = None if isinstance(reply, Resume | TimePassed) else Rejection(RejectionCode.LOCKED)
        return Turn(contact, (), Closed(contact.phase, contact.exit), rejected)
    awake = contact
    if contact.paused and not isinstance(reply, Pause | TimePassed):
        awake = replace(contact, paused=False)
    moment = Moment(scenario, awake, route(scenario, awake), now, zone)
    change = _take(moment, reply)
    if change.contact.waits and change.rejection is None and not isinstance(reply, Cancel):
        change = _and_then(change, end_overdue_wait(moment.after(change)))
    return _settle(moment, contact, _and_then(change, return_loose_files(contact, change.contact)))


def lock(scenario: Scenario, contact: Contact) -> Turn:
    """Close the correction window of a submitted contact; anything else is left as it is."""
    if contact.phase is not Phase.SUBMITTED:
        return Turn(contact, (), prompt_of(scenario, contact))
    locked = replace(laid_down(contact), phase=Phase.LOCKED, turn=contact.turn + 1, paused=False)
    change = return_loose_files(contact, locked)
    return Turn(change.contact, (*change.events, Locked()), Closed(Phase.LOCKED, locked.exit))


def ask_again(scenario: Scenario, contact: Contact, paths: Collection[Path], *, now: datetime, zone: ZoneInfo) -> Turn:
    """Open a report that was sent, perhaps locked since, for just the questions at ``paths``, which are asked in turn.

    Nothing else of it can be changed until it is sent again; what a new answer switches on is asked as ever. Questions
    returned before and not asked yet stay. Rejected: a contact that was not sent (``not_now``), and paths of which
    none is an answer that applies (``stale``).
    """
    way = route(scenario, contact)
    if contact.phase not in {Phase.SUBMITTED, Phase.LOCKED}:
        return Turn(contact, (), prompt_now(scenario, contact, way), Rejection(RejectionCode.NOT_NOW))
    asked = tuple(path for path in way.answered if path in paths)
    if not asked:
        return Turn(contact, (), prompt_now(scenario, contact, way), Rejection(RejectionCode.STALE))
    moment = Moment(scenario, contact, way, _here(now, zone), zone)
    opened = returned(contact, way, asked)
    change = _and_then(Effect(opened, (Returned(asked),)), return_loose_files(contact, opened))
    return _settle(moment, laid_down(contact), change)


def stop_asking(scenario: Scenario, contact: Contact, *, now: datetime, zone: ZoneInfo) -> Turn:
    """Ask nothing more of what was returned: answers given anew stay, as corrections that were not sent yet."""
    moment = Moment(scenario, contact, route(scenario, contact), _here(now, zone), zone)
    if not contact.returned:
        return Turn(contact, (), prompt_now(scenario, contact, moment.route))
    still = laid_down(contact)
    return _settle(moment, contact, _and_then(Effect(still), return_loose_files(contact, still)))


def prompt_of(scenario: Scenario, contact: Contact) -> Prompt:
    """What the contact asks for as it stands."""
    known = _prompts.get(id(contact))
    if known is not None and known[1] is contact and known[0] is scenario:
        return known[2]
    return prompt_now(scenario, contact, route(scenario, contact))


def _here(now: datetime, zone: ZoneInfo) -> datetime:
    """The moment in ``zone`` as it is read back from where it is kept: with its offset and without the zone's name.

    Between two moments of one named zone Python counts what clocks on the wall show, an hour too many or too few where
    they were changed; a contact just written would be another than the same one read.
    """
    local = now.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def _take(moment: Moment, reply: Reply) -> Effect:
    contact = moment.contact
    match reply:
        case Undo():
            return undo(moment)
        case Change(path):
            return revisit(moment, path)
        case Keep():
            return Effect(replace(contact, revisiting=None, pending=None))
        case Pause():
            draft = contact.pending if isinstance(contact.pending, DraftPending) else None
            return Effect(replace(contact, paused=True, pending=draft))
        case Resume() | TimePassed():
            return Effect(contact)
        case Leave(name):
            return propose_exit(moment, name)
        case Submit():
            return submit(moment)
        case Confirm():
            return confirm(moment)
        case Cancel():
            return Effect(replace(contact, pending=None))
        case Files():
            return take_files(moment, reply)
        case TakeFromTray():
            return take_from_tray(moment, reply)
        case _:
            return answer_question(moment, reply)


def _and_then(first: Effect, second: Effect) -> Effect:
    return Effect(second.contact, (*first.events, *second.events), first.rejection)


def _settle(moment: Moment, before: Contact, change: Effect) -> Turn:
    """Begin what the new position begins, count the turn, and say what to show."""
    way = route(moment.scenario, change.contact)
    contact, events = next_returned(before, change.contact, way), list(change.events)
    answered = {event.answer.path for event in events if isinstance(event, Answered)}
    off, on = consequences(moment.route, way, answered)
    events += [Deactivated(off)] if off else []
    events += [Reactivated(on)] if on else []
    current = way.current if contact.phase is Phase.OPEN else None
    if current is not None:
        contact, begun = _begin_wait(contact, current, now=moment.now, zone=moment.zone)
        events.extend(begun)
        if Began() in events or _enters_stage(moment.route, current):
            events.append(StageEntered(current.section.stage))
    if _moved(before, contact):
        contact = changed(contact, turn=contact.turn + 1)
    prompt = prompt_now(moment.scenario, contact, way)
    _prompts.put(id(contact), (moment.scenario, contact, prompt))
    return Turn(contact, tuple(events), prompt, change.rejection)


def _enters_stage(before: Route, current: Slot) -> bool:
    earlier = before.current
    return earlier is not None and earlier.section.stage is not current.section.stage


def _begin_wait(contact: Contact, current: Slot, *, now: datetime, zone: ZoneInfo) -> tuple[Contact, tuple[Event, ...]]:
    step = current.step
    if step.type is not StepType.WAIT or current.path in contact.waits or step.deadline_working_days is None:
        return contact, ()
    deadline = deadline_after(now, step.deadline_working_days, zone)
    reminders = tuple(deadline_after(now, days, zone) for days in step.remind_after_working_days)
    waits = {**contact.waits, current.path: deadline}
    return replace(contact, waits=waits), (WaitBegan(current.path, reminders, deadline),)


def _moved(before: Contact, after: Contact) -> bool:
    """Whether the person is somewhere else than before; a draft being put together is the same place."""
    if after.revision != before.revision:
        return True
    still = replace(after, turn=before.turn, tray=before.tray, album=before.album)
    if isinstance(after.pending, DraftPending) and (before.pending is None or isinstance(before.pending, DraftPending)):
        still = replace(still, pending=before.pending)
    return still != before
