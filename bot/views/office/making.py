"""What is said where a picture, a table or a document could not be made."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.base import Outgoing
from bot.i18n import texts
from bot.views.coordinator import home_rows


def with_missing(message: Outgoing, *, failed: int, too_large: int, language: str) -> Outgoing:
    """The message with a word about the files it comes without; the same message where none is missing."""
    _ = texts(language)
    said = []
    if failed:
        said.append(
            _.many(
                "{n} file could not be made. Please ask for it once more.",
                "{n} files could not be made. Please ask for them once more.",
                failed,
            )
        )
    if too_large:
        said.append(
            _.many(
                "{n} file is too large for this chat. A narrower choice makes a smaller one.",
                "{n} files are too large for this chat. A narrower choice makes smaller ones.",
                too_large,
            )
        )
    if not said:
        return message
    words = "\n".join(said)
    body = f"{message.body}\n\n{words}" if message.body else words
    return replace(message, body=body, buttons=message.buttons or home_rows(language))


def not_made(*, language: str) -> Outgoing:
    """Nothing of what was asked for could be made."""
    _ = texts(language)
    said = _("This could not be made now, something went wrong on our side. Please ask for it once more.")
    return Outgoing(said, buttons=home_rows(language))
