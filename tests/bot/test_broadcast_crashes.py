"""A broadcast cut off between any two steps, and gone on with by another process."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import worker
from bot.channels.webchat import NAME, WebChat
from bot.doers import unit_doers
from bot.roles.office import feeding
from bot.talk import Desk
from bot.worker import Worker
from scenarios.model import Mode
from storage import assignments, audience, broadcasts, editions, messages, people, slots
from storage.blobs import Blobs
from storage.broadcasts import Kind
from storage.database import Database, Unit
from storage.people import Role
from tests.scripted import START, Clock, CrashingDatabase, Died, work_off

JURORS = 3
STRIDE = 14
DESK = Desk(zone=ZoneInfo("Europe/Warsaw"), language="pl", own_url="http://here.test", new_token=lambda: "token")


def seed(unit: Unit, kind: Kind) -> int:
    """An organizer, jurors with a chat each and a planned contact each; a broadcast that has begun."""
    edition = editions.add_edition(
        unit, name="2026", starts_on=START.date(), ends_on=START.date(), time_zone="Europe/Warsaw"
    )
    place = editions.add_participant(unit, edition_id=edition, name="Płońsk", short_name="Płońsk", type="gmina")
    organizer = someone(unit, edition, Role.ORGANIZER, "organizer")
    for number in range(JURORS):
        slots.add(
            unit,
            edition_id=edition,
            participant_id=place,
            mode=Mode.VISIT,
            scenario="wizyta",
            number=number + 1,
            opens_at=START,
            due_at=START + timedelta(days=30),
            person_id=someone(unit, edition, Role.JUROR, f"juror{number}"),
            now=START,
        )
    found = broadcasts.draft(
        unit,
        edition_id=edition,
        author_id=organizer,
        kind=kind,
        chosen=audience.Chosen(),
        text="Dzień dobry",
        now=START,
    )
    sent = broadcasts.broadcast(unit, found)
    assert sent is not None
    feeding.begin(unit, sent, who=organizer, now=START)
    return found


def someone(unit: Unit, edition: int, role: Role, chat: str) -> int:
    """A person with a web chat."""
    found = people.add_person(unit, edition_id=edition, name=chat, role=role, now=START)
    people.set_consent(unit, found, START)
    people.invite(unit, found, token_hash=chat, now=START, expires_at=START + timedelta(days=1))
    people.redeem(unit, chat, channel=NAME, chat=chat, now=START)
    return found


def a_worker(database: Database, clock: Clock, folder: Path, name: str) -> Worker:
    """A worker with a web chat on the same database."""
    return Worker(
        database,
        channels={NAME: WebChat(database, Blobs(f"file://{folder}"), now=clock)},
        doers=unit_doers(DESK),
        clock=clock,
        on_gone=lambda *_: None,
        on_buried=lambda *_: None,
        name=name,
    )


@pytest.mark.crash
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("first", range(0, STRIDE, 7))
async def test_wherever_it_is_cut_off(
    migrated_sqlite: Path, tmp_path: Path, kind: Kind, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody gets it once, each planned contact is offered once, and the numbers are right at the end."""
    monkeypatch.setattr(feeding, "AHEAD", 2)
    die_at = first
    while await _dies_and_recovers(migrated_sqlite, tmp_path / f"{die_at}.db", kind, die_at):
        die_at += STRIDE
    assert die_at > 2 * STRIDE


async def _dies_and_recovers(template: Path, path: Path, kind: Kind, die_at: int) -> bool:
    """Whether it died at that step (else it had fewer)."""
    shutil.copy(template, path)
    clock = Clock()
    steady = Database(f"sqlite:///{path}")
    await steady.start()
    broadcast = await steady.run(lambda unit: seed(unit, kind))
    mortal = CrashingDatabase(f"sqlite:///{path}", die_at)
    await mortal.start()
    died, soon = False, timedelta(minutes=10)
    try:
        await work_off(mortal, a_worker(mortal, clock, path.parent, "first"), clock, until=soon)
    except* Died:
        died = True
    finally:
        await mortal.stop()
    clock.at += 2 * worker.LEASE
    await work_off(steady, a_worker(steady, clock, path.parent, "second"), clock, until=soon)
    await steady.read(lambda unit: _check(unit, broadcast, kind))
    await steady.stop()
    return died


def _check(unit: Unit, broadcast: int, kind: Kind) -> None:
    counts = broadcasts.progress(unit, broadcast)
    assert (counts.total, counts.sent) == (JURORS, JURORS)
    found = broadcasts.broadcast(unit, broadcast)
    assert found is not None
    assert found.state is broadcasts.State.DONE
    for number in range(JURORS):
        who = people.find(unit, NAME, f"juror{number}", lock=False)
        assert who is not None
        assert len(messages.history(unit, who[1].id, limit=10)) == 1
        offered = assignments.of_person(unit, who[0].id)
        assert len(offered) == (1 if kind is Kind.ASSIGNMENTS else 0)
    author = people.find(unit, NAME, "organizer", lock=False)
    assert author is not None
    seen = messages.history(unit, author[1].id, limit=10)
    assert [message.board for message in seen] in (
        [f"broadcast:{broadcast}", None],
        [None, f"broadcast:{broadcast}"],
    )
