"""What the rater suggests about single answers, and what a person decided on each. Nothing else of it ever counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, case, func, or_, select, update

from storage import schema
from storage.insert import insert_or_ignore
from storage.scope import Scope
from storage.unit import Unit


class SuggestionState(StrEnum):
    """What became of a text."""

    READY = "ready"
    """There is a verdict; it may be that there is too little to go by."""
    WITHHELD = "withheld"
    """Nothing was sent: the text looks like an instruction to the rater."""
    VOIDED = "voided"
    """The answer did not stand a check."""
    REFUSED = "refused"
    """The model gave no answer."""


class Decision(StrEnum):
    """What a person decided."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    """Another level, or one where none was suggested."""
    REJECTED = "rejected"
    """The juror's own answer stays."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One criterion of one contact. ``path`` is of the answer it is about, ``masked`` what left this machine.

    ``settled_at``: since when it is about texts that are not there any more.
    """

    id: int
    edition_id: int
    contact_id: int
    path: str
    criterion: str
    state: SuggestionState
    content_key: str
    masked: str
    verdict: Mapping[str, Any] | None
    problem: str | None
    model: str | None
    prompt_version: str | None
    tokens_in: int | None
    tokens_out: int | None
    cost: float | None
    created_at: datetime
    settled_at: datetime | None
    decision: Decision | None
    decided_level: str | None
    decided_by: int | None
    decided_at: datetime | None

    @property
    def level(self) -> str | None:
        """The suggested level; None: there is none."""
        level: str | None = None if self.verdict is None else self.verdict.get("level")
        return level


@dataclass(frozen=True, slots=True)
class Rates:
    """How often people agreed with the rater about a criterion."""

    confirmed: int = 0
    changed: int = 0
    rejected: int = 0
    waiting: int = 0

    @property
    def decided(self) -> int:
        """All that were decided."""
        return self.confirmed + self.changed + self.rejected


table = schema.suggestions
_ALL = tuple(table.c[one.name] for one in fields(Suggestion))
_contacts, _tasks = schema.contacts, schema.assignments
_REVISIONS = schema.answer_revisions


def add(
    unit: Unit,
    *,
    edition_id: int,
    contact_id: int,
    path: str,
    criterion: str,
    state: SuggestionState,
    content_key: str,
    now: datetime,
    known: Mapping[str, object] = MappingProxyType({}),
) -> bool:
    """Keep a suggestion; False where there is one about the same texts. ``known``: further fields of it."""
    whose = {"edition_id": edition_id, "contact_id": contact_id, "path": path, "criterion": criterion}
    what = {"state": state.value, "content_key": content_key, "masked": "", "created_at": now}
    unknown = dict.fromkeys(("verdict", "problem", "model", "prompt_version", "tokens_in", "tokens_out", "cost"))
    return insert_or_ignore(unit, table, {**unknown, **whose, **what, **known})


def suggestion(unit: Unit, suggestion_id: int, *, lock: bool = False) -> Suggestion | None:
    """The suggestion of that id; ``lock`` keeps other processes' units from it until this one is committed."""
    query = select(*_ALL).where(table.c.id == suggestion_id)
    row = unit.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _value(row)


def of_contact(unit: Unit, contact_id: int) -> list[Suggestion]:
    """Those about texts of a contact that are there still, in order of answers."""
    query = select(*_ALL).where(table.c.contact_id == contact_id, table.c.settled_at.is_(None)).order_by(table.c.id)
    return [_value(row) for row in unit.execute(query)]


def keys(unit: Unit, contact_id: int) -> set[tuple[str, str]]:
    """Answers and texts of a contact that have a suggestion already, by path and content key."""
    query = select(table.c.path, table.c.content_key).where(table.c.contact_id == contact_id)
    return {(row.path, row.content_key) for row in unit.execute(query)}


def keep_current(unit: Unit, contact_id: int, current: Collection[tuple[str, str]], *, now: datetime) -> None:
    """Suggestions about other texts than those are past; the ones about those are not (any more)."""
    query = select(table.c.id, table.c.path, table.c.content_key, table.c.settled_at)
    for row in unit.execute(query.where(table.c.contact_id == contact_id)).all():
        is_past = (row.path, row.content_key) not in current
        if is_past == (row.settled_at is None):
            at = now if is_past else None
            unit.execute(update(table).where(table.c.id == row.id).values(settled_at=at))


def next_waiting(unit: Unit, scope: Scope, *, after: int = 0, contact_id: int | None = None) -> Suggestion | None:
    """The next one within a scope that waits for a decision, perhaps of one contact; begins again at the end."""
    found = _waiting(select(*_ALL), scope)
    if contact_id is not None:
        found = found.where(table.c.contact_id == contact_id)
    for query in (found.where(table.c.id > after), found):
        row = unit.execute(query.order_by(table.c.id).limit(1)).one_or_none()
        if row is not None:
            return _value(row)
    return None


def waiting(unit: Unit, scope: Scope, *, contact_id: int | None = None) -> int:
    """How many within a scope wait for a decision."""
    query = _waiting(select(func.count()).select_from(table), scope)
    if contact_id is not None:
        query = query.where(table.c.contact_id == contact_id)
    return int(unit.execute(query).scalar_one())


def decide(
    unit: Unit, suggestion_id: int, decision: Decision | None, *, level: str | None, by: int | None, now: datetime
) -> None:
    """Keep what a person decided; None: nothing is decided any more."""
    at = None if decision is None else now
    what = None if decision is None else decision.value
    values = {"decision": what, "decided_level": level, "decided_by": by, "decided_at": at}
    unit.execute(update(table).where(table.c.id == suggestion_id).values(values))


def decided(unit: Unit, edition_id: int, *, participant_id: int | None = None) -> Mapping[tuple[int, str], str | int]:
    """Levels that hold instead of the juror's own, by contact and path: what people decided, the last one counts."""
    query = select(table.c.contact_id, table.c.path, table.c.decided_level).where(
        table.c.edition_id == edition_id, table.c.decision.is_not(None)
    )
    if participant_id is not None:
        query = (
            query.join(_contacts, _contacts.c.id == table.c.contact_id)
            .join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
            .where(_tasks.c.participant_id == participant_id)
        )
    found: dict[tuple[int, str], str | int] = {}
    for row in unit.execute(query.order_by(table.c.decided_at, table.c.id)):
        level = row.decided_level
        if level is None:  # rejected: the juror's own answer holds again
            found.pop((row.contact_id, row.path), None)
        else:
            found[row.contact_id, row.path] = int(level) if level.isdecimal() else level
    return found


def reopen_changed(unit: Unit, contact_id: int, *, since_revision: int) -> list[Suggestion]:
    """Take back decisions on answers that the juror gave anew after a revision: the new answer holds. Those they were.

    The new answers are those of the report that is sent now.
    """
    anew = select(_REVISIONS.c.path).where(
        _REVISIONS.c.contact_id == contact_id, _REVISIONS.c.revision > since_revision
    )
    query = select(*_ALL).where(table.c.contact_id == contact_id, table.c.decision.is_not(None), table.c.path.in_(anew))
    found = [_value(row) for row in unit.execute(query.order_by(table.c.id))]
    for one in found:
        decide(unit, one.id, None, level=None, by=None, now=one.created_at)
    return found


def rates(unit: Unit, edition_id: int) -> dict[str, Rates]:
    """How people decided, by criterion."""
    columns = [func.sum(case((table.c.decision == each.value, 1), else_=0)).label(each.value) for each in Decision]
    is_waiting = table.c.decision.is_(None) & table.c.settled_at.is_(None)
    query = (
        select(table.c.criterion, *columns, func.sum(case((is_waiting, 1), else_=0)).label("waiting"))
        .where(table.c.edition_id == edition_id, table.c.state == SuggestionState.READY.value)
        .group_by(table.c.criterion)
        .order_by(table.c.criterion)
    )
    return {
        row.criterion: Rates(int(row.confirmed), int(row.changed), int(row.rejected), int(row.waiting))
        for row in unit.execute(query)
    }


def _waiting(query: Select[Any], scope: Scope) -> Select[Any]:
    found = query.where(
        table.c.edition_id == scope.edition_id, table.c.decision.is_(None), table.c.settled_at.is_(None)
    )
    if scope.coordinator_id is None:
        return found
    found = found.join(_contacts, _contacts.c.id == table.c.contact_id)
    found = found.join(_tasks, _tasks.c.id == _contacts.c.assignment_id)
    return found.where(or_(_tasks.c.coordinator_id.is_(None), _tasks.c.coordinator_id == scope.coordinator_id))


def _value(row: Row[Any]) -> Suggestion:
    decision = None if row.decision is None else Decision(row.decision)
    return Suggestion(**{**row._asdict(), "state": SuggestionState(row.state), "decision": decision})
