"""Our own program as a subject: the contest it finds in its database, and what it wrote down in the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, text

from bot import clock
from bot.channels.telegram import CHANNEL
from bot.publishing import publish_library
from bot.roles.juror.walking import facts_of
from scenarios import engine
from scenarios.contact import Words
from scenarios.contact_json import dump_answer, dump_contact
from scenarios.loader import load
from scenarios.model import Mode
from storage import contacts, editions, people, schema, scripts
from storage.assignments import State
from storage.database import Database
from storage.people import Role
from storage.unit import Unit
from tests.benchmarks.chats import FIRST_CHAT, QUESTIONS, answers_of

ZONE = ZoneInfo("Europe/Warsaw")
AT_ONCE = 1000
"""Rows of one statement."""
ORGANIZER_CHAT = 9_000_000

HEAD = """\
spec_version: 1
name: pomiar
mode: visit
title: {pl: "Pomiar", en: "Measurement"}
languages: [pl, en]
participant_types: [gmina]
cases:
  - name: przyklad
    title: {pl: "Przykład", en: "Example"}
    participant_types: [gmina]
    cover_story: {pl: "Pytasz o godziny otwarcia.", en: "You ask about opening hours."}
    question: {pl: "Do której jest otwarte?", en: "Until when is it open?"}
    follow_up: {pl: "A w piątek?", en: "And on Fridays?"}
    memory_card:
      - {pl: "Godziny otwarcia.", en: "Opening hours."}
    answer_key:
      - label: {pl: "godziny w tygodniu", en: "weekday hours"}
        source: "strona gminy: godziny urzędowania"
        valid_from: 2025-01-01
        valid_to: 2030-12-31
sections:
  - name: pytania
    stage: after
    label: {pl: "Notatka", en: "Note"}
    steps:
"""
STEP = """\
      - name: pytanie_{number}
        type: text
        label: {{pl: "Co zwróciło uwagę, punkt {number}?", en: "What was noticed, point {number}?"}}
"""
SCENARIO = HEAD + "".join(STEP.format(number=number) for number in range(1, QUESTIONS + 1))
"""Ten questions answered in words."""


async def seed(database: Database, number: int, *, source: str = SCENARIO) -> None:
    """A contest in which so many jurors have begun a contact each, beside whatever is in the database."""
    await database.run(lambda unit: _seed(unit, number, clock.now(), source))


def _seed(unit: Unit, number: int, now: datetime, source: str) -> None:
    take_time(unit)
    if not scripts.names(unit):
        publish_library(unit, now=now)
    scenario = load(source, filename="pomiar")
    scripts.publish(unit, name=scenario.name, version=scenario.version, source=source, now=now)
    edition = editions.add_edition(
        unit,
        name="Pomiar",
        starts_on=now.date() - timedelta(days=10),
        ends_on=now.date() + timedelta(days=60),
        time_zone=ZONE.key,
    )
    place = editions.add_participant(
        unit, edition_id=edition, name="Gmina Przykładowo", short_name="Przykładowo", type="gmina"
    )
    known = editions.participant(unit, place)
    assert known is not None
    facts = facts_of(known, window="23–30 listopada")
    coordinator = people.add_person(unit, edition_id=edition, name="Konrad", role=Role.COORDINATOR, now=now)
    first = {name: last_id(unit, name) + 1 for name in ("people", "assignments", "contacts")}
    who = {"edition_id": edition, "role": Role.JUROR.value, "language": "pl", "created_at": now, "consented_at": now}
    where = {"channel": CHANNEL, "reachable": True, "created_at": now, "used_at": now}
    what = {"edition_id": edition, "participant_id": place, "coordinator_id": coordinator, "mode": Mode.VISIT.value}
    when = {"opens_at": now - timedelta(days=1), "due_at": now + timedelta(days=30), "created_at": now}
    rows: dict[str, list[Mapping[str, object]]] = {"people": [], "addresses": [], "assignments": [], "contacts": []}
    for n in range(number):
        person, task, contact_id = (first[name] + n for name in ("people", "assignments", "contacts"))
        rows["people"].append({**who, "id": person, "name": f"Żaneta Łąka {n}", "focus": contact_id})
        rows["addresses"].append({**where, "person_id": person, "chat": str(FIRST_CHAT + n)})
        kept = {"id": task, "person_id": person, "scenario": "pomiar", "state": State.ACCEPTED.value}
        rows["assignments"].append({**what, **when, **kept, "contact_id": contact_id, "changed_at": now})
        turn = engine.begin(scenario, contact_id=contact_id, facts=facts, now=now, zone=ZONE)
        rows["contacts"].append(
            {
                "id": contact_id,
                "assignment_id": task,
                "person_id": person,
                "scenario_version": scenario.version,
                "phase": turn.contact.phase.value,
                "turn": turn.contact.turn,
                "contact": dump_contact(turn.contact),
                "begun_at": now,
                "changed_at": now,
            }
        )
    for name, every in rows.items():
        for at in range(0, len(every), AT_ONCE):
            unit.execute(insert(schema.metadata.tables[name]), every[at : at + AT_ONCE])
    if unit.is_postgres:
        for name in ("people", "assignments", "contacts"):
            last = first[name] + number
            unit.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})"))
        unit.execute(text("ANALYZE"))  # as its own housekeeping does within a minute


def take_time(unit: Unit) -> None:
    """Rows by the hundred thousand are thought out between statements: PostgreSQL is not to take that for a hang."""
    if unit.is_postgres:
        unit.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def answered(contact_id: int, *, now: datetime) -> tuple[str, str]:
    """A contact with all ten answers as the database keeps it, and its first answer as it is kept beside."""
    scenario = load(SCENARIO, filename="pomiar")
    facts = {"participant_name": "Gmina Przykładowo", "participant_type": "gmina"}
    turn = engine.begin(scenario, contact_id=contact_id, facts=facts, now=now, zone=ZONE)
    for words in answers_of(FIRST_CHAT):
        turn = engine.advance(scenario, turn.contact, Words(words), now=now, zone=ZONE)
    return dump_contact(turn.contact), dump_answer(next(iter(turn.contact.answers.values())))


def last_id(unit: Unit, name: str) -> int:
    """The last id in the table of that name."""
    table = schema.metadata.tables[name]
    found = unit.execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar()
    return int(found or 0)


async def add_organizer(database: Database, edition_id: int) -> None:
    """Somebody who may ask for the status of an edition."""

    def work(unit: Unit) -> None:
        now = clock.now()
        person = people.add_person(
            unit, edition_id=edition_id, name="Olga", role=Role.ORGANIZER, language="pl", now=now
        )
        people.set_consent(unit, person, now)
        token = {"token_hash": "benchmark", "expires_at": now + timedelta(days=1)}
        people.invite(unit, person, now=now, **token)  # type: ignore[arg-type]
        people.redeem(unit, "benchmark", channel=CHANNEL, chat=str(ORGANIZER_CHAT), now=now)

    await database.run(work)


async def kept_wrong(database: Database, progress: Mapping[int, int]) -> list[int]:
    """The chats whose answers in the database are not those they have sent (so many each), in order, each once."""

    def look(unit: Unit) -> list[int]:
        chats = schema.addresses
        found = unit.execute(
            select(chats.c.chat, schema.contacts.c.id)
            .join(schema.contacts, schema.contacts.c.person_id == chats.c.person_id)
            .where(chats.c.channel == CHANNEL)
        )
        whose = {int(row.chat): row.id for row in found}
        return [
            chat
            for chat, number in progress.items()
            if [answer.value for answer in contacts.revisions(unit, whose[chat])] != answers_of(chat, number)
        ]

    return await database.read(look)
