"""The demo edition: the institutions named in the contest's invitation, invented people, assignments in every mode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.channels.base import Address
from bot.demo_story import Actor
from bot.publishing import publish_library
from bot.roles import everyone
from bot.roles.offering import offer
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
"""Invented; the first one sits in the demo's juror chat, the others have done something already."""
COORDINATOR = "Tomasz Brzoza"
ORGANIZER = "Ewa Jarzębina"

TASKS = (
    # juror, place, mode, scenario, state, days until due
    (0, 3, Mode.VISIT, "wizyta", State.ACCEPTED, 6),
    (0, 1, Mode.PHONE, "telefon", State.ACCEPTED, 9),
    (0, 0, Mode.EMAIL, "email", State.OFFERED, 20),
    (0, 2, Mode.SOCIAL, "social", State.OFFERED, 16),
    (0, 6, Mode.WEBSITE, "strona", State.ACCEPTED, 12),
    (0, 4, Mode.VISIT, "dostepnosc", State.OFFERED, 14),
    (1, 5, Mode.PHONE, "telefon", State.DONE, 10),
    (1, 3, Mode.EMAIL, "email", State.ACCEPTED, 18),
    (1, 1, Mode.VISIT, "wizyta", State.DECLINED, 8),
    (2, 6, Mode.VISIT, "wizyta", State.OFFERED, 13),
    (2, 0, Mode.PHONE, "telefon", State.OFFERED, 11),
    (2, 5, Mode.WEBSITE, "strona", State.ACCEPTED, 15),
)
STORY_BEGAN = timedelta(hours=3)
"""How long before the first start the people of the demo did what is there to be seen."""
INVITATION_LASTS = timedelta(days=1)


def seed(unit: Unit, desk: Desk, *, now: datetime) -> tuple[Seat, ...]:
    """Seed the demo edition once; the seats of its three chats, the same at every start."""
    known = [edition for edition in editions.editions(unit) if edition.name == EDITION]
    if known:
        return _seats(unit, known[0].id)
    began = now - STORY_BEGAN
    publish_library(unit, now=began)
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
    coordinator = _add_person(unit, edition, COORDINATOR, Role.COORDINATOR, now=began)
    organizer = _add_person(unit, edition, ORGANIZER, Role.ORGANIZER, now=began)
    jurors = [_add_person(unit, edition, name, Role.JUROR, now=began) for name in JURORS]
    actors = {one: _arrive(unit, desk, one, now=began) for one in (coordinator, organizer, *jurors[1:])}
    for actor in actors.values():
        actor.agree()
    for juror, place, mode, scenario, state, days in TASKS:
        task = offer(
            unit,
            desk,
            edition_id=edition,
            participant_id=places[place],
            person_id=jurors[juror],
            coordinator_id=coordinator,
            mode=mode,
            scenario=scenario,
            opens_at=now - timedelta(days=7),
            due_at=now + timedelta(days=days),
            now=began,
        )
        _come_to(state, task, unit, actors.get(jurors[juror]), now=began)
    actors[organizer].ask_status()
    _arrive(unit, desk, jurors[0], now=now)
    return _seats(unit, edition)


def _come_to(state: State, task: int, unit: Unit, actor: Actor | None, *, now: datetime) -> None:
    """Let a task that is offered come to a state: by its juror's own acts, or quietly where they are not here yet."""
    if actor is None:
        if state is not State.OFFERED:
            assignments.change(unit, task, state=state, now=now)
        return
    if state in {State.ACCEPTED, State.DONE}:
        actor.accept(task)
    if state is State.DONE:
        actor.report(task)
    if state is State.DECLINED:
        actor.decline(task, "no_time")


def _arrive(unit: Unit, desk: Desk, person_id: int, *, now: datetime) -> Actor:
    """The person in a chat of their own, by an invitation like everybody's."""
    token = desk.new_token()
    people.invite(unit, person_id, token_hash=everyone.token_hash(token), now=now, expires_at=now + INVITATION_LASTS)
    chat = Address(DEMO_CHANNEL, _chat_id(desk))
    everyone.arrive(unit, desk, token, chat, language=None, now=now)
    return Actor(unit, desk, chat, now)


def _seats(unit: Unit, edition_id: int) -> tuple[Seat, ...]:
    """The chats the first person of each kind came in by, whatever other devices they use by now."""
    seats = []
    for role in (Role.JUROR, Role.COORDINATOR, Role.ORGANIZER):
        person = people.people(unit, edition_id=edition_id, role=role)[0]
        mine = [row for row in people.addresses(unit, person.id) if row.channel == DEMO_CHANNEL]
        seats.append(Seat(role, min(mine, key=lambda row: row.id).chat))
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
