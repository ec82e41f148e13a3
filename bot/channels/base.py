"""The one port of the house: what every messaging channel takes in and gives out. No channel is imported here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Address:
    """A person's address in one channel: ``channel`` is the channel's name, ``chat`` its own id for the chat."""

    channel: str
    chat: str


# In -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A text message."""

    text: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command such as ``/zadania``: ``name`` without slash and ``@bot``, lower case; ``argument`` is the rest."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button of one of our messages. ``tap_id`` is what is to be acknowledged, ``message`` what it hung on."""

    data: str
    tap_id: str | None
    message: str | None


class FileKind(StrEnum):
    """How the channel named the file."""

    PHOTO = "photo"
    """A picture the channel has recompressed (its metadata is gone)."""
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file the channel holds for us. ``ref`` is the channel's own key for fetching it; ``size`` in bytes if told."""

    kind: FileKind
    ref: str
    name: str | None = None
    media_type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file with its caption; ``album`` is the same for files sent as one group."""

    file: FileRef
    caption: str = ""
    album: str | None = None


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """A position in degrees, accuracy in metres if told."""

    latitude: float
    longitude: float
    accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person blocked the bot or left."""


@dataclass(frozen=True, slots=True)
class Unblocked:
    """The person came back."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something the bot has no use for (a sticker, a poll, …); ``kind`` names it."""

    kind: str


Content = Said | Commanded | Tapped | SentFile | SharedPlace | Blocked | Unblocked | Unsupported


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of a channel. (channel, ``update_id``) is unique for ever: the same update twice counts once."""

    update_id: str
    address: Address
    content: Content
    sent_at: datetime | None = None
    """When the person sent it, by the channel's clock; aware."""
    language: str | None = None
    """The sender's interface language as the channel told it ("pl", "en-GB")."""
    message: str | None = None
    """The channel's id of the person's own message, for cleaning the chat."""


# Out ----------------------------------------------------------------------------------------------------------------


class ButtonStyle(StrEnum):
    """How a button should look where the channel can."""

    NORMAL = "normal"
    PRIMARY = "primary"
    QUIET = "quiet"
    DANGER = "danger"


MAX_TAP_BYTES = 64
"""Telegram's limit for callback data, kept by every channel."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. ``tap`` comes back in ``Tapped.data`` (at most 64 bytes), ``url`` opens a page."""

    label: str
    tap: str = ""
    style: ButtonStyle = ButtonStyle.NORMAL
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file to show: ``sha256`` names its bytes in the evidence store."""

    sha256: str
    media_type: str
    name: str
    shape: tuple[int, int] | None = None
    """Width and height in pixels of a picture to be shown as a whole, such as a chart; photos are shown as a detail."""


class InputHint(StrEnum):
    """What the next answer will be, so that a channel can offer the right keyboard or picker."""

    NONE = "none"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    PHOTO = "photo"
    FILE = "file"
    VOICE = "voice"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one person: plain texts, no markup; head, body and note together hold at most ``MAX_BODY``."""

    body: str
    """Empty (and no attachments): no new message, only the tap is acknowledged and the earlier message tidied."""
    head: str = ""
    """A short line above: where we are ("Płońsk · 7/26")."""
    note: str = ""
    """Small print below: a hint, an example."""
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    expects: InputHint = InputHint.NONE
    contact_id: int | None = None
    turn: int | None = None
    """The contact and the turn the message asks about; kept with the sent message."""
    progress: tuple[int, int] | None = None
    """(done, total), for channels that can draw it."""
    acknowledges: str | None = None
    """``Tapped.tap_id`` that this message answers: the channel stops its spinner."""
    tidies: Tidy | None = None
    silent: bool = False
    """No sound: reminders at work, edits."""
    harmless: bool = False
    """May be shown while the chat is hidden."""
    board: str | None = None
    """Names a message that is kept up to date: the last one of that name in this chat is rewritten in its place
    (text and buttons; never one with attachments), and where there is none, or it cannot be rewritten, this is sent."""
    anew: bool = False
    """A board is put up below what was said since, and is the one kept up to date from now on."""
    rewrites: str | None = None
    """The channel's id of the board's message; filled in by the worker."""
    may_be_saved: bool = False
    """The person may save and forward it: tables and documents made for the office, never anything of a contact."""


@dataclass(frozen=True, slots=True)
class Tidy:
    """An earlier message of ours to be rewritten in place (best effort): a question with its answer, or new buttons."""

    contact_id: int
    turn: int
    body: str
    head: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    message: str | None = None
    """The channel's id of the message: known from the tap, or filled in by the worker from what it recorded."""
    note: str = ""


MAX_BODY = 3800
"""Characters of head, body and note together: Telegram's 4096, less room for line breaks. Views split the rest."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """It arrived; ``message`` is the channel's id of it (None: only a tap was acknowledged)."""

    message: str | None = None


@dataclass(frozen=True, slots=True)
class TryLater:
    """The channel asks to wait ``seconds`` (429 with retry_after), or is out of reach for now."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The person blocked the bot, or the chat is no more: do not try again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel will never take this message; ``reason`` is for the log and the coordinator."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """The connection broke after the request was sent: it may have arrived."""

    reason: str


Outcome = Delivered | TryLater | Gone | Refused | Unclear


class FileUnavailable(Exception):
    """The channel cannot give the file. ``forever`` tells whether trying again is of use."""

    def __init__(self, reason: str, *, forever: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.forever = forever


@dataclass(frozen=True, slots=True)
class Command:
    """A command offered in the channel's menu: name without slash, description in one language."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do."""

    can_edit: bool
    can_delete: bool
    max_download: int
    """Bytes of the largest file that can be fetched."""
    max_upload: int
    deletion_window_hours: int | None = None
    extras: frozenset[str] = field(default_factory=frozenset)


class Channel(Protocol):
    """A messaging channel. Nothing here raises for what a network or a person may do: the outcome is a value."""

    @property
    def name(self) -> str:
        """The channel's name as it stands in an Address."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    async def deliver(self, outgoing: Outgoing, to: Address, *, job_id: int) -> Outcome:
        """Acknowledge the tap, tidy the old message, send the new one. Another try has the same ``job_id``."""

    def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The file's bytes. Raises FileUnavailable."""

    async def clean(self, to: Address, messages: Sequence[str]) -> Outcome:
        """Delete messages (ours and theirs) from the chat as far as the channel allows."""

    async def offer_commands(self, to: Address, commands: Sequence[Command], *, language: str) -> Outcome:
        """Publish the commands this person can use."""

    async def close(self) -> None:
        """Let connections go."""
