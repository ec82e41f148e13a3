"""Do the runners that come with the Telegram libraries lose updates when they are killed? And does ours?

Forty people write; each answer takes 1.5 s to handle; 0.7 s after the first one was begun the process gets a signal; it
is started again and left until nothing waits. An update that was acknowledged but never handled is lost.

    python -m tests.benchmarks stock_runners [--kill-only]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

UPDATES = 40
HANDLING_SECONDS = 1.5
SIGNAL_AFTER_SECONDS = 0.7
SETTLE_SECONDS = 4.0
SECRET = "stock-runners"

AIOGRAM = ("aiogram polling", "aiogram webhook", "aiogram webhook, in the foreground")
OTHER = ("python-telegram-bot polling", "python-telegram-bot webhook")
OURS = ("ours, polling", "ours, webhook")


class Diary:
    """What a runner's handler did, line by line, safe on the disk."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle(self, text: str) -> None:
        """The slow work, ended by writing it down."""
        os.write(self._file, f"begun {text}\n".encode())
        await asyncio.sleep(HANDLING_SECONDS)
        os.write(self._file, f"done {text}\n".encode())
        os.fsync(self._file)


# The runners, each in a process of its own --------------------------------------------------------------------------


def run_aiogram(kind: str, diary: Diary, url: str, token: str, port: int) -> None:
    """Runs aiogram as its documentation does."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
    from aiohttp import web

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> None:
        await diary.handle(message.text or "")

    async def poll() -> None:
        await dispatcher.start_polling(Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url))))

    async def serve() -> web.Application:
        bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
        options: dict[str, Any] = {"handle_in_background": False} if "foreground" in kind else {}
        app = web.Application()
        SimpleRequestHandler(dispatcher, bot, secret_token=SECRET, **options).register(app, path="/hook")
        setup_application(app, dispatcher, bot=bot)

        async def announce(_: web.Application) -> None:
            await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token=SECRET)

        app.on_startup.append(announce)
        return app

    if kind == "aiogram polling":
        asyncio.run(poll())
    else:
        web.run_app(serve(), host="127.0.0.1", port=port, print=None)


def run_other(kind: str, diary: Diary, url: str, token: str, port: int) -> None:
    """Runs python-telegram-bot as its documentation does."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, MessageHandler, filters

    async def answer(update: Update, _: object) -> None:
        await diary.handle((update.message and update.message.text) or "")

    app = ApplicationBuilder().token(token).base_url(f"{url}/bot").concurrent_updates(True).build()
    app.add_handler(MessageHandler(filters.TEXT, answer))
    if kind.endswith("polling"):
        app.run_polling(allowed_updates=Update.ALL_TYPES)
        return
    hook = f"http://127.0.0.1:{port}/hook"
    app.run_webhook(listen="127.0.0.1", port=port, url_path="hook", webhook_url=hook, secret_token=SECRET)


async def run_ours(kind: str, diary: Diary, url: str, token: str, port: int) -> None:
    """Our poller and our route, with a commit as slow as the others' work."""
    from aiohttp import web

    from bot.channels.base import Incoming, Said
    from bot.channels.telegram_aiogram import TelegramAiogram
    from bot.poller import Poller
    from bot.telegram_webhook import TelegramWebhook, register

    async def take(incoming: Incoming, _: Callable[[], bytes]) -> None:
        if isinstance(incoming.content, Said):
            await diary.handle(incoming.content.text)

    async def refuse(*problem: object) -> None:
        raise LookupError(problem)

    telegram = TelegramAiogram(token, api_url=url, read_blob=refuse)  # type: ignore[arg-type]
    if kind.endswith("polling"):
        await Poller(telegram, take=take, take_undecodable=refuse).run()
    app = web.Application()
    app.add_routes(TelegramWebhook(secret=SECRET, take=take, take_undecodable=refuse).routes("/hook"))
    await _serve(app, port)
    await register(telegram, f"http://127.0.0.1:{port}/hook", secret=SECRET)
    await _until_terminated()


async def _serve(app: Any, port: int) -> None:  # noqa: ANN401 - aiohttp is imported late
    from aiohttp import web

    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()


async def _until_terminated() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


def child(kind: str, path: str, url: str, token: str, port: int) -> None:
    """The runner named."""
    diary = Diary(Path(path))
    if kind in OURS:
        asyncio.run(run_ours(kind, diary, url, token, port))
    else:
        run = run_other if kind in OTHER else run_aiogram
        run(kind, diary, url, token, port)


# The measurement ----------------------------------------------------------------------------------------------------


async def measure(kind: str, python: str, how: signal.Signals, *, folder: Path, log: IO[str]) -> str:
    """One line of the table."""
    from tests.bot_api import BotApiServer, Limits

    path = folder / f"{kind} {how.name}.txt"
    path.touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with BotApiServer(limits=Limits.unpaced()) as server:

        async def start() -> asyncio.subprocess.Process:
            words = (
                "-m",
                "tests.benchmarks.stock_runners",
                "child",
                kind,
                str(path),
                server.url,
                server.token,
                str(port),
            )
            return await asyncio.create_subprocess_exec(python, *words, stderr=log)

        first = await start()
        await server.until(lambda: server.updates.url or server.state.calls, seconds=60)
        for number in range(UPDATES):
            server.person(1000 + number).says(f"odpowiedź-{number}")
        await server.until(lambda: "begun" in path.read_text(), seconds=60)
        await asyncio.sleep(SIGNAL_AFTER_SECONDS)
        first.send_signal(how)
        try:
            await asyncio.wait_for(first.wait(), 20)
        except TimeoutError:
            first.kill()
        before = _done(path)
        second = await start()
        await server.until(lambda: not server.updates.waiting, seconds=90)
        await asyncio.sleep(SETTLE_SECONDS)
        second.kill()
        await second.wait()
    after = _done(path)
    handled, twice = len(set(after)), len(after) - len(set(after))
    return f"| {kind} | {how.name} | {len(set(before))} | {handled} | {twice} | {UPDATES - handled} |\n"


def _done(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.startswith("done")]


async def main() -> None:
    """Measure all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kill-only", action="store_true", help="kill -9 only; without SIGTERM")
    asked = parser.parse_args()
    others = [kind for kind in OTHER if find_spec("telegram") and (find_spec("tornado") or "webhook" not in kind)]
    signals = [signal.SIGKILL] if asked.kill_only else [signal.SIGKILL, signal.SIGTERM]
    sys.stdout.write("| runner | signal | handled before | handled in the end | of these twice | lost of 40 |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryFile("w+") as log:
        for kind in (*AIOGRAM, *others, *OURS):
            for how in signals:
                sys.stdout.write(await measure(kind, sys.executable, how, folder=Path(name), log=log))
                sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5], int(sys.argv[6]))
    else:
        asyncio.run(main())
