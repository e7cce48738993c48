"""Links to feeds, and what a feed lists."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, text

from tests.store.building import MINUTE, NOW, decide, delivery, entry, entry_record, found, match
from watcher.models.feeds import FeedOf
from watcher.models.identity import entry_id, match_id
from watcher.models.words import Action, Verdict
from watcher.store import Store


def listed(store: Store, of: FeedOf, *about: str, limit: int = 50) -> list[str]:
    """The keys of the entries in a feed."""
    keys = {entry_id("kind-news", str(n)): str(n) for n in range(10)}
    return [keys[item.entry_id] for item in store.feeds.newest(of, about, limit)]


def test_a_token_opens_the_feed_that_it_was_made_for(store: Store) -> None:
    token = store.feeds.new_link(FeedOf.POLICY, "mpp", "es", "ana", NOW)
    link = store.feeds.by_token(token)
    assert link is not None
    assert (link.of, link.about, link.language, link.created_by) == (FeedOf.POLICY, "mpp", "es", "ana")
    assert (link.created_at, link.revoked_at) == (NOW, None)
    assert store.feeds.by_token(token[:-1]) is None
    assert store.feeds.links() == [link]


def test_only_a_hash_of_a_token_is_kept(store: Store, engine: Engine) -> None:
    token = store.feeds.new_link(FeedOf.RULE, "acts", "en", "ana", NOW)
    with engine.connect() as connection:
        assert token not in str(connection.execute(text("SELECT * FROM feed_links")).all())


def test_a_revoked_link_is_known_and_listed_no_more(store: Store) -> None:
    token = store.feeds.new_link(FeedOf.POLICY, "mpp", "en", "ana", NOW)
    (link,) = store.feeds.links()
    store.feeds.revoke(link.id, NOW + MINUTE)
    store.feeds.revoke(link.id, NOW + 2 * MINUTE)
    assert store.feeds.links() == []
    revoked = store.feeds.by_token(token)
    assert revoked is not None
    assert revoked.revoked_at == NOW + MINUTE


def test_the_feed_of_a_policy_lists_its_entries_newest_find_first_as_many_as_asked(store: Store) -> None:
    for number in range(3):
        found(store, entry_record(entry(str(number)), match("mpp")), now=NOW + number * MINUTE)
    found(store, entry_record(entry("3"), match("title-42")), now=NOW + 3 * MINUTE)
    assert listed(store, FeedOf.POLICY, "mpp") == ["2", "1", "0"]
    assert listed(store, FeedOf.POLICY, "mpp", "title-42", limit=2) == ["3", "2"]
    assert listed(store, FeedOf.POLICY, "dca") == []


def test_an_entry_stands_in_a_feed_once_with_the_matches_that_it_is_there_for(store: Store) -> None:
    found(store, entry_record(entry("1"), match("mpp"), match("mpp", Action.SUSPEND), match("title-42")))
    (item,) = store.feeds.newest(FeedOf.POLICY, ["mpp"], 50)
    assert [row.match.action for row in item.matches] == [Action.TERMINATE, Action.SUSPEND]
    assert item.changed_at == max(row.first_seen for row in item.matches)
    (item,) = store.feeds.newest(FeedOf.PUBLISHER, ["kind"], 50)
    assert len(item.matches) == 3


def test_what_people_dismissed_leaves_the_feed(store: Store) -> None:
    found(store, entry_record(entry("1"), match("mpp")), entry_record(entry("2"), match("mpp")))
    wrong = match_id(entry_id("kind-news", "1"), match("mpp"))
    decide(store, wrong, Verdict.DISMISSED, now=NOW + timedelta(hours=1))
    assert listed(store, FeedOf.POLICY, "mpp") == ["2"]


def test_the_feed_of_a_rule_lists_what_it_made_deliveries_for(store: Store) -> None:
    told = delivery(entry_id("kind-news", "1"))
    found(store, entry_record(entry("1"), match("mpp"), deliveries=(told,)), entry_record(entry("2"), match("mpp")))
    assert told.rule_ids == ("all",)
    assert listed(store, FeedOf.RULE, "all") == ["1"]
    assert listed(store, FeedOf.RULE, "al") == listed(store, FeedOf.RULE, "a%") == listed(store, FeedOf.RULE) == []


def test_the_feed_of_a_publisher_lists_its_own_only(store: Store) -> None:
    found(store, entry_record(entry("1"), match("mpp")))
    assert listed(store, FeedOf.PUBLISHER, "kind") == ["1"]
    assert listed(store, FeedOf.PUBLISHER, "white-house") == []
