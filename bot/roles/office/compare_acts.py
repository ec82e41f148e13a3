"""What comes of two jurors who differ: both are asked again blind, then a third one, or whoever decides, is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels.base import Outgoing
from bot.doubts import comparing
from bot.doubts.comparing import Mark
from bot.i18n import known_language, texts
from bot.jobs import put_examine, put_score
from bot.roles import offering, plan_facts, returning, upcoming
from bot.talk import Desk, coordinators_of, tell
from bot.views.office import comparing as views
from scenarios.contact import Path
from scenarios.model import Mode, Scenario
from scenarios.route import Route, route
from storage import assignments, contacts, disagreements, editions, journal, people, reviews, slots
from storage.assignments import Assignment
from storage.contacts import ContactRow
from storage.database import Unit
from storage.disagreements import Disagreement, DisagreementState, How
from storage.rules import OnDisagreement
from storage.slots import Slot

THIRD_TIME = timedelta(days=14)
"""How long a third juror has, as far as the edition lasts."""


PAUSE = timedelta(hours=1)
"""Whoever has just sent a report is left alone so long, and may correct it unasked."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the contacts that are compared."""

    row: ContactRow
    task: Assignment
    scenario: Scenario
    way: Route

    @property
    def marks(self) -> Mapping[Path, Mark]:
        """What the juror said, as far as it can be compared."""
        return comparing.marks_given(self.way)


def compare(unit: Unit, desk: Desk, contact_id: int, *, now: datetime) -> None:
    """Hold a contact against those of other jurors, and take every disagreement it has a part in one step further.

    Nothing is changed where nothing has moved. Answers are never changed.
    """
    row = contacts.load(unit, contact_id, lock=False)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    if row is None or task is None:
        return
    if not disagreements.counts_for(unit, contact_id):
        _without(unit, contact_id, now=now)
        return
    thirds = disagreements.third_slots(unit, task.participant_id)
    if task.slot_id is not None and task.slot_id in thirds:
        _hear_third(unit, desk, contact_id, task, now=now)
        return
    for other in disagreements.rivals(unit, contact_id):
        if _slot_of(unit, other) not in thirds:
            first, second = sorted((contact_id, other))
            _compare_pair(unit, desk, first, second, now=now)


def side_of(unit: Unit, desk: Desk, contact_id: int, *, lock: bool = False) -> Side | None:
    """A contact, as far as it is compared."""
    row = contacts.load(unit, contact_id, lock=lock)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    if row is None or task is None:
        return None
    scenario = desk.scripts.version(unit, row.scenario_version)
    return Side(row, task, scenario, route(scenario, row.contact))


def release_third(unit: Unit, desk: Desk, found: Disagreement, *, now: datetime, by: int | None) -> None:
    """A third juror is not needed any more, unless another item waits for them or they have begun."""
    if found.third_slot is None:
        return
    others = disagreements.of_third_slot(unit, found.participant_id, found.third_slot)
    if any(other.state is DisagreementState.THIRD and other.id != found.id for other in others):
        return
    chain = assignments.of_slot(unit, found.third_slot)
    live = [task for task in chain if task.state in assignments.LIVE]
    if any(task.contact_id is not None for task in live):
        return
    for task in live:
        if task.state in assignments.UNFINISHED:
            offering.take_back(unit, desk, task, reason="not_needed", now=now, by=by, is_passed_on=False)
    slots.change(unit, found.third_slot, closed_at=now)
    journal.write(unit, at=now, who=by, what="slot.closed", subject=f"slot:{found.third_slot}", details={})


def note(unit: Unit, found: Disagreement, what: str, *, now: datetime, by: int | None, **details: object) -> None:
    """Write down what became of a disagreement; what its contacts come to is computed anew."""
    journal.write(
        unit, at=now, who=by, what=f"disagreement.{what}", subject=f"disagreement:{found.id}", details=details
    )
    for contact_id in (found.first_contact_id, found.second_contact_id):
        put_score(unit, contact_id, now=now)


# Two contacts -------------------------------------------------------------------------------------------------------


def _compare_pair(unit: Unit, desk: Desk, first_id: int, second_id: int, *, now: datetime) -> None:
    sides = tuple(side for each in (first_id, second_id) if (side := side_of(unit, desk, each, lock=True)) is not None)
    if len(sides) != 2:  # noqa: PLR2004 - a pair
        return
    first, second = sides
    rules, _zone = upcoming.clock_of(unit, desk, first.task.edition_id)
    if Mode(first.task.mode) in rules.compared and comparing.are_alike(first.row.contact, second.row.contact):
        _find(unit, first, second, now=now)
    to_ask, to_decide = [], []
    for row in disagreements.of_pair(unit, first_id, second_id):
        state = _moved_on(unit, desk, row, first, second, now=now)
        if state is DisagreementState.FOUND:
            to_ask.append(row)
        elif state is DisagreementState.TO_DECIDE and row.state is not DisagreementState.TO_DECIDE:
            to_decide.append(row)
    if to_ask:
        _ask_again(unit, desk, first, second, to_ask, now=now)
    if to_decide:
        _call(unit, desk, first, second, to_decide, now=now)


def _find(unit: Unit, first: Side, second: Side, *, now: datetime) -> None:
    """Note what was compared, and the items on which the two differ."""
    pairs = comparing.compared(first.way, second.way)
    if not pairs:
        return
    whose = {"edition_id": first.task.edition_id, "participant_id": first.task.participant_id}
    items = {pair.path: pair.is_agreed for pair in pairs}
    disagreements.note_pair(unit, first.row.id, second.row.id, items=items, now=now, **whose)
    for pair in pairs:
        if not pair.is_agreed:
            found = {"item": pair.item, "first": pair.first, "second": pair.second}
            if disagreements.add(unit, first.row.id, second.row.id, pair.path, found=found, now=now, **whose):
                journal.write(
                    unit,
                    at=now,
                    who=None,
                    what="disagreement.found",
                    subject=f"contact:{second.row.id}",
                    details={"with": first.row.id, "path": pair.path},
                )


def _moved_on(
    unit: Unit, desk: Desk, row: Disagreement, first: Side, second: Side, *, now: datetime
) -> DisagreementState:
    """Settle what has settled itself, and open again what has not; where it is now (FOUND, TO_DECIDE: to be done)."""
    one, other = first.marks.get(row.path), second.marks.get(row.path)
    over = How.GONE if one is None or other is None else How.AGREED if comparing.agree(one, other) else None
    match row.state:
        case DisagreementState.SETTLED:
            if row.how not in {How.VOID, How.GONE, How.AGREED} or row.how is over:
                return row.state
            if over is not None:
                _settle(unit, row, over, now=now)
                return row.state
            note(unit, row, "opened", now=now, by=None, before=row.how.value)
            return DisagreementState.TO_DECIDE
        case DisagreementState.ASKED if row.path in {*first.row.contact.returned, *second.row.contact.returned}:
            return row.state
        case _ if over is not None:
            _settle(unit, row, over, now=now)
            if row.state is DisagreementState.THIRD:
                release_third(unit, desk, row, now=now, by=None)
            return DisagreementState.SETTLED
        case DisagreementState.ASKED:
            return DisagreementState.TO_DECIDE
        case _:
            return row.state


def _ask_again(
    unit: Unit, desk: Desk, first: Side, second: Side, rows: Sequence[Disagreement], *, now: datetime
) -> None:
    """Ask both jurors, blind, just those questions: a while after the report came, and not at a quiet time."""
    rules, zone = upcoming.clock_of(unit, desk, first.task.edition_id)
    comes = upcoming.allowed_at(rules, max(now, *(row.found_at + PAUSE for row in rows)), zone)
    if now < comes:
        put_examine(unit, second.row.id, now=now, run_at=comes)
        return
    answer_by = upcoming.allowed_at(rules, now + timedelta(hours=rules.return_hours), zone)
    paths = [row.path for row in rows]
    asked: set[Path] = set()
    for side in (first, second):
        juror = people.person(unit, side.row.person_id)
        _ = texts(known_language((None if juror is None else juror.language) or desk.language))
        comment = _.many(
            "Please look at this question once more.", "Please look at these questions once more.", len(paths)
        )
        asked.update(
            returning.send_back(unit, desk, side.row.id, paths, comment=comment, answer_by=answer_by, now=now, by=None)
        )
    unanswerable = [row for row in rows if row.path not in asked]
    for row in rows:
        if row.path in asked:
            disagreements.reopen(unit, row.id, DisagreementState.ASKED, answer_by=answer_by)
            note(unit, row, "asked", now=now, by=None, answer_by=answer_by.isoformat())
    if unanswerable:
        _call(unit, desk, first, second, unanswerable, now=now)


def _without(unit: Unit, contact_id: int, *, now: datetime) -> None:
    """A contact does not count: nothing is to be decided between it and another; a third one decides nothing."""
    for row in disagreements.of_contact(unit, contact_id):
        if row.third_contact_id == contact_id:
            if row.state is not DisagreementState.SETTLED or row.how is How.THIRD:
                disagreements.reopen(unit, row.id, DisagreementState.THIRD, third_contact_id=None)
                note(unit, row, "opened", now=now, by=None, before=None if row.how is None else row.how.value)
        elif row.state is not DisagreementState.SETTLED:
            _settle(unit, row, How.VOID, now=now)


# Whoever decides ----------------------------------------------------------------------------------------------------


def _call(unit: Unit, desk: Desk, first: Side, second: Side, rows: Sequence[Disagreement], *, now: datetime) -> None:
    """Both still differ: a third juror by the rules, where there is one; else whoever looks after the participant."""
    rules, _zone = upcoming.clock_of(unit, desk, first.task.edition_id)
    slot_id = None
    if rules.on_disagreement is OnDisagreement.THIRD_JUROR:
        slot_id = _third_slot(unit, desk, first, second, now=now)
    for row in rows:
        if slot_id is None:
            disagreements.reopen(unit, row.id, DisagreementState.TO_DECIDE, answer_by=None)
            note(unit, row, "to_decide", now=now, by=None)
        else:
            found = {**row.found, "third_slot": slot_id}
            disagreements.reopen(unit, row.id, DisagreementState.THIRD, answer_by=None, found=found)
            note(unit, row, "third", now=now, by=None, slot=slot_id)
    if slot_id is None:
        _tell_office(unit, desk, first.task, rows, now=now)


def _third_slot(unit: Unit, desk: Desk, first: Side, second: Side, *, now: datetime) -> int | None:
    """The planned contact of a third juror who was asked for these two; a new one if need be; None: nobody can."""
    for row in disagreements.of_pair(unit, first.row.id, second.row.id):
        kept = None if row.third_slot is None else slots.slot(unit, row.third_slot)
        if kept is not None and row.state is DisagreementState.THIRD and kept.closed_at is None:
            return kept.id
    task = second.task
    before = None if task.slot_id is None else slots.slot(unit, task.slot_id)
    wave_id = None if before is None else before.wave_id
    final = offering.last_day(unit, edition_id=task.edition_id, wave_id=None)
    due_at = offering.day_ends((now + THIRD_TIME).astimezone(desk.zone).date(), desk.zone)
    due_at = due_at if final is None else min(due_at, offering.day_ends(final, desk.zone))
    if due_at - now < offering.LEAST_USEFUL:
        return None
    numbers = [one.number for one in slots.of_participant(unit, task.participant_id) if one.mode == task.mode]
    wanted = Slot(
        id=0,
        edition_id=task.edition_id,
        participant_id=task.participant_id,
        wave_id=wave_id,
        plan_id=None,
        mode=Mode(task.mode),
        scenario=task.scenario,
        case=second.row.contact.case,
        number=max(numbers, default=0) + 1,
        opens_at=now,
        due_at=due_at,
        person_id=None,
        reserve_id=None,
        is_fixed=True,
        hole=None,
        closed_at=None,
    )
    been = frozenset(reviews.jurors_at(unit, task.participant_id)) | people.without_chat(unit, task.edition_id)
    person_id = plan_facts.next_best(unit, wanted, excluding=been, now=now)
    if person_id is None:
        return None
    slot_id = slots.add(
        unit,
        edition_id=wanted.edition_id,
        participant_id=wanted.participant_id,
        wave_id=wave_id,
        mode=wanted.mode,
        scenario=wanted.scenario,
        case=wanted.case,
        number=wanted.number,
        opens_at=wanted.opens_at,
        due_at=wanted.due_at,
        person_id=person_id,
        is_fixed=True,
        now=now,
    )
    details = {"contacts": [first.row.id, second.row.id]}
    journal.write(unit, at=now, who=None, what="slot.third", subject=f"slot:{slot_id}", details=details)
    rules, zone = upcoming.clock_of(unit, desk, task.edition_id)
    tell_at = upcoming.allowed_at(rules, now, zone)
    offering.offer_slot(unit, desk, replace(wanted, id=slot_id), person_id, now=now, tell_at=tell_at)
    return slot_id


def _hear_third(unit: Unit, desk: Desk, contact_id: int, task: Assignment, *, now: datetime) -> None:
    """The third juror's report is here: the majority, or the median, decides what it can."""
    assert task.slot_id is not None  # noqa: S101 - called only then
    third = side_of(unit, desk, contact_id)
    if third is None:
        return
    undecided = []
    for row in disagreements.of_third_slot(unit, task.participant_id, task.slot_id):
        is_waiting = row.state is DisagreementState.THIRD or row.how is How.THIRD
        first = side_of(unit, desk, row.first_contact_id)
        second = side_of(unit, desk, row.second_contact_id)
        if not is_waiting or first is None or second is None or row.path in third.row.contact.returned:
            continue
        marks = [side.marks.get(row.path) for side in (first, second, third)]
        one, other, last = marks
        value = None
        if one is not None and other is not None and last is not None:
            value = comparing.decided_by_third(one, other, last)
        disagreements.change(unit, row.id, third_contact_id=contact_id)
        if value is None:
            undecided.append(row)
        elif row.settled is None or row.settled.get("value") != value:
            _settle(unit, row, How.THIRD, value=value, now=now)
    for row in undecided:
        disagreements.reopen(unit, row.id, DisagreementState.TO_DECIDE)
        note(unit, row, "to_decide", now=now, by=None)
    if undecided:
        _tell_office(unit, desk, task, undecided, now=now)


def _settle(unit: Unit, row: Disagreement, how: How, *, now: datetime, value: Mark | None = None) -> None:
    disagreements.settle(unit, row.id, how, value=value, now=now)
    note(unit, row, "settled", now=now, by=None, how=how.value, value=value, before=row.state.value)


def _tell_office(unit: Unit, desk: Desk, task: Assignment, rows: Sequence[Disagreement], *, now: datetime) -> None:
    """Whoever looks after the participant hears that there is something to decide, not in quiet hours."""
    participant = editions.participant(unit, task.participant_id)
    if participant is None:
        return
    rules, zone = upcoming.clock_of(unit, desk, task.edition_id)
    told: Callable[[str], Outgoing] = lambda language: views.to_decide(  # noqa: E731 - said to several people
        len(rows), only=rows[0].id, place=participant.short_name, mode=Mode(task.mode), language=language
    )
    at = upcoming.allowed_at(rules, now, zone)
    for person_id in coordinators_of(unit, edition_id=task.edition_id, coordinator_id=participant.coordinator_id):
        tell(unit, desk, person_id, told, now=now, run_at=at)


def _slot_of(unit: Unit, contact_id: int) -> int | None:
    row = contacts.load(unit, contact_id, lock=False)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    return None if task is None else task.slot_id
