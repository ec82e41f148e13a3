"""Personal data: what was erased, when, and the proof of it; answers may lose their texts, and nothing else.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ERASED = "[usunięto / erased]"
"""What a text is replaced by: as ``scenarios.contact.ERASED``, which must not change."""

_SAME = (
    "NEW.id = OLD.id AND NEW.contact_id = OLD.contact_id AND NEW.revision = OLD.revision AND NEW.path = OLD.path "
    "AND NEW.written_at = OLD.written_at AND OLD.erasure_id IS NULL "
    "AND EXISTS (SELECT 1 FROM erasures WHERE erasures.id = NEW.erasure_id)"
)
"""All else stays, and it happens once, for an erasure that is written down."""


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", KEY, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_erasures_subject"), "erasures", ["subject"], unique=False)
    for table in ("evidence", "contacts", "people"):
        op.add_column(table, sa.Column("erased_at", sa.BigInteger(), nullable=True))
    op.add_column("answer_revisions", sa.Column("erasure_id", KEY, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite("erasures", "UPDATE", "erasures")
        _refuse_on_sqlite("erasures", "DELETE", "erasures")
        _drop_on_sqlite("UPDATE")
        _erasing_on_sqlite()
        return
    for change, per in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = "truncate" if per == "STATEMENT" else "change"
        op.execute(
            f"CREATE TRIGGER erasures_refuses_{name} BEFORE {change} ON erasures "
            f"FOR EACH {per} EXECUTE FUNCTION refuse_change()"
        )
    op.execute("DROP TRIGGER answer_revisions_refuses_change ON answer_revisions")
    _erasing_on_postgres()


def downgrade() -> None:
    """Texts that were erased stay erased."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        _drop_on_sqlite("UPDATE")
        _drop_on_sqlite("DELETE")
    else:
        op.execute("DROP TRIGGER answer_revisions_refuses_update ON answer_revisions")
        op.execute("DROP TRIGGER answer_revisions_refuses_delete ON answer_revisions")
        op.execute("DROP FUNCTION refuse_all_but_erasing()")
    for table in ("evidence", "contacts", "people"):
        op.drop_column(table, "erased_at")
    op.drop_column("answer_revisions", "erasure_id")
    op.drop_table("erasures")
    if is_sqlite:
        for change in ("UPDATE", "DELETE"):
            _refuse_on_sqlite("answer_revisions", change, "answer_revisions")
        return
    op.execute(
        "CREATE TRIGGER answer_revisions_refuses_change BEFORE UPDATE OR DELETE ON answer_revisions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _erasing_on_sqlite() -> None:
    def kept(key: str) -> str:
        return f"json_extract(NEW.answer, '$.{key}') IS json_extract(OLD.answer, '$.{key}')"

    may = " AND ".join(
        [
            _SAME,
            "NEW.update_id IS OLD.update_id",
            *(kept(key) for key in ("path", "state", "at", "revision")),
            *(f"({kept(key)} OR json_extract(NEW.answer, '$.{key}') = '{ERASED}')" for key in ("value", "reason")),
        ]
    )
    _refuse_on_sqlite("answer_revisions", "UPDATE", "answer_revisions", unless=may)


def _erasing_on_postgres() -> None:
    def kept(key: str) -> str:
        return f"(NEW.answer::json -> '{key}')::text IS NOT DISTINCT FROM (OLD.answer::json -> '{key}')::text"

    may = " AND ".join(
        [
            _SAME,
            "NEW.update_id IS NOT DISTINCT FROM OLD.update_id",
            *(kept(key) for key in ("path", "state", "at", "revision")),
            *(f"({kept(key)} OR (NEW.answer::json -> '{key}')::text = '\"{ERASED}\"')" for key in ("value", "reason")),
        ]
    )
    op.execute(
        "CREATE FUNCTION refuse_all_but_erasing() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {may} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER answer_revisions_refuses_update BEFORE UPDATE ON answer_revisions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_all_but_erasing()"
    )
    op.execute(
        "CREATE TRIGGER answer_revisions_refuses_delete BEFORE DELETE ON answer_revisions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _refuse_on_sqlite(table: str, change: str, told: str, *, unless: str = "") -> None:
    when = f"WHEN NOT coalesce(({unless}), 0) " if unless else ""
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{told} is append-only'); END"
    )


def _drop_on_sqlite(change: str) -> None:
    op.execute(f"DROP TRIGGER answer_revisions_refuses_{change.lower()}")
