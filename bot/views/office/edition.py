"""An edition as the office sees and changes it: its card, its days, its waves, and what was changed last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, day_text, texts
from bot.office_taps.edition import (
    PARTS,
    TIME_ZONES,
    AskEditionDay,
    AskEditionName,
    AskWaveDay,
    AskWaveName,
    AskZone,
    Changes,
    EditionCard,
    NewWave,
    OnePart,
    OneWave,
    Part,
    RemoveWave,
    TakeZone,
    TimeZones,
)
from bot.office_taps.holding import HeldHome
from bot.office_taps.keeping import KeepingHome
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.edition_rules import brief_coverage, quiet_text
from bot.views.office.edition_words import changed_line
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from storage.editions import Edition, Wave
from storage.journal import Entry
from storage.rules import ANY_TYPE

CHANGES_ON_PAGE = 12

_PART_LABELS = {
    Part.DATES: N_("Dates"),
    Part.WAVES: N_("Waves"),
    Part.COVERAGE: N_("How many contacts"),
    Part.LIMITS: N_("Rotation, load"),
    Part.DEADLINES: N_("Time to answer"),
    Part.QUIET: N_("Quiet time"),
    Part.REMINDERS: N_("Reminders"),
    Part.COMPARING: N_("Comparing"),
    Part.DIGEST: N_("Digest"),
}


@dataclass(frozen=True, slots=True)
class WaveFact:
    """A wave, and how many planned contacts lie in it."""

    wave: Wave
    slots: int


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """An entry of the journal, with the name of who did it."""

    entry: Entry
    who: str


def card(
    edition: Edition,
    *,
    waves: Sequence[Wave],
    participants: int,
    language: str,
    is_organizer: bool = False,
    held: int = 0,
) -> Outgoing:
    """The edition and its rules in short; a button for each part, and for what a restore ``held`` back."""
    _ = texts(language)
    days = _("{first} – {last}", first=day_text(edition.starts_on, language=language), last=_day(_, edition.ends_on))
    lines = [
        days,
        ", ".join((_.many("{n} participant", "{n} participants", participants), _waves_text(_, waves))),
        brief_coverage(edition.rules.coverage_of(ANY_TYPE), language=language),
        quiet_text(edition.rules.quiet, language=language),
    ]
    parts: list[Button] = [menu_button(_(_PART_LABELS[part]), OnePart(ordinal)) for ordinal, part in enumerate(PARTS)]
    if is_organizer:
        parts.append(menu_button(_("Personal data"), KeepingHome()))
    if is_organizer and held:
        parts.append(menu_button(_("Held back"), HeldHome()))
    parts.append(menu_button(_("Latest changes"), Changes(0), style=ButtonStyle.QUIET))
    rows = tuple(tuple(parts[at : at + 2]) for at in range(0, len(parts), 2))
    return Outgoing("\n\n".join(lines), head=edition.name, buttons=(*rows, *home_rows(language)))


def dates(edition: Edition, *, language: str, lead: str = "") -> Outgoing:
    """Its name, its first and last day, its time zone."""
    _ = texts(language)
    lines = [
        _("Name of the edition: {name}", name=edition.name),
        _("First day: {day}", day=_day(_, edition.starts_on)),
        _("Last day: {day}", day=_day(_, edition.ends_on)),
        _("Time zone: {zone}", zone=edition.time_zone),
    ]
    rows = (
        (menu_button(_("First day"), AskEditionDay(0)), menu_button(_("Last day"), AskEditionDay(1))),
        (menu_button(_("Change the name"), AskEditionName()), menu_button(_("Time zone"), TimeZones())),
        back_row(language),
    )
    return Outgoing(_led(lead, "\n".join(lines)), head=_("Dates"), buttons=rows)


def zones(edition: Edition, *, language: str, lead: str = "") -> Outgoing:
    """Which time zone."""
    _ = texts(language)
    buttons = [menu_button(zone, TakeZone(at)) for at, zone in enumerate(TIME_ZONES) if zone != edition.time_zone]
    rows: Rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    said = _("The clocks of this edition now run as in {zone}.", zone=edition.time_zone)
    back = menu_button(_("Back"), OnePart(PARTS.index(Part.DATES)), style=ButtonStyle.QUIET)
    return Outgoing(
        _led(lead, said), head=_("Time zone"), buttons=(*rows, (menu_button(_("Another zone"), AskZone()), back))
    )


def waves_list(edition: Edition, facts: Sequence[WaveFact], *, language: str, lead: str = "") -> Outgoing:
    """The waves, a button for each."""
    _ = texts(language)
    lines = [_wave_line(_, fact) for fact in facts] or [
        _("There are no waves yet. Without them contacts are planned over the whole edition.")
    ]
    rows: list[tuple[Button, ...]] = [
        (menu_button(brief(fact.wave.name, limit=MAX_LABEL), OneWave(fact.wave.id)),) for fact in facts
    ]
    rows.append((menu_button(_("Add a wave"), NewWave()),))
    return Outgoing(
        _led(lead, "\n".join(lines)), head=" · ".join((edition.name, _("Waves"))), buttons=(*rows, back_row(language))
    )


def wave_card(fact: WaveFact, *, language: str, lead: str = "") -> Outgoing:
    """One wave: its name and days, all of which can be changed."""
    _ = texts(language)
    wave = fact.wave
    lines = [
        _("First day: {day}", day=_day(_, wave.starts_on)),
        _("Last day: {day}", day=_day(_, wave.ends_on)),
        _.many("{n} planned contact", "{n} planned contacts", fact.slots),
    ]
    rows: list[tuple[Button, ...]] = [
        (menu_button(_("First day"), AskWaveDay(wave.id, 0)), menu_button(_("Last day"), AskWaveDay(wave.id, 1))),
        (menu_button(_("Change the name"), AskWaveName(wave.id)),),
    ]
    if fact.slots == 0:
        rows[-1] = (*rows[-1], menu_button(_("Remove"), RemoveWave(wave.id), style=ButtonStyle.DANGER))
    back = menu_button(_("Waves"), OnePart(PARTS.index(Part.WAVES)), style=ButtonStyle.QUIET)
    rows.append((back, menu_button(_("Edition"), EditionCard(), style=ButtonStyle.QUIET)))
    return Outgoing(_led(lead, "\n".join(lines)), head=wave.name, buttons=tuple(rows))


def ask_day(*, last: bool, place: str, example: str, language: str, back: Button, problem: str = "") -> Outgoing:
    """A day is typed next."""
    _ = texts(language)
    said = _("Which day is the last one?") if last else _("Which day is the first one?")
    note = _("For example: {example}", example=example)
    return Outgoing(_led(problem, said), head=place, note=note, buttons=((back,),), expects=InputHint.DATE)


def ask_name(*, place: str, example: str, language: str, back: Button, problem: str = "") -> Outgoing:
    """A name is typed next."""
    _ = texts(language)
    note = _("For example: {example}", example=example)
    said = _led(problem, _("Please type the name."))
    return Outgoing(said, head=place, note=note, buttons=((back,),), expects=InputHint.TEXT)


def ask_zone(*, language: str, problem: str = "") -> Outgoing:
    """A time zone is typed next."""
    _ = texts(language)
    back = menu_button(_("Back"), TimeZones(), style=ButtonStyle.QUIET)
    note = _("For example: {example}", example="Europe/Vilnius")
    said = _led(problem, _("Please type the zone as continent and city, in English."))
    return Outgoing(said, head=_("Time zone"), note=note, buttons=((back,),), expects=InputHint.TEXT)


def changes(facts: Sequence[ChangeFact], number: int, *, language: str, zone: ZoneInfo) -> Outgoing:
    """What was changed, by whom and when, the newest first."""
    _ = texts(language)
    if not facts:
        return Outgoing(_("Nothing has been changed yet."), head=_("Latest changes"), buttons=(back_row(language),))
    lines = [changed_line(fact.entry, fact.who, language=language, zone=zone) for fact in facts]
    page = page_of(lines, number, most=CHANGES_ON_PAGE)
    turning = tuple(
        menu_button(label, Changes(at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Newer"), older=_("Older"))
    )
    body = "\n\n".join(text for _ordinal, text in page.entries)
    rows = (turning, back_row(language)) if turning else (back_row(language),)
    return Outgoing(body, head=_("Latest changes"), buttons=rows)


def back_row(language: str) -> tuple[Button, ...]:
    """Back to the edition."""
    _ = texts(language)
    return (menu_button(_("Edition"), EditionCard(), style=ButtonStyle.QUIET),)


def _wave_line(_: Translator, fact: WaveFact) -> str:
    first, last = _day(_, fact.wave.starts_on), _day(_, fact.wave.ends_on)
    return f"• {fact.wave.name}: {first} – {last}"


def _waves_text(_: Translator, waves: Sequence[Wave]) -> str:
    return _.many("{n} wave", "{n} waves", len(waves)) if waves else _("no waves")


def _day(_: Translator, day: date) -> str:
    return day_text(day, language=_.language)


def _led(lead: str, body: str) -> str:
    return f"{lead}\n\n{body}" if lead else body
