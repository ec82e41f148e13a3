"""After a restore: a juror's chat may be further on than we are; what is sent first answers nothing and is not lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.jobs import put_remind
from bot.roles import restored
from bot.tap_kinds import HideChat
from bot.taps import encode
from bot.views import restored as view
from scenarios.contact import Mark
from storage import held
from storage.evidence import Status
from storage.unit import Unit
from tests.bot.house import Guest, House, asks

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def restored_on_the_spot(house: House) -> tuple[Guest, int, restored.Settled]:
    """A juror inside, at a question; then the program is restored from a copy that was made before."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w_okienko"))
    settled = await house.run(
        lambda unit: restored.settle(
            unit, house.desk, made_at=house.clock.at - timedelta(hours=3), nothing_since=False, now=house.clock.at
        )
    )
    return juror, contact, settled


async def test_words_are_a_note_and_the_question_is_shown_once(house: House) -> None:
    """The second time they are an answer again."""
    juror, contact, settled = await restored_on_the_spot(house)
    assert settled.jurors >= 1
    before = await house.answers(contact)
    await juror.says("okienko 3")
    assert await house.answers(contact) == before
    [note] = await house.evidence(contact)
    assert note.note == "okienko 3"
    assert view.lead(is_kept=True, language="pl").splitlines()[0] in juror.text
    stamp = await juror.button(contact, Mark())
    assert stamp in juror.last.data
    await juror.taps_data(stamp)
    assert await house.answers(contact) != before


async def test_a_photo_is_kept_and_fetched(house: House) -> None:
    """As evidence without an answer."""
    juror, contact, _ = await restored_on_the_spot(house)
    before = await house.answers(contact)
    await juror.sends()
    [row] = await house.evidence(contact)
    assert row.status is Status.VERIFIED
    assert await house.answers(contact) == before


async def test_a_tap_on_an_answer_shows_the_question_instead(house: House) -> None:
    """Even one whose number fits: what it stood under may be gone."""
    juror, contact, _ = await restored_on_the_spot(house)
    before = await house.answers(contact)
    stamp = await juror.button(contact, Mark())
    await juror.taps_data(stamp)
    assert await house.answers(contact) == before
    assert view.lead(is_kept=False, language="pl") in juror.text
    await juror.taps_data(await juror.button(contact, Mark()))
    assert await house.answers(contact) != before


async def test_what_is_not_about_a_contact_works_at_once(house: House) -> None:
    """Hiding the chat cannot wait; and it does not use up the first showing."""
    juror, contact, _ = await restored_on_the_spot(house)
    await juror.taps_data(encode(HideChat()))
    await juror.says("/start")
    before = await house.answers(contact)
    await juror.says("okienko 3")
    assert await house.answers(contact) == before
    assert view.lead(is_kept=True, language="pl").splitlines()[0] in juror.text


async def test_the_office_is_told_what_is_missing_and_what_is_held(house: House) -> None:
    """Once each, with the number; nothing was sent that waited."""
    coordinator = await house.guest("coordinator")
    juror, contact, _ = await restored_on_the_spot(house)
    already = len(juror.heard)
    made_at, later = house.clock.at - timedelta(hours=1), house.clock.at + timedelta(hours=1)

    def settle(unit: Unit) -> restored.Settled:
        put_remind(unit, contact, run_at=later, now=house.clock.at)
        return restored.settle(unit, house.desk, made_at=made_at, nothing_since=False, now=later)

    settled = await house.run(settle)
    assert settled.held["remind"] == 1
    assert await house.read(held.held) == settled.held
    await house.passes(timedelta(hours=2))
    assert len(juror.heard) == already
    wanted = view.notice(sum(settled.held.values()), made_at, language="pl", zone=house.desk.zone)
    assert wanted.body in coordinator.text
    assert await house.noted("database") == ["database.restored", "database.restored"]
