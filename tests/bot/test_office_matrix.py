"""Role by action: every button of the office, tapped by an outsider, a juror, another coordinator, and its owner.

Each button names things of one coordinator. Nobody else changes them or reads their names; its owner, and the
organizer, get an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.office_taps import subjects
from bot.tap_kinds import (
    AskConflict,
    AskLevel,
    CastVote,
    OfficeTap,
    OrganizerTap,
    OwnConflict,
    PickLevel,
    ReadContact,
    ReadEvidence,
    SentList,
    ShowSentText,
    ShowSuggested,
    ShowVoting,
    ShowVotings,
    Status,
    Tap,
)
from bot.taps import encode
from scenarios.contact import Closed
from scenarios.model import Mode
from scoring.award import Proposal, Verdict
from scoring.award_json import proposal_to_json
from storage import (
    assignments,
    board,
    broadcasts,
    decisions,
    disagreements,
    editions,
    people,
    plans,
    profiles,
    queries,
    schema,
    slots,
    suggestions,
    votings,
)
from storage.audience import Chosen
from storage.disagreements import DisagreementState
from storage.imports import ImportState
from storage.imports import add as add_import
from storage.imports import change as change_import
from storage.people import Role
from storage.suggestions import SuggestionState
from storage.unit import Unit
from tests.bot.house import Guest, House, is_at

KINDS: dict[str, type[OfficeTap]] = {code: kind for codes in subjects() for code, kind in codes.items()}
OWN_REPORT = {"sug": ShowSuggested, "sugt": ShowSentText, "sugl": AskLevel, "sugd": PickLevel}
"""Buttons of a juror about suggestions on their own report."""
VOTING = {"votes": ShowVotings, "vote": ShowVoting, "cast": CastVote, "clash": AskConflict, "own": OwnConflict}
"""Buttons of the jury board, whatever role its members have."""
READING = {"sent": SentList, "read": ReadContact, "files": ReadEvidence, "status": Status, **VOTING, **OWN_REPORT}
"""Older buttons of the office, which are no ``OfficeTap``."""

CANARIES = ("Przykładowo", "Jagoda Test")
"""Names that only the first coordinator, their juror and the organizer may read."""

WATCHED = (
    *(schema.participants, schema.juror_profiles, schema.conflicts, schema.slots, schema.assignments, schema.contacts),
    *(schema.reviews, schema.disagreements, schema.queries, schema.broadcasts, schema.recipients, schema.imports),
    *(schema.plans, schema.evidence, schema.invitations),
    *(schema.board_members, schema.votings, schema.votes, schema.decisions, schema.suggestions),
)
"""Tables whose rows of the first coordinator nobody else may change; editions and waves are everybody's."""


@dataclass(frozen=True, slots=True)
class Things:
    """What the buttons name: all of the first coordinator's."""

    ids: dict[str, int]


@pytest.fixture
async def things(house: House) -> Things:
    """One of everything, of the first coordinator."""
    juror = await house.guest()
    coordinator = await house.guest("coordinator")
    await house.guest("organizer")
    world = house.world

    def divide(unit: Unit) -> None:
        editions.update_participant(unit, world.participant, coordinator_id=world.coordinator, voivodship="mazowieckie")
        people.update_person(unit, world.juror, coordinator_id=world.coordinator)
        profiles.save(unit, profiles.Profile(world.juror, postcode="09-100", latitude=52.6, longitude=20.4))
        profiles.declare(unit, world.juror, world.participant, reason="mieszka obok", now=house.clock())
        other = people.add_person(
            unit, edition_id=world.edition, name="Beata Inna", role=Role.COORDINATOR, language="pl", now=house.clock()
        )
        stranger = people.add_person(
            unit, edition_id=world.edition, name="Ignacy Obcy", role=Role.JUROR, language="pl", now=house.clock()
        )
        people.update_person(unit, stranger, coordinator_id=other)
        for person, name in ((other, "token-other"), (stranger, "token-stranger")):
            invited(house, unit, person, name)

    await house.run(divide)
    contact = await juror.begins("wizyta")
    await juror.walk(contact, is_at(Closed))

    def one_of_each(unit: Unit) -> dict[str, int]:
        now = house.clock()
        wave = editions.add_wave(
            unit,
            edition_id=world.edition,
            name="Fala",
            starts_on=now.date(),
            ends_on=now.date() + timedelta(days=20),
        )
        slot = slots.add(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            wave_id=wave,
            mode=Mode.PHONE,
            scenario="telefon",
            number=1,
            opens_at=now,
            due_at=now + timedelta(days=7),
            person_id=world.juror,
            now=now,
        )
        task = assignments.assign(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            person_id=world.juror,
            coordinator_id=world.coordinator,
            mode=Mode.PHONE,
            scenario="telefon",
            opens_at=now,
            due_at=now + timedelta(days=7),
            slot_id=slot,
            answer_by=now + timedelta(days=2),
            now=now,
        )
        broadcast = broadcasts.draft(
            unit,
            edition_id=world.edition,
            author_id=world.coordinator,
            kind=broadcasts.Kind.MESSAGE,
            text="Jagoda Test jedzie do Przykładowo",
            chosen=Chosen(),
            now=now,
        )
        plan = plans.begin(unit, edition_id=world.edition, made_by=world.coordinator, seed=1, inputs={}, now=now)
        brought = add_import(
            unit,
            edition_id=world.edition,
            person_id=world.coordinator,
            channel="room",
            ref={},
            file_name="Przykładowo.csv",
            now=now,
        )
        change_import(unit, brought, state=ImportState.REFUSED, problem="not_a_table")
        query = queries.add(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            contact_id=contact,
            path="w14",
            text="W Przykładowo było inaczej, niż mówi wynik.",
            asked_by="Sekretarz gminy Przykładowo",
            asked_at=now,
            answer_by=now + timedelta(days=7),
        )
        disagreements.add(
            unit,
            contact,
            contact,
            "w14",
            edition_id=world.edition,
            participant_id=world.participant,
            found={"item": "W14", "first": 1, "second": 5},
            now=now,
        )
        differ = disagreements.of_pair(unit, contact, contact)[0].id
        disagreements.change(unit, differ, state=DisagreementState.TO_DECIDE.value)
        board.join(unit, world.juror, edition_id=world.edition, now=now)
        proposal = {"proposal": proposal_to_json(Proposal(Verdict.GRANT, 80.0)), "rubric": "v"}
        voting = votings.begin(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            proposal={**proposal, "quorum": 0.5, "tie": "refuse"},
            quorum=1,
            opened_by=world.organizer,
            closes_at=now + timedelta(days=30),
            entitled=[world.juror],
            excluded={},
            now=now,
        )
        decision = decisions.decide(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            voting_id=None,
            verdict=decisions.Granted.GRANT,
            grounds={**proposal, "by": "organizer", "votes": None, "words": "W Przykładowo", "overturns": False},
            rubric_version="v",
            decided_by=world.organizer,
            now=now,
        )
        suggestions.add(
            unit,
            edition_id=world.edition,
            contact_id=contact,
            path="w14",
            criterion="W14",
            state=SuggestionState.VOIDED,
            content_key="k",
            now=now,
            known={"masked": "W Przykładowo było miło.", "problem": "level"},
        )
        return {
            "wave": wave,
            "suggestion": suggestions.of_contact(unit, contact)[0].id,
            "voting": voting,
            "decision": decision,
            "query": query,
            "disagreement": differ,
            "slot": slot,
            "assignment": task,
            "broadcast": broadcast,
            "plan": plan,
            "number": brought,
            "contact": contact,
            "person": world.juror,
            "participant": world.participant,
            "coordinator": world.coordinator,
        }

    assert coordinator.heard
    return Things(await house.run(one_of_each))


def invited(house: House, unit: Unit, person: int, token: str) -> None:
    """An invitation the test knows."""
    from bot.roles.everyone import token_hash

    now = house.clock()
    people.invite(unit, person, token_hash=token_hash(token), now=now, expires_at=now + timedelta(days=7))


async def arrived(house: House, token: str) -> Guest:
    """Somebody who came by that invitation and agreed."""
    guest = house.chat(token)
    await guest.says(f"/start {token}")
    await guest.taps("Zgadzam się")
    return guest


def buttons(things: Things) -> Iterator[tuple[str, Tap]]:
    """Every kind of button, naming the first coordinator's things; other numbers are the first of their kind."""
    for code, kind in {**KINDS, **READING}.items():
        values: dict[str, Any] = {field.name: things.ids.get(field.name, 0) for field in fields(kind)}
        yield code, kind(**values)


def kept(unit: Unit, owners: frozenset[int]) -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
    """All watched rows, by table and key; of the invitations those of the ``owners``."""
    found = {}
    for table in WATCHED:
        keys = [column.name for column in table.primary_key]
        rows = unit.execute(select(table)).mappings().all()
        mine = [row for row in rows if table is not schema.invitations or row["person_id"] in owners]
        found[table.name] = {tuple(row[key] for key in keys): tuple(row.values()) for row in mine}
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Tables in which a row that was there is another now."""
    return [name for name in before if any(after[name].get(key) != row for key, row in before[name].items())]


def said(guest: Guest, since: int) -> str:
    """What a chat heard since then: words and the labels of buttons."""
    lines = guest.heard[since:]
    return "\n".join(f"{line.text}\n{' '.join(line.buttons)}" for line in lines)


@pytest.mark.parametrize("who", ["other coordinator", "another's juror", "outsider"])
async def test_nobody_else_reads_or_changes(house: House, things: Things, who: str) -> None:
    """Buttons of another coordinator's things, however they were come by, tell nothing and change nothing."""
    match who:
        case "other coordinator":
            guest = await arrived(house, "token-other")
        case "another's juror":
            guest = await arrived(house, "token-stranger")
        case _:
            guest = house.chat("outsider")
    owners = frozenset({house.world.juror, house.world.coordinator, house.world.organizer})
    wrong = []
    after = await house.read(lambda unit: kept(unit, owners))
    for code, tap in buttons(things):
        before, heard = after, len(guest.heard)
        await guest.taps_data(encode(tap))
        after = await house.read(lambda unit: kept(unit, owners))
        told = said(guest, heard)
        wrong += [f"{code} changes {name}" for name in changed(before, after)]
        wrong += [f"{code} tells {name!r}: {told!r}" for name in CANARIES if name in told]
        if who == "outsider":
            wrong += [f"{code} gives an outsider buttons" for line in guest.heard[heard:] if line.buttons]
    assert wrong == []


@pytest.mark.parametrize("role", ["coordinator", "organizer"])
async def test_the_ones_it_is_meant_for_are_answered(house: House, things: Things, role: str) -> None:
    """Every button says something to the coordinator it belongs to, and to the organizer; nothing fails."""
    guest = house.chat(role)
    silent = []
    for code, tap in buttons(things):
        heard, edits = len(guest.heard), sum(line.edits for line in guest.lines)
        await guest.taps_data(encode(tap))
        if len(guest.heard) == heard and sum(line.edits for line in guest.lines) == edits:
            silent.append(code)
    assert silent == []


async def test_what_only_organizers_have(house: House, things: Things) -> None:
    """Buttons of organizers refuse every coordinator, the one whose things they are included."""
    guest = house.chat("coordinator")
    for code, tap in buttons(things):
        if isinstance(tap, OrganizerTap):
            before = await house.read(lambda unit: kept(unit, frozenset()))
            await guest.taps_data(encode(tap))
            assert changed(before, await house.read(lambda unit: kept(unit, frozenset()))) == [], code
            assert "mieszka obok" not in guest.text
