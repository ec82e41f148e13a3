"""Whoever sends: real buttons, words, files, recorded updates, every kind of the Bot API, and all of it bent."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from bot.office_taps import subjects
from tests.fuzz.arbitrary import arbitrary_updates
from tests.fuzz.cast import EDITIONS, STRANGERS, Cast
from tests.fuzz.kinds import Kinds
from tests.fuzz.mutations import Anything, Mutator
from tests.fuzz.raw import chat_of, membership, message, tapped

RECORDED = Path(__file__).parent.parent / "bot" / "updates"
RECORDED_CHAT = 100_200_300
ARBITRARY = 150
"""Updates that hypothesis makes for a sender; what it sends are these and their mutations."""
MADE_KEPT = 400
"""Updates made by the schema that are kept, to be sent again under another number and mutated."""
MADE_ANEW = 0.1
"""How often one is made anew and takes the place of another."""
NUMBERED = 0.93
"""How many of the mutated updates have a number of their own, whatever else they lost."""
ASKED_FOR = 0.08
"""How many of those made are of a kind the bot asks for; the others are of any."""

WORDS = ("tak", "nie", "3", "0", "12 min", "9:15", "dzisiaj", "wczoraj", "Uprzejmie i na temat.", "nie wiem", "pomiń")

COMMANDS = (
    *("start", "zadania", "pomoc", "jezyk", "dane", "schowaj", "urzadzenie", "glosowania", "status", "plan", "osoby"),
    *("miejsca", "terminy", "pytanie", "wiadomosc", "wyniki", "zaproszenia", "help", "tasks", "people", "hide", "xyz"),
)

FILES = ("jpeg", "jpeg", "ogg", "empty", "text", "garbage", "cut", "missing")


class Sender:
    """Makes updates of the people of so many editions, and of strangers."""

    def __init__(self, seed: int, *, editions: int = EDITIONS) -> None:
        self.random = Random(seed)  # noqa: S311 - chance that can be repeated
        self.mutator = Mutator(self.random)
        self.cast_chats = [
            chat_of(place, role) for place in range(editions) for role in ("juror", "coordinator", "organizer")
        ]
        self.kinds = Kinds(self.mutator, [*self.cast_chats, *STRANGERS, 42])
        self.recorded = [json.loads(path.read_text())["update"] for path in sorted(RECORDED.glob("*.json"))]
        self.arbitrary = arbitrary_updates(ARBITRARY, seed, self.cast_chats)
        self._moved: dict[tuple[int, int], Anything] = {}
        self._made: list[Anything] = []
        self.codes = [f"{code}{':1' * len(kind.__slots__)}" for codes in subjects() for code, kind in codes.items()]
        self.sources: dict[str, tuple[int, Callable[[Cast, int, int], object]]] = {
            "real buttons": (5, self._button),
            "buttons mutated": (4, self._mutated_button),
            "buttons of the office, any id": (2, self._office_button),
            "sane words": (1, self._words),
            "hostile words": (2, self._hostile_words),
            "commands": (1, self._command),
            "files and places": (1, self._file),
            "recorded, mutated": (12, self._recorded),
            "every kind, by the schema": (44, self._kind),
            "every kind, mutated": (21, self._mutated_kind),
            "by hypothesis": (2, self._arbitrary),
            "by hypothesis, mutated": (3, self._mutated_arbitrary),
            "repeated": (1, self._repeated),
            "blocked and back": (1, self._membership),
        }
        self._names = list(self.sources)
        self._weights = list(accumulate(weight for weight, _ in self.sources.values()))
        self._last: object = None

    def update(self, cast: Cast) -> tuple[str, object]:
        """The name of a source, and an update of it. It may share its parts with others: leave it as it is."""
        [name] = self.random.choices(self._names, cum_weights=self._weights)
        made = self.sources[name][1](cast, cast.number(), self._chat())
        self._last = made
        return name, made

    def _chat(self) -> int:
        if self.random.random() < 0.06:
            return self.random.choice(STRANGERS)
        return self.random.choice(self.cast_chats)

    def _shown(self, cast: Cast, chat: int) -> tuple[str, str]:
        """A message with buttons in that chat, or now and then in any, and the data of one."""
        everywhere = list(cast.wall.buttons.values()) or [deque([("1", ("m",))])]
        there = cast.wall.buttons.get(str(chat))
        if not there or self.random.random() < 0.03:  # some
            there = self.random.choice(everywhere)
        shown, data = there[-1] if self.random.random() < 0.6 else self.random.choice(there)
        return shown, self.random.choice(data)

    def _button(self, cast: Cast, number: int, chat: int) -> object:
        shown, data = self._shown(cast, chat)
        return tapped(number, chat, data, int(shown))

    def _mutated_button(self, cast: Cast, number: int, chat: int) -> object:
        shown, data = self._shown(cast, chat)
        return tapped(number, chat, self.mutator.tap(data), int(shown))

    def _office_button(self, _: Cast, number: int, chat: int) -> object:
        parts = self.random.choice(self.codes).split(":")
        data = ":".join([parts[0], *(self.random.choice("0123456789ab") for _ in parts[1:])])
        return tapped(number, chat, data, 1)

    def _words(self, _: Cast, number: int, chat: int) -> object:
        return message(number, chat, text=self.random.choice(WORDS))

    def _hostile_words(self, _: Cast, number: int, chat: int) -> object:
        text = self.mutator.text()
        return message(number, chat, text=self.mutator.bent(text) if self.random.random() < 0.3 else text)

    def _command(self, _: Cast, number: int, chat: int) -> object:
        argument = f" {self.mutator.text()}" if self.random.random() < 0.2 else ""
        return message(number, chat, text=f"/{self.random.choice(COMMANDS)}{argument}")

    def _file(self, _: Cast, number: int, chat: int) -> object:
        random = self.random
        ref = random.choice(FILES)
        match random.randrange(5):
            case 0:
                album = {"media_group_id": str(random.randrange(5))} if random.random() < 0.5 else {}
                return message(number, chat, photo=[{"file_id": ref, "width": 9, "height": 9}], **album)
            case 1:
                name = random.choice(("a.jpg", "tabela.csv", "x.pdf", "..\\x", "", "\x00", "a" * 400))
                size = random.choice((None, 0, 5, 2**40))
                return message(number, chat, document={"file_id": ref, "file_name": name, "file_size": size})
            case 2:
                return message(number, chat, voice={"file_id": ref, "duration": 3}, caption=self.mutator.text())
            case 3:
                return message(number, chat, video={"file_id": ref})
            case _:
                place = {"latitude": random.uniform(-91, 91), "longitude": random.uniform(-181, 181)}
                return message(
                    number, chat, location=place | {"horizontal_accuracy": random.choice((0, 10.5, 1500, -1))}
                )

    def _recorded(self, _: Cast, number: int, chat: int) -> object:
        at = self.random.randrange(len(self.recorded))
        if (at, chat) not in self._moved:
            self._moved[at, chat] = _moved(self.recorded[at], chat)
        return self._bent(self._moved[at, chat], number)

    def _kind(self, _: Cast, number: int, __: int) -> object:
        if len(self._made) < MADE_KEPT or self.random.random() < MADE_ANEW:
            asked_for = self.random.random() < ASKED_FOR
            made = self.kinds.update(number, self.random.choice(HEARD) if asked_for else None)
            if len(self._made) < MADE_KEPT:
                self._made.append(made)
            else:
                self._made[self.random.randrange(MADE_KEPT)] = made
            return made
        return {**self.random.choice(self._made), "update_id": number}

    def _mutated_kind(self, cast: Cast, number: int, chat: int) -> object:
        return self._bent(self._kind(cast, number, chat), number)

    def _arbitrary(self, _: Cast, number: int, __: int) -> object:
        return {**self.random.choice(self.arbitrary), "update_id": number}

    def _mutated_arbitrary(self, _: Cast, number: int, __: int) -> object:
        return self._bent(self.random.choice(self.arbitrary), number)

    def _bent(self, update: Anything, number: int) -> object:
        """Mutated; most keep a number, since all without one end at the same door."""
        changed = self.mutator.tree(update)
        if isinstance(changed, dict) and self.random.random() < NUMBERED:
            changed["update_id"] = number
        return changed

    def _repeated(self, cast: Cast, number: int, chat: int) -> object:
        return self._last or self._words(cast, number, chat)

    def _membership(self, _: Cast, number: int, chat: int) -> object:
        return membership(number, chat, self.random.choice(("kicked", "member", "left", "restricted")))

    def frame(self, cast: Cast) -> str:
        """What a page, or something like one, may send over its WebSocket."""
        random = self.random
        frame_id = f"{random.getrandbits(64):016x}"
        data: Any = {"id": frame_id, "age": random.choice((0, 5, 1e4, -5, 1e300, -1e300, 10**400, None, "x"))}
        match random.randrange(8):
            case 0 | 1:
                data |= {"type": "say", "text": self.mutator.text()}
            case 2:
                data |= {"type": "command", "name": random.choice(COMMANDS)}
            case 3 | 4:
                shown, tap = self._shown(cast, random.choice(self.cast_chats))
                data |= {
                    "type": "tap",
                    "data": tap if random.random() < 0.5 else self.mutator.tap(tap),
                    "message": shown,
                }
            case 5:
                number = random.choice((52.2, -90, 10**400, "1e5", None))
                data |= {"type": "place", "latitude": number, "longitude": 21.0, "accuracy": self.mutator.scalar()}
            case 6:
                data |= {"type": "hello", "have": {str(self.mutator.scalar()): "m", "3": "x"}}
            case _:
                data |= {"type": random.choice(("earlier", "ping", "", "hello"))}
        if random.random() < 0.5:
            data = self.mutator.tree(data)
        text = json.dumps(data)
        return text if random.random() < 0.9 else self.mutator.bent(text)


HEARD = ("message", "edited_message", "callback_query", "my_chat_member")
"""Kinds that the bot asks for."""


def _moved(value: Anything, chat: int) -> Anything:
    """A recorded update as if of another chat."""
    if isinstance(value, dict):
        return {key: _moved(item, chat) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, chat) for item in value]
    return chat if value == RECORDED_CHAT else value
