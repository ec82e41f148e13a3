"""A person: card and tasks, and everything but their profile. Each change is in the journal, without names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.i18n import LANGUAGES
from bot.importing.problems import Wrong
from bot.office_taps.directory import (
    PERSON_FIELDS,
    ComeBack,
    EditPerson,
    EditPersonField,
    EndWork,
    EndWorkYes,
    PersonCard,
    PersonCoordinators,
    PersonTasks,
    SetPersonCoordinator,
    SetPersonLanguage,
)
from bot.roles import deciding, offering, plan_facts
from bot.roles.office import place_values, seeing
from bot.talk import Talk
from bot.views.office import persons as view
from bot.views.office import places as place_view
from bot.views.office import skills
from bot.views.office.persons import PersonFacts
from storage import assignments, directory, overview, people, profiles, slots
from storage.assignments import UNFINISHED, Assignment
from storage.people import Person, Role
from storage.planned import Wanted
from storage.postcodes import postal_place
from storage.scope import Scope

FIELD = "directory.person_field"

LEFT = "unforeseen"
"""Why a task is taken back from somebody who takes part no more: a code of ``DECLINE_REASONS``."""


def show(talk: Talk, tap: PersonCard, *, changed: bool = False, note: str = "") -> None:
    """The person's card."""
    person = seeing.person(talk, tap.person)
    if person is None:
        return
    wanted = Wanted(person_id=person.id)
    facts = PersonFacts(
        person=person,
        figures=overview.total(talk.unit, Scope(person.edition_id), now=talk.now, wanted=wanted),
        chat=directory.chats_of(talk.unit, [person.id], now=talk.now)[person.id],
        coordinator=seeing.name_of(talk, person.coordinator_id),
        profile=skills.words(profiles.profile(talk.unit, person.id), language=talk.language),
        conflicts=len(profiles.conflicts_of(talk.unit, [person.id])),
    )
    may_erase = talk.person.role is Role.ORGANIZER and person.erased_at is None and person.id != talk.person.id
    card = view.card(facts, language=talk.language, zone=talk.zone, changed=changed, note=note, may_erase=may_erase)
    talk.say(card)


def tasks(talk: Talk, tap: PersonTasks) -> None:
    """What a juror has to do and has done, a page of it."""
    person = seeing.juror(talk, tap.person)
    if person is None:
        return
    wanted = Wanted(person_id=person.id)
    lines = overview.planned_contacts(talk.unit, Scope(person.edition_id), now=talk.now, wanted=wanted)
    talk.say(view.tasks(person, lines, tap.page, language=talk.language, zone=talk.zone))


def edit(talk: Talk, tap: EditPerson) -> None:
    """What may be changed."""
    person = seeing.person(talk, tap.person)
    if person is not None:
        talk.say(view.edit(person, language=talk.language))


def edit_field(talk: Talk, tap: EditPersonField) -> None:
    """The new value of a field is awaited."""
    person = seeing.person(talk, tap.person)
    if person is None:
        return
    if not 0 <= tap.field < len(PERSON_FIELDS):
        seeing.refuse(talk)
        return
    _ask(talk, person, PERSON_FIELDS[tap.field])


def answered(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The new value of a field came."""
    person, name = seeing.person(talk, int(dialog["person"])), str(dialog["field"])
    if person is None:
        return
    try:
        value = str(place_values.read(name, text, today=talk.now.astimezone(talk.zone).date()) or "")
    except Wrong as wrong:
        _ask(talk, person, name, wrong=text, suggestion=wrong.suggestion)
        return
    other = directory.same_email(talk.unit, person.edition_id, value, but=person.id) if name == "email" else None
    if other is not None:
        _taken(talk, person, value, other)
        return
    if name == "postcode":
        _move_home(talk, person, value)
    else:
        people.update_person(talk.unit, person.id, **{name: value})
        talk.note("person.changed", f"person:{person.id}", field=name)
    show(talk, PersonCard(person.id), changed=True)


def set_language(talk: Talk, tap: SetPersonLanguage) -> None:
    """The chat speaks another language to the person."""
    person = seeing.person(talk, tap.person)
    if person is None:
        return
    if not 0 <= tap.language < len(LANGUAGES):
        seeing.refuse(talk)
        return
    language = LANGUAGES[tap.language]
    people.set_language(talk.unit, person.id, language)
    talk.note("person.changed", f"person:{person.id}", field="language", before=person.language, after=language)
    show(talk.again(), PersonCard(person.id), changed=True)


def coordinators(talk: Talk, tap: PersonCoordinators) -> None:
    """Who might look after the juror."""
    person = seeing.juror(talk, tap.person)
    if person is not None:
        talk.say(view.coordinators(person, seeing.coordinators(talk), language=talk.language))


def set_coordinator(talk: Talk, tap: SetPersonCoordinator) -> None:
    """Somebody else looks after the juror and what the juror still has to do."""
    person = seeing.juror(talk, tap.person)
    if person is None:
        return
    chosen = tap.coordinator or None
    if chosen is not None and chosen not in dict(seeing.coordinators(talk)):
        seeing.refuse(talk)
        return
    people.update_person(talk.unit, person.id, coordinator_id=chosen)
    for task in _unfinished(talk, person):
        assignments.adjust(talk.unit, task.id, coordinator_id=chosen)
    talk.note("person.coordinator", f"person:{person.id}", before=person.coordinator_id, after=chosen)
    if talk.scope.sees(edition_id=person.edition_id, coordinator_id=chosen):
        show(talk, PersonCard(person.id), changed=True)
    else:
        talk.say(view.handed_over(person.name, seeing.name_of(talk, chosen) or "", language=talk.language))


def end_work(talk: Talk, tap: EndWork) -> None:
    """Whether the person really takes part no more."""
    person = seeing.person(talk, tap.person)
    if person is None or _is_oneself(talk, person):
        return
    every = _unfinished(talk, person)
    begun = sum(task.contact_id is not None for task in every)
    talk.say(view.end_work(person, waiting=len(every) - begun, begun=begun, language=talk.language))


def end_work_yes(talk: Talk, tap: EndWorkYes) -> None:
    """The person takes part no more; what they had not begun goes to others."""
    person = seeing.person(talk, tap.person)
    if person is None or _is_oneself(talk, person):
        return
    if person.left_at is not None:
        show(talk, PersonCard(person.id))
        return
    people.update_person(talk.unit, person.id, left_at=talk.now)
    deciding.leaves_board(talk.unit, person.id, now=talk.now)
    if person.role is Role.COORDINATOR:
        released = directory.release(talk.unit, person.id)
        talk.note("person.left", f"person:{person.id}", released=released)
        show(
            talk,
            PersonCard(person.id),
            changed=True,
            note=view.released(sum(released.values()), language=talk.language),
        )
        return
    waiting = [task for task in _unfinished(talk, person) if task.contact_id is None]
    talk.note("person.left", f"person:{person.id}", passed_on=[task.id for task in waiting])
    for task in waiting:
        offering.take_back(talk.unit, talk.desk, task, reason=LEFT, now=talk.now, by=talk.person.id)
    _find_others(talk, person)
    show(talk, PersonCard(person.id), changed=True, note=view.ended(len(waiting), language=talk.language))


def come_back(talk: Talk, tap: ComeBack) -> None:
    """The person takes part again."""
    person = seeing.person(talk, tap.person)
    if person is None:
        return
    if person.left_at is not None and person.erased_at is None:
        people.update_person(talk.unit, person.id, left_at=None)
        talk.note("person.returned", f"person:{person.id}")
    show(talk, PersonCard(person.id), changed=True)


def _ask(talk: Talk, person: Person, name: str, *, wrong: str = "", suggestion: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": FIELD, "person": person.id, "field": name})
    if name == "postcode":
        profile = profiles.profile(talk.unit, person.id)
        now = "" if profile is None else profile.postcode
    else:
        now = str(getattr(person, name))
    talk.say(view.ask_field(person, name, now, language=talk.language, wrong=wrong, suggestion=suggestion))


def _taken(talk: Talk, person: Person, email: str, other_id: int) -> None:
    other = people.person(talk.unit, other_id)
    is_seen = other is not None and directory.sees_person(talk.scope, other)
    talk.say(
        place_view.taken_by_another(
            view.FIELD_NAMES["email"],
            email,
            tap=PersonCard(other_id) if is_seen else None,
            back=PersonCard(person.id),
            language=talk.language,
        )
    )


def _move_home(talk: Talk, person: Person, postcode: str) -> None:
    where = postal_place(postcode)
    profiles.change(
        talk.unit,
        person.id,
        postcode=postcode,
        latitude=None if where is None else where.latitude,
        longitude=None if where is None else where.longitude,
    )
    talk.note("profile.changed", f"person:{person.id}", field="postcode")


def _unfinished(talk: Talk, person: Person) -> list[Assignment]:
    if person.role is not Role.JUROR:
        return []
    return [task for task in assignments.of_person(talk.unit, person.id) if task.state in UNFINISHED]


def _find_others(talk: Talk, person: Person) -> None:
    """Planned contacts the person was chosen for and not asked yet: the next best is chosen, or they become holes."""
    for slot in slots.of_edition(talk.unit, person.edition_id):
        if slot.person_id != person.id:
            continue
        chain = assignments.of_slot(talk.unit, slot.id)
        if any(task.state in assignments.LIVE for task in chain):
            continue
        asked = frozenset({person.id, *(task.person_id for task in chain)})
        instead = plan_facts.next_best(talk.unit, slot, excluding=asked, now=talk.now)
        hole = {"because": "nobody_left"} if instead is None else None
        slots.change(talk.unit, slot.id, person_id=instead, hole=hole)
        talk.note("slot.juror", f"slot:{slot.id}", before=person.id, after=instead)


def _is_oneself(talk: Talk, person: Person) -> bool:
    """Nobody ends their own work: they could not undo it."""
    if person.id != talk.person.id:
        return False
    show(talk, PersonCard(person.id), note=view.not_oneself(language=talk.language))
    return True
