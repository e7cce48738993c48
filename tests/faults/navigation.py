"""F40 to F49: redirects that lead round, away or inside, cookies, and validators that lie."""

from __future__ import annotations

import asyncio

from tests.faults.behaviour import WELL, Family, Fault, Place, Served, Variant, bad, in_turn, page
from tests.faults.bombs import HTML
from tests.faults.feeds import notices, titled
from tests.fetch.server import Asked, Handler, reply


def moved(location: str, status: str = "302 Found") -> Handler:
    return reply(status, [f"Location: {location}"])


def _redirect(title: str, location: str, *outcomes: str) -> Variant:
    def script(number: int, place: Place) -> Served:
        return Served(moved(location.format(base=place.base, port=place.port, trap=place.trap)))

    return Variant(title, script, frozenset(outcomes))


def _chain(number: int, place: Place) -> Served:
    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        step = int(asked.target.partition("?")[2] or 0) + 1
        answer = moved(f"?{step}") if step < 300 else page(titled(["The end of the chain"]))
        await answer(asked, out)

    return Served(handler)


def _elsewhere(number: int, place: Place) -> Served:
    return Served(
        moved(f"http://127.1.250.46:{place.port}/target", "301 Moved Permanently"), ("The target of a redirect",)
    )


def _with_credentials(number: int, place: Place) -> Served:
    return Served(moved(f"http://user:secret@127.1.250.45:{place.port}/target"))


PRIVATE = (
    "http://127.0.0.1:{trap}/",
    "http://localhost:{trap}/",
    "http://2130706433:{trap}/",
    "http://0x7f000001:{trap}/",
    "http://0177.0.0.1:{trap}/",
    "http://127.1:{trap}/",
    "http://[::1]:{trap}/",
    "http://[::ffff:127.0.0.1]:{trap}/",
    "http://[64:ff9b::7f00:1]:{trap}/",
    "http://0.0.0.0:{trap}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://127.1.0.1\\@127.0.0.1:{trap}/",
)
NOWHERE = (
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/xml,<rss/>",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1/",
    "http://xn--/",
    "http://",
    "http://[",
)


def _flood(number: int, place: Place) -> Served:
    cookies = [f"Set-Cookie: name{n}=value{n}; Domain=com; Path=/" for n in range(80)]
    return Served(page(titled(["Served with cookies"]), *cookies), ("Served with cookies",))


def _versions(title: str, *headers: str, **more: str) -> Variant:
    """Two versions of a feed, whatever the validators say."""
    first, second = notices(title, 1, 2), notices(title, 1, 3)
    return Variant(
        title,
        in_turn(
            Served(page(titled(first), *headers), tuple(first)),
            Served(page(titled(second), *headers), tuple(second)),
        ),
        frozenset({WELL}),
        visits=3,
    )


def _new_etag(number: int, place: Place) -> Served:
    return Served(page(titled(["Always a new tag"]), f'ETag: "{number}"'), ("Always a new tag",))


def _fault(code: str, *variants: Variant) -> Fault:
    return Fault(code, Family.NAVIGATION, variants)


FAULTS = (
    _fault(
        "F40", _redirect("to itself", "{base}/F40/0", "moved"), _redirect("round in a circle", "{base}/circle", "moved")
    ),
    _fault("F41", Variant("300 redirects", _chain, frozenset({"moved"}))),
    _fault(
        "F42",
        *(_redirect(f"to {location}", location, "refused", "moved", "name-not-found") for location in NOWHERE),
        _redirect("to //host", "//127.0.0.1:{trap}/", "refused"),
    ),
    _fault("F43", *(_redirect(f"to {location}", location, "refused", "name-not-found") for location in PRIVATE)),
    _fault(
        "F45",
        Variant(
            "to another origin with credentials",
            _with_credentials,
            frozenset({"refused", "moved", "unexpected"}),
        ),
    ),
    _fault("F46", Variant("for good, to another domain", _elsewhere, frozenset({WELL, "moved"}))),
    _fault(
        "F47",
        bad(
            "a refresh in the page",
            page(b"<!doctype html><meta http-equiv=refresh content='0;url=http://127.0.0.1/'>", HTML),
            "unexpected",
            "moved",
        ),
        bad(
            "a redirect by script",
            page(b"<html><script>location='http://127.0.0.1/'</script></html>", HTML),
            "unexpected",
            "moved",
        ),
    ),
    _fault("F48", Variant("cookies for everything", _flood, frozenset({WELL}), visits=3)),
    _fault(
        "F49",
        Variant("a tag that always changes", _new_etag, frozenset({WELL}), visits=3),
        _versions("a tag that never changes", 'ETag: "x"'),
        _versions("a weak tag", 'ETag: W/"x"'),
        _versions("a tag of 64 KB", f'ETag: "{"x" * 65_000}"'),
        _versions("a tag with controls", 'ETag: "a\x01b"'),
        _versions("changed in the future", "Last-Modified: Wed, 01 Jan 2099 00:00:00 GMT"),
    ),
)
