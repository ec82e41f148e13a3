"""Items on which two jurors disagree, what became of each, and which pairs of contacts were compared at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, update

from scenarios.contact import Phase
from scenarios.model import Mode
from storage import schema
from storage.insert import insert_or_ignore
from storage.reviews import ReviewState
from storage.scope import Scope
from storage.unit import Unit


class DisagreementState(StrEnum):
    """How far a disagreement is."""

    FOUND = "found"
    """Nobody was asked again yet."""
    ASKED = "asked"
    """Both jurors look at the question once more, neither knowing of the other."""
    TO_DECIDE = "to_decide"
    THIRD = "third"
    """A third juror makes the contact."""
    SETTLED = "settled"


class How(StrEnum):
    """How a disagreement was settled, as it stands in ``Disagreement.settled``."""

    AGREED = "agreed"
    """Asked again, the jurors agree."""
    GONE = "gone"
    """One of the two answers is no more: there is nothing to compare."""
    VOID = "void"
    """One of the two contacts does not count."""
    THIRD = "third"
    FIRST = "first"
    SECOND = "second"
    BOTH = "both"
    """Both answers stand."""


COMPARED = "compared"
"""State of the row, with an empty path, that a compared pair of contacts has."""


class Which(StrEnum):
    """A part of the list."""

    TO_DECIDE = "to_decide"
    WAITING = "waiting"
    """Jurors are asked: both again, or a third one."""
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One item of two contacts. ``found``: ``item``, the marks ``first`` and ``second`` as they were, ``third_slot``.

    ``settled``: ``how`` (``How``), ``value`` (the mark that holds for both contacts; missing or None: each keeps its
    own), ``why``.
    """

    id: int
    edition_id: int
    participant_id: int
    path: str
    first_contact_id: int
    second_contact_id: int
    third_contact_id: int | None
    state: DisagreementState
    found: Mapping[str, Any]
    settled: Mapping[str, Any] | None
    answer_by: datetime | None
    found_at: datetime
    settled_at: datetime | None
    settled_by: int | None

    @property
    def third_slot(self) -> int | None:
        """The planned contact of a third juror."""
        slot: int | None = self.found.get("third_slot")
        return slot

    @property
    def how(self) -> How | None:
        """How it was settled."""
        return None if self.settled is None else How(self.settled["how"])


@dataclass(frozen=True, slots=True)
class DisagreementLine:
    """A line of the list."""

    id: int
    participant: str
    mode: Mode
    item: str
    state: DisagreementState
    how: How | None
    answer_by: datetime | None
    found_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """Two contacts that were compared: the items on which their first answers agreed, and those on which not."""

    scenario: str
    mode: Mode
    agreed: tuple[str, ...]
    differed: tuple[str, ...]


table = schema.disagreements
_ALL = tuple(table.c[field.name] for field in fields(Disagreement))
_contacts, _tasks, _places, _reviews = schema.contacts, schema.assignments, schema.participants, schema.reviews
_SENT = (Phase.SUBMITTED.value, Phase.LOCKED.value)
_IN_PART: Mapping[Which, tuple[DisagreementState, ...]] = {
    Which.TO_DECIDE: (DisagreementState.TO_DECIDE,),
    Which.WAITING: (DisagreementState.FOUND, DisagreementState.ASKED, DisagreementState.THIRD),
    Which.SETTLED: (DisagreementState.SETTLED,),
}


# Pairs --------------------------------------------------------------------------------------------------------------


def counts_for(unit: Unit, contact_id: int) -> bool:
    """Whether a contact was sent and counts."""
    query = select(_contacts.c.id).where(_contacts.c.id == contact_id)
    return unit.execute(_counting(query)).first() is not None


def rivals(unit: Unit, contact_id: int) -> list[int]:
    """Contacts that count, made by other jurors at the same participant in the same mode by the same script."""
    mine = (
        select(_contacts.c.person_id, _tasks.c.participant_id, _tasks.c.mode, _tasks.c.scenario)
        .join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
        .where(_contacts.c.id == contact_id)
        .subquery()
    )
    query = (
        select(_contacts.c.id)
        .join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
        .join(
            mine,
            (mine.c.participant_id == _tasks.c.participant_id)
            & (mine.c.mode == _tasks.c.mode)
            & (mine.c.scenario == _tasks.c.scenario)
            & (mine.c.person_id != _contacts.c.person_id),
        )
        .order_by(_contacts.c.id)
    )
    return [int(each) for each in unit.execute(_counting(query)).scalars()]


def note_pair(
    unit: Unit,
    first: int,
    second: int,
    *,
    edition_id: int,
    participant_id: int,
    items: Mapping[str, bool],
    now: datetime,
) -> None:
    """Two contacts were compared: by path, whether they agree. What was noted of an item before stays."""
    rows = of_pair(unit, first, second, is_pair=True)
    known: Mapping[str, bool] = rows[0].found["items"] if rows else {}
    found = {"items": {**items, **known}}
    if rows:
        if found["items"] != known:
            change(unit, rows[0].id, found=found)
        return
    whose = {"edition_id": edition_id, "participant_id": participant_id}
    _add(unit, first, second, path="", state=COMPARED, found=found, now=now, **whose)


def pairs(unit: Unit, scope: Scope) -> list[ComparedPair]:
    """The compared pairs within a scope; those of a contact that does not count left out."""
    void = select(_reviews.c.contact_id).where(_reviews.c.state == ReviewState.VOID.value)
    query = (
        select(_tasks.c.scenario, _tasks.c.mode, table.c.found)
        .join(_contacts, _contacts.c.id == table.c.first_contact_id)
        .join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
        .where(table.c.state == COMPARED)
        .where(table.c.first_contact_id.not_in(void), table.c.second_contact_id.not_in(void))
        .order_by(table.c.id)
    )
    found = []
    for row in unit.execute(_within(query, scope)):
        items: Mapping[str, bool] = row.found["items"]
        agreed = tuple(path for path, is_agreed in items.items() if is_agreed)
        differed = tuple(path for path, is_agreed in items.items() if not is_agreed)
        found.append(ComparedPair(row.scenario, Mode(row.mode), agreed, differed))
    return found


# Disagreements ------------------------------------------------------------------------------------------------------


def add(
    unit: Unit,
    first: int,
    second: int,
    path: str,
    *,
    edition_id: int,
    participant_id: int,
    found: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Two contacts disagree on an item; ``False`` where that is known."""
    state, whose = DisagreementState.FOUND.value, {"edition_id": edition_id, "participant_id": participant_id}
    return _add(unit, first, second, path=path, state=state, found=found, now=now, **whose)


def disagreement(unit: Unit, disagreement_id: int, *, lock: bool = False) -> Disagreement | None:
    """The disagreement; ``lock`` keeps other processes' units from it until this one is committed."""
    query = select(*_ALL).where(table.c.id == disagreement_id, table.c.path != "")
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _value(row)


def of_pair(unit: Unit, first: int, second: int, *, is_pair: bool = False) -> list[Disagreement]:
    """The disagreements of two contacts (the lower id first); ``is_pair``: the row of the pair itself instead."""
    query = select(*_ALL).where(table.c.first_contact_id == first, table.c.second_contact_id == second)
    query = query.where(table.c.path == "" if is_pair else table.c.path != "")
    return [_value(row) for row in unit.execute(query.order_by(table.c.id))]


def of_contact(unit: Unit, contact_id: int) -> list[Disagreement]:
    """The disagreements a contact has a part in, as one of the two or as the third."""
    columns = (table.c.first_contact_id, table.c.second_contact_id, table.c.third_contact_id)
    query = select(*_ALL).where(or_(*(column == contact_id for column in columns)), table.c.path != "")
    return [_value(row) for row in unit.execute(query.order_by(table.c.id))]


def of_third_slot(unit: Unit, participant_id: int, slot_id: int) -> list[Disagreement]:
    """The disagreements for which a planned contact of a third juror was made."""
    query = select(*_ALL).where(table.c.participant_id == participant_id, table.c.path != "").order_by(table.c.id)
    return [found for found in map(_value, unit.execute(query)) if found.third_slot == slot_id]


def third_slots(unit: Unit, participant_id: int) -> frozenset[int]:
    """The planned contacts that were made only to decide between two others at a participant."""
    query = select(table.c.found).where(table.c.participant_id == participant_id, table.c.path != "")
    found = (row.get("third_slot") for row in unit.execute(query).scalars())
    return frozenset(slot for slot in found if slot is not None)


def jurors_in(unit: Unit, participant_id: int, slot_id: int) -> frozenset[int]:
    """The jurors between whom that planned contact is to decide; none of them can make it."""
    rows = of_third_slot(unit, participant_id, slot_id)
    of_them = {contact for row in rows for contact in (row.first_contact_id, row.second_contact_id)}
    query = select(_contacts.c.person_id).where(_contacts.c.id.in_(of_them))
    return frozenset(unit.execute(query).scalars()) if of_them else frozenset()


def change(unit: Unit, disagreement_id: int, **values: object) -> None:
    """Give fields of ``Disagreement`` new values. Raises ``LookupError``."""
    if unit.execute(update(table).where(table.c.id == disagreement_id).values(values)).rowcount != 1:
        raise LookupError(f"there is no disagreement {disagreement_id}")


def settle(
    unit: Unit,
    disagreement_id: int,
    how: How,
    *,
    now: datetime,
    value: bool | int | None = None,
    by: int | None = None,
    why: str | None = None,
) -> None:
    """A disagreement is over; no answer is changed by that."""
    settled = {"how": how.value, "value": value, "why": why}
    state = DisagreementState.SETTLED.value
    change(unit, disagreement_id, state=state, settled=settled, settled_at=now, settled_by=by, answer_by=None)


def reopen(unit: Unit, disagreement_id: int, state: DisagreementState, **values: object) -> None:
    """It is not settled any more."""
    change(unit, disagreement_id, state=state.value, settled=None, settled_at=None, settled_by=None, **values)


def counts(unit: Unit, scope: Scope) -> Mapping[Which, int]:
    """How many there are in each part of the list that somebody sees."""
    query = _within(select(func.count()).select_from(table), scope)
    return {which: int(unit.execute(query.where(_is_in(which))).scalar_one()) for which in Which}


def listed(unit: Unit, scope: Scope, which: Which, *, limit: int, offset: int = 0) -> list[DisagreementLine]:
    """A part of the list, what was found first first; of what is settled the last first."""
    names = ("id", "path", "state", "settled", "found", "answer_by", "found_at", "settled_at")
    query = (
        select(*(table.c[name] for name in names), _places.c.short_name, _tasks.c.mode)
        .join(_contacts, _contacts.c.id == table.c.first_contact_id)
        .join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
    )
    order = (table.c.settled_at.desc(), table.c.id.desc()) if which is Which.SETTLED else (table.c.id,)
    query = _within(query, scope).where(_is_in(which)).order_by(*order).limit(limit).offset(offset)
    return [
        DisagreementLine(
            id=row.id,
            participant=row.short_name,
            mode=Mode(row.mode),
            item=str(row.found.get("item") or row.path),
            state=DisagreementState(row.state),
            how=None if row.settled is None else How(row.settled["how"]),
            answer_by=row.answer_by,
            found_at=row.found_at,
            settled_at=row.settled_at,
        )
        for row in unit.execute(query)
    ]


def decided(unit: Unit, edition_id: int, *, participant_id: int | None = None) -> Mapping[tuple[int, str], bool | int]:
    """Marks that hold instead of the juror's own, by contact and path: what was settled between two jurors."""
    query = select(table.c.first_contact_id, table.c.second_contact_id, table.c.path, table.c.settled)
    query = query.where(table.c.edition_id == edition_id, table.c.settled.is_not(None), table.c.path != "")
    if participant_id is not None:
        query = query.where(table.c.participant_id == participant_id)
    found: dict[tuple[int, str], bool | int] = {}
    for row in unit.execute(query.order_by(table.c.settled_at, table.c.id)):
        value = row.settled.get("value")
        if value is not None:
            found[row.first_contact_id, row.path] = value
            found[row.second_contact_id, row.path] = value
    return found


def _add(
    unit: Unit,
    first: int,
    second: int,
    *,
    path: str,
    state: str,
    found: Mapping[str, Any],
    edition_id: int,
    participant_id: int,
    now: datetime,
) -> bool:
    whose = {"edition_id": edition_id, "participant_id": participant_id, "path": path}
    which = {"first_contact_id": first, "second_contact_id": second, "state": state, "found": dict(found)}
    ended = now if state == COMPARED else None  # the pair itself waits for nobody
    return insert_or_ignore(unit, table, {**whose, **which, "found_at": now, "settled_at": ended})


def _counting(query: Select[Any]) -> Select[Any]:
    void = select(_reviews.c.contact_id).where(_reviews.c.state == ReviewState.VOID.value)
    return query.where(_contacts.c.phase.in_(_SENT), _contacts.c.id.not_in(void))


def _within(query: Select[Any], scope: Scope) -> Select[Any]:
    within = query.join(_places, _places.c.id == table.c.participant_id).where(table.c.edition_id == scope.edition_id)
    if scope.coordinator_id is None:
        return within
    theirs = _places.c.coordinator_id
    return within.where(or_(theirs.is_(None), theirs == scope.coordinator_id))


def _is_in(which: Which) -> ColumnElement[bool]:
    return table.c.state.in_([state.value for state in _IN_PART[which]])


def _value(row: Row[Any]) -> Disagreement:
    state = DisagreementState.SETTLED if row.state == COMPARED else DisagreementState(row.state)
    return Disagreement(**{**row._asdict(), "state": state})
