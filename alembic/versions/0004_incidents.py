"""What the checks have learnt of a source's ways, and its incidents."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("sources", sa.Column("habits", sa.Text()))
    op.create_table(
        "incidents",
        sa.Column("seq", sequence, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), sa.ForeignKey("sources.id", name="fk_incidents_source_id_sources")),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text()),
        sa.Column("repairs", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_incidents"),
        sa.UniqueConstraint("id", name="uq_incidents_id"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_incidents_about", "incidents", ["about"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_incidents_source_id", "incidents", ["source_id"])


def downgrade() -> None:
    op.drop_table("incidents")
    with op.batch_alter_table("sources") as table:
        table.drop_column("habits")
