"""Score sheets: what each contact that was sent says, as the table that is scored, and whether it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, and_, select

from scenarios.contact import Phase
from storage import schema
from storage.insert import insert_or_ignore_all, insert_or_replace_all
from storage.reviews import ReviewState
from storage.unit import Unit

if TYPE_CHECKING:
    from scoring.sheets import Sheet
    from scoring.table import Record

SENT = (Phase.SUBMITTED.value, Phase.LOCKED.value)
"""Phases of a contact whose report was sent."""
AT_ONCE = 500
"""Rows that are fetched together when a whole edition is read."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet to be kept."""

    contact_id: int
    edition_id: int
    participant_id: int
    counts: bool
    sheet: Sheet
    made_at: datetime


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A contact's sheet as it is kept."""

    contact_id: int
    counts: bool
    """False: void, or not sent any more; its answers are kept."""
    is_approved: bool
    data: Mapping[str, Any]
    """JSON values of ``scoring.sheets.Sheet``."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """A participant with the sheets of its contacts, in the order the contacts were begun."""

    participant_id: int
    type: str
    kept: tuple[KeptSheet, ...]

    @property
    def counted(self) -> tuple[KeptSheet, ...]:
        """Those that count."""
        return tuple(one for one in self.kept if one.counts)

    def records(self) -> list[Record]:
        """The records of those that count."""
        from scoring import sheets  # whoever only asks what lacks a sheet needs none of it

        return [
            record
            for one in self.counted
            for record in sheets.records_of(
                sheets.sheet_from_json(one.data),
                contact_id=one.contact_id,
                participant_id=self.participant_id,
                participant_type=self.type,
            )
        ]


table = schema.score_sheets
_contacts, _tasks, _places, _reviews = schema.contacts, schema.assignments, schema.participants, schema.reviews


def save(unit: Unit, row: SheetRow) -> None:
    """The sheet of a contact is this now."""
    insert_or_replace_all(unit, table, [_values(row)], key="contact_id", replaces=("counts", "records", "made_at"))


def add(unit: Unit, rows: Sequence[SheetRow]) -> None:
    """Keep sheets of contacts that have none; where there is one by now, that one stays."""
    insert_or_ignore_all(unit, table, [_values(row) for row in rows])


def of_contact(unit: Unit, contact_id: int) -> KeptSheet | None:
    """The sheet of a contact."""
    row = unit.execute(_rows().where(table.c.contact_id == contact_id)).one_or_none()
    return None if row is None else _kept(row)


def of_participant(unit: Unit, participant_id: int) -> Sheets | None:
    """The sheets of a participant, also of one that has none yet; None where there is no such participant."""
    return next(iter(of_participants(unit, [participant_id])), None)


def of_participants(unit: Unit, participant_ids: Iterable[int]) -> list[Sheets]:
    """The sheets of some participants, in the order of ids."""
    ids = sorted(participant_ids)
    places = select(_places.c.id, _places.c.type).where(_places.c.id.in_(ids)).order_by(_places.c.id)
    rows = _rows().where(table.c.participant_id.in_(ids))
    kept: dict[int, list[KeptSheet]] = {}
    for row in unit.execute(rows.order_by(table.c.contact_id)):
        kept.setdefault(row.participant_id, []).append(_kept(row))
    return [Sheets(row.id, row.type, tuple(kept.get(row.id, ()))) for row in unit.execute(places)]


def records_of(unit: Unit, participant_id: int) -> list[Record]:
    """The records that count of a participant."""
    found = of_participant(unit, participant_id)
    return [] if found is None else found.records()


def stream(unit: Unit, edition_id: int) -> Iterator[Sheets]:
    """Every participant of an edition that has a sheet, one after the other; memory holds a few hundred sheets."""
    rows = (
        _rows(_places.c.type)
        .join(_places, _places.c.id == table.c.participant_id)
        .where(table.c.edition_id == edition_id)
        .order_by(table.c.participant_id, table.c.contact_id)
        .execution_options(yield_per=AT_ONCE)
    )
    for participant_id, group in groupby(unit.execute(rows), key=lambda row: int(row.participant_id)):
        every = list(group)
        yield Sheets(participant_id, every[0].type, tuple(_kept(row) for row in every))


def next_participants(unit: Unit, edition_id: int, *, after: int, limit: int) -> list[int]:
    """The next participants of an edition in the order of ids, that one not included."""
    query = select(_places.c.id).where(_places.c.edition_id == edition_id, _places.c.id > after)
    return [int(each) for each in unit.execute(query.order_by(_places.c.id).limit(limit)).scalars()]


def without_sheet(unit: Unit, participant_ids: Iterable[int]) -> list[int]:
    """Contacts at some participants that were sent and have no sheet yet."""
    query = _lacking(select(_contacts.c.id)).where(_tasks.c.participant_id.in_(list(participant_ids)))
    return [int(each) for each in unit.execute(query.order_by(_contacts.c.id)).scalars()]


def editions_behind(unit: Unit) -> list[int]:
    """Editions with contacts that were sent and have no sheet yet."""
    query = _lacking(select(_tasks.c.edition_id)).distinct().order_by(_tasks.c.edition_id)
    return [int(each) for each in unit.execute(query).scalars()]


def hold(unit: Unit, participant_ids: Iterable[int]) -> None:
    """Keep other processes from settling the scores of these participants until this unit is committed."""
    query = select(_places.c.id).where(_places.c.id.in_(list(participant_ids))).order_by(_places.c.id)
    unit.execute(query.with_for_update(key_share=True)).all()


def _lacking(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(_contacts)
        .join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
        .outerjoin(table, table.c.contact_id == _contacts.c.id)
        .where(_contacts.c.phase.in_(SENT), table.c.contact_id.is_(None))
    )


def _rows(*more: Any) -> Select[Any]:  # noqa: ANN401 - columns
    is_approved = and_(_reviews.c.state.is_not(None), _reviews.c.state == ReviewState.APPROVED.value)
    return (
        select(
            table.c.participant_id,
            table.c.contact_id,
            table.c.counts,
            table.c.records,
            is_approved.label("is_approved"),
            *more,
        )
        .select_from(table)
        .outerjoin(_reviews, _reviews.c.contact_id == table.c.contact_id)
    )


def _kept(row: Row[Any]) -> KeptSheet:
    return KeptSheet(int(row.contact_id), bool(row.counts), bool(row.is_approved), row.records)


def _values(row: SheetRow) -> dict[str, object]:
    from scoring import sheets

    whose = {"contact_id": row.contact_id, "edition_id": row.edition_id, "participant_id": row.participant_id}
    return {**whose, "counts": row.counts, "records": sheets.sheet_to_json(row.sheet), "made_at": row.made_at}
