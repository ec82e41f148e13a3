"""Buttons of the edition: its days, waves and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from bot.tap_kinds import OfficeTap
from scenarios.model import Mode
from storage.rules import ANY_TYPE, Reminder


class Part(StrEnum):
    """A screen of the edition."""

    DATES = "dates"
    WAVES = "waves"
    COVERAGE = "coverage"
    LIMITS = "limits"
    DEADLINES = "deadlines"
    QUIET = "quiet"
    REMINDERS = "reminders"
    COMPARING = "comparing"
    DIGEST = "digest"


class Dial(StrEnum):
    """A number that is turned up and down."""

    LOCKOUT = "lockout_editions"
    LOAD = "weekly_load"
    OFFER_HOURS = "offer_hours"
    RETURN_HOURS = "return_hours"
    CORRECTION_HOURS = "correction_hours"
    QUIET_FROM = "quiet_from"
    QUIET_TO = "quiet_to"
    DIGEST_HOUR = "digest_hour"
    DIGEST_WEEKDAY = "digest_weekday"


class Switch(StrEnum):
    """What is either so or not."""

    SMALL_GMINA = "small_gmina_outsiders"
    WEEKENDS = "quiet_weekends"
    HOLIDAYS = "quiet_holidays"
    THIRD_JUROR = "third_juror"


PARTS, DIALS, SWITCHES = tuple(Part), tuple(Dial), tuple(Switch)
"""Buttons carry the index: new ones are only added at the end."""
MODES, REMINDERS = tuple(Mode), tuple(Reminder)

TIME_ZONES = ("Europe/Warsaw", "Europe/London", "Europe/Kyiv", "UTC")
"""Time zones one tap away."""


def type_key(participant_type: str) -> int:
    """What a button carries for a participant type; 0 for all those without rules of their own."""
    return 0 if participant_type == ANY_TYPE else crc32(participant_type.encode())


@dataclass(frozen=True, slots=True)
class EditionCard(OfficeTap):
    """The edition and its rules."""


@dataclass(frozen=True, slots=True)
class OnePart(OfficeTap):
    """One screen of the edition: index in ``PARTS``."""

    part: int


@dataclass(frozen=True, slots=True)
class TurnDial(OfficeTap):
    """A number one step up (1) or down (0): index in ``DIALS``."""

    dial: int
    up: int


@dataclass(frozen=True, slots=True)
class FlipSwitch(OfficeTap):
    """The other way round: index in ``SWITCHES``."""

    switch: int


@dataclass(frozen=True, slots=True)
class CompareMode(OfficeTap):
    """Two jurors' answers in that mode are compared, or not: index in ``MODES``."""

    mode: int


@dataclass(frozen=True, slots=True)
class OneReminder(OfficeTap):
    """How a reminder is tuned: index in ``REMINDERS``."""

    reminder: int


@dataclass(frozen=True, slots=True)
class FlipReminder(OfficeTap):
    """A reminder on or off."""

    reminder: int


@dataclass(frozen=True, slots=True)
class TurnReminder(OfficeTap):
    """A reminder's hours one step up (1) or down (0)."""

    reminder: int
    up: int


@dataclass(frozen=True, slots=True)
class CoverageOf(OfficeTap):
    """What participants of a type need: ``type_key``."""

    type: int


@dataclass(frozen=True, slots=True)
class OwnCoverage(OfficeTap):
    """Rules of its own for a type (1), or those of all (0)."""

    type: int
    own: int


@dataclass(frozen=True, slots=True)
class ModeCoverage(OfficeTap):
    """What participants of a type need in one mode."""

    type: int
    mode: int


@dataclass(frozen=True, slots=True)
class TurnLeast(OfficeTap):
    """One contact more (1) or less (0)."""

    type: int
    mode: int
    up: int


@dataclass(frozen=True, slots=True)
class TurnBy(OfficeTap):
    """One different juror more (1) or less (0)."""

    type: int
    mode: int
    up: int


@dataclass(frozen=True, slots=True)
class FlipHours(OfficeTap):
    """The contacts are to be made at different hours, or at any."""

    type: int
    mode: int


@dataclass(frozen=True, slots=True)
class AskEditionName(OfficeTap):
    """The edition's name is typed next."""


@dataclass(frozen=True, slots=True)
class AskEditionDay(OfficeTap):
    """The edition's first (0) or last (1) day is typed next."""

    last: int


@dataclass(frozen=True, slots=True)
class TimeZones(OfficeTap):
    """Which time zone."""


@dataclass(frozen=True, slots=True)
class TakeZone(OfficeTap):
    """That time zone: index in ``TIME_ZONES``."""

    zone: int


@dataclass(frozen=True, slots=True)
class AskZone(OfficeTap):
    """A time zone is typed next."""


@dataclass(frozen=True, slots=True)
class NewWave(OfficeTap):
    """One more wave, after the last one."""


@dataclass(frozen=True, slots=True)
class OneWave(OfficeTap):
    """A wave."""

    wave: int


@dataclass(frozen=True, slots=True)
class AskWaveName(OfficeTap):
    """A wave's name is typed next."""

    wave: int


@dataclass(frozen=True, slots=True)
class AskWaveDay(OfficeTap):
    """A wave's first (0) or last (1) day is typed next."""

    wave: int
    last: int


@dataclass(frozen=True, slots=True)
class RemoveWave(OfficeTap):
    """A wave in which nothing is planned goes away."""

    wave: int


@dataclass(frozen=True, slots=True)
class Changes(OfficeTap):
    """What was changed last, a page of it."""

    page: int


CODES: Mapping[str, type[OfficeTap]] = {
    "ed.card": EditionCard,
    "ed.part": OnePart,
    "ed.dial": TurnDial,
    "ed.flip": FlipSwitch,
    "ed.cmp": CompareMode,
    "ed.rem": OneReminder,
    "ed.remflip": FlipReminder,
    "ed.remturn": TurnReminder,
    "ed.cov": CoverageOf,
    "ed.own": OwnCoverage,
    "ed.mode": ModeCoverage,
    "ed.least": TurnLeast,
    "ed.by": TurnBy,
    "ed.hours": FlipHours,
    "ed.name": AskEditionName,
    "ed.day": AskEditionDay,
    "ed.zones": TimeZones,
    "ed.zone": TakeZone,
    "ed.askzone": AskZone,
    "ed.newwave": NewWave,
    "ed.wave": OneWave,
    "ed.wname": AskWaveName,
    "ed.wday": AskWaveDay,
    "ed.wgone": RemoveWave,
    "ed.log": Changes,
}
