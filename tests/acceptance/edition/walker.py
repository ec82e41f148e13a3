"""A juror's contact walked in a chat that holds other contacts too, sensibly, or with mistakes on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bot import clock
from bot.roles.juror.sending import TAKES_WORDS
from bot.tap_kinds import LASTING_ACTS, ChangeHere, ContactTap, ContinueContact
from bot.taps import decode, path_of, reply_of
from scenarios.contact import (
    AskStep,
    Closed,
    Phase,
    Pick,
    Reply,
    Resume,
    Sleeping,
    TakeDefault,
    TimePassed,
    Turn,
    Words,
)
from scenarios.engine import advance, ask_again, lock
from scenarios.model import StepType
from tests.acceptance.edition.chat import Chat, taps_of
from tests.acceptance.walking import Juror
from tests.acceptance.world import ZONE
from tests.bot_api.state import Key, Shown

WRONG_WORDS = ("trzydziestego drugiego lutego", "asdf qwer", "chyba tak z piętnaście albo i nie", "99.99.9999")
"""What no question takes for an answer; where one does, it is not said."""

TAKES_ANYTHING = frozenset({StepType.TEXT})
STALE, WRONG, TWICE, EDITED = 0.06, 0.12, 0.16, 0.20
"""Up to which chance each mistake is made before a step."""


def is_over(turn: Turn) -> bool:
    """Whether nothing more is asked: sent, sent again, or left."""
    return turn.contact.phase is not Phase.OPEN and not turn.contact.returned


@dataclass(slots=True)
class Walker(Juror):
    """One contact; ``mistakes`` is where they come from, None for somebody who makes none."""

    mistakes: Random | None = None
    waits: bool = False
    """Whether a reply from outside never comes."""
    made: list[str] = field(default_factory=list)
    """The mistakes that were made."""
    _tapped: list[tuple[int, ContactTap, str]] = field(default_factory=list)
    _update: int = 0
    _own: int = 0

    @property
    def contact_id(self) -> int:
        """Which contact."""
        return self.turn.contact.id

    def question(self) -> Shown | None:
        """The newest message that asks something of this contact."""
        return next((shown for shown in reversed(self.person.hears()) if self._asks(shown)), None)

    def is_asked(self) -> bool:
        """Whether a message newer than what was answered shows the turn the shadow is at."""
        fresh = [shown for shown in self.person.hears() if (shown.id, shown.edits) > self._seen]
        if isinstance(self.turn.prompt, Closed) or is_over(self.turn):
            return any(shown.id > self._seen[0] for shown in fresh)
        return any(tap.turn == self.turn.contact.turn for shown in fresh for tap in self._asks(shown))

    async def resume(self, chat: Chat) -> None:
        """Take the contact up again where it was left."""
        self.turn = advance(self.scenario, self.turn.contact, Resume(), now=clock.now(), zone=ZONE)
        before = chat.seen()
        self._seen = (max(before, default=0), 0)
        await chat.taps(ContinueContact, contact=self.contact_id, shows=ContactTap, having={"contact": self.contact_id})
        await self.server.until(self.is_asked, seconds=60)

    def sleeps(self) -> bool:
        """Whether it waits for a reply that never comes."""
        return self.waits and isinstance(self.turn.prompt, Sleeping)

    def overslept(self) -> None:
        """The bot has ended the wait by itself."""
        self.turn = advance(self.scenario, self.turn.contact, TimePassed(), now=clock.now(), zone=ZONE)

    def sent_back(self, paths: tuple[str, ...], *, is_locked: bool) -> None:
        """The coordinator asks these once more."""
        if is_locked:
            self.turn = lock(self.scenario, self.turn.contact)
        self.turn = ask_again(self.scenario, self.turn.contact, paths, now=clock.now(), zone=ZONE)
        assert self.turn.rejection is None

    async def step(self) -> None:
        """One sensible reply, perhaps after a mistake."""
        if self.mistakes is not None:
            await self._blunder(self.mistakes)
        await Juror.step(self)

    async def _blunder(self, chance: Random) -> None:
        roll, prompt = chance.random(), self.turn.prompt
        contact = self.turn.contact
        if not isinstance(prompt, AskStep) or contact.pending is not None or contact.phase is not Phase.OPEN:
            return
        if roll < STALE:
            old = [one for one in self._tapped if self._is_stale(one[1], prompt)]
            if old:
                message, _tap, data = chance.choice(old)
                await self._errs("stale tap", lambda: self.person.taps_data(data, message=message))
        elif roll < WRONG:
            words = Words(chance.choice(WRONG_WORDS))
            turn = advance(self.scenario, contact, words, now=clock.now(), zone=ZONE)
            takes = prompt.step.type in TAKES_WORDS - TAKES_ANYTHING
            if takes and not prompt.another and turn.rejection is not None and turn.contact == contact:
                await self._errs("wrong words", lambda: self.person.says(words.text))
        elif roll < TWICE:
            if self._update:
                self.made.append("update twice")
                self.server.updates.repeat(self._update)
        elif roll < EDITED and self._own:
            await self._errs("own message edited", lambda: self.person.edits(self._own, "co innego"))

    def _is_stale(self, tap: ContactTap, prompt: AskStep) -> bool:
        is_answer = not isinstance(tap.act, LASTING_ACTS)
        return (
            is_answer and tap.turn < self.turn.contact.turn and path_of(self.scenario, tap) not in (None, prompt.path)
        )

    async def _errs(self, name: str, act: Callable[[], object]) -> None:
        """Make a mistake; the bot says something to it, and nothing of the contact moves."""
        self.made.append(name)
        newest = self.person.last.id
        act()
        await self.server.until(lambda: self.person.last.id > newest, seconds=60)

    def _do(self, reply: Reply) -> None:
        if isinstance(reply, Words):
            self._update = self.person.says(reply.text)
            self._own = max(shown.id for shown in self.person.sees() if not shown.from_bot)
            return
        Juror._do(self, reply)

    def _button(self, reply: Reply) -> Key:
        question = self.question()
        assert question is not None
        key = self._suggested(question) if isinstance(reply, TakeDefault) else None
        key = key or Juror._button(self, reply)
        tap = decode(key.data or "")
        assert isinstance(tap, ContactTap)
        self._tapped.append((question.id, tap, key.data or ""))
        return key

    def _suggested(self, question: Shown) -> Key | None:
        """The choice that is suggested, where it has no button of its own beside the choices."""
        wanted = replied(self, TakeDefault())
        for row in question.keys:
            for key in row:
                tap = decode(key.data or "")
                reply = reply_of(self.scenario, tap) if isinstance(tap, ContactTap) else None
                if isinstance(reply, TakeDefault | Pick) and replied(self, reply) == wanted:
                    return key
        return None

    def _asks(self, shown: Shown) -> list[ContactTap]:
        """The taps of a message that ask something of this contact."""
        return [
            tap
            for tap, _data in taps_of(shown)
            if isinstance(tap, ContactTap) and tap.contact == self.contact_id and not isinstance(tap.act, ChangeHere)
        ]


def replied(walker: Walker, reply: Reply) -> dict[str, object]:
    """The values of the answers there would be."""
    turn = advance(walker.scenario, walker.turn.contact, reply, now=clock.now(), zone=ZONE)
    return {path: answer.value for path, answer in turn.contact.answers.items()}
