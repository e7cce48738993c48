"""One page watched for its text: what is added to it is an entry, and what is another page is none."""

from __future__ import annotations

from typing import Any

import pytest

from watcher.errors import ParseError, ProblemClass
from watcher.models.entries import Reading
from watcher.pipeline.reading import read_source
from watcher.sources import page, recall

URL = "https://www.agency.example.org/policies/mpp"
TEXT = [
    "The Migrant Protection Protocols were announced in December 2018 by the department.",
    "Under the policy, people who asked for asylum at the border had to wait in Mexico for their hearings.",
    "The department says that the program is under review. A decision of the courts is expected.",
    "Lawyers and shelters on both sides of the border keep lists of those who are still waiting there.",
]


def html(paragraphs: list[str], *, title: str = "Migrant Protection Protocols", around: str = "") -> str:
    menu = '<nav><ul><li><a href="/">Home</a></li><li><a href="/t42">Title 42</a></li></ul></nav>'
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><title>{title} | Agency</title></head><body>{menu}'
        f'<main><h1>{title}</h1>{body}</main><aside class="sidebar">{around}</aside>'
        "<footer>© 2026 Agency. 1,234 visitors.</footer></body></html>"
    )


def _read(markup: str, memory: str | None = None, *, url: str = URL, **options: Any) -> Reading:
    return read_source(
        kind="page",
        body=markup.encode(),
        url=url,
        media_type="text/html",
        charset=None,
        options=options,
        limit=2000,
        now="2026-11-24T12:00:00+00:00",
        memory=memory,
    )


def _after(first: list[str], **options: Any) -> str:
    memory = _read(html(first), **options).memory
    assert memory is not None
    return memory


def _error(markup: str, memory: str | None = None, **changes: Any) -> ParseError:
    with pytest.raises(ParseError) as caught:
        _read(markup, memory, **changes)
    assert caught.value.problem.advice
    return caught.value


def test_the_first_time_the_whole_text_is_the_entry() -> None:
    (entry,) = _read(html(TEXT)).entries
    assert entry.text.split("\n\n")[1:] == TEXT
    assert (entry.title, entry.url, entry.language) == ("Migrant Protection Protocols", URL, "en")
    assert not entry.teaser


def test_the_same_page_brings_nothing() -> None:
    assert _read(html(TEXT), _after(TEXT)).entries == ()


def test_added_text_comes_with_its_paragraph() -> None:
    changed = [*TEXT[:2], f"{TEXT[2]} The program ends today.", *TEXT[3:], "A new paragraph says why it does."]
    (entry,) = _read(html(changed), _after(TEXT)).entries
    assert entry.text == f"{TEXT[2]} The program ends today.\n\nA new paragraph says why it does."


def test_each_addition_is_an_entry_of_its_own_and_the_same_one_has_the_same_key() -> None:
    memory = _after(TEXT)
    one, again, other = (
        _read(html([*TEXT, f"{word} new rule was published."]), memory).entries[0].key for word in ("One", "One", "A")
    )
    assert one == again != other


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(html(TEXT, around="<p>Title 42 ended, says a related story of the newsroom.</p>"), id="sidebar"),
        pytest.param(html([*TEXT, "Last updated: November 24, 2026"]), id="date of the last change"),
        pytest.param(html([*TEXT, "20 views"]), id="counter"),
        pytest.param(html([*TEXT, "Updated 3 minutes ago"]), id="clock"),
        pytest.param(html(TEXT[::-1]), id="order"),
        pytest.param(html([*TEXT[:3], TEXT[3].upper()]), id="case"),
        pytest.param(html([TEXT[0].replace("2018", "2019"), *TEXT[1:]]), id="numbers"),
        pytest.param(html(TEXT[:3]), id="less"),
    ],
)
def test_what_is_not_added_text_does_not_count(changed: str) -> None:
    assert _read(changed, _after(TEXT)).entries == ()


def test_numbers_count_where_the_source_says_so() -> None:
    changed = html([TEXT[0].replace("2018", "2019"), *TEXT[1:]])
    assert len(_read(changed, _after(TEXT, numbers=True), numbers=True).entries) == 1


def test_a_page_that_flips_between_two_versions_is_news_once() -> None:
    other = [*TEXT[:3], "Another version of the last paragraph stands here now."]
    memory, found = _after(TEXT), 0
    for paragraphs in (other, TEXT, other, TEXT):
        reading = _read(html(paragraphs), memory)
        assert reading.memory is not None
        memory, found = reading.memory, found + len(reading.entries)
    assert found == 1


def test_a_part_can_be_chosen_and_parts_of_it_left_out() -> None:
    markup = html([*TEXT, '<b class="live">Watch it live now.</b> The rest of it.', '<i class="x">Not a word.</i>'])
    (entry,) = _read(markup, text="main", ignore=["h1", ".live", ".x", "p .x"]).entries
    assert entry.text.split("\n\n") == [*TEXT, "The rest of it."]


def test_a_selector_that_finds_nothing_says_what_to_do() -> None:
    problem = _error(html(TEXT), text="#gone").problem
    assert problem.kind is ProblemClass.UNEXPECTED
    assert "#gone" in problem.message
    assert "redesigned" in problem.advice


@pytest.mark.parametrize("options", [{"text": "p["}, {"ignore": ["nav", ":::"]}])
def test_selectors_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="selector"):
        page.Options(**options)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Access Denied", "You don't have permission to access this page on this server. Reference #18.2f4d1702.16"),
        ("Just a moment...", "Checking your browser before accessing the site. Enable JavaScript and cookies."),
        ("Attention Required! | Cloudflare", "Sorry, you have been blocked. Cloudflare Ray ID: 7d1."),
        ("Agency", "Our systems have detected unusual traffic from your network. Please try again later."),
        ("Acceso denegado", "Usted no tiene permiso para ver esta página."),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_guard_in_front_of_the_page_is_blocked(title: str, said: str, known: bool) -> None:
    assert _error(html([said], title=title), _after(TEXT) if known else None).problem.kind is ProblemClass.BLOCKED


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Page not found", "The page you asked for could not be found. Try the search, or start at the home page."),
        ("404", "Sorry, we looked everywhere."),
        ("Agency", "Sorry, the page you are looking for is no longer available."),
        ("Página no encontrada", "La página que busca no existe o ha cambiado de dirección."),
        ("Oops! We can't find that page", "It may have moved."),
    ],
)
def test_a_page_that_says_it_is_not_there_is_no_new_text(title: str, said: str) -> None:
    problem = _error(html([said], title=title), _after(TEXT)).problem
    assert problem.kind is ProblemClass.UNEXPECTED
    assert "no such page" in problem.message


def test_a_long_text_about_being_refused_is_a_text() -> None:
    long = [
        f"Paragraph {n} tells of people whose access to the asylum system was denied at the port." for n in "abcdef"
    ]
    reading = _read(html([*long, *long, *TEXT, *(f"{each} Again." for each in long)], title="Access denied"))
    assert len(reading.entries) == 1


def test_a_text_that_collapses_is_a_problem_that_quotes_what_is_left() -> None:
    short = html(["The program ended."])
    problem = _error(short, _after(TEXT)).problem
    assert problem.kind is ProblemClass.UNEXPECTED
    assert "collapsed" in problem.message
    assert "The program ended." in problem.message
    assert "may_shrink" in problem.advice
    assert len(_read(short, _after(TEXT, may_shrink=True), may_shrink=True).entries) == 1


def test_a_page_that_moved_with_its_text_is_the_same_page() -> None:
    moved = _read(html([*TEXT, "It has a new sentence too."]), _after(TEXT), url="https://agency.example.org/new/mpp")
    assert [entry.text for entry in moved.entries] == ["It has a new sentence too."]


def test_an_address_that_leads_to_another_page_has_moved() -> None:
    other = [f"The newsroom has a story about {word} and nothing else of it." for word in ("tax", "rain", "sun", "sea")]
    assert _error(html(other), _after(TEXT), url="https://agency.example.org/").problem.kind is ProblemClass.MOVED
    assert len(_read(html([*other, *TEXT[:1]]), _after(TEXT), url=URL.replace("https", "http")).entries) == 1


@pytest.mark.parametrize("markup", ["", "  \n", "<html><body></body></html>"])
def test_an_empty_page_is_unreadable(markup: str) -> None:
    assert _error(markup, _after(TEXT)).problem.kind is ProblemClass.UNREADABLE


def test_memory_is_bounded_and_keeps_what_stands_on_the_page() -> None:
    def many(start: int, count: int) -> list[str]:
        return [
            f"Sentence {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)} it is."
            for n in range(start, start + count)
        ]

    memory = _after(many(0, 3000), text="main")
    for start in (3000, 6000):
        read = _read(html(many(start, 3000)), memory, text="main")
        assert read.memory is not None
        memory = read.memory
    assert len(memory) < 64 * 1024
    assert _read(html(many(6000, 3000)), memory, text="main").entries == ()
    assert _read(html(many(4500, 3000)), memory, text="main").entries == ()
    assert len(_read(html(many(0, 3000)), memory, text="main").entries) == 1
    assert _error(html(many(0, page.MOST + 1)), memory, text="main").problem.kind is ProblemClass.TOO_LARGE


def test_what_older_rules_remembered_is_learnt_anew_in_silence() -> None:
    for old in (recall.written(99, {"seen": ""}), "garbage", "[]"):
        reading = _read(html(TEXT), old)
        assert reading.entries == ()
        assert _read(html(TEXT), reading.memory).entries == ()


def test_plain_text_is_a_page_too() -> None:
    reading = read_source(
        kind="page",
        body=b"First line here.\nSecond line <b>there</b>.",
        url=URL,
        media_type="text/plain",
        charset=None,
        options={},
        limit=9,
        now="2026-11-24T12:00:00+00:00",
    )
    assert reading.entries[0].text == "First line here.\n\nSecond line <b>there</b>."
