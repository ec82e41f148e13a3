"""Updates as the Bot API writes them, of the people under test."""

from __future__ import annotations

from typing import Any

FIRST_CHAT = 1000


def chat_of(place: int, role: str) -> int:
    """The Telegram chat of somebody of an edition."""
    return FIRST_CHAT + 10 * place + ("juror", "coordinator", "organizer").index(role)


def user(chat: int) -> dict[str, Any]:
    """The sender."""
    return {"id": chat, "is_bot": False, "first_name": "Ola", "language_code": "pl"}


def message(number: int, chat: int, **content: object) -> dict[str, Any]:
    """An update with a message in a private chat."""
    there = {"id": chat, "type": "private", "first_name": "Ola"}
    plain = {"message_id": 10_000_000 + number, "from": user(chat), "chat": there, "date": 1_795_000_000}
    return {"update_id": number, "message": {**plain, **content}}


def tapped(number: int, chat: int, data: str, shown: int) -> dict[str, Any]:
    """An update with a tap on a button."""
    there = {"id": chat, "type": "private", "first_name": "Ola"}
    hung_on = {"message_id": shown, "chat": there, "date": 1_795_000_000, "text": "?"}
    tap = {"id": f"tap{number}", "from": user(chat), "message": hung_on, "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": tap}


def membership(number: int, chat: int, status: str) -> dict[str, Any]:
    """An update that says that the person blocked the bot, or came back."""
    there = {"id": chat, "type": "private", "first_name": "Ola"}
    bot = {"id": 42, "is_bot": True, "first_name": "B"}
    changed = {"chat": there, "from": user(chat), "date": 1_795_000_000}
    states = {"old_chat_member": {"user": bot, "status": "member"}, "new_chat_member": {"user": bot, "status": status}}
    return {"update_id": number, "my_chat_member": {**changed, **states}}
