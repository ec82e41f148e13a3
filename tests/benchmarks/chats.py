"""The people of a benchmark: what each of their chats sends, what came back, and how long that took."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import orjson

QUESTIONS = 10
"""Questions of the scenario, and answers of a whole conversation; one ``/start`` comes before them."""
FIRST_CHAT = 10_000_000
SUMMARY = "Podsumowanie: "
"""How a peer's last message begins; after it come the answers it holds, with a bar between them."""


def answer_text(chat: int, number: int) -> str:
    """The ``number``-th answer of a chat, from 1."""
    return f"Odpowiedź {number} z rozmowy {chat}: było cicho, obsługa uprzejma."


def answers_of(chat: int, number: int = QUESTIONS) -> list[str]:
    """The first ``number`` answers of a chat, in order."""
    return [answer_text(chat, one) for one in range(1, number + 1)]


def summary(answers: list[str]) -> str:
    """What a peer says at the end."""
    return SUMMARY + "|".join(answers)


def update(number: int, chat: int, text: str, *, at: int) -> bytes:
    """An update of the Bot API: a message that a person wrote; ``at``: seconds of Unix time."""
    person = {"id": chat, "first_name": "Żaneta", "last_name": "Łąka", "username": f"person{chat}"}
    message: dict[str, object] = {
        "message_id": number,
        "from": {**person, "is_bot": False, "language_code": "pl"},
        "chat": {**person, "type": "private"},
        "date": at,
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return orjson.dumps({"update_id": number, "message": message})


@dataclass(slots=True)
class Chat:
    """One chat: ``sent`` updates of its conversation (the command is the first), ``heard`` messages of the bot."""

    id: int
    sent: int = 0
    heard: int = 0
    under_way: deque[float] = field(default_factory=deque)
    """When the updates were fed that have no answer yet."""
    last: str = ""
    """The bot's words to the last answer, where they were looked at."""

    @property
    def is_over(self) -> bool:
        """Whether it has sent all it has to say."""
        return self.sent > QUESTIONS

    def next_text(self) -> str:
        """What it sends next."""
        text = answer_text(self.id, self.sent) if self.sent else "/start"
        self.sent += 1
        return text

    def is_told_right(self) -> bool:
        """Whether the summary it got holds its own answers, in order."""
        return self.last == summary(answers_of(self.id))
