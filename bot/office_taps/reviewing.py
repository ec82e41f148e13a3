"""Buttons of the review of reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class ReviewQueue(OfficeTap):
    """Reports that wait for a review, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class ReviewPart(OfficeTap):
    """A page of a part of the queue; ``part`` is its place in ``storage.reviews.Which``."""

    part: int
    page: int


@dataclass(frozen=True, slots=True)
class ReviewTable(OfficeTap):
    """A part of the queue as a table."""

    part: int


@dataclass(frozen=True, slots=True)
class ReviewCard(OfficeTap):
    """One report to be reviewed."""

    contact: int


@dataclass(frozen=True, slots=True)
class ReviewBeside(OfficeTap):
    """The report that waits next (``forward`` 1) or before (0)."""

    contact: int
    forward: int


@dataclass(frozen=True, slots=True)
class ReviewApprove(OfficeTap):
    """The report is complete."""

    contact: int


@dataclass(frozen=True, slots=True)
class ReviewVoid(OfficeTap):
    """The contact is not to count: ask why."""

    contact: int


@dataclass(frozen=True, slots=True)
class ReviewVoidBecause(OfficeTap):
    """The contact does not count; ``reason`` is a place in the list of reasons, one past it asks for words."""

    contact: int
    reason: int


@dataclass(frozen=True, slots=True)
class ReviewReturn(OfficeTap):
    """Choose the questions that go back, a page of them."""

    contact: int
    page: int


@dataclass(frozen=True, slots=True)
class ReviewStep(OfficeTap):
    """Put a question among those that go back, or take it out; ``line`` counts in the report of ``revision``."""

    contact: int
    revision: int
    line: int
    page: int


@dataclass(frozen=True, slots=True)
class ReviewComment(OfficeTap):
    """The questions are chosen: ask what to say to the juror."""

    contact: int


@dataclass(frozen=True, slots=True)
class ReviewReady(OfficeTap):
    """Say one of the ready comments."""

    contact: int
    comment: int


@dataclass(frozen=True, slots=True)
class ReviewSendBack(OfficeTap):
    """Send the chosen questions back, to be answered within so many hours."""

    contact: int
    hours: int


@dataclass(frozen=True, slots=True)
class ReviewTake(OfficeTap):
    """Take the review on (``on`` 1) or let it go (0)."""

    contact: int
    on: int


@dataclass(frozen=True, slots=True)
class ReviewUndo(OfficeTap):
    """Undo what was decided."""

    contact: int


@dataclass(frozen=True, slots=True)
class ReviewWho(OfficeTap):
    """Who the juror is."""

    contact: int


CODES: Mapping[str, type[OfficeTap]] = {
    "re.queue": ReviewQueue,
    "re.part": ReviewPart,
    "re.table": ReviewTable,
    "re.card": ReviewCard,
    "re.beside": ReviewBeside,
    "re.good": ReviewApprove,
    "re.void": ReviewVoid,
    "re.why": ReviewVoidBecause,
    "re.back": ReviewReturn,
    "re.step": ReviewStep,
    "re.word": ReviewComment,
    "re.ready": ReviewReady,
    "re.send": ReviewSendBack,
    "re.take": ReviewTake,
    "re.undo": ReviewUndo,
    "re.who": ReviewWho,
}
