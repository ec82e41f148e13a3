"""How rows lose what is personal in them: each kind of data its own way, with counts and hashes, never the content.

Which rows, and when, is known to ``storage.retention`` and ``storage.erasure``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, update

from scenarios.contact import ERASED
from scenarios.contact_json import dump_answer, dump_contact, load_answer, load_contact
from scenarios.engine.erasing import without_texts, without_words
from scenarios.model import Scenario
from storage import journal, schema
from storage.evidence import WAITING
from storage.insert import insert_row
from storage.queue import CLAIMED
from storage.unit import Unit

ERASED_WORD = "erased"
"""The word of the journal for data that was erased."""
_CODE = re.compile(r"[a-z0-9_]+")
"""A reason that was a button."""

ScenarioOf = Callable[[Unit, str], Scenario]
"""Gives the scenario of a published version."""


@dataclass(slots=True)
class Erased:
    """What was erased: how many of each thing, hashes of bytes that may go, and of rows as they were before."""

    counts: Counter[str] = field(default_factory=Counter)
    blobs: list[str] = field(default_factory=list)
    """SHA-256 of stored bytes nobody may need any more."""
    were: dict[str, str] = field(default_factory=dict)
    """SHA-256 of what stood in a row, by the row: proof that it was that, for whoever kept a copy."""

    def add(self, what: str, number: int) -> None:
        """So many more; nothing where it is none."""
        if number:
            self.counts[what] += number

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to erase."""
        return not self.counts


def begin(unit: Unit, kind: str, subject: str, *, who: int | None, now: datetime, details: Mapping[str, Any]) -> int:
    """Write down that something is about to be erased, in the same unit; returns the erasure's number."""
    values = {"at": now, "who": who, "kind": kind, "subject": subject, "details": dict(details)}
    return insert_row(unit, schema.erasures, values)


def prove(unit: Unit, erased: Erased, number: int, subject: str, *, who: int | None, now: datetime, kind: str) -> None:
    """Write into the journal what was erased: counts and hashes."""
    details = {"erasure": number, "kind": kind, "counts": dict(erased.counts)}
    details |= {"sha256": sorted(set(erased.blobs)), "were": erased.were}
    journal.write(unit, at=now, who=who, what=ERASED_WORD, subject=subject, details=details)


# Files --------------------------------------------------------------------------------------------------------------


def files(unit: Unit, ids: Collection[int], erased: Erased, *, now: datetime) -> None:
    """Evidence loses its bytes, its way back to the messenger, and what the file told; that there was one stays."""
    table = schema.evidence
    rows = unit.execute(select(table.c.id, table.c.sha256, table.c.copy_sha256, table.c.kind).where(_in(table, ids)))
    for row in rows.all():
        erased.add(row.kind, 1)
        erased.blobs += [each for each in (row.sha256, row.copy_sha256) if each is not None]
    told = dict.fromkeys(("latitude", "longitude", "device", "look", "captured_at"))
    gone: dict[str, Any] = {"sha256": None, "copy_sha256": None, "note": None, "ref": {}, "album": None}
    unit.execute(update(table).where(_in(table, ids)).values(**gone, **told, erased_at=now))


def being_deleted(unit: Unit, kind: str, hashes: Collection[str]) -> bool:
    """Whether a job of this kind, which deletes stored bytes, is at some of them just now.

    Whoever is to store bytes writes their names down first, commits, and asks this; whoever deletes has taken the job,
    committed, and then asks ``needed``. Whatever the order, one of them sees the other.
    """
    table = schema.jobs
    query = select(table.c.payload).where(table.c.kind == kind, table.c.state == CLAIMED)
    return any(not set(hashes).isdisjoint(row.payload["sha256"]) for row in unit.execute(query))


def needed(unit: Unit, hashes: Collection[str]) -> frozenset[str]:
    """Those of the hashes that evidence or an import still names, also where it waits to be fetched from our store."""
    found = _waited_for(unit, hashes)
    for column in (schema.evidence.c.sha256, schema.evidence.c.copy_sha256, schema.imports.c.sha256):
        found |= {str(each) for each in unit.execute(select(column).where(column.in_(hashes))).scalars()}
    return frozenset(found)


def _waited_for(unit: Unit, hashes: Collection[str]) -> set[str]:
    """Those that files still to be fetched are called by: what is sent through the web chat lies in our own store."""
    table = schema.evidence
    query = select(table.c.ref).where(table.c.status.in_([each.value for each in WAITING]))
    waiting = [json.dumps(row.ref) for row in unit.execute(query)]
    return {each for each in hashes if any(each in ref for ref in waiting)}


# Words --------------------------------------------------------------------------------------------------------------


def texts(
    unit: Unit, contact_ids: Sequence[int], erased: Erased, *, number: int, scenario_of: ScenarioOf, now: datetime
) -> None:
    """Contacts lose every word and place that somebody wrote or sent; numbers, choices and moments stay."""
    table = schema.contacts
    query = select(table.c.id, table.c.scenario_version, table.c.contact).where(_in(table, contact_ids))
    for row in unit.execute(query.with_for_update()).all():
        scenario = scenario_of(unit, row.scenario_version)
        left = without_texts(scenario, load_contact(row.contact))
        values = {"contact": dump_contact(left), "erased_at": now}
        unit.execute(update(table).where(table.c.id == row.id).values(values))
        erased.add("contacts", 1)
        erased.add("answers", _revisions(unit, row.id, scenario, number))
        erased.were[f"contact:{row.id}"] = _hash(row.contact)
    _notes(unit, contact_ids, erased, now)
    _around(unit, contact_ids, erased)


def _revisions(unit: Unit, contact_id: int, scenario: Scenario, number: int) -> int:
    table = schema.answer_revisions
    query = select(table.c.id, table.c.answer).where(table.c.contact_id == contact_id, table.c.erasure_id.is_(None))
    changed = []
    for row in unit.execute(query).all():
        left = without_words(scenario, load_answer(row.answer))
        if left is not None:
            changed.append({"row_id": row.id, "answer": dump_answer(left), "erasure_id": number})
    if changed:
        statement = update(table).where(table.c.id == bindparam("row_id"))
        unit.execute(statement.values(answer=bindparam("answer"), erasure_id=bindparam("erasure_id")), changed)
    return len(changed)


def _notes(unit: Unit, contact_ids: Sequence[int], erased: Erased, now: datetime) -> None:
    """Notes put aside, and what was written under pictures."""
    table = schema.evidence
    mine = table.c.contact_id.in_(contact_ids)
    unit.execute(update(table).where(mine, table.c.note.is_not(None), table.c.kind != "note").values(note=ERASED))
    aside = update(table).where(mine, table.c.kind == "note", table.c.erased_at.is_(None))
    erased.add("note", unit.execute(aside.values(note=ERASED, erased_at=now)).rowcount)


def _around(unit: Unit, contact_ids: Sequence[int], erased: Erased) -> None:
    """What others wrote about contacts: comments, reasons, queries, grounds of a decision; and prints of texts."""
    reviews, tasks, queries = schema.reviews, schema.assignments, schema.queries
    _blank(unit, erased, "comments", reviews.c.comment, reviews.c.contact_id.in_(contact_ids))
    its = select(schema.contacts.c.assignment_id).where(schema.contacts.c.id.in_(contact_ids))
    own_reasons(unit, tasks.c.id.in_(its), erased)
    about = queries.c.contact_id.in_(contact_ids)
    _blank(unit, erased, "queries", queries.c.text, about)
    _blank(unit, erased, "query_answers", queries.c.answer, about)
    differ = schema.disagreements
    of_theirs = or_(differ.c.first_contact_id.in_(contact_ids), differ.c.second_contact_id.in_(contact_ids))
    for row in unit.execute(
        select(differ.c.id, differ.c.settled).where(of_theirs, differ.c.settled.is_not(None))
    ).all():
        if row.settled.get("why"):
            settled = {**row.settled, "why": ERASED}
            unit.execute(update(differ).where(differ.c.id == row.id).values(settled=settled))
    prints = schema.text_prints
    unit.execute(delete(prints).where(prints.c.contact_id.in_(contact_ids)))


def own_reasons(unit: Unit, which: ColumnElement[bool], erased: Erased) -> None:
    """Why tasks were declined or do not count, where it was said in own words; codes stay."""
    table = schema.assignments
    query = select(table.c.id, table.c.reason).where(which, table.c.reason.is_not(None), table.c.reason != ERASED)
    own = [row.id for row in unit.execute(query).all() if _CODE.fullmatch(row.reason) is None]
    if own:
        erased.add("reasons", unit.execute(update(table).where(_in(table, own)).values(reason=ERASED)).rowcount)


def model(unit: Unit, suggestion_ids: Collection[int], call_ids: Collection[int], erased: Erased) -> None:
    """What a model was told and said: the level it suggested and what it cost stay."""
    table, calls = schema.suggestions, schema.model_calls
    rows = unit.execute(select(table.c.id, table.c.verdict).where(_in(table, suggestion_ids))).all()
    for row in rows:
        verdict = None if row.verdict is None else {**row.verdict, "quotes": [], "summary": ERASED}
        unit.execute(update(table).where(table.c.id == row.id).values(masked=ERASED, verdict=verdict))
    erased.add("suggestions", len(rows))
    gone = update(calls).where(_in(calls, call_ids), calls.c.answer.is_not(None))
    erased.add("model_answers", unit.execute(gone.values(answer=None)).rowcount)


# Chats, files, rest -------------------------------------------------------------------------------------------------


def bodies(unit: Unit, which: ColumnElement[bool], erased: Erased, *, now: datetime) -> None:
    """Messages lose their words and buttons, and are shown no more."""
    table = schema.messages
    gone = update(table).where(which, table.c.body.is_not(None)).values(body=None, hidden_at=now, board=None)
    erased.add("messages", unit.execute(gone).rowcount)


def broadcasts(unit: Unit, edition_id: int, erased: Erased) -> None:
    """Broadcasts of an edition lose their words; who got them stays."""
    table = schema.broadcasts
    _blank(unit, erased, "broadcasts", table.c.text, table.c.edition_id == edition_id)


def imported(unit: Unit, ids: Collection[int], erased: Erased) -> None:
    """Tables that were sent lose their bytes, their name and what was understood of them; how many rows stays."""
    table = schema.imports
    for row in unit.execute(select(table.c.id, table.c.sha256, table.c.found).where(_in(table, ids))).all():
        made = row.found.get("remarks") if isinstance(row.found, Mapping) else None
        remarks = [made["sha256"]] if isinstance(made, Mapping) and "sha256" in made else []
        erased.blobs += [each for each in (row.sha256, *remarks) if each is not None]
        erased.add("imports", 1)
        counts = row.found.get("written") if isinstance(row.found, Mapping) else None
        gone = {"sha256": None, "found": counts and {"written": counts}, "ref": {}, "file_name": ERASED}
        unit.execute(update(table).where(table.c.id == row.id).values(gone))


def parked(unit: Unit, ids: Collection[int], erased: Erased) -> None:
    """Updates that were parked lose what was sent; number, channel and the kind of problem stay."""
    table = schema.parked
    for row in unit.execute(select(table.c.id, table.c.raw, table.c.problem).where(_in(table, ids))).all():
        erased.were[f"parked:{row.id}"] = hashlib.sha256(row.raw).hexdigest()
        unit.execute(update(table).where(table.c.id == row.id).values(raw=b"", problem=_kind_of(row.problem)))
        erased.add("parked", 1)


def buried(unit: Unit, ids: Collection[int], erased: Erased) -> None:
    """Jobs that were given up lose what was to be sent; number, kind and the kind of problem stay."""
    table = schema.jobs
    for row in unit.execute(select(table.c.id, table.c.problem).where(_in(table, ids))).all():
        problem = None if row.problem is None else _kind_of(row.problem)
        unit.execute(update(table).where(table.c.id == row.id).values(payload={}, problem=problem, lock_key=None))
        erased.add("buried", 1)


def contact_persons(unit: Unit, edition_id: int, erased: Erased) -> None:
    """The participants' contact persons: name and e-mail, and who wrote the queries."""
    table, queries = schema.participants, schema.queries
    known = or_(table.c.contact_name != "", table.c.contact_email != "")
    gone = update(table).where(table.c.edition_id == edition_id, known).values(contact_name="", contact_email="")
    erased.add("contact_persons", unit.execute(gone).rowcount)
    _blank(unit, erased, "asked_by", queries.c.asked_by, queries.c.edition_id == edition_id)


def _blank(unit: Unit, erased: Erased, what: str, column: ColumnElement[Any], which: ColumnElement[bool]) -> None:
    table = column.table
    written = update(table).where(which, column.is_not(None), column != "", column != ERASED)
    erased.add(what, unit.execute(written.values({column.key: ERASED})).rowcount)


def _kind_of(problem: str) -> str:
    """The last line's kind of error, without what it said."""
    lines = [line for line in problem.strip().splitlines() if line.strip()]
    return lines[-1].partition(":")[0].strip() if lines else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _in(table: Any, ids: Iterable[int]) -> ColumnElement[bool]:  # noqa: ANN401 - any table with an id
    found: ColumnElement[bool] = table.c.id.in_(list(ids))
    return found
