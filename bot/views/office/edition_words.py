"""Words for an edition's settings, and for what the journal says of their changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.office_taps.edition import Dial, Switch
from bot.views.common import mode_name
from scenarios.model import Mode
from storage.editions import Edition
from storage.journal import Entry
from storage.rules import ANY_TYPE, Keeping, OnDisagreement, Reminder, ReminderRule

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)

REMINDER_LABELS = {
    Reminder.OFFER_UNANSWERED: N_("Unanswered offer"),
    Reminder.WINDOW_OPENS: N_("Task begins"),
    Reminder.CONTACT_DUE: N_("Last day near"),
    Reminder.CONTACT_UNFINISHED: N_("Unfinished task"),
    Reminder.EVIDENCE_MISSING: N_("Missing files"),
    Reminder.REPLY_CLOCK: N_("No reply yet"),
    Reminder.RETURN_WAITING: N_("Returned questions"),
    Reminder.REVIEW_WAITING: N_("Reports to review"),
}

KEEPING_LABELS: Mapping[Keeping, str] = {
    Keeping.MEDIA: N_("Photos, documents"),
    Keeping.MEMOS: N_("Voice notes"),
    Keeping.NOTES: N_("Texts, notes"),
    Keeping.MESSAGES: N_("Messages"),
    Keeping.MODEL: N_("Language model"),
    Keeping.FILES: N_("Tables, reports"),
    Keeping.PARKED: N_("Failed updates"),
    Keeping.PEOPLE: N_("Names, contact data"),
}

_SETTINGS: Mapping[str, str] = {
    "name": N_("its name"),
    "starts_on": N_("first day"),
    "ends_on": N_("last day"),
    "time_zone": N_("time zone"),
    Dial.LOCKOUT.value: N_("lock-out, editions"),
    Dial.LOAD.value: N_("contacts in a week"),
    Dial.OFFER_HOURS.value: N_("time to answer an offer"),
    Dial.RETURN_HOURS.value: N_("time for returned questions"),
    Dial.CORRECTION_HOURS.value: N_("time for corrections"),
    Dial.QUIET_FROM.value: N_("quiet from"),
    Dial.QUIET_TO.value: N_("quiet to"),
    Dial.DIGEST_HOUR.value: N_("hour of the digest"),
    Dial.DIGEST_WEEKDAY.value: N_("day of the weekly digest"),
    Switch.SMALL_GMINA.value: N_("small gminas only from afar"),
    Switch.WEEKENDS.value: N_("quiet weekends"),
    Switch.HOLIDAYS.value: N_("quiet holidays"),
    "on_disagreement": N_("who decides on disagreement"),
    "compared": N_("modes compared"),
    "coverage": N_("contacts needed"),
    "reminder": N_("reminder"),
    "keeping": N_("days personal data is kept"),
}
"""What the journal calls a setting, in words."""

_HOURS = {Dial.OFFER_HOURS.value, Dial.RETURN_HOURS.value, Dial.CORRECTION_HOURS.value}
_CLOCK = {Dial.QUIET_FROM.value, Dial.QUIET_TO.value, Dial.DIGEST_HOUR.value}
_WHO = {
    OnDisagreement.COORDINATOR.value: N_("the coordinator"),
    OnDisagreement.THIRD_JUROR.value: N_("a third juror"),
}


def dial_line(_: Translator, edition: Edition, dial: Dial) -> str:
    """How a dial stands, in a sentence."""
    rules = edition.rules
    match dial:
        case Dial.LOCKOUT if rules.lockout_editions == 0:
            return _("Whoever was at a participant before may go there again.")
        case Dial.LOCKOUT if rules.lockout_editions == 1:
            return _("Whoever was at a participant in the last edition does not go there.")
        case Dial.LOCKOUT:
            return _.many(
                "Whoever was at a participant in the last {n} edition does not go there.",
                "Whoever was at a participant in the last {n} editions does not go there.",
                rules.lockout_editions,
            )
        case Dial.LOAD:
            return _.many(
                "A participant gets at most {n} contact in a week.",
                "A participant gets at most {n} contacts in a week.",
                rules.weekly_load,
            )
        case Dial.OFFER_HOURS:
            return _("An offer waits {time}, then somebody else is asked.", time=hours_text(_, rules.offer_hours))
        case Dial.RETURN_HOURS:
            return _("Returned questions wait {time} for an answer.", time=hours_text(_, rules.return_hours))
        case Dial.CORRECTION_HOURS if edition.correction_hours == 0:
            return _("A sent report cannot be corrected.")
        case Dial.CORRECTION_HOURS:
            time = hours_text(_, edition.correction_hours)
            return _("A sent report can be corrected for {time}.", time=time)
        case Dial.QUIET_FROM:
            return _("Quiet from {hour}:00.", hour=rules.quiet.from_hour)
        case Dial.QUIET_TO:
            return _("Quiet to {hour}:00.", hour=rules.quiet.to_hour)
        case Dial.DIGEST_HOUR:
            return _("The digest comes at {hour}:00.", hour=rules.digest_hour)
        case Dial.DIGEST_WEEKDAY:
            return _("Once a week, a longer one comes: {day}.", day=_(WEEKDAYS[rules.digest_weekday]))


def hours_text(_: Translator, hours: int) -> str:
    """A length of time: hours, or days where they are whole: "12 h", "2 days"."""
    days, rest = divmod(hours, 24)
    return f"{hours} h" if rest or not days else _.many("{n} day", "{n} days", days)


def reminder_text(_: Translator, rule: ReminderRule) -> str:
    """How a reminder is tuned: "2 days", "at that moment", "switched off"."""
    if not rule.is_on:
        return _("switched off")
    return hours_text(_, rule.hours) if rule.hours else _("at that moment")


def changed_line(entry: Entry, who: str, *, language: str, zone: ZoneInfo) -> str:
    """An entry of the journal: when, who, what, before and after."""
    _ = texts(language)
    when = moment_text(entry.at, language=language, zone=zone)
    return f"{when} · {who or '–'}\n{_what(_, entry)}"


def _what(_: Translator, entry: Entry) -> str:
    details = entry.details
    match entry.what:
        case "edition.wave_added":
            return _("wave added: {name}", name=details.get("name", ""))
        case "edition.wave_removed":
            return _("wave removed: {name}", name=details.get("name", ""))
        case "edition.wave_changed":
            return f"{details.get('wave', '')}: {_changed(_, details)}"
        case "edition.changed":
            return _changed(_, details)
        case other:
            return other


def _changed(_: Translator, details: Mapping[str, Any]) -> str:
    setting = str(details.get("setting", ""))
    label = _(_SETTINGS[setting]) if setting in _SETTINGS else setting
    about = _about(_, setting, details)
    before, after = (_value(_, setting, details.get(name)) for name in ("before", "after"))
    return f"{label}{about}: {before} → {after}"


def _about(_: Translator, setting: str, details: Mapping[str, Any]) -> str:
    if setting == "coverage":
        kind = str(details.get("type", ANY_TYPE))
        parts = [_("All types") if kind == ANY_TYPE else kind]
        if details.get("mode"):
            parts.append(mode_name(Mode(details["mode"]), language=_.language))
        return f" ({', '.join(parts)})"
    if setting == "reminder":
        return f" ({_(REMINDER_LABELS[Reminder(details['kind'])])})"
    if setting == "keeping":
        return f" ({_(KEEPING_LABELS[Keeping(details['kind'])])})"
    return ""


def _value(_: Translator, setting: str, value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case int() if setting in _HOURS:
            return hours_text(_, value)
        case int() if setting in _CLOCK:
            return f"{value}:00"
        case int() if setting == Dial.DIGEST_WEEKDAY.value:
            return _(WEEKDAYS[value])
        case str() if setting in {"starts_on", "ends_on"}:
            return day_text(date.fromisoformat(value), language=_.language)
        case str() if setting == "on_disagreement":
            return _(_WHO[value])
        case list() if setting == "compared":
            return ", ".join(mode_name(Mode(mode), language=_.language) for mode in value) or _("none")
        case dict() if setting == "reminder":
            return reminder_text(_, ReminderRule(is_on=bool(value["is_on"]), hours=int(value["hours"])))
        case dict() if setting == "coverage":
            return _coverage(_, value)
        case "own":
            return _("own rules")
        case "all":
            return _("the rules of all")
        case _:
            return str(value)


def _coverage(_: Translator, value: Mapping[str, Any]) -> str:
    parts = [_.many("{n} contact", "{n} contacts", int(value["least"]))]
    if value["by"] > 1:
        parts.append(_.many("by at least {n} person", "by at least {n} people", int(value["by"])))
    if value["different_hours"]:
        parts.append(_("at different hours"))
    return ", ".join(parts)
