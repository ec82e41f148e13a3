"""A peer: aiogram as its documentation shows a form, with states in memory or in Redis, by polling or webhook."""

from __future__ import annotations

import argparse
import asyncio

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tests.benchmarks.chats import QUESTIONS, summary

TOKEN = "4242:bench-mark_token"
SECRET = "bench-mark"

router = Router()


class Form(StatesGroup):
    """The ten questions."""

    one = State()
    two = State()
    three = State()
    four = State()
    five = State()
    six = State()
    seven = State()
    eight = State()
    nine = State()
    ten = State()


STATES = (
    *(Form.one, Form.two, Form.three, Form.four, Form.five),
    *(Form.six, Form.seven, Form.eight, Form.nine, Form.ten),
)


@router.message(CommandStart())
async def begin(message: Message, state: FSMContext) -> None:
    """The first question."""
    await state.set_state(Form.one)
    await message.answer("Pytanie 1 z 10")


def ask_after(number: int) -> None:
    """The handler of one answer: keep it, go on, ask the next question; after the last one, the summary."""

    @router.message(STATES[number - 1])
    async def take(message: Message, state: FSMContext) -> None:
        data = await state.update_data({f"answer_{number}": message.text})
        if number < QUESTIONS:
            await state.set_state(STATES[number])
            await message.answer(f"Pytanie {number + 1} z {QUESTIONS}")
            return
        await state.clear()
        await message.answer(summary([str(data.get(f"answer_{one}")) for one in range(1, QUESTIONS + 1)]))


for each in range(1, QUESTIONS + 1):
    ask_after(each)


def storage_of(redis: str) -> BaseStorage:
    """In memory, or in the Redis at that address."""
    if not redis:
        return MemoryStorage()
    from aiogram.fsm.storage.redis import RedisStorage

    return RedisStorage.from_url(redis)


async def poll(url: str, dispatcher: Dispatcher) -> None:
    """As its documentation starts polling."""
    await dispatcher.start_polling(_bot(url))


def serve(url: str, dispatcher: Dispatcher, port: int) -> None:
    """As its documentation starts a webhook."""

    async def on_startup(bot: Bot) -> None:
        await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token=SECRET)

    bot = _bot(url)
    dispatcher.startup.register(on_startup)
    app = web.Application()
    SimpleRequestHandler(dispatcher=dispatcher, bot=bot, secret_token=SECRET).register(app, path="/hook")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


def _bot(url: str) -> Bot:
    return Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("polling", "webhook"))
    parser.add_argument("url")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--redis", default="", help="address; without it states are kept in memory")
    asked = parser.parse_args()
    made = Dispatcher(storage=storage_of(asked.redis))
    made.include_router(router)
    if asked.mode == "polling":
        asyncio.run(poll(asked.url, made))
    else:
        serve(asked.url, made, asked.port)
