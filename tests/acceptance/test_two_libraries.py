"""One edition under both Telegram libraries, changed while it runs: nothing is lost, nothing counts twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial

from scenarios.contact import Phase
from scenarios.model import Stage
from storage import contacts
from storage.database import Database
from tests.acceptance.running import Program
from tests.acceptance.test_visit_telegram import begin, in_stage, same_answers
from tests.acceptance.world import World
from tests.bot_api.server import BotApiServer
from tests.bot_api.state import Json

CHANGES = (("ptb", "polling"), ("aiogram", "webhook"), ("ptb", "webhook"), ("aiogram", "polling"))
"""What the program is started with next, again and again; it begins with the last of them."""

REPLIES_EACH = 3

LEASE_SECONDS = "30"
"""As in earnest: a slow machine must not make the next program send again what this one is still sending."""


async def test_the_library_changes_in_a_running_edition(
    database: Database, server: BotApiServer, world: World, program: Callable[..., Program]
) -> None:
    """Every few answers the program ends and comes back with the other library, or the other way of hearing of updates;
    each time an answer was given while it was away. The report, its files and the order of answers are whole.
    """
    running: list[Program] = []

    async def start(library: str, mode: str) -> None:
        running.append(program(mode=mode))
        running[-1].settings |= {"TELEGRAM_LIBRARY": library, "LEASE_SECONDS": LEASE_SECONDS}
        assert await running[-1].start(), running[-1].said()

    await start(*CHANGES[-1])
    juror = await begin(server, database, world)
    await juror.walk(until=in_stage(Stage.AFTER))
    for change in CHANGES:
        await running[-1].stop()
        juror.meanwhile = partial(start, *change)
        await juror.step()
        juror.meanwhile = None
        for _ in range(REPLIES_EACH):
            await juror.step()
    await juror.walk(until=lambda turn: turn.contact.phase is Phase.SUBMITTED)
    row = await database.read(lambda unit: contacts.load(unit, juror.turn.contact.id, lock=False))
    assert row is not None
    assert row.phase is Phase.SUBMITTED
    assert same_answers(row.contact, juror.turn.contact)
    assert juror.photos > 0
    await server.until(lambda: not server.updates.waiting)
    assert all("ERROR" not in one.said() for one in running)
    asked = Counter(_question(call) for call in server.calls("sendMessage"))
    assert [question for question, times in asked.items() if times > 1 and '"c:' in question] == []


def _question(call: Json) -> str:
    """The buttons of a message: those of a question (``c:``) name the turn, and no turn is shown by two messages."""
    return json.dumps(call.get("reply_markup"))
