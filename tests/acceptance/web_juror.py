"""A juror in the web chat: a real Chromium on the program's own page, a shadow of the contact walked beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import FilePayload, Locator, Page

from bot import clock
from bot.channels.wire import outgoing_from_json
from bot.tap_kinds import ChangeHere, ContactTap
from bot.taps import decode, reply_of
from scenarios.autopilot import next_sensible
from scenarios.contact import AskStep, Change, Files, Pick, Position, Reply, Turn, Words
from scenarios.engine import advance
from scenarios.model import Scenario
from storage import messages
from storage.database import Database
from storage.messages import Direction, Message
from tests import files
from tests.acceptance.world import ZONE

REPLIES_AT_MOST = 200
ANSWER_SECONDS = 40.0
LATEST = 30
CHOOSE = {"image": "Wybierz zdjęcie", "file": "Wybierz plik", "audio": "Wybierz nagranie"}
"""What the page's own buttons for files say."""


@dataclass(slots=True)
class WebJuror:
    """Whoever sits before the page. ``shots`` is where pictures of it go, if anywhere."""

    page: Page
    database: Database
    address_id: int
    scenario: Scenario
    turn: Turn
    shots: Path | None = None
    taps: int = 0
    photos: int = 0
    typed: int = 0
    chosen: dict[str, str] = field(default_factory=dict)

    async def walk(self, *, until: Callable[[Turn], bool]) -> None:
        """Answer question after question until the shadow is where it should be."""
        for _ in range(REPLIES_AT_MOST):
            if until(self.turn):
                return
            found = next_sensible(self.scenario, self.turn, now=clock.now(), zone=ZONE, chosen=self.chosen)
            assert found is not None, f"no sensible reply to {self.turn.prompt}"
            await self.reply(found[0])
        raise AssertionError(f"not there after {REPLIES_AT_MOST} replies: {self.turn.prompt}")

    async def reply(self, reply: Reply) -> None:
        """Do one thing on the page; wait until it shows what the shadow asks next."""
        made = advance(self.scenario, self.turn.contact, reply, now=clock.now(), zone=ZONE)
        assert made.rejection is None, made.rejection
        asked = await self.question()
        seen = 0 if asked is None else asked.id
        await self._do(reply, asked)
        self.turn = made
        try:
            await self.until_asked(seen)
        except TimeoutError:
            await self.shoot("failed")
            asks = getattr(self.turn.prompt, "path", type(self.turn.prompt).__name__)
            raise AssertionError(f"after {reply}: the page does not ask {asks}") from None

    async def until_asked(self, seen: int) -> None:
        """Wait for a question newer than ``seen`` that belongs to the shadow's turn, and for the page to show it."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                asked = await self.question()
                tap = None if asked is None else first_tap(asked)
                is_new = asked is not None and asked.id != seen
                is_draft = isinstance(self.turn.prompt, AskStep) and bool(self.turn.prompt.chosen)
                if tap is not None and tap.turn == self.turn.contact.turn and (is_new or is_draft):
                    break
                await asyncio.sleep(0.02)
        await self.element(asked).wait_for(timeout=ANSWER_SECONDS * 1000)

    async def change(self, path: str, value: str) -> None:
        """Change an earlier answer by the "Zmień" that stands under it."""
        asked = await self.question()
        latest = await self._messages(200)
        for message in reversed(latest):
            for tap, label in taps_of(message):
                if isinstance(tap.act, ChangeHere) and reply_of(self.scenario, tap) == Change(path):
                    self.turn = advance(self.scenario, self.turn.contact, Change(path), now=clock.now(), zone=ZONE)
                    await self.element(message).get_by_role("button", name=label, exact=True).click()
                    await self.until_asked(0 if asked is None else asked.id)
                    await self.reply(Pick(value))
                    return
        raise AssertionError(f"nothing offers to change {path}")

    async def question(self) -> Message | None:
        """The newest message that asks something of the contact."""
        for message in reversed(await self._messages(LATEST)):
            if first_tap(message) is not None:
                return message
        return None

    def element(self, message: Message | None) -> Locator:
        """Where the page shows a message."""
        assert message is not None
        return self.page.locator(f'[data-id="{message.id}"]')

    async def shoot(self, name: str) -> None:
        """A picture of the page."""
        if self.shots is not None:
            await self.page.wait_for_timeout(1200)
            await self.page.screenshot(path=self.shots / f"{name}.png")

    async def _messages(self, number: int) -> list[Message]:
        return await self.database.read(lambda unit: messages.history(unit, self.address_id, limit=number))

    async def _do(self, reply: Reply, asked: Message | None) -> None:
        match reply:
            case Words(text):
                self.typed += len(text)
                await self.page.locator("#text").fill(text)
                await self.page.get_by_role("button", name="Wyślij", exact=True).last.click()
            case Files(kind=kind):
                self.photos += 1
                await self._send_file(kind)
            case Position():
                raise AssertionError("no scenario of the library asks for a place")
            case _:
                self.taps += 1
                await self._tap(reply, asked)

    async def _send_file(self, kind: str) -> None:
        number = self.photos
        payload: FilePayload
        if kind == "audio":
            payload = {"name": "glos.ogg", "mimeType": "audio/ogg", "buffer": files.ogg()}
        elif number % 2:
            payload = {"name": f"foto{number}.jpg", "mimeType": "image/jpeg", "buffer": files.jpeg(block=files.exif())}
        else:
            payload = {"name": f"foto{number}.heic", "mimeType": "image/heic", "buffer": files.heic()}
        async with self.page.expect_file_chooser() as chooser:
            await self.page.locator(".panel").get_by_role("button", name=CHOOSE[kind]).click()
        await (await chooser.value).set_files([payload])

    async def _tap(self, reply: Reply, asked: Message | None) -> None:
        assert asked is not None
        for tap, label in taps_of(asked):
            if reply_of(self.scenario, tap) == reply:
                await self.element(asked).get_by_role("button", name=label, exact=True).click()
                return
        raise AssertionError(f"no button for {reply}: {[label for _, label in taps_of(asked)]}")


def taps_of(message: Message) -> list[tuple[ContactTap, str]]:
    """The contact's taps under a message of ours, with their labels."""
    if message.body is None or message.direction is not Direction.OUT:
        return []
    found = []
    for row in outgoing_from_json(message.body).buttons:
        for button in row:
            tap = decode(button.tap)
            if isinstance(tap, ContactTap):
                found.append((tap, button.label))
    return found


def first_tap(message: Message) -> ContactTap | None:
    """The first tap of a message that does more than offer to change its answer."""
    return next((tap for tap, _ in taps_of(message) if not isinstance(tap.act, ChangeHere)), None)
