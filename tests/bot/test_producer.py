"""The producer: files made for the office arrive in the chat, and nobody gets what is not theirs any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from bot.channels.base import Outgoing
from bot.jobs import put_produce
from bot.reports.recipes import Picture, Recipe, Sheet, Workbook
from bot.roles import office_hearing
from bot.talk import Desk
from storage import people, queue
from storage.database import Unit
from storage.people import Person
from tests.bot.house import ROOM, House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TABLE = Workbook("lista", (Sheet("Lista", ("Nazwa",), (("Płońsk",),)),))
BROKEN = Picture("obraz", "nothing", {})


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The makers the producer knows, to be added to."""
    every: dict[str, Any] = {}

    def add(what: str, maker: Any) -> None:  # noqa: ANN401 - any callable
        monkeypatch.setitem(office_hearing.RECIPES, what, maker)

    every["add"] = add
    return every


def maker_of(recipe: Recipe | None) -> Any:  # noqa: ANN401 - a Maker
    """A maker that gives this recipe."""

    def make(_unit: Unit, _desk: Desk, _person: Person, _about: Mapping[str, Any], _now: datetime) -> Recipe | None:
        return recipe

    return make


async def produced(house: House, what: str, role: str = "coordinator") -> list[Outgoing]:
    """Have it made for somebody; what their chat got of it."""
    person = getattr(house.world, role)

    def put(unit: Unit) -> None:
        address = people.addresses(unit, person)[0]
        put_produce(
            unit,
            what,
            {},
            person_id=person,
            address_id=address.id,
            channel=ROOM,
            chat=address.chat,
            now=house.clock(),
        )

    before = len(house.room.delivered)
    await house.run(put)
    await house.settle()
    return [outgoing for _chat, outgoing in house.room.delivered[before:]]


async def test_table_arrives(house: House, makers: dict[str, Any]) -> None:
    """The message comes with its file, which may be saved and can be opened."""
    makers["add"]("x.table", maker_of(Recipe(Outgoing("", may_be_saved=True), (TABLE,))))
    await house.guest("coordinator")
    (message,) = await produced(house, "x.table")
    assert message.may_be_saved
    assert [attachment.name for attachment in message.attachments] == ["lista.xlsx"]
    data = await house.blobs.get(message.attachments[0].sha256)
    assert CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()[1] == ["Płońsk"]


async def test_broken_file_is_said(house: House, makers: dict[str, Any]) -> None:
    """A file that cannot be drawn is left out, the others come, and the message says so."""
    makers["add"]("x.half", maker_of(Recipe(Outgoing("Oto lista."), (BROKEN, TABLE))))
    await house.guest("coordinator")
    (message,) = await produced(house, "x.half")
    assert len(message.attachments) == 1
    assert message.body.startswith("Oto lista.")
    assert "Nie udało się przygotować 1 pliku" in message.body


async def test_too_large_for_the_channel(house: House, makers: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than the channel takes is left out, and the message says so."""
    monkeypatch.setattr(type(house.room), "capabilities", replace(house.room.capabilities, max_upload=10))
    makers["add"]("x.large", maker_of(Recipe(Outgoing(""), (TABLE,))))
    await house.guest("coordinator")
    (message,) = await produced(house, "x.large")
    assert not message.attachments
    assert "za duży" in message.body


@pytest.mark.parametrize("change", ["left", "demoted"])
async def test_who_left_gets_nothing(house: House, makers: dict[str, Any], change: str) -> None:
    """Whoever left, or is of the staff no more, gets nothing they asked for before."""
    makers["add"]("x.table", maker_of(Recipe(Outgoing("tajne"), (TABLE,))))
    await house.guest("coordinator")
    values = {"left_at": house.clock()} if change == "left" else {"role": "juror"}
    await house.run(lambda unit: people.update_person(unit, house.world.coordinator, **values))
    assert await produced(house, "x.table") == []


async def test_world_moved_on(house: House, makers: dict[str, Any]) -> None:
    """A maker that finds nothing to make sends nothing."""
    makers["add"]("x.gone", maker_of(None))
    await house.guest("coordinator")
    assert await produced(house, "x.gone") == []


async def test_failing_maker_is_told(house: House, makers: dict[str, Any]) -> None:
    """Facts that cannot be collected are tried again, then the person is told."""

    def fail(*_everything: object) -> Recipe:
        raise ValueError("broken")

    makers["add"]("x.fails", fail)
    await house.guest("coordinator")
    said: list[Outgoing] = await produced(house, "x.fails")
    for _try in range(5):
        await house.settle(within=timedelta(minutes=2))
    said += [outgoing for _chat, outgoing in house.room.delivered[-1:]]
    assert "nie udało się teraz przygotować" in said[-1].body
    assert (await house.read(queue.pending))["claimed"] == 0
