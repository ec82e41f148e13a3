"""Personal data at the command line: exported whole into a folder, erased once it is confirmed; secrets kept close."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.commands import NOT_WELL, WELL, WRONG_CALL
from bot.config import SETTINGS, others_can_read
from bot.person_commands import erase, export_person
from storage import evidence, journal, people
from storage.blobs import Blobs
from storage.database import Database, Unit
from storage.migrate import migrate
from storage.people import Role
from tests.acceptance.world import World, make_world
from tests.scripted import START

NAME = "Jagoda Test"


class Terminal:
    """Standard input of somebody who sits there."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture
async def world(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A small edition, and the settings of its database and its store in the environment."""
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("EVIDENCE_URL", f"file:{tmp_path / 'evidence'}")
    return await make_world(database, "wizyta")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Logging is afterwards as it was."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before


async def in_thread(call: Callable[..., int], *arguments: object, **named: object) -> int:
    """Commands begin a loop of their own."""
    return await asyncio.to_thread(call, *arguments, **named)


async def test_everything_about_a_person_is_in_the_folder(
    database: Database, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables and files, readable for their owner only; what is missing is named; a full folder is refused."""
    stored = await Blobs(f"file:{tmp_path / 'evidence'}").put(b"a photo")

    def add(unit: Unit) -> None:
        for sha256 in (stored.sha256, "a" * 64):
            row = evidence.expect(
                unit,
                contact_id=None,
                person_id=world.juror,
                path=None,
                kind="image",
                channel="web",
                ref={},
                now=START,
            )
            evidence.verified(unit, row, sha256=sha256, size=7, media_type="image/jpeg", now=START)

    await database.run(add)
    folder = tmp_path / "out" / "jagoda"
    assert await in_thread(export_person, NAME, folder) == WELL
    data = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    assert data["people"][0]["name"] == NAME
    assert [row["scenario"] for row in data["assignments"]] == ["wizyta"]
    there = [name for name in data["files"] if name not in data["missing"]]
    assert [(folder / name).read_bytes() for name in there] == [b"a photo"]
    assert list(data["missing"].values()) == ["not in the store any more"]
    assert "token_hash" not in (folder / "data.json").read_text(encoding="utf-8")
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "data.json").stat().st_mode & 0o077 == 0
    assert await in_thread(export_person, str(world.juror), folder) == NOT_WELL
    assert "not empty" in capsys.readouterr().err
    noted = await database.read(lambda unit: journal.of_subject(unit, f"person:{world.juror}"))
    assert [entry.what for entry in noted] == ["person.exported"]


async def test_a_person_is_erased_when_it_is_confirmed(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal and without --yes nothing happens; the id typed, or --yes, erases."""
    assert await in_thread(erase, NAME, is_sure=False) == WRONG_CALL
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert await in_thread(erase, NAME, is_sure=False, ask=lambda _: "tak") == WRONG_CALL
    kept = await database.read(lambda unit: people.person(unit, world.juror))
    assert kept is not None
    assert kept.name == NAME
    assert await in_thread(erase, NAME, is_sure=False, ask=lambda _: str(world.juror)) == WELL
    assert f"usunięta osoba {world.juror}" in capsys.readouterr().out
    gone = await database.read(lambda unit: people.person(unit, world.juror))
    assert gone is not None
    assert gone.erased_at is not None
    assert await in_thread(erase, str(world.organizer), is_sure=True) == NOT_WELL
    assert "only organizer" in capsys.readouterr().err


async def test_who_is_meant_must_be_clear(database: Database, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody, or more than one of a name: said with what to do, and nothing done."""
    assert await in_thread(erase, "Nikt Taki", is_sure=True) == NOT_WELL
    assert "There is no person" in capsys.readouterr().err
    assert await in_thread(erase, "9" * 30, is_sure=True) == NOT_WELL
    await database.run(
        lambda unit: people.add_person(unit, edition_id=world.edition, name=NAME, role=Role.JUROR, now=START)
    )
    assert await in_thread(erase, NAME, is_sure=True) == WRONG_CALL
    assert "give the id" in capsys.readouterr().err


def test_a_file_of_secrets_that_others_can_read_is_noticed(tmp_path: Path) -> None:
    """Modes decide; no file is no trouble."""
    file = tmp_path / ".env"
    assert not others_can_read(file)
    file.write_text("TELEGRAM_TOKEN=1:a", encoding="utf-8")
    for mode, expected in ((0o600, False), (0o640, True), (0o604, True), (0o644, True)):
        file.chmod(mode)
        assert others_can_read(file) is expected


async def test_new_folders_and_files_are_their_owners_only(tmp_path: Path) -> None:
    """Database, its folder, the store and what is in it: nobody else reads them, whatever the umask."""
    before = os.umask(0)
    try:
        migrate(f"sqlite:///{tmp_path / 'data' / 'new.db'}")
        await Blobs(f"file:{tmp_path / 'data' / 'evidence'}").put(b"a photo")
    finally:
        os.umask(before)
    made = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
    assert len(made) > 5
    assert [path for path in made if path.stat().st_mode & 0o077] == []
