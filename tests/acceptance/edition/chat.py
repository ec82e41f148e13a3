"""One person's chat in Telegram, moved by what buttons mean: every tap is on a button that stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.tap_kinds import ContactTap
from bot.taps import decode
from tests.bot_api.person import Person
from tests.bot_api.server import BotApiServer
from tests.bot_api.state import Shown

ANSWER_SECONDS = 60.0

Seen = Mapping[int, int]
"""How often each message had been edited."""


def taps_of(shown: Shown) -> Iterator[tuple[Any, str]]:
    """What the buttons of a message mean, and their data."""
    for row in shown.keys:
        for key in row:
            if key.data is not None and (tap := decode(key.data)) is not None:
                yield tap, key.data


def means(tap: object, kind: type, fields: Mapping[str, int]) -> bool:
    """Whether a tap is of that kind, with these numbers."""
    return isinstance(tap, kind) and all(getattr(tap, name) == value for name, value in fields.items())


@dataclass(slots=True)
class Chat:
    """A person and the bot."""

    server: BotApiServer
    person: Person

    def seen(self) -> Seen:
        """What stands there now."""
        return {shown.id: shown.edits for shown in self.person.hears()}

    def news(self, before: Seen) -> list[Shown]:
        """Messages that came or were changed since, the newest first."""
        return [shown for shown in reversed(self.person.hears()) if before.get(shown.id) != shown.edits]

    def buttons(self, kind: type, *, since: Seen | None = None, **fields: int) -> list[tuple[Shown, Any, str]]:
        """The buttons of a kind: message, meaning, data; those of the newest message first."""
        return self._buttons(kind, fields, since)

    def _buttons(self, kind: type, fields: Mapping[str, int], since: Seen | None) -> list[tuple[Shown, Any, str]]:
        places = reversed(self.person.hears()) if since is None else self.news(since)
        return [(shown, tap, data) for shown in places for tap, data in taps_of(shown) if means(tap, kind, fields)]

    def buttons_act(self, act: type) -> list[Shown]:
        """The messages with a button of a contact that does such a thing, the newest first."""
        return [
            shown
            for shown in reversed(self.person.hears())
            if any(isinstance(tap, ContactTap) and isinstance(tap.act, act) for tap, _data in taps_of(shown))
        ]

    def has(self, kind: type, **fields: int) -> bool:
        """Whether there is such a button."""
        return bool(self._buttons(kind, fields, None))

    async def says(self, text: str, *, shows: type | None = None, heard: str = "", **fields: int) -> Shown:
        """Write something; the message that answers it: with such a button, or with these words."""
        return await self.after(lambda: self.person.says(text), shows=shows, heard=heard, fields=fields)

    async def taps(
        self,
        kind: type,
        *,
        shows: type | None = None,
        heard: str = "",
        having: Mapping[str, int] | None = None,
        **fields: int,
    ) -> Shown:
        """Tap the newest button of a kind; the message that answers it. ``having``: numbers of the button it shows."""
        found = self._buttons(kind, fields, None)
        assert found, f"no button {kind.__name__} {fields} in {[shown.text[:60] for shown in self.person.hears()[-3:]]}"
        shown, _tap, data = found[0]
        return await self.after(
            lambda: self.person.taps_data(data, message=shown.id), shows=shows, heard=heard, fields=having or {}
        )

    async def after(
        self, act: Callable[[], object], *, shows: type | None = None, heard: str = "", fields: Mapping[str, int]
    ) -> Shown:
        """Do something, and wait for the message that answers it."""
        before = self.seen()
        act()
        return await self.answer(before, shows=shows, heard=heard, fields=fields)

    async def answer(
        self, before: Seen, *, shows: type | None = None, heard: str = "", fields: Mapping[str, int] | None = None
    ) -> Shown:
        """The newest message since ``before`` that has such a button or holds these words; waited for."""
        wanted = fields or {}

        def fits(shown: Shown) -> bool:
            if heard and heard not in shown.text:
                return False
            return shows is None or any(means(tap, shows, wanted) for tap, _data in taps_of(shown))

        def found() -> Shown | None:
            return next((shown for shown in self.news(before) if fits(shown)), None)

        try:
            await self.server.until(found, seconds=ANSWER_SECONDS)
        except TimeoutError:
            said = "\n---\n".join(f"{shown.text}\n{shown.labels}" for shown in reversed(self.news(before)))
            name = "" if shows is None else shows.__name__
            raise AssertionError(f"no answer with {name} {dict(wanted)} {heard!r}; since then:\n{said}") from None
        answer = found()
        assert answer is not None
        return answer
