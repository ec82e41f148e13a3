"""A whole edition: rules, waves, profiles, plans, broadcasts, imports, reviews, doubts, disagreements, queries.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "waves",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_waves_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_waves_edition_id"), "waves", ["edition_id"], unique=False)
    op.create_table(
        "broadcasts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_broadcasts_author_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_broadcasts_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_broadcasts_edition_id"), "broadcasts", ["edition_id"], unique=False)
    op.create_table(
        "conflicts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_conflicts_participant_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_conflicts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint("person_id", "participant_id", name=op.f("uq_conflicts_person_id_participant_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_conflicts_participant_id"), "conflicts", ["participant_id"], unique=False)
    op.create_index(op.f("ix_conflicts_person_id"), "conflicts", ["person_id"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_imports_edition_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_imports_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_imports_edition_id"), "imports", ["edition_id"], unique=False)
    op.create_table(
        "juror_profiles",
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("modes", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("radius_km", sa.Integer(), nullable=True),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("weekly_limit", sa.Integer(), nullable=True),
        sa.Column("total_limit", sa.Integer(), nullable=True),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("certified", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_juror_profiles_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_juror_profiles")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "plans",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("objective", sa.Double(), nullable=True),
        sa.Column("bound", sa.Double(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_plans_edition_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_plans_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_plans_edition_id"), "plans", ["edition_id"], unique=False)
    op.create_table(
        "recipients",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("broadcast_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("job_id", KEY, nullable=True),
        sa.Column("address_id", KEY, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"], name=op.f("fk_recipients_broadcast_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recipients_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("broadcast_id", "person_id", name=op.f("uq_recipients_broadcast_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_recipients_broadcast_id_state_id"), "recipients", ["broadcast_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_recipients_job_id"), "recipients", ["job_id"], unique=False)
    op.create_index(op.f("ix_recipients_person_id"), "recipients", ["person_id"], unique=False)
    op.create_table(
        "slots",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("wave_id", KEY, nullable=True),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("reserve_id", KEY, nullable=True),
        sa.Column("is_fixed", sa.Boolean(), nullable=False),
        sa.Column("hole", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_slots_edition_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_slots_participant_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_slots_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_slots_plan_id")),
        sa.ForeignKeyConstraint(["reserve_id"], ["people.id"], name=op.f("fk_slots_reserve_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_slots_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_slots_edition_id"), "slots", ["edition_id"], unique=False)
    op.create_index(op.f("ix_slots_participant_id"), "slots", ["participant_id"], unique=False)
    op.create_index(op.f("ix_slots_person_id"), "slots", ["person_id"], unique=False)
    op.create_index(op.f("ix_slots_wave_id"), "slots", ["wave_id"], unique=False)
    op.create_table(
        "disagreements",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("first_contact_id", KEY, nullable=False),
        sa.Column("second_contact_id", KEY, nullable=False),
        sa.Column("third_contact_id", KEY, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_disagreements_edition_id")),
        sa.ForeignKeyConstraint(["first_contact_id"], ["contacts.id"], name=op.f("fk_disagreements_first_contact_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_disagreements_participant_id")),
        sa.ForeignKeyConstraint(
            ["second_contact_id"], ["contacts.id"], name=op.f("fk_disagreements_second_contact_id")
        ),
        sa.ForeignKeyConstraint(["third_contact_id"], ["contacts.id"], name=op.f("fk_disagreements_third_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disagreements")),
        sa.UniqueConstraint(
            "first_contact_id",
            "second_contact_id",
            "path",
            name=op.f("uq_disagreements_first_contact_id_second_contact_id_path"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_disagreements_edition_id"), "disagreements", ["edition_id"], unique=False)
    op.create_index(op.f("ix_disagreements_first_contact_id"), "disagreements", ["first_contact_id"], unique=False)
    op.create_index(op.f("ix_disagreements_participant_id"), "disagreements", ["participant_id"], unique=False)
    op.create_index(op.f("ix_disagreements_second_contact_id"), "disagreements", ["second_contact_id"], unique=False)
    op.create_table(
        "doubts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("contact_id", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_doubts_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_doubts_contact_id"), "doubts", ["contact_id"], unique=False)
    op.create_table(
        "queries",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("contact_id", KEY, nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer_by", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("effect", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_queries_contact_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_queries_edition_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_queries_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queries")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_queries_edition_id"), "queries", ["edition_id"], unique=False)
    op.create_index(op.f("ix_queries_participant_id"), "queries", ["participant_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("contact_id", KEY, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reviewer_id", KEY, nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("paths", sa.Text(), nullable=True),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("waiting_since", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_reviews_contact_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["people.id"], name=op.f("fk_reviews_reviewer_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_reviews")),
        sqlite_autoincrement=False,
    )
    op.create_index(op.f("ix_reviews_state"), "reviews", ["state"], unique=False)
    op.create_table(
        "text_prints",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("contact_id", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("print", KEY, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_text_prints_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_prints")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_text_prints_contact_id"), "text_prints", ["contact_id"], unique=False)
    op.create_index(op.f("ix_text_prints_print"), "text_prints", ["print"], unique=False)
    op.add_column("assignments", sa.Column("slot_id", KEY, nullable=True))
    op.add_column("assignments", sa.Column("broadcast_id", KEY, nullable=True))
    op.add_column("assignments", sa.Column("answer_by", sa.BigInteger(), nullable=True))
    op.add_column("assignments", sa.Column("proposed_due", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_assignments_broadcast_id"), "assignments", ["broadcast_id"], unique=False)
    op.create_index(op.f("ix_assignments_slot_id"), "assignments", ["slot_id"], unique=False)
    op.add_column("editions", sa.Column("rules", sa.Text(), nullable=True))
    op.add_column("evidence", sa.Column("look", KEY, nullable=True))
    op.add_column("messages", sa.Column("board", sa.Text(), nullable=True))
    op.create_index(op.f("ix_messages_address_id_board"), "messages", ["address_id", "board"], unique=False)
    op.add_column("participants", sa.Column("number", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("participants", sa.Column("nip", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("participants", sa.Column("voivodship", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("participants", sa.Column("contact_name", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("participants", sa.Column("contact_email", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("participants", sa.Column("latitude", sa.Double(), nullable=True))
    op.add_column("participants", sa.Column("longitude", sa.Double(), nullable=True))
    op.add_column("participants", sa.Column("is_small", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("participants", sa.Column("keys_from", sa.Date(), nullable=True))
    op.add_column("participants", sa.Column("coordinator_id", KEY, nullable=True))
    op.add_column("participants", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    op.add_column("people", sa.Column("email", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("people", sa.Column("phone", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("people", sa.Column("coordinator_id", KEY, nullable=True))
    op.add_column("people", sa.Column("preferences", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("left_at", sa.BigInteger(), nullable=True))

    op.execute(
        "INSERT INTO reviews (contact_id, state, waiting_since, changed_at) "
        "SELECT id, 'waiting', submitted_at, submitted_at FROM contacts WHERE submitted_at IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column("people", "left_at")
    op.drop_column("people", "preferences")
    op.drop_column("people", "coordinator_id")
    op.drop_column("people", "phone")
    op.drop_column("people", "email")
    op.drop_column("participants", "withdrawn_at")
    op.drop_column("participants", "coordinator_id")
    op.drop_column("participants", "keys_from")
    op.drop_column("participants", "is_small")
    op.drop_column("participants", "longitude")
    op.drop_column("participants", "latitude")
    op.drop_column("participants", "contact_email")
    op.drop_column("participants", "contact_name")
    op.drop_column("participants", "voivodship")
    op.drop_column("participants", "nip")
    op.drop_column("participants", "number")
    op.drop_index(op.f("ix_messages_address_id_board"), table_name="messages")
    op.drop_column("messages", "board")
    op.drop_column("evidence", "look")
    op.drop_column("editions", "rules")
    op.drop_index(op.f("ix_assignments_slot_id"), table_name="assignments")
    op.drop_index(op.f("ix_assignments_broadcast_id"), table_name="assignments")
    op.drop_column("assignments", "proposed_due")
    op.drop_column("assignments", "answer_by")
    op.drop_column("assignments", "broadcast_id")
    op.drop_column("assignments", "slot_id")
    op.drop_index(op.f("ix_text_prints_print"), table_name="text_prints")
    op.drop_index(op.f("ix_text_prints_contact_id"), table_name="text_prints")
    op.drop_table("text_prints")
    op.drop_index(op.f("ix_reviews_state"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_queries_participant_id"), table_name="queries")
    op.drop_index(op.f("ix_queries_edition_id"), table_name="queries")
    op.drop_table("queries")
    op.drop_index(op.f("ix_doubts_contact_id"), table_name="doubts")
    op.drop_table("doubts")
    op.drop_index(op.f("ix_disagreements_second_contact_id"), table_name="disagreements")
    op.drop_index(op.f("ix_disagreements_participant_id"), table_name="disagreements")
    op.drop_index(op.f("ix_disagreements_first_contact_id"), table_name="disagreements")
    op.drop_index(op.f("ix_disagreements_edition_id"), table_name="disagreements")
    op.drop_table("disagreements")
    op.drop_index(op.f("ix_slots_wave_id"), table_name="slots")
    op.drop_index(op.f("ix_slots_person_id"), table_name="slots")
    op.drop_index(op.f("ix_slots_participant_id"), table_name="slots")
    op.drop_index(op.f("ix_slots_edition_id"), table_name="slots")
    op.drop_table("slots")
    op.drop_index(op.f("ix_recipients_person_id"), table_name="recipients")
    op.drop_index(op.f("ix_recipients_job_id"), table_name="recipients")
    op.drop_index(op.f("ix_recipients_broadcast_id_state_id"), table_name="recipients")
    op.drop_table("recipients")
    op.drop_index(op.f("ix_plans_edition_id"), table_name="plans")
    op.drop_table("plans")
    op.drop_table("juror_profiles")
    op.drop_index(op.f("ix_imports_edition_id"), table_name="imports")
    op.drop_table("imports")
    op.drop_index(op.f("ix_conflicts_person_id"), table_name="conflicts")
    op.drop_index(op.f("ix_conflicts_participant_id"), table_name="conflicts")
    op.drop_table("conflicts")
    op.drop_index(op.f("ix_broadcasts_edition_id"), table_name="broadcasts")
    op.drop_table("broadcasts")
    op.drop_index(op.f("ix_waves_edition_id"), table_name="waves")
    op.drop_table("waves")
