"""What the receiving mail server found out about who sent an entry that came by mail; unread scans, found quickly."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("authentication", sa.Text()))
    where = sa.text("text_state = 'scan'")
    op.create_index(
        "ix_entries_source_id_seq", "entries", ["source_id", "seq"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    op.drop_index("ix_entries_source_id_seq", "entries")
    with op.batch_alter_table("entries") as table:
        table.drop_column("authentication")
