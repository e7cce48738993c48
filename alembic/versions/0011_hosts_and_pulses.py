"""Several processes: the host of a source, by which work is shared out, and the pulse of each process."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("host", sa.Text()))
    sources = sa.table("sources", sa.column("id"), sa.column("config"), sa.column("host"))
    connection = op.get_bind()
    for id_, config in connection.execute(sa.select(sources.c.id, sources.c.config)).all():
        host = urlsplit(json.loads(config)["url"]).netloc.lower()
        connection.execute(sa.update(sources).where(sources.c.id == id_).values(host=host))
    op.create_index("ix_sources_host_next_check_at", "sources", ["host", "next_check_at"])
    op.create_table(
        "pulses",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pulses"),
    )


def downgrade() -> None:
    op.drop_table("pulses")
    op.drop_index("ix_sources_host_next_check_at", table_name="sources")
    op.drop_column("sources", "host")
