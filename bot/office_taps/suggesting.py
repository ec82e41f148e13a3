"""Buttons of the rater: its suggestions, and how it is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap, OrganizerTap


@dataclass(frozen=True, slots=True)
class Suggestions(OfficeTap):
    """Suggestions that wait for a decision: the first of them. ``page`` is always 0: one is shown at a time."""

    page: int


@dataclass(frozen=True, slots=True)
class ContactSuggestions(OfficeTap):
    """Those of one contact: the first that waits, else the first of all."""

    contact: int


@dataclass(frozen=True, slots=True)
class SuggestionCard(OfficeTap):
    """One suggestion."""

    suggestion: int


@dataclass(frozen=True, slots=True)
class SuggestionNext(OfficeTap):
    """The next one that waits."""

    suggestion: int


@dataclass(frozen=True, slots=True)
class SuggestionConfirm(OfficeTap):
    """It is right."""

    suggestion: int


@dataclass(frozen=True, slots=True)
class SuggestionLevels(OfficeTap):
    """Another level: which?"""

    suggestion: int


@dataclass(frozen=True, slots=True)
class SuggestionSet(OfficeTap):
    """That level (its place among the levels) holds."""

    suggestion: int
    level: int


@dataclass(frozen=True, slots=True)
class SuggestionReject(OfficeTap):
    """The juror's own answer stays."""

    suggestion: int


@dataclass(frozen=True, slots=True)
class SuggestionUndo(OfficeTap):
    """Nothing is decided after all."""

    suggestion: int


@dataclass(frozen=True, slots=True)
class SuggestionSent(OfficeTap):
    """What left this machine."""

    suggestion: int


@dataclass(frozen=True, slots=True)
class RaterCard(OrganizerTap):
    """How the rater is set."""


@dataclass(frozen=True, slots=True)
class RaterSwitch(OrganizerTap):
    """Switch one of ``RATER_SWITCHES`` (its place) on or off."""

    which: int
    on: int


@dataclass(frozen=True, slots=True)
class RaterBudget(OrganizerTap):
    """Another budget, typed next."""


@dataclass(frozen=True, slots=True)
class RaterCriteria(OrganizerTap):
    """Criteria with what calibration said of them and how people decided, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class RaterCriterion(OrganizerTap):
    """Switch a criterion (its place among those in order of names) on or off."""

    criterion: int
    on: int
    page: int


RATER_SWITCHES = ("is_on", "may_send", "tells_jurors")
"""Settings that are on or off; buttons carry the place."""

CODES: Mapping[str, type[OfficeTap]] = {
    "su.list": Suggestions,
    "su.of": ContactSuggestions,
    "su.one": SuggestionCard,
    "su.next": SuggestionNext,
    "su.ok": SuggestionConfirm,
    "su.lev": SuggestionLevels,
    "su.set": SuggestionSet,
    "su.no": SuggestionReject,
    "su.undo": SuggestionUndo,
    "su.out": SuggestionSent,
    "su.conf": RaterCard,
    "su.sw": RaterSwitch,
    "su.money": RaterBudget,
    "su.crit": RaterCriteria,
    "su.c": RaterCriterion,
}
