"""Scores and what follows from them: rubrics, sheets, standings, the jury's votes, decisions, suggestions.

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rubrics",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubrics")),
        sa.UniqueConstraint("version", name=op.f("uq_rubrics_version")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_rubrics_name"), "rubrics", ["name"], unique=False)
    op.create_table(
        "model_calls",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt_version", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_model_calls_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_calls")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_model_calls_content_key"), "model_calls", ["content_key"], unique=False)
    op.create_index(op.f("ix_model_calls_edition_id"), "model_calls", ["edition_id"], unique=False)
    op.create_table(
        "board_members",
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_board_members_edition_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_board_members_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_board_members")),
    )
    op.create_index(op.f("ix_board_members_edition_id"), "board_members", ["edition_id"], unique=False)
    op.create_table(
        "standings",
        sa.Column("participant_id", KEY, autoincrement=False, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("rubric_version", sa.Text(), nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("spread", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("not_approved", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_standings_edition_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_standings_participant_id")),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_standings")),
    )
    op.create_index(op.f("ix_standings_edition_id"), "standings", ["edition_id"], unique=False)
    op.create_table(
        "votings",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("opened_by", KEY, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_votings_edition_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_votings_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votings")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_votings_edition_id"), "votings", ["edition_id"], unique=False)
    op.create_index(op.f("ix_votings_participant_id"), "votings", ["participant_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("voting_id", KEY, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("rubric_version", sa.Text(), nullable=False),
        sa.Column("decided_by", KEY, nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_by", KEY, nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_decisions_edition_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_decisions_participant_id")),
        sa.ForeignKeyConstraint(["voting_id"], ["votings.id"], name=op.f("fk_decisions_voting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_decisions_edition_id"), "decisions", ["edition_id"], unique=False)
    op.create_index(op.f("ix_decisions_participant_id"), "decisions", ["participant_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("voting_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("excluded", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_votes_person_id")),
        sa.ForeignKeyConstraint(["voting_id"], ["votings.id"], name=op.f("fk_votes_voting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint("voting_id", "person_id", name=op.f("uq_votes_voting_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_votes_person_id"), "votes", ["person_id"], unique=False)
    op.create_table(
        "score_sheets",
        sa.Column("contact_id", KEY, autoincrement=False, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("participant_id", KEY, nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_score_sheets_contact_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_score_sheets_edition_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_score_sheets_participant_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_score_sheets")),
    )
    op.create_index(op.f("ix_score_sheets_edition_id"), "score_sheets", ["edition_id"], unique=False)
    op.create_index(op.f("ix_score_sheets_participant_id"), "score_sheets", ["participant_id"], unique=False)
    op.create_table(
        "suggestions",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("contact_id", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("prompt_version", sa.Text(), nullable=True),
        sa.Column("tokens_in", sa.Integer(), nullable=True),
        sa.Column("tokens_out", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_level", sa.Text(), nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_suggestions_contact_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_suggestions_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sa.UniqueConstraint(
            "contact_id", "path", "content_key", name=op.f("uq_suggestions_contact_id_path_content_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_suggestions_contact_id"), "suggestions", ["contact_id"], unique=False)
    op.create_index(op.f("ix_suggestions_edition_id"), "suggestions", ["edition_id"], unique=False)
    op.add_column("editions", sa.Column("rubric_version", sa.Text(), nullable=True))
    op.add_column("editions", sa.Column("rater", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("editions", "rater")
    op.drop_column("editions", "rubric_version")
    op.drop_index(op.f("ix_suggestions_edition_id"), table_name="suggestions")
    op.drop_index(op.f("ix_suggestions_contact_id"), table_name="suggestions")
    op.drop_table("suggestions")
    op.drop_index(op.f("ix_score_sheets_participant_id"), table_name="score_sheets")
    op.drop_index(op.f("ix_score_sheets_edition_id"), table_name="score_sheets")
    op.drop_table("score_sheets")
    op.drop_index(op.f("ix_votes_person_id"), table_name="votes")
    op.drop_table("votes")
    op.drop_index(op.f("ix_decisions_participant_id"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_edition_id"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(op.f("ix_votings_participant_id"), table_name="votings")
    op.drop_index(op.f("ix_votings_edition_id"), table_name="votings")
    op.drop_table("votings")
    op.drop_index(op.f("ix_standings_edition_id"), table_name="standings")
    op.drop_table("standings")
    op.drop_index(op.f("ix_board_members_edition_id"), table_name="board_members")
    op.drop_table("board_members")
    op.drop_index(op.f("ix_model_calls_edition_id"), table_name="model_calls")
    op.drop_index(op.f("ix_model_calls_content_key"), table_name="model_calls")
    op.drop_table("model_calls")
    op.drop_index(op.f("ix_rubrics_name"), table_name="rubrics")
    op.drop_table("rubrics")
