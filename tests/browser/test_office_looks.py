"""What the office gets to see in the web chat: a chart as a whole, a table to download."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from bot.channels.base import Attachment, Outgoing
from bot.reports.drawing import PDF, XLSX, draw
from bot.reports.pictures import Counted, StatusFacts, status_picture
from tests.browser.conftest import Desk

pytestmark = pytest.mark.browser

FACTS = StatusFacts(
    "Lider Zaufania 2026",
    datetime(2026, 10, 20, 9, 0, tzinfo=UTC),
    ZoneInfo("Europe/Warsaw"),
    Counted(180, 146, 90, 64, 3, 2),
    (("Fala 1", Counted(90, 88, 80, 60, 3, 2)),),
)


@pytest.mark.parametrize("size", ["320", "desktop"])
async def test_a_chart_is_shown_as_a_whole(desk: Desk, size: str) -> None:
    """Nothing of it is cut off, its place is kept before it is there; tables keep their names."""
    drawn = draw(status_picture(FACTS, "pl"), zone=ZoneInfo("Europe/Warsaw"), made_at=FACTS.now)
    chart, other = await desk.house.blobs.put(drawn.data), await desk.house.blobs.put(b"table")
    await desk.begin()
    await desk.house.say(
        Outgoing(
            body="Stan edycji.",
            attachments=(
                Attachment(chart.sha256, drawn.media_type, drawn.name, drawn.shape),
                Attachment(other.sha256, XLSX, "podmioty.xlsx"),
                Attachment(other.sha256, PDF, "zaproszenia.pdf"),
            ),
        )
    )
    page = await desk.page(size=size)
    image = page.locator(".picture.whole img")
    await expect(image).to_be_visible()
    await image.evaluate("image => image.decode()")
    box = await image.bounding_box()
    assert box is not None
    assert drawn.shape is not None
    width, height = drawn.shape
    assert box["height"] / box["width"] == pytest.approx(height / width, rel=0.01)
    assert box["width"] > 250
    await expect(page.get_by_role("link", name="podmioty.xlsx")).to_have_attribute("download", "podmioty.xlsx")
    sideways = """() => [document.documentElement, document.getElementById("scroll")]
      .map((one) => one.scrollWidth - one.clientWidth)"""
    assert await page.evaluate(sideways) == [0, 0]
    assert box["x"] + box["width"] <= await page.evaluate("innerWidth")
