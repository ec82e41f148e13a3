"""The rules of an edition on screens whose buttons turn them: coverage, limits, deadlines, quiet times, reminders."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, texts
from bot.office_taps.edition import (
    DIALS,
    MODES,
    PARTS,
    REMINDERS,
    SWITCHES,
    CompareMode,
    CoverageOf,
    Dial,
    EditionCard,
    FlipHours,
    FlipReminder,
    FlipSwitch,
    ModeCoverage,
    OnePart,
    OneReminder,
    OwnCoverage,
    Part,
    Switch,
    TurnBy,
    TurnDial,
    TurnLeast,
    TurnReminder,
    type_key,
)
from bot.views.common import mode_name
from bot.views.office.edition_words import REMINDER_LABELS, dial_line, reminder_text
from bot.views.pages import brief
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scenarios.model import Mode
from storage.editions import Edition
from storage.rules import ANY_TYPE, OUTSIDER_KM, Coverage, OnDisagreement, Quiet, Reminder, ReminderRule, Rules

_DIAL_LABELS = {
    Dial.LOCKOUT: N_("Lock-out"),
    Dial.LOAD: N_("In a week"),
    Dial.OFFER_HOURS: N_("Offer waits"),
    Dial.RETURN_HOURS: N_("Questions wait"),
    Dial.CORRECTION_HOURS: N_("Corrections"),
    Dial.QUIET_FROM: N_("Quiet from"),
    Dial.QUIET_TO: N_("Quiet to"),
    Dial.DIGEST_HOUR: N_("Digest hour"),
    Dial.DIGEST_WEEKDAY: N_("Digest day"),
}
"""What stands on the buttons of a dial, beside minus and plus."""

_REMINDER_NOTES = {
    Reminder.OFFER_UNANSWERED: N_("Sent when an offer has waited so long for a yes or a no."),
    Reminder.WINDOW_OPENS: N_("Sent so long before a task can begin; with 0, when it can."),
    Reminder.CONTACT_DUE: N_("Sent so long before the last day, and once more when it has passed."),
    Reminder.CONTACT_UNFINISHED: N_("Sent when nothing was answered for so long."),
    Reminder.EVIDENCE_MISSING: N_("Sent so long after a report, if a photo or file did not arrive."),
    Reminder.REPLY_CLOCK: N_("Sent on the days the script names; with hours, also so long before the end."),
    Reminder.RETURN_WAITING: N_("Sent when returned questions have waited so long."),
    Reminder.REVIEW_WAITING: N_("Sent to the coordinator when a report has waited so long."),
}


def coverage_home(rules: Rules, types: Sequence[str], *, language: str) -> Outgoing:
    """What each type of participant needs; one tap opens it."""
    _ = texts(language)
    lines = [": ".join((_("All types"), brief_coverage(rules.coverage_of(ANY_TYPE), language=language)))]
    lines += [
        f"{each}: {brief_coverage(rules.coverage_of(each), language=language)}"
        for each in types
        if each in rules.coverage
    ]
    buttons = [menu_button(_("All types"), CoverageOf(0))]
    buttons += [menu_button(brief(each, limit=MAX_LABEL), CoverageOf(type_key(each))) for each in types]
    rows: Rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    note = _("A type without rules of its own has those of all.") if types else ""
    return Outgoing("\n\n".join(lines), head=_("How many contacts"), note=note, buttons=(*rows, _back(_)))


def coverage_of(rules: Rules, participant_type: str, *, language: str) -> Outgoing:
    """What one type needs, a button for each mode; a type that shares the rules of all can get its own."""
    _ = texts(language)
    is_all, key = participant_type == ANY_TYPE, type_key(participant_type)
    own = is_all or participant_type in rules.coverage
    found = {one.mode: one for one in rules.coverage_of(participant_type)}
    lines = [coverage_line(_, mode, found.get(mode)) for mode in MODES]
    buttons: list[tuple[Button, ...]] = []
    if own:
        each = [menu_button(_mode(_, mode), ModeCoverage(key, at)) for at, mode in enumerate(MODES)]
        buttons = [tuple(each[at : at + 2]) for at in range(0, len(each), 2)]
    if not is_all and own:
        buttons.append((menu_button(_("The rules of all again"), OwnCoverage(key, 0)),))
    if not own:
        buttons.append((menu_button(_("Rules of its own"), OwnCoverage(key, 1)),))
    note = "" if own else _("This type has the rules of all. With rules of its own they can be changed here.")
    back = menu_button(_("Back"), OnePart(PARTS.index(Part.COVERAGE)), style=ButtonStyle.QUIET)
    head = _("All types") if is_all else participant_type
    return Outgoing("\n".join(lines), head=head, note=note, buttons=(*buttons, (back, *_back(_))))


def mode_coverage(one: Coverage, participant_type: str, *, language: str) -> Outgoing:
    """One mode: how many contacts, by how many jurors, at different hours or not."""
    _ = texts(language)
    key, mode = type_key(participant_type), MODES.index(one.mode)
    rows: list[tuple[Button, ...]] = [
        _pair(_, _("Contacts"), TurnLeast(key, mode, 0), TurnLeast(key, mode, 1), down=one.least > 0)
    ]
    if one.least > 1:
        rows.append(
            _pair(
                _,
                _("Different people"),
                TurnBy(key, mode, 0),
                TurnBy(key, mode, 1),
                down=one.by > 1,
                up=one.by < one.least,
            )
        )
        label = _("At any hours") if one.different_hours else _("At different hours")
        rows.append((menu_button(label, FlipHours(key, mode)),))
    back = menu_button(_("Back"), CoverageOf(key), style=ButtonStyle.QUIET)
    head = " · ".join((_("All types") if participant_type == ANY_TYPE else participant_type, _mode(_, one.mode)))
    return Outgoing(coverage_line(_, one.mode, one), head=head, buttons=(*rows, (back, *_back(_))))


def limits(edition: Edition, can: Collection[tuple[Dial, bool]], *, language: str) -> Outgoing:
    """Lock-out, load, and who visits a small gmina. ``can``: which dials turn down (False) and up (True)."""
    _ = texts(language)
    small = edition.rules.small_gmina_outsiders
    said = (
        _("A small gmina is visited by people from at least {km} km away.", km=round(OUTSIDER_KM))
        if small
        else _("A small gmina may be visited by people from nearby.")
    )
    lines = [dial_line(_, edition, Dial.LOCKOUT), dial_line(_, edition, Dial.LOAD), said]
    label = _("Small: from nearby too") if small else _("Small: only from afar")
    rows = (
        _dial(_, Dial.LOCKOUT, can),
        _dial(_, Dial.LOAD, can),
        (menu_button(label, FlipSwitch(SWITCHES.index(Switch.SMALL_GMINA))),),
    )
    return Outgoing("\n\n".join(lines), head=_("Rotation, load"), buttons=(*rows, _back(_)))


def deadlines(edition: Edition, can: Collection[tuple[Dial, bool]], *, language: str) -> Outgoing:
    """How long offers, returned questions and corrections wait."""
    _ = texts(language)
    dials = (Dial.OFFER_HOURS, Dial.RETURN_HOURS, Dial.CORRECTION_HOURS)
    lines = [dial_line(_, edition, dial) for dial in dials]
    rows = tuple(_dial(_, dial, can) for dial in dials)
    note = _("What has been sent already keeps its time.")
    return Outgoing("\n\n".join(lines), head=_("Time to answer"), note=note, buttons=(*rows, _back(_)))


def quiet(edition: Edition, can: Collection[tuple[Dial, bool]], *, language: str) -> Outgoing:
    """When nothing is sent of the bot's own accord."""
    _ = texts(language)
    rule = edition.rules.quiet
    weekends = _("Weekends: send") if rule.weekends else _("Weekends: quiet")
    holidays = _("Holidays: send") if rule.holidays else _("Holidays: quiet")
    rows = (
        _dial(_, Dial.QUIET_FROM, can),
        _dial(_, Dial.QUIET_TO, can),
        (
            menu_button(weekends, FlipSwitch(SWITCHES.index(Switch.WEEKENDS))),
            menu_button(holidays, FlipSwitch(SWITCHES.index(Switch.HOLIDAYS))),
        ),
    )
    note = _("What comes up at a quiet time is sent when it is over. Answers to people always come at once.")
    return Outgoing(quiet_text(rule, language=language), head=_("Quiet time"), note=note, buttons=(*rows, _back(_)))


def reminders(rules: Rules, *, language: str) -> Outgoing:
    """Every reminder, a button for each."""
    _ = texts(language)
    lines = [f"• {_(REMINDER_LABELS[kind])}: {reminder_text(_, rules.reminder(kind))}" for kind in REMINDERS]
    buttons = [menu_button(_(REMINDER_LABELS[kind]), OneReminder(at)) for at, kind in enumerate(REMINDERS)]
    rows: Rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    return Outgoing("\n".join(lines), head=_("Reminders"), buttons=(*rows, _back(_)))


def reminder(kind: Reminder, rule: ReminderRule, *, down: bool, up: bool, language: str) -> Outgoing:
    """One reminder: on or off, and its hours."""
    _ = texts(language)
    at = REMINDERS.index(kind)
    rows: list[tuple[Button, ...]] = [
        (menu_button(_("Switch off") if rule.is_on else _("Switch on"), FlipReminder(at)),)
    ]
    if rule.is_on:
        rows.append(_pair(_, _("Hours"), TurnReminder(at, 0), TurnReminder(at, 1), down=down, up=up))
    back = menu_button(_("Back"), OnePart(PARTS.index(Part.REMINDERS)), style=ButtonStyle.QUIET)
    said = f"{reminder_text(_, rule)}\n\n{_(_REMINDER_NOTES[kind])}"
    return Outgoing(said, head=_(REMINDER_LABELS[kind]), buttons=(*rows, (back, *_back(_))))


def comparing(rules: Rules, *, language: str) -> Outgoing:
    """Modes in which two jurors are compared, and who decides where they still disagree."""
    _ = texts(language)
    lines = [f"{_on(mode in rules.compared)} {_mode(_, mode)}" for mode in MODES]
    third = rules.on_disagreement is OnDisagreement.THIRD_JUROR
    who = (
        _("If two people still disagree after both looked again, a third one decides.")
        if third
        else _("If two people still disagree after both looked again, the coordinator decides.")
    )
    buttons = [menu_button(_mode(_, mode), CompareMode(at)) for at, mode in enumerate(MODES)]
    rows: Rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    label = _("Coordinator decides") if third else _("A third juror decides")
    switch = (menu_button(label, FlipSwitch(SWITCHES.index(Switch.THIRD_JUROR))),)
    said = _("Answers of two people to the same question are compared:")
    return Outgoing("\n\n".join((said, "\n".join(lines), who)), head=_("Comparing"), buttons=(*rows, switch, _back(_)))


def digest(edition: Edition, can: Collection[tuple[Dial, bool]], *, language: str) -> Outgoing:
    """When the daily and the weekly digest come."""
    _ = texts(language)
    dials = (Dial.DIGEST_HOUR, Dial.DIGEST_WEEKDAY)
    rows = tuple(_dial(_, dial, can) for dial in dials)
    lines = [dial_line(_, edition, dial) for dial in dials]
    return Outgoing("\n\n".join(lines), head=_("Digest"), buttons=(*rows, _back(_)))


def brief_coverage(some: Sequence[Coverage], *, language: str) -> str:
    """Coverage in a line: "visit 2, phone call 3"."""
    _ = texts(language)
    parts = [f"{mode_name(one.mode, language=language)} {one.least}" for one in some if one.least]
    return ", ".join(parts) or _("no contacts")


def coverage_line(_: Translator, mode: Mode, one: Coverage | None) -> str:
    """What one mode needs: "Visit: 2 contacts, by at least 2 people"."""
    if one is None or one.least == 0:
        return ": ".join((_mode(_, mode), _("none")))
    parts = [_.many("{n} contact", "{n} contacts", one.least)]
    if one.by > 1:
        parts.append(_.many("by at least {n} person", "by at least {n} people", one.by))
    if one.different_hours:
        parts.append(_("at different hours"))
    return f"{_mode(_, mode)}: {', '.join(parts)}"


def quiet_text(rule: Quiet, *, language: str) -> str:
    """When nothing is sent, in a sentence."""
    _ = texts(language)
    parts = []
    if rule.from_hour != rule.to_hour:
        parts.append(_("from {first}:00 to {last}:00", first=rule.from_hour, last=rule.to_hour))
    if rule.weekends:
        parts.append(_("on weekends"))
    if rule.holidays:
        parts.append(_("on public holidays"))
    if not parts:
        return _("Reminders are sent at any time.")
    return _("Reminders are not sent {when}.", when=", ".join(parts))


def _dial(_: Translator, dial: Dial, can: Collection[tuple[Dial, bool]]) -> tuple[Button, ...]:
    at = DIALS.index(dial)
    return _pair(
        _,
        _(_DIAL_LABELS[dial]),
        TurnDial(at, 0),
        TurnDial(at, 1),
        down=(dial, False) in can,
        up=(dial, True) in can,
    )


def _pair(
    _: Translator,
    label: str,
    less: TurnDial | TurnLeast | TurnBy | TurnReminder,
    more: TurnDial | TurnLeast | TurnBy | TurnReminder,
    *,
    down: bool = True,
    up: bool = True,
) -> tuple[Button, ...]:
    """Minus and plus, each only where there is a step."""
    buttons = ((f"{label} −", less, down), (f"{label} +", more, up))
    return tuple(menu_button(text, tap) for text, tap, has_step in buttons if has_step)


def _mode(_: Translator, mode: Mode) -> str:
    name = mode_name(mode, language=_.language)
    return name[:1].upper() + name[1:]


def _on(yes: bool) -> str:  # noqa: FBT001 - one mark for one truth
    return "✓" if yes else "–"


def _back(_: Translator) -> tuple[Button, ...]:
    return (menu_button(_("Edition"), EditionCard(), style=ButtonStyle.QUIET),)
