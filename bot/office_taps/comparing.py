"""Buttons of two jurors' disagreements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Disagreements(OfficeTap):
    """Items on which two jurors disagree, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class DisagreementPart(OfficeTap):
    """A page of a part of the list; ``part`` is its place in ``storage.disagreements.Which``."""

    part: int
    page: int


@dataclass(frozen=True, slots=True)
class DisagreementTable(OfficeTap):
    """A part of the list as a table."""

    part: int


@dataclass(frozen=True, slots=True)
class DisagreementCard(OfficeTap):
    """One item of two contacts."""

    disagreement: int


@dataclass(frozen=True, slots=True)
class DisagreementPick(OfficeTap):
    """Which answer holds: ask why. ``side`` is a place in ``SIDES``."""

    disagreement: int
    side: int


@dataclass(frozen=True, slots=True)
class DisagreementBecause(OfficeTap):
    """That answer holds; ``reason`` is a place in the list of reasons, one past it asks for words."""

    disagreement: int
    side: int
    reason: int


@dataclass(frozen=True, slots=True)
class DisagreementReopen(OfficeTap):
    """Undo what was decided."""

    disagreement: int


@dataclass(frozen=True, slots=True)
class Agreement(OfficeTap):
    """How far jurors agree on each item, a page of it."""

    page: int


@dataclass(frozen=True, slots=True)
class AgreementTable(OfficeTap):
    """The same as a table."""


SIDES = ("first", "second", "both", "third")
"""What can be decided: the answer of one of the jurors, or that both stand. Buttons carry the place."""

CODES: Mapping[str, type[OfficeTap]] = {
    "cm.list": Disagreements,
    "cm.part": DisagreementPart,
    "cm.table": DisagreementTable,
    "cm.card": DisagreementCard,
    "cm.pick": DisagreementPick,
    "cm.why": DisagreementBecause,
    "cm.open": DisagreementReopen,
    "cm.items": Agreement,
    "cm.sheet": AgreementTable,
}
