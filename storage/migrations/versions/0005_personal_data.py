"""Personal data: what was erased, and when.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("evidence") as table:
        table.add_column(sa.Column("erased_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("evidence") as table:
        table.drop_column("erased_at")
