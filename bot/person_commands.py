"""Personal data at the command line: everything about a person into a folder, and a person erased."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

from bot import clock
from bot.commands import NOT_WELL, WELL, WRONG_CALL, complain, explained, say
from bot.config import read_settings

if TYPE_CHECKING:
    from bot.app import Parts

LAST_ORGANIZER = (
    "This is the only organizer of the edition; invite another one first: python -m bot invite NAME --role organizer"
)


def add_person_commands(on: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands of this file."""
    whom = "the person's id, or the whole name"
    export = on.add_parser("export-person", help="everything that is kept about a person, into a new folder")
    export.add_argument("person", help=whom)
    export.add_argument("folder", type=Path, help="a folder that is empty or not there yet")
    export.set_defaults(run=lambda given: export_person(given.person, given.folder))

    gone = on.add_parser("erase-person", help="erase a person for good; their reports stay as nobody's")
    gone.add_argument("person", help=whom)
    gone.add_argument("--yes", action="store_true", help="do not ask")
    gone.set_defaults(run=lambda given: erase(given.person, is_sure=given.yes))


@explained
def export_person(person: str, folder: Path) -> int:
    """Write everything that is kept about a person into a new folder."""
    from bot.exporting import export_to_folder

    async def make(parts: Parts, person_id: int) -> int:
        files = await export_to_folder(parts.database, parts.blobs, person_id, folder, now=clock.now())
        say(f"{folder}: data.json and {files} of the person's files. Whoever can read the folder can read all of it.")
        return WELL

    return asyncio.run(_about(person, make))


@explained
def erase(person: str, *, is_sure: bool, ask: Callable[[str], str] = input) -> int:
    """Erase a person, once that was confirmed by typing the id."""
    from bot.roles.office.erasing import NotErased, erase_person
    from storage import erasure

    async def make(parts: Parts, person_id: int) -> int:
        if not is_sure and not _is_confirmed(person_id, ask):
            return complain("Nothing was erased. Type the id when asked, or give --yes.", WRONG_CALL)
        erased = await parts.database.run(
            lambda unit: erase_person(unit, parts.desk, person_id, by=None, because="machine", now=clock.now())
        )
        if isinstance(erased, NotErased):
            return complain(LAST_ORGANIZER, NOT_WELL)
        counts = ", ".join(f"{what} {number}" for what, number in sorted(erased.counts.items()))
        say(f"Erased: {counts or 'nothing was left'}. The person is now “{erasure.name_of(person_id)}”.")
        say("Files of theirs are deleted minutes later by a process that does jobs (run, or work).")
        return WELL

    return asyncio.run(_about(person, make))


async def _about(wanted: str, act: Callable[[Parts, int], Coroutine[None, None, int]]) -> int:
    """Do something about the one person that is meant; say kindly where it is nobody, or more than one."""
    from bot.app import parts_of
    from storage import people

    async with parts_of(read_settings()) as parts:
        found = await parts.database.read(lambda unit: people.named(unit, wanted))
        if len(found) == 1:
            return await act(parts, found[0].id)
        if not found:
            return complain(f"There is no person “{wanted}”. Give the id, or the whole name.", NOT_WELL)
        lines = [f"  {one.id}  {one.role.value}, edition {one.edition_id}" for one in found]
        return complain("\n".join([f"{len(found)} people are called “{wanted}”; give the id:", *lines]), WRONG_CALL)


def _is_confirmed(person_id: int, ask: Callable[[str], str]) -> bool:
    if not sys.stdin.isatty():
        return False
    return ask(f"Erase person {person_id} for good? Type the id: ").strip() == str(person_id)
