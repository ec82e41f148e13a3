"""Coming in: invitations, the consent before anything, languages, and what anybody can ask for anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.base import Blocked, Said, Tapped, Unblocked
from bot.intake import MAX_STRANGERS_PER_MINUTE
from bot.refusals import RefusalCode
from bot.roles.everyone import DEVICE_LINK_LASTS, token_hash
from bot.tap_kinds import (
    ConsentNo,
    ConsentYes,
    ContinueContact,
    MyData,
    OfficeMenu,
    OtherDevice,
    Refresh,
    ShowHelp,
    SpeakEnglish,
    SpeakPolish,
    Tasks,
)
from bot.taps import encode
from bot.views import common, juror_tasks
from scenarios.contact import AskStep
from storage import people
from storage.database import Unit
from tests.bot.house import House, asks, refusal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SENTENCE = refusal(RefusalCode.UNUSABLE_INVITATION)


async def test_an_invitation_brings_three_messages_and_a_question(house: House) -> None:
    """What this is, what is kept, and whether that is agreed to; and the commands of the role."""
    juror = house.chat("juror")
    heard = await juror.says(f"/start {house.world.tokens['juror']}")
    assert len(heard) == 3
    assert encode(ConsentYes()) in juror.last.buttons.values()
    assert "zadania" in house.room.commands["juror"]


async def test_an_invitation_works_once(house: House) -> None:
    """A second chat with the same token is a stranger; the first one stays in."""
    juror = await house.guest()
    other = house.chat("other")
    assert [line.text for line in await other.says(f"/start {house.world.tokens['juror']}")] == [SENTENCE]
    await juror.says("/zadania")
    assert "Przykładowo" in juror.text


async def test_expired_revoked_unknown_and_no_tokens_say_the_same(house: House) -> None:
    """One neutral sentence without a button, whatever was wrong."""

    def spoil(unit: Unit) -> None:
        now = house.clock()
        for token, lasts in (("expired", timedelta()), ("revoked", timedelta(days=1))):
            invited = people.invite(
                unit,
                house.world.juror,
                token_hash=token_hash(token),
                now=now,
                expires_at=now + lasts,
            )
            if token == "revoked":
                people.revoke(unit, invited, now)

    await house.run(spoil)
    for number, said in enumerate(("/start expired", "/start revoked", "/start never", "/start", "Dzień dobry")):
        stranger = house.chat(f"stranger{number}")
        heard = await stranger.says(said)
        assert [line.text for line in heard] == [SENTENCE]
        assert heard[0].buttons == {}


async def test_another_persons_invitation_changes_nothing_in_a_known_chat(house: House) -> None:
    """The juror's chat stays the juror's, and the coordinator can still use the link."""
    juror = await house.guest()
    await juror.says(f"/start {house.world.tokens['coordinator']}")
    assert "Przykładowo" in juror.text
    coordinator = await house.guest("coordinator")
    assert encode(OfficeMenu()) in coordinator.last.buttons.values()


async def test_a_known_person_with_a_used_token_is_shown_where_they_are(house: House) -> None:
    """The old link tapped again in the same chat leads to the tasks, not to the stranger's sentence."""
    juror = await house.guest()
    await juror.says(f"/start {house.world.tokens['juror']}")
    assert "Przykładowo" in juror.text


async def test_strangers_are_answered_only_so_often(house: House) -> None:
    """Twenty answers a minute all together; a minute later there are answers again."""
    for number in range(MAX_STRANGERS_PER_MINUTE + 5):
        await house.chat(f"s{number}").does(Said("?"))
    assert len(house.room.delivered) == MAX_STRANGERS_PER_MINUTE
    house.clock.at += timedelta(minutes=1)
    assert await house.chat("late").says("?")


async def test_a_stranger_who_leaves_or_comes_back_hears_nothing(house: House) -> None:
    """Blocking is no question."""
    stranger = house.chat("s")
    assert await stranger.does(Blocked()) == []
    assert await stranger.does(Unblocked()) == []


async def test_a_strangers_tap_is_acknowledged(house: House) -> None:
    """No spinner stays on a button of a chat that is nobody's any more."""
    await house.chat("s").does(Tapped("tasks", tap_id="spinning", message=None))
    assert house.room.acknowledged == ["spinning"]


async def test_nothing_goes_before_the_consent(house: House) -> None:
    """Words, photos and taps only ask for it again; then the tasks open."""
    juror = house.chat("juror")
    await juror.says(f"/start {house.world.tokens['juror']}")
    for again in (await juror.says("dzień dobry"), await juror.sends(), await juror.taps_data(encode(Tasks()))):
        assert encode(ConsentYes()) in again[-1].buttons.values()
    await juror.says("/zadania")
    assert "Przykładowo" not in juror.text
    await juror.taps_data(encode(ConsentNo()))
    await juror.says("/zadania")
    assert "Przykładowo" not in juror.text
    await juror.taps_data(encode(ConsentYes()))
    await juror.says("/zadania")
    assert "Przykładowo" in juror.text


async def test_help_and_my_data_work_before_the_consent(house: House) -> None:
    """What is kept can be asked before agreeing to it."""
    juror = house.chat("juror")
    await juror.says(f"/start {house.world.tokens['juror']}")
    await juror.says("/dane")
    assert "Jagoda Test" in juror.text
    await juror.taps_data(encode(MyData()))
    assert "Jagoda Test" in juror.text
    await juror.says("/pomoc")
    assert "Pomoc" in juror.text
    await juror.taps_data(encode(ShowHelp()))
    assert "Pomoc" in juror.text
    found = await house.read(lambda unit: people.person(unit, house.world.juror))
    assert found is not None
    assert found.consented_at is None


async def test_agreeing_twice_and_an_old_no_change_nothing(house: House) -> None:
    """The consent keeps its first moment; "Not now" tapped after it shows where we are."""
    juror = await house.guest()
    first = await house.read(lambda unit: people.person(unit, house.world.juror))
    house.clock.at += timedelta(hours=1)
    await juror.taps_data(encode(ConsentYes()))
    await juror.taps_data(encode(ConsentNo()))
    assert "Przykładowo" in juror.text
    assert await house.read(lambda unit: people.person(unit, house.world.juror)) == first


async def test_the_language_can_be_chosen_before_the_consent(house: House) -> None:
    """The welcome comes again, in English; so do the commands."""
    juror = house.chat("juror")
    await juror.says(f"/start {house.world.tokens['juror']}")
    heard = await juror.taps_data(encode(SpeakEnglish()))
    assert len(heard) == 3
    assert "I agree" in juror.last.buttons
    assert "tasks" in house.room.commands["juror"]
    await juror.says("/language")
    assert "Polski" in juror.last.buttons


async def test_the_language_switches_in_the_middle_of_a_contact(house: House) -> None:
    """The question that is up is asked again in the other language, and the contact has not moved."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    before = await house.contact(contact)
    await juror.taps_data(encode(SpeakEnglish()))
    assert "From now on in English." in juror.text
    assert "does anything on this list apply" in juror.text
    await juror.taps_data(encode(SpeakPolish()))
    assert "czy w ostatnich 3 latach" in juror.text
    assert await house.contact(contact) == before


async def test_help_data_and_language_leave_a_contact_alone(house: House) -> None:
    """They work in the middle of a contact, and the question can still be answered."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    before = await house.contact(contact)
    for command, word in (("/pomoc", "Pomoc"), ("/dane", "Jagoda Test"), ("/jezyk", "język")):
        await juror.says(command)
        assert word in juror.text
    assert await house.contact(contact) == before
    await juror.taps("nic z tego")
    assert await house.answers(contact) == [("konflikt", "none")]


async def test_another_device_goes_on_days_later_where_this_one_stopped(house: House) -> None:
    """A link from the menu opens the same question in another chat; reminders follow the person there."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w01"))
    await juror.says("/pauza")
    await juror.taps_data(encode(OtherDevice()))
    assert "http://here.test/w/made-1" in juror.text
    other = house.chat("tablet")
    await other.says("/start made-1")
    assert "zadania" in house.room.commands["tablet"]
    await house.passes(timedelta(days=3))
    await other.taps_data(encode(ContinueContact(contact)))
    _scenario, turn = await house.turn(contact)
    assert isinstance(turn.prompt, AskStep)
    assert turn.prompt.path == "w01"
    assert "wchodzę" in other.last.buttons
    quiet = len(juror.heard)
    await house.passes(timedelta(days=1, hours=1))
    assert juror_tasks.gentle_reminder(language="pl") in other.text
    assert len(juror.heard) == quiet
    await other.says("/start made-1")
    assert SENTENCE not in other.text


async def test_a_link_to_another_device_ends_after_a_quarter_of_an_hour(house: House) -> None:
    """Later it is a stranger's link."""
    juror = await house.guest()
    await juror.says("/urzadzenie")
    house.clock.at += DEVICE_LINK_LASTS
    assert [line.text for line in await house.chat("tablet").says("/start made-1")] == [SENTENCE]


async def test_a_device_added_while_hidden_shows_nothing(house: House) -> None:
    """A link made before hiding opens a harmless chat, until it is asked for."""
    juror = await house.guest()
    await juror.says("/urzadzenie")
    await juror.says("/schowaj")
    tablet = house.chat("tablet")
    await tablet.says("/start made-1")
    assert len(tablet.heard) == 1
    assert tablet.text == common.hidden("pl").body
    await tablet.taps_data(encode(Refresh()))
    assert "Przykładowo" in tablet.text


async def test_an_unknown_command_says_what_works(house: House) -> None:
    """It leads somewhere."""
    juror = await house.guest()
    await juror.says("/fotosynteza")
    assert encode(Tasks()) in juror.last.buttons.values()
