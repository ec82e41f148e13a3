"""The web chat as a person uses it, in Chromium: taps, words, photos, no network, a keyboard alone, hiding."""

from __future__ import annotations

import asyncio
import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from bot.channels.base import Address, Button, Incoming, InputHint, Outgoing, Said, SentFile, SharedPlace, Tapped
from bot.channels.webchat import NAME
from storage import people
from storage.database import StorageUnavailable
from tests.web_house import CHAT, COOKIE

pytestmark = pytest.mark.browser

Desk = Any  # conftest's Desk: conftest files cannot be imported
HARMLESS = Outgoing(body="Lista zakupów: mleko, chleb.", harmless=True)


def photo(*, noise: bool = False) -> dict[str, Any]:
    """A picture as a file chooser takes it; ``noise`` makes it some megabytes large."""
    image = Image.effect_noise((1800, 1400), 90) if noise else Image.new("RGB", (640, 480), (200, 190, 160))
    data = io.BytesIO()
    image.save(data, "PNG" if noise else "JPEG")
    name, media_type = ("szum.png", "image/png") if noise else ("tablica.jpg", "image/jpeg")
    return {"name": name, "mimeType": media_type, "buffer": data.getvalue()}


async def choose(page: Page, files: list[dict[str, Any]]) -> None:
    """Press the question's own button and choose files."""
    async with page.expect_file_chooser() as chooser:
        await page.locator(".panel").get_by_role("button", name="Wybierz zdjęcie").click()
    await (await chooser.value).set_files(files)  # type: ignore[arg-type]


async def write(page: Page, text: str) -> None:
    """Type and send."""
    await page.locator("#text").fill(text)
    await page.get_by_role("button", name="Wyślij", exact=True).last.click()


async def until_saved(page: Page) -> None:
    """Wait until nothing is on its way any more."""
    await page.wait_for_function("() => !document.querySelector('.unsent') && localStorage.length === 0")


async def test_a_whole_visit(desk: Desk) -> None:
    """A tap, a photo, a number typed, a date picked, a tap: five answers, and Chromium complains of nothing."""
    await desk.begin()
    page = await desk.page(size="320")
    await page.get_by_role("button", name="Tak").click()
    await choose(page, [photo()])
    await expect(page.get_by_text("Ile osób")).to_be_visible()
    assert await page.locator("#text").get_attribute("inputmode") == "decimal"
    await write(page, "4")
    await page.locator("input[type=date]").fill("2026-11-20")
    await page.locator(".panel").get_by_role("button", name="Wyślij").click()
    await page.get_by_role("button", name="3 – uprzejmie").click()
    await expect(page.get_by_text("To wszystko")).to_be_visible()
    assert desk.visit.answers == ["Tak", "tablica.jpg", "4", "2026-11-20", "p:3"]
    sent = desk.house.heard[1].content
    assert isinstance(sent, SentFile)
    assert await desk.house.blobs.get(sent.file.ref) == photo()["buffer"]
    await until_saved(page)
    assert desk.troubles == []


async def test_an_answered_question_is_tidied_and_keeps_its_way_back(desk: Desk) -> None:
    """The old question shows its answer, its big buttons are gone, and "zmień" still works."""
    await desk.begin()
    page = await desk.page()
    await page.get_by_role("button", name="Nie", exact=True).click()
    await expect(page.get_by_text("→ Nie")).to_be_visible()
    await expect(page.get_by_role("button", name="Tak", exact=True)).to_have_count(0)
    await page.get_by_role("button", name="zmień").first.click()
    await expect(page.get_by_text("Ile osób")).to_be_visible()
    content = desk.house.heard[1].content
    assert isinstance(content, Tapped)
    assert content.data == "g"
    assert content.message == str((await desk.house.history())[1].id)


async def test_a_reload_keeps_the_history(desk: Desk) -> None:
    """After a reload everything is where it was: both sides, the photo, and the question asked now."""
    await desk.begin()
    page = await desk.page()
    await page.get_by_role("button", name="Tak").click()
    await choose(page, [photo()])
    await expect(page.get_by_text("Ile osób")).to_be_visible()
    await until_saved(page)
    before = await page.locator(".message").all_inner_texts()
    await page.reload()
    await expect(page.get_by_text("Ile osób")).to_be_visible()
    assert await page.locator(".message").all_inner_texts() == before
    picture = page.locator(".mine img")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("naturalWidth", 640)


async def test_what_is_written_without_network_is_sent_once_when_it_returns(desk: Desk) -> None:
    """Offline, words wait under a clock and survive a reload of the page; online, each arrives once, in order."""
    await desk.begin()
    page = await desk.page()
    await expect(page.get_by_role("button", name="Tak")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.get_by_text("Brak sieci")).to_be_visible()
    for words in ("raz", "dwa", "trzy"):
        await write(page, words)
    await expect(page.get_by_text("Czeka na wysłanie")).to_have_count(3)
    assert desk.house.heard == []
    await page.context.set_offline(False)
    await expect(page.get_by_text("Czeka na wysłanie")).to_have_count(0, timeout=20_000)
    await expect(page.get_by_text("Brak sieci")).to_be_hidden()
    await until_saved(page)
    assert [incoming.content for incoming in desk.house.heard] == [Said("raz"), Said("dwa"), Said("trzy")]
    await expect(page.locator(".mine")).to_have_count(3)


async def test_what_was_not_confirmed_is_sent_again_after_a_reload(desk: Desk) -> None:
    """The server took it but its answer was lost with the page: sent again under its name, it counts once."""
    gate = asyncio.Event()

    async def hold(_: Incoming) -> None:
        await gate.wait()

    desk.house.after_commit.append(hold)
    await desk.begin()
    page = await desk.page()
    await write(page, "pierwsza")
    await page.wait_for_function("() => localStorage.length === 1")
    while desk.house.deliveries == 0:
        await asyncio.sleep(0.01)
    await page.reload()
    await expect(page.locator(".mine").get_by_text("pierwsza")).to_be_visible()
    gate.set()
    await until_saved(page)
    await expect(page.locator(".mine")).to_have_count(1)
    assert desk.house.deliveries == 2
    assert [message.body for message in await desk.house.history() if message.direction == "in"] == [
        {"said": "pierwsza"}
    ]


async def test_a_failure_to_save_is_told_and_mended(desk: Desk) -> None:
    """While the server cannot save, the page says so, keeps the words and goes on trying."""

    def fail(_: Incoming) -> None:
        raise StorageUnavailable("away")

    await desk.begin()
    page = await desk.page()
    desk.house.before_take.append(fail)
    await write(page, "ważne")
    await expect(page.get_by_text("Jeszcze się nie zapisało")).to_be_visible()
    await expect(page.get_by_text("Czeka na wysłanie")).to_be_visible()
    desk.house.before_take.clear()
    await until_saved(page)
    await expect(page.get_by_text("Jeszcze się nie zapisało")).to_be_hidden()
    assert [incoming.content for incoming in desk.house.heard] == [Said("ważne")]


async def test_a_photo_shows_its_progress_and_can_be_called_back(desk: Desk) -> None:
    """On a slow network a bar grows under the photo; "anuluj" takes it back and nothing arrives."""
    await desk.begin()
    page = await desk.page()
    await page.get_by_role("button", name="Tak").click()
    await expect(page.get_by_text("Zrób zdjęcie")).to_be_visible()
    session = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 5, "downloadThroughput": 500_000, "uploadThroughput": 400_000}
    await session.send("Network.emulateNetworkConditions", slow)
    await choose(page, [photo(noise=True)])
    bar = page.locator("#pending progress")
    await page.wait_for_function(
        "() => { const bar = document.querySelector('#pending progress'); return bar && bar.value > 0.1; }"
    )
    assert await bar.get_attribute("aria-label") == "Wysyłanie pliku"
    await page.get_by_role("button", name="Anuluj").click()
    await expect(page.locator("#pending .message")).to_have_count(0)
    await session.send("Network.emulateNetworkConditions", {**slow, "downloadThroughput": -1, "uploadThroughput": -1})
    await choose(page, [photo()])
    await expect(page.get_by_text("Ile osób")).to_be_visible()
    assert desk.visit.answers == ["Tak", "tablica.jpg"]


async def test_an_interrupted_photo_goes_on_after_a_reload(desk: Desk) -> None:
    """A photo chosen without network is still there after the page was closed, and arrives once."""
    await desk.begin()
    page = await desk.page()
    await page.get_by_role("button", name="Tak").click()
    await expect(page.get_by_text("Zrób zdjęcie")).to_be_visible()
    await page.route("**/files?**", lambda route: route.abort())
    await choose(page, [photo()])
    await expect(page.get_by_text("Czeka na wysłanie")).to_be_visible()
    await page.unroute("**/files?**")
    await page.reload()
    await expect(page.get_by_text("Ile osób")).to_be_visible()
    await until_saved(page)
    assert desk.visit.answers == ["Tak", "tablica.jpg"]
    await expect(page.locator(".mine img")).to_have_count(1)


async def test_several_photos_are_one_album_in_order(desk: Desk) -> None:
    """Photos chosen together arrive one by one, as one group."""
    await desk.begin()
    page = await desk.page()
    await page.get_by_role("button", name="Tak").click()
    names = ["a.jpg", "b.jpg", "c.jpg"]
    await choose(page, [{**photo(), "name": name} for name in names])
    await until_saved(page)
    files = [incoming.content for incoming in desk.house.heard if isinstance(incoming.content, SentFile)]
    assert [sent.file.name for sent in files] == names
    assert len({sent.album for sent in files}) == 1
    assert files[0].album is not None


async def test_too_large_a_file_is_refused_before_it_is_sent(desk: Desk, tmp_path: Path) -> None:
    """The person is told how large it may be; nothing is sent."""
    large = tmp_path / "duzy.jpg"
    large.write_bytes(b"\xff" * (20 * 1024 * 1024 + 1))
    await desk.begin()
    page = await desk.page()
    await page.get_by_role("button", name="Tak").click()
    async with page.expect_file_chooser() as chooser:
        await page.locator(".panel").get_by_role("button", name="Wybierz zdjęcie").click()
    await (await chooser.value).set_files(large)
    await expect(page.get_by_role("alert")).to_contain_text("najwyżej 20 MB")
    assert len(desk.house.heard) == 1


async def test_too_long_a_text_stays_in_its_field(desk: Desk) -> None:
    """It is neither cut nor lost."""
    await desk.begin()
    page = await desk.page()
    await write(page, "x" * 4001)
    await expect(page.get_by_role("alert")).to_contain_text("4001")
    assert len(await page.locator("#text").input_value()) == 4001
    assert desk.house.heard == []


async def test_a_place_is_shared_by_one_button(desk: Desk) -> None:
    """Where a position is asked for, one press sends it."""
    await desk.house.say(Outgoing(body="Gdzie to jest?", expects=InputHint.PLACE))
    page = await desk.page(permissions=["geolocation"], geolocation={"latitude": 51.1, "longitude": 17.03})
    await page.get_by_role("button", name="Wyślij moją lokalizację").click()
    await until_saved(page)
    content = desk.house.heard[0].content
    assert isinstance(content, SharedPlace)
    assert (content.latitude, content.longitude) == (51.1, 17.03)


async def test_a_place_that_is_not_given_is_explained(desk: Desk) -> None:
    """Without permission the person reads what to do; nothing is sent."""
    await desk.house.say(Outgoing(body="Gdzie to jest?", expects=InputHint.PLACE))
    page = await desk.page()
    await page.get_by_role("button", name="Wyślij moją lokalizację").click()
    await expect(page.get_by_text("Włącz lokalizację")).to_be_visible()
    assert desk.house.heard == []


async def test_a_phone_offers_its_camera(desk: Desk) -> None:
    """On a touch screen the camera comes first, and opens as a camera."""
    await desk.begin()
    page = await desk.page(size="320", has_touch=True, is_mobile=True)
    await page.get_by_role("button", name="Tak").tap()
    async with page.expect_file_chooser() as chooser:
        await page.locator(".panel").get_by_role("button", name="Zrób zdjęcie").tap()
    assert await (await chooser.value).element.get_attribute("capture") == "environment"


async def test_two_pages_of_one_chat_agree(desk: Desk) -> None:
    """What is done on the phone shows on the computer."""
    await desk.begin()
    phone, computer = await desk.page(size="320"), await desk.page()
    await phone.get_by_role("button", name="Tak").click()
    await expect(computer.get_by_text("→ Tak")).to_be_visible()
    await write(computer, "z komputera")
    await expect(phone.locator(".mine").get_by_text("z komputera")).to_be_visible()


async def test_a_keyboard_is_enough(desk: Desk) -> None:
    """Tab, Enter and Escape reach and work everything; the focus is never lost."""
    await desk.begin()
    page = await desk.page()
    await expect(page.get_by_role("button", name="Tak")).to_be_visible()

    async def focused() -> str:
        text: str = await page.evaluate(
            "() => { const it = document.activeElement; return it.ariaLabel || it.textContent.trim(); }"
        )
        return text

    async def tab_to(name: str) -> None:
        for _ in range(30):
            await page.keyboard.press("Tab")
            if await focused() == name:
                return
        raise AssertionError(f"Tab never reaches {name}")

    await tab_to("Menu")
    await page.keyboard.press("Enter")
    assert await focused() == "Pomoc"
    await page.keyboard.press("ArrowDown")
    assert await focused() == "Język"
    await page.keyboard.press("Escape")
    assert await focused() == "Menu"
    await tab_to("Tak")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("→ Tak")).to_be_visible()
    assert await page.evaluate("() => document.activeElement.classList.contains('message')")
    await tab_to("Pomiń")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Ile osób")).to_be_visible()
    await tab_to("Wpisz liczbę…")
    await page.keyboard.type("2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Kiedy to było?")).to_be_visible()
    assert desk.visit.answers == ["Tak", "sk", "2"]


async def test_the_menu_sends_commands(desk: Desk) -> None:
    """An entry of the menu is a command; the answer comes as a message."""
    await desk.begin()
    page = await desk.page()
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Pomoc").click()
    await expect(page.get_by_text("Dostępne:")).to_be_visible()
    await expect(page.locator("#menu")).to_be_hidden()


# Hiding --------------------------------------------------------------------------------------------------------------


async def test_hiding_blanks_the_screen_at_once(desk: Desk) -> None:
    """One tap: nothing telling is left before the server has even answered, nor after a reload, nor on other pages."""
    gate = asyncio.Event()

    async def hold(_: Incoming) -> None:
        await gate.wait()

    await desk.begin()
    page, other = await desk.page(size="320"), await desk.page()
    await expect(page.get_by_role("button", name="Tak")).to_be_visible()
    await page.locator("#text").fill("tajne")
    desk.house.before_take.append(hold)
    desk.house.script = lambda _: ()
    await page.get_by_role("button", name="Schowaj").click()
    await expect(page.locator(".message")).to_have_count(0)
    await expect(page.locator("#menu-button")).to_be_hidden()
    assert await page.locator("#text").input_value() == ""
    await desk.house.say(Outgoing(body="pytanie w drodze"))
    await page.reload()
    await expect(page.get_by_text("Brak notatek.")).to_be_visible()
    await page.wait_for_timeout(500)
    await expect(page.locator(".message")).to_have_count(0)
    gate.set()
    await page.wait_for_function("() => localStorage.length === 0")
    await desk.clean()
    await desk.house.say(HARMLESS)
    for each in (page, other):
        await expect(each.locator(".message")).to_have_count(1)
        await expect(each.get_by_text("Lista zakupów")).to_be_visible()
    assert [incoming.content.data for incoming in desk.house.heard if isinstance(incoming.content, Tapped)] == [
        "list"
    ] * 1
    await desk.house.say(Outgoing(body="Jesteśmy z powrotem."))
    await expect(page.get_by_text("Jesteśmy z powrotem.")).to_be_visible()


async def test_hiding_goes_before_everything_that_waits(desk: Desk) -> None:
    """Without network too the screen is blank at once; back online, hiding arrives before older words."""
    await desk.begin()
    page = await desk.page()
    await expect(page.get_by_role("button", name="Tak")).to_be_visible()
    await page.context.set_offline(True)
    await write(page, "starsze")
    await page.get_by_role("button", name="Schowaj").click()
    await expect(page.locator(".message")).to_have_count(0)
    await page.context.set_offline(False)
    await page.wait_for_function("() => localStorage.length === 0")
    assert [type(incoming.content) for incoming in desk.house.heard] == [Tapped, Said]


async def test_buttons_and_menus_that_hide_do_the_same(desk: Desk) -> None:
    """The bot's own hide button, and the menu's, blank the screen as the icon does, network or not."""
    desk.house.script = lambda _: ()
    await desk.house.say(Outgoing(body="Coś mówiącego", buttons=((Button("Schowaj", "list"),),)))
    for press in (
        lambda page: page.locator(".message").get_by_role("button", name="Schowaj").click(),
        lambda page: page.get_by_role("button", name="Schowaj czat").click(),
    ):
        page = await desk.page()
        await expect(page.get_by_text("Coś mówiącego")).to_be_visible()
        await page.get_by_role("button", name="Menu").click()
        await page.context.set_offline(True)
        await press(page)
        await expect(page.locator(".message")).to_have_count(0)


# Being there ---------------------------------------------------------------------------------------------------------


async def test_a_closed_session_shows_the_neutral_page(desk: Desk) -> None:
    """A page whose session was taken back shows nothing of the chat any more."""
    await desk.begin()
    page = await desk.page()
    await expect(page.get_by_role("button", name="Tak")).to_be_visible()
    await desk.house.database.run(lambda unit: people.close_session(unit, sha256(COOKIE.encode()).hexdigest()))
    desk.house.chat.hub.ring(CHAT)
    await expect(page.get_by_text("Ta strona jest niedostępna")).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("godziny otwarcia")).to_have_count(0)


async def test_an_invitation_leads_in_by_one_press(desk: Desk) -> None:
    """Link, button, chat; the address bar no longer shows the token."""
    page = await desk.page(size="320", signed_in=False, path="/w/good")
    await page.get_by_role("button", name="Otwórz").click()
    await page.wait_for_url("**/chat/*/")
    await expect(page.get_by_text("Brak notatek.")).to_be_visible()
    chat = page.url.rstrip("/").rsplit("/", 1)[1]
    await desk.house.chat.deliver(Outgoing(body="Witaj!"), Address(NAME, chat), job_id=9999)
    await expect(page.get_by_text("Witaj!")).to_be_visible()
    assert desk.troubles == []
