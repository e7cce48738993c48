"""Events: which entries report one announcement, what people said about it, and which message another follows up."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reaction_to", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_last_at", "events", ["last_at"])
    reactions = sa.text("reaction_to IS NOT NULL")
    op.create_index(
        "ix_events_reaction_to", "events", ["reaction_to"], sqlite_where=reactions, postgresql_where=reactions
    )
    op.create_table(
        "event_entries",
        sa.Column("entry_seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("near", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_seq", name="pk_event_entries"),
        sa.ForeignKeyConstraint(["entry_seq"], ["entries.seq"], name="fk_event_entries_entry_seq_entries"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_event_entries_event_id_events"),
        sa.UniqueConstraint("entry_id", name="uq_event_entries_entry_id"),
    )
    op.create_index("ix_event_entries_event_id", "event_entries", ["event_id"])
    op.create_table(
        "event_marks",
        sa.Column("mark", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("mark", "at", "entry_seq", name="pk_event_marks"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_decisions",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_event_decisions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_decisions_entry_id", "event_decisions", ["entry_id"])
    op.create_index("ix_event_decisions_other_id", "event_decisions", ["other_id"])
    op.add_column("deliveries", sa.Column("thread", sa.Text()))


def downgrade() -> None:
    op.drop_column("deliveries", "thread")
    for table in ("event_decisions", "event_marks", "event_entries", "events"):
        op.drop_table(table)
