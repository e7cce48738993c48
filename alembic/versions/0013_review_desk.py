"""The review desk: versions and assignments of matches, an audit trail that only grows, saved searches."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WEIGHT = """
UPDATE matches SET weight = CAST(round(score * 50) AS INTEGER) + CASE
    WHEN action IN ('adopt','implement','extend','expand','amend','suspend','terminate','reinstate','block','allow')
    THEN 300 WHEN action IN ('propose','challenge') THEN 200
    WHEN action IN ('call_for','comment','report') THEN 100 ELSE 0 END + CASE
    WHEN action IN ('commemorate','mention') THEN 0
    WHEN modality = 'actual' THEN 40 WHEN modality = 'planned' THEN 30
    WHEN modality IN ('requested','reported') THEN 20 ELSE 0 END
"""
_LANGUAGE = "UPDATE matches SET language = (SELECT language FROM entries WHERE entries.seq = matches.entry_seq)"
_COUNTED = ("verdict", "current", "policy", "action", "modality", "language", "source_id", "first_seen")
_INDEXES = {"ix_matches_verdict_weight": ["verdict", "weight", "seq"]} | {
    f"ix_matches_count_{name}": [name, *(other for other in _COUNTED if other != name)]
    for name in ("policy", "action", "modality", "language", "source_id", "verdict")
}
"""Each filter's counts are read from one index alone, whatever else is filtered by."""


def upgrade() -> None:
    op.add_column("matches", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("matches", sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
    for name in ("language", "assignee", "due", "proposed", "proposed_by"):
        op.add_column("matches", sa.Column(name, sa.Text()))
    op.execute(_WEIGHT)
    op.execute(_LANGUAGE)
    for name in ("act_id", "act", "reason", "changes", "undoes"):
        op.add_column("reviews", sa.Column(name, sa.Text()))
    op.create_index("ix_reviews_act_id", "reviews", ["act_id"])
    for name, columns in _INDEXES.items():
        op.create_index(name, "matches", columns)
    assigned = sa.text("assignee IS NOT NULL")
    op.create_index("ix_matches_assignee", "matches", ["assignee"], sqlite_where=assigned, postgresql_where=assigned)
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
    )
    keep_reviews()


def keep_reviews() -> None:
    """No review is ever changed or deleted, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reviews_keep_{what.lower()} BEFORE {what} ON reviews "
                "BEGIN SELECT RAISE(ABORT, 'reviews are never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION reviews_keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'reviews are never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER reviews_keep BEFORE UPDATE OR DELETE ON reviews "
        "FOR EACH STATEMENT EXECUTE FUNCTION reviews_keep()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER reviews_keep_update")
        op.execute("DROP TRIGGER reviews_keep_delete")
    else:
        op.execute("DROP TRIGGER reviews_keep ON reviews")
        op.execute("DROP FUNCTION reviews_keep()")
    op.drop_table("saved_searches")
    op.drop_index("ix_matches_assignee", table_name="matches")
    for name in _INDEXES:
        op.drop_index(name, table_name="matches")
    op.drop_index("ix_reviews_act_id", table_name="reviews")
    for name in ("undoes", "changes", "reason", "act", "act_id"):
        op.drop_column("reviews", name)
    for name in ("proposed_by", "proposed", "due", "assignee", "language", "weight", "version"):
        op.drop_column("matches", name)
