"""What is counted on the way: every outcome of an update, of a message and of a job, each once."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta

import pytest

from bot import roles
from bot.channels.base import Delivered, Gone, Outcome, Outgoing, Refused, Said, TryLater, Unclear
from bot.counts import Counts, Taken
from bot.jobs import put_send
from bot.metrics import ENDINGS, SENDS
from bot.strangers import MAX_UNITS_PER_MINUTE
from bot.talk import Talk
from bot.worker import Worker
from storage.database import Database, StorageUnavailable
from tests.bot.house import ROOM, House
from tests.scripted import START, Clock, ScriptedChannel, add_somebody, work_off

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_every_outcome_of_an_update_is_counted_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken, doubled, of a stranger, ignored, parked, unreadable, not stored; each that was stored took its time."""
    house.trouble = 2
    counts = house.intake._counts
    juror = await house.guest()
    before = counts.updates[ROOM, Taken.TAKEN]
    for _ in range(2):
        await juror.does(Said("/zadania"), update_id="once")
    assert counts.updates[ROOM, Taken.TAKEN] == before + 1
    assert counts.updates[ROOM, Taken.DOUBLED] == 1
    for number in range(MAX_UNITS_PER_MINUTE + 3):
        await house.intake.take(house.incoming(f"nobody {number}", Said("?")))
    assert counts.updates[ROOM, Taken.STRANGER] == MAX_UNITS_PER_MINUTE
    assert counts.updates[ROOM, Taken.IGNORED] == 3
    await house.intake.take_undecodable("u-7", b"\xff", "no such thing", channel=ROOM)

    def failing(_: Talk, __: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as poisoned:
        poisoned.setattr(roles, "hear", failing)
        await juror.does(Said("trucizna"))
    taken = [Taken.TAKEN, Taken.DOUBLED, Taken.STRANGER, Taken.PARKED]
    assert sum(counts.committing.counts) == sum(counts.updates[ROOM, outcome] for outcome in taken)

    async def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(house.database, "run", away)
        with pytest.raises(StorageUnavailable):
            await house.intake.take(house.incoming("juror", Said("nie zapisze się")))
    assert {
        outcome: counts.updates[ROOM, outcome] for outcome in (Taken.PARKED, Taken.UNREADABLE, Taken.NOT_STORED)
    } == {
        Taken.PARKED: 1,
        Taken.UNREADABLE: 1,
        Taken.NOT_STORED: 1,
    }


async def test_every_outcome_of_a_message_is_counted(database: Database) -> None:
    """By channel; and how long it waited, and how the tries at its job ended."""
    channel, clock, counts = ScriptedChannel(), Clock(), Counts()
    outcomes: list[Outcome] = [TryLater(1.0, "429"), Unclear("reset"), Refused("too long"), Gone("blocked")]
    channel.outcomes.extend([*outcomes, Delivered("m1")])
    ola = await database.run(lambda unit: add_somebody(unit, "ola"))
    for body in ("pierwsza", "druga", "trzecia"):
        await database.run(
            lambda unit, body=body: put_send(
                unit, Outgoing(body), address_id=ola.address_id, channel="scripted", chat=ola.chat, now=START
            )
        )
    worker = Worker(
        database,
        channels={"scripted": channel},
        doers={},
        clock=clock,
        on_gone=lambda *_: None,
        on_buried=lambda *_: None,
        name="w1",
        counts=counts,
    )
    clock.at += timedelta(seconds=7)
    await work_off(database, worker, clock)
    assert counts.sends == Counter({("scripted", type(outcome).__name__): 1 for outcome in (*outcomes, Delivered("m"))})
    assert {outcome for _, outcome in counts.sends} == set(SENDS)
    assert counts.jobs == Counter({("send", "Later"): 2, ("send", "Never"): 1, ("send", "Done"): 2})
    assert {ending for _, ending in counts.jobs} == set(ENDINGS)
    assert sum(counts.waiting.counts) == sum(counts.calling.counts) == 5
    assert counts.waiting.total >= 3 * 7
    assert worker.under_way == 0


async def test_an_update_that_was_not_stored_is_named_in_the_log(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever reads the log finds the update by its channel and number: what failed in it, and that it was parked."""
    house.trouble = 1
    caplog.set_level(logging.ERROR)
    juror = await house.guest()
    told: list[dict[str, object]] = []
    from bot import logs

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(logs._fields(record))

    def failing(_: Talk, __: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(roles, "hear", failing)
    keeps = Keeps(level=logging.ERROR)
    logging.getLogger("bot.intake").addHandler(keeps)
    try:
        await juror.does(Said("trucizna"), update_id="named")
    finally:
        logging.getLogger("bot.intake").removeHandler(keeps)
    assert told == [{"channel": ROOM, "update": "named"}]
