"""The demo edition: the institutions named in the contest's invitation, invented people, assignments in every mode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.channels.base import Address
from bot.publishing import publish_library
from bot.roles import everyone
from bot.talk import Desk
from scenarios.model import Mode
from storage import assignments, editions, people
from storage.assignments import State
from storage.database import Unit
from storage.people import Role

EDITION = "Edycja pokazowa"
DEMO_CHANNEL = "web"
CHAT_ID_DIGITS = 24
"""Hexadecimal digits of a web chat's id."""

FROM_THE_SITE = "z oficjalnej strony"


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the three chats of the demo page."""

    role: Role
    chat: str


@dataclass(frozen=True, slots=True)
class Place:
    """An institution of the demo edition."""

    name: str
    short: str
    type: str
    city: str
    hours: str


PLACES = (
    Place(
        "Miejska Biblioteka Publiczna im. Tadeusza Różewicza we Wrocławiu",
        "Biblioteka Wrocław",
        "biblioteka",
        "Wrocław",
        "pn.–pt. 10:00–18:00",
    ),
    Place("Gmina Starogard Gdański", "Starogard Gdański", "gmina", "Starogard Gdański", "pn.–pt. 7:30–15:30"),
    Place("Młodzieżowe Centrum Kultury w Legnicy", "MCK Legnica", "kultura", "Legnica", "pn.–pt. 9:00–20:00"),
    Place("Miasto Płońsk", "Płońsk", "gmina", "Płońsk", "pn. 8:00–17:00, wt.–pt. 8:00–16:00"),
    Place("Powiatowy Urząd Pracy w Kętrzynie", "PUP Kętrzyn", "pup", "Kętrzyn", "pn.–pt. 7:30–15:30"),
    Place("Augustowskie TBS KODREM", "TBS Augustów", "tbs", "Augustów", "pn.–pt. 7:30–15:30"),
    Place("Gmina Wieliszew", "Wieliszew", "gmina", "Wieliszew", "pn. 9:00–17:00, wt.–pt. 8:00–16:00"),
)

JURORS = ("Maria Wilczek", "Paweł Jodła", "Irena Sokół")
"""Invented; the first one sits in the demo's juror chat."""
COORDINATOR = "Tomasz Brzoza"
ORGANIZER = "Ewa Jarzębina"

TASKS = (
    # juror, place, mode, scenario, state, days until due
    (0, 3, Mode.VISIT, "wizyta", State.ACCEPTED, 6),
    (0, 1, Mode.PHONE, "telefon", State.ACCEPTED, 9),
    (0, 0, Mode.EMAIL, "email", State.OFFERED, 20),
    (0, 2, Mode.SOCIAL, Mode.SOCIAL, State.OFFERED, 16),
    (0, 6, Mode.WEBSITE, "strona", State.ACCEPTED, 12),
    (0, 4, Mode.VISIT, "dostepnosc", State.OFFERED, 14),
    (1, 5, Mode.PHONE, "telefon", State.OFFERED, 10),
    (1, 3, Mode.EMAIL, "email", State.ACCEPTED, 18),
    (1, 1, Mode.VISIT, "wizyta", State.DECLINED, 8),
    (2, 6, Mode.VISIT, "wizyta", State.ACCEPTED, -2),
    (2, 0, Mode.PHONE, "telefon", State.OFFERED, 11),
    (2, 5, Mode.WEBSITE, "strona", State.ACCEPTED, 15),
)


def seed(unit: Unit, desk: Desk, *, now: datetime) -> tuple[Seat, ...]:
    """Seed the demo edition once; the seats of its three chats, the same at every start."""
    known = [edition for edition in editions.editions(unit) if edition.name == EDITION]
    if known:
        return _seats(unit, known[0].id)
    publish_library(unit, now=now)
    day = now.astimezone(desk.zone).date()
    edition = editions.add_edition(
        unit,
        name=EDITION,
        starts_on=day - timedelta(days=14),
        ends_on=day + timedelta(days=60),
        time_zone=desk.zone.key,
        correction_hours=24,
    )
    places = [_add_place(unit, edition, place) for place in PLACES]
    coordinator = _add_person(unit, edition, COORDINATOR, Role.COORDINATOR, now=now)
    _add_person(unit, edition, ORGANIZER, Role.ORGANIZER, now=now)
    jurors = [_add_person(unit, edition, name, Role.JUROR, now=now) for name in JURORS]
    for juror, place, mode, scenario, state, days in TASKS:
        task = assignments.assign(
            unit,
            edition_id=edition,
            participant_id=places[place],
            person_id=jurors[juror],
            coordinator_id=coordinator,
            mode=mode,
            scenario=scenario,
            opens_at=now - timedelta(days=7),
            due_at=now + timedelta(days=days),
            now=now,
        )
        if state is not State.OFFERED:
            assignments.change(unit, task, state=state, reason="no_time" if state is State.DECLINED else None, now=now)
    for role in (Role.JUROR, Role.COORDINATOR, Role.ORGANIZER):
        person = people.people(unit, edition_id=edition, role=role)[0]
        token = desk.new_token()
        people.invite(
            unit,
            person.id,
            token_hash=sha256(token.encode()).hexdigest(),
            now=now,
            expires_at=now + timedelta(days=1),
        )
        everyone.arrive(unit, desk, token, Address(DEMO_CHANNEL, _chat_id(desk)), language=None, now=now)
    return _seats(unit, edition)


def _seats(unit: Unit, edition_id: int) -> tuple[Seat, ...]:
    seats = []
    for role in (Role.JUROR, Role.COORDINATOR, Role.ORGANIZER):
        person = people.people(unit, edition_id=edition_id, role=role)[0]
        chats = [row.chat for row in people.addresses(unit, person.id) if row.channel == DEMO_CHANNEL]
        seats.append(Seat(role, chats[0]))
    return tuple(seats)


def _chat_id(desk: Desk) -> str:
    return sha256(desk.new_token().encode()).hexdigest()[:CHAT_ID_DIGITS]


def _add_place(unit: Unit, edition_id: int, place: Place) -> int:
    return editions.add_participant(
        unit,
        edition_id=edition_id,
        name=place.name,
        short_name=place.short,
        type=place.type,
        address="",
        postcode="",
        city=place.city,
        hours=place.hours,
        phone=FROM_THE_SITE,
        email=FROM_THE_SITE,
        site="",
        social="",
    )


def _add_person(unit: Unit, edition_id: int, name: str, role: Role, *, now: datetime) -> int:
    return people.add_person(unit, edition_id=edition_id, name=name, role=role, now=now)
