"""What cleaning promises: the same text for reviewer and classifier, storable, in linear time, once and for all."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.extract.clean import clean, clean_line, markup_to_line, markup_to_text

_NASTY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(
            "aeé \t\n\r\x0b\x00\x1b\x85\u00a0\u00ad\u200b\u200c\u200d\u2028\u202e\u0301\u0316\ud800\ufeff…\u0627"
        ),
    )
)


@given(_NASTY)
@example("\u0627\u200c\u200d\u200ca")
@example("e" + "\u0301\u0316" * 5)
@example("\u200c\u00ad\u200ca \u200d b")
@example(" \ufeff \n\u200b\n \u2029 x")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(_NASTY)
def test_cleaned_text_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not {unicodedata.category(character) for character in cleaned} & {"Cs", "Zl", "Zp"}
    assert all(character == "\n" or unicodedata.category(character) != "Cc" for character in cleaned)
    assert not set(cleaned) & set("\u00ad\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\ufffe")
    assert "  " not in cleaned
    assert "\n\n\n" not in cleaned


@given(_NASTY, st.integers(min_value=2, max_value=30))
def test_limits_hold_and_a_cut_can_be_seen(text: str, limit: int) -> None:
    cut = clean(text, limit)
    assert len(cut) <= limit
    assert cut == clean(text) or cut.endswith("…")
    assert clean(cut, limit) == cut


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Tit\u200ble 42", "Title 42"),
        ("Ti\u200dtle\u200c 42", "Title 42"),
        ("Ti\u00adtle\u20602\ufeff", "Title2"),
        ("\u202eTitle 42\u202c", "Title 42"),
        ("a\u00a0b\u2009c\td", "a b c d"),
        ("a\r\nb\rc\u2028d\u0085e\x0bf", "a\nb\nc\nd\ne\nf"),
        ("a \n  b\n\n\n\n c", "a\nb\n\nc"),
        ("nul\x00 esc\x1b[31m", "nul esc[31m"),
        ("proteccio\u0301n", "protección"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("“curly” – quotes’ stay…", "“curly” – quotes’ stay…"),
        ("ﬁ ² Ⅳ ＡＢＣ stay", "ﬁ ² Ⅳ ＡＢＣ stay"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d⚖️", "👩\u200d⚖️"),
        ("T\U000e0041\U000e0042 42", "T 42"),
    ],
)
def test_what_goes_and_what_stays(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("Remain in <b>Mex</b>ico", "Remain in Mexico"),
        ("Title<span> </span><i>42</i>", "Title 42"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "a b\nc"),
        ("<div>a\n   b\tc</div>", "a b c"),
        ("AT&amp;T &lt;b&gt; &eacute; &#8220;q&#8221; &nbsp; x", "AT&T <b> é “q” x"),
        ("a < b and c > d, I <3 you", "a < b and c > d, I <3 you"),
        ('<img alt="a > b" src=x>after', "after"),
        ("<a title='it>is'>x</a>", "x"),
        ("<script>var a = '<p>no</p>';</script>yes<style>p{}</style>", "yes"),
        ("<SCRIPT type=x>no</SCRIPT >yes<noscript>no</noscript>", "yes"),
        ("yes<script>never closed", "yes"),
        ('a<iframe src="x"/>b<svg/>c', "abc"),
        ("a<!-- no <p> -->b<!-- never closed", "ab"),
        ("<![CDATA[x]]>y<!doctype html><?php no ?>z", "yz"),
        ("<p>broken <b", "broken"),
        ("<header>kept</header>", "kept"),
        ("plain text", "plain text"),
        ("", ""),
        ("&#0;&#xD800;&#x202e;a", "\ufffd\ufffda"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert markup_to_text(markup) == text


def test_a_title_is_one_line() -> None:
    assert markup_to_line("<h3>One</h3>\n<p>two</p>") == "One two"


@given(st.text(alphabet="<>/!-'\"&;#abp script=\n[]", max_size=200))
def test_any_markup_becomes_clean_text(markup: str) -> None:
    text = markup_to_text(markup)
    assert clean(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<a ",
            '<a "',
            "<",
            "<!--",
            "<div>",
            "<script>",
            "<script",
            "<script></script ",
            "<svg a/",
            "<p",
            "'<a'",
            "</",
        ),
        *("&", "&#", "\n", " \n", " x", "  <p>", "<b> ", "e\u0301\u0316", "\u200c", "\t", "]]>"),
    ],
)
def test_any_markup_takes_linear_time(piece: str) -> None:
    markup = piece * (400_000 // len(piece))
    start = time.process_time()
    markup_to_text(markup)
    assert time.process_time() - start < 2.0
