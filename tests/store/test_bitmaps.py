"""Sets of places: what goes in comes out, in whatever order the matches arrive."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from watcher.models.views import Order
from watcher.store.bitmaps import Bitmaps, from_above, from_flags, from_places

DAY = datetime(2026, 3, 1, tzinfo=UTC)


class Row(NamedTuple):
    """What the bitmaps read of a row of `matches`, in the order of `COLUMNS`."""

    seq: int
    entry_seq: int = 1
    first_seen: datetime = DAY
    current: bool = True
    weight: int = 0
    policy: str = "mpp"
    action: str = "block"
    modality: str = "actual"
    language: str | None = None
    verdict: str = "new"
    source_id: str = "wh"
    assignee: str | None = None


ROWS = st.builds(
    Row,
    seq=st.integers(1, 60),
    entry_seq=st.integers(1, 9),
    first_seen=st.integers(0, 5).map(lambda n: DAY + timedelta(days=n)),
    current=st.booleans(),
    weight=st.integers(0, 3),
    policy=st.sampled_from("abc"),
    language=st.sampled_from(["en", "es", None]),
)


@given(st.sets(st.integers(0, 300)))
def test_a_set_has_its_places(places: set[int]) -> None:
    bits = from_places(places, 301)
    assert list(from_above(bits)) == sorted(places, reverse=True)
    assert from_flags(bytes(place in places for place in range(301))) == bits


@given(st.lists(st.lists(ROWS, max_size=9, unique_by=lambda row: row.seq), max_size=9))
def test_the_bitmaps_have_each_match_as_it_was_told_last(told: list[list[Row]]) -> None:
    bits = Bitmaps()
    now: dict[int, Row] = {}
    for rows in told:
        before, said = bits, [*bits.seqs]
        bits = bits.changed(rows)
        now |= {row.seq: row for row in rows}
        assert [*before.seqs] == said
    ordered = [now[seq] for seq in sorted(now)]
    assert [*bits.seqs] == sorted(now)
    assert bits.current == from_flags(bytes(row.current for row in ordered))
    for policy in "abcd":
        assert bits.with_value("policy", policy) == from_flags(bytes(row.policy == policy for row in ordered))
    assert bits.of_entries({1, 2}) == from_flags(bytes(row.entry_seq in (1, 2) for row in ordered))
    days = date(2026, 3, 2), date(2026, 3, 4)
    assert bits.seen(*days) == from_flags(bytes(days[0] <= r.first_seen.date() <= days[1] for r in ordered))
    weighty = sorted(ordered, key=lambda row: (row.weight, row.seq), reverse=True)
    everything = (1 << len(ordered)) - 1
    assert [bits.seqs[place] for place in bits.in_order(everything, Order.IMPORTANT)] == [row.seq for row in weighty]


def test_a_value_that_nobody_has_any_more_is_forgotten() -> None:
    bits = Bitmaps().changed([Row(1), Row(2)]).changed([Row(1, policy="a"), Row(2, policy="a")])
    assert dict(bits.of["policy"]) == {"a": 0b11}
