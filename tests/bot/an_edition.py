"""An edition with results: participants of two types, jurors of known severity, sheets by the rubric that ships."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.jobs import put_rescore
from scenarios.contact import Phase
from scenarios.model import Mode
from scoring.rubric import Attribute, Counted, Criterion, Levels, Rating, Rubric, StepTable
from scoring.rubric_loader import load
from scoring.sheets import Sheet, letter_at
from storage import editions, people, reviews, schema, score_sheets, scripts
from storage.people import Role
from storage.reviews import ReviewState
from storage.score_sheets import SheetRow
from storage.unit import Unit
from tests.bot.house import House
from tests.bot.scored import with_rubric

KINDS = (("wizyta", Mode.VISIT, 2), ("telefon", Mode.PHONE, 3), ("email", Mode.EMAIL, 2), ("strona", Mode.WEBSITE, 2))
"""Contacts of a participant: kind, mode, how many."""
RUBRIC = Path(__file__).parents[2] / "scoring" / "library" / "lider-zaufania.yaml"


@dataclass(frozen=True, slots=True)
class Edition:
    """What was made: participants from the best on, and the jurors, the most lenient first."""

    places: tuple[int, ...]
    jurors: tuple[int, ...]
    empty: int
    """A participant without contacts."""


async def with_results(house: House, *, places: int = 6, jurors: int = 4, coordinator: int | None = None) -> Edition:
    """Fill the house's edition, and let it be scored."""
    source = RUBRIC.read_text(encoding="utf-8")
    rubric = load(source, filename=str(RUBRIC))
    await with_rubric(house, source)
    made = await house.run(lambda unit: _fill(unit, house, rubric, places, jurors, coordinator))
    await house.settle()
    return made


def _fill(unit: Unit, house: House, rubric: Rubric, places: int, jurors: int, coordinator: int | None) -> Edition:  # noqa: PLR0917
    now, world = house.clock(), house.world
    chance = random.Random(7)  # noqa: S311 - an example
    people_ids = tuple(
        people.add_person(
            unit, edition_id=world.edition, name=f"Jurorka Numer{number}", role=Role.JUROR, language="pl", now=now
        )
        for number in range(jurors)
    )
    found = tuple(
        editions.add_participant(
            unit,
            edition_id=world.edition,
            name=f"Miejsce {number:02}",
            short_name=f"Miejsce {number:02}",
            type="gmina" if number % 2 == 0 else "biblioteka",
            number=str(number),
            coordinator_id=coordinator,
        )
        for number in range(places)
    )
    empty = editions.add_participant(
        unit, edition_id=world.edition, name="Zupełnie Puste", short_name="Zupełnie Puste", type="gmina"
    )
    for rank, place in enumerate(found):
        _contacts_of(unit, house, rubric, place, good=0.9 - 0.08 * rank, jurors=people_ids, chance=chance, at=rank)
    put_rescore(unit, world.edition, now=now)
    return Edition(found, people_ids, empty)


def _contacts_of(
    unit: Unit,
    house: House,
    rubric: Rubric,
    place: int,
    *,
    good: float,
    jurors: tuple[int, ...],
    chance: random.Random,
    at: int,
) -> None:
    now, world = house.clock(), house.world
    came: list[int] = []
    number = 0
    for kind, mode, count in KINDS:
        version = scripts.newest(unit, kind)
        assert version is not None
        for _ in range(count):
            person = jurors[(at + number) % len(jurors)]
            number += 1
            if person not in came:
                came.append(person)
            task = _one(
                unit,
                schema.assignments,
                edition_id=world.edition,
                participant_id=place,
                person_id=person,
                coordinator_id=world.coordinator,
                mode=mode.value,
                scenario=kind,
                state="done",
                opens_at=now,
                due_at=now + timedelta(days=9),
                created_at=now,
                changed_at=now,
            )
            contact = _one(
                unit,
                schema.contacts,
                assignment_id=task,
                person_id=person,
                scenario_version=version[0],
                phase=Phase.LOCKED.value,
                turn=1,
                contact="{}",
                begun_at=now,
                changed_at=now,
                submitted_at=now,
            )
            reviews.begin(unit, contact, now=now)
            if at:
                reviews.set_state(unit, contact, ReviewState.APPROVED, now=now)
            severity = 0.1 - 0.2 * jurors.index(person) / max(len(jurors) - 1, 1)
            answers = {
                one.reads: _answer(one, good + severity, chance)
                for one in rubric.criteria.values()
                if kind in one.where.attributes.get(Attribute.KIND, ())
            }
            sheet = Sheet(kind, mode.value, letter_at(came.index(person)), {"@hour": "10", **answers})
            score_sheets.save(unit, SheetRow(contact, world.edition, place, counts=True, sheet=sheet, made_at=now))


def _one(unit: Unit, table: object, **values: object) -> int:
    key = unit.execute(insert(table).values(**values)).inserted_primary_key  # type: ignore[arg-type]
    assert key is not None
    return int(key[0])


def _answer(criterion: Criterion, good: float, chance: random.Random) -> str:
    """An answer about as good as wanted."""
    level = min(max(good + chance.uniform(-0.25, 0.25), 0.0), 1.0)
    match criterion.worth:
        case Levels(worth):
            known = {word: value for word, value in worth.items() if value is not None}
            best = max(known, key=lambda word: known[word])
            worst = min(known, key=lambda word: known[word])
            return best if chance.random() < good or criterion.critical else worst
        case Rating(lowest, highest):
            return str(round(lowest + level * (highest - lowest)))
        case Counted(of):
            return f"{round(level * (of or 5))}/{of or 5}"
        case StepTable(edges):
            return str(int(edges[min(int((1 - level) * len(edges)), len(edges) - 1)][0]))
        case _:
            return "50"
