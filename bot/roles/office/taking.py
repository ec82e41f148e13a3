"""Confirmed rows of a table taken into the edition, a few in each unit; what is known to hold rows against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.channels.base import Attachment, Outgoing
from bot.importing.columns import Kind
from bot.importing.matching import ROLES, Author, Known, Status, Verdict
from bot.importing.summary import Summary, summary_from_json
from bot.importing.tables import Table, read_table
from bot.roles import offering, scores
from bot.talk import Desk
from bot.views.office import importing as views
from storage import editions, imports, journal, people, profiles, scripts
from storage.database import Unit
from storage.editions import Participant
from storage.imports import ImportRow, ImportState
from storage.people import Person, Role
from storage.profiles import Profile
from storage.sheets import Book

DECLARED_IN_A_FILE = "import"
"""The reason of a conflict of interest that stood in a table."""


def known(unit: Unit, edition_id: int) -> Known:
    """Everything rows are held against."""
    return Known(
        participants=editions.participants(unit, edition_id),
        people=people.people(unit, edition_id=edition_id),
        profiles=profiles.profiles(unit, edition_id),
        conflicts=frozenset((one.person_id, one.participant_id) for one in profiles.conflicts(unit, edition_id)),
        scenarios=scripts.names(unit),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What verdicts rest on: the table's kind, its author, and what was known when they were reached."""

    kind: Kind
    author: Author
    newest: tuple[int, int]
    profiles: Mapping[int, Profile]


def author_of(unit: Unit, person_id: int) -> Author:
    """How far the person whose table it is may change things, as of now."""
    person = people.person(unit, person_id)
    return Author(None if person is not None and person.role is Role.ORGANIZER else person_id)


def added_since(unit: Unit, edition_id: int, newest: tuple[int, int]) -> tuple[list[Participant], list[Person]]:
    """Participants and people added after the newest that are known."""
    participant_id, person_id = newest
    return (
        editions.participants_after(unit, edition_id, participant_id),
        people.people_after(unit, edition_id, person_id),
    )


class Written(StrEnum):
    """How the writing of some rows ended."""

    DONE = "done"
    MOVED_ON = "moved_on"
    """Others added something meanwhile: learn of it and judge the rows again."""
    STOPPED = "stopped"
    """The import is not being written (any more)."""


def write_rows(
    unit: Unit, *, desk: Desk, import_id: int, judged: Judged, verdicts: Sequence[Verdict], now: datetime
) -> Written:
    """Write what the verdicts say, each row once."""
    row = imports.load(unit, import_id, lock=True)
    if row is None or row.state is not ImportState.WRITING or author_of(unit, row.person_id) != judged.author:
        return Written.STOPPED
    if imports.newest_ids(unit, row.edition_id) != judged.newest:
        return Written.MOVED_ON
    found = dict(row.found or {})
    counts: Counter[str] = Counter(found.get("written", {}))
    for verdict in verdicts:
        if verdict.row.number > found.get("done", 0):
            _take(unit, desk, row, judged.kind, verdict, profiles_known=judged.profiles, now=now)
            counts[verdict.status.value] += 1
            found["done"] = verdict.row.number
    imports.change(unit, import_id, state=ImportState.WRITING, found={**found, "written": dict(counts)})
    return Written.DONE


def read_again(book: Book, kind: str) -> Table | None:
    """The table of a file whose kind is known by now."""
    found = read_table(book, file_name="", kind=Kind(kind))
    return found if isinstance(found, Table) else None


def counts_of(row: ImportRow) -> dict[str, int]:
    """How many rows were new, changed, as before, wrong, as far as they were written."""
    return dict((row.found or {}).get("written", {}))


def summary_of(found: Mapping[str, Any]) -> Summary:
    """What was understood of a file."""
    return summary_from_json(found["summary"])


def remarks_of(found: Mapping[str, Any]) -> Attachment | None:
    """The file with a column of remarks, if there is one."""
    remarks = found.get("remarks")
    return None if remarks is None else Attachment(**remarks)


def preview_of(
    import_id: int, found: Mapping[str, Any], *, file_name: str, language: str, board: bool = True
) -> Outgoing:
    """What was understood, with the buttons that decide."""
    has_remarks = remarks_of(found) is not None
    return views.preview(
        import_id, summary_of(found), file_name=file_name, has_remarks=has_remarks, language=language, board=board
    )


def _take(
    unit: Unit,
    desk: Desk,
    row: ImportRow,
    kind: Kind,
    verdict: Verdict,
    *,
    profiles_known: Mapping[int, Profile],
    now: datetime,
) -> None:
    if verdict.status in {Status.SAME, Status.WRONG}:
        return
    if kind is Kind.PARTICIPANTS:
        subject, key = "participant", _participant(unit, row.edition_id, verdict, now=now)
    else:
        subject, key = "person", _person(unit, row.edition_id, kind, verdict, profiles_known=profiles_known, now=now)
    journal.write(
        unit,
        at=now,
        who=row.person_id,
        what="import.added" if verdict.target is None else "import.changed",
        subject=f"{subject}:{key}",
        details={
            "import": row.id,
            "row": verdict.row.number,
            "fields": sorted({*verdict.values, *verdict.profile}),
            "conflicts": list(verdict.conflicts),
        },
    )
    for participant_id in verdict.conflicts:
        if profiles.declare(unit, key, participant_id, reason=DECLARED_IN_A_FILE, now=now):
            offering.let_go(unit, desk, key, participant_id, now=now, by=row.person_id)


def _participant(unit: Unit, edition_id: int, verdict: Verdict, *, now: datetime) -> int:
    if verdict.target is None:
        return editions.add_participant(unit, edition_id=edition_id, **verdict.values)
    editions.update_participant(unit, verdict.target, **verdict.values)
    if "type" in verdict.values:
        scores.participant_changed(unit, verdict.target, now=now)
    return verdict.target


def _person(
    unit: Unit,
    edition_id: int,
    kind: Kind,
    verdict: Verdict,
    *,
    profiles_known: Mapping[int, Profile],
    now: datetime,
) -> int:
    key = verdict.target
    if key is None:
        key = people.add_person(unit, edition_id=edition_id, role=ROLES[kind], now=now, **verdict.values)
    elif verdict.values:
        people.update_person(unit, key, **verdict.values)
    if verdict.profile:
        there = profiles_known.get(key, Profile(key))
        profiles.save(unit, replace(there, **verdict.profile))
    return key
