"""Silences and what they hold, addresses that are switched off, and how many checks a day has."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "silences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_silences"),
    )
    op.create_table(
        "stopped_addresses",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name="pk_stopped_addresses"),
    )
    op.create_table(
        "tallies",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_tallies"),
    )
    op.add_column("deliveries", sa.Column("silence_id", sa.Text()))
    silenced = sa.text("silence_id IS NOT NULL")
    op.create_index(
        "ix_deliveries_silence_id",
        "deliveries",
        ["silence_id"],
        sqlite_where=silenced,
        postgresql_where=silenced,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_silence_id", table_name="deliveries")
    op.drop_column("deliveries", "silence_id")
    op.drop_table("tallies")
    op.drop_table("stopped_addresses")
    op.drop_table("silences")
