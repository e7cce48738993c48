"""Feeds as publishers really write them: what is read, what is refused, and with which advice."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import watcher
from watcher.errors import ParseError, ProblemClass
from watcher.models.entries import RawEntry, RawReading
from watcher.sources import feed

_URL = "https://news.example.org/feed/"
_LONG = "The department announced a decision about the border that is told here at length. " * 30


def _read(
    body: str | bytes, *, media_type: str = "application/rss+xml", options: feed.Options | None = None
) -> RawReading:
    raw = body.encode() if isinstance(body, str) else body
    return feed.read(raw, url=_URL, media_type=media_type, charset=None, options=options or feed.Options())


def _rss(*items: str, head: str = "<title>Newsroom</title>") -> str:
    entries = "".join(f"<item>{item}</item>" for item in items)
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {names}><channel>{head}{entries}</channel></rss>'


def _entry(*parts: str, options: feed.Options | None = None) -> RawEntry:
    (entry,) = _read(_rss("".join(parts)), options=options).entries
    return entry


def _error(body: str | bytes, media_type: str = "application/rss+xml") -> ParseError:
    with pytest.raises(ParseError) as caught:
        _read(body, media_type=media_type)
    return caught.value


ONE_OF_EACH = {
    "rss 0.91": '<rss version="0.91"><channel><title>N</title><item><title>A</title><link>https://e.org/a</link></item></channel></rss>',
    "rss 2.0": _rss("<title>A</title><link>https://e.org/a</link>"),
    "rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<channel rdf:about="x"><title>N</title></channel><item rdf:about="https://e.org/a"><title>A</title><link>https://e.org/a</link></item></rdf:RDF>',
    "atom 1.0": '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry>'
    '<title>A</title><id>https://e.org/a</id><link href="https://e.org/a"/></entry></feed>',
    "atom 0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>N</title><entry><title>A</title>'
    '<id>https://e.org/a</id><link rel="alternate" href="https://e.org/a"/></entry></feed>',
    "json feed": '{"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": '
    '[{"id": "https://e.org/a", "url": "https://e.org/a", "title": "A"}]}',
}


@pytest.mark.parametrize("body", ONE_OF_EACH.values(), ids=ONE_OF_EACH.keys())
def test_every_format_gives_title_link_and_key(body: str) -> None:
    (entry,) = _read(body).entries
    assert (entry.title, entry.url, entry.key) == ("A", "https://e.org/a", "https://e.org/a")


def test_relative_links_are_resolved_against_where_the_feed_came_from() -> None:
    assert _entry("<title>A</title><link>/2021/a</link>").url == "https://news.example.org/2021/a"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "mailto:a@b.c"]
)
def test_only_web_addresses_become_links(link: str) -> None:
    entry = _entry(f"<title>A</title><guid isPermaLink='false'>7</guid><link>{link}</link><description>x</description>")
    assert entry.url is None
    assert not entry.teaser


def test_content_encoded_is_the_full_text() -> None:
    entry = _entry(
        "<title>A</title><link>https://e.org/a</link><description>Short.</description>",
        "<content:encoded><![CDATA[<p>All of <b>it</b>.</p>]]></content:encoded>",
    )
    assert entry.content == "<p>All of <b>it</b>.</p>"
    assert not entry.teaser


@pytest.mark.parametrize(
    ("description", "teaser"),
    [
        ("A sentence or two.", True),
        (_LONG, False),
        (_LONG + "...", True),
        (_LONG + " [&amp;#8230;]", True),
        (_LONG + '&lt;a href="/a"&gt;Read more »&lt;/a&gt;', True),
        (_LONG + "Leer más", True),
        (_LONG + "The post A appeared first on News.", True),
        (_LONG + "She read more.", True),
        ("", True),
    ],
)
def test_a_description_is_a_teaser_when_it_is_short_or_ends_like_one(description: str, teaser: bool) -> None:
    assert (
        _entry(f"<title>A</title><link>https://e.org/a</link><description>{description}</description>").teaser is teaser
    )


def test_full_content_that_ends_with_a_credit_is_no_teaser() -> None:
    text = f"<p>{_LONG}</p><p>The post <a href='#'>A</a> appeared first on <a href='#'>News</a>.</p>"
    entry = _entry(f"<title>A</title><link>https://e.org/a</link><content:encoded><![CDATA[{text}]]></content:encoded>")
    assert not entry.teaser


def test_full_content_that_breaks_off_is_a_teaser() -> None:
    entry = _entry(
        "<title>A</title><link>https://e.org/a</link><content:encoded><![CDATA[<p>Begins […]</p>"
        "<p>The post A appeared first on News.</p>]]></content:encoded>"
    )
    assert entry.teaser


def test_the_option_full_text_decides_instead() -> None:
    short = "<title>A</title><link>https://e.org/a</link><description>Short.</description>"
    full = f"<title>A</title><link>https://e.org/a</link><description>{_LONG}</description>"
    assert not _entry(short, options=feed.Options(full_text="always")).teaser
    assert _entry(full, options=feed.Options(full_text="never")).teaser


def test_without_a_link_there_is_nothing_to_fetch() -> None:
    assert not _entry("<title>A</title><description>Short.</description>", options=feed.Options("never")).teaser


def test_a_guid_that_is_an_address_survives_https_and_tracking() -> None:
    first = _entry("<title>A</title><guid>http://www.e.org/a/</guid><link>http://e.org/a</link>")
    later = _entry(
        "<title>A!</title><guid>https://e.org/a?utm_source=rss</guid><link>https://e.org/a?utm_medium=x</link>"
    )
    assert first.key == later.key


def test_an_id_that_is_no_address_is_the_key() -> None:
    assert _entry("<title>A</title><guid isPermaLink='false'>tag:e.org,2021:7</guid>").key == "tag:e.org,2021:7"


def test_entries_without_id_are_known_by_their_link_and_else_by_title_and_date() -> None:
    by_link = _entry("<title>A</title><link>https://www.e.org/a/?utm_source=x#top</link>")
    assert by_link.key == "https://e.org/a"
    dated = "<title>A b</title><pubDate>Tue, 02 Feb 2021 10:00:00 GMT</pubDate>"
    assert _entry(dated).key == _entry(dated.replace("A b", " a  B ")).key
    assert _entry(dated).key != _entry(dated.replace("02 Feb", "03 Feb")).key


def test_the_same_guid_on_different_links_names_two_entries() -> None:
    first = "<title>A</title><guid isPermaLink='false'>1</guid><link>https://e.org/a</link>"
    other = "<title>B</title><guid isPermaLink='false'>1</guid><link>https://e.org/b</link>"
    keys = [entry.key for entry in _read(_rss(first, other)).entries]
    assert keys == ["1 https://e.org/a", "1 https://e.org/b"]


def test_the_same_entry_twice_in_one_feed_is_one_entry() -> None:
    item = "<title>A</title><guid>https://e.org/a</guid>"
    assert len(_read(_rss(item, item)).entries) == 1


def test_a_docket_tells_its_orders_apart_by_date_when_it_is_told_to() -> None:
    order = "<title>Case 7</title><guid>https://c.org/7</guid><pubDate>Tue, 02 Feb 2021 10:00:00 GMT</pubDate>"
    options = feed.Options(key="id-and-date")
    later = _entry(order.replace("02 Feb", "03 Feb"), options=options)
    assert _entry(order, options=options).key == "https://c.org/7 Tue, 02 Feb 2021 10:00:00 GMT" != later.key


def test_a_feed_that_reorders_keeps_its_keys() -> None:
    items = [f"<title>{n}</title><guid isPermaLink='false'>{n}</guid>" for n in range(5)]
    forth, back = _read(_rss(*items)).entries, _read(_rss(*reversed(items))).entries
    assert {entry.key: entry.title for entry in forth} == {entry.key: entry.title for entry in back}


def test_dates_that_feedparser_cannot_read_are_read_all_the_same() -> None:
    entry = _entry("<title>A</title><pubDate>02/02/2021 09:25 PM EST</pubDate>")
    assert entry.published == datetime(2021, 2, 3, 2, 25, tzinfo=UTC)
    assert entry.published_raw == "02/02/2021 09:25 PM EST"


def test_the_date_of_the_last_change_stands_in_for_a_missing_date_of_publication() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><title>A</title>'
        "<updated>2021-02-02T10:00:00-05:00</updated></entry></feed>"
    )
    assert _read(atom).entries[0].published == datetime(2021, 2, 2, 15, tzinfo=UTC)


def test_plain_text_titles_stay_plain_and_markup_stays_markup() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><title type="text">a &lt;b&gt; c</title></entry>'
        '<entry><id>b</id><title type="html">a &lt;b&gt;b&lt;/b&gt;</title></entry></feed>'
    )
    assert [entry.title for entry in _read(atom).entries] == ["a &lt;b&gt; c", "a <b>b</b>"]


def test_the_wishes_of_the_feed_are_passed_on_within_a_day() -> None:
    assert _read(_rss(head="<ttl>90</ttl>")).ttl == timedelta(minutes=90)
    assert _read(_rss(head="<ttl>999999</ttl>")).ttl == timedelta(days=1)
    assert _read(
        _rss(head="<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>")
    ).ttl == timedelta(minutes=30)
    for nonsense in ("<ttl>-5</ttl>", "<ttl>0</ttl>", "<ttl>soon</ttl>", "<sy:updatePeriod>now</sy:updatePeriod>"):
        assert _read(_rss(head=nonsense)).ttl is None


def test_the_language_is_the_primary_one() -> None:
    assert _read(_rss(head="<language>en-US</language>")).language == "en"


def test_an_empty_feed_is_read_and_has_no_entries() -> None:
    assert _read(_rss()).entries == ()
    assert _read('{"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": []}').entries == ()


@pytest.mark.parametrize("body", ["", "  \n ", "\ufeff\n"])
def test_an_empty_answer_is_unreadable(body: str) -> None:
    assert _error(body).problem.kind is ProblemClass.UNREADABLE


def test_a_web_page_is_unexpected_and_the_feed_it_names_is_offered() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    page = f"<!doctype html><html><head>{link}</head><body>x</body></html>"
    problem = _error(page, "text/html").problem
    assert problem.kind is ProblemClass.UNEXPECTED
    assert "web page" in problem.message
    assert "https://news.example.org/rss" in problem.advice


def test_a_web_page_that_names_no_feed_gets_the_advice_to_use_a_listing() -> None:
    problem = _error("<html><body><p>Access denied</p></body></html>", "text/html").problem
    assert "kind: listing" in problem.advice


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("/etc/passwd", ProblemClass.UNREADABLE),
        ("http://169.254.169.254/", ProblemClass.UNREADABLE),
        ("xyz", ProblemClass.UNREADABLE),
        ("null", ProblemClass.UNREADABLE),
        ('{"error": "no"}', ProblemClass.UNEXPECTED),
        ("[1, 2]", ProblemClass.UNEXPECTED),
        ('{"title": "x", "items": [{"a": 1}]}', ProblemClass.UNEXPECTED),
        ('{"title": "x", "items": [{"a": 1}', ProblemClass.INCOMPLETE),
        ("{" + '"a":[' * 100_000, ProblemClass.UNREADABLE),
        ("<urlset><url/></urlset>", ProblemClass.UNEXPECTED),
        ("<opml version='2.0'><body/></opml>", ProblemClass.UNEXPECTED),
    ],
)
def test_what_is_no_feed_is_refused(body: str, kind: ProblemClass) -> None:
    assert _error(body).problem.kind is kind


def test_a_body_that_is_a_path_or_an_address_is_never_opened(tmp_path: Path) -> None:
    target = tmp_path / "feed.xml"
    target.write_text(_rss("<title>secret</title>"))
    assert "secret" not in str(_error(str(target)))


def test_a_feed_cut_anywhere_is_incomplete_or_unreadable() -> None:
    whole = _rss(
        *(f"<title>{n}</title><link>https://e.org/{n}</link><description>{_LONG}</description>" for n in range(6))
    )
    for end in range(300, len(whole) - len("</rss>"), 1000):
        assert _error(whole[:end]).problem.kind is ProblemClass.INCOMPLETE


def test_a_cut_feed_is_incomplete_although_an_entry_speaks_of_rss() -> None:
    body = _rss("<title>a</title><description><![CDATA[ends with </rss> ]]></description>", "<title>b</title>")
    assert _error(body[: body.index("<title>b")]).problem.kind is ProblemClass.INCOMPLETE


def test_an_rdf_feed_cut_before_its_entries_is_incomplete() -> None:
    rdf = ONE_OF_EACH["rdf"].replace("</channel>", "<items><rdf:Seq><rdf:li/></rdf:Seq></items></channel>")
    assert _error(rdf[: rdf.index("</items>")]).problem.kind is ProblemClass.INCOMPLETE


def test_a_broken_feed_that_is_complete_is_read() -> None:
    body = _rss(
        "<title>A & B</title><link>https://e.org/?a=1&b=2</link>", "<title>C</title><description>&nbsp;x</description>"
    )
    assert [entry.title for entry in _read(body).entries] == ["A &amp; B", "C"]


def test_warnings_before_and_after_a_feed_do_not_matter() -> None:
    body = (
        "<b>Warning</b>: session in line 7<br />\n"
        + _rss("<title>A</title>")
        + "<!-- cached 0.1s --><script>x</script>"
    )
    assert [entry.title for entry in _read(body).entries] == ["A"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_feeds_in_any_encoding_are_read(encoding: str) -> None:
    body = _rss("<title>Protección</title>").replace("UTF-8", encoding.removesuffix("-sig").upper()).encode(encoding)
    assert _read(body, media_type="application/xml").entries[0].title == "Protección"


def test_entities_that_point_outside_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'
    body = doctype + _rss("<title>a&x;</title>").partition("?>")[2]
    assert "hidden" not in repr(_read(body))


def test_json_feed_options_and_odd_values() -> None:
    items = [
        {
            "id": 7,
            "content_text": "a <b>\nc",
            "date_published": "2021-02-02T10:00:00-05:00",
            "external_url": "https://e.org/7",
        },
        {"id": "x", "title": None, "content_html": "<p>b</p>", "url": "javascript:1", "language": "es-MX"},
        "not an entry",
    ]
    first, second = _read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items})).entries
    assert (first.key, first.content, first.url) == ("7", "a &lt;b&gt;<br>c", "https://e.org/7")
    assert first.published == datetime(2021, 2, 2, 15, tzinfo=UTC)
    assert (second.url, second.content, second.language) == (None, "<p>b</p>", "es")


def test_sixty_kilobytes_of_line_breaks_before_the_feed_cost_nothing() -> None:
    assert len(_read("\n" * 60_000 + _rss("<title>A</title>")).entries) == 1


def _parses(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("feedparser.parse"):
            yield node


def _renames(tree: ast.AST) -> Iterator[ast.alias]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("feedparser"):
            yield from (name for name in node.names if name.name != "FeedParserDict")
        if isinstance(node, ast.Import):
            yield from (name for name in node.names if name.name.startswith("feedparser") and name.asname)


def test_feedparser_is_only_ever_given_a_stream() -> None:
    """Given text or bytes, `feedparser.parse` opens what looks like a path or an address: a feed could read files."""
    trees = [ast.parse(path.read_text()) for path in Path(watcher.__file__).parent.rglob("*.py")]
    given = [ast.unparse(call.args[0]) for tree in trees for call in _parses(tree)]
    assert given == ["io.BytesIO(body)"]
    assert [name.name for tree in trees for name in _renames(tree)] == []
