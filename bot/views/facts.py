"""What views are told beyond a contact: files on their way, tasks, a person's own data. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scenarios.contact import Path
from scenarios.model import Mode
from storage.people import Role


@dataclass(frozen=True, slots=True)
class TrayItem:
    """A thing put aside: its evidence id, its kind (image, file, audio, note) and when it came."""

    evidence: int
    kind: str
    at: datetime
    note: str = ""
    """The words that came with it."""


@dataclass(frozen=True, slots=True)
class EvidenceSummary:
    """How the files of a contact stand: read back and safe, still on their way, refused; and the tray."""

    stored: int = 0
    on_its_way: int = 0
    refused: int = 0
    tray: tuple[TrayItem, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """One file or note of a contact as the coordinator sees it. ``copy_sha256`` names the copy without metadata."""

    path: Path | None
    """The question it answers; None: put aside."""
    kind: str
    sent_at: datetime
    verified: bool
    problem: str | None = None
    """Why it was not kept, as in an evidence row."""
    copy_sha256: str | None = None
    media_type: str | None = None
    captured_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    note: str | None = None
    is_erased: bool = False
    """It was erased when its time was over: that there was one is all that is known."""
    erased_at: datetime | None = None


class TaskState(StrEnum):
    """A task as the person who does it sees it."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    RESTING = "resting"
    WAITING = "waiting"
    """Waits for a reply from outside."""
    SENT = "sent"
    CLOSED = "closed"
    """Declined, expired, returned, void or done: nothing more to do."""


@dataclass(frozen=True, slots=True)
class TaskFact:
    """One assignment for the list of tasks. ``place`` is the short name ("Płońsk"), ``name`` the full one."""

    assignment: int
    place: str
    name: str
    mode: Mode
    state: TaskState
    opens_at: datetime | None = None
    due_at: datetime | None = None
    address: str = ""
    hours: str = ""
    phone: str = ""
    email: str = ""
    site: str = ""
    contact: int | None = None
    answer_by: datetime | None = None
    """Until when an offer waits for an answer."""
    proposed_due: datetime | None = None
    """Another date the person proposed, not decided on yet."""


@dataclass(frozen=True, slots=True)
class MyDataFact:
    """What is kept about a person. ``channels`` maps a channel's name to how many addresses there are in it."""

    name: str
    language: str
    consented_at: datetime | None
    channels: Mapping[str, int]
    contacts: int
    answers: int
    evidence: int
    messages: int
    role: Role = Role.JUROR
