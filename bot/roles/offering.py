"""Offering tasks to jurors: the assignment, the word to them, and who is asked next when one of them cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.jobs import Expire, put_expire
from bot.roles import notices, upcoming
from bot.roles.task_facts import fact_of
from bot.talk import Desk, in_edition, tell
from bot.views import juror_tasks
from bot.views.coordinator import Then
from scenarios.model import Mode
from storage import assignments, disagreements, editions, journal, people, profiles, slots
from storage.assignments import Assignment, State
from storage.database import Unit
from storage.rules import Rules
from storage.slots import Slot

LEAST_LEFT = timedelta(days=3)
"""Whoever is asked after somebody else gets at least so long, as far as the wave allows."""

LEAST_USEFUL = timedelta(days=1)
"""A window with less left is offered to nobody: it has to be moved by hand."""

REST_AFTER_VOID = timedelta(days=3)
"""Where a juror was recognised, the next one comes so much later."""

DECISION_TIME = timedelta(hours=24)
"""How long an offer outlives its answer's date while a proposed date waits for the coordinator, or was refused."""

CONFLICT_EXIT = "conflict"
"""The way out of every scenario's gate that declares a conflict of interest."""


def offer(
    unit: Unit,
    desk: Desk,
    *,
    edition_id: int,
    participant_id: int,
    person_id: int,
    mode: Mode,
    scenario: str,
    opens_at: datetime,
    due_at: datetime,
    now: datetime,
    coordinator_id: int | None = None,
    case: str | None = None,
) -> int:
    """Ask a person to make a contact nobody planned, and tell them where they have a chat; returns the assignment."""
    task_id = assignments.assign(
        unit,
        edition_id=edition_id,
        participant_id=participant_id,
        person_id=person_id,
        coordinator_id=coordinator_id,
        mode=mode,
        scenario=scenario,
        case=case,
        opens_at=opens_at,
        due_at=due_at,
        now=now,
    )
    put_expire(unit, task_id, run_at=due_at, now=now)
    journal.write(unit, at=now, who=coordinator_id, what="offered", subject=f"assignment:{task_id}", details={})
    _tell_of(unit, desk, task_id, now=now)
    return task_id


def offer_slot(
    unit: Unit,
    desk: Desk,
    slot: Slot,
    person_id: int,
    *,
    now: datetime,
    broadcast_id: int | None = None,
    quietly: bool = False,
    by: int | None = None,
    tell_at: datetime | None = None,
) -> int:
    """Ask a juror to make a planned contact; returns the assignment's id.

    Where the slot is in somebody's hands already, or done, nothing changes and that assignment's id is returned.
    ``quietly``: the juror is told by somebody else; ``by``: who decided it; ``tell_at``: not before that moment.
    """
    slots.slot(unit, slot.id, lock=True)
    live = [one for one in assignments.of_slot(unit, slot.id) if one.state in assignments.LIVE]
    if live:
        return live[-1].id
    desk = in_edition(unit, desk, slot.edition_id)
    told_at = max(now, tell_at or now)
    rules = _rules(unit, slot.edition_id)
    task_id = assignments.assign(
        unit,
        edition_id=slot.edition_id,
        participant_id=slot.participant_id,
        person_id=person_id,
        coordinator_id=_coordinator(unit, slot, person_id),
        mode=slot.mode,
        scenario=slot.scenario,
        case=slot.case,
        opens_at=slot.opens_at,
        due_at=slot.due_at,
        slot_id=slot.id,
        answer_by=answer_time(rules, told_at, due_at=slot.due_at, zone=desk.zone),
        broadcast_id=broadcast_id,
        now=now,
    )
    slots.change(
        unit,
        slot.id,
        person_id=person_id,
        reserve_id=None if slot.reserve_id == person_id else slot.reserve_id,
        hole=None,
    )
    details = {"slot": slot.id, "person": person_id, "broadcast": broadcast_id}
    journal.write(unit, at=now, who=by, what="offered", subject=f"assignment:{task_id}", details=details)
    task = _task(unit, task_id)
    put_expire(unit, task_id, run_at=task.answer_by or task.due_at, now=now)
    upcoming.after_offer(unit, desk, task, told_at)
    if not quietly:
        _tell_of(unit, desk, task_id, now=now, run_at=tell_at)
    return task_id


def answer_time(rules: Rules, told_at: datetime, *, due_at: datetime, zone: ZoneInfo) -> datetime:
    """Until when an offer made at ``told_at`` waits: never past its due date, and never ending in quiet hours."""
    return min(upcoming.allowed_at(rules, told_at + timedelta(hours=rules.offer_hours), zone), due_at)


def pass_on(unit: Unit, desk: Desk, task: Assignment, *, now: datetime, by: int | None = None) -> int | None:
    """Ask the next juror after one declined, kept silent, gave back, or was recognised; the new assignment's id.

    The named reserve comes first, then the best of the others; nobody is asked twice for one slot. Where there is
    nobody the slot becomes a hole. The coordinators are told once, with what comes next. ``task`` is as it is now in
    the database; tasks that no plan knows are only told of. ``by``: who took it back, and need not be told.
    """
    slot = None if task.slot_id is None else slots.slot(unit, task.slot_id, lock=True)
    if slot is None or not _is_wanted(unit, slot) or _is_in_hands(unit, slot):
        notices.passed_on(unit, desk, task, None, now=now, but=by)
        return None
    desk = in_edition(unit, desk, slot.edition_id)
    window = _window_for_next(unit, slot, task, now=now, zone=desk.zone)
    if window is None:
        _nobody(unit, desk, slot, task, because="no_time", now=now, by=by)
        return None
    opens_at, due_at = window
    person_id = _next_person(unit, replace(slot, opens_at=opens_at, due_at=due_at), now=now)
    if person_id is None:
        _nobody(unit, desk, slot, task, because="nobody_left", now=now, by=by)
        return None
    slot = _in_window(unit, slot, window, now=now)
    tell_at = upcoming.allowed_at(_rules(unit, slot.edition_id), now, desk.zone)
    next_id = offer_slot(unit, desk, slot, person_id, now=now, tell_at=tell_at)
    notices.passed_on(unit, desk, task, Then(slot.id, _name(unit, person_id)), now=now, but=by)
    return next_id


def take_back(
    unit: Unit, desk: Desk, task: Assignment, *, reason: str, now: datetime, by: int | None, is_passed_on: bool = True
) -> int | None:
    """Take a task that was not begun from a juror, who is told; and ask the next one. The new assignment's id."""
    if task.state not in assignments.UNFINISHED or task.contact_id is not None:
        raise ValueError(f"assignment {task.id} cannot be taken back")
    as_it_is = assignments.assignment(unit, task.id, lock=True)
    if as_it_is is None or as_it_is.state not in assignments.UNFINISHED or as_it_is.contact_id is not None:
        return None  # answered or begun at the same time, by another process
    assignments.change(unit, task.id, state=State.RETURNED, reason=reason, now=now)
    journal.write(
        unit, at=now, who=by, what="offer.withdrawn", subject=f"assignment:{task.id}", details={"reason": reason}
    )
    fact = fact_of(unit, desk, task)
    tell(unit, desk, task.person_id, lambda language: juror_tasks.taken_back(fact, language=language), now=now)
    return pass_on(unit, desk, _task(unit, task.id), now=now, by=by) if is_passed_on else None


def declare_conflict(unit: Unit, desk: Desk, task: Assignment, *, now: datetime) -> None:
    """The juror has a conflict of interest with the participant: whatever else they were to do there goes to others."""
    person_id, participant_id = task.person_id, task.participant_id
    if profiles.declare(unit, person_id, participant_id, reason="declared", now=now):
        details = {"person": person_id}
        journal.write(
            unit, at=now, who=person_id, what="conflict", subject=f"participant:{participant_id}", details=details
        )
    let_go(unit, desk, person_id, participant_id, now=now, by=person_id, but=task)


def let_go(
    unit: Unit,
    desk: Desk,
    person_id: int,
    participant_id: int,
    *,
    now: datetime,
    by: int | None,
    but: Assignment | None = None,
) -> None:
    """Whatever a juror was asked, chosen or in reserve for at a participant, and has not begun, goes to others.

    ``but`` is left as it is; ``by``: who knows already.
    """
    for other in assignments.unfinished_at(unit, person_id, participant_id):
        if (but is None or other.id != but.id) and other.contact_id is None:
            take_back(unit, desk, other, reason=CONFLICT_EXIT, now=now, by=by)
    for slot in slots.reserved_for(unit, person_id, participant_id):
        slots.change(unit, slot.id, reserve_id=None)
        journal.write(
            unit,
            at=now,
            who=by,
            what="slot.reserve",
            subject=f"slot:{slot.id}",
            details={"before": person_id, "after": None},
        )
    for slot in slots.planned_for(unit, person_id, participant_id):
        if not _is_in_hands(unit, slot) and (but is None or slot.id != but.slot_id):
            instead = _next_person(unit, slot, now=now)
            hole = {"because": "nobody_left"} if instead is None else None
            slots.change(unit, slot.id, person_id=instead, is_fixed=False, hole=hole)
            changed = {"before": person_id, "after": instead}
            journal.write(unit, at=now, who=None, what="slot.juror", subject=f"slot:{slot.id}", details=changed)


def expire(unit: Unit, desk: Desk, work: Expire, *, now: datetime) -> None:
    """Close an offer nobody answered in time, and ask the next juror. A proposed date is decided on first."""
    task = assignments.assignment(unit, work.assignment_id, lock=True)
    if task is None or task.state is not State.OFFERED:
        return
    until = task.due_at if task.answer_by is None else min(task.answer_by, task.due_at)
    if task.proposed_due is not None and until <= now < task.due_at:
        until = min(now + DECISION_TIME, task.due_at)
    if now < until:
        put_expire(unit, task.id, run_at=until, now=now)
        return
    assignments.change(unit, task.id, state=State.EXPIRED, now=now)
    journal.write(unit, at=now, who=None, what="expired", subject=f"assignment:{task.id}", details={})
    pass_on(unit, desk, _task(unit, task.id), now=now)


def give_time(unit: Unit, desk: Desk, task: Assignment, *, now: datetime) -> None:
    """After a proposed date was decided on, an offer waits a while longer for its answer."""
    if task.state is not State.OFFERED:
        return
    rules, zone = upcoming.clock_of(unit, desk, task.edition_id)
    until = min(upcoming.allowed_at(rules, now + DECISION_TIME, zone), task.due_at)
    until = max(until, task.answer_by or until)
    assignments.adjust(unit, task.id, answer_by=until)
    put_expire(unit, task.id, run_at=min(until, task.due_at), now=now)


def move_window(unit: Unit, task: Assignment, *, opens_at: datetime, due_at: datetime, now: datetime) -> None:
    """Give a task, and the slot it is for, another window."""
    assignments.adjust(unit, task.id, opens_at=opens_at, due_at=due_at)
    if task.state is State.OFFERED:
        put_expire(unit, task.id, run_at=min(task.answer_by or due_at, due_at), now=now)
    if task.slot_id is not None:
        slots.change(unit, task.slot_id, opens_at=opens_at, due_at=due_at)


def last_day(unit: Unit, *, edition_id: int, wave_id: int | None) -> date | None:
    """The last day on which a contact of that wave, or of the edition, may be made."""
    wave = None if wave_id is None else editions.wave(unit, wave_id)
    if wave is not None:
        return wave.ends_on
    edition = editions.edition(unit, edition_id)
    return None if edition is None else edition.ends_on


def last_day_of(unit: Unit, task: Assignment) -> date | None:
    """The last day a task may be moved to."""
    slot = None if task.slot_id is None else slots.slot(unit, task.slot_id)
    return last_day(unit, edition_id=task.edition_id, wave_id=None if slot is None else slot.wave_id)


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_ends(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a local day, in UTC."""
    return day_begins(day + timedelta(days=1), zone) - timedelta(seconds=1)


def _window_for_next(
    unit: Unit, slot: Slot, task: Assignment, *, now: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """When the next juror can make the contact: the slot's window, longer where it is nearly over; None: no time."""
    final = last_day(unit, edition_id=slot.edition_id, wave_id=slot.wave_id)
    last = slot.due_at if final is None else max(day_ends(final, zone), slot.due_at)
    opens = slot.opens_at
    if task.state is State.VOID:
        today = now.astimezone(zone).date()
        for rest in (REST_AFTER_VOID, timedelta(days=1)):
            opens = max(slot.opens_at, day_begins(today + rest, zone))
            if opens + LEAST_USEFUL <= last:
                break
    begins = max(now, opens)
    wanted = day_ends((begins + LEAST_LEFT).astimezone(zone).date(), zone)
    due = slot.due_at if slot.due_at - begins >= LEAST_LEFT else min(max(slot.due_at, wanted), last)
    return (opens, due) if due - begins >= LEAST_USEFUL else None


def _in_window(unit: Unit, slot: Slot, window: tuple[datetime, datetime], *, now: datetime) -> Slot:
    opens, due = window
    if (opens, due) == (slot.opens_at, slot.due_at):
        return slot
    slots.change(unit, slot.id, opens_at=opens, due_at=due)
    details = {
        "before": [slot.opens_at.isoformat(), slot.due_at.isoformat()],
        "after": [opens.isoformat(), due.isoformat()],
    }
    journal.write(unit, at=now, who=None, what="slot.moved", subject=f"slot:{slot.id}", details=details)
    return slots.slot(unit, slot.id) or slot


def _next_person(unit: Unit, slot: Slot, *, now: datetime) -> int | None:
    """The reserve, else the best juror who was not asked and has a chat."""
    from bot.planning.result import SOFT  # what plans, with the first task that changes hands
    from bot.roles import plan_facts

    asked = {one.person_id for one in assignments.of_slot(unit, slot.id)}
    away = people.without_chat(unit, slot.edition_id) | disagreements.jurors_in(unit, slot.participant_id, slot.id)
    found = [one for one in plan_facts.candidates(unit, slot, now=now) if one.person_id not in asked | away]
    if any(one.person_id == slot.reserve_id and (one.reason is None or one.reason in SOFT) for one in found):
        return slot.reserve_id
    return next((one.person_id for one in found if one.reason is None), None)


def _nobody(
    unit: Unit, desk: Desk, slot: Slot, task: Assignment, *, because: str, now: datetime, by: int | None
) -> None:
    slots.change(unit, slot.id, person_id=None, hole={"because": because})
    journal.write(unit, at=now, who=None, what="slot.hole", subject=f"slot:{slot.id}", details={"because": because})
    notices.passed_on(unit, desk, task, Then(slot.id, None, because), now=now, but=by)


def _is_wanted(unit: Unit, slot: Slot) -> bool:
    place = editions.participant(unit, slot.participant_id)
    return slot.closed_at is None and place is not None and place.withdrawn_at is None


def _is_in_hands(unit: Unit, slot: Slot) -> bool:
    return any(one.state in assignments.LIVE for one in assignments.of_slot(unit, slot.id))


def _coordinator(unit: Unit, slot: Slot, person_id: int) -> int | None:
    """Who looks after the task: the juror's coordinator, else the participant's."""
    person = people.person(unit, person_id)
    if person is not None and person.coordinator_id is not None:
        return person.coordinator_id
    participant = editions.participant(unit, slot.participant_id)
    return None if participant is None else participant.coordinator_id


def _tell_of(unit: Unit, desk: Desk, task_id: int, *, now: datetime, run_at: datetime | None = None) -> None:
    task = _task(unit, task_id)
    desk = in_edition(unit, desk, task.edition_id)
    fact = fact_of(unit, desk, task)
    at = now if run_at is None else run_at
    tell(
        unit,
        desk,
        task.person_id,
        lambda language: juror_tasks.offer(fact, language=language, zone=desk.zone, now=at),
        now=now,
        run_at=run_at,
    )


def _task(unit: Unit, task_id: int) -> Assignment:
    task = assignments.assignment(unit, task_id)
    if task is None:
        raise LookupError(f"there is no assignment {task_id}")
    return task


def _rules(unit: Unit, edition_id: int) -> Rules:
    edition = editions.edition(unit, edition_id)
    return Rules() if edition is None else edition.rules


def _name(unit: Unit, person_id: int) -> str:
    person = people.person(unit, person_id)
    return "" if person is None else person.name
