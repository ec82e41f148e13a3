"""Lists of participants and people, and what their cards are told, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from scenarios.model import Mode
from storage import assignments, directory, editions, people, profiles
from storage.assignments import State
from storage.database import Database, Unit
from storage.directory import Before, Chat
from storage.people import Person, Role
from storage.scope import Scope
from tests.storage.conftest import World


def add_person(unit: Unit, world: World, name: str, now: datetime, **known: object) -> int:
    """One more juror."""
    return people.add_person(
        unit,
        edition_id=world.edition,
        name=name,
        role=Role.JUROR,
        now=now,
        **known,  # type: ignore[arg-type]
    )


async def test_lists_keep_to_the_scope(database: Database, world: World, now: datetime) -> None:
    """A coordinator sees what is theirs or nobody's, and jurors only; an organizer sees all."""

    def prepare(unit: Unit) -> tuple[int, int]:
        other = people.add_person(unit, edition_id=world.edition, name="Kora", role=Role.COORDINATOR, now=now)
        add_person(unit, world, "Ąbrożyński", now, coordinator_id=other)
        editions.add_participant(
            unit, edition_id=world.edition, name="Cudzy", short_name="Cudzy", type="pup", coordinator_id=other
        )
        return other, editions.add_edition(
            unit, name="Pusta", starts_on=now.date(), ends_on=now.date(), time_zone="Europe/Warsaw"
        )

    other, empty = await database.run(prepare)
    mine, all_of_it = Scope(world.edition, world.coordinator), Scope(world.edition)

    def look(unit: Unit) -> list[list[str]]:
        return [
            [line.participant.short_name for line in directory.places(unit, mine, now=now)],
            [line.participant.short_name for line in directory.places(unit, all_of_it, now=now)],
            [line.person.name for line in directory.people(unit, mine, now=now)],
            [line.person.name for line in directory.people(unit, Scope(world.edition, other), now=now)],
            [line.person.name for line in directory.people(unit, all_of_it, now=now)],
            directory.types(unit, all_of_it),
            [line.person.name for line in directory.people(unit, Scope(empty), now=now)],
        ]

    found = await database.read(look)
    assert found[0] == ["Płońsk"]
    assert found[1] == ["Cudzy", "Płońsk"]
    assert found[2] == ["Żaneta Łąka"]
    assert set(found[3]) == {"Ąbrożyński", "Żaneta Łąka"}
    assert len(found[4]) == 4
    assert found[5] == ["gmina", "pup"]
    assert found[6] == []


async def test_numbers_of_a_line(database: Database, world: World, now: datetime) -> None:
    """Contacts are counted for the participant and for the juror."""
    later = now + timedelta(days=30)
    places = await database.read(lambda unit: directory.places(unit, Scope(world.edition), now=later))
    crowd = await database.read(lambda unit: directory.people(unit, Scope(world.edition), now=later))
    assert (places[0].figures.planned, places[0].figures.late) == (1, 1)
    juror = next(line for line in crowd if line.person.id == world.juror)
    assert (juror.figures.planned, juror.figures.done) == (1, 0)


async def test_how_somebody_can_be_written_to(database: Database, world: World, now: datetime) -> None:
    """Not invited, invited, the invitation over, in the chat, out of reach."""

    def prepare(unit: Unit) -> list[int]:
        ids = [add_person(unit, world, f"J{n}", now) for n in range(5)]
        soon, gone = now + timedelta(days=1), now - timedelta(days=1)
        people.invite(unit, ids[1], token_hash="b", now=now, expires_at=soon)
        people.invite(unit, ids[2], token_hash="c", now=now, expires_at=gone)
        for key, token in ((ids[3], "d"), (ids[4], "e")):
            people.invite(unit, key, token_hash=token, now=now, expires_at=soon)
            people.redeem(unit, token, channel="web", chat=token, now=now)
        people.set_reachable(unit, people.addresses(unit, ids[4])[0].id, reachable=False)
        return ids

    ids = await database.run(prepare)
    chats = await database.read(lambda unit: directory.chats_of(unit, ids, now=now))
    expected = [Chat.NOT_INVITED, Chat.INVITED, Chat.INVITATION_OVER, Chat.REACHED, Chat.OUT_OF_REACH]
    assert [chats[key] for key in ids] == expected


async def test_the_same_participant_before(database: Database, world: World, now: datetime) -> None:
    """Told by its name or NIP, in editions that began earlier, with what was done there."""

    def prepare(unit: Unit) -> None:
        editions.update_participant(unit, world.participant, nip="1234563218")
        for year, name, nip in ((2024, "Miasto Płońsk", ""), (2025, "Gmina Miasta Płońsk", "1234563218")):
            edition = editions.add_edition(
                unit, name=str(year), starts_on=date(year, 1, 1), ends_on=date(year, 12, 31), time_zone="Europe/Warsaw"
            )
            place = editions.add_participant(unit, edition_id=edition, name=name, short_name="P", type="gmina", nip=nip)
            assignments.assign(
                unit,
                edition_id=edition,
                participant_id=place,
                person_id=world.juror,
                mode=Mode.VISIT,
                scenario="wizyta",
                opens_at=now,
                due_at=now,
                now=now,
                state=State.DONE if year == 2025 else State.DECLINED,
            )

    await database.run(prepare)
    place = await database.read(lambda unit: editions.participant(unit, world.participant))
    assert place is not None
    found = await database.read(lambda unit: directory.before(unit, place))
    assert found == [Before("2025", 1), Before("2024", 0)]


async def test_who_has_it_already(database: Database, world: World) -> None:
    """Numbers and e-mails in use are found, whatever their case; one's own does not count, nor does nothing."""

    def prepare(unit: Unit) -> None:
        editions.update_participant(unit, world.participant, number="7")
        people.update_person(unit, world.juror, email="Zaneta@example.pl")

    await database.run(prepare)

    def look(unit: Unit) -> list[int | None]:
        return [
            directory.same_place(unit, world.edition, field="number", value="7"),
            directory.same_place(unit, world.edition, field="number", value="7", but=world.participant),
            directory.same_place(unit, world.edition, field="nip", value=""),
            directory.same_email(unit, world.edition, "zaneta@example.pl"),
            directory.same_email(unit, world.edition, "zaneta@example.pl", but=world.juror),
            directory.same_email(unit, world.edition, ""),
            directory.queries_of(unit, world.participant),
        ]

    assert await database.read(look) == [world.participant, None, None, world.juror, None, None, 0]


async def test_whose_card_may_be_seen(database: Database, world: World) -> None:
    """Coordinators see no other staff."""
    staff = await database.read(lambda unit: people.person(unit, world.coordinator))
    assert isinstance(staff, Person)
    assert not directory.sees_person(Scope(world.edition, world.coordinator), staff)
    assert directory.sees_person(Scope(world.edition), staff)
    assert not directory.sees_person(Scope(world.edition + 1), staff)


async def test_part_of_a_profile_changes(database: Database, world: World) -> None:
    """Whoever has no profile gets one; the other fields stay."""
    await database.run(lambda unit: profiles.change(unit, world.juror, radius_km=30))
    await database.run(lambda unit: profiles.change(unit, world.juror, modes=(Mode.PHONE,)))
    kept = await database.read(lambda unit: profiles.profile(unit, world.juror))
    assert kept is not None
    assert (kept.radius_km, kept.modes, kept.days) == (30, (Mode.PHONE,), profiles.WEEK)
