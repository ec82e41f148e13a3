"""A planned contact in the office's hands: who makes it, who was asked, and when; dates that jurors propose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from bot.office_taps.chain import (
    PURPOSES,
    AddedSlot,
    AddSlot,
    AgreeDate,
    AskClose,
    Candidates,
    Chain,
    ChainPage,
    Choose,
    ChooseAnyway,
    Close,
    Fix,
    NoReserve,
    OfferNow,
    OtherDate,
    PlaceSlots,
    RefuseDate,
    Reopen,
    SetDate,
    Shift,
    SlotCard,
    TakeBack,
    TakenBack,
)
from bot.refusals import Refusal, RefusalCode
from bot.roles import offering, upcoming
from bot.roles.days import day_of, day_typed, days_to_choose
from bot.roles.office.slot_facts import (
    candidate_facts,
    own_juror,
    own_slot,
    own_task,
    sees_place,
    slot_fact,
)
from bot.roles.office.subject import Subject
from bot.roles.task_facts import fact_of
from bot.talk import Talk
from bot.tap_kinds import OfficeTap
from bot.views import common, juror_tasks
from bot.views.office import chain as view
from bot.views.rejections import rejection_text
from scenarios.contact import Rejection
from scenarios.model import Mode
from storage import assignments, editions, people, slots
from storage.assignments import Assignment, State
from storage.editions import Participant, Wave
from storage.slots import Slot

DIALOG_DATE = "chain.date"
"""The dialog in which the next words are the day a task is due."""

NEW_SLOT_DAYS = 14
"""The window of a contact added by hand."""


# A planned contact --------------------------------------------------------------------------------------------------


def show_slot(talk: Talk, slot: Slot, *, said: str = "") -> None:
    """The card of a planned contact."""
    again = slots.slot(talk.unit, slot.id) or slot
    fact = slot_fact(talk.unit, talk.desk, again, scope=talk.scope, language=talk.language)
    talk.say(view.slot_card(fact, language=talk.language, zone=talk.zone, now=talk.now, said=said))


def _card(talk: Talk, slot: Slot, _tap: SlotCard) -> None:
    show_slot(talk, slot)


def _chain(talk: Talk, slot: Slot, tap: Chain | ChainPage) -> None:
    fact = slot_fact(talk.unit, talk.desk, slot, scope=talk.scope, language=talk.language)
    number = tap.page if isinstance(tap, ChainPage) else -1
    talk.say(view.chain(fact, number, language=talk.language, zone=talk.zone, now=talk.now))


def _candidates(talk: Talk, slot: Slot, tap: Candidates) -> None:
    if not 0 <= tap.purpose < len(PURPOSES):
        show_slot(talk, slot)
        return
    fact = slot_fact(talk.unit, talk.desk, slot, scope=talk.scope, language=talk.language)
    found = candidate_facts(talk.unit, slot, scope=talk.scope, language=talk.language, talk=talk)
    talk.say(view.candidates(fact, found, tap.page, tap.purpose, language=talk.language))


def _choose(talk: Talk, slot: Slot, tap: Choose | ChooseAnyway) -> None:
    """Plan, ask or name somebody; hard reasons stand whatever was tapped."""
    person = own_juror(talk, tap.person)
    if person is None or not 0 <= tap.purpose < len(PURPOSES):
        refuse(talk)
        return
    found = candidate_facts(talk.unit, slot, scope=talk.scope, language=talk.language, talk=talk)
    fact = next((one for one in found if one.person == person.id), None)
    reason = None if fact is None else fact.reason
    if fact is None or (reason is not None and not (isinstance(tap, ChooseAnyway) and fact.may_be_forced)):
        show_slot(talk, slot, said=view.cannot(person.name, reason, language=talk.language))
        return
    if slot.closed_at is not None:
        show_slot(talk, slot)
        return
    if _live(talk, slot) is not None and PURPOSES[tap.purpose] != "reserve":
        show_slot(talk, slot, said=view.in_hands(language=talk.language))
        return
    subject = f"slot:{slot.id}"
    match PURPOSES[tap.purpose]:
        case "plan":
            slots.change(
                talk.unit, slot.id, person_id=person.id, is_fixed=True, hole=None, **_no_reserve(slot, person.id)
            )
            talk.note("slot.juror", subject, before=slot.person_id, after=person.id, against=reason)
            said = view.is_planned(person.name, language=talk.language)
        case "reserve":
            if slot.person_id == person.id:
                show_slot(talk, slot, said=view.is_first_already(person.name, language=talk.language))
                return
            slots.change(talk.unit, slot.id, reserve_id=person.id)
            talk.note("slot.reserve", subject, before=slot.reserve_id, after=person.id, against=reason)
            said = view.is_reserve(person.name, language=talk.language)
        case _:
            said = _ask_now(talk, slot, person.id, against=reason)
    show_slot(talk, slot, said=said)


def _offer_now(talk: Talk, slot: Slot, _tap: OfferNow) -> None:
    if slot.person_id is None or slot.closed_at is not None or _live(talk, slot) is not None:
        show_slot(talk, slot)
        return
    show_slot(talk, slot, said=_ask_now(talk, slot, slot.person_id, against=None))


def _ask_now(talk: Talk, slot: Slot, person_id: int, *, against: str | None) -> str:
    """Offer the slot to a person now; what is said of it."""
    if slot.due_at <= talk.now:
        return view.window_is_over(language=talk.language)
    place = editions.participant(talk.unit, slot.participant_id)
    if place is None or place.withdrawn_at is not None:
        return view.takes_no_part("" if place is None else place.short_name, language=talk.language)
    offering.offer_slot(talk.unit, talk.desk, slot, person_id, now=talk.now, by=talk.person.id)
    if against is not None:
        talk.note("slot.forced", f"slot:{slot.id}", person=person_id, against=against)
    person = people.person(talk.unit, person_id)
    name = "" if person is None else person.name
    has_chat = any(one.reachable for one in people.addresses(talk.unit, person_id))
    return view.is_asked(name, has_chat=has_chat, language=talk.language)


def _drop_reserve(talk: Talk, slot: Slot, _tap: NoReserve) -> None:
    if slot.reserve_id is not None:
        slots.change(talk.unit, slot.id, reserve_id=None)
        talk.note("slot.reserve", f"slot:{slot.id}", before=slot.reserve_id, after=None)
    show_slot(talk, slot)


def _fix(talk: Talk, slot: Slot, tap: Fix) -> None:
    wanted = bool(tap.fixed) and slot.person_id is not None
    if wanted != slot.is_fixed:
        slots.change(talk.unit, slot.id, is_fixed=wanted)
        talk.note("slot.fixed", f"slot:{slot.id}", before=slot.is_fixed, after=wanted)
    show_slot(talk, slot)


def _shift(talk: Talk, slot: Slot, tap: Shift) -> None:
    """Move the window by weeks, within the wave; a button of a card that is out of date moves nothing."""
    begins = slot.opens_at.astimezone(talk.zone).date()
    if begins.toordinal() != tap.begins or abs(tap.weeks) != 1 or _live(talk, slot) is not None:
        show_slot(talk, slot)
        return
    days = timedelta(weeks=tap.weeks)
    ends = slot.due_at.astimezone(talk.zone).date()
    first, last = _bounds(talk, slot)
    opens_on, due_on = max(begins + days, first), min(ends + days, last)
    if opens_on > due_on or (opens_on, due_on) == (begins, ends) or due_on < talk.now.astimezone(talk.zone).date():
        show_slot(talk, slot, said=view.cannot_move(first, last, language=talk.language))
        return
    opens_at, due_at = offering.day_begins(opens_on, talk.zone), offering.day_ends(due_on, talk.zone)
    slots.change(talk.unit, slot.id, opens_at=opens_at, due_at=due_at)
    before = [slot.opens_at.isoformat(), slot.due_at.isoformat()]
    talk.note("slot.moved", f"slot:{slot.id}", before=before, after=[opens_at.isoformat(), due_at.isoformat()])
    show_slot(talk, slot)


def _ask_close(talk: Talk, slot: Slot, _tap: AskClose) -> None:
    if slot.closed_at is not None or _live(talk, slot) is not None:
        show_slot(talk, slot)
        return
    fact = slot_fact(talk.unit, talk.desk, slot, scope=talk.scope, language=talk.language)
    talk.say(view.ask_close(fact, language=talk.language))


def _close(talk: Talk, slot: Slot, _tap: Close) -> None:
    if slot.closed_at is None and _live(talk, slot) is None:
        slots.change(talk.unit, slot.id, closed_at=talk.now)
        talk.note("slot.closed", f"slot:{slot.id}")
    show_slot(talk, slot)


def _reopen(talk: Talk, slot: Slot, _tap: Reopen) -> None:
    if slot.closed_at is not None:
        slots.change(talk.unit, slot.id, closed_at=None)
        talk.note("slot.opened", f"slot:{slot.id}")
    show_slot(talk, slot)


# Taking back --------------------------------------------------------------------------------------------------------


def _ask_take_back(talk: Talk, task: Assignment, _tap: TakeBack) -> None:
    slot = None if task.slot_id is None else slots.slot(talk.unit, task.slot_id)
    if slot is None or not _can_be_taken_back(task):
        _settled(talk, task)
        return
    fact = slot_fact(talk.unit, talk.desk, slot, scope=talk.scope, language=talk.language)
    link = next(one for one in fact.chain if one.assignment == task.id)
    talk.say(view.ask_take_back(fact, link, language=talk.language))


def _take_back(talk: Talk, task: Assignment, tap: TakenBack) -> None:
    slot = None if task.slot_id is None else slots.slot(talk.unit, task.slot_id)
    if slot is None or not _can_be_taken_back(task):
        _settled(talk, task)
        return
    offering.take_back(
        talk.unit,
        talk.desk,
        task,
        reason="withdrawn",
        now=talk.now,
        by=talk.person.id,
        is_passed_on=bool(tap.passed_on),
    )
    if not tap.passed_on:
        slots.change(talk.unit, slot.id, person_id=None, is_fixed=False, hole=None)
    show_slot(talk, slot)


def _can_be_taken_back(task: Assignment) -> bool:
    return task.state in assignments.UNFINISHED and task.contact_id is None


def _settled(talk: Talk, task: Assignment) -> None:
    """The task was decided on before: how its slot stands, or that it is settled."""
    slot = None if task.slot_id is None else slots.slot(talk.unit, task.slot_id)
    if slot is None:
        talk.say(common.refused(Refusal(RefusalCode.ALREADY_TAKEN), language=talk.language))
        return
    show_slot(talk, slot)


# A participant's planned contacts -----------------------------------------------------------------------------------


def _place(talk: Talk, place: Participant, tap: PlaceSlots) -> None:
    facts = [
        slot_fact(talk.unit, talk.desk, slot, scope=talk.scope, language=talk.language)
        for slot in slots.of_participant(talk.unit, place.id)
    ]
    talk.say(
        view.place_slots(
            place.id, place.short_name, facts, tap.page, language=talk.language, zone=talk.zone, now=talk.now
        )
    )


def _which_mode(talk: Talk, place: Participant, _tap: AddSlot) -> None:
    modes = {mode: _next_number(talk, place, mode) for mode in _coverage(talk, place)}
    talk.say(view.which_mode(place.id, place.short_name, modes, language=talk.language))


def _add(talk: Talk, place: Participant, tap: AddedSlot) -> None:
    """Plan one more contact; its window is the present wave's, from tomorrow on."""
    every = list(Mode)
    mode = every[tap.mode] if 0 <= tap.mode < len(every) else None
    scenario = None if mode is None else _coverage(talk, place).get(mode)
    if mode is None or scenario is None:
        refuse(talk)
        return
    for added in slots.of_participant(talk.unit, place.id):
        if added.mode is mode and added.number == tap.number:
            show_slot(talk, added)  # tapped once more
            return
    first = talk.now.astimezone(talk.zone).date() + timedelta(days=1)
    wave = _wave_at(editions.waves(talk.unit, place.edition_id), first)
    last = offering.last_day(talk.unit, edition_id=place.edition_id, wave_id=None if wave is None else wave.id)
    if wave is not None:
        first = max(first, wave.starts_on)
    due = min(first + timedelta(days=NEW_SLOT_DAYS), last or date.max)
    if due < first:
        talk.say(view.edition_is_over(place.short_name, language=talk.language))
        return
    slot_id = slots.add(
        talk.unit,
        edition_id=place.edition_id,
        participant_id=place.id,
        mode=mode,
        scenario=scenario,
        number=_next_number(talk, place, mode),
        opens_at=offering.day_begins(first, talk.zone),
        due_at=offering.day_ends(due, talk.zone),
        wave_id=None if wave is None else wave.id,
        is_fixed=True,
        now=talk.now,
    )
    talk.note("slot.added", f"slot:{slot_id}", participant=place.id, mode=mode.value)
    slot = slots.slot(talk.unit, slot_id)
    if slot is not None:
        show_slot(talk, slot)


def _coverage(talk: Talk, place: Participant) -> Mapping[Mode, str]:
    """The script of each mode in which such a participant is contacted."""
    edition = editions.edition(talk.unit, place.edition_id)
    return {} if edition is None else {one.mode: one.scenario for one in edition.rules.coverage_of(place.type)}


def _next_number(talk: Talk, place: Participant, mode: Mode) -> int:
    """The number of one more contact in that mode."""
    taken = [slot.number for slot in slots.of_participant(talk.unit, place.id) if slot.mode is mode]
    return max(taken, default=0) + 1


def _wave_at(waves: list[Wave], day: date) -> Wave | None:
    return next((wave for wave in waves if wave.ends_on >= day), None)


# Dates --------------------------------------------------------------------------------------------------------------


def _agree(talk: Talk, task: Assignment, tap: AgreeDate) -> None:
    if not _is_proposed(talk, task, tap.day) or task.proposed_due is None:
        _no_longer(talk, task)
        return
    day = task.proposed_due.astimezone(talk.zone).date()
    if task.proposed_due <= talk.now:
        _no_longer(talk, task)
        return
    _move(talk, task, day)
    if task.state is State.OFFERED:
        assignments.change(talk.unit, task.id, state=State.ACCEPTED, now=talk.now)
    taken = _again(talk, task)
    upcoming.after_accept(talk.unit, talk.desk, taken, talk.now)
    talk.note(
        "offer.date_agreed", f"assignment:{task.id}", before=task.due_at.isoformat(), after=taken.due_at.isoformat()
    )
    _tell(talk, taken, juror_tasks.date_agreed)
    talk.say(view.date_settled(_place_name(talk, task), day, agreed=True, language=talk.language))


def _refuse_date(talk: Talk, task: Assignment, tap: RefuseDate) -> None:
    if not _is_proposed(talk, task, tap.day):
        _no_longer(talk, task)
        return
    assignments.adjust(talk.unit, task.id, proposed_due=None)
    offering.give_time(talk.unit, talk.desk, task, now=talk.now)
    talk.note("offer.date_refused", f"assignment:{task.id}", kept=task.due_at.isoformat())
    _tell(talk, _again(talk, task), juror_tasks.date_refused)
    day = task.due_at.astimezone(talk.zone).date()
    talk.say(view.date_settled(_place_name(talk, task), day, agreed=False, language=talk.language))


def _other_date(talk: Talk, task: Assignment, _tap: OtherDate, *, problem: str = "") -> None:
    if task.state not in assignments.UNFINISHED or task.contact_id is not None:
        _settled(talk, task)
        return
    last = offering.last_day_of(talk.unit, task)
    today = talk.now.astimezone(talk.zone).date()
    days = days_to_choose(today, task.due_at.astimezone(talk.zone).date(), last)
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_DATE, "assignment": task.id})
    talk.say(view.which_date(task.id, _place_name(talk, task), days, last, language=talk.language, problem=problem))


def _set_date(talk: Talk, task: Assignment, tap: SetDate) -> None:
    day = day_of(tap.day)
    if day is None:
        _no_longer(talk, task)
        return
    _set_day(talk, task, day)


def _set_day(talk: Talk, task: Assignment, day: date) -> None:
    if task.state not in assignments.UNFINISHED or task.contact_id is not None:
        _settled(talk, task)
        return
    last = offering.last_day_of(talk.unit, task)
    if day < talk.now.astimezone(talk.zone).date():
        _other_date(talk, task, OtherDate(task.id), problem=juror_tasks.day_is_over(day, language=talk.language))
        return
    if last is not None and day > last:
        problem = juror_tasks.day_too_late(day, last, language=talk.language)
        _other_date(talk, task, OtherDate(task.id), problem=problem)
        return
    _move(talk, task, day)
    moved = _again(talk, task)
    offering.give_time(talk.unit, talk.desk, moved, now=talk.now)
    if moved.state is State.ACCEPTED:
        upcoming.after_accept(talk.unit, talk.desk, moved, talk.now)
    talk.note("offer.date_set", f"assignment:{task.id}", before=task.due_at.isoformat(), after=moved.due_at.isoformat())
    _tell(talk, _again(talk, task), juror_tasks.date_moved)
    talk.say(view.date_set(_place_name(talk, task), day, language=talk.language))


def _date_typed(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    task = own_task(talk, int(dialog["assignment"]))
    if task is None:
        refuse(talk)
        return
    day = day_typed(text, now=talk.now, zone=talk.zone)
    if isinstance(day, Rejection):
        problem = rejection_text(day, None, language=talk.language)
        _other_date(talk, task, OtherDate(task.id), problem=problem)
        return
    _set_day(talk, task, day)


def _move(talk: Talk, task: Assignment, day: date) -> None:
    opens_at = min(task.opens_at, offering.day_begins(day, talk.zone))
    due_at = offering.day_ends(day, talk.zone)
    assignments.adjust(talk.unit, task.id, proposed_due=None)
    offering.move_window(talk.unit, task, opens_at=opens_at, due_at=due_at, now=talk.now)


def _is_proposed(talk: Talk, task: Assignment, day: int) -> bool:
    if task.state not in assignments.UNFINISHED or task.proposed_due is None or task.contact_id is not None:
        return False
    return task.proposed_due.astimezone(talk.zone).date().toordinal() == day


def _no_longer(talk: Talk, task: Assignment) -> None:
    talk.say(view.no_longer_proposed(_place_name(talk, task), language=talk.language))


def _tell(talk: Talk, task: Assignment, build: Callable[..., Any]) -> None:
    fact = fact_of(talk.unit, talk.desk, task)
    talk.tell(task.person_id, lambda language: build(fact, language=language, zone=talk.zone, now=talk.now))


def _again(talk: Talk, task: Assignment) -> Assignment:
    return assignments.assignment(talk.unit, task.id) or task


def _place_name(talk: Talk, task: Assignment) -> str:
    place = editions.participant(talk.unit, task.participant_id)
    return "" if place is None else place.short_name


def _bounds(talk: Talk, slot: Slot) -> tuple[date, date]:
    """The days of the slot's wave, or of the edition."""
    wave = None if slot.wave_id is None else editions.wave(talk.unit, slot.wave_id)
    if wave is not None:
        return wave.starts_on, wave.ends_on
    edition = editions.edition(talk.unit, slot.edition_id)
    return (date.min, date.max) if edition is None else (edition.starts_on, edition.ends_on)


def _live(talk: Talk, slot: Slot) -> Assignment | None:
    found = [one for one in assignments.of_slot(talk.unit, slot.id) if one.state in assignments.LIVE]
    return found[-1] if found else None


def _no_reserve(slot: Slot, person_id: int) -> dict[str, object]:
    return {"reserve_id": None} if slot.reserve_id == person_id else {}


def refuse(talk: Talk) -> None:
    """It is not theirs, or there is no such thing."""
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))


def _with_slot(act: Callable[[Talk, Slot, Any], None]) -> Callable[[Talk, Any], None]:
    def hear(talk: Talk, tap: Any) -> None:  # noqa: ANN401 - any tap that names a slot
        slot = own_slot(talk, tap.slot, lock=True)
        if slot is None:
            refuse(talk)
        else:
            act(talk, slot, tap)

    return hear


def _with_task(act: Callable[[Talk, Assignment, Any], None]) -> Callable[[Talk, Any], None]:
    def hear(talk: Talk, tap: Any) -> None:  # noqa: ANN401 - any tap that names an assignment
        task = own_task(talk, tap.assignment)
        if task is None:
            refuse(talk)
        else:
            act(talk, task, tap)

    return hear


def _with_place(act: Callable[[Talk, Participant, Any], None]) -> Callable[[Talk, Any], None]:
    def hear(talk: Talk, tap: Any) -> None:  # noqa: ANN401 - any tap that names a participant
        place = editions.participant(talk.unit, tap.participant) if sees_place(talk, tap.participant) else None
        if place is None:
            refuse(talk)
        else:
            act(talk, place, tap)

    return hear


_TAPS: Mapping[type[OfficeTap], Callable[[Talk, Any], None]] = {
    SlotCard: _with_slot(_card),
    Chain: _with_slot(_chain),
    ChainPage: _with_slot(_chain),
    Candidates: _with_slot(_candidates),
    Choose: _with_slot(_choose),
    ChooseAnyway: _with_slot(_choose),
    OfferNow: _with_slot(_offer_now),
    NoReserve: _with_slot(_drop_reserve),
    Fix: _with_slot(_fix),
    Shift: _with_slot(_shift),
    AskClose: _with_slot(_ask_close),
    Close: _with_slot(_close),
    Reopen: _with_slot(_reopen),
    TakeBack: _with_task(_ask_take_back),
    TakenBack: _with_task(_take_back),
    PlaceSlots: _with_place(_place),
    AddSlot: _with_place(_which_mode),
    AddedSlot: _with_place(_add),
    AgreeDate: _with_task(_agree),
    RefuseDate: _with_task(_refuse_date),
    OtherDate: _with_task(_other_date),
    SetDate: _with_task(_set_date),
}

SUBJECT = Subject(taps=_TAPS, dialogs={DIALOG_DATE: _date_typed})
