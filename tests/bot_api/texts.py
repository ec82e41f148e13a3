"""What the real server refuses in texts, entities and keyboards."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.bot_api.errors import bad_request
from tests.bot_api.limits import Limits
from tests.bot_api.state import Json, Key

_LOOKS = {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote", "url"}
_STYLES = {"danger", "success", "primary"}


def check_text(text: str, limit: int, *, what: str) -> str:
    """The text as it will stand. Raises ApiError 400."""
    if not text.strip() and what == "message":
        raise bad_request("message text is empty")
    if _units(text) > limit:
        raise bad_request(f"{what} is too long")
    return text


def check_entities(entities: object, text: str) -> list[Json]:
    """The entities, each inside the text and on borders of whole characters. Raises ApiError 400."""
    if entities is None:
        return []
    assert isinstance(entities, list)
    raw = text.encode("utf-16-le")
    checked: list[Json] = []
    for entity in entities:
        if not isinstance(entity, dict) or entity.get("type") not in _LOOKS:
            raise bad_request("can't parse MessageEntity: unsupported type specified")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0:
            raise bad_request("can't parse MessageEntity: wrong offset or length")
        if 2 * (offset + length) > len(raw):
            raise bad_request("ENTITY_BOUNDS_INVALID")
        for border in (offset, offset + length):
            if raw[2 * border : 2 * border + 2] and 0xDC <= raw[2 * border + 1] <= 0xDF:
                raise bad_request("entity begins or ends in a middle of a UTF-16 symbol")
        checked.append(entity)
    return checked


def read_keyboard(markup: object, limits: Limits) -> list[list[Key]]:
    """The buttons of a reply markup of any kind. Raises ApiError 400."""
    if markup is None:
        return []
    assert isinstance(markup, dict)
    kinds = {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"} & set(markup)
    if len(kinds) != 1:
        raise bad_request("object expected as reply markup")
    kind = kinds.pop()
    if kind in ("remove_keyboard", "force_reply"):
        if markup[kind] is not True:
            raise bad_request(f'field "{kind}" must be true')
        return []
    rows = markup[kind]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{kind}" must be an Array of Arrays')
    if sum(len(row) for row in rows) > limits.buttons:
        raise bad_request("reply markup is too long")
    return [
        [_inline(button, limits) if kind == "inline_keyboard" else _reply(button) for button in row] for row in rows
    ]


def _inline(button: object, limits: Limits) -> Key:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    label, data, url = button.get("text"), button.get("callback_data"), button.get("url")
    if not isinstance(label, str) or not label.strip():
        raise bad_request("can't parse inline keyboard button: text is empty")
    if (data is None) == (url is None):
        raise bad_request("can't parse inline keyboard button: exactly one field must be used")
    if data is not None and (not isinstance(data, str) or not 1 <= len(data.encode()) <= limits.tap_bytes):
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not _good_url(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    style = button.get("style")
    if style is not None and style not in _STYLES:
        raise bad_request("can't parse inline keyboard button: invalid style")
    if extra := set(button) - {"text", "callback_data", "url", "style"}:
        raise bad_request(f"can't parse inline keyboard button: unexpected {min(extra)}")
    return Key(label, data=data, url=url, style=style)


def _reply(button: object) -> Key:
    label = button.get("text") if isinstance(button, dict) else button
    if not isinstance(label, str) or not label:
        raise bad_request("can't parse keyboard button: text is empty")
    return Key(label)


def _good_url(url: object) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme == "tg" or (parts.scheme in ("http", "https") and "." in (parts.hostname or ""))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
