"""Splitting and merging events on the pages: an audit trail that only grows, by which each act can be taken back."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_acts",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_from", sa.Text(), nullable=False),
        sa.Column("went_to", sa.Text(), nullable=False),
        sa.Column("reaction_to", sa.Text()),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Text()),
        sa.PrimaryKeyConstraint("seq", name="pk_event_acts"),
        sa.UniqueConstraint("id", name="uq_event_acts_id"),
        sa.UniqueConstraint("undoes", name="uq_event_acts_undoes"),
        sqlite_autoincrement=True,
    )
    op.add_column("event_decisions", sa.Column("act_id", sa.Text()))
    _keep()


def _keep() -> None:
    """No act is ever changed or deleted, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER event_acts_keep_{what.lower()} BEFORE {what} ON event_acts "
                "BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION event_acts_keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'acts are never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_acts_keep BEFORE UPDATE OR DELETE ON event_acts "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_acts_keep()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER event_acts_keep_update")
        op.execute("DROP TRIGGER event_acts_keep_delete")
    else:
        op.execute("DROP TRIGGER event_acts_keep ON event_acts")
        op.execute("DROP FUNCTION event_acts_keep()")
    op.drop_column("event_decisions", "act_id")
    op.drop_table("event_acts")
