"""Digests, quiet hours and bursts: why a delivery waits, and the one message that it goes with."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("period", sa.Text()),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.add_column("deliveries", sa.Column("held_reason", sa.Text()))
    op.add_column("deliveries", sa.Column("digest", sa.Text()))
    op.add_column("deliveries", sa.Column("urgent", sa.Boolean()))
    op.add_column("deliveries", sa.Column("batch", sa.Text()))
    in_batch = sa.text("batch IS NOT NULL")
    op.create_index("ix_deliveries_batch", "deliveries", ["batch"], sqlite_where=in_batch, postgresql_where=in_batch)


def downgrade() -> None:
    op.drop_index("ix_deliveries_batch", table_name="deliveries")
    for column in ("batch", "urgent", "digest", "held_reason"):
        op.drop_column("deliveries", column)
    op.drop_table("batches")
