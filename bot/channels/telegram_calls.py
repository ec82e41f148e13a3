"""The Bot API's side of the conversation, written: Outgoing to method calls, as plain data.

Where a call carries a file, an ``Attachment`` stands in its parameters; the transport puts the bytes there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from bot.channels.base import MAX_TAP_BYTES, Attachment, Button, ButtonStyle, Command, InputHint, Outgoing, Tidy
from bot.channels.telegram import speakable
from bot.channels.telegram_text import MAX_CAPTION, MAX_TEXT, Styled, compose, split

Params = dict[str, object]

PROTECT_CONTENT = True
"""What the bot sends cannot be forwarded or saved from the chat, so that questions and evidence stay with the juror;
except for what was made for the office to keep (``Outgoing.may_be_saved``)."""

MAX_PHOTO = 10 * 1024 * 1024
"""Bytes of the largest picture Telegram shows as a photo; a larger one goes as a file."""

MAX_BUTTONS = 100
MAX_GROUP = 10
MAX_DELETED = 100
"""Messages one deleteMessages call may name."""

PLACE_LABEL = "📍 Lokalizacja · Location"
"""The button that shares a position. Channel's own words, in both languages, because a keyboard has no other."""

PLACE_SIGN = "📍"
PLACE_TAKEN_SIGN = "✓"
ABOVE_SIGN = "⬆️"
"""Texts of messages that exist only because Telegram hangs one keyboard on one message."""

_ID = re.compile("[0-9]{1,18}", re.ASCII)
EDIT = "editMessageText"
"""The method that rewrites a text in its place."""
_EDITABLE = frozenset({"chat_id", "text", "entities", "reply_markup", "link_preview_options"})
"""Parameters of sendMessage that it has as well."""
_STYLES = {ButtonStyle.PRIMARY: "primary", ButtonStyle.DANGER: "danger"}
_PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})


class Unsendable(ValueError):
    """The message breaks a rule of the channel that its author should have kept."""


@dataclass(frozen=True, slots=True)
class Call:
    """One method call; ``otherwise`` is tried in its place when it is refused with 400."""

    method: str
    params: Params
    otherwise: Call | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one Outgoing takes: ``aside`` best effort, first; ``main`` decides."""

    aside: tuple[Call, ...]
    main: tuple[Call, ...]


def encode(outgoing: Outgoing, chat: int, *, place_keyboard_up: bool = False) -> Delivery:
    """The calls that deliver ``outgoing``. Raises Unsendable.

    ``place_keyboard_up``: a keyboard asking for a position may still stand under the chat and is to be taken away.
    """
    aside: list[Call] = []
    if outgoing.acknowledges:
        aside.append(Call("answerCallbackQuery", {"callback_query_id": outgoing.acknowledges}))
    if outgoing.tidies is not None:
        aside += _tidy(outgoing.tidies, chat)
    return Delivery(tuple(aside), tuple(_main(outgoing, chat, place_keyboard_up=place_keyboard_up)))


def encode_cleaning(chat: int, messages: Sequence[str]) -> list[Call]:
    """Delete messages, a hundred a call."""
    ids = sorted({number for reference in messages for number in message_ids(reference)})
    return [
        Call("deleteMessages", {"chat_id": chat, "message_ids": ids[start : start + MAX_DELETED]})
        for start in range(0, len(ids), MAX_DELETED)
    ]


def encode_commands(chat: int, commands: Sequence[Command]) -> Call:
    """The menu of one chat.

    Published without ``language_code``: the menu follows the language the person chose with us, not the one of the
    phone (a chat's own menu in the phone's language would win over it).
    """
    scope: Params = {"type": "chat", "chat_id": chat}
    if not commands:
        return Call("deleteMyCommands", {"scope": scope})
    menu = [{"command": command.name, "description": speakable(command.description)} for command in commands]
    return Call("setMyCommands", {"commands": menu, "scope": scope})


def encode_no_commands_for_strangers(languages: Iterable[str]) -> list[Call]:
    """Take away every menu that a person without an invitation would see."""
    return [
        Call("deleteMyCommands", {"scope": {"type": scope}} | ({"language_code": language} if language else {}))
        for scope in ("default", "all_private_chats")
        for language in ("", *languages)
    ]


def reference(ids: Sequence[int]) -> str:
    """Our name for what one delivery sent: all message ids, the one with the buttons last."""
    return ",".join(str(number) for number in ids)


def message_ids(reference: str) -> tuple[int, ...]:
    """The ids in a reference, or in the id of a single message; what is no id is passed over."""
    return tuple(int(part) for part in reference.split(",") if _ID.fullmatch(part))


def _main(outgoing: Outgoing, chat: int, *, place_keyboard_up: bool) -> list[Call]:
    text = compose(head=outgoing.head, body=outgoing.body, note=outgoing.note)
    if not text.text and not outgoing.attachments:
        if outgoing.buttons:
            raise Unsendable("buttons without a text")
        return []
    sends = _Sends(chat, silent=outgoing.silent, may_be_saved=outgoing.may_be_saved)
    carrier, markup = _keyboards(outgoing, place_keyboard_up=place_keyboard_up)
    calls = [sends.text(Styled(sign), keyboard, hushed=True) for sign, keyboard in carrier]
    if len(outgoing.attachments) == 1 and text.units <= MAX_CAPTION:
        return [*calls, sends.file(outgoing.attachments[0], text, markup)]
    calls += sends.files(outgoing.attachments)
    pieces = split(text, MAX_TEXT)
    if not pieces and markup is not None:
        pieces = [Styled(ABOVE_SIGN)]
    calls += [sends.text(piece, None) for piece in pieces[:-1]]
    calls += [sends.text(piece, markup) for piece in pieces[-1:]]
    return [_in_its_place(outgoing.rewrites, calls[0])] if outgoing.rewrites is not None and len(calls) == 1 else calls


def _in_its_place(board: str, send: Call) -> Call:
    """Rewrite the board's message, or send it where that cannot be done. Only a text can stand in a text's place."""
    ids = message_ids(board)
    if not ids or send.method != "sendMessage" or "inline_keyboard" not in _markup(send):
        return send
    kept = {key: value for key, value in send.params.items() if key in _EDITABLE}
    return Call(EDIT, kept | {"message_id": ids[-1]}, otherwise=send)


def _markup(send: Call) -> Params:
    """The keyboard of a message; an empty inline one where it has none."""
    markup = send.params.get("reply_markup")
    return markup if isinstance(markup, dict) else {"inline_keyboard": []}


def _keyboards(outgoing: Outgoing, *, place_keyboard_up: bool) -> tuple[list[tuple[str, Params]], Params | None]:
    """The keyboard of the message, and of a small message before it where two keyboards are wanted at once."""
    inline = inline_keyboard(outgoing.buttons)
    if outgoing.expects is InputHint.PLACE:
        place: Params = {
            "keyboard": [[{"text": PLACE_LABEL, "request_location": True}]],
            "one_time_keyboard": True,
            "resize_keyboard": True,
        }
        return ([], place) if inline is None else ([(PLACE_SIGN, place)], inline)
    if place_keyboard_up:
        away: Params = {"remove_keyboard": True}
        return ([], away) if inline is None else ([(PLACE_TAKEN_SIGN, away)], inline)
    return [], inline


_MACHINE = re.compile(r"[0-9.]+|.*\.(local|localhost|internal|lan)", re.ASCII)
"""Hosts that the world does not know: bare addresses and names of a local network."""


def inline_keyboard(rows: Sequence[Sequence[Button]]) -> Params | None:
    """The buttons as Telegram wants them. Raises Unsendable."""
    openable = [[button for button in row if _can_be_opened(button)] for row in rows]
    keyboard = [[_button(button) for button in row] for row in openable if row]
    if sum(len(row) for row in keyboard) > MAX_BUTTONS:
        raise Unsendable(f"more than {MAX_BUTTONS} buttons")
    return {"inline_keyboard": keyboard} if keyboard else None


def _can_be_opened(button: Button) -> bool:
    """Telegram refuses the whole message for one button to an address of this machine only: it goes without then."""
    host = "" if button.url is None else urlsplit(button.url).hostname or ""
    return button.url is None or ("." in host and not _MACHINE.fullmatch(host))


def _button(button: Button) -> Params:
    params: Params = {"text": speakable(button.label)}
    if not button.label.strip():
        raise Unsendable("a button without a label")
    if button.style in _STYLES:
        params["style"] = _STYLES[button.style]
    if button.url is not None:
        return params | {"url": button.url}
    if not 0 < len(button.tap.encode("utf-8", "surrogatepass")) <= MAX_TAP_BYTES:
        raise Unsendable(f"a tap must have 1 to {MAX_TAP_BYTES} bytes: {button.tap!r}")
    return params | {"callback_data": button.tap}


def _tidy(tidy: Tidy, chat: int) -> list[Call]:
    """Rewrite the question; where it hangs under a picture, its caption; where the words are too long, its buttons."""
    ids = message_ids(tidy.message or "")
    if not ids:
        return []
    target: Params = {"chat_id": chat, "message_id": ids[-1]}
    keyboard = inline_keyboard(tidy.buttons)
    markup: Params = {} if keyboard is None else {"reply_markup": keyboard}
    text = compose(head=tidy.head, body=tidy.body, note=tidy.note)
    buttons_only = Call("editMessageReplyMarkup", target | markup)
    if not text.text or text.units > MAX_TEXT:
        return [buttons_only]
    caption = Call(
        "editMessageCaption",
        target | markup | {"caption": text.text, "caption_entities": text.entities()},
        buttons_only,
    )
    return [
        Call(
            EDIT,
            target | markup | {"text": text.text, "entities": text.entities(), "link_preview_options": _NO_PREVIEW},
            caption if text.units <= MAX_CAPTION else buttons_only,
        )
    ]


_NO_PREVIEW: Params = {"is_disabled": True}


class _Sends:
    """Builds the send calls of one chat."""

    def __init__(self, chat: int, *, silent: bool, may_be_saved: bool) -> None:
        self._silent = silent
        self._common: Params = {"chat_id": chat, "protect_content": PROTECT_CONTENT and not may_be_saved}

    def _base(self, *, hushed: bool = False) -> Params:
        quiet = self._silent or hushed
        return dict(self._common) | ({"disable_notification": True} if quiet else {})

    def text(self, text: Styled, markup: Params | None, *, hushed: bool = False) -> Call:
        params = self._base(hushed=hushed) | {"text": text.text, "link_preview_options": _NO_PREVIEW}
        if text.spans:
            params["entities"] = text.entities()
        if markup is not None:
            params["reply_markup"] = markup
        return Call("sendMessage", params)

    def file(self, attachment: Attachment, caption: Styled | None, markup: Params | None) -> Call:
        params = self._base()
        if caption is not None and caption.text:
            params |= {"caption": caption.text, "caption_entities": caption.entities()}
        if markup is not None:
            params["reply_markup"] = markup
        document = Call("sendDocument", params | {"document": attachment})
        if not _is_photo(attachment):
            return document
        return Call("sendPhoto", params | {"photo": attachment}, document)

    def files(self, attachments: Sequence[Attachment]) -> list[Call]:
        """Pictures together, other files together, in the order given, at most ten a group."""
        calls: list[Call] = []
        for photos, run in groupby(attachments, key=_is_photo):
            together = list(run)
            for start in range(0, len(together), MAX_GROUP):
                group = together[start : start + MAX_GROUP]
                calls.append(self.file(group[0], None, None) if len(group) == 1 else self._group(group, photos=photos))
        return calls

    def _group(self, group: Sequence[Attachment], *, photos: bool) -> Call:
        documents = Call(
            "sendMediaGroup", self._base() | {"media": [{"type": "document", "media": file} for file in group]}
        )
        if not photos:
            return documents
        return Call(
            "sendMediaGroup", self._base() | {"media": [{"type": "photo", "media": file} for file in group]}, documents
        )


def _is_photo(attachment: Attachment) -> bool:
    return attachment.media_type in _PHOTO_TYPES
