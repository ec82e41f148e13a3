"""Personal data in chat: how long it is kept, the warning before it is erased, and the erasing of a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.office_taps.keeping import KINDS, AskErasePerson, ErasePersonYes, KeepingHome, OneKeeping, TurnKeeping
from bot.roles.office import seeing
from bot.roles.office.edition_board import edition_of, keep, show
from bot.roles.office.edition_changes import stepped
from bot.roles.office.erasing import NotErased, erase_person
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk, tell
from bot.views.office import keeping as view
from storage import assignments, editions, erasure, people, retention
from storage.editions import Edition
from storage.people import Person, Role
from storage.rules import KEEPING, Keeping
from storage.unit import Unit

STEPS = (1, 3, 7, 14, 21, 30, 45, 60, 90, 120, 180, 240, 300, 365, 540, 730, 1095)
"""Days a kind of data may be kept; each kind has limits of its own."""


def warn(unit: Unit, desk: Desk, edition_id: int, *, now: datetime) -> None:
    """Tell the organizers what is erased within a week, once for each number of days."""
    edition = editions.edition(unit, edition_id)
    soon = [] if edition is None else retention.to_warn(unit, edition, now=now)
    if edition is None or not soon:
        return
    zone = ZoneInfo(edition.time_zone)
    organizers = [one for one in people.people(unit, edition_id=edition_id, role=Role.ORGANIZER) if one.left_at is None]
    for one in organizers:
        tell(
            unit,
            desk,
            one.id,
            lambda language: view.warning(soon, edition=edition.name, language=language, zone=zone),
            now=now,
        )
    retention.note_warning(unit, edition_id, soon, told=len(organizers), now=now)


def _home(talk: Talk, _asked: object = None) -> None:
    some = retention.outlook(talk.unit, edition_of(talk))
    show(talk, view.home(some, language=talk.language, zone=talk.zone))


def _one(talk: Talk, tap: OneKeeping) -> None:
    if tap.kind not in range(len(KINDS)):
        _home(talk)
        return
    _show(talk, edition_of(talk), KINDS[tap.kind])


def _turn(talk: Talk, tap: TurnKeeping) -> None:
    if tap.kind not in range(len(KINDS)):
        _home(talk)
        return
    kind, before = KINDS[tap.kind], edition_of(talk, lock=True)
    days = _next(before, kind, up=bool(tap.up))
    after = before
    if days is not None:
        after = replace(before, rules=before.rules.with_keeping(kind, days))
        told = before.rules.kept_days(kind), days
        keep(talk, before, after, "keeping", told, kind=kind.value)
    _show(talk, after, kind)


def _show(talk: Talk, edition: Edition, kind: Keeping) -> None:
    outlook = next(one for one in retention.outlook(talk.unit, edition) if one.kind is kind)
    down, up = (_next(edition, kind, up=each) is not None for each in (False, True))
    show(talk, view.one(outlook, down=down, up=up, language=talk.language, zone=talk.zone))


def _next(edition: Edition, kind: Keeping, *, up: bool) -> int | None:
    limits = KEEPING[kind]
    steps = tuple(sorted({days for days in STEPS if limits.least <= days <= limits.most} | {limits.least, limits.most}))
    return stepped(edition.rules.kept_days(kind), steps, up=up)


def _ask_erase(talk: Talk, tap: AskErasePerson) -> None:
    person = _erasable(talk, tap.person)
    if person is None:
        return
    mine = assignments.of_person(talk.unit, person.id) if person.role is Role.JUROR else []
    unfinished = sum(task.state in assignments.UNFINISHED and task.contact_id is None for task in mine)
    talk.say(view.ask_erase(person, unfinished=unfinished, language=talk.language))


def _erase(talk: Talk, tap: ErasePersonYes) -> None:
    person = _erasable(talk, tap.person)
    if person is None:
        return
    found = erase_person(talk.unit, talk.desk, person.id, by=talk.person.id, because="organizer", now=talk.now)
    if isinstance(found, NotErased):
        talk.say(view.not_erased(is_oneself=False, language=talk.language))
        return
    talk.say(view.erased(erasure.name_of(person.id), language=talk.language))


def _erasable(talk: Talk, person_id: int) -> Person | None:
    """The person, unless it is the organizer themself, or was erased before: that is said."""
    person = seeing.person(talk, person_id)
    if person is None:
        return None
    if person.id == talk.person.id:
        talk.say(view.not_erased(is_oneself=True, language=talk.language))
        return None
    if person.erased_at is not None:
        talk.say(view.erased_already(person.name, language=talk.language))
        return None
    return person


SUBJECT = Subject(
    taps={
        KeepingHome: _home,
        OneKeeping: _one,
        TurnKeeping: _turn,
        AskErasePerson: _ask_erase,
        ErasePersonYes: _erase,
    },
    commands={"przechowywanie": _home, "keeping": _home},
)
