"""The acts of a policy, and who speaks of it, are chosen from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_COLUMNS = ["policy", "action", "modality", "verdict", "current", "source_id", "seq"]


def upgrade() -> None:
    op.create_index("ix_matches_story", "matches", _COLUMNS)


def downgrade() -> None:
    op.drop_index("ix_matches_story", table_name="matches")
