"""The tables. `alembic/versions` makes them step by step; a test holds both against each other."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    literal_column,
)

from watcher.store.columns import Moment, Words, sequence

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- what we watch -----------------------------------------------------------------------------------------------

catalogs = Table(
    "catalogs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", Words, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("document", Words, nullable=False),
)

publishers = Table(
    "publishers",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("country", Words),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Words, primary_key=True),
    Column("publisher_id", Words, ForeignKey("publishers.id"), nullable=False),
    Column("config", Words, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("retired_at", Moment),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until", Moment),
    Column("next_check_at", Moment, nullable=False),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("body_sha256", Words),
    Column("first_read_at", Moment),
    Column("last_check_at", Moment),
    Column("last_outcome", Words),
    Column("last_status", Integer),
    Column("last_success_at", Moment),
    Column("last_news_at", Moment),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Moment),
    Column("problem_kind", Words, nullable=False),
    Column("problem", Words, nullable=False),
    Column("advice", Words, nullable=False),
    Column("memory", Words),
    Column("cursor", Words),
    # Further documents that failed, each with its error and next try, as JSON; NULL where all is well.
    Column("late", Words),
    Column("habits", Words),
    Column("host", Words),
    Index(None, "host", "next_check_at"),
)

# What hosts said that holds for a while: a hold (Retry-After), a robots.txt.
host_notes = Table(
    "host_notes",
    metadata,
    Column("kind", Words, primary_key=True),
    Column("about", Words, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("text", Words, nullable=False),
)

# --- what we saw -------------------------------------------------------------------------------------------------

captures = Table(
    "captures",
    metadata,
    Column("sha256", Words, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("deflated", LargeBinary, nullable=False),
)

visits = Table(
    "visits",
    metadata,
    sequence(),
    Column("capture_sha256", Words, ForeignKey("captures.sha256"), nullable=False, index=True),
    Column("source_id", Words, ForeignKey("sources.id"), nullable=False, index=True),
    Column("url", Words, nullable=False),
    Column("final_url", Words, nullable=False),
    Column("redirects", Words, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("charset", Words),
    Column("fetched_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

checks = Table(
    "checks",
    metadata,
    sequence(),
    Column("source_id", Words, ForeignKey("sources.id"), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("status", Integer),
    Column("problem_kind", Words, nullable=False),
    Column("problem", Words, nullable=False),
    Column("backfill", Boolean, nullable=False),
    Column("entries_seen", Integer, nullable=False),
    Column("left_over", Integer, nullable=False),
    Column("new_entries", Integer, nullable=False),
    Column("new_revisions", Integer, nullable=False),
    Column("matches", Integer, nullable=False),
    Column("deliveries", Integer, nullable=False),
    Column("visit_seq", BigInteger, ForeignKey("visits.seq")),
    Index(None, "source_id", "seq"),
    sqlite_autoincrement=True,
)
_names_visit = checks.c.visit_seq.is_not(None)
Index(None, checks.c.visit_seq, sqlite_where=_names_visit, postgresql_where=_names_visit)

incidents = Table(
    "incidents",
    metadata,
    sequence(),
    Column("id", Words, nullable=False),
    # The source, or "" for the network: at most one is open about each.
    Column("about", Words, nullable=False),
    Column("source_id", Words, ForeignKey("sources.id"), index=True),
    Column("kind", Words, nullable=False),
    Column("since", Moment, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("message", Words, nullable=False),
    Column("evidence", Words),
    Column("repairs", Words, nullable=False),
    Column("note", Words, nullable=False),
    UniqueConstraint("id"),
    sqlite_autoincrement=True,
)
still_open = incidents.c.closed_at.is_(None)
"""Of an incident: the condition of the index that keeps them single."""
Index(None, incidents.c.about, unique=True, sqlite_where=still_open, postgresql_where=still_open)

# --- what was announced ------------------------------------------------------------------------------------------

entries = Table(
    "entries",
    metadata,
    sequence(),
    Column("id", Words, nullable=False),
    Column("source_id", Words, ForeignKey("sources.id"), nullable=False),
    # Not indexed: keys may be longer than a B-tree of PostgreSQL takes; `id` is derived from source and key.
    Column("key", Words, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_sha256", Words, nullable=False),
    Column("url", Words),
    Column("title", Words, nullable=False),
    Column("language", Words),
    Column("published", Moment),
    Column("published_raw", Words, nullable=False),
    Column("text_state", Words, nullable=False),
    Column("page_error", Words, nullable=False),
    Column("page_attempts", Integer, nullable=False),
    Column("page_due_at", Moment),
    Column("backfill", Boolean, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("authentication", Words),
    UniqueConstraint("id"),
    Index(None, "source_id", "first_seen"),
    sqlite_autoincrement=True,
)
_page_is_due = entries.c.page_due_at.is_not(None)
Index(None, entries.c.source_id, entries.c.page_due_at, sqlite_where=_page_is_due, postgresql_where=_page_is_due)
# a literal, so that SQLite sees that a query for the same means this index
is_scan = entries.c.text_state == literal_column("'scan'")
Index(None, entries.c.source_id, entries.c.seq, sqlite_where=is_scan, postgresql_where=is_scan)

revisions = Table(
    "revisions",
    metadata,
    Column("entry_seq", BigInteger, ForeignKey("entries.seq"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    # What the source itself said, where that is not `text` (a teaser whose page was read); else NULL.
    Column("source_text", Words),
    Column("teaser", Boolean, nullable=False),
    Column("content_sha256", Words, nullable=False),
    Column("text_state", Words, nullable=False),
    Column("classification", Words, nullable=False),
    Column("vocabulary_version", Words, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("visit_seq", BigInteger, ForeignKey("visits.seq")),
    Column("page_visit_seq", BigInteger, ForeignKey("visits.seq")),
)
for _visit in (revisions.c.visit_seq, revisions.c.page_visit_seq):
    Index(None, _visit, sqlite_where=_visit.is_not(None), postgresql_where=_visit.is_not(None))

# --- what it is about --------------------------------------------------------------------------------------------

matches = Table(
    "matches",
    metadata,
    sequence(),
    Column("id", Words, nullable=False),
    Column("entry_seq", BigInteger, ForeignKey("entries.seq"), nullable=False, index=True),
    Column("source_id", Words, ForeignKey("sources.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    # Whether the newest revision of the entry still says so; lists and numbers look at these only.
    Column("current", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("main", Boolean, nullable=False),
    Column("policy", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("modality", Words, nullable=False),
    Column("actor_type", Words, nullable=False),
    Column("score", Float, nullable=False),
    Column("document", Words, nullable=False),
    Column("vocabulary_version", Words, nullable=False),
    Column("verdict", Words, nullable=False),
    Column("backfill", Boolean, nullable=False),
    Column("first_seen", Moment, nullable=False),
    # Goes up with every review, so that nobody overwrites what they have not seen.
    Column("version", Integer, nullable=False, server_default="0"),
    # How important it is (models/importance.py), and the entry's language: kept here for lists and their counts.
    Column("weight", Integer, nullable=False, server_default="0"),
    Column("language", Words),
    Column("assignee", Words),
    Column("due", Words),
    Column("proposed", Words),
    Column("proposed_by", Words),
    UniqueConstraint("id"),
    Index(None, "policy", "seq"),
    Index(None, "source_id", "seq"),
    Index(None, "verdict", "seq"),
    # What a story is told from: few acts among many matches.
    Index("ix_matches_story", "policy", "action", "modality", "verdict", "current", "source_id", "seq"),
    Index("ix_matches_verdict_weight", "verdict", "weight", "seq"),
    Index(None, "first_seen"),
    sqlite_autoincrement=True,
)
_is_assigned = matches.c.assignee.is_not(None)
Index("ix_matches_assignee", matches.c.assignee, sqlite_where=_is_assigned, postgresql_where=_is_assigned)

# Append-only: triggers refuse every UPDATE and DELETE.
reviews = Table(
    "reviews",
    metadata,
    sequence(),
    Column("match_seq", BigInteger, ForeignKey("matches.seq"), nullable=False, index=True),
    Column("verdict", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("reviewer", Words, nullable=False),
    Column("at", Moment, nullable=False),
    # What was done at once has one act_id, by which it is undone; `undoes` is the act_id that was taken back.
    Column("act_id", Words, index=True),
    Column("act", Words),
    Column("reason", Words),
    Column("changes", Words),
    Column("undoes", Words),
    sqlite_autoincrement=True,
)

# An address of the inbox under a name; of one person, or shared with all.
saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

# --- which entries report one announcement -----------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("id", Words, primary_key=True),
    # The id of the entry that speaks for it.
    Column("lead", Words, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("reaction_to", Words),
    Index(None, "last_at"),
)
_is_reaction = events.c.reaction_to.is_not(None)
Index(None, events.c.reaction_to, sqlite_where=_is_reaction, postgresql_where=_is_reaction)

event_entries = Table(
    "event_entries",
    metadata,
    Column("entry_seq", BigInteger, ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
    Column("entry_id", Words, nullable=False),
    Column("event_id", Words, ForeignKey("events.id"), nullable=False, index=True),
    Column("print", Words, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    # The entry that it resembles most, and why it is here; empty of the founder.
    Column("near", Words, nullable=False),
    Column("why", Words, nullable=False),
    UniqueConstraint("entry_id"),
)

# What candidates are found by. `at` in seconds since 1970: the key is the whole row, and read a million times.
event_marks = Table(
    "event_marks",
    metadata,
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# What people said of two entries; the newest word counts, and every new clustering obeys it.
event_decisions = Table(
    "event_decisions",
    metadata,
    sequence(),
    Column("link", Words, nullable=False),
    Column("entry_id", Words, nullable=False, index=True),
    Column("other_id", Words, nullable=False, index=True),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    # The act that it is a part of; a decision whose act was taken back counts no longer.
    Column("act_id", Words),
    sqlite_autoincrement=True,
)

# Append-only: triggers refuse every UPDATE and DELETE. `moved` is a list of [entry id, near, why] as they were before.
event_acts = Table(
    "event_acts",
    metadata,
    sequence(),
    Column("id", Words, nullable=False),
    Column("act", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    # Where the entries were, and where they went.
    Column("came_from", Words, nullable=False),
    Column("went_to", Words, nullable=False),
    Column("reaction_to", Words),
    Column("moved", Words, nullable=False),
    Column("undoes", Words),
    UniqueConstraint("id"),
    UniqueConstraint("undoes"),
    sqlite_autoincrement=True,
)

# --- who is told -------------------------------------------------------------------------------------------------

deliveries = Table(
    "deliveries",
    metadata,
    sequence(),
    Column("id", Words, nullable=False),
    Column("entry_id", Words, nullable=False, index=True),
    Column("rule_ids", Words, nullable=False),
    Column("recipient_id", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("payload", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until", Moment),
    # NULL exactly when the delivery has come to an end.
    Column("due_at", Moment),
    Column("answer", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("silence_id", Words),
    # Why it is not due at once: quiet hours, or a digest. The digest's schedule, if it waits for one.
    # `waits_for` says so as data; `held_reason` are the sentences of older releases.
    Column("held_reason", Words),
    Column("waits_for", Words),
    Column("digest", Words),
    # True: quiet hours do not hold it.
    Column("urgent", Boolean),
    # The one message that it goes with; set when that message is claimed first, and never changed.
    Column("batch", Words),
    # The delivery whose message it follows up: mail programs show both as one conversation.
    Column("thread", Words),
    UniqueConstraint("id"),
    sqlite_autoincrement=True,
)
_is_silenced = deliveries.c.silence_id.is_not(None)
Index(None, deliveries.c.silence_id, sqlite_where=_is_silenced, postgresql_where=_is_silenced)
_is_in_batch = deliveries.c.batch.is_not(None)
Index(None, deliveries.c.batch, sqlite_where=_is_in_batch, postgresql_where=_is_in_batch)
_is_open = deliveries.c.due_at.is_not(None)
Index(None, deliveries.c.due_at, sqlite_where=_is_open, postgresql_where=_is_open)

attempts = Table(
    "attempts",
    metadata,
    sequence(),
    Column("delivery_seq", BigInteger, ForeignKey("deliveries.seq"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("state", Words, nullable=False),
    Column("answer", Words, nullable=False),
    sqlite_autoincrement=True,
)

# One message about several deliveries. A digest's id follows from its turn, so that no turn has two.
batches = Table(
    "batches",
    metadata,
    Column("id", Words, primary_key=True),
    Column("recipient_id", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("address", Words, nullable=False),
    # The turn of the digest; NULL: immediate alerts that came at once.
    Column("period", Words),
    Column("size", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
)

silences = Table(
    "silences",
    metadata,
    Column("id", Words, primary_key=True),
    Column("criteria", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("comment", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

# Who asked for alerts and confirmed it. Of the tokens in their mails nothing is kept: they are signed, not stored.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("address", Words, nullable=False),
    # The address without regard to case: one subscription for each.
    Column("address_key", Words, nullable=False),
    Column("choices", Words, nullable=False),
    Column("confirmed_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_because", Words, nullable=False),
    # Refusals of the address since a mail was taken last.
    Column("refusals", Words),
    UniqueConstraint("address_key"),
)

# Who asked and has not confirmed; gone, with the address, when the link has expired.
subscription_requests = Table(
    "subscription_requests",
    metadata,
    Column("id", Words, primary_key=True),
    Column("address", Words, nullable=False),
    Column("address_key", Words, nullable=False),
    # A keyed hash of where the request came from, so that nobody asks for many.
    Column("client", Words, nullable=False),
    Column("choices", Words, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

# Rules and recipients that were made on pages, beside those of sources.yaml.
made_here = Table(
    "made_here",
    metadata,
    Column("section", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("document", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

# One row that counts the changes of the three tables above: cheap to ask before every routing.
audience = Table(
    "audience",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)

# A receiver said "gone" (HTTP 410): nothing more is sent there until somebody says so.
stopped_addresses = Table(
    "stopped_addresses",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("address", Words, primary_key=True),
    Column("recipient_id", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

# How many checks a day (UTC) had: those that found nothing new leave no other trace.
tallies = Table(
    "tallies",
    metadata,
    Column("day", Words, primary_key=True),
    Column("checks", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
)

# What was last done to the database itself: "backup", "restore", "prune", "copy".
keeping = Table(
    "keeping",
    metadata,
    Column("what", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("note", Words, nullable=False),
)

# --- what others may read ----------------------------------------------------------------------------------------

feed_links = Table(
    "feed_links",
    metadata,
    Column("id", Words, primary_key=True),
    Column("token_sha256", Words, nullable=False),
    Column("of", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    UniqueConstraint("token_sha256"),
)

# --- what programs read on from ------------------------------------------------------------------------------------

# What happened, for readers of /api/v1/changes; NULL: nobody has put it into the order yet (store/changes.py).
changes = Table(
    "changes",
    metadata,
    sequence(),
    Column("position", BigInteger),
    Column("noun", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_changes_position", changes.c.position, unique=True)
_is_unplaced = changes.c.position.is_(None)
Index("ix_changes_unplaced", changes.c.seq, sqlite_where=_is_unplaced, postgresql_where=_is_unplaced)

# What was answered under an Idempotency-Key, for a day.
kept_answers = Table(
    "kept_answers",
    metadata,
    Column("key_sha256", Words, primary_key=True),
    Column("asked", Words, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Words, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# --- who may decide ----------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("password_hash", Words),
    UniqueConstraint("name"),
)

login_tokens = Table(
    "login_tokens",
    metadata,
    Column("token_sha256", Words, primary_key=True),
    Column("user_id", Words, ForeignKey("users.id"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", Words, primary_key=True),
    Column("user_id", Words, ForeignKey("users.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("last_seen_at", Moment),
    Column("address", Words),
    Column("agent", Words),
    Column("method", Words),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Words, primary_key=True),
    Column("token_sha256", Words, nullable=False),
    Column("user_id", Words, ForeignKey("users.id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("scopes", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
    UniqueConstraint("token_sha256"),
)

# how often somebody guessed at an account, or from an address, since a moment
guesses = Table(
    "guesses",
    metadata,
    Column("about_sha256", Words, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("count", Integer, nullable=False),
)

# only ever added to
sign_ins = Table(
    "sign_ins",
    metadata,
    sequence(),
    Column("at", Moment, nullable=False),
    Column("name", Words, nullable=False),
    Column("method", Words, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Column("address", Words, nullable=False),
    sqlite_autoincrement=True,
)

# --- who is at work ----------------------------------------------------------------------------------------------

pulses = Table(
    "pulses",
    metadata,
    Column("name", Words, primary_key=True),
    Column("role", Words, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
