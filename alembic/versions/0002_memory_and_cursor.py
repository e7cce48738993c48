"""What a source's kind remembers between checks, and the documents that a check did not get to."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("memory", sa.Text()))
    op.add_column("sources", sa.Column("cursor", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("sources") as table:
        table.drop_column("cursor")
        table.drop_column("memory")
