"""Changes of an edition as values: a dial turned, a switch flipped, coverage changed. Pure: what was makes what is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.office_taps.edition import Dial, Switch
from scenarios.model import Mode
from storage.editions import Edition
from storage.rules import ANY_TYPE, DEFAULT_COVERAGE, Coverage, OnDisagreement, Reminder, Rules

HOURS = (1, 2, 3, 6, 12, 18, 24, 36, 48, 72, 96, 120, 168, 240, 336)
"""Steps of what is counted in hours, up to two weeks."""
WITH_NONE = (0, *HOURS)

STEPS: Mapping[Dial, tuple[int, ...]] = {
    Dial.LOCKOUT: tuple(range(6)),
    Dial.LOAD: tuple(range(1, 15)),
    Dial.OFFER_HOURS: HOURS,
    Dial.RETURN_HOURS: HOURS,
    Dial.CORRECTION_HOURS: WITH_NONE,
    Dial.QUIET_FROM: tuple(range(24)),
    Dial.QUIET_TO: tuple(range(24)),
    Dial.DIGEST_HOUR: tuple(range(24)),
    Dial.DIGEST_WEEKDAY: tuple(range(7)),
}
"""The values a dial takes, in order."""

ROUND = frozenset({Dial.QUIET_FROM, Dial.QUIET_TO, Dial.DIGEST_HOUR, Dial.DIGEST_WEEKDAY})
"""Dials whose first value comes after the last."""

MOST_CONTACTS = 20
"""Contacts in one mode at one participant, at most."""


def value_of(edition: Edition, dial: Dial) -> int:
    """How a dial stands."""
    match dial:
        case Dial.CORRECTION_HOURS:
            return edition.correction_hours
        case Dial.QUIET_FROM:
            return edition.rules.quiet.from_hour
        case Dial.QUIET_TO:
            return edition.rules.quiet.to_hour
        case _:
            value: int = getattr(edition.rules, dial.value)
            return value


def can_turn(edition: Edition, dial: Dial, *, up: bool) -> bool:
    """Whether there is a step in that direction."""
    return stepped(value_of(edition, dial), STEPS[dial], up=up, goes_round=dial in ROUND) is not None


def turned(edition: Edition, dial: Dial, *, up: bool) -> Edition:
    """The edition with a dial one step on; the same where there is none."""
    value = stepped(value_of(edition, dial), STEPS[dial], up=up, goes_round=dial in ROUND)
    if value is None:
        return edition
    rules = edition.rules
    match dial:
        case Dial.CORRECTION_HOURS:
            return replace(edition, correction_hours=value)
        case Dial.QUIET_FROM:
            rules = replace(rules, quiet=replace(rules.quiet, from_hour=value))
        case Dial.QUIET_TO:
            rules = replace(rules, quiet=replace(rules.quiet, to_hour=value))
        case Dial.LOCKOUT:
            rules = replace(rules, lockout_editions=value)
        case Dial.LOAD:
            rules = replace(rules, weekly_load=value)
        case Dial.OFFER_HOURS:
            rules = replace(rules, offer_hours=value)
        case Dial.RETURN_HOURS:
            rules = replace(rules, return_hours=value)
        case Dial.DIGEST_HOUR:
            rules = replace(rules, digest_hour=value)
        case Dial.DIGEST_WEEKDAY:
            rules = replace(rules, digest_weekday=value)
    return replace(edition, rules=rules)


def is_on(rules: Rules, switch: Switch) -> bool:
    """How a switch stands."""
    match switch:
        case Switch.SMALL_GMINA:
            return rules.small_gmina_outsiders
        case Switch.WEEKENDS:
            return rules.quiet.weekends
        case Switch.HOLIDAYS:
            return rules.quiet.holidays
        case Switch.THIRD_JUROR:
            return rules.on_disagreement is OnDisagreement.THIRD_JUROR


def flipped(rules: Rules, switch: Switch) -> Rules:
    """The rules with a switch the other way round."""
    on = not is_on(rules, switch)
    match switch:
        case Switch.SMALL_GMINA:
            return replace(rules, small_gmina_outsiders=on)
        case Switch.WEEKENDS:
            return replace(rules, quiet=replace(rules.quiet, weekends=on))
        case Switch.HOLIDAYS:
            return replace(rules, quiet=replace(rules.quiet, holidays=on))
        case Switch.THIRD_JUROR:
            who = OnDisagreement.THIRD_JUROR if on else OnDisagreement.COORDINATOR
            return replace(rules, on_disagreement=who)


def compared(rules: Rules, mode: Mode) -> Rules:
    """The rules with a mode added to those that are compared, or taken from them."""
    modes = {*rules.compared} ^ {mode}
    return replace(rules, compared=tuple(each for each in Mode if each in modes))


def silenced(rules: Rules, kind: Reminder) -> Rules:
    """The rules with a reminder on or off."""
    rule = rules.reminder(kind)
    return rules.with_reminder(kind, replace(rule, is_on=not rule.is_on))


def can_retime(rules: Rules, kind: Reminder, *, up: bool) -> bool:
    """Whether a reminder's hours have a step in that direction."""
    return stepped(rules.reminder(kind).hours, _reminder_steps(kind), up=up) is not None


def retimed(rules: Rules, kind: Reminder, *, up: bool) -> Rules:
    """The rules with a reminder's hours one step on; the same where there is none."""
    rule = rules.reminder(kind)
    hours = stepped(rule.hours, _reminder_steps(kind), up=up)
    return rules if hours is None else rules.with_reminder(kind, replace(rule, hours=hours))


def coverage_in(rules: Rules, participant_type: str, mode: Mode) -> Coverage:
    """What a participant of that type needs in that mode; none where the rules do not name it."""
    proposed = next(one for one in DEFAULT_COVERAGE if one.mode is mode)
    named = (one for one in rules.coverage_of(participant_type) if one.mode is mode)
    return next(named, replace(proposed, least=0, by=1, different_hours=False))


def with_least(rules: Rules, participant_type: str, mode: Mode, *, up: bool) -> Rules:
    """One contact more or less; there cannot be more jurors than contacts."""
    one = coverage_in(rules, participant_type, mode)
    least = min(max(one.least + (1 if up else -1), 0), MOST_CONTACTS)
    return _with(rules, participant_type, replace(one, least=least, by=max(1, min(one.by, least))))


def with_by(rules: Rules, participant_type: str, mode: Mode, *, up: bool) -> Rules:
    """One different juror more or less, between one and as many as there are contacts."""
    one = coverage_in(rules, participant_type, mode)
    by = max(1, min(one.by + (1 if up else -1), one.least))
    return _with(rules, participant_type, replace(one, by=by))


def with_hours(rules: Rules, participant_type: str, mode: Mode) -> Rules:
    """At different hours, or at any."""
    one = coverage_in(rules, participant_type, mode)
    return _with(rules, participant_type, replace(one, different_hours=not one.different_hours))


def has_own(rules: Rules, participant_type: str) -> bool:
    """Whether a type has rules of its own."""
    return participant_type != ANY_TYPE and participant_type in rules.coverage


def with_own(rules: Rules, participant_type: str, *, own: bool) -> Rules:
    """Rules of its own for a type, which begin as those of all; or those of all again."""
    if participant_type == ANY_TYPE or own == has_own(rules, participant_type):
        return rules
    coverage = dict(rules.coverage)
    if own:
        coverage[participant_type] = rules.coverage_of(participant_type)
    else:
        del coverage[participant_type]
    return replace(rules, coverage=coverage)


def _with(rules: Rules, participant_type: str, changed: Coverage) -> Rules:
    """The rules with the coverage of one mode; a type that has none of its own shares that of all."""
    key = participant_type if has_own(rules, participant_type) else ANY_TYPE
    others = {one.mode: one for one in rules.coverage_of(key)} | {changed.mode: changed}
    ordered = tuple(others[mode] for mode in Mode if mode in others)
    return replace(rules, coverage={**rules.coverage, key: ordered})


def _reminder_steps(kind: Reminder) -> tuple[int, ...]:
    """A reminder at the moment itself makes sense where there is a moment."""
    return WITH_NONE if kind in {Reminder.WINDOW_OPENS, Reminder.REPLY_CLOCK} else HOURS


def stepped(value: int, steps: tuple[int, ...], *, up: bool, goes_round: bool = False) -> int | None:
    """The next step after a value, which need not be one of them; None where there is none."""
    beyond = [step for step in steps if (step > value if up else step < value)]
    if beyond:
        return beyond[0] if up else beyond[-1]
    if goes_round:
        return steps[0] if up else steps[-1]
    return None
