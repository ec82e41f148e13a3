"""What the search for doubts is told of a report: its answers, its files, and what other reports have like them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scenarios.contact import AnswerState, Contact, Path
from scenarios.model import Mode, Scenario, Stage, StepType
from scenarios.route import Route, Slot


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that is part of an answer. Degrees and moment as its own metadata told; None: not told."""

    path: Path
    sha256: str | None = None
    look: int | None = None
    captured_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class PhotoElsewhere:
    """A picture of another contact."""

    contact_id: int
    sha256: str | None
    look: int | None


@dataclass(frozen=True, slots=True)
class TextElsewhere:
    """A text of another contact that may be like the one at ``path``."""

    path: Path
    contact_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One report and what it is held against. ``hours`` are the participant's opening hours as they were written."""

    contact: Contact
    scenario: Scenario
    way: Route
    mode: Mode
    zone: ZoneInfo
    opens_at: datetime
    due_at: datetime
    hours: str = ""
    latitude: float | None = None
    longitude: float | None = None
    photos: tuple[Photo, ...] = ()
    photos_elsewhere: tuple[PhotoElsewhere, ...] = ()
    texts_elsewhere: tuple[TextElsewhere, ...] = ()
    names: tuple[str, ...] = ()
    """People of the edition by first name and surname."""
    public: tuple[str, ...] = ()
    """The participant's own telephone, address of e-mail and so on: nothing personal."""

    def given(self, *kinds: StepType, stage: Stage | None = None) -> Iterator[Slot]:
        """Answers that were given (of some types, in a stage), in the order of the script."""
        for slot in self.way.slots:
            answer = slot.answer
            if answer is None or answer.state is not AnswerState.GIVEN or not slot.certain:
                continue
            if (not kinds or slot.step.type in kinds) and (stage is None or slot.section.stage is stage):
                yield slot

    def moments(self) -> tuple[tuple[Slot, datetime], ...]:
        """Moments that were stamped or stated on the spot, in the order of the script."""
        stamped = self.given(StepType.STAMP, StepType.DATETIME, stage=Stage.DURING)
        return tuple(
            (slot, slot.answer.value)
            for slot in stamped
            if slot.answer is not None and isinstance(slot.answer.value, datetime)
        )
