"""An edition's name, days and time zone: asked for in words, checked, and changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.channels.base import Button, ButtonStyle
from bot.i18n import day_text, texts
from bot.office_taps.edition import (
    PARTS,
    TIME_ZONES,
    AskEditionDay,
    AskEditionName,
    AskZone,
    OnePart,
    Part,
    TakeZone,
    TimeZones,
)
from bot.roles.office.edition_board import edition_of, keep, show
from bot.talk import Talk
from bot.views.office import edition as view
from bot.views.rejections import rejection_text
from bot.views.scene import menu_button
from scenarios.contact import Rejection, RejectionCode
from scenarios.folding import fold
from scenarios.replies import read_text
from scenarios.typed_dates import read_days
from storage import editions, people
from storage.editions import Edition

MAX_NAME_CHARS = 80
"""Length of an edition's or a wave's name."""

_COMING = "najblizszy"
"""Before the name of a weekday: the next such day, whatever its gender; before any other word nothing at all."""

LONGEST = timedelta(days=731)
"""An edition longer than two years is taken for a mistyped year."""


def ask_name(talk: Talk, _tap: AskEditionName, *, problem: str = "") -> None:
    """The edition's name is typed next."""
    edition = edition_of(talk)
    listen(talk, "edition.name")
    back = _part_button(talk, Part.DATES)
    talk.say(
        view.ask_name(place=edition.name, example=edition.name, language=talk.language, back=back, problem=problem)
    )


def take_name(talk: Talk, _dialog: Mapping[str, Any], text: str) -> None:
    """The edition has another name."""
    name = read_text(" ".join(text.split()), maximum=MAX_NAME_CHARS)
    if isinstance(name, Rejection):
        ask_name(talk, AskEditionName(), problem=rejection_text(name, None, language=talk.language))
        return
    before = edition_of(talk, lock=True)
    after = replace(before, name=name)
    keep(talk, before, after, "name", (before.name, after.name))
    show(talk, view.dates(after, language=talk.language, lead=saved(talk)))


def ask_day(talk: Talk, tap: AskEditionDay, *, problem: str = "") -> None:
    """The edition's first or last day is typed next."""
    edition, last = edition_of(talk), bool(tap.last)
    listen(talk, "edition.day", last=last)
    example = typable(edition.ends_on if last else edition.starts_on)
    back = _part_button(talk, Part.DATES)
    talk.say(
        view.ask_day(last=last, place=edition.name, example=example, language=talk.language, back=back, problem=problem)
    )


def take_day(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The edition begins or ends on another day, as long as its waves still lie in it."""
    last = bool(dialog.get("last"))
    before = edition_of(talk, lock=True)
    day = read_day(text, today=today(talk), near=before.ends_on if last else before.starts_on)
    problem = day_problem(talk, day) if isinstance(day, Rejection) else ""
    if not isinstance(day, Rejection):
        after = replace(before, ends_on=day) if last else replace(before, starts_on=day)
        problem = _problem(talk, after, last=last)
    if problem:
        ask_day(talk, AskEditionDay(int(last)), problem=problem)
        return
    setting = "ends_on" if last else "starts_on"
    was, now = (getattr(each, setting).isoformat() for each in (before, after))
    keep(talk, before, after, setting, (was, now))
    show(talk, view.dates(after, language=talk.language, lead=saved(talk)))


def show_zones(talk: Talk, _tap: TimeZones) -> None:
    """Which time zone."""
    show(talk, view.zones(edition_of(talk), language=talk.language))


def take_zone(talk: Talk, tap: TakeZone) -> None:
    """One of the short list."""
    if tap.zone in range(len(TIME_ZONES)):
        _set_zone(talk, TIME_ZONES[tap.zone])
    else:
        show_zones(talk, TimeZones())


def ask_zone(talk: Talk, _tap: AskZone, *, problem: str = "") -> None:
    """A time zone is typed next."""
    listen(talk, "edition.zone")
    talk.say(view.ask_zone(language=talk.language, problem=problem))


def take_typed_zone(talk: Talk, _dialog: Mapping[str, Any], text: str) -> None:
    """A time zone by its name, however its letters are written."""
    zone = _zone(text)
    if zone is None:
        _ = texts(talk.language)
        ask_zone(talk, AskZone(), problem=_("There is no time zone “{name}”.", name=text.strip()[:MAX_NAME_CHARS]))
        return
    _set_zone(talk, zone)


def read_day(text: str, *, today: date, near: date) -> date | Rejection:
    """A typed day; where the year was left out, the one nearest to ``near``, of weekdays the coming one."""
    folded = fold(text) if len(text) <= MAX_NAME_CHARS else ""
    found = read_days(folded, today=today, day_first=True)
    if found is None:
        return Rejection(RejectionCode.NOT_A_DATE, {"example": typable(near)})
    if not any(character.isdigit() for character in folded):
        bare = re.sub(r"^(?:we?|on) ", "", folded)
        found = read_days(f"{_COMING} {bare}", today=today, day_first=True) or found
        return found[0] if found else Rejection(RejectionCode.NO_SUCH_DAY, {"given": text.strip()})
    later = read_days(folded, today=near, day_first=True) or ()
    days = {*found, *later} if _leaves_out_year(folded) else {*found}
    if not days:
        return Rejection(RejectionCode.NO_SUCH_DAY, {"given": text.strip()})
    return min(days, key=lambda day: (abs(day - near), day))


DIALOGS: Mapping[str, Callable[[Talk, Mapping[str, Any], str], None]] = {
    "edition.name": take_name,
    "edition.day": take_day,
    "edition.zone": take_typed_zone,
}


def _leaves_out_year(folded: str) -> bool:
    """Whether the same words mean another day in another year."""
    first, second = (read_days(folded, today=date(year, 6, 1), day_first=True) for year in (2004, 2044))
    return first != second and not any(word in folded for word in ("temu", "ago", "rok", "year"))


def _set_zone(talk: Talk, zone: str) -> None:
    before = edition_of(talk, lock=True)
    after = replace(before, time_zone=zone)
    keep(talk, before, after, "time_zone", (before.time_zone, zone))
    show(talk, view.dates(after, language=talk.language, lead=saved(talk)))


def _zone(text: str) -> str | None:
    name = "/".join("_".join(part.split()) for part in text.strip().split("/"))
    titled = "/".join("_".join(word.capitalize() for word in part.split("_")) for part in name.split("/"))
    for candidate in (name, titled, name.upper()):
        if len(candidate) > MAX_NAME_CHARS or not candidate:
            continue
        try:
            return ZoneInfo(candidate).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def _problem(talk: Talk, edition: Edition, *, last: bool) -> str:
    """What is wrong with an edition's days; nothing where nothing is."""
    _ = texts(talk.language)
    if edition.ends_on < edition.starts_on and not last:
        return _(
            "The first day would come after the last one ({day}). Move that first.",
            day=day_words(talk, edition.ends_on),
        )
    if edition.ends_on < edition.starts_on:
        return _("The last day would come before the first one ({day}).", day=day_words(talk, edition.starts_on))
    if edition.ends_on - edition.starts_on > LONGEST:
        return _("That would be more than two years. Is the year right?")
    for wave in editions.waves(talk.unit, edition.id):
        if wave.starts_on < edition.starts_on or wave.ends_on > edition.ends_on:
            begins, ends = day_words(talk, wave.starts_on), day_words(talk, wave.ends_on)
            return _(
                "{name} ({first} – {last}) would lie outside. Move the wave first.",
                name=wave.name,
                first=begins,
                last=ends,
            )
    return ""


def listen(talk: Talk, kind: str, **about: object) -> None:
    """What the person types next belongs to that dialog."""
    dialog = {"kind": kind, "edition": talk.person.edition_id, **about}
    people.set_dialog(talk.unit, talk.person.id, dialog)


def day_problem(talk: Talk, rejection: Rejection) -> str:
    """Why no day could be read."""
    return rejection_text(rejection, None, language=talk.language)


def _part_button(talk: Talk, part: Part) -> Button:
    _ = texts(talk.language)
    return menu_button(_("Back"), OnePart(PARTS.index(part)), style=ButtonStyle.QUIET)


def saved(talk: Talk) -> str:
    """It was kept."""
    _ = texts(talk.language)
    return _("Saved.")


def today(talk: Talk) -> date:
    """The day it is where the person lives."""
    return talk.now.astimezone(talk.zone).date()


def day_words(talk: Talk, day: date) -> str:
    """A day in words."""
    return day_text(day, language=talk.language)


def typable(day: date) -> str:
    """A day as it can be typed in any language."""
    return f"{day.day}.{day.month:02}.{day.year}"
