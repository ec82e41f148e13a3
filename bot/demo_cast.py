"""Who and what is in the demo edition: the institutions of the contest's invitation, invented people, tasks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo_story import USUALLY, Manner
from bot.reports.recipes import Picture
from scenarios.model import Mode
from storage.assignments import State
from storage.rules import ANY_TYPE, DEFAULT_COVERAGE, Coverage, Rules

EDITION = "Edycja pokazowa"
FROM_THE_SITE = "z oficjalnej strony"


@dataclass(frozen=True, slots=True)
class Place:
    """An institution of the demo edition."""

    name: str
    short: str
    type: str
    city: str
    postcode: str
    hours: str


@dataclass(frozen=True, slots=True)
class Juror:
    """An invented juror; ``postcode`` is home, and so far they go."""

    name: str
    postcode: str
    radius_km: int
    total_limit: int | None = None
    modes: tuple[Mode, ...] = tuple(Mode)


@dataclass(frozen=True, slots=True)
class Task:
    """A contact agreed on before there was a plan.

    ``offered`` and ``done``: so many days ago (done at ``hour``); ``due``: in so many days.
    """

    juror: int
    place: int
    mode: Mode
    scenario: str
    state: State
    due: int
    offered: int = 0
    done: int = 0
    hour: int = 11
    photos: tuple[int, ...] = ()
    """Places in ``PLATES`` of the photos taken."""
    manner: Manner = USUALLY


PLACES = (
    Place(
        "Miejska Biblioteka Publiczna im. Tadeusza Różewicza we Wrocławiu",
        "Biblioteka Wrocław",
        "biblioteka",
        "Wrocław",
        "50-001",
        "pn.–pt. 10:00–18:00",
    ),
    Place("Gmina Starogard Gdański", "Starogard Gdański", "gmina", "Starogard Gdański", "83-200", "pn.–pt. 7:30–15:30"),
    Place("Młodzieżowe Centrum Kultury w Legnicy", "MCK Legnica", "kultura", "Legnica", "59-200", "pn.–pt. 9:00–20:00"),
    Place("Miasto Płońsk", "Płońsk", "gmina", "Płońsk", "09-100", "pn. 8:00–17:00, wt.–pt. 8:00–16:00"),
    Place("Powiatowy Urząd Pracy w Kętrzynie", "PUP Kętrzyn", "pup", "Kętrzyn", "11-400", "pn.–pt. 7:30–15:30"),
    Place("Augustowskie TBS KODREM", "TBS Augustów", "tbs", "Augustów", "16-300", "pn.–pt. 7:30–15:30"),
    Place("Gmina Wieliszew", "Wieliszew", "gmina", "Wieliszew", "05-135", "pn. 9:00–17:00, wt.–pt. 8:00–16:00"),
)

SEATED = 0
"""The juror who sits in the demo's juror chat, arrives at the first start and gets nothing but the tasks below."""
NOT_HERE = 7
"""The juror who never opened the invitation."""

JURORS = (
    Juror("Maria Wilczek", "00-001", 250, total_limit=6),
    Juror("Paweł Jodła", "59-300", 90),
    Juror("Irena Sokół", "06-401", 70),
    Juror("Zofia Kalina", "50-001", 80),
    Juror("Jan Dąbek", "80-001", 70),
    Juror("Halina Bystra", "10-001", 100),
    Juror("Adam Rosa", "15-001", 70, total_limit=8),
    Juror("Leon Cis", "87-100", 120, total_limit=3, modes=(Mode.PHONE, Mode.EMAIL, Mode.WEBSITE)),
)
BOARD = (2, 5)
"""Jurors who are on the jury board from its beginning, beside the office."""
VOTED = 2
"""The one of them who has voted in the vote that is open."""
COORDINATOR = "Tomasz Brzoza"
PREDECESSOR = "Anna Lipiec"
"""The coordinator of the first weeks, who read the first reports."""
ORGANIZER = "Ewa Jarzębina"

TASKS = (
    Task(0, 3, Mode.VISIT, "wizyta", State.ACCEPTED, due=6),
    Task(0, 1, Mode.PHONE, "telefon", State.ACCEPTED, due=9),
    Task(0, 0, Mode.EMAIL, "email", State.OFFERED, due=20),
    Task(0, 2, Mode.SOCIAL, "social", State.OFFERED, due=16),
    Task(0, 6, Mode.WEBSITE, "strona", State.ACCEPTED, due=12),
    Task(0, 4, Mode.VISIT, "dostepnosc", State.OFFERED, due=14),
    Task(1, 2, Mode.PHONE, "telefon", State.DONE, due=10, offered=8, done=6),
    Task(4, 1, Mode.VISIT, "wizyta", State.DONE, due=12, offered=8, done=4, photos=(0,)),
    Task(2, 6, Mode.VISIT, "wizyta", State.DONE, due=12, offered=8, done=2, photos=(0, 1)),
    Task(5, 4, Mode.PHONE, "telefon", State.DONE, due=12, offered=8, done=1, hour=18),
    Task(2, 5, Mode.WEBSITE, "strona", State.ACCEPTED, due=15, offered=5),
    Task(1, 0, Mode.VISIT, "wizyta", State.DECLINED, due=15, offered=1),
)
"""The first that are done are approved, the last wait for a review."""
APPROVED = 2


def _plate(name: str, wall: str, door: str, title: str, *lines: str) -> Picture:
    data = {"language": "pl", "wall": wall, "door": door, "title": title, "lines": list(lines)}
    return Picture(name, "plate", data)


PLATES = (
    _plate(
        "wejscie",
        "#c9b79c",
        "right",
        "Godziny przyjęć",
        *("poniedziałek 9:00–17:00", "wtorek–piątek 8:00–16:00", "kasa do 15:30"),
    ),
    _plate(
        "tablica",
        "#6f8f88",
        "left",
        "Biuro obsługi",
        *("parter: pokój 3 i 4", "piętro: pokój 11–18", "winda po lewej"),
    ),
    _plate(
        "drzwi",
        "#b9a7c4",
        "right",
        "Urząd Miejski",
        *("poniedziałek 8:00–17:00", "wtorek–piątek 8:00–16:00", "dziennik podawczy: parter"),
    ),
    _plate("plan", "#8fa3b8", "left", "Punkt informacyjny", *("dowody: pokój 2", "podatki: pokój 7", "USC: pokój 12")),
    _plate("godziny", "#c4ad8a", "left", "Godziny pracy", *("pn. 8:00–17:00", "wt.–pt. 8:00–16:00")),
    _plate("afisz", "#a9b88f", "right", "Centrum Kultury", *("biuro: pn.–pt. 9:00–20:00", "zapisy: parter")),
)
"""What stands for photos: drawn, since the demo has no camera. One of them comes with two reports, by mistake."""

_SMALL = {Mode.PHONE: 1, Mode.EMAIL: 1, Mode.WEBSITE: 1}
_COVERAGE = tuple(
    Coverage(each.mode, each.scenario, least=least, by=min(least, each.by))
    for each in DEFAULT_COVERAGE
    for least in (_SMALL.get(each.mode, each.least),)
)
RULES = Rules(
    coverage={ANY_TYPE: _COVERAGE},
    offer_hours=120,
)
"""Fewer contacts than is proposed, so that the numbers can be read at a glance, and more time to answer."""

ANSWERING = (1, 3, 5)
"""The jurors who have answered the broadcast, in that order."""
DECLINING = 3
"""The one of them who declines the first offer."""
