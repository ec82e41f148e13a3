"""Telegram's updates, read: the Bot API's JSON to Incoming, for either library and either way updates come in.

What goes out is in ``telegram_calls``, what the server answers in ``telegram_answers``.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeGuard

from bot.channels.base import (
    Address,
    Blocked,
    Commanded,
    Content,
    FileKind,
    FileRef,
    Incoming,
    Said,
    SentFile,
    SharedPlace,
    Tapped,
    Unblocked,
    Unsupported,
)

CHANNEL = "telegram"

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What the bot asks for; Telegram drops every other kind the moment it is made."""

MAX_DOWNLOAD = 20 * 1024 * 1024
"""Bytes of the largest file a bot may fetch from Telegram's own servers."""

MAX_UPLOAD = 50 * 1024 * 1024
"""Bytes of the largest file a bot may send."""

_LARGEST_ID = 2**63 - 1
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.ASCII)
_UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")  # what no database and no UTF-8 takes

_USELESS_KINDS = (
    "sticker",
    "animation",
    "video_note",
    "poll",
    "contact",
    "dice",
    "game",
    "story",
    "checklist",
    "paid_media",
    "invoice",
    "successful_payment",
    "refunded_payment",
    "users_shared",
    "chat_shared",
    "pinned_message",
    "connected_website",
    "write_access_allowed",
    "web_app_data",
    "passport_data",
    "message_auto_delete_timer_changed",
    "giveaway",
    "gift",
)
"""Content the bot can name but has no use for; whatever is not listed is called "message"."""


@dataclass(frozen=True, slots=True)
class Undecodable:
    """An update that is not what the Bot API promises; ``update_id`` as far as it could be read."""

    update_id: str | None
    problem: str


class _Malformed(Exception):
    """A field has a type or a range it cannot have."""


def decode(update: object) -> Incoming | Undecodable | None:
    """What one update says. None: there is nobody to answer (a group, a channel, a kind the bot did not ask for).

    Never raises, whatever the JSON holds; no type is trusted.
    """
    number = update_number(update)
    if not isinstance(update, dict) or number is None:
        return Undecodable(None, "not an update: no update_id")
    try:
        return _decode(update, str(number))
    except _Malformed as problem:
        return Undecodable(str(number), str(problem))


def update_number(update: object) -> int | None:
    """The update's number, by which polling acknowledges it."""
    if not isinstance(update, dict):
        return None
    number = update.get("update_id")
    return number if _is_int(number) and 0 <= number <= _LARGEST_ID else None


def stand_in_id(raw: bytes) -> str:
    """An id for an update that has none: the same bytes get the same one."""
    return "?" + hashlib.sha256(raw).hexdigest()[:24]


def _decode(update: dict[str, object], update_id: str) -> Incoming | None:
    if "message" in update:
        return _message(_object(update["message"], "message"), update_id)
    if "edited_message" in update:
        return _edited(_object(update["edited_message"], "edited_message"), update_id)
    if "callback_query" in update:
        return _tap(_object(update["callback_query"], "callback_query"), update_id)
    if "my_chat_member" in update:
        return _membership(_object(update["my_chat_member"], "my_chat_member"), update_id)
    return None


def _message(message: dict[str, object], update_id: str) -> Incoming | None:
    chat = _private_chat(message)
    if chat is None:
        return None
    return Incoming(
        update_id=update_id,
        address=Address(CHANNEL, chat),
        content=_content(message),
        sent_at=_moment(message.get("date")),
        language=_language(message),
        message=_message_id(message),
    )


def _edited(message: dict[str, object], update_id: str) -> Incoming | None:
    """An edit changes nothing that was taken; the person is told so. A live location edits itself and is left alone."""
    chat = _private_chat(message)
    if chat is None or "location" in message:
        return None
    return Incoming(
        update_id=update_id,
        address=Address(CHANNEL, chat),
        content=Unsupported("edited_message"),
        sent_at=_moment(message.get("edit_date")),
        language=_language(message),
        message=_message_id(message),
    )


def _tap(query: dict[str, object], update_id: str) -> Incoming | None:
    """A tap; the message it hung on may be too old to be shown, or missing: the person is known all the same."""
    tap_id = _text(query.get("id"), "callback_query.id")
    message = query.get("message")
    if message is None:
        sender = _object(query.get("from"), "callback_query.from")
        chat: str | None = str(_id(sender.get("id"), "callback_query.from.id"))
        hung_on = None
    else:
        shown = _object(message, "callback_query.message")
        chat = _private_chat(shown)
        hung_on = _message_id(shown)
    if chat is None:
        return None
    data = query.get("data")
    content: Content = Unsupported("callback_query")
    if data is not None:
        content = Tapped(data=_text(data, "callback_query.data"), tap_id=tap_id, message=hung_on)
    return Incoming(
        update_id=update_id, address=Address(CHANNEL, chat), content=content, language=_language(query), message=None
    )


def _membership(change: dict[str, object], update_id: str) -> Incoming | None:
    chat = _private_chat(change)
    if chat is None:
        return None
    status = _object(change.get("new_chat_member"), "new_chat_member").get("status")
    return Incoming(
        update_id=update_id,
        address=Address(CHANNEL, chat),
        content=Blocked() if status in ("kicked", "left") else Unblocked(),
        sent_at=_moment(change.get("date")),
        language=_language(change),
    )


def _content(message: dict[str, object]) -> Content:
    if "text" in message:
        return _said(_text(message["text"], "text"))
    file = _file(message)
    if file is not None:
        album = message.get("media_group_id")
        return SentFile(
            file=file,
            caption=_text(message.get("caption", ""), "caption"),
            album=None if album is None else _text(album, "media_group_id"),
        )
    if "location" in message:
        return _place(_object(message["location"], "location"))
    return Unsupported(next((kind for kind in _USELESS_KINDS if kind in message), "message"))


def _said(text: str) -> Said | Commanded:
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return Said(text)
    return Commanded(name=command[1].lower(), argument=(command[2] or "").strip())


def _file(message: dict[str, object]) -> FileRef | None:
    if "photo" in message:
        return _photo(message["photo"])
    if "animation" in message:  # comes with a ``document`` of the same file for old clients
        return None
    for kind in (FileKind.DOCUMENT, FileKind.VOICE, FileKind.AUDIO, FileKind.VIDEO):
        if kind.value in message:
            file = _object(message[kind.value], kind.value)
            return FileRef(
                kind=kind,
                ref=_text(file.get("file_id"), f"{kind.value}.file_id"),
                name=_optional_text(file.get("file_name")),
                media_type=_optional_text(file.get("mime_type")),
                size=_size(file),
            )
    return None


def _photo(sizes: object) -> FileRef:
    """The largest size that can be fetched; the largest of all where none can."""
    if not isinstance(sizes, list) or not sizes:
        raise _Malformed("photo: no sizes")
    files = [_object(size, "photo") for size in sizes]
    fetchable = [file for file in files if (_size(file) or 0) <= MAX_DOWNLOAD]
    best = max(fetchable or files, key=_area)
    return FileRef(
        kind=FileKind.PHOTO, ref=_text(best.get("file_id"), "photo.file_id"), media_type="image/jpeg", size=_size(best)
    )


def _area(file: dict[str, object]) -> int:
    width, height = file.get("width"), file.get("height")
    return width * height if _is_int(width) and _is_int(height) else 0


def _place(location: dict[str, object]) -> SharedPlace:
    accuracy = location.get("horizontal_accuracy")
    return SharedPlace(
        latitude=_degrees(location.get("latitude"), "latitude", limit=90),
        longitude=_degrees(location.get("longitude"), "longitude", limit=180),
        accuracy=float(accuracy) if _is_number(accuracy) and accuracy >= 0 else None,
    )


def _private_chat(thing: dict[str, object]) -> str | None:
    """The private chat's id; None for any other chat."""
    chat = _object(thing.get("chat"), "chat")
    number = _id(chat.get("id"), "chat.id")
    return str(number) if _text(chat.get("type"), "chat.type") == "private" else None


def _language(thing: dict[str, object]) -> str | None:
    sender = thing.get("from")
    return _optional_text(sender.get("language_code")) if isinstance(sender, dict) else None


def _message_id(message: dict[str, object]) -> str | None:
    number = message.get("message_id")
    return str(number) if _is_int(number) and 0 < number <= _LARGEST_ID else None


def _moment(seconds: object) -> datetime | None:
    """A moment; None where Telegram gives none (0 stands for "too old to tell") or nonsense."""
    if not _is_int(seconds) or not 0 < seconds <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)


def _size(file: Mapping[str, object]) -> int | None:
    size = file.get("file_size")
    return size if _is_int(size) and size >= 0 else None


def _degrees(value: object, name: str, *, limit: float) -> float:
    if not _is_number(value) or not -limit <= value <= limit:
        raise _Malformed(f"{name}: not a position in degrees")
    return float(value)


def _object(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _Malformed(f"{name}: not an object")
    return value


def _id(value: object, name: str) -> int:
    if not _is_int(value) or abs(value) > _LARGEST_ID:
        raise _Malformed(f"{name}: not an id")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _Malformed(f"{name}: not a text")
    return speakable(value)


def _optional_text(value: object) -> str | None:
    return speakable(value) if isinstance(value, str) else None


def speakable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD: they cannot be stored or sent."""
    try:
        if b"\0" not in text.encode():
            return text
    except UnicodeEncodeError:  # a lone surrogate
        pass
    return _UNSPEAKABLE.sub("\ufffd", text)


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[int | float]:
    """A number that a float holds: JSON has integers that none does."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
