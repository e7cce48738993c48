"""Refusals of a subscriber's address by mail servers: what is remembered of them until a mail is taken again."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("refusals", sa.Text()))


def downgrade() -> None:
    op.drop_column("subscriptions", "refusals")
