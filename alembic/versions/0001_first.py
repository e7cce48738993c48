"""The first schema: what we watch, what we saw, what was announced, what it is about, who is told, who may decide."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    make_tables()
    make_search_index()


def downgrade() -> None:
    op.execute("DROP TABLE entry_words")
    for table in TABLES:
        op.drop_table(table)


TABLES = [
    "reviews",
    "revisions",
    "matches",
    "checks",
    "visits",
    "entries",
    "sources",
    "sessions",
    "login_tokens",
    "attempts",
    "users",
    "publishers",
    "deliveries",
    "catalogs",
    "captures",
]


def make_search_index() -> None:
    """See watcher/store/words.py. The application id (SQLite) marks the file as ours: "WTCR"."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA application_id = 0x57544352")
        op.execute("CREATE VIRTUAL TABLE entry_words USING fts5(folded, tokenize = 'ascii')")
        return
    op.create_table(
        "entry_words",
        sa.Column("entry_seq", sa.BigInteger(), sa.ForeignKey("entries.seq"), primary_key=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
    )
    op.create_index("ix_entry_words_words", "entry_words", ["words"], postgresql_using="gin")


def make_tables() -> None:
    op.create_table(
        "captures",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("deflated", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_captures")),
    )
    op.create_table(
        "catalogs",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_catalogs")),
    )
    op.create_table(
        "deliveries",
        sa.Column("seq", sequence, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("rule_ids", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("id", name=op.f("uq_deliveries_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_deliveries_due_at"),
        "deliveries",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_deliveries_entry_id"), "deliveries", ["entry_id"])
    op.create_table(
        "publishers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishers")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "attempts",
        sa.Column("seq", sequence, autoincrement=True, nullable=False),
        sa.Column("delivery_seq", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_seq"], ["deliveries.seq"], name=op.f("fk_attempts_delivery_seq_deliveries")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_attempts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attempts_delivery_seq"), "attempts", ["delivery_seq"])
    op.create_table(
        "login_tokens",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_login_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_login_tokens")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sessions")),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("publisher_id", sa.Text(), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_sha256", sa.Text(), nullable=True),
        sa.Column("first_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_outcome", sa.Text(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_news_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem_kind", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_sources_publisher_id_publishers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
    )
    op.create_table(
        "entries",
        sa.Column("seq", sequence, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("published", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_raw", sa.Text(), nullable=False),
        sa.Column("text_state", sa.Text(), nullable=False),
        sa.Column("page_error", sa.Text(), nullable=False),
        sa.Column("page_attempts", sa.Integer(), nullable=False),
        sa.Column("page_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_entries_source_id_sources")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_entries")),
        sa.UniqueConstraint("id", name=op.f("uq_entries_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_entries_source_id_first_seen"), "entries", ["source_id", "first_seen"])
    op.create_index(
        op.f("ix_entries_source_id_page_due_at"),
        "entries",
        ["source_id", "page_due_at"],
        sqlite_where=sa.text("page_due_at IS NOT NULL"),
        postgresql_where=sa.text("page_due_at IS NOT NULL"),
    )
    op.create_table(
        "visits",
        sa.Column("seq", sequence, autoincrement=True, nullable=False),
        sa.Column("capture_sha256", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("redirects", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("charset", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["capture_sha256"], ["captures.sha256"], name=op.f("fk_visits_capture_sha256_captures")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_visits_source_id_sources")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_visits")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_visits_capture_sha256"), "visits", ["capture_sha256"])
    op.create_index(op.f("ix_visits_source_id"), "visits", ["source_id"])
    op.create_table(
        "checks",
        sa.Column("seq", sequence, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem_kind", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("entries_seen", sa.Integer(), nullable=False),
        sa.Column("left_over", sa.Integer(), nullable=False),
        sa.Column("new_entries", sa.Integer(), nullable=False),
        sa.Column("new_revisions", sa.Integer(), nullable=False),
        sa.Column("matches", sa.Integer(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("visit_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_checks_source_id_sources")),
        sa.ForeignKeyConstraint(["visit_seq"], ["visits.seq"], name=op.f("fk_checks_visit_seq_visits")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_checks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_checks_source_id_seq"), "checks", ["source_id", "seq"])
    op.create_table(
        "matches",
        sa.Column("seq", sequence, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("actor_type", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("vocabulary_version", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_seq"], ["entries.seq"], name=op.f("fk_matches_entry_seq_entries")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_matches_source_id_sources")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_matches")),
        sa.UniqueConstraint("id", name=op.f("uq_matches_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_matches_entry_seq"), "matches", ["entry_seq"])
    op.create_index(op.f("ix_matches_first_seen"), "matches", ["first_seen"])
    op.create_index(op.f("ix_matches_policy_seq"), "matches", ["policy", "seq"])
    op.create_index(op.f("ix_matches_source_id_seq"), "matches", ["source_id", "seq"])
    op.create_index(op.f("ix_matches_verdict_seq"), "matches", ["verdict", "seq"])
    op.create_table(
        "revisions",
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=True),
        sa.Column("teaser", sa.Boolean(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("text_state", sa.Text(), nullable=False),
        sa.Column("classification", sa.Text(), nullable=False),
        sa.Column("vocabulary_version", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visit_seq", sa.BigInteger(), nullable=True),
        sa.Column("page_visit_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["entry_seq"], ["entries.seq"], name=op.f("fk_revisions_entry_seq_entries")),
        sa.ForeignKeyConstraint(["page_visit_seq"], ["visits.seq"], name=op.f("fk_revisions_page_visit_seq_visits")),
        sa.ForeignKeyConstraint(["visit_seq"], ["visits.seq"], name=op.f("fk_revisions_visit_seq_visits")),
        sa.PrimaryKeyConstraint("entry_seq", "number", name=op.f("pk_revisions")),
    )
    op.create_table(
        "reviews",
        sa.Column("seq", sequence, autoincrement=True, nullable=False),
        sa.Column("match_seq", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["match_seq"], ["matches.seq"], name=op.f("fk_reviews_match_seq_matches")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reviews")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reviews_match_seq"), "reviews", ["match_seq"])
