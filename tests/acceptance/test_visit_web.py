"""A whole visit in the web chat, at 320 px in Chromium: photos, an edited answer, a restart, the report read."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from scenarios import engine
from scenarios.contact import Phase, Report, Turn
from scenarios.model import Stage
from storage import assignments, contacts, evidence, people
from storage.database import Database
from storage.evidence import Status
from tests.acceptance.running import Program
from tests.acceptance.test_visit_telegram import in_stage, same_answers, scenario_named
from tests.acceptance.web_juror import WebJuror
from tests.acceptance.world import ZONE, World

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install the package chromium"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.timeout(280),
]


async def enter(page: Page, program: Program, token: str) -> None:
    """Open the invitation and agree."""
    await page.goto(f"{program.url}/w/{token}")
    await page.get_by_role("button").first.click()
    await page.get_by_role("button", name="Zgadzam się").click()
    await page.get_by_text("Tu się zaczyna").wait_for()


async def test_a_whole_visit_at_320_px(database: Database, world: World, program: Callable[..., Program]) -> None:
    """Invitation to receipt on a small phone; every answer and photo is there, and the coordinator can read it."""
    shots = Path(os.environ["SHOTS"]) if "SHOTS" in os.environ else None  # noqa: TID251 - where to put pictures
    running = program(command="run")
    for name in ("TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_URL"):
        running.settings[name] = ""
    await running.start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        phone = await browser.new_context(viewport={"width": 320, "height": 640}, locale="pl-PL", has_touch=True)
        page = await phone.new_page()
        await enter(page, running, world.tokens["juror"])
        await page.get_by_role("button", name="Zadania").last.click()
        await page.get_by_role("button", name="Przykładowo – wizyta").first.click()
        await page.get_by_role("button", name="Zaczynamy").click()
        juror = await _begun(page, database, world, shots)
        await juror.shoot("01-gate")
        await juror.walk(until=in_stage(Stage.DURING))
        await juror.shoot("02-during")
        await juror.walk(until=in_stage(Stage.AFTER))
        await juror.shoot("03-after")
        await juror.walk(until=lambda turn: juror.photos >= 1 and not _asks_for_a_file(turn))
        await juror.shoot("04-after-a-photo")
        await running.stop()
        await page.wait_for_timeout(500)
        await juror.shoot("05-offline")
        await running.start()
        await juror.walk(until=lambda turn: isinstance(turn.prompt, Report))
        await juror.shoot("06-report")
        await juror.change("w11", "no")
        await juror.shoot("07-changed")
        await juror.walk(until=lambda turn: turn.contact.phase is Phase.SUBMITTED)
        await juror.shoot("08-receipt")
        wide = await page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
        assert wide, "the page scrolls sideways"
        await _everything_is_there(database, juror)
        desk = await browser.new_context(viewport={"width": 900, "height": 900}, locale="pl-PL")
        await _coordinator_reads(await desk.new_page(), running, world, shots)
        await browser.close()


async def _begun(page: Page, database: Database, world: World, shots: Path | None) -> WebJuror:
    scenario = await scenario_named(database, "wizyta")
    async with asyncio.timeout(30):
        while True:
            task = await database.read(lambda unit: assignments.assignment(unit, world.tasks["wizyta"]))
            if task is not None and task.contact_id is not None:
                break
            await asyncio.sleep(0.02)
    contact_id = task.contact_id
    row = await database.read(lambda unit: contacts.load(unit, contact_id, lock=False))
    address = (await database.read(lambda unit: people.addresses(unit, world.juror)))[0]
    assert row is not None
    turn = engine.begin(scenario, contact_id=row.id, facts=row.contact.facts, now=row.begun_at, zone=ZONE)
    juror = WebJuror(page, database, address.id, scenario, turn, shots)
    await juror.until_asked(0)
    return juror


def _asks_for_a_file(turn: Turn) -> bool:
    return getattr(getattr(turn.prompt, "step", None), "is_evidence", False)


async def _everything_is_there(database: Database, juror: WebJuror) -> None:
    contact_id = juror.turn.contact.id
    row = await database.read(lambda unit: contacts.load(unit, contact_id, lock=False))
    assert row is not None
    assert row.phase is Phase.SUBMITTED
    assert same_answers(row.contact, juror.turn.contact)
    async with asyncio.timeout(60):
        while await database.read(lambda unit: evidence.waiting(unit, contact_id)):
            await asyncio.sleep(0.05)
    rows = await database.read(lambda unit: evidence.of_contact(unit, contact_id))
    assert len(rows) == juror.photos >= 3
    assert {row.status for row in rows} == {Status.VERIFIED}
    print(f"\n{juror.taps} taps, {juror.photos} files, {juror.typed} characters typed")


async def _coordinator_reads(page: Page, running: Program, world: World, shots: Path | None) -> None:
    await enter(page, running, world.tokens["coordinator"])
    await page.get_by_role("button", name="Menu").last.click()
    await page.get_by_role("button", name="Wysłane raporty").last.click()
    await page.get_by_role("button", name="Przykładowo – wizyta").last.click()
    await page.get_by_text("W02").first.wait_for()
    if shots is not None:
        await page.wait_for_timeout(500)
        await page.screenshot(path=shots / "09-coordinator.png")
    await page.get_by_role("button", name="Zdjęcia i pliki").last.click()
    picture = page.locator(".picture img").last
    await picture.wait_for()
    await page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=await picture.element_handle()
    )
    if shots is not None:
        await page.screenshot(path=shots / "10-evidence.png")
