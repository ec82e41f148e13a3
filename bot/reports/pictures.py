"""Pictures and documents of an edition: facts made into what the templates draw. No juror is named in a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.reports.recipes import QR, Document, Picture


@dataclass(frozen=True, slots=True)
class Counted:
    """Planned contacts (holes among them), and how many of them got how far; each number includes those further on."""

    planned: int
    accepted: int = 0
    done: int = 0
    approved: int = 0
    late: int = 0
    holes: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the last contact will be done at the present pace (None: nothing to reckon from), and the last day."""

    done_on: date | None
    ends_on: date


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """How an edition stands. Waves and modes come with the words that name them."""

    edition: str
    now: datetime
    zone: ZoneInfo
    total: Counted
    waves: tuple[tuple[str, Counted], ...] = ()
    modes: tuple[tuple[str, Counted], ...] = ()
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan: contacts and holes by voivodship (``mazowieckie``, lower case), and how many contacts each juror has."""

    edition: str
    planned: Mapping[str, int]
    holes: Mapping[str, int]
    load: tuple[int, ...] = ()
    """One number for each juror who can be asked, 0 included."""
    km: float | None = None
    """Travelled in all, one way."""


@dataclass(frozen=True, slots=True)
class Card:
    """An invitation on paper. ``role`` in the words the card may show to anybody, ``until`` the day it ends."""

    name: str
    role: str
    url: str
    until: date | None = None


TILES = (
    ("zachodniopomorskie", "pomorskie", "warmińsko-mazurskie", "podlaskie"),
    ("lubuskie", "wielkopolskie", "kujawsko-pomorskie", "mazowieckie"),
    ("dolnośląskie", "łódzkie", "świętokrzyskie", "lubelskie"),
    ("opolskie", "śląskie", "małopolskie", "podkarpackie"),
)
"""The voivodships roughly as they lie on the map."""

_BROKEN = {
    "zachodniopomorskie": "zachodnio-\npomorskie",
    "warmińsko-mazurskie": "warmińsko-\nmazurskie",
    "kujawsko-pomorskie": "kujawsko-\npomorskie",
    "wielkopolskie": "wielko-\npolskie",
    "dolnośląskie": "dolno-\nśląskie",
    "świętokrzyskie": "święto-\nkrzyskie",
    "podkarpackie": "podkar-\npackie",
}
"""Names too long for a tile."""

LONGEST_LOAD = 12
"""Lines of the load of jurors; numbers beyond are gathered into ranges."""

_PARTS = {
    "planned": N_("planned"),
    "accepted": N_("accepted"),
    "done": N_("done"),
    "approved": N_("already approved"),
}

_STEPS = (
    N_("1. Point the phone's camera at the code."),
    N_("2. Open the link: it is a private chat."),
    N_("3. It works once, only for this person."),
)


def status_picture(facts: StatusFacts, language: str) -> Picture:
    """How the edition stands: four numbers, a bar for each wave and mode, holes, what is late, the forecast."""
    _ = texts(language)
    groups = [
        {"title": _("By wave"), "rows": [_row(_, label, counted) for label, counted in facts.waves]},
        {"title": _("By mode"), "rows": [_row(_, label, counted) for label, counted in facts.modes]},
    ]
    ends = facts.forecast
    data = {
        "language": _.language,
        "title": facts.edition,
        "at_text": moment_text(facts.now, language=language, zone=facts.zone),
        "total": _row(_, "", facts.total),
        "words": {part: _(word) for part, word in _PARTS.items()},
        "groups": groups,
        "forecast": "" if ends is None else _forecast(_, ends),
        "is_behind": ends is not None and ends.done_on is not None and ends.done_on > ends.ends_on,
    }
    return Picture(_("how it stands"), "status", data)


def plan_picture(facts: PlanFacts, language: str) -> Picture:
    """The plan on sixteen tiles, and how the jurors are loaded. Contacts in no known voivodship are told in words."""
    _ = texts(language)
    known = {name for row in TILES for name in row}
    elsewhere = sum(n for name, n in facts.planned.items() if name not in known)
    planned, holes = sum(facts.planned.values()), sum(facts.holes.values())
    said = [_.many("{n} contact planned", "{n} contacts planned", planned)]
    said.append(_.many("{n} hole", "{n} holes", holes) if holes else _("no holes"))
    if facts.km is not None:
        said.append(_("{km} km in all", km=round(facts.km)))
    if elsewhere:
        said.append(_.many("{n} without a voivodship", "{n} without a voivodship", elsewhere))
    data = {
        "language": _.language,
        "title": facts.edition,
        "summary": ", ".join(said),
        "tiles": [_tile(name, facts) for row in TILES for name in row],
        "tiles_key": _("Large: contacts with a juror. Orange with a minus: holes."),
        "load": _load(facts.load),
        "load_title": _("How jurors are loaded"),
        "load_key": _("On the left contacts for one person, on the right how many people."),
    }
    return Picture(_("plan"), "plan", data)


def qr_picture(url: str, caption: str = "", language: str = "pl") -> Picture:
    """A code that opens ``url``."""
    return Picture("qr", "qr", {"language": language, "code": {QR: url}, "caption": caption})


def qr_sheet(cards: Sequence[Card], language: str) -> Document:
    """Invitations on paper, an A4 page for eight of them. Nothing on a card says what the chat is for."""
    _ = texts(language)
    made = [
        {
            "name": card.name,
            "role": card.role,
            "code": {QR: card.url},
            "alt": _("Code for {name}: {url}", name=card.name, url=card.url),
            "until": "" if card.until is None else _("until {day}", day=day_text(card.until, language=language)),
        }
        for card in cards
    ]
    data = {"language": _.language, "title": _("Invitations"), "steps": [_(step) for step in _STEPS], "cards": made}
    return Document(_("invitations"), "cards", data)


def _row(_: Translator, label: str, counted: Counted) -> dict[str, Any]:
    remarks = []
    if counted.holes:
        remarks.append(_.many("{n} hole", "{n} holes", counted.holes))
    if counted.late:
        remarks.append(_.many("{n} late", "{n} late", counted.late))
    return {
        "label": label,
        "planned": counted.planned,
        "accepted": min(counted.accepted, counted.planned),
        "done": min(counted.done, counted.planned),
        "approved": min(counted.approved, counted.planned),
        "holes": min(counted.holes, counted.planned),
        "said": _("{done} of {total}", done=counted.done, total=counted.planned),
        "remark": ", ".join(remarks),
    }


def _forecast(_: Translator, forecast: Forecast) -> str:
    ends = day_text(forecast.ends_on, language=_.language)
    if forecast.done_on is None:
        return _("The last day: {day}. It is too early for a forecast.", day=ends)
    return _(
        "At this pace done by {done}. The last day: {day}.",
        done=day_text(forecast.done_on, language=_.language),
        day=ends,
    )


def _tile(name: str, facts: PlanFacts) -> dict[str, Any]:
    return {
        "name": _BROKEN.get(name, name),
        "planned": facts.planned.get(name, 0),
        "holes": facts.holes.get(name, 0),
    }


def _load(load: Sequence[int]) -> list[dict[str, Any]]:
    """How many jurors have how many contacts: number by number, or in ranges where there are too many numbers."""
    if not load:
        return []
    numbers = Counter(load)
    step = max(1, -(-(max(load) - min(load) + 1) // LONGEST_LOAD))
    lines = []
    for first in range(min(load), max(load) + 1, step):
        label = str(first) if step == 1 else f"{first}–{first + step - 1}"
        lines.append({"label": label, "jurors": sum(numbers[n] for n in range(first, first + step))})
    return lines
