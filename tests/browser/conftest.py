"""A Chromium of this machine, looking at the web chat over a real socket, with a small scripted bot behind it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bot import clock
from bot.channels.base import (
    Address,
    Button,
    ButtonStyle,
    Commanded,
    Incoming,
    InputHint,
    Outgoing,
    Said,
    SentFile,
    Tapped,
    Tidy,
)
from bot.channels.webchat import NAME
from bot.web_demo import DemoChat
from tests.web_house import CHAT, COOKIE, OTHER_CHAT, House, build_house

NAMES = ("chromium", "chromium-browser", "google-chrome")
Rows = tuple[tuple[Button, ...], ...]
WIDTHS = {"320": (320, 640), "768": (768, 1024), "desktop": (1280, 860)}


def find_chromium() -> str | None:
    """Where this machine keeps its Chromium."""
    return next((found for name in NAMES if (found := shutil.which(name)) is not None), None)


def question(
    number: int, body: str, *, note: str = "", expects: InputHint = InputHint.NONE, buttons: Rows = ()
) -> Outgoing:
    """A question of the scripted visit."""
    return Outgoing(
        body=body,
        head=f"Płońsk · {number}/5",
        note=note,
        expects=expects,
        contact_id=1,
        turn=number,
        progress=(number - 1, 5),
        buttons=buttons,
    )


def yes_no() -> Rows:
    """Two answers, and the quiet way round."""
    return (
        (Button("Tak", "y"), Button("Nie", "n")),
        (Button("Nie sprawdzono", "nc", ButtonStyle.QUIET), Button("Więcej…", "vm", ButtonStyle.QUIET)),
    )


@dataclass
class Visit:
    """The scripted bot: five questions, each tidied when it is answered."""

    house: House
    step: int = 0
    answers: list[str] = field(default_factory=list)

    def ask(self) -> Outgoing:
        """The question asked now."""
        match self.step:
            case 0:
                return question(1, "Czy przy wejściu wiszą godziny otwarcia?", buttons=yes_no())
            case 1:
                return question(
                    2,
                    "Zrób zdjęcie tablicy z godzinami.",
                    note="Bez twarzy i tablic rejestracyjnych.",
                    expects=InputHint.PHOTO,
                    buttons=((Button("Pomiń", "sk", ButtonStyle.QUIET),),),
                )
            case 2:
                return question(
                    3,
                    "Ile osób czekało przed okienkiem?",
                    note="Sama liczba, np. 3.",
                    expects=InputHint.NUMBER,
                    buttons=(tuple(Button(str(n), f"v:{n}") for n in range(6)),),
                )
            case 3:
                return question(4, "Kiedy to było?", expects=InputHint.DATE)
            case 4:
                levels = ("obojętnie", "poprawnie", "uprzejmie", "bardzo uprzejmie i z własną inicjatywą")
                rows = tuple((Button(f"{n} – {label}", f"p:{n}"),) for n, label in enumerate(levels, 1))
                return question(5, "Jak przebiegła rozmowa?", buttons=rows)
            case _:
                return Outgoing(
                    body="To wszystko. Zapisano 5 z 5 odpowiedzi.",
                    progress=(5, 5),
                    head="Płońsk",
                    buttons=((Button("Wyślij", "su", ButtonStyle.PRIMARY),), (Button("Zmień odpowiedź", "va"),)),
                )

    def __call__(self, incoming: Incoming) -> list[Outgoing]:
        """What the bot says to an update; nothing while it is told to be silent."""
        answer = self.read(incoming)
        if answer is None:
            return [Outgoing(body="Dostępne: Pomoc, Język, Moje dane.")]
        self.answers.append(answer)
        asked = self.ask()
        self.step += 1
        tidies = Tidy(
            contact_id=1,
            turn=asked.turn or 0,
            head=asked.head,
            body=f"{asked.body}\n→ {answer}",
            buttons=((Button("zmień", "g", ButtonStyle.QUIET),),),
        )
        return [replace(self.ask(), tidies=tidies)]

    @staticmethod
    def read(incoming: Incoming) -> str | None:
        """The answer in an update."""
        match incoming.content:
            case Said(text=text):
                return text
            case Tapped(data=data):
                return {"y": "Tak", "n": "Nie"}.get(data, data)
            case SentFile(file=file):
                return file.name or "plik"
            case Commanded():
                return None
        return "?"


@dataclass
class Desk:
    """Everything a browser test has at hand."""

    house: House
    visit: Visit
    address: str
    browser: Browser
    stack: AsyncExitStack
    troubles: list[str] = field(default_factory=list)

    async def page(
        self,
        *,
        size: str = "desktop",
        dark: bool = False,
        signed_in: bool = True,
        path: str = f"/chat/{CHAT}/",
        **more: Any,  # noqa: ANN401 - what Playwright takes
    ) -> Page:
        """A page in a browser of its own, with whatever it complains about kept in ``troubles``."""
        width, height = WIDTHS[size]
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="pl-PL",
            timezone_id="Europe/Warsaw",
            **more,
        )
        self.stack.push_async_callback(context.close)
        if signed_in:
            await self.sign_in(context)
        page = await context.new_page()
        page.on("console", lambda message: self.complain(message.type, message.text))
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        await page.goto(self.address + path)
        return page

    async def sign_in(self, context: BrowserContext) -> None:
        """Give a browser Ada's session."""
        cookie: Any = {"name": "session", "value": COOKIE, "domain": "127.0.0.1", "path": f"/chat/{CHAT}/"}
        await context.add_cookies([cookie | {"httpOnly": True, "sameSite": "Lax"}])

    def complain(self, kind: str, text: str) -> None:
        """Keep warnings and errors of the console; that the network is away is what some tests are about."""
        if kind in {"error", "warning"} and "ERR_INTERNET_DISCONNECTED" not in text:
            self.troubles.append(f"{kind}: {text}")

    async def begin(self) -> None:
        """The bot asks its first question."""
        await self.house.say(Outgoing(body="Dzień dobry! Poprowadzę krok po kroku."))
        await self.house.say(self.visit.ask())

    async def clean(self) -> None:
        """The bot hides the chat as the roles do."""
        refs = [message.ref or "" for message in await self.house.history()]
        await self.house.chat.clean(Address(NAME, CHAT), refs)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """The house, its server and a Chromium."""
    executable = find_chromium()
    if executable is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(NAMES)} in PATH)")
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(build_house(tmp_path, clock.now))
        visit = Visit(house)
        house.script = visit
        demo = [DemoChat("Juror", CHAT), DemoChat("Koordynator", OTHER_CHAT), DemoChat("Organizator", OTHER_CHAT)]
        server = TestServer(house.app(public_url="http://127.0.0.1", demo=demo))
        await server.start_server()
        stack.push_async_callback(server.close)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        stack.push_async_callback(browser.close)
        async with AsyncExitStack() as pages:
            yield Desk(house, visit, f"http://127.0.0.1:{server.port}", browser, pages)
