"""What this process has done so far, as plain numbers: added to on the way, shown when somebody asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from storage.distribution import Distribution


class Taken(StrEnum):
    """What became of an update."""

    TAKEN = "taken"
    DOUBLED = "doubled"
    """It had been taken in before."""
    STRANGER = "stranger"
    """Of somebody whom nobody invited; answered, or not any more."""
    IGNORED = "ignored"
    """Of strangers who send too much; no trace is left."""
    PARKED = "parked"
    """It failed, and was put aside with its traceback."""
    UNREADABLE = "unreadable"
    """Put aside, since no codec knows its form."""
    NOT_STORED = "not_stored"
    """The database was away: it was not acknowledged and comes again."""


@dataclass(slots=True)
class Counts:
    """Everything that is counted. No key names a person, a chat or a text."""

    updates: Counter[tuple[str, Taken]] = field(default_factory=Counter)
    """By channel and outcome."""
    sends: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By channel and outcome: delivered, later, gone, refused, unclear."""
    jobs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind and how a try ended: done, later, never."""
    files: Counter[str] = field(default_factory=Counter)
    """Of evidence: verified, refused."""
    committing: Distribution = field(default_factory=Distribution)
    """Seconds from an update's arrival in this process until it was on disk."""
    waiting: Distribution = field(default_factory=Distribution)
    """Seconds from when a message was due until it was taken to be sent."""
    calling: Distribution = field(default_factory=Distribution)
    """Seconds a channel took to answer, our own pace included."""
