"""Keys and canonical addresses: the same for the same page, different for different ones."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.sources.keys import Marks, assign, canonical_url

_SAME = [
    "https://e.org/a/b?x=1&y=2",
    "http://e.org/a/b?x=1&y=2",
    "https://www.e.org/a/b?x=1&y=2",
    "HTTPS://E.ORG:443/a/b/?y=2&x=1",
    "http://e.org:80/a/./c/../b?x=1&y=2#top",
    "https://e.org//a/b?utm_source=rss&x=1&y=2&fbclid=Q&utm_campaign=z",
    "https://e.org/a/%62?x=1&y=2&&",
    "  https://e.org./a/b?x=1&y=2&PHPSESSID=77 ",
    "https://e.org/a/b;jsessionid=0F?x=1&y=2",
]


@pytest.mark.parametrize("url", _SAME)
def test_spellings_of_one_address_are_one(url: str) -> None:
    assert canonical_url(url) == "https://e.org/a/b?x=1&y=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.org/a", "https://e.org/b"),
        ("https://e.org/a", "https://e.org/A"),
        ("https://e.org/?p=1", "https://e.org/?p=2"),
        ("https://e.org:8080/a", "https://e.org/a"),
        ("https://e.org/a%2Fb", "https://e.org/a%252Fb"),
        ("https://news.e.org/a", "https://e.org/a"),
        ("https://e.org/a?id=1", "https://e.org/a"),
        ("https://www.org/a", "https://org/a"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "text", ["tag:e.org,2021:7", "urn:uuid:1", "7", "", "http://[", "http://e.org:port/", "mailto:a@e.org"]
)
def test_what_is_no_web_address_stays_as_it_is(text: str) -> None:
    assert canonical_url(text) == text


_ADDRESS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["e.org", "www.e.org", "E.ORG:443", "www.www.e.org", "127.0.0.2:8080", "[::1]:80"]),
    st.text(alphabet="/aB.%2fé;=~+\x7f\ud800", max_size=20).map(lambda path: "/" + path),
    st.text(alphabet="?&=#ab%utm_source", max_size=20),
)


@given(st.one_of(st.text(max_size=40), _ADDRESS))
@example("https://e.org/%25%32%35")
@example("https://e.org/a%23b%3Fc")
def test_canonical_twice_is_canonical_once(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@given(_ADDRESS)
def test_scheme_and_tracking_never_matter(url: str) -> None:
    secure = "https" + url[url.index("://") :]
    head, hash_sign, fragment = secure.partition("#")
    tracked = head + ("&" if "?" in head else "?") + "utm_source=feed" + hash_sign + fragment
    assert canonical_url(url) == canonical_url(secure) == canonical_url(tracked)


_MARKS = st.builds(
    Marks,
    own_id=st.sampled_from(["", "1", "https://e.org/1"]),
    link=st.sampled_from(["", "https://e.org/1", "http://e.org/1#a", "https://e.org/2"]),
    title=st.sampled_from(["", "A", "B"]),
    date=st.sampled_from(["", "2021-02-02"]),
    content=st.sampled_from(["", "x"]),
)


@given(st.lists(_MARKS, max_size=8))
def test_entries_share_a_key_only_when_nothing_that_counts_tells_them_apart(entries: list[Marks]) -> None:
    keys = assign(entries)
    for key, entry in zip(keys, entries, strict=True):
        for other_key, other in zip(keys, entries, strict=True):
            if key == other_key:
                assert (entry.title, entry.date, entry.content) == (other.title, other.date, other.content)
                assert canonical_url(entry.link) == canonical_url(other.link)


@given(st.lists(_MARKS, max_size=8), st.randoms())
def test_order_does_not_matter(entries: list[Marks], random: object) -> None:
    keys = dict(zip(map(id, entries), assign(entries), strict=True))
    random.shuffle(entries)  # type: ignore[attr-defined]
    assert dict(zip(map(id, entries), assign(entries), strict=True)) == keys


@given(st.text(max_size=700))
def test_keys_are_short_and_printable(own_id: str) -> None:
    (key,) = assign([Marks(own_id, "", "t")])
    assert 0 < len(key) <= 512
    assert key.isprintable()
    assert key == key.strip()
