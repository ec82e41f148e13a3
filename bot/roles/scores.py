"""Scores in the database: the rubric an edition goes by, what contacts say, what a participant comes to, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.jobs import put_rescore, put_score
from bot.talk import Desk, in_edition
from scenarios.contact import Contact, Path
from scenarios.route import route
from scoring.marks import explain
from scoring.results import Explained
from scoring.rubric import Rubric
from scoring.rubric_loader import load
from scoring.sheets import Decided, Sheet, as_sent, letter_at, sheet_of
from storage import (
    assignments,
    contacts,
    disagreements,
    editions,
    journal,
    queries,
    reviews,
    rubrics,
    score_sheets,
    suggestions,
)
from storage.database import Unit
from storage.reviews import ReviewState


class UnknownRubric(LookupError):
    """No published rubric has that version."""


# The rubric ---------------------------------------------------------------------------------------------------------


def version_of(unit: Unit, edition_id: int) -> str | None:
    """The version of the rubric an edition goes by; None: none was chosen, and the usual one is not published."""
    edition = editions.edition(unit, edition_id)
    chosen = None if edition is None else edition.rubric_version
    return chosen or rubrics.newest(unit, rubrics.USUAL)


def rubric(unit: Unit, desk: Desk, version: str) -> Rubric:
    """The rubric of a version, read once. Raises UnknownRubric."""
    known = desk.rubrics.get(version)
    if known is not None:
        return known
    source = rubrics.source(unit, version)
    if source is None:
        raise UnknownRubric(version)
    found = load(source, filename=version)
    desk.rubrics[version] = found
    return found


def rubric_of(unit: Unit, desk: Desk, edition_id: int) -> Rubric | None:
    """The rubric an edition goes by."""
    version = version_of(unit, edition_id)
    return None if version is None else rubric(unit, desk, version)


def choose_rubric(unit: Unit, edition_id: int, version: str | None, *, now: datetime, by: int | None) -> None:
    """Let an edition go by another rubric (None: the usual one) from now on: all its standings are computed anew.

    Raises UnknownRubric, and LookupError where there is no such edition.
    """
    if version is not None and rubrics.source(unit, version) is None:
        raise UnknownRubric(version)
    before = version_of(unit, edition_id)
    editions.update_edition(unit, edition_id, rubric_version=version)
    details = {"before": before, "after": version_of(unit, edition_id)}
    journal.write(unit, at=now, who=by, what="rubric.chosen", subject=f"edition:{edition_id}", details=details)
    put_rescore(unit, edition_id, now=now)


def rubric_published(unit: Unit, name: str, *, now: datetime) -> None:
    """A rubric has a new version: editions that go by the newest one are computed anew."""
    if name == rubrics.USUAL:
        for edition in editions.editions(unit):
            if edition.rubric_version is None:
                put_rescore(unit, edition.id, now=now)


# Why ----------------------------------------------------------------------------------------------------------------


def explained(unit: Unit, desk: Desk, participant_id: int) -> Explained | None:
    """Everything about a participant's score, down to the answers; None where nothing of it counts."""
    participant = editions.participant(unit, participant_id)
    by = None if participant is None else rubric_of(unit, desk, participant.edition_id)
    records = score_sheets.records_of(unit, participant_id)
    return explain(by, str(participant_id), records) if by is not None and records else None


# What a contact says ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reported:
    """What the sheet of a contact follows from. ``contact`` is as it was when its report was last sent."""

    contact: Contact
    scenario_version: str
    edition_id: int
    participant_id: int
    letter: str
    zone: ZoneInfo
    decided: Mapping[Path, Decided]
    counts: bool
    """False: it is void."""
    is_approved: bool


def reported(unit: Unit, desk: Desk, contact_id: int) -> Reported | None:
    """What is known of a contact; None where there is none, or its report was never sent."""
    row = contacts.load(unit, contact_id, lock=False)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    last = None if row is None else row.contact.submitted_revision
    if row is None or task is None or last is None:
        return None
    contact = row.contact
    if contact.revision > last:
        contact = as_sent(contact, contacts.revisions(unit, contact_id))
    jurors = reviews.jurors_at(unit, task.participant_id)
    found = reviews.review(unit, contact_id)
    state = None if found is None else found.state
    return Reported(
        contact=contact,
        scenario_version=row.scenario_version,
        edition_id=task.edition_id,
        participant_id=task.participant_id,
        letter=letter_at(jurors.index(row.person_id)),
        zone=in_edition(unit, desk, task.edition_id).zone,
        decided=decided_about(unit, contact_id, edition_id=task.edition_id, participant_id=task.participant_id),
        counts=row.phase.value in score_sheets.SENT and state is not ReviewState.VOID,
        is_approved=state is ReviewState.APPROVED,
    )


def sheet(unit: Unit, desk: Desk, one: Reported) -> Sheet:
    """The sheet of a contact."""
    scenario = desk.scripts.version(unit, one.scenario_version)
    way = route(scenario, one.contact)
    return sheet_of(scenario, one.contact, way, letter=one.letter, zone=one.zone, decided=one.decided)


def decided_about(unit: Unit, contact_id: int, *, edition_id: int, participant_id: int) -> Mapping[Path, Decided]:
    """What people decided that answers of a contact count as. A later line holds over those before it."""
    whose = {"participant_id": participant_id}
    every: dict[tuple[int, Path], Decided] = {
        **suggestions.decided(unit, edition_id, **whose),
        **disagreements.decided(unit, edition_id, **whose),
        **queries.decided(unit, edition_id, **whose),
    }
    return {path: value for (contact, path), value in every.items() if contact == contact_id}


# Computed anew ------------------------------------------------------------------------------------------------------


def participant_changed(unit: Unit, participant_id: int, *, now: datetime) -> None:
    """Something that a score depends on is different with a participant: its standing is computed anew."""
    found = score_sheets.of_participant(unit, participant_id)
    if found is not None and found.kept:
        put_score(unit, found.kept[-1].contact_id, now=now)
