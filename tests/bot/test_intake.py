"""One update, one unit of work: poison is parked and said so, others go on; updates nobody can read are put aside."""

from __future__ import annotations

import asyncio

import pytest

from bot import roles
from bot.channels.base import Commanded, Content, Said, SentFile, SharedPlace, Tapped, Unsupported
from bot.intake import own_words
from bot.talk import Talk
from bot.views.common import apology
from storage import inbox, messages, people
from storage.database import Unit
from tests.bot.house import ROOM, House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

POISON = "trucizna"


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """One word makes the use case fail after it has written something."""
    hear = roles.hear

    def failing(talk: Talk, content: Content) -> None:
        hear(talk, content)
        if content == Said(POISON) or (isinstance(content, Tapped) and content.data == POISON):
            raise RuntimeError(POISON)

    monkeypatch.setattr(roles, "hear", failing)


@pytest.mark.usefixtures("poison")
async def test_a_poison_update_is_parked_with_a_number_and_others_go_on(house: House) -> None:
    """Nothing of it stays but the incident; what came at the same time is answered; again it counts once."""
    house.trouble = 1
    juror = await house.guest()
    contact = await juror.begins("telefon")
    row = await house.contact(contact)
    both = [house.incoming("juror", Said(POISON), update_id="bad"), house.incoming("juror", Said("nic z tego"))]
    await asyncio.gather(*(house.intake.take(one, lambda: b"raw") for one in both))
    await house.settle()
    texts = [line.text for line in juror.heard]
    assert apology(1, language="pl").body in texts
    assert await house.answers(contact) == [("konflikt", "none")]
    assert (await house.contact(contact)).turn == row.turn + 1
    heard = len(juror.heard)
    await juror.does(Said(POISON), update_id="bad")
    assert len(juror.heard) == heard
    assert await house.read(inbox.parked) == 1


@pytest.mark.usefixtures("poison")
async def test_a_poison_tap_does_not_leave_a_spinner(house: House) -> None:
    """The apology acknowledges it."""
    house.trouble = 1
    juror = await house.guest()
    await juror.does(Tapped(POISON, tap_id="spinning", message=None))
    assert house.room.acknowledged[-1] == "spinning"


@pytest.mark.usefixtures("poison")
async def test_an_apology_waits_while_the_chat_is_hidden(house: House) -> None:
    """It would be telling."""
    house.trouble = 1
    juror = await house.guest()
    await juror.says("/schowaj")
    await juror.says(POISON)
    assert apology(1, language="pl").body not in [line.text for line in juror.heard]


async def test_an_update_no_codec_reads_is_parked_once(house: House) -> None:
    """With its bytes and what is wrong with it; nobody is told."""
    house.trouble = 1
    for _ in range(2):
        await house.intake.take_undecodable("u-7", b"\xff\x00", "no such thing", channel=ROOM)
    assert await house.read(inbox.parked) == 1
    assert house.room.delivered == []


async def test_a_group_that_runs_again_counts_a_stranger_once(house: House) -> None:
    """The unit of work may be run more than once; the limit on answers to strangers knows."""
    incoming = house.incoming("s", Said("?"))

    def twice(unit: Unit) -> None:
        for _ in range(2):
            house.intake._meet_stranger(unit, incoming, house.clock())

    await house.run(twice)
    assert len(house.intake._strangers) == 1


async def test_what_a_person_wrote_is_remembered_for_cleaning(house: House) -> None:
    """Every message with an id of the channel, the one with the invitation included; its words are not kept."""
    juror = await house.guest()
    await juror.says("/zadania")
    [address] = await house.read(lambda unit: people.addresses(unit, house.world.juror))
    shown = await house.read(lambda unit: messages.history(unit, address.id, limit=50))
    own = [message for message in shown if message.direction is messages.Direction.IN]
    assert len(own) == 2
    assert all(message.body is None for message in own)


async def test_where_the_channel_keeps_no_words_we_do(house: House) -> None:
    """A chat that shows its own history gets what was said, under the update's id."""
    content = Said("dzień dobry")
    assert own_words(content) == {"said": "dzień dobry"}
    assert own_words(Commanded("zadania")) == {"said": "/zadania"}
    assert own_words(SharedPlace(1.0, 2.0)) == {"place": [1.0, 2.0]}
    sent = house.chat("x").file(b"?", name="a.jpg", caption="to")
    assert isinstance(sent, SentFile)
    kept = own_words(sent)
    assert kept is not None
    assert kept["said"] == "to"
    assert own_words(Unsupported("poll")) is None
    assert own_words(Tapped("x", tap_id=None, message=None)) is None
