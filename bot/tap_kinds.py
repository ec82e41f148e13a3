"""What the buttons of the bot mean, as values; ``taps`` writes them as button data and reads them back."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.contact import (
    Cancel,
    Confirm,
    Done,
    Keep,
    Mark,
    NotApplicable,
    NotChecked,
    Pause,
    Resume,
    Skip,
    Start,
    Stop,
    Submit,
    TakeDefault,
    Undo,
)

DECLINE_REASONS = ("no_time", "too_far", "known_there", "unforeseen", "other", "conflict")
"""Why a task is declined; "other" is asked for in the person's own words.

Buttons carry the index, so new reasons stand at the end.
"""


VOTE_CHOICES = ("grant", "refuse", "abstain")
"""What can be voted, by ``scoring.voting.Choice``; buttons carry the place."""


TRAY_KINDS = ("image", "file", "audio", "note")
"""Kinds of things on the tray, as ``scenarios.contact.TakeFromTray`` names them."""


@dataclass(frozen=True, slots=True)
class Where:
    """A question: the ordinal of its step in the scenario, and the round (0-based) inside a repeat.

    ``step`` is -1 - (ordinal of the section) for the question between two rounds of that section.
    """

    step: int
    round: int | None = None


# Acts on a contact --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PickChoice:
    """The choice at ``index`` of the step's choices."""

    index: int


@dataclass(frozen=True, slots=True)
class PickNumber:
    """A level, a count or a whole number."""

    number: int


@dataclass(frozen=True, slots=True)
class PickYes:
    """Yes."""


@dataclass(frozen=True, slots=True)
class PickNo:
    """No."""


@dataclass(frozen=True, slots=True)
class ToggleChoice:
    """The choice at ``index`` on or off."""

    index: int


@dataclass(frozen=True, slots=True)
class PickReason:
    """Why it was not checked: index in ``NOT_CHECKED_REASONS``."""

    index: int


@dataclass(frozen=True, slots=True)
class ChangeHere:
    """Ask the question the tap hangs on again."""


@dataclass(frozen=True, slots=True)
class LeaveBy:
    """The exit route at ``index`` of the scenario's exits."""

    index: int


@dataclass(frozen=True, slots=True)
class AttachFromTray:
    """A thing from the tray for the question: its evidence id, and its kind as an index in ``TRAY_KINDS``."""

    evidence: int
    kind: int


@dataclass(frozen=True, slots=True)
class SayToday:
    """Types "today" for the person."""


@dataclass(frozen=True, slots=True)
class SayYesterday:
    """Types "yesterday" for the person."""


@dataclass(frozen=True, slots=True)
class SayNow:
    """Types "now" for the person."""


@dataclass(frozen=True, slots=True)
class ShowQuestion:
    """Back to the question asked now."""


@dataclass(frozen=True, slots=True)
class ShowHint:
    """The question again, with its hint."""


@dataclass(frozen=True, slots=True)
class ShowMenu:
    """What else can be done here."""


@dataclass(frozen=True, slots=True)
class ShowAnswers:
    """Answers that can be changed, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class ShowExits:
    """Ways out."""


@dataclass(frozen=True, slots=True)
class ShowReport:
    """The whole report, a page of it."""

    page: int


@dataclass(frozen=True, slots=True)
class ShowIntro:
    """The beginning of a text too long for one message."""

    page: int


Look = ShowQuestion | ShowHint | ShowMenu | ShowAnswers | ShowExits | ShowReport | ShowIntro
"""Acts that only show something and change nothing."""

Act = (
    PickChoice
    | PickNumber
    | PickYes
    | PickNo
    | ToggleChoice
    | PickReason
    | ChangeHere
    | LeaveBy
    | SayToday
    | SayYesterday
    | SayNow
    | Look
    | Done
    | NotApplicable
    | NotChecked
    | Skip
    | Start
    | Stop
    | Mark
    | TakeDefault
    | AttachFromTray
    | Undo
    | Keep
    | Confirm
    | Cancel
    | Pause
    | Resume
    | Submit
)
"""What a button under a contact's message does; the ones without arguments are the engine's own replies."""

LASTING_ACTS = (
    ChangeHere,
    LeaveBy,
    Pause,
    Resume,
    ShowQuestion,
    ShowHint,
    ShowMenu,
    ShowAnswers,
    ShowExits,
    ShowReport,
    ShowIntro,
)
"""Acts that mean the same whatever has happened since; every other one belongs to the turn it was shown in."""


@dataclass(frozen=True, slots=True)
class ContactTap:
    """A button under a message of a contact: which contact, at which turn, at which question, and what it does.

    ``where`` is None where the message asked no question (a report, a rest).
    """

    contact: int
    turn: int
    where: Where | None
    act: Act


# Menu ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tasks:
    """The list of tasks."""


@dataclass(frozen=True, slots=True)
class OneTask:
    """One task."""

    assignment: int


@dataclass(frozen=True, slots=True)
class Accept:
    """Take a task."""

    assignment: int


@dataclass(frozen=True, slots=True)
class Decline:
    """Decline a task: the reason is asked next."""

    assignment: int


@dataclass(frozen=True, slots=True)
class DeclineBecause:
    """Decline for a reason: index in ``DECLINE_REASONS``."""

    assignment: int
    reason: int


@dataclass(frozen=True, slots=True)
class AcceptAll:
    """Take every task on offer; ``newest`` is the latest assignment the person was shown, later ones stay open."""

    newest: int


@dataclass(frozen=True, slots=True)
class ProposeDate:
    """Another date for a task: which days there are."""

    assignment: int


@dataclass(frozen=True, slots=True)
class ProposeDay:
    """Another date for a task: that day (``date.toordinal``)."""

    assignment: int
    day: int


@dataclass(frozen=True, slots=True)
class ProposeInWords:
    """Another date for a task, typed next."""

    assignment: int


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin the contact of a task."""

    assignment: int


@dataclass(frozen=True, slots=True)
class ContinueContact:
    """Go on with a contact."""

    contact: int


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """Help."""


@dataclass(frozen=True, slots=True)
class Languages:
    """Which language."""


@dataclass(frozen=True, slots=True)
class SpeakPolish:
    """Polish."""


@dataclass(frozen=True, slots=True)
class SpeakEnglish:
    """English."""


@dataclass(frozen=True, slots=True)
class ExportMyData:
    """Everything that is kept of the person, as a file."""


@dataclass(frozen=True, slots=True)
class MyData:
    """What is kept about me."""


@dataclass(frozen=True, slots=True)
class ConsentYes:
    """Agreed."""


@dataclass(frozen=True, slots=True)
class ConsentNo:
    """Not agreed."""


@dataclass(frozen=True, slots=True)
class HideChat:
    """Clean the chat and show something harmless."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """The harmless button that brings the chat back."""


@dataclass(frozen=True, slots=True)
class OtherDevice:
    """A link for going on elsewhere."""


@dataclass(frozen=True, slots=True)
class OfficeTap:
    """A button of the office: coordinators and organizers. The kinds stand in ``bot.office_taps``."""


@dataclass(frozen=True, slots=True)
class OrganizerTap(OfficeTap):
    """A button only organizers have."""


@dataclass(frozen=True, slots=True)
class OfficeMenu(OfficeTap):
    """Everything the office can do."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the edition stands, in words."""


@dataclass(frozen=True, slots=True)
class SentList:
    """Submitted contacts, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class ReadContact:
    """A submitted contact, a page of it."""

    contact: int
    page: int


@dataclass(frozen=True, slots=True)
class ReadEvidence:
    """The evidence of a contact, a page of it."""

    contact: int
    page: int


# The jury board -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShowVotings:
    """Votes that are open for the person, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class ShowVoting:
    """One vote."""

    voting: int


@dataclass(frozen=True, slots=True)
class CastVote:
    """Vote: ``choice`` is a place in ``VOTE_CHOICES``."""

    voting: int
    choice: int


@dataclass(frozen=True, slots=True)
class AskConflict:
    """There is a conflict of interest: ask whether that is meant."""

    voting: int


@dataclass(frozen=True, slots=True)
class OwnConflict:
    """There is a conflict of interest: the person leaves this vote."""

    voting: int


# Suggestions about a juror's own report -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShowSuggested:
    """A suggestion about a report; 0: the first of them."""

    contact: int
    suggestion: int


@dataclass(frozen=True, slots=True)
class ShowSentText:
    """What was sent for a suggestion."""

    contact: int
    suggestion: int


@dataclass(frozen=True, slots=True)
class AskLevel:
    """Another level than the suggested one: which?"""

    suggestion: int


@dataclass(frozen=True, slots=True)
class PickLevel:
    """The level at that place holds; -1: the juror's own answer stays."""

    suggestion: int
    level: int


@dataclass(frozen=True, slots=True)
class SendTexts:
    """Whether the person's descriptions may be sent to a model: 1 or 0."""

    on: int


MenuTap = (
    Tasks
    | OneTask
    | Accept
    | Decline
    | DeclineBecause
    | AcceptAll
    | ProposeDate
    | ProposeDay
    | ProposeInWords
    | Begin
    | ContinueContact
    | ShowHelp
    | Languages
    | SpeakPolish
    | SpeakEnglish
    | MyData
    | ExportMyData
    | ConsentYes
    | ConsentNo
    | HideChat
    | Refresh
    | OtherDevice
    | Status
    | SentList
    | ReadContact
    | ReadEvidence
    | ShowVotings
    | ShowVoting
    | CastVote
    | AskConflict
    | OwnConflict
    | ShowSuggested
    | ShowSentText
    | AskLevel
    | PickLevel
    | SendTexts
    | OfficeTap
)

Tap = ContactTap | MenuTap
