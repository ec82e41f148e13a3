"""How the pages look and behave for everybody: accessibility rules, narrow screens, nothing that jumps."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.channels.base import Attachment, Outgoing
from tests.web_house import CHAT, OTHER_CHAT

pytestmark = pytest.mark.browser

Desk = Any  # conftest's Desk: conftest files cannot be imported
SIZES = ("320", "768", "desktop")

WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


async def complaints(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now."""
    found = await Axe().run(page)
    return [
        f"{violation['id']}: {violation['help']} {[node['target'] for node in violation['nodes']]}"
        for violation in found.response["violations"]
    ]


async def furnish(desk: Desk) -> None:
    """A chat with some of everything."""
    stored = await desk.house.blobs.put(b"not really a picture")
    await desk.begin()
    await desk.house.say(
        Outgoing(
            body="Załączniki: https://example.org/" + "bardzo-dlugi-adres-bez-zadnej-przerwy-" * 4,
            attachments=(
                Attachment(stored.sha256, "application/pdf", "regulamin-obslugi-klientow-w-urzedzie-2026.pdf"),
                Attachment(stored.sha256, "audio/ogg", "notatka.ogg"),
            ),
        )
    )
    await desk.house.say(desk.visit.ask())


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_the_chat_obeys_the_rules(desk: Desk, size: str, dark: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """axe-core finds nothing in the chat: history, each kind of answer, menus, an alert, the offline banner."""
    await furnish(desk)
    page = await desk.page(size=size, dark=dark, reduced_motion="reduce")
    await page.get_by_role("button", name="Tak").last.click()
    await expect(page.locator(".panel")).to_be_visible()
    assert await complaints(page) == []
    await page.get_by_role("button", name="Menu").click()
    assert await complaints(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Dołącz").click()
    assert await complaints(page) == []
    await page.keyboard.press("Escape")
    for words in ("pomiń", "2"):
        await page.locator("#text").fill(words)
        await page.keyboard.press("Enter")
        await page.locator(".mine").get_by_text(words, exact=True).wait_for()
    await expect(page.locator("input[type=date]")).to_be_visible()
    await page.locator(".panel").get_by_role("button", name="Wyślij").click()
    await expect(page.get_by_role("alert")).to_contain_text("Najpierw")
    await page.context.set_offline(True)
    await page.locator("#text").fill("bez sieci")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Brak sieci")).to_be_visible()
    assert await complaints(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/w/good", f"/chat/{OTHER_CHAT}/", "/demo"], ids=["invitation", "closed", "demo"])
@pytest.mark.parametrize("size", ["320", "desktop"])
async def test_the_other_pages_obey_the_rules(desk: Desk, size: str, path: str, dark: bool) -> None:  # noqa: FBT001
    """axe-core finds nothing on the invitation, on the closed door and on the demo page."""
    await desk.begin()
    page = await desk.page(size=size, dark=dark, signed_in=False, path=path)
    await page.wait_for_load_state("load")
    assert await complaints(page) == []
    assert [trouble for trouble in desk.troubles if "404" not in trouble] == []


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_is_wider_than_the_screen(desk: Desk, size: str) -> None:
    """No page scrolls sideways, whatever words it holds; everything to press is at least 44 pixels high and wide."""
    await furnish(desk)
    page = await desk.page(size=size)
    await expect(page.get_by_role("button", name="Tak").last).to_be_visible()
    await page.get_by_role("button", name="Menu").click()
    sideways = """() => [document.documentElement, document.getElementById("scroll")]
      .map((one) => one.scrollWidth - one.clientWidth)"""
    assert await page.evaluate(sideways) == [0, 0]
    small = """() => Array.from(document.querySelectorAll("button, a, textarea, input"))
      .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect()])
      .filter(([, box]) => box.width && (box.width < 44 || box.height < 44)).map(([name]) => name)"""
    assert await page.evaluate(small) == []
    for path in ("/w/good", "/demo"):
        await page.goto(desk.address + path)
        assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("size", ["320", "desktop"])
async def test_nothing_jumps(desk: Desk, size: str) -> None:
    """While a long chat loads, and while messages and edits come, what is on the screen stays where it is."""
    for number in range(40):
        await desk.house.say(Outgoing(body=f"Wiadomość {number}. " + "Kilka słów więcej. " * (number % 5)))
    await furnish(desk)
    page = await desk.page(size=size, signed_in=False, path="/healthz")
    await desk.sign_in(page.context)
    await page.add_init_script(WATCH_SHIFTS)
    await page.goto(f"{desk.address}/chat/{CHAT}/")
    await expect(page.get_by_role("button", name="Tak").last).to_be_visible()
    await page.wait_for_timeout(700)
    await desk.house.say(Outgoing(body="Jeszcze jedna wiadomość, która przyszła sama."))
    await expect(page.get_by_text("która przyszła sama")).to_be_visible()
    await page.wait_for_timeout(700)
    assert await page.evaluate("() => window.shifts") < 0.01


async def test_reading_back_is_not_disturbed(desk: Desk) -> None:
    """Somebody who has scrolled up stays there when a message comes, and a button leads to the end."""
    for number in range(90):
        await desk.house.say(Outgoing(body=f"Wiadomość {number}."))
    page = await desk.page(size="320")
    await expect(page.get_by_text("Wiadomość 89.")).to_be_in_viewport()
    await page.locator("#scroll").hover()
    await page.mouse.wheel(0, -1500)
    await expect(page.get_by_role("button", name="Przejdź na koniec")).to_be_visible()
    await page.wait_for_timeout(300)
    top = await page.evaluate("() => document.getElementById('scroll').scrollTop")
    await desk.house.say(Outgoing(body="Nowa."))
    await expect(page.get_by_text("Nowa.")).to_be_attached()
    assert await page.evaluate("() => document.getElementById('scroll').scrollTop") == top
    await page.evaluate("() => { document.getElementById('scroll').scrollTop = 0; }")
    await page.get_by_role("button", name="Wcześniejsze").click()
    await expect(page.get_by_text("Wiadomość 0.")).to_be_attached()
    await expect(page.get_by_text("Wiadomość 30.")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Wcześniejsze")).to_be_hidden()
    await page.get_by_role("button", name="Przejdź na koniec").click()
    await expect(page.get_by_text("Nowa.")).to_be_in_viewport()


async def test_motion_is_reduced_when_asked(desk: Desk) -> None:
    """For a person who asked for less motion nothing is animated."""
    await desk.begin()
    page = await desk.page(reduced_motion="reduce")
    await expect(page.get_by_role("button", name="Tak")).to_be_visible()
    await page.get_by_role("button", name="Tak").click()
    await expect(page.get_by_text("Zrób zdjęcie")).to_be_visible()
    moving = "() => document.getAnimations().filter((one) => one.playState === 'running').length"
    assert await page.evaluate(moving) == 0


async def test_the_demo_shows_three_live_chats(desk: Desk) -> None:
    """Side by side on a desktop, behind tabs on a phone; each chat is alive."""
    await desk.begin()
    wide = await desk.page(signed_in=False, path="/demo")
    frame = wide.frame_locator("iframe").first
    await frame.get_by_role("button", name="Tak").click()
    await expect(frame.get_by_text("→ Tak")).to_be_visible()
    await expect(wide.get_by_role("heading", name="Organizator")).to_be_visible()
    narrow = await desk.page(size="320", signed_in=False, path="/demo")
    await expect(narrow.locator("iframe").nth(1)).to_be_hidden()
    await narrow.get_by_role("tab", name="Koordynator").click()
    await expect(narrow.locator("iframe").nth(1)).to_be_visible()
    await narrow.keyboard.press("ArrowLeft")
    await expect(narrow.locator("iframe").nth(0)).to_be_visible()
    assert desk.troubles == []
