"""Whether our network is down: decided over the last results of all sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watcher.pipeline.network import SITES, SURE, Network, Result, heard

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def after(*results: tuple[str, int, bool], failed_before: bool = False) -> Network:
    """Results as (host, minute, answered)."""
    network = Network()
    for host, minute, answered in results:
        network = heard(network, Result(host, START + minute * MINUTE, answered, failed_before))
    return network


def test_three_hosts_that_begin_to_fail_within_ten_minutes_and_more_are_no_network() -> None:
    network = after(("a", 0, False), ("b", 3, False), ("c", 11, False))
    assert network.down_since == START


def test_a_router_that_starts_again_is_none() -> None:
    assert after(("a", 0, False), ("b", 3, False), ("c", 9, False)).down_since is None


def test_two_hosts_say_nothing() -> None:
    assert after(("a", 0, False), ("b", 3, False), ("a", 30, False), ("b", 60, False)).down_since is None


def test_one_answer_in_between_proves_that_it_is_up() -> None:
    assert after(("a", 0, False), ("b", 3, False), ("d", 5, True), ("c", 11, False)).down_since is None


def test_any_answer_ends_it() -> None:
    assert after(("a", 0, False), ("b", 3, False), ("c", 11, False), ("d", 12, True)).down_since is None


def test_hosts_that_failed_before_say_nothing_of_the_network() -> None:
    results = [(f"host-{n}", n, False) for n in range(30)]
    assert after(*results, failed_before=True).down_since is None


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 3), st.booleans())))
def test_it_is_down_only_after_enough_hosts_failed_for_long_enough_without_an_answer(
    results: list[tuple[str, int, bool]],
) -> None:
    now, silent_since, network = START, START, Network()
    failed: dict[str, datetime] = {}
    for host, minutes, answered in results:
        now += minutes * MINUTE
        network = heard(network, Result(host, now, answered, False))
        failed = {} if answered else {**failed, host: failed.get(host, now)}
        if network.down_since:
            assert len(failed) >= SITES
            silent_since = min(failed.values())
            assert network.down_since == silent_since
            assert now - silent_since >= SURE
