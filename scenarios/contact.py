"""The state of one mystery contact, what can be done to it and what comes of that: values that ``engine`` changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from scenarios.model import ExitRoute, Outcome, Section, Stage, Step

Path = str
"""Where an answer belongs: a step's name, or ``section[2].step`` within the third round of a repeat."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position in degrees (WGS 84); accuracy in metres where the device told it."""

    latitude: float
    longitude: float
    accuracy: float | None = None


Value = bool | int | Decimal | str | date | time | datetime | Place | tuple[str, ...] | tuple[int, ...]
"""What a given answer holds, per step type: acknowledge, yes_no ``bool`` · select_one ``str`` · select_multiple
``tuple[str, ...]`` · range, integer, count ``int`` · decimal ``Decimal`` · text ``str`` · date, time, datetime (aware)
· image, file, audio ``tuple[int, ...]`` (ids of evidence) · geopoint ``Place`` · timer ``int`` seconds · stamp
``datetime`` · wait ``"came"`` or ``"no_reply"`` · calculate any."""


class AnswerState(StrEnum):
    """What kind of answer it is; the three are never mixed up."""

    GIVEN = "given"
    NOT_CHECKED = "not_checked"
    NOT_APPLICABLE = "not_applicable"
    SKIPPED = "skipped"
    """A step that is not required, passed over."""
    WITHDRAWN = "withdrawn"
    """Taken back (an exit route undone): the question is open again, the revisions before stay."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One revision of the answer to one question."""

    path: Path
    state: AnswerState
    value: Value | None
    at: datetime
    revision: int
    reason: str | None = None
    """Why it was not checked: a code of ``NOT_CHECKED_REASONS`` or the person's own words."""


ERASED = "[usunięto / erased]"
"""What stands for a text or a place that was erased when the time to keep it was over; clear to whoever sees it."""

NOT_CHECKED_REASONS = ("forgot", "no_chance", "not_visible", "unsafe")
"""Reasons offered as buttons; any other text is the person's own."""


class RejectionCode(StrEnum):
    """Why a reply cannot be taken as an answer. ``details`` of the Rejection fill the sentence."""

    EXPECTED_BUTTON = "expected_button"
    EXPECTED_TEXT = "expected_text"
    EXPECTED_FILE = "expected_file"
    EXPECTED_PLACE = "expected_place"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TEXT_TOO_LONG = "text_too_long"
    EMPTY = "empty"
    NOT_A_DATE = "not_a_date"
    NO_SUCH_DAY = "no_such_day"
    AMBIGUOUS_DATE = "ambiguous_date"
    NOT_A_TIME = "not_a_time"
    NO_SUCH_TIME = "no_such_time"
    NOT_A_DURATION = "not_a_duration"
    UNKNOWN_CHOICE = "unknown_choice"
    CONSTRAINT = "constraint"
    TOO_MANY_FILES = "too_many_files"
    WRONG_FILE = "wrong_file"
    NEED_AS_FILE = "need_as_file"
    NOTHING_CHOSEN = "nothing_chosen"
    CANNOT_SKIP = "cannot_skip"
    TIMER_NOT_STARTED = "timer_not_started"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_NOW = "not_now"
    LOCKED = "locked"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A reply that cannot be taken: a value, not an exception. ``details`` holds e.g. ``{"minimum": "0"}``."""

    code: RejectionCode
    details: Mapping[str, str] = field(default_factory=dict)


# What a person (or time) can do ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """Something typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A button that is an answer: "yes", "no", a choice's name, a level or a number as text."""

    name: str


@dataclass(frozen=True, slots=True)
class Toggle:
    """A button of a select_multiple, on or off."""

    name: str


@dataclass(frozen=True, slots=True)
class Done:
    """The button "gotowe" under a select_multiple or under files."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The button "nie dotyczy"."""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """The button "nie sprawdzono": the reason is asked next."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The button "pomiń", where the step is not required."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files that arrived; ``kind`` is image, file, audio or note, ``album`` the messenger's group, if any."""

    evidence: tuple[int, ...]
    kind: str
    as_file: bool = False
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A position that was shared."""

    place: Place


@dataclass(frozen=True, slots=True)
class Start:
    """The timer's start."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The timer's stop."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The silent tap of a ``stamp`` or of an ``acknowledge``, or "przyszła odpowiedź" of a ``wait``."""


@dataclass(frozen=True, slots=True)
class TakeDefault:
    """The button with the suggested answer."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nobody did anything, but a deadline may have passed."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The button "cofnij": ask the last answered question again."""


@dataclass(frozen=True, slots=True)
class Change:
    """The button "zmień": ask an earlier question again, keeping its answer until there is a new one."""

    path: Path


@dataclass(frozen=True, slots=True)
class Keep:
    """Leave the answer being changed as it was."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Yes to what was proposed: a change with consequences, an exit."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """No to what was proposed."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Take an exit route (asked to confirm first)."""

    exit: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Put the contact aside."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Take it up again: the current question is shown."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Send the report."""


@dataclass(frozen=True, slots=True)
class TakeFromTray:
    """Attach a thing from the tray to the current question; ``kind`` as in Files, ``text`` the words of a note."""

    evidence: int
    kind: str = "image"
    text: str = ""


Reply = (
    Words
    | Pick
    | Toggle
    | Done
    | NotApplicable
    | NotChecked
    | Skip
    | Files
    | Position
    | Start
    | Stop
    | Mark
    | TakeDefault
    | TimePassed
    | Undo
    | Change
    | Keep
    | Confirm
    | Cancel
    | Leave
    | Pause
    | Resume
    | Submit
    | TakeFromTray
)


# The contact --------------------------------------------------------------------------------------------------------


class Phase(StrEnum):
    """Where the contact is in its life."""

    OPEN = "open"
    SUBMITTED = "submitted"
    LOCKED = "locked"
    VOID = "void"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class ReasonPending:
    """The button "nie sprawdzono" was tapped at ``path``; the reason is awaited."""

    path: Path


@dataclass(frozen=True, slots=True)
class ChangePending:
    """A new answer that would switch later ones off; nothing is changed until it is confirmed."""

    answer: Answer
    deactivates: tuple[Path, ...]
    reactivates: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ExitPending:
    """An exit route awaiting its confirmation; ``answer`` is the one that leads to it, kept only if confirmed."""

    exit: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class DraftPending:
    """A select_multiple or a set of files being put together at ``path``."""

    path: Path
    chosen: tuple[str, ...] = ()
    files: tuple[int, ...] = ()


Pending = ReasonPending | ChangePending | ExitPending | DraftPending


@dataclass(frozen=True, slots=True)
class Album:
    """The last album a question took, so that its later pictures find the same question."""

    group: str
    path: Path


@dataclass(frozen=True, slots=True)
class Contact:
    """One mystery contact, walked along one scenario version.

    ``answers`` keeps the last revision of every path, active or not.
    """

    id: int
    scenario_version: str
    case: str
    facts: Mapping[str, str]
    begun_at: datetime
    phase: Phase = Phase.OPEN
    turn: int = 0
    answers: Mapping[Path, Answer] = field(default_factory=dict)
    order: tuple[Path, ...] = ()
    """Paths in the order they were last answered; "cofnij" walks it backwards."""
    revisiting: Path | None = None
    """The path being asked again by "zmień" or "cofnij"; otherwise the current question follows from the answers."""
    pending: Pending | None = None
    timers: Mapping[Path, datetime] = field(default_factory=dict)
    waits: Mapping[Path, datetime] = field(default_factory=dict)
    """Deadline of each wait that has begun."""
    exit: str | None = None
    paused: bool = False
    tray: tuple[int, ...] = ()
    album: Album | None = None
    submitted_at: datetime | None = None
    submitted_revision: int | None = None
    """The revision the last sent report covered; a later ``revision`` means corrections not sent yet."""
    revision: int = 0
    """Number of the last answer revision; each answer of the contact gets the next one."""
    returned: tuple[Path, ...] = ()
    """What is asked once more of a report that was sent, in the order of the script; empty once it is sent again."""
    left: tuple[Path, ...] = ()
    """Those of ``returned`` that were neither answered anew nor kept yet."""
    fixed: Mapping[Path, Value] = field(default_factory=dict)
    """What calculations came to, kept since texts they may be made of were erased."""


# What a turn says ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the stage is: ``done`` of ``total`` questions; the total may change with the answers."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class AskStep:
    """Ask ``step``; everything a view needs is here."""

    path: Path
    step: Step
    section: Section
    round: int | None
    progress: Progress
    notes: tuple[Step, ...] = ()
    """Notes that stand right before the question."""
    current: Answer | None = None
    suggestion: Value | None = None
    chosen: tuple[str, ...] = ()
    files: tuple[int, ...] = ()
    timer_started: datetime | None = None
    revisiting: bool = False
    another: bool = False
    """Whether this is the question between two rounds of a repeat."""
    returned: bool = False
    """Whether it is asked once more because somebody who read the report wants it; ``progress`` counts those."""


@dataclass(frozen=True, slots=True)
class AskReason:
    """Ask why ``step`` was not checked."""

    path: Path
    step: Step


@dataclass(frozen=True, slots=True)
class AskChange:
    """Show what a changed answer would switch off, and ask."""

    step: Step
    change: ChangePending


@dataclass(frozen=True, slots=True)
class AskExit:
    """Ask whether to take an exit route."""

    route: ExitRoute


@dataclass(frozen=True, slots=True)
class Sleeping:
    """The contact waits for a reply from outside until ``deadline``."""

    path: Path
    step: Step
    deadline: datetime
    progress: Progress


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of the report: what became of one asked step."""

    path: Path
    step: Step
    answer: Answer
    critical: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The whole contact, to be read before it is sent."""

    lines: tuple[ReportLine, ...]
    not_checked: tuple[Path, ...]
    """Active items answered with "nie sprawdzono"."""
    without_evidence: tuple[Path, ...]
    """Evidence steps passed over or not checked."""
    critical: tuple[Path, ...]
    tray: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more is asked."""

    phase: Phase
    exit: str | None


@dataclass(frozen=True, slots=True)
class Resting:
    """Paused; the next question waits."""

    progress: Progress


Prompt = AskStep | AskReason | AskChange | AskExit | Sleeping | Report | Closed | Resting


@dataclass(frozen=True, slots=True)
class Began:
    """The contact began."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer revision was taken; ``previous`` is the one it replaces."""

    answer: Answer
    previous: Answer | None


@dataclass(frozen=True, slots=True)
class Deactivated:
    """Answers that no longer apply; kept, and back when the change is undone."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Reactivated:
    """Answers that apply again."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class StageEntered:
    """The first question of another stage is up."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class TimerStarted:
    """A timer runs since ``at``."""

    path: Path
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitBegan:
    """A wait began; reminders and the deadline are moments."""

    path: Path
    reminders: tuple[datetime, ...]
    deadline: datetime


@dataclass(frozen=True, slots=True)
class WaitEnded:
    """A wait ended: ``came`` or by its deadline."""

    path: Path
    came: bool


@dataclass(frozen=True, slots=True)
class PutOnTray:
    """Files were put aside for later."""

    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """Files now belong to a question."""

    path: Path
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExitTaken:
    """An exit route was taken."""

    exit: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ExitUndone:
    """An exit route was taken back."""

    exit: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """The report was sent; ``digest`` is the SHA-256 (hex) of its canonical JSON."""

    digest: str
    at: datetime
    again: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """Some questions of a report that was sent are asked once more."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Locked:
    """The correction window closed."""


Event = (
    Began
    | Answered
    | Deactivated
    | Reactivated
    | StageEntered
    | TimerStarted
    | WaitBegan
    | WaitEnded
    | PutOnTray
    | Attached
    | ExitTaken
    | ExitUndone
    | Submitted
    | Returned
    | Locked
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One advance: the contact as it is now, what happened, and what to show next."""

    contact: Contact
    events: tuple[Event, ...]
    prompt: Prompt
    rejection: Rejection | None = None
