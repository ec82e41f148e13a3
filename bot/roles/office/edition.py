"""The edition in chat: its days, waves and rules, all changed by buttons and kept in the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.channels.base import Outgoing
from bot.office_taps.edition import (
    DIALS,
    MODES,
    PARTS,
    REMINDERS,
    SWITCHES,
    AskEditionDay,
    AskEditionName,
    AskWaveDay,
    AskWaveName,
    AskZone,
    Changes,
    CompareMode,
    CoverageOf,
    Dial,
    EditionCard,
    FlipHours,
    FlipReminder,
    FlipSwitch,
    ModeCoverage,
    NewWave,
    OnePart,
    OneReminder,
    OneWave,
    OwnCoverage,
    Part,
    RemoveWave,
    Switch,
    TakeZone,
    TimeZones,
    TurnBy,
    TurnDial,
    TurnLeast,
    TurnReminder,
    type_key,
)
from bot.roles.office import edition_changes as change
from bot.roles.office import edition_days as days
from bot.roles.office import edition_waves as waves
from bot.roles.office.edition_board import edition_of, keep, noted_rules, refuse, show
from bot.roles.office.subject import Subject
from bot.talk import Talk
from bot.views.office import edition as view
from bot.views.office import edition_rules as rules_view
from bot.views.office.edition import ChangeFact
from scenarios.model import Mode
from storage import editions, held, journal, people
from storage.editions import Edition
from storage.people import Role
from storage.rules import ANY_TYPE, Coverage, Rules

_PART_OF_DIAL = {
    Dial.LOCKOUT: Part.LIMITS,
    Dial.LOAD: Part.LIMITS,
    Dial.OFFER_HOURS: Part.DEADLINES,
    Dial.RETURN_HOURS: Part.DEADLINES,
    Dial.CORRECTION_HOURS: Part.DEADLINES,
    Dial.QUIET_FROM: Part.QUIET,
    Dial.QUIET_TO: Part.QUIET,
    Dial.DIGEST_HOUR: Part.DIGEST,
    Dial.DIGEST_WEEKDAY: Part.DIGEST,
}
_PART_OF_SWITCH = {
    Switch.SMALL_GMINA: Part.LIMITS,
    Switch.WEEKENDS: Part.QUIET,
    Switch.HOLIDAYS: Part.QUIET,
    Switch.THIRD_JUROR: Part.COMPARING,
}


def show_card(talk: Talk, _asked: object = None) -> None:
    """The edition and its rules in short."""
    edition = edition_of(talk)
    known = editions.waves(talk.unit, edition.id)
    count = editions.count_participants(talk.unit, edition.id)
    is_organizer = talk.person.role is Role.ORGANIZER
    waiting = sum(held.held(talk.unit).values()) if is_organizer else 0
    card = view.card(
        edition, waves=known, participants=count, language=talk.language, is_organizer=is_organizer, held=waiting
    )
    show(talk, card)


def _show_part(talk: Talk, tap: OnePart) -> None:
    if tap.part not in range(len(PARTS)):
        show_card(talk)
        return
    _part(talk, PARTS[tap.part])


def _part(talk: Talk, part: Part) -> None:
    edition, language = edition_of(talk), talk.language
    can = {(dial, up) for dial in Dial for up in (False, True) if change.can_turn(edition, dial, up=up)}
    screens: Mapping[Part, Callable[[], Outgoing]] = {
        Part.DATES: lambda: view.dates(edition, language=language),
        Part.WAVES: lambda: view.waves_list(edition, waves.wave_facts(talk, edition), language=language),
        Part.COVERAGE: lambda: rules_view.coverage_home(edition.rules, _types(talk, edition), language=language),
        Part.LIMITS: lambda: rules_view.limits(edition, can, language=language),
        Part.DEADLINES: lambda: rules_view.deadlines(edition, can, language=language),
        Part.QUIET: lambda: rules_view.quiet(edition, can, language=language),
        Part.REMINDERS: lambda: rules_view.reminders(edition.rules, language=language),
        Part.COMPARING: lambda: rules_view.comparing(edition.rules, language=language),
        Part.DIGEST: lambda: rules_view.digest(edition, can, language=language),
    }
    show(talk, screens[part]())


# Dials and switches -------------------------------------------------------------------------------------------------


def _turn_dial(talk: Talk, tap: TurnDial) -> None:
    if tap.dial not in range(len(DIALS)):
        show_card(talk)
        return
    dial, before = DIALS[tap.dial], edition_of(talk, lock=True)
    after = change.turned(before, dial, up=bool(tap.up))
    keep(talk, before, after, dial.value, (change.value_of(before, dial), change.value_of(after, dial)))
    _part(talk, _PART_OF_DIAL[dial])


def _flip_switch(talk: Talk, tap: FlipSwitch) -> None:
    if tap.switch not in range(len(SWITCHES)):
        show_card(talk)
        return
    switch, before = SWITCHES[tap.switch], edition_of(talk, lock=True)
    after = replace(before, rules=change.flipped(before.rules, switch))
    if switch is Switch.THIRD_JUROR:
        was, now = before.rules.on_disagreement.value, after.rules.on_disagreement.value
        keep(talk, before, after, "on_disagreement", (was, now))
    else:
        was_on, now_on = (change.is_on(each.rules, switch) for each in (before, after))
        keep(talk, before, after, switch.value, (was_on, now_on))
    _part(talk, _PART_OF_SWITCH[switch])


def _compare(talk: Talk, tap: CompareMode) -> None:
    if tap.mode in range(len(MODES)):
        before = edition_of(talk, lock=True)
        after = replace(before, rules=change.compared(before.rules, MODES[tap.mode]))
        was, now = ([mode.value for mode in each.rules.compared] for each in (before, after))
        keep(talk, before, after, "compared", (was, now))
    _part(talk, Part.COMPARING)


# Reminders ----------------------------------------------------------------------------------------------------------


def _show_reminder(talk: Talk, tap: OneReminder) -> None:
    if tap.reminder not in range(len(REMINDERS)):
        _part(talk, Part.REMINDERS)
        return
    _reminder(talk, tap.reminder)


def _flip_reminder(talk: Talk, tap: FlipReminder) -> None:
    _tune(talk, tap.reminder, lambda rules: change.silenced(rules, REMINDERS[tap.reminder]))


def _turn_reminder(talk: Talk, tap: TurnReminder) -> None:
    _tune(talk, tap.reminder, lambda rules: change.retimed(rules, REMINDERS[tap.reminder], up=bool(tap.up)))


def _tune(talk: Talk, at: int, tuned: Callable[[Rules], Rules]) -> None:
    if at not in range(len(REMINDERS)):
        _part(talk, Part.REMINDERS)
        return
    kind, before = REMINDERS[at], edition_of(talk, lock=True)
    after = replace(before, rules=tuned(before.rules))
    was, now = (
        {"is_on": rule.is_on, "hours": rule.hours} for rule in (each.rules.reminder(kind) for each in (before, after))
    )
    keep(talk, before, after, "reminder", (was, now), kind=kind.value)
    _reminder(talk, at)


def _reminder(talk: Talk, at: int) -> None:
    kind, rules = REMINDERS[at], edition_of(talk).rules
    down, up = (change.can_retime(rules, kind, up=each) for each in (False, True))
    show(talk, rules_view.reminder(kind, rules.reminder(kind), down=down, up=up, language=talk.language))


# Coverage -----------------------------------------------------------------------------------------------------------


def _show_coverage(talk: Talk, tap: CoverageOf) -> None:
    edition = edition_of(talk)
    of = _type(talk, edition, tap.type)
    if of is None:
        _part(talk, Part.COVERAGE)
        return
    show(talk, rules_view.coverage_of(edition.rules, of, language=talk.language))


def _own_coverage(talk: Talk, tap: OwnCoverage) -> None:
    before = edition_of(talk, lock=True)
    of = _type(talk, before, tap.type)
    if of is None:
        _part(talk, Part.COVERAGE)
        return
    after = replace(before, rules=change.with_own(before.rules, of, own=bool(tap.own)))
    was, now = (noted_rules(each.rules, of) for each in (before, after))
    keep(talk, before, after, "coverage", (was, now), type=of)
    show(talk, rules_view.coverage_of(after.rules, of, language=talk.language))


def _show_mode(talk: Talk, tap: ModeCoverage) -> None:
    _mode(talk, tap.type, tap.mode, lambda rules, _of, _mode: rules)


def _turn_least(talk: Talk, tap: TurnLeast) -> None:
    _mode(talk, tap.type, tap.mode, lambda rules, of, mode: change.with_least(rules, of, mode, up=bool(tap.up)))


def _turn_by(talk: Talk, tap: TurnBy) -> None:
    _mode(talk, tap.type, tap.mode, lambda rules, of, mode: change.with_by(rules, of, mode, up=bool(tap.up)))


def _flip_hours(talk: Talk, tap: FlipHours) -> None:
    _mode(talk, tap.type, tap.mode, change.with_hours)


def _mode(talk: Talk, key: int, at: int, changed: Callable[[Rules, str, Mode], Rules]) -> None:
    """Change what a type needs in one mode, and show it; a type that shares the rules of all is left alone."""
    before = edition_of(talk, lock=True)
    of = _type(talk, before, key)
    if of is None or at not in range(len(MODES)):
        _part(talk, Part.COVERAGE)
        return
    if of != ANY_TYPE and not change.has_own(before.rules, of):
        show(talk, rules_view.coverage_of(before.rules, of, language=talk.language))
        return
    mode = MODES[at]
    after = replace(before, rules=changed(before.rules, of, mode))
    was, now = (change.coverage_in(each.rules, of, mode) for each in (before, after))
    keep(talk, before, after, "coverage", (_noted(was), _noted(now)), type=of, mode=mode.value)
    show(talk, rules_view.mode_coverage(now, of, language=talk.language))


def _noted(one: Coverage) -> dict[str, object]:
    return {"least": one.least, "by": one.by, "different_hours": one.different_hours}


def _types(talk: Talk, edition: Edition) -> list[str]:
    """Types of participants there are, and those that have rules of their own."""
    own = {each for each in edition.rules.coverage if each != ANY_TYPE}
    return sorted({*editions.participant_types(talk.unit, edition.id), *own})


def _type(talk: Talk, edition: Edition, key: int) -> str | None:
    """The type a button names; None where there is none any more."""
    return next((each for each in (ANY_TYPE, *_types(talk, edition)) if type_key(each) == key), None)


# What was changed ---------------------------------------------------------------------------------------------------


def _show_changes(talk: Talk, tap: Changes) -> None:
    edition = edition_of(talk)
    entries = [
        entry
        for entry in reversed(journal.of_subject(talk.unit, f"edition:{edition.id}"))
        if entry.what.startswith("edition.")
    ]
    names: dict[int, str] = {}
    for who in {entry.who for entry in entries if entry.who is not None}:
        person = people.person(talk.unit, who)
        names[who] = "" if person is None else person.name
    facts = [ChangeFact(entry, "" if entry.who is None else names[entry.who]) for entry in entries]
    show(talk, view.changes(facts, tap.page, language=talk.language, zone=talk.zone))


def _dialog(hears: Callable[[Talk, Mapping[str, Any], str], None]) -> Callable[[Talk, Mapping[str, Any], str], None]:
    """A dialog of this edition only: who moved to another one meanwhile is told kindly."""

    def heard(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
        if dialog.get("edition") != talk.person.edition_id:
            refuse(talk)
            return
        hears(talk, dialog, text)

    return heard


SUBJECT = Subject(
    taps={
        EditionCard: show_card,
        OnePart: _show_part,
        TurnDial: _turn_dial,
        FlipSwitch: _flip_switch,
        CompareMode: _compare,
        OneReminder: _show_reminder,
        FlipReminder: _flip_reminder,
        TurnReminder: _turn_reminder,
        CoverageOf: _show_coverage,
        OwnCoverage: _own_coverage,
        ModeCoverage: _show_mode,
        TurnLeast: _turn_least,
        TurnBy: _turn_by,
        FlipHours: _flip_hours,
        AskEditionName: days.ask_name,
        AskEditionDay: days.ask_day,
        TimeZones: days.show_zones,
        TakeZone: days.take_zone,
        AskZone: days.ask_zone,
        NewWave: waves.new_wave,
        OneWave: waves.show_wave,
        AskWaveName: waves.ask_name,
        AskWaveDay: waves.ask_day,
        RemoveWave: waves.remove_wave,
        Changes: _show_changes,
    },
    commands={"edycja": show_card, "edition": show_card},
    dialogs={kind: _dialog(hears) for kind, hears in {**days.DIALOGS, **waves.DIALOGS}.items()},
)
