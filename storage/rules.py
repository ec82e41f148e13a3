"""The rules of an edition as values: coverage, lock-out, load, quiet hours, reminders, offers; to and from JSON.

Defaults are the project's proposal (minimum evidence after Kinesis and the Norwegian Kommunetest); all of it is
changed in chat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from scenarios.model import Mode

ANY_TYPE = "*"
"""Coverage of every participant type that has none of its own."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one mode needs at a participant: ``least`` contacts by at least ``by`` different jurors."""

    mode: Mode
    scenario: str
    least: int
    by: int = 1
    different_hours: bool = False
    """The contacts are to be made at different times of the day: their windows lie in different weeks."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nothing is sent of the bot's own accord: from ``from_hour`` to ``to_hour`` local time, and on free days."""

    from_hour: int = 20
    to_hour: int = 8
    weekends: bool = True
    holidays: bool = True


class Reminder(StrEnum):
    """What people are reminded of."""

    OFFER_UNANSWERED = "offer_unanswered"
    WINDOW_OPENS = "window_opens"
    CONTACT_DUE = "contact_due"
    CONTACT_UNFINISHED = "contact_unfinished"
    EVIDENCE_MISSING = "evidence_missing"
    REPLY_CLOCK = "reply_clock"
    RETURN_WAITING = "return_waiting"
    REVIEW_WAITING = "review_waiting"


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """Whether, and how many ``hours`` after (or, for what has a date, before) it is sent; 0 hours: at the moment."""

    is_on: bool
    hours: int


class Keeping(StrEnum):
    """Kinds of personal data, each kept for so many days and then erased."""

    MEDIA = "media"
    """Photos and documents, and what they tell of place and device; counted from the edition's last day."""
    MEMOS = "memos"
    """Voice memos; counted from the decision on their report, where there is none from the edition's last day."""
    NOTES = "notes"
    """Whatever was written in own words: answers, notes, reasons, comments, queries; from the edition's last day."""
    MESSAGES = "messages"
    """What the web chat showed, and broadcasts; counted from the edition's last day."""
    MODEL = "model"
    """What went to a model and came back; counted from the edition's last day."""
    FILES = "files"
    """Tables that were sent, and documents and tables made; counted from the day itself."""
    PARKED = "parked"
    """Updates and jobs that could not be handled; counted from the day itself."""
    PEOPLE = "people"
    """Names and contact data of jurors and of participants' contact persons; counted from the edition's last day."""


@dataclass(frozen=True, slots=True)
class KeepingDays:
    """How long a kind of data is kept: as ``proposed``, and from ``least`` to ``most`` days."""

    proposed: int
    least: int
    most: int


KEEPING: Mapping[Keeping, KeepingDays] = {
    Keeping.MEDIA: KeepingDays(90, least=30, most=365),
    Keeping.MEMOS: KeepingDays(14, least=1, most=90),
    Keeping.NOTES: KeepingDays(180, least=60, most=365),
    Keeping.MESSAGES: KeepingDays(60, least=14, most=365),
    Keeping.MODEL: KeepingDays(90, least=14, most=365),
    Keeping.FILES: KeepingDays(30, least=7, most=365),
    Keeping.PARKED: KeepingDays(30, least=7, most=90),
    Keeping.PEOPLE: KeepingDays(365, least=60, most=1095),
}
"""The project's proposal: media 90 days after the end, memos once their report is decided, notes at least the 60 days
of the mystery shoppers' code and at most a year. A lawyer looks at it before anyone relies on it."""


class OnDisagreement(StrEnum):
    """Who decides where two jurors still disagree after both were asked again."""

    COORDINATOR = "coordinator"
    THIRD_JUROR = "third_juror"


DEFAULT_COVERAGE = (
    Coverage(Mode.VISIT, "wizyta", least=2, by=2),
    Coverage(Mode.PHONE, "telefon", least=3, different_hours=True),
    Coverage(Mode.EMAIL, "email", least=2),
    Coverage(Mode.SOCIAL, "social", least=1),
    Coverage(Mode.WEBSITE, "strona", least=2, by=2),
)

DEFAULT_REMINDERS: Mapping[Reminder, ReminderRule] = {
    Reminder.OFFER_UNANSWERED: ReminderRule(is_on=True, hours=24),
    Reminder.WINDOW_OPENS: ReminderRule(is_on=True, hours=0),
    Reminder.CONTACT_DUE: ReminderRule(is_on=True, hours=48),
    Reminder.CONTACT_UNFINISHED: ReminderRule(is_on=True, hours=24),
    Reminder.EVIDENCE_MISSING: ReminderRule(is_on=True, hours=24),
    Reminder.REPLY_CLOCK: ReminderRule(is_on=True, hours=0),
    Reminder.RETURN_WAITING: ReminderRule(is_on=True, hours=24),
    Reminder.REVIEW_WAITING: ReminderRule(is_on=True, hours=48),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything about an edition that a coordinator or an organizer may tune."""

    coverage: Mapping[str, tuple[Coverage, ...]] = field(default_factory=lambda: {ANY_TYPE: DEFAULT_COVERAGE})
    """By participant type; ``ANY_TYPE`` for those without their own."""
    lockout_editions: int = 1
    """For so many editions back a juror who was at a participant does not go there again."""
    weekly_load: int = 3
    """Contacts one participant gets in a week, at most, in all modes together."""
    small_gmina_outsiders: bool = True
    """A small gmina is visited only by jurors from at least ``OUTSIDER_KM`` away."""
    offer_hours: int = 48
    """How long an offer waits for an answer before the next juror is asked."""
    return_hours: int = 72
    """How long a juror has to answer returned steps."""
    quiet: Quiet = Quiet()
    reminders: Mapping[Reminder, ReminderRule] = field(default_factory=lambda: dict(DEFAULT_REMINDERS))
    compared: tuple[Mode, ...] = (Mode.VISIT, Mode.WEBSITE)
    """Modes in which two jurors' answers to the same item are compared."""
    on_disagreement: OnDisagreement = OnDisagreement.COORDINATOR
    digest_hour: int = 8
    """Local hour of the daily and weekly digest."""
    digest_weekday: int = 0
    """Day of the weekly digest, 0 is Monday."""
    keeping: Mapping[Keeping, int] = field(
        default_factory=lambda: {kind: days.proposed for kind, days in KEEPING.items()}
    )
    """Days for which each kind of personal data is kept."""

    def coverage_of(self, participant_type: str) -> tuple[Coverage, ...]:
        """What a participant of that type needs."""
        return self.coverage.get(participant_type, self.coverage.get(ANY_TYPE, ()))

    def reminder(self, kind: Reminder) -> ReminderRule:
        """How a reminder is tuned."""
        return self.reminders.get(kind, DEFAULT_REMINDERS[kind])

    def kept_days(self, kind: Keeping) -> int:
        """How many days a kind of data is kept."""
        return self.keeping.get(kind, KEEPING[kind].proposed)

    def with_keeping(self, kind: Keeping, days: int) -> Rules:
        """The rules with one kind of data kept for so many days."""
        return replace(self, keeping={**self.keeping, kind: days})

    def with_reminder(self, kind: Reminder, rule: ReminderRule) -> Rules:
        """The rules with one reminder tuned."""
        return replace(self, reminders={**self.reminders, kind: rule})


OUTSIDER_KM = 15.0
"""Kilometres from which a juror counts as an outsider in a small gmina."""


def rules_to_json(rules: Rules) -> dict[str, Any]:
    """JSON values that stand for the rules."""
    return {
        **{name: getattr(rules, name) for name in _PLAIN},
        "coverage": {
            kind: [{**asdict(one), "mode": one.mode.value} for one in every] for kind, every in rules.coverage.items()
        },
        "quiet": asdict(rules.quiet),
        "reminders": {kind.value: asdict(rule) for kind, rule in rules.reminders.items()},
        "compared": [mode.value for mode in rules.compared],
        "on_disagreement": rules.on_disagreement.value,
        "keeping": {kind.value: days for kind, days in rules.keeping.items()},
    }


def rules_from_json(data: Mapping[str, Any] | None) -> Rules:
    """What ``rules_to_json`` was given; what is missing is as proposed."""
    if not data:
        return Rules()
    rules = replace(Rules(), **{name: data[name] for name in _PLAIN if name in data})
    if "coverage" in data:
        every = {kind: tuple(_coverage(one) for one in some) for kind, some in data["coverage"].items()}
        rules = replace(rules, coverage=every)
    if "quiet" in data:
        rules = replace(rules, quiet=Quiet(**data["quiet"]))
    if "reminders" in data:
        tuned = {Reminder(kind): ReminderRule(**rule) for kind, rule in data["reminders"].items()}
        rules = replace(rules, reminders={**DEFAULT_REMINDERS, **tuned})
    if "compared" in data:
        rules = replace(rules, compared=tuple(Mode(mode) for mode in data["compared"]))
    if "on_disagreement" in data:
        rules = replace(rules, on_disagreement=OnDisagreement(data["on_disagreement"]))
    if "keeping" in data:
        days = {Keeping(kind): int(value) for kind, value in data["keeping"].items()}
        rules = replace(rules, keeping={**rules.keeping, **days})
    return rules


_PLAIN = (
    "lockout_editions",
    "weekly_load",
    "small_gmina_outsiders",
    "offer_hours",
    "return_hours",
    "digest_hour",
    "digest_weekday",
)


def _coverage(data: Mapping[str, Any]) -> Coverage:
    return Coverage(**{**data, "mode": Mode(data["mode"])})
