# ruff: noqa: S608 - texts of ours
"""Planned contacts, each as one narrow row that the database itself keeps: numbers are counted, not joined together.

Revision 0007, after 0006. Batch operations on the tables below would drop their triggers.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_COLUMNS = (
    *("number", "edition_id", "slot_id", "assignment_id", "contact_id", "participant_id", "wave_id", "mode"),
    *("person_id", "coordinator_id", "opens_at", "due_at", "answer_by", "submitted_at", "stage", "late_from"),
)
_COUNTED = ("edition_id", "wave_id", "mode", "stage", "late_from")
_SENT = ("edition_id", "submitted_at", "stage", "late_from")
_LIVE = "('offered', 'accepted', 'done')"
_DROPPED = "('declined', 'expired', 'returned', 'void')"
_LATE_FROM = (
    "CASE WHEN a.state IN ('offered', 'accepted') AND (c.phase IS NULL OR c.phase NOT IN ('submitted', 'locked')) "
    "THEN a.due_at END"
)
"""It is late from then on."""
_ASKED = (
    "WHEN a.state = 'offered' THEN 'offered' "
    "WHEN a.state = 'accepted' AND c.phase = 'open' THEN 'begun' "
    "WHEN a.state = 'accepted' THEN 'accepted' "
    "WHEN r.state IN ('approved', 'returned') THEN r.state "
    "ELSE 'sent' END"
)
_IS_HOLE = (
    "a.id IS NULL AND (s.person_id IS NULL OR EXISTS (SELECT 1 FROM assignments d WHERE d.slot_id = s.id "
    f"AND d.person_id = s.person_id AND d.state IN {_DROPPED}))"
)
_REPORT = "LEFT JOIN contacts c ON c.id = a.contact_id LEFT JOIN reviews r ON r.contact_id = a.contact_id"
_SLOTS = (
    f"INSERT INTO planned_contacts ({', '.join(_COLUMNS)}) "
    "SELECT s.id, s.edition_id, s.id, a.id, a.contact_id, s.participant_id, s.wave_id, s.mode, "
    f"CASE WHEN a.id IS NOT NULL THEN a.person_id WHEN {_IS_HOLE} THEN NULL ELSE s.person_id END, "
    "a.coordinator_id, coalesce(a.opens_at, s.opens_at), coalesce(a.due_at, s.due_at), a.answer_by, c.submitted_at, "
    f"CASE WHEN {_IS_HOLE} THEN 'hole' WHEN a.id IS NULL THEN 'ready' {_ASKED}, {_LATE_FROM} "
    "FROM slots s LEFT JOIN assignments a ON a.id = "
    f"(SELECT max(e.id) FROM assignments e WHERE e.slot_id = s.id AND e.state IN {_LIVE}) {_REPORT} "
    "WHERE s.closed_at IS NULL"
)
"""Open slots, each with its last assignment that stands."""
_OUTSIDE = (
    f"INSERT INTO planned_contacts ({', '.join(_COLUMNS)}) "
    "SELECT -a.id, a.edition_id, NULL, a.id, a.contact_id, a.participant_id, NULL, a.mode, a.person_id, "
    "a.coordinator_id, a.opens_at, a.due_at, a.answer_by, c.submitted_at, "
    f"CASE {_ASKED}, {_LATE_FROM} FROM assignments a {_REPORT} WHERE a.slot_id IS NULL AND a.state IN {_LIVE}"
)
"""Assignments that stand, without a slot."""

_CHANGES: Mapping[str, str] = {
    "slots": "edition_id, participant_id, wave_id, mode, person_id, opens_at, due_at, closed_at",
    "assignments": (
        "edition_id, participant_id, person_id, coordinator_id, mode, state, opens_at, due_at, contact_id, slot_id, "
        "answer_by"
    ),
    "contacts": "phase, submitted_at",
    "reviews": "state",
}
"""What planned contacts are made of, by table."""
_IS_BOUND = "EXISTS (SELECT 1 FROM assignments WHERE id = NEW.assignment_id AND contact_id = NEW.id)"
"""A contact that is begun is bound to its assignment after that; one that is copied may come when that was done."""
_MATTERS: Mapping[tuple[str, str], str] = {
    ("contacts", "UPDATE"): (
        "OLD.phase <> NEW.phase OR coalesce(OLD.submitted_at, 0) <> coalesce(NEW.submitted_at, 0)"
    ),
    ("reviews", "INSERT"): "NEW.state IN ('approved', 'returned')",
    ("reviews", "UPDATE"): "OLD.state <> NEW.state",
}
"""When a change matters: an answer changes its contact's row, and no planned contact."""


def upgrade() -> None:
    op.create_table(
        "planned_contacts",
        sa.Column("number", KEY, autoincrement=False, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("slot_id", KEY, nullable=True),
        sa.Column("assignment_id", KEY, nullable=True),
        sa.Column("contact_id", KEY, nullable=True),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("wave_id", KEY, nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("coordinator_id", KEY, nullable=True),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("late_from", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_planned_contacts")),
    )
    op.execute(_SLOTS)
    op.execute(_OUTSIDE)
    op.create_index("ix_planned_contacts_counted", "planned_contacts", list(_COUNTED))
    op.create_index("ix_planned_contacts_sent", "planned_contacts", list(_SENT))
    if op.get_bind().dialect.name == "sqlite":
        _keep_on_sqlite()
        return
    op.execute("ANALYZE planned_contacts")
    _keep_on_postgres()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _CHANGES:
            for change in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER {table}_planned_{change}")
        op.execute("DROP TRIGGER assignments_planned_leave")
    else:
        for name in (*_CHANGES, "slot_left"):
            op.execute(f"DROP FUNCTION keep_planned_of_{name}() CASCADE")  # its triggers too
    op.drop_table("planned_contacts")


def _touched(table: str, row: str) -> tuple[str, str]:
    """By which slot and which assignment a row's planned contact is made anew."""
    match table:
        case "slots":
            return f"{row}.id", "NULL"
        case "assignments":
            return f"{row}.slot_id", f"{row}.id"
        case "contacts":
            task = f"{row}.assignment_id"
        case _:
            task = f"(SELECT assignment_id FROM contacts WHERE id = {row}.contact_id)"
    return f"(SELECT slot_id FROM assignments WHERE id = {task})", task


def _keep_on_sqlite() -> None:
    for table, columns in _CHANGES.items():
        for change, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            slot, task = _touched(table, row)
            when = _IS_BOUND if (table, change) == ("contacts", "INSERT") else _MATTERS.get((table, change))
            trigger = f"{table}_planned_{change.lower()} AFTER {_of(change, columns)} ON {table}"
            _on_sqlite(trigger, when, slot, task)
    leave = "assignments_planned_leave AFTER UPDATE OF slot_id ON assignments"
    _on_sqlite(leave, "OLD.slot_id IS NOT NEW.slot_id", "OLD.slot_id", "NULL")


def _on_sqlite(trigger: str, when: str | None, slot: str, task: str) -> None:
    parts = [f"DELETE FROM planned_contacts WHERE number = {slot}", f"{_SLOTS} AND s.id = {slot}"]
    if task != "NULL":
        parts += [f"DELETE FROM planned_contacts WHERE number = -{task}", f"{_OUTSIDE} AND a.id = {task}"]
    condition = "" if when is None else f"WHEN {when} "
    op.execute(f"CREATE TRIGGER {trigger} {condition}BEGIN {'; '.join(parts)}; END")


def _keep_on_postgres() -> None:
    """Whoever makes a row anew holds its slot or its assignment first; so it sees what others have committed."""
    for table, columns in _CHANGES.items():
        unless = f"IF TG_OP = 'INSERT' AND NOT {_IS_BOUND} THEN RETURN NULL; END IF; " if table == "contacts" else ""
        gone, there = (
            f"of_slot := {slot}; of_task := {task}; " for slot, task in (_touched(table, row) for row in ("OLD", "NEW"))
        )
        _on_postgres(table, f"{unless}IF TG_OP = 'DELETE' THEN {gone}ELSE {there}END IF; ")
        for change in ("INSERT", "UPDATE", "DELETE"):
            when = _MATTERS.get((table, change))
            op.execute(
                f"CREATE TRIGGER {table}_planned_{change.lower()} AFTER {_of(change, columns)} ON {table} FOR EACH ROW "
                f"{'' if when is None else f'WHEN ({when}) '}EXECUTE FUNCTION keep_planned_of_{table}()"
            )
    _on_postgres("slot_left", "of_slot := OLD.slot_id; ")
    op.execute(
        "CREATE TRIGGER assignments_planned_leave AFTER UPDATE OF slot_id ON assignments FOR EACH ROW "
        "WHEN (OLD.slot_id IS DISTINCT FROM NEW.slot_id) EXECUTE FUNCTION keep_planned_of_slot_left()"
    )


def _on_postgres(name: str, which: str) -> None:
    """A function for triggers; ``which`` sets the slot and the assignment."""
    op.execute(
        f"CREATE FUNCTION keep_planned_of_{name}() RETURNS trigger LANGUAGE plpgsql "
        "SET plan_cache_mode = force_generic_plan "  # planning costs three times what it plans
        "SET enable_seqscan = off "  # one plan, perhaps made while the tables were empty, must do for ever
        f"AS $$ DECLARE of_slot bigint; of_task bigint; BEGIN {which}"
        "IF of_slot IS NULL THEN "
        "PERFORM 1 FROM assignments WHERE id = of_task FOR NO KEY UPDATE; "
        "DELETE FROM planned_contacts WHERE number = -of_task; "
        f"{_OUTSIDE} AND a.id = of_task; "
        "ELSE "
        "PERFORM 1 FROM slots WHERE id = of_slot FOR NO KEY UPDATE; "
        "DELETE FROM planned_contacts WHERE number IN (of_slot, -of_task); "
        f"{_SLOTS} AND s.id = of_slot; "
        "END IF; RETURN NULL; END $$"
    )


def _of(change: str, columns: str) -> str:
    return f"UPDATE OF {columns}" if change == "UPDATE" else change
