"""A juror in Telegram who answers sensibly: reads the last question in the chat, taps, types, or sends a photo.

A shadow of the contact is walked beside with the same engine, so that every screen is compared with what it should ask.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot import clock
from bot.tap_kinds import ChangeHere, ContactTap, PickReason
from bot.taps import decode, reply_of
from scenarios.autopilot import next_sensible
from scenarios.contact import Closed, Files, Pick, Position, Reply, Turn, Words
from scenarios.engine import advance
from scenarios.model import Scenario
from tests import files
from tests.acceptance.world import ZONE
from tests.bot_api.person import Person
from tests.bot_api.server import BotApiServer
from tests.bot_api.state import Key, Shown

REPLIES_AT_MOST = 200
ANSWER_SECONDS = 60.0


@dataclass(slots=True)
class Juror:
    """A person of the Bot API server and the contact they walk."""

    server: BotApiServer
    person: Person
    scenario: Scenario
    turn: Turn
    chosen: dict[str, str] = field(default_factory=dict)
    taps: int = 0
    photos: int = 0
    meanwhile: Callable[[], Awaitable[None]] | None = None
    """Called after each reply, before its answer is waited for: where tests kill the program."""
    _seen: tuple[int, int] = (0, 0)

    async def walk(self, *, until: Callable[[Turn], bool]) -> None:
        """Answer question after question until the shadow is where it should be."""
        for _ in range(REPLIES_AT_MOST):
            if until(self.turn):
                return
            await self.step()
        raise AssertionError(f"not there after {REPLIES_AT_MOST} replies: {self.turn.prompt}")

    async def step(self) -> None:
        """One sensible reply, and the answer to it."""
        found = next_sensible(self.scenario, self.turn, now=clock.now(), zone=ZONE, chosen=self.chosen)
        assert found is not None, f"no sensible reply to {self.turn.prompt}"
        await self.reply(found[0])

    async def reply(self, reply: Reply) -> None:
        """Do one thing in the chat; wait until the bot shows what the shadow asks next."""
        made = advance(self.scenario, self.turn.contact, reply, now=clock.now(), zone=ZONE)
        assert made.rejection is None, made.rejection
        question = self.question()
        self._seen = (0, 0) if question is None else (question.id, question.edits)
        self._do(reply)
        self.turn = made
        if self.meanwhile is not None:
            await self.meanwhile()
        await self.server.until(self.is_asked, seconds=ANSWER_SECONDS)

    def show(self, reply: Reply, data: str) -> None:
        """Do something by a button of another message, given by its data."""
        last = self.person.last
        self._seen = (last.id, last.edits)
        self.turn = advance(self.scenario, self.turn.contact, reply, now=clock.now(), zone=ZONE)
        self.taps += 1
        self.person.taps(data)

    def is_asked(self) -> bool:
        """Whether the chat shows, in a message newer than what was answered, the turn the shadow is at."""
        if isinstance(self.turn.prompt, Closed) and self.turn.contact.submitted_at is None:
            return any(shown.id > self._seen[0] for shown in self.person.hears())
        question = self.question()
        tap = None if question is None else _contact_tap(question)
        if question is None or tap is None or tap.turn != self.turn.contact.turn:
            return False
        return (question.id, question.edits) > self._seen

    def question(self) -> Shown | None:
        """The newest message that asks something of the contact (a tidied one asks nothing)."""
        return next((shown for shown in reversed(self.person.hears()) if _contact_tap(shown) is not None), None)

    def _do(self, reply: Reply) -> None:
        match reply:
            case Words(text):
                self.person.says(text)
            case Files(kind=kind, as_file=as_file):
                self.photos += 1
                data = files.jpeg(width=320 + self.photos, height=240)
                if kind == "audio":
                    self.person.sends_voice(files.ogg())
                elif as_file:
                    self.person.sends_document(data, "zdjecie.jpg", "image/jpeg")
                else:
                    self.person.sends_photo(data)
            case Position(place):
                self.person.sends_place(place.latitude, place.longitude)
            case _:
                self.taps += 1
                self.person.taps(self._button(reply).data or "")

    def _button(self, reply: Reply) -> Key:
        question = self.question()
        assert question is not None, [shown.text for shown in self.person.hears()[-3:]]
        for row in question.keys:
            for key in row:
                tap = decode(key.data or "")
                if isinstance(tap, ContactTap) and _means(self.scenario, tap, reply):
                    return key
        raise AssertionError(f"no button for {reply} under {question.text!r}: {question.labels}")


def _means(scenario: Scenario, tap: ContactTap, reply: Reply) -> bool:
    if isinstance(tap.act, PickReason) and not isinstance(reply, Pick):
        return False
    return reply_of(scenario, tap) == reply


def _contact_tap(shown: Shown) -> ContactTap | None:
    """The first tap of a message that does more than offer to change its answer."""
    for row in shown.keys:
        for key in row:
            tap = decode(key.data or "")
            if isinstance(tap, ContactTap) and not isinstance(tap.act, ChangeHere):
                return tap
    return None
