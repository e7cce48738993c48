"""Feeds that we publish: what one is about, and the link that lets a feed reader have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher.models.views import MatchRow


class FeedOf(StrEnum):
    """What a feed can be about."""

    POLICY = "policy"
    RULE = "rule"
    PUBLISHER = "publisher"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A way into one feed, until it is revoked. The token that opens it is not kept; `about` is the id of its `of`."""

    id: str
    of: FeedOf
    about: str
    language: str
    created_by: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed with the matches that it is in the feed for, the main ones first.

    `changed_at` is when the newest of them was found.
    """

    entry_id: str
    changed_at: datetime
    matches: tuple[MatchRow, ...]
