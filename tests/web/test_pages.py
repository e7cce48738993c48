"""Sources, policies and alerts; both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.web.page import all_of, links, parsed, says
from tests.web.planted import COURT_ENTRY_ID, ENTRY_ID, NOW, source
from watcher.alerts.schedule import gathering
from watcher.models.alerts import AttemptResult, Delivery, DeliveryState, Waits, WaitsFor
from watcher.models.catalog import Publisher
from watcher.models.views import SourceHealth
from watcher.models.words import PublisherType
from watcher.store import Store
from watcher.web.sources import Condition, condition

MORE = ("/alerts/rules", "/alerts/rules/new", "/alerts/recipients/new")
PAGES = (
    "/",
    "/inbox",
    f"/entries/{ENTRY_ID}",
    "/sources",
    "/policies",
    "/policies/mpp",
    "/alerts",
    "/feed-links",
    *MORE,
)


async def test_a_failing_source_stands_first_with_reason_and_advice(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/sources")
    first = says(answer, ".source")
    assert "answered 403" in first
    assert "Ask the publisher for access." in first
    assert "failing since 4 May 2026, 12:20 UTC, 1 check" in first
    assert all_of(answer, ".summary a") == ["1 Cannot be read", "1 All is well"]


async def test_a_source_says_when_it_was_and_will_be_checked_and_what_it_brought(desk: httpx.AsyncClient) -> None:
    facts = all_of(await desk.get("/sources"), "#s-kind-news .facts div")
    assert facts == [
        "Last check59 minutes ago",
        "Last success59 minutes ago",
        "Next checknow due",
        "Newest entry1 hour ago",
        "Entries1",
        "Matches2",
    ]
    assert links(await desk.get("/sources"), "#s-kind-news .facts a") == ["/inbox?verdict=any&source=kind-news"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Condition.UNCHECKED),
        ({"last_check_at": NOW}, Condition.WELL),
        ({"last_check_at": NOW, "failures": 2}, Condition.FAILING),
        ({"retired": True, "failures": 2}, Condition.RETIRED),
    ],
)
def test_a_source_has_one_condition(changes: dict[str, object], expected: Condition) -> None:
    untouched: dict[str, object] = dict.fromkeys(SourceHealth.__dataclass_fields__)
    whose = Publisher("p", "P", PublisherType.NGO)
    known = untouched | {"source": source("s", whose), "publisher": whose, "failures": 0, "retired": False} | changes
    assert condition(SourceHealth(**known)) is expected  # type: ignore[arg-type]


async def test_policies_are_listed_with_their_number_of_matches(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/policies")
    assert all_of(answer, ".policies .meta") == ["ended (Aug 2022) · 1 match", "ended (Aug 2022) · 2 matches"]


async def test_a_policy_shows_its_names_its_dated_events_newest_first_and_its_matches(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/policies/title-42")
    assert "Expulsiones bajo el Título 42" in says(answer, ".facts")
    assert all_of(answer, ".told-states th[scope=row]") == ["2 May 2026", "8 Aug 2022", "Feb 2021"]
    assert "https://www.example.gov/order" in links(answer, ".told-states a.out")
    assert links(answer, ".card .title a") == [f"/entries/{COURT_ENTRY_ID}", f"/entries/{ENTRY_ID}"]


async def test_where_a_policy_stands_is_said_in_the_readers_language(desk: httpx.AsyncClient) -> None:
    for path in ("/policies", "/policies/mpp"):
        answer = await desk.get(f"{path}?lang=es")
        assert "terminada (ago 2022)" in says(answer, "main"), path
        assert parsed(answer).css_first('main p[lang="en"]') is not None, path


async def test_the_ledger_lists_every_delivery_by_state(desk: httpx.AsyncClient, planted: Store) -> None:
    answer = await desk.get("/alerts")
    assert "desk@example.org" in says(answer, ".ledger li")
    assert all_of(answer, ".tabs a") == ["All 1", "Waiting 1", "Delivered 0", "Not delivered 0"]
    assert says(await desk.get("/alerts?state=dead"), ".empty h2") == "No alerts here"


async def test_a_dead_delivery_can_be_sent_again(desk: httpx.AsyncClient, planted: Store) -> None:
    _give_up(planted)
    answer = await desk.get("/alerts?state=dead")
    assert "550 no such user" in says(answer, ".ledger .answer")
    form = parsed(answer).css_first(".ledger form")
    assert form is not None
    answer = await desk.post(str(form.attributes["action"]))
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts?retried=1")
    (row,) = planted.deliveries.listing()
    assert (row.state, row.due_at) == (DeliveryState.RETRYING, NOW.replace(hour=13))


async def test_the_ledger_says_until_when_and_why_a_message_is_held_and_what_it_goes_with(
    desk: httpx.AsyncClient, planted: Store
) -> None:
    until = datetime(2026, 3, 14, 11, tzinfo=UTC)
    why = (WaitsFor(Waits.QUIET, until, "America/New_York", "desk"),)
    held = Delivery("h1", "e1", (), "desk", "email", "a@x.org", {}, NOW, held=True, waits_for=why)
    planted.deliveries.add([held], NOW)
    assert "quiet hours of desk: held until 2026-03-14 07:00 EDT" in (await desk.get("/alerts?state=held")).text
    assert "retenido hasta 2026-03-14 07:00 EDT" in (await desk.get("/alerts?state=held&lang=es")).text
    await desk.get("/alerts?lang=en")
    alike = [Delivery(f"b{each}", "e1", (), "log", "file", "x", {}, NOW, digest="0 8 * * * UTC") for each in "12"]
    planted.deliveries.add(alike, NOW)
    planted.deliveries.claim_due(NOW, lease=timedelta(minutes=1), limit=9, gathering=gathering({}, NOW))
    (row, *_) = planted.deliveries.listing()
    assert f"/alerts?batch={row.batch}" in links(await desk.get("/alerts"), ".ledger a")
    assert len(all_of(await desk.get(f"/alerts?batch={row.batch}"), ".ledger > li")) == 2


def _give_up(store: Store) -> None:
    (claimed,) = store.deliveries.claim_due(NOW, lease=timedelta(minutes=1), limit=1)
    dead = AttemptResult(claimed.delivery.id, claimed.fence, DeliveryState.DEAD, NOW, "550 no such user", None)
    store.deliveries.finish([dead])


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_speaks_spanish(desk: httpx.AsyncClient, path: str) -> None:
    answer = await desk.get(path, headers={"accept-language": "es-MX,es;q=0.9"})
    assert answer.status_code == 200
    assert parsed(answer).css_first("html").attributes["lang"] == "es"  # type: ignore[union-attr]
    assert all_of(answer, ".nav a") == ["Resumen", "Bandeja", "Políticas", "Fuentes", "Avisos"]
    assert "Protocolos de Protección a Migrantes" in answer.text or path in ("/sources", "/alerts", *MORE)


async def test_a_chosen_language_stays_chosen(desk: httpx.AsyncClient) -> None:
    (spanish,) = links(await desk.get("/sources"), ".languages a")
    assert spanish == "?lang=es"
    await desk.get("/sources?lang=es")
    assert says(await desk.get("/sources"), "h1") == "Fuentes"


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_has_its_landmarks_a_skip_link_and_one_first_heading(
    desk: httpx.AsyncClient, path: str
) -> None:
    tree = parsed(await desk.get(path))
    assert [len(tree.css(name)) for name in ("header.top", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert tree.css_first("a.skip").attributes["href"] == "#main"  # type: ignore[union-attr]
    for control in tree.css("input:not([type=hidden]), textarea"):
        within = control.parent is not None and control.parent.tag == "label"
        assert within or tree.css_first(f'label[for="{control.attributes["id"]}"]') is not None, control.html


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_a_script_or_a_style_within(desk: httpx.AsyncClient, path: str) -> None:
    tree = parsed(await desk.get(path))
    assert not tree.css("style, [style], script:not([src])")
    assert not [n for n in tree.css("*") if any(name.startswith("on") for name in n.attributes)]
