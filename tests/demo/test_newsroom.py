"""Announcements come out in their turn."""

from __future__ import annotations

from datetime import timedelta

from tests.demo.conftest import NOW
from watcher.demo.drafts import read_drafts
from watcher.demo.newsroom import Newsroom
from watcher.demo.outlets import OUTLETS, publishers

DRAFTS = read_drafts()


def newsroom() -> Newsroom:
    return Newsroom(DRAFTS, {each.id: f"http://{each.id}.test" for each in publishers()}, opened=NOW)


def test_what_has_an_age_is_out_when_the_newsroom_opens() -> None:
    open_now = newsroom()
    assert len(open_now.published()) + open_now.waiting == len(DRAFTS)
    assert all(each.at == NOW - (each.draft.age or timedelta()) for each in open_now.published())


def test_an_outlet_shows_its_newest_announcement_first() -> None:
    times = [each.at for each in newsroom().published(OUTLETS[0])]
    assert times == sorted(times, reverse=True)


def test_the_next_announcement_is_the_one_whose_turn_it_is() -> None:
    open_now = newsroom()
    first = open_now.publish_next(NOW + timedelta(seconds=20))
    assert first is not None
    assert first.draft.slug == "end-of-the-protocols"
    assert first.at == NOW + timedelta(seconds=20)
    assert open_now.published()[0] == first
    assert open_now.find(first.draft.outlet, "end-of-the-protocols") == first


def test_everything_can_be_published_at_once_and_then_nothing_is_left() -> None:
    open_now = newsroom()
    out = open_now.publish_all(NOW)
    assert [each.draft.turn for each in out] == sorted(each.draft.turn for each in out)
    assert open_now.waiting == 0
    assert open_now.publish_next(NOW) is None
