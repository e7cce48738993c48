"""Text from outside is text: whatever a source, a publisher, a server or a reviewer writes, the markup is ours."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urlsplit

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.web.planted import ENTRY_ID, NOW, check, found, publish, record, source
from watcher.errors import Problem, ProblemClass
from watcher.models.alerts import AttemptResult, DeliveryState
from watcher.models.catalog import Publisher
from watcher.models.checks import TextState
from watcher.models.identity import entry_id
from watcher.models.words import PublisherType
from watcher.store import Store

BANK = (
    "<script>alert(1)</script>",
    "</script><script src=//evil.example></script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><b>bold</b>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "` onclick=alert(1) `",
    "</title><h1>title</h1>",
    "</textarea><input name=verdict value=confirmed>",
    "</details></section></main><base href=//evil.example>",
    "<!--<script>",
    "--><iframe src=javascript:alert(1)>",
    "<![CDATA[<marquee>x</marquee>]]>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt://example.org/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/<script>",
    "https://evil.example/\"onclick='alert(1)'><script>",
    "https://[evil.example/",
    "{{ 7*7 }}{% raw %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "&lt;script&gt;alert(1)&lt;/script&gt;&#x3c;b&#x3e;",
    "\u202e<b>\u2066x\u2069\u202c</b>",
    "＜script＞alert(1)＜/script＞",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><button>x</button></form>",
    "<math><mtext></mtext><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "x\0<b>\r\nSet-Cookie: a=b</b>",
)


def plant_words(store: Store, words: tuple[str, ...]) -> None:
    """The same words in every place that somebody else writes."""
    publishers = [Publisher(f"p{n}", each, PublisherType.NGO) for n, each in enumerate(words)]
    publish(store, publishers, [source(f"s{n}", p, name=p.name) for n, p in enumerate(publishers)])
    for n, each in enumerate(words):
        text = f"{each} Title 42\nand {each} again"
        match = found("title-42", f"{each} Title 42", text, title=f"{each} Title 42")
        entry = record(
            f"s{n}",
            f"urn:{each}",
            f"{each} Title 42",
            text,
            [match],
            url=each,
            text_state=TextState.MISSING,
            page_error=each,
            told=each,
        )
        check(store, f"s{n}", entry, now=NOW + timedelta(seconds=n))
        check(store, f"s{n}", now=NOW + timedelta(minutes=5), problem=Problem(ProblemClass.UNREADABLE, each, each))
    for claimed in store.deliveries.claim_due(NOW, lease=timedelta(minutes=1), limit=100):
        address = claimed.delivery.address
        store.deliveries.finish(
            [AttemptResult(claimed.delivery.id, claimed.fence, DeliveryState.DEAD, NOW, address, None)]
        )


async def shapes(desk: httpx.AsyncClient, words: tuple[str, ...]) -> dict[str, set[tuple[str, tuple[str, ...]]]]:
    """Page -> its kinds of elements, each with the names of its attributes."""
    seen: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
    listed = [
        ("/", {}),
        ("/inbox", {}),
        ("/inbox", {"verdict": "any"}),
        ("/sources", {}),
        ("/alerts", {}),
        ("/policies/title-42", {}),
    ]
    listed += [
        ("/inbox", {"q": each, "verdict": "any", "policy": each, "publisher": each, "lang": each}) for each in words
    ]
    listed += [(f"/entries/{entry_id(f's{n}', f'urn:{each}')}", {"done": each}) for n, each in enumerate(words)]
    listed.append(("/inbox", {"q": '"open'}))
    for path, query in listed:
        answer = await desk.get(path, params=query)
        assert answer.status_code == 200, (path, query)
        kind = path.split("/")[1]
        seen.setdefault(kind, set()).update(_elements(LexborHTMLParser(answer.text)))
    return seen


def _elements(tree: LexborHTMLParser) -> set[tuple[str, tuple[str, ...]]]:
    found = set()
    for node in tree.css("*"):
        found.add((str(node.tag), tuple(sorted(node.attributes))))
        for name in ("href", "src", "action", "formaction"):
            value = node.attributes.get(name)
            assert value is None or _is_ours_or_web(value), (node.tag, name, value)
    return found


def _is_ours_or_web(address: str) -> bool:
    inside = address[:1] in "/?#" and not address.startswith(("//", "/\\"))
    return inside or urlsplit(address).scheme in ("http", "https")


async def _note(desk: httpx.AsyncClient, store: Store, words: tuple[str, ...]) -> None:
    for n, each in enumerate(words):
        view = store.entries.show(entry_id(f"s{n}", f"urn:{each}"))
        assert view is not None
        form = {"verdict": "confirmed", "note": each, "back": "entry"}
        assert (await desk.post(f"/matches/{view.matches[0].id}/review", data=form)).status_code == 303


async def test_no_text_becomes_an_element_an_attribute_or_an_address(desk: httpx.AsyncClient, planted: Store) -> None:
    tame = (*(f"tame words {n}" for n in range(33)), "tame\nwords", "https://www.example.org/tame")
    plant_words(planted, tame)
    await _note(desk, planted, tame)
    expected = await shapes(desk, tame)
    plant_words(planted, BANK)
    await _note(desk, planted, BANK)
    shown = await shapes(desk, BANK)
    for kind, elements in shown.items():
        assert elements <= expected[kind], (kind, elements - expected[kind])


@pytest.mark.parametrize("path", ["/no-such/{}", "/entries/{}", "/policies/{}", "/login/{}", "/static/{}"])
@pytest.mark.parametrize("words", [BANK[0], BANK[4], BANK[6], BANK[21]])
async def test_an_address_is_not_repeated_as_markup(desk: httpx.AsyncClient, path: str, words: str) -> None:
    answer = await desk.get(path.format(quote(words, safe="")))
    assert words not in answer.text
    assert not LexborHTMLParser(answer.text or " ").css("script:not([src]), img, iframe, [onmouseover]")


async def test_hostile_words_are_shown_as_they_are(desk: httpx.AsyncClient, planted: Store) -> None:
    words = "<script>alert(1)</script>"
    check(planted, "kind-news", record("kind-news", "urn:shown", words, words, ()), now=NOW)
    tree = LexborHTMLParser((await desk.get(f"/entries/{entry_id('kind-news', 'urn:shown')}")).text)
    node = tree.css_first("h1")
    assert node is not None
    assert node.text().strip() == words


async def test_an_entry_may_be_long(desk: httpx.AsyncClient, planted: Store) -> None:
    text = "The Migrant Protection Protocols ended. " * 5_000
    match = found("mpp", "Migrant Protection Protocols", text)
    check(planted, "kind-news", record("kind-news", "urn:long", "Long", text, [match]), now=NOW)
    answer = await desk.get(f"/entries/{entry_id('kind-news', 'urn:long')}")
    assert len(LexborHTMLParser(answer.text).css(".text mark")) == 5_000
    assert (await desk.get(f"/entries/{ENTRY_ID}")).status_code == 200
