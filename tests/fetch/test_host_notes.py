"""What a host said holds for the next process too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fetch.server import NOW, fetching, reply, serving
from watcher.errors import FetchError, ProblemClass
from watcher.models.catalog import HostRule
from watcher.models.hosts import NoteKind

OBEDIENT = HostRule("*", at_once=9, apart=timedelta(0))
DAY = timedelta(hours=24)


async def test_a_host_that_wants_to_be_left_alone_is_left_alone_by_the_next_process() -> None:
    async with serving(reply("429 Too Many Requests", ["Retry-After: 999999"])) as server:
        async with fetching(server) as first:
            with pytest.raises(FetchError):
                await first.fetch(server.url("/"))
            notes = first.unsaved()
            first.saved(notes)
            assert first.unsaved() == ()
        assert [(note.kind, note.until - NOW, note.text) for note in notes] == [(NoteKind.HOLD, DAY, "429")]
        asked = len(server.asked)
        async with fetching(server) as second:
            second.recall(notes)
            with pytest.raises(FetchError) as caught:
                await second.fetch(server.url("/other"))
        assert caught.value.problem.kind is ProblemClass.BLOCKED
        assert len(server.asked) == asked


async def test_a_robots_txt_is_not_asked_for_again_by_the_next_process_for_a_day() -> None:
    routes = {"/robots.txt": reply(body=b"User-agent: *\nDisallow: /closed"), "/open": reply(body=b"open")}
    async with serving(routes) as server:
        async with fetching(server, hosts=[OBEDIENT]) as first:
            await first.fetch(server.url("/open"))
            notes = first.unsaved()
        async with fetching(server, hosts=[OBEDIENT]) as second:
            second.recall(notes)
            with pytest.raises(FetchError) as caught:
                await second.fetch(server.url("/closed"))
            assert caught.value.problem.kind is ProblemClass.ROBOTS
            await second.fetch(server.url("/open"))
            assert second.unsaved() == (), "what was recalled is not said again"
        assert [asked.target for asked in server.asked].count("/robots.txt") == 1
        later = [replace(note, until=note.until - DAY) for note in notes]
        async with fetching(server, hosts=[OBEDIENT]) as third:
            third.recall(later)
            await third.fetch(server.url("/open"))
        assert [asked.target for asked in server.asked].count("/robots.txt") == 2
