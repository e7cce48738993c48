"""What hosts said, kept until it no longer holds."""

from __future__ import annotations

from datetime import timedelta

from tests.store.building import NOW
from watcher.models.hosts import HostNote, NoteKind
from watcher.store import Store

HOUR = timedelta(hours=1)


def test_a_note_holds_until_its_time_and_the_newest_counts(store: Store) -> None:
    hold = HostNote(NoteKind.HOLD, "a.example:443", NOW + HOUR, "429")
    rules = HostNote(NoteKind.ROBOTS, "https://a.example", NOW + 2 * HOUR, "Disallow: /ñ")
    store.hosts.keep([hold, rules], NOW)
    assert sorted(store.hosts.notes(NOW), key=lambda note: note.kind) == [hold, rules]
    longer = HostNote(NoteKind.HOLD, "a.example:443", NOW + 3 * HOUR, "503")
    store.hosts.keep([longer], NOW)
    assert sorted(store.hosts.notes(NOW + HOUR), key=lambda note: note.kind) == [longer, rules]
    assert store.hosts.notes(NOW + 2 * HOUR) == [longer]
    store.hosts.keep([], NOW + 3 * HOUR)
    assert store.hosts.notes(NOW) == [], "what is over is forgotten"
