"""A small edition in any database: an institution, a juror, a coordinator, an organizer, tasks in the modes asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot import clock
from bot.publishing import LIBRARY, RUBRICS
from bot.roles import scores
from bot.roles.everyone import token_hash
from scenarios.loader import load
from scenarios.model import Mode
from scoring import rubric_loader
from storage import assignments, editions, people, rubrics, scripts
from storage.assignments import State
from storage.database import Database, Unit
from storage.people import Role

ZONE = ZoneInfo("Europe/Warsaw")

SCENARIOS = {
    "wizyta": Mode.VISIT,
    "telefon": Mode.PHONE,
    "email": Mode.EMAIL,
    "social": Mode.SOCIAL,
    "strona": Mode.WEBSITE,
    "dostepnosc": Mode.VISIT,
}
"""The scenarios that ship and how each contacts the institution."""


@dataclass(frozen=True, slots=True)
class World:
    """Ids and invitation tokens of the edition."""

    edition: int
    participant: int
    juror: int
    coordinator: int
    organizer: int
    tasks: dict[str, int]
    tokens: dict[str, str]


def publish_library(unit: Unit, *, now: datetime) -> int:
    """Publish every scenario and every rubric that ships, without the checks that tests of their own make."""
    fresh = sum(
        scripts.publish(unit, name=name, version=version, source=source, now=now)
        for name, version, source in _scenarios()
    )
    for name, version, source in _rubrics():
        if rubrics.publish(unit, name=name, version=version, source=source, now=now):
            fresh += 1
            scores.rubric_published(unit, name, now=now)
    return fresh


@cache
def _scenarios() -> tuple[tuple[str, str, str], ...]:
    """Name, version and source of every scenario that ships."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(LIBRARY.glob("*.yaml"))]
    loaded = [(load(source, filename="library"), source) for source in sources]
    return tuple((scenario.name, scenario.version, source) for scenario, source in loaded)


@cache
def _rubrics() -> tuple[tuple[str, str, str], ...]:
    """Name, version and source of every rubric that ships."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(RUBRICS.glob("*.yaml"))]
    loaded = [(rubric_loader.load(source, filename="library"), source) for source in sources]
    return tuple((rubric.name, rubric.version, source) for rubric, source in loaded)


async def make_world(database: Database, *scenarios: str, now: datetime | None = None) -> World:
    """Seed the edition; a task of each scenario, taken already."""
    moment = now or clock.now()
    return await database.run(lambda unit: _seed(unit, scenarios or ("wizyta",), moment))


def _seed(unit: Unit, scenarios: tuple[str, ...], now: datetime) -> World:
    publish_library(unit, now=now)
    edition = editions.add_edition(
        unit,
        name="Próbna",
        starts_on=now.date() - timedelta(days=10),
        ends_on=now.date() + timedelta(days=60),
        time_zone=ZONE.key,
        correction_hours=24,
    )
    participant = editions.add_participant(
        unit,
        edition_id=edition,
        name="Gmina Przykładowo",
        short_name="Przykładowo",
        type="gmina",
        address="ul. Lipowa 1",
        postcode="09-100",
        city="Przykładowo",
        hours="8:00–16:00",
        phone="",
        email="",
        site="",
        social="",
    )
    ids = {
        role: people.add_person(unit, edition_id=edition, name=name, role=role, language="pl", now=now)
        for role, name in (
            (Role.JUROR, "Jagoda Test"),
            (Role.COORDINATOR, "Konrad Test"),
            (Role.ORGANIZER, "Olga Test"),
        )
    }
    tokens = {}
    for role, person in ids.items():
        tokens[role.value] = f"token-{role.value}-{edition}"
        people.invite(
            unit, person, token_hash=token_hash(tokens[role.value]), now=now, expires_at=now + timedelta(days=7)
        )
    tasks = {}
    for name in scenarios:
        tasks[name] = assignments.assign(
            unit,
            edition_id=edition,
            participant_id=participant,
            person_id=ids[Role.JUROR],
            coordinator_id=ids[Role.COORDINATOR],
            mode=SCENARIOS[name],
            scenario=name,
            opens_at=now - timedelta(days=1),
            due_at=now + timedelta(days=30),
            now=now,
        )
        assignments.change(unit, tasks[name], state=State.ACCEPTED, now=now)
    return World(edition, participant, ids[Role.JUROR], ids[Role.COORDINATOR], ids[Role.ORGANIZER], tasks, tokens)
