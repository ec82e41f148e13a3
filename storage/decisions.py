"""Decisions on licences: what was decided, on which grounds, by whom, and whether it was revoked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select, update

from storage import schema
from storage.insert import insert_row
from storage.unit import Unit


class Granted(StrEnum):
    """What is decided."""

    GRANT = "grant"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``grounds`` holds the proposal it was made on, the votes, and an organizer's words."""

    id: int
    edition_id: int
    participant_id: int
    voting_id: int | None
    verdict: Granted
    grounds: Mapping[str, Any]
    rubric_version: str
    decided_by: int
    decided_at: datetime
    revoked_by: int | None
    revoked_at: datetime | None
    revoked_because: str | None

    @property
    def stands(self) -> bool:
        """Whether it was not revoked."""
        return self.revoked_at is None


table = schema.decisions
_ALL = tuple(table.c[field.name] for field in fields(Decision))


def decide(
    unit: Unit,
    *,
    edition_id: int,
    participant_id: int,
    voting_id: int | None,
    verdict: Granted,
    grounds: Mapping[str, Any],
    rubric_version: str,
    decided_by: int,
    now: datetime,
) -> int:
    """Keep a decision; returns its id. Who calls makes sure that none stands."""
    whose = {"edition_id": edition_id, "participant_id": participant_id, "voting_id": voting_id}
    what = {"verdict": verdict.value, "grounds": dict(grounds), "rubric_version": rubric_version}
    return insert_row(unit, table, {**whose, **what, "decided_by": decided_by, "decided_at": now})


def decision(unit: Unit, decision_id: int) -> Decision | None:
    """The decision of that id."""
    row = unit.execute(select(*_ALL).where(table.c.id == decision_id)).one_or_none()
    return None if row is None else _decision(row)


def of_participant(unit: Unit, participant_id: int) -> list[Decision]:
    """Every decision on a participant, the last first."""
    query = select(*_ALL).where(table.c.participant_id == participant_id).order_by(table.c.id.desc())
    return [_decision(row) for row in unit.execute(query)]


def newest_by_participant(unit: Unit, edition_id: int) -> dict[int, Decision]:
    """The last decision on each participant of an edition on whom there was one, revoked or not."""
    last = select(func.max(table.c.id)).where(table.c.edition_id == edition_id).group_by(table.c.participant_id)
    return {row.participant_id: _decision(row) for row in unit.execute(select(*_ALL).where(table.c.id.in_(last)))}


def revoke(unit: Unit, decision_id: int, *, by: int, because: str, now: datetime) -> bool:
    """Revoke a decision; ``False`` if it does not stand."""
    query = update(table).where(table.c.id == decision_id, table.c.revoked_at.is_(None))
    return unit.execute(query.values(revoked_by=by, revoked_at=now, revoked_because=because)).rowcount == 1


def _decision(row: Row[Any]) -> Decision:
    return Decision(**{**row._asdict(), "verdict": Granted(row.verdict)})
