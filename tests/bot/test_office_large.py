"""The office at the size of the contest and beyond: every list, card and button keeps to what a messenger can show."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.channels.base import MAX_BODY, MAX_TAP_BYTES, Outgoing
from bot.taps import decode
from bot.views.scene import MAX_LABEL
from scenarios.contact import Closed, Phase
from scenarios.model import Mode
from storage import editions, people, profiles, schema, slots
from storage.assignments import State
from storage.people import Role
from storage.profiles import Profile
from storage.unit import Unit
from tests.bot.house import ROOM, Guest, House, is_at

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PLACES, JURORS, CONTACTS = 300, 120, 1800
MOST_BUTTONS, MOST_ROWS = 100, 14
KINDS_AT_LEAST = 100
"""Kinds of buttons found on the way; fewer, and the test has lost its way."""
MOST_OF_A_KIND = 2
"""Buttons of one kind that are tapped."""
LEFT_OUT = frozenset({"MakePlan"})
"""Computing a plan of that size has tests of its own."""
TOWNS = ("Płońsk", "Ciechanów", "Wyszków", "Suwałki", "Konstancin-Jeziorna", "Kędzierzyn-Koźle", "Łódź")
QUESTIONS = (
    *("kto nie oddał?", "które podmioty nie mają dwóch wizyt?", "ile telefonów wczoraj?", "kto odmówił?"),
    *("kto jest spóźniony?", "braki", "obciążenie jurorów", "nieosiągalni", "do sprawdzenia", "terminy", "oddane"),
    *("pokaż Płońsk", "wątpliwości", "bez odpowiedzi", "wygasłe", "unieważnione", "dowody", "odesłane"),
)
COMMANDS = (
    *("/status", "/podmioty", "/ludzie", "/plan", "/sprawdz", "/raporty", "/rozsylki", "/edycja", "/pytania", "/menu"),
    *("/podmioty biblioteka", "/ludzie anna", "/rozbieznosci", "/zapytania", "/zaproszenia", "/import"),
)


FAST = {"answers": 12, "seconds": 20}


def fill(unit: Unit, house: House, contact: int) -> None:
    """A contest in full swing, in every state; reports are copies of a real one."""
    now, world = house.clock(), house.world
    report = unit.execute(select(schema.contacts).where(schema.contacts.c.id == contact)).mappings().one()
    jurors = []
    for number in range(JURORS):
        juror = people.add_person(
            unit,
            edition_id=world.edition,
            name=f"Aleksandra Anna Wiśniewska-Kowalczyk {number}",
            role=Role.JUROR,
            language="pl",
            email=f"juror{number}@example.pl",
            coordinator_id=world.coordinator,
            now=now,
        )
        profiles.save(unit, Profile(juror, latitude=52.0 + number % 7 / 5, longitude=20.0 + number % 5 / 5))
        people.invite(unit, juror, token_hash=f"big-{number}", now=now, expires_at=now + timedelta(days=1))
        if number % 10:
            people.redeem(unit, f"big-{number}", channel=ROOM, chat=f"big-{number}", now=now)
            people.set_consent(unit, juror, now)
        jurors.append(juror)
    waves = [
        editions.add_wave(
            unit,
            edition_id=world.edition,
            name=f"Fala {number}",
            starts_on=now.date() + timedelta(days=14 * number - 14),
            ends_on=now.date() + timedelta(days=14 * number),
        )
        for number in (0, 1, 2)
    ]
    places = [
        editions.add_participant(
            unit,
            edition_id=world.edition,
            name=f"Samorządowa Biblioteka Publiczna im. Marii Konopnickiej w mieście {town} nr {number}",
            short_name=f"Biblioteka Publiczna {town} {number}",
            type="biblioteka" if number % 3 else "gmina",
            voivodship=("mazowieckie", "podlaskie", "łódzkie")[number % 3],
            postcode="09-100",
            city=town,
            latitude=52.5,
            longitude=20.5,
            coordinator_id=world.coordinator,
        )
        for number in range(PLACES)
        for town in [TOWNS[number % len(TOWNS)]]
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "slots": [],
        "assignments": [],
        "contacts": [],
        "reviews": [],
        "doubts": [],
    }
    modes = ((Mode.VISIT, "wizyta"), (Mode.PHONE, "telefon"), (Mode.EMAIL, "email"))
    first_task = max(house.world.tasks.values()) + 1
    states = (None, State.OFFERED, State.ACCEPTED, State.DONE, State.DONE, State.DECLINED, State.EXPIRED, State.DONE)
    for number in range(CONTACTS):
        mode, scenario = modes[number % 3]
        state = states[number // 3 % len(states)]
        juror = jurors[(number * 7) % JURORS]
        due = now + timedelta(days=number % 25 - 8)
        about = {
            "edition_id": world.edition,
            "participant_id": places[number % PLACES],
            "mode": mode.value,
            "scenario": "telefon" if state is State.DONE else scenario,
            "opens_at": due - timedelta(days=7),
            "due_at": due,
            "created_at": now,
            "case": None,
        }
        is_hole = state is None and number % 2 == 0
        slot = {"id": number + 1, "wave_id": waves[number % 3], "number": number // PLACES + 1, "is_fixed": False}
        hole = {"because": "nobody_left"} if is_hole else None
        rows["slots"].append({**about, **slot, "person_id": None if is_hole else juror, "hole": hole})
        if state is None:
            continue
        task = first_task + number
        is_done = state is State.DONE
        rows["assignments"].append(
            {
                **about,
                "id": task,
                "person_id": juror,
                "coordinator_id": world.coordinator,
                "state": state.value,
                "changed_at": now,
                "slot_id": number + 1,
                "contact_id": 1000 + number if is_done else None,
                "answer_by": now + timedelta(days=1),
                "reason": "own reason, rather long " * 8 if state is State.DECLINED else None,
            }
        )
        if is_done:
            kept = {"id": 1000 + number, "assignment_id": task, "person_id": juror, "phase": Phase.SUBMITTED.value}
            said = {**report["contact"], "id": 1000 + number} if isinstance(report["contact"], dict) else None
            rows["contacts"].append({**report, **kept, "contact": said or report["contact"]})
            which = ("waiting", "waiting", "returned", "approved", "void")[number // 24 % 5]
            moments = {"waiting_since": now, "changed_at": now}
            rows["reviews"].append({"contact_id": 1000 + number, "state": which, **moments, "paths": None})
            for mark in range(number % 4):
                rows["doubts"].append(
                    {"contact_id": 1000 + number, "kind": "too_fast", "path": None, "details": FAST, "found_at": now}
                )
                del mark
    for name, every in rows.items():
        for at in range(0, len(every), 500):
            unit.execute(insert(schema.metadata.tables[name]), every[at : at + 500])
    assert slots.of_edition(unit, world.edition)


def faults(outgoing: Outgoing) -> Iterator[str]:
    """What a messenger, or a small screen, would not bear."""
    said = sum(len(part) for part in (outgoing.head, outgoing.body, outgoing.note))
    buttons = [button for row in outgoing.buttons for button in row]
    if said > MAX_BODY:
        yield f"{said} characters"
    if len(buttons) > MOST_BUTTONS or len(outgoing.buttons) > MOST_ROWS:
        yield f"{len(buttons)} buttons in {len(outgoing.buttons)} rows"
    for button in buttons:
        if len(button.tap.encode()) > MAX_TAP_BYTES:
            yield f"too long a tap: {button.tap}"
        if len(button.label) > MAX_LABEL:
            yield f"too long a label: {button.label}"


async def crawl(house: House, guest: Guest) -> list[str]:
    """Ask everything and tap some of every kind of button, those found last first."""
    wrong: list[str] = []
    tapped: Counter[str] = Counter()
    known: set[str] = set()
    waiting: deque[str] = deque()

    async def does(what: str, *, is_tap: bool) -> None:
        before = len(house.room.delivered)
        await (guest.taps_data(what) if is_tap else guest.says(what))
        came = [outgoing for chat, outgoing in house.room.delivered[before:] if chat == guest.chat]
        for outgoing in came:
            wrong.extend(f"{what}: {fault}: {outgoing.body[:80]!r}" for fault in faults(outgoing))
        if came and not came[-1].buttons and not came[-1].attachments:
            wrong.append(f"{what}: no button to go on: {came[-1].body[:80]!r}")
        for line in guest.heard[-3:]:
            for data in line.data:
                if data not in known:
                    known.add(data)
                    waiting.append(data)

    for words in (*COMMANDS, *QUESTIONS):
        await does(words, is_tap=False)
    while waiting:
        data = waiting.pop()
        kind = type(decode(data)).__name__
        if tapped[kind] < MOST_OF_A_KIND and kind not in LEFT_OUT:
            tapped[kind] += 1
            await does(data, is_tap=True)
    assert len(tapped) > KINDS_AT_LEAST
    return wrong


async def test_everything_can_be_shown(house: House) -> None:
    """Whatever is asked or tapped at that size, an answer comes that fits, and leads on."""
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Closed))
    guest = await house.guest("organizer")
    await house.run(lambda unit: fill(unit, house, contact))
    assert await crawl(house, guest) == []
