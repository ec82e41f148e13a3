"""Many jurors in a hurry: each walks twenty cheap questions, several answers at once where words will do."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import clock
from bot.channels.telegram import CHANNEL
from bot.publishing import publish_file
from bot.tap_kinds import Begin, ContactTap, PickNo, PickYes
from bot.taps import decode, encode
from scenarios.model import Mode
from storage import assignments, editions, people
from storage.assignments import State
from storage.database import Database, Unit
from storage.people import Role
from tests.faults.quick_bot_api import QuickBotApi

SCENARIO = Path(__file__).with_name("twenty.yaml")
QUESTIONS = 20
TAPPED_EVERY = 5
"""Every so many questions want a tap."""
FIRST_CHAT = 1_000_000
SEEDED_AT_ONCE = 100
BURST_CHANCE = 0.3
"""How often somebody writes the answers to all questions up to the next tap at once."""

_QUESTION = re.compile(r"Pytanie (\d\d)\?")


@dataclass(slots=True)
class Juror:
    """One chat with one contact to walk."""

    chat: int
    assignment: int
    answers: list[str] = field(default_factory=list)
    """What was sent, in order: the words, or ``yes`` and ``no``."""
    asked: list[tuple[int, int, int]] = field(default_factory=list)
    """Every question that arrived: its number, the life of the program that sent it, and the id of the message."""
    updates: list[int] = field(default_factory=list)
    is_through: bool = False
    other: int = 0
    """Messages that ask nothing, before the end."""

    @property
    def highest(self) -> int:
        """The last question that was asked so far."""
        return max((number for number, _life, _message in self.asked), default=0)


class Jurors:
    """All of them; ``at_once`` walk at the same time."""

    def __init__(self, seeded: list[tuple[int, int]], *, at_once: int, chance: random.Random) -> None:
        self.everybody = {chat: Juror(chat, assignment) for chat, assignment in seeded}
        self.server = QuickBotApi(self._hear)
        self.through = 0
        self.sends = 0
        self.at_once = at_once
        self._chance = chance
        self._follows = False
        self._next: Iterator[Juror] = iter(list(self.everybody.values()))
        self.walking: dict[int, Juror] = {}
        self.fresh: set[int] = set()
        """Questions that arrived since the store was last looked at: the ids of their messages."""
        self.open: set[int] = set()
        """Those that a kill cut off from the commit that would have noted them: each must be sent again."""

    def begin(self) -> None:
        """The first of them begin; whenever one is through, the next does."""
        self._follows = True
        for _ in range(self.at_once):
            self.begin_next()

    @property
    def are_through(self) -> bool:
        """Whether everybody has answered everything, and was told so."""
        return self.through == len(self.everybody)

    def begin_next(self) -> None:
        """One more begins, if there is one."""
        juror = next(self._next, None)
        if juror is None:
            return
        self.walking[juror.chat] = juror
        juror.updates.append(self.server.taps(juror.chat, encode(Begin(juror.assignment)), None))

    def _hear(self, chat: int, call: dict[str, Any], life: int) -> None:
        self.sends += 1
        juror = self.everybody[chat]
        found = _QUESTION.findall(str(call["text"]))
        if not found:
            if len(juror.answers) < QUESTIONS:
                juror.other += 1
            elif not juror.is_through:
                juror.is_through = True
                self.through += 1
                self.walking.pop(chat, None)
                if self._follows:
                    self.begin_next()
            return
        number = int(found[-1])
        message = int(call["message_id"])
        juror.asked.append((number, life, message))
        self.fresh.add(message)
        if number == len(juror.answers) + 1:
            self._answer(juror, number, call)

    def _answer(self, juror: Juror, number: int, call: dict[str, Any]) -> None:
        if number % TAPPED_EVERY == 0:
            said = self._chance.choice(("yes", "no"))
            juror.answers.append(said)
            tap = _button(call, PickYes() if said == "yes" else PickNo())
            juror.updates.append(self.server.taps(juror.chat, tap, call["message_id"]))
            return
        last = number + (TAPPED_EVERY - 1 - number % TAPPED_EVERY) if self._chance.random() < BURST_CHANCE else number
        for one in range(number, last + 1):
            words = f"odpowiedź {one} z czatu {juror.chat}"
            juror.answers.append(words)
            juror.updates.append(self.server.says(juror.chat, words))

    def note_open(self, settled: set[int]) -> None:
        """The program was killed, and the store knows of these messages: all others that arrived were left open."""
        self.open |= self.fresh - settled
        self.fresh.clear()

    def repeats(self) -> Counter[str]:
        """How often a question arrived again, by cause.

        ``after a kill``: one fell between the arrival of the message before and the commit that would have noted it.
        ``not explained``: that commit was made, or nobody was killed; it should not have been sent again.
        """
        found: Counter[str] = Counter()
        for juror in self.everybody.values():
            before: dict[int, int] = {}
            for number, _life, message in juror.asked:
                if number in before:
                    found["after a kill" if before[number] in self.open else "not explained"] += 1
                before[number] = message
        return found

    def out_of_order(self) -> int:
        """Questions that arrived, for the first time, before the one in front of them."""
        wrong = 0
        for juror in self.everybody.values():
            first = list(dict.fromkeys(number for number, _life, _message in juror.asked))
            wrong += sum(one != place for place, one in enumerate(first, 1))
        return wrong


async def seed(database: Database, number: int) -> list[tuple[int, int]]:
    """An edition of so many jurors with a chat and an accepted task each: (chat, assignment)."""
    edition, participant = await database.run(_edition)
    made: list[tuple[int, int]] = []
    for start in range(0, number, SEEDED_AT_ONCE):
        chats = range(FIRST_CHAT + start, FIRST_CHAT + min(start + SEEDED_AT_ONCE, number))
        made += await database.run(
            lambda unit, chats=chats: [(chat, _juror(unit, edition, participant, chat)) for chat in chats]
        )
    return made


def _edition(unit: Unit) -> tuple[int, int]:
    now = clock.now()
    publish_file(unit, SCENARIO, now=now)
    begins, ends = now.date() - timedelta(days=10), now.date() + timedelta(days=60)
    edition = editions.add_edition(unit, name="Próbna", starts_on=begins, ends_on=ends, time_zone="Europe/Warsaw")
    place = editions.add_participant(unit, edition_id=edition, name="Gmina", short_name="Gmina", type="gmina")
    return edition, place


def _juror(unit: Unit, edition: int, participant: int, chat: int) -> int:
    now = clock.now()
    person = people.add_person(unit, edition_id=edition, name=f"Juror {chat}", role=Role.JUROR, language="pl", now=now)
    people.set_consent(unit, person, now)
    people.invite(unit, person, token_hash=f"juror-{chat}", now=now, expires_at=now + timedelta(hours=1))
    people.redeem(unit, f"juror-{chat}", channel=CHANNEL, chat=str(chat), now=now)
    task = assignments.assign(
        unit,
        edition_id=edition,
        participant_id=participant,
        person_id=person,
        mode=Mode.VISIT,
        scenario="twenty",
        opens_at=now - timedelta(days=1),
        due_at=now + timedelta(days=30),
        now=now,
    )
    assignments.change(unit, task, state=State.ACCEPTED, now=now)
    return task


def _button(call: dict[str, Any], act: object) -> str:
    """The data of the button that does it."""
    markup = call["reply_markup"]
    rows = (json.loads(markup) if isinstance(markup, str) else markup)["inline_keyboard"]
    for key in (key for row in rows for key in row):
        tap = decode(key.get("callback_data", ""))
        if isinstance(tap, ContactTap) and tap.act == act:
            return str(key["callback_data"])
    raise AssertionError(f"no button for {act} in {markup}")
