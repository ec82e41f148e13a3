"""A juror's profile, changed by buttons: modes, days, languages, radius, limits, certificates, conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.office_taps.directory import (
    LANGUAGES_SPOKEN,
    UNLIMITED,
    AddConflict,
    Certificates,
    Conflicts,
    ConflictWith,
    Days,
    Profile,
    Reach,
    RemoveConflict,
    SetCertified,
    SetDay,
    SetMode,
    SetRadius,
    SetSpoken,
    SetTotal,
    SetWeekly,
    SpokenLanguages,
)
from bot.roles import offering
from bot.roles.office import place_lists, seeing
from bot.talk import Talk
from bot.views.office import skills as view
from scenarios.model import Mode
from storage import editions, people, profiles, scripts
from storage.people import Person
from storage.profiles import WEEK

CONFLICT = "directory.conflict"

MOST = 1000
"""Kilometres, or contacts: no button offers more."""


def show(talk: Talk, tap: Profile) -> None:
    """The whole profile."""
    person = seeing.juror(talk, tap.person)
    if person is not None:
        _show(talk, person)


def set_mode(talk: Talk, tap: SetMode) -> None:
    """The juror makes contacts in that mode, or does not."""
    person, every = seeing.juror(talk, tap.person), tuple(Mode)
    if person is None:
        return
    if not 0 <= tap.mode < len(every):
        seeing.refuse(talk)
        return
    mode = every[tap.mode]
    chosen = set(_profile(talk, person).modes) - {mode} | ({mode} if tap.on else set())
    _change(talk, person, "modes", tuple(one for one in every if one in chosen))
    _show(talk, person)


def days(talk: Talk, tap: Days) -> None:
    """On which days the juror can."""
    person = seeing.juror(talk, tap.person)
    if person is not None:
        talk.say(view.days(person, _profile(talk, person), language=talk.language))


def set_day(talk: Talk, tap: SetDay) -> None:
    """The juror can on that day, or cannot."""
    person = seeing.juror(talk, tap.person)
    if person is None:
        return
    if tap.day not in WEEK:
        seeing.refuse(talk)
        return
    chosen = set(_profile(talk, person).days) - {tap.day} | ({tap.day} if tap.on else set())
    _change(talk, person, "days", tuple(sorted(chosen)))
    days(talk, Days(person.id))


def languages(talk: Talk, tap: SpokenLanguages) -> None:
    """Which languages the juror speaks."""
    person = seeing.juror(talk, tap.person)
    if person is not None:
        talk.say(view.languages(person, _profile(talk, person), language=talk.language))


def set_spoken(talk: Talk, tap: SetSpoken) -> None:
    """The juror speaks a language, or does not."""
    person = seeing.juror(talk, tap.person)
    if person is None:
        return
    if not 0 <= tap.language < len(LANGUAGES_SPOKEN):
        seeing.refuse(talk)
        return
    code = LANGUAGES_SPOKEN[tap.language]
    kept = tuple(one for one in _profile(talk, person).languages if one != code)
    _change(talk, person, "languages", (*kept, code) if tap.on else kept)
    languages(talk, SpokenLanguages(person.id))


def reach(talk: Talk, tap: Reach) -> None:
    """How far and how much."""
    person = seeing.juror(talk, tap.person)
    if person is not None:
        talk.say(view.reach(person, _profile(talk, person), language=talk.language))


def set_radius(talk: Talk, tap: SetRadius) -> None:
    """The juror travels that far."""
    _set_number(talk, tap.person, "radius_km", tap.km)


def set_weekly(talk: Talk, tap: SetWeekly) -> None:
    """The juror makes so many contacts a week."""
    _set_number(talk, tap.person, "weekly_limit", tap.limit)


def set_total(talk: Talk, tap: SetTotal) -> None:
    """The juror makes so many contacts in all."""
    _set_number(talk, tap.person, "total_limit", tap.limit)


def certificates(talk: Talk, tap: Certificates) -> None:
    """For which scenarios the juror is certified."""
    person = seeing.juror(talk, tap.person)
    if person is None:
        return
    names = scripts.names(talk.unit)
    titled = [
        (at, name, talk.desk.scripts.newest(talk.unit, name).title.in_language(talk.language))
        for at, name in enumerate(names)
    ]
    talk.say(view.certificates(person, _profile(talk, person), titled, language=talk.language))


def set_certified(talk: Talk, tap: SetCertified) -> None:
    """The juror is certified for a scenario, or is not."""
    person, names = seeing.juror(talk, tap.person), scripts.names(talk.unit)
    if person is None:
        return
    if not 0 <= tap.scenario < len(names):
        seeing.refuse(talk)
        return
    name = names[tap.scenario]
    kept = tuple(one for one in _profile(talk, person).certified if one != name)
    _change(talk, person, "certified", (*kept, name) if tap.on else kept)
    certificates(talk, Certificates(person.id))


def conflicts(talk: Talk, tap: Conflicts) -> None:
    """With whom there is a conflict of interest, and why; organizers only."""
    person = seeing.juror(talk, tap.person)
    if person is None:
        return
    declared = []
    for one in profiles.conflicts_of(talk.unit, [person.id]):
        place = editions.participant(talk.unit, one.participant_id)
        declared.append((one.participant_id, "" if place is None else place.short_name, one.reason, one.declared_at))
    talk.note("conflict.read", f"person:{person.id}")
    talk.say(view.conflicts(person, declared, tap.page, language=talk.language, zone=talk.zone))


def add_conflict(talk: Talk, tap: AddConflict) -> None:
    """The participant's name is awaited."""
    person = seeing.juror(talk, tap.person)
    if person is None:
        return
    people.set_dialog(talk.unit, talk.person.id, {"kind": CONFLICT, "person": person.id})
    talk.say(view.ask_conflict(person, language=talk.language))


def named_conflict(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The participant's name came: which of those like it."""
    person = seeing.juror(talk, int(dialog["person"]))
    if person is None:
        return
    found = [(one.id, f"{one.short_name} ({one.city})") for one in place_lists.found_by(talk, text)]
    talk.say(view.which_conflict(person, found, said=text, language=talk.language))


def conflict_with(talk: Talk, tap: ConflictWith) -> None:
    """There is a conflict of interest with that participant."""
    person = seeing.juror(talk, tap.person)
    place = None if person is None else seeing.place(talk, tap.participant)
    if person is None or place is None:
        return
    if profiles.declare(talk.unit, person.id, place.id, reason="", now=talk.now):
        talk.note("conflict.declared", f"person:{person.id}", participant=place.id)
        offering.let_go(talk.unit, talk.desk, person.id, place.id, now=talk.now, by=talk.person.id)
    _show(talk, person)


def remove_conflict(talk: Talk, tap: RemoveConflict) -> None:
    """There is no such conflict any more; organizers only."""
    person = seeing.juror(talk, tap.person)
    if person is None:
        return
    if profiles.withdraw(talk.unit, person.id, tap.participant):
        talk.note("conflict.withdrawn", f"person:{person.id}", participant=tap.participant)
    conflicts(talk, Conflicts(person.id, 0))


def _set_number(talk: Talk, person_id: int, field: str, number: int) -> None:
    person = seeing.juror(talk, person_id)
    if person is None:
        return
    if number != UNLIMITED and not 0 <= number <= MOST:
        seeing.refuse(talk)
        return
    _change(talk, person, field, None if number == UNLIMITED else number)
    reach(talk, Reach(person.id))


def _show(talk: Talk, person: Person) -> None:
    known = len(profiles.conflicts_of(talk.unit, [person.id]))
    sees = talk.scope.coordinator_id is None
    talk.say(view.card(person, _profile(talk, person), known, language=talk.language, sees_conflicts=sees))


def _profile(talk: Talk, person: Person) -> profiles.Profile:
    return profiles.profile(talk.unit, person.id) or profiles.Profile(person.id)


def _change(talk: Talk, person: Person, field: str, value: object) -> None:
    before = getattr(_profile(talk, person), field)
    profiles.change(talk.unit, person.id, **{field: value})
    if before != value:
        talk.note("profile.changed", f"person:{person.id}", field=field, before=before, after=value)
