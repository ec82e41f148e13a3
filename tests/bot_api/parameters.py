"""The methods the server knows, and what each takes: a parameter unknown, missing or mistyped is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.state import Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    name: str
    data: bytes
    media_type: str


_SEND = {
    "chat_id": "int!",
    "disable_notification": "bool",
    "protect_content": "bool",
    "reply_markup": "object",
    "message_thread_id": "int",
    "reply_parameters": "object",
    "message_effect_id": "str",
    "allow_paid_broadcast": "bool",
    "business_connection_id": "str",
}
_TEXT = {"text": "str!", "parse_mode": "str", "entities": "array", "link_preview_options": "object"}
_CAPTION = {"caption": "str", "parse_mode": "str", "caption_entities": "array", "show_caption_above_media": "bool"}
_TARGET = {"chat_id": "int!", "message_id": "int!", "business_connection_id": "str"}
_SCOPE = {"scope": "object", "language_code": "str"}

METHODS: dict[str, dict[str, str]] = {
    "getMe": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "array"},
    "setWebhook": {
        "url": "str!",
        "ip_address": "str",
        "max_connections": "int",
        "allowed_updates": "array",
        "drop_pending_updates": "bool",
        "secret_token": "str",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
    "sendMessage": {**_SEND, **_TEXT},
    "sendPhoto": {**_SEND, **_CAPTION, "photo": "file!", "has_spoiler": "bool"},
    "sendDocument": {
        **_SEND,
        **_CAPTION,
        "document": "file!",
        "thumbnail": "file",
        "disable_content_type_detection": "bool",
    },
    "sendMediaGroup": {key: kind for key, kind in _SEND.items() if key != "reply_markup"} | {"media": "array!"},
    "sendChatAction": {"chat_id": "int!", "action": "str!", "message_thread_id": "int"},
    "editMessageText": {**_TARGET, **_TEXT, "reply_markup": "object"},
    "editMessageCaption": {**_TARGET, **_CAPTION, "reply_markup": "object"},
    "editMessageReplyMarkup": {**_TARGET, "reply_markup": "object"},
    "deleteMessage": {"chat_id": "int!", "message_id": "int!"},
    "deleteMessages": {"chat_id": "int!", "message_ids": "array!"},
    "answerCallbackQuery": {
        "callback_query_id": "str!",
        "text": "str",
        "show_alert": "bool",
        "url": "str",
        "cache_time": "int",
    },
    "getFile": {"file_id": "str!"},
    "setMyCommands": {**_SCOPE, "commands": "array!"},
    "getMyCommands": _SCOPE,
    "deleteMyCommands": _SCOPE,
    "close": {},
    "logOut": {},
}

_BY_LOWER_CASE = {name.lower(): name for name in METHODS}


def known_method(name: str) -> str:
    """The method as documented; names are case-insensitive. Raises ApiError 404."""
    if name.lower() not in _BY_LOWER_CASE:
        raise ApiError(404, "Not Found: method not found")
    return _BY_LOWER_CASE[name.lower()]


def read_parameters(method: str, given: Mapping[str, object], uploads: Mapping[str, Upload]) -> Json:
    """The parameters as typed values; ``file`` ones are an Upload or a file_id. Raises ApiError 400.

    Stricter than the real server in one thing: it passes over parameters it does not know.
    """
    table = METHODS[method]
    attached = {key for key in uploads if key not in table}
    if unknown := set(given) - set(table) - attached:
        raise bad_request(f'method {method} has no parameter "{min(unknown)}"')
    parameters: Json = {}
    for name, kind in table.items():
        value: object = uploads.get(name, given.get(name))
        if value is None or value == "":
            if kind.endswith("!"):
                raise bad_request(_missing(method, name))
            continue
        parameters[name] = _typed(name, kind.rstrip("!"), value, uploads)
    return parameters


def _missing(method: str, name: str) -> str:
    named = {
        "chat_id": "chat_id is empty",
        "text": "message text is empty",
        "message_id": "message identifier is not specified",
    }
    if name in ("photo", "document"):
        return f"there is no {name} in the request"
    return named.get(name, f'parameter "{name}" is required by {method}')


def _typed(name: str, kind: str, value: object, uploads: Mapping[str, Upload]) -> object:
    match kind:
        case "int":
            return _integer(name, value)
        case "bool":
            if isinstance(value, bool):
                return value
            if str(value).lower() not in ("true", "false", "1", "0", "yes", "no"):
                raise bad_request(f'parameter "{name}" must be a Boolean')
            return str(value).lower() in ("true", "1", "yes")
        case "str":
            if not isinstance(value, str):
                raise bad_request(f'parameter "{name}" must be a String')
            return value
        case "object":
            return _json(name, value, dict)
        case "array":
            return with_uploads(_json(name, value, list), uploads)
    return resolve_file(value, uploads)


def _integer(name: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return int(str(value))
    except ValueError:
        raise bad_request(f'parameter "{name}" must be a valid Integer') from None


def _json(name: str, value: object, wanted: type) -> object:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
    if not isinstance(value, wanted):
        raise bad_request(f'parameter "{name}" must be an {"Object" if wanted is dict else "Array"}')
    return value


def resolve_file(value: object, uploads: Mapping[str, Upload]) -> object:
    """The upload that ``attach://name`` means; otherwise the value."""
    if isinstance(value, str) and value.startswith("attach://"):
        if value.removeprefix("attach://") not in uploads:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return uploads[value.removeprefix("attach://")]
    return value


def with_uploads(value: object, uploads: Mapping[str, Upload]) -> object:
    """The same in the items of a media group."""
    if isinstance(value, list):
        return [with_uploads(item, uploads) for item in value]
    if isinstance(value, dict) and "media" in value:
        return value | {"media": resolve_file(value["media"], uploads)}
    return value
