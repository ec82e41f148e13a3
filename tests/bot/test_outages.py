"""After an outage longer than a tap lives, whoever was in the middle of a contact is asked again; nobody else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.outages import NOTED_EVERY, TAPS_LIVE, Outages
from bot.views import juror_tasks
from scenarios.contact import AskStep
from storage.database import Database
from tests.bot.house import ROOM, Guest, House, is_at

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WAS_OUT = juror_tasks.was_out(language="pl")
LONG = TAPS_LIVE + timedelta(seconds=1)


async def in_the_middle(house: House) -> tuple[Guest, Outages]:
    """A juror at a question, and a channel that is heard well."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, is_at(AskStep))
    return juror, await heard(house)


async def heard(house: House) -> Outages:
    """As a process that has just begun."""
    outages = Outages(house.database, house.desk, ROOM, clock=house.clock)
    await outages.heard()
    await house.settle()
    return outages


def times(juror: Guest) -> int:
    """How often the chat was told of an outage."""
    return sum(WAS_OUT in outgoing.body for chat, outgoing in juror.house.room.delivered if chat == juror.chat)


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_question_is_shown_again(house: House, *, restarted: bool) -> None:
    """Without a sound, once, with buttons that work, whether we were away or only Telegram was."""
    juror, outages = await in_the_middle(house)
    asked = juror.last
    house.clock.at += LONG
    if restarted:
        outages = await heard(house)
    else:
        await outages.heard()
        await house.settle()
    assert times(juror) == 1
    assert juror.last.outgoing is not None
    assert juror.last.outgoing.silent
    assert juror.last.data == asked.data
    house.clock.at += NOTED_EVERY
    await outages.heard()
    await house.settle()
    assert times(juror) == 1


async def test_a_short_outage_loses_no_tap(house: House) -> None:
    """Nothing is said."""
    juror, outages = await in_the_middle(house)
    house.clock.at += TAPS_LIVE - timedelta(seconds=1)
    await outages.heard()
    await house.settle()
    assert times(juror) == 0


async def test_a_clock_that_went_back_is_no_outage(house: House) -> None:
    """Nothing is said, and the next outage is noticed."""
    juror, outages = await in_the_middle(house)
    house.clock.at -= timedelta(hours=1)
    await outages.heard()
    await house.settle()
    assert times(juror) == 0


async def test_who_was_heard_after_it_has_the_answer_already(house: House) -> None:
    """What was written meanwhile came with the first updates: nothing needs to be asked again."""
    juror, outages = await in_the_middle(house)
    house.clock.at += LONG
    await juror.says("/cofnij")
    await outages.heard()
    await house.settle()
    assert times(juror) == 0


async def test_who_rested_or_hid_the_chat_is_left_alone(house: House) -> None:
    """A chat not used for a while before, or hidden, stays as it is."""
    juror, outages = await in_the_middle(house)
    await juror.says("/schowaj")
    house.clock.at += LONG
    await outages.heard()
    await house.settle()
    assert times(juror) == 0
    await juror.says("/gdzie")
    for _ in range(70):
        house.clock.at += NOTED_EVERY
        await outages.heard()
    house.clock.at += LONG
    await outages.heard()
    await house.settle()
    assert times(juror) == 0


async def test_a_database_that_is_away_is_asked_the_next_time(house: House) -> None:
    """What cannot be noted now is noted later; nothing breaks."""
    juror, _outages = await in_the_middle(house)
    house.clock.at += LONG
    closed = Outages(Database(str(house.database.url)), house.desk, ROOM, clock=house.clock)
    await closed.heard()
    assert times(juror) == 0
    await heard(house)
    assert times(juror) == 1
