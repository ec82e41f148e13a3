"""Seen from outside: what was given up, and files that wait, are counted without reading everything.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_GIVEN_UP = sa.text("state IN ('buried', 'held')")
_WAITING = sa.text("status IN ('expected', 'received')")


def upgrade() -> None:
    op.create_index("ix_jobs_given_up", "jobs", ["state", "kind"], sqlite_where=_GIVEN_UP, postgresql_where=_GIVEN_UP)
    op.create_index("ix_evidence_waiting", "evidence", ["created_at"], sqlite_where=_WAITING, postgresql_where=_WAITING)


def downgrade() -> None:
    op.drop_index("ix_evidence_waiting", table_name="evidence")
    op.drop_index("ix_jobs_given_up", table_name="jobs")
