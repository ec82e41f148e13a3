"""A database with a bit of everything that moves: odd texts, bytes, files of evidence, open jobs, gaps in the ids."""

from __future__ import annotations

import asyncio
import io
import logging
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, insert

from bot.__main__ import main
from bot.channels.base import Outgoing
from bot.config import SETTINGS
from bot.jobs import put_send
from storage import evidence, inbox, journal, messages, people, queue, schema
from storage.blobs import Blobs
from storage.database import Database, Unit
from tests.command_line import Ended
from tests.storage.conftest import World, make_world

LONG_AGO = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FAR_AHEAD = datetime(2099, 1, 1, tzinfo=UTC)
ODD = "zażółć gęślą jaźń 😀 \u2028 \\ \" ' % ; --"
ENTRIES = 2_600
"""Rows of the journal: more than two batches of a move."""
PHOTOS = tuple(b"\xff\xd8\xff\xe0 photo " + bytes([number]) * 5_000 for number in range(5))
UPLOAD = b"%PDF-1.7 not fetched yet"


@dataclass(frozen=True, slots=True)
class Stock:
    """What is in it."""

    world: World
    photos: tuple[str, ...]
    """Hashes of evidence that is there."""
    upload: str
    """The hash of a file a chat took in that was not fetched yet."""
    address: int
    next_job: int
    """The id the next job gets: higher than that of any row."""

    @property
    def files(self) -> set[str]:
        """Every file there is."""
        return {*self.photos, self.upload}


async def command(*arguments: str | Path, **settings: str) -> Ended:
    """Run a command of ``python -m bot`` in this process, with these settings and no others."""
    return await asyncio.to_thread(_command, [str(argument) for argument in arguments], settings)


def _command(arguments: list[str], settings: dict[str, str]) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    environment, root = dict(os.environ), logging.getLogger()  # noqa: TID251 - what a person at the terminal sets
    handlers, level = root.handlers[:], root.level
    try:
        for name in SETTINGS:
            os.environ.pop(name.upper(), None)  # noqa: TID251 - as above
        os.environ.update(settings)  # noqa: TID251 - as above
        with redirect_stdout(out), redirect_stderr(err):
            try:
                status = main(arguments)
            except SystemExit as end:
                status = int(end.code or 0)
    finally:
        os.environ.clear()  # noqa: TID251 - as above
        os.environ.update(environment)  # noqa: TID251 - as above
        root.handlers[:] = handlers
        root.setLevel(level)
    return Ended(status, out.getvalue(), err.getvalue())


async def stock(database: Database, blobs: Blobs) -> Stock:
    """Fill a database and its evidence store."""
    photos = tuple([(await blobs.put(photo)).sha256 for photo in PHOTOS])
    upload = (await blobs.put(UPLOAD)).sha256
    return await database.run(lambda unit: _fill(unit, photos, upload))


def _fill(unit: Unit, photos: tuple[str, ...], upload: str) -> Stock:
    world = make_world(unit)
    contact = world.begin(unit)
    people.invite(unit, world.juror, token_hash="h", now=LONG_AGO, expires_at=FAR_AHEAD)
    people.invite(unit, world.coordinator, token_hash="c", now=LONG_AGO, expires_at=FAR_AHEAD)
    people.set_language(unit, world.juror, "pl")
    found = people.redeem(unit, "h", channel="webchat", chat="juror", now=LONG_AGO)
    assert found is not None
    assert people.redeem(unit, "c", channel="webchat", chat="office", now=LONG_AGO) is not None
    people.set_consent(unit, world.juror, LONG_AGO)
    address = found[1].id
    for number, sha256 in enumerate(photos):
        row = _expect(unit, world, contact.id, {"kind": "photo", "ref": f"f{number}"})
        evidence.verified(unit, row, sha256=sha256, size=len(PHOTOS[number]), media_type="image/jpeg", now=LONG_AGO)
    _expect(unit, world, contact.id, {"kind": "document", "ref": upload})
    unit.execute(
        insert(schema.journal),
        [
            {
                "at": LONG_AGO,
                "who": None,
                "what": "test",
                "subject": f"n:{number}",
                "details": {"text": ODD, "n": number},
            }
            for number in range(ENTRIES)
        ],
    )
    messages.record_in(unit, address_id=address, ref="1", body={"text": ODD + "\x00\ud800"}, now=LONG_AGO)
    inbox.take(unit, "telegram", "77", LONG_AGO)
    inbox.remember_offset(unit, "telegram", 78)
    inbox.park(unit, channel="telegram", update_id="76", raw=bytes(range(256)), problem=ODD, now=LONG_AGO)
    journal.write(unit, at=LONG_AGO, who=world.juror, what="x", subject="y", details={"half": 0.1, "none": None})
    _jobs(unit, address, world, contact.id)
    return Stock(world, photos, upload, address, _gap(unit))


def _jobs(unit: Unit, address: int, world: World, contact: int) -> None:
    for body in ("first", "second"):
        put_send(unit, Outgoing(body), address_id=address, channel="webchat", chat="juror", now=LONG_AGO)
    soon = LONG_AGO + timedelta(hours=1)
    queue.put(unit, kind="remind", payload={"contact_id": contact, "turn": 0}, run_at=soon, now=LONG_AGO)
    queue.put(unit, kind="expire", payload={"assignment_id": world.assignment}, run_at=FAR_AHEAD, now=LONG_AGO)


def _expect(unit: Unit, world: World, contact: int, ref: dict[str, str]) -> int:
    return evidence.expect(
        unit,
        contact_id=contact,
        person_id=world.juror,
        path=None,
        kind="photo",
        channel="webchat",
        ref=ref,
        now=LONG_AGO,
    )


def _gap(unit: Unit) -> int:
    """Some jobs that were swept away: their ids are never given again."""
    ids = [queue.put(unit, kind="wake", payload={}, run_at=LONG_AGO, now=LONG_AGO) for _ in range(3)]
    unit.execute(delete(schema.jobs).where(schema.jobs.c.id.in_(ids)))
    return ids[-1] + 1
