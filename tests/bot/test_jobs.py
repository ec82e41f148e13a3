"""Jobs: what is put comes out as it was, under the right keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot import jobs
from bot.channels.base import Address, Button, Command, FileKind, FileRef, Outgoing, Tidy
from storage import queue
from storage.database import Database
from storage.unit import Unit

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TO = Address("telegram", "77")
QUESTION = Outgoing(
    body="Jak długo?",
    head="Płońsk · 7/26",
    buttons=((Button("Tak", "a:1"),),),
    contact_id=3,
    turn=7,
    tidies=Tidy(contact_id=3, turn=6, body="Dzień dobry ✓"),
)
WORK: list[jobs.Work] = [
    jobs.Send(QUESTION, address_id=5, to=TO, due=NOW),
    jobs.Send(Outgoing("Nie rozumiem."), address_id=None, to=TO, due=NOW),
    jobs.Clean(("11", "12"), address_id=5, to=TO, due=NOW),
    jobs.PublishCommands((Command("zadania", "Twoje zadania"),), language="pl", to=TO, due=NOW),
    jobs.FetchEvidence(9, due=NOW),
    jobs.Remind(3),
    jobs.Wake(3),
    jobs.Lock(3),
    jobs.Expire(4),
    jobs.Feed(5),
    jobs.Progress(5),
    jobs.Import(6),
    jobs.Solve(7),
    jobs.Produce("status", {"wave": 2}, person_id=1, address_id=5, to=TO, due=NOW),
    jobs.Nudge("contact_due", 8),
    jobs.Examine(3),
    jobs.Digest(1, weekly=True),
    jobs.Score(3),
    jobs.Rescore(1, after=20),
    jobs.Tally(2),
    jobs.Rate(3),
    jobs.Translate(1, 5, "ile wizyt zostało"),
    jobs.Forget(["a" * 64, "b" * 64], 3, person_id=4),
    jobs.Export(7, 8),
]


@pytest.mark.parametrize("work", WORK, ids=lambda work: type(work).__name__)
def test_a_payload_gives_the_work_back(work: jobs.Work) -> None:
    """To JSON values and back is the same."""
    assert jobs.from_payload(*jobs.to_payload(work)) == work


def test_every_kind_is_tried() -> None:
    """The list above forgets no kind."""
    assert {jobs.to_payload(work)[0] for work in WORK} == set(jobs.Kind)


def test_an_unknown_kind_is_an_error() -> None:
    """A job nobody here has put is not guessed at."""
    with pytest.raises(ValueError, match="brew_coffee"):
        jobs.from_payload("brew_coffee", {})


@pytest.mark.parametrize(
    "file",
    [
        FileRef(FileKind.PHOTO, "AgAC"),
        FileRef(FileKind.DOCUMENT, "x", name="a.pdf", media_type="application/pdf", size=7),
    ],
)
def test_a_file_reference_survives(file: FileRef) -> None:
    """An evidence row's ``ref`` gives the channel's file back."""
    assert jobs.file_from_json(jobs.file_to_json(file)) == file


Put = Callable[[Unit], None]
CASES: dict[str, tuple[Put, str | None, str | None]] = {
    "send": (
        lambda unit: jobs.put_send(unit, QUESTION, address_id=5, channel="telegram", chat="77", now=NOW),
        "telegram:77",
        None,
    ),
    "harmless": (
        lambda unit: jobs.put_send(
            unit, Outgoing("Lista zakupów", harmless=True), address_id=5, channel="telegram", chat="77", now=NOW
        ),
        "telegram:77#harmless",
        None,
    ),
    "clean": (
        lambda unit: jobs.put_clean(unit, ["1"], address_id=5, channel="telegram", chat="77", now=NOW),
        "telegram:77#harmless",
        None,
    ),
    "commands": (
        lambda unit: jobs.put_commands(unit, [], language="pl", channel="telegram", chat="77", now=NOW),
        None,
        "commands:telegram:77",
    ),
    "fetch": (lambda unit: jobs.put_fetch_evidence(unit, 9, now=NOW), None, "fetch:9"),
    "remind": (lambda unit: jobs.put_remind(unit, 3, run_at=LATER, now=NOW), None, "remind:3"),
    "wake": (lambda unit: jobs.put_wake(unit, 3, run_at=LATER, now=NOW), None, f"wake:3:{LATER.isoformat()}"),
    "lock": (lambda unit: jobs.put_lock(unit, 3, run_at=LATER, now=NOW), None, "lock:3"),
    "expire": (lambda unit: jobs.put_expire(unit, 4, run_at=LATER, now=NOW), None, "expire:4"),
}


@pytest.mark.parametrize("case", CASES)
async def test_each_job_has_its_keys(database: Database, case: str) -> None:
    """What must keep an order has a lock key, what counts once a dedup key."""
    put, lock_key, dedup_key = CASES[case]
    await database.run(put)
    (job,) = await database.run(lambda unit: _claimed(unit, LATER))
    assert (job.lock_key, job.dedup_key) == (lock_key, dedup_key)
    assert jobs.to_payload(jobs.from_payload(job.kind, job.payload)) == (job.kind, dict(job.payload))


async def test_a_message_for_much_later_holds_up_nobody(database: Database) -> None:
    """Tomorrow's message does not block today's; one that only waits for the rest of an album keeps its place."""

    def put(unit: Unit, body: str, *, seconds: int) -> None:
        jobs.put_send(
            unit,
            Outgoing(body),
            address_id=None,
            channel="telegram",
            chat="77",
            now=NOW,
            run_at=NOW + timedelta(seconds=seconds),
        )

    await database.run(lambda unit: put(unit, "tomorrow", seconds=86_400))
    await database.run(lambda unit: put(unit, "album", seconds=1))
    await database.run(lambda unit: put(unit, "now", seconds=0))
    assert await database.run(lambda unit: _claimed(unit, NOW)) == []
    (album,) = await database.run(lambda unit: _claimed(unit, NOW + timedelta(seconds=1)))
    assert album.payload["outgoing"]["body"] == "album"
    await database.run(lambda unit: queue.finish(unit, album.id, NOW))
    (job,) = await database.run(lambda unit: _claimed(unit, NOW + timedelta(seconds=1)))
    assert job.payload["outgoing"]["body"] == "now"


async def test_the_last_reminder_counts(database: Database) -> None:
    """A contact has one reminder; its time is the last one put."""
    await database.run(lambda unit: jobs.put_remind(unit, 3, run_at=NOW, now=NOW))
    await database.run(lambda unit: jobs.put_remind(unit, 3, run_at=LATER, now=NOW))
    assert await database.run(lambda unit: _claimed(unit, NOW)) == []
    (job,) = await database.run(lambda unit: _claimed(unit, LATER))
    assert jobs.from_payload(job.kind, job.payload) == jobs.Remind(3)


def _claimed(unit: Unit, now: datetime) -> list[queue.Job]:
    return queue.claim(unit, worker="test", now=now, lease=timedelta(minutes=1), limit=10)
