"""F50 to F63 and F77 to F80: sources whose content does strange things from visit to visit."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Sequence
from functools import cache

from tests.faults.behaviour import WELL, Family, Fault, Place, Served, Variant, bad, in_turn, page, well
from tests.faults.bombs import HTML
from tests.faults.dates import ABSURD
from tests.faults.feeds import NEWS, PLAIN, item, notices, rss, titled
from tests.fetch.server import Asked, reply
from watcher.sources.base import kinds

SITE = "https://news.example"


def feed(items: Sequence[str], titles: Sequence[str], *headers: str) -> Served:
    return Served(page(rss(items), *headers), tuple(titles))


def _times(title: str, *answers: Served, **more: object) -> Variant:
    return Variant(title, in_turn(*answers), frozenset({WELL}), visits=len(answers) + 1, **more)  # type: ignore[arg-type]


# --- F50, F51: more than a check can take ------------------------------------------------------------------------

MANY = 50_000


@cache
def _many() -> Served:
    titles = notices("F50", 1, MANY)
    return Served(page(rss(item(title, text="A line.") for title in titles), 'ETag: "1"'), tuple(titles))


@cache
def _million() -> Served:
    body = "".join(f"<url><loc>{SITE}/{n}</loc></url>" for n in range(1_000_000))
    sent = gzip.compress(f"<urlset>{body}</urlset>".encode(), 1)
    return Served(page(sent, "Content-Type: application/xml", "Content-Encoding: gzip"))


def prepare() -> None:
    """Make the large answers before anybody asks, so that the server itself is never what a check waits for."""
    _many()
    _million()


def _index(number: int, place: Place) -> Served:
    """Each index names itself and the next one."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        step = int(asked.target.partition("?")[2] or 0)
        base = f"{place.base}{asked.target.partition('?')[0]}"
        parts = "".join(f"<sitemap><loc>{base}?{to}</loc></sitemap>" for to in (step, step + 1))
        body = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{parts}</sitemapindex>"
        await reply("200 OK", ["Content-Type: application/xml"], body.encode())(asked, out)

    return Served(handler)


def _sitemap(title: str, script: Callable[[int, Place], Served], *outcomes: str) -> Variant:
    if "sitemap" in kinds():
        return Variant(title, script, frozenset(outcomes), kind="sitemap")
    return Variant(title, script, frozenset({*outcomes, "unexpected"}))


# --- F52 to F57: entries that are hard to recognise --------------------------------------------------------------


def _dated() -> Variant:
    titles = [f"Dated {number}" for number in range(len(ABSURD))]
    items = [item(title, date=date) for title, date in zip(titles, ABSURD, strict=True)]
    return well("60 dates that cannot be", page(rss(items)), *titles)


def _same_guid() -> Variant:
    titles = notices("F53", 1, 20)
    return well(
        "one id for all",
        page(rss(item(title, guid="same", link=f"{SITE}/{n}") for n, title in enumerate(titles))),
        *titles,
    )


def _named(titles: Sequence[str], make: Callable[[int, str], str]) -> Served:
    return feed([make(number, title) for number, title in enumerate(titles)], titles)


def _churn() -> Variant:
    """New ids for the same entries at every visit: they are known, and ring nobody again."""
    titles = notices("F54", 1, 10)

    def script(number: int, place: Place) -> Served:
        return _named(titles, lambda n, title: item(title, guid=f"{number}-{n}", link=f"{SITE}/churn/{n}", text=NEWS))

    return Variant("a new id at every visit", script, frozenset({WELL}), visits=4, alerts=0)


def _flips() -> Variant:
    titles = notices("F55", 1, 5)
    links = (
        "http://news.example/{}",
        "https://news.example/{}",
        "https://www.news.example/{}?utm_source=x",
        "https://news.example/{}/?fbclid=1",
    )

    def answer(link: str) -> Served:
        return _named(titles, lambda n, title: item(title, guid=link.format(n), link=link.format(n), text=NEWS))

    return _times("http, https, www and tracking in turn", *(answer(link) for link in links), alerts=0)


def _edited() -> Variant:
    title = "Edited in place"
    texts = (f"{PLAIN} Teh end.", f"{PLAIN} The end.", f"{PLAIN} The end. {NEWS}")
    return _times(
        "a typo, then a policy", *(feed([item(title, guid="1", text=text)], [title]) for text in texts), alerts=1
    )


def _vanishing() -> Variant:
    titles = notices("F57", 1, 6)
    whole = feed([item(title, text=NEWS) for title in titles], titles)
    part = feed([item(title, text=NEWS) for title in titles[:2]], titles[:2])
    return _times("gone, and back", whole, part, whole, alerts=0)


# --- F58 to F63 --------------------------------------------------------------------------------------------------

BLOCK = (
    b"<!doctype html><html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>"
    b"<p>You don't have permission to access this server. Reference #18.2f.</body></html>"
)
LONG_TTL = "<ttl>999999</ttl>"


def _block_page() -> Variant:
    titles = notices("F58", 1, 3)
    good = feed([item(title) for title in titles], titles)
    return Variant(
        "a block page with 200",
        in_turn(good, Served(page(BLOCK, HTML))),
        frozenset({"unexpected", "blocked"}),
        visits=2,
    )


def _flood() -> Variant:
    old, new = notices("F60", 1, 1), notices("F60", 2, 501)
    items = [item(title, text=NEWS) for title in new]
    return _times("500 matches at once", feed([item(title) for title in old], old), feed(items, new), alerts=500)


def _retry_after(value: str) -> Variant:
    return bad(
        f"Retry-After: {value}", reply("503 Service Unavailable", [f"Retry-After: {value}"]), "unexpected", "blocked"
    )


def _fresh(title: str, *headers: str, channel: str = "") -> Variant:
    return well(title, page(rss([item("Fresh for long")], channel=channel), *headers), "Fresh for long")


# --- F77 to F80 --------------------------------------------------------------------------------------------------


def _frozen() -> Variant:
    """Shorter than any silence that is expected; that it is noticed by its own rhythm is the incidents' campaign."""
    frozen = page(titled(["Frozen"]), 'ETag: "1"')
    return well("the same copy for ever", frozen, "Frozen", visits=3, expect="5s", told="silent")


def _rolled_over() -> Variant:
    """A window of ten entries that has moved on by thirty: what was served is stored, the gap was never served."""
    first, later = notices("F78", 1, 10), notices("F78", 41, 50)
    before = [item(title, date=f"{day:02} Jan 2026 10:00:00 GMT") for day, title in enumerate(first, 1)]
    after = [item(title, date=f"{day:02} Feb 2026 10:00:00 GMT") for day, title in enumerate(later, 1)]
    served = in_turn(feed(before, first), feed(after, later))
    return Variant("a window that rolled over", served, frozenset({WELL, "incomplete"}), visits=3, told="gap")


def _reordered() -> Variant:
    titles = notices("F79", 1, 12)

    def script(number: int, place: Place) -> Served:
        turned = titles[number % 12 :] + titles[: number % 12]
        return feed([item(title, text=NEWS, link=f"{SITE}/re/{title[-3:].strip()}") for title in turned], titles)

    return Variant("another order at every visit", script, frozenset({WELL}), visits=4, alerts=0)


def _shared(number: int) -> Variant:
    title = "The same announcement everywhere"
    return well(
        f"in five sources, the {number + 1}th",
        page(rss([item(title, guid="shared", link=f"{SITE}/shared", text=NEWS)])),
        title,
    )


def _fault(code: str, *variants: Variant) -> Fault:
    return Fault(code, Family.TIME, variants)


FAULTS = (
    _fault(
        "F50",
        Variant(
            "50,000 entries",
            lambda number, place: _many(),
            frozenset({WELL, "incomplete", "timeout"}),
            left_over=2 * 2000,
        ),
    ),
    _fault(
        "F51",
        _sitemap("a million addresses", lambda number, place: _million(), WELL, "too-large", "incomplete", "timeout"),
    ),
    _fault("F52", _dated()),
    _fault("F53", _same_guid()),
    _fault("F54", _churn()),
    _fault("F55", _flips()),
    _fault("F56", _edited()),
    _fault("F57", _vanishing()),
    _fault("F58", _block_page()),
    _fault(
        "F59",
        well(
            "300 entries at the first visit",
            page(rss(item(t, text=NEWS) for t in notices("F59", 1, 300))),
            *notices("F59", 1, 300),
            alerts=0,
        ),
    ),
    _fault("F60", _flood()),
    _fault(
        "F61",
        _fresh("fresh for a year", "Cache-Control: max-age=31536000"),
        _fresh("a ttl of two years", channel=LONG_TTL),
    ),
    _fault(
        "F62",
        *map(_retry_after, ("-5", "1000000000", "Sat, 01 Jan 2000 00:00:00 GMT", "Sat, 01 Jan 2099 00:00:00", "soon")),
    ),
    _fault("F63", _fresh("Expires: 0", "Expires: 0"), _fresh("Expires: garbage", "Expires: when it suits us, \xff")),
    _fault("F77", _frozen()),
    _fault("F78", _rolled_over()),
    _fault("F79", _reordered()),
    _fault("F80", *(_shared(number) for number in range(5))),
)

INDEX_LOOP = Fault(
    "F37",
    Family.PARSER,
    (
        _sitemap("an index of itself", _index, WELL, "unexpected", "unreadable", "incomplete", "too-large", "timeout"),
        _sitemap("a million addresses", lambda number, place: _million(), WELL, "too-large", "incomplete", "timeout"),
    ),
)
