"""The search index once more, of entries with matches only; counts no longer need an index for each filter."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_AT_ONCE = 2000
_FILL = {
    "sqlite": "INSERT INTO match_words (rowid, folded) SELECT rowid, folded FROM entry_words WHERE rowid IN ({those})",
    "postgresql": "INSERT INTO match_words SELECT * FROM entry_words WHERE entry_seq IN ({those})",
}
_THOSE = "SELECT entry_seq FROM matches WHERE entry_seq > :after AND entry_seq <= :last"
_LAST = (
    "SELECT max(entry_seq) FROM (SELECT DISTINCT entry_seq FROM matches WHERE entry_seq > :after"
    " ORDER BY entry_seq LIMIT :limit) AS these"
)
_COUNTED = ("verdict", "current", "policy", "action", "modality", "language", "source_id", "first_seen")
_BEFORE = {
    f"ix_matches_count_{name}": [name, *(other for other in _COUNTED if other != name)]
    for name in ("policy", "action", "modality", "language", "source_id", "verdict")
}


def upgrade() -> None:
    for name in _BEFORE:
        op.drop_index(name, table_name="matches")
    _make()
    connection, after = op.get_bind(), 0
    fill = sa.text(_FILL[connection.dialect.name].format(those=_THOSE))
    # some at a time, so that a big database needs no more memory than a small one
    while last := connection.scalar(sa.text(_LAST), {"after": after, "limit": _AT_ONCE}):
        connection.execute(fill, {"after": after, "last": last})
        after = last


def _make() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE match_words USING fts5(folded, tokenize = 'ascii')")
        return
    op.create_table(
        "match_words",
        sa.Column("entry_seq", sa.BigInteger(), sa.ForeignKey("entries.seq"), primary_key=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
    )
    op.create_index("ix_match_words_words", "match_words", ["words"], postgresql_using="gin")


def downgrade() -> None:
    op.execute("DROP TABLE match_words")
    for name, columns in _BEFORE.items():
        op.create_index(name, "matches", columns)
