"""Buttons that open a score down to the answers that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Why(OfficeTap):
    """Why a participant has a score: the node at that place of the tree (0: the whole), a page of what is below.

    ``check`` is the number of the tree the button was drawn for (``scoring.why.Tree.check``); 0: whatever tree it is,
    which only the whole can be asked for with.
    """

    participant: int
    node: int
    page: int
    check: int = 0


@dataclass(frozen=True, slots=True)
class WhyFile(OfficeTap):
    """One file behind a criterion: which of its answers, which file of that answer; both count from 0."""

    participant: int
    node: int
    read: int
    file: int
    check: int


@dataclass(frozen=True, slots=True)
class WhyTable(OfficeTap):
    """The same as a table."""

    participant: int


@dataclass(frozen=True, slots=True)
class WhySummary(OfficeTap):
    """The score on a page."""

    participant: int


@dataclass(frozen=True, slots=True)
class OpenScore(OfficeTap):
    """Everything a participant needs to compute its own score again."""

    participant: int


CODES: Mapping[str, type[OfficeTap]] = {
    "wy.node": Why,
    "wy.file": WhyFile,
    "wy.table": WhyTable,
    "wy.page": WhySummary,
    "wy.open": OpenScore,
}
