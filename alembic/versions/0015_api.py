"""The API: an order of changes that can be read on from, and answers kept for requests that are sent again."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SO_FAR = """
INSERT INTO changes (noun, about, at)
SELECT noun, about, at FROM (
    SELECT 'entry' AS noun, id AS about, first_seen AS at, 1 AS rank, seq FROM entries
    UNION ALL SELECT 'match', id, first_seen, 2, seq FROM matches
    UNION ALL SELECT 'review', act_id, min(at), 3, min(seq) FROM reviews WHERE act_id IS NOT NULL GROUP BY act_id
) AS everything ORDER BY at, rank, seq
"""


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("position", sa.BigInteger()),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.execute(_SO_FAR)
    op.execute("UPDATE changes SET position = seq")
    op.create_index("ix_changes_position", "changes", ["position"], unique=True)
    unplaced = sa.text("position IS NULL")
    op.create_index("ix_changes_unplaced", "changes", ["seq"], sqlite_where=unplaced, postgresql_where=unplaced)
    op.create_table(
        "kept_answers",
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key_sha256", name="pk_kept_answers"),
    )
    op.create_index("ix_kept_answers_at", "kept_answers", ["at"])


def downgrade() -> None:
    op.drop_table("kept_answers")
    op.drop_table("changes")
