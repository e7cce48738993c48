"""The page of one entry."""

from __future__ import annotations

from dataclasses import replace

import httpx

from tests.web.page import all_of, links, parsed, says
from tests.web.planted import BODY, ENDED, ENDED_ID, ENTRY_ID, NOW, TEXT, TITLE, check, record
from watcher.models.checks import TextState
from watcher.models.identity import entry_id
from watcher.models.matches import Classification
from watcher.models.reclassified import Reclassified, Wanted
from watcher.models.views import ReviewNote
from watcher.pipeline.events import Gathering
from watcher.store import Store

PAGE = f"/entries/{ENTRY_ID}"


async def test_the_text_is_shown_whole_with_every_mention_marked(desk: httpx.AsyncClient) -> None:
    answer = await desk.get(PAGE)
    assert says(answer, ".text") == TEXT.replace("\n", " ")
    assert all_of(answer, ".text mark") == [
        "Migrant Protection Protocols",
        "Title 42 expulsions",
        "Migrant Protection Protocols",
    ]
    assert all_of(answer, "h1 mark") == ["Migrant Protection Protocols"]
    assert says(answer, "h1") == TITLE


async def test_evidence_is_marked_apart_from_mentions(desk: httpx.AsyncClient) -> None:
    answer = await desk.get(PAGE)
    shown = "".join(all_of(answer, ".text p:first-child .evidence"))
    assert shown.replace(" ", "") == TEXT.split("\n")[0].replace(" ", "")


async def test_each_mention_leads_to_the_next_of_its_policy_and_the_last_to_the_first(desk: httpx.AsyncClient) -> None:
    tree = parsed(await desk.get(PAGE))
    marks = {node.attributes["id"]: node.css("a")[0].attributes["href"] for node in tree.css("mark[id]")}
    assert marks["x-1-mpp-1"] == "#x-1-mpp-2"
    assert marks["x-1-mpp-3"] == "#x-1-mpp-1"
    jumps = [node.attributes["href"] for node in tree.css(".jumps a")]
    assert all(str(jump).removeprefix("#") in marks for jump in jumps)
    assert len(jumps) == 4


async def test_no_two_elements_have_the_same_id(desk: httpx.AsyncClient) -> None:
    for path in ("/", "/inbox", PAGE, "/sources", "/policies", "/policies/mpp", "/alerts"):
        ids = [node.attributes["id"] for node in parsed(await desk.get(path)).css("[id]")]
        assert len(ids) == len(set(ids)), path


async def test_the_source_is_linked_without_telling_it_who_comes(desk: httpx.AsyncClient) -> None:
    link = parsed(await desk.get(PAGE)).css_first("a.out")
    assert link is not None
    assert link.attributes["href"] == "https://www.example.org/statement"
    assert link.attributes["rel"] == "noopener noreferrer"


async def test_the_terms_of_the_score_are_listed_and_add_up(desk: httpx.AsyncClient) -> None:
    answer = await desk.get(PAGE)
    terms = [float(cell) for cell in all_of(answer, f"#m-{ENDED_ID} .why tbody td")]
    assert all_of(answer, f"#m-{ENDED_ID} .why tbody th")[0] == "named in the title"
    assert round(sum(terms), 2) == float(says(answer, f"#m-{ENDED_ID} .why tfoot td")) == 0.95


def _reviews(store: Store) -> tuple[tuple[str, ReviewNote], ...]:
    view = store.entries.show(ENTRY_ID)
    assert view is not None
    return view.reviews


async def test_reviews_are_kept_as_history(desk: httpx.AsyncClient, planted: Store) -> None:
    for verdict, note_ in (("dismissed", "Old news."), ("needs-lawyer", "")):
        form = {"verdict": verdict, "note": note_, "back": "entry"}
        answer = await desk.post(f"/matches/{ENDED_ID}/review", data=form)
        (act,) = {note.act_id for _, note in _reviews(planted) if note.note == note_ and note.verdict == verdict}
        assert answer.headers["location"] == f"{PAGE}?done={act}#review"
    history = all_of(await desk.get(PAGE), f"#m-{ENDED_ID} .history li")
    assert history == ["Dismissed · admin · just nowOld news.", "Needs a lawyer · admin · just now"]


async def test_it_says_who_was_told_and_how_it_went(desk: httpx.AsyncClient) -> None:
    told = says(await desk.get(PAGE), ".told")
    assert "desk@example.org" in told
    assert "Waiting" in told


async def test_an_entry_that_alerted_nobody_says_why(desk: httpx.AsyncClient, planted: Store) -> None:
    check(planted, "kind-news", record("kind-news", "urn:quiet", "Quiet", "Nothing of interest.", ()))
    answer = await desk.get(f"/entries/{entry_id('kind-news', 'urn:quiet')}")
    assert says(answer, ".told p") == "Nobody: no rule selected it."
    assert "No policy was found" in says(answer, ".review")


async def test_an_entry_whose_match_was_found_later_says_that_nobody_was_told(
    desk: httpx.AsyncClient, planted: Store
) -> None:
    check(planted, "kind-news", record("kind-news", "urn:quiet", TITLE, TEXT, ()))
    name = entry_id("kind-news", "urn:quiet")
    texts = planted.reclassification.texts(Wanted("newer"), after=0, limit=9)
    (stored,) = [each for each in texts if each.said.entry_id == name]
    found = Reclassified(stored, Classification(("en",), None, None, (ENDED,), (), "newer"), None)
    planted.reclassification.record([found], Gathering(dict), NOW)
    answer = await desk.get(f"/entries/{name}")
    assert says(answer, ".told p") == "Nobody: it was found when stored entries were classified again."


async def test_a_page_that_could_not_be_read_is_said_with_its_error(desk: httpx.AsyncClient, planted: Store) -> None:
    late = record(
        "kind-news", "urn:3", "Late", "A teaser.", (), text_state=TextState.MISSING, page_error="answered 404"
    )
    check(planted, "kind-news", late)
    assert "answered 404" in says(await desk.get(f"/entries/{entry_id('kind-news', 'urn:3')}"), ".notice")


async def test_an_unread_scan_says_so_and_is_listed_with_its_source(desk: httpx.AsyncClient, planted: Store) -> None:
    scan = record("kind-news", "urn:5", "An <order>", "", (), text_state=TextState.SCAN)
    check(planted, "kind-news", scan)
    page = f"/entries/{entry_id('kind-news', 'urn:5')}"
    assert "Unread scan" in says(await desk.get(page), ".notice")
    assert page in links(await desk.get("/sources"), ".facts a")
    assert "Unread scans" in (await desk.get("/sources")).text


async def test_what_is_known_of_a_sender_is_shown(desk: httpx.AsyncClient, planted: Store) -> None:
    mail = record("kind-news", "urn:6", "Mail", "Text.", ())
    said = "dmarc=fail (<evil.example>); said by mx.example.org"
    check(planted, "kind-news", replace(mail, entry=replace(mail.entry, authentication=said)))
    assert said in says(await desk.get(f"/entries/{entry_id('kind-news', 'urn:6')}"), ".facts")


async def test_an_entry_without_date_address_title_and_text_is_still_a_page(
    desk: httpx.AsyncClient, planted: Store
) -> None:
    check(planted, "kind-news", record("kind-news", "urn:4", "", "", (), url=None, published=None), now=NOW)
    answer = await desk.get(f"/entries/{entry_id('kind-news', 'urn:4')}")
    assert answer.status_code == 200
    assert says(answer, "h1") == "Without a title"
    assert "the source gives no date" in says(answer, ".facts")
    assert not links(answer, "a.out")


async def test_the_capture_is_a_file_to_keep_and_never_a_page(desk: httpx.AsyncClient) -> None:
    assert links(await desk.get(PAGE), "a[download]") == [f"{PAGE}/capture"]
    answer = await desk.get(f"{PAGE}/capture")
    assert answer.content == BODY
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="capture-{ENTRY_ID}.txt"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_what_is_not_stored_is_a_page_that_says_so(desk: httpx.AsyncClient) -> None:
    for path in ("/entries/nothing", "/entries/nothing/capture", "/entries/..%2f..%2fetc", "/policies/nothing", "/x"):
        answer = await desk.get(path)
        assert answer.status_code == 404, path
        assert says(answer, "h1") == "There is no such page"
