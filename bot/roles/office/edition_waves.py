"""The waves of an edition: added, renamed, moved, and taken away while nothing is planned in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.channels.base import Button, ButtonStyle
from bot.i18n import texts
from bot.office_taps.edition import AskWaveDay, AskWaveName, NewWave, OneWave, RemoveWave
from bot.roles.office.edition_board import edition_of, refuse, show
from bot.roles.office.edition_days import (
    MAX_NAME_CHARS,
    day_problem,
    day_words,
    listen,
    read_day,
    saved,
    today,
    typable,
)
from bot.talk import Talk
from bot.views.office import edition as view
from bot.views.office.edition import WaveFact
from bot.views.rejections import rejection_text
from bot.views.scene import menu_button
from scenarios.contact import Rejection
from scenarios.folding import fold
from scenarios.replies import read_text
from storage import editions
from storage.editions import Edition, Wave

_DAY = timedelta(days=1)


def wave_facts(talk: Talk, edition: Edition) -> list[WaveFact]:
    """The waves of an edition, each with how much was planned in it."""
    slots = editions.slots_by_wave(talk.unit, edition.id)
    return [WaveFact(wave, slots.get(wave.id, 0)) for wave in editions.waves(talk.unit, edition.id)]


def new_wave(talk: Talk, _tap: NewWave) -> None:
    """One more wave: from the day after the last one to the end of the edition; name and days are changed then."""
    edition = edition_of(talk, lock=True)
    waves = editions.waves(talk.unit, edition.id)
    begins = max((wave.ends_on + _DAY for wave in waves), default=edition.starts_on)
    _ = texts(talk.language)
    if begins > edition.ends_on:
        lead = _("There are no days left after the last wave. Let it, or the edition, end on another day first.")
        show(talk, view.waves_list(edition, wave_facts(talk, edition), language=talk.language, lead=lead))
        return
    taken = {fold(wave.name) for wave in waves}
    names = (_("Wave {n}", n=number) for number in range(1, len(waves) + 2))
    name = next(each for each in names if fold(each) not in taken)
    wave_id = editions.add_wave(talk.unit, edition_id=edition.id, name=name, starts_on=begins, ends_on=edition.ends_on)
    _note_wave(talk, edition, "edition.wave_added", wave_id=wave_id, name=name)
    show_wave(talk, OneWave(wave_id), lead=_("Added. Its name and days can be changed:"))


def show_wave(talk: Talk, tap: OneWave, *, lead: str = "") -> None:
    """A wave."""
    _with_wave(talk, tap.wave, lambda fact: show(talk, view.wave_card(fact, language=talk.language, lead=lead)))


def ask_name(talk: Talk, tap: AskWaveName, *, problem: str = "") -> None:
    """A wave's name is typed next."""

    def ask(fact: WaveFact) -> None:
        listen(talk, "edition.wave_name", wave=fact.wave.id)
        back, name = _wave_button(talk, fact.wave), fact.wave.name
        talk.say(view.ask_name(place=name, example=name, language=talk.language, back=back, problem=problem))

    _with_wave(talk, tap.wave, ask)


def take_name(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """A wave has another name, which no other wave of the edition has."""

    def take(fact: WaveFact) -> None:
        name = read_text(" ".join(text.split()), maximum=MAX_NAME_CHARS)
        problem = rejection_text(name, None, language=talk.language) if isinstance(name, Rejection) else ""
        others = [wave for wave in editions.waves(talk.unit, fact.wave.edition_id) if wave.id != fact.wave.id]
        if not isinstance(name, Rejection) and fold(name) in {fold(wave.name) for wave in others}:
            _ = texts(talk.language)
            problem = _("Another wave has that name already.")
        if problem:
            ask_name(talk, AskWaveName(fact.wave.id), problem=problem)
            return
        _change_wave(talk, fact, "name", str(name))

    _with_wave(talk, int(dialog.get("wave", 0)), take)


def ask_day(talk: Talk, tap: AskWaveDay, *, problem: str = "") -> None:
    """A wave's first or last day is typed next."""

    def ask(fact: WaveFact) -> None:
        last = bool(tap.last)
        listen(talk, "edition.wave_day", wave=fact.wave.id, last=last)
        example = typable(fact.wave.ends_on if last else fact.wave.starts_on)
        back, place = _wave_button(talk, fact.wave), fact.wave.name
        talk.say(
            view.ask_day(last=last, place=place, example=example, language=talk.language, back=back, problem=problem)
        )

    _with_wave(talk, tap.wave, ask)


def take_day(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """A wave begins or ends on another day, within the edition."""

    def take(fact: WaveFact) -> None:
        last, wave, edition = bool(dialog.get("last")), fact.wave, edition_of(talk)
        day = read_day(text, today=today(talk), near=wave.ends_on if last else wave.starts_on)
        if isinstance(day, Rejection):
            problem = day_problem(talk, day)
        else:
            moved = replace(wave, ends_on=day) if last else replace(wave, starts_on=day)
            problem = _wave_problem(talk, edition, moved)
        if problem or isinstance(day, Rejection):
            ask_day(talk, AskWaveDay(wave.id, int(last)), problem=problem)
            return
        _change_wave(talk, fact, "ends_on" if last else "starts_on", day)

    _with_wave(talk, int(dialog.get("wave", 0)), take)


def remove_wave(talk: Talk, tap: RemoveWave) -> None:
    """A wave goes away, if nothing was ever planned in it."""

    def remove(fact: WaveFact) -> None:
        _ = texts(talk.language)
        if fact.slots:
            lead = _("Contacts are planned in this wave, so it stays.")
            show(talk, view.wave_card(fact, language=talk.language, lead=lead))
            return
        edition = edition_of(talk)
        editions.remove_wave(talk.unit, fact.wave.id)
        wave = fact.wave
        days = {"starts_on": wave.starts_on.isoformat(), "ends_on": wave.ends_on.isoformat()}
        _note_wave(talk, edition, "edition.wave_removed", wave_id=wave.id, name=wave.name, **days)
        lead = _("Removed: {name}.", name=wave.name)
        show(talk, view.waves_list(edition, wave_facts(talk, edition), language=talk.language, lead=lead))

    _with_wave(talk, tap.wave, remove)


DIALOGS: Mapping[str, Callable[[Talk, Mapping[str, Any], str], None]] = {
    "edition.wave_name": take_name,
    "edition.wave_day": take_day,
}


def _wave_problem(talk: Talk, edition: Edition, wave: Wave) -> str:
    _ = texts(talk.language)
    if wave.ends_on < wave.starts_on:
        first, last = day_words(talk, wave.starts_on), day_words(talk, wave.ends_on)
        return _("The wave would end on {last}, before its first day, {first}.", first=first, last=last)
    if wave.starts_on < edition.starts_on or wave.ends_on > edition.ends_on:
        first, last = day_words(talk, edition.starts_on), day_words(talk, edition.ends_on)
        return _("A wave lies within the edition: {first} – {last}.", first=first, last=last)
    return ""


def _change_wave(talk: Talk, fact: WaveFact, setting: str, value: str | date) -> None:
    before, lead = getattr(fact.wave, setting), saved(talk)
    if before != value:
        editions.update_wave(talk.unit, fact.wave.id, **{setting: value})
        was, now = (each.isoformat() if isinstance(each, date) else each for each in (before, value))
        details = {"wave_id": fact.wave.id, "wave": fact.wave.name, "setting": setting, "before": was, "after": now}
        _note_wave(talk, edition_of(talk), "edition.wave_changed", **details)
        if fact.slots and setting != "name":
            _ = texts(talk.language)
            note = _("Contacts planned already keep their dates.")
            lead = f"{lead} {note}"
    show_wave(talk, OneWave(fact.wave.id), lead=lead)


def _with_wave(talk: Talk, wave_id: int, act: Callable[[WaveFact], None]) -> None:
    """Act on a wave of this edition; one that is gone is answered with those there are."""
    edition = edition_of(talk, lock=True)
    wave = editions.wave(talk.unit, wave_id)
    if wave is not None and wave.edition_id != edition.id:
        refuse(talk)
        return
    if wave is None:
        _ = texts(talk.language)
        lead = _("This wave is not there any more.")
        show(talk, view.waves_list(edition, wave_facts(talk, edition), language=talk.language, lead=lead))
        return
    act(WaveFact(wave, editions.slots_by_wave(talk.unit, edition.id).get(wave.id, 0)))


def _note_wave(talk: Talk, edition: Edition, what: str, **details: object) -> None:
    talk.note(what, f"edition:{edition.id}", **details)


def _wave_button(talk: Talk, wave: Wave) -> Button:
    _ = texts(talk.language)
    return menu_button(_("Back"), OneWave(wave.id), style=ButtonStyle.QUIET)
