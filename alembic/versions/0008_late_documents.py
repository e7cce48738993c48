"""Further documents of a source that failed, each with its own next try; what hosts said, over a restart."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("late", sa.Text()))
    op.create_table(
        "host_notes",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "about", name="pk_host_notes"),
    )


def downgrade() -> None:
    op.drop_table("host_notes")
    op.drop_column("sources", "late")
