"""Inviting by chat: links for many and for one, shown once, issued again, revoked; a coordinator just their jurors."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

import pytest

from bot import app
from bot.channels.telegram_aiogram import TelegramAiogram
from bot.office_taps.inviting import InviteAll, InviteeCard, IssueLink, RenewAll, RevokeLink
from bot.refusals import RefusalCode
from bot.talk import Desk
from bot.taps import encode
from storage import invitations, people
from storage.database import Unit
from storage.invitations import Invited
from storage.people import Role
from storage.sheets import Book, read_book
from tests.acceptance.world import ZONE
from tests.bot.house import Guest, House, refusal

LINK = re.compile(r"http://here\.test/w/([\w-]+)")


@pytest.fixture
async def jurors(house: House) -> list[int]:
    """Three jurors without a link: of the coordinator, of nobody, of another coordinator."""

    def add(unit: Unit) -> list[int]:
        edition, now = house.world.edition, house.clock()
        other = people.add_person(unit, edition_id=edition, name="Inny Koordynator", role=Role.COORDINATOR, now=now)
        return [
            people.add_person(
                unit,
                edition_id=edition,
                name=name,
                role=Role.JUROR,
                email=f"{number}@example.org",
                coordinator_id=coordinator,
                now=now,
            )
            for number, (name, coordinator) in enumerate(
                (("Ala Nowa", house.world.coordinator), ("Bea Nowa", None), ("Cyd Cudzy", other))
            )
        ]

    return await house.run(add)


async def state(house: House, person: int) -> Invited:
    """How far somebody is."""
    one = await house.read(lambda unit: invitations.invitee(unit, person, now=house.clock()))
    assert one is not None
    return one.state


async def table(house: House, guest: Guest) -> list[tuple[object, ...]]:
    """The rows of the newest table that was sent."""
    line = next(line for line in reversed(guest.heard) if line.outgoing is not None and line.outgoing.attachments)
    assert line.outgoing is not None
    assert line.outgoing.may_be_saved
    kinds = [file.media_type.rpartition(".")[2] for file in line.outgoing.attachments]
    assert kinds == ["sheet", "application/pdf"]
    book = read_book(await house.blobs.get(line.outgoing.attachments[0].sha256))
    assert isinstance(book, Book)
    return list(book.sheets[0].rows[1:])


async def arrives(house: House, token: object, name: str) -> Guest:
    """Somebody comes by a link."""
    guest = house.chat(name)
    await guest.says(f"/start {token}")
    return guest


async def test_everybody_without_a_link_gets_one_in_a_table(house: House, jurors: list[int]) -> None:
    """A coordinator their own jurors and nobody's; the links work; a second tap finds nobody."""
    guest = await house.guest("coordinator")
    await guest.says("/start")
    await guest.taps("Zaproszenia")
    await guest.taps_data(encode(InviteAll()))
    rows = await table(house, guest)
    assert [row[0] for row in rows] == ["Ala Nowa", "Bea Nowa"]
    assert [await state(house, one) for one in jurors] == [Invited.WAITING, Invited.WAITING, Invited.NOT_YET]
    link = LINK.search(str(rows[0][3]))
    assert link is not None
    await arrives(house, link[1], "ala")
    assert await state(house, jurors[0]) is Invited.CAME
    before = len(guest.heard)
    await guest.taps_data(encode(InviteAll()))
    assert len(guest.heard) == before + 1
    assert await house.noted(f"person:{jurors[0]}") == ["invited", "arrived"]


async def test_an_organizer_invites_coordinators_too_and_anew(house: House, jurors: list[int]) -> None:
    """New links for all who have not come stop those sent before; Telegram's link where its bot is known."""
    house.desk.bot_names["telegram"] = "proba_bot"
    guest = await house.guest("organizer")
    await guest.taps_data(encode(InviteAll()))
    first = await table(house, guest)
    assert {row[0] for row in first} == {"Ala Nowa", "Bea Nowa", "Cyd Cudzy", "Inny Koordynator"}
    assert str(first[0][4]).startswith("https://t.me/proba_bot?start=made-")
    await guest.taps_data(encode(RenewAll()))
    again = await table(house, guest)
    assert {row[0] for row in again} >= {row[0] for row in first}
    old, new = (next(LINK.findall(str(row[3]))[0] for row in rows if row[0] == "Ala Nowa") for rows in (first, again))
    await arrives(house, old, "stary")
    assert await state(house, jurors[0]) is Invited.WAITING
    await arrives(house, new, "nowy")
    assert await state(house, jurors[0]) is Invited.CAME
    del house.desk.bot_names["telegram"]


async def test_one_link_is_shown_once_issued_again_and_revoked(house: House, jurors: list[int]) -> None:
    """Link and code; the second makes the first useless; a revoked one opens nothing; an old one expires."""
    guest = await house.guest("coordinator")
    ala = jurors[0]
    await guest.taps_data(encode(InviteeCard(ala)))
    assert "Ala Nowa" in guest.text
    shown = await guest.taps_data(encode(IssueLink(ala)))
    first = LINK.search(shown[0].text)
    assert first is not None
    assert shown[-1].outgoing is not None
    assert shown[-1].outgoing.attachments[0].media_type == "image/png"
    second = LINK.search((await guest.taps_data(encode(IssueLink(ala))))[0].text)
    assert second is not None
    await arrives(house, first[1], "pierwszy")
    assert await state(house, ala) is Invited.WAITING
    await guest.taps_data(encode(RevokeLink(ala)))
    await arrives(house, second[1], "drugi")
    assert await state(house, ala) is Invited.EXPIRED
    assert "invitation.revoked" in await house.noted(f"person:{ala}")
    await guest.taps_data(encode(IssueLink(ala)))
    await house.passes(timedelta(days=15))
    assert await state(house, ala) is Invited.EXPIRED


async def test_nobody_invites_beyond_their_own(house: House, jurors: list[int]) -> None:
    """A coordinator neither another's juror nor a coordinator; a juror nobody; who left gets no link."""
    guest, juror = await house.guest("coordinator"), await house.guest("juror")
    for person in (jurors[2], house.world.organizer, 999):
        for tap in (InviteeCard(person), IssueLink(person), RevokeLink(person)):
            await guest.taps_data(encode(tap))
            assert guest.text == refusal(RefusalCode.NOT_YOURS)
    await juror.taps_data(encode(IssueLink(jurors[0])))
    await juror.taps_data(encode(InviteAll()))
    assert await state(house, jurors[0]) is Invited.NOT_YET
    await house.run(lambda unit: people.update_person(unit, jurors[0], left_at=house.clock()))
    await guest.taps_data(encode(IssueLink(jurors[0])))
    assert LINK.search(guest.text) is None


async def test_people_are_listed_by_how_far_they_are(house: House, jurors: list[int]) -> None:
    """Counts first, then each state by pages with a button for each person."""
    del jurors
    guest = await house.guest("coordinator")
    await guest.says("/start")
    await guest.taps("Zaproszenia")
    assert ": 2" in guest.text
    label = next(label for label in guest.last.buttons if label.endswith("(2)"))
    await guest.taps(label)
    assert {"Ala Nowa", "Bea Nowa"} <= set(guest.last.buttons)
    await guest.taps("Ala Nowa")
    assert guest.last.text.startswith("Ala Nowa")


class Named:
    """A channel that tells the bot's name the second time it is asked."""

    name = "telegram"

    def __init__(self) -> None:
        self.asked = 0

    async def bot_name(self) -> str | None:
        """Not at once."""
        self.asked += 1
        return "proba_bot" if self.asked > 1 else None


async def test_what_the_bot_is_called_is_asked_until_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server may be away when the program starts."""
    monkeypatch.setattr(app, "ASK_NAME_AGAIN_SECONDS", 0.0)
    desk = Desk(zone=ZONE, language="pl", own_url="http://here.test", new_token=str)
    await app._learn_name(cast("TelegramAiogram", Named()), desk)
    assert desk.bot_names == {"telegram": "proba_bot"}
