"""Incidents in the store: with the check that found them or not at all, one at a time about a source."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, text

from tests.store.building import MINUTE, NOW, catalog, claim, delivery, document, failed, publish, record, source
from watcher.models.alerts import Delivery
from watcher.models.identity import incident_id
from watcher.models.incidents import Doubt, Gap, Habits, Incident, IncidentChange, IncidentKind, Repair
from watcher.store import Store

HABITS = Habits(
    url="https://example.org/kind-news",
    reads=7,
    good_at=NOW,
    news_at=NOW,
    gaps=(1, 3),
    lows=((NOW.date(), 5),),
    latest=(NOW, NOW - timedelta(days=1)),
    site="example.org",
    listed=Doubt(IncidentKind.EMPTY, NOW, 2, 2, "lists nothing", "ab" * 32, (Repair("url", "https://é.example"),), 0),
    gap=Gap(NOW - timedelta(days=3), NOW),
)


def incident(
    source_id: str | None = "kind-news", kind: IncidentKind = IncidentKind.SILENT, **changes: object
) -> Incident:
    made = Incident(
        id=incident_id(source_id, kind, NOW),
        source_id=source_id,
        kind=kind,
        since=NOW - timedelta(days=9),
        opened_at=NOW,
        message="nothing new for 9 days",
        repairs=(Repair("url", "https://example.org/new", "finds 3 entries"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def told(about: Incident, address: str = "desk@example.org") -> tuple[Delivery, ...]:
    return (replace(delivery(about.id, address=address), rule_ids=("operators",)),)


def opening(about: Incident) -> IncidentChange:
    return IncidentChange(opened=about, deliveries=told(about))


def test_an_incident_is_written_with_its_check_its_evidence_and_its_deliveries(store: Store) -> None:
    publish(store)
    answer = document(b"<html>Access denied</html>")
    found = incident(evidence=answer.sha256)
    result = failed(claim(store))
    (summary,) = store.checks.record([replace(result, incident=opening(found), answer=answer, keep_answer=True)])
    assert summary.opened == found
    assert store.incidents.listing(open_only=True) == [found]
    assert store.captures.read(answer.sha256) == answer.body
    (row,) = store.deliveries.listing()
    assert (row.entry_id, row.title, row.about_incident) == (found.id, found.message, True)
    assert store.counts(NOW).incidents == 1
    assert store.sources.health()[0].incident == found


def test_a_check_whose_claim_was_lost_opens_nothing(store: Store) -> None:
    publish(store)
    stale = claim(store)
    store.sources.release_all()
    assert store.checks.record([replace(failed(stale), incident=opening(incident()))]) == []
    assert store.incidents.listing() == []
    assert store.deliveries.listing() == []


def test_the_next_claim_knows_the_incident_and_the_habits(store: Store) -> None:
    publish(store)
    store.checks.record([replace(failed(claim(store)), incident=opening(incident()), habits=HABITS)])
    again = claim(store, now=NOW + MINUTE)
    assert again.incident == incident()
    assert again.habits == HABITS
    assert store.sources.health()[0].gap == HABITS.gap


def test_a_check_that_learns_nothing_keeps_the_habits(store: Store) -> None:
    publish(store)
    store.checks.record([replace(failed(claim(store)), habits=HABITS)])
    store.checks.record([failed(claim(store, now=NOW + MINUTE), now=NOW + MINUTE)])
    assert claim(store, now=NOW + 2 * MINUTE).habits == HABITS


def test_habits_of_a_later_release_can_be_read(store: Store, engine: Engine) -> None:
    publish(store)
    with engine.begin() as connection:
        connection.execute(text("""UPDATE sources SET habits = '{"reads": 3, "moods": ["well"]}'"""))
    assert claim(store).habits == Habits(reads=3)


def test_only_one_incident_is_open_about_a_source(store: Store) -> None:
    publish(store)
    first, second = incident(), incident(kind=IncidentKind.EMPTY)
    assert store.incidents.change(opening(first), NOW).opened == first
    assert store.incidents.change(opening(second), NOW) == IncidentChange()
    assert [each.id for each in store.incidents.listing()] == [first.id]
    assert len(store.deliveries.listing()) == 1


def test_only_one_incident_is_open_about_the_network(store: Store) -> None:
    first = incident(None, IncidentKind.NO_NETWORK)
    store.incidents.change(opening(first), NOW)
    later = replace(first, id="another")
    assert store.incidents.change(opening(later), NOW) == IncidentChange()
    assert store.incidents.of_network() == first
    assert store.counts(NOW).incidents == 1


def test_an_incident_closes_once_and_stays_in_the_history(store: Store) -> None:
    publish(store)
    store.incidents.change(opening(incident()), NOW)
    ending = IncidentChange(
        closed=replace(incident(), note="look at the archive"), deliveries=told(incident(), "b@example.org")
    )
    closed = store.incidents.change(ending, NOW + MINUTE).closed
    assert closed
    assert closed.closed_at == NOW + MINUTE
    assert store.incidents.change(ending, NOW + 2 * MINUTE) == IncidentChange()
    assert store.incidents.listing(open_only=True) == []
    assert store.incidents.listing() == [closed]
    assert store.incidents.show(closed.id) == closed
    assert len(store.deliveries.listing()) == 2
    assert claim(store).incident is None


def test_after_it_closed_another_may_open(store: Store) -> None:
    publish(store)
    store.incidents.change(opening(incident()), NOW)
    store.incidents.change(IncidentChange(closed=incident()), NOW)
    again = incident(kind=IncidentKind.GONE)
    store.incidents.change(opening(again), NOW)
    assert [each.id for each in store.incidents.listing(open_only=True)] == [again.id]
    assert [each.id for each in store.incidents.listing(limit=1)] == [again.id]
    assert [each.id for each in store.incidents.listing(before=again.id)] == [incident().id]


def test_one_trouble_takes_the_place_of_another_in_one_step(store: Store) -> None:
    publish(store)
    store.incidents.change(opening(incident()), NOW)
    other = incident(kind=IncidentKind.GONE)
    change = IncidentChange(opened=other, closed=incident(), deliveries=told(other))
    done = store.incidents.change(change, NOW + MINUTE)
    assert done.opened == other
    assert done.closed
    assert [each.id for each in store.incidents.listing(open_only=True)] == [other.id]


def test_the_incidents_of_one_source_can_be_listed(store: Store) -> None:
    publish(store, source(), source("court-news"))
    store.incidents.change(opening(incident()), NOW)
    store.incidents.change(opening(incident("court-news")), NOW)
    assert [each.source_id for each in store.incidents.listing(source="court-news")] == ["court-news"]


def test_a_source_that_is_taken_out_or_switched_off_has_no_open_incident(store: Store) -> None:
    publish(store, source(), source("court-news"))
    for name in ("kind-news", "court-news"):
        store.incidents.change(opening(incident(name)), NOW)
    store.catalogs.publish(catalog(source(enabled=False)), NOW + MINUTE)
    assert store.incidents.listing(open_only=True) == []
    assert len(store.incidents.listing()) == 2


def test_an_unchanged_check_can_close_an_incident(store: Store) -> None:
    publish(store)
    store.incidents.change(opening(incident()), NOW)
    claimed = claim(store)
    result = record(claimed, now=NOW + MINUTE, incident=IncidentChange(closed=claimed.incident))
    (summary,) = store.checks.record([result])
    assert summary.closed
    assert store.incidents.listing(open_only=True) == []
