"""What the page and the server say to each other over the WebSocket, as values; pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2s
from typing import Any

from bot.channels.base import MAX_TAP_BYTES, Address, Commanded, Content, Incoming, Said, SharedPlace, Tapped
from bot.channels.webchat import NAME
from storage.messages import Direction, Message

MAX_TEXT = 4000
"""Characters of one message a person writes; the page says so before it sends."""

MAX_FRAME_BYTES = 64 * 1024
MAX_HAVE = 1000
MAX_AGE = timedelta(days=30)
"""A message written longer ago than this (offline) is taken as written then."""

ID = re.compile(r"[0-9A-Za-z-]{8,64}")
COMMAND = re.compile(r"/([^\s/@]{1,64})(?:@\S*)?(?:\s+(.*))?", re.DOTALL)
ROW_ID = re.compile("[0-9]{1,18}")
"""As a 64-bit key."""
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that no database takes as text."""


class BadFrame(ValueError):
    """No page of ours sends this; the connection is of no use."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The page has opened; ``have`` tells the rows it shows, each with its mark."""

    have: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The page wants older rows."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Is anybody there?"""


@dataclass(frozen=True, slots=True)
class Update:
    """Something for intake; ``frame_id`` is what is acknowledged."""

    frame_id: str
    incoming: Incoming


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something that will never be taken: ``problem`` names a text of the page, ``values`` fill its gaps."""

    frame_id: str
    problem: str
    values: Mapping[str, int] = field(default_factory=dict)


Frame = Hello | Earlier | Ping | Update | Unfit


def read_frame(text: str, *, chat: str, now: datetime, language: str | None) -> Frame:
    """What the page said. Raises BadFrame."""
    try:
        data = json.loads(text)
        match data["type"]:
            case "hello":
                return Hello({_row_number(row): str(mark) for row, mark in data["have"].items()})
            case "earlier":
                return Earlier()
            case "ping":
                return Ping()
            case kind:
                return _read_update(str(kind), data, chat=chat, now=now, language=language)
    except BadFrame:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadFrame(f"not a frame: {type(error).__name__}") from error


def _read_update(kind: str, data: Mapping[str, Any], *, chat: str, now: datetime, language: str | None) -> Frame:
    frame_id = read_id(data["id"])
    content: Content
    match kind:
        case "say":
            text = storable(str(data["text"])).strip()
            if not text:
                return Unfit(frame_id, "refused")
            if len(text) > MAX_TEXT:
                return Unfit(frame_id, "too_long", {"length": len(text), "limit": MAX_TEXT})
            content = said(text)
        case "command":
            content = Commanded(storable(str(data["name"]))[:64].lower())
        case "tap":
            tap = storable(str(data["data"]))
            if not tap or len(tap.encode()) > MAX_TAP_BYTES:
                raise BadFrame("no such button")
            content = Tapped(tap, tap_id=frame_id, message=_row_id(data["message"]))
        case "place":
            content = _read_place(data)
        case _:
            raise BadFrame("unknown type")
    return Update(
        frame_id,
        incoming(content, frame_id, chat=chat, sent_at=read_sent_at(data.get("age"), now), language=language),
    )


def incoming(content: Content, frame_id: str, *, chat: str, sent_at: datetime, language: str | None) -> Incoming:
    """The update: its id is unique because the page makes 128 random bits for it, within its own chat.

    ``message`` is not told: the person's words are kept by us, and nothing is to be deleted elsewhere.
    """
    return Incoming(
        update_id=f"{chat}:{frame_id}",
        address=Address(NAME, chat),
        content=content,
        sent_at=sent_at,
        language=language,
    )


def said(text: str) -> Said | Commanded:
    """A text of one's own that begins with "/" is a command."""
    command = COMMAND.fullmatch(text)
    return Said(text) if command is None else Commanded(command[1].lower(), (command[2] or "").strip())


def storable(text: str) -> str:
    """Characters that cannot be stored become the replacement character, visibly."""
    return UNSTORABLE.sub("\ufffd", text)


def read_id(value: object) -> str:
    """An id made by the page. Raises BadFrame."""
    if not isinstance(value, str) or ID.fullmatch(value) is None:
        raise BadFrame("bad id")
    return value


def read_sent_at(age: object, now: datetime) -> datetime:
    """When it was written: ``age`` is how many milliseconds ago, by the page's own clock alone."""
    if isinstance(age, bool) or not isinstance(age, int | float) or not abs(age) < math.inf:
        return now
    return now - timedelta(milliseconds=min(max(0, age), MAX_AGE / timedelta(milliseconds=1)))


def _row_number(text: str) -> int:
    """A row's id as a number. Raises BadFrame."""
    found = _row_id(text)
    if found is None:
        raise BadFrame("no such row")
    return int(found)


def _row_id(value: object) -> str | None:
    text = str(value)
    return text if ROW_ID.fullmatch(text) else None


def _read_place(data: Mapping[str, Any]) -> SharedPlace:
    latitude, longitude = float(data["latitude"]), float(data["longitude"])
    accuracy = None if data.get("accuracy") is None else float(data["accuracy"])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees; false for NaN too
        raise BadFrame("no such place")
    if accuracy is not None and not 0 <= accuracy < math.inf:
        accuracy = None
    return SharedPlace(latitude, longitude, accuracy)


# Out ----------------------------------------------------------------------------------------------------------------


def row_frame(message: Message) -> dict[str, Any] | None:
    """A message as the page draws it, with its mark; None for one that keeps no body."""
    if message.body is None:
        return None
    body = dict(message.body)
    shown = _own(body) if message.direction is Direction.IN else _ours(body)
    shown |= {"id": message.id, "mine": message.direction is Direction.IN, "ref": message.ref}
    shown["at"] = message.at.astimezone(UTC).isoformat()
    mark = blake2s(json.dumps(shown, sort_keys=True).encode(), digest_size=6).hexdigest()
    return shown | {"mark": mark}


def _ours(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "head": body.get("head", ""),
        "body": body.get("body", ""),
        "note": body.get("note", ""),
        "buttons": body.get("buttons", []),
        "attachments": body.get("attachments", []),
        "expects": body.get("expects", "none"),
        "progress": body.get("progress"),
        "harmless": body.get("harmless", False),
    }


def _own(body: Mapping[str, Any]) -> dict[str, Any]:
    text = body.get("said", "")
    if "place" in body:
        latitude, longitude = body["place"]
        text = f"{latitude:.5f}, {longitude:.5f}"
    return _ours({"body": text, "attachments": attachments_of(body)})


def attachments_of(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """The stored files a message shows, of either side: ``sha256``, ``media_type``, ``name``."""
    file = body.get("file")
    if file is None:
        return list(body.get("attachments", []))
    media_type = file.get("media_type") or "application/octet-stream"
    return [{"sha256": file["ref"], "media_type": media_type, "name": file.get("name") or ""}]
