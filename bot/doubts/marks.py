"""What a mark of doubt says: its kind, the answer it is about, and the numbers its sentence needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scenarios.contact import Path


class DoubtKind(StrEnum):
    """What makes somebody look twice. ``details`` of the mark fill the sentence."""

    TOO_FAST = "too_fast"
    """Details: ``answers``, ``seconds``."""
    ANSWERED_LATE = "answered_late"
    """Long after the contact itself. Details: ``hours``."""
    TIMES_REVERSED = "times_reversed"
    """A moment lies before the one that must come first. Details: ``other``, that one's path."""
    TIME_DIFFERS = "time_differs"
    """A stated number is far from the measured one. Details: ``said``, ``measured``."""
    CLOSED_DAY = "closed_day"
    """On a weekend or a public holiday. Details: ``day``."""
    OUTSIDE_HOURS = "outside_hours"
    """Outside the opening hours that are known. Details: ``time``, ``hours``."""
    OUTSIDE_WINDOW = "outside_window"
    """Before or after the task's own time. Details: ``day``."""
    SAME_PHOTO = "same_photo"
    """The very same file is in another contact. Details: ``contact``."""
    SIMILAR_PHOTO = "similar_photo"
    """A picture that looks alike is in another contact. Details: ``contact``."""
    PHOTO_ELSEWHERE = "photo_elsewhere"
    """Details: ``km``."""
    PHOTO_OTHER_DAY = "photo_other_day"
    """Details: ``day``."""
    COPIED_TEXT = "copied_text"
    """Details: ``contact``, ``percent``."""
    PERSON_NAMED = "person_named"
    """Details: ``what``: name, phone, email or pesel."""
    RATING_WITHOUT_REASON = "rating_without_reason"
    """Details: ``level``."""
    MUCH_NOT_CHECKED = "much_not_checked"
    """Too much of it was not checked for it to be scored; found when it is. Details: ``percent``."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of doubt. ``path`` None: about the whole contact. Details are JSON values without personal data."""

    kind: DoubtKind
    path: Path | None = None
    details: Mapping[str, str | int] = field(default_factory=dict)
