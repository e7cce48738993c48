"""What goes wrong with a source becomes the right incident in time, and what is well becomes none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

from tests.campaigns import quiet_months
from tests.campaigns.injected import FAULTS, Injection, born, inject
from tests.campaigns.publishers import DAY, PATTERNS, Outlet
from tests.campaigns.recorded import recorded
from tests.material import material

SOURCES = 200
RIGHT = 0.95
START = quiet_months.START


def test_ninety_healthy_days_of_two_hundred_sources_give_less_than_one_false_incident_a_year() -> None:
    lives, false = quiet_months.live_through(SOURCES, seed=20)
    years = SOURCES * quiet_months.DAYS / 365
    checks = sum(life.checks for life in lives)
    print(f"\n{checks:,} checks of {SOURCES} sources over {quiet_months.DAYS} days")
    print(
        f"false incidents: {sum(false.values())} in {years:.1f} source-years = {sum(false.values()) / years:.2f} a year"
    )
    for what, count in false.most_common():
        print(f"  {count}  {what}")
    assert sum(false.values()) <= years
    worst = max(len(life.opened) for life in lives)
    assert worst <= 2


async def test_faults_of_simulated_sources_become_the_right_incident_within_two_expected_intervals() -> None:
    injections: list[Injection] = []
    for number in range(len(PATTERNS)):
        for kind in ("feed", "listing"):
            injections += await _all_faults_of(number, kind)
    _show(injections)
    assert sum(each.is_right for each in injections) >= RIGHT * len(injections)


async def test_faults_of_a_recorded_feed_become_the_right_incident_within_two_expected_intervals() -> None:
    outlet = recorded(material("feeds", "whitehouse-history"))
    injections: list[Injection] = []
    for began in (
        datetime(2023, 3, 1, tzinfo=UTC),
        datetime(2024, 2, 1, tzinfo=UTC),
        datetime(2024, 10, 1, tzinfo=UTC),
    ):
        life = born(outlet, began - 100 * DAY)
        await life.live(began)
        assert [(each.kind, each.message) for each in life.opened] == []
        injections += [
            await inject(fault, outlet, life) for fault in FAULTS if "feed" in fault.kinds and not fault.stirring
        ]
    _show(injections)
    assert sum(each.is_right for each in injections) >= RIGHT * len(injections)


async def _all_faults_of(number: int, kind: str) -> list[Injection]:
    rng = Random(number)
    timeline = PATTERNS[number](START - 200 * DAY, START + 400 * DAY, rng)
    outlet = Outlet(f"office-{kind}-{number}", kind, timeline, stirs=number % 2 == 0)
    life = born(outlet, START - 40 * DAY)
    await life.live(START)
    assert [(each.kind, each.message) for each in life.opened] == []
    fitting = [fault for fault in FAULTS if kind in fault.kinds and (outlet.stirs or not fault.stirring)]
    return [await inject(fault, outlet, life) for fault in fitting]


def _show(injections: Iterable[Injection]) -> None:
    by_fault: dict[str, list[Injection]] = {}
    for each in injections:
        by_fault.setdefault(each.fault.name, []).append(each)
    print(f"\n{'fault':<32}{'right':>8}{'median':>20}{'longest':>20}")
    for name, them in by_fault.items():
        times = sorted(each.after for each in them if each.after)
        right = f"{sum(each.is_right for each in them)}/{len(them)}"
        shown = [str(each).partition(".")[0] for each in (times[len(times) // 2], times[-1])] if times else ["-", "-"]
        print(f"{name:<32}{right:>8}{shown[0]:>20}{shown[1]:>20}")
        for each in them:
            if not each.is_right:
                found = f"{each.became.kind}: {each.became.message}" if each.became else "nothing"
                print(f"    {each.source}: {found}")
    everything = [each for them in by_fault.values() for each in them]
    print(f"right: {sum(each.is_right for each in everything)} of {len(everything)}")
