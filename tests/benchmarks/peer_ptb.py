"""A peer: python-telegram-bot as its documentation shows a ConversationHandler, with a pickle file or without."""

from __future__ import annotations

import argparse
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.benchmarks.chats import QUESTIONS, summary

TOKEN = "4242:bench-mark_token"
SECRET = "bench-mark"


async def begin(update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
    """The first question."""
    assert update.message is not None
    await update.message.reply_text(f"Pytanie 1 z {QUESTIONS}")
    return 1


def ask_after(number: int) -> Any:  # noqa: ANN401 - the library's own type of a callback
    """The handler of one answer: keep it, ask the next question; after the last one, the summary."""

    async def take(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message is not None
        assert context.user_data is not None
        context.user_data[f"answer_{number}"] = update.message.text
        if number < QUESTIONS:
            await update.message.reply_text(f"Pytanie {number + 1} z {QUESTIONS}")
            return number + 1
        data = context.user_data
        await update.message.reply_text(summary([str(data.get(f"answer_{one}")) for one in range(1, QUESTIONS + 1)]))
        data.clear()
        return ConversationHandler.END

    return take


def application(url: str, pickle: str) -> Any:  # noqa: ANN401 - six type parameters nobody names
    """As the documentation's example of a conversation builds it."""
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    if pickle:
        builder = builder.persistence(PicklePersistence(filepath=pickle))
    app = builder.build()
    states = {
        number: [MessageHandler(filters.TEXT & ~filters.COMMAND, ask_after(number))]
        for number in range(1, QUESTIONS + 1)
    }
    named: dict[str, Any] = {"name": "form", "persistent": True} if pickle else {}
    app.add_handler(
        ConversationHandler(entry_points=[CommandHandler("start", begin)], states=states, fallbacks=[], **named)  # type: ignore[arg-type]
    )
    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("polling", "webhook"))
    parser.add_argument("url")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--pickle", default="", help="a file; without it states are kept in memory only")
    asked = parser.parse_args()
    made = application(asked.url, asked.pickle)
    if asked.mode == "polling":
        made.run_polling(allowed_updates=Update.ALL_TYPES)
    else:
        hook = f"http://127.0.0.1:{asked.port}/hook"
        made.run_webhook(listen="127.0.0.1", port=asked.port, url_path="hook", webhook_url=hook, secret_token=SECRET)
