"""Keeping: what was last done to the database itself, and indexes by which visits are found that nothing needs."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REFERENCES = (("checks", "visit_seq"), ("revisions", "visit_seq"), ("revisions", "page_visit_seq"))


def upgrade() -> None:
    op.create_table(
        "keeping",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_keeping"),
    )
    for table, column in REFERENCES:
        some = sa.text(f"{column} IS NOT NULL")
        name = f"ix_{table}_{column}"
        op.create_index(name, table, [column], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    for table, column in reversed(REFERENCES):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_table("keeping")
