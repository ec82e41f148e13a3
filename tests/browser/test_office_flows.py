"""What the office does that only the page can break: a table sent and brought home, a message that changes in place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.channels.base import Attachment, Button, ButtonStyle, Incoming, Outgoing, SentFile
from bot.reports.drawing import XLSX
from tests.browser.conftest import Desk

pytestmark = pytest.mark.browser

READING = Outgoing(body="Czytam plik…", head="podmioty.xlsx", board="import:1")
UNDERSTOOD = replace(
    READING,
    body="\n".join(
        ["300 wierszy: podmioty", *(f"• wiersz {row}: „9-10{row}” to nie kod pocztowy" for row in range(40))]
    ),
    buttons=((Button("Zapisz 260 wierszy", "w", ButtonStyle.PRIMARY),), (Button("Odłóż", "d"),)),
)
"""Taller than any phone."""

TOP_IN_SIGHT = """() => {
  const frame = document.getElementById("scroll").getBoundingClientRect();
  const top = document.querySelector("#log .message:last-child").getBoundingClientRect().top;
  return frame.top <= top && top < frame.top + 80;
}"""


async def board(desk: Desk, *, then: Outgoing) -> None:
    """The newest message of ours is shown anew in its place, as the worker does it."""
    last = (await desk.house.history())[-1]
    await desk.house.say(replace(then, rewrites=last.ref))


async def count(page: Page) -> int:
    """How many of our messages the chat shows."""
    return await page.locator("#log .message.theirs").count()


async def test_a_table_is_sent_and_what_was_understood_comes_in_the_same_message(desk: Desk, tmp_path: Path) -> None:
    """It arrives under its name, as a document; the answer takes the place of “reading”, its beginning in sight."""
    taken: list[SentFile] = []

    def script(incoming: Incoming) -> list[Outgoing]:
        assert isinstance(incoming.content, SentFile)
        taken.append(incoming.content)
        return [READING]

    desk.house.script = script
    await desk.house.say(Outgoing(body="Tabelę można tu wysłać jako plik.", buttons=((Button("Menu", "m"),),)))
    table = tmp_path / "podmioty.xlsx"
    table.write_bytes(b"PK rows")
    page = await desk.page(size="320")
    await page.click("#attach-button")
    async with page.expect_file_chooser() as chooser:
        await page.locator("#attach button", has_text="Plik").click()
    await (await chooser.value).set_files(table)
    await expect(page.locator(".message.theirs", has_text="Czytam plik…")).to_be_visible()
    assert [(sent.file.name, sent.file.kind.value) for sent in taken] == [("podmioty.xlsx", "document")]
    before = await count(page)
    await board(desk, then=UNDERSTOOD)
    await expect(page.get_by_role("button", name="Zapisz 260 wierszy")).to_be_attached()
    assert await count(page) == before
    await page.wait_for_function(TOP_IN_SIGHT)
    assert desk.troubles == []


async def test_who_follows_a_progress_stays_with_it_and_who_reads_above_is_left_alone(desk: Desk) -> None:
    """A board that moves keeps its end in sight; scrolled away by hand, the page does not jump."""
    for number in range(12):
        await desk.house.say(Outgoing(body=f"Wiadomość {number}. " + "Trochę tekstu. " * 12))
    await desk.house.say(Outgoing(body="Wysłano: 0 z 300", board="broadcast:1", buttons=((Button("Wstrzymaj", "p"),),)))
    page = await desk.page(size="320")
    await expect(page.get_by_text("Wysłano: 0 z 300")).to_be_in_viewport()
    sent = Outgoing(
        body="Wysłano: 120 z 300\nCzeka: 170\nZablokowane: 10\nZobaczono: 80\nPrzyjęte: 31\nOdrzucone: 4",
        board="broadcast:1",
        buttons=((Button("Wstrzymaj", "p"),), (Button("Przerwij", "x"),)),
    )
    await board(desk, then=sent)
    await expect(page.get_by_role("button", name="Przerwij")).to_be_in_viewport(ratio=1)
    await page.mouse.move(150, 300)
    await page.mouse.wheel(0, -1500)
    await page.wait_for_timeout(300)
    top = await page.evaluate("document.getElementById('scroll').scrollTop")
    await board(desk, then=replace(sent, body=sent.body.replace("120", "240") + "\nBłędy: 1\nBez czatu: 2"))
    await expect(page.get_by_text("Wysłano: 240 z 300")).to_be_attached()
    assert await page.evaluate("document.getElementById('scroll').scrollTop") == top
    assert desk.troubles == []


async def test_a_table_comes_home_as_it_was_made(desk: Desk, tmp_path: Path) -> None:
    """One tap saves it under its name, byte for byte."""
    data = b"PK a table " * 1000
    stored = await desk.house.blobs.put(data)
    made = Attachment(stored.sha256, XLSX, "plan 2.xlsx")
    await desk.house.say(Outgoing(body="Plan 2", attachments=(made,), buttons=((Button("Plan", "p"),),)))
    page = await desk.page(size="320")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="plan 2.xlsx").click()
    saved = await download.value
    assert saved.suggested_filename == "plan 2.xlsx"
    await saved.save_as(tmp_path / "saved.xlsx")
    assert (tmp_path / "saved.xlsx").read_bytes() == data
