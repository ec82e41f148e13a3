"""A small rubric with rules of the licence, and participants with sheets that come to what a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.roles.everyone import token_hash
from scenarios.contact import Contact, Phase
from scenarios.model import Mode
from scoring.sheets import Sheet
from storage import assignments, board, contacts, editions, people, score_sheets, scripts, standings
from storage.people import Role
from storage.score_sheets import SheetRow
from storage.standings import StandingRow
from storage.unit import Unit
from tests.bot.house import Guest, House
from tests.bot.scored import with_rubric

AWARD = """\
award:
  total: total
  thresholds: {total: 60, kultura: 50}
  evidence:
    - {level: phone, least: 2, by: 2, different: "@hour"}
  critical_block: 1
  best_of_type: [total]
  best_of_all: [kultura]
"""

RUBRIC = """\
spec_version: 1
name: lider-zaufania
title: {pl: Próbny, en: Trial}
languages: [pl, en]
scale: 100
criteria:
  - {name: T01, label: {pl: Odebrano, en: Answered}, reads: t01, levels: {"yes": 1, "no": 0}}
  - {name: T02, label: {pl: Uprzejmie, en: Kindly}, reads: t02, rating: [1, 5]}
  - {name: T03, label: {pl: Dane bezpieczne, en: Data safe}, reads: t03, levels: {"yes": 1, "no": 0}, critical: [no]}
tree:
  - node: total
    label: {pl: Wynik, en: Result}
    take: mean
    of:
      - node: kultura
        label: {pl: Kultura obsługi, en: Courtesy}
        take: mean
        items: [T01, T02]
        across: mean
"""


def answers(hour: int, *, kindness: int = 5, answered: str = "yes", told: str = "yes") -> dict[str, str]:
    """What a call says."""
    return {"t01": answered, "t02": str(kindness), "t03": told, "@hour": str(hour), "@day": "2026-11-20"}


GOOD = (("A", answers(9)), ("B", answers(13)))
"""Two calls that earn everything."""
POOR = (("A", answers(9, kindness=2)), ("B", answers(13, kindness=1, answered="no")))
CRITICAL = (("A", answers(9)), ("B", answers(13, told="no")))
FEW = (("A", answers(9)),)


async def publish(house: House, *, award: str = AWARD) -> None:
    """The rubric everybody goes by."""
    await with_rubric(house, RUBRIC + award)


async def place(
    house: House, name: str, calls: Sequence[tuple[str, dict[str, str]]], *, kind: str = "gmina", total: float = 100.0
) -> int:
    """A participant with calls that count; ``total`` is what its standing says, for lists."""

    def work(unit: Unit) -> int:
        now = house.clock()
        participant = editions.add_participant(
            unit, edition_id=house.world.edition, name=f"Miasto {name}", short_name=name, type=kind
        )
        for letter, said in calls:
            contact = call(unit, house, participant)
            sheet = Sheet("telefon", "phone", letter, said)
            score_sheets.save(
                unit,
                SheetRow(
                    contact_id=contact,
                    edition_id=house.world.edition,
                    participant_id=participant,
                    counts=True,
                    sheet=sheet,
                    made_at=now,
                ),
            )
        if calls:
            row = StandingRow(
                participant_id=participant,
                edition_id=house.world.edition,
                rubric_version="v",
                total=total,
                scores={"total": total, "kultura": total},
                spread={},
                contacts=len(calls),
                not_approved=0,
                computed_at=now,
            )
            standings.save(unit, [row])
        return participant

    return await house.run(work)


def call(unit: Unit, house: House, participant: int) -> int:
    """A call that was sent."""
    now = house.clock()
    world = house.world
    task = assignments.assign(
        unit,
        edition_id=world.edition,
        participant_id=participant,
        person_id=world.juror,
        coordinator_id=world.coordinator,
        mode=Mode.PHONE,
        scenario="telefon",
        opens_at=now,
        due_at=now + timedelta(days=7),
        now=now,
    )
    found = scripts.newest(unit, "telefon")
    assert found is not None
    return contacts.begin(
        unit,
        assignment_id=task,
        person_id=world.juror,
        make=lambda number: Contact(number, found[0], "s", {}, now, phase=Phase.LOCKED, submitted_revision=0),
    ).id


async def member(house: House, name: str, role: Role = Role.JUROR) -> Guest:
    """Somebody of the board, in a chat of their own."""

    def work(unit: Unit) -> int:
        now = house.clock()
        person = people.add_person(unit, edition_id=house.world.edition, name=name, role=role, language="pl", now=now)
        people.invite(unit, person, token_hash=token_hash(name), now=now, expires_at=now + timedelta(days=7))
        board.join(unit, person, edition_id=house.world.edition, now=now)
        return person

    await house.run(work)
    guest = house.chat(name)
    await guest.says(f"/start {name}")
    await guest.taps("Zgadzam się")
    return guest
