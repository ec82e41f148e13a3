"""What the server remembers: chats, messages as a person sees them, files, taps, command menus."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count

Json = dict[str, object]


class Clock:
    """The server's time: the real one, moved by hand."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._ahead += seconds


@dataclass(frozen=True, slots=True)
class Key:
    """A button as the person sees it."""

    label: str
    data: str | None = None
    url: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A file on the server."""

    file_id: str
    data: bytes
    name: str
    media_type: str
    size: int
    path: str


@dataclass(slots=True)
class Shown:
    """A message in a chat."""

    id: int
    chat: int
    from_bot: bool
    date: float
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: str | None = None
    """photo, document, …; None for a text."""
    file: Stored | None = None
    album: str | None = None
    keys: list[list[Key]] = field(default_factory=list)
    markup: Json | None = None
    silent: bool = False
    protected: bool = False
    deleted: bool = False
    edits: int = 0

    @property
    def labels(self) -> list[str]:
        """Labels of all buttons."""
        return [key.label for row in self.keys for key in row]

    def styled(self, look: str) -> list[str]:
        """The stretches of text that have a look ("bold", "italic")."""
        raw = self.text.encode("utf-16-le")
        found = []
        for entity in self.entities:
            start, length = entity["offset"], entity["length"]
            assert isinstance(start, int)
            assert isinstance(length, int)
            if entity["type"] == look:
                found.append(raw[2 * start : 2 * (start + length)].decode("utf-16-le"))
        return found


@dataclass(slots=True)
class Chat:
    """A private chat with one person."""

    id: int
    name: str
    language: str
    met: bool = False
    """Whether the person has ever written: before that the bot may not."""
    blocked: bool = False
    deactivated: bool = False
    messages: dict[int, Shown] = field(default_factory=dict)
    keyboard: list[list[Key]] = field(default_factory=list)
    """The reply keyboard under the chat."""

    def user(self) -> Json:
        """The person as the Bot API tells of them."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def json(self) -> Json:
        """The chat as the Bot API tells of it."""
        return {"id": self.id, "type": "private", "first_name": self.name}

    def visible(self) -> list[Shown]:
        """The messages that stand in the chat, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]


@dataclass(slots=True)
class Tap:
    """A callback query."""

    id: str
    chat: int
    at: float
    answered: bool = False
    notice: str = ""


class State:
    """Everything."""

    def __init__(self, clock: Clock, bot_id: int) -> None:
        self.clock = clock
        self.bot: Json = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "Test",
            "username": "test_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Stored] = {}
        self.paths: dict[str, Stored] = {}
        self.taps: dict[str, Tap] = {}
        self.menus: dict[tuple[str, int | None, str], list[Json]] = {}
        self.calls: list[tuple[str, Json]] = []
        """Every call that was let in: method and parameters."""
        self._message_ids = count(1)
        self._file_ids = count(1)
        self._tap_ids = count(1)
        self._albums = count(1)

    def next_message_id(self) -> int:
        """Ids of messages grow over all chats, as in a bot's own account."""
        return next(self._message_ids)

    def next_tap(self, chat: int) -> Tap:
        """A new callback query."""
        tap = Tap(id=f"tap{next(self._tap_ids)}", chat=chat, at=self.clock())
        self.taps[tap.id] = tap
        return tap

    def next_album(self) -> str:
        """A new media_group_id."""
        return str(next(self._albums) + 13_000_000_000_000_000)

    def keep(self, data: bytes, *, folder: str, name: str, media_type: str, size: int | None = None) -> Stored:
        """Put a file on the server; ``size`` pretends another one."""
        number = next(self._file_ids)
        ending = name.rsplit(".", 1)[-1] if "." in name else "bin"
        stored = Stored(
            file_id=f"file-{number}-{folder}",
            data=data,
            name=name,
            media_type=media_type,
            size=len(data) if size is None else size,
            path=f"{folder}/file_{number}.{ending}",
        )
        self.files[stored.file_id] = stored
        self.paths[stored.path] = stored
        return stored
