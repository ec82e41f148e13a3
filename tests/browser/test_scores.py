"""Scores and votes as the office and a juror meet them: the demo edition itself, through the real page, on a phone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, async_playwright, expect

from tests import command_line
from tests.acceptance.running import free_port
from tests.browser.conftest import find_chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

WIDTH, HEIGHT = 360, 640
SECONDS = 60_000
"""Milliseconds until what was asked for is there: the demo has all its messages to bring first."""
SIDEWAYS = """() => [document.documentElement, document.getElementById("scroll")]
  .map((one) => one.scrollWidth - one.clientWidth)"""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo, and a browser that its page has let into all three chats."""

    address: str
    context: BrowserContext
    chats: tuple[str, ...]

    async def chat(self, place: int) -> Page:
        """The chat of the juror, the coordinator or the organizer."""
        page = await self.context.new_page()
        page.set_default_timeout(SECONDS)
        await page.goto(f"{self.address}/chat/{self.chats[place]}/")
        return page


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    """A demo of its own, in a folder of its own."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine")
    port = str(free_port())
    with command_line.started("demo", folder=tmp_path, HTTP_PORT=port) as running:
        await asyncio.to_thread(running.wait_for, "waiting at")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
            context = await browser.new_context(
                viewport={"width": WIDTH, "height": HEIGHT}, locale="pl-PL", timezone_id="Europe/Warsaw", has_touch=True
            )
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{port}/demo")
            chats = tuple(re.findall(r'src="/chat/(\w+)/"', await page.content()))
            await page.close()
            yield Demo(f"http://127.0.0.1:{port}", context, chats)
            await browser.close()
        await asyncio.to_thread(running.interrupt)


async def says(page: Page, words: str) -> None:
    """Type something and send it."""
    await page.locator("textarea").fill(words)
    await page.get_by_role("button", name="Wyślij").tap()


async def shown(page: Page, words: str | re.Pattern[str]) -> Locator:
    """The newest message that says so, once it is there; news may come below it at any time."""
    found = page.locator("#log .message.theirs").filter(has_text=words).last
    await expect(found).to_be_visible(timeout=SECONDS)
    return found


async def taps(message: Locator, label: str, then: str | re.Pattern[str]) -> Locator:
    """Tap a button of a message that begins so; the message that says what comes then."""
    await message.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).first.tap(timeout=SECONDS)
    return await shown(message.page, then)


async def test_from_a_result_down_to_one_photo(demo: Demo) -> None:
    """Card, why, heading, dimension, channel, report, item, answer, photo: each one tap further, nothing cut off."""
    page = await demo.chat(1)
    await says(page, "/wyniki Płońsk")
    message = await shown(page, "Płońsk · wynik")
    for label, then in (
        ("Dlaczego?", "Z czego składa się wynik"),
        ("1. Wynik łączny", "Średnia ważona z 3"),
        ("2. Dostępność informacji", "Wynik łączny › Dostępność informacji"),
        ("1. Informacja pod ręką", "› Informacja pod ręką"),
        ("1. Wizyty", "› Wizyty"),
        ("1. raport nr", "Punkty zdobyte z możliwych"),
        ("W02", "Czy przed wejściem widać"),
    ):
        message = await taps(message, label, then)
        assert await page.evaluate(SIDEWAYS) == [0, 0]
    message = await taps(message, "📎", "Wróć do odpowiedzi")
    photo = message.locator(".picture img")
    await expect(photo).to_be_visible(timeout=SECONDS)
    await photo.evaluate("image => image.decode()")
    box = await photo.bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert box["x"] + box["width"] <= WIDTH
    await taps(message, "Wróć do odpowiedzi", "Jak się to ocenia")


async def test_a_juror_of_the_board_votes_and_thinks_again(demo: Demo) -> None:
    """Having agreed, the ballot is there; a tap keeps the vote, another changes it; the office sees only how many."""
    page = await demo.chat(0)
    await page.get_by_role("button", name="Zgadzam się").tap()
    ballot = await shown(page, "Propozycja: przyznać")
    await expect(ballot.get_by_role("button", name="Wstrzymuję się")).to_be_attached()
    assert await page.evaluate(SIDEWAYS) == [0, 0]
    kept = await taps(ballot, "Przeciw", "Zapisane: Przeciw")
    again = await taps(kept, "Zmień", "Twój głos teraz: Przeciw")
    await taps(again, "Za", "Zapisane: Za")
    office = await demo.chat(2)
    await says(office, "/licencje")
    overview = await shown(office, "Trwa głosowanie: 1")
    listed = await taps(overview, "Trwa głosowanie", "oddane głosy: 2 z 5")
    assert "Maria" not in await listed.inner_text()
