"""The emergency "schowaj": what was told is gone, nothing telling comes, nothing given is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.base import FileKind, SharedPlace
from bot.tap_kinds import HideChat, Refresh
from bot.taps import encode
from bot.views import common
from scenarios.contact import Leave, Mark
from storage import people
from storage.assignments import State
from storage.evidence import Status
from tests.bot.house import Guest, House, asks

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HARMLESS = common.hidden("pl").body


async def on_the_spot(house: House) -> tuple[Guest, int]:
    """The juror inside, with the chat full of telling messages."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w_okienko"))
    return juror, contact


def is_harmless(guest: Guest) -> bool:
    """Whether the chat shows nothing but the harmless message."""
    return [line.text for line in guest.lines] == [HARMLESS]


async def test_one_tap_cleans_the_chat_of_both_sides(house: House) -> None:
    """The invitation, all questions, what the person wrote: all gone, in every chat of theirs."""
    juror, _contact = await on_the_spot(house)
    await juror.says("/urzadzenie")
    tablet = house.chat("tablet")
    await tablet.says("/start made-1")
    assert len(juror.lines) > 10
    await juror.taps_data(encode(HideChat()))
    assert is_harmless(juror)
    assert tablet.lines == []


@pytest.mark.parametrize("by", ["button", "/start", "/zadania", "/pomoc"])
async def test_it_comes_back_by_the_button_or_any_command(house: House, by: str) -> None:
    """Where we were, with the word that everything was saved."""
    juror, contact = await on_the_spot(house)
    stamp = await juror.button(contact, Mark())
    await juror.says("/schowaj")
    await juror.taps_data(encode(Refresh())) if by == "button" else await juror.says(by)
    assert common.unhidden("pl").body in juror.text
    assert stamp in juror.last.data


async def test_nothing_telling_comes_while_hidden(house: House) -> None:
    """Taps on what the channel could not delete, stickers, places: each answered with the same harmless thing."""
    juror, contact = await on_the_spot(house)
    stamp = await juror.button(contact, Mark())
    before = await house.answers(contact)
    await juror.says("/schowaj")
    delivered = len(house.room.delivered)
    await juror.taps_data(stamp)
    await juror.does(SharedPlace(52.0, 21.0))
    await juror.says("/schowaj")
    assert is_harmless(juror)
    assert all(outgoing.harmless for _chat, outgoing in house.room.delivered[delivered:])
    assert await house.answers(contact) == before


async def test_what_is_typed_while_hidden_is_kept_as_a_note_and_answers_nothing(house: House) -> None:
    """It vanishes from the screen, not from the contact: it lies on the tray when the chat is back."""
    juror, contact = await on_the_spot(house)
    before = await house.answers(contact)
    await juror.says("/schowaj")
    await juror.says("okienko 3, bez identyfikatora")
    assert is_harmless(juror)
    [note] = await house.evidence(contact)
    assert note.note == "okienko 3, bez identyfikatora"
    assert (await house.contact(contact)).contact.tray == (note.id,)
    assert await house.answers(contact) == before


async def test_a_photo_sent_while_hidden_is_kept(house: House) -> None:
    """Fetched and verified as ever, without a word; a video and what is too large are not taken."""
    juror, contact = await on_the_spot(house)
    await juror.says("/schowaj")
    await juror.sends()
    await juror.sends(kind=FileKind.VIDEO)
    assert is_harmless(juror)
    [row] = await house.evidence(contact)
    assert row.status is Status.VERIFIED
    assert (await house.contact(contact)).contact.tray == (row.id,)


async def test_words_while_hidden_outside_a_contact_do_nothing(house: House) -> None:
    """No task is open: there is nothing they could belong to."""
    juror = await house.guest()
    await juror.says("/schowaj")
    await juror.says("mleko")
    assert is_harmless(juror)


async def test_hiding_before_the_consent_shows_nothing_either(house: House) -> None:
    """And it comes back to the question of consent."""
    juror = house.chat("juror")
    await juror.says(f"/start {house.world.tokens['juror']}")
    await juror.says("/schowaj")
    await juror.says("mleko")
    assert is_harmless(juror)
    await juror.taps_data(encode(Refresh()))
    assert "yes" in juror.last.data


async def test_what_came_meanwhile_is_held_and_comes_after(house: House) -> None:
    """Reminders do not pile up; news for a coordinator waits for their chat to be shown again."""
    juror, contact = await on_the_spot(house)
    coordinator = await house.guest("coordinator")
    await coordinator.says("/schowaj")
    await juror.says("/schowaj")
    await house.passes(timedelta(days=3))
    assert is_harmless(juror)
    await juror.taps_data(encode(Refresh()))
    assert [line.text == HARMLESS for line in juror.heard] == [True, False]
    await juror.says("/wyjscia")
    await juror.replies(contact, Leave("recognised"))
    await juror.says("tak")
    assert (await house.task("wizyta")).state is State.VOID
    assert is_harmless(coordinator)
    await coordinator.taps_data(encode(Refresh()))
    assert any("Jagoda Test" in line.text or "Przykładowo" in line.text for line in coordinator.heard)


async def test_hiding_again_keeps_the_first_moment(house: House) -> None:
    """Every message while hidden cleans again; the journal says once when it was hidden."""
    juror, _contact = await on_the_spot(house)
    await juror.says("/schowaj")
    first = await house.read(lambda unit: people.person(unit, house.world.juror))
    house.clock.at += timedelta(minutes=5)
    await juror.says("chleb")
    second = await house.read(lambda unit: people.person(unit, house.world.juror))
    assert first is not None
    assert second is not None
    assert first.hidden_at == second.hidden_at
    assert (await house.noted(f"person:{house.world.juror}")).count("hidden") == 1


async def test_the_refresh_button_of_a_chat_that_is_not_hidden_shows_where_we_are(house: House) -> None:
    """An old one does no harm."""
    juror, contact = await on_the_spot(house)
    stamp = await juror.button(contact, Mark())
    await juror.taps_data(encode(Refresh()))
    assert stamp in juror.last.data
    assert common.unhidden("pl").body not in juror.text
