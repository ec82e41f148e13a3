"""The JSON form of an Outgoing: how it waits in a job and how the web chat keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.channels.base import Attachment, Button, ButtonStyle, InputHint, Outgoing, Tidy

Json = dict[str, Any]


def outgoing_to_json(outgoing: Outgoing) -> Json:
    """Plain JSON values; ``outgoing_from_json`` gives the same Outgoing back. What is at its default is left out."""
    return _compact(
        {
            "body": outgoing.body,
            "head": outgoing.head or None,
            "note": outgoing.note or None,
            "buttons": _rows_to_json(outgoing.buttons),
            "attachments": [_attachment_to_json(attachment) for attachment in outgoing.attachments],
            "expects": None if outgoing.expects is InputHint.NONE else outgoing.expects.value,
            "contact_id": outgoing.contact_id,
            "turn": outgoing.turn,
            "progress": None if outgoing.progress is None else list(outgoing.progress),
            "acknowledges": outgoing.acknowledges,
            "tidies": None if outgoing.tidies is None else _tidy_to_json(outgoing.tidies),
            "silent": outgoing.silent,
            "harmless": outgoing.harmless,
            "board": outgoing.board,
            "anew": outgoing.anew,
            "rewrites": outgoing.rewrites,
            "may_be_saved": outgoing.may_be_saved,
        },
        always=("body",),
    )


def outgoing_from_json(data: Mapping[str, Any]) -> Outgoing:
    """What ``outgoing_to_json`` was given. Raises ``KeyError`` or ``ValueError`` for anything else."""
    progress = data.get("progress")
    tidies = data.get("tidies")
    return Outgoing(
        body=data["body"],
        head=data.get("head", ""),
        note=data.get("note", ""),
        buttons=_rows_from_json(data.get("buttons", ())),
        attachments=tuple(_attachment_from_json(attachment) for attachment in data.get("attachments", ())),
        expects=InputHint(data.get("expects", InputHint.NONE)),
        contact_id=data.get("contact_id"),
        turn=data.get("turn"),
        progress=None if progress is None else (progress[0], progress[1]),
        acknowledges=data.get("acknowledges"),
        tidies=None if tidies is None else _tidy_from_json(tidies),
        silent=data.get("silent", False),
        harmless=data.get("harmless", False),
        board=data.get("board"),
        anew=data.get("anew", False),
        rewrites=data.get("rewrites"),
        may_be_saved=data.get("may_be_saved", False),
    )


def _tidy_to_json(tidy: Tidy) -> Json:
    return _compact(
        {
            "contact_id": tidy.contact_id,
            "turn": tidy.turn,
            "body": tidy.body,
            "head": tidy.head or None,
            "note": tidy.note or None,
            "buttons": _rows_to_json(tidy.buttons),
            "message": tidy.message,
        },
        always=("contact_id", "turn", "body"),
    )


def _tidy_from_json(data: Mapping[str, Any]) -> Tidy:
    return Tidy(
        contact_id=data["contact_id"],
        turn=data["turn"],
        body=data["body"],
        head=data.get("head", ""),
        note=data.get("note", ""),
        buttons=_rows_from_json(data.get("buttons", ())),
        message=data.get("message"),
    )


def _rows_to_json(rows: Iterable[Iterable[Button]]) -> list[list[Json]]:
    return [[_button_to_json(button) for button in row] for row in rows]


def _rows_from_json(rows: Iterable[Iterable[Mapping[str, Any]]]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(_button_from_json(button) for button in row) for row in rows)


def _button_to_json(button: Button) -> Json:
    return _compact(
        {
            "label": button.label,
            "tap": button.tap or None,
            "style": None if button.style is ButtonStyle.NORMAL else button.style.value,
            "url": button.url,
        },
        always=("label",),
    )


def _button_from_json(data: Mapping[str, Any]) -> Button:
    return Button(
        label=data["label"],
        tap=data.get("tap", ""),
        style=ButtonStyle(data.get("style", ButtonStyle.NORMAL)),
        url=data.get("url"),
    )


def _attachment_to_json(attachment: Attachment) -> Json:
    known: Json = {"sha256": attachment.sha256, "media_type": attachment.media_type, "name": attachment.name}
    return known if attachment.shape is None else known | {"shape": list(attachment.shape)}


def _attachment_from_json(data: Mapping[str, Any]) -> Attachment:
    shape = data.get("shape")
    return Attachment(
        sha256=data["sha256"],
        media_type=data["media_type"],
        name=data["name"],
        shape=None if shape is None else (shape[0], shape[1]),
    )


def _compact(data: Json, *, always: tuple[str, ...]) -> Json:
    """Without what is at its default: None, False or no elements."""
    return {
        key: value
        for key, value in data.items()
        if key in always or not (value is None or value is False or value == [])
    }
