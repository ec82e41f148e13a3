"""Contacts and their answers: kept as they are, every revision for ever; and the status screens over them."""
# ruff: noqa: ANN401 - the small contest of conftest.py, which cannot be imported

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from scenarios.contact import Answer, Answered, AnswerState, Contact, Place, Submitted, Value
from scenarios.contact import Phase as ContactPhase
from scenarios.contact_json import dump_contact
from scenarios.model import Mode
from storage import assignments, contacts, evidence, journal, schema, status
from storage.assignments import State
from storage.contacts import ContactRow
from storage.database import Database, Unit
from storage.evidence import Status
from storage.scope import Scope

HOUR = timedelta(hours=1)


def answered(contact: Contact, path: str, value: Value, now: datetime) -> tuple[Contact, Answered]:
    """What the engine makes of an answer, as far as storage is concerned."""
    answer = Answer(path, AnswerState.GIVEN, value, now, contact.revision + 1)
    changed = dataclasses.replace(
        contact, answers={**contact.answers, path: answer}, revision=answer.revision, turn=contact.turn + 1
    )
    return changed, Answered(answer, contact.answers.get(path))


def submit(unit: Unit, contact: Contact, now: datetime, *, digest: str = "d" * 64) -> Contact:
    """Send the report."""
    sent = dataclasses.replace(contact, phase=ContactPhase.SUBMITTED, submitted_at=now)
    contacts.save(unit, sent, [Submitted(digest, now, again=False)], update_id="u", now=now)
    return sent


async def test_what_the_database_holds_counts(database: Database, world: Any, now: datetime) -> None:
    """Neither a turn that was undone nor one of another process is mixed up with what this one saw last."""
    begun = await database.run(world.begin)
    first, event = answered(begun, "p", value=True, now=now)

    def load(unit: Unit) -> Contact:
        row = contacts.load(unit, begun.id, lock=True)
        assert row is not None
        return row.contact

    def undone(unit: Unit) -> None:
        assert load(unit) == begun
        contacts.save(unit, first, [event], update_id="u", now=now)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(undone)
    assert await database.run(load) == begun
    await database.run(lambda unit: contacts.save(unit, first, [event], update_id="u", now=now))
    assert await database.run(load) == first
    other = dump_contact(dataclasses.replace(first, turn=77))
    elsewhere = update(schema.contacts).where(schema.contacts.c.id == begun.id).values(contact=other)
    await database.run(lambda unit: unit.execute(elsewhere).rowcount)
    assert (await database.run(load)).turn == 77


async def test_a_contact_begins_with_its_own_id(database: Database, world: Any, now: datetime) -> None:
    """The id given to make() is the row's; ids go on after a unit that failed."""

    def fails(unit: Unit) -> None:
        world.begin(unit)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(fails)
    first, second = await database.run(lambda unit: (world.begin(unit), world.begin(unit)))
    assert first.id < second.id
    row = await database.read(lambda unit: contacts.load(unit, first.id, lock=False))
    assert row == ContactRow(
        id=first.id,
        assignment_id=world.assignment,
        person_id=world.juror,
        scenario_version="v1",
        phase=ContactPhase.OPEN,
        turn=0,
        contact=first,
        begun_at=now,
        submitted_at=None,
        locks_at=None,
        sealed_at=None,
        receipt=None,
    )
    assert await database.read(lambda unit: contacts.load(unit, 999, lock=False)) is None


async def test_a_contact_needs_a_published_version(database: Database, world: Any) -> None:
    """The version it begins with must be there to stay."""
    unknown = dataclasses.replace(world, version="never published")
    with pytest.raises(IntegrityError):
        await database.run(unknown.begin)


async def test_every_revision_of_an_answer_is_kept(database: Database, world: Any, now: datetime) -> None:
    """The contact shows the last ones, revisions() all of them, exactly."""
    values: list[tuple[str, Value]] = [
        ("w01", True),
        ("w02", Decimal("1.50")),
        ("w01", "słowa\x00 i \N{WINKING FACE}"),
        ("w03", Place(52.6, 20.4, 5.0)),
        ("desks[1].w04", (3, 4)),
        ("w05", now),
    ]

    def walk(unit: Unit) -> Contact:
        contact: Contact = world.begin(unit)
        for number, (path, value) in enumerate(values):
            contact, event = answered(contact, path, value, now)
            contacts.save(unit, contact, [event], update_id=f"u{number}", now=now)
        return contact

    contact = await database.run(walk)
    row = await database.read(lambda unit: contacts.load(unit, contact.id, lock=False))
    assert row is not None
    assert (row.contact, row.turn) == (contact, 6)
    revisions = await database.read(lambda unit: contacts.revisions(unit, contact.id))
    assert [(answer.path, answer.value, answer.revision) for answer in revisions] == [
        (path, value, number) for number, (path, value) in enumerate(values, 1)
    ]


async def test_a_revision_number_is_used_once(database: Database, world: Any, now: datetime) -> None:
    """Two saves from the same state cannot both be kept, even without a lock."""
    contact = await database.run(world.begin)
    changed, event = answered(contact, "w01", True, now)

    def save(unit: Unit) -> None:
        contacts.save(unit, changed, [event], update_id=None, now=now)

    await database.run(save)
    with pytest.raises(IntegrityError):
        await database.run(save)
    with pytest.raises(LookupError):
        await database.run(
            lambda unit: contacts.save(unit, dataclasses.replace(contact, id=999), [], update_id=None, now=now)
        )


@pytest.mark.parametrize("table", ["answer_revisions", "journal"])
@pytest.mark.parametrize(
    "change",
    ["UPDATE {} SET id = id + 100", "DELETE FROM {}", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}", "TRUNCATE {}"],
)
async def test_the_database_refuses_to_change_what_is_append_only(
    database: Database,
    world: Any,
    now: datetime,
    table: str,
    change: str,
) -> None:
    """UPDATE, DELETE, and each database's own way around them, raise, and the rows are there as before."""
    contact = await database.run(world.begin)
    changed, event = answered(contact, "w01", True, now)
    await database.run(lambda unit: contacts.save(unit, changed, [event], update_id=None, now=now))
    await database.run(lambda unit: journal.write(unit, at=now, who=None, what="x", subject="s", details={}))
    own_way = {"TRUNCATE": "postgresql", "INSERT": "sqlite"}.get(change.split(maxsplit=1)[0], database.dialect)
    message = "append-only" if own_way == database.dialect else "syntax error"

    def everything(unit: Unit) -> list[Any]:
        return list(unit.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 - the test's own words

    before = await database.read(everything)
    with pytest.raises(DatabaseError, match=message):
        await database.run(lambda unit: unit.execute(text(change.format(table))))
    assert await database.read(everything) == before
    assert len(before) == 1


async def test_sending_locking_and_sealing_keep_their_moments(database: Database, world: Any, now: datetime) -> None:
    """The receipt is the last digest; a corrected report keeps its lock; a seal is put once."""

    def live(unit: Unit) -> list[ContactRow | None]:
        contact = submit(unit, world.begin(unit), now)
        contacts.set_locks_at(unit, contact.id, now + HOUR)
        seen = [contacts.load(unit, contact.id, lock=True)]
        submit(unit, contact, now + HOUR, digest="e" * 64)
        assert contacts.seal(unit, contact.id, now + HOUR)
        assert not contacts.seal(unit, contact.id, now + 2 * HOUR)
        seen.append(contacts.load(unit, contact.id, lock=True))
        void = dataclasses.replace(contact, phase=ContactPhase.VOID, submitted_at=None)
        contacts.save(unit, void, [], update_id=None, now=now)
        return [*seen, contacts.load(unit, contact.id, lock=True)]

    first, second, third = await database.run(live)
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.phase, first.submitted_at, first.locks_at, first.receipt) == ("submitted", now, now + HOUR, "d" * 64)
    assert (second.submitted_at, second.locks_at, second.receipt) == (now + HOUR, now + HOUR, "e" * 64)
    assert second.sealed_at == now + HOUR
    assert (third.phase, third.submitted_at, third.locks_at) == ("void", None, None)


async def test_contacts_are_listed(database: Database, world: Any, now: datetime) -> None:
    """A person's, the last first; an edition's, all or in some phases."""
    first, second = await database.run(lambda unit: (world.begin(unit), world.begin(unit)))
    await database.run(lambda unit: submit(unit, first, now))

    def look(unit: Unit) -> tuple[list[int], list[int], list[int], list[int]]:
        return (
            [row.id for row in contacts.of_person(unit, world.juror)],
            [row.id for row in contacts.of_edition(unit, world.edition)],
            [row.id for row in contacts.of_edition(unit, world.edition, phases=[ContactPhase.SUBMITTED])],
            [row.id for row in contacts.of_edition(unit, world.edition, phases=[])],
        )

    assert await database.read(look) == ([second.id, first.id], [first.id, second.id], [first.id], [])


def expect(unit: Unit, world: Any, contact_id: int | None, now: datetime, *, path: str | None = "w07") -> int:
    """Announce a photo."""
    return evidence.expect(
        unit,
        contact_id=contact_id,
        person_id=world.juror,
        path=path,
        kind="image",
        channel="telegram",
        ref={"file_id": "AgAC", "size": 12},
        album="album-1",
        note="godziny\x00",
        now=now,
    )


async def test_evidence_goes_from_expected_to_verified(database: Database, world: Any, now: datetime) -> None:
    """Each step keeps what it learned; only then nothing is waited for."""
    contact = await database.run(world.begin)
    number = await database.run(lambda unit: expect(unit, world, contact.id, now, path=None))
    refused = await database.run(lambda unit: expect(unit, world, contact.id, now))

    async def state() -> tuple[Status, int]:
        row, waits = await database.read(lambda unit: (evidence.row(unit, number), evidence.waiting(unit, contact.id)))
        assert row is not None
        return row.status, waits

    assert await state() == (Status.EXPECTED, 2)
    await database.run(lambda unit: evidence.refused(unit, refused, problem="too_large", now=now))
    await database.run(lambda unit: evidence.attach(unit, number, "w08"))
    await database.run(lambda unit: evidence.received(unit, number, sha256="ab" * 32, copy_sha256=None, size=2**40))
    assert await state() == (Status.RECEIVED, 1)
    told: dict[str, Any] = {
        "captured_at": now - HOUR,
        "latitude": 52.6234567,
        "longitude": 20.3765432,
        "device": "Fairphone\x00",
    }
    kept: dict[str, Any] = {"sha256": "ab" * 32, "size": 2**40, "media_type": "image/heic"}
    copy: dict[str, Any] = {"copy_sha256": "cd" * 32, "copy_media_type": "image/jpeg"}
    await database.run(lambda unit: evidence.verified(unit, number, **kept, **copy, **told, now=now + HOUR))
    assert await state() == (Status.VERIFIED, 0)
    row, other = await database.read(lambda unit: evidence.of_contact(unit, contact.id))
    assert dataclasses.asdict(row) == {
        "id": number,
        "contact_id": contact.id,
        "person_id": world.juror,
        "path": "w08",
        "kind": "image",
        "channel": "telegram",
        "ref": {"file_id": "AgAC", "size": 12},
        "album": "album-1",
        "note": "godziny\ufffd",
        "status": "verified",
        "problem": None,
        "created_at": now,
        **kept,
        **copy,
        **told,
        "device": "Fairphone\ufffd",
        "verified_at": now + HOUR,
        "look": None,
        "erased_at": None,
    }
    assert (other.status, other.problem) == (Status.REFUSED, "too_large")
    assert await database.read(lambda unit: evidence.row(unit, 999)) is None


async def test_evidence_without_a_contact_finds_one_later(database: Database, world: Any, now: datetime) -> None:
    """A file on the tray of nobody's contact can be given to one."""
    contact = await database.run(world.begin)
    number = await database.run(lambda unit: expect(unit, world, None, now, path=None))
    assert await database.read(lambda unit: evidence.of_contact(unit, contact.id)) == []
    await database.run(lambda unit: evidence.attach(unit, number, "w07", contact_id=contact.id))
    (row,) = await database.read(lambda unit: evidence.of_contact(unit, contact.id))
    assert (row.id, row.path) == (number, "w07")


async def test_an_edition_is_counted(database: Database, world: Any, now: datetime) -> None:
    """Assignments by state and mode, contacts by phase, files on their way, and what is late."""

    def more(unit: Unit) -> None:
        contact = submit(unit, world.begin(unit), now)
        world.begin(unit)
        expect(unit, world, contact.id, now)
        for state, due in ((State.OFFERED, -HOUR), (State.ACCEPTED, HOUR), (State.DECLINED, -HOUR)):
            whom: dict[str, Any] = {
                "edition_id": world.edition,
                "participant_id": world.participant,
                "person_id": world.juror,
            }
            what: dict[str, Any] = {"mode": Mode.PHONE, "scenario": "telefon", "opens_at": now, "due_at": now + due}
            assignments.assign(unit, **whom, **what, now=now, state=state)

    await database.run(more)
    counts = await database.read(lambda unit: status.counts(unit, world.edition, now=now))
    assert counts == status.Counts(
        assignments={
            (State.OFFERED, Mode.VISIT): 1,
            (State.OFFERED, Mode.PHONE): 1,
            (State.ACCEPTED, Mode.PHONE): 1,
            (State.DECLINED, Mode.PHONE): 1,
        },
        contacts={ContactPhase.SUBMITTED: 1, ContactPhase.OPEN: 1},
        evidence_waiting=1,
        late=1,
    )
    empty = await database.read(lambda unit: status.counts(unit, 999, now=now))
    assert empty == status.Counts({}, {}, 0, 0)


async def test_late_is_what_is_due_and_not_sent(database: Database, world: Any, now: datetime) -> None:
    """At its very moment an assignment is not late yet; with its report sent it never is."""
    due = now + timedelta(days=7)

    async def late(at: datetime) -> list[int]:
        found = await database.read(lambda unit: status.late(unit, world.edition, now=at))
        assert (await database.read(lambda unit: status.counts(unit, world.edition, now=at))).late == len(found)
        return [line.assignment_id for line in found]

    assert await late(due) == []
    assert await late(due + HOUR) == [world.assignment]
    (line,) = await database.read(lambda unit: status.late(unit, world.edition, now=due + HOUR))
    assert (line.person, line.participant, line.mode, line.due_at) == ("Żaneta Łąka", "Płońsk", Mode.VISIT, due)
    contact = await database.run(world.begin)
    await database.run(lambda unit: assignments.bind_contact(unit, world.assignment, contact.id))
    assert await late(due + HOUR) == [world.assignment]
    await database.run(lambda unit: submit(unit, contact, now))
    assert await late(due + HOUR) == []


async def test_reports_are_listed_newest_first_in_pages(database: Database, world: Any, now: datetime) -> None:
    """Also those sent in the same moment, each on one page; what was not sent is not there."""

    def send(unit: Unit) -> list[int]:
        sent = [submit(unit, world.begin(unit), now + HOUR * (number // 2)).id for number in range(5)]
        world.begin(unit)
        expect(unit, world, sent[0], now)
        return sent

    ids = await database.run(send)

    def pages(unit: Unit) -> list[status.SubmittedContact]:
        seen: list[status.SubmittedContact] = []
        while page := status.submitted(unit, Scope(world.edition), limit=2, after=seen[-1] if seen else None):
            seen += page
        return seen

    seen = await database.read(pages)
    assert [line.contact_id for line in seen] == ids[::-1]
    assert [line.evidence_waiting for line in seen] == [0, 0, 0, 0, 1]
    assert seen[0] == status.SubmittedContact(
        contact_id=ids[-1],
        participant_id=world.participant,
        participant="Płońsk",
        mode=Mode.VISIT,
        phase=ContactPhase.SUBMITTED,
        submitted_at=now + 2 * HOUR,
        sealed_at=None,
        evidence_waiting=0,
    )


async def test_a_report_is_read_without_its_juror(database: Database, world: Any, now: datetime) -> None:
    """Answers, files, institution and mode; who it was is asked for apart."""
    contact = await database.run(lambda unit: submit(unit, answered(world.begin(unit), "w01", 3, now)[0], now))
    await database.run(lambda unit: expect(unit, world, contact.id, now))
    reading = await database.read(lambda unit: status.reading(unit, contact.id))
    assert reading is not None
    assert (reading.contact, reading.participant.short_name, reading.mode) == (contact, "Płońsk", Mode.VISIT)
    assert (reading.scenario, reading.scenario_version, reading.receipt) == ("wizyta", "v1", "d" * 64)
    assert [row.path for row in reading.evidence] == ["w07"]
    assert "Łąka" not in repr(reading)
    juror = await database.read(lambda unit: status.juror(unit, contact.id))
    assert juror == status.Juror(world.juror, "Żaneta Łąka")
    assert await database.read(lambda unit: status.edition_of_contact(unit, contact.id)) == world.edition
    missing = await database.read(
        lambda unit: (status.reading(unit, 999), status.juror(unit, 999), status.edition_of_contact(unit, 999))
    )
    assert missing == (None, None, None)
